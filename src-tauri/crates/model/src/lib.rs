//! What Satchel talks about: ids, pages, documents, properties, comments, accounts, operations, changes. Plain data.
//!
//! Not here: how the service writes these things (`satchel-notion`), how they are kept (`satchel-store`), what is done with them
//! (`satchel-core`), and anything that waits, reads a clock or touches a disk.

#![deny(missing_docs)]

mod account;
mod change;
mod comment;
mod document;
mod icon;
mod ids;
mod operation;
mod page;
mod property;
mod rich_text;
mod user;

pub use account::{Account, Capabilities, Capability, Dye, TokenKind};
pub use change::{Change, ChangeSource};
pub use comment::{Comment, CommentAuthor, CommentParent};
pub use document::{
    Attribute, Block, BlockKind, Document, MediaKind, MeetingSection, Source, SyncedRole, Table, TableCell,
    TableColumn, TableRow,
};
pub use icon::Icon;
pub use ids::{
    AccountId, BlockId, CommentId, DataSourceId, DatabaseId, DiscussionId, IdError, ItemId, OperationId, PageId, UserId,
};
pub use operation::{Attempt, CommentTarget, Fate, Operation, OperationKind, OperationState, PropertyEdit, Reason};
pub use page::{DataSource, Database, Page, PageBody, Parent, PropertySchema, SelectOption, StatusGroup};
pub use property::{
    DateValue, FileRef, FormulaResult, PlaceValue, Property, PropertyValue, RelationRef, RollupResult,
    VerificationState,
};
pub use rich_text::{Color, Link, Mention, RichText, Span, SpanKind, Style, plain_text};
pub use user::{User, UserKind};

/// A moment, as the service gives it: pages, blocks and comments are floored to the minute there.
pub type Timestamp = jiff::Timestamp;
