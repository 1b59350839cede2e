//! How Satchel finds things: what a word is, what a typed query means, which hit comes first, and which words of it to show.
//!
//! * [`token`]: the one tokenizer, used for indexing, for queries and for marks, so that the three can never disagree;
//! * [`query`]: the query language; it never fails, a wrong operator is just a word;
//! * [`rank`]: from the places where words stand to an order that can be explained;
//! * [`snippet`]: the passage to show and the ranges to mark in it, never markup;
//! * [`typo`]: words that somebody may have meant;
//! * [`merge`]: one list from the lists of several accounts.
//!
//! Everything is a pure function of its arguments. Not here: where the words are kept and how many rows a query may touch
//! (`satchel-store`'s index), and any clock: what depends on the time takes the time.

#![deny(missing_docs)]

pub mod merge;
pub mod query;
pub mod rank;
pub mod snippet;
pub mod token;
pub mod typo;

pub use merge::merge;
pub use query::{Clause, FilterWord, Filters, Moments, Query, Scope, Term, TypedFilter};
pub use rank::{Field, Rank, Why};
pub use snippet::{Mark, Passage};

/// What kind of thing is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A page that is not a row.
    Page,
    /// A row of a database.
    Row,
    /// One of the tables of a database.
    DataSource,
}
