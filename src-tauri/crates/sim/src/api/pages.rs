//! Pages: create, read, change, move.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Answer, Call, Reply};
use crate::error::ApiError;
use crate::markdown::{ReadOptions, read};
use crate::seed::ConnectionKind;
use crate::state::content::{NewBlock, Place};
use crate::state::ids::{Id, IdKind};
use crate::state::payload::{cover, icon};
use crate::state::rich_text::canonical;
use crate::state::{Body, DataSource, Node, Page, Parent};
use crate::validate::{self, complain};

pub(super) const ARCHIVED: &str = "Can't edit block that is archived. You must unarchive the block before editing.";

impl Call<'_> {
    pub(super) fn visible_page(&self, id: Id) -> Result<(&Node, &Page), ApiError> {
        match self.ws.page(id) {
            Some(found) if self.ws.sees(&self.connection, id) => Ok(found),
            _ => Err(self.not_found("page", id)),
        }
    }

    pub(super) fn visible_source(&self, id: Id) -> Result<&DataSource, ApiError> {
        match self.ws.data_sources.get(&id) {
            Some(source) if self.ws.sees_data_source(&self.connection, id) => Ok(source),
            // The service speaks of databases here, too.
            _ => Err(self.not_found("database", id)),
        }
    }

    /// The ids of the properties to show, if the query names any.
    pub(super) fn shown_properties(&self, source: Option<&DataSource>) -> Result<Option<Vec<String>>, ApiError> {
        let wanted = self.params("filter_properties");
        if wanted.is_empty() {
            return Ok(None);
        }
        let Some(source) = source else { return Ok(None) };
        let id = |name: &String| match source.column(name) {
            Some(column) => Ok(column.id.clone()),
            None => Err(ApiError::validation(format!("Could not find property with name or id: {name}"))),
        };
        wanted.iter().map(id).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// The page as the connection may see it after a write.
    fn page_reply(&self, id: Id) -> Answer {
        let partial = json!({ "object": "page", "id": id });
        let Some((node, page)) = self.ws.page(id).filter(|_| self.reads()) else { return Ok(partial.into()) };
        let only = self.shown_properties(self.ws.data_source_of(node))?;
        Ok(self.reader().page(node, page, only.as_deref()).into())
    }

    pub(super) fn retrieve_page(&self, id: &str) -> Answer {
        let id = validate::path_id("page_id", id)?;
        self.check_query(&["filter_properties"])?;
        self.need(|can| can.read_content)?;
        self.visible_page(id)?;
        self.page_reply(id)
    }

    pub(super) fn create_page(&mut self) -> Answer {
        self.check_query(&["filter_properties"])?;
        self.check_body(|bodies| &bodies.create_page)?;
        self.check_content_keys()?;
        self.need(|can| can.insert_content)?;
        self.take_uploads()?;
        let parent = self.new_page_parent()?;
        let given = self.object_field("properties");
        let source = match parent {
            Parent::DataSource(id) => Some(self.visible_source(id)?),
            _ => None,
        };
        self.shown_properties(source)?;
        let template = self.template(source)?;
        match source {
            Some(source) => self.ws.check_values(source, &self.connection, &given)?,
            None => check_title_only(&given)?,
        }
        if let Some(reply) = self.deferred() {
            return Ok(reply);
        }
        let (heading, blocks) = self.new_content()?;
        let place = self.new_page_place(parent)?;
        self.check_blocks(1 + blocks.iter().map(NewBlock::count).sum::<usize>())?;
        blocks.iter().try_for_each(|block| block.check_under(None, None))?;

        let stamp = self.stamp();
        let mut page = Page {
            icon: self.field("icon").filter(|value| !value.is_null()).map(icon),
            cover: self.field("cover").filter(|value| !value.is_null()).map(cover),
            ..Page::default()
        };
        let title = given_title(&given)?;
        let is_titled = title.is_some() || given.values().any(|value| value.is_array() || value.get("title").is_some());
        page.title = match (title, heading) {
            (Some(title), _) => title,
            (None, Some(heading)) if !is_titled => heading,
            _ => Vec::new(),
        };
        let by_bot = !self.ws.is_person(stamp.by);
        let id = self.ws.mint(IdKind::Content { by_bot }, self.now);
        self.ws.insert_node(parent, place, id, Body::Page(Box::new(page)), stamp);
        if let Parent::DataSource(source) = parent {
            self.ws.store_values(source, id, &given, stamp)?;
        }
        self.ws.insert_blocks(id, Place::End, blocks, stamp);
        if let Some(template) = template {
            self.ws.fill_later(id, template, stamp);
        }
        if let Parent::Page(above) = parent {
            self.ws.touch(above, stamp);
            self.note_change(above);
        }
        self.note_change(id);
        let reply = self.page_reply(id)?;
        Ok(Reply { committed: Some(id), ..reply })
    }

    /// `children`, `content` and `markdown` exclude each other, and a template excludes them all.
    fn check_content_keys(&self) -> Result<(), ApiError> {
        let given: Vec<&str> =
            ["children", "content", "markdown"].into_iter().filter(|key| self.field(key).is_some()).collect();
        if let [first, second, ..] = given.as_slice() {
            return Err(complain(
                &format!("body.{second}"),
                &format!("not present when `{first}` is given"),
                self.field(second),
            ));
        }
        if self.flag("allow_async").is_some() && self.field("markdown").is_none() {
            return Err(complain("body.allow_async", "not present without `markdown`", self.field("allow_async")));
        }
        self.check_dialect()?;
        match given.first() {
            Some(content) if self.wants_template().is_some() => {
                Err(complain(&format!("body.{content}"), "not present when `template` is given", self.field(content)))
            }
            _ => Ok(()),
        }
    }

    fn wants_template(&self) -> Option<&str> {
        self.body.pointer("/template/type").and_then(Value::as_str).filter(|kind| *kind != "none")
    }

    /// The page that is to be copied, if one is.
    fn template(&self, source: Option<&DataSource>) -> Result<Option<Id>, ApiError> {
        let Some(kind) = self.wants_template() else { return Ok(None) };
        match (kind, self.id_at("/template/template_id")) {
            ("template_id", Some(id)) => self.visible_page(id).map(|(node, _)| Some(node.id)),
            _ => match source.and_then(|source| source.default_template) {
                Some(id) => Ok(Some(id)),
                None => Err(ApiError::validation("The data source does not have a default template.")),
            },
        }
    }

    fn new_page_parent(&self) -> Result<Parent, ApiError> {
        if let Some(id) = self.id_at("/parent/page_id") {
            self.visible_page(id)?;
            return self.living(id).map(|()| Parent::Page(id));
        }
        if let Some(id) = self.id_at("/parent/data_source_id") {
            let database = self.visible_source(id)?.database;
            return self.living(database).map(|()| Parent::DataSource(id));
        }
        if let Some(id) = self.id_at("/parent/database_id") {
            let sources = match self.ws.database(id) {
                Some((_, database)) if self.ws.sees(&self.connection, id) => &database.data_sources,
                _ => return Err(self.not_found("database", id)),
            };
            return match sources.as_slice() {
                [only] => self.living(id).map(|()| Parent::DataSource(*only)),
                _ => Err(ApiError::validation(format!(
                    "Databases with multiple data sources are not supported in this API version. Database with ID {id} has {} data sources.",
                    sources.len()
                ))),
            };
        }
        if self.connection.kind == ConnectionKind::Internal {
            return Err(ApiError::validation(
                "Internal integrations aren't owned by a single user, so creating workspace-level private pages is not supported.",
            ));
        }
        Ok(Parent::Workspace)
    }

    /// Refuses to write below what is in the trash.
    pub(super) fn living(&self, id: Id) -> Result<(), ApiError> {
        if self.ws.is_trashed(id) { Err(ApiError::validation(ARCHIVED)) } else { Ok(()) }
    }

    fn new_page_place(&self, parent: Parent) -> Result<Place, ApiError> {
        let Some(kind) = self.body.pointer("/position/type").and_then(Value::as_str) else { return Ok(Place::End) };
        let Parent::Page(holder) = parent else {
            return Err(complain("body.position", "not present unless the parent is a page", self.field("position")));
        };
        match kind {
            "page_start" => Ok(Place::Start),
            "after_block" => self.after_child(holder, "/position/after_block/id"),
            _ => Ok(Place::End),
        }
    }

    /// A place after a sibling that the body names.
    pub(super) fn after_child(&self, holder: Id, pointer: &str) -> Result<Place, ApiError> {
        let sibling = self.id_at(pointer).unwrap_or_default();
        let is_child =
            self.ws.node(holder).is_some_and(|node| self.ws.living_children(node).any(|child| child.id == sibling));
        if is_child {
            return Ok(Place::After(sibling));
        }
        Err(ApiError::validation(format!("Block with ID {sibling} is not a child of block with ID {holder}.")))
    }

    /// The body to create: a first-level heading at the start of Markdown is the title, never part of the body.
    fn new_content(&self) -> Result<(Option<Vec<Value>>, Vec<NewBlock>), ApiError> {
        let Some(markdown) = self.field("markdown").and_then(Value::as_str) else {
            let blocks = NewBlock::all_from_request(self.field("children").or_else(|| self.field("content")))?;
            return Ok((None, blocks));
        };
        let reader = self.reader();
        let lookup = reader.lookup();
        let mut trees =
            read(markdown, &ReadOptions { dialect: self.dialect(), lookup: &lookup, ..ReadOptions::default() });
        let has_heading = trees.first().is_some_and(|tree| tree.kind == "heading_1" && tree.children.is_empty());
        let heading = has_heading.then(|| trees.remove(0));
        let title = heading.map(|tree| canonical(tree.payload.get("rich_text").unwrap_or(&Value::Null))).transpose()?;
        let blocks = trees.iter().map(|tree| NewBlock::from_tree(tree, &|_| false)).collect::<Result<Vec<_>, _>>()?;
        let mut seen = BTreeSet::new();
        Ok((title, blocks.into_iter().filter_map(|block| block.settled(&mut seen)).collect()))
    }

    pub(super) fn update_page(&mut self, id: &str) -> Answer {
        let id = validate::path_id("page_id", id)?;
        self.check_query(&["filter_properties"])?;
        self.check_body(|bodies| &bodies.update_page)?;
        self.need(|can| can.update_content)?;
        self.take_uploads()?;
        let given = self.object_field("properties");
        let (node, _) = self.visible_page(id)?;
        let source = self.ws.data_source_of(node);
        let source_id = source.map(|source| source.id);
        self.shown_properties(source)?;
        let template = self.template(source)?;
        match source {
            Some(source) => self.ws.check_values(source, &self.connection, &given)?,
            None => check_title_only(&given)?,
        }
        let in_trash = self.wants_trash();
        if node.in_trash
            && in_trash != Some(false)
            && self.body.as_object().is_some_and(|body| !body.is_empty())
            && in_trash.is_none()
        {
            return Err(ApiError::validation(ARCHIVED));
        }
        // It goes to the trash all the same when that is all that is asked.
        let is_only_trashed = in_trash == Some(true) && self.body.as_object().is_some_and(|body| body.len() == 1);
        if !node.in_trash && self.ws.is_trashed(id) && !is_only_trashed {
            return Err(ApiError::validation(
                "Can't edit page on block with an archived ancestor. You must unarchive the ancestor before editing page.",
            ));
        }
        let title = given_title(&given)?;

        let stamp = self.stamp();
        if let Some(source) = source_id {
            self.ws.store_values(source, id, &given, stamp)?;
        }
        let (new_icon, new_cover) = (self.field("icon").cloned(), self.field("cover").cloned());
        let (is_locked, is_archived) = (self.flag("is_locked"), self.flag("is_archived"));
        if let Some(page) = self.ws.page_mut(id) {
            if let Some(title) = title {
                page.title = title;
            }
            if let Some(new) = new_icon {
                page.icon = (!new.is_null()).then(|| icon(&new));
            }
            if let Some(new) = new_cover {
                page.cover = (!new.is_null()).then(|| cover(&new));
            }
            page.is_locked = is_locked.unwrap_or(page.is_locked);
            page.is_archived = is_archived.unwrap_or(page.is_archived);
        }
        if self.flag("erase_content") == Some(true) {
            self.ws.erase(id);
        }
        if let Some(template) = template {
            self.ws.fill_later(id, template, stamp);
        }
        if let Some(in_trash) = in_trash {
            self.ws.set_trash(id, in_trash);
        }
        if self.body.as_object().is_some_and(|body| !body.is_empty()) {
            self.ws.touch(id, stamp);
            self.note_change(id);
        }
        self.page_reply(id)
    }

    pub(super) fn move_page(&mut self, id: &str) -> Answer {
        let id = validate::path_id("page_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.move_page)?;
        self.need(|can| can.update_content)?;
        self.visible_page(id)?;
        self.living(id)?;
        let parent = self.new_page_parent()?;
        let above = match parent {
            Parent::Page(above) => above,
            Parent::DataSource(source) => self.visible_source(source)?.database,
            _ => id,
        };
        if self.ws.line(above).any(|node| node.id == id) {
            return Err(ApiError::validation("Cannot move a page below itself."));
        }
        let is_there = self.ws.node(id).is_some_and(|node| node.parent == parent);
        if !is_there {
            self.ws.detach(id);
            self.ws.attach(parent, Place::End, id);
            if let Parent::Page(above) = parent {
                let stamp = self.stamp();
                self.ws.touch(above, stamp);
                self.note_change(above);
            }
        }
        self.page_reply(id)
    }
}

/// A page outside a data source has a title and nothing else.
fn check_title_only(given: &Map<String, Value>) -> Result<(), ApiError> {
    for (key, value) in given {
        let is_title = value.is_array() || value.get("title").is_some();
        if key != "title" {
            return Err(ApiError::validation(format!("{key} is not a property that exists.")));
        }
        if !is_title {
            return Err(ApiError::validation("title is expected to be title."));
        }
    }
    Ok(())
}

/// The title of a page outside a data source, if given.
fn given_title(given: &Map<String, Value>) -> Result<Option<Vec<Value>>, ApiError> {
    let Some(value) = given.get("title") else { return Ok(None) };
    let inner = if value.is_array() { Some(value) } else { value.get("title") };
    inner.map(canonical).transpose()
}
