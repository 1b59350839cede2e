//! New pages, changes of pages, and edits of their content as Markdown.

use indexmap::IndexMap;

use crate::id::PageId;
use crate::json::{Extra, Field, Json, Tagged, object, open_enum, tagged};
use crate::types::{Cover, Icon, NewBlock, Parent, PropertyValue};
use crate::write::PagePosition;

open_enum! {
    /// A dialect of the service's Markdown.
    pub enum MarkdownVersion {
        /// What is spoken unless another is asked for.
        V1 = "v1",
        /// A preview, and the default of the next version of the API.
        V2 = "v2",
    }
}

object! {
    /// A template to apply. The service fills the page after it has answered, and never says when.
    pub struct Template {
        /// `none`, `default` or `template_id`.
        pub kind: String as "type",
        /// The page to copy, for the kind `template_id`.
        pub template_id: Field<PageId>,
        /// The zone in which the template's dates are filled in.
        pub timezone: Field<String>,
    }
}

impl Template {
    /// No template, also where there is a default one.
    pub fn none() -> Self {
        Self::of_kind("none", Field::Absent)
    }

    /// The data source's default template.
    pub fn default_one() -> Self {
        Self::of_kind("default", Field::Absent)
    }

    /// This template.
    pub fn page(id: PageId) -> Self {
        Self::of_kind("template_id", Field::Value(id))
    }

    fn of_kind(kind: &str, template_id: Field<PageId>) -> Self {
        Self { kind: kind.to_owned(), template_id, timezone: Field::Absent, extra: Extra::new() }
    }
}

object! {
    /// A page to create.
    #[derive(Default)]
    pub struct CreatePage {
        /// Where. Absent is the top of the workspace, for tokens that act for a person.
        pub parent: Field<Parent>,
        /// Values by property name or id. A page that is no row has `title` alone.
        pub properties: Field<IndexMap<String, PropertyValue>>,
        /// The icon.
        pub icon: Field<Icon>,
        /// The picture at the top.
        pub cover: Field<Cover>,
        /// The content as blocks: at most 100, two levels deep below them.
        pub children: Field<Vec<NewBlock>>,
        /// The content as Markdown, instead of blocks. Without a title property its first heading of level 1 becomes the title.
        pub markdown: Field<String>,
        /// Its dialect.
        pub markdown_version: Field<MarkdownVersion>,
        /// A template to fill the page from, instead of blocks.
        pub template: Field<Template>,
        /// Where in a parent page.
        pub position: Field<PagePosition>,
        /// Whether the service may go on after it has answered; with Markdown only. Set by the call.
        pub allow_async: Field<bool>,
    }
}

impl CreatePage {
    /// A page in this place: a page, a data source, or [`Parent::workspace`].
    pub fn new(parent: impl Into<Parent>) -> Self {
        Self { parent: Field::Value(parent.into()), ..Self::default() }
    }

    /// The title of a page that is no row, from plain text of any length. A row's title goes under its column's name or the id
    /// `title`, which is what this uses.
    pub fn title(self, text: &str) -> Self {
        self.property("title", PropertyValue::title(text))
    }

    /// A value by property name or id.
    pub fn property(mut self, name: impl Into<String>, value: impl Into<PropertyValue>) -> Self {
        let mut properties = self.properties.into_value().unwrap_or_default();
        properties.insert(name.into(), value.into());
        self.properties = Field::Value(properties);
        self
    }

