//! Questions and answers of the search.

use satchel_model::{AccountId, Icon, SelectOption};
use serde::{Deserialize, Serialize};

use super::{Crumb, ItemKind, ItemRef};

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SearchRequest {
    /// What was typed.
    pub query: String,
    /// Only these accounts; all when empty.
    pub account_ids: Vec<AccountId>,
    /// Only these kinds; all when empty.
    pub kinds: Vec<ItemKind>,
    /// At most so many hits.
    pub limit: u32,
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
    /// How long it took, in microseconds.
    pub took_us: u32,
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
    /// Its text is kept offline.
    pub is_kept: bool,
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
    /// A row has this status.
    Status {
        /// The status.
        option: SelectOption,
    },
}
