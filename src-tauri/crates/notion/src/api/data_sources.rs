//! `data_sources`.

use std::collections::HashSet;

use crate::client::{Answer, Call, Client, Collected, Draft, Paged, Repeat, read_json};
use crate::error::Error;
use crate::id::DataSourceId;
use crate::json::{Field, Json};
use crate::time::Time;
use crate::types::{DataSource, Identified, List, PageOrDataSource, PageTemplate, PageTemplates, Resource, SchemaKind};
use crate::write::{CreateDataSource, Filter, Query, UpdateDataSource};

/// Data sources: tables with their rows.
#[derive(Clone, Debug)]
pub struct DataSources {
    pub(super) client: Client,
}

impl DataSources {
    /// A data source with its schema.
    pub fn get(&self, id: DataSourceId) -> Call<Resource<DataSource>> {
        Call::json(&self.client, Draft::get(format!("data_sources/{id}")))
    }

    /// Its rows, up to date. The service stops at 10,000: [`Collected::complete`](crate::Collected::complete) tells.
    ///
    /// A filter may nest two levels deep; a deeper one is not sent.
    pub fn query(&self, id: DataSourceId, query: &Query) -> Paged<PageOrDataSource> {
        if query.depth() > Filter::DEEPEST {
            return Paged::refused(&self.client, format!("filters nest at most {} levels deep", Filter::DEEPEST));
        }
        let mut draft = Draft::post(format!("data_sources/{id}/query"), query.encode()).repeating(Repeat::Read);
        for property in query.properties() {
            draft = draft.query("filter_properties", property);
        }
        Paged::new(&self.client, draft)
    }

    /// All rows, also beyond the 10,000 at which a query stops: what it left out is asked for again from the last minute it came to. The
    /// order is that of creation, whatever the query says.
    ///
    /// When more rows than a query shows were made within one minute, those beyond cannot be asked for: they are missing, and
    /// [`Collected::complete`] is false. A filter may nest two levels deep, one level if it is an [`any`](Filter::any).
    pub async fn all_rows(&self, id: DataSourceId, query: &Query) -> Result<Collected<PageOrDataSource>, Error> {
        let mut all = Collected { items: Vec::new(), complete: true };
        let mut seen = HashSet::new();
        let mut from: Option<(&str, Time)> = None;
        loop {
            let start = from.as_ref().map(|(condition, time)| (*condition, time));
            let window = self.query(id, &query.created(start)).collect_all().await?;
            let last = window.items.iter().rev().find_map(PageOrDataSource::created_time).cloned();
            let known = all.items.len();
            all.items.extend(window.items.into_iter().filter(|row| row.id().is_none_or(|id| seen.insert(id))));
            from = match last {
                _ if window.complete => return Ok(all),
                // A whole window within one minute: what else is in it stays unknown, and the next minute comes.
                Some(last) if from.as_ref().is_some_and(|(_, time)| *time == last) => {
                    all.complete = false;
                    Some(("after", last))
                }
                Some(last) if all.items.len() > known => Some(("on_or_after", last)),
                _ => {
                    all.complete = false;
                    return Ok(all);
                }
            };
        }
    }

    /// Creates a data source in a database. Never repeated after an attempt that may have been carried out.
    pub fn create(&self, source: &CreateDataSource) -> Call<Resource<DataSource>> {
        let titles = source.properties.values().filter(|column| matches!(column.kind, SchemaKind::Title(_))).count();
        if titles != 1 {
            return Call::refused(&self.client, "a data source has exactly one title column");
        }
        Call::json(&self.client, Draft::post("data_sources", source.encode()))
    }

    /// Changes a data source: its title, its columns, its place. Repeated after failures, unless it touches columns: a column
    /// that was renamed by the first attempt is not found by the second.
    pub fn update(&self, id: DataSourceId, update: &UpdateDataSource) -> Call<Resource<DataSource>> {
        let repeat = if update.properties.value().is_none() { Repeat::Harmless } else { Repeat::Never };
        Call::json(&self.client, Draft::patch(format!("data_sources/{id}"), update.encode()).repeating(repeat))
    }

    /// The templates for its rows.
    pub fn templates(&self, id: DataSourceId) -> Paged<PageTemplate> {
        Paged::read_by(&self.client, Draft::get(format!("data_sources/{id}/templates")), read_templates)
    }

    /// The templates for its rows that have this name.
    pub fn templates_named(&self, id: DataSourceId, name: impl Into<String>) -> Paged<PageTemplate> {
        let draft = Draft::get(format!("data_sources/{id}/templates")).query("name", name);
        Paged::read_by(&self.client, draft, read_templates)
    }
}

/// The one list that has its items under a name of its own.
fn read_templates(answer: Answer) -> Result<List<PageTemplate>, Error> {
    let list: PageTemplates = read_json(answer)?;
    Ok(List {
        object: Field::Absent,
        results: list.templates,
        has_more: list.has_more,
        next_cursor: list.next_cursor,
        kind: Field::Absent,
        request_status: Field::Absent,
        request_id: Field::Absent,
        marker: Field::Absent,
        extra: list.extra,
    })
}
