//! What holds for every collection and every query.

use proptest::prelude::*;
use satchel_search::token::{self, Place, Shape};

use super::*;

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "launch",
        "plan",
        "Résumé",
        "kernel",
        "read_file",
        "QuickCheck",
        "e-mail",
        "don’t",
        "v1.2.3",
        "2026",
        "製品発表",
        "ローンチ計画",
        "ｻｰﾊﾞｰ",
        "회의록을",
        "สวัสดี",
        "Straße",
        "İstanbul",
        "🚀",
        "ﬁle",
        "的",
        "a",
        "C++",
        "x-y-z",
        "مُحَمَّد",
    ]);
    let glue = prop::sample::select(vec![" ", ", ", "\n", "。", "", "–"]);
    prop::collection::vec((word, glue), 0..12)
        .prop_map(|words| words.into_iter().map(|(word, glue)| format!("{word}{glue}")).collect())
}

fn entries() -> impl Strategy<Value = Vec<IndexEntry>> {
    prop::collection::vec((text(), text(), text(), text()), 1..5).prop_map(|texts| {
        (0_u64..)
            .zip(texts)
            .map(|(number, (title, body, properties, comments))| IndexEntry {
                properties,
                comments,
                ..entry(number, &title, &body)
            })
            .collect()
    })
}

fn words(text: &str, wanted: impl Fn(&token::Token<'_>) -> bool) -> Vec<String> {
    let mut words = Vec::new();
    token::tokenize(text, |token| {
        if wanted(token) {
            words.push(text[token.range.clone()].to_owned());
        }
    });
    words
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_page_is_found_by_any_word_of_it(entries in entries()) {
        let mut connection = index();
        put_all(&mut connection, &entries);
        for entry in &entries {
            let title = words(&entry.title, |_| true);
            let body = words(&entry.body, |_| true);
            for word in title.iter().chain(&body) {
                // With a space, the word is complete; without, it may go on.
                for query in [word.clone(), format!("{word} ")] {
                    let page = search(&connection, &SearchRequest::new(&query, now())).unwrap();
                    let hit = page.hits.iter().find(|hit| hit.item == entry.item);
                    let Some(hit) = hit else {
                        // One or two letters still being typed narrow titles, and texts only as whole words.
                        panic!("{query:?} is not found in {entry:?}");
                    };
                    let marks = hit.title_marks.len() + hit.snippet.as_ref().map_or(0, |snippet| snippet.marks.len());
                    prop_assert!(marks > 0, "{query:?} is not marked in {entry:?}");
                }
            }
        }
    }

    #[test]
    fn every_pair_of_ideographs_is_found(entries in entries()) {
        let mut connection = index();
        put_all(&mut connection, &entries);
        for entry in &entries {
            for pair in words(&entry.body, |token| token.shape == Shape::Ideographs && token.place == Place::InLine) {
                prop_assert!(found(&connection, &pair).contains(&entry.item), "{pair:?} is not found in {entry:?}");
            }
        }
    }

    #[test]
    fn any_query_is_answered_and_marked_on_character_boundaries(entries in entries(), query in prop_oneof![text(), any::<String>()]) {
        let mut connection = index();
        put_all(&mut connection, &entries);
        let page = search(&connection, &SearchRequest::new(&query, now())).unwrap();
        for hit in &page.hits {
            prop_assert!(hit.title_marks.iter().all(|mark| hit.title.get(mark.bytes.clone()).is_some()));
            if let Some(snippet) = &hit.snippet {
                prop_assert!(!snippet.marks.is_empty());
                prop_assert!(snippet.marks.iter().all(|mark| snippet.text.get(mark.bytes.clone()).is_some()));
            }
        }
        prop_assert!(page.hits.windows(2).all(|pair| pair[0].rank >= pair[1].rank || pair[0].rank.tier == pair[1].rank.tier));
    }

    #[test]
    fn a_history_of_writes_leaves_the_same_answers_as_its_end(steps in prop::collection::vec((0_u64..4, prop::option::of(text()), 0_i64..3), 1..20)) {
        let (mut through_history, mut at_once) = (index(), index());
        let mut last: std::collections::BTreeMap<u64, IndexEntry> = std::collections::BTreeMap::new();
        for (number, text, minutes) in steps {
            let tx = through_history.transaction().unwrap();
            match text {
                Some(text) => {
                    let mut entry = entry(number, &text, &text);
                    entry.edited_at = now() + jiff::SignedDuration::from_mins(minutes);
                    put(&tx, &entry).unwrap();
                    last.insert(number, entry);
                }
                None => {
                    remove(&tx, page(number)).unwrap();
                    last.remove(&number);
                }
            }
            tx.commit().unwrap();
        }
        put_all(&mut at_once, &last.values().cloned().collect::<Vec<_>>());
        for query in ["launch", "plan ", "製品", "read_f", "kernle", "\"launch plan\"", "2026 kernel", ""] {
            let sorted = |connection: &rusqlite::Connection| {
                let mut items = found(connection, query);
                items.sort();
                items
            };
            prop_assert_eq!(sorted(&through_history), sorted(&at_once), "{}", query);
        }
    }
}
