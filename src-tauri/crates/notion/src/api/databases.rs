//! `databases`.

use crate::client::{Call, Client, Draft, Repeat};
use crate::id::DatabaseId;
use crate::json::Json;
use crate::types::{Database, Resource};
use crate::write::{CreateDatabase, UpdateDatabase};

/// Databases: containers of data sources.
#[derive(Clone, Debug)]
pub struct Databases {
    pub(super) client: Client,
}

impl Databases {
    /// A database with the ids of its data sources. A linked view answers "not found", or has none.
    pub fn get(&self, id: DatabaseId) -> Call<Resource<Database>> {
        Call::json(&self.client, Draft::get(format!("databases/{id}")))
    }

    /// Creates a database with one data source. Never repeated after an attempt that may have been carried out.
    pub fn create(&self, database: &CreateDatabase) -> Call<Resource<Database>> {
        if database.parent.value().is_none() {
            return Call::refused(&self.client, "a database is created in a page or at the top of the workspace");
        }
        Call::json(&self.client, Draft::post("databases", database.encode()))
    }

    /// Changes a database or moves it. Repeated after failures.
    pub fn update(&self, id: DatabaseId, update: &UpdateDatabase) -> Call<Resource<Database>> {
        Call::json(&self.client, Draft::patch(format!("databases/{id}"), update.encode()).repeating(Repeat::Harmless))
    }
}
