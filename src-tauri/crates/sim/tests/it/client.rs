//! A minimal client and the small workspace most tests are about.

use bytes::Bytes;
use http::{Method, Request, Response};
use satchel_sim::seed::{
    BodySeed, Capabilities, ConnectionKind, ConnectionSeed, DataSourceSeed, DatabaseSeed, GroupSeed, PageSeed,
    ParentSeed, PersonSeed, Plan, Seed, Stamps, WorkspaceSeed,
};
use satchel_sim::{ConnectionLost, Simulator, SimulatorOptions};
use serde_json::{Map, Value, json};

pub const NOW: &str = "2026-11-23T10:00:30Z";
pub const TOKEN: &str = "ntn_test";
pub const LIMITED: &str = "ntn_limited";
pub const PERSONAL: &str = "ntn_personal";

/// A connection to a simulator.
pub struct Client {
    pub simulator: Simulator,
    pub token: String,
    pub version: &'static str,
}

/// Status and body of an answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// `status code: message` of a refusal.
    #[track_caller]
    pub fn refusal(self) -> String {
        assert!(self.status >= 400, "{}", self.body);
        assert_eq!(self.body["object"], "error");
        assert_eq!(self.body["status"], self.status);
        format!("{} {}: {}", self.status, self.body["code"].as_str().unwrap(), self.body["message"].as_str().unwrap())
    }
}

impl Client {
    pub fn new(seed: Seed, options: SimulatorOptions) -> Self {
        let simulator = Simulator::new(seed, options).unwrap();
        Self { simulator, token: TOKEN.to_owned(), version: "2026-03-11" }
    }

    /// The workspace of [`workspace`] with the observed behaviour.
    pub fn start() -> Self {
        Self::new(
            seed(workspace()),
            SimulatorOptions { requests_per_minute: Some(100_000), ..SimulatorOptions::default() },
        )
    }

    /// The same simulator by another token.
    pub fn by(&self, token: &str) -> Self {
        Self { simulator: self.simulator.clone(), token: token.to_owned(), version: self.version }
    }

    pub fn raw(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Response<Bytes>, ConnectionLost> {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1/{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("notion-version", self.version)
            .header("content-type", "application/json");
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        self.simulator.handle(request.body(body).unwrap())
    }

    pub fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let response = self.raw(method, path, body.as_ref()).unwrap();
        Answer { status: response.status().as_u16(), body: serde_json::from_slice(response.body()).unwrap() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body))
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None)
    }

    /// The id of something of the seed: `page:inbox`.
    pub fn id(&self, name: &str) -> String {
        self.simulator.id_of("w", name).unwrap()
    }

    pub fn children(&self, id: &str) -> Vec<Value> {
        self.get(&format!("blocks/{id}/children")).ok()["results"].as_array().unwrap().clone()
    }

    pub fn append(&self, id: &str, children: Value) -> Vec<Value> {
        self.patch(&format!("blocks/{id}/children"), json!({ "children": children })).ok()["results"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub fn advance(&self, seconds: u64) {
        self.simulator.clock().advance(std::time::Duration::from_secs(seconds));
    }

    /// A row of the seed's tasks.
    pub fn row(&self, title: &str, more: Value) -> Value {
        let mut properties = json!({ "Name": { "title": [{ "text": { "content": title } }] } });
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post(
            "pages",
            json!({ "parent": { "data_source_id": self.id("data_source:tasks") }, "properties": properties }),
        )
        .ok()
    }
}

pub fn paragraph(text: &str) -> Value {
    json!({ "paragraph": { "rich_text": [{ "text": { "content": text } }] } })
}

pub fn text_of(block: &Value) -> &str {
    let kind = block["type"].as_str().unwrap();
    block[kind]["rich_text"][0]["plain_text"].as_str().unwrap_or_default()
}

/// A value without its ids, which change whenever one more is made before them.
pub fn without_ids(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() == 36 && text.matches('-').count() == 4 => "[id]".into(),
        Value::Array(items) => items.iter().map(without_ids).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), without_ids(value))).collect(),
        other => other.clone(),
    }
}

