//! Values of rows come back as they were written, whichever way they are asked for, and are found by what they are.

use proptest::prelude::*;
use satchel_notion::types::{
    Empty, NamedFile, Page, Principal, PropertyKind, PropertyValue, RelatedPage, RelationKind, RelationSchema,
    SchemaKind, SelectOption, SelectSchema, StatusSchema,
};
use satchel_notion::write::{CreateDatabase, CreatePage, UpdatePage};
use satchel_notion::{DataSourceId, DateValue, Field, PageId, UserId};
use serde_json::{Map, Value};

use super::{Desk, runs, text};

/// Every kind of column that takes values, by name.
fn columns(relates_to: DataSourceId) -> Vec<(&'static str, SchemaKind)> {
    let relation = RelationSchema {
        kind: RelationKind::Single(Empty::default()),
        data_source_id: Field::Value(relates_to),
        database_id: Field::Absent,
        extra: Map::new(),
    };
    vec![
        ("Name", SchemaKind::Title(Empty::default())),
        ("Text", SchemaKind::RichText(Empty::default())),
        ("Number", SchemaKind::Number(Default::default())),
        ("Select", SchemaKind::Select(SelectSchema::default())),
        ("Tags", SchemaKind::MultiSelect(SelectSchema::default())),
        ("Status", SchemaKind::Status(StatusSchema::default())),
        ("Date", SchemaKind::Date(Empty::default())),
        ("People", SchemaKind::People(Empty::default())),
        ("Files", SchemaKind::Files(Empty::default())),
        ("Done", SchemaKind::Checkbox(Empty::default())),
        ("Link", SchemaKind::Url(Empty::default())),
        ("Mail", SchemaKind::Email(Empty::default())),
        ("Phone", SchemaKind::PhoneNumber(Empty::default())),
        ("Related", SchemaKind::Relation(Box::new(relation))),
    ]
}

struct Table {
    source: DataSourceId,
    rows: Vec<PageId>,
    person: UserId,
}

impl Table {
    async fn new(desk: &Desk) -> Self {
        let others = CreateDatabase::new(desk.inbox).property("Name", SchemaKind::Title(Empty::default()));
        let others = source(desk, &others).await;
        let mut rows = Vec::new();
        for name in ["a", "b", "c"] {
            let row = CreatePage::new(others).property("Name", PropertyValue::title(name));
            rows.push(desk.client.pages().create(&row).await.unwrap().into_full().unwrap().id);
        }
        let table = columns(others)
            .into_iter()
            .fold(CreateDatabase::new(desk.inbox), |table, (name, column)| table.property(name, column));
        let source = source(desk, &table).await;
        let users = desk.client.users().list().collect_all().await.unwrap().items;
        let person = users.into_iter().find(|user| user.person.value().is_some());
        Self { source, rows, person: person.unwrap().id }
    }
}

async fn source(desk: &Desk, table: &CreateDatabase) -> DataSourceId {
    let made = desk.client.databases().create(table).await.unwrap().into_full().unwrap();
    made.data_sources.value().unwrap()[0].id
}

/// A value for each column, from choices that do not know the table yet.
#[derive(Debug, Clone)]
struct Values {
    name: Vec<satchel_notion::types::RichText>,
    text: Vec<satchel_notion::types::RichText>,
    number: Option<f64>,
    select: Option<String>,
    tags: Vec<String>,
    status: Option<u8>,
    date: Option<(i16, u8, Option<u8>, bool)>,
    people: bool,
    files: Vec<String>,
    done: bool,
    link: Option<String>,
    mail: Option<String>,
    phone: Option<String>,
    related: Vec<bool>,
}

fn values() -> impl Strategy<Value = Values> {
    let word = || "[a-zA-Zäß日本]{1,12}";
    let texts = (text(), text(), prop::option::of(word()), prop::collection::hash_set(word(), 0..5));
    let number = prop_oneof![
        2 => Just(None),
        4 => (-1_000_000_i32..1_000_000).prop_map(|n| Some(f64::from(n))),
        2 => (-1e9..1e9).prop_map(|n: f64| Some((n * 1_000.0).round() / 1_000.0)),
    ];
    let date = prop::option::of((1990_i16..2100, 0..28_u8, prop::option::of(0..24_u8), any::<bool>()));
    let scalars = (number, prop::option::of(0..3_u8), date, any::<bool>(), any::<bool>());
    let address = prop::option::of("[a-z]{1,10}");
    let rest = (
        prop::collection::vec(word(), 0..3),
        address.clone(),
        address.clone(),
        prop::option::of("\\+?[0-9 ]{3,15}[0-9]"),
        prop::collection::vec(any::<bool>(), 3),
    );
    (texts, scalars, rest).prop_map(
        |((name, text, select, tags), (number, status, date, people, done), (files, link, mail, phone, related))| {
            let tags = tags.into_iter().collect();
            Values { name, text, number, select, tags, status, date, people, files, done, link, mail, phone, related }
        },
    )
}

