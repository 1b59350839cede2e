//! The journal: what exists nowhere else. Accounts, settings that matter, drafts, favourites, opened pages, destinations used, and the outbox.
//!
//! Every write is on the disk when its call returns. Not here: tokens and keys (the keychain has them), and anything that could be
//! downloaded again (the [`Cache`](crate::Cache)).

mod carry;
mod outbox;
mod places;
mod tables;
#[cfg(test)]
mod tests;

use std::{
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use rusqlite::{Connection, OptionalExtension, params};
use satchel_model::{Account, AccountId, Change, ChangeSource, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

pub use carry::CarriedOver;
pub use outbox::{Claim, OutboxCount, Receipt, StateKind};
pub use places::{DestinationUse, Favourite, Opened};

use crate::{
    DatabaseKey, Executor, Location, OpenError, Result, StoreError,
    connection::{self, Access, Durability},
    executor::Writer,
    location::remove_copies,
    pack::{from_json, json, time},
    pool::Readers,
};

/// An open journal: its two ends.
#[derive(Debug, Clone)]
pub struct Journal {
    /// For whoever reads.
    pub reader: JournalReader,
    /// For whoever writes.
    pub writer: JournalWriter,
}

impl Journal {
    /// Opens the journal, or makes a new one where there is no file. The whole file is checked, and copied before an older version is
    /// migrated.
    ///
    /// # Errors
    /// See [`OpenError`]; the file is then as it was. A damaged journal is never replaced here: that is the caller's decision, see
    /// [`set_aside`](crate::set_aside).
    pub fn open(location: Location, key: &DatabaseKey, executor: Executor) -> Result<Self, OpenError> {
        let mut connection = connection::open(&location, key, Access::Write, Durability::Full)?;
        check(&connection)?;
        tables::SCHEMA.prepare(&mut connection, &location, key)?;
        let writer = JournalWriter::new(Writer::new(connection, executor, "journal")?, location.clone());
        let key = key.clone();
        let readers = Readers::new(Box::new(move || {
            connection::open(&location, &key, Access::Read, Durability::Full).map_err(reopened)
        }));
        Ok(Self { reader: JournalReader { readers }, writer })
    }
}

/// Looks at every page of the file.
fn check(connection: &Connection) -> Result<(), OpenError> {
    let verdict = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match verdict.map_err(StoreError::from)?.as_str() {
        "ok" => Ok(()),
        detail => Err(OpenError::Damaged { detail: detail.to_owned() }),
    }
}

/// What an [`OpenError`] of a second connection to a file that is open already means.
pub(crate) fn reopened(error: OpenError) -> StoreError {
    match error {
        OpenError::Store(error) => error,
        OpenError::Damaged { detail } => StoreError::Damaged(detail),
        other => StoreError::Damaged(other.to_string()),
    }
}

/// Reads the journal. Calls block on the disk: from async code, make them on a blocking thread.
#[derive(Debug, Clone)]
pub struct JournalReader {
    readers: Readers,
}

/// Writes the journal. What a call changed is on the disk when it returns.
#[derive(Debug, Clone)]
pub struct JournalWriter {
    writer: Writer,
    claims: outbox::Claims,
    /// The `data_version` that was seen last.
    seen: Arc<AtomicI64>,
    location: Location,
}

/// The name and type of a setting.
#[derive(Debug)]
pub struct Setting<T> {
    name: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T> Setting<T> {
    /// A setting with this name, which stays the same for good.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }
}

impl<T> Clone for Setting<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Setting<T> {}

/// Something typed and not yet given to the outbox. What is in it is its owner's business.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Which draft: there is one a key.
    pub key: String,
    /// Its content.
    pub value: serde_json::Value,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// What happens to the outbox of an account that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxFate {
    /// It goes too.
    Remove,
    /// It stays, so that what was typed can still be copied out or sent elsewhere.
    Keep,
}

impl JournalReader {
    /// The accounts, in the order of connection.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value FROM account ORDER BY position")?;
            let values = query.query_map([], |row| row.get::<_, String>(0))?;
            values.map(|value| from_json("account", &value?)).collect()
        })
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value FROM account WHERE id = ?1")?;
            let value: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
            value.map(|value| from_json("account", &value)).transpose()
        })
    }

    /// The value of a setting, if it was ever set.
    pub fn setting<T: DeserializeOwned>(&self, setting: Setting<T>) -> Result<Option<T>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
            let value: Option<String> = query.query_row([setting.name], |row| row.get(0)).optional()?;
            value.map(|value| from_json("setting", &value)).transpose()
        })
    }

    /// The draft with this key.
    pub fn draft(&self, key: &str) -> Result<Option<Draft>> {
        Ok(self.drafts()?.into_iter().find(|draft| draft.key == key))
    }

    /// All drafts, the latest first.
    pub fn drafts(&self) -> Result<Vec<Draft>> {
        self.readers.with(|c| {
            let mut query =
                c.prepare_cached("SELECT key, value, updated_at FROM draft ORDER BY updated_at DESC, key")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
            rows.map(|row| {
                let (key, value, updated_at) = row?;
                Ok(Draft { key, value: from_json("draft", &value)?, updated_at: time(updated_at)? })
            })
            .collect()
        })
    }
}

