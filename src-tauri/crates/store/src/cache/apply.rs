//! Writing a batch.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use satchel_model::{
    AccountId, Change, Comment, DataSource, Database, Icon, ItemId, Page, PageId, Parent, Timestamp, User, plain_text,
};
use serde::de::DeserializeOwned;

use super::{
    BodyUpdate, CacheBatch, CommentsUpdate, FetchFailure, TreeUpdate, merge, same,
    text::{self, title_key},
    tree,
};
use crate::{
    Result, index,
    pack::{from_json, json, pack, pack_text, unpack, unpack_text},
};

/// Writes the batch in one transaction and tells what really changed.
pub(super) fn apply(c: &mut Connection, account_id: AccountId, batch: &CacheBatch) -> Result<Change> {
    let transaction = c.transaction()?;
    let mut writing = Writing {
        tx: &transaction,
        read_at: batch.read_at.as_millisecond(),
        changed: BTreeSet::new(),
        commented: BTreeSet::new(),
        stale: BTreeSet::new(),
    };
    batch.users.iter().try_for_each(|user| writing.user(user))?;
    batch.databases.iter().try_for_each(|database| writing.database(database))?;
    batch.data_sources.iter().try_for_each(|data_source| writing.data_source(data_source))?;
    batch.pages.iter().try_for_each(|page| writing.page(page))?;
    batch.bodies.iter().try_for_each(|body| writing.body(body))?;
    batch.trees.iter().try_for_each(|tree| writing.tree(tree))?;
    batch.comments.iter().try_for_each(|comments| writing.comments(comments))?;
    batch.failures.iter().try_for_each(|failure| writing.failure(failure))?;
    batch.gone.iter().try_for_each(|(item, at)| writing.gone(*item, *at))?;
    batch.cursors.iter().try_for_each(|(name, value)| writing.cursor(name, value.as_ref()))?;
    writing.reindex()?;
    let (items, comments) = (writing.changed.into_iter().collect(), writing.commented.into_iter().collect());
    transaction.commit()?;
    Ok(Change { account_id: Some(account_id), items, comments, outbox: false, source: batch.source })
}

struct Writing<'a> {
    tx: &'a Transaction<'a>,
    read_at: i64,
    /// What whoever shows it must look at again.
    changed: BTreeSet<ItemId>,
    /// Pages whose comments changed.
    commented: BTreeSet<PageId>,
    /// What the index must take up again.
    stale: BTreeSet<ItemId>,
}

/// What is kept of a thing, and its hash.
struct Known<T> {
    value: T,
    hash: Vec<u8>,
}

