//! From a query to FTS5 expressions, with what they will cost.
//!
//! FTS5 answers a beginning of a word by merging the lists of all words that begin so, before the first row comes out. Here the
//! vocabulary names the most frequent of them instead, and each is followed only as far as rows are taken. In titles, which are few,
//! beginnings are answered whole.

use rusqlite::Connection;
use satchel_search::{
    Query, Scope, Term,
    query::Word,
    rank::{Collection, Field, Variant},
    token::Shape,
    typo,
};

use super::{
    Frequencies,
    vocabulary::{self, Known},
};
use crate::Result;

/// How many longer words stand for a word being typed.
const BEGINNINGS: usize = 40;
/// The same when only two letters are there, or when the word is the last of a phrase.
const FEW_BEGINNINGS: usize = 20;
/// A word that so many entries have is no mistake.
const RARE: u64 = 2;
/// How near a guess is, by the number of mistakes.
const NEARNESS_OF_GUESS: [f64; 3] = [1.0, 0.7, 0.45];

/// An FTS5 expression and what its phrases stand for.
#[derive(Debug, Default)]
pub(super) struct Expression {
    /// In FTS5's language.
    pub(super) text: String,
    /// The variant of each phrase, in the order of the expression; some phrases only narrow.
    pub(super) variant_of: Vec<Option<usize>>,
    /// What can fulfil which clause.
    pub(super) variants: Vec<Variant>,
}

/// What is to be done for a query.
#[derive(Debug)]
pub(super) struct Plan {
    clauses: Vec<ClausePlan>,
    excluded: Vec<(Scope, Vec<Vec<String>>)>,
    /// How frequent words are taken to be, for ranks.
    pub(super) collection: Collection,
    /// How many entries there are here.
    pub(super) documents: u64,
}

#[derive(Debug)]
struct ClausePlan {
    terms: Vec<TermPlan>,
}

#[derive(Debug)]
struct TermPlan {
    scope: Scope,
    /// For titles, where the last word may be a beginning.
    titles: Vec<Way>,
    /// For texts.
    ways: Vec<Way>,
    /// It narrows titles, and texts need not have it.
    is_title_only: bool,
    /// The typed word and its guesses.
    typed: Option<(String, usize)>,
    guesses: Vec<typo::Guess>,
}

/// One way to fulfil a term.
#[derive(Debug, Clone)]
struct Way {
    /// Phrases that must all be there; the first is the one whose places count.
    phrases: Vec<Vec<String>>,
    is_prefix: bool,
    nearness: f64,
    width: u32,
    /// For ranks.
    documents: u64,
    /// For costs, in this index.
    cost: u64,
    is_correction: bool,
}

impl Plan {
    pub(super) fn new(connection: &Connection, query: &Query, frequencies: Option<&Frequencies>) -> Result<Self> {
        let here = vocabulary::collection(connection)?;
        let clauses_wanted = query.clauses.iter().filter(|clause| !clause.is_excluded).count();
        let lookup = Lookup { connection, frequencies };
        let mut clauses = Vec::new();
        let mut excluded = Vec::new();
        for clause in &query.clauses {
            if clause.is_excluded {
                excluded.extend(clause.terms.iter().map(|term| (term.scope, phrases(&term.words))));
                continue;
            }
            let terms = clause.terms.iter().map(|term| lookup.term(term, clauses_wanted)).collect::<Result<_>>()?;
            clauses.push(ClausePlan { terms });
        }
        let collection = frequencies.map_or(here, |frequencies| frequencies.collection);
        Ok(Self { clauses, excluded, collection, documents: here.documents })
    }

    /// How many clauses are wanted.
    pub(super) const fn clauses(&self) -> usize {
        self.clauses.len()
    }

    /// Whether anything is left out by `-word`.
    pub(super) const fn excludes(&self) -> bool {
        !self.excluded.is_empty()
    }

    /// All clauses in the title; `None` when no title can have them, or when titles alone do not tell what is left out.
    pub(super) fn titles(&self) -> Option<Expression> {
        if self.excludes() {
            return None;
        }
        let mut expression = Expression::default();
        let mut parts = Vec::new();
        for (at, clause) in self.clauses.iter().enumerate() {
            let of_title = |term: &&TermPlan| matches!(term.scope, Scope::Anywhere | Scope::In(Field::Title));
            let terms: Vec<String> = clause
                .terms
                .iter()
                .filter(of_title)
                .flat_map(|term| term.titles.iter().cloned().chain(term.corrections()).collect::<Vec<_>>())
                .map(|way| expression.way(at, &way))
                .collect();
            if terms.is_empty() {
                return None;
            }
            parts.push(format!("({})", terms.join(" OR ")));
        }
        expression.text = parts.join(" AND ");
        (!parts.is_empty()).then_some(expression)
    }

