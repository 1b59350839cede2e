//! Recordings played to the simulator: what it computes is what the service said, and what was only given back counts for nothing.

use satchel_sim::replay::{Report, replay};
use serde_json::{Value, json};

use crate::recorded::files;

/// A recording of `exchanges`, all of one cassette.
fn played(exchanges: &[Value]) -> Report {
    let lines = exchanges.iter().enumerate().map(|(seq, exchange)| {
        let mut line = json!({ "source": "test", "cassette": "one", "seq": seq, "query": [], "version": "2026-03-11", "status": 200 });
        line.as_object_mut().unwrap().extend(exchange.as_object().unwrap().clone());
        line.to_string()
    });
    replay([("test", lines.collect::<Vec<_>>().join("\n").as_str())]).unwrap()
}

const PAGE: &str = "38c9ce7b-60a4-811d-9f22-cf71f5b35ee4";
const PARENT: &str = "38c9ce7b-60a4-811d-9f22-cf71f5b35ee5";

const DATABASE: &str = "7c86497f-ce8b-4d39-b743-3f7ffdb973d1";

fn page(title: &str, locked: bool) -> Value {
    let user = json!({ "object": "user", "id": "019a87c7-d197-44a4-b19a-baa684400f81" });
    let text = json!({
        "type": "text", "text": { "content": title, "link": null }, "plain_text": title, "href": null,
        "annotations": { "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default" },
    });
    json!({
        "object": "page", "id": PAGE, "created_time": "2026-06-27T16:48:00.000Z", "last_edited_time": "2026-06-27T16:48:00.000Z",
        "created_by": user, "last_edited_by": user, "cover": null, "icon": null, "parent": { "type": "page_id", "page_id": PARENT },
        "in_trash": false, "is_archived": false, "is_locked": locked,
        "properties": { "title": { "id": "title", "type": "title", "title": [text] } },
        "url": "https://app.notion.com/p/x", "public_url": null, "request_id": "7c86497f-ce8b-4d39-b743-3f7ffdb973d0",
    })
}

fn read(answer: Value) -> Value {
    json!({ "method": "GET", "path": format!("/v1/pages/{PAGE}"), "req": null, "resp": answer })
}

fn lock(answer: Value) -> Value {
    json!({ "method": "PATCH", "path": format!("/v1/pages/{PAGE}"), "req": { "is_locked": true }, "resp": answer })
}

#[test]
fn recorded_answers_come_again() {
    for (file, text) in files() {
        let report = replay([(file.as_str(), text.as_str())]).unwrap();
        let counts = report.counts;
        assert_eq!(counts.exchanges, text.lines().count());
        assert_eq!(counts.exchanges, counts.echoed + counts.unseedable + counts.computed);
        assert!(counts.computed > 20, "{file}: {counts:?}");
        // One source mislabels its versions, and its answers are from many years.
        let (told, enough) = if file.contains("hkob") { ("most", 70) } else { ("all", 100) };
        let is_enough = counts.computed_same_shape * 100 >= counts.computed * enough;
        assert!(is_enough, "{told} of {file} come again: {counts:?}\n{:#?}", report.different);
    }
}

#[test]
fn what_is_only_given_back_counts_for_nothing() {
    let report = played(&[read(page("Plans", false)), read(page("Plans", false))]);
    assert_eq!((report.counts.echoed, report.counts.computed), (2, 0));
}

#[test]
fn a_write_is_computed_and_so_is_what_is_read_after_it() {
    let report = played(&[lock(page("Plans", true)), read(page("Plans", true))]);
    assert_eq!((report.counts.echoed, report.counts.computed, report.counts.computed_same_shape), (0, 2, 2));
}

#[test]
fn groups_and_verifications_of_rows_come_again() {
    let user = json!({
        "object": "user", "id": "019a87c7-d197-44a4-b19a-baa684400f81", "name": "Ada", "avatar_url": null, "type": "person", "person": {},
    });
    let date = json!({ "start": "2026-06-01T15:00:00.000Z", "end": "2026-06-08T15:00:00.000Z", "time_zone": null });
    let verification = json!({ "state": "expired", "date": date, "verified_by": user });
    let group = json!({ "object": "group", "id": "5f2d872b-594c-4c7e-8a10-0b6f0d2c4e91", "name": "Crew" });
    let row = |locked: bool| {
        let mut row = page("Plans", locked);
        row["parent"] = json!({ "type": "data_source_id", "data_source_id": PARENT, "database_id": DATABASE });
        row["properties"]["Owner"] = json!({ "id": "verification_owner", "type": "people", "people": [group] });
        row["properties"]["Verification"] =
            json!({ "id": "verification", "type": "verification", "verification": verification });
        row
    };
    let report = played(&[read(row(false)), lock(row(true))]);
    let counts = (report.counts.echoed, report.counts.computed, report.counts.computed_same_shape);
    assert_eq!(counts, (1, 1, 1), "{:?}", report.different);
}

#[test]
fn an_answer_that_is_another_is_told_with_its_place() {
    let report = played(&[read(page("Plans", false)), lock(page("Plans", false)), read(page("Tasks", true))]);
    assert_eq!((report.counts.echoed, report.counts.computed, report.counts.computed_same_shape), (1, 2, 0));
    assert_eq!(report.different[0].places, [".is_locked was false, is true"]);
    assert!(
        report.different[1].places.iter().any(|place| place.starts_with(".properties.title.title[0].plain_text was"))
    );
}

#[test]
fn another_status_is_told() {
    let missing = json!({ "object": "error", "status": 404, "code": "object_not_found", "message": "…" });
    let mut exchange = lock(missing);
    exchange["status"] = 404.into();
    let report = played(&[read(page("Plans", false)), exchange]);
    assert_eq!((report.counts.computed, report.counts.computed_same_status), (1, 0));
    assert!(report.different[0].places[0].starts_with("the status was 404, is 200"), "{:?}", report.different);
}

#[test]
fn what_cannot_be_asked_is_counted_apart() {
    let old = json!({ "object": "page", "id": PAGE, "parent": { "type": "database_id", "database_id": PARENT } });
    let unknown = json!({ "method": "GET", "path": format!("/v1/pages/{PARENT}/properties/title"), "resp": { "object": "list" } });
    let report = played(&[json!({ "resp": page("Plans", false) }), read(old), unknown]);
    assert_eq!((report.counts.exchanges, report.counts.unseedable), (3, 3));
    assert_eq!(report.unseedable[0].1, "the request was not recorded");
}

#[test]
fn a_line_that_is_no_exchange_is_named() {
    let error = replay([("file", "{}\nnonsense")]).unwrap_err();
    assert!(error.to_string().starts_with("file:2: no JSON"), "{error}");
    let error = replay([("file", r#"{"method":"BAD METHOD"}"#)]).unwrap_err();
    assert_eq!(error.to_string(), "file:1: \"BAD METHOD\" is no method");
}
