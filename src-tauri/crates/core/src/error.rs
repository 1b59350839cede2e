//! The one error that crosses to hosts: a code of a closed set with its arguments. Sentences are in the hosts' message catalogue.

use std::{collections::BTreeMap, fmt};

use satchel_auth::KeychainError;
use satchel_store::{OpenError, StoreError};
use satchel_sync::SyncError;
use serde::{Deserialize, Serialize};

/// What went wrong, in a form every host can turn into its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[error("{code}")]
pub struct AppError {
    /// Which of the known things went wrong.
    pub code: ErrorCode,
    /// Names and numbers for the sentences, by the names the catalogue uses.
    pub args: BTreeMap<String, String>,
    /// When trying again makes sense.
    pub retry_after_ms: Option<u32>,
    /// Under which id the log has the whole chain.
    pub report_id: String,
}

impl AppError {
    /// An error that a person caused or can settle: nothing to look up in a log.
    #[must_use]
    pub fn expected(code: ErrorCode) -> Self {
        Self { code, args: BTreeMap::new(), retry_after_ms: None, report_id: String::new() }
    }

    /// The same error with an argument for its sentences.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.into(), value.to_string());
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// The closed set of things that go wrong. A code is added only when a host has something of its own to say about it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name of the code in catalogues, JSON and logs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    /// Notion refused a token.
    TokenRefused = "token_refused",
    /// What was pasted cannot be a token.
    TokenMalformed = "token_malformed",
    /// That workspace is connected already with that token's user.
    AccountExists = "account_exists",
    /// No account has that id or name.
    UnknownAccount = "unknown_account",
    /// Notion no longer accepts an account's sign-in.
    SignInExpired = "sign_in_expired",
    /// No network.
    Offline = "offline",
    /// Notion has trouble.
    NotionUnavailable = "notion_unavailable",
    /// Notion asked to slow down.
    RateLimited = "rate_limited",
    /// The token has no right to do this.
    Restricted = "restricted",
    /// The free plan's limit of blocks is reached.
    BlockLimit = "block_limit",
    /// Gone, or no longer shared.
    NotFound = "not_found",
    /// Notion did not take what was sent.
    Invalid = "invalid",
    /// Another version of Satchel began to send this, in other requests than this one would.
    BegunByOtherVersion = "begun_by_other_version",
    /// Somebody else was saving at the same moment.
    Conflict = "conflict",
    /// Notion's answer could not be read.
    UnreadableAnswer = "unreadable_answer",
    /// Not in the offline copy.
    NotKept = "not_kept",
    /// The keychain is there but locked, or refused.
    KeychainLocked = "keychain_locked",
    /// There is no keychain.
    KeychainMissing = "keychain_missing",
    /// The key of the stores is gone from the keychain while the stores are there.
    KeyLost = "key_lost",
    /// An offline copy was damaged and is being fetched again.
    CacheDamaged = "cache_damaged",
    /// The journal is damaged; it was set aside.
    JournalDamaged = "journal_damaged",
    /// The stores were written by a newer Satchel.
    NewerVersion = "newer_version",
    /// The disk is full.
    DiskFull = "disk_full",
    /// The folder of the stores cannot be written.
    FolderReadOnly = "folder_read_only",
    /// A capture or comment without text.
    EmptyText = "empty_text",
    /// No destination was chosen, or it is not known.
    UnknownDestination = "unknown_destination",
    /// No operation of the outbox has that id.
    UnknownOperation = "unknown_operation",
    /// It is too late for that: the operation is on its way or sent.
    TooLate = "too_late",
    /// The address is none that Satchel opens.
    RefusedAddress = "refused_address",
    /// The global shortcut is taken by another program.
    ShortcutTaken = "shortcut_taken",
    /// Cancelled by whoever asked.
    Cancelled = "cancelled",
    /// A mistake of ours.
    Internal = "internal",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error that only a log can explain: the chain goes there, under an id that the error carries.
pub(crate) fn internal(what: &str, error: &dyn std::error::Error) -> AppError {
    reported(ErrorCode::Internal, what, error)
}

fn reported(code: ErrorCode, what: &str, error: &dyn std::error::Error) -> AppError {
    let report_id = ulid::Ulid::generate().to_string();
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(report = report_id, code = code.as_str(), "{what}: {chain}");
    AppError { report_id, ..AppError::expected(code) }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Full => Self::expected(ErrorCode::DiskFull),
            StoreError::ReadOnly => Self::expected(ErrorCode::FolderReadOnly),
            StoreError::Io(_) => reported(ErrorCode::FolderReadOnly, "a store", &error),
            StoreError::Interrupted | StoreError::Closed => Self::expected(ErrorCode::Cancelled),
            StoreError::Damaged(_) => reported(ErrorCode::CacheDamaged, "a store", &error),
            _ => internal("a store", &error),
        }
    }
}

