//! What a core tells without being asked. An event says what to look at again, not what is there now.

use satchel_model::{AccountId, PageId};

use crate::view::{Connectivity, ItemRef, OutboxCounts, SyncPhase};

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum CoreEvent {
    /// Accounts came, went or changed.
    AccountsChanged,
    /// An account's sync is somewhere else.
    SyncChanged {
        /// Whose.
        account_id: AccountId,
        /// Where.
        phase: SyncPhase,
    },
    /// Items changed in an offline copy; without any named, look at everything.
    ItemsChanged {
        /// Which.
        items: Vec<ItemRef>,
    },
    /// A page's comments changed in an offline copy.
    CommentsChanged {
        /// Whose page.
        account_id: AccountId,
        /// Which page.
        page_id: PageId,
    },
    /// The outbox changed.
    OutboxChanged {
        /// How much is where now.
        counts: OutboxCounts,
    },
    /// Notion can be reached again, or no longer.
    ConnectivityChanged {
        /// Which of them.
        connectivity: Connectivity,
    },
}
