//! `comments`.

use crate::client::{Call, Client, Draft, Paged, Repeat};
use crate::id::{BlockId, CommentId};
use crate::types::{Comment, Resource};
use crate::write::{CreateComment, UpdateComment};

/// Comments. They need capabilities that connections do not have by default.
#[derive(Clone, Debug)]
pub struct Comments {
    pub(super) client: Client,
}

impl Comments {
    /// The open comments on a page as a whole, or on one block, oldest first. There is no list of all comments inside a page.
    pub fn list(&self, of: impl Into<BlockId>) -> Paged<Resource<Comment>> {
        Paged::new(&self.client, Draft::get("comments").query("block_id", of.into().to_string()))
    }

    /// Writes a comment. Never repeated after an attempt that may have been carried out.
    pub fn create(&self, comment: &CreateComment) -> Call<Resource<Comment>> {
        if comment.attachments() > CreateComment::MOST_ATTACHMENTS {
            return Call::refused(&self.client, "a comment takes at most 3 attachments");
        }
        Call::json(&self.client, Draft::post("comments", comment.encode()))
    }

    /// A comment.
    pub fn get(&self, id: CommentId) -> Call<Resource<Comment>> {
        Call::json(&self.client, Draft::get(format!("comments/{id}")))
    }

    /// Changes a comment of the connection's own; others are "not found". Repeated after failures.
    pub fn update(&self, id: CommentId, update: &UpdateComment) -> Call<Resource<Comment>> {
        Call::json(&self.client, Draft::patch(format!("comments/{id}"), update.encode()).repeating(Repeat::Harmless))
    }

    /// Deletes a comment of the connection's own, and with the last one its discussion. Repeated after failures.
    pub fn delete(&self, id: CommentId) -> Call<Resource<Comment>> {
        Call::json(&self.client, Draft::delete(format!("comments/{id}")))
    }
}
