//! Notion as the tests have it: a simulator, the line to it that can be cut, and `/control` to change and to look at both.
//!
//! `POST /control` takes one [`Change`]; `GET /control/<workspace>` tells the pages and comments there as they are.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{Method, StatusCode},
    routing::{get, post},
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use satchel_core::InProcess;
use satchel_model::Timestamp;
use satchel_notion::{Phase, Transport, TransportError, TransportFault};
use satchel_sim::{
    SimClock, Simulator, SimulatorOptions, demo,
    faults::{Fault, FaultRule, RateLimitReason},
    seed::Seed,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Bridge;

/// The simulator, and whether the line to it is cut.
pub struct Notion {
    simulator: Simulator,
    is_cut: Arc<AtomicBool>,
}

impl Notion {
    /// The demo's workspaces, in the machine's time.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let now = Timestamp::now();
        let seed = Seed { now: now.to_string(), ..demo::seed() };
        let options = SimulatorOptions { clock: Some(SimClock::running_from(now)), ..SimulatorOptions::default() };
        Ok(Self { simulator: Simulator::new(seed, options)?, is_cut: Arc::default() })
    }

    /// The way there, for a core.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(Line { end: InProcess::new(self.simulator.clone()), is_cut: Arc::clone(&self.is_cut) })
    }
}

struct Line {
    end: InProcess,
    is_cut: Arc<AtomicBool>,
}

impl Transport for Line {
    fn send(
        &self,
        request: axum::http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<axum::http::Response<Bytes>, TransportError>> {
        if self.is_cut.load(Ordering::Relaxed) {
            let error = TransportError::new(Phase::BeforeSend, TransportFault::Unreachable);
            return Box::pin(std::future::ready(Err(error)));
        }
        self.end.send(request)
    }
}

/// Something a test does to Notion or to the line.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Cuts the line, or mends it.
    Network { is_up: bool },
    /// Makes the next requests of a method whose path ends so fail.
    Fail { method: String, suffix: String, fault: Failure, times: u32 },
    /// Drops all failures.
    Heal,
    /// Ends the token of a workspace.
    Revoke { workspace: String },
    /// A person of the workspace adds text to a page.
    Append { workspace: String, person: String, page: String, markdown: String },
}

/// How a request fails.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The answer never comes, though the request was carried out.
    CommitThenDrop,
    /// 503, nothing done.
    Unavailable,
    /// 429 for two seconds.
    RateLimited,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::CommitThenDrop => Self::CommitThenDrop,
            Failure::Unavailable => Self::Unavailable,
            Failure::RateLimited => Self::RateLimited { reason: RateLimitReason::Connection, retry_after: 2 },
        }
    }
}

/// The routes of `/control`.
pub fn routes() -> Router<Arc<Bridge>> {
    Router::new().route("/control", post(change)).route("/control/{workspace}", get(look))
}

async fn change(State(bridge): State<Arc<Bridge>>, change: Json<Change>) -> Result<Json<Value>, (StatusCode, String)> {
    let notion = &bridge.notion;
    let wrong = |text: String| (StatusCode::BAD_REQUEST, text);
    match change.0 {
        Change::Network { is_up } => notion.is_cut.store(!is_up, Ordering::Relaxed),
        Change::Fail { method, suffix, fault, times } => {
            let method: Method = method.parse().map_err(|_| wrong(format!("`{method}` is no method")))?;
            notion.simulator.faults().add(FaultRule::ending(method, &suffix, fault.into()).times(times));
        }
        Change::Heal => notion.simulator.faults().clear(),
        Change::Revoke { workspace } => {
            let token = token_of(&notion.simulator, &workspace).ok_or_else(|| wrong(workspace))?;
            notion.simulator.revoke(&token);
        }
        Change::Append { workspace, person, page, markdown } => {
            let id = notion.simulator.id_of(&workspace, &format!("page:{page}")).ok_or_else(|| wrong(page))?;
            let person = notion.simulator.as_person(&workspace, &person).map_err(|error| wrong(error.to_string()))?;
            person.append(&id, &markdown).map_err(|error| wrong(error.to_string()))?;
        }
    }
    Ok(Json(Value::Null))
}

async fn look(State(bridge): State<Arc<Bridge>>, Path(workspace): Path<String>) -> Json<Value> {
    let simulator = &bridge.notion.simulator;
    let pages: Vec<Value> = simulator
        .pages(&workspace)
        .into_iter()
        .map(|page| {
            json!({
                "id": page.id, "title": page.title, "parent": page.parent, "in_trash": page.in_trash,
                "markdown": page.markdown, "properties": page.properties,
            })
        })
        .collect();
    let comments: Vec<Value> = simulator
        .comments(&workspace)
        .into_iter()
        .map(|comment| json!({ "on": comment.on, "discussion": comment.discussion, "text": comment.text }))
        .collect();
    Json(json!({ "token": token_of(simulator, &workspace), "pages": pages, "comments": comments }))
}

fn token_of(simulator: &Simulator, key: &str) -> Option<String> {
    let name = demo::seed().workspaces.into_iter().find(|workspace| workspace.key == key)?.name;
    simulator.workspaces().into_iter().find(|(candidate, _)| *candidate == name).map(|(_, token)| token)
}
