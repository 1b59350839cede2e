//! Which type answers which endpoint.

use std::hint::black_box;
use std::time::{Duration, Instant};

use satchel_notion::types::{
    AsyncTask, Block, Comment, CustomEmoji, DataSource, Database, FileUpload, Icon, List, NamedFile, Page,
    PageMarkdown, PageOrDataSource, PageRef, PageTemplate, PageTemplates, PropertyItems, PropertySchema, Resource,
    RichText, TokenStatus, User, View, ViewQuery,
};
use satchel_notion::{ErrorBody, Unfamiliar, api::MeetingNotesList, unfamiliar};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What became of an answer: what it encodes to, and what in it was not understood.
pub type Read = Result<(Value, Vec<(String, Unfamiliar)>), String>;

/// How long decoding and encoding took.
pub type Times = serde_json::Result<(Duration, Duration)>;

/// The type of an answer, by what can be done with it.
#[derive(Clone, Copy)]
pub struct Codec {
    /// Decodes an answer and encodes it again.
    pub read: fn(&Value) -> Read,
    /// How it looks to a programmer once decoded.
    #[allow(dead_code, reason = "for the tests, which share this file")]
    pub looks: fn(&Value) -> Result<String, String>,
    /// How long decoding and encoding take, so many times over.
    #[allow(dead_code, reason = "for the benchmark, which shares this file")]
    pub time: fn(&[u8], u32) -> Times,
}

/// Decodes and encodes the same bytes over and over.
pub fn time<T: DeserializeOwned + Serialize>(bytes: &[u8], rounds: u32) -> Times {
    let typed: T = serde_json::from_slice(bytes)?;
    let began = Instant::now();
    for _ in 0..rounds {
        black_box(serde_json::from_slice::<T>(black_box(bytes))?);
    }
    let decoded = began.elapsed();
    let began = Instant::now();
    for _ in 0..rounds {
        black_box(serde_json::to_vec(black_box(&typed))?);
    }
    Ok((decoded, began.elapsed()))
}

macro_rules! through {
    ($type:ty) => {
        Codec {
            read: |answer| {
                let typed: $type = serde_json::from_value(answer.clone()).map_err(|error| error.to_string())?;
                let encoded = serde_json::to_value(&typed).map_err(|error| error.to_string())?;
                Ok((encoded, unfamiliar(&typed)))
            },
            looks: |answer| {
                let typed: $type = serde_json::from_value(answer.clone()).map_err(|error| error.to_string())?;
                Ok(format!("{typed:?}"))
            },
            time: time::<$type>,
        }
    };
}

/// The parts of a path behind the version, without the query.
pub fn segments(path: &str) -> Vec<&str> {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.trim_start_matches('/').trim_start_matches("v1/").trim_end_matches('/');
    path.split('/').collect()
}

