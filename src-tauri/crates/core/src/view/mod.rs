//! What hosts are shown: plain data made for a screen, a terminal or JSON. Names are the same in TypeScript.
//!
//! Ids and times are strings there, sizes are `f64`, counts and durations `u32`.

mod account;
mod capture;
mod comment;
mod item;
mod outbox;
mod search;

pub use account::{
    AccountView, AppState, Connectivity, CoverageView, Platform, Profile, Role, SecretsState, SyncPhase,
};
pub use capture::{CaptureDraft, CaptureSaved, Destination, DestinationTarget, Effect};
pub use comment::{AnchorView, AuthorView, CommentSaved, CommentState, CommentView, CommentsView, ThreadView};
pub use item::{Crumb, ItemKind, ItemRef, ItemSummary, ItemView, NameView, OutlineEntry, PageName, RowView, RowsView};
pub use outbox::{OutboxCounts, OutboxItem, OutboxKind, OutboxState, OutboxView, WaitingFor};
pub use search::{
    CommentHit, DatabaseSummary, HitGroup, Mark, NarrowedBy, NarrowedView, SearchHit, SearchOrder, SearchRequest,
    SearchResults, SnippetView, Trailing,
};
