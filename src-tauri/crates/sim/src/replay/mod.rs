//! Plays recorded exchanges to a fresh simulator and tells where its answers differ from the service's.
//!
//! Each cassette gets a simulator that holds what the cassette reads before it makes it (`ground`); a write to something never read
//! finds it as the answer shows it, less what the request sets (`before`). Ids are the recorded ones, but for what the simulator makes
//! itself (`names`). An answer that only gives back what was seeded proves nothing and is counted apart.

mod before;
mod cassette;
mod compare;
mod ground;
mod names;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::seed::{ConnectionSeed, PublicConnectionSeed, Seed, WorkspaceSeed};
use crate::state::ids;
use crate::{SearchLag, SimClock, Simulator, SimulatorOptions};
use cassette::Exchange;
use ground::{History, ground, parent_id};
use names::Names;

const TOKEN: &str = "ntn_replay";
/// Before any recording, if a cassette does not say.
const LONG_AGO: &str = "2026-01-01T00:00:00Z";
/// Seconds from one exchange to the next.
const STEP: u64 = 3;
const FOREVER: u64 = 1_000_000_000;

/// A line that is no recorded exchange.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct ReplayError {
    pub place: String,
    pub reason: String,
}

/// How many exchanges there were, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub exchanges: usize,
    /// Reads whose answer only gives back what was seeded from it.
    pub echoed: usize,
    /// What could not be asked: the request is not recorded, speaks another version, or is about something of which nothing is known.
    pub unseedable: usize,
    pub computed: usize,
    /// Of those computed, with the recorded status.
    pub computed_same_status: usize,
    /// Of those, with the recorded answer but for ids, times, addresses, users and ids of requests.
    pub computed_same_shape: usize,
}

/// What a replay found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub counts: Counts,
    /// Each computed answer that is another, with where it differs.
    pub different: Vec<Difference>,
    /// Why what could not be asked could not.
    pub unseedable: Vec<(String, &'static str)>,
}

/// An answer that is another than the recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which exchange: its place in the recording, method and path.
    pub exchange: String,
    pub places: Vec<String>,
}

/// Plays recordings, given by name and text: one JSON object a line.
///
/// # Errors
/// When a line is no recorded exchange.
pub fn replay<'a>(recordings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Report, ReplayError> {
    let mut report = Report::default();
    for (name, text) in recordings {
        let mut cassettes: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
        for exchange in Exchange::all_of(name, text)? {
            cassettes.entry(exchange.cassette.clone()).or_default().push(exchange);
        }
        for mut exchanges in cassettes.into_values() {
            exchanges.sort_by_key(|exchange| exchange.seq);
            play(&exchanges, &mut report);
        }
    }
    Ok(report)
}

/// When a cassette's first write was, or if it has none the latest time it shows.
fn start(exchanges: &[Exchange]) -> Timestamp {
    fn latest(value: &Value) -> Option<Timestamp> {
        match value {
            Value::Object(object) => {
                let own = object.get("last_edited_time").and_then(Value::as_str).and_then(|time| time.parse().ok());
                object.values().filter_map(latest).chain(own).max()
            }
            Value::Array(items) => items.iter().filter_map(latest).max(),
            _ => None,
        }
    }
    let write = exchanges.iter().find(|exchange| exchange.is_taken() && !exchange.only_reads());
    let shown = |exchange: &Exchange| latest(&exchange.answer);
    let of_write = write.and_then(shown);
    of_write.or_else(|| exchanges.iter().filter_map(shown).max()).or_else(|| LONG_AGO.parse().ok()).unwrap_or_default()
}

fn play(exchanges: &[Exchange], report: &mut Report) {
    let playable: Vec<Exchange> = exchanges.iter().filter(|exchange| unplayable(exchange).is_none()).cloned().collect();
    let ground = ground(&playable);
    let start = start(&playable);
    let simulator = simulator(start);
    if let Some(simulator) = &simulator {
        simulator.implant(&ground, start);
    }
    let (mut names, mut history) = (Names::default(), History::default());
    for exchange in exchanges {
        report.counts.exchanges += 1;
        let missing = || simulator.as_ref().is_none_or(|simulator| !history.has_ground(exchange, simulator));
        let reason = unplayable(exchange).or_else(|| missing().then_some("nothing is known of what it is about"));
        let (None, Some(simulator)) = (reason, &simulator) else {
            report.counts.unseedable += 1;
            report.unseedable.push((exchange.title(), reason.unwrap_or("no simulator")));
            continue;
        };
        let is_telling = history.is_telling(exchange);
        if exchange.path == "search" {
            let shown = history.shown(exchange).map(|(id, is_new)| (names.text(&id.to_string()), is_new)).collect();
            simulator.catch_up(shown);
        }
        let answer = ask(simulator, exchange, &names);
        history.go_on(exchange);
        let Some((status, answer)) = answer else { continue };
        if status == exchange.status {
            names.learn(&exchange.answer, &answer);
        }
        if !is_telling {
            report.counts.echoed += 1;
            continue;
        }
        report.counts.computed += 1;
        let mut places = compare::differences(&exchange.answer, &answer);
        if status == exchange.status {
            report.counts.computed_same_status += 1;
        } else {
            let message = answer.get("message").and_then(Value::as_str).unwrap_or_default();
            places = vec![format!("the status was {}, is {status} {message}", exchange.status)];
        }
        if places.is_empty() {
            report.counts.computed_same_shape += 1;
        } else {
            report.different.push(Difference { exchange: exchange.title(), places });
        }
    }
}