/// The type of an endpoint's answer; nothing for what is no endpoint of this client.
pub fn route(method: &str, path: &str, status: u64) -> Option<Codec> {
    if status >= 400 {
        return Some(through!(ErrorBody));
    }
    if status == 202 {
        return Some(through!(AsyncTask));
    }
    Some(match (method, segments(path).as_slice()) {
        ("GET", ["users"]) => through!(List<User>),
        ("GET", ["users", _]) => through!(User),
        ("POST", ["search"] | ["data_sources" | "databases", _, "query"]) => through!(List<PageOrDataSource>),
        ("GET", ["pages", _, "properties", _]) => through!(PropertyItems),
        (_, ["pages", _, "markdown"]) => through!(PageMarkdown),
        (_, ["pages"] | ["pages", _] | ["pages", _, "move"]) => through!(Resource<Page>),
        (_, ["blocks", "meeting_notes"]) => through!(Resource<Block>),
        (_, ["blocks", "meeting_notes", "query"]) => through!(MeetingNotesList),
        (_, ["blocks", _, "children"]) => through!(List<Resource<Block>>),
        (_, ["blocks", _]) => through!(Resource<Block>),
        (_, ["data_sources", _, "templates"]) => through!(PageTemplates),
        (_, ["data_sources"] | ["data_sources", _]) => through!(Resource<DataSource>),
        (_, ["databases"] | ["databases", _]) => through!(Resource<Database>),
        ("GET", ["comments"]) => through!(List<Resource<Comment>>),
        (_, ["comments"] | ["comments", _]) => through!(Resource<Comment>),
        ("GET", ["file_uploads"]) => through!(List<FileUpload>),
        (_, ["file_uploads", ..]) => through!(FileUpload),
        ("GET", ["views"]) => through!(List<Resource<View>>),
        ("GET", ["views", _, "queries", _]) => through!(List<PageRef>),
        (_, ["views", _, "queries", ..]) => through!(ViewQuery),
        (_, ["views"] | ["views", _]) => through!(Resource<View>),
        ("GET", ["async_tasks", _]) => through!(AsyncTask),
        ("GET", ["custom_emojis"]) => through!(List<CustomEmoji>),
        ("POST", ["oauth", "introspect"]) => through!(TokenStatus),
        _ => return None,
    })
}

/// The type of an answer that was recorded without its request, by its looks.
pub fn guess(answer: &Value, cassette: &str) -> Option<Codec> {
    let of_list = |answer: &Value| -> Codec {
        match answer.get("type").and_then(Value::as_str) {
            Some("page_or_data_source" | "page_or_database") => through!(List<PageOrDataSource>),
            Some("property_item") => through!(PropertyItems),
            Some("user") => through!(List<User>),
            Some("comment") => through!(List<Resource<Comment>>),
            Some("file_upload") => through!(List<FileUpload>),
            Some("view") => through!(List<Resource<View>>),
            Some("custom_emoji") => through!(List<CustomEmoji>),
            _ => through!(List<Resource<Block>>),
        }
    };
    Some(match answer.get("object").and_then(Value::as_str) {
        Some("page") => through!(Resource<Page>),
        Some("block") => through!(Resource<Block>),
        Some("comment") => through!(Resource<Comment>),
        Some("user") => through!(User),
        Some("database") => through!(Resource<Database>),
        Some("data_source") => through!(Resource<DataSource>),
        Some("file_upload") => through!(FileUpload),
        Some("view") => through!(Resource<View>),
        Some("view_query") => through!(ViewQuery),
        Some("property_item") => through!(PropertyItems),
        Some("page_markdown") => through!(PageMarkdown),
        Some("async_task") => through!(AsyncTask),
        Some("error") => through!(ErrorBody),
        Some("list") => of_list(answer),
        _ if answer.is_array() => through!(Vec<RichText>),
        _ if answer.get("annotations").is_some() => through!(RichText),
        _ if answer.get("is_default").is_some() => through!(PageTemplate),
        _ if answer.get("templates").is_some() => through!(PageTemplates),
        _ if cassette.contains("property_object") => through!(PropertySchema),
        _ if answer.get("emoji").is_some() => through!(Icon),
        _ if answer.get("external").is_some() || answer.get("file").is_some() => through!(NamedFile),
        _ => return None,
    })
}

/// The first difference, as a path.
pub fn difference(a: &Value, b: &Value, path: &str) -> Option<String> {
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => {
            let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
            keys.into_iter().find_map(|key| match (left.get(key), right.get(key)) {
                (Some(left), Some(right)) => difference(left, right, &format!("{path}.{key}")),
                (Some(left), None) => Some(format!("{path}.{key}: {left} was lost")),
                (None, right) => Some(format!("{path}.{key}: {} came from nowhere", right.unwrap_or(&Value::Null))),
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(index, (left, right))| difference(left, right, &format!("{path}[{index}]"))),
        _ => (a != b).then(|| format!("{path}: {a} became {b}")),
    }
}
