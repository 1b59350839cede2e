//! One exchange, looked at: what of its answer is lost, and whether its request can be made once more.

use serde_json::{Map, Value, json};

use crate::rebuild::Rebuilder;
use crate::routes::{difference, guess, route, segments};

/// What was found, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub responses: u64,
    pub decoded: u64,
    pub lossless: u64,
    pub unknown_kinds: u64,
    pub extra_keys: u64,
    pub requests: u64,
    pub rebuilt_equal: u64,
}

/// Looks at an exchange, and tells every loss.
pub fn look(place: &str, exchange: &Value, rebuilder: &Rebuilder, counts: &mut Counts, tell: &mut dyn FnMut(String)) {
    let text = |key: &str| exchange.get(key).and_then(Value::as_str).unwrap_or_default();
    let (method, path) = (text("method"), text("path"));
    let status = exchange.get("status").and_then(Value::as_u64).unwrap_or(200);
    if let Some(answer) = exchange.get("resp").filter(|answer| !answer.is_null()) {
        counts.responses += 1;
        let codec = if method.is_empty() { guess(answer, text("cassette")) } else { route(method, path, status) };
        match codec.ok_or_else(|| format!("no type for {method} {path}")).and_then(|codec| (codec.read)(answer)) {
            Err(reason) => tell(format!("{place}: not decoded: {reason}")),
            Ok((encoded, strange)) => {
                counts.decoded += 1;
                match difference(answer, &encoded, "") {
                    None => counts.lossless += 1,
                    Some(difference) => tell(format!("{place}: lost: {difference}")),
                }
                for (at, what) in strange {
                    match what {
                        satchel_notion::Unfamiliar::Key(_) => counts.extra_keys += 1,
                        _ => counts.unknown_kinds += 1,
                    }
                    tell(format!("{place}: {at}: {what}"));
                }
            }
        }
    }
    let body = exchange.get("req").filter(|body| !body.is_null());
    if let Some(body) = body.filter(|_| (200..300).contains(&status) && !method.is_empty()) {
        counts.requests += 1;
        let asked = typed(&plain(body, &[]), None);
        let query = queried(exchange);
        match rebuilder.rebuild(method, &format!("{path}{query}"), &asked) {
            Err(reason) => tell(format!("{place}: not rebuilt: {reason}")),
            Ok(sent) => {
                let (there, here) = (segments(path), segments(&sent.path));
                let same_place = sent.method == method && there.len() == here.len();
                let found = match (&asked, &sent.body) {
                    (Value::String(there), Value::String(here)) => form_difference(there, here),
                    (there, here) => difference(&bare(there), &bare(&typed(here, None)), ""),
                };
                match found
                    .or_else(|| (!same_place).then(|| format!("{method} {path} became {} {}", sent.method, sent.path)))
                {
                    None => counts.rebuilt_equal += 1,
                    Some(difference) => tell(format!("{place}: rebuilt otherwise: {difference}")),
                }
            }
        }
    }
}

/// The query that was recorded beside the path.
fn queried(exchange: &Value) -> String {
    let pairs = exchange.get("query").and_then(Value::as_array).into_iter().flatten();
    let pairs: Vec<String> =
        pairs.filter_map(|pair| Some(format!("{}={}", pair.get(0)?.as_str()?, pair.get(1)?.as_str()?))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Ids with their dashes, and a bare array for a title spelled out: the service takes both forms.
fn plain(value: &Value, path: &[&str]) -> Value {
    match value {
        Value::String(text) if text.len() == 32 => match text.parse::<satchel_notion::BlockId>() {
            Ok(id) => id.to_string().into(),
            Err(_) => value.clone(),
        },
        Value::Array(items) if matches!(path, ["properties", "title"]) => {
            json!({ "title": items.iter().map(|item| plain(item, &["", ""])).collect::<Vec<_>>() })
        }
        Value::Array(items) => items.iter().map(|item| plain(item, &["", "", ""])).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, value)| (key.clone(), plain(value, &[path, &[key.as_str()]].concat()))).collect()
        }
        _ => value.clone(),
    }
}

/// The kinds of blocks.
const BLOCKS: &[&str] = &[
    "paragraph",
    "heading_1",
    "heading_2",
    "heading_3",
    "heading_4",
    "bulleted_list_item",
    "numbered_list_item",
    "to_do",
    "toggle",
    "quote",
    "callout",
    "code",
    "equation",
    "divider",
    "breadcrumb",
    "table_of_contents",
    "tab",
    "column_list",
    "column",
    "table",
    "table_row",
    "synced_block",
    "template",
    "link_to_page",
    "embed",
    "bookmark",
    "image",
    "video",
    "pdf",
    "audio",
    "file",
];

/// The kinds, beside those of blocks, that a tagged object may be without saying so.
const KINDS: &[&str] = &[
    "text",
    "mention",
    "user",
    "page",
    "database",
    "date",
    "template_mention",
    "external",
    "file_upload",
    "emoji",
    "custom_emoji",
    "icon",
    "title",
    "rich_text",
    "number",
    "select",
    "multi_select",
    "status",
    "people",
    "files",
    "checkbox",
    "url",
    "email",
    "phone_number",
    "relation",
    "formula",
    "rollup",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "unique_id",
    "verification",
    "place",
    "button",
    "page_id",
    "block_id",
    "data_source_id",
    "database_id",
    "workspace",
    "single_property",
    "dual_property",
    "after_block",
];

/// What a block's payload may be tagged with: the others of its keys are fields.
const SOURCES: &[&str] = &["external", "file_upload", "file", "page_id", "database_id", "comment_id", "block_id"];

/// The body with the `type` that the service does not need and the types of this crate do. `under` is the key it stands under; nothing
/// for the whole body, whose keys are fields.
fn typed(value: &Value, under: Option<&str>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| typed(item, Some(""))).collect(),
        Value::Object(object) => {
            let mut whole: Map<String, Value> =
                object.iter().map(|(key, value)| (key.clone(), typed(value, Some(key)))).collect();
            let is_payload = under.is_some_and(|under| BLOCKS.contains(&under));
            let is_kind = |key: &&str| match is_payload {
                true => SOURCES.contains(key),
                false => BLOCKS.contains(key) || KINDS.contains(key),
            };
            let kinds: Vec<&str> = object.keys().map(String::as_str).filter(is_kind).collect();
            // Names stand under `properties`, fields in the whole body.
            let has_fields = under.is_none_or(|under| under == "properties");
            if let ([kind], false, false) = (kinds.as_slice(), object.contains_key("type"), has_fields) {
                whole.insert("type".to_owned(), (*kind).into());
            }
            Value::Object(whole)
        }
        _ => value.clone(),
    }
}

/// The body without what only repeats: `type` beside the key it names, and `object`.
fn bare(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(bare).collect(),
        Value::Object(object) => object
            .iter()
            .filter(|(key, value)| {
                let repeats = key.as_str() == "type" && value.as_str().is_some_and(|kind| object.contains_key(kind));
                let names = key.as_str() == "object" && value.is_string();
                !repeats && !names
            })
            .map(|(key, value)| (key.clone(), bare(value)))
            .collect(),
        _ => value.clone(),
    }
}

/// Two forms, apart from their boundaries.
fn form_difference(there: &str, here: &str) -> Option<String> {
    let inside = |form: &str| {
        let boundary = form.lines().next().unwrap_or_default().to_owned();
        form.replace(&boundary, "--")
    };
    (inside(there) != inside(here)).then(|| "the forms differ".to_owned())
}
