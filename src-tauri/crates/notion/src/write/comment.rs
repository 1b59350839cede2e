//! New comments, and changes of them.

use serde_json::{Value, json};

use crate::id::{BlockId, DiscussionId, FileUploadId, PageId};
use crate::json::{Extra, Field, Json, put};
use crate::types::{CustomName, DisplayName, DisplayNameKind, Parent, RichText};
use crate::write::MarkdownVersion;

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentTarget {
    /// A page. All comments on a page as a whole share one discussion.
    Page(PageId),
    /// A block.
    Block(BlockId),
    /// An existing discussion.
    Discussion(DiscussionId),
}

impl From<PageId> for CommentTarget {
    fn from(id: PageId) -> Self {
        Self::Page(id)
    }
}

impl From<BlockId> for CommentTarget {
    fn from(id: BlockId) -> Self {
        Self::Block(id)
    }
}

impl From<DiscussionId> for CommentTarget {
    fn from(id: DiscussionId) -> Self {
        Self::Discussion(id)
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    RichText(Vec<RichText>),
    Markdown(String, Field<MarkdownVersion>),
}

impl Content {
    fn put(&self, body: &mut Extra) {
        match self {
            Self::RichText(runs) => put(body, "rich_text", runs),
            Self::Markdown(text, version) => {
                put(body, "markdown", text);
                put(body, "markdown_version", version);
            }
        }
    }

    fn of_version(self, version: MarkdownVersion) -> Self {
        match self {
            Self::Markdown(text, _) => Self::Markdown(text, Field::Value(version)),
            runs @ Self::RichText(_) => runs,
        }
    }
}

/// A comment to write.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateComment {
    target: CommentTarget,
    content: Content,
    attachments: Vec<FileUploadId>,
    display_name: Field<DisplayName>,
}

impl CreateComment {
    /// The most files the service takes beside a comment.
    pub const MOST_ATTACHMENTS: usize = 3;

    /// A comment of rich text.
    pub fn new(target: impl Into<CommentTarget>, rich_text: Vec<RichText>) -> Self {
        Self::with(target.into(), Content::RichText(rich_text))
    }

    /// A comment of Markdown, of which only inline marks count.
    pub fn markdown(target: impl Into<CommentTarget>, markdown: impl Into<String>) -> Self {
        Self::with(target.into(), Content::Markdown(markdown.into(), Field::Absent))
    }

    fn with(target: CommentTarget, content: Content) -> Self {
        Self { target, content, attachments: Vec::new(), display_name: Field::Absent }
    }

    /// The dialect of its Markdown; nothing for rich text.
    pub fn markdown_version(mut self, version: MarkdownVersion) -> Self {
        self.content = self.content.of_version(version);
        self
    }

    /// A file beside it: at most three.
    pub fn attachment(mut self, upload: FileUploadId) -> Self {
        self.attachments.push(upload);
        self
    }

    /// Under the name of the connection, which is also the service's habit.
    pub fn as_integration(self) -> Self {
        self.named(DisplayNameKind::Integration, Field::Absent)
    }

    /// Under the name of the token's user, not of the connection.
    pub fn as_user(self) -> Self {
        self.named(DisplayNameKind::User, Field::Absent)
    }

    /// Under a name of its own.
    pub fn named_as(self, name: impl Into<String>) -> Self {
        let custom = CustomName { name: name.into(), extra: Extra::new() };
        self.named(DisplayNameKind::Custom, Field::Value(custom))
    }

    fn named(mut self, kind: DisplayNameKind, custom: Field<CustomName>) -> Self {
        self.display_name =
            Field::Value(DisplayName { kind, resolved_name: Field::Absent, custom, extra: Extra::new() });
        self
    }

    pub(crate) fn attachments(&self) -> usize {
        self.attachments.len()
    }

    pub(crate) fn encode(&self) -> Value {
        let mut body = Extra::new();
        match self.target {
            CommentTarget::Page(id) => put(&mut body, "parent", &Parent::from(id)),
            CommentTarget::Block(id) => put(&mut body, "parent", &Parent::from(id)),
            CommentTarget::Discussion(id) => put(&mut body, "discussion_id", &id),
        }
        self.content.put(&mut body);
        if !self.attachments.is_empty() {
            let attachments: Vec<Value> = self
                .attachments
                .iter()
                .map(|id| json!({ "type": "file_upload", "file_upload_id": id.encode() }))
                .collect();
            body.insert("attachments".to_owned(), attachments.into());
        }
        put(&mut body, "display_name", &self.display_name);
        Value::Object(body)
    }
}

/// A comment's new text.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateComment {
    content: Content,
}

impl UpdateComment {
    /// Of rich text.
    pub fn new(rich_text: Vec<RichText>) -> Self {
        Self { content: Content::RichText(rich_text) }
    }

    /// Of Markdown, of which only inline marks count.
    pub fn markdown(markdown: impl Into<String>) -> Self {
        Self { content: Content::Markdown(markdown.into(), Field::Absent) }
    }

    /// The dialect of its Markdown; nothing for rich text.
    pub fn markdown_version(mut self, version: MarkdownVersion) -> Self {
        self.content = self.content.of_version(version);
        self
    }

    pub(crate) fn encode(&self) -> Value {
        let mut body = Extra::new();
        self.content.put(&mut body);
        Value::Object(body)
    }
}