pub fn seed(workspace: WorkspaceSeed) -> Seed {
    Seed { now: NOW.to_owned(), workspaces: vec![workspace], ..Seed::default() }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Two people, three connections, an inbox with a page inside, a private page, and a database of tasks and their projects.
pub fn workspace() -> WorkspaceSeed {
    let old = || Stamps { created_minutes_ago: 600, edited_minutes_ago: 300, ..Stamps::default() };
    let person = |key: &str, name: &str| PersonSeed {
        key: key.into(),
        name: name.into(),
        email: Some(format!("{key}@example.com")),
        avatar_url: None,
    };
    let page = |key: &str, title: &str, parent: ParentSeed| PageSeed {
        key: key.into(),
        title: title.into(),
        parent,
        stamps: old(),
        ..PageSeed::default()
    };
    WorkspaceSeed {
        key: "w".into(),
        name: "Test workspace".into(),
        plan: Plan::Plus,
        people: vec![person("ada", "Ada"), person("ben", "Ben")],
        groups: vec![GroupSeed { key: "crew".into(), name: "Crew".into() }],
        connections: vec![
            ConnectionSeed { key: "app".into(), name: "App".into(), token: TOKEN.into(), shared: vec!["inbox".into()], ..Default::default() },
            ConnectionSeed {
                key: "limited".into(),
                name: "Limited".into(),
                token: LIMITED.into(),
                capabilities: Capabilities {
                    read_content: false,
                    update_content: false,
                    read_comments: false,
                    user_information: satchel_sim::seed::UserInformation::None,
                    ..Capabilities::default()
                },
                ..Default::default()
            },
            ConnectionSeed {
                key: "personal".into(),
                name: "Ada's token".into(),
                kind: ConnectionKind::Personal,
                token: PERSONAL.into(),
                owner: Some("ada".into()),
                ..Default::default()
            },
        ],
        databases: vec![DatabaseSeed {
            key: "work".into(),
            title: "Work".into(),
            parent: ParentSeed::Page("inbox".into()),
            stamps: old(),
            data_sources: vec![
                DataSourceSeed {
                    key: "tasks".into(),
                    name: "Tasks".into(),
                    properties: object(json!({
                        "Name": { "title": {} },
                        "Notes": { "rich_text": {} },
                        "Points": { "number": {} },
                        "Stage": { "select": { "options": [{ "name": "Soon", "color": "blue" }, { "name": "Later" }] } },
                        "Tags": { "multi_select": { "options": [] } },
                        "Status": { "status": {} },
                        "Due": { "date": {} },
                        "Done": { "checkbox": {} },
                        "Link": { "url": {} },
                        "Mail": { "email": {} },
                        "Phone": { "phone_number": {} },
                        "Who": { "people": {} },
                        "Files": { "files": {} },
                        "Project": { "relation": {
                            "data_source_id": "{{data_source:projects}}",
                            "type": "dual_property",
                            "dual_property": { "synced_property_name": "Tasks" },
                        } },
                        "Score": { "formula": { "expression": "prop(\"Points\") * 2" } },
                        "No": { "unique_id": { "prefix": "T" } },
                        "Made": { "created_time": {} },
                        "Edited": { "last_edited_time": {} },
                        "Maker": { "created_by": {} },
                    })),
                    ..DataSourceSeed::default()
                },
                DataSourceSeed {
                    key: "projects".into(),
                    name: "Projects".into(),
                    properties: object(json!({
                        "Name": { "title": {} },
                        "Sum": { "rollup": { "relation_property_name": "Tasks", "rollup_property_name": "Points", "function": "sum" } },
                        "All": { "rollup": { "relation_property_name": "Tasks", "rollup_property_name": "Points", "function": "show_original" } },
                        "Ready": { "rollup": { "relation_property_name": "Tasks", "rollup_property_name": "Done", "function": "percent_checked" } },
                    })),
                    ..DataSourceSeed::default()
                },
            ],
            ..DatabaseSeed::default()
        }],
        pages: vec![
            PageSeed {
                body: vec![BodySeed::Markdown(
                    "Welcome\n<details>\n<summary>More</summary>\n\tInside\n</details>\n<page url=\"{{url:plans}}\">Plans</page>\nLast".into(),
                )],
                ..page("inbox", "Inbox", ParentSeed::Workspace)
            },
            page("plans", "Tests and plans", ParentSeed::Page("inbox".into())),
            page("private", "Private plans", ParentSeed::Workspace),
            PageSeed {
                properties: object(json!({ "Score": { "formula": { "type": "number", "number": 6 } }, "Points": { "number": 3 } }))
                    .into_iter()
                    .collect(),
                ..page("first", "First task", ParentSeed::DataSource("tasks".into()))
            },
            page("apollo", "Apollo", ParentSeed::DataSource("projects".into())),
        ],
    }
}
