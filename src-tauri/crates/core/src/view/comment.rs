//! Comments of a page as threads.

use satchel_model::{AccountId, BlockId, CommentId, DiscussionId, OperationId, PageId, RichText, UserId};
use serde::{Deserialize, Serialize};

use super::PageName;

/// A page's comments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CommentsView {
    /// Whose page.
    pub account_id: AccountId,
    /// Which page.
    pub page_id: PageId,
    /// Open threads, oldest first; waiting comments stand in theirs.
    pub threads: Vec<ThreadView>,
    /// The token has been refused reading comments.
    pub is_reading_refused: bool,
    /// The token has been refused writing comments.
    pub is_writing_refused: bool,
    /// The name comments appear under.
    pub posts_as: Option<String>,
    /// When they were fetched; `None` before the first time.
    pub fetched_at: Option<String>,
    /// Pages named in them.
    pub pages: Vec<PageName>,
}

/// A comment was put into the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CommentSaved {
    /// As which operation: the comment among `comments` whose state names it.
    pub operation_id: OperationId,
    /// The page's comments with the new one in its place.
    pub comments: CommentsView,
}

/// One discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ThreadView {
    /// Its id; `None` for one that is not in Notion yet.
    pub discussion_id: Option<DiscussionId>,
    /// The block it is on; `None` for the page.
    pub anchor: Option<AnchorView>,
    /// Oldest first.
    pub comments: Vec<CommentView>,
}

/// What a thread is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AnchorView {
    /// The block.
    pub block_id: BlockId,
    /// What it says, when known.
    pub text: Option<String>,
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CommentView {
    /// Its id; `None` while it is not in Notion.
    pub id: Option<CommentId>,
    /// Who wrote it.
    pub author: AuthorView,
    /// When.
    pub created_time: String,
    /// What it says.
    pub text: RichText,
    /// Whether it is in Notion.
    pub state: CommentState,
}

/// Who wrote a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AuthorView {
    /// Who.
    pub id: UserId,
    /// What they are called.
    pub name: Option<String>,
    /// The account's own user.
    pub is_you: bool,
}

/// Whether a comment is in Notion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CommentState {
    /// It is.
    Posted,
    /// It waits in the outbox.
    Waiting {
        /// As which operation.
        operation_id: OperationId,
    },
    /// It is on its way.
    Sending {
        /// As which operation.
        operation_id: OperationId,
    },
    /// It was refused.
    NeedsYou {
        /// As which operation.
        operation_id: OperationId,
        /// Why.
        code: String,
    },
}
