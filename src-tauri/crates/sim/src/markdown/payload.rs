//! Payloads in the read shape, one function a family of blocks.

use serde_json::{Map, Value, json};

use super::MARKDOWN_ONLY;
use super::address::{block_in, colour_to_json, hyphenated, icon_to_json, is_hosted, page_in};
use super::attributes::{BlockAttributes, Tag};

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

/// Kind, payload and id of the block a container's tag opens. `name` is the one of the first dialect, whichever the tag is of.
pub(super) fn container(name: &str, parsed: &Tag<'_>) -> (&'static str, Payload, Option<String>) {
    let url = ["url", "readOnlyViewMeetingNoteUrl", "view-url"].into_iter().find_map(|key| parsed.get(key));
    let page = url.and_then(page_in);
    let icon = parsed.get("icon").map_or(Value::Null, icon_to_json);
    let colour = parsed.get("color").and_then(colour_to_json);
    let colour = colour.as_deref().unwrap_or("default");
    let (kind, payload, id) = match name {
        "callout" => ("callout", json!({"rich_text": [], "icon": icon, "color": colour}), None),
        "details" => ("toggle", json!({"rich_text": [], "color": colour}), None),
        "columns" => ("column_list", json!({}), None),
        "column" => ("column", column(parsed.get("ratio")), None),
        "tabs" => ("tab", json!({}), None),
        "tab" => ("paragraph", json!({"rich_text": [], "color": "default", "icon": icon}), None),
        "synced_block" => ("synced_block", json!({"synced_from": null}), url.and_then(block_in)),
        "synced_block_reference" => {
            let source = url.and_then(block_in);
            ("synced_block", json!({"synced_from": {"type": "block_id", "block_id": source}}), None)
        }
        "meeting-notes" => ("meeting_notes", json!({"title": [], "status": "notes_ready"}), url.and_then(block_in)),
        _ => ("paragraph", json!({"rich_text": [], "color": "default", "icon": null}), None),
    };
    let mut payload = object(payload);
    match name {
        "synced_block_reference" => keep(&mut payload, json!({"page": page, "notice": parsed.get("notice")})),
        "synced_block" | "meeting-notes" => keep(&mut payload, json!({"page": page})),
        "summary" | "notes" | "transcript" => keep(&mut payload, json!({"section": name})),
        "column" => {
            let shown = payload.get("width_ratio").and_then(Value::as_f64).map(|ratio| (ratio * 100.0).to_string());
            if shown.as_deref() != parsed.get("ratio") {
                keep(&mut payload, json!({"ratio": parsed.get("ratio")}));
            }
        }
        _ => {}
    }
    (kind, payload, id)
}

fn column(ratio: Option<&str>) -> Value {
    match ratio.and_then(|ratio| ratio.parse::<f64>().ok()).filter(|ratio| ratio.is_finite()) {
        Some(ratio) => json!({"width_ratio": ratio / 100.0}),
        None => json!({}),
    }
}

/// A child page or database, told by its tag and the title in it.
pub(super) fn child(parsed: &Tag<'_>, title: &[Value]) -> (&'static str, Payload) {
    let title: String = title.iter().filter_map(|item| item.get("plain_text").and_then(Value::as_str)).collect();
    let mut payload = object(json!({"title": title}));
    let colour = parsed.get("color").and_then(colour_to_json);
    let deleted = parsed.has("deleted").then_some(true);
    if parsed.name == "page" {
        keep(&mut payload, json!({"deleted": deleted, "color": colour}));
        return ("child_page", payload);
    }
    let source = parsed.get("data-source-url").map(|url| url.trim_start_matches("collection://"));
    keep(
        &mut payload,
        json!({
            "inline": parsed.is_true("inline"),
            "icon": parsed.get("icon"),
            "data_source": source.map(hyphenated),
            "deleted": deleted,
            "color": colour,
        }),
    );
    ("child_database", payload)
}

/// A block Markdown has no words for, told by its tag.
pub(super) fn unknown(url: &str, alt: Option<&str>) -> Payload {
    let mut payload = Payload::new();
    if let Some(alt) = alt {
        payload.insert("block_type".to_owned(), json!(alt));
    }
    keep(&mut payload, json!({"page": page_in(url)}));
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
