//! How a view looks, by its type.

use serde_json::{Number, Value};

use crate::id::{PropertyId, ViewId};
use crate::json::{DecodeError, Field, Json, Survey, object, open_enum, serde_through_json};

/// An enum chosen by `type`, with the variant's keys beside it.
macro_rules! flat {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident($type:ty) = $tag:literal,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $tag, "`")]
                #[doc = ""]
                $(#[$variant_meta])*
                $variant($type),
            )*
            /// A type this crate does not know, or one that came in a shape it does not know.
            Unknown(Value),
        }

        impl Json for $name {
            fn decode(value: &Value) -> Result<Self, DecodeError> {
                let mut object = value.as_object().cloned().unwrap_or_default();
                let kind = object.remove("type");
                let known = match kind.as_ref().and_then(Value::as_str) {
                    $(Some($tag) => <$type>::decode(&Value::Object(object)).ok().map(Self::$variant),)*
                    _ => None,
                };
                Ok(known.unwrap_or_else(|| Self::Unknown(value.clone())))
            }

            fn encode(&self) -> Value {
                let (kind, value) = match self {
                    $(Self::$variant(known) => ($tag, known.encode()),)*
                    Self::Unknown(value) => return value.clone(),
                };
                let mut object = crate::json::Extra::new();
                object.insert("type".to_owned(), kind.into());
                if let Value::Object(fields) = value {
                    object.extend(fields);
                }
                Value::Object(object)
            }

            fn survey(&self, survey: &mut Survey) {
                match self {
                    $(Self::$variant(known) => known.survey(survey),)*
                    Self::Unknown(value) => survey.kind_of(value, "type"),
                }
            }
        }

        serde_through_json!($name);
    };
}

flat! {
    /// How a view looks.
    pub enum ViewConfiguration {
        Table(Box<TableView>) = "table",
        Board(Box<BoardView>) = "board",
        List(ListView) = "list",
        Calendar(Box<CalendarView>) = "calendar",
        Timeline(Box<TimelineView>) = "timeline",
        Gallery(Box<GalleryView>) = "gallery",
        Form(FormView) = "form",
        Chart(Box<ChartView>) = "chart",
        Map(MapView) = "map",
        /// Read only.
        Dashboard(DashboardView) = "dashboard",
    }
}

impl ViewConfiguration {
    /// The same without what only the service writes, which it refuses when it is sent back.
    pub fn writable(self) -> Self {
        const READ_ONLY: [&str; 4] =
            ["property_name", "date_property_name", "end_date_property_name", "map_by_property_name"];
        fn strip(value: &mut Value) {
            match value {
                Value::Object(object) => {
                    object.retain(|key, _| !READ_ONLY.contains(&key.as_str()));
                    object.values_mut().for_each(strip);
                }
                Value::Array(items) => items.iter_mut().for_each(strip),
                _ => {}
            }
        }
        let mut value = self.encode();
        strip(&mut value);
        Self::decode(&value).unwrap_or(self)
    }
}

open_enum! {
    /// A size of pictures.
    pub enum CoverSize {
        Small = "small",
        Medium = "medium",
        Large = "large",
    }
}

open_enum! {
    /// How a picture fills its card.
    pub enum CoverAspect {
        Contain = "contain",
        Cover = "cover",
    }
}

open_enum! {
    /// How a card shows its properties.
    pub enum CardLayout {
        List = "list",
        Compact = "compact",
    }
}

open_enum! {
    /// How high a chart or map is.
    pub enum ViewHeight {
        Small = "small",
        Medium = "medium",
        Large = "large",
        ExtraLarge = "extra_large",
    }
}

