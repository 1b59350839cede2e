//! `pages`.

use http::StatusCode;
use indexmap::IndexMap;

use crate::client::{Answer, Call, Client, Draft, Paged, Repeat, read_json};
use crate::error::Error;
use crate::id::{BlockId, PageId, PropertyId};
use crate::json::{Extra, Field, Json, put};
use crate::split::{LONGEST_ARRAY, MOST_BLOCKS};
use crate::types::{
    Accepted, NewBlock, Page, PageMarkdown, Parent, ParentKind, PropertyItem, PropertyItems, PropertyKind,
    PropertyValue, Resource,
};
use crate::write::{CreatePage, EditKind, MarkdownEdit, MarkdownVersion, UpdatePage};

/// Pages and rows, and their content as Markdown.
#[derive(Clone, Debug)]
pub struct Pages {
    pub(super) client: Client,
}

impl Pages {
    /// A page with its properties. A page in the trash is given too; one that is gone or not shared is "not found".
    pub fn get(&self, id: PageId) -> Call<Resource<Page>> {
        Call::json(&self.client, Draft::get(format!("pages/{id}")))
    }

    /// A page with the values of these properties only, by name or decoded id. Fewer are faster.
    pub fn get_properties<S: Into<String>>(
        &self,
        id: PageId,
        properties: impl IntoIterator<Item = S>,
    ) -> Call<Resource<Page>> {
        let draft = Draft::get(format!("pages/{id}"));
        let draft = properties.into_iter().fold(draft, |draft, property| draft.query("filter_properties", property));
        Call::json(&self.client, draft)
    }

    /// Creates a page. Never repeated after an attempt that may have been carried out.
    pub fn create(&self, page: &CreatePage) -> Call<Resource<Page>> {
        if let Some(reason) = refusal(page) {
            return Call::refused(&self.client, reason);
        }
        Call::json(&self.client, Draft::post("pages", page.encode()))
    }

    /// Creates a page from Markdown; the service may go on after it has answered.
    pub fn create_async(&self, page: &CreatePage) -> Call<Accepted<Resource<Page>>> {
        if page.markdown.value().is_none() {
            return Call::refused(&self.client, "only a page from Markdown may be created in the background");
        }
        if let Some(reason) = refusal(page) {
            return Call::refused(&self.client, reason);
        }
        let page = CreatePage { allow_async: Field::Value(true), ..page.clone() };
        Call::new(&self.client, Draft::post("pages", page.encode()), read_accepted)
    }

    /// Changes a page. Repeated after failures, unless it applies a template or erases content.
    pub fn update(&self, id: PageId, update: &UpdatePage) -> Call<Resource<Page>> {
        if let Some(reason) = too_long(update.properties.value()) {
            return Call::refused(&self.client, reason);
        }
        let repeat = if update.is_idempotent() { Repeat::Harmless } else { Repeat::Never };
        Call::json(&self.client, Draft::patch(format!("pages/{id}"), update.encode()).repeating(repeat))
    }

    /// Moves a page under another page, or into a data source as a row. It takes on who may see what is there. Repeated after
    /// failures.
    pub fn move_to(&self, id: PageId, parent: impl Into<Parent>) -> Call<Resource<Page>> {
        let parent = parent.into();
        if !matches!(parent.kind, ParentKind::Page(_) | ParentKind::DataSource(_)) {
            return Call::refused(&self.client, "a page moves to a page or a data source");
        }
        let mut body = Extra::new();
        put(&mut body, "parent", &parent);
        let draft = Draft::post(format!("pages/{id}/move"), body.into());
        Call::json(&self.client, draft.repeating(Repeat::Harmless))
    }

    /// The value of one property, whole where it fits, else its first items.
    pub fn property(&self, id: PageId, property: &PropertyId) -> Call<PropertyItems> {
        Call::json(&self.client, Draft::get(format!("pages/{id}/properties/{property}")))
    }

    /// All items of a property that the service lists: a title, text, relation, people or rollup. A page shows only the first 25.
    pub fn property_items(&self, id: PageId, property: &PropertyId) -> Paged<PropertyItem> {
        Paged::new(&self.client, Draft::get(format!("pages/{id}/properties/{property}")))
    }

    /// The content of a page, or of one of its `unknown_block_ids`, as Markdown.
    pub fn markdown(&self, id: impl Into<BlockId>) -> Call<PageMarkdown> {
        Call::json(&self.client, Draft::get(format!("pages/{}/markdown", id.into())))
    }

