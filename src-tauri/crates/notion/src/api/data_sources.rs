//! `data_sources`.

use crate::client::{Call, Client, Draft, Paged, Repeat};
use crate::id::DataSourceId;
use crate::types::{DataSource, PageOrDataSource, Resource};
use crate::write::{Filter, Query};

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
}
