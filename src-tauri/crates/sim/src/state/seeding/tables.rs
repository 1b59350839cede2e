//! Databases of a seed: their columns, and the values of their rows.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Planter, SeedError, everything};
use crate::error::ApiError;
use crate::seed::ParentSeed;
use crate::state::column::kind_of;
use crate::state::content::Place;
use crate::state::ids::Id;
use crate::state::payload::{cover, icon};
use crate::state::rich_text::from_plain;
use crate::state::{Body, DataSource, Database, Workspace};
use crate::validate;

impl Planter<'_> {
    /// Databases and their columns. They find their place among the children when the pages are there.
    pub(super) fn databases(&self, ws: &mut Workspace) -> Result<(), SeedError> {
        let mut schemas: Vec<(Id, Map<String, Value>, String)> = Vec::new();
        for seed in &self.seed.databases {
            let place = format!("database {}", seed.key);
            let (created, edited) = self.stamps(&place, &seed.stamps)?;
            let id = self.id(&place, "database", &seed.key)?;
            if seed.is_linked && !seed.data_sources.is_empty() {
                let reason = "what it shows is elsewhere, so it has no data sources of its own".to_owned();
                return Err(SeedError::Invalid { place, reason });
            }
            if let ParentSeed::DataSource(above) = &seed.parent {
                let is_in_wiki = self.seed.databases.iter().any(|database| {
                    database.is_wiki && database.data_sources.iter().any(|source| source.key == *above)
                });
                if !is_in_wiki {
                    let reason = format!("{above} is no wiki's data source, and only those have databases as rows");
                    return Err(SeedError::Invalid { place, reason });
                }
            }
            let database = Database {
                title: from_plain(&seed.title),
                description: from_plain(&self.filled(&place, &seed.description)?),
                icon: self.face(&place, seed.icon.as_ref(), icon)?,
                cover: self.face(&place, seed.cover.as_ref(), cover)?,
                is_inline: seed.is_inline,
                is_linked: seed.is_linked,
                is_wiki: seed.is_wiki,
                ..Database::default()
            };
            ws.insert_node(
                self.parent(&place, &seed.parent)?,
                Place::End,
                id,
                Body::Database(Box::new(database)),
                created,
            );
            ws.touch(id, edited);
            for source in &seed.data_sources {
                let place = format!("data source {}", source.key);
                let source_id = self.id(&place, "data_source", &source.key)?;
                let properties = self.filled_value(&place, &Value::Object(source.properties.clone()))?;
                // A kind that is newer than the API is not written through it, but a seed may know.
                let known: Map<String, Value> = properties
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(_, schema)| kind_of(schema).is_none_or(validate::property::is_kind))
                    .map(|(name, schema)| (name.clone(), schema.clone()))
                    .collect();
                validate::body(&validate::property::new_schema(), &known.into()).map_err(Self::invalid(&place))?;
                ws.insert_data_source(DataSource {
                    id: source_id,
                    database: id,
                    title: from_plain(&source.name),
                    icon: None,
                    columns: Vec::new(),
                    rows: Vec::new(),
                    templates: Vec::new(),
                    default_template: None,
                    created,
                    edited,
                    in_trash: false,
                    next_number: 1,
                });
                schemas.push((source_id, properties.as_object().cloned().unwrap_or_default(), place));
            }
        }
        // Rollups look through relations, whose other sides come first; formulas name any column.
        for kinds in [Pass::Plain, Pass::Rollups, Pass::Formulas] {
            for (source, schema, place) in &schemas {
                add_columns(ws, *source, schema, kinds, self.now).map_err(Self::invalid(place))?;
            }
        }
        for (source, schema, _) in &schemas {
            if let Some(source) = ws.data_sources.get_mut(source) {
                let position = |name: &str| schema.keys().position(|key| key == name).unwrap_or(usize::MAX);
                source.columns.sort_by_key(|column| position(&column.name));
            }
        }
        Ok(())
    }

    /// Rows that are templates are rows no more.
    pub(super) fn templates(&self, ws: &mut Workspace) -> Result<(), SeedError> {
        for seed in self.seed.databases.iter().flat_map(|database| &database.data_sources) {
            let place = format!("data source {}", seed.key);
            let key = |key: &String| self.id(&place, "page", key);
            let templates = seed.templates.iter().map(key).collect::<Result<Vec<_>, _>>()?;
            let default = seed.default_template.as_ref().map(key).transpose()?;
            if !ws.declare_templates(self.id(&place, "data_source", &seed.key)?, templates, default) {
                return Err(SeedError::Invalid { place, reason: "its templates are rows, the default one too".into() });
            }
        }
        Ok(())
    }

    pub(super) fn values(&self, ws: &mut Workspace) -> Result<(), SeedError> {
        let planter = everything();
        for seed in &self.seed.pages {
            let ParentSeed::DataSource(key) = &seed.parent else { continue };
            let place = format!("page {}", seed.key);
            let (row, source_id) = (self.id(&place, "page", &seed.key)?, self.id(&place, "data_source", key)?);
            let (_, edited) = self.stamps(&place, &seed.stamps)?;
            let Some(source) = ws.data_sources.get(&source_id) else { continue };
            let mut given = Map::new();
            let mut fixed = Vec::new();
            for (name, value) in &seed.properties {
                let value = self.filled_value(&place, value)?;
                match source.column(name) {
                    // Formulas are not computed: the seed says what they come to.
                    Some(column) if column.kind == "formula" => {
                        fixed.push((column.id.clone(), value.get("formula").cloned().unwrap_or(value)));
                    }
                    Some(column) if column.kind == "unique_id" => {
                        let number =
                            value.pointer("/unique_id/number").or_else(|| value.get("unique_id")).unwrap_or(&value);
                        fixed.push((column.id.clone(), number.clone()));
                    }
                    Some(column) if !validate::property::is_kind(&column.kind) => {
                        fixed.push((column.id.clone(), value.get(&column.kind).cloned().unwrap_or(value)));
                    }
                    // Who verified a page is never written through the API, but a seed knows. Whether that is over, the clock tells.
                    Some(column) if column.kind == "verification" => {
                        let value = value.get("verification").unwrap_or(&value);
                        fixed.push((column.id.clone(), crate::state::value::verification(value, edited)));
                    }
                    _ => {
                        given.insert(name.clone(), value);
                    }
                }
            }
            let given = Value::Object(given);
            validate::body(&validate::property::values(), &given).map_err(Self::invalid(&place))?;
            let given = given.as_object().cloned().unwrap_or_default();
            ws.check_values(source, &planter, &given).map_err(Self::invalid(&place))?;
            ws.store_values(source_id, row, &given, edited).map_err(Self::invalid(&place))?;
            if let Some(page) = ws.page_mut(row) {
                page.values.extend(fixed);
            }
            ws.number_rows_on(source_id);
        }
        Ok(())
    }
}

/// The columns of a seed are made in passes, since they name each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Plain,
    Rollups,
    Formulas,
}

fn add_columns(
    ws: &mut Workspace,
    source: Id,
    schema: &Map<String, Value>,
    pass: Pass,
    now: Timestamp,
) -> Result<(), ApiError> {
    for (name, column) in schema {
        let own_pass = match kind_of(column) {
            Some("rollup") => Pass::Rollups,
            Some("formula") => Pass::Formulas,
            _ => Pass::Plain,
        };
        let Some(existing) = ws.data_sources.get(&source).map(|source| source.columns.as_slice()) else { continue };
        // The other side of a two-way relation may have made the column already.
        if own_pass != pass || existing.iter().any(|column| column.name == *name) {
            continue;
        }
        let one = Map::from_iter([(name.clone(), column.clone())]);
        ws.check_columns(existing, &one, |id| ws.data_sources.contains_key(&id))?;
        ws.add_columns(source, &one, now);
    }
    Ok(())
}
