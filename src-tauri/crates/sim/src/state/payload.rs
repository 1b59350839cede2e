//! Blocks' payloads as stored: the read shape without what depends on the reader.

use serde_json::{Map, Value, json};

use super::rich_text::{canonical, canonical_id};
use crate::error::ApiError;
use crate::markdown::MARKDOWN_ONLY;

/// A created block's payload in the order and with the defaults the service reads back. Kinds nobody can create pass as they are.
pub(crate) fn filled(kind: &str, given: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut payload = Map::new();
    let mut put = |key: &str, value: Value| {
        payload.insert(key.to_owned(), value);
    };
    let color = || given.get("color").cloned().unwrap_or_else(|| "default".into());
    match kind {
        "paragraph" => {
            put("rich_text", text(given, "rich_text")?);
            put("icon", given.get("icon").map_or(Value::Null, icon));
            put("color", color());
        }
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
            put("rich_text", text(given, "rich_text")?);
            // One that holds something toggles, whatever was said.
            let holds = given.get("children").and_then(Value::as_array).is_some_and(|children| !children.is_empty());
            put("is_toggleable", if holds { true.into() } else { flag(given, "is_toggleable") });
            put("color", color());
        }
        "bulleted_list_item" | "numbered_list_item" | "quote" | "toggle" => {
            put("rich_text", text(given, "rich_text")?);
            put("color", color());
            for key in ["list_start_index", "list_format"] {
                if let Some(value) = given.get(key) {
                    put(key, value.clone());
                }
            }
        }
        "to_do" => {
            put("rich_text", text(given, "rich_text")?);
            put("checked", flag(given, "checked"));
            put("color", color());
        }
        "template" => put("rich_text", text(given, "rich_text")?),
        "callout" => {
            put("rich_text", text(given, "rich_text")?);
            let default = || json!({ "type": "emoji", "emoji": "💡" });
            put("icon", given.get("icon").filter(|icon| !icon.is_null()).map_or_else(default, icon));
            put("color", color());
        }
        "code" => {
            put("caption", text(given, "caption")?);
            put("rich_text", text(given, "rich_text")?);
            put("language", given.get("language").cloned().unwrap_or_else(|| "plain text".into()));
        }
        "equation" => put("expression", given.get("expression").cloned().unwrap_or_else(|| "".into())),
        "table_of_contents" => put("color", color()),
        "embed" | "bookmark" => {
            put("caption", text(given, "caption")?);
            let uploaded = given.get("file").and_then(|file| file.get("url"));
            put("url", uploaded.or_else(|| given.get("url")).cloned().unwrap_or_default());
        }
        "image" | "video" | "pdf" | "audio" | "file" => {
            put("caption", text(given, "caption")?);
            let source = if given.contains_key("file") { "file" } else { "external" };
            put("type", source.into());
            put(source, given.get(source).cloned().unwrap_or_default());
            if kind == "file" {
                put("name", given.get("name").cloned().unwrap_or_else(|| file_name(given, source).into()));
            }
        }
        "table" => {
            put("table_width", given.get("table_width").cloned().unwrap_or_else(|| 1.into()));
            put("has_column_header", flag(given, "has_column_header"));
            put("has_row_header", flag(given, "has_row_header"));
        }
        "table_row" => {
            let cells = given.get("cells").and_then(Value::as_array).into_iter().flatten();
            put("cells", cells.map(|cell| canonical(cell).map(Value::Array)).collect::<Result<Value, _>>()?);
        }
        "synced_block" => put(
            "synced_from",
            match given.get("synced_from").and_then(|from| from.get("block_id")) {
                Some(id) => json!({ "type": "block_id", "block_id": canonical_id(Some(id)) }),
                None => Value::Null,
            },
        ),
        "link_to_page" => {
            let key = ["page_id", "database_id", "comment_id"]
                .into_iter()
                .find(|key| given.contains_key(*key))
                .unwrap_or("page_id");
            put("type", key.into());
            put(key, canonical_id(given.get(key)));
        }
        "column" => {
            if let Some(ratio) = given.get("width_ratio") {
                put("width_ratio", ratio.clone());
            }
        }
        "divider" | "breadcrumb" | "tab" | "column_list" => {}
        _ => {
            for (key, value) in given.iter().filter(|(key, _)| *key != "children") {
                let is_text = kind == "meeting_notes" && key == "title";
                put(key, if is_text { text(given, key)? } else { value.clone() });
            }
        }
    }
    if let Some(hidden) = given.get(MARKDOWN_ONLY) {
        payload.insert(MARKDOWN_ONLY.to_owned(), hidden.clone());
    }
    Ok(payload)
}