    /// All clauses, anywhere; `None` when no text can have them, or when titles alone are meant.
    pub(super) fn texts(&self) -> Option<(Expression, u64)> {
        let mut expression = Expression::default();
        let mut parts = Vec::new();
        let mut cost = u64::MAX;
        for (at, clause) in self.clauses.iter().enumerate() {
            if self.clauses.len() > 1 && clause.terms.iter().all(|term| term.is_title_only) {
                continue;
            }
            parts.push(expression.clause(at, clause)?);
            cost = cost.min(clause.cost());
        }
        expression.text = parts.join(" AND ");
        expression.exclude(self.excluded.iter().map(|(scope, phrases)| (*scope, phrases)));
        (!parts.is_empty()).then_some((expression, cost))
    }

    /// Some of the clauses: the rarest ones that together cost no more than `most`, and the rarest in any case.
    pub(super) fn some_words(&self, most: u64) -> Option<(Expression, u64)> {
        let mut rarest: Vec<(usize, &ClausePlan)> = self
            .clauses
            .iter()
            .enumerate()
            .filter(|(_, clause)| clause.terms.iter().any(|term| !term.is_title_only))
            .collect();
        rarest.sort_by_key(|(_, clause)| clause.cost());
        let mut expression = Expression::default();
        let mut parts = Vec::new();
        let mut cost = 0_u64;
        for (at, clause) in rarest {
            if !parts.is_empty() && cost + clause.cost() > most {
                break;
            }
            if let Some(part) = expression.clause(at, clause) {
                parts.push(part);
                cost += clause.cost();
            }
        }
        expression.text = parts.join(" OR ");
        if parts.len() > 1 {
            expression.text = format!("({})", expression.text);
        }
        expression.exclude(self.excluded.iter().map(|(scope, phrases)| (*scope, phrases)));
        (!parts.is_empty()).then_some((expression, cost))
    }

    /// Adds what may have been meant by words that are rare or unknown. False when there is nothing to add.
    pub(super) fn guess(&mut self, connection: &Connection) -> Result<bool> {
        let mut is_new = false;
        for term in self.clauses.iter_mut().flat_map(|clause| &mut clause.terms) {
            let documents: u64 = term.ways.iter().map(|way| way.cost).sum();
            if let Some((typed, forgiven)) = term.typed.as_ref().filter(|_| documents <= RARE) {
                term.guesses = vocabulary::guesses(connection, typed, *forgiven)?;
                is_new |= !term.guesses.is_empty();
            }
        }
        Ok(is_new)
    }

    /// The guesses: clause, typed word, word that may have been meant.
    pub(super) fn guesses(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        self.clauses.iter().enumerate().flat_map(|(at, clause)| {
            clause.terms.iter().flat_map(move |term| {
                let typed = term.typed.as_ref().map_or("", |(typed, _)| typed.as_str());
                term.guesses.iter().map(move |guess| (at, typed, guess.word.as_str()))
            })
        })
    }
}

impl ClausePlan {
    /// How many entries fulfil it, at most.
    fn cost(&self) -> u64 {
        let guesses = self.terms.iter().flat_map(|term| &term.guesses).map(|guess| guess.documents);
        self.terms.iter().flat_map(|term| &term.ways).map(|way| way.cost).chain(guesses).sum()
    }
}

impl TermPlan {
    fn corrections(&self) -> Vec<Way> {
        let way = |guess: &typo::Guess| Way {
            phrases: vec![vec![guess.word.clone()]],
            is_prefix: false,
            nearness: NEARNESS_OF_GUESS.get(guess.mistakes).copied().unwrap_or(0.3),
            width: 1,
            documents: guess.documents,
            cost: guess.documents,
            is_correction: true,
        };
        self.guesses.iter().map(way).collect()
    }
}

/// Looks words up.
struct Lookup<'c> {
    connection: &'c Connection,
    frequencies: Option<&'c Frequencies>,
}