impl JournalWriter {
    fn new(writer: Writer, location: Location) -> Self {
        Self { writer, claims: outbox::Claims::default(), seen: Arc::default(), location }
    }

    /// Whether another process has written to the journal since the last call. (The first call tells nothing new: it answers `true`.)
    pub async fn changed_elsewhere(&self) -> Result<bool> {
        // `data_version` of a connection moves with the commits of all others, and in this process only the writer writes.
        let version =
            self.writer.run(|c| Ok(c.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0))?)).await?;
        Ok(self.seen.swap(version, Ordering::Relaxed) != version)
    }

    /// Adds an account after the others, or replaces what is known of it.
    pub async fn save_account(&self, account: Account) -> Result<()> {
        let value = json("account", &account)?;
        self.writer
            .run(move |c| {
                c.prepare_cached(
                    "INSERT INTO account (id, position, value)
                     VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM account), ?2)
                     ON CONFLICT (id) DO UPDATE SET value = excluded.value",
                )?
                .execute(params![account.id.to_string(), value])?;
                Ok(())
            })
            .await
    }

    /// Replaces what is known of an account that is there; one that has gone in the meantime does not come back.
    pub async fn update_account(&self, account: Account) -> Result<()> {
        let value = json("account", &account)?;
        self.writer
            .run(move |c| {
                c.execute("UPDATE account SET value = ?2 WHERE id = ?1", params![account.id.to_string(), value])?;
                Ok(())
            })
            .await
    }

    /// Removes an account and everything of it, so that no page of the file holds any of it any more, free pages and the
    /// write-ahead log included; copies from before a migration go too. The account's cache is another file: see [`wipe`](crate::wipe).
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the rows are removed, but another process kept the log from being emptied; doing it again finishes it.
    pub async fn remove_account(&self, id: AccountId, outbox: OutboxFate) -> Result<Change> {
        let location = self.location.clone();
        self.writer
            .run(move |c| {
                let id = id.to_string();
                let transaction = c.transaction()?;
                // Favourites, opened pages and destinations go by their foreign keys.
                transaction.execute("DELETE FROM account WHERE id = ?1", [&id])?;
                if outbox == OutboxFate::Remove {
                    transaction.execute("DELETE FROM operation WHERE account_id = ?1", [&id])?;
                }
                transaction.commit()?;
                if let Location::File(path) = &location {
                    remove_copies(path).map_err(|error| StoreError::Io(error.to_string()))?;
                }
                // The log still has the pages as they were. Readers hold it for milliseconds only, and the busy timeout waits for them.
                let is_busy: bool = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
                if is_busy { Err(StoreError::Busy) } else { Ok(journal_change(outbox == OutboxFate::Remove)) }
            })
            .await
    }

    /// Sets a setting.
    pub async fn set<T: Serialize>(&self, setting: Setting<T>, value: &T) -> Result<()> {
        let value = json("setting", value)?;
        self.writer
            .run(move |c| {
                c.prepare_cached(
                    "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )?
                .execute([setting.name, &value])?;
                Ok(())
            })
            .await
    }

    /// Changes a setting, beginning with its default where it was never set. Nobody else changes it in between.
    pub async fn change_setting<T>(
        &self,
        setting: Setting<T>,
        change: impl FnOnce(&mut T) + Send + 'static,
    ) -> Result<()>
    where
        T: Default + Serialize + DeserializeOwned + 'static,
    {
        self.writer
            .run(move |c| {
                let transaction = c.transaction()?;
                let known: Option<String> = transaction
                    .query_row("SELECT value FROM setting WHERE name = ?1", [setting.name], |row| row.get(0))
                    .optional()?;
                let mut value: T = known.map(|known| from_json("setting", &known)).transpose()?.unwrap_or_default();
                change(&mut value);
                transaction.execute(
                    "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    [setting.name, &json("setting", &value)?],
                )?;
                Ok(transaction.commit()?)
            })
            .await
    }

    /// Takes a setting back to what it is when nobody has set it.
    pub async fn reset<T>(&self, setting: Setting<T>) -> Result<()> {
        self.writer
            .run(move |c| {
                c.execute("DELETE FROM setting WHERE name = ?1", [setting.name])?;
                Ok(())
            })
            .await
    }

    /// Saves a draft in the place of the one with the same key.
    pub async fn save_draft(&self, draft: Draft) -> Result<()> {
        let value = json("draft", &draft.value)?;
        self.writer.run(move |c| write_draft(c, &draft.key, &value, draft.updated_at)).await
    }

    /// Removes a draft.
    pub async fn remove_draft(&self, key: &str) -> Result<()> {
        let key = key.to_owned();
        self.writer
            .run(move |c| {
                c.execute("DELETE FROM draft WHERE key = ?1", [key])?;
                Ok(())
            })
            .await
    }
}

fn write_draft(c: &Connection, key: &str, value: &str, updated_at: Timestamp) -> Result<()> {
    c.prepare_cached(
        "INSERT INTO draft (key, value, updated_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
    )?
    .execute(params![key, value, updated_at.as_millisecond()])?;
    Ok(())
}

/// What a write to the journal tells.
fn journal_change(outbox: bool) -> Change {
    Change { account_id: None, items: Vec::new(), comments: Vec::new(), outbox, source: ChangeSource::Person }
}
