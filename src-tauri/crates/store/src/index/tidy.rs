//! What may wait for an idle moment: merging the index's segments, and counting words anew.
//!
//! FTS5 would merge by itself in the midst of somebody's commit, for hundreds of milliseconds. Here it is done a little at a time.

use rusqlite::{OptionalExtension, Transaction, params};

use super::write;
use crate::Result;

/// How many pages of the index one step writes.
const PAGES: i64 = 200;
/// How many words one step counts.
const WORDS: i64 = 400;

/// One step of each. True when there is more to do.
pub(super) fn idle_merge(tx: &Transaction<'_>) -> Result<bool> {
    let is_merging = merge(tx)?;
    let is_counting = recount(tx)?;
    Ok(is_merging || is_counting)
}

fn merge(tx: &Transaction<'_>) -> Result<bool> {
    let before = tx.total_changes();
    for table in ["search_index", "search_title"] {
        tx.prepare_cached(&format!("INSERT INTO {table} ({table}, rank) VALUES ('merge', ?1)"))?.execute([PAGES])?;
    }
    // A merge that had nothing to do changes at most the row that asked for it.
    Ok(tx.total_changes() - before > 4)
}

/// Counts the next words of the vocabulary by what the index has, and forgets those that nobody has any more.
fn recount(tx: &Transaction<'_>) -> Result<bool> {
    let from: String = tx.query_row("SELECT recounted_to FROM search_state", [], |row| row.get(0))?;
    let mut query =
        tx.prepare_cached("SELECT term, doc FROM search_vocabulary WHERE term > ?1 ORDER BY term LIMIT ?2")?;
    let counted: Vec<(String, i64)> = query
        .query_map(params![from, WORDS], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let to = counted.last().map(|(word, _)| word.clone());
    let mut known = tx.prepare_cached("SELECT documents FROM search_word WHERE word = ?1")?;
    let mut count = tx.prepare_cached(
        "INSERT INTO search_word (word, documents, spelling) VALUES (?1, ?2, ?3)
         ON CONFLICT (word) DO UPDATE SET documents = excluded.documents",
    )?;
    let is_end = counted.len() < usize::try_from(WORDS).unwrap_or(usize::MAX);
    // Words of the vocabulary between two words of the index are in no text.
    let end = if is_end { char::MAX.to_string() } else { to.clone().unwrap_or_default() };
    let mut stale: std::collections::BTreeSet<String> = tx
        .prepare_cached("SELECT word FROM search_word WHERE word > ?1 AND word <= ?2")?
        .query_map(params![from, end], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for (word, documents) in &counted {
        stale.remove(word);
        let before: Option<i64> = known.query_row([word], |row| row.get(0)).optional()?;
        // Counts that are about right are left alone: every one written costs a page.
        let is_right = before.is_some_and(|before| {
            before == *documents || (*documents > 16 && before / 2 < *documents && *documents < before * 2)
        });
        if !is_right {
            count.execute(params![word, documents, write::spelling(word)])?;
        }
    }
    let mut forget = tx.prepare_cached("DELETE FROM search_word WHERE word = ?1")?;
    for word in &stale {
        forget.execute([word])?;
    }
    let recounted_to = if is_end { String::new() } else { to.unwrap_or_default() };
    tx.prepare_cached("UPDATE search_state SET recounted_to = ?1")?.execute([&recounted_to])?;
    Ok(!is_end)
}
