//! `views`.

use crate::client::{Call, Client, Draft, Paged, Repeat};
use crate::id::{DataSourceId, DatabaseId, ViewId, ViewQueryId};
use crate::json::{Extra, Json};
use crate::types::{PageRef, Resource, View, ViewQuery};
use crate::write::{CreateView, UpdateView};

/// Views of databases, and what they show.
#[derive(Clone, Debug)]
pub struct Views {
    pub(super) client: Client,
}

impl Views {
    /// The views of a database. The service gives their ids alone: [`Views::get`] gives one whole.
    pub fn of_database(&self, id: DatabaseId) -> Paged<Resource<View>> {
        Paged::new(&self.client, Draft::get("views").query("database_id", id.to_string()))
    }

    /// The views of a data source, linked ones on other pages among them. The service gives their ids alone.
    pub fn of_data_source(&self, id: DataSourceId) -> Paged<Resource<View>> {
        Paged::new(&self.client, Draft::get("views").query("data_source_id", id.to_string()))
    }

    /// A view.
    pub fn get(&self, id: ViewId) -> Call<Resource<View>> {
        Call::json(&self.client, Draft::get(format!("views/{id}")))
    }

    /// Creates a view. Never repeated after an attempt that may have been carried out.
    pub fn create(&self, view: &CreateView) -> Call<Resource<View>> {
        let places = [
            view.database_id.value().is_some(),
            view.view_id.value().is_some(),
            view.create_database.value().is_some(),
        ];
        if places.iter().filter(|is_given| **is_given).count() != 1 {
            return Call::refused(
                &self.client,
                "a view goes to a database, a dashboard or a page: to exactly one of them",
            );
        }
        Call::json(&self.client, Draft::post("views", view.encode()))
    }

    /// Changes a view. Repeated after failures.
    pub fn update(&self, id: ViewId, update: &UpdateView) -> Call<Resource<View>> {
        Call::json(&self.client, Draft::patch(format!("views/{id}"), update.encode()).repeating(Repeat::Harmless))
    }

    /// Deletes a view. Repeated after failures.
    pub fn delete(&self, id: ViewId) -> Call<Resource<View>> {
        Call::json(&self.client, Draft::delete(format!("views/{id}")))
    }

    /// Runs a view's filters and sorts, and gives the ids of the first rows with the id under which the service keeps the others
    /// for a quarter of an hour. It stops at 10,000.
    pub fn query(&self, id: ViewId, page_size: Option<usize>) -> Call<ViewQuery> {
        let mut body = Extra::new();
        if let Some(size) = page_size {
            body.insert("page_size".to_owned(), size.clamp(1, 100).into());
        }
        // Only another result is kept for a while.
        Call::json(&self.client, Draft::post(format!("views/{id}/queries"), body.into()).repeating(Repeat::Harmless))
    }

    /// The ids of the rows of a result that is kept.
    pub fn query_results(&self, id: ViewId, query: ViewQueryId) -> Paged<PageRef> {
        Paged::new(&self.client, Draft::get(format!("views/{id}/queries/{query}")))
    }

    /// Throws a result away before its time. Repeated after failures.
    pub fn delete_query(&self, id: ViewId, query: ViewQueryId) -> Call<ViewQuery> {
        Call::json(&self.client, Draft::delete(format!("views/{id}/queries/{query}")))
    }
}
