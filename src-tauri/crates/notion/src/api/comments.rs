//! `comments`.

use crate::client::{Call, Client, Draft, Paged};
use crate::id::BlockId;
use crate::types::{Comment, Resource};
use crate::write::CreateComment;

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
}
