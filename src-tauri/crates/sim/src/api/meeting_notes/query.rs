//! Which notes of meetings a query finds, and in what order. What the request says was found well-formed before.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use crate::api::filter::{self, emptiness};
use crate::api::query::Key;
use crate::clock::{floor_to_minute, minute};
use crate::state::ids::{self, Id};
use crate::state::render::Reader;
use crate::state::time::Moment;
use crate::state::{Body, Connection, Node};

/// Notes as a query sees them.
pub(super) struct Notes<'a> {
    pub node: &'a Node,
    title: String,
    attendees: Vec<Id>,
}

impl<'a> Notes<'a> {
    /// The notes a block holds, if it holds any.
    pub fn of(reader: &Reader<'_>, node: &'a Node) -> Option<Self> {
        let Body::Block { kind, payload } = &node.body else { return None };
        if kind != "meeting_notes" {
            return None;
        }
        let title = payload.get("title").and_then(Value::as_array).map(|items| reader.plain(items));
        let attendees = payload.get("calendar_event").and_then(|event| event.get("attendees"));
        let attendees = attendees.and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            node,
            title: title.unwrap_or_default(),
            attendees: attendees.filter_map(|id| ids::parse(id.as_str()?)).collect(),
        })
    }

    /// Whether they are of a meeting of the connection's user: the person it acts for, or the bot. Without a list of attendees it was the
    /// meeting of whoever made them.
    pub fn concern(&self, connection: &Connection) -> bool {
        let is_user = |id: &Id| *id == connection.id || Some(*id) == connection.person();
        if self.attendees.is_empty() { is_user(&self.node.created.by) } else { self.attendees.iter().any(is_user) }
    }

    pub fn match_filter(&self, filter: &Value, now: Timestamp) -> bool {
        if let Some(property) = filter.get("property").and_then(Value::as_str) {
            return self.meet(property, filter.get("filter").unwrap_or(&Value::Null), now);
        }
        let parts = filter.get("filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        match filter.get("operator").and_then(Value::as_str) {
            Some("or") => parts.is_empty() || parts.iter().any(|part| self.match_filter(part, now)),
            _ => parts.iter().all(|part| self.match_filter(part, now)),
        }
    }

    fn meet(&self, property: &str, condition: &Value, now: Timestamp) -> bool {
        let operator = condition.get("operator").and_then(Value::as_str).unwrap_or_default();
        let value = condition.get("value").unwrap_or(&Value::Null);
        match property {
            "title" => text(operator, value, &self.title),
            "created_time" => time(operator, value, self.node.created.at, now),
            "last_edited_time" => time(operator, value, self.node.edited.at, now),
            "created_by" => people(operator, value, &[self.node.created.by]),
            "last_edited_by" => people(operator, value, &[self.node.edited.by]),
            _ => people(operator, value, &self.attendees),
        }
    }

    /// What the notes are sorted by: people by the name of the first of them.
    pub fn key(&self, reader: &Reader<'_>, property: &str) -> Key {
        let text = |text: String| if text.is_empty() { Key::Empty } else { Key::Text(text) };
        let name = |id: Option<&Id>| {
            let user = id.map(|id| reader.user(*id)).unwrap_or_default();
            text(user.get("name").and_then(Value::as_str).unwrap_or_default().to_owned())
        };
        match property {
            "title" => text(self.title.clone()),
            "created_time" => Key::Number(floor_to_minute(self.node.created.at).as_second() as f64),
            "last_edited_time" => Key::Number(floor_to_minute(self.node.edited.at).as_second() as f64),
            "created_by" => name(Some(&self.node.created.by)),
            "last_edited_by" => name(Some(&self.node.edited.by)),
            _ => name(self.attendees.first()),
        }
    }
}

fn text(operator: &str, value: &Value, title: &str) -> bool {
    let operator = match operator {
        "string_is" => "equals",
        "string_is_not" => "does_not_equal",
        other => other.strip_prefix("string_").unwrap_or(other),
    };
    filter::text(operator, value.get("value").and_then(Value::as_str).unwrap_or_default(), title)
}

fn people(operator: &str, value: &Value, found: &[Id]) -> bool {
    let named = value.as_array().into_iter().flatten();
    let mut named = named.filter_map(|one| one.pointer("/value/id")?.as_str()).filter_map(ids::parse);
    match operator {
        "person_contains" => named.any(|id| found.contains(&id)),
        "person_does_not_contain" => !named.any(|id| found.contains(&id)),
        _ => emptiness(operator, found.is_empty()),
    }
}

fn time(operator: &str, value: &Value, at: Timestamp, now: Timestamp) -> bool {
    let today = now.to_zoned_datetime(TimeZone::UTC).date();
    let inner = value.get("value").unwrap_or(&Value::Null);
    match operator {
        "date_is_within" | "date_is_relative_to" => {
            let day = at.to_zoned_datetime(TimeZone::UTC).date();
            span(value, inner, today).is_some_and(|(first, last)| (first..=last).contains(&day))
        }
        _ => {
            let operator = match operator {
                "date_is" => "equals",
                other => other.strip_prefix("date_is_").unwrap_or(other),
            };
            filter::date(operator, &point(inner), &json!(minute(at)), now)
        }
    }
}