impl Writing<'_> {
    fn known<T: DeserializeOwned>(&self, table: &str, what: &'static str, id: &[u8; 16]) -> Result<Option<Known<T>>> {
        let mut query = self.tx.prepare_cached(&format!("SELECT value, hash FROM {table} WHERE id = ?1"))?;
        let found: Option<(Vec<u8>, Vec<u8>)> =
            query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map(|(value, hash)| Ok(Known { value: unpack(what, &value)?, hash })).transpose()
    }

    fn user(&self, new: &User) -> Result<()> {
        let id = new.id.as_uuid().as_bytes();
        let mut query = self.tx.prepare_cached("SELECT value FROM user WHERE id = ?1")?;
        let known: Option<String> = query.query_row([id], |row| row.get(0)).optional()?;
        let known = known.map(|known| from_json::<User>("user", &known)).transpose()?;
        let new = known.as_ref().map_or_else(|| new.clone(), |known| merge::user(new.clone(), known));
        if known.as_ref() != Some(&new) {
            self.tx
                .prepare_cached("INSERT OR REPLACE INTO user (id, name, value) VALUES (?1, ?2, ?3)")?
                .execute(params![id, new.name, json("user", &new)?])?;
        }
        Ok(())
    }

    fn page(&mut self, new: &Page) -> Result<()> {
        let item = ItemId::Page(new.id);
        let id = new.id.as_uuid().as_bytes();
        let known = self.known::<Page>("page", "page", id)?;
        // Answers overtake each other: what was read of an older version must not come back over a newer one.
        if known.as_ref().is_some_and(|known| known.value.last_edited_time > new.last_edited_time) {
            return Ok(());
        }
        let new = known.as_ref().map_or_else(|| new.clone(), |known| merge::page(new.clone(), &known.value));
        let hash = same::hash("page", &new)?;
        let title = new.title();
        let (parent_kind, parent_id) = parent_columns(&new.parent);
        self.tx
            .prepare_cached(
                "INSERT INTO page (id, parent_kind, parent_id, title, title_key, icon, created_at, edited_at, in_trash,
                    read_at, hash, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (id) DO UPDATE SET parent_kind = excluded.parent_kind, parent_id = excluded.parent_id,
                    title = excluded.title, title_key = excluded.title_key, icon = excluded.icon,
                    created_at = excluded.created_at, edited_at = excluded.edited_at, in_trash = excluded.in_trash,
                    read_at = excluded.read_at, hash = excluded.hash, value = excluded.value",
            )?
            .execute(params![
                id,
                parent_kind,
                parent_id,
                title,
                title_key(&title),
                icon_column(new.icon.as_ref())?,
                new.created_time.as_millisecond(),
                new.last_edited_time.as_millisecond(),
                new.in_trash,
                self.read_at,
                hash,
                pack("page", &new)?
            ])?;
        self.back(&item)?;
        if known.is_none_or(|known| known.hash != hash) {
            self.changed.insert(item);
            self.stale.insert(item);
        }
        Ok(())
    }

    fn data_source(&mut self, new: &DataSource) -> Result<()> {
        let item = ItemId::DataSource(new.id);
        let id = new.id.as_uuid().as_bytes();
        let known = self.known::<DataSource>("data_source", "data source", id)?;
        if known.as_ref().is_some_and(|known| known.value.last_edited_time > new.last_edited_time) {
            return Ok(());
        }
        let new = known.as_ref().map_or_else(|| new.clone(), |known| merge::data_source(new.clone(), &known.value));
        let hash = same::hash("data source", &new)?;
        let title = plain_text(&new.title);
        // The database itself knows better where it hangs.
        let place = match new.database_id {
            Some(id) => self.known::<Database>("database", "database", id.as_uuid().as_bytes())?,
            None => None,
        };
        let place = place.map(|database| database.value.parent).filter(|place| *place != Parent::Unknown);
        let place = place.unwrap_or(new.database_parent);
        let (parent_kind, parent_id) = parent_columns(&place);
        self.tx
            .prepare_cached(
                "INSERT INTO data_source (id, database_id, parent_kind, parent_id, title, title_key, icon, created_at,
                    edited_at, in_trash, read_at, hash, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                 ON CONFLICT (id) DO UPDATE SET database_id = excluded.database_id, parent_kind = excluded.parent_kind,
                    parent_id = excluded.parent_id, title = excluded.title, title_key = excluded.title_key,
                    icon = excluded.icon, created_at = excluded.created_at, edited_at = excluded.edited_at,
                    in_trash = excluded.in_trash, read_at = excluded.read_at, hash = excluded.hash, value = excluded.value",
            )?
            .execute(params![
                id,
                new.database_id.as_ref().map(|id| id.as_uuid().as_bytes()),
                parent_kind,
                parent_id,
                title,
                title_key(&title),
                icon_column(new.icon.as_ref())?,
                new.created_time.as_millisecond(),
                new.last_edited_time.as_millisecond(),
                new.in_trash,
                self.read_at,
                hash,
                pack("data source", &new)?
            ])?;
        self.back(&item)?;
        if known.is_none_or(|known| known.hash != hash) {
            self.changed.insert(item);
            self.stale.insert(item);
        }
        Ok(())
    }

    fn database(&mut self, new: &Database) -> Result<()> {
        let id = new.id.as_uuid().as_bytes();
        let known = self.known::<Database>("database", "database", id)?;
        let new = known.as_ref().map_or_else(|| new.clone(), |known| merge::database(new.clone(), &known.value));
        let hash = same::hash("database", &new)?;
        let (parent_kind, parent_id) = parent_columns(&new.parent);
        self.tx
            .prepare_cached(
                "INSERT INTO database (id, parent_kind, parent_id, title, icon, in_trash, read_at, hash, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (id) DO UPDATE SET parent_kind = excluded.parent_kind, parent_id = excluded.parent_id,
                    title = excluded.title, icon = excluded.icon, in_trash = excluded.in_trash,
                    read_at = excluded.read_at, hash = excluded.hash, value = excluded.value",
            )?
            .execute(params![
                id,
                parent_kind,
                parent_id,
                plain_text(&new.title),
                icon_column(new.icon.as_ref())?,
                new.in_trash,
                self.read_at,
                hash,
                pack("database", &new)?
            ])?;
        if new.parent != Parent::Unknown {
            self.tx
                .prepare_cached("UPDATE data_source SET parent_kind = ?2, parent_id = ?3 WHERE database_id = ?1")?
                .execute(params![id, parent_kind, parent_id])?;
        }
        if known.is_none_or(|known| known.hash != hash) {
            // Nobody opens a database: what is shown of it are its data sources.
            self.changed.extend(new.data_sources.iter().copied().map(ItemId::DataSource));
        }
        Ok(())
    }

    fn body(&mut self, new: &BodyUpdate) -> Result<()> {
        let id = new.page_id.as_uuid().as_bytes();
        let mut query = self.tx.prepare_cached(
            "SELECT content_hash, dialect, is_truncated, unknown_blocks, fetched_at FROM body WHERE page_id = ?1",
        )?;
        let known: Option<(String, String, bool, String, i64)> = query
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        if known.as_ref().is_some_and(|known| known.4 > new.fetched_at.as_millisecond()) {
            return Ok(());
        }
        let unknown_blocks = json("list of blocks", &new.body.unknown_blocks)?;
        let size = i64::try_from(new.body.markdown.len()).unwrap_or(i64::MAX);
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO body (page_id, dialect, content_hash, fetched_at, source_edited_at, is_truncated,
                    unknown_blocks, size, markdown, headings, text, block_map)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                id,
                new.dialect,
                new.content_hash,
                new.fetched_at.as_millisecond(),
                new.source_last_edited.as_millisecond(),
                new.body.is_truncated,
                unknown_blocks,
                size,
                pack_text(&new.body.markdown)?,
                pack_text(&new.index.headings)?,
                pack_text(&new.index.body)?,
                pack("block map", &new.index.block_map)?
            ])?;
        self.tx.prepare_cached("DELETE FROM fetch_failure WHERE page_id = ?1")?.execute([id])?;
        let is_same = known.is_some_and(|(hash, dialect, is_truncated, blocks, _)| {
            hash == new.content_hash
                && dialect == new.dialect
                && is_truncated == new.body.is_truncated
                && blocks == unknown_blocks
        });
        if !is_same {
            self.changed.insert(ItemId::Page(new.page_id));
            self.stale.insert(ItemId::Page(new.page_id));
        }
        Ok(())
    }

    fn tree(&mut self, new: &TreeUpdate) -> Result<()> {
        let id = new.page_id.as_uuid().as_bytes();
        let hash = same::hash("block tree", &new.document)?;
        let known = self.page_part_hash("tree", id)?;
        self.tx
            .prepare_cached(
                "INSERT INTO tree (page_id, fetched_at, hash, value) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (page_id) DO UPDATE SET
                    fetched_at = excluded.fetched_at, hash = excluded.hash, value = excluded.value",
            )?
            .execute(params![id, new.fetched_at.as_millisecond(), hash, pack("block tree", &new.document)?])?;
        if known.is_none_or(|known| known != hash) {
            self.tx.prepare_cached("DELETE FROM block WHERE page_id = ?1")?.execute([id])?;
            let mut insert = self.tx.prepare_cached("INSERT OR REPLACE INTO block (id, page_id) VALUES (?1, ?2)")?;
            for block in tree::blocks(&new.document) {
                insert.execute(params![block.as_uuid().as_bytes(), id])?;
            }
            self.changed.insert(ItemId::Page(new.page_id));
        }
        Ok(())
    }

    fn comments(&mut self, new: &CommentsUpdate) -> Result<()> {
        let id = new.page_id.as_uuid().as_bytes();
        let mut comments = new.comments.clone();
        comments.sort_by_key(|comment| (comment.created_time, comment.id));
        let hash = same::hash("comments", &comments)?;
        let known = self.page_part_hash("comments", id)?;
        let number = i64::try_from(comments.len()).unwrap_or(i64::MAX);
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO comments (page_id, fetched_at, number, hash, value) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, new.fetched_at.as_millisecond(), number, hash, pack("comments", &comments)?])?;
        if known.is_none_or(|known| known != hash) {
            self.commented.insert(new.page_id);
            self.stale.insert(ItemId::Page(new.page_id));
        }
        Ok(())
    }

    fn page_part_hash(&self, table: &str, page_id: &[u8; 16]) -> Result<Option<Vec<u8>>> {
        let mut query = self.tx.prepare_cached(&format!("SELECT hash FROM {table} WHERE page_id = ?1"))?;
        Ok(query.query_row([page_id], |row| row.get(0)).optional()?)
    }

    fn failure(&self, failure: &FetchFailure) -> Result<()> {
        self.tx
            .prepare_cached(
                "INSERT INTO fetch_failure (page_id, code, at, times, page_edited_at)
                 VALUES (?1, ?2, ?3, 1, (SELECT edited_at FROM page WHERE id = ?1))
                 ON CONFLICT (page_id) DO UPDATE SET code = excluded.code, at = excluded.at,
                    times = iif(page_edited_at IS excluded.page_edited_at, times + 1, 1),
                    page_edited_at = excluded.page_edited_at",
            )?
            .execute(params![failure.page_id.as_uuid().as_bytes(), failure.code, failure.at.as_millisecond()])?;
        Ok(())
    }

    /// Removes everything of an item and remembers that it is gone.
    fn gone(&mut self, item: ItemId, at: Timestamp) -> Result<()> {
        let id = item.as_uuid().as_bytes();
        let removed = match item {
            ItemId::Page(_) => {
                for table in ["body", "tree", "comments", "fetch_failure"] {
                    self.tx.prepare_cached(&format!("DELETE FROM {table} WHERE page_id = ?1"))?.execute([id])?;
                }
                self.tx.prepare_cached("DELETE FROM page WHERE id = ?1")?.execute([id])?
            }
            ItemId::DataSource(_) => self.tx.prepare_cached("DELETE FROM data_source WHERE id = ?1")?.execute([id])?,
        };
        self.tx
            .prepare_cached("INSERT INTO gone (id, at) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
            .execute(params![id, at.as_millisecond()])?;
        if removed > 0 {
            self.changed.insert(item);
            self.stale.insert(item);
        }
        Ok(())
    }

    /// Something that was gone is seen again.
    fn back(&self, item: &ItemId) -> Result<()> {
        self.tx.prepare_cached("DELETE FROM gone WHERE id = ?1")?.execute([item.as_uuid().as_bytes()])?;
        Ok(())
    }

    fn cursor(&self, name: &str, value: Option<&serde_json::Value>) -> Result<()> {
        match value {
            None => self.tx.execute("DELETE FROM cursor WHERE name = ?1", [name])?,
            Some(value) => self
                .tx
                .prepare_cached("INSERT OR REPLACE INTO cursor (name, value) VALUES (?1, ?2)")?
                .execute([name, &json("cursor", value)?])?,
        };
        Ok(())
    }

    /// Tells the index about everything that changed. It takes whole entries, so what did not change is read back.
    fn reindex(&self) -> Result<()> {
        for item in &self.stale {
            let entry = match item {
                ItemId::Page(id) => self.page_entry(*id)?,
                ItemId::DataSource(id) => self
                    .known::<DataSource>("data_source", "data source", id.as_uuid().as_bytes())?
                    .filter(|known| !known.value.in_trash)
                    .map(|known| data_source_entry(&known.value)),
            };
            match entry {
                Some(entry) => index::put(self.tx, &entry)?,
                None => index::remove(self.tx, *item)?,
            }
        }
        Ok(())
    }

    fn page_entry(&self, id: PageId) -> Result<Option<index::IndexEntry>> {
        let key = id.as_uuid().as_bytes();
        let Some(page) = self.known::<Page>("page", "page", key)?.map(|known| known.value) else { return Ok(None) };
        if page.in_trash {
            return Ok(None);
        }
        let mut query = self.tx.prepare_cached("SELECT headings, text FROM body WHERE page_id = ?1")?;
        let body: Option<(Vec<u8>, Vec<u8>)> =
            query.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (headings, body) = match body {
            Some((headings, body)) => (unpack_text(&headings)?, unpack_text(&body)?),
            None => (String::new(), String::new()),
        };
        let mut query = self.tx.prepare_cached("SELECT value FROM comments WHERE page_id = ?1")?;
        let comments: Option<Vec<u8>> = query.query_row([key], |row| row.get(0)).optional()?;
        let comments = match comments {
            Some(comments) => text::comments(&unpack::<Vec<Comment>>("comments", &comments)?),
            None => String::new(),
        };
        let database = match page.parent {
            Parent::DataSource { data_source_id, .. } => Some(data_source_id),
            _ => None,
        };
        Ok(Some(index::IndexEntry {
            item: ItemId::Page(id),
            kind: if database.is_some() { index::Kind::Row } else { index::Kind::Page },
            edited_at: page.last_edited_time,
            created_at: page.created_time,
            title: page.title(),
            headings,
            properties: text::properties(&page),
            body,
            comments,
            database,
            author: page.created_by,
        }))
    }
}

