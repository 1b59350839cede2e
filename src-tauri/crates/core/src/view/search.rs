//! Questions and answers of the search.

use satchel_model::{AccountId, DiscussionId, Icon, SelectOption};
use serde::{Deserialize, Serialize};

use super::{Crumb, ItemKind, ItemRef, ItemSummary};

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SearchRequest {
    /// What was typed.
    pub query: String,
    /// Only these accounts; all when empty.
    pub account_ids: Vec<AccountId>,
    /// Only these kinds; all when empty.
    pub kinds: Vec<ItemKind>,
    /// Only what was edited then, in the words of `edited:`; always when `None` or not understood.
    pub edited: Option<String>,
    /// Only what somebody of this name made, as `by:` takes it.
    pub author: Option<String>,
    /// What comes first.
    pub order: SearchOrder,
    /// At most so many hits.
    pub limit: u32,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SearchOrder {
    /// What is most likely meant.
    #[default]
    Relevance,
    /// What was edited last.
    Edited,
    /// By title.
    Title,
}

/// Hits, best first within their groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SearchResults {
    /// In the order of groups.
    pub hits: Vec<SearchHit>,
    /// How many there are in all, the returned ones included; an estimate when not complete.
    pub total: u32,
    /// Every match was looked at.
    pub is_complete: bool,
    /// Other spellings that were included.
    pub corrections: Vec<String>,
    /// What the words of the query narrow to, in the order typed.
    pub narrowed: Vec<NarrowedView>,
    /// How long it took, in microseconds.
    pub took_us: u32,
}

/// A word of the query that narrows, and its place there in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NarrowedView {
    /// The first unit.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// To what.
    pub by: NarrowedBy,
}

/// What a query is narrowed to by its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NarrowedBy {
    /// `in:`
    Workspace {
        /// Its whole name.
        name: String,
    },
    /// `type:`
    Kind {
        /// Which.
        kind: ItemKind,
    },
    /// `database:`
    Database {
        /// The whole title of the first that is meant.
        name: String,
    },
    /// `by:`
    Author {
        /// The whole name of the first who is meant.
        name: String,
    },
    /// `edited:`
    Edited {
        /// As typed.
        within: String,
    },
    /// `created:`
    Created {
        /// As typed.
        within: String,
    },
    /// `has:comment`
    HasComment,
}

/// Where a hit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum HitGroup {
    /// The one that is most likely meant.
    Best,
    /// Found by title.
    Title,
    /// Found in the text, values or comments.
    Text,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SearchHit {
    /// Which item.
    #[serde(flatten)]
    pub reference: ItemRef,
    /// What it is.
    pub kind: ItemKind,
    /// Where it stands.
    pub group: HitGroup,
    /// Its title; empty for an untitled one.
    pub title: String,
    /// What of the title matched.
    pub title_marks: Vec<Mark>,
    /// Its icon.
    pub icon: Option<Icon>,
    /// The way to it, from the top, without itself.
    pub crumbs: Vec<Crumb>,
    /// The place in the text that matched.
    pub snippet: Option<SnippetView>,
    /// When it was last changed.
    pub last_edited_time: String,
    /// One more fact at the end of the row.
    pub trailing: Option<Trailing>,
    /// The comment on it that was found, when it is that and not the item itself.
    pub comment: Option<CommentHit>,
    /// Its text is kept offline.
    pub is_kept: bool,
}

/// A comment that was found. What it says is the hit's snippet, when it was written the hit's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CommentHit {
    /// Its thread.
    pub discussion_id: DiscussionId,
    /// Who wrote it, when the token may know.
    pub author: Option<String>,
}

/// A database in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DatabaseSummary {
    /// The database.
    #[serde(flatten)]
    pub summary: ItemSummary,
    /// Rows kept.
    pub rows: u32,
}

/// A range of text that matched, in UTF-16 units as JavaScript counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Mark {
    /// The first unit.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// A piece of the text with what matched in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SnippetView {
    /// The piece.
    pub text: String,
    /// What of it matched.
    pub marks: Vec<Mark>,
}

/// One more fact about a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Trailing {
    /// A data source has so many rows.
    Rows {
        /// Rows kept.
        count: u32,
    },
    /// It stands for a file of this format.
    File {
        /// `PDF`.
        format: String,
    },
    /// A row has this status.
    Status {
        /// The status.
        option: SelectOption,
    },
}
