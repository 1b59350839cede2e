//! Short property values → the shapes the API takes.

use serde_json::{Value, json};

use crate::markdown::{ReadOptions, read_inline};

/// The value of a column with this schema, `None` if it does not fit.
pub(super) fn value(column: &Value, short: Value) -> Option<Value> {
    let kind = column.as_object()?.keys().next()?.as_str();
    let shaped = match (kind, short) {
        ("select" | "status", Value::String(name)) => json!({ "name": name }),
        ("multi_select", Value::Array(names)) => names.into_iter().map(|name| json!({ "name": name })).collect(),
        ("date", Value::String(text)) => match text.split_once('/') {
            Some((start, end)) => json!({ "start": start, "end": end, "time_zone": null }),
            None => json!({ "start": text, "end": null, "time_zone": null }),
        },
        ("rich_text", Value::String(text)) => read_inline(&text, &ReadOptions::default()).into(),
        ("people", Value::Array(keys)) => {
            list(keys, |key| json!({ "object": "user", "id": format!("{{{{user:{key}}}}}") }))?
        }
        ("relation", Value::Array(keys)) => list(keys, |key| json!({ "id": format!("{{{{page:{key}}}}}") }))?,
        ("files", Value::Array(files)) => files.into_iter().map(file).collect::<Option<_>>()?,
        ("number", short @ (Value::Number(_) | Value::Null)) | ("checkbox", short @ Value::Bool(_)) => short,
        ("url" | "email" | "phone_number", short @ (Value::String(_) | Value::Null)) => short,
        ("date", short @ (Value::Object(_) | Value::Null)) => short,
        ("place" | "verification" | "formula", short @ Value::Object(_)) => short,
        _ => return None,
    };
    Some(json!({ kind: shaped }))
}

fn list(keys: Vec<Value>, item: impl Fn(&str) -> Value) -> Option<Value> {
    keys.iter().map(|key| key.as_str().map(&item)).collect()
}

/// `["name", "address"]`.
fn file(short: Value) -> Option<Value> {
    let [name, url] = short.as_array()?.as_slice() else { return None };
    Some(json!({ "type": "external", "name": name, "external": { "url": url } }))
}
