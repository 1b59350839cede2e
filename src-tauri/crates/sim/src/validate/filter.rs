//! Shapes of filters and sorts of a query. Which property a filter names is looked up later.

use std::sync::Arc;

use super::{Field, Shape, any_text, empty, list, optional, required};
use crate::limits;

const DIRECTIONS: &[&str] = &["ascending", "descending"];
const TEXT_KINDS: &[&str] = &["title", "rich_text", "url", "email", "phone_number"];
const DATE_KINDS: &[&str] = &["date", "created_time", "last_edited_time"];
const PERSON_KINDS: &[&str] = &["people", "created_by", "last_edited_by"];

/// Words a date filter takes instead of a date.
pub(crate) const RELATIVE: &[&str] =
    &["today", "tomorrow", "yesterday", "one_week_ago", "one_week_from_now", "one_month_ago", "one_month_from_now"];

pub(crate) fn filter() -> Shape {
    above(limits::FILTER_NESTING)
}

fn above(levels: usize) -> Shape {
    let property = || {
        let mut variants = property_filters();
        variants.push(required(
            "formula",
            one_of(vec![
                required("string", text_ops()),
                required("checkbox", checkbox_ops()),
                required("number", number_ops()),
                required("date", date_ops()),
            ]),
        ));
        let inner = || one_of(property_filters());
        variants.push(required(
            "rollup",
            one_of(vec![
                required("any", inner()),
                required("none", inner()),
                required("every", inner()),
                required("date", date_ops()),
                required("number", number_ops()),
            ]),
        ));
        Shape::Tagged { common: vec![required("property", any_text())], variants }
    };
    let stamp = |name: &'static str| (name, vec![required(name, date_ops()), optional("type", any_text())]);
    let timestamp = Shape::Chosen { by: "timestamp", variants: vec![stamp("created_time"), stamp("last_edited_time")] };
    let mut kinds = Vec::new();
    if levels > 0 {
        let inner = above(levels - 1);
        kinds.push(("or", Shape::Object(vec![required("or", list(inner.clone()))])));
        kinds.push(("and", Shape::Object(vec![required("and", list(inner))])));
    }
    kinds.push(("timestamp", timestamp));
    kinds.push(("property", property()));
    Shape::Keyed(kinds.into_iter().map(|(key, shape)| (key, Arc::new(shape))).collect())
}

pub(crate) fn sorts() -> Shape {
    let direction = || required("direction", Shape::OneOf(DIRECTIONS));
    list(Shape::Keyed(vec![
        ("property", Arc::new(Shape::Object(vec![required("property", any_text()), direction()]))),
        (
            "timestamp",
            Arc::new(Shape::Object(vec![
                required("timestamp", Shape::OneOf(&["created_time", "last_edited_time"])),
                direction(),
            ])),
        ),
    ]))
}

fn property_filters() -> Vec<Field> {
    let mut variants: Vec<Field> = TEXT_KINDS.iter().map(|kind| required(kind, text_ops())).collect();
    variants.push(required("number", number_ops()));
    variants.push(required("unique_id", number_ops()));
    variants.push(required("checkbox", checkbox_ops()));
    variants.push(required("select", choice_ops("equals", "does_not_equal")));
    variants.push(required("status", choice_ops("equals", "does_not_equal")));
    variants.push(required("multi_select", choice_ops("contains", "does_not_contain")));
    variants.extend(DATE_KINDS.iter().map(|kind| required(kind, date_ops())));
    let user = || Shape::Either(vec![Shape::Uuid, Shape::OneOf(&["me"])]);
    variants.extend(PERSON_KINDS.iter().map(|kind| {
        required(kind, one_of(with_emptiness(vec![required("contains", user()), required("does_not_contain", user())])))
    }));
    variants.push(required(
        "relation",
        one_of(with_emptiness(vec![required("contains", Shape::Uuid), required("does_not_contain", Shape::Uuid)])),
    ));
    variants.push(required("files", one_of(with_emptiness(Vec::new()))));
    variants.push(required(
        "verification",
        one_of(vec![
            required("status", Shape::OneOf(&["verified", "expired", "none"])),
            required("does_not_equal", Shape::OneOf(&["verified", "expired", "none"])),
        ]),
    ));
    variants
}

/// Exactly one condition.
fn one_of(variants: Vec<Field>) -> Shape {
    Shape::Tagged { common: Vec::new(), variants }
}

fn with_emptiness(mut variants: Vec<Field>) -> Vec<Field> {
    variants.push(required("is_empty", Shape::True));
    variants.push(required("is_not_empty", Shape::True));
    variants
}

fn text_ops() -> Shape {
    let ops = ["equals", "does_not_equal", "contains", "does_not_contain", "starts_with", "ends_with"];
    one_of(with_emptiness(ops.iter().map(|op| required(op, any_text())).collect()))
}

fn number_ops() -> Shape {
    let ops =
        ["equals", "does_not_equal", "greater_than", "less_than", "greater_than_or_equal_to", "less_than_or_equal_to"];
    one_of(with_emptiness(ops.iter().map(|op| required(op, Shape::Number)).collect()))
}

fn checkbox_ops() -> Shape {
    one_of(vec![required("equals", Shape::Boolean), required("does_not_equal", Shape::Boolean)])
}

fn choice_ops(yes: &'static str, no: &'static str) -> Shape {
    let names = || Shape::ListOr { list: Arc::new(list(any_text())), other: Arc::new(any_text()) };
    one_of(with_emptiness(vec![required(yes, names()), required(no, names())]))
}

fn date_ops() -> Shape {
    let point = || Shape::Either(vec![Shape::Date, Shape::OneOf(RELATIVE)]);
    let mut variants: Vec<Field> =
        ["equals", "before", "after", "on_or_before", "on_or_after"].iter().map(|op| required(op, point())).collect();
    let spans = ["this_week", "past_week", "past_month", "past_year", "next_week", "next_month", "next_year"];
    variants.extend(spans.iter().map(|span| required(span, empty())));
    one_of(with_emptiness(variants))
}

/// `filter` and `sort` of a search.
pub(crate) fn search() -> Vec<Field> {
    vec![
        optional("query", any_text()),
        optional(
            "filter",
            Shape::Either(vec![
                Shape::Object(vec![
                    required("property", Shape::OneOf(&["object"])),
                    required("value", Shape::OneOf(&["page", "data_source"])),
                    optional("in_trash", Shape::Boolean),
                ]),
                Shape::Object(vec![required("in_trash", Shape::Boolean)]),
            ]),
        ),
        optional(
            "sort",
            Shape::Keyed(vec![
                (
                    "timestamp",
                    Arc::new(Shape::Object(vec![
                        required("timestamp", Shape::OneOf(&["last_edited_time"])),
                        required("direction", Shape::OneOf(DIRECTIONS)),
                    ])),
                ),
                ("property", Arc::new(Shape::Object(vec![required("property", Shape::OneOf(&["relevance"]))]))),
            ]),
        ),
        optional("start_cursor", any_text()),
        optional("page_size", page_size()),
    ]
}

pub(crate) fn page_size() -> Shape {
    Shape::Integer { min: 1, max: limits::PAGE_SIZE as i64 }
}
