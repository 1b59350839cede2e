//! Filters of a query, evaluated on values as they are read.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;

use crate::clock::floor_to_minute;
use crate::error::ApiError;
use crate::state::column::Column;
use crate::state::ids;
use crate::state::render::{Extent, Reader};
use crate::state::rollup::is_empty;
use crate::state::time::Moment;
use crate::state::{Body, Connection, DataSource, Node, Page};

/// Text kinds may be filtered as one another, as people do.
const TEXT_KINDS: [&str; 5] = ["title", "rich_text", "url", "email", "phone_number"];

/// Refuses filters on properties that are not there or of another kind.
pub(super) fn check(filter: &Value, source: &DataSource, connection: &Connection) -> Result<(), ApiError> {
    for list in ["and", "or"] {
        if let Some(parts) = filter.get(list).and_then(Value::as_array) {
            return parts.iter().try_for_each(|part| check(part, source, connection));
        }
    }
    let Some(name) = filter.get("property").and_then(Value::as_str) else { return Ok(()) };
    let column = source
        .column(name)
        .ok_or_else(|| ApiError::validation(format!("Could not find property with name or id: {name}")))?;
    let kind = filter_kind(filter);
    let is_same = kind == column.kind || (TEXT_KINDS.contains(&kind) && TEXT_KINDS.contains(&column.kind.as_str()));
    if is_same {
        // Nobody stands behind an internal connection.
        if connection.person().is_none() && names_me(filter.get(kind)) {
            return Err(ApiError::validation("The \"me\" filter value is not supported for internal integrations."));
        }
        return Ok(());
    }
    Err(ApiError::validation(format!("database property {} does not match filter {kind}", column.kind)))
}

fn names_me(condition: Option<&Value>) -> bool {
    condition.and_then(Value::as_object).is_some_and(|ops| ops.values().any(|operand| operand == "me"))
}

fn filter_kind(filter: &Value) -> &str {
    filter
        .as_object()
        .and_then(|object| {
            object.keys().map(String::as_str).find(|key| !matches!(*key, "property" | "type" | "timestamp"))
        })
        .unwrap_or_default()
}

/// One row to test.
pub(super) struct Row<'a> {
    pub reader: &'a Reader<'a>,
    pub source: &'a DataSource,
    pub node: &'a Node,
    pub page: Cow<'a, Page>,
}

impl<'a> Row<'a> {
    /// A row of a data source, if the node can be one. A database in a wiki has a title and stamps; what else the wiki keeps of it, the API
    /// does not show.
    pub fn of(reader: &'a Reader<'a>, source: &'a DataSource, node: &'a Node) -> Option<Self> {
        let page = match &node.body {
            Body::Page(page) => Cow::Borrowed(page.as_ref()),
            Body::Database(database) => Cow::Owned(Page { title: database.title.clone(), ..Page::default() }),
            Body::Block { .. } => return None,
        };
        Some(Self { reader, source, node, page })
    }
}

impl Row<'_> {
    pub fn value(&self, column: &Column) -> Value {
        self.reader.value(self.node, &self.page, column, Extent::Full)
    }

    pub fn matches(&self, filter: &Value) -> bool {
        let parts = |key: &str| filter.get(key).and_then(Value::as_array);
        if let Some(parts) = parts("and") {
            return parts.iter().all(|part| self.matches(part));
        }
        if let Some(parts) = parts("or") {
            return parts.is_empty() || parts.iter().any(|part| self.matches(part));
        }
        if let Some(stamp) = filter.get("timestamp").and_then(Value::as_str) {
            let at = if stamp == "created_time" { self.node.created.at } else { self.node.edited.at };
            let value = crate::clock::minute(at).into();
            return filter.get(stamp).is_none_or(|condition| self.holds("date", condition, &value));
        }
        let column = filter.get("property").and_then(Value::as_str).and_then(|name| self.source.column(name));
        let kind = filter_kind(filter);
        match (column, filter.get(kind)) {
            (Some(column), Some(condition)) => self.holds(kind, condition, &self.value(column)),
            _ => false,
        }
    }

    /// Whether a value of a kind meets a condition (`{op: operand}`).
    fn holds(&self, kind: &str, condition: &Value, value: &Value) -> bool {
        let Some((op, operand)) = condition.as_object().and_then(|ops| ops.iter().find(|(key, _)| *key != "type"))
        else {
            return true;
        };
        match kind {
            "formula" => formula(self, op, operand, value),
            "rollup" => rollup(self, op, operand, value),
            "checkbox" => equality(op, value == operand),
            "number" => number(op, operand.as_f64(), value.as_f64()),
            "unique_id" => number(op, operand.as_f64(), value.get("number").and_then(Value::as_f64)),
            "select" | "status" => choice(op, operand, value.get("name")),
            "multi_select" => one_of_many(op, operand, value, "name"),
            "people" | "relation" => one_of_many(op, &self.person(operand), value, "id"),
            "created_by" | "last_edited_by" => {
                one_of_many(op, &self.person(operand), &Value::Array(vec![value.clone()]), "id")
            }
            "files" => emptiness(op, is_empty(value)),
            "verification" => {
                let state =
                    value.get("state").and_then(Value::as_str).filter(|state| *state != "unverified").unwrap_or("none");
                equality(if op == "status" { "equals" } else { op }, operand == state)
            }
            "date" | "created_time" | "last_edited_time" => date(op, operand, value, self.reader.now),
            _ => text(op, operand.as_str().unwrap_or_default(), &plain(value)),
        }
    }

    /// `me` is whoever asks; ids are compared in one spelling.
    fn person(&self, operand: &Value) -> Value {
        match operand.as_str() {
            Some("me") => self.reader.connection.person().map(|id| id.to_string()).into(),
            Some(id) => ids::parse(id).map_or_else(|| operand.clone(), |id| id.to_string().into()),
            None => operand.clone(),
        }
    }
}