/// Why an exchange cannot be played to any simulator.
fn unplayable(exchange: &Exchange) -> Option<&'static str> {
    let answer = &exchange.answer;
    // Versions before the simulated ones gave databases properties, and hung rows on them.
    let is_old = |object: &Value| {
        let is = |kind: &str| object.get("object").is_some_and(|own| own == kind);
        let hangs = object.pointer("/parent/type").is_some_and(|kind| kind == "database_id");
        (is("database") && object.get("properties").is_some()) || (is("page") && hangs)
    };
    let results = answer.get("results").and_then(Value::as_array).into_iter().flatten();
    match () {
        () if exchange.method.is_none() => Some("the request was not recorded"),
        () if exchange.path.ends_with("/send") && exchange.body.is_null() => Some("the form was not recorded"),
        () if !answer.is_object() => Some("the answer is no object"),
        () if !matches!(exchange.version.as_str(), "2025-09-03" | "2026-03-11") => Some("the version is not simulated"),
        () if is_old(answer) || results.into_iter().any(is_old) => Some("the answer has the shape of an older version"),
        () => None,
    }
}

/// A workspace with nothing in it but a connection that may do everything.
fn simulator(start: Timestamp) -> Option<Simulator> {
    let connection = ConnectionSeed {
        key: "recorder".into(),
        name: "Recorder".into(),
        token: TOKEN.into(),
        ..ConnectionSeed::default()
    };
    let workspace = WorkspaceSeed {
        key: "replay".into(),
        name: "Replay".into(),
        connections: vec![connection],
        ..WorkspaceSeed::default()
    };
    let seed = Seed {
        now: start.to_string(),
        workspaces: vec![workspace],
        public_connections: Vec::<PublicConnectionSeed>::new(),
    };
    let options = SimulatorOptions {
        clock: Some(SimClock::starting_at(start)),
        requests_per_minute: Some(u32::MAX),
        // How far search is behind is chance: it catches up when the recording shows that it has.
        search_lag: SearchLag::Fixed(Duration::from_secs(FOREVER)),
        search_shuffles_minutes: false,
        search_keeps_trashed_sources: true,
        ..SimulatorOptions::default()
    };
    Simulator::new(seed, options).ok()
}

/// Asks the simulator what the service was asked.
fn ask(simulator: &Simulator, exchange: &Exchange, names: &Names) -> Option<(u16, Value)> {
    simulator.clock().advance(Duration::from_secs(STEP));
    let pairs = exchange.query.iter().map(|(key, value)| (key.as_str(), names.text(value)));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let path = names.path(&exchange.path);
    let target = if query.is_empty() { format!("/v1/{path}") } else { format!("/v1/{path}?{query}") };
    // Tokens are not recorded. One that was refused was none.
    let token = if exchange.status == 401 { "ntn_unknown" } else { TOKEN };
    let body = match &exchange.body {
        Value::Null => Bytes::new(),
        Value::String(form) => Bytes::from(form.clone()),
        body => Bytes::from(names.value(body).to_string()),
    };
    let request = Request::builder()
        .method(exchange.method.clone().unwrap_or(Method::GET))
        .uri(target)
        .header("authorization", format!("Bearer {token}"))
        .header("notion-version", &exchange.version)
        .header(
            "content-type",
            exchange.content_type.as_deref().filter(|_| exchange.body.is_string()).unwrap_or("application/json"),
        )
        .body(body)
        .ok()?;
    let response = simulator.handle(request).ok()?;
    Some((response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default()))
}

impl History {
    /// Whether everything a successful exchange is about is there, made or seeded.
    fn has_ground(&self, exchange: &Exchange, simulator: &Simulator) -> bool {
        if !exchange.is_taken() {
            return true;
        }
        let named =
            exchange.path.split('/').filter_map(ids::parse).chain(exchange.body.get("parent").and_then(parent_id));
        let mut named = named.peekable();
        // Lists of what nobody has made here would only give back what nobody could seed.
        let parts = exchange.parts();
        if named.peek().is_none()
            && exchange.only_reads()
            && !matches!(parts.first(), Some(&("search" | "users" | "comments" | "invalid")))
        {
            return self.has_written();
        }
        named.all(|id| self.has_made(id) || simulator.has(id))
    }
}

impl Simulator {
    fn implant(&self, ground: &crate::state::implant::Ground, now: Timestamp) {
        if let Some(workspace) = self.state().workspaces.first_mut() {
            workspace.implant(ground, now);
        }
    }

    /// Lets search know of what is new where the recording shows that it did, and forget what was thrown away and is not shown.
    fn catch_up(&self, shown: Vec<(String, bool)>) {
        let shown: BTreeMap<ids::Id, bool> =
            shown.into_iter().filter_map(|(id, is_new)| Some((ids::parse(&id)?, is_new))).collect();
        if let Some(workspace) = self.state().workspaces.first_mut() {
            shown.iter().filter(|(_, is_new)| **is_new).for_each(|(id, _)| workspace.index_now(*id));
            workspace.forget_trashed(|id| shown.contains_key(&id));
        }
    }

    fn has(&self, id: ids::Id) -> bool {
        self.state().workspaces.first().is_some_and(|workspace| workspace.has(id))
    }
}
