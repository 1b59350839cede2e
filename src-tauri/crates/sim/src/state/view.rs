//! Views of databases: how rows are shown, and results of queries that are kept for a while.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::ids::{Id, IdKind};
use super::{Stamp, Workspace};
use crate::clock::precise;

/// How long a result is kept.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Clone)]
pub(crate) struct View {
    pub id: Id,
    pub database: Id,
    pub data_source: Id,
    pub name: String,
    pub kind: String,
    pub created: Stamp,
    pub edited: Stamp,
    pub filter: Value,
    pub sorts: Value,
    pub quick_filters: Value,
    /// Tagged by the view's type.
    pub configuration: Map<String, Value>,
    /// The dashboard it is a widget of.
    pub dashboard: Option<Id>,
}

impl View {
    /// As it is read.
    pub fn shown(&self) -> Value {
        let mut view = json!({
            "object": "view",
            "id": self.id,
            "parent": { "type": "database_id", "database_id": self.database },
            "data_source_id": self.data_source,
            "name": self.name,
            "type": self.kind,
            "created_time": precise(self.created.at),
            "created_by": { "object": "user", "id": self.created.by },
            "last_edited_time": precise(self.edited.at),
            "last_edited_by": { "object": "user", "id": self.edited.by },
            "url": format!("https://app.notion.com/p/{}?v={}", self.database.simple(), self.id.simple()),
            "filter": self.filter,
            "sorts": self.sorts,
            "quick_filters": self.quick_filters,
            "configuration": self.configuration,
        });
        if let (Some(dashboard), Some(fields)) = (self.dashboard, view.as_object_mut()) {
            fields.insert("dashboard_view_id".to_owned(), dashboard.to_string().into());
        }
        view
    }

    /// What is left of it in an answer to its deletion.
    pub fn partial(&self) -> Value {
        json!({
            "object": "view",
            "id": self.id,
            "parent": { "type": "database_id", "database_id": self.database },
            "type": self.kind,
        })
    }
}

/// A result that is kept.
#[derive(Debug, Clone)]
pub(crate) struct ViewQuery {
    pub id: Id,
    pub view: Id,
    pub made: Timestamp,
    pub rows: Vec<Id>,
    pub is_capped: bool,
}

impl ViewQuery {
    pub fn expires(&self) -> Timestamp {
        self.made.checked_add(KEPT).unwrap_or(self.made)
    }
}

impl Workspace {
    /// The views of a database. The one it was made with is a plain table, and comes into being when it is first looked for.
    pub fn views_of(&mut self, database: Id) -> Vec<Id> {
        let Some((node, found)) = self.database(database) else { return Vec::new() };
        if found.is_linked {
            return Vec::new();
        }
        let (created, sources) = (node.created, found.data_sources.clone());
        let first = self.mint.named("view", &database.to_string()).next(IdKind::Random, created.at);
        let is_known = self.views.iter().any(|view| view.id == first) || self.deleted_views.contains(&first);
        if let (false, Some(source)) = (is_known, sources.first()) {
            self.views.push(View {
                id: first,
                database,
                data_source: *source,
                name: "Table".to_owned(),
                kind: "table".to_owned(),
                created,
                edited: created,
                filter: Value::Null,
                sorts: Value::Null,
                quick_filters: Value::Null,
                configuration: Map::from_iter([("type".to_owned(), "table".into())]),
                dashboard: None,
            });
        }
        self.views
            .iter()
            .filter(|view| view.database == database && view.dashboard.is_none())
            .map(|view| view.id)
            .collect()
    }
}
