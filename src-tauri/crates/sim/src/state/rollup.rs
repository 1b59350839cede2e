//! Rollups: what the related rows' values come to. Formulas are not computed.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::column::Column;
use super::ids;
use super::render::{Extent, Reader};
use super::time::Moment;
use super::{Node, Page};
use crate::limits;

impl Reader<'_> {
    /// The read value of a rollup: `{type, <type>, function}`.
    pub(super) fn rollup(&self, page: &Page, column: &Column) -> Value {
        let function = column.setting("function");
        let result = self.rolled_values(page, column, limits::REFERENCES).map(|values| aggregate(function, &values));
        let (kind, value) = result.unwrap_or(("unsupported", json!({})));
        json!({ "type": kind, kind: value, "function": function })
    }

    /// Each related row's value, as `{type, <type>}`.
    pub fn rolled_values(&self, page: &Page, column: &Column, most: usize) -> Option<Vec<Value>> {
        let relation_id = column.setting("relation_property_id");
        let related: Vec<(&Node, &Page)> = page
            .values
            .get(relation_id)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|id| self.ws.page(ids::parse(id.as_str()?)?))
            .filter(|(node, _)| !self.ws.is_trashed(node.id) && self.ws.sees(self.connection, node.id))
            .take(most)
            .collect();
        let Some((first, _)) = related.first() else { return Some(Vec::new()) };
        let target = self.ws.data_source_of(first)?;
        let rolled = target.columns.iter().find(|c| c.id == column.setting("rollup_property_id"))?;
        // A rollup of a rollup is not computed further.
        if rolled.kind == "rollup" {
            return None;
        }
        let value = |(node, page): &(&Node, &Page)| {
            let value = self.value(node, page, rolled, Extent::Inline);
            json!({ "type": rolled.kind, rolled.kind.clone(): value })
        };
        Some(related.iter().map(value).collect())
    }
}

fn inner(value: &Value) -> &Value {
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    value.get(kind).unwrap_or(&Value::Null)
}

/// Whether a read value counts as empty. A checkbox is empty when it is not checked.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// A number out of a read value: numbers themselves and formulas that come to one.
fn number(value: &Value) -> Option<f64> {
    inner(value).as_f64().or_else(|| inner(value).get("number").and_then(Value::as_f64))
}

/// The ends of a read value's date.
fn dates(value: &Value) -> Vec<(Timestamp, String)> {
    let found = inner(value);
    let found = found.get("date").unwrap_or(found);
    let texts = match found {
        Value::String(text) => vec![text.as_str()],
        other => ["start", "end"].iter().filter_map(|key| other.get(key).and_then(Value::as_str)).collect(),
    };
    texts.into_iter().filter_map(|text| Some((Moment::parse(text)?.instant(), text.to_owned()))).collect()
}

fn aggregate(function: &str, values: &[Value]) -> (&'static str, Value) {
    let number_result = |number: Option<f64>| ("number", number.map_or(Value::Null, as_json));
    let total = values.len() as f64;
    let share = |part: usize| number_result(Some(if values.is_empty() { 0.0 } else { part as f64 / total }));
    let filled = values.iter().filter(|value| !is_empty(inner(value))).count();
    let mut numbers: Vec<f64> = values.iter().filter_map(number).collect();
    numbers.sort_by(f64::total_cmp);
    let (least, most) = (numbers.first().copied(), numbers.last().copied());
    let mut moments: Vec<(Timestamp, String)> = values.iter().flat_map(dates).collect();
    moments.sort();
    let date_result = |found: Option<&(Timestamp, String)>| {
        ("date", found.map_or(Value::Null, |(_, text)| json!({ "start": text, "end": null, "time_zone": null })))
    };
    match function {
        "count" => number_result(Some(total)),
        "count_values" => number_result(Some(values.iter().map(|value| width(inner(value))).sum::<usize>() as f64)),
        "empty" | "unchecked" => number_result(Some((values.len() - filled) as f64)),
        "not_empty" | "checked" => number_result(Some(filled as f64)),
        "percent_empty" | "percent_unchecked" => share(values.len() - filled),
        "percent_not_empty" | "percent_checked" => share(filled),
        "unique" => number_result(Some(distinct(values).len() as f64)),
        "sum" => number_result(Some(numbers.iter().sum())),
        "average" => number_result((!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)),
        "median" => number_result(median(&numbers)),
        "min" => number_result(least),
        "max" => number_result(most),
        "range" => number_result(least.zip(most).map(|(least, most)| most - least)),
        "earliest_date" => date_result(moments.first()),
        "latest_date" => date_result(moments.last()),
        "date_range" => match (moments.first(), moments.last()) {
            (Some((_, first)), Some((_, last))) => ("date", json!({ "start": first, "end": last, "time_zone": null })),
            _ => ("date", Value::Null),
        },
        "show_original" => ("array", values.to_vec().into()),
        "show_unique" => ("array", distinct(values).into()),
        _ => ("unsupported", json!({})),
    }
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

fn distinct(values: &[Value]) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    for value in values {
        if !is_empty(inner(value)) && !seen.contains(value) {
            seen.push(value.clone());
        }
    }
    seen
}

/// How many values a value is: a list of three counts three.
fn width(value: &Value) -> usize {
    match value {
        Value::Array(items) if items.iter().all(|item| item.get("plain_text").is_some()) => {
            usize::from(!items.is_empty())
        }
        Value::Array(items) => items.len(),
        other => usize::from(!is_empty(other)),
    }
}

/// Whole numbers are written without a fraction.
pub(crate) fn as_json(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9.0e15 { json!(number as i64) } else { json!(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(given: &[f64]) -> Vec<Value> {
        given.iter().map(|number| json!({ "type": "number", "number": number })).collect()
    }

    #[test]
    fn numbers_come_to_what_their_function_says() {
        let values = numbers(&[4.0, 1.0, 2.5]);
        assert_eq!(aggregate("sum", &values), ("number", json!(7.5)));
        assert_eq!(aggregate("median", &values), ("number", json!(2.5)));
        assert_eq!(aggregate("range", &values), ("number", json!(3)));
        assert_eq!(aggregate("average", &[]), ("number", Value::Null));
        assert_eq!(aggregate("count", &values), ("number", json!(3)));
    }

    #[test]
    fn checkboxes_count_as_empty_when_unchecked() {
        let values =
            vec![json!({"type": "checkbox", "checkbox": true}), json!({"type": "checkbox", "checkbox": false})];
        assert_eq!(aggregate("percent_checked", &values), ("number", json!(0.5)));
        assert_eq!(aggregate("unchecked", &values), ("number", json!(1)));
    }

    #[test]
    fn dates_span_from_first_to_last() {
        let values = vec![
            json!({"type": "date", "date": {"start": "2026-03-01", "end": null, "time_zone": null}}),
            json!({"type": "date", "date": {"start": "2026-01-05", "end": "2026-01-09", "time_zone": null}}),
        ];
        assert_eq!(
            aggregate("date_range", &values).1,
            json!({"start": "2026-01-05", "end": "2026-03-01", "time_zone": null})
        );
    }
}
