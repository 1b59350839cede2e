//! Databases, their columns, and their rows.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::{Implanter, face, flag, id_of, property_id, rich, text};
use crate::state::column::{Column, kind_of};
use crate::state::ids::{self, Id, IdKind};
use crate::state::payload::{cover, icon};
use crate::state::rich_text::{canonical, from_plain};
use crate::state::{Body, Database, Group, Page, Parent};

impl Implanter<'_> {
    pub(super) fn database(&mut self, object: &Value) {
        let Some(id) = id_of(object, "id") else { return };
        let parent = object.get("parent").map_or(Parent::Workspace, |parent| self.parent(parent));
        let database = Database {
            title: rich(object, "title"),
            description: rich(object, "description"),
            icon: face(object, "icon", icon),
            cover: face(object, "cover", cover),
            is_inline: flag(object, "is_inline"),
            is_locked: flag(object, "is_locked"),
            is_linked: object.get("data_sources").and_then(Value::as_array).is_some_and(Vec::is_empty),
            is_wiki: false,
            data_sources: Vec::new(),
        };
        if self.ws.nodes.contains_key(&id) {
            if let Some(there) = self.ws.database_mut(id) {
                *there = Database { data_sources: std::mem::take(&mut there.data_sources), ..database };
            }
            self.settle(id, parent, object);
        } else {
            self.insert(id, parent, Body::Database(Box::new(database)), object);
        }
        for source in object.get("data_sources").and_then(Value::as_array).into_iter().flatten() {
            let Some(source_id) = id_of(source, "id") else { continue };
            self.blank_source(source_id, Some(id));
            if let Some(found) = self.ws.data_sources.get_mut(&source_id) {
                found.title = from_plain(text(source, "name"));
            }
        }
    }

    pub(super) fn data_source(&mut self, object: &Value) {
        let Some(id) = id_of(object, "id") else { return };
        let database = object.get("parent").and_then(|parent| id_of(parent, "database_id"));
        if let (Some(database), Some(parent)) = (database, object.get("database_parent")) {
            self.blank_database(database, "");
            let parent = self.parent(parent);
            self.settle(database, parent, &Value::Null);
        }
        self.blank_source(id, database);
        let properties: Vec<(String, Value)> =
            object.get("properties").and_then(Value::as_object).cloned().unwrap_or_default().into_iter().collect();
        let columns: Vec<Column> = properties.iter().map(|(name, schema)| self.column(name, schema)).collect();
        let (created, edited) = self.stamps(object);
        if let Some(database) = database.and_then(|database| self.ws.database_mut(database)) {
            database.description = rich(object, "description");
            database.cover = face(object, "cover", cover);
            database.is_inline = flag(object, "is_inline");
        }
        if let Some(source) = self.ws.data_sources.get_mut(&id) {
            source.title = rich(object, "title");
            source.icon = face(object, "icon", icon);
            source.columns = columns;
            (source.created, source.edited) = (created, edited);
            source.in_trash = flag(object, "in_trash") || flag(object, "archived");
        }
    }

    /// A column from its schema as it is read.
    fn column(&mut self, name: &str, schema: &Value) -> Column {
        let kind = kind_of(schema).unwrap_or("rich_text");
        let inner = schema.get(kind).and_then(Value::as_object).cloned().unwrap_or_default();
        let config = match kind {
            "relation" => {
                if let Some(target) = inner.get("data_source_id").and_then(Value::as_str).and_then(ids::parse) {
                    let database = inner.get("database_id").and_then(Value::as_str).and_then(ids::parse);
                    self.blank_source(target, database);
                }
                let mut config = Map::new();
                config.extend(inner.get("data_source_id").map(|id| ("data_source_id".to_owned(), id.clone())));
                let synced =
                    inner.get("dual_property").and_then(|dual| dual.get("synced_property_id")).and_then(Value::as_str);
                if let Some(synced) = synced {
                    let synced = percent_decode_str(synced).decode_utf8_lossy().into_owned();
                    config.insert("synced_property_id".to_owned(), synced.into());
                }
                config
            }
            "rollup" => ["relation_property_id", "rollup_property_id", "function"]
                .into_iter()
                .filter_map(|key| Some((key.to_owned(), inner.get(key)?.clone())))
                .collect(),
            _ => inner,
        };
        let description = schema.get("description").and_then(Value::as_str).map(str::to_owned);
        Column { id: property_id(schema), name: name.to_owned(), description, kind: kind.to_owned(), config }
    }

    /// The columns on the other side of relations and rollups, as far as a schema names them.
    pub(super) fn other_sides(&mut self, object: &Value) {
        let properties = object.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let own = id_of(object, "id");
        for schema in properties.values() {
            let at = |pointer: &str| schema.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let target = |relation: &Value| {
                relation.pointer("/relation/data_source_id").and_then(Value::as_str).and_then(ids::parse)
            };
            let (target, id, name, kind, config) = if schema.pointer("/relation/dual_property").is_some() {
                let config = json!({ "data_source_id": own, "synced_property_id": property_id(schema) });
                let (id, name) = (
                    at("/relation/dual_property/synced_property_id"),
                    at("/relation/dual_property/synced_property_name"),
                );
                (target(schema), id, name, "relation", config)
            } else if schema.get("rollup").is_some() {
                let relation = properties.get(&at("/rollup/relation_property_name"));
                let (id, name) = (at("/rollup/rollup_property_id"), at("/rollup/rollup_property_name"));
                (relation.and_then(target), id, name, "rich_text", json!({}))
            } else {
                continue;
            };
            let id = percent_decode_str(&id).decode_utf8_lossy().into_owned();
            let Some(source) = target.and_then(|target| self.ws.data_sources.get_mut(&target)) else { continue };
            if !name.is_empty() && !source.columns.iter().any(|column| column.id == id) {
                let config = config.as_object().cloned().unwrap_or_default();
                let kind = if id == "title" { "title" } else { kind };
                source.columns.push(Column { id, name, description: None, kind: kind.to_owned(), config });
            }
        }
    }

    /// Puts a row where a relation looks for it.
    pub(super) fn related(&mut self, source: Id, name: &str, row: Id) {
        let column = self.ws.data_sources.get(&source).and_then(|source| source.column(name));
        let target = column.and_then(|column| column.setting_id("data_source_id"));
        if let Some(target) = target {
            self.blank_page(row, Parent::DataSource(target), "");
        }
    }

    pub(super) fn template(&mut self, source: Id, template: &Value) {
        self.blank_source(source, None);
        let id = id_of(template, "id").unwrap_or_else(|| self.ws.mint(IdKind::Content { by_bot: false }, self.now));
        self.blank_page(id, Parent::DataSource(source), text(template, "name"));
        if let Some(source) = self.ws.data_sources.get_mut(&source) {
            source.rows.retain(|row| *row != id);
            source.templates.push(id);
            if flag(template, "is_default") {
                source.default_template = Some(id);
            }
        }
    }

    // ---- pages ----

    pub(super) fn page(&mut self, object: &Value) {
        let Some(id) = id_of(object, "id") else { return };
        let parent = object.get("parent").map_or(Parent::Workspace, |parent| self.parent(parent));
        let properties = object.get("properties").and_then(Value::as_object);
        let title = properties.into_iter().flat_map(Map::values).find(|property| text(property, "type") == "title");
        let page = Page {
            title: title.map(|title| rich(title, "title")).unwrap_or_default(),
            icon: face(object, "icon", icon),
            cover: face(object, "cover", cover),
            is_locked: flag(object, "is_locked"),
            is_archived: flag(object, "is_archived"),
            values: BTreeMap::new(),
        };
        if self.ws.nodes.contains_key(&id) {
            if let Some(node) = self.ws.nodes.get_mut(&id) {
                node.body = Body::Page(Box::new(page));
            }
            self.settle(id, parent, object);
        } else {
            self.insert(id, parent, Body::Page(Box::new(page)), object);
        }
    }

    /// What a row shows of columns that nobody has described, and of options they do not have.
    pub(super) fn columns_of(&mut self, object: &Value) {
        let Some(source) = object.get("parent").and_then(|parent| id_of(parent, "data_source_id")) else { return };
        let properties = object.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, property) in &properties {
            let id = property_id(property);
            let kind = text(property, "type").to_owned();
            let inner = property.get(&kind).cloned().unwrap_or_default();
            let is_known = self
                .ws
                .data_sources
                .get(&source)
                .is_some_and(|source| source.columns.iter().any(|column| column.id == id));
            if !is_known {
                let config = self.guessed(&kind, &inner);
                if let Some(source) = self.ws.data_sources.get_mut(&source) {
                    source.columns.push(Column {
                        id: id.clone(),
                        name: name.clone(),
                        description: None,
                        kind: kind.clone(),
                        config,
                    });
                }
            }
            if !matches!(kind.as_str(), "select" | "multi_select" | "status") {
                continue;
            }
            let shown: Vec<Value> = match inner {
                Value::Array(options) => options,
                Value::Null => Vec::new(),
                one => vec![one],
            };
            let column = self.ws.data_sources.get_mut(&source).and_then(|source| source.column_mut(&id));
            let Some(column) = column else { continue };
            let options = column.config.entry("options").or_insert_with(|| json!([]));
            for mut option in shown {
                let is_new = !options
                    .as_array()
                    .is_some_and(|known| known.iter().any(|known| known.get("id") == option.get("id")));
                if let (true, Some(options), Some(fields)) = (is_new, options.as_array_mut(), option.as_object_mut()) {
                    fields.insert("description".to_owned(), Value::Null);
                    options.push(option);
                }
            }
        }
    }

    /// A column's configuration as far as a value tells.
    fn guessed(&mut self, kind: &str, inner: &Value) -> Map<String, Value> {
        let config = match kind {
            "number" => json!({ "format": "number" }),
            "status" => json!({ "options": [], "groups": [] }),
            "select" | "multi_select" => json!({ "options": [] }),
            "formula" => json!({ "expression": "" }),
            "unique_id" => json!({ "prefix": inner.get("prefix") }),
            "rollup" => json!({ "function": inner.get("function") }),
            "relation" => {
                let target = self.ws.mint(IdKind::DataSource, self.now);
                self.blank_source(target, None);
                json!({ "data_source_id": target })
            }
            _ => json!({}),
        };
        config.as_object().cloned().unwrap_or_default()
    }

    pub(super) fn values(&mut self, object: &Value) {
        let Some(source) = object.get("parent").and_then(|parent| id_of(parent, "data_source_id")) else { return };
        let Some(id) = id_of(object, "id") else { return };
        let columns = self.ws.data_sources.get(&source).map(|source| source.columns.clone()).unwrap_or_default();
        let properties = object.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::values);
        for property in properties {
            let own = property_id(property);
            let Some(column) = columns.iter().find(|column| column.id == own) else { continue };
            let inner = property.get(&column.kind).unwrap_or(&Value::Null);
            self.groups(inner);
            for row in related(column, inner) {
                let target = column.setting_id("data_source_id").map_or(Parent::Workspace, Parent::DataSource);
                self.blank_page(row, target, "");
            }
            if let (Some(value), Some(page)) = (stored(column, inner), self.ws.page_mut(id)) {
                page.values.insert(column.id.clone(), value);
            }
        }
        self.ws.number_rows_on(source);
    }

    /// Groups that a value names; only their names are known.
    fn groups(&mut self, inner: &Value) {
        let is_group = |item: &&Value| text(item, "object") == "group";
        for group in inner.as_array().into_iter().flatten().filter(is_group) {
            if let Some(id) = id_of(group, "id").filter(|id| self.ws.group(*id).is_none()) {
                self.ws.groups.push(Group { id, name: text(group, "name").to_owned() });
            }
        }
    }
}

fn related(column: &Column, inner: &Value) -> Vec<Id> {
    let references = inner.as_array().filter(|_| column.kind == "relation");
    references.into_iter().flatten().filter_map(|reference| id_of(reference, "id")).collect()
}

/// A value as stored, from the value as read.
fn stored(column: &Column, inner: &Value) -> Option<Value> {
    let ids =
        || -> Value { inner.as_array().into_iter().flatten().filter_map(|item| item.get("id").cloned()).collect() };
    if inner.is_null() {
        return None;
    }
    match column.kind.as_str() {
        "title" | "rollup" | "button" | "created_time" | "last_edited_time" | "created_by" | "last_edited_by" => None,
        "rich_text" => canonical(inner).ok().map(Value::Array),
        "select" | "status" => inner.get("id").cloned(),
        "multi_select" | "people" | "relation" => Some(ids()),
        "unique_id" => inner.get("number").cloned(),
        "verification" => Some(json!({
            "state": inner.get("state"), "date": inner.get("date"), "verified_by": inner.pointer("/verified_by/id"),
        })),
        _ => Some(inner.clone()),
    }
}
