//! The full-text index inside the cache.

use rusqlite::{Connection, Transaction};
use satchel_model::{DataSourceId, ItemId, Timestamp, UserId};

use crate::Result;

/// What an entry is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Page,
    Row,
    DataSource,
}

/// What the index knows of an item.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct IndexEntry {
    pub item: ItemId,
    pub kind: Kind,
    pub edited_at: Timestamp,
    pub created_at: Timestamp,
    pub title: String,
    pub headings: String,
    pub properties: String,
    pub body: String,
    pub comments: String,
    pub database: Option<DataSourceId>,
    pub author: Option<UserId>,
}

/// A search.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct SearchPage {}

pub(crate) fn register(_: &Connection) -> Result<()> {
    Ok(())
}

pub(crate) fn migrate_v1(_: &Transaction<'_>) -> Result<()> {
    Ok(())
}

pub(crate) fn put(_: &Transaction<'_>, _: &IndexEntry) -> Result<()> {
    Ok(())
}

pub(crate) fn remove(_: &Transaction<'_>, _: ItemId) -> Result<()> {
    Ok(())
}

pub(crate) fn search(_: &Connection, _: &SearchRequest) -> Result<SearchPage> {
    Ok(SearchPage {})
}