/// The text of a read value.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(|item| item.get("plain_text").and_then(Value::as_str)).collect(),
        _ => String::new(),
    }
}

pub(super) fn emptiness(op: &str, is_empty: bool) -> bool {
    if op == "is_empty" { is_empty } else { !is_empty }
}

fn equality(op: &str, is_equal: bool) -> bool {
    if op == "equals" { is_equal } else { !is_equal }
}

pub(super) fn text(op: &str, operand: &str, value: &str) -> bool {
    let (operand, value) = (operand.to_lowercase(), value.to_lowercase());
    match op {
        "equals" => value == operand,
        "does_not_equal" => value != operand,
        "contains" => value.contains(&operand),
        "does_not_contain" => !value.contains(&operand),
        "starts_with" => value.starts_with(&operand),
        "ends_with" => value.ends_with(&operand),
        _ => emptiness(op, value.is_empty()),
    }
}

fn number(op: &str, operand: Option<f64>, value: Option<f64>) -> bool {
    let compare =
        |holds: fn(f64, f64) -> bool| value.zip(operand).is_some_and(|(value, operand)| holds(value, operand));
    match op {
        "equals" => compare(|value, operand| value == operand),
        "does_not_equal" => value != operand,
        "greater_than" => compare(|value, operand| value > operand),
        "less_than" => compare(|value, operand| value < operand),
        "greater_than_or_equal_to" => compare(|value, operand| value >= operand),
        "less_than_or_equal_to" => compare(|value, operand| value <= operand),
        _ => emptiness(op, value.is_none()),
    }
}