/// A day or an instant as a filter of a query has it.
fn point(value: &Value) -> Value {
    let Some(day) = value.get("start_date").and_then(Value::as_str) else { return value.clone() };
    let clock = value.get("start_time").and_then(Value::as_str);
    let (Some("datetime"), Some(clock)) = (value.get("type").and_then(Value::as_str), clock) else { return day.into() };
    let zone = value.get("time_zone").and_then(Value::as_str).and_then(|name| TimeZone::get(name).ok());
    let moment = Moment::parse_in(&format!("{day}T{clock}"), &zone.unwrap_or(TimeZone::UTC));
    moment.map(|moment| moment.instant().to_string()).into()
}

/// The days of a span, both ends in.
fn span(value: &Value, inner: &Value, today: Date) -> Option<(Date, Date)> {
    let Some(name) = inner.as_str() else {
        let day = |key: &str| inner.get(key).and_then(Value::as_str).and_then(Moment::parse).map(|moment| moment.day());
        let first = day("start_date")?;
        return Some((first, day("end_date").unwrap_or(first)));
    };
    let count = value.get("count").and_then(Value::as_i64).unwrap_or_default();
    let length = match value.get("unit").and_then(Value::as_str) {
        Some("week") => Span::new().try_weeks(count),
        Some("month") => Span::new().try_months(count),
        Some("year") => Span::new().try_years(count),
        _ => Span::new().try_days(count),
    };
    let (before, after) = match (name, value.get("direction").and_then(Value::as_str)) {
        ("surrounding", _) => (true, true),
        ("custom", Some("future")) => (false, true),
        ("custom", _) => (true, false),
        _ => return filter::span(name.strip_prefix("the_").unwrap_or(name), today),
    };
    let length = length.ok()?;
    let first = if before { today.checked_sub(length).ok()? } else { today };
    let last = if after { today.checked_add(length).ok()? } else { today };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-23T10:00:30Z";

    fn on(operator: &str, value: Value, at: &str) -> bool {
        time(operator, &value, at.parse().unwrap(), NOW.parse().unwrap())
    }

    #[test]
    fn a_span_is_named_counted_or_exact() {
        let within = |value: Value, at: &str| on("date_is_within", value, at);
        let named = |name: &str| json!({ "type": "relative", "value": name });
        assert!(within(named("the_past_week"), "2026-11-16T00:00:00Z"));
        assert!(!within(named("the_past_week"), "2026-11-15T23:59:00Z"));
        assert!(within(named("the_next_month"), "2026-12-23T10:00:00Z"));
        assert!(!within(named("this_week"), "2026-11-29T10:00:00Z"));
        let counted = |name: &str, direction: &str| json!({ "type": "relative", "value": name, "direction": direction, "unit": "day", "count": 3 });
        assert!(within(counted("custom", "past"), "2026-11-20T10:00:00Z"));
        assert!(!within(counted("custom", "past"), "2026-11-24T10:00:00Z"));
        assert!(within(counted("custom", "future"), "2026-11-26T10:00:00Z"));
        assert!(!within(counted("custom", "future"), "2026-11-27T10:00:00Z"));
        assert!(within(counted("surrounding", "past"), "2026-11-26T10:00:00Z"));
        let days = |range: Value| json!({ "type": "exact", "value": range });
        let range = days(json!({ "type": "daterange", "start_date": "2026-11-01", "end_date": "2026-11-02" }));
        assert!(within(range.clone(), "2026-11-02T23:59:00Z"));
        assert!(!within(range, "2026-11-03T00:00:00Z"));
        let one = days(json!({ "type": "daterange", "start_date": "2026-11-01" }));
        assert!(!within(one, "2026-11-02T00:00:00Z"));
    }

    #[test]
    fn a_point_is_a_word_a_day_or_an_instant_in_its_zone() {
        let today = json!({ "type": "relative", "value": "today" });
        assert!(on("date_is", today.clone(), "2026-11-23T23:00:00Z"));
        assert!(!on("date_is_before", today, "2026-11-23T00:00:00Z"));
        let exact = |value: Value| json!({ "type": "exact", "value": value });
        let day = exact(json!({ "type": "date", "start_date": "2026-11-20", "start_time": "12:00" }));
        assert!(on("date_is", day, "2026-11-20T08:00:00Z"));
        let tokyo =
            json!({ "type": "datetime", "start_date": "2026-11-20", "start_time": "09:30", "time_zone": "Asia/Tokyo" });
        assert!(on("date_is_on_or_after", exact(tokyo.clone()), "2026-11-20T00:30:00Z"));
        assert!(!on("date_is_after", exact(tokyo), "2026-11-20T00:30:00Z"));
        assert!(!on("is_empty", Value::Null, NOW));
    }
}
