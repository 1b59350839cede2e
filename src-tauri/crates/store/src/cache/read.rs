//! Reading what is kept.

use rusqlite::{Connection, OptionalExtension, Row, params};
use satchel_model::{
    Comment, DataSource, DataSourceId, Database, DatabaseId, Document, Icon, ItemId, Page, PageBody, PageId, Timestamp,
    User, UserId,
};
pub use satchel_search::Kind as ListedKind;
use serde::de::DeserializeOwned;

use super::{BlockAt, CacheReader, text::title_key};
use crate::{
    Result,
    pack::{count, from_json, time, unpack, unpack_text, uuid},
};

/// Something kept, and when it was last read from the service.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<T> {
    /// The thing.
    pub value: T,
    /// When the service last said so.
    pub read_at: Timestamp,
}

/// A page's text as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The text.
    pub body: PageBody,
    /// Which dialect of Markdown it is in.
    pub dialect: String,
    /// The hash it came with.
    pub content_hash: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// The page's time of edit when it was fetched.
    pub source_last_edited: Timestamp,
}

/// A page's block tree as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The tree.
    pub document: Document,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

/// A page's comments as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Comments {
    /// The comments, the oldest first.
    pub comments: Vec<Comment>,
    /// When they were fetched.
    pub fetched_at: Timestamp,
}

/// Some of a data source's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The rows, in the order they were made.
    pub rows: Vec<Page>,
    /// How many there are in all.
    pub total: u32,
}

/// An item as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub item: ItemId,
    /// What it is.
    pub kind: ListedKind,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
    /// When it was last changed.
    pub edited_at: Timestamp,
}

/// The columns that [`listed_page`] reads.
pub(super) const LISTED_PAGE: &str = "p.id, p.parent_kind, p.title, p.icon, p.edited_at";
/// The columns that [`listed_data_source`] reads.
pub(super) const LISTED_DATA_SOURCE: &str = "d.id, 'data_source', d.title, d.icon, d.edited_at";

type ListedColumns = (Vec<u8>, String, String, Option<String>, i64);

pub(super) fn listed_columns(row: &Row<'_>) -> rusqlite::Result<ListedColumns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

pub(super) fn listed_page((id, parent_kind, title, icon, edited_at): ListedColumns) -> Result<Listed> {
    let kind = if parent_kind == "data_source" { ListedKind::Row } else { ListedKind::Page };
    let item = ItemId::Page(PageId::from_uuid(uuid(&id)?));
    let icon = icon.map(|icon| from_json("icon", &icon)).transpose()?;
    Ok(Listed { item, kind, title, icon, edited_at: time(edited_at)? })
}

pub(super) fn listed_data_source((id, _, title, icon, edited_at): ListedColumns) -> Result<Listed> {
    let item = ItemId::DataSource(DataSourceId::from_uuid(uuid(&id)?));
    let icon = icon.map(|icon| from_json("icon", &icon)).transpose()?;
    Ok(Listed { item, kind: ListedKind::DataSource, title, icon, edited_at: time(edited_at)? })
}

/// A packed value and the time it was read, by id.
fn kept<T: DeserializeOwned>(
    c: &Connection,
    table: &str,
    what: &'static str,
    id: &[u8; 16],
) -> Result<Option<Kept<T>>> {
    let mut query = c.prepare_cached(&format!("SELECT value, read_at FROM {table} WHERE id = ?1"))?;
    let found: Option<(Vec<u8>, i64)> = query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(value, read_at)| Ok(Kept { value: unpack(what, &value)?, read_at: time(read_at)? })).transpose()
}

impl CacheReader {
    /// A page, one in the trash included.
    pub fn page(&self, id: PageId) -> Result<Option<Kept<Page>>> {
        self.readers.with(|c| kept(c, "page", "page", id.as_uuid().as_bytes()))
    }

    /// A data source, one in the trash included.
    pub fn data_source(&self, id: DataSourceId) -> Result<Option<Kept<DataSource>>> {
        self.readers.with(|c| kept(c, "data_source", "data source", id.as_uuid().as_bytes()))
    }

    /// A database, one in the trash included.
    pub fn database(&self, id: DatabaseId) -> Result<Option<Kept<Database>>> {
        self.readers.with(|c| kept(c, "database", "database", id.as_uuid().as_bytes()))
    }