object! {
    /// How a view shows one property.
    pub struct ViewProperty {
        /// The property.
        pub property_id: PropertyId,
        /// Its name. Read only.
        pub property_name: Field<String>,
        /// Whether it is shown.
        pub visible: Field<bool>,
        /// How wide its column is.
        pub width: Field<Number>,
        /// Whether its text goes on in further lines.
        pub wrap: Field<bool>,
        /// `select` or `checkbox`.
        pub status_show_as: Field<String>,
        /// `full_line` or `inline`.
        pub card_property_width_mode: Field<String>,
        /// `full`, `short`, `month_day_year`, `day_month_year`, `year_month_day` or `relative`.
        pub date_format: Field<String>,
        /// `12_hour`, `24_hour` or `hidden`.
        pub time_format: Field<String>,
    }
}

object! {
    /// Where cards have their pictures from.
    pub struct ViewCover {
        /// `page_cover`, `page_content`, `page_content_first` or `property`.
        pub kind: String as "type",
        /// The property, for that kind.
        pub property_id: Field<PropertyId>,
    }
}

object! {
    /// In which order groups stand.
    pub struct GroupSort {
        /// `manual`, `ascending` or `descending`.
        pub kind: String as "type",
    }
}

object! {
    /// What rows are grouped by.
    pub struct GroupBy {
        /// The kind of the property: `select`, `status`, `person`, `relation`, `date`, `text`, `number`, `checkbox`, `formula`, …
        pub kind: String as "type",
        /// The property.
        pub property_id: Field<PropertyId>,
        /// Its name. Read only.
        pub property_name: Field<String>,
        /// What of it: `group` or `option`, `exact` or `alphabet_prefix`, `relative`, `day`, …; of a formula an object.
        pub group_by: Field<Value>,
        /// In which order.
        pub sort: Field<GroupSort>,
        /// Whether empty groups are left out.
        pub hide_empty_groups: Field<bool>,
        /// 0 is Sunday, 1 is Monday.
        pub start_day_of_week: Field<Number>,
        /// Where ranges of numbers begin.
        pub range_start: Field<Number>,
        /// Where they end.
        pub range_end: Field<Number>,
        /// How large each is.
        pub range_size: Field<Number>,
    }
}

object! {
    /// How rows of rows are shown.
    #[derive(Default)]
    pub struct Subtasks {
        /// The relation to the parent.
        pub property_id: Field<PropertyId>,
        /// `show`, `hidden`, `flattened` or `disabled`.
        pub display_mode: Field<String>,
        /// `parents`, `parents_and_subitems` or `subitems`.
        pub filter_scope: Field<String>,
        /// The column with the toggles.
        pub toggle_column_id: Field<PropertyId>,
    }
}

object! {
    /// A table.
    #[derive(Default)]
    pub struct TableView {
        /// Its columns.
        pub properties: Field<Vec<ViewProperty>>,
        /// Its groups.
        pub group_by: Field<GroupBy>,
        /// Rows of rows.
        pub subtasks: Field<Subtasks>,
        /// Whether text goes on in further lines.
        pub wrap_cells: Field<bool>,
        /// Up to which column it does not scroll.
        pub frozen_column_index: Field<Number>,
        /// Whether there are lines between columns.
        pub show_vertical_lines: Field<bool>,
    }
}

object! {
    /// A board.
    #[derive(Default)]
    pub struct BoardView {
        /// Its columns. Required when it is written.
        pub group_by: Field<GroupBy>,
        /// Its rows.
        pub sub_group_by: Field<GroupBy>,
        /// What its cards show.
        pub properties: Field<Vec<ViewProperty>>,
        /// Where its cards have their pictures from.
        pub cover: Field<ViewCover>,
        /// How large the pictures are.
        pub cover_size: Field<CoverSize>,
        /// How they fill the card.
        pub cover_aspect: Field<CoverAspect>,
        /// How cards show their properties.
        pub card_layout: Field<CardLayout>,
    }
}

object! {
    /// A gallery.
    #[derive(Default)]
    pub struct GalleryView {
        /// What its cards show.
        pub properties: Field<Vec<ViewProperty>>,
        /// Where its cards have their pictures from.
        pub cover: Field<ViewCover>,
        /// How large the pictures are.
        pub cover_size: Field<CoverSize>,
        /// How they fill the card.
        pub cover_aspect: Field<CoverAspect>,
        /// How cards show their properties.
        pub card_layout: Field<CardLayout>,
    }
}

