//! What hangs where: paths upwards, and what is below a thing.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};
use satchel_model::{Block, BlockId, BlockKind, DataSourceId, DatabaseId, Document, Icon, ItemId, PageId, Parent};
use uuid::Uuid;

use super::{
    CacheReader, Listed,
    apply::parent_columns,
    read::{LISTED_DATA_SOURCE, LISTED_PAGE, listed, listed_columns, listed_data_source, listed_page},
};
use crate::{Result, pack::uuid};

/// How far up a path goes. Nobody nests deeper by hand; damage could.
const HOPS: usize = 64;

/// One step of the path to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Which.
    pub item: ItemId,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
}

/// The ids of all blocks of a document, in no order that matters. The stack keeps deep nesting off the machine's own.
pub(super) fn blocks(document: &Document) -> Vec<BlockId> {
    let mut found = Vec::new();
    let mut open: Vec<&Block> = document.blocks.iter().collect();
    while let Some(block) = open.pop() {
        found.extend(block.id);
        if let BlockKind::Table { table } = &block.kind {
            found.extend(table.rows.iter().filter_map(|row| row.id));
        }
        open.extend(&block.children);
    }
    found
}

/// A place on the way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Item(ItemId),
    Database(DatabaseId),
    Block(BlockId),
}

impl Place {
    const fn of(parent: Parent) -> Option<Self> {
        match parent {
            Parent::Workspace | Parent::Unknown => None,
            Parent::Page { page_id } => Some(Self::Item(ItemId::Page(page_id))),
            Parent::Block { block_id } => Some(Self::Block(block_id)),
            Parent::DataSource { data_source_id, .. } => Some(Self::Item(ItemId::DataSource(data_source_id))),
            Parent::Database { database_id } => Some(Self::Database(database_id)),
        }
    }

    /// The place of stored columns.
    fn of_columns(kind: &str, id: Option<Vec<u8>>) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let id: Uuid = uuid(&id)?;
        Ok(match kind {
            "page" => Some(Self::Item(ItemId::Page(PageId::from_uuid(id)))),
            "block" => Some(Self::Block(BlockId::from_uuid(id))),
            "data_source" => Some(Self::Item(ItemId::DataSource(DataSourceId::from_uuid(id)))),
            "database" => Some(Self::Database(DatabaseId::from_uuid(id))),
            _ => None,
        })
    }
}

/// One step up from a place that is known.
fn up(c: &Connection, place: Place) -> Result<Option<Place>> {
    let columns = |statement: &str, id: &[u8; 16]| -> Result<Option<Place>> {
        let mut query = c.prepare_cached(statement)?;
        let found: Option<(String, Option<Vec<u8>>)> =
            query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map_or(Ok(None), |(kind, id)| Place::of_columns(&kind, id))
    };
    match place {
        Place::Item(ItemId::Page(id)) => {
            columns("SELECT parent_kind, parent_id FROM page WHERE id = ?1", id.as_uuid().as_bytes())
        }
        // The database between a data source and its page has the same title as a rule, and nobody opens it: it is passed over.
        Place::Item(ItemId::DataSource(id)) => {
            columns("SELECT parent_kind, parent_id FROM data_source WHERE id = ?1", id.as_uuid().as_bytes())
        }
        Place::Database(id) => {
            columns("SELECT parent_kind, parent_id FROM database WHERE id = ?1", id.as_uuid().as_bytes())
        }
        Place::Block(id) => {
            let id = id.as_uuid();
            let mut query = c.prepare_cached(
                "SELECT page_id FROM block WHERE id = ?1 UNION ALL SELECT id FROM page WHERE id = ?1 LIMIT 1",
            )?;
            let page: Option<Vec<u8>> = query.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
            page.map(|page| Ok(Place::Item(ItemId::Page(PageId::from_uuid(uuid(&page)?))))).transpose()
        }
    }
}

impl CacheReader {
    /// The path to an item, outermost first, without the item itself, as far as it is known: it begins where the account's sight begins, or below
    /// a block that nobody has looked up yet.
    pub fn crumbs(&self, item: ItemId) -> Result<Vec<Crumb>> {
        self.readers.with(|c| {
            let mut path = Vec::new();
            let mut seen = HashSet::from([Place::Item(item)]);
            let mut next = up(c, Place::Item(item))?;
            while let Some(place) = next {
                if !seen.insert(place) || seen.len() > HOPS {
                    break;
                }
                if let Place::Item(item) = place {
                    let Some(Listed { title, icon, .. }) = listed(c, item)? else { break };
                    path.push(Crumb { item, title, icon });
                }
                next = up(c, place)?;
            }
            path.reverse();
            Ok(path)
        })
    }