    /// The data source that a database opens as: one of those in it, always the same, and one in the trash only when there is no other.
    pub fn data_source_of(&self, id: DatabaseId) -> Result<Option<Listed>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {LISTED_DATA_SOURCE} FROM data_source AS d WHERE d.database_id = ?1 ORDER BY d.in_trash, d.id LIMIT 1"
            ))?;
            let found = query.query_row([id.as_uuid().as_bytes()], listed_columns).optional()?;
            found.map(listed_data_source).transpose()
        })
    }

    /// Since when something is known to be out of the account's sight; `None` for what is there or was never seen.
    pub fn gone_at(&self, item: ItemId) -> Result<Option<Timestamp>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT at FROM gone WHERE id = ?1")?;
            let at: Option<i64> = query.query_row([item.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
            at.map(time).transpose()
        })
    }

    /// A page's text, if it is kept.
    pub fn body(&self, id: PageId) -> Result<Option<Body>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(
                "SELECT markdown, is_truncated, unknown_blocks, dialect, content_hash, fetched_at, source_edited_at
                 FROM body WHERE page_id = ?1",
            )?;
            let mut rows = query.query([id.as_uuid().as_bytes()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            Ok(Some(Body {
                body: PageBody {
                    markdown: unpack_text(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?,
                    is_truncated: row.get(1)?,
                    unknown_blocks: from_json("list of blocks", &row.get::<_, String>(2)?)?,
                },
                dialect: row.get(3)?,
                content_hash: row.get(4)?,
                fetched_at: time(row.get(5)?)?,
                source_last_edited: time(row.get(6)?)?,
            }))
        })
    }

    /// Where in a page's index text its blocks begin; empty when its body is not kept.
    pub fn block_map(&self, id: PageId) -> Result<Vec<BlockAt>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT block_map FROM body WHERE page_id = ?1")?;
            let map: Option<Vec<u8>> = query.query_row([id.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
            map.map_or_else(|| Ok(Vec::new()), |map| unpack("block map", &map))
        })
    }

    /// A page's block tree, if it is kept.
    pub fn tree(&self, id: PageId) -> Result<Option<Tree>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value, fetched_at FROM tree WHERE page_id = ?1")?;
            let found: Option<(Vec<u8>, i64)> =
                query.query_row([id.as_uuid().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            found
                .map(|(value, at)| Ok(Tree { document: unpack("block tree", &value)?, fetched_at: time(at)? }))
                .transpose()
        })
    }

    /// A page's comments; `None` when they were never fetched.
    pub fn comments(&self, id: PageId) -> Result<Option<Comments>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value, fetched_at FROM comments WHERE page_id = ?1")?;
            let found: Option<(Vec<u8>, i64)> =
                query.query_row([id.as_uuid().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            found
                .map(|(value, at)| Ok(Comments { comments: unpack("comments", &value)?, fetched_at: time(at)? }))
                .transpose()
        })
    }

    /// A user.
    pub fn user(&self, id: UserId) -> Result<Option<User>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value FROM user WHERE id = ?1")?;
            let value: Option<String> = query.query_row([id.as_uuid().as_bytes()], |row| row.get(0)).optional()?;
            value.map(|value| from_json("user", &value)).transpose()
        })
    }

    /// All users that were ever seen, by name; those without one last.
    pub fn users(&self) -> Result<Vec<User>> {
        self.readers.with(|c| {
            let mut query =
                c.prepare_cached("SELECT value FROM user ORDER BY name IS NULL, name COLLATE NOCASE, id")?;
            let values = query.query_map([], |row| row.get::<_, String>(0))?;
            values.map(|value| from_json("user", &value?)).collect()
        })
    }

    /// Rows of a data source that are not in the trash, in the order they were made.
    pub fn rows(&self, id: DataSourceId, offset: u32, limit: u32) -> Result<Rows> {
        self.readers.with(|c| {
            let id = id.as_uuid().as_bytes();
            let mut query = c.prepare_cached("SELECT count(*) FROM page WHERE parent_kind = 'data_source' AND parent_id = ?1 AND in_trash = 0")?;
            let total = count(query.query_row([id], |row| row.get(0))?);
            let mut query = c.prepare_cached(
                "SELECT value FROM page WHERE parent_kind = 'data_source' AND parent_id = ?1 AND in_trash = 0 ORDER BY created_at, id LIMIT ?2 OFFSET ?3",
            )?;
            let values = query.query_map(params![id, limit, offset], |row| row.get::<_, Vec<u8>>(0))?;
            let rows = values.map(|value| unpack("page", &value?)).collect::<Result<_>>()?;
            Ok(Rows { rows, total })
        })
    }

    /// The pages of these that are known, as lists show them, in the given order.
    pub fn titles(&self, ids: &[PageId]) -> Result<Vec<Listed>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(&format!("SELECT {LISTED_PAGE} FROM page AS p WHERE p.id = ?1"))?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let columns = query.query_row([id.as_uuid().as_bytes()], listed_columns).optional()?;
                found.extend(columns.map(listed_page).transpose()?);
            }
            Ok(found)
        })
    }

    /// The item of a list, whatever its kind.
    pub fn listed(&self, item: ItemId) -> Result<Option<Listed>> {
        self.readers.with(|c| listed(c, item))
    }

    /// The pages that were changed last, by anybody.
    pub fn recently_edited(&self, limit: u32) -> Result<Vec<Listed>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {LISTED_PAGE} FROM page AS p WHERE p.in_trash = 0 ORDER BY p.edited_at DESC, p.id LIMIT ?1"
            ))?;
            let rows = query.query_map([limit], listed_columns)?;
            rows.map(|row| listed_page(row?)).collect()
        })
    }

    /// Items of these kinds whose title has all words of `text`, for pickers: equal titles first, then those that start with it, then
    /// the rest, the newest first in each. Without a word, the newest.
    pub fn find_titles(&self, text: &str, kinds: &[ListedKind], limit: u32) -> Result<Vec<Listed>> {
        let key = title_key(text);
        let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).take(8).collect();
        let has: String = (0..words.len()).map(|n| format!(" AND instr(title_key, ?{}) > 0", n + 2)).collect();
        // Without a word all are alike; the key is named all the same, because what is bound must be used.
        let rank = match words.as_slice() {
            [] => "?1 IS NULL",
            _ => "CASE WHEN title_key = ?1 THEN 0 WHEN instr(title_key, ?1) = 1 THEN 1 ELSE 2 END",
        };
        // Only the index of titles is walked; the things themselves are read for the few that are shown.
        let part = |table: &str, is_table: bool, which: &str| {
            format!("SELECT {is_table}, id, {rank} AS rank, edited_at FROM {table} WHERE in_trash = 0{which}{has}")
        };
        let mut parts = Vec::new();
        match (kinds.contains(&ListedKind::Page), kinds.contains(&ListedKind::Row)) {
            (true, true) => parts.push(part("page", false, "")),
            (true, false) => parts.push(part("page", false, " AND parent_kind <> 'data_source'")),
            (false, true) => parts.push(part("page", false, " AND parent_kind = 'data_source'")),
            (false, false) => {}
        }
        if kinds.contains(&ListedKind::DataSource) {
            parts.push(part("data_source", true, ""));
        }
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let statement = format!("{} ORDER BY rank, edited_at DESC, id LIMIT {limit}", parts.join(" UNION ALL "));
        self.readers.with(|c| {
            let mut query = c.prepare_cached(&statement)?;
            let values = std::iter::once(key.as_str()).chain(words);
            let rows = query.query_map(rusqlite::params_from_iter(values), |row| {
                Ok((row.get::<_, bool>(0)?, row.get::<_, Vec<u8>>(1)?))
            })?;
            let mut found = Vec::new();
            for row in rows {
                let (is_table, id) = row?;
                let id = uuid(&id)?;
                let item = if is_table {
                    ItemId::DataSource(DataSourceId::from_uuid(id))
                } else {
                    ItemId::Page(PageId::from_uuid(id))
                };
                found.extend(listed(c, item)?);
            }
            Ok(found)
        })
    }

    /// A cursor or watermark, as it was last committed.
    pub fn cursor(&self, name: &str) -> Result<Option<serde_json::Value>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value FROM cursor WHERE name = ?1")?;
            let value: Option<String> = query.query_row([name], |row| row.get(0)).optional()?;
            value.map(|value| from_json("cursor", &value)).transpose()
        })
    }
}

pub(super) fn listed(c: &Connection, item: ItemId) -> Result<Option<Listed>> {
    let id = item.as_uuid().as_bytes();
    match item {
        ItemId::Page(_) => {
            let mut query = c.prepare_cached(&format!("SELECT {LISTED_PAGE} FROM page AS p WHERE p.id = ?1"))?;
            query.query_row([id], listed_columns).optional()?.map(listed_page).transpose()
        }
        ItemId::DataSource(_) => {
            let mut query =
                c.prepare_cached(&format!("SELECT {LISTED_DATA_SOURCE} FROM data_source AS d WHERE d.id = ?1"))?;
            query.query_row([id], listed_columns).optional()?.map(listed_data_source).transpose()
        }
    }
}
