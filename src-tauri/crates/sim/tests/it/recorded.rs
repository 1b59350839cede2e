//! Requests that the real service answered with 200, in the shapes other people's clients send them.

use std::path::{Path, PathBuf};

use http::Method;
use serde_json::{Value, json};

use crate::client::Client;

/// A request that the service took.
struct Exchange {
    method: Method,
    /// Below `/v1/`, with the query.
    path: String,
    version: &'static str,
    body: Value,
}

/// The recordings, by name and text. `NOTION_RECORDED` may name a folder with more of the same form.
pub fn files() -> Vec<(String, String)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/recorded");
    let folders = std::iter::once(own).chain(std::env::var_os("NOTION_RECORDED").map(PathBuf::from));
    let mut files: Vec<PathBuf> =
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.iter().map(|file| (file.display().to_string(), std::fs::read_to_string(file).unwrap())).collect()
}

fn taken() -> Vec<Exchange> {
    let mut found = Vec::new();
    for (_, text) in files() {
        for line in text.lines() {
            let exchange: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| exchange[key].as_str().unwrap_or_default().to_owned();
            let status = exchange["status"].as_u64().unwrap_or_default();
            // One source mislabels its versions.
            if status >= 300 || text("source").contains("hkob") || text("method").is_empty() {
                continue;
            }
            let pairs = exchange["query"].as_array().into_iter().flatten();
            let pairs = pairs.filter_map(|pair| Some((pair.get(0)?.as_str()?, pair.get(1)?.as_str()?)));
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let path = text("path").trim_start_matches("/v1/").to_owned();
            found.push(Exchange {
                method: text("method").parse().unwrap(),
                path: if query.is_empty() { path } else { format!("{path}?{query}") },
                version: if text("version") == "2025-09-03" { "2025-09-03" } else { "2026-03-11" },
                body: exchange["req"].clone(),
            });
        }
    }
    found
}

#[test]
fn no_request_that_the_service_took_is_malformed_here() {
    let mut client = Client::start();
    let requests = taken();
    assert!(requests.len() > 50, "the sample is there");
    let mut refused = Vec::new();
    for Exchange { method, path, version, body, .. } in requests {
        client.version = version;
        let body = (!body.is_null()).then_some(body);
        let answer = client.call(method.clone(), &path, body.clone());
        let message = answer.body["message"].as_str().unwrap_or_default();
        if message.contains("failed validation") {
            refused.push(format!("{method} {path} {}\n  {message}", body.unwrap_or_default()));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// A run as one client sends it: read-only fields and all.
fn verbose(text: &str) -> Value {
    json!({
        "type": "text",
        "plain_text": text,
        "annotations": { "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false },
        "text": { "content": text },
    })
}

#[test]
fn read_only_fields_and_empty_children_are_tolerated() {
    let client = Client::start();
    let blocks = json!([
        { "object": "block", "type": "paragraph", "paragraph": { "children": [], "rich_text": [verbose("Paragraph")], "color": "default" } },
        { "object": "block", "type": "code", "code": { "caption": [], "rich_text": [verbose("print()")], "language": "python" } },
        { "object": "block", "type": "image", "image": { "type": "external", "caption": [verbose("Logo")], "external": { "url": "https://example.org/a.png" } } },
        { "object": "block", "type": "callout", "callout": { "children": [], "rich_text": [], "color": "default", "icon": { "type": "emoji", "emoji": "💡" } } },
        { "object": "block", "type": "column_list", "column_list": { "children": [
            { "object": "block", "type": "column", "column": { "children": [] } },
            { "object": "block", "type": "column", "column": { "children": [] } },
        ] } },
        { "object": "block", "type": "table", "table": { "table_width": 1, "has_row_header": false, "has_column_header": false, "children": [
            { "object": "block", "type": "table_row", "table_row": { "cells": [[verbose("Header")]] } },
        ] } },
    ]);
    assert_eq!(client.append(&client.id("page:plans"), blocks).len(), 6);
}

#[test]
fn a_title_may_be_a_bare_list() {
    let client = Client::start();
    let body = json!({ "parent": { "page_id": client.id("page:inbox").replace('-', "") }, "properties": { "title": [{ "text": { "content": "Bare" } }] }, "children": [] });
    let page = client.post("pages", body).ok();
    assert_eq!(page["properties"]["title"]["title"][0]["plain_text"], "Bare");
    let id = page["id"].as_str().unwrap().replace('-', "");
    assert_eq!(page["url"], format!("https://app.notion.com/p/Bare-{id}"));
}

#[test]
fn schema_edits_name_their_type_and_id() {
    let client = Client::start();
    let path = format!("data_sources/{}", client.id("data_source:tasks"));
    let stage = client.get(&path).ok()["properties"]["Stage"].clone();
    let options = json!({ "options": [{ "name": "Soon", "color": "blue" }, { "name": "Partner", "color": "pink" }] });
    let change = json!({ "Stage": { "type": "select", "id": stage["id"], "name": "Stage", "select": options } });
    client.patch(&path, json!({ "properties": change })).ok();
    let by_id = json!({ "properties": { stage["id"].as_str().unwrap(): { "name": "Level" } } });
    assert_eq!(client.patch(&path, by_id).ok()["properties"]["Level"]["select"]["options"][1]["name"], "Partner");
    client.patch(&path, json!({ "properties": {} })).ok();
    assert_eq!(client.patch(&path, json!({ "title": [] })).ok()["title"], json!([]));
}

#[test]
fn an_insertion_as_markdown_loses_its_blank_lines() {
    let client = Client::start();
    let body =
        json!({ "type": "insert_content", "insert_content": { "content": "## New Section\n\nHello from markdown." } });
    let answer = client.patch(&format!("pages/{}/markdown", client.id("page:plans")), body).ok();
    assert_eq!(answer["markdown"], "## New Section\nHello from markdown.");
}

#[test]
fn times_lose_their_seconds_and_utc_is_no_zone() {
    let client = Client::start();
    let due = json!({ "Due": { "date": { "start": "2026-07-25T16:57:28.513237Z", "time_zone": "UTC" } } });
    let row = client.row("x", due);
    let read = json!({ "start": "2026-07-25T16:57:00.000+00:00", "end": null, "time_zone": null });
    assert_eq!(row["properties"]["Due"]["date"], read);
}

#[test]
fn a_database_whose_title_is_taken_away_is_called_new_database() {
    let client = Client::start();
    let database = client.post("databases", json!({ "parent": { "page_id": client.id("page:inbox") } })).ok();
    let source = format!("data_sources/{}", database["data_sources"][0]["id"].as_str().unwrap());
    assert_eq!(client.get(&source).ok()["title"], json!([]));
    let block = client.get(&format!("blocks/{}", database["id"].as_str().unwrap())).ok();
    assert_eq!(block["child_database"]["title"], "New database");
}

#[test]
fn an_empty_configuration_keeps_the_prefix() {
    let client = Client::start();
    let path = format!("data_sources/{}", client.id("data_source:tasks"));
    let same = client.patch(&path, json!({ "properties": { "No": { "unique_id": {} } } })).ok();
    assert_eq!(same["properties"]["No"]["unique_id"]["prefix"], "T");
}
