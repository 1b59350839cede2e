//! Recorded answers of the real service decode into the type of their endpoint and encode back unchanged, and none of them falls
//! into an `Unknown` arm.
//!
//! The sample in `tests/recorded` of the repository is always read; `NOTION_RECORDED` may name a folder with more of the same form.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use satchel_notion::types::{Block, Icon, NewBlock, PropertyValue, Resource, RichText};
use satchel_notion::write::{CreatePage, MarkdownEdit, UpdatePage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::routes::{self, Codec as Route, difference};

/// A recorded exchange, and where it is, for messages.
struct Exchange {
    place: String,
    method: String,
    path: String,
    status: u64,
    question: Value,
    answer: Value,
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/recorded")
}

fn exchanges() -> Vec<Exchange> {
    read(std::iter::once(sample()).chain(std::env::var_os("NOTION_RECORDED").map(PathBuf::from)))
}

/// Every recorded line, and where it is.
pub fn lines() -> Vec<(String, String)> {
    lines_of(std::iter::once(sample()).chain(std::env::var_os("NOTION_RECORDED").map(PathBuf::from)))
}

fn lines_of(folders: impl IntoIterator<Item = PathBuf>) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for folder in folders {
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "jsonl")) {
            let text = std::fs::read_to_string(file).unwrap();
            let numbered = text.lines().enumerate();
            lines.extend(numbered.map(|(at, line)| (format!("{}:{}", file.display(), at + 1), line.to_owned())));
        }
    }
    lines
}

fn read(folders: impl IntoIterator<Item = PathBuf>) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    for (place, line) in lines_of(folders) {
        let mut exchange: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| exchange[key].as_str().unwrap_or_default().to_owned();
        exchanges.push(Exchange {
            place: format!("{place} ({})", text("cassette")),
            method: text("method"),
            path: text("path"),
            status: exchange["status"].as_u64().unwrap_or(200),
            question: exchange.get_mut("req").map(Value::take).unwrap_or_default(),
            answer: exchange["resp"].take(),
        });
    }
    assert!(exchanges.len() > 100, "the sample is there");
    exchanges
}

/// Decodes, and hands back what it encodes to and how it looks.
fn through<T: DeserializeOwned + Serialize + Debug>(answer: &Value) -> Result<(Value, String), String> {
    let typed: T = T::deserialize(answer).map_err(|error| error.to_string())?;
    Ok((serde_json::to_value(&typed).map_err(|error| error.to_string())?, format!("{typed:?}")))
}

type Codec = fn(&Value) -> Result<(Value, String), String>;

/// The type of an exchange's answer.
fn route_of(exchange: &Exchange) -> Route {
    let found = if exchange.method.is_empty() {
        routes::guess(&exchange.answer, &exchange.place)
    } else {
        routes::route(&exchange.method, &exchange.path, exchange.status)
    };
    found.unwrap_or_else(|| panic!("{}: no type for {} {}", exchange.place, exchange.method, exchange.path))
}

