//! A workspace as large as one likes, the same every time: for programs that must not slow down.

use crate::seed::{
    BodySeed, ConnectionSeed, DataSourceSeed, DatabaseSeed, PageSeed, ParentSeed, PersonSeed, Plan,
    PublicConnectionSeed, Seed, Stamps, WorkspaceSeed,
};
use serde_json::{Value, json};

/// Pages below one at the top.
const FAMILY: usize = 100;
/// One page in so many is a row.
const ROWS: usize = 5;

const WORDS: &[&str] = &[
    "harbour",
    "tide",
    "chart",
    "pilot",
    "mooring",
    "ledger",
    "budget",
    "launch",
    "review",
    "notes",
    "draft",
    "invoice",
    "recipe",
    "garden",
    "boiler",
    "insurance",
    "travel",
    "lighthouse",
    "winter",
    "market",
    "interview",
    "roadmap",
];

fn words(number: usize, count: usize) -> String {
    let word = |at: usize| WORDS.get((number * 7 + at * at * 13 + at) % WORDS.len()).copied().unwrap_or_default();
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

impl Seed {
    /// One workspace of so many pages, a fifth of them rows; its token is `ntn_large`. Requests are not rationed as on the smallest plan.
    pub fn of_pages(count: usize) -> Self {
        let stamps = |number: usize| {
            let minutes = u32::try_from(number % 500_000).unwrap_or(0);
            Stamps { created_minutes_ago: minutes + 60, edited_minutes_ago: minutes, ..Stamps::default() }
        };
        let pages = (0..count).map(|number| {
            let parent = if number % ROWS == ROWS - 1 {
                ParentSeed::DataSource("rows".into())
            } else if number % FAMILY == 0 {
                ParentSeed::Workspace
            } else {
                ParentSeed::Page(format!("p{}", number - number % FAMILY))
            };
            let body = format!("{}\n## {}\n- [ ] {}", words(number, 24), words(number + 1, 2), words(number + 2, 6));
            let is_row = matches!(parent, ParentSeed::DataSource(_));
            let values: Value = if is_row { json!({ "Height": { "number": number % 12 } }) } else { json!({}) };
            PageSeed {
                key: format!("p{number}"),
                title: format!("{} {number}", words(number, 3)),
                parent,
                stamps: stamps(number),
                properties: values.as_object().cloned().unwrap_or_default().into_iter().collect(),
                body: vec![BodySeed::Markdown(body)],
                ..PageSeed::default()
            }
        });
        let schema = json!({ "Name": { "title": {} }, "Height": { "number": {} } });
        let rows = DataSourceSeed {
            key: "rows".into(),
            name: "Rows".into(),
            properties: schema.as_object().cloned().unwrap_or_default(),
            ..DataSourceSeed::default()
        };
        let person = PersonSeed { key: "owner".into(), name: "Owner".into(), ..PersonSeed::default() };
        let connection = ConnectionSeed {
            key: "satchel".into(),
            name: "Satchel".into(),
            token: "ntn_large".into(),
            owner: Some("owner".into()),
            ..ConnectionSeed::default()
        };
        let workspace = WorkspaceSeed {
            key: "large".into(),
            name: "Large".into(),
            plan: Plan::Business,
            people: vec![person],
            groups: Vec::new(),
            connections: vec![connection],
            databases: vec![DatabaseSeed {
                key: "database".into(),
                title: "Rows".into(),
                data_sources: vec![rows],
                ..DatabaseSeed::default()
            }],
            pages: pages.collect(),
        };
        Self {
            now: "2026-11-23T09:00:00Z".into(),
            workspaces: vec![workspace],
            public_connections: vec![PublicConnectionSeed::satchel()],
        }
    }
}
