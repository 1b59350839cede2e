//! What windows are told without asking. Each says what to look at again, not what is there now.

use satchel_core::view::{Connectivity, ItemRef, OutboxCounts, SyncPhase};
use satchel_model::{AccountId, OperationId, PageId};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// Accounts came, went or changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct AccountsChanged;

/// An account's sync is somewhere else.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SyncChanged {
    /// Whose.
    pub account_id: AccountId,
    /// Where.
    pub phase: SyncPhase,
}

/// Items changed in the offline copy.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ItemsChanged {
    /// Which; empty when they are too many to name.
    pub items: Vec<ItemRef>,
}

/// A page's comments changed in the offline copy.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct CommentsChanged {
    /// Whose page.
    pub account_id: AccountId,
    /// Which page.
    pub page_id: PageId,
}

/// The outbox changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct OutboxChanged {
    /// How much is where now.
    pub counts: OutboxCounts,
}

/// Notion can be reached again, or no longer.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ConnectivityChanged {
    /// Which of them.
    pub connectivity: Connectivity,
}

/// The capture window is on the screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct CaptureShown;

/// Another note was saved while the confirmation of one is on the screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct NoteSaved {
    /// As which operation.
    pub operation_id: OperationId,
}

/// Settings changed, here or in another window.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SettingsChanged;

/// Somewhere else than a window asked the main window to show something.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Navigate {
    /// The search.
    Search,
    /// The outbox.
    Outbox,
    /// The settings.
    Settings,
    /// An item.
    Item {
        /// Which.
        reference: ItemRef,
    },
}
