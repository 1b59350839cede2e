//! The state of the program and of its accounts.

use satchel_model::{AccountId, Capabilities, Dye, TokenKind};
use serde::{Deserialize, Serialize};

use super::OutboxCounts;
use crate::ErrorCode;

/// What a window needs before it can draw anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AppState {
    /// Of this program.
    pub version: String,
    /// Whose stores are open.
    pub profile: Profile,
    /// Where keys and tokens are kept.
    pub secrets: SecretsState,
    /// Whether this process syncs and sends.
    pub role: Role,
    /// The system it runs on.
    pub platform: Platform,
    /// In the order they were added.
    pub accounts: Vec<AccountView>,
    /// How much waits.
    pub outbox: OutboxCounts,
    /// Whether Notion can be reached, as far as the last calls told.
    pub connectivity: Connectivity,
    /// Things that went wrong at the start and were settled, each once (a damaged copy that is fetched again).
    pub notices: Vec<ErrorCode>,
}

/// Whose stores are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// The person's own.
    Personal,
    /// The demo's, with the simulator behind it.
    Demo,
}

/// Where keys and tokens are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SecretsState {
    /// In the system's keychain.
    Keychain,
    /// In memory, as are the stores: nothing outlives quitting.
    Memory,
}

/// Whether this process syncs and sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It does.
    Owner,
    /// Another process does; this one reads and enqueues.
    Guest,
}

/// The system the program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "they are names of systems")]
pub enum Platform {
    Linux,
    MacOs,
    Windows,
}

/// Whether Notion can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Connectivity {
    /// The last call went through, or none was made yet.
    Online,
    /// Calls do not get out.
    Offline {
        /// Since when.
        since: String,
    },
}

/// An account as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AccountView {
    /// Ours.
    pub id: AccountId,
    /// The workspace's name.
    pub name: String,
    /// The colour of its badge.
    pub dye: Dye,
    /// What kind of token it has.
    pub token_kind: TokenKind,
    /// First and last characters of the token.
    pub token_hint: String,
    /// The name its writes appear under.
    pub posts_as: Option<String>,
    /// What the token may do, as far as it has been seen.
    pub capabilities: Capabilities,
    /// What its sync does.
    pub sync: SyncPhase,
    /// How much of it is kept offline.
    pub coverage: CoverageView,
}

/// What an account's sync does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SyncPhase {
    /// Nothing to do since the last one.
    Idle {
        /// When the last one ended; `None` before the first.
        synced_at: Option<String>,
    },
    /// Looking for what is there.
    Discovering {
        /// Found so far.
        found: u32,
        /// The first sync of the account.
        is_first: bool,
    },
    /// Fetching texts.
    Fetching {
        /// Texts fetched.
        done: u32,
        /// Texts to fetch in all.
        total: u32,
        /// The first sync of the account.
        is_first: bool,
    },
    /// Notion asked to slow down.
    Waiting {
        /// When it goes on.
        until: String,
    },
    /// Notion cannot be reached.
    Offline {
        /// The age of the copy.
        synced_at: Option<String>,
    },
    /// Notion no longer accepts the sign-in.
    NeedsSignIn,
    /// The last one failed; it is tried again by itself.
    Failed {
        /// Why.
        code: ErrorCode,
        /// The age of the copy.
        synced_at: Option<String>,
    },
}

/// How much of an account is kept offline.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CoverageView {
    /// Pages and rows known.
    pub pages: u32,
    /// Of them, those whose text is kept.
    pub bodies: u32,
    /// Data sources known.
    pub data_sources: u32,
    /// Pages whose text could not be fetched.
    pub failed: u32,
    /// What it takes on disk.
    pub bytes: f64,
}
