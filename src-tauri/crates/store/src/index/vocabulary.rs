//! Which words there are, and how frequent they are.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use satchel_search::{Query, rank::Collection, typo};

use super::{tables, write};
use crate::Result;

/// How frequent the words of one query are in a collection; those of several collections add up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frequencies {
    pub(super) collection: Collection,
    pub(super) words: BTreeMap<String, u64>,
}

impl Frequencies {
    /// Those of two collections taken as one.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.collection = self.collection.with(&other.collection);
        for (word, documents) in &other.words {
            *self.words.entry(word.clone()).or_default() += documents;
        }
        self
    }
}

pub(super) fn frequencies(connection: &Connection, query: &Query) -> Result<Frequencies> {
    let mut words = BTreeMap::new();
    for term in query.wanted() {
        for word in term.words.iter().chain(term.others.iter().flatten()) {
            words.insert(word.text.clone(), documents(connection, &word.text)?.unwrap_or(0));
        }
    }
    Ok(Frequencies { collection: collection(connection)?, words })
}

pub(super) fn collection(connection: &Connection) -> Result<Collection> {
    let (documents, totals) = write::totals(connection)?;
    let each = as_f64(documents.max(1));
    Ok(Collection { documents: documents.unsigned_abs(), lengths: totals.map(|total| as_f64(total) / each) })
}

#[allow(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
const fn as_f64(count: i64) -> f64 {
    count as f64
}

/// About how many entries have a word; `None` when none ever had.
pub(super) fn documents(connection: &Connection, word: &str) -> Result<Option<u64>> {
    let mut query = connection.prepare_cached("SELECT documents FROM search_word WHERE word = ?1")?;
    let documents: Option<i64> = query.query_row([word], |row| row.get(0)).optional()?;
    Ok(documents.map(i64::unsigned_abs))
}

/// A word and about how many entries have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) word: String,
    pub(super) documents: u64,
}

/// How many words with a beginning are looked at beyond the common ones.
const RARE_LOOKED_AT: i64 = 1_500;

/// The most frequent words that begin with `prefix` and are longer. Rare ones may be missing when there are very many.
pub(super) fn beginning_with(connection: &Connection, prefix: &str, most: usize) -> Result<Vec<Known>> {
    let end = format!("{prefix}{}", char::MAX);
    let mut common = connection.prepare_cached(&format!(
        "SELECT word, documents FROM search_word INDEXED BY search_word_common
         WHERE word > ?1 AND word < ?2 AND documents >= {} ORDER BY documents DESC LIMIT ?3",
        tables::COMMON
    ))?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let read =
        |row: &rusqlite::Row<'_>| Ok(Known { word: row.get(0)?, documents: row.get::<_, i64>(1)?.unsigned_abs() });
    let mut words: Vec<Known> =
        common.query_map(rusqlite::params![prefix, end, limit], read)?.collect::<rusqlite::Result<_>>()?;
    if words.len() < most {
        let mut rare = connection.prepare_cached(
            "SELECT word, documents FROM
                (SELECT word, documents FROM search_word WHERE word > ?1 AND word < ?2 LIMIT ?3)
             WHERE documents < ?4 ORDER BY documents DESC LIMIT ?5",
        )?;
        let room = i64::try_from(most - words.len()).unwrap_or(0);
        let common = i64::try_from(tables::COMMON).unwrap_or(0);
        let found = rare.query_map(rusqlite::params![prefix, end, RARE_LOOKED_AT, common, room], read)?;
        words.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(words)
}

/// How many words are compared with a mistyped one.
const COMPARED: usize = 30_000;

/// Words that may have been meant by a word, the likeliest first.
pub(super) fn guesses(connection: &Connection, typed: &str, forgiven: usize) -> Result<Vec<typo::Guess>> {
    let Some(first) = typed.chars().next() else { return Ok(Vec::new()) };
    let length = typed.chars().count();
    let mut measure = typo::Measure::new(typed);
    let mut near: Vec<String> = Vec::new();
    let mut left = COMPARED;
    // Words of the same length first: most mistakes are swapped or wrong letters.
    let mut lengths: Vec<usize> = (length.saturating_sub(forgiven)..=length + forgiven).collect();
    lengths.sort_by_key(|other| other.abs_diff(length));
    for length in lengths {
        let mut query = connection.prepare_cached("SELECT word FROM search_word WHERE spelling = ?1 LIMIT ?2")?;
        let limit = i64::try_from(left).unwrap_or(0);
        let mut rows = query.query(rusqlite::params![write::spelling_of(first, length), limit])?;
        while let Some(row) = rows.next()? {
            left -= 1;
            let word = row.get_ref(0)?.as_str().unwrap_or_default();
            if measure.distance(word, forgiven).is_some_and(|mistakes| mistakes > 0) {
                near.push(word.to_owned());
            }
        }
    }
    let mut vocabulary = Vec::with_capacity(near.len());
    for word in &near {
        vocabulary.push((word.as_str(), documents(connection, word)?.unwrap_or(0)));
    }
    Ok(typo::guesses(typed, forgiven, vocabulary.into_iter().filter(|(_, documents)| *documents > 0)))
}
