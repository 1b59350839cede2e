//! The full-text index inside the cache.
//!
//! It changes in the transaction that changes the page, so it is never behind and never ahead. What a word is, how hits are ranked
//! and what is shown of them is `satchel-search`'s; here are the tables, and the rule that no query may cost more than a bounded
//! number of rows, whatever is typed:
//!
//! 1. titles first and whole, from a small table of their own ([`find`]);
//! 2. then texts with all the words; the vocabulary says beforehand what that costs ([`plan`]), and when it is too much only
//!    the latest are looked at;
//! 3. when little was found: words that may have been meant, then texts with some of the words;
//! 4. of the best few, the passages ([`show`]).
//!
//! Not here: whom `by:ada` or which account `in:work` means, several accounts (`satchel_search::merge`), and the threads that stop a
//! query which nobody waits for any more.

mod evidence;
mod find;
mod plan;
mod show;
mod tables;
mod tidy;
mod vocabulary;
mod write;

#[cfg(test)]
mod tests;

use rusqlite::{Connection, Transaction};
use satchel_model::{DataSourceId, ItemId, Timestamp, UserId};
pub use satchel_search::{Filters, Kind, Mark, Passage, Query, Rank, Why, snippet::Needles};

use crate::Result;
pub use vocabulary::Frequencies;

/// What the index knows of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// Which.
    pub item: ItemId,
    /// What it is.
    pub kind: Kind,
    /// When it was last edited.
    pub edited_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its title.
    pub title: String,
    /// Its headings, one a line.
    pub headings: String,
    /// The values of its properties, one a line.
    pub properties: String,
    /// Its text.
    pub body: String,
    /// The comments on it, one a line.
    pub comments: String,
    /// The table it is a row of, or is itself.
    pub database: Option<DataSourceId>,
    /// Who made it.
    pub author: Option<UserId>,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What is most likely meant.
    #[default]
    Relevance,
    /// What was edited last.
    Edited,
    /// By title.
    Title,
}

/// A search.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// What was typed.
    pub query: Query,
    /// What narrows it: chips, and what the caller made of the operators in the query (see [`Filters::of`]).
    pub filters: Filters,
    /// What comes first.
    pub order: Order,
    /// The most hits to give.
    pub limit: usize,
    /// The present, for what was edited lately.
    pub now: Timestamp,
    /// How frequent the words are in all accounts together, so that ranks of several accounts can be compared; `None` for this
    /// account's own.
    pub frequencies: Option<Frequencies>,
}

impl SearchRequest {
    /// A search in everything for the first twenty hits.
    #[must_use]
    pub fn new(query: &str, now: Timestamp) -> Self {
        Self {
            query: Query::parse(query),
            filters: Filters::default(),
            order: Order::default(),
            limit: 20,
            now,
            frequencies: None,
        }
    }
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct SearchPage {
    /// The best hits, best first; those of one group stand together.
    pub hits: Vec<Hit>,
    /// What was looked for, so that the same can be marked in what belongs to a hit.
    pub needles: Needles,
    /// About how many there are in all.
    pub total_estimate: u32,
    /// Nothing was left out for want of time: every item that has the words was looked at.
    pub is_complete: bool,
    /// Words that were looked for beside those typed.
    pub corrections: Vec<Correction>,
}

/// Something found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which item.
    pub item: ItemId,
    /// What it is.
    pub kind: Kind,
    /// Under which heading it is shown.
    pub group: Group,
    /// Its place in the order.
    pub rank: Rank,
    /// Why it is here.
    pub why: Why,
    /// Its title.
    pub title: String,
    /// What to highlight in it.
    pub title_marks: Vec<Mark>,
    /// The passage with the words, when they stand elsewhere than in the title.
    pub snippet: Option<Passage>,
    /// When it was last edited.
    pub edited_at: Timestamp,
    /// The table it is a row of, or is itself.
    pub database: Option<DataSourceId>,
    /// Comments on it are kept.
    pub has_comment: bool,
}

/// The headings of a list of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// The first of all, when its title answers.
    Best,
    /// Pages and databases whose titles answer.
    Title,
    /// In the text.
    Text,
}

/// Words that were looked for beside one that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The typed word.
    pub typed: String,
    /// The words that were found instead, the likeliest first; folded.
    pub words: Vec<String>,
}

/// Prepares a connection; before anything else of the index is used on it.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    evidence::register(connection)
}

/// Makes the tables.
pub(crate) fn migrate_v1(tx: &Transaction<'_>) -> Result<()> {
    tables::migrate_v1(tx)
}

/// Takes an entry up, in place of what was known of the item.
pub(crate) fn put(tx: &Transaction<'_>, entry: &IndexEntry) -> Result<()> {
    write::put(tx, entry)
}

/// Forgets an item; one that is not known is fine.
pub(crate) fn remove(tx: &Transaction<'_>, item: ItemId) -> Result<()> {
    write::remove(tx, item)
}

/// Searches. The work is bounded; interrupting the connection ends it sooner, with [`StoreError::Interrupted`](crate::StoreError).
pub(crate) fn search(connection: &Connection, request: &SearchRequest) -> Result<SearchPage> {
    let found = find::find(connection, request)?;
    show::show(connection, request, found)
}

/// How frequent the words of a query are here. Asked of every account first, added up, and given to each search, it makes their
/// ranks comparable.
pub(crate) fn frequencies(connection: &Connection, query: &Query) -> Result<Frequencies> {
    vocabulary::frequencies(connection, query)
}

/// Who made what is kept, whoever made most first.
pub(crate) fn authors(connection: &Connection) -> Result<Vec<UserId>> {
    find::authors(connection)
}

/// Does a little of the work that may wait: merges segments of the index, counts words anew. True when there is more to do.
pub(crate) fn idle_merge(tx: &Transaction<'_>) -> Result<bool> {
    tidy::idle_merge(tx)
}
