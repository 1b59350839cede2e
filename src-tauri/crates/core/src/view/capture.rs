//! Quick capture: where a note goes, and what becomes of it.

use satchel_model::{AccountId, DataSourceId, Icon, OperationId, PageId};
use serde::{Deserialize, Serialize};

use super::Crumb;

/// Where a note can go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Destination {
    /// Whose.
    pub account_id: AccountId,
    /// What.
    pub target: DestinationTarget,
    /// Its title; empty for an untitled one.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
    /// The way to it, from the top, without itself.
    pub crumbs: Vec<Crumb>,
    /// What saving does there.
    pub effect: Effect,
    /// The token has been refused writing there.
    pub is_read_only: bool,
    /// When it was last used.
    pub used_at: Option<String>,
}

/// A page or a data source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DestinationTarget {
    /// The text goes to the end of this page.
    Page {
        /// Which.
        page_id: PageId,
    },
    /// The text becomes a row of this data source: its first line the title.
    DataSource {
        /// Which.
        data_source_id: DataSourceId,
    },
}

/// What saving does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Adds to the end of a page.
    Append,
    /// Makes a row.
    NewRow,
}

/// What was typed and not yet saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaptureDraft {
    /// Markdown as typed.
    pub text: String,
    /// Whose destination.
    pub account_id: Option<AccountId>,
    /// Which destination.
    pub target: Option<DestinationTarget>,
    /// When it was last changed.
    pub updated_at: String,
}

/// A note that is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaptureSaved {
    /// As which operation.
    pub operation_id: OperationId,
    /// Notion could be reached at the last try, so it is being sent.
    pub is_online: bool,
}
