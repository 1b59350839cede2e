//! Comments.

use satchel_model::{BlockId, Comment, CommentAuthor, CommentParent};
use satchel_notion::types::{self as wire, ParentKind};

use super::{FromWire, rich_text};

/// A comment; `None` for one on something that is neither page nor block.
#[must_use]
pub fn comment(comment: &wire::Comment) -> Option<Comment> {
    let parent = match &comment.parent.kind {
        ParentKind::Page(id) => CommentParent::Page { page_id: id.to_model() },
        ParentKind::Block(id) => CommentParent::Block { block_id: BlockId::from_uuid(id.uuid()) },
        _ => return None,
    };
    Some(Comment {
        id: comment.id.to_model(),
        parent,
        discussion_id: comment.discussion_id.to_model(),
        created_time: comment.created_time.timestamp(),
        last_edited_time: comment.last_edited_time.timestamp(),
        created_by: CommentAuthor {
            user_id: comment.created_by.id.to_model(),
            display_name: comment.display_name.value().and_then(|name| name.resolved_name.value().cloned()),
        },
        text: rich_text(&comment.rich_text),
    })
}