impl Lookup<'_> {
    fn term(&self, term: &Term, clauses: usize) -> Result<TermPlan> {
        let last = term.words.last();
        let is_prefix = term.is_prefix && last.is_some_and(|word| word.shape != Shape::Ideographs);
        let letters = last.map_or(0, |word| word.text.chars().count());
        let is_one_word = term.words.len() == 1;
        let beginnings = match (is_prefix, is_one_word, letters) {
            (false, ..) | (_, true, 1) => 0,
            // By itself, so short a beginning would find everything.
            (_, true, 2) if clauses == 1 => 0,
            (_, true, 2) | (_, false, _) => FEW_BEGINNINGS,
            _ => BEGINNINGS,
        };
        let mut ways = Vec::new();
        let longer = match last {
            Some(last) if beginnings > 0 => vocabulary::beginning_with(self.connection, &last.text, beginnings)?,
            _ => Vec::new(),
        };
        ways.extend(self.way(&term.words, None)?);
        for known in &longer {
            ways.extend(self.way(&term.words, Some(known))?);
        }
        for other in &term.others {
            ways.extend(self.way(other, None)?.map(|way| Way { width: width(&term.words), ..way }));
        }
        let typed = match last {
            Some(word) if is_one_word && !term.is_quoted => {
                Some((word.text.clone(), typo::forgiven(&word.text, word.shape)))
            }
            _ => None,
        };
        let documents = ways.iter().map(|way| way.documents).sum();
        let title = |words: &Vec<Word>| Way {
            phrases: phrases(words),
            is_prefix,
            nearness: 1.0,
            width: width(words),
            documents,
            cost: 0,
            is_correction: false,
        };
        Ok(TermPlan {
            scope: term.scope,
            titles: std::iter::once(&term.words).chain(&term.others).map(title).collect(),
            ways,
            is_title_only: is_prefix && is_one_word && letters == 1,
            typed: typed.filter(|(_, forgiven)| *forgiven > 0),
            guesses: Vec::new(),
        })
    }

    /// The way with these words, the last one gone on to `longer`; `None` when a word is not in any text.
    fn way(&self, words: &[Word], longer: Option<&Known>) -> Result<Option<Way>> {
        let mut words = words.to_vec();
        let mut nearness = 1.0;
        if let (Some(known), Some(last)) = (longer, words.last_mut()) {
            nearness = 0.5 + 0.4 * ratio(last.text.chars().count(), known.word.chars().count());
            last.text.clone_from(&known.word);
        }
        let (mut cost, mut documents) = (u64::MAX, u64::MAX);
        for word in &words {
            let Some(here) = vocabulary::documents(self.connection, &word.text)? else { return Ok(None) };
            let there = self.frequencies.and_then(|frequencies| frequencies.words.get(&word.text)).copied();
            cost = cost.min(here);
            documents = documents.min(there.unwrap_or(here));
        }
        let width = width(&words);
        Ok(Some(Way {
            phrases: phrases(&words),
            is_prefix: false,
            nearness,
            width,
            documents,
            // The vocabulary may think that nobody has a word any more, and be wrong.
            cost: cost.max(1),
            is_correction: false,
        }))
    }
}

fn width(words: &[Word]) -> u32 {
    u32::try_from(words.len()).unwrap_or(u32::MAX)
}

#[allow(clippy::cast_precision_loss, reason = "lengths of words")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The phrases that a row of words becomes. A single ideograph beside another word is half of a pair in the texts, so its place
/// cannot be asked for, only its presence.
fn phrases(words: &[Word]) -> Vec<Vec<String>> {
    let is_lone = |word: &Word| words.len() > 1 && word.shape == Shape::Ideographs && word.text.chars().count() == 1;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in words.chunk_by(|a, b| !is_lone(a) && !is_lone(b)) {
        rows.push(row.iter().map(|word| word.text.clone()).collect());
    }
    // The longest tells most about where the term stands.
    rows.sort_by_key(|row| std::cmp::Reverse(row.len()));
    rows
}

impl Expression {
    /// A clause in texts; `None` when nothing can fulfil it.
    fn clause(&mut self, at: usize, clause: &ClausePlan) -> Option<String> {
        let mut terms = Vec::new();
        for term in &clause.terms {
            let ways: Vec<String> =
                term.ways.iter().cloned().chain(term.corrections()).map(|way| self.way(at, &way)).collect();
            if !ways.is_empty() {
                terms.push(scoped(term.scope, &format!("({})", ways.join(" OR "))));
            }
        }
        (!terms.is_empty()).then(|| format!("({})", terms.join(" OR ")))
    }

    /// A way in FTS5's language; takes down what its phrases stand for.
    fn way(&mut self, clause: usize, way: &Way) -> String {
        self.variant_of.push(Some(self.variants.len()));
        self.variant_of.extend(way.phrases.iter().skip(1).map(|_| None));
        self.variants.push(Variant {
            clause,
            documents: way.documents,
            nearness: way.nearness,
            width: way.width,
            is_correction: way.is_correction,
        });
        all_of(&way.phrases, way.is_prefix)
    }

    fn exclude<'p>(&mut self, excluded: impl Iterator<Item = (Scope, &'p Vec<Vec<String>>)>) {
        let parts: Vec<String> =
            excluded.map(|(scope, phrases)| scoped(scope, &format!("({})", all_of(phrases, false)))).collect();
        if !parts.is_empty() && !self.text.is_empty() {
            self.text = format!("({}) NOT ({})", self.text, parts.join(" OR "));
        }
    }
}

/// Phrases in FTS5's language; words hold nothing that would have to be escaped.
fn all_of(phrases: &[Vec<String>], is_prefix: bool) -> String {
    let star = if is_prefix { " *" } else { "" };
    let parts: Vec<String> = phrases.iter().map(|words| format!("\"{}\"{star}", words.join(" "))).collect();
    if parts.len() > 1 { format!("({})", parts.join(" AND ")) } else { parts.concat() }
}

fn scoped(scope: Scope, expression: &str) -> String {
    let column = match scope {
        Scope::Anywhere => return expression.to_owned(),
        Scope::In(Field::Title) => "title",
        Scope::In(Field::Headings) => "headings",
        Scope::In(Field::Properties) => "properties",
        Scope::In(Field::Body) => "body",
        Scope::In(Field::Comments) => "comments",
    };
    format!("({{{column}}} : {expression})")
}
