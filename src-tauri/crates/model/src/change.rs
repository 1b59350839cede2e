//! What a committed write changed, so that whoever shows it can look again.

use serde::{Deserialize, Serialize};

use crate::{AccountId, ItemId, PageId};

/// One committed batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Whose copy; `None` for the journal.
    pub account_id: Option<AccountId>,
    /// Pages and data sources whose title, values, body or place changed.
    pub items: Vec<ItemId>,
    /// Pages whose comments changed.
    pub comments: Vec<PageId>,
    /// The outbox changed.
    pub outbox: bool,
    /// Who did it.
    pub source: ChangeSource,
}

/// Who wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeSource {
    /// The sync.
    Sync,
    /// The outbox.
    Outbox,
    /// A person, here.
    Person,
}
