//! The index by itself, in memory and without encryption: what goes in is found, nothing else, and in the right order.

mod laws;
mod relevance;

use rusqlite::Connection;
use satchel_model::{PageId, Timestamp};
use uuid::Uuid;

use super::*;

pub(super) const NOW: &str = "2026-11-23T12:00:00Z";

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(super) fn index() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    register(&connection).unwrap();
    let tx = connection.transaction().unwrap();
    migrate_v1(&tx).unwrap();
    tx.commit().unwrap();
    connection
}

pub(super) fn page(number: u64) -> ItemId {
    ItemId::Page(PageId::from_uuid(Uuid::from_u64_pair(1, number)))
}

/// An entry with a title and a body, edited `number` hours ago.
pub(super) fn entry(number: u64, title: &str, body: &str) -> IndexEntry {
    let edited_at = now() - jiff::SignedDuration::from_hours(number.cast_signed());
    IndexEntry {
        item: page(number),
        kind: Kind::Page,
        edited_at,
        created_at: edited_at,
        title: title.to_owned(),
        headings: String::new(),
        properties: String::new(),
        body: body.to_owned(),
        comments: String::new(),
        database: None,
        author: None,
    }
}

pub(super) fn put_all(connection: &mut Connection, entries: &[IndexEntry]) {
    let tx = connection.transaction().unwrap();
    for entry in entries {
        put(&tx, entry).unwrap();
    }
    tx.commit().unwrap();
}

pub(super) fn found(connection: &Connection, query: &str) -> Vec<ItemId> {
    search(connection, &SearchRequest::new(query, now())).unwrap().hits.into_iter().map(|hit| hit.item).collect()
}