/// A payload after an update: given fields replace stored ones as a whole.
pub(crate) fn updated(
    kind: &str,
    stored: &Map<String, Value>,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    let mut merged = stored.clone();
    for (key, value) in given {
        merged.insert(key.clone(), value.clone());
    }
    // What comes takes the place of what was there.
    for (new, old) in [("external", "file"), ("file", "external"), ("url", "file")] {
        if given.contains_key(new) && !given.contains_key(old) {
            merged.remove(old);
        }
    }
    // A file keeps its extension.
    let name = |fields: &Map<String, Value>| fields.get("name").and_then(Value::as_str).map(str::to_owned);
    if let ("file", Some(new), Some(old)) = (kind, name(given), name(stored))
        && !new.contains('.')
        && let Some((_, extension)) = old.rsplit_once('.')
    {
        merged.insert("name".to_owned(), format!("{new}.{extension}").into());
    }
    filled(kind, &merged)
}

/// Whether blocks of this kind may have children.
pub(crate) fn takes_children(kind: &str, payload: &Map<String, Value>) -> bool {
    match kind {
        "paragraph" | "bulleted_list_item" | "numbered_list_item" | "to_do" | "toggle" | "quote" | "callout"
        | "tab" | "column_list" | "column" | "table" | "template" => true,
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
            payload.get("is_toggleable") == Some(&Value::Bool(true))
        }
        "synced_block" => payload.get("synced_from").is_none_or(Value::is_null),
        _ => false,
    }
}

/// An icon as stored: tagged, with the colour native icons have by default.
pub(crate) fn icon(given: &Value) -> Value {
    if let Some(native) = given.pointer("/external/url").and_then(Value::as_str).and_then(native_icon) {
        return native;
    }
    for kind in ["emoji", "external", "custom_emoji", "icon", "file"] {
        if let Some(inner) = given.get(kind) {
            let mut inner = inner.clone();
            if let (true, Some(object)) = (kind == "icon", inner.as_object_mut()) {
                object.entry("color").or_insert_with(|| "gray".into());
            }
            return json!({ "type": kind, kind: inner });
        }
    }
    given.clone()
}

/// One of the service's own icons, by the address it had before there was a kind for them: `https://www.notion.so/icons/snake_purple.svg`.
fn native_icon(url: &str) -> Option<Value> {
    let path = url.strip_prefix("https://www.notion.so/icons/")?;
    let (name, color) = path.split(['?', '#']).next()?.strip_suffix(".svg")?.rsplit_once('_')?;
    (!name.contains('/')).then(|| json!({ "type": "icon", "icon": { "name": name, "color": color } }))
}

/// A cover as stored.
pub(crate) fn cover(given: &Value) -> Value {
    icon(given)
}

fn text(given: &Map<String, Value>, key: &str) -> Result<Value, ApiError> {
    canonical(given.get(key).unwrap_or(&Value::Null)).map(Value::Array)
}

fn flag(given: &Map<String, Value>, key: &str) -> Value {
    given.get(key).and_then(Value::as_bool).unwrap_or(false).into()
}

fn file_name(given: &Map<String, Value>, source: &str) -> String {
    let url = given.get(source).and_then(|source| source.get("url")).and_then(Value::as_str).unwrap_or_default();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