/// A name, or any of several.
fn wanted(operand: &Value) -> Vec<&str> {
    match operand {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn choice(op: &str, operand: &Value, name: Option<&Value>) -> bool {
    let name = name.and_then(Value::as_str);
    match op {
        "equals" | "does_not_equal" => equality(op, name.is_some_and(|name| wanted(operand).contains(&name))),
        _ => emptiness(op, name.is_none()),
    }
}

fn one_of_many(op: &str, operand: &Value, value: &Value, key: &str) -> bool {
    let items: Vec<&str> = value.as_array().into_iter().flatten().filter_map(|item| item.get(key)?.as_str()).collect();
    let has = || wanted(operand).iter().any(|wanted| items.contains(wanted));
    match op {
        "contains" => has(),
        "does_not_contain" => !has(),
        _ => emptiness(op, items.is_empty()),
    }
}

fn formula(row: &Row<'_>, kind: &str, condition: &Value, value: &Value) -> bool {
    let result = value.get("type").and_then(Value::as_str).and_then(|kind| value.get(kind)).unwrap_or(&Value::Null);
    row.holds(if kind == "string" { "rich_text" } else { kind }, condition, result)
}

fn rollup(row: &Row<'_>, quantifier: &str, condition: &Value, value: &Value) -> bool {
    match quantifier {
        "number" | "date" => row.holds(quantifier, condition, value.get(quantifier).unwrap_or(&Value::Null)),
        _ => {
            let Some((kind, condition)) = condition.as_object().and_then(|object| object.iter().next()) else {
                return false;
            };
            let items = value.get("array").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            // Titles are asked for as the texts they are.
            let title = |item: &Value| if kind == "rich_text" { item.get("title").cloned() } else { None };
            let holds = |item: &Value| {
                let value = item.get(kind).cloned().or_else(|| title(item)).unwrap_or_default();
                row.holds(kind, condition, &value)
            };
            match quantifier {
                "any" => items.iter().any(holds),
                "every" => !items.is_empty() && items.iter().all(holds),
                _ => !items.iter().any(holds),
            }
        }
    }
}

/// Days are compared as days; an instant only with an instant, by the minute.
pub(super) fn date(op: &str, operand: &Value, value: &Value, now: Timestamp) -> bool {
    let start = value.as_str().or_else(|| value.get("start").and_then(Value::as_str)).and_then(Moment::parse);
    if matches!(op, "is_empty" | "is_not_empty") {
        return emptiness(op, start.is_none());
    }
    let Some(start) = start else { return false };
    let today = now.to_zoned_datetime(TimeZone::UTC).date();
    if let Some((first, last)) = span(op, today) {
        return (first..=last).contains(&start.day());
    }
    let point =
        operand.as_str().and_then(|text| relative(text, today).map(Moment::Day).or_else(|| Moment::parse(text)));
    let order = match point {
        Some(Moment::Day(day)) => start.day().cmp(&day),
        Some(Moment::Instant(at)) => floor_to_minute(start.instant()).cmp(&floor_to_minute(at.timestamp())),
        None => return false,
    };
    match op {
        "equals" => order.is_eq(),
        "before" => order.is_lt(),
        "after" => order.is_gt(),
        "on_or_before" => order.is_le(),
        "on_or_after" => order.is_ge(),
        _ => false,
    }
}

fn relative(word: &str, today: Date) -> Option<Date> {
    let span = match word {
        "today" => Span::new(),
        "tomorrow" => Span::new().days(1),
        "yesterday" => Span::new().days(-1),
        "one_week_ago" => Span::new().weeks(-1),
        "one_week_from_now" => Span::new().weeks(1),
        "one_month_ago" => Span::new().months(-1),
        "one_month_from_now" => Span::new().months(1),
        _ => return None,
    };
    today.checked_add(span).ok()
}

/// The days a span's name means, both ends in.
pub(super) fn span(name: &str, today: Date) -> Option<(Date, Date)> {
    let to = |span: Span| today.checked_add(span).ok();
    Some(match name {
        "this_week" => {
            let since_sunday = i64::from(today.weekday().since(Weekday::Sunday));
            (to(Span::new().days(-since_sunday))?, to(Span::new().days(6 - since_sunday))?)
        }
        "past_week" => (to(Span::new().weeks(-1))?, today),
        "past_month" => (to(Span::new().months(-1))?, today),
        "past_year" => (to(Span::new().years(-1))?, today),
        "next_week" => (today, to(Span::new().weeks(1))?),
        "next_month" => (today, to(Span::new().months(1))?),
        "next_year" => (today, to(Span::new().years(1))?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn on(op: &str, operand: Value, start: &str) -> bool {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        date(op, &operand, &json!({ "start": start }), now)
    }

    #[test]
    fn days_are_compared_as_days_and_instants_as_instants() {
        assert!(on("equals", json!("2026-11-23"), "2026-11-23T23:59:00.000+00:00"));
        assert!(!on("after", json!("2026-11-23"), "2026-11-23T23:59:00.000+00:00"));
        assert!(on("after", json!("2026-11-23T12:00:00Z"), "2026-11-23T12:01:00.000+00:00"));
        assert!(on("before", json!("2026-11-24"), "2026-11-23"));
    }

    #[test]
    fn words_stand_for_days_around_today() {
        assert!(on("equals", json!("yesterday"), "2026-11-22"));
        assert!(on("past_week", json!({}), "2026-11-16"));
        assert!(!on("past_week", json!({}), "2026-11-15"));
        assert!(on("this_week", json!({}), "2026-11-28"));
        assert!(!on("this_week", json!({}), "2026-11-29"));
    }

    #[test]
    fn an_empty_number_is_not_equal_and_not_less() {
        assert!(number("does_not_equal", Some(1.0), None));
        assert!(!number("less_than", Some(1.0), None));
        assert!(number("is_empty", None, None));
    }
}
