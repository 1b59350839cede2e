//! What a person types, understood.
//!
//! ```text
//! launch plan            both words, the last one may still be being typed
//! "launch plan"          next to each other
//! budget -draft          without a word
//! price or cost          either
//! title:plan prop:done comment:why      only there
//! in:work type:database by:ada edited:<7d created:2026-01 has:comment database:Tasks
//! ```
//!
//! Parsing never fails: a wrong operator is just a word, an open quotation mark is a phrase still being typed, and an operator
//! without its value yet says nothing yet.
//!
//! Not here: what `work` or `ada` are (only a caller with accounts and people can say), and what a query costs.

mod dates;
mod filters;
mod parse;

use std::ops::Range;

pub use dates::Moments;
pub use filters::Filters;

use crate::{Field, Kind, token};

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What was typed, whole.
    pub text: String,
    /// What must (or must not) be found, in the order typed.
    pub clauses: Vec<Clause>,
    /// The operators that narrow, in the order typed.
    pub filters: Vec<TypedFilter>,
}

/// One condition on the words of a thing: any of the terms is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Never empty. More than one when they were joined by `or`.
    pub terms: Vec<Term>,
    /// Things with any of the terms are left out.
    pub is_excluded: bool,
}

/// A word or a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What was typed for it, without quotation marks and operators.
    pub text: String,
    /// Its bytes in the query, operator and quotation marks included.
    pub range: Range<usize>,
    /// Where it must stand.
    pub scope: Scope,
    /// Its words, folded, next to each other. Never empty.
    pub words: Vec<Word>,
    /// Other ways to write it: `read_file` beside `read file`, `rfc 2119` beside `rfc2119`.
    pub others: Vec<Vec<Word>>,
    /// The last word may go on.
    pub is_prefix: bool,
    /// It was put between quotation marks.
    pub is_quoted: bool,
}

/// A word of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The folded form.
    pub text: String,
    /// What it is made of.
    pub shape: token::Shape,
}

/// Where a term must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Anywhere.
    Anywhere,
    /// In this field.
    In(Field),
}

/// An operator that narrows what is looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedFilter {
    /// Its bytes in the query, so that a chip can take their place.
    pub range: Range<usize>,
    /// What it says.
    pub word: FilterWord,
}

/// What a filter says. Names are as typed; the caller knows who and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterWord {
    /// `in:` a workspace, by a part of its name.
    Workspace(String),
    /// `type:`
    Kind(Kind),
    /// `database:` by a part of its name.
    Database(String),
    /// `by:` a person, by a part of the name, or `me`.
    Author(String),
    /// `edited:`
    Edited(Moments),
    /// `created:`
    Created(Moments),
    /// `has:comment`
    HasComment,
}

impl Query {
    /// Understands what was typed so far. Total: every text is a query.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        parse::parse(text, &mut |_| true)
    }

    /// The same for a caller who knows names: a filter that `is_known` does not know is a word like any other.
    #[must_use]
    pub fn parse_knowing(text: &str, mut is_known: impl FnMut(&FilterWord) -> bool) -> Self {
        parse::parse(text, &mut is_known)
    }

    /// Whether there is no word to look for; filters may still narrow.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.iter().all(|clause| clause.is_excluded)
    }

    /// The terms that make something a hit.
    pub fn wanted(&self) -> impl Iterator<Item = &Term> {
        self.clauses.iter().filter(|clause| !clause.is_excluded).flat_map(|clause| &clause.terms)
    }

    /// The query as it would stand in a title, see [`token::key`]; `None` when it is more than words.
    #[must_use]
    pub fn title_key(&self) -> Option<String> {
        let is_plain = self.filters.is_empty()
            && self.clauses.iter().flat_map(|clause| &clause.terms).all(|term| term.scope == Scope::Anywhere);
        let key = if is_plain && !self.clauses.iter().any(|clause| clause.is_excluded) {
            token::key(&self.text)
        } else {
            let words: Vec<&str> = self.wanted().map(|term| term.text.as_str()).collect();
            token::key(&words.join(" "))
        };
        (!key.is_empty()).then_some(key)
    }

    /// Whether the last character typed belongs to a word that may go on.
    #[must_use]
    pub fn is_being_typed(&self) -> bool {
        self.clauses.last().is_some_and(|clause| clause.terms.last().is_some_and(|term| term.is_prefix))
    }
}

#[cfg(test)]
mod tests;
