//! The outbox as a list.

use satchel_model::{AccountId, Icon, ItemId, OperationId};
use serde::{Deserialize, Serialize};

use super::Crumb;

/// How much is where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OutboxCounts {
    /// Not in Notion yet, sending included.
    pub waiting: u32,
    /// Refused.
    pub needs_you: u32,
}

/// The outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OutboxView {
    /// How much is where.
    pub counts: OutboxCounts,
    /// Those that need the person, those on their way, those that wait (in order), those sent (newest first).
    pub items: Vec<OutboxItem>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OutboxItem {
    /// Its id.
    pub id: OperationId,
    /// Whose.
    pub account_id: AccountId,
    /// What it is.
    pub kind: OutboxKind,
    /// Its first line.
    pub title: String,
    /// All of it, Markdown as typed.
    pub text: String,
    /// The page or data source it goes to.
    pub destination: Option<ItemId>,
    /// That one's title.
    pub destination_title: String,
    /// That one's icon.
    pub destination_icon: Option<Icon>,
    /// The way to it, from the top.
    pub crumbs: Vec<Crumb>,
    /// When the person saved it.
    pub created_at: String,
    /// Where in its life it is.
    pub state: OutboxState,
}

/// What an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum OutboxKind {
    /// Text at the end of a page.
    Append,
    /// A row.
    Row,
    /// A page.
    Page,
    /// A comment.
    Comment,
}

/// Where in its life an operation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutboxState {
    /// It waits.
    Waiting {
        /// For what.
        reason: WaitingFor,
    },
    /// It is on its way.
    Sending,
    /// Notion's answer was lost: Satchel looks whether it arrived before it sends again.
    Checking,
    /// A person must decide.
    NeedsYou {
        /// Why, a code of the catalogue.
        code: String,
        /// Notion's own words.
        detail: String,
    },
    /// It is in Notion.
    Sent {
        /// Since when.
        at: String,
        /// Where.
        url: Option<String>,
    },
    /// Thrown away; it can be brought back.
    Discarded {
        /// When.
        at: String,
    },
}

/// What an operation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    /// Its turn.
    Turn,
    /// The network.
    Network,
    /// The person to sign in again.
    SignIn,
    /// Notion, which asked to slow down or has trouble.
    Notion,
    /// The process that sends.
    Owner,
}