object! {
    /// A list.
    #[derive(Default)]
    pub struct ListView {
        /// What its lines show.
        pub properties: Field<Vec<ViewProperty>>,
    }
}

object! {
    /// A calendar.
    #[derive(Default)]
    pub struct CalendarView {
        /// The date by which rows are placed. Required when it is written.
        pub date_property_id: Field<PropertyId>,
        /// Its name. Read only.
        pub date_property_name: Field<String>,
        /// What its entries show.
        pub properties: Field<Vec<ViewProperty>>,
        /// `week` or `month`.
        pub view_range: Field<String>,
        /// Whether it has weekends.
        pub show_weekends: Field<bool>,
    }
}

object! {
    /// How a timeline is scrolled and scaled.
    #[derive(Default)]
    pub struct TimelinePreference {
        /// `hours`, `day`, `week`, `bi_week`, `month`, `quarter`, `year` or `5_years`.
        pub zoom_level: Field<String>,
        /// The moment in its middle, in milliseconds since 1970.
        pub center_timestamp: Field<Number>,
    }
}

object! {
    /// What a timeline draws arrows by.
    #[derive(Default)]
    pub struct TimelineArrows {
        /// A relation.
        pub property_id: Field<PropertyId>,
    }
}

object! {
    /// A timeline.
    #[derive(Default)]
    pub struct TimelineView {
        /// The date by which rows are placed, or begin. Required when it is written.
        pub date_property_id: Field<PropertyId>,
        /// Its name. Read only.
        pub date_property_name: Field<String>,
        /// The date by which they end.
        pub end_date_property_id: Field<PropertyId>,
        /// Its name. Read only.
        pub end_date_property_name: Field<String>,
        /// What its bars show.
        pub properties: Field<Vec<ViewProperty>>,
        /// Whether there is a table beside it.
        pub show_table: Field<bool>,
        /// The columns of that.
        pub table_properties: Field<Vec<ViewProperty>>,
        /// How it is scrolled and scaled.
        pub preference: Field<TimelinePreference>,
        /// What it draws arrows by.
        pub arrows_by: Field<TimelineArrows>,
        /// Whether bars are coloured.
        pub color_by: Field<bool>,
    }
}

object! {
    /// A map.
    #[derive(Default)]
    pub struct MapView {
        /// How high it is.
        pub height: Field<ViewHeight>,
        /// The place by which rows are placed.
        pub map_by: Field<PropertyId>,
        /// Its name. Read only.
        pub map_by_property_name: Field<String>,
        /// What its cards show.
        pub properties: Field<Vec<ViewProperty>>,
    }
}

object! {
    /// A form.
    #[derive(Default)]
    pub struct FormView {
        /// Whether it takes no answers any more.
        pub is_form_closed: Field<bool>,
        /// Whether answers are anonymous.
        pub anonymous_submissions: Field<bool>,
        /// What who answered may do with it: `none`, `comment_only`, `reader`, `read_and_write` or `editor`.
        pub submission_permissions: Field<String>,
    }
}

object! {
    /// What a chart computes.
    pub struct ChartAggregation {
        /// `count`, `sum`, `average`, …
        pub aggregator: String,
        /// Of which property.
        pub property_id: Field<PropertyId>,
    }
}

object! {
    /// A line across a chart.
    pub struct ReferenceLine {
        /// The line.
        pub id: Field<String>,
        /// At which value.
        pub value: Number,
        /// What stands at it.
        pub label: String,
        /// Its colour.
        pub color: Field<String>,
        /// `solid` or `dash`.
        pub dash_style: Field<String>,
    }
}