#[test]
fn a_page_is_found_as_soon_as_it_is_put_and_gone_when_it_is_removed() {
    let mut connection = index();
    put_all(&mut connection, &[entry(1, "Autumn launch plan", "ships in December")]);
    assert_eq!(found(&connection, "launch"), [page(1)]);
    assert_eq!(found(&connection, "decem"), [page(1)]);
    put_all(&mut connection, &[entry(1, "Autumn launch plan", "ships in January")]);
    assert_eq!(found(&connection, "december"), []);
    assert_eq!(found(&connection, "january"), [page(1)]);
    let tx = connection.transaction().unwrap();
    remove(&tx, page(1)).unwrap();
    remove(&tx, page(2)).unwrap();
    tx.commit().unwrap();
    assert_eq!(found(&connection, "launch"), []);
    for table in ["search_entry", "search_text", "search_index", "search_title"] {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn a_transaction_that_fails_leaves_the_index_as_it_was() {
    let mut connection = index();
    put_all(&mut connection, &[entry(1, "Kept", "before")]);
    let tx = connection.transaction().unwrap();
    put(&tx, &entry(1, "Lost", "after")).unwrap();
    put(&tx, &entry(2, "Lost too", "after")).unwrap();
    tx.rollback().unwrap();
    assert_eq!(found(&connection, "kept before"), [page(1)]);
    assert_eq!(found(&connection, "lost"), []);
}

#[test]
fn a_minute_with_more_entries_than_places_spills_into_the_next() {
    let mut connection = index();
    let mut entries: Vec<IndexEntry> = (0..2_100).map(|number| entry(number, "imported", "")).collect();
    for entry in &mut entries {
        entry.edited_at = now();
    }
    put_all(&mut connection, &entries);
    let rows: i64 = connection.query_row("SELECT count(*) FROM search_entry", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 2_100);
    let mut request = SearchRequest::new("imported", now());
    request.filters.edited = Some(now()..Timestamp::MAX);
    assert_eq!(search(&connection, &request).unwrap().hits.len(), 20);
    request.filters.edited = Some(Timestamp::MIN..now());
    assert_eq!(search(&connection, &request).unwrap().hits.len(), 0, "a late place is not a late edit");
}

#[test]
fn operators_phrases_and_exclusions_narrow() {
    let mut connection = index();
    put_all(
        &mut connection,
        &[
            entry(1, "launch plan", "the budget is a draft"),
            entry(2, "plan of the launch", "the budget is final"),
            entry(3, "notes", "launch the plan in spring"),
        ],
    );
    for (query, expected) in [
        ("\"launch plan\"", vec![1]),
        ("launch -draft", vec![2, 3]),
        ("budget draft or final", vec![1, 2]),
        ("title:launch", vec![1, 2]),
        ("body:launch", vec![3]),
        ("text:launch title:notes", vec![3]),
        ("launch -title:notes", vec![1, 2]),
        ("-draft", vec![2, 3]),
    ] {
        let mut items = found(&connection, query);
        items.sort();
        if query == "-draft" {
            // Nothing is looked for, so everything is shown, newest first.
            assert_eq!(items.len(), 3);
            continue;
        }
        assert_eq!(items, expected.into_iter().map(page).collect::<Vec<_>>(), "{query}");
    }
}

#[test]
fn filters_hold_for_every_way_to_be_found() {
    let mut connection = index();
    let table = DataSourceId::from_uuid(Uuid::from_u64_pair(2, 1));
    let ada = UserId::from_uuid(Uuid::from_u64_pair(3, 1));
    let mut entries: Vec<IndexEntry> = (1..=6).map(|number| entry(number, "plan", "kernel text")).collect();
    entries[0].kind = Kind::Row;
    entries[0].database = Some(table);
    entries[1].author = Some(ada);
    entries[2].comments = "kernel?".to_owned();
    entries[3].kind = Kind::DataSource;
    entries[4].created_at = "2020-01-01T00:00:00Z".parse().unwrap();
    put_all(&mut connection, &entries);
    let hour = |hours: i64| now() - jiff::SignedDuration::from_hours(hours);
    let cases: Vec<(Filters, Vec<u64>)> = vec![
        (Filters { kinds: vec![Kind::Row], ..Filters::default() }, vec![1]),
        (Filters { kinds: vec![Kind::Row, Kind::DataSource], ..Filters::default() }, vec![1, 4]),
        (Filters { databases: Some(vec![table]), ..Filters::default() }, vec![1]),
        (Filters { databases: Some(vec![]), ..Filters::default() }, vec![]),
        (Filters { authors: Some(vec![ada]), ..Filters::default() }, vec![2]),
        (Filters { has_comment: true, ..Filters::default() }, vec![3]),
        (Filters { edited: Some(hour(2)..Timestamp::MAX), ..Filters::default() }, vec![1, 2]),
        (Filters { edited: Some(Timestamp::MIN..hour(4)), ..Filters::default() }, vec![5, 6]),
        (Filters { created: Some(Timestamp::MIN..hour(1_000)), ..Filters::default() }, vec![5]),
    ];
    for (filters, expected) in cases {
        for query in ["plan", "pl", "p", "kernel", "kernle", "kernel nowhere", ""] {
            let request = SearchRequest { filters: filters.clone(), ..SearchRequest::new(query, now()) };
            let mut items: Vec<ItemId> =
                search(&connection, &request).unwrap().hits.into_iter().map(|hit| hit.item).collect();
            items.sort();
            assert_eq!(items, expected.iter().copied().map(page).collect::<Vec<_>>(), "{query} {filters:?}");
        }
    }
}

#[test]
fn nothing_typed_shows_what_was_edited_last() {
    let mut connection = index();
    put_all(&mut connection, &[entry(9, "old", ""), entry(1, "new", ""), entry(5, "middle", "")]);
    assert_eq!(found(&connection, ""), [page(1), page(5), page(9)]);
}

#[test]
fn a_common_word_does_not_lose_the_page_that_has_it_as_its_title() {
    let mut connection = index();
    let mut entries: Vec<IndexEntry> =
        (1..=4_000).map(|number| entry(number, &format!("the notes {number}"), "the the the")).collect();
    entries.push(entry(9_000, "The", ""));
    entries.push(entry(9_001, "Teapot", "nothing common here"));
    put_all(&mut connection, &entries);
    for (query, first) in [("the", 9_000), ("te", 9_001), ("teapot", 9_001), ("the notes 17 ", 17)] {
        assert_eq!(found(&connection, query).first(), Some(&page(first)), "{query}");
    }
    let seen = search(&connection, &SearchRequest::new("the", now())).unwrap();
    assert!(!seen.is_complete && seen.total_estimate > 1_000);
}

#[test]
fn a_mistyped_word_is_said_to_be_guessed() {
    let mut connection = index();
    put_all(&mut connection, &[entry(1, "Kernel notes", "about scheduling"), entry(2, "Other", "scheduling too")]);
    let page = search(&connection, &SearchRequest::new("kernle", now())).unwrap();
    assert_eq!(page.corrections, [Correction { typed: "kernle".into(), words: vec!["kernel".into()] }]);
    assert_eq!(page.hits[0].title_marks[0].bytes, 0..6);
    let page = search(&connection, &SearchRequest::new("scheduling", now())).unwrap();
    assert_eq!(page.corrections, []);
}

#[test]
fn hits_are_grouped_as_they_are_ranked() {
    let mut connection = index();
    put_all(
        &mut connection,
        &[
            entry(1, "Launch plan", "x"),
            entry(2, "The old launch plan", "launch plan"),
            entry(3, "Notes", "ask about the launch plan"),
            entry(4, "Launch budget", "what the plan costs"),
        ],
    );
    let hits = search(&connection, &SearchRequest::new("launch plan", now())).unwrap().hits;
    let groups: Vec<(ItemId, Group)> = hits.iter().map(|hit| (hit.item, hit.group)).collect();
    let expected = [(1, Group::Best), (2, Group::Title), (4, Group::Title), (3, Group::Text)];
    assert_eq!(groups, expected.map(|(number, group)| (page(number), group)));
    assert_eq!(hits[3].why.field, satchel_search::Field::Body);
    let snippet = hits[3].snippet.as_ref().unwrap();
    assert_eq!(snippet.text, "ask about the launch plan");
    assert_eq!(
        snippet.marks.iter().map(|mark| &snippet.text[mark.bytes.clone()]).collect::<Vec<_>>(),
        ["launch", "plan"]
    );
    assert_eq!(hits[0].snippet, None);
}

#[test]
fn ranks_of_two_accounts_are_comparable_with_common_frequencies() {
    let (mut one, mut two) = (index(), index());
    // "tide" is everywhere in the first account and rare in the second, "plan" the other way round.
    let sailing: Vec<IndexEntry> = (1..60).map(|n| entry(n, "x", "tide tide")).collect();
    let office: Vec<IndexEntry> = (100..160).map(|n| entry(n, "x", "plan plan")).collect();
    put_all(&mut one, &sailing);
    put_all(&mut two, &office);
    put_all(&mut one, &[entry(500, "y", "tide plan")]);
    put_all(&mut two, &[entry(501, "y", "tide plan")]);
    let request = SearchRequest::new("tide plan ", now());
    let both = frequencies(&one, &request.query).unwrap().with(&frequencies(&two, &request.query).unwrap());
    let request = SearchRequest { frequencies: Some(both), ..request };
    let lists = vec![search(&one, &request).unwrap().hits, search(&two, &request).unwrap().hits];
    let scores: Vec<f64> = lists.iter().map(|hits| hits[0].rank.score).collect();
    assert!((scores[0] - scores[1]).abs() < 1e-3, "{scores:?}");
    let merged = satchel_search::merge(lists, |hit| hit.rank, 2);
    assert_eq!(merged.iter().map(|hit| hit.item).collect::<Vec<_>>(), [page(500), page(501)]);
}

#[test]
fn idle_work_ends_and_changes_no_answer() {
    let mut connection = index();
    for number in 0..40 {
        put_all(
            &mut connection,
            &[entry(number, &format!("page {number}"), &format!("common word{number} 製品{number}"))],
        );
    }
    for number in 0..10 {
        put_all(&mut connection, &[entry(number, "changed", "other")]);
    }
    let queries = ["common", "word17", "製品", "changed", "page 3", "word3"];
    let before: Vec<Vec<ItemId>> = queries.iter().map(|query| found(&connection, query)).collect();
    let mut steps = 0;
    loop {
        let tx = connection.transaction().unwrap();
        let more = idle_merge(&tx).unwrap();
        tx.commit().unwrap();
        steps += 1;
        if !more {
            break;
        }
        assert!(steps < 100, "idle work must come to an end");
    }
    let after: Vec<Vec<ItemId>> = queries.iter().map(|query| found(&connection, query)).collect();
    assert_eq!(before, after);
    let stale: i64 =
        connection.query_row("SELECT count(*) FROM search_word WHERE word = 'word3'", [], |row| row.get(0)).unwrap();
    assert_eq!(stale, 0, "words that nobody has any more are forgotten");
    let common: i64 =
        connection.query_row("SELECT documents FROM search_word WHERE word = 'common'", [], |row| row.get(0)).unwrap();
    assert!((15..=60).contains(&common), "{common}");
}
