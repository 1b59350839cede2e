//! An answer to a write, less what the write set: how its target may have been before.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::cassette::Exchange;
use super::ground::id_at;
use crate::state::column::kind_of;
use crate::state::ids;

/// `object` as it was before `exchange`, if it is what the exchange writes to; anything else is as it is shown.
pub(super) fn before(exchange: &Exchange, object: &Value) -> Value {
    let mut object = object.clone();
    let (Some(method), Some(fields)) = (&exchange.method, object.as_object_mut()) else { return object };
    let parts = exchange.parts();
    let is_target =
        parts.get(1).and_then(|id| ids::parse(id)) == fields.get("id").and_then(Value::as_str).and_then(ids::parse);
    let nothing = Map::new();
    let set = exchange.body.as_object().unwrap_or(&nothing);
    match (method.as_str(), parts.as_slice()) {
        ("DELETE", ["blocks", _]) if is_target => alive(fields),
        ("PATCH", ["blocks", _]) if is_target => {
            alive(fields);
            for (kind, given) in set {
                let (Some(Value::Object(payload)), Some(given)) = (fields.get_mut(kind), given.as_object()) else {
                    continue;
                };
                payload.retain(|key, _| !given.contains_key(key) || key == "type");
                // A file has an address, whatever it was.
                if ["external", "file"].into_iter().any(|key| given.contains_key(key)) {
                    payload.insert("type".to_owned(), "external".into());
                    payload.insert("external".to_owned(), json!({ "url": "https://example.org/file" }));
                }
            }
        }
        ("PATCH", ["pages", _]) if is_target => {
            alive(fields);
            blank(fields, set);
            let given = set.get("properties").and_then(Value::as_object);
            let properties = fields.get_mut("properties").and_then(Value::as_object_mut);
            if let (Some(given), Some(properties)) = (given, properties) {
                for key in given.keys() {
                    if let Some(property) = named(properties, key).and_then(|name| properties.get_mut(&name)) {
                        empty(property);
                    }
                }
            }
        }
        ("PATCH", ["databases", _]) if is_target => {
            alive(fields);
            blank(fields, set);
            if set.contains_key("parent") {
                fields.insert("parent".to_owned(), json!({ "type": "workspace", "workspace": true }));
            }
        }
        ("PATCH", ["data_sources", _]) if is_target => {
            alive(fields);
            blank(fields, set);
            let given = set.get("properties").and_then(Value::as_object);
            let columns = fields.get_mut("properties").and_then(Value::as_object_mut);
            if let (Some(given), Some(columns)) = (given, columns) {
                given.iter().for_each(|(key, change)| unchange(columns, key, change));
            }
        }
        ("POST", ["pages", _, "move"]) if is_target => {
            fields.insert("parent".to_owned(), json!({ "type": "workspace", "workspace": true }));
        }
        ("POST", ["file_uploads", _, "send" | "complete"]) if is_target => {
            fields.insert("status".to_owned(), "pending".into());
            fields.insert("content_length".to_owned(), Value::Null);
            if let Some(Value::Object(parts)) = fields.get_mut("number_of_parts") {
                let sent = if parts_are_sent(&exchange.path) { parts.get("total").cloned() } else { None };
                parts.insert("sent".to_owned(), sent.unwrap_or_else(|| 0.into()));
            }
        }
        ("PATCH", ["comments", _]) if is_target => {
            fields.insert("rich_text".to_owned(), json!([{ "type": "text", "text": { "content": "…" } }]));
        }
        _ => {}
    }
    object
}

/// A page's Markdown as it was before it was edited, or as it was read.
pub(super) fn body_before(exchange: &Exchange) -> Option<String> {
    let mut markdown = exchange.answer.get("markdown")?.as_str()?.to_owned();
    let at = |pointer: &str| exchange.body.pointer(pointer).and_then(Value::as_str);
    if let Some(inserted) = at("/insert_content/content") {
        // As it is read: without the blank lines, each line where the answer has it.
        for line in inserted.lines().filter(|line| !line.trim().is_empty()) {
            markdown = replaced(&markdown, &format!("{line}\n"), "").unwrap_or_else(|| markdown.replacen(line, "", 1));
        }
    }
    if let (Some(new), Some(old)) = (at("/replace_content_range/content"), at("/replace_content_range/content_range")) {
        markdown = replaced(&markdown, new, old).unwrap_or(markdown);
    }
    let updates = exchange.body.pointer("/update_content/content_updates").and_then(Value::as_array);
    for update in updates.into_iter().flatten().rev() {
        let text = |key: &str| update.get(key).and_then(Value::as_str);
        if let (Some(new), Some(old)) = (text("new_str"), text("old_str")) {
            markdown = replaced(&markdown, new, old).unwrap_or(markdown);
        }
    }
    Some(if exchange.body.get("replace_content").is_some() { String::new() } else { markdown })
}

