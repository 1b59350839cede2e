//! How views may be said to look, by their type.

use super::{Field, Shape, any_text, list, nullable, optional, required};

const SIZES: &[&str] = &["small", "medium", "large"];
const HEIGHTS: &[&str] = &["small", "medium", "large", "extra_large"];
const DATE_GROUPS: &[&str] = &["relative", "day", "week", "month", "year"];
const TEXT_GROUPS: &[&str] = &["exact", "alphabet_prefix"];
const COLOURS: &[&str] = &["gray", "lightgray", "brown", "yellow", "orange", "green", "blue", "purple", "pink", "red"];
const THEMES: &[&str] =
    &["gray", "blue", "yellow", "green", "purple", "teal", "orange", "pink", "red", "auto", "colorful"];
const AGGREGATORS: &[&str] = &[
    "count",
    "count_values",
    "sum",
    "average",
    "median",
    "min",
    "max",
    "range",
    "unique",
    "empty",
    "not_empty",
    "percent_empty",
    "percent_not_empty",
    "checked",
    "unchecked",
    "percent_checked",
    "percent_unchecked",
    "earliest_date",
    "latest_date",
    "date_range",
];

/// What a view's `configuration` has to look like. A dashboard's is read only.
pub(crate) fn configuration() -> Shape {
    Shape::Chosen {
        by: "type",
        variants: vec![
            ("table", table()),
            ("board", [vec![required("group_by", group_by()), may("sub_group_by", group_by())], cards()].concat()),
            ("list", vec![properties("properties")]),
            ("calendar", calendar()),
            ("timeline", timeline()),
            ("gallery", cards()),
            ("form", form()),
            ("chart", chart()),
            ("map", vec![may("height", Shape::OneOf(HEIGHTS)), may("map_by", any_text()), properties("properties")]),
        ],
    }
}

/// A field that may be left out or `null`.
fn may(name: &'static str, shape: Shape) -> Field {
    optional(name, nullable(shape))
}

fn properties(name: &'static str) -> Field {
    const DATES: &[&str] = &["full", "short", "month_day_year", "day_month_year", "year_month_day", "relative"];
    let property = Shape::Object(vec![
        required("property_id", any_text()),
        optional("visible", Shape::Boolean),
        optional("width", Shape::Number),
        optional("wrap", Shape::Boolean),
        optional("status_show_as", Shape::OneOf(&["select", "checkbox"])),
        optional("card_property_width_mode", Shape::OneOf(&["full_line", "inline"])),
        optional("date_format", Shape::OneOf(DATES)),
        optional("time_format", Shape::OneOf(&["12_hour", "24_hour", "hidden"])),
    ]);
    may(name, list(property))
}

fn sort() -> Field {
    let kinds = Shape::OneOf(&["manual", "ascending", "descending"]);
    required("sort", Shape::Object(vec![required("type", kinds)]))
}

fn ranges() -> [Field; 3] {
    ["range_start", "range_end", "range_size"].map(|name| optional(name, Shape::Number))
}

/// Whether weeks begin on Sunday or Monday.
fn week() -> Field {
    optional("start_day_of_week", Shape::Integer { min: 0, max: 1 })
}

