//! Putting entries in and taking them out.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, params};
use satchel_model::ItemId;
use satchel_search::{
    rank::Field,
    token::{self, FENCE, Shape},
};

use super::{IndexEntry, Kind, tables};
use crate::{Result, StoreError, pack::pack_text};

/// Takes an entry up, in place of what was known of the item.
pub(super) fn put(tx: &Transaction<'_>, entry: &IndexEntry) -> Result<()> {
    let item = item_column(entry.item);
    let known = take_out(tx, &item)?;
    let is_of_that_minute =
        |place: &i64| tables::first_place(entry.edited_at) == tables::first_place(tables::time_of(*place));
    let place = match known.as_ref().map(|known| known.place).filter(is_of_that_minute) {
        Some(place) => place,
        None => tables::free_place(tx, entry.edited_at)?,
    };
    let texts = [&entry.title, &entry.headings, &entry.properties, &entry.body, &entry.comments];
    let indexed = texts.map(|text| token::for_index(text));
    let lengths = indexed.each_ref().map(|text| u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX));
    tx.prepare_cached(
        "INSERT INTO search_entry
            (place, item, kind, edited_at, created_at, database, author, has_comment, title, title_key, lengths)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        place,
        item,
        kind_column(entry.kind),
        entry.edited_at.as_millisecond(),
        entry.created_at.as_millisecond(),
        entry.database.map(|id| *id.as_uuid().as_bytes()),
        entry.author.map(|id| *id.as_uuid().as_bytes()),
        !entry.comments.trim().is_empty(),
        entry.title,
        key(&entry.title),
        lengths.iter().flat_map(|length| length.to_le_bytes()).collect::<Vec<u8>>(),
    ])?;
    let (ends, packed) = pack_texts(entry)?;
    tx.prepare_cached("INSERT INTO search_text (place, ends, texts) VALUES (?1, ?2, ?3)")?
        .execute(params![place, ends, packed])?;
    tx.prepare_cached(
        "INSERT INTO search_index (rowid, title, headings, properties, body, comments) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![place, indexed[0], indexed[1], indexed[2], indexed[3], indexed[4]])?;
    tx.prepare_cached("INSERT INTO search_title (rowid, title) VALUES (?1, ?2)")?
        .execute(params![place, indexed[0]])?;

    let words = words(&indexed);
    let before = known.as_ref().map(|known| &known.words);
    let added = words.iter().filter(|word| before.is_none_or(|before| !before.contains(*word)));
    count_words(tx, &item, added, 1)?;
    if let Some(before) = before {
        count_words(tx, &item, before.iter().filter(|word| !words.contains(*word)), -1)?;
    }
    count_entry(tx, 1, &lengths)
}

/// Forgets an item; one that is not known is fine.
pub(super) fn remove(tx: &Transaction<'_>, item: ItemId) -> Result<()> {
    let item = item_column(item);
    if let Some(known) = take_out(tx, &item)? {
        count_words(tx, &item, known.words.iter(), -1)?;
    }
    Ok(())
}

/// What was known of an item that is replaced or removed.
struct Known {
    place: i64,
    words: BTreeSet<String>,
}

