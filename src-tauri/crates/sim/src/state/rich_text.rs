//! Rich text as stored: one canonical form, equal neighbours merged. What a reader gets beside it is added by `render`.

use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::markdown::MARKDOWN_ONLY;

const STYLES: [&str; 5] = ["bold", "italic", "strikethrough", "underline", "code"];

/// The canonical form of valid rich text: defaults filled in, empty runs dropped, equal neighbours merged, addresses normalised.
pub(crate) fn canonical(items: &Value) -> Result<Vec<Value>, ApiError> {
    let mut runs: Vec<Value> = Vec::new();
    for item in items.as_array().into_iter().flatten() {
        let Some(run) = canonical_item(item)? else { continue };
        let merged = runs.last_mut().is_some_and(|last| merge(last, &run));
        if !merged {
            runs.push(run);
        }
    }
    Ok(runs)
}

/// A title or text without any formatting.
pub(crate) fn from_plain(text: &str) -> Vec<Value> {
    canonical(&json!([{ "text": { "content": text } }])).unwrap_or_default()
}

/// Appends a text run to an equal one.
fn merge(last: &mut Value, run: &Value) -> bool {
    if kind(last) != "text"
        || kind(run) != "text"
        || last.get("annotations") != run.get("annotations")
        || last.get(MARKDOWN_ONLY) != run.get(MARKDOWN_ONLY)
    {
        return false;
    }
    if last.pointer("/text/link") != run.pointer("/text/link") {
        return false;
    }
    let Some(more) = run.pointer("/text/content").and_then(Value::as_str) else { return false };
    match last.pointer_mut("/text/content") {
        Some(Value::String(content)) => {
            content.push_str(more);
            true
        }
        _ => false,
    }
}

pub(crate) fn kind(item: &Value) -> &str {
    match item.get("type").and_then(Value::as_str) {
        Some(kind) => kind,
        None => ["text", "mention", "equation"].into_iter().find(|kind| item.get(kind).is_some()).unwrap_or("text"),
    }
}

fn canonical_item(item: &Value) -> Result<Option<Value>, ApiError> {
    let kind = kind(item);
    let inner = match kind {
        "text" => {
            let content = item.pointer("/text/content").and_then(Value::as_str).unwrap_or_default();
            if content.is_empty() {
                return Ok(None);
            }
            let link = match item.pointer("/text/link/url").and_then(Value::as_str) {
                Some("") | None => Value::Null,
                Some(url) => json!({ "url": link_url(url)? }),
            };
            json!({ "content": content, "link": link })
        }
        "mention" => mention(item.get("mention").unwrap_or(&Value::Null)),
        _ => item.get("equation").cloned().unwrap_or_default(),
    };
    let mut run = json!({ "type": kind, kind: inner, "annotations": annotations(item.get("annotations")) });
    if let (Some(run), Some(hidden)) = (run.as_object_mut(), item.get(MARKDOWN_ONLY)) {
        run.insert(MARKDOWN_ONLY.to_owned(), hidden.clone());
    }
    Ok(Some(run))
}

fn mention(mention: &Value) -> Value {
    let kind = mention
        .get("type")
        .and_then(Value::as_str)
        .or_else(|| mention.as_object().and_then(|object| object.keys().next().map(String::as_str)))
        .unwrap_or("page");
    let inner = mention.get(kind).cloned().unwrap_or_default();
    let inner = match kind {
        // Who somebody is depends on who reads, so only the id is kept.
        "user" | "page" | "database" => json!({ "id": canonical_id(inner.get("id")) }),
        "date" => super::value::date(&inner),
        "template_mention" => {
            let kind = if inner.get("template_mention_user").is_some() {
                "template_mention_user"
            } else {
                "template_mention_date"
            };
            json!({ "type": kind, kind: inner.get(kind).cloned().unwrap_or_default() })
        }
        _ => inner,
    };
    json!({ "type": kind, kind: inner })
}

/// An id as it is written out: dashed.
pub(crate) fn canonical_id(id: Option<&Value>) -> Value {
    let text = id.and_then(Value::as_str).unwrap_or_default();
    super::ids::parse(text).map_or_else(|| text.into(), |id| id.to_string().into())
}

fn annotations(given: Option<&Value>) -> Value {
    let mut all = Map::new();
    for style in STYLES {
        let on = given.and_then(|given| given.get(style)).and_then(Value::as_bool).unwrap_or(false);
        all.insert(style.to_owned(), on.into());
    }
    let color = given.and_then(|given| given.get("color")).and_then(Value::as_str).unwrap_or("default");
    let color = if color == "default_background" { "default" } else { color };
    all.insert("color".to_owned(), color.into());
    Value::Object(all)
}

/// A link's address as stored; places inside the workspace may be relative.
fn link_url(url: &str) -> Result<String, ApiError> {
    if url.starts_with('/') || url.starts_with('#') {
        return Ok(url.to_owned());
    }
    match url::Url::parse(url) {
        Ok(parsed) => Ok(parsed.into()),
        Err(_) => Err(ApiError::validation("Invalid URL for link.")),
    }
}

/// The text of stored rich text, where nobody in particular reads it: mentions by what is written in them.
pub(crate) fn plain(items: &[Value]) -> String {
    items
        .iter()
        .map(|item| match kind(item) {
            "text" => item.pointer("/text/content").and_then(Value::as_str).unwrap_or_default(),
            "equation" => item.pointer("/equation/expression").and_then(Value::as_str).unwrap_or_default(),
            _ => item.pointer("/mention/date/start").and_then(Value::as_str).unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_become_one_run_longer_than_may_be_written() {
        let long = "a".repeat(2_000);
        let runs =
            canonical(&json!([{"text": {"content": long}}, {"text": {"content": "b"}, "plain_text": "ignored"}]))
                .unwrap();
        assert_eq!(runs.len(), 1);
        assert_eq!(plain(&runs).len(), 2_001);
    }

    #[test]
    fn different_formatting_keeps_runs_apart() {
        let runs = canonical(&json!([
            {"text": {"content": "a"}},
            {"text": {"content": "b"}, "annotations": {"bold": true}},
            {"text": {"content": ""}},
            {"text": {"content": "c", "link": {"url": "https://example.org"}}},
        ]))
        .unwrap();
        assert_eq!(runs.len(), 3);
        assert_eq!(runs[2].pointer("/text/link/url").unwrap(), "https://example.org/");
    }
}
