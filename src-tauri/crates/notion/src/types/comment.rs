//! Comments.

use crate::id::{CommentId, DiscussionId};
use crate::json::{Field, object, open_enum};
use crate::time::Time;
use crate::types::{Full, HostedFile, Identified, Parent, RichText, User};

open_enum! {
    /// Whose name a comment shows.
    pub enum DisplayNameKind {
        Integration = "integration",
        User = "user",
        Custom = "custom",
    }
}

object! {
    /// A name chosen by the sender.
    pub struct CustomName {
        /// The name.
        pub name: String,
    }
}

object! {
    /// The name beside a comment.
    pub struct DisplayName {
        /// Whose it is.
        pub kind: DisplayNameKind as "type",
        /// The name as it is shown. Read only.
        pub resolved_name: Field<String>,
        /// The name for the kind `custom`. Write only.
        pub custom: Field<CustomName>,
    }
}

object! {
    /// A file beside a comment.
    pub struct Attachment {
        /// `audio`, `image`, `pdf`, `productivity` or `video`.
        pub category: Field<String>,
        /// Where it is.
        pub file: Field<HostedFile>,
    }
}

object! {
    /// A comment. A discussion is no more than the id that its comments share: resolved ones vanish from lists.
    pub struct Comment {
        /// Always `comment`.
        pub object: Field<String>,
        /// The comment.
        pub id: CommentId,
        /// The page or block it is about.
        pub parent: Parent,
        /// The thread it belongs to.
        pub discussion_id: DiscussionId,
        /// When it was written, floored to the minute.
        pub created_time: Time,
        /// When it was last changed, floored to the minute.
        pub last_edited_time: Time,
        /// Who wrote it.
        pub created_by: Box<User>,
        /// What it says.
        pub rich_text: Vec<RichText>,
        /// The name it shows.
        pub display_name: Field<DisplayName>,
        /// Files beside it: at most three.
        pub attachments: Field<Vec<Attachment>>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Identified for Comment {
    type Id = CommentId;

    fn id(&self) -> Option<CommentId> {
        Some(self.id)
    }
}

impl Full for Comment {
    const MARK: &'static str = "created_by";
}