/// Groups, by the kind of the property.
fn group_by() -> Shape {
    let of = |more: Vec<Field>| {
        let common = [required("property_id", any_text()), optional("hide_empty_groups", Shape::Boolean)];
        common.into_iter().chain(more).collect::<Vec<_>>()
    };
    let text = || of(vec![required("group_by", Shape::OneOf(TEXT_GROUPS)), sort()]);
    let date = || of(vec![required("group_by", Shape::OneOf(DATE_GROUPS)), sort(), week()]);
    let formula = Shape::Chosen {
        by: "type",
        variants: vec![
            ("date", vec![required("group_by", Shape::OneOf(DATE_GROUPS)), sort(), week()]),
            ("text", vec![required("group_by", Shape::OneOf(TEXT_GROUPS)), sort()]),
            ("number", std::iter::once(sort()).chain(ranges()).collect()),
            ("checkbox", vec![sort()]),
        ],
    };
    let plain = ["select", "multi_select", "person", "created_by", "last_edited_by", "relation", "checkbox"];
    let texts = ["text", "title", "url", "email", "phone_number"];
    let dates = ["date", "created_time", "last_edited_time"];
    let mut variants: Vec<(&'static str, Vec<Field>)> = Vec::new();
    variants.extend(plain.map(|kind| (kind, of(vec![sort()]))));
    variants.extend(texts.map(|kind| (kind, text())));
    variants.extend(dates.map(|kind| (kind, date())));
    variants.push(("status", of(vec![required("group_by", Shape::OneOf(&["group", "option"])), sort()])));
    variants.push(("number", of(std::iter::once(sort()).chain(ranges()).collect())));
    variants.push(("formula", of(vec![required("group_by", formula)])));
    Shape::Chosen { by: "type", variants }
}

fn table() -> Vec<Field> {
    let subtasks = Shape::Object(vec![
        optional("property_id", any_text()),
        optional("display_mode", Shape::OneOf(&["show", "hidden", "flattened", "disabled"])),
        optional("filter_scope", Shape::OneOf(&["parents", "parents_and_subitems", "subitems"])),
        optional("toggle_column_id", any_text()),
    ]);
    vec![
        properties("properties"),
        may("group_by", group_by()),
        may("subtasks", subtasks),
        optional("wrap_cells", Shape::Boolean),
        optional("frozen_column_index", Shape::Number),
        optional("show_vertical_lines", Shape::Boolean),
    ]
}

fn cards() -> Vec<Field> {
    let cover = Shape::Object(vec![
        required("type", Shape::OneOf(&["page_cover", "page_content", "property"])),
        optional("property_id", any_text()),
    ]);
    vec![
        properties("properties"),
        may("cover", cover),
        may("cover_size", Shape::OneOf(SIZES)),
        may("cover_aspect", Shape::OneOf(&["contain", "cover"])),
        may("card_layout", Shape::OneOf(&["list", "compact"])),
    ]
}

fn calendar() -> Vec<Field> {
    vec![
        required("date_property_id", any_text()),
        properties("properties"),
        may("view_range", Shape::OneOf(&["week", "month"])),
        may("show_weekends", Shape::Boolean),
    ]
}

fn timeline() -> Vec<Field> {
    const ZOOMS: &[&str] = &["hours", "day", "week", "bi_week", "month", "quarter", "year", "5_years"];
    let preference =
        Shape::Object(vec![required("zoom_level", Shape::OneOf(ZOOMS)), optional("center_timestamp", Shape::Number)]);
    vec![
        required("date_property_id", any_text()),
        may("end_date_property_id", any_text()),
        properties("properties"),
        may("show_table", Shape::Boolean),
        properties("table_properties"),
        may("preference", preference),
        may("arrows_by", Shape::Object(vec![may("property_id", any_text())])),
        may("color_by", Shape::Boolean),
    ]
}

fn form() -> Vec<Field> {
    const RIGHTS: &[&str] = &["none", "comment_only", "reader", "read_and_write", "editor"];
    vec![
        may("is_form_closed", Shape::Boolean),
        may("anonymous_submissions", Shape::Boolean),
        may("submission_permissions", Shape::OneOf(RIGHTS)),
    ]
}

fn chart() -> Vec<Field> {
    const SORTS: &[&str] = &["manual", "x_ascending", "x_descending", "y_ascending", "y_descending"];
    let aggregation =
        || Shape::Object(vec![required("aggregator", Shape::OneOf(AGGREGATORS)), optional("property_id", any_text())]);
    let line = Shape::Object(vec![
        required("value", Shape::Number),
        required("label", any_text()),
        required("color", Shape::OneOf(COLOURS)),
        required("dash_style", Shape::OneOf(&["solid", "dash"])),
        optional("id", any_text()),
    ]);
    vec![
        required("chart_type", Shape::OneOf(&["column", "bar", "line", "donut", "number"])),
        may("x_axis", group_by()),
        may("y_axis", aggregation()),
        may("x_axis_property_id", any_text()),
        may("y_axis_property_id", any_text()),
        may("value", aggregation()),
        may("sort", Shape::OneOf(SORTS)),
        may("color_theme", Shape::OneOf(THEMES)),
        may("height", Shape::OneOf(HEIGHTS)),
        may("hide_empty_groups", Shape::Boolean),
        may("legend_position", Shape::OneOf(&["off", "bottom", "side"])),
        may("show_data_labels", Shape::Boolean),
        may("axis_labels", Shape::OneOf(&["none", "x_axis", "y_axis", "both"])),
        may("grid_lines", Shape::OneOf(&["none", "horizontal", "vertical", "both"])),
        may("cumulative", Shape::Boolean),
        may("smooth_line", Shape::Boolean),
        may("hide_line_fill_area", Shape::Boolean),
        may("group_style", Shape::OneOf(&["normal", "percent", "side_by_side"])),
        may("y_axis_min", Shape::Number),
        may("y_axis_max", Shape::Number),
        may("donut_labels", Shape::OneOf(&["none", "value", "name", "name_and_value"])),
        may("hide_title", Shape::Boolean),
        may("stack_by", group_by()),
        may("reference_lines", list(line)),
        may("caption", any_text()),
        may("color_by_value", Shape::Boolean),
    ]
}
