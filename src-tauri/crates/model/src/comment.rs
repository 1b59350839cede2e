//! Comments. A discussion is only an id that groups them.

use serde::{Deserialize, Serialize};

use crate::{BlockId, CommentId, DiscussionId, PageId, RichText, Timestamp, UserId};

/// One comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// What it is on.
    pub parent: CommentParent,
    /// The thread it belongs to.
    pub discussion_id: DiscussionId,
    /// When it was written, to the minute.
    pub created_time: Timestamp,
    /// When it was last changed, to the minute.
    pub last_edited_time: Timestamp,
    /// Who wrote it.
    pub created_by: CommentAuthor,
    /// What it says.
    pub text: RichText,
}

/// Who wrote a comment: the user, and the name it was posted under where that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentAuthor {
    /// The user.
    pub user_id: UserId,
    /// The name the service shows.
    pub display_name: Option<String>,
}

/// What a comment is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CommentParent {
    /// A page.
    Page {
        /// Which.
        page_id: PageId,
    },
    /// A block.
    Block {
        /// Which.
        block_id: BlockId,
    },
}