fn data_source_entry(data_source: &DataSource) -> index::IndexEntry {
    index::IndexEntry {
        item: ItemId::DataSource(data_source.id),
        kind: index::Kind::DataSource,
        edited_at: data_source.last_edited_time,
        created_at: data_source.created_time,
        title: plain_text(&data_source.title),
        headings: String::new(),
        properties: text::columns(data_source),
        body: plain_text(&data_source.description),
        comments: String::new(),
        database: Some(data_source.id),
        author: None,
    }
}

/// The kind and id of a parent, as columns.
pub(super) fn parent_columns(parent: &Parent) -> (&'static str, Option<&[u8; 16]>) {
    match parent {
        Parent::Workspace => ("workspace", None),
        Parent::Page { page_id } => ("page", Some(page_id.as_uuid().as_bytes())),
        Parent::Block { block_id } => ("block", Some(block_id.as_uuid().as_bytes())),
        Parent::DataSource { data_source_id, .. } => ("data_source", Some(data_source_id.as_uuid().as_bytes())),
        Parent::Database { database_id } => ("database", Some(database_id.as_uuid().as_bytes())),
        Parent::Unknown => ("unknown", None),
    }
}

fn icon_column(icon: Option<&Icon>) -> Result<Option<String>> {
    icon.map(|icon| json("icon", icon)).transpose()
}