    /// The icon.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Field::Value(icon);
        self
    }

    /// The picture at the top.
    pub fn cover(mut self, cover: impl Into<Cover>) -> Self {
        self.cover = Field::Value(cover.into());
        self
    }

    /// The content as blocks.
    pub fn children(mut self, children: Vec<NewBlock>) -> Self {
        self.children = Field::Value(children);
        self
    }

    /// The content as Markdown.
    pub fn markdown(mut self, markdown: impl Into<String>) -> Self {
        self.markdown = Field::Value(markdown.into());
        self
    }

    /// The dialect of the Markdown.
    pub fn markdown_version(mut self, version: MarkdownVersion) -> Self {
        self.markdown_version = Field::Value(version);
        self
    }

    /// A template to fill the page from.
    pub fn template(mut self, template: Template) -> Self {
        self.template = Field::Value(template);
        self
    }

    /// Where in a parent page.
    pub fn position(mut self, position: PagePosition) -> Self {
        self.position = Field::Value(position);
        self
    }
}

object! {
    /// A change of a page. What is absent stays; what is null is cleared.
    #[derive(Default)]
    pub struct UpdatePage {
        /// New values by property name or id; the others stay.
        pub properties: Field<IndexMap<String, PropertyValue>>,
        /// The icon; null takes it away.
        pub icon: Field<Icon>,
        /// The picture at the top; null takes it away.
        pub cover: Field<Cover>,
        /// Into the trash, or out of it.
        pub in_trash: Field<bool>,
        /// The trash, as versions before 2026-03-11 call it.
        pub archived: Field<bool>,
        /// Into the archive, or out of it.
        pub is_archived: Field<bool>,
        /// Whether the product lets people edit it.
        pub is_locked: Field<bool>,
        /// A template to add to the content.
        pub template: Field<Template>,
        /// Whether to erase the content, which the API cannot undo.
        pub erase_content: Field<bool>,
    }
}

impl UpdatePage {
    /// A value by property name or id.
    pub fn property(mut self, name: impl Into<String>, value: impl Into<PropertyValue>) -> Self {
        let mut properties = self.properties.into_value().unwrap_or_default();
        properties.insert(name.into(), value.into());
        self.properties = Field::Value(properties);
        self
    }

    /// The title, from plain text of any length.
    pub fn title(self, text: &str) -> Self {
        self.property("title", PropertyValue::title(text))
    }

    /// The icon; `None` takes it away.
    pub fn icon(mut self, icon: Option<Icon>) -> Self {
        self.icon = Field::nullable(icon);
        self
    }

    /// The picture at the top; `None` takes it away.
    pub fn cover(mut self, cover: Option<Cover>) -> Self {
        self.cover = Field::nullable(cover);
        self
    }

    /// Into the trash, or out of it.
    pub fn in_trash(mut self, in_trash: bool) -> Self {
        self.in_trash = Field::Value(in_trash);
        self
    }

    /// Whether applying it twice is the same as applying it once: values are absolute, templates add up.
    pub fn is_idempotent(&self) -> bool {
        self.template.value().is_none() && self.erase_content.value().is_none() && self.extra.is_empty()
    }
}

object! {
    /// A replacement inside the text.
    pub struct ContentUpdate {
        /// What to find: exactly, including case, and exactly once unless all are replaced.
        pub old_str: String,
        /// What to put in its place.
        pub new_str: String,
        /// Whether to replace all.
        pub replace_all_matches: Field<bool>,
    }
}

impl ContentUpdate {
    /// Replaces the only occurrence.
    pub fn new(old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { old_str: old.into(), new_str: new.into(), replace_all_matches: Field::Absent, extra: Extra::new() }
    }

    /// Replaces all occurrences.
    pub fn all(old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { replace_all_matches: Field::Value(true), ..Self::new(old, new) }
    }
}

object! {
    /// Replacements inside the text.
    pub struct UpdateContent {
        /// The replacements: at most 100.
        pub content_updates: Vec<ContentUpdate>,
        /// Whether child pages and databases may be lost. Unless allowed, an edit that would lose one is refused.
        pub allow_deleting_content: Field<bool>,
    }
}

object! {
    /// A new text in place of the whole.
    pub struct ReplaceContent {
        /// The text.
        pub new_str: String,
        /// Whether child pages and databases may be lost.
        pub allow_deleting_content: Field<bool>,
    }
}