object! {
    /// A chart.
    #[derive(Default)]
    pub struct ChartView {
        /// `column`, `bar`, `line`, `donut` or `number`. Required when it is written.
        pub chart_type: Field<String>,
        /// What stands along its foot.
        pub x_axis: Field<GroupBy>,
        /// What is drawn over it.
        pub y_axis: Field<ChartAggregation>,
        /// The property of the first.
        pub x_axis_property_id: Field<PropertyId>,
        /// The property of the second.
        pub y_axis_property_id: Field<PropertyId>,
        /// The number, of a chart that is one.
        pub value: Field<ChartAggregation>,
        /// `manual`, `x_ascending`, `x_descending`, `y_ascending` or `y_descending`.
        pub sort: Field<String>,
        /// `gray`, `blue`, …, `auto` or `colorful`.
        pub color_theme: Field<String>,
        /// How high it is.
        pub height: Field<ViewHeight>,
        /// Whether empty groups are left out.
        pub hide_empty_groups: Field<bool>,
        /// `off`, `bottom` or `side`.
        pub legend_position: Field<String>,
        /// Whether values stand at their marks.
        pub show_data_labels: Field<bool>,
        /// `none`, `x_axis`, `y_axis` or `both`.
        pub axis_labels: Field<String>,
        /// `none`, `horizontal`, `vertical` or `both`.
        pub grid_lines: Field<String>,
        /// Whether values add up.
        pub cumulative: Field<bool>,
        /// Whether a line is rounded.
        pub smooth_line: Field<bool>,
        /// Whether the area under a line is left empty.
        pub hide_line_fill_area: Field<bool>,
        /// `normal`, `percent` or `side_by_side`.
        pub group_style: Field<String>,
        /// Where values begin.
        pub y_axis_min: Field<Number>,
        /// Where they end.
        pub y_axis_max: Field<Number>,
        /// `none`, `value`, `name` or `name_and_value`.
        pub donut_labels: Field<String>,
        /// Whether it has no title.
        pub hide_title: Field<bool>,
        /// What columns are stacked by.
        pub stack_by: Field<GroupBy>,
        /// Lines across it.
        pub reference_lines: Field<Vec<ReferenceLine>>,
        /// The text under it.
        pub caption: Field<String>,
        /// Whether colours follow values.
        pub color_by_value: Field<bool>,
    }
}

object! {
    /// A view on a dashboard.
    pub struct DashboardWidget {
        /// The place.
        pub id: String,
        /// The view.
        pub view_id: ViewId,
        /// How wide it is.
        pub width: Field<Number>,
        /// In which row.
        pub row_index: Field<Number>,
    }
}

object! {
    /// A row of a dashboard.
    pub struct DashboardRow {
        /// The row.
        pub id: String,
        /// What is in it.
        pub widgets: Vec<DashboardWidget>,
        /// How high it is.
        pub height: Field<Number>,
    }
}

object! {
    /// A dashboard.
    #[derive(Default)]
    pub struct DashboardView {
        /// Its rows.
        pub rows: Field<Vec<DashboardRow>>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_configuration_is_known_by_its_type_and_keeps_what_is_new() {
        for value in [
            json!({ "type": "table", "wrap_cells": true, "properties": [{ "property_id": "title", "width": 12 }] }),
            json!({ "type": "board", "group_by": { "type": "status", "property_id": "x", "group_by": "option", "sort": { "type": "manual" } } }),
            json!({ "type": "chart", "chart_type": "donut", "x_axis": null, "glow": 1 }),
            json!({ "type": "timeline", "date_property_id": "a", "arrows_by": { "property_id": null } }),
            json!({ "type": "dashboard", "rows": [] }),
        ] {
            let known = ViewConfiguration::decode(&value).unwrap();
            assert!(!matches!(known, ViewConfiguration::Unknown(_)), "{value}");
            assert_eq!(known.encode(), value);
        }
    }

    #[test]
    fn what_is_not_understood_is_kept_and_told() {
        for value in
            [json!({ "type": "hologram", "depth": 3 }), json!({ "type": "table", "wrap_cells": "yes" }), json!({})]
        {
            let unknown = ViewConfiguration::decode(&value).unwrap();
            assert_eq!((&unknown, unknown.encode()), (&ViewConfiguration::Unknown(value.clone()), value));
            assert_eq!(crate::unfamiliar(&unknown).len(), 1);
        }
    }
}
