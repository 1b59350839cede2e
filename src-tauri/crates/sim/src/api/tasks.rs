//! Writes that are carried out after their answer: 202, and a task to ask about until it is forgotten.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::route::Route;
use super::{Answer, Context, Reply, call};
use crate::Version;
use crate::clock::millisecond;
use crate::error::ApiError;
use crate::simulator::State;
use crate::state::Connection;
use crate::state::ids::IdKind;

/// How long a write waits, which is also what clients are told to wait before they ask.
const POLL_AFTER_SECONDS: i64 = 2;
/// How long a task that is over can be asked about.
const RETENTION: SignedDuration = SignedDuration::from_hours(1);

/// A request to carry out later.
#[derive(Debug)]
pub(super) struct Request {
    pub route: Route,
    pub workspace: usize,
    pub connection: Connection,
    pub version: Version,
    pub query: Vec<(String, String)>,
    pub body: Value,
}

/// An accepted request and what became of it.
#[derive(Debug)]
pub(crate) struct Task {
    id: String,
    request: Request,
    made: Timestamp,
    outcome: Option<Result<Value, Value>>,
}

impl Task {
    pub const fn is_done(&self) -> bool {
        self.outcome.is_some()
    }

    fn due(&self) -> Timestamp {
        self.made.checked_add(SignedDuration::from_secs(POLL_AFTER_SECONDS)).unwrap_or(self.made)
    }

    /// The task as it is read. Its time of creation drifts from read to read, as the service's does.
    fn shown(&self, now: Timestamp, number: u64) -> Value {
        let status = match &self.outcome {
            Some(Ok(_)) => "succeeded",
            Some(Err(_)) => "failed",
            None if now.duration_since(self.made) < SignedDuration::from_secs(1) => "queued",
            None => "running",
        };
        let drift = SignedDuration::from_millis(i64::try_from(number * 79 % 500).unwrap_or(0));
        let name = match self.request.route {
            Route::CreatePage => "POST /v1/pages",
            _ => "PATCH /v1/pages/:page_id/markdown",
        };
        let mut task = json!({
            "object": "async_task",
            "id": self.id,
            "status": status,
            "status_url": format!("https://api.notion.com/v1/async_tasks/{}", self.id),
            "created_time": millisecond(self.made.checked_add(drift).unwrap_or(self.made)),
            "operation": { "surface": "rest", "name": name },
        });
        if let Some(task) = task.as_object_mut() {
            match &self.outcome {
                None => task.insert("poll_after_seconds".to_owned(), POLL_AFTER_SECONDS.into()),
                Some(Ok(result)) => task.insert("result".to_owned(), result.clone()),
                Some(Err(error)) => task.insert("error".to_owned(), error.clone()),
            };
        }
        task
    }
}

/// Takes a checked request for later.
pub(super) fn accept(state: &mut State, context: &Context<'_>, mut request: Request) -> Answer {
    if let Some(body) = request.body.as_object_mut() {
        body.remove("allow_async");
    }
    let Some(ws) = state.workspaces.get_mut(request.workspace) else { return Err(ApiError::unauthorized()) };
    let id = format!("task_{}", ws.mint(IdKind::Random, context.now).simple());
    let task = Task { id, request, made: context.now, outcome: None };
    let body = task.shown(context.now, state.requests);
    state.tasks.push(task);
    Ok(Reply { status: 202, ..body.into() })
}

/// Carries out what is due, and forgets what was over long ago.
pub(super) fn settle(state: &mut State, context: &Context<'_>) {
    let mut tasks = std::mem::take(&mut state.tasks);
    for task in tasks.iter_mut().filter(|task| task.outcome.is_none() && task.due() <= context.now) {
        let request = &task.request;
        let answer = call(
            state,
            context,
            request.workspace,
            request.connection.clone(),
            request.version,
            request.query.clone(),
            request.body.clone(),
        )
        .and_then(|mut call| {
            let reply = request.route.run(&mut call)?;
            call.keep_attached();
            Ok(reply)
        });
        let request_id = state.fresh_request_id(context.now);
        task.outcome = Some(answer.map(|reply| reply.body).map_err(|error| error.body(&request_id)));
    }
    tasks.retain(|task| context.now.duration_since(task.due()) < RETENTION);
    state.tasks = tasks;
}

/// A task of the connection's own.
pub(super) fn retrieve(state: &State, context: &Context<'_>, connection: &Connection, id: &str) -> Answer {
    let mine = state.tasks.iter().find(|task| task.id == id && task.request.connection.id == connection.id);
    match mine {
        Some(task) => Ok(task.shown(context.now, state.requests).into()),
        None => Err(ApiError::new(404, "object_not_found", format!("Could not find async task with ID: {id}."))),
    }
}
