//! What a person marked, opened and wrote to.

use rusqlite::{Connection, params};
use satchel_model::{AccountId, DataSourceId, ItemId, PageId, Timestamp};

use super::{JournalReader, JournalWriter};
use crate::{
    Result, StoreError,
    pack::{count, time, uuid},
};

/// How many opened items are remembered.
const MOST_OPENED: i64 = 500;

/// An item that a person marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Favourite {
    /// Whose.
    pub account_id: AccountId,
    /// Which.
    pub item: ItemId,
    /// Since when.
    pub added_at: Timestamp,
}

/// An item that a person opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Whose.
    pub account_id: AccountId,
    /// Which.
    pub item: ItemId,
    /// How often.
    pub times: u32,
    /// When last.
    pub last_at: Timestamp,
}

/// An item that a person captured to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationUse {
    /// Whose.
    pub account_id: AccountId,
    /// Which.
    pub item: ItemId,
    /// How often.
    pub times: u32,
    /// When last.
    pub last_at: Timestamp,
}

/// The kind and bytes of an item, as columns.
pub(crate) const fn item_columns(item: &ItemId) -> (&'static str, &[u8; 16]) {
    let kind = match item {
        ItemId::Page(_) => "page",
        ItemId::DataSource(_) => "data_source",
    };
    (kind, item.as_uuid().as_bytes())
}

/// The item of these columns.
pub(crate) fn item_of(kind: &str, id: &[u8]) -> Result<ItemId> {
    match kind {
        "page" => Ok(ItemId::Page(PageId::from_uuid(uuid(id)?))),
        "data_source" => Ok(ItemId::DataSource(DataSourceId::from_uuid(uuid(id)?))),
        other => Err(StoreError::Unreadable { what: "kind of item", detail: other.to_owned() }),
    }
}

pub(super) fn account_of(text: &str) -> Result<AccountId> {
    text.parse().map_err(|error: satchel_model::IdError| StoreError::Unreadable {
        what: "account id",
        detail: error.to_string(),
    })
}

type Use = (AccountId, ItemId, u32, Timestamp);

fn uses(c: &Connection, query: &str, limit: u32) -> Result<Vec<Use>> {
    let mut query = c.prepare_cached(query)?;
    let rows = query.query_map([limit], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?, row.get(3)?, row.get(4)?))
    })?;
    rows.map(|row| {
        let (account, kind, id, times, last_at) = row?;
        Ok((account_of(&account)?, item_of(&kind, &id)?, count(times), time(last_at)?))
    })
    .collect()
}

impl JournalReader {
    /// What is marked, the longest marked first.
    pub fn favourites(&self) -> Result<Vec<Favourite>> {
        let query = "SELECT account_id, item_kind, item_id, 0, added_at FROM favourite
                     ORDER BY added_at, item_id LIMIT ?1";
        let rows = self.readers.with(|c| uses(c, query, u32::MAX))?;
        Ok(rows.into_iter().map(|(account_id, item, _, added_at)| Favourite { account_id, item, added_at }).collect())
    }

    /// What was opened, the last first.
    pub fn recents(&self, limit: u32) -> Result<Vec<Opened>> {
        let query = "SELECT account_id, item_kind, item_id, times, last_at FROM opened
                     ORDER BY last_at DESC, item_id LIMIT ?1";
        let rows = self.readers.with(|c| uses(c, query, limit))?;
        Ok(rows
            .into_iter()
            .map(|(account_id, item, times, last_at)| Opened { account_id, item, times, last_at })
            .collect())
    }

    /// What was captured to, the last first.
    pub fn destinations(&self, limit: u32) -> Result<Vec<DestinationUse>> {
        let query = "SELECT account_id, item_kind, item_id, times, last_at FROM destination
                     ORDER BY last_at DESC, item_id LIMIT ?1";
        let rows = self.readers.with(|c| uses(c, query, limit))?;
        Ok(rows
            .into_iter()
            .map(|(account_id, item, times, last_at)| DestinationUse { account_id, item, times, last_at })
            .collect())
    }
}

/// Counts one more use. An item of an account that is gone in the meantime is not remembered.
pub(super) fn record_use(c: &Connection, table: &str, account: AccountId, item: &ItemId, at: Timestamp) -> Result<()> {
    let (kind, id) = item_columns(item);
    c.prepare_cached(&format!(
        "INSERT INTO {table} (account_id, item_kind, item_id, times, last_at)
         SELECT id, ?2, ?3, 1, ?4 FROM account WHERE id = ?1
         ON CONFLICT DO UPDATE SET times = times + 1, last_at = max(last_at, excluded.last_at)"
    ))?
    .execute(params![account.to_string(), kind, id, at.as_millisecond()])?;
    Ok(())
}

impl JournalWriter {
    /// Marks an item; marking it again changes nothing.
    pub async fn add_favourite(&self, favourite: Favourite) -> Result<()> {
        self.writer
            .run(move |c| {
                let (kind, id) = item_columns(&favourite.item);
                let added_at = favourite.added_at.as_millisecond();
                c.execute(
                    "INSERT INTO favourite (account_id, item_kind, item_id, added_at)
                     SELECT id, ?2, ?3, ?4 FROM account WHERE id = ?1 ON CONFLICT DO NOTHING",
                    params![favourite.account_id.to_string(), kind, id, added_at],
                )?;
                Ok(())
            })
            .await
    }

    /// Takes the mark from an item.
    pub async fn remove_favourite(&self, account_id: AccountId, item: ItemId) -> Result<()> {
        self.writer.run(move |c| remove(c, "favourite", account_id, &item)).await
    }

    /// Remembers that an item was opened.
    pub async fn opened(&self, account_id: AccountId, item: ItemId, at: Timestamp) -> Result<()> {
        self.writer
            .run(move |c| {
                let transaction = c.transaction()?;
                record_use(&transaction, "opened", account_id, &item, at)?;
                transaction.execute(
                    "DELETE FROM opened WHERE last_at <
                        (SELECT last_at FROM opened ORDER BY last_at DESC LIMIT 1 OFFSET ?1)",
                    [MOST_OPENED - 1],
                )?;
                Ok(transaction.commit()?)
            })
            .await
    }

    /// Forgets that an item was opened.
    pub async fn forget_opened(&self, account_id: AccountId, item: ItemId) -> Result<()> {
        self.writer.run(move |c| remove(c, "opened", account_id, &item)).await
    }

    /// Forgets that an item was captured to.
    pub async fn forget_destination(&self, account_id: AccountId, item: ItemId) -> Result<()> {
        self.writer.run(move |c| remove(c, "destination", account_id, &item)).await
    }
}

fn remove(c: &Connection, table: &str, account: AccountId, item: &ItemId) -> Result<()> {
    let (kind, id) = item_columns(item);
    c.execute(
        &format!("DELETE FROM {table} WHERE account_id = ?1 AND item_kind = ?2 AND item_id = ?3"),
        params![account.to_string(), kind, id],
    )?;
    Ok(())
}
