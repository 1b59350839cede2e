//! The cache: the offline copy of one account. Everything in it can be downloaded again.
//!
//! A pull hands over what it found as one [`CacheBatch`]; pages, bodies, index and cursors change in one transaction.

mod apply;
mod batch;
mod coverage;
mod merge;
mod read;
mod same;
mod tables;
mod text;
mod tree;

use satchel_model::{AccountId, Change};

pub use batch::{BlockAt, BodyUpdate, CacheBatch, CommentsUpdate, FetchFailure, IndexText, TreeUpdate};
pub use coverage::{Coverage, FailureCount, Gap, GapReason};
pub use read::{Body, Comments, Kept, Listed, ListedKind, Rows, Tree};
pub use tree::Crumb;

use crate::{
    DatabaseKey, Executor, Interrupt, Location, OpenError, Result, StoreError,
    connection::{self, Access, Durability},
    executor::Writer,
    index,
    journal::reopened,
    pool::Readers,
};

/// An open cache: its two ends.
#[derive(Debug, Clone)]
pub struct Cache {
    /// For whoever reads.
    pub reader: CacheReader,
    /// For whoever writes.
    pub writer: CacheWriter,
}

impl Cache {
    /// Opens the cache of an account, or makes a new one where there is no file. The pages of the file are not checked: damage shows as
    /// [`StoreError::Damaged`] when it is read, see also [`CacheReader::check`].
    ///
    /// # Errors
    /// See [`OpenError`]; the file is then as it was.
    pub fn open(
        location: Location,
        key: &DatabaseKey,
        account_id: AccountId,
        executor: Executor,
    ) -> Result<Self, OpenError> {
        let mut connection = connection::open(&location, key, Access::Write, Durability::Normal)?;
        index::register(&connection)?;
        tables::SCHEMA.prepare(&mut connection, &location, key)?;
        tables::claim(&connection, account_id)?;
        let writer = Writer::new(connection, executor, "cache")?;
        let key = key.clone();
        let readers = Readers::new(Box::new(move || {
            let connection = connection::open(&location, &key, Access::Read, Durability::Normal).map_err(reopened)?;
            index::register(&connection)?;
            Ok(connection)
        }));
        Ok(Self { reader: CacheReader { readers, account_id }, writer: CacheWriter { writer, account_id } })
    }
}

/// Reads a cache. Calls block on the disk: from async code, make them on a blocking thread.
#[derive(Debug, Clone)]
pub struct CacheReader {
    readers: Readers,
    account_id: AccountId,
}

/// Writes a cache.
#[derive(Debug, Clone)]
pub struct CacheWriter {
    writer: Writer,
    account_id: AccountId,
}

impl CacheReader {
    /// Whose copy it is.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// Searches the copy. `interrupt` stops it from elsewhere.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] when it was stopped.
    pub fn search(&self, request: &index::SearchRequest, interrupt: &Interrupt) -> Result<index::SearchPage> {
        self.readers.with_interrupt(interrupt, |c| index::search(c, request))
    }

    /// How frequent the words of a query are in the copy. Those of all accounts, added up and given to each search, make the ranks of
    /// several accounts comparable.
    pub fn frequencies(&self, query: &index::Query) -> Result<index::Frequencies> {
        self.readers.with(|c| index::frequencies(c, query))
    }

    /// Who made what is kept, whoever made most first.
    pub fn authors(&self) -> Result<Vec<satchel_model::UserId>> {
        self.readers.with(index::authors)
    }

    /// Checks every page of the file, which takes seconds for a large one: what is wrong, or nothing.
    pub fn check(&self) -> Result<Vec<String>> {
        let verdicts = self.readers.with(|c| {
            let mut query = c.prepare("PRAGMA quick_check(20)")?;
            let verdicts = query.query_map([], |row| row.get::<_, String>(0))?;
            Ok(verdicts.collect::<Result<Vec<_>, _>>()?)
        });
        match verdicts {
            Ok(verdicts) => Ok(verdicts.into_iter().filter(|verdict| verdict != "ok").collect()),
            // Some damage ends the check itself.
            Err(StoreError::Damaged(verdict)) => Ok(vec![verdict]),
            Err(error) => Err(error),
        }
    }
}

impl CacheWriter {
    /// Whose copy it is.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// Writes a batch in one transaction: all of it is there afterwards, or nothing. What a reading lacks does not erase what is known, and
    /// a reading older than what is kept does not replace it. The answer names only what really changed: an address that was signed anew is no change.
    pub async fn apply(&self, batch: CacheBatch) -> Result<Change> {
        let account_id = self.account_id;
        self.writer.run(move |c| apply::apply(c, account_id, &batch)).await
    }

    /// Lets SQLite tidy up: to be called now and then when nothing else is to be done.
    pub async fn tidy(&self) -> Result<()> {
        self.writer.run(|c| Ok(c.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(PASSIVE);")?)).await
    }

    /// Does a little of the index's work that may wait, some tens of milliseconds: to be called again and again when nothing else is to be
    /// done, for as long as the answer is true.
    pub async fn tidy_index(&self) -> Result<bool> {
        self.writer
            .run(|c| {
                let transaction = c.transaction()?;
                let has_more = index::idle_merge(&transaction)?;
                transaction.commit()?;
                Ok(has_more)
            })
            .await
    }
}