/// `text` with the first `from` replaced, if there is one.
fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    (!from.is_empty() && text.contains(from)).then(|| text.replacen(from, to, 1))
}

/// An upload is completed when all its parts are there.
fn parts_are_sent(path: &str) -> bool {
    path.ends_with("/complete")
}

/// Out of the trash: nothing else could have been written to, or thrown away.
fn alive(fields: &mut Map<String, Value>) {
    for key in ["in_trash", "archived", "is_archived"] {
        if fields.contains_key(key) {
            fields.insert(key.to_owned(), false.into());
        }
    }
}

/// Takes back what stands at the top of a page, database or data source.
fn blank(fields: &mut Map<String, Value>, set: &Map<String, Value>) {
    let empties = [
        ("icon", Value::Null),
        ("cover", Value::Null),
        ("title", json!([])),
        ("description", json!([])),
        ("is_locked", false.into()),
        ("is_inline", false.into()),
    ];
    for (key, empty) in empties {
        if set.contains_key(key) && fields.contains_key(key) {
            fields.insert(key.to_owned(), empty);
        }
    }
}

/// The name of the property or column that a request calls `key`, by name or id.
fn named(properties: &Map<String, Value>, key: &str) -> Option<String> {
    if properties.contains_key(key) {
        return Some(key.to_owned());
    }
    let decoded = |id: &str| percent_decode_str(id).decode_utf8_lossy().into_owned();
    let is_called = |property: &Value| {
        let id = property.get("id").and_then(Value::as_str).unwrap_or_default();
        id == key || decoded(id) == decoded(key)
    };
    properties.iter().find(|(_, property)| is_called(property)).map(|(name, _)| name.clone())
}

/// Makes a value what a row has before anything is written.
fn empty(property: &mut Value) {
    let Some(kind) = property.get("type").and_then(Value::as_str).map(str::to_owned) else { return };
    let Some(inner) = property.get_mut(&kind) else { return };
    *inner = match inner {
        Value::Array(_) => json!([]),
        Value::Bool(_) => false.into(),
        _ => Value::Null,
    };
}

/// Takes back the change of a column.
fn unchange(columns: &mut Map<String, Value>, key: &str, change: &Value) {
    if change.is_null() {
        // It is gone; that it was there is all that is known.
        columns.insert(key.to_owned(), json!({ "id": key, "name": key, "type": "rich_text", "rich_text": {} }));
        return;
    }
    let new_name = change.get("name").and_then(Value::as_str);
    let Some(name) = named(columns, key).or_else(|| new_name.and_then(|name| named(columns, name))) else { return };
    let Some(mut column) = columns.remove(&name) else { return };
    let is_by_id = key != name && named(&Map::from_iter([(name.clone(), column.clone())]), key).is_some();
    let kind = kind_of(change);
    let options =
        kind.and_then(|kind| change.get(kind)).and_then(|inner| inner.get("options")).and_then(Value::as_array);
    let known: Vec<Value> = options.into_iter().flatten().filter_map(|option| option.get("id").cloned()).collect();
    let is_title = column.get("type").is_some_and(|kind| kind == "title");
    // One that is called by its name and given a kind was most likely not there.
    if !is_title && !is_by_id && key == name && kind.is_some() && known.is_empty() && id_at(change, "/id").is_none() {
        return;
    }
    let old_name = if is_by_id && new_name.is_some() {
        format!("{name} before")
    } else if is_by_id {
        name
    } else {
        key.to_owned()
    };
    if let Some(fields) = column.as_object_mut() {
        fields.insert("name".to_owned(), old_name.clone().into());
        if change.get("description").is_some() {
            fields.insert("description".to_owned(), Value::Null);
        }
        let inner = kind.and_then(|kind| fields.get_mut(kind)).and_then(Value::as_object_mut);
        if let Some(Value::Array(options)) = inner.and_then(|inner| inner.get_mut("options")) {
            options.retain(|option| option.get("id").is_some_and(|id| known.contains(id)));
        }
    }
    columns.insert(old_name, column);
}