impl Values {
    fn written(&self, table: &Table) -> Vec<(&'static str, PropertyKind)> {
        let number = self.number.map(|number| serde_json::Number::from_f64(number).unwrap());
        let date = self.date.map(|(year, day, hour, is_range)| {
            let stamp = |day: u8| match hour {
                Some(hour) => format!("{year:04}-02-{:02}T{hour:02}:30:00.000+01:00", day + 1),
                None => format!("{year:04}-02-{:02}", day + 1),
            };
            DateValue {
                start: stamp(day).as_str().into(),
                end: Field::optional(is_range.then(|| stamp(27).as_str().into())),
                time_zone: Field::Absent,
                extra: Map::new(),
            }
        });
        let option = |name: &String| SelectOption::named(name);
        let states = ["Not started", "In progress", "Done"];
        let related = table.rows.iter().zip(&self.related).filter(|(_, is_in)| **is_in);
        let file = |name: &String| NamedFile {
            source: satchel_notion::types::FileKind::external(format!("https://example.org/{}", name.len())),
            name: Field::Value(name.clone()),
            extra: Map::new(),
        };
        vec![
            ("Name", PropertyKind::Title(self.name.clone())),
            ("Text", PropertyKind::RichText(self.text.clone())),
            ("Number", PropertyKind::Number(number)),
            ("Select", PropertyKind::Select(self.select.as_ref().map(option))),
            ("Tags", PropertyKind::MultiSelect(self.tags.iter().map(option).collect())),
            // A status is never empty.
            (
                "Status",
                PropertyKind::Status(Some(SelectOption::named(states[usize::from(self.status.unwrap_or_default())]))),
            ),
            ("Date", PropertyKind::Date(date)),
            ("People", PropertyKind::People(self.people.then(|| Principal::user(table.person)).into_iter().collect())),
            ("Files", PropertyKind::Files(self.files.iter().map(file).collect())),
            ("Done", PropertyKind::Checkbox(self.done)),
            ("Link", PropertyKind::Url(self.link.as_ref().map(|host| format!("https://{host}.org/")))),
            ("Mail", PropertyKind::Email(self.mail.as_ref().map(|name| format!("{name}@example.org")))),
            ("Phone", PropertyKind::PhoneNumber(self.phone.clone())),
            (
                "Related",
                PropertyKind::Relation(related.map(|(id, _)| RelatedPage { id: *id, extra: Map::new() }).collect()),
            ),
        ]
    }
}

/// A value as a reader sees it.
fn seen(kind: &PropertyKind) -> Value {
    let value = serde_json::to_value(PropertyValue::from(kind.clone())).unwrap();
    let inner = &value[kind.name()];
    let names = |value: &Value| value["name"].clone();
    match kind {
        PropertyKind::Title(_) | PropertyKind::RichText(_) => runs(inner),
        PropertyKind::Select(_) | PropertyKind::Status(_) => names(inner),
        PropertyKind::MultiSelect(_) => inner.as_array().unwrap().iter().map(names).collect(),
        PropertyKind::People(_) | PropertyKind::Relation(_) => {
            inner.as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
        }
        PropertyKind::Files(_) => {
            inner.as_array().unwrap().iter().map(|file| file.pointer("/external/url").cloned().unwrap()).collect()
        }
        PropertyKind::Number(Some(number)) => number.as_f64().into(),
        PropertyKind::Date(Some(date)) => {
            let end = date.end.value().map(|end| end.as_str().to_owned());
            serde_json::json!([date.start.as_str(), end])
        }
        _ => inner.clone(),
    }
}

fn differences(wanted: &[(&'static str, PropertyKind)], page: &Page) -> Vec<String> {
    wanted
        .iter()
        .filter_map(|(name, kind)| {
            let (wanted, read) = (seen(kind), seen(&page.properties[*name].kind));
            (wanted != read).then(|| format!("{name}: {wanted} became {read}"))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_come_back_as_they_were_written(first in values(), second in values()) {
        let desk = Desk::new();
        let (made, changed) = desk.runtime.block_on(async {
            let table = Table::new(&desk).await;
            let first = first.written(&table);
            let row = first.iter().fold(CreatePage::new(table.source), |row, (name, kind)| row.property(*name, kind.clone()));
            let id = desk.client.pages().create(&row).await.unwrap().into_full().unwrap().id;
            let made = differences(&first, &desk.client.pages().get(id).await.unwrap().into_full().unwrap());

            let second = second.written(&table);
            let change = second.iter().fold(UpdatePage::default(), |change, (name, kind)| change.property(*name, kind.clone()));
            let answered = desk.client.pages().update(id, &change).await.unwrap().into_full().unwrap();
            let rows = desk.client.data_sources().query(table.source, &Default::default()).collect_all().await.unwrap();
            let queried = rows.items[0].as_page().unwrap();
            (made, [differences(&second, &answered), differences(&second, queried)].concat())
        });
        prop_assert!(made.is_empty(), "{made:#?}");
        prop_assert!(changed.is_empty(), "{changed:#?}");
    }
}

#[test]
fn a_value_has_as_many_elements_as_the_client_thinks() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let table = Table::new(&desk).await;
        let tags = |count: usize| (0..count).map(|n| SelectOption::named(format!("tag {n}"))).collect();
        let related = |count: usize| vec![RelatedPage { id: table.rows[0], extra: Map::new() }; count];
        let people = |count: usize| vec![Principal::user(table.person); count];
        let runs = |count: usize| vec![satchel_notion::types::RichText::text("x"); count];
        for (count, fits) in [(99, true), (100, true), (101, false)] {
            for (name, value) in [
                ("Tags", PropertyKind::MultiSelect(tags(count))),
                ("Related", PropertyKind::Relation(related(count))),
                ("People", PropertyKind::People(people(count))),
                ("Text", PropertyKind::RichText(runs(count))),
            ] {
                let row = CreatePage::new(table.source).property(name, value.clone());
                assert_eq!(desk.client.pages().create(&row).await.is_ok(), fits, "{count} {name}");
                // What the client would not send the service would not have taken.
                let body = serde_json::to_value(row).unwrap();
                assert_eq!(desk.post("/v1/pages", &body), if fits { 200 } else { 400 }, "{count} {name}");
            }
        }
    });
}
