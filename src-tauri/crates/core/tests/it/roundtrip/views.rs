//! Views come back as they were made, and what one was read with can be given to another.

use satchel_notion::types::{
    BoardView, CalendarView, ChartAggregation, ChartView, Empty, FormView, GroupBy, GroupSort, ListView, MapView,
    SchemaKind, StatusSchema, TableView, TimelineView, ViewConfiguration, ViewProperty, ViewType,
};
use satchel_notion::write::{CreateDatabase, CreateView, Direction, Filter, Sort, UpdateView};
use satchel_notion::{DataSourceId, DatabaseId, Field, PropertyId};
use serde_json::Map;

use super::Desk;

async fn database(desk: &Desk) -> (DatabaseId, DataSourceId, Vec<(String, PropertyId)>) {
    let table = CreateDatabase::new(desk.inbox)
        .property("Name", SchemaKind::Title(Empty::default()))
        .property("Status", SchemaKind::Status(StatusSchema::default()))
        .property("Due", SchemaKind::Date(Empty::default()));
    let made = desk.client.databases().create(&table).await.unwrap().into_full().unwrap();
    let source = made.data_sources.value().unwrap()[0].id;
    let schema = desk.client.data_sources().get(source).await.unwrap().into_full().unwrap();
    let ids = schema.properties.iter().map(|(name, column)| (name.clone(), column.id.value().unwrap().clone()));
    (made.id, source, ids.collect())
}

/// A view of each type, with something of its own.
fn configurations(status: &PropertyId, due: &PropertyId) -> Vec<(ViewType, ViewConfiguration)> {
    let property = ViewProperty {
        property_id: status.clone(),
        property_name: Field::Absent,
        visible: true.into(),
        width: Field::Value(120.into()),
        wrap: false.into(),
        status_show_as: Field::Value("checkbox".into()),
        card_property_width_mode: Field::Absent,
        date_format: Field::Absent,
        time_format: Field::Absent,
        extra: Map::new(),
    };
    let properties = || Field::Value(vec![property.clone()]);
    let group = || {
        Field::Value(GroupBy {
            kind: "status".into(),
            property_id: Field::Value(status.clone()),
            property_name: Field::Absent,
            group_by: Field::Value("option".into()),
            sort: Field::Value(GroupSort { kind: "manual".into(), extra: Map::new() }),
            hide_empty_groups: true.into(),
            start_day_of_week: Field::Absent,
            range_start: Field::Absent,
            range_end: Field::Absent,
            range_size: Field::Absent,
            extra: Map::new(),
        })
    };
    let count = ChartAggregation { aggregator: "count".into(), property_id: Field::Absent, extra: Map::new() };
    let table = TableView { properties: properties(), wrap_cells: true.into(), ..TableView::default() };
    let board = BoardView { group_by: group(), properties: properties(), ..BoardView::default() };
    let calendar = CalendarView { date_property_id: Field::Value(due.clone()), ..CalendarView::default() };
    let timeline = TimelineView { date_property_id: Field::Value(due.clone()), ..TimelineView::default() };
    let chart = ChartView {
        chart_type: Field::Value("donut".into()),
        x_axis: group(),
        y_axis: Field::Value(count),
        ..ChartView::default()
    };
    vec![
        (ViewType::Table, ViewConfiguration::Table(Box::new(table))),
        (ViewType::Board, ViewConfiguration::Board(Box::new(board))),
        (ViewType::List, ViewConfiguration::List(ListView { properties: properties(), ..ListView::default() })),
        (ViewType::Calendar, ViewConfiguration::Calendar(Box::new(calendar))),
        (ViewType::Timeline, ViewConfiguration::Timeline(Box::new(timeline))),
        (ViewType::Gallery, ViewConfiguration::Gallery(Box::default())),
        (ViewType::Form, ViewConfiguration::Form(FormView { is_form_closed: true.into(), ..FormView::default() })),
        (ViewType::Chart, ViewConfiguration::Chart(Box::new(chart))),
        (ViewType::Map, ViewConfiguration::Map(MapView::default())),
    ]
}

#[test]
fn every_type_of_view_comes_back_as_it_was_made_and_can_be_copied() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let (database, source, ids) = database(&desk).await;
        let id = |wanted: &str| ids.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
        for (kind, configuration) in configurations(&id("Status"), &id("Due")) {
            let views = desk.client.views();
            let view = |name: &str| CreateView::in_database(database, source, name, kind.clone());
            let filter = Filter::property("Status").status().does_not_equal("Done");
            let new = view("one").configuration(configuration.clone()).filter(filter);
            let made = views.create(&new.sort(Sort::created_time(Direction::Ascending))).await.unwrap();
            let made = views.get(made.into_full().unwrap().id).await.unwrap().into_full().unwrap();
            let read = made.configuration.value().unwrap().clone();
            assert_eq!(read.clone().writable(), configuration, "{kind}");
            assert_eq!((made.sorts.value().map(Vec::len), made.filter.value().is_some()), (Some(1), true), "{kind}");
            assert_eq!(satchel_notion::unfamiliar(&made), [], "{kind}");

            let copy = views.create(&view("two").configuration(read.clone())).await.unwrap().into_full().unwrap();
            let update = UpdateView::default().name("three").configuration(read.clone());
            let changed = views.update(copy.id, &update).await.unwrap().into_full().unwrap();
            assert_eq!(changed.configuration.value(), Some(&read), "{kind}");
        }
    });
}
