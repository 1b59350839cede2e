//! Whether an answer is the recorded one, but for what cannot be: ids, times, addresses, users and ids of requests.

use serde_json::{Map, Value};

use crate::state::ids;

/// Where two answers differ, each place with what was there and what is.
pub(super) fn differences(recorded: &Value, answered: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(recorded, answered, "", &mut found);
    found
}

fn compare(recorded: &Value, answered: &Value, path: &str, found: &mut Vec<String>) {
    match (recorded, answered) {
        (Value::Object(left), Value::Object(right)) => objects(left, right, path, found),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.for_each(|(at, (left, right))| compare(left, right, &format!("{path}[{at}]"), found));
        }
        (Value::Array(left), Value::Array(right)) => {
            found.push(format!("{path} had {} elements, has {}", left.len(), right.len()));
        }
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
        (Value::String(left), Value::String(right)) if same_text(left, right) => {}
        (left, right) if left == right => {}
        (left, right) => found.push(format!("{path} was {}, is {}", short(left), short(right))),
    }
}

fn objects(left: &Map<String, Value>, right: &Map<String, Value>, path: &str, found: &mut Vec<String>) {
    let is_user = left.get("object").is_some_and(|kind| kind == "user");
    for key in left.keys().chain(right.keys().filter(|key| !left.contains_key(*key))) {
        let inner = format!("{path}.{key}");
        match (left.get(key), right.get(key)) {
            (Some(Value::String(_)), Some(Value::String(_))) if is_exempt(key, is_user) => {}
            (Some(left), Some(right)) => compare(left, right, &inner, found),
            (Some(left), None) => found.push(format!("{inner} is missing, was {}", short(left))),
            (None, Some(right)) => found.push(format!("{inner} was not there, is {}", short(right))),
            (None, None) => {}
        }
    }
}

/// What two texts may differ in, by the key they stand under.
fn is_exempt(key: &str, is_user: bool) -> bool {
    let is_name = is_user && matches!(key, "name" | "email" | "avatar_url" | "workspace_name");
    is_name
        || key == "id"
        || key.ends_with("_id")
        || key.ends_with("_time")
        || key == "expires_at"
        || key == "next_cursor"
        || key == "resolved_name"
}

fn same_text(left: &str, right: &str) -> bool {
    let is_address = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let is_id = |text: &str| ids::parse(text).is_some();
    // A person is mentioned by name, a formula refers to columns by their ids, and a message names what it could not find.
    left == right
        || (is_address(left) && is_address(right))
        || (is_id(left) && is_id(right))
        || (left.starts_with('@') && right.starts_with('@'))
        || without_ids(left) == without_ids(right)
}

/// A text with every id in it replaced, also those of properties in references of formulas.
fn without_ids(text: &str) -> String {
    const REFERENCE: &str = "block_property:";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(REFERENCE) {
            out.push_str(REFERENCE);
            rest = after.split_once(':').map_or(after, |(_, rest)| rest);
            continue;
        }
        let id = [36, 32].into_iter().filter_map(|length| rest.get(..length)).find(|start| ids::parse(start).is_some());
        match id {
            Some(id) => {
                out.push_str("[id]");
                rest = rest.get(id.len()..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

fn short(value: &Value) -> String {
    const MOST: usize = 160;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_times_addresses_and_users_may_differ() {
        let recorded = json!({
            "id": "38c9ce7b-60a4-811d-9f22-cf71f5b35ee4", "created_time": "2026-06-27T16:48:00.000Z", "url": "https://www.notion.so/x",
            "created_by": { "object": "user", "id": "a", "name": "Ada" },
            "expression": "{{notion:block_property:o_yF:38c9ce7b-60a4-811d-9f22-cf71f5b35ee4:38c9ce7b-60a4-811d-9f22-cf71f5b35ee4}}",
        });
        let answered = json!({
            "id": "38c9ce7b-60a4-811d-9f22-cf71f5b35ee5", "created_time": "2026-06-28T16:48:00.000Z", "url": "https://app.notion.com/p/x",
            "created_by": { "object": "user", "id": "b", "name": "Ben" },
            "expression": "{{notion:block_property:abcd:38c9ce7b-60a4-811d-9f22-cf71f5b35ee5:38c9ce7b-60a4-811d-9f22-cf71f5b35ee5}}",
        });
        assert_eq!(differences(&recorded, &answered), Vec::<String>::new());
    }

    #[test]
    fn everything_else_is_told() {
        let recorded = json!({ "name": "A", "gone": 1, "list": [1, 2], "same": 1, "icon": null, "end_time": null });
        let answered =
            json!({ "name": "B", "list": [1], "same": 1.0, "icon": {}, "new": true, "end_time": "2026-06-28" });
        let expected = [
            ".name was \"A\", is \"B\"",
            ".gone is missing, was 1",
            ".list had 2 elements, has 1",
            ".icon was null, is {}",
            ".end_time was null, is \"2026-06-28\"",
            ".new was not there, is true",
        ];
        assert_eq!(differences(&recorded, &answered), expected);
    }
}
