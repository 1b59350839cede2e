//! Shapes of property values and of property schemas.

use std::sync::Arc;

use super::rich_text::{date, external, file_upload, rich_text};
use super::{Field, Shape, any_text, empty, list, nullable, optional, required, text};
use crate::limits;

const OPTION_COLORS: &[&str] =
    &["default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];

pub(crate) const ROLLUPS: &[&str] = &[
    "average",
    "checked",
    "count",
    "count_per_group",
    "count_values",
    "date_range",
    "earliest_date",
    "empty",
    "latest_date",
    "max",
    "median",
    "min",
    "not_empty",
    "percent_checked",
    "percent_empty",
    "percent_not_empty",
    "percent_per_group",
    "percent_unchecked",
    "range",
    "show_original",
    "show_unique",
    "sum",
    "unchecked",
    "unique",
];

/// `properties` of a page, by name or id. A bare list is taken for a title.
pub(crate) fn values() -> Shape {
    Shape::Dictionary(Arc::new(Shape::ListOr { list: Arc::new(rich_text()), other: Arc::new(value()) }))
}

fn value() -> Shape {
    let option = || {
        Shape::Object(vec![
            optional("name", Shape::Text { max: Some(limits::ARRAY), min: 1 }),
            optional("id", Shape::Text { max: Some(limits::ARRAY), min: 1 }),
            optional("color", Shape::OneOf(OPTION_COLORS)),
            optional("description", nullable(any_text())),
        ])
    };
    let reference = || Shape::Object(vec![required("id", Shape::Uuid)]);
    Shape::Tagged {
        common: vec![optional("id", any_text()), optional("name", any_text()), optional("has_more", Shape::Boolean)],
        variants: vec![
            required("title", rich_text()),
            required("rich_text", rich_text()),
            required("number", nullable(Shape::Number)),
            required("url", nullable(Shape::Text { max: Some(limits::TEXT), min: 1 })),
            required("select", nullable(option())),
            required("multi_select", list(option())),
            required("people", list(user_or_group())),
            required("email", nullable(Shape::Text { max: Some(limits::EMAIL), min: 1 })),
            required("phone_number", nullable(Shape::Text { max: Some(limits::PHONE), min: 1 })),
            required("date", nullable(date())),
            required("checkbox", Shape::Boolean),
            required("relation", list(reference())),
            required("files", list(file())),
            required("status", nullable(option())),
            required(
                "verification",
                Shape::Chosen {
                    by: "state",
                    variants: vec![("verified", vec![optional("date", date())]), ("unverified", Vec::new())],
                },
            ),
            required(
                "place",
                nullable(Shape::Object(vec![
                    required("lat", Shape::Number),
                    required("lon", Shape::Number),
                    optional("name", nullable(any_text())),
                    optional("address", nullable(any_text())),
                    optional("aws_place_id", nullable(any_text())),
                    optional("google_place_id", nullable(any_text())),
                ])),
            ),
        ],
    }
}

/// A user or a group, by id. Nothing else that a reader gets of a user is taken back.
fn user_or_group() -> Shape {
    Shape::Either(vec![
        Shape::Object(vec![required("id", Shape::Uuid), optional("object", Shape::Literal("user"))]),
        Shape::Object(vec![
            required("id", Shape::Uuid),
            optional("name", nullable(any_text())),
            optional("object", Shape::Literal("group")),
        ]),
    ])
}

fn file() -> Shape {
    let hosted =
        required("file", Shape::Object(vec![required("url", any_text()), optional("expiry_time", any_text())]));
    // An upload has a name already.
    Shape::Keyed(vec![
        ("external", Arc::new(named(external()))),
        ("file", Arc::new(named(hosted))),
        (
            "file_upload",
            Arc::new(Shape::Tagged {
                common: vec![optional("name", text(limits::ARRAY))],
                variants: vec![file_upload()],
            }),
        ),
    ])
}

fn named(source: Field) -> Shape {
    Shape::Tagged { common: vec![required("name", text(limits::ARRAY))], variants: vec![source] }
}

/// `properties` of a data source to create.
pub(crate) fn new_schema() -> Shape {
    Shape::Dictionary(Arc::new(schema()))
}

/// `properties` of a data source to change: `null` deletes, `{name}` renames.
pub(crate) fn changed_schema() -> Shape {
    let mut common = schema_common();
    common.push(optional("type", any_text()));
    Shape::Dictionary(Arc::new(nullable(Shape::Either(vec![Shape::Object(common), schema()]))))
}

/// Whether a property may be of this kind.
pub(crate) fn is_kind(name: &str) -> bool {
    match schema() {
        Shape::Tagged { variants, .. } => variants.iter().any(|variant| variant.name == name),
        _ => false,
    }
}

fn schema_common() -> Vec<Field> {
    vec![optional("id", any_text()), optional("name", any_text()), optional("description", nullable(any_text()))]
}

fn schema() -> Shape {
    let option = || {
        Shape::Object(vec![
            required("name", Shape::Text { max: Some(limits::ARRAY), min: 1 }),
            optional("id", any_text()),
            optional("color", Shape::OneOf(OPTION_COLORS)),
            optional("description", nullable(any_text())),
        ])
    };
    let options = || Shape::Object(vec![optional("options", list(option()))]);
    let empty_kinds = [
        "title",
        "rich_text",
        "url",
        "people",
        "files",
        "email",
        "phone_number",
        "date",
        "checkbox",
        "created_by",
        "created_time",
        "last_edited_by",
        "last_edited_time",
        "verification",
        "place",
        "button",
        "location",
        "last_visited_time",
    ];
    let mut variants = vec![
        required("number", Shape::Object(vec![optional("format", any_text())])),
        required("formula", Shape::Object(vec![optional("expression", any_text())])),
        required("select", options()),
        required("multi_select", options()),
        required(
            "status",
            Shape::Object(vec![optional("options", list(option())), optional("groups", list(Shape::Anything))]),
        ),
        required("relation", relation()),
        required(
            "rollup",
            Shape::Object(vec![
                required("function", Shape::OneOf(ROLLUPS)),
                optional("relation_property_name", any_text()),
                optional("relation_property_id", any_text()),
                optional("rollup_property_name", any_text()),
                optional("rollup_property_id", any_text()),
            ]),
        ),
        required("unique_id", Shape::Object(vec![optional("prefix", nullable(any_text()))])),
    ];
    variants.extend(empty_kinds.iter().map(|kind| required(kind, empty())));
    Shape::Tagged { common: schema_common(), variants }
}

fn relation() -> Shape {
    Shape::Object(vec![
        required("data_source_id", Shape::Uuid),
        optional("database_id", Shape::Uuid),
        optional("type", Shape::OneOf(&["single_property", "dual_property"])),
        optional("single_property", empty()),
        optional(
            "dual_property",
            Shape::Object(vec![
                optional("synced_property_id", any_text()),
                optional("synced_property_name", any_text()),
            ]),
        ),
    ])
}
