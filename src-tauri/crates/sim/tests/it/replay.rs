//! Recordings played to the simulator in their order: the ids differ, the rest of the answers has to be what the service said.

use std::collections::{BTreeMap, HashMap};

use http::Method;
use satchel_sim::SimulatorOptions;
use satchel_sim::seed::WorkspaceSeed;
use serde_json::Value;

use crate::client::{Client, seed, workspace};
use crate::recorded::{Exchange, taken};

/// What depends on the workspace, the moment, or what the simulator does not do (formulas).
const OF_THE_MOMENT: [&str; 19] = [
    "id",
    "created_time",
    "last_edited_time",
    "expiry_time",
    "request_id",
    "next_cursor",
    "url",
    "href",
    "status_url",
    "name",
    "person",
    "avatar_url",
    "resolved_name",
    "workspace_name",
    "workspace_id",
    "synced_property_id",
    "relation_property_id",
    "rollup_property_id",
    "formula",
];

/// What recorded ids are called here.
#[derive(Default)]
struct Names(HashMap<String, String>);

fn is_id(text: &str) -> bool {
    let bare = text.replace('-', "");
    bare.len() == 32 && bare.chars().all(|c| c.is_ascii_hexdigit())
}

impl Names {
    fn key(text: &str) -> String {
        if is_id(text) { text.replace('-', "") } else { text.to_owned() }
    }

    fn learn(&mut self, recorded: &Value, answered: &Value) {
        match (recorded, answered) {
            (Value::Object(left), Value::Object(right)) => {
                for (key, value) in left {
                    let Some(other) = right.get(key) else { continue };
                    let is_name = key == "id" || key.ends_with("_id") || key == "next_cursor";
                    if let (true, Value::String(from), Value::String(to)) = (is_name, value, other) {
                        self.0.entry(Self::key(from)).or_insert_with(|| to.clone());
                    }
                    self.learn(value, other);
                }
            }
            (Value::Array(left), Value::Array(right)) => {
                left.iter().zip(right).for_each(|(left, right)| self.learn(left, right));
            }
            _ => {}
        }
    }

    fn text(&self, text: &str) -> String {
        self.0.get(&Self::key(text)).cloned().unwrap_or_else(|| text.to_owned())
    }

    fn path(&self, path: &str) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let path: Vec<String> = path.split('/').map(|part| self.text(part)).collect();
        let query: Vec<String> = query
            .split('&')
            .map(|pair| {
                pair.split_once('=').map_or(pair.to_owned(), |(key, value)| format!("{key}={}", self.text(value)))
            })
            .collect();
        format!("{}?{}", path.join("/"), query.join("&"))
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(object) => object.iter().map(|(key, value)| (self.text(key), self.value(value))).collect(),
            other => other.clone(),
        }
    }

    /// Whether everything a request names is known here.
    fn know(&self, exchange: &Exchange) -> bool {
        fn ids(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::String(text) if is_id(text) => found.push(text.clone()),
                Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
                Value::Object(object) => object.values().for_each(|value| ids(value, found)),
                _ => {}
            }
        }
        let mut found: Vec<String> =
            exchange.path.split(['/', '?', '=', '&']).filter(|part| is_id(part)).map(str::to_owned).collect();
        ids(&exchange.body, &mut found);
        found.iter().all(|id| self.0.contains_key(&Self::key(id)))
    }
}

/// Where an answer is not what was recorded.
fn differences(recorded: &Value, answered: &Value, path: &str, found: &mut Vec<String>) {
    match (recorded, answered) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left.keys().chain(right.keys().filter(|key| !left.contains_key(*key))) {
                let inner = format!("{path}.{key}");
                match (left.get(key), right.get(key)) {
                    (Some(_), Some(_)) if OF_THE_MOMENT.contains(&key.as_str()) => {}
                    (Some(left), Some(right)) => differences(left, right, &inner, found),
                    (Some(left), None) => found.push(format!("{inner} is missing: {left}")),
                    (None, right) => found.push(format!("{inner} was not there: {right:?}")),
                }
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.for_each(|(at, (left, right))| differences(left, right, &format!("{path}[{at}]"), found));
        }
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
        (Value::String(left), Value::String(right))
            if left == right || (is_id(left) && is_id(right)) || (left.starts_with('@') && right.starts_with('@')) => {}
        (left, right) if left == right => {}
        (left, right) => found.push(format!("{path} was {left}, is {right}")),
    }
}

/// The inbox by the name the recordings' page has.
fn tests_page() -> WorkspaceSeed {
    let mut workspace = workspace();
    workspace.pages[0].title = "Tests".into();
    workspace
}

#[test]
fn recorded_answers_come_again() {
    let mut cassettes: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
    for exchange in taken() {
        cassettes.entry(exchange.cassette.clone()).or_default().push(exchange);
    }
    let options = SimulatorOptions { requests_per_minute: Some(100_000), ..SimulatorOptions::default() };
    let (mut played, mut wrong) = (0, Vec::new());
    for (cassette, mut exchanges) in cassettes {
        exchanges.sort_by_key(|exchange| exchange.seq);
        let mut client = Client::new(seed(tests_page()), options.clone());
        let mut names = Names::default();
        for exchange in exchanges {
            let kind = exchange.path.split(['/', '?']).next().unwrap_or_default();
            // Searches and lists of users tell of the whole workspace.
            if !matches!(kind, "pages" | "blocks" | "databases" | "data_sources" | "comments" | "async_tasks") {
                continue;
            }
            // What a recording makes, it makes in the inbox; who is named in it is one person.
            if let Some(Value::String(parent)) = exchange.body.pointer("/parent/page_id") {
                names.0.entry(Names::key(parent)).or_insert_with(|| client.id("page:inbox"));
            }
            let mut people = Vec::new();
            people_in(&exchange.body, &mut people);
            for person in people {
                names.0.entry(Names::key(&person)).or_insert_with(|| client.id("user:ada"));
            }
            if !names.know(&exchange) {
                // What follows a write that cannot be played would find something else.
                if exchange.method == Method::GET {
                    continue;
                }
                break;
            }
            client.version = exchange.version;
            client.advance(3);
            let body = (!exchange.body.is_null()).then(|| names.value(&exchange.body));
            let answer = client.call(exchange.method.clone(), &names.path(&exchange.path), body);
            played += 1;
            let place = format!("{cassette} {}: {} {}", exchange.seq, exchange.method, exchange.path);
            if u64::from(answer.status) != exchange.status {
                wrong.push(format!("{place}\n  {} {}", answer.status, answer.body["message"]));
                continue;
            }
            names.learn(&exchange.answer, &answer.body);
            let mut found = Vec::new();
            differences(&exchange.answer, &answer.body, "", &mut found);
            wrong.extend(found.into_iter().map(|difference| format!("{place}\n  {difference}")));
        }
    }
    assert!(played > 100, "{played} exchanges could be played");
    assert!(wrong.is_empty(), "{played} played, {} wrong\n{}", wrong.len(), wrong.join("\n"));
}

fn people_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let id = object
                .get("id")
                .and_then(Value::as_str)
                .filter(|_| object.get("object").is_some_and(|kind| kind == "user"));
            found.extend(id.map(str::to_owned));
            object.values().for_each(|value| people_in(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| people_in(item, found)),
        _ => {}
    }
}
