//! Databases: the containers of data sources.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Reply};
use crate::error::ApiError;
use crate::seed::ConnectionKind;
use crate::state::content::Place;
use crate::state::ids::{Id, IdKind};
use crate::state::payload::{cover, icon};
use crate::state::rich_text::canonical;
use crate::state::{Body, DataSource, Database, Node, Parent};
use crate::validate;

impl Call<'_> {
    pub(super) fn visible_database(&self, id: Id) -> Result<&Node, ApiError> {
        match self.ws.database(id) {
            Some((node, _)) if self.ws.sees(&self.connection, id) => Ok(node),
            _ => Err(self.not_found("database", id)),
        }
    }

    fn database_reply(&self, id: Id) -> Reply {
        match self.ws.node(id).filter(|_| self.reads()) {
            Some(node) => self.reader().database(node).into(),
            None => json!({ "object": "database", "id": id }).into(),
        }
    }

    pub(super) fn retrieve_database(&self, id: &str) -> Answer {
        let id = validate::path_id("database_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.read_content)?;
        self.visible_database(id)?;
        if self.ws.database(id).is_some_and(|(_, database)| database.is_linked) {
            let message =
                format!("Database with ID {id} does not contain any data sources accessible by this API bot.");
            return Err(ApiError::new(404, "object_not_found", message));
        }
        Ok(self.database_reply(id))
    }

    fn database_parent(&self) -> Result<Parent, ApiError> {
        match self.id_at("/parent/page_id") {
            Some(page) => {
                self.visible_page(page)?;
                self.living(page).map(|()| Parent::Page(page))
            }
            None if self.connection.kind == ConnectionKind::Internal => Err(ApiError::validation(
                "Internal integrations aren't owned by a single user, so creating workspace-level private pages is not supported.",
            )),
            None => Ok(Parent::Workspace),
        }
    }

    pub(super) fn create_database(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_database)?;
        self.need(|can| can.insert_content)?;
        self.take_uploads()?;
        let parent = self.database_parent()?;
        let properties = self.body.pointer("/initial_data_source/properties").and_then(Value::as_object).cloned();
        let properties = properties.unwrap_or_else(|| Map::from_iter([("Name".to_owned(), json!({ "title": {} }))]));
        self.check_new_schema(&properties)?;
        self.check_blocks(1)?;
        let title = self.field("title").map(canonical).transpose()?.unwrap_or_default();
        let database = Database {
            title: title.clone(),
            description: self.field("description").map(canonical).transpose()?.unwrap_or_default(),
            icon: self.field("icon").filter(|value| !value.is_null()).map(icon),
            cover: self.field("cover").filter(|value| !value.is_null()).map(cover),
            is_inline: self.flag("is_inline").unwrap_or(false),
            ..Database::default()
        };
        let stamp = self.stamp();
        let id = self.ws.mint(IdKind::Random, self.now);
        let source = self.ws.mint(IdKind::Random, self.now);
        self.ws.insert_node(parent, Place::End, id, Body::Database(Box::new(database)), stamp);
        self.ws.insert_data_source(DataSource {
            id: source,
            database: id,
            title,
            icon: None,
            columns: Vec::new(),
            rows: Vec::new(),
            templates: Vec::new(),
            default_template: None,
            created: stamp,
            edited: stamp,
            in_trash: false,
            next_number: 1,
        });
        self.ws.add_columns(source, &properties, self.now);
        if let Parent::Page(above) = parent {
            self.ws.touch(above, stamp);
            self.note_change(above);
        }
        self.note_change(source);
        Ok(Reply { committed: Some(id), ..self.database_reply(id) })
    }

    pub(super) fn update_database(&mut self, id: &str) -> Answer {
        let id = validate::path_id("database_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.update_database)?;
        self.need(|can| can.update_content)?;
        self.take_uploads()?;
        let node = self.visible_database(id)?;
        let (before, was_trashed) = (node.parent, node.in_trash);
        let in_trash = self.wants_trash();
        if was_trashed && in_trash.is_none() {
            return Err(ApiError::validation(super::pages::ARCHIVED));
        }
        let parent = self.field("parent").map(|_| self.database_parent()).transpose()?;
        if let Some(Parent::Page(above)) = parent
            && self.ws.line(above).any(|node| node.id == id)
        {
            return Err(ApiError::validation("Cannot move a database below itself."));
        }
        let title = self.field("title").map(canonical).transpose()?;
        let description = self.field("description").map(canonical).transpose()?;

        let stamp = self.stamp();
        let (new_icon, new_cover) = (self.field("icon").cloned(), self.field("cover").cloned());
        let (is_inline, is_locked) = (self.flag("is_inline"), self.flag("is_locked"));
        let mut sources = Vec::new();
        if let Some(database) = self.ws.database_mut(id) {
            if let Some(title) = &title {
                database.title.clone_from(title);
            }
            if let Some(description) = description {
                database.description = description;
            }
            if let Some(new) = new_icon {
                database.icon = (!new.is_null()).then(|| icon(&new));
            }
            if let Some(new) = new_cover {
                database.cover = (!new.is_null()).then(|| cover(&new));
            }
            database.is_inline = is_inline.unwrap_or(database.is_inline);
            database.is_locked = is_locked.unwrap_or(database.is_locked);
            sources.clone_from(&database.data_sources);
        }
        // A database with one data source shares its name.
        if let (Some(title), [only]) = (&title, sources.as_slice())
            && let Some(source) = self.ws.data_sources.get_mut(only)
        {
            source.title.clone_from(title);
        }
        if let Some(in_trash) = in_trash {
            self.ws.set_trash(id, in_trash);
        }
        if let Some(parent) = parent.filter(|parent| *parent != before) {
            self.ws.detach(id);
            self.ws.attach(parent, Place::End, id);
        }
        self.ws.touch(id, stamp);
        for source in sources {
            self.note_change(source);
        }
        Ok(self.database_reply(id))
    }
}
