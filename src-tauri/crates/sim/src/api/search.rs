//! Search: titles only, by the words of an index that is some seconds behind.

use jiff::{SignedDuration, Timestamp};
use rust_stemmers::{Algorithm, Stemmer};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::{Answer, Call, envelope};
use crate::SimulatorOptions;
use crate::clock::floor_to_minute;
use crate::state::Parent;
use crate::state::ids::{self, Id, IdKind};
use crate::state::render::Reader;

impl Call<'_> {
    pub(super) fn search(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.search)?;
        self.need(|can| can.read_content)?;
        let paging = self.body_paging();
        let about = self.about("search");
        let session = self.ws.mint(IdKind::Random, self.now);
        let reader = Reader::new(self.ws, &self.connection, self.version, self.now, self.number);
        let wanted = Wanted {
            options: self.options,
            words: words(self.field("query").and_then(Value::as_str).unwrap_or_default(), self.options.search_stemming),
            has_query: self.field("query").and_then(Value::as_str).is_some_and(|query| !query.trim().is_empty()),
            kind: self.body.pointer("/filter/value").and_then(Value::as_str),
            is_id: self.field("query").and_then(Value::as_str).is_some_and(|query| ids::parse(query.trim()).is_some()),
            in_trash: self.body.pointer("/filter/in_trash").and_then(Value::as_bool).unwrap_or(false),
        };
        let by_relevance = self.body.pointer("/sort/property").is_some();
        let ascends = self.body.pointer("/sort/direction").and_then(Value::as_str) == Some("ascending");
        let order = || {
            let mut hits: Vec<Hit> = reader.ws.index.keys().filter_map(|id| wanted.hit(&reader, *id)).collect();
            // Within a minute the order means nothing, but it stays the same.
            hits.sort_by(|left, right| {
                let newest = right.edited.cmp(&left.edited);
                let by_time = if ascends { newest.reverse() } else { newest };
                let by_words = if by_relevance { right.words.cmp(&left.words) } else { std::cmp::Ordering::Equal };
                by_words.then(by_time).then_with(|| left.shuffled.cmp(&right.shuffled))
            });
            Ok((hits.into_iter().map(|hit| hit.id).collect(), false))
        };
        let sessions = &mut self.sessions;
        let stretch = sessions.walk(about, &paging, session, order)?;
        let results = stretch.ids.iter().filter_map(|id| reader.page_or_data_source(*id, None)).collect();
        Ok(envelope("page_or_data_source", results, stretch.next).into())
    }
}

/// What a search asks for.
struct Wanted<'a> {
    options: &'a SimulatorOptions,
    words: Vec<String>,
    has_query: bool,
    kind: Option<&'a str>,
    in_trash: bool,
    /// Ids are no words of titles.
    is_id: bool,
}

impl Wanted<'_> {
    fn grant_lag(&self) -> SignedDuration {
        SignedDuration::try_from(self.options.grant_lag).unwrap_or(SignedDuration::MAX)
    }

    /// Whether search finds an object, and how well.
    fn hit(&self, reader: &Reader<'_>, id: Id) -> Option<Hit> {
        let source = reader.ws.data_sources.get(&id);
        let place = source.map_or(id, |source| source.database);
        if self.kind.is_some_and(|kind| (kind == "data_source") != source.is_some())
            || !reader.ws.sees(reader.connection, place)
        {
            return None;
        }
        if reader.connection.granted.is_some_and(|granted| reader.now.duration_since(granted) < self.grant_lag()) {
            return None;
        }
        let entry = reader.ws.indexed(id, reader.now)?;
        let is_above_trashed = reader.ws.line(place).skip(usize::from(source.is_none())).any(|node| node.in_trash);
        let is_kept = self.options.search_keeps_trashed_sources && source.is_some() && !self.in_trash;
        if (entry.in_trash || is_above_trashed) != self.in_trash && !is_kept {
            return None;
        }
        let is_row = matches!(reader.ws.node(id).map(|node| node.parent), Some(Parent::DataSource(_)));
        if is_row && self.options.search_omits_rows && !reader.ws.is_shared_directly(reader.connection, id) {
            return None;
        }
        if reader.ws.page(id).is_some_and(|(_, page)| page.is_archived) {
            return None;
        }
        if self.is_id {
            return None;
        }
        let found = if self.words.is_empty() {
            0
        } else {
            let title = entry.words.get_or_init(|| words(&entry.title, self.options.search_stemming));
            self.words.iter().filter(|word| title.contains(word)).count()
        };
        let is_enough = match (self.has_query, self.options.search_any_word) {
            (false, _) => true,
            (true, true) => found > 0,
            (true, false) => found == self.words.len() && found > 0,
        };
        is_enough.then(|| Hit {
            id,
            edited: if self.options.search_shuffles_minutes { floor_to_minute(entry.edited) } else { entry.edited },
            words: found,
            shuffled: ids::mix(id.as_u64_pair().1),
        })
    }
}

struct Hit {
    id: Id,
    edited: Timestamp,
    words: usize,
    shuffled: u64,
}

/// Whole words, without case and accents' spellings, reduced to their stems.
fn words(text: &str, stems: bool) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| if stems { stemmer.stem(word).into_owned() } else { word.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_whole_and_stemmed() {
        assert_eq!(words("Tests, SubPage!", true), ["test", "subpag"]);
        assert_eq!(words("Item DB 42", false), ["item", "db", "42"]);
    }
}
