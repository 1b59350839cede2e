//! What pull and push work with, and whom they tell.

use std::sync::Arc;

use satchel_model::{Account, Change, Timestamp};
use satchel_notion::Client;
use satchel_store::{Cache, JournalReader, JournalWriter, StoreError};
use tokio_util::task::TaskTracker;

use crate::pull::Progress;

/// How work that blocks is done.
#[derive(Debug, Clone)]
pub enum Execution {
    /// On threads for it. The tracker knows what still runs when its caller is gone: a database must not be read while the process ends,
    /// because the library that decrypts it may be gone before the thread.
    Threads(TaskTracker),
    /// On the caller's thread: for simulations on paused time, which must not wait for a foreign thread.
    Inline,
}

impl Execution {
    /// On threads for it.
    #[must_use]
    pub fn threads() -> Self {
        Self::Threads(TaskTracker::new())
    }

    /// Waits until nothing of it runs any more.
    pub async fn finish(&self) {
        if let Self::Threads(tracker) = self {
            tracker.close();
            tracker.wait().await;
        }
    }

    /// Does something that blocks.
    ///
    /// # Errors
    /// What the work gives; [`StoreError::Closed`] when the program is ending.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Inline => work(),
            Self::Threads(tracker) => tracker.spawn_blocking(work).await.map_err(|_| StoreError::Closed)?,
        }
    }
}

/// A right of a token, as the service's refusals tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Reading pages.
    ReadContent,
    /// Adding pages and blocks.
    InsertContent,
    /// Changing pages and blocks.
    UpdateContent,
    /// Reading comments.
    ReadComments,
    /// Writing comments.
    InsertComments,
    /// Listing users.
    UserInformation,
}

/// Told what happens while it happens. Calls must not block.
pub trait Observer: Send + Sync {
    /// Something was committed.
    fn changed(&self, change: Change);
    /// The pull is somewhere else.
    fn progress(&self, progress: Progress);
    /// The service granted or refused a right.
    fn right(&self, right: Right, is_granted: bool);
    /// A call went through, or did not get out.
    fn reachable(&self, is_reachable: bool);
}

/// One account's connection, copy and place in the journal.
#[derive(Clone)]
pub struct Context {
    /// The account.
    pub account: Account,
    /// Its connection.
    pub client: Client,
    /// Its copy.
    pub cache: Cache,
    /// The journal, for reading.
    pub journal: JournalReader,
    /// The journal, for writing.
    pub outbox: JournalWriter,
    /// Wall time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// How work that blocks is done.
    pub execution: Execution,
    /// Whom to tell.
    pub observer: Arc<dyn Observer>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("account", &self.account.id).finish_non_exhaustive()
    }
}

impl Context {
    /// Wall time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Reads the copy.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&satchel_store::CacheReader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let reader = self.cache.reader.clone();
        self.execution.run(move || work(&reader)).await
    }

    /// Writes a batch and tells what it changed.
    pub(crate) async fn apply(&self, batch: satchel_store::CacheBatch) -> Result<(), StoreError> {
        let change = self.cache.writer.apply(batch).await?;
        if !change.items.is_empty() || !change.comments.is_empty() {
            self.observer.changed(change);
        }
        Ok(())
    }

    /// Notes what an answer, or its absence, tells beside its content.
    pub(crate) fn learn<T>(
        &self,
        right: Right,
        answer: Result<T, satchel_notion::Error>,
    ) -> Result<T, satchel_notion::Error> {
        match &answer {
            Ok(_) => {
                self.observer.reachable(true);
                self.observer.right(right, true);
            }
            Err(error) if is_unreachable(error) => self.observer.reachable(false),
            Err(error) => {
                // An error, too, is an answer.
                if error.as_api().is_some() {
                    self.observer.reachable(true);
                }
                if error.is_restricted() {
                    self.observer.right(right, false);
                }
            }
        }
        answer
    }
}

/// Whether the service has answered that this one thing cannot be had, so that asking for the next one makes sense.
#[must_use]
pub(crate) fn is_of_this_alone(error: &satchel_notion::Error) -> bool {
    error.as_api().is_some() && !error.is_retryable() && !error.is_unauthorized() && !error.is_restricted()
}

/// Whether a call did not get out at all.
#[must_use]
pub(crate) fn is_unreachable(error: &satchel_notion::Error) -> bool {
    use satchel_notion::TransportFault::{Interrupted, Timeout, Unreachable};
    match error {
        satchel_notion::Error::Transport(error) => matches!(error.fault(), Unreachable | Timeout | Interrupted),
        _ => false,
    }
}

/// Why a pull or push stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The service, or the way to it.
    #[error(transparent)]
    Notion(#[from] satchel_notion::Error),
    /// The copy or the journal.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody wanted it to stop.
    #[error("cancelled")]
    Cancelled,
}

impl SyncError {
    /// Whether the service cannot be reached.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Notion(error) if is_unreachable(error))
    }

    /// Whether the service no longer accepts the token.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Notion(error) if error.is_unauthorized())
    }
}
