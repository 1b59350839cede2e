//! The outbox's operations: one write each, with a life of `queued → sending → sent | needs you`.
//!
//! The service has no idempotency key, so an attempt ends *committed*, *not committed* or *unknown*; an unknown is never repeated
//! before a direct read has settled it.

use serde::{Deserialize, Serialize};

use crate::{AccountId, BlockId, CommentId, DataSourceId, DiscussionId, OperationId, PageId, Timestamp};

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Its id; ids sort in the order things were written.
    pub id: OperationId,
    /// Whose.
    pub account_id: AccountId,
    /// What is to be written.
    pub kind: OperationKind,
    /// Where in its life it is.
    pub state: OperationState,
    /// When the person saved it.
    pub created_at: Timestamp,
    /// How often it has been tried.
    pub attempts: u32,
    /// An attempt that was broken off, of which something is or may be there: the next one goes on from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Attempt>,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OperationKind {
    /// Blocks at the end of a page.
    AppendToPage {
        /// Which page.
        page_id: PageId,
        /// What the person typed, Markdown.
        markdown: String,
    },
    /// A page inside a page.
    CreatePage {
        /// Inside which page.
        parent_id: PageId,
        /// The title.
        title: String,
        /// The body, Markdown as typed.
        markdown: String,
    },
    /// A row of a data source.
    CreateRow {
        /// Which data source.
        data_source_id: DataSourceId,
        /// The title.
        title: String,
        /// The body, Markdown as typed.
        markdown: String,
        /// Values of other properties.
        properties: Vec<PropertyEdit>,
    },
    /// A comment.
    Comment {
        /// On what.
        target: CommentTarget,
        /// The page it appears on.
        page_id: PageId,
        /// What the person typed, Markdown.
        markdown: String,
    },
}

impl OperationKind {
    /// The name of the thing written to: writes to one go one after the other.
    #[must_use]
    pub fn lane(&self) -> String {
        match self {
            Self::AppendToPage { page_id, .. } | Self::CreatePage { parent_id: page_id, .. } => {
                format!("page:{page_id}")
            }
            Self::CreateRow { data_source_id, .. } => format!("data_source:{data_source_id}"),
            Self::Comment { page_id, .. } => format!("comments:{page_id}"),
        }
    }

    /// What the person typed.
    #[must_use]
    pub fn markdown(&self) -> &str {
        match self {
            Self::AppendToPage { markdown, .. }
            | Self::CreatePage { markdown, .. }
            | Self::CreateRow { markdown, .. }
            | Self::Comment { markdown, .. } => markdown,
        }
    }
}

/// A value to set, in the shape the API takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PropertyEdit {
    /// The property's id.
    pub id: String,
    /// The property's name, for messages.
    pub name: String,
    /// The value.
    pub value: serde_json::Value,
}

/// What a comment goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CommentTarget {
    /// A page as a whole.
    Page {
        /// Which.
        page_id: PageId,
    },
    /// A block.
    Block {
        /// Which.
        block_id: BlockId,
    },
    /// An open discussion.
    Discussion {
        /// Which.
        discussion_id: DiscussionId,
    },
}

/// Where in its life an operation is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OperationState {
    /// On disk, waiting for its turn.
    Queued,
    /// A request is or was on its way: whoever finds this after a crash must treat it as unknown.
    Sending {
        /// What was known before the request went out.
        attempt: Attempt,
    },
    /// The answer did not tell whether it was written; a direct read must.
    Unknown {
        /// What was known before the request went out.
        attempt: Attempt,
        /// How many direct reads have found nothing.
        checks: u32,
    },
    /// Written.
    Sent {
        /// When the service's answer came.
        at: Timestamp,
        /// The page or row that was made, or the page that was written to.
        page_id: Option<PageId>,
        /// The blocks that were made at the top level.
        block_ids: Vec<BlockId>,
        /// The comment that was made.
        comment_id: Option<CommentId>,
    },
    /// Refused; a person must decide.
    NeedsYou {
        /// Since when.
        at: Timestamp,
        /// Why.
        reason: Reason,
    },
    /// Thrown away by the person; kept some days so that it can be brought back.
    Discarded {
        /// When.
        at: Timestamp,
    },
}

/// What is written down before a request goes out, so that its fate can be told afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it started.
    pub started_at: Timestamp,
    /// When its last request went out, or was given up: the service may be working on it for a minute from then.
    #[serde(default)]
    pub asked_at: Timestamp,
    /// The hash of the canonical content, hex.
    pub content_hash: String,
    /// What each request that went through has made at its top, in the order of the requests: blocks, or the page, row or comment. Empty
    /// for one that is known to be done although nobody could say what it made.
    #[serde(default)]
    pub steps: Vec<Vec<BlockId>>,
    /// What is known of the request after those.
    #[serde(default)]
    pub fate: Fate,
}

/// What is known of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It may have been carried out.
    #[default]
    Doubtful,
    /// It was carried out; what it made is not known.
    Committed,
    /// It was not carried out, or never made.
    Open,
}

/// Why a person must decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A code of the closed set that hosts have sentences for.
    pub code: String,
    /// The service's own words, small print.
    pub detail: String,
}
