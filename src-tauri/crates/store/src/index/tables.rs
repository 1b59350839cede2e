//! The tables of the index.
//!
//! Every entry has a *place*, the rowid in all tables: its time of edit in minutes, and a number among those of the same minute. So
//! "newest first" and "edited after" are a walk along the rowids. A minute that overflows spills into the next ones: a place may be
//! later than the time of edit, never earlier.

use rusqlite::{OptionalExtension, Transaction};
use satchel_model::Timestamp;

use crate::Result;

/// How many bits of a place number the entries of one minute.
const SLOT_BITS: u32 = 10;
const SLOTS: i64 = 1 << SLOT_BITS;

/// A word is in the small index of common words from so many entries on.
pub(super) const COMMON: u64 = 8;

/// The words arrive cut and folded (`satchel_search::token::for_index`), so FTS5 only splits at spaces: its `ascii` tokenizer takes
/// every character beyond ASCII for a letter, and the joints of wholes are named. It keeps no text, only places of words.
///
/// Titles stand a second time in a small table of their own, where beginnings of words are indexed too: a title must be found
/// however common its words are in the texts.
pub(super) fn migrate_v1(tx: &Transaction<'_>) -> Result<()> {
    tx.execute_batch(
        r#"CREATE TABLE search_entry (
            place INTEGER PRIMARY KEY NOT NULL,
            item BLOB NOT NULL UNIQUE, -- 0 for a page or 1 for a data source, and the UUID
            kind INTEGER NOT NULL, -- 0 page, 1 row, 2 data source
            edited_at INTEGER NOT NULL, -- milliseconds since 1970
            created_at INTEGER NOT NULL,
            database BLOB,
            author BLOB,
            has_comment INTEGER NOT NULL,
            title TEXT NOT NULL,
            title_key TEXT NOT NULL, -- folded, see `satchel_search::token::key`
            lengths BLOB NOT NULL -- words in each field, four bytes each, little-endian
         ) STRICT;
         CREATE INDEX search_entry_title ON search_entry (title_key);
         CREATE INDEX search_entry_database ON search_entry (database) WHERE database IS NOT NULL;
         CREATE INDEX search_entry_source ON search_entry (kind) WHERE kind = 2;
         CREATE TABLE search_text (
            place INTEGER PRIMARY KEY NOT NULL,
            ends BLOB NOT NULL, -- where headings, properties, body and comments end, four bytes each, little-endian
            texts BLOB NOT NULL -- packed, one after the other
         ) STRICT;
         CREATE VIRTUAL TABLE search_index USING fts5(
            title, headings, properties, body, comments,
            content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_.'"
         );
         CREATE VIRTUAL TABLE search_title USING fts5(
            title, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = "ascii tokenchars '_.'"
         );
         CREATE TABLE search_word (
            word TEXT PRIMARY KEY NOT NULL,
            documents INTEGER NOT NULL, -- about how many entries have it
            spelling TEXT -- first letter and length, when mistakes in it are forgiven
         ) STRICT, WITHOUT ROWID;
         CREATE INDEX search_word_common ON search_word (word, documents) WHERE documents >= 8;
         CREATE INDEX search_word_spelling ON search_word (spelling) WHERE spelling IS NOT NULL;
         CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab(search_index, row);
         CREATE TABLE search_state (
            documents INTEGER NOT NULL,
            lengths BLOB NOT NULL, -- words in each field of all entries, eight bytes each, little-endian
            recounted_to TEXT NOT NULL -- the last word that was counted anew
         ) STRICT;
         INSERT INTO search_state VALUES (0, zeroblob(40), '');
         -- Merging is done in idle moments (`tidy`), in small steps; only a flood of small segments is merged at once.
         INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0);
         INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 64);
         INSERT INTO search_title (search_title, rank) VALUES ('automerge', 8);"#,
    )?;
    Ok(())
}

/// The first place of the minute of a time.
pub(super) fn first_place(time: Timestamp) -> i64 {
    (time.as_second().max(0) / 60) << SLOT_BITS
}

/// The time of edit a place stands for, to the minute; later than the true one where a minute overflowed.
pub(super) fn time_of(place: i64) -> Timestamp {
    Timestamp::from_second((place >> SLOT_BITS) * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A free place in the minute of a time, or in the next minute that has one.
pub(super) fn free_place(tx: &Transaction<'_>, time: Timestamp) -> Result<i64> {
    let mut last = tx.prepare_cached("SELECT max(place) FROM search_entry WHERE place >= ?1 AND place < ?2")?;
    let mut taken = tx.prepare_cached("SELECT 1 FROM search_entry WHERE place = ?1")?;
    let mut minute = first_place(time);
    loop {
        let found: Option<i64> = last.query_row([minute, minute + SLOTS], |row| row.get(0))?;
        let place = found.map_or(minute, |place| place + 1);
        if place < minute + SLOTS {
            return Ok(place);
        }
        // The last place of the minute is taken; gaps that removals left are not looked for. What overflows goes where there is room.
        if taken.query_row([place], |_| Ok(())).optional()?.is_none() {
            return Ok(place);
        }
        minute += SLOTS;
    }
}
