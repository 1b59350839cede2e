//! Queries of data sources: filter, sort, and a walk that stops at 10,000 rows and says so.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::filter::{self, Row};
use super::{Answer, Call, envelope};
use crate::clock::floor_to_minute;
use crate::error::ApiError;
use crate::state::ids::{self, Id, IdKind};
use crate::state::render::Reader;
use crate::state::{Body, Connection, DataSource, Node};
use crate::validate;

impl Call<'_> {
    pub(super) fn query_data_source(&mut self, id: &str) -> Answer {
        let id = validate::path_id("data_source_id", id)?;
        self.check_query(&["filter_properties"])?;
        self.check_body(|bodies| &bodies.query)?;
        self.need(|can| can.read_content)?;
        let source = self.visible_source(id)?;
        let only = self.shown_properties(Some(source))?;
        let filter = self.field("filter").cloned();
        check_query(source, filter.as_ref(), self.field("sorts"), &self.connection)?;
        let sorts: Vec<Value> = self.field("sorts").and_then(Value::as_array).cloned().unwrap_or_default();
        let paging = self.body_paging();
        let about = self.about(&format!("query {id}"));
        let session = self.ws.mint(IdKind::Random, self.now);
        let kind = self.field("result_type").and_then(Value::as_str).map(str::to_owned);
        let wanted = Wanted {
            filter: filter.as_ref(),
            sorts: &sorts,
            is_trashed: self.wants_trash().unwrap_or(false),
            kind: kind.as_deref(),
        };
        let most = self.options.query_rows;
        let reader = Reader::new(self.ws, &self.connection, self.version, self.now, self.number);
        let source = self.ws.data_sources.get(&id);
        let order = || {
            let mut rows = source.map(|source| found(&reader, source, &wanted)).unwrap_or_default();
            let is_capped = rows.len() > most;
            rows.truncate(most);
            Ok((rows, is_capped))
        };
        let stretch = self.sessions.walk(about, &paging, session, order)?;
        let shown = stretch.ids.iter().filter_map(|id| reader.page_or_data_source(*id, only.as_deref()));
        let results = shown.collect();
        let mut body = envelope("page_or_data_source", results, stretch.next);
        if let (true, Some(body)) = (stretch.is_capped, body.as_object_mut()) {
            let status = json!({ "type": "incomplete", "incomplete_reason": "query_result_limit_reached" });
            body.insert("request_status".to_owned(), status);
        }
        Ok(body.into())
    }

    /// What a cursor is good for: the same request of the same connection.
    pub(super) fn about(&self, endpoint: &str) -> u64 {
        let mut body = self.body.clone();
        if let Some(body) = body.as_object_mut() {
            body.retain(|key, _| key != "start_cursor" && key != "page_size");
        }
        ids::hash(format!("{} {endpoint} {body}", self.connection.id).as_bytes())
    }
}

/// Refuses a filter or a sort by what a data source does not have.
pub(super) fn check_query(
    source: &DataSource,
    filter: Option<&Value>,
    sorts: Option<&Value>,
    connection: &Connection,
) -> Result<(), ApiError> {
    if let Some(filter) = filter.filter(|filter| !filter.is_null()) {
        filter::check(filter, source, connection)?;
    }
    let sorts = sorts.and_then(Value::as_array).into_iter().flatten();
    for name in sorts.filter_map(|sort| sort.get("property").and_then(Value::as_str)) {
        if source.column(name).is_none() {
            return Err(ApiError::validation(format!("Could not find sort property with name or id: {name}")));
        }
    }
    Ok(())
}

/// What a query asks for.
pub(super) struct Wanted<'a> {
    pub filter: Option<&'a Value>,
    pub sorts: &'a [Value],
    pub is_trashed: bool,
    /// `page` or `data_source`; both without it.
    pub kind: Option<&'a str>,
}

/// Pages that match, and data sources of databases that match, in order. Without a sort the newest come first, as a table that was never
/// sorted shows them to the API.
pub(super) fn found(reader: &Reader<'_>, source: &DataSource, wanted: &Wanted<'_>) -> Vec<Id> {
    let sorts = wanted.sorts;
    let mut rows: Vec<(Row<'_>, Vec<Key>)> = source
        .rows
        .iter()
        .rev()
        .filter_map(|id| Row::of(reader, source, reader.ws.node(*id)?))
        .filter(|row| !row.page.is_archived && wanted.filter.is_none_or(|filter| row.matches(filter)))
        .map(|row| {
            let keys = sorts.iter().map(|sort| key(&row, sort)).collect();
            (row, keys)
        })
        .collect();
    let descends = descending(sorts);
    rows.sort_by(|(_, left), (_, right)| compare(left, right, &descends));
    rows.iter().flat_map(|(row, _)| results(reader, row.node, wanted)).collect()
}

/// What a row is in an answer: a page itself, and of a database in a wiki its data sources.
fn results(reader: &Reader<'_>, node: &Node, wanted: &Wanted<'_>) -> Vec<Id> {
    let is_trashed = reader.ws.is_trashed(node.id);
    match &node.body {
        Body::Database(database) if wanted.kind != Some("page") => {
            let source = |id: &Id| reader.ws.data_sources.get(id);
            let sources = database.data_sources.iter().filter_map(source);
            sources
                .filter(|source| (is_trashed || source.in_trash) == wanted.is_trashed)
                .map(|source| source.id)
                .collect()
        }
        Body::Page(_) if wanted.kind != Some("data_source") && is_trashed == wanted.is_trashed => vec![node.id],
        _ => Vec::new(),
    }
}

/// What a row is sorted by; empty values come last in either direction.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Empty,
    Number(f64),
    Text(String),
}

