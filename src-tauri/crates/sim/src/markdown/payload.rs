//! Payloads in the read shape, one function a family of blocks.

use serde_json::{Map, Value, json};

use super::MARKDOWN_ONLY;
use super::address::is_hosted;
use super::attributes::BlockAttributes;

pub(super) type Payload = Map<String, Value>;

/// The object of a `json!({…})`.
pub(super) fn object(value: Value) -> Payload {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Rich text and colour: lists, quotes, toggles, paragraphs.
pub(super) fn text(rich: Vec<Value>, attributes: &BlockAttributes) -> Payload {
    object(json!({"rich_text": rich, "color": colour(attributes)}))
}

pub(super) fn paragraph(rich: Vec<Value>, attributes: &BlockAttributes) -> Payload {
    let mut payload = text(rich, attributes);
    payload.insert("icon".to_owned(), Value::Null);
    payload
}

pub(super) fn colour(attributes: &BlockAttributes) -> &str {
    attributes.colour.as_deref().unwrap_or("default")
}

pub(super) fn plain_text(content: &str) -> Value {
    json!({
        "type": "text",
        "text": {"content": content, "link": null},
        "annotations": {
            "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default",
        },
        "plain_text": content,
        "href": null,
    })
}

pub(super) fn code(language: &str, content: &str) -> Payload {
    let rich = if content.is_empty() { Vec::new() } else { vec![plain_text(content)] };
    object(json!({"rich_text": rich, "caption": [], "language": language}))
}

/// Image, video, audio, pdf and file, from an address.
pub(super) fn media(kind: &str, url: &str, caption: Vec<Value>) -> Payload {
    let mut payload = if let Some(id) = url.strip_prefix("file-upload://") {
        object(json!({"type": "file_upload", "file_upload": {"id": id}}))
    } else if is_hosted(url) {
        object(json!({"type": "file", "file": {"url": url}}))
    } else {
        object(json!({"type": "external", "external": {"url": url}}))
    };
    payload.insert("caption".to_owned(), json!(caption));
    if kind == "file" {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        payload.insert("name".to_owned(), json!(path.rsplit('/').next().unwrap_or(path)));
    }
    payload
}

/// Notes what only Markdown shows; nulls say nothing.
pub(super) fn keep(payload: &mut Payload, kept: Value) {
    let mut kept = object(kept);
    kept.retain(|_, value| !value.is_null());
    if !kept.is_empty() {
        payload.insert(MARKDOWN_ONLY.to_owned(), Value::Object(kept));
    }
}

/// Something noted by [`keep`].
pub(super) fn kept<'a>(payload: &'a Payload, key: &str) -> Option<&'a Value> {
    payload.get(MARKDOWN_ONLY)?.get(key)
}

pub(super) fn kept_text<'a>(payload: &'a Payload, key: &str) -> Option<&'a str> {
    kept(payload, key)?.as_str()
}
