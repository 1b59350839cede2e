//! Shapes of a query of meeting notes. What a filter may say depends on its property; `and` and `or` nest two levels below the first.

use std::sync::Arc;

use super::filter::RELATIVE;
use super::{Field, Shape, any_text, list, optional, required};
use crate::limits;

/// Spans of days around today, by name.
const SPANS: &[&str] = &[
    "the_next_month",
    "the_next_week",
    "the_next_year",
    "the_past_month",
    "the_past_week",
    "the_past_year",
    "this_week",
];
/// Spans that are counted in a unit.
const COUNTED: &[&str] = &["custom", "surrounding"];
const TEXT_OPERATORS: &[&str] = &[
    "string_is",
    "string_is_not",
    "string_contains",
    "string_does_not_contain",
    "string_starts_with",
    "string_ends_with",
];
const POINT_OPERATORS: &[&str] =
    &["date_is", "date_is_before", "date_is_after", "date_is_on_or_before", "date_is_on_or_after"];
const SPAN_OPERATORS: &[&str] = &["date_is_within", "date_is_relative_to"];
const PERSON_OPERATORS: &[&str] = &["person_contains", "person_does_not_contain"];

pub(crate) fn query() -> Shape {
    let sort = Shape::Object(vec![
        required(
            "property",
            Shape::OneOf(&["title", "attendees", "created_time", "created_by", "last_edited_time", "last_edited_by"]),
        ),
        required("direction", Shape::OneOf(&["ascending", "descending"])),
    ]);
    Shape::Object(vec![
        optional("filter", filter()),
        optional("sort", list(sort)),
        optional("limit", Shape::Integer { min: 1, max: limits::MEETING_NOTES as i64 }),
    ])
}

/// A condition, or conditions combined; the outermost combination may do without any.
fn filter() -> Shape {
    let combined = Shape::Object(vec![
        required("operator", Shape::OneOf(&["and", "or"])),
        optional("filters", list(node(limits::FILTER_NESTING))),
    ]);
    Shape::Keyed(vec![("property", Arc::new(condition())), ("operator", Arc::new(combined))])
}

fn node(levels: usize) -> Shape {
    let mut kinds = vec![("property", Arc::new(condition()))];
    if levels > 0 {
        let combined = Shape::Object(vec![
            required("operator", Shape::OneOf(&["and", "or"])),
            required("filters", list(node(levels - 1))),
        ]);
        kinds.push(("operator", Arc::new(combined)));
    }
    Shape::Keyed(kinds)
}

fn condition() -> Shape {
    let on = |property: &'static str, operators: Vec<(&'static str, Vec<Field>)>| {
        (property, vec![required("filter", Shape::Chosen { by: "operator", variants: operators })])
    };
    Shape::Chosen {
        by: "property",
        variants: vec![
            on("title", with_emptiness(operators(TEXT_OPERATORS, &text()))),
            on("created_time", dates()),
            on("last_edited_time", dates()),
            on("created_by", with_emptiness(operators(PERSON_OPERATORS, &people()))),
            on("last_edited_by", with_emptiness(operators(PERSON_OPERATORS, &people()))),
            on("attendees", with_emptiness(operators(PERSON_OPERATORS, &people()))),
        ],
    }
}

fn operators(names: &[&'static str], value: &Shape) -> Vec<(&'static str, Vec<Field>)> {
    names.iter().map(|name| (*name, vec![required("value", value.clone())])).collect()
}

fn with_emptiness(mut operators: Vec<(&'static str, Vec<Field>)>) -> Vec<(&'static str, Vec<Field>)> {
    operators.extend([("is_empty", Vec::new()), ("is_not_empty", Vec::new())]);
    operators
}

fn text() -> Shape {
    Shape::Object(vec![required("type", Shape::OneOf(&["exact"])), required("value", any_text())])
}

/// A list, also of one.
fn people() -> Shape {
    let user = Shape::Object(vec![required("table", Shape::OneOf(&["notion_user"])), required("id", Shape::Uuid)]);
    list(Shape::Object(vec![required("type", Shape::OneOf(&["exact"])), required("value", user)]))
}

fn dates() -> Vec<(&'static str, Vec<Field>)> {
    let mut all = operators(POINT_OPERATORS, &point());
    all.extend(operators(SPAN_OPERATORS, &span()));
    with_emptiness(all)
}

fn point() -> Shape {
    let fields = || {
        vec![
            required("start_date", Shape::Date),
            optional("start_time", Shape::TimeOfDay),
            optional("time_zone", Shape::TimeZone),
        ]
    };
    let exact = Shape::Chosen { by: "type", variants: vec![("date", fields()), ("datetime", fields())] };
    Shape::Chosen {
        by: "type",
        variants: vec![
            ("relative", vec![required("value", Shape::OneOf(RELATIVE))]),
            ("exact", vec![required("value", exact)]),
        ],
    }
}

fn span() -> Shape {
    let direction = || optional("direction", Shape::OneOf(&["past", "future"]));
    let unit = Shape::OneOf(&["day", "week", "month", "year"]);
    let count = Shape::Integer { min: 1, max: i64::from(i32::MAX) };
    let of_type = |name: &'static [&'static str], value: Shape, more: Vec<Field>| {
        let mut fields = vec![required("type", Shape::OneOf(name)), required("value", value), direction()];
        fields.extend(more);
        Shape::Object(fields)
    };
    let loose = || vec![optional("unit", unit.clone()), optional("count", count.clone())];
    let counted = vec![required("unit", unit.clone()), required("count", count.clone())];
    let days = Shape::Chosen {
        by: "type",
        variants: vec![("daterange", vec![required("start_date", Shape::Date), optional("end_date", Shape::Date)])],
    };
    Shape::Either(vec![
        of_type(&["exact"], days, loose()),
        of_type(&["relative"], Shape::OneOf(SPANS), loose()),
        of_type(&["relative"], Shape::OneOf(COUNTED), counted),
    ])
}
