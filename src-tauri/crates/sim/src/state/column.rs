//! Columns of data sources: their schema as stored, how a request's schema becomes it, and how it changes.

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::formula::Formula;
use super::ids::{Id, IdKind};
use super::{DataSource, Workspace};
use crate::error::ApiError;

/// What `encodeURIComponent` leaves alone.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Not encoded; readers see [`Column::public_id`].
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub kind: String,
    /// What stands under the kind's key, with ids instead of names where the service shows both.
    pub config: Map<String, Value>,
}

impl Column {
    /// The id as it stands in bodies and paths: percent-encoded once.
    pub fn public_id(&self) -> String {
        encode(&self.id)
    }

    fn is_called(&self, name: &str) -> bool {
        self.id == name
            || self.public_id() == name
            || percent_decode_str(name).decode_utf8().is_ok_and(|name| name == self.id)
    }

    pub fn options(&self) -> impl Iterator<Item = &Value> {
        self.config.get("options").and_then(Value::as_array).into_iter().flatten()
    }

    pub fn option(&self, id: &str) -> Option<&Value> {
        self.options().find(|option| option.get("id").and_then(Value::as_str) == Some(id))
    }

    pub fn setting(&self, key: &str) -> &str {
        self.config.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn setting_id(&self, key: &str) -> Option<Id> {
        super::ids::parse(self.setting(key))
    }

    /// The column on the other side of a two-way relation.
    pub fn synced_id(&self) -> Option<&str> {
        self.config.get("synced_property_id").and_then(Value::as_str)
    }
}

pub(crate) fn encode(id: &str) -> String {
    utf8_percent_encode(id, UNESCAPED).to_string()
}

impl DataSource {
    /// A column by name, or by id in any of its spellings.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .or_else(|| self.columns.iter().find(|column| column.is_called(name)))
    }

    pub fn column_mut(&mut self, id: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.id == id)
    }

    pub fn title_column(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.kind == "title")
    }
}

/// The kind a property's schema or value names.
pub(crate) fn kind_of(given: &Value) -> Option<&str> {
    const COMMON: [&str; 6] = ["id", "name", "description", "type", "has_more", "object"];
    match given.get("type").and_then(Value::as_str) {
        Some(kind) => Some(kind),
        None => given.as_object()?.keys().map(String::as_str).find(|key| !COMMON.contains(key)),
    }
}

