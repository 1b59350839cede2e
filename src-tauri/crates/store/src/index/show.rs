//! From places to hits: titles, marks, passages, groups.

use rusqlite::Connection;
use satchel_model::{DataSourceId, ItemId, PageId};
use satchel_search::{
    rank::{Field, Tier},
    snippet::{self, Needles},
};

use super::{
    Correction, Group, Hit, Order, SearchPage, SearchRequest,
    find::Found,
    write::{self, TextReader},
};
use crate::{
    Result,
    pack::{time, uuid},
};

/// How much of a text is looked through when its title was the reason.
const LOOKED_THROUGH: usize = 32 * 1_024;

pub(super) fn show(connection: &Connection, request: &SearchRequest, found: Found) -> Result<SearchPage> {
    let needles = Needles::new(&request.query, found.guesses.iter().map(|(at, _, word)| (*at, word.as_str())));
    let mut reader = TextReader::new(connection)?;
    let mut hits = Vec::with_capacity(found.ranked.len());
    for (at, (place, rank, why)) in found.ranked.into_iter().enumerate() {
        let Some(entry) = entry(connection, place)? else { continue };
        let is_title = rank.tier >= Tier::Title;
        let group = match rank.tier {
            Tier::ExactTitle | Tier::Title if at == 0 && request.order == Order::Relevance => Group::Best,
            Tier::ExactTitle | Tier::Title | Tier::HalfTitle => Group::Title,
            Tier::AllWords | Tier::SomeWords => Group::Text,
        };
        let texts = reader.read(place)?;
        let [headings, properties, body, comments] = texts.each();
        // Headings come last: they stand in the body too, with what they are about after them.
        let fields = [body, comments, properties, headings].map(|(field, text)| {
            let end = if is_title { text.floor_char_boundary(LOOKED_THROUGH) } else { text.len() };
            (field, text.get(..end).unwrap_or_default())
        });
        let snippet = snippet::passage(fields, &needles);
        hits.push(Hit {
            item: entry.item,
            kind: entry.kind,
            group,
            rank: satchel_search::Rank { edited_at: entry.edited_at, ..rank },
            why,
            title_marks: snippet::marks(&entry.title, Field::Title, &needles),
            title: entry.title,
            snippet,
            edited_at: entry.edited_at,
            database: entry.database,
            has_comment: entry.has_comment,
        });
    }
    let corrections = corrections(&found.guesses, &hits);
    let total_estimate = u32::try_from(found.total).unwrap_or(u32::MAX);
    Ok(SearchPage { hits, needles, total_estimate, is_complete: found.is_complete, corrections })
}

struct Entry {
    item: ItemId,
    kind: super::Kind,
    edited_at: satchel_model::Timestamp,
    title: String,
    database: Option<DataSourceId>,
    has_comment: bool,
}

fn entry(connection: &Connection, place: i64) -> Result<Option<Entry>> {
    let mut query = connection.prepare_cached(
        "SELECT item, kind, edited_at, title, database, has_comment FROM search_entry WHERE place = ?1",
    )?;
    let mut rows = query.query([place])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let item: Vec<u8> = row.get(0)?;
    let (kind_of_id, id) = item.split_first().unwrap_or((&0, &[]));
    let id = uuid(id)?;
    let database: Option<Vec<u8>> = row.get(4)?;
    Ok(Some(Entry {
        item: if *kind_of_id == 0 {
            ItemId::Page(PageId::from_uuid(id))
        } else {
            ItemId::DataSource(DataSourceId::from_uuid(id))
        },
        kind: write::kind_of(row.get(1)?),
        edited_at: time(row.get(2)?)?,
        title: row.get(3)?,
        database: database.map(|id| uuid(&id).map(DataSourceId::from_uuid)).transpose()?,
        has_comment: row.get(5)?,
    }))
}

/// The guesses that can be seen in the hits, so that "including …" is true.
fn corrections(guesses: &[(usize, String, String)], hits: &[Hit]) -> Vec<Correction> {
    let mut corrections: Vec<Correction> = Vec::new();
    for (_, typed, word) in guesses {
        let is_seen = hits.iter().filter(|hit| hit.why.is_corrected).any(|hit| {
            let marked = |text: &str, marks: &[super::Mark]| {
                marks.iter().filter_map(|mark| text.get(mark.bytes.clone())).any(|marked| folded_is(marked, word))
            };
            marked(&hit.title, &hit.title_marks)
                || hit.snippet.as_ref().is_some_and(|snippet| marked(&snippet.text, &snippet.marks))
        });
        if !is_seen {
            continue;
        }
        match corrections.iter_mut().find(|correction| correction.typed == *typed) {
            Some(correction) => correction.words.push(word.clone()),
            None => corrections.push(Correction { typed: typed.clone(), words: vec![word.clone()] }),
        }
    }
    corrections
}

fn folded_is(written: &str, word: &str) -> bool {
    let mut found = false;
    satchel_search::token::tokenize(written, |token| found |= token.text == word);
    found
}