    /// The same in this dialect.
    pub fn markdown_in(&self, id: impl Into<BlockId>, version: &MarkdownVersion) -> Call<PageMarkdown> {
        let draft = Draft::get(format!("pages/{}/markdown", id.into())).query("markdown_version", version.as_str());
        Call::json(&self.client, draft)
    }

    /// The same with what was said in meetings.
    pub fn markdown_with_transcripts(&self, id: impl Into<BlockId>) -> Call<PageMarkdown> {
        let draft = Draft::get(format!("pages/{}/markdown", id.into())).query("include_transcript", "true");
        Call::json(&self.client, draft)
    }

    /// Edits the content and returns all of it. Never repeated after an attempt that may have been carried out.
    pub fn edit_markdown(&self, id: PageId, edit: &MarkdownEdit) -> Call<PageMarkdown> {
        match self.edit(id, edit, false) {
            Ok(draft) => Call::json(&self.client, draft),
            Err(reason) => Call::refused(&self.client, reason),
        }
    }

    /// Edits the content; the service may go on after it has answered.
    pub fn edit_markdown_async(&self, id: PageId, edit: &MarkdownEdit) -> Call<Accepted<PageMarkdown>> {
        match self.edit(id, edit, true) {
            Ok(draft) => Call::new(&self.client, draft, read_accepted),
            Err(reason) => Call::refused(&self.client, reason),
        }
    }

    fn edit(&self, id: PageId, edit: &MarkdownEdit, allow_async: bool) -> Result<Draft, String> {
        const MOST_UPDATES: usize = 100;
        if let EditKind::Update(update) = &edit.kind {
            if update.content_updates.is_empty() || update.content_updates.len() > MOST_UPDATES {
                return Err(format!("an edit takes 1 to {MOST_UPDATES} replacements"));
            }
            if update.content_updates.iter().any(|update| update.old_str.is_empty()) {
                return Err("a replacement must say what it replaces".to_owned());
            }
        }
        let mut edit = edit.clone();
        if allow_async {
            edit.extra.insert("allow_async".to_owned(), true.into());
        }
        Ok(Draft::patch(format!("pages/{id}/markdown"), edit.encode()))
    }
}

/// Which value has more elements than the service takes. A value is replaced whole, so it cannot be written in parts either.
fn too_long(properties: Option<&IndexMap<String, PropertyValue>>) -> Option<String> {
    let length = |value: &PropertyValue| match &value.kind {
        PropertyKind::Title(runs) | PropertyKind::RichText(runs) => runs.len(),
        PropertyKind::MultiSelect(options) => options.len(),
        PropertyKind::People(people) => people.len(),
        PropertyKind::Relation(pages) => pages.len(),
        PropertyKind::Files(files) => files.len(),
        _ => 0,
    };
    let (name, value) = properties?.iter().find(|(_, value)| length(value) > LONGEST_ARRAY)?;
    let kind = value.kind.name();
    Some(format!("{name:?} has {} elements of the kind {kind}, the service takes {LONGEST_ARRAY}", length(value)))
}

/// Why the service would not take it.
fn refusal(page: &CreatePage) -> Option<String> {
    too_long(page.properties.value()).or_else(|| unfit_content(page).map(str::to_owned))
}

fn unfit_content(page: &CreatePage) -> Option<&'static str> {
    let children = page.children.value().map(Vec::as_slice).unwrap_or_default();
    if children.len() > LONGEST_ARRAY || children.iter().map(NewBlock::count).sum::<usize>() > MOST_BLOCKS {
        return Some("a page is created with at most 100 blocks, 1,000 with their children; append the others");
    }
    if page.markdown.value().is_some() && page.children.value().is_some() {
        return Some("a page is created from blocks or from Markdown, not both");
    }
    let is_filled = page.template.value().is_some_and(|template| template.kind != "none");
    if is_filled && (page.children.value().is_some() || page.markdown.value().is_some()) {
        return Some("a page is created from a template or from content, not both");
    }
    None
}

/// 202 is a task, everything else the result.
fn read_accepted<T: Json>(answer: Answer) -> Result<Accepted<T>, Error> {
    if answer.status == StatusCode::ACCEPTED {
        read_json(answer).map(|task| Accepted::Queued(Box::new(task)))
    } else {
        read_json(answer).map(Accepted::Done)
    }
}
