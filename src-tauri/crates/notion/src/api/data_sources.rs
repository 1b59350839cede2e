//! `data_sources`.

use crate::client::{Answer, Call, Client, Draft, Paged, Repeat, read_json};
use crate::error::Error;
use crate::id::DataSourceId;
use crate::json::{Field, Json};
use crate::types::{DataSource, List, PageOrDataSource, PageTemplate, PageTemplates, Resource, SchemaKind};
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