/// Deletes an item's rows, and tells what they held; the vocabulary is left to the caller.
fn take_out(tx: &Transaction<'_>, item: &[u8]) -> Result<Option<Known>> {
    let mut find = tx.prepare_cached("SELECT place, title, lengths FROM search_entry WHERE item = ?1")?;
    let found: Option<(i64, String, Vec<u8>)> =
        find.query_row([item], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((place, title, lengths)) = found else { return Ok(None) };
    let texts = TextReader::new(tx)?.read(place)?;
    let [headings, properties, body, comments] = texts.each().map(|(_, text)| token::for_index(text));
    let words = words(&[token::for_index(&title), headings, properties, body, comments]);
    for table in
        ["search_entry WHERE place", "search_text WHERE place", "search_index WHERE rowid", "search_title WHERE rowid"]
    {
        tx.prepare_cached(&format!("DELETE FROM {table} = ?1"))?.execute([place])?;
    }
    let lengths: Vec<u32> = lengths.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    count_entry(tx, -1, &lengths)?;
    Ok(Some(Known { place, words }))
}

/// The different words of indexed texts.
fn words(indexed: &[String; 5]) -> BTreeSet<String> {
    let mut fence = [0; 4];
    let fence: &str = FENCE.encode_utf8(&mut fence);
    let all = indexed.iter().flat_map(|text| text.split(' '));
    all.filter(|word| !word.is_empty() && *word != fence).map(str::to_owned).collect()
}

/// From here on a word's count grows in leaps.
const COUNTED: i64 = 4;

/// Counts entries that have a word, up or down.
///
/// A count that changed with every page would rewrite hundreds of rows a page. Instead small counts are exact, and larger ones
/// change rarely and then by much: by a quarter, once in a quarter of the times. What decides is the item and the word, so the same
/// writes give the same counts. They say what a query costs and how rare a word is, and need no more; recounting in idle
/// moments sets them right.
fn count_words<'w>(
    tx: &Transaction<'_>,
    item: &[u8],
    words: impl Iterator<Item = &'w String>,
    step: i64,
) -> Result<()> {
    let mut find = tx.prepare_cached("SELECT documents FROM search_word WHERE word = ?1")?;
    let mut change = tx.prepare_cached("UPDATE search_word SET documents = ?2 WHERE word = ?1")?;
    let mut add = tx.prepare_cached("INSERT INTO search_word (word, documents, spelling) VALUES (?1, 1, ?2)")?;
    for word in words {
        let Some(documents) = find.query_row([word], |row| row.get::<_, i64>(0)).optional()? else {
            if step > 0 {
                add.execute(params![word, spelling(word)])?;
            }
            continue;
        };
        let leap = (documents / COUNTED).max(1);
        if leap == 1 || chance(item, word).is_multiple_of(leap.unsigned_abs()) {
            change.execute(params![word, (documents + step * leap).max(0)])?;
        }
    }
    Ok(())
}

/// A number that looks random, the same for the same item and word (FNV-1a).
fn chance(item: &[u8], word: &str) -> u64 {
    let bytes = item.iter().chain(word.as_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    hash >> 17
}

/// Where a word is looked for when somebody mistyped it: under its first letter and its length. `None` when it never is.
pub(super) fn spelling(word: &str) -> Option<String> {
    // Shorter words than those that may be mistyped are still what somebody may have meant.
    let length = word.chars().count();
    let is_letters = word.chars().all(char::is_alphabetic) && (3..=24).contains(&length);
    let first = word.chars().next().filter(|_| is_letters && !is_ideographic(word))?;
    Some(spelling_of(first, length))
}

/// The key of all words with a first letter and a length.
pub(super) fn spelling_of(first: char, length: usize) -> String {
    format!("{first}{length:02}")
}

fn is_ideographic(word: &str) -> bool {
    let mut found = false;
    token::tokenize(word, |token| found |= token.shape == Shape::Ideographs);
    found
}

/// Counts an entry and its words in or out.
fn count_entry(tx: &Transaction<'_>, step: i64, lengths: &[u32]) -> Result<()> {
    let (documents, totals) = totals(tx)?;
    let sums = totals.iter().zip(lengths).map(|(total, length)| (total + step * i64::from(*length)).max(0));
    let sums: Vec<u8> = sums.flat_map(i64::to_le_bytes).collect();
    tx.prepare_cached("UPDATE search_state SET documents = ?1, lengths = ?2")?
        .execute(params![(documents + step).max(0), sums])?;
    Ok(())
}

/// How many entries there are, and how many words in each of their fields together.
pub(super) fn totals(connection: &rusqlite::Connection) -> Result<(i64, [i64; 5])> {
    let mut query = connection.prepare_cached("SELECT documents, lengths FROM search_state")?;
    let (documents, bytes): (i64, Vec<u8>) = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut totals = [0; 5];
    for (total, bytes) in totals.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *total = i64::from_le_bytes(*bytes);
    }
    Ok((documents, totals))
}

