//! Queries: filters, sorts, walks, the cap.

use insta::assert_snapshot;
use satchel_sim::SimulatorOptions;
use serde_json::{Value, json};

use crate::client::{Client, seed, workspace};

fn started() -> Client {
    let client = Client::start();
    client.row("Alpha beta", json!({ "Points": { "number": 1 }, "Tags": { "multi_select": [{ "name": "a" }] }, "Due": { "date": { "start": "2026-11-20" } } }));
    client.row("beta", json!({ "Points": { "number": 5 }, "Stage": { "select": { "name": "Soon" } }, "Due": { "date": { "start": "2026-11-23T12:00:00Z" } }, "Done": { "checkbox": true } }));
    let who = json!([{ "id": client.id("user:ada") }]);
    let project = json!([{ "id": client.id("page:apollo") }]);
    client.row("Gamma", json!({ "Stage": { "select": { "name": "Later" } }, "Who": { "people": who }, "Project": { "relation": project }, "Link": { "url": "https://example.org/x" } }));
    client
}

fn path(client: &Client) -> String {
    format!("data_sources/{}/query", client.id("data_source:tasks"))
}

fn names(list: &Value) -> Vec<String> {
    let title = |page: &Value| page["properties"]["Name"]["title"][0]["plain_text"].as_str().unwrap().to_owned();
    list["results"].as_array().unwrap().iter().map(title).collect()
}

/// Titles a filter finds, in alphabetical order.
fn found(client: &Client, filter: Value) -> String {
    let mut names = names(&client.post(&path(client), json!({ "filter": filter })).ok());
    names.sort();
    names.join(", ")
}

#[test]
fn filters_find_what_they_say() {
    let client = started();
    let on =
        |property: &str, kind: &str, condition: Value| found(&client, json!({ "property": property, kind: condition }));
    assert_eq!(on("Name", "title", json!({ "contains": "BETA" })), "Alpha beta, beta");
    assert_eq!(on("Name", "title", json!({ "equals": "beta" })), "beta");
    assert_eq!(on("Name", "rich_text", json!({ "starts_with": "al" })), "Alpha beta");
    assert_eq!(on("Points", "number", json!({ "greater_than": 1 })), "First task, beta");
    assert_eq!(on("Points", "number", json!({ "is_empty": true })), "Gamma");
    assert_eq!(on("Done", "checkbox", json!({ "equals": true })), "beta");
    assert_eq!(on("Stage", "select", json!({ "equals": ["Soon", "Later"] })), "Gamma, beta");
    assert_eq!(on("Stage", "select", json!({ "does_not_equal": "Soon" })), "Alpha beta, First task, Gamma");
    assert_eq!(on("Status", "status", json!({ "equals": "Not started" })), "Alpha beta, First task, Gamma, beta");
    assert_eq!(on("Tags", "multi_select", json!({ "contains": "a" })), "Alpha beta");
    assert_eq!(on("Tags", "multi_select", json!({ "is_empty": true })), "First task, Gamma, beta");
    assert_eq!(on("Who", "people", json!({ "contains": client.id("user:ada") })), "Gamma");
    assert_eq!(on("Project", "relation", json!({ "contains": client.id("page:apollo") })), "Gamma");
    assert_eq!(on("Link", "url", json!({ "is_not_empty": true })), "Gamma");
    assert_eq!(on("Due", "date", json!({ "before": "2026-11-23" })), "Alpha beta");
    assert_eq!(on("Due", "date", json!({ "equals": "today" })), "beta");
    assert_eq!(on("Due", "date", json!({ "past_week": {} })), "Alpha beta, beta");
    assert_eq!(on("Due", "date", json!({ "on_or_after": "2026-11-23T12:00:00Z" })), "beta");
    assert_eq!(on("No", "unique_id", json!({ "equals": 3 })), "beta");
    assert_eq!(on("Score", "formula", json!({ "number": { "equals": 6 } })), "First task");
    assert_eq!(on("Files", "files", json!({ "is_empty": true })), "Alpha beta, First task, Gamma, beta");
    let either = json!({ "or": [{ "property": "Done", "checkbox": { "equals": true } }, { "and": [{ "property": "Name", "title": { "contains": "a" } }, { "property": "Points", "number": { "equals": 1 } }] }] });
    assert_eq!(found(&client, either), "Alpha beta, beta");
    let projects = format!("data_sources/{}/query", client.id("data_source:projects"));
    let rolled = |condition: Value| names(&client.post(&projects, json!({ "filter": condition })).ok()).len();
    assert_eq!(rolled(json!({ "property": "All", "rollup": { "any": { "number": { "is_empty": true } } } })), 1);
    assert_eq!(rolled(json!({ "property": "Sum", "rollup": { "number": { "equals": 0 } } })), 1);
}

#[test]
fn stamps_are_filtered_by_the_minute_they_show() {
    let client = started();
    let since = |op: &str, time: &str| {
        found(&client, json!({ "timestamp": "last_edited_time", "last_edited_time": { op: time } }))
    };
    assert_eq!(since("on_or_after", "2026-11-23T10:00:00Z"), "Alpha beta, Gamma, beta");
    assert_eq!(since("after", "2026-11-23T10:00:00Z"), "", "an edit at 10:00:30 is not after 10:00:00");
    assert_eq!(since("before", "2026-11-23T10:00:00Z"), "First task");
}

