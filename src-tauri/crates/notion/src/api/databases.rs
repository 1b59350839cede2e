//! `databases`.

use crate::client::{Call, Client, Draft};
use crate::id::DatabaseId;
use crate::types::{Database, Resource};

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
}
