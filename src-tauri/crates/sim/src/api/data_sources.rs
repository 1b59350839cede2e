//! Data sources: the tables. Queries are in `query`.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Reply};
use crate::error::ApiError;
use crate::state::DataSource;
use crate::state::column::kind_of;
use crate::state::ids::{Id, IdKind};
use crate::state::payload::icon;
use crate::state::rich_text::canonical;
use crate::validate;

impl Call<'_> {
    /// Refuses a schema for a new data source that cannot be.
    pub(super) fn check_new_schema(&self, properties: &Map<String, Value>) -> Result<(), ApiError> {
        match properties.values().filter(|schema| kind_of(schema) == Some("title")).count() {
            0 => return Err(ApiError::validation("Title is not provided")),
            1 => {}
            _ => return Err(ApiError::validation("Only one title property is allowed.")),
        }
        self.ws.check_columns(&[], properties, |id| self.ws.sees_data_source(&self.connection, id))
    }

    fn data_source_reply(&self, id: Id) -> Reply {
        match self.ws.data_sources.get(&id).filter(|_| self.reads()) {
            Some(source) => self.reader().data_source(source).into(),
            None => json!({ "object": "data_source", "id": id }).into(),
        }
    }

    pub(super) fn retrieve_data_source(&self, id: &str) -> Answer {
        let id = validate::path_id("data_source_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.read_content)?;
        self.visible_source(id)?;
        Ok(self.data_source_reply(id))
    }

    pub(super) fn list_templates(&self, id: &str) -> Answer {
        let id = validate::path_id("data_source_id", id)?;
        self.check_query(&["name", "start_cursor", "page_size"])?;
        let paging = self.query_paging()?;
        self.need(|can| can.read_content)?;
        let source = self.visible_source(id)?;
        let wanted = self.param("name").map(str::to_lowercase);
        let reader = self.reader();
        let named: Vec<(Id, String)> = source
            .templates
            .iter()
            .map(|id| (*id, reader.title_of(*id)))
            .filter(|(_, name)| wanted.as_ref().is_none_or(|wanted| name.to_lowercase().contains(wanted)))
            .collect();
        let all: Vec<Id> = named.iter().map(|(id, _)| *id).collect();
        let (ids, next) = paging.slice(&all)?;
        let templates: Vec<Value> = named
            .iter()
            .filter(|(id, _)| ids.contains(id))
            .map(|(id, name)| json!({ "id": id, "name": name, "is_default": source.default_template == Some(*id) }))
            .collect();
        let body = json!({ "templates": templates, "has_more": next.is_some(), "next_cursor": next });
        Ok(Reply { names_request: false, ..body.into() })
    }

    pub(super) fn create_data_source(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_data_source)?;
        self.need(|can| can.insert_content)?;
        self.take_uploads()?;
        let database = self.id_at("/parent/database_id").unwrap_or_default();
        self.visible_database(database)?;
        self.living(database)?;
        let properties = self.object_field("properties");
        self.check_new_schema(&properties)?;
        let title = self.field("title").map(canonical).transpose()?.unwrap_or_default();
        let stamp = self.stamp();
        let id = self.ws.mint(IdKind::DataSource, self.now);
        self.ws.insert_data_source(DataSource {
            id,
            database,
            title,
            icon: self.field("icon").filter(|value| !value.is_null()).map(icon),
            columns: Vec::new(),
            rows: Vec::new(),
            templates: Vec::new(),
            default_template: None,
            created: stamp,
            edited: stamp,
            in_trash: false,
            next_number: 1,
        });
        self.ws.add_columns(id, &properties, self.now);
        self.note_change(id);
        Ok(Reply { committed: Some(id), ..self.data_source_reply(id) })
    }

    pub(super) fn update_data_source(&mut self, id: &str) -> Answer {
        let id = validate::path_id("data_source_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.update_data_source)?;
        self.need(|can| can.update_content)?;
        self.take_uploads()?;
        let source = self.visible_source(id)?;
        let in_trash = self.wants_trash();
        if source.in_trash && in_trash.is_none() {
            return Err(ApiError::validation(super::pages::ARCHIVED));
        }
        let changes = self.object_field("properties");
        self.ws.check_column_changes(source, &changes, |id| self.ws.sees_data_source(&self.connection, id))?;
        let database = self.id_at("/parent/database_id");
        if let Some(database) = database {
            self.visible_database(database)?;
        }
        let title = self.field("title").map(canonical).transpose()?;

        let stamp = self.stamp();
        let new_icon = self.field("icon").cloned();
        self.ws.change_columns(id, &changes, self.now);
        let mut left = None;
        if let Some(source) = self.ws.data_sources.get_mut(&id) {
            if let Some(title) = &title {
                source.title.clone_from(title);
            }
            if let Some(new) = new_icon {
                source.icon = (!new.is_null()).then(|| icon(&new));
            }
            source.in_trash = in_trash.unwrap_or(source.in_trash);
            source.edited = stamp;
            if let Some(database) = database.filter(|database| *database != source.database) {
                left = Some((source.database, database));
                source.database = database;
            }
        }
        if let Some((from, to)) = left {
            if let Some(database) = self.ws.database_mut(from) {
                database.data_sources.retain(|source| *source != id);
            }
            if let Some(database) = self.ws.database_mut(to) {
                database.data_sources.push(id);
            }
        }
        self.name_database_after(id, title);
        self.note_change(id);
        Ok(self.data_source_reply(id))
    }

    /// The only data source of a database gives it its name.
    fn name_database_after(&mut self, source: Id, title: Option<Vec<Value>>) {
        let Some(database) = self.ws.data_sources.get(&source).map(|source| source.database) else { return };
        if let (Some(title), Some(database)) = (title, self.ws.database_mut(database))
            && database.data_sources == [source]
        {
            database.title = title;
        }
    }
}