#[test]
fn every_recorded_answer_survives_unchanged_and_is_known() {
    let mut faults = Vec::new();
    for exchange in exchanges() {
        let route = route_of(&exchange);
        match (route.read)(&exchange.answer).and_then(|(encoded, _)| Ok((encoded, (route.looks)(&exchange.answer)?))) {
            Err(error) => faults.push(format!("{}: {error}", exchange.place)),
            Ok((encoded, looks)) => {
                if let Some(difference) = difference(&exchange.answer, &encoded, "") {
                    faults.push(format!("{}: {difference}", exchange.place));
                }
                if let Some(at) = looks.find("Unknown(") {
                    let shown: String = looks[at..].chars().take(160).collect();
                    faults.push(format!("{}: {shown}", exchange.place));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of the answers:\n{}", faults.len(), faults.join("\n"));
}

/// Every object of the document gets a key nobody knows.
fn grow(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(grow);
            // `additional_data`, `properties` and the like are maps: a new key there is an entry, and must have an entry's form.
            object.insert("zz_new".to_owned(), json!({ "since": "2031-01-01", "type": "zz", "list": [1, null] }));
        }
        Value::Array(items) => items.iter_mut().for_each(grow),
        _ => {}
    }
}

#[test]
fn keys_from_the_future_survive_in_every_object() {
    let mut faults = Vec::new();
    for exchange in exchanges() {
        let mut answer = exchange.answer.clone();
        grow(&mut answer);
        match (route_of(&exchange).read)(&answer) {
            Err(error) => faults.push(format!("{}: {error}", exchange.place)),
            Ok((encoded, _)) => {
                faults.extend(difference(&answer, &encoded, "").map(|it| format!("{}: {it}", exchange.place)));
            }
        }
    }
    assert!(faults.is_empty(), "{} of the answers:\n{}", faults.len(), faults.join("\n"));
}

/// Every `type` becomes one nobody knows, and its payload moves with it.
fn rename_kinds(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(rename_kinds);
            // A list's `type` names the list, not a kind of thing in it.
            if object.get("object").is_some_and(|object| object == "list") {
                return;
            }
            let Some(kind) = object.get("type").and_then(Value::as_str).map(str::to_owned) else { return };
            object.insert("type".to_owned(), format!("{kind}_2031").into());
            if let Some(payload) = object.remove(&kind) {
                object.insert(format!("{kind}_2031"), payload);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(rename_kinds),
        _ => {}
    }
}

#[test]
fn kinds_from_the_future_survive() {
    let mut faults = Vec::new();
    for exchange in exchanges() {
        let mut answer = exchange.answer.clone();
        rename_kinds(&mut answer);
        // A key that is required under its old name stays a matter of decoding, not of kinds.
        if let Ok((encoded, _)) = (route_of(&exchange).read)(&answer) {
            faults.extend(difference(&answer, &encoded, "").map(|it| format!("{}: {it}", exchange.place)));
        } else {
            faults.push(format!("{}: refused", exchange.place));
        }
    }
    assert!(faults.is_empty(), "{} of the answers:\n{}", faults.len(), faults.join("\n"));
}

/// Which kinds occur, by where they occur.
fn kinds(value: &Value, found: &mut BTreeMap<&'static str, BTreeSet<String>>) {
    match value {
        Value::Object(object) => {
            let kind = object.get("type").and_then(Value::as_str);
            if let Some(kind) = kind {
                let group = if object.get("object").and_then(Value::as_str) == Some("block") {
                    "block"
                } else if object.contains_key("annotations") {
                    "run"
                } else if object.contains_key("id") && object.contains_key(kind) && !object.contains_key("object") {
                    "property"
                } else {
                    "other"
                };
                found.entry(group).or_default().insert(kind.to_owned());
            }
            if let Some(mention) = object.get("mention").and_then(|mention| mention["type"].as_str()) {
                found.entry("mention").or_default().insert(mention.to_owned());
            }
            object.values().for_each(|value| kinds(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| kinds(value, found)),
        _ => {}
    }
}

fn kinds_of(exchanges: &[Exchange]) -> Value {
    let mut found = BTreeMap::new();
    for exchange in exchanges {
        kinds(&exchange.answer, &mut found);
    }
    found.remove("other");
    json!(found)
}

#[test]
fn the_sample_covers_the_kinds_that_were_recorded() {
    let sample = kinds_of(&read([sample()]));
    assert_eq!(sample, kinds_of(&exchanges()), "the recordings have kinds that the sample lacks");
    insta::assert_json_snapshot!(sample);
}

/// Shapes from the service's documentation that nobody has recorded: the type, and the value.
fn documented() -> Vec<(Codec, Value)> {
    const ID: &str = "0123abcd-4567-489a-bcde-f0123456789a";
    let block = |kind: &str, payload: Value| {
        let mut block = json!({
            "object": "block", "id": ID, "parent": { "type": "agent_id", "agent_id": "a1" }, "has_children": true, "in_trash": false,
            "created_time": "2026-11-22T03:04:00.000Z", "last_edited_time": "2026-11-22T03:04:00.000Z",
            "created_by": { "object": "user", "id": ID }, "last_edited_by": { "object": "user", "id": ID }, "type": kind,
        });
        block[kind] = payload;
        (through::<Resource<Block>> as Codec, block)
    };
    let run = |mention: Value| {
        (
            through::<RichText> as Codec,
            json!({ "type": "mention", "mention": mention, "plain_text": "x", "href": null, "annotations": { "bold": true } }),
        )
    };
    let icon = |icon: Value| (through::<Icon> as Codec, icon);
    let value = |value: Value| (through::<PropertyValue> as Codec, value);
    let meeting = json!({
        "title": [], "status": "notes_ready", "recording": { "start_time": "2026-11-22T03:04:05.678Z" },
        "children": { "summary_block_id": ID, "notes_block_id": ID, "transcript_block_id": ID },
        "calendar_event": { "start_time": "2026-11-22T03:04:00.000+00:00", "end_time": "2026-11-22T04:04:00Z", "attendees": [ID] },
    });
    vec![
        block("meeting_notes", meeting.clone()),
        block("transcription", meeting),
        block("tab", json!({})),
        block("column", json!({ "width_ratio": 1 })),
        block("unsupported", json!({ "block_type": "ai_block" })),
        block(
            "numbered_list_item",
            json!({ "rich_text": [], "color": "default", "list_start_index": 3, "list_format": "roman" }),
        ),
        block("link_to_page", json!({ "type": "comment_id", "comment_id": ID })),
        block(
            "paragraph",
            json!({ "rich_text": [], "color": "red_background", "icon": { "type": "icon", "icon": { "name": "pin", "color": "blue" } } }),
        ),
        run(
            json!({ "type": "custom_emoji", "custom_emoji": { "id": ID, "name": "bufo", "url": "https://e.org/b.png" } }),
        ),
        run(json!({ "type": "user", "user": { "object": "user", "id": ID } })),
        icon(
            json!({ "type": "custom_emoji", "custom_emoji": { "id": ID, "name": "bufo", "url": "https://e.org/b.png" } }),
        ),
        icon(
            json!({ "type": "file", "file": { "url": "https://e.org/b.png", "expiry_time": "2026-11-22T03:04:00.000Z" } }),
        ),
        icon(json!({ "type": "file_upload", "file_upload": { "id": ID } })),
        value(json!({ "id": "a", "type": "formula", "formula": { "type": "unsupported", "unsupported": {} } })),
        value(json!({ "id": "a", "type": "formula", "formula": { "type": "boolean", "boolean": null } })),
        value(
            json!({ "id": "a", "type": "rollup", "rollup": { "type": "date", "date": null, "function": "latest_date" } }),
        ),
        value(
            json!({ "id": "a", "type": "rollup", "rollup": { "type": "incomplete", "incomplete": {}, "function": "sum" } }),
        ),
        value(json!({ "id": "a", "type": "people", "people": [{ "object": "group", "id": ID, "name": null }] })),
        value(
            json!({ "id": "a", "type": "verification", "verification": { "state": "unverified", "date": null, "verified_by": null } }),
        ),
        value(json!({ "id": "a", "type": "verification", "verification": null })),
        value(json!({ "type": "status", "status": null })),
    ]
}

#[test]
fn documented_kinds_that_nobody_recorded_survive_and_are_known() {
    for (codec, value) in documented() {
        let (encoded, looks) = codec(&value).unwrap();
        assert_eq!(difference(&value, &encoded, ""), None);
        assert!(!looks.contains("Unknown("), "{looks}");
    }
}

#[derive(Debug, Serialize, serde::Deserialize)]
struct Appended {
    children: Vec<NewBlock>,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

/// What other clients sent and the service took can be said in this crate's types.
#[test]
fn what_others_wrote_can_be_written() {
    let mut faults = Vec::new();
    let mut count = 0;
    for exchange in exchanges().iter().filter(|exchange| exchange.status < 300 && exchange.question.is_object()) {
        let segments: Vec<&str> = exchange.path.trim_start_matches("/v1/").trim_end_matches('/').split('/').collect();
        let codec: Codec = match (exchange.method.as_str(), segments.as_slice()) {
            ("POST", ["pages"]) => through::<CreatePage>,
            ("PATCH", ["pages", _]) => through::<UpdatePage>,
            ("PATCH", ["pages", _, "markdown"]) => through::<MarkdownEdit>,
            ("PATCH", ["blocks", _, "children"]) => through::<Appended>,
            _ => continue,
        };
        count += 1;
        // Ids may be sent without dashes; they are written with them.
        let mut question = dashed(&exchange.question);
        // The service takes a bare array for a title, too; here every value is spelled out.
        if let Some(title) = question.pointer_mut("/properties/title").filter(|title| title.is_array()) {
            *title = json!({ "title": title.take() });
        }
        match codec(&question) {
            Err(error) => faults.push(format!("{}: {error}", exchange.place)),
            Ok((encoded, _)) => {
                faults.extend(difference(&question, &encoded, "").map(|it| format!("{}: {it}", exchange.place)));
            }
        }
    }
    assert!(count > 20, "{count} writes");
    assert!(faults.is_empty(), "{} of {count} writes:\n{}", faults.len(), faults.join("\n"));
}

fn dashed(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() == 32 => match text.parse::<satchel_notion::BlockId>() {
            Ok(id) => id.to_string().into(),
            Err(_) => value.clone(),
        },
        Value::Array(items) => items.iter().map(dashed).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), dashed(value))).collect(),
        _ => value.clone(),
    }
}