impl Key {
    fn compare(&self, other: &Self, descends: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Empty, Self::Empty) => return Ordering::Equal,
            (Self::Empty, _) => return Ordering::Greater,
            (_, Self::Empty) => return Ordering::Less,
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
            (Self::Text(left), Self::Text(right)) => {
                natural(&left.to_lowercase(), &right.to_lowercase()).then_with(|| left.cmp(right))
            }
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if descends { order.reverse() } else { order }
    }
}

/// Which of the sorts descend.
pub(super) fn descending(sorts: &[Value]) -> Vec<bool> {
    sorts.iter().map(|sort| sort.get("direction").and_then(Value::as_str) == Some("descending")).collect()
}

/// Text in the order of people: `Article 4` before `Article 10`.
fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let (one, other) = (run(left), run(right));
        if one.is_empty() || other.is_empty() {
            return one.len().cmp(&other.len());
        }
        let number = |text: &str| {
            let digits = text.trim_start_matches('0');
            text.starts_with(|c: char| c.is_ascii_digit()).then(|| (digits.len(), digits.to_owned()))
        };
        let order = match (number(one), number(other)) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one.cmp(other),
        };
        if order.is_ne() {
            return order;
        }
        (left, right) = (left.get(one.len()..).unwrap_or_default(), right.get(other.len()..).unwrap_or_default());
    }
}

/// The digits, or what is none, that a text begins with.
fn run(text: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit();
    let begins = text.starts_with(is_digit);
    let end = text.find(|c| is_digit(c) != begins).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The order by the first keys that differ.
pub(super) fn compare(left: &[Key], right: &[Key], descends: &[bool]) -> Ordering {
    let pairs = left.iter().zip(right).zip(descends);
    let mut orders = pairs.map(|((left, right), descends)| left.compare(right, *descends));
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn key(row: &Row<'_>, sort: &Value) -> Key {
    let stamp = |node: &Node, name: &str| {
        let at = if name == "created_time" { node.created.at } else { node.edited.at };
        Key::Number(floor_to_minute(at).as_second() as f64)
    };
    if let Some(name) = sort.get("timestamp").and_then(Value::as_str) {
        return stamp(row.node, name);
    }
    let column = sort.get("property").and_then(Value::as_str).and_then(|name| row.source.column(name));
    let Some(column) = column else { return Key::Empty };
    let value = row.value(column);
    match column.kind.as_str() {
        kind @ ("created_time" | "last_edited_time") => stamp(row.node, kind),
        // Options sort in the order of the column, not of the alphabet.
        "select" | "status" => {
            let id = value.get("id");
            column
                .options()
                .position(|option| option.get("id") == id)
                .filter(|_| id.is_some())
                .map_or(Key::Empty, |at| Key::Number(at as f64))
        }
        "formula" | "rollup" => {
            let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
            simple(value.get(kind).unwrap_or(&Value::Null))
        }
        "unique_id" => simple(value.get("number").unwrap_or(&Value::Null)),
        "people" | "created_by" | "last_edited_by" => {
            let first = value.get(0).unwrap_or(&value);
            simple(first.get("name").unwrap_or(&Value::Null))
        }
        "multi_select" | "files" => simple(value.get(0).and_then(|first| first.get("name")).unwrap_or(&Value::Null)),
        _ => simple(&value),
    }
}

fn simple(value: &Value) -> Key {
    match value {
        Value::Bool(flag) => Key::Number(f64::from(*flag)),
        Value::Number(number) => number.as_f64().map_or(Key::Empty, Key::Number),
        Value::Object(object) => object.get("start").map_or(Key::Empty, simple),
        Value::Null => Key::Empty,
        other => match filter::plain(other) {
            text if text.is_empty() => Key::Empty,
            text => Key::Text(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_text_are_sorted_as_numbers() {
        let mut titles = ["article 10", "article 4", "article 04b", "article", "b2", "b10", ""];
        titles.sort_by(|left, right| natural(left, right));
        assert_eq!(titles, ["", "article", "article 4", "article 04b", "article 10", "b2", "b10"]);
    }
}