    /// What is directly below a parent and not in the trash: pages in the order they were made, then data sources. Of a page that is what hangs in
    /// its blocks too, as far as its block tree is known. Rows are better read with [`CacheReader::rows`].
    pub fn children(&self, parent: Parent) -> Result<Vec<Listed>> {
        self.readers.with(|c| {
            let (kind, id) = parent_columns(&parent);
            // What hangs directly there, and in the blocks of the page there. The joins say the order: few blocks, then their pages.
            let below = |columns: &str, table: &str, alias: &str| {
                format!(
                    "SELECT {columns}, {alias}.created_at FROM {table} AS {alias}
                     WHERE {alias}.in_trash = 0 AND {alias}.parent_kind = ?1 AND {alias}.parent_id IS ?2
                     UNION ALL
                     SELECT {columns}, {alias}.created_at FROM block AS b CROSS JOIN {table} AS {alias}
                     WHERE {alias}.in_trash = 0 AND {alias}.parent_kind = 'block' AND {alias}.parent_id = b.id
                        AND ?1 = 'page' AND b.page_id = ?2"
                )
            };
            let mut found = Vec::new();
            let pages = below(LISTED_PAGE, "page", "p");
            let mut query = c.prepare_cached(&format!("{pages} ORDER BY 6, 1"))?;
            for row in query.query_map(params![kind, id], listed_columns)? {
                found.push(listed_page(row?)?);
            }
            let data_sources = below(LISTED_DATA_SOURCE, "data_source", "d");
            let mut query = c.prepare_cached(&format!(
                "{data_sources}
                 UNION ALL
                 SELECT {LISTED_DATA_SOURCE}, d.created_at FROM data_source AS d
                 WHERE d.in_trash = 0 AND ?1 = 'database' AND d.database_id = ?2
                 ORDER BY 6, 1"
            ))?;
            for row in query.query_map(params![kind, id], listed_columns)? {
                found.push(listed_data_source(row?)?);
            }
            Ok(found)
        })
    }

    /// Where the trees of pages begin: what hangs at the top of the workspace, and what hangs in something that the account does not see. Rows
    /// are left out.
    pub fn roots(&self) -> Result<Vec<Listed>> {
        self.readers.with(|c| {
            let is_root = |alias: &str| {
                format!(
                    "{alias}.in_trash = 0 AND ({alias}.parent_kind IN ('workspace', 'unknown')
                     OR {alias}.parent_kind IN ('page', 'block', 'database')
                        AND NOT EXISTS (SELECT 1 FROM page WHERE id = {alias}.parent_id)
                        AND NOT EXISTS (SELECT 1 FROM database WHERE id = {alias}.parent_id)
                        AND NOT EXISTS (SELECT 1 FROM block WHERE id = {alias}.parent_id))"
                )
            };
            let mut found = Vec::new();
            let mut query = c.prepare_cached(&format!(
                "SELECT {LISTED_PAGE} FROM page AS p WHERE {} ORDER BY p.title_key, p.id",
                is_root("p")
            ))?;
            for row in query.query_map([], listed_columns)? {
                found.push(listed_page(row?)?);
            }
            let mut query = c.prepare_cached(&format!(
                "SELECT {LISTED_DATA_SOURCE} FROM data_source AS d WHERE {} ORDER BY d.title_key, d.id",
                is_root("d")
            ))?;
            for row in query.query_map([], listed_columns)? {
                found.push(listed_data_source(row?)?);
            }
            Ok(found)
        })
    }

    /// The page that a place is on or in: the page itself, or the one whose block it is; `None` when nobody knows yet.
    pub fn page_of(&self, parent: Parent) -> Result<Option<PageId>> {
        self.readers.with(|c| {
            let Some(place) = Place::of(parent) else { return Ok(None) };
            Ok(match place {
                Place::Item(ItemId::Page(id)) => Some(id),
                Place::Block(_) => match up(c, place)? {
                    Some(Place::Item(ItemId::Page(id))) => Some(id),
                    _ => None,
                },
                _ => None,
            })
        })
    }
}