#[test]
fn sorts_take_precedence_in_order_and_empty_values_come_last() {
    let client = started();
    let sorted = |sorts: Value| names(&client.post(&path(&client), json!({ "sorts": sorts })).ok());
    assert_eq!(
        sorted(json!([{ "property": "Points", "direction": "descending" }])),
        ["beta", "First task", "Alpha beta", "Gamma"]
    );
    assert_eq!(
        sorted(json!([{ "property": "Points", "direction": "ascending" }])),
        ["Alpha beta", "First task", "beta", "Gamma"]
    );
    assert_eq!(sorted(json!([{ "property": "Stage", "direction": "ascending" }]))[..2], ["beta", "Gamma"]);
    let both =
        json!([{ "property": "Done", "direction": "descending" }, { "property": "Name", "direction": "ascending" }]);
    assert_eq!(sorted(both), ["beta", "Alpha beta", "First task", "Gamma"]);
    assert_eq!(sorted(json!([{ "timestamp": "created_time", "direction": "ascending" }]))[0], "First task");
}

#[test]
fn filters_and_sorts_on_nothing_are_refused() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let refused = |body: Value| client.post(&path(&client), body).refusal();
    said.push(refused(json!({ "filter": { "property": "Nope", "number": { "equals": 1 } } })));
    said.push(refused(json!({ "filter": { "property": "Points", "checkbox": { "equals": true } } })));
    said.push(refused(json!({ "filter": { "property": "Points", "number": { "like": 1 } } })));
    said.push(refused(json!({ "filter": {} })));
    said.push(refused(json!({ "sorts": [{ "property": "Nope", "direction": "ascending" }] })));
    let leaf = json!({ "property": "Points", "number": { "equals": 1 } });
    said.push(refused(json!({ "filter": { "and": [{ "or": [{ "and": [leaf] }] }] } })));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_walk_shows_every_row_once_and_reads_own_writes() {
    let client = Client::start();
    let made: Vec<Value> = (0..7).map(|n| client.row(&n.to_string(), json!({}))["id"].clone()).collect();
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut body =
            json!({ "page_size": 3, "filter": { "property": "Name", "title": { "does_not_equal": "First task" } } });
        if let Value::String(_) = cursor {
            body["start_cursor"] = cursor.clone();
        }
        let list = client.post(&path(&client), body).ok();
        seen.extend(list["results"].as_array().unwrap().iter().map(|page| page["id"].clone()));
        assert!(list.get("request_status").is_none());
        cursor = list["next_cursor"].clone();
        if list["has_more"] == false {
            break;
        }
        let text = cursor.as_str().unwrap();
        assert_eq!((text.len(), &text[..2]), (75, "s:"));
    }
    seen.sort_by_key(Value::to_string);
    let mut made = made;
    made.sort_by_key(Value::to_string);
    assert_eq!(seen, made);
}

#[test]
fn a_cursor_dies_and_is_no_good_for_another_request() {
    let options = SimulatorOptions { cursor_lifetime: Some(std::time::Duration::from_secs(60)), ..Default::default() };
    let client = Client::new(seed(workspace()), options);
    client.row("a", json!({}));
    client.row("b", json!({}));
    let cursor = client.post(&path(&client), json!({ "page_size": 1 })).ok()["next_cursor"].clone();
    let other = json!({ "page_size": 1, "start_cursor": cursor, "filter": { "property": "Done", "checkbox": { "equals": false } } });
    assert!(client.post(&path(&client), other).refusal().contains("start_cursor"));
    client.post(&path(&client), json!({ "page_size": 1, "start_cursor": cursor })).ok();
    client.advance(61);
    let answer = client.post(&path(&client), json!({ "page_size": 1, "start_cursor": cursor }));
    assert!(answer.refusal().starts_with("400 validation_error: The start_cursor provided is invalid"));
}

#[test]
fn a_query_stops_at_the_cap_and_says_so_on_every_page() {
    let client = Client::new(seed(workspace()), SimulatorOptions { query_rows: 3, ..Default::default() });
    for n in 0..5 {
        client.row(&n.to_string(), json!({}));
    }
    let first = client.post(&path(&client), json!({ "page_size": 2 })).ok();
    let last = client.post(&path(&client), json!({ "page_size": 2, "start_cursor": first["next_cursor"] })).ok();
    let status = json!({ "type": "incomplete", "incomplete_reason": "query_result_limit_reached" });
    assert_eq!((&first["request_status"], &last["request_status"]), (&status, &status));
    assert_eq!((&last["has_more"], last["results"].as_array().unwrap().len()), (&json!(false), 1));
}

#[test]
fn me_is_the_person_behind_a_token_and_nobody_behind_an_internal_one() {
    let client = Client::start();
    let ada = json!({ "Who": { "people": [{ "id": client.id("user:ada") }] } });
    let row = client.row("Ada's", ada)["id"].clone();
    let path = format!("data_sources/{}/query", client.id("data_source:tasks"));
    let mine = json!({ "filter": { "and": [{ "property": "Who", "people": { "contains": "me" } }] } });
    let found = client.by(crate::client::PERSONAL).post(&path, mine.clone()).ok();
    assert_eq!((found["results"].as_array().unwrap().len(), &found["results"][0]["id"]), (1, &row));
    let refusal = client.post(&path, mine).refusal();
    assert!(refusal.starts_with("400 validation_error"), "{refusal}");
}

#[test]
fn a_stamp_is_filtered_under_its_own_name() {
    let client = Client::start();
    let mixed = json!({ "filter": { "timestamp": "created_time", "last_edited_time": { "past_week": {} } } });
    assert_snapshot!(
        client.post(&path(&client), mixed).refusal(),
        @"400 validation_error: body failed validation: body.filter.created_time should be defined, instead was `undefined`."
    );
}
