//! What can go wrong when opening a store, and afterwards.

use std::{io, path::PathBuf};

use rusqlite::ErrorCode;

/// What store calls give.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a store could not be opened. None of these changes the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The key does not fit, or the beginning of the file is damaged: the two cannot be told apart.
    #[error("the key does not fit the file, or the file is damaged")]
    WrongKeyOrDamaged,
    /// The key fits, but the file does not hold together.
    #[error("the file is damaged: {detail}")]
    Damaged {
        /// What the check said first.
        detail: String,
    },
    /// A newer program wrote the file, in a way that this one must not touch.
    #[error("the file has version {found}, this program knows {supported}")]
    NewerVersion {
        /// The file's version.
        found: u32,
        /// The newest version that this program knows.
        supported: u32,
    },
    /// The file is a store, but not of the wanted kind or account.
    #[error("the file holds something else")]
    SomethingElse,
    /// The folder or file could not be read or written.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Anything else, a migration that failed included.
    #[error(transparent)]
    Store(StoreError),
}

/// Why a call on an open store failed. A write that failed has changed nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process kept the file locked for longer than a call waits.
    #[error("the database is busy")]
    Busy,
    /// There is no room left on the disk.
    #[error("the disk is full")]
    Full,
    /// The file may not be written, or not even opened.
    #[error("the database is read-only")]
    ReadOnly,
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Io(String),
    /// The file does not hold together.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The call was cancelled through its [`Interrupt`](crate::Interrupt).
    #[error("interrupted")]
    Interrupted,
    /// The writer has ended.
    #[error("the database is closed")]
    Closed,
    /// What is stored does not decode.
    #[error("a stored {what} cannot be read: {detail}")]
    Unreadable {
        /// What was read.
        what: &'static str,
        /// Where decoding stopped.
        detail: String,
    },
    /// What was given cannot be stored.
    #[error("a {what} cannot be stored: {detail}")]
    Unstorable {
        /// What was given.
        what: &'static str,
        /// Why not.
        detail: String,
    },
    /// An operation with this id is there already, and says something else.
    #[error("operation {0} is there already")]
    Duplicate(satchel_model::OperationId),
    /// Anything else that SQLite refuses.
    #[error("database error {code}: {message}")]
    Database {
        /// SQLite's extended code; 0 when the error is not SQLite's.
        code: i32,
        /// SQLite's words. They may name tables, never contents.
        message: String,
    },
}

impl StoreError {
    /// Whether the same call may succeed later without anybody doing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(detail) => Self::Damaged { detail },
            error => Self::Store(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return Self::Database { code: 0, message: error.to_string() };
        };
        let words = message.clone().unwrap_or_else(|| failure.to_string());
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen => Self::ReadOnly,
            ErrorCode::SystemIoFailure => Self::Io(words),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(words),
            ErrorCode::OperationInterrupted => Self::Interrupted,
            _ => Self::Database { code: failure.extended_code, message: words },
        }
    }
}