/// The texts of an entry other than its title.
pub(super) struct Texts {
    joined: String,
    ends: [usize; 4],
}

impl Texts {
    /// Headings, properties, body and comments.
    pub(super) fn each(&self) -> [(Field, &str); 4] {
        let [headings, properties, body, comments] = self.ends;
        let part = |from: usize, to: usize| self.joined.get(from..to).unwrap_or_default();
        [
            (Field::Headings, part(0, headings)),
            (Field::Properties, part(headings, properties)),
            (Field::Body, part(properties, body)),
            (Field::Comments, part(body, comments)),
        ]
    }
}

fn pack_texts(entry: &IndexEntry) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut joined = String::new();
    let mut ends = Vec::with_capacity(16);
    for text in [&entry.headings, &entry.properties, &entry.body, &entry.comments] {
        joined.push_str(text);
        let end = u32::try_from(joined.len());
        let end = end.map_err(|error| StoreError::Unstorable { what: "text", detail: error.to_string() })?;
        ends.extend(end.to_le_bytes());
    }
    Ok((ends, pack_text(&joined)?))
}

/// Reads the texts of entries, one after the other: what unpacking needs is made once.
pub(super) struct TextReader<'c> {
    connection: &'c rusqlite::Connection,
    decompressor: zstd::bulk::Decompressor<'static>,
}

impl<'c> TextReader<'c> {
    pub(super) fn new(connection: &'c rusqlite::Connection) -> Result<Self> {
        Ok(Self { connection, decompressor: zstd::bulk::Decompressor::new().map_err(|error| unreadable(&error))? })
    }

    /// The texts of the entry at a place.
    pub(super) fn read(&mut self, place: i64) -> Result<Texts> {
        let mut query = self.connection.prepare_cached("SELECT ends, texts FROM search_text WHERE place = ?1")?;
        let (bytes, packed): (Vec<u8>, Vec<u8>) = query.query_row([place], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut ends = [0; 4];
        for (end, bytes) in ends.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *end = u32::from_le_bytes(*bytes) as usize;
        }
        // `pack_text` writes the length first, which is the last of the ends.
        let ([.., length], frame) = (ends, packed.get(4..).unwrap_or_default());
        let joined = self.decompressor.decompress(frame, length).map_err(|error| unreadable(&error))?;
        Ok(Texts { joined: String::from_utf8(joined).map_err(|error| unreadable(&error))?, ends })
    }
}

fn unreadable(error: &dyn std::error::Error) -> StoreError {
    StoreError::Unreadable { what: "text", detail: error.to_string() }
}

/// The longest part of a title that is compared as a whole.
const LONGEST_KEY: usize = 200;

fn key(title: &str) -> String {
    let key = token::key(title);
    key.get(..key.floor_char_boundary(LONGEST_KEY)).unwrap_or_default().to_owned()
}

pub(super) const fn kind_column(kind: Kind) -> i64 {
    match kind {
        Kind::Page => 0,
        Kind::Row => 1,
        Kind::DataSource => 2,
    }
}

pub(super) fn kind_of(column: i64) -> Kind {
    match column {
        2 => Kind::DataSource,
        1 => Kind::Row,
        _ => Kind::Page,
    }
}

/// An item as one value.
pub(super) fn item_column(item: ItemId) -> Vec<u8> {
    let kind = match item {
        ItemId::Page(_) => 0,
        ItemId::DataSource(_) => 1,
    };
    let mut column = vec![kind];
    column.extend(item.as_uuid().as_bytes());
    column
}