impl Workspace {
    /// Refuses schemas that shapes cannot: relations to nowhere, rollups over nothing, a second title.
    pub fn check_columns(
        &self,
        existing: &[Column],
        given: &Map<String, Value>,
        sees: impl Fn(Id) -> bool,
    ) -> Result<(), ApiError> {
        for (name, schema) in given {
            match kind_of(schema) {
                Some("relation") => {
                    let id = schema.pointer("/relation/data_source_id").and_then(Value::as_str).unwrap_or_default();
                    if !super::ids::parse(id).is_some_and(&sees) {
                        return Err(ApiError::validation(format!(
                            "Could not find data source with ID: {id} for relation {name}."
                        )));
                    }
                }
                Some("rollup") => {
                    let relation = ["relation_property_name", "relation_property_id"]
                        .iter()
                        .find_map(|key| schema.pointer(&format!("/rollup/{key}")).and_then(Value::as_str))
                        .unwrap_or_default();
                    let exists = existing.iter().any(|column| {
                        column.kind == "relation" && (column.name == relation || column.is_called(relation))
                    }) || given.get(relation).is_some_and(|schema| kind_of(schema) == Some("relation"));
                    if !exists {
                        return Err(ApiError::validation(format!(
                            "Could not find relation property {relation} for rollup {name}."
                        )));
                    }
                }
                Some("title") if existing.iter().any(|column| column.kind == "title" && column.name != *name) => {
                    return Err(ApiError::validation("Cannot create new title property."));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds columns in the order given. The schemas were checked.
    pub fn add_columns(&mut self, source: Id, given: &Map<String, Value>, now: Timestamp) {
        let mut rollups = Vec::new();
        let mut formulas = Vec::new();
        for (name, schema) in given {
            let Some(kind) = kind_of(schema) else { continue };
            let id = match kind {
                "title" => "title".to_owned(),
                _ => self.wiki_property_id(source, kind).unwrap_or_else(|| self.fresh_property_id(source)),
            };
            let inner = schema.get(kind).cloned().unwrap_or_default();
            let config = match kind {
                "relation" => self.new_relation(source, &id, name, &inner),
                "rollup" => {
                    rollups.push((id.clone(), inner));
                    Map::new()
                }
                "formula" => {
                    formulas.push((id.clone(), inner));
                    Map::new()
                }
                _ => self.new_config(source, kind, &inner, None, now),
            };
            let description = schema.get("description").and_then(Value::as_str).map(str::to_owned);
            if let Some(source) = self.data_sources.get_mut(&source) {
                source.columns.push(Column { id, name: name.clone(), description, kind: kind.to_owned(), config });
            }
        }
        // Last, because a formula may name a column that comes after it, and a rollup look through one.
        for (id, inner) in formulas {
            let config = self.new_config(source, "formula", &inner, None, now);
            if let Some(column) = self.data_sources.get_mut(&source).and_then(|source| source.column_mut(&id)) {
                column.config = config;
            }
        }
        for (id, inner) in rollups {
            let config = self.new_rollup(source, &inner);
            if let Some(column) = self.data_sources.get_mut(&source).and_then(|source| source.column_mut(&id)) {
                column.config = config;
            }
        }
    }

    /// The id a wiki has for what the service itself keeps in a property: who answers for a page, and until when it is verified.
    fn wiki_property_id(&self, source: Id, kind: &str) -> Option<String> {
        let id = match kind {
            "verification" => "verification",
            "people" => "verification_owner",
            _ => return None,
        };
        let source = self.data_sources.get(&source)?;
        let is_free = source.columns.iter().all(|column| column.id != id);
        let is_wiki = self.database(source.database).is_some_and(|(_, database)| database.is_wiki);
        (is_wiki && is_free).then(|| id.to_owned())
    }

    fn fresh_property_id(&mut self, source: Id) -> String {
        let mut mint = self.mint.named("property", &source.to_string());
        let taken: Vec<String> = self
            .data_sources
            .get(&source)
            .map(|source| source.columns.iter().map(|column| column.id.clone()).collect())
            .unwrap_or_default();
        loop {
            let id = mint.property();
            if !taken.contains(&id) {
                return id;
            }
        }
    }

    /// The stored configuration of a kind that depends on no other column.
    fn new_config(
        &mut self,
        source: Id,
        kind: &str,
        inner: &Value,
        before: Option<&Column>,
        now: Timestamp,
    ) -> Map<String, Value> {
        let mut config = Map::new();
        match kind {
            "number" => {
                let format = inner.get("format").or_else(|| before?.config.get("format"));
                config.insert("format".to_owned(), format.cloned().unwrap_or_else(|| "number".into()));
            }
            "select" | "multi_select" => {
                config.insert("options".to_owned(), self.new_options(inner.get("options"), before, now));
            }
            "status" => return self.new_status(inner, before, now),
            "formula" => {
                let expression = inner.get("expression").and_then(Value::as_str).unwrap_or_default();
                config.insert("expression".to_owned(), self.referring(source, expression).into());
            }
            "unique_id" => {
                let prefix = inner.get("prefix").or_else(|| before?.config.get("prefix"));
                config.insert("prefix".to_owned(), prefix.cloned().unwrap_or_default());
            }
            _ => {}
        }
        config
    }

    /// Options as given; those that exist already keep id, name and colour, so that a rename is ignored.
    fn new_options(&mut self, given: Option<&Value>, before: Option<&Column>, now: Timestamp) -> Value {
        let given: Vec<Value> = given.and_then(Value::as_array).cloned().unwrap_or_default();
        given
            .iter()
            .map(|option| {
                let same =
                    |known: &&Value| known.get("id") == option.get("id") || known.get("name") == option.get("name");
                if let Some(known) = before.and_then(|column| column.options().find(same)) {
                    return known.clone();
                }
                let id = option
                    .get("id")
                    .and_then(Value::as_str)
                    .map_or_else(|| self.mint(IdKind::Random, now).to_string(), str::to_owned);
                json!({
                    "id": id,
                    "name": option.get("name").cloned().unwrap_or_default(),
                    "color": option.get("color").cloned().unwrap_or_else(|| "default".into()),
                    "description": option.get("description").cloned().unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Status columns start with three options in three groups; own options all go to the first group unless groups name them.
    fn new_status(&mut self, inner: &Value, before: Option<&Column>, now: Timestamp) -> Map<String, Value> {
        let defaults = json!([
            { "name": "Not started", "color": "default" }, { "name": "In progress", "color": "blue" }, { "name": "Done", "color": "green" },
        ]);
        let own = inner.get("options").filter(|options| options.as_array().is_some_and(|options| !options.is_empty()));
        let options = self.new_options(own.or(Some(&defaults)), before, now);
        let ids: Vec<(Value, Value)> = options
            .as_array()
            .into_iter()
            .flatten()
            .map(|option| {
                (option.get("id").cloned().unwrap_or_default(), option.get("name").cloned().unwrap_or_default())
            })
            .collect();
        let given_groups = inner.get("groups").and_then(Value::as_array);
        let mut groups = Vec::new();
        for (at, (name, color)) in
            [("To-do", "gray"), ("In progress", "blue"), ("Complete", "green")].into_iter().enumerate()
        {
            let named = given_groups
                .and_then(|groups| groups.iter().find(|group| group.get("name").is_some_and(|given| given == name)));
            let belongs = |position: usize, id: &Value, option: &Value| match (named, given_groups, own) {
                (Some(group), ..) => ["option_ids", "options", "option_names"].iter().any(|key| {
                    group
                        .get(key)
                        .and_then(Value::as_array)
                        .is_some_and(|names| names.contains(id) || names.contains(option))
                }),
                (None, Some(_), _) => false,
                (None, None, Some(_)) => at == 0,
                (None, None, None) => position == at,
            };
            let option_ids: Vec<&Value> = ids
                .iter()
                .enumerate()
                .filter(|(position, (id, name))| belongs(*position, id, name))
                .map(|(_, (id, _))| id)
                .collect();
            groups.push(json!({ "id": self.mint(IdKind::Random, now).to_string(), "name": name, "color": color, "option_ids": option_ids }));
        }
        Map::from_iter([("options".to_owned(), options), ("groups".to_owned(), groups.into())])
    }

    fn new_relation(&mut self, source: Id, id: &str, name: &str, inner: &Value) -> Map<String, Value> {
        let target = inner.get("data_source_id").and_then(Value::as_str).and_then(super::ids::parse).unwrap_or(source);
        let mut config = Map::new();
        config.insert("data_source_id".to_owned(), target.to_string().into());
        let is_dual =
            inner.get("type").and_then(Value::as_str) == Some("dual_property") || inner.get("dual_property").is_some();
        if is_dual {
            let wanted = inner.pointer("/dual_property/synced_property_name").and_then(Value::as_str);
            let synced = self.other_side(source, id, name, target, wanted);
            config.insert("synced_property_id".to_owned(), synced.into());
        }
        config
    }

    /// Finds or adds the column that mirrors a two-way relation.
    fn other_side(&mut self, source: Id, id: &str, name: &str, target: Id, wanted: Option<&str>) -> String {
        let back = |column: &Column| column.kind == "relation" && column.setting_id("data_source_id") == Some(source);
        // The one that mirrors it already stays, whatever it is called by now.
        let mirrors = |column: &&Column| back(column) && column.synced_id() == Some(id);
        if let (None, Some(found)) =
            (wanted, self.data_sources.get(&target).and_then(|target| target.columns.iter().find(mirrors)))
        {
            return found.id.clone();
        }
        if let Some(wanted) = wanted
            && let Some(found) = self
                .data_sources
                .get_mut(&target)
                .and_then(|t| t.columns.iter_mut().find(|c| c.name == wanted && back(c)))
        {
            found.config.insert("synced_property_id".to_owned(), id.into());
            return found.id.clone();
        }
        let title =
            self.data_sources.get(&source).map(|source| super::rich_text::plain(&source.title)).unwrap_or_default();
        let fresh = loop {
            let fresh = self.mint.property();
            let is_taken = |source: &DataSource| source.columns.iter().any(|column| column.id == fresh);
            if fresh != id && !self.data_sources.get(&target).is_some_and(is_taken) {
                break fresh;
            }
        };
        let config = Map::from_iter([
            ("data_source_id".to_owned(), source.to_string().into()),
            ("synced_property_id".to_owned(), id.into()),
        ]);
        let name = wanted.map_or_else(|| format!("Related to {title} ({name})"), str::to_owned);
        let name = self.free_name(target, &name, None);
        if let Some(target) = self.data_sources.get_mut(&target) {
            target.columns.push(Column {
                id: fresh.clone(),
                name,
                description: None,
                kind: "relation".to_owned(),
                config,
            });
        }
        fresh
    }

    fn new_rollup(&self, source: Id, inner: &Value) -> Map<String, Value> {
        let named = |name: &str, id: &str| {
            inner.get(name).or_else(|| inner.get(id)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let here = self.data_sources.get(&source);
        let relation = here.and_then(|here| here.column(&named("relation_property_name", "relation_property_id")));
        let target = relation
            .and_then(|relation| relation.setting_id("data_source_id"))
            .and_then(|id| self.data_sources.get(&id));
        let rolled = named("rollup_property_name", "rollup_property_id");
        let rolled = target.and_then(|target| target.column(&rolled).or_else(|| target.title_column()));
        Map::from_iter([
            ("relation_property_id".to_owned(), relation.map(|column| column.id.clone()).into()),
            ("rollup_property_id".to_owned(), rolled.map(|column| column.id.clone()).into()),
            ("function".to_owned(), inner.get("function").cloned().unwrap_or_else(|| "show_original".into())),
        ])
    }

    /// A formula as stored: `prop("Name")` becomes the service's opaque reference, and the whole is written its way.
    fn referring(&self, source: Id, expression: &str) -> String {
        let mut text = expression.to_owned();
        for column in self.data_sources.get(&source).map(|source| source.columns.as_slice()).unwrap_or_default() {
            let reference = format!("{{{{notion:block_property:{}:{source}:{}}}}}", column.public_id(), self.id);
            text = text.replace(&format!("prop(\"{}\")", column.name), &reference);
        }
        Formula::read(&text).map_or(text, |formula| formula.written())
    }

    /// Refuses changes of a schema that make no sense; shapes were checked.
    pub fn check_column_changes(
        &self,
        source: &DataSource,
        changes: &Map<String, Value>,
        sees: impl Fn(Id) -> bool,
    ) -> Result<(), ApiError> {
        let mut added = Map::new();
        for (key, change) in changes {
            let column = source.column(key);
            match (column, change) {
                (None, Value::Null) => {
                    return Err(ApiError::validation(format!("{key} is not a property that exists.")));
                }
                (Some(column), Value::Null) if column.kind == "title" => {
                    return Err(ApiError::validation("Cannot delete the title property."));
                }
                (column, change) => {
                    let kind = kind_of(change);
                    if column.is_none() && kind.is_none() {
                        return Err(ApiError::validation(format!("{key} is not a property that exists.")));
                    }
                    if column.is_some_and(|column| column.kind == "title") && kind.is_some_and(|kind| kind != "title") {
                        return Err(ApiError::validation("Cannot update the type of the title property."));
                    }
                    if kind.is_some() {
                        added.insert(column.map_or_else(|| key.clone(), |column| column.name.clone()), change.clone());
                    }
                }
            }
        }
        self.check_columns(&source.columns, &added, sees)
    }

    /// Applies checked changes: `null` deletes, a name renames, a kind adds or retypes.
    pub fn change_columns(&mut self, source: Id, changes: &Map<String, Value>, now: Timestamp) {
        let mut added = Map::new();
        for (key, change) in changes {
            let Some(column) = self.data_sources.get(&source).and_then(|source| source.column(key)).cloned() else {
                added.insert(change.get("name").and_then(Value::as_str).unwrap_or(key).to_owned(), change.clone());
                continue;
            };
            if change.is_null() {
                self.drop_column(source, &column);
                continue;
            }
            if let Some(kind) = kind_of(change) {
                self.retype(source, &column, kind, change.get(kind).unwrap_or(&Value::Null), now);
            }
            let new_name = change.get("name").and_then(Value::as_str);
            let new_name = new_name.map(|name| self.free_name(source, name, Some(&column.id)));
            if let Some(column) = self.data_sources.get_mut(&source).and_then(|source| source.column_mut(&column.id)) {
                if let Some(name) = new_name {
                    column.name = name;
                }
                if let Some(description) = change.get("description") {
                    column.description = description.as_str().map(str::to_owned);
                }
            }
        }
        self.add_columns(source, &added, now);
    }

    /// A name that no other column has: the name, or that with a number behind it.
    fn free_name(&self, source: Id, name: &str, id: Option<&str>) -> String {
        let Some(source) = self.data_sources.get(&source) else { return name.to_owned() };
        let is_free =
            |name: &str| source.columns.iter().all(|other| other.name != name || Some(other.id.as_str()) == id);
        let numbered = (1..).map(|number| format!("{name} {number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| is_free(name)).unwrap_or_default()
    }

    fn retype(&mut self, source: Id, column: &Column, kind: &str, inner: &Value, now: Timestamp) {
        let before = (column.kind == kind).then_some(column);
        let config = match kind {
            "relation" => self.new_relation(source, &column.id, &column.name, inner),
            "rollup" => self.new_rollup(source, inner),
            _ => self.new_config(source, kind, inner, before, now),
        };
        if let Some(column) = self.data_sources.get_mut(&source).and_then(|source| source.column_mut(&column.id)) {
            kind.clone_into(&mut column.kind);
            column.config = config;
        }
        if before.is_none() {
            self.forget_values(source, &column.id);
        }
    }

    fn drop_column(&mut self, source: Id, column: &Column) {
        if let Some(source) = self.data_sources.get_mut(&source) {
            source.columns.retain(|other| other.id != column.id);
        }
        self.forget_values(source, &column.id);
        // The other side of a two-way relation goes with it.
        if let (Some(target), Some(synced)) = (column.setting_id("data_source_id"), column.synced_id()) {
            if let Some(target) = self.data_sources.get_mut(&target) {
                target.columns.retain(|other| other.id != synced);
            }
            self.forget_values(target, synced);
        }
    }

    fn forget_values(&mut self, source: Id, column: &str) {
        let rows = self.data_sources.get(&source).map(|source| source.rows.clone()).unwrap_or_default();
        for row in rows {
            if let Some(page) = self.page_mut(row) {
                page.values.remove(column);
            }
        }
    }

    /// An empty data source with its title column or the columns given.
    pub fn insert_data_source(&mut self, source: DataSource) {
        if let Some(database) = self.database_mut(source.database) {
            database.data_sources.push(source.id);
        }
        self.data_sources.insert(source.id, source);
    }
}