impl From<OpenError> for AppError {
    fn from(error: OpenError) -> Self {
        match &error {
            OpenError::NewerVersion { found, supported } => {
                Self::expected(ErrorCode::NewerVersion).with("found", found).with("supported", supported)
            }
            OpenError::Io { path, source } if source.kind() == std::io::ErrorKind::StorageFull => {
                Self::expected(ErrorCode::DiskFull).with("folder", path.display())
            }
            OpenError::Io { path, .. } => Self::expected(ErrorCode::FolderReadOnly).with("folder", path.display()),
            OpenError::Store(StoreError::Full) => Self::expected(ErrorCode::DiskFull),
            OpenError::Store(StoreError::ReadOnly) => Self::expected(ErrorCode::FolderReadOnly),
            OpenError::Store(StoreError::Io(_)) => {
                reported(ErrorCode::FolderReadOnly, "a store cannot be opened", &error)
            }
            OpenError::Store(StoreError::Busy) => internal("a store cannot be opened", &error),
            _ => reported(ErrorCode::JournalDamaged, "a store cannot be opened", &error),
        }
    }
}

impl From<KeychainError> for AppError {
    fn from(error: KeychainError) -> Self {
        match &error {
            KeychainError::Missing(_) => reported(ErrorCode::KeychainMissing, "keychain", &error),
            KeychainError::Locked(_) => reported(ErrorCode::KeychainLocked, "keychain", &error),
            _ => internal("keychain", &error),
        }
    }
}

impl From<SyncError> for AppError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Notion(error) => (&error).into(),
            SyncError::Store(error) => error.into(),
            SyncError::Cancelled => Self::expected(ErrorCode::Cancelled),
            other => internal("sync", &other),
        }
    }
}

impl From<&satchel_notion::Error> for AppError {
    fn from(error: &satchel_notion::Error) -> Self {
        use satchel_notion::Error as Notion;
        let code = match error {
            Notion::Transport(_) => ErrorCode::Offline,
            _ if error.is_unauthorized() => ErrorCode::SignInExpired,
            _ if error.is_block_limit() => ErrorCode::BlockLimit,
            _ if error.is_restricted() => ErrorCode::Restricted,
            _ if error.is_not_found() => ErrorCode::NotFound,
            _ if error.code() == Some(&satchel_notion::ErrorCode::ConflictError) => ErrorCode::Conflict,
            _ if error.code() == Some(&satchel_notion::ErrorCode::RateLimited) => ErrorCode::RateLimited,
            _ if error.is_retryable() => ErrorCode::NotionUnavailable,
            Notion::Decode { .. } => return reported(ErrorCode::UnreadableAnswer, "an answer", error),
            _ => return reported(ErrorCode::Invalid, "a request", error).with("detail", detail(error)),
        };
        let retry_after_ms = error.retry_after().map(|pause| u32::try_from(pause.as_millis()).unwrap_or(u32::MAX));
        Self { retry_after_ms, ..Self::expected(code) }
    }
}

/// The service's own words.
fn detail(error: &satchel_notion::Error) -> String {
    error.as_api().map_or_else(|| error.to_string(), |error| error.message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_name_in_json_and_in_the_catalogue() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