object! {
    /// A text to insert.
    pub struct InsertContent {
        /// The text.
        pub content: String,
        /// The passage it goes after, as `start…end` or in full.
        pub after: Field<String>,
        /// The beginning or the end of the page; [`Position::After`](crate::write::Position::After) is not allowed here.
        pub position: Field<crate::write::Position>,
    }
}

object! {
    /// A text in place of a passage.
    pub struct ReplaceRange {
        /// The text.
        pub content: String,
        /// The passage, as `start…end` or in full.
        pub content_range: String,
        /// Whether child pages and databases may be lost.
        pub allow_deleting_content: Field<bool>,
    }
}

tagged! {
    /// What an edit does.
    pub enum EditKind {
        Update(UpdateContent) = "update_content",
        Replace(ReplaceContent) = "replace_content",
        Insert(InsertContent) = "insert_content",
        ReplaceRange(ReplaceRange) = "replace_content_range",
    }
}

/// An edit of a page's content as Markdown.
pub type MarkdownEdit = Tagged<EditKind>;

impl MarkdownEdit {
    /// Replaces passages. Sent twice, the second time fails where the first was done, because the passages are gone: an edit that
    /// proves itself.
    pub fn update(content_updates: Vec<ContentUpdate>) -> Self {
        EditKind::Update(UpdateContent { content_updates, allow_deleting_content: Field::Absent, extra: Extra::new() })
            .into()
    }

    /// Replaces the whole content.
    pub fn replace(markdown: impl Into<String>) -> Self {
        let new_str = markdown.into();
        EditKind::Replace(ReplaceContent { new_str, allow_deleting_content: Field::Absent, extra: Extra::new() }).into()
    }

    /// Adds to the beginning.
    pub fn prepend(markdown: impl Into<String>) -> Self {
        Self::insert(markdown, Field::Value(crate::write::Position::Start))
    }

    /// Adds to the end.
    pub fn append(markdown: impl Into<String>) -> Self {
        Self::insert(markdown, Field::Absent)
    }

    /// Adds after a passage, given in full or as `start…end`.
    pub fn insert_after(passage: impl Into<String>, markdown: impl Into<String>) -> Self {
        let insert = InsertContent {
            content: markdown.into(),
            after: Field::Value(passage.into()),
            position: Field::Absent,
            extra: Extra::new(),
        };
        EditKind::Insert(insert).into()
    }

    /// Replaces a passage, given in full or as `start…end`.
    pub fn replace_range(passage: impl Into<String>, markdown: impl Into<String>) -> Self {
        let replace = ReplaceRange {
            content: markdown.into(),
            content_range: passage.into(),
            allow_deleting_content: Field::Absent,
            extra: Extra::new(),
        };
        EditKind::ReplaceRange(replace).into()
    }

    /// The same edit, also when child pages or databases are lost.
    pub fn allow_deleting_content(mut self) -> Self {
        match &mut self.kind {
            EditKind::Update(edit) => edit.allow_deleting_content = Field::Value(true),
            EditKind::Replace(edit) => edit.allow_deleting_content = Field::Value(true),
            EditKind::ReplaceRange(edit) => edit.allow_deleting_content = Field::Value(true),
            // Inserting deletes nothing, and the service refuses keys it does not know.
            EditKind::Insert(_) | EditKind::Unknown(_) => {}
        }
        self
    }

    /// The same edit in this dialect: of what is found, of what is put in its place, and of the answer.
    pub fn markdown_version(mut self, version: &MarkdownVersion) -> Self {
        self.extra.insert("markdown_version".to_owned(), version.encode());
        self
    }

    fn insert(markdown: impl Into<String>, position: Field<crate::write::Position>) -> Self {
        let content = markdown.into();
        EditKind::Insert(InsertContent { content, after: Field::Absent, position, extra: Extra::new() }).into()
    }
}
