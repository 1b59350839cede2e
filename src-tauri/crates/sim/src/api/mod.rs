//! The endpoints: from a request's parts to a reply, by way of route, token, version, rate, shape, capability and state.

mod blocks;
mod comments;
mod data_sources;
mod databases;
mod filter;
mod form;
mod markdown;
mod meeting_notes;
mod pages;
mod properties;
mod query;
mod route;
mod search;
pub(crate) mod session;
pub(crate) mod tasks;
mod uploads;
mod users;
mod views;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::faults::RateLimitReason;
use crate::oauth;
use crate::seed::{Capabilities, ConnectionKind, Plan};
use crate::simulator::{State, rate_limited};
use crate::state::ids::{self, Id};
use crate::state::render::Reader;
use crate::state::{Connection, Stamp, Workspace};
use crate::validate::request::{Bodies, Shapes};
use crate::validate::{self, Shape};
use crate::{SimulatorOptions, Version, limits};
use route::Route;
use session::Sessions;
pub(crate) use uploads::type_of;

/// Bytes of a form with the largest file in it.
const UPLOAD_BODY: usize = limits::UPLOAD_PART as usize + limits::FORM_LINES;

/// What does not change during a request.
pub(crate) struct Context<'a> {
    pub shapes: &'a Shapes,
    pub options: &'a SimulatorOptions,
    pub now: Timestamp,
}

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub body: Value,
    /// 200, or 202 for what is carried out later.
    pub status: u16,
    /// Whether the request was found good and is to be carried out later.
    pub is_deferred: bool,
    /// What a receipt would name: the new page or database, or the parent of appended blocks.
    pub committed: Option<Id>,
    pub committed_children: Vec<Id>,
    /// Whether the body carries the request's id; one list does not.
    pub names_request: bool,
}

impl From<Value> for Reply {
    fn from(body: Value) -> Self {
        Self {
            body,
            status: 200,
            is_deferred: false,
            committed: None,
            committed_children: Vec::new(),
            names_request: true,
        }
    }
}

type Answer = Result<Reply, ApiError>;

/// A request that has passed route, token, version and rate.
struct Call<'a> {
    ws: &'a mut Workspace,
    connection: Connection,
    version: Version,
    options: &'a SimulatorOptions,
    bodies: &'a Bodies,
    sessions: Sessions<'a>,
    now: Timestamp,
    /// The request's number.
    number: u64,
    query: Vec<(String, String)>,
    body: Value,
    /// The body of the one endpoint that takes a form.
    form: Option<form::Form>,
    /// Uploads that this request attaches to something.
    attached: Vec<Id>,
}

/// Carries out what was put off until now.
pub(crate) fn settle(state: &mut State, context: &Context<'_>) {
    tasks::settle(state, context);
    for ws in &mut state.workspaces {
        meeting_notes::settle(ws, context.now);
        for page in ws.settle_stamps(context.now).into_iter().chain(ws.settle_fillings(context.now)) {
            ws.note_change(page, context.now, context.options.search_lag);
        }
    }
}

/// Answers a request. Apart from what had been put off, state changes only if the answer is a reply.
pub(crate) fn answer(state: &mut State, context: &Context<'_>, parts: &Parts, body: &Bytes) -> Answer {
    settle(state, context);
    if let Some(endpoint) = oauth::Endpoint::of(&parts.method, parts.uri.path()) {
        return oauth::answer(state, context, endpoint, parts, body);
    }
    let route = Route::of(&parts.method, parts.uri.path()).ok_or_else(ApiError::invalid_request_url)?;
    let (workspace, connection) = authenticate(state, &parts.headers, context.now)?;
    let version = version(&parts.headers)?;
    let plan = state.workspaces.get(workspace).map_or(Plan::Plus, |workspace| workspace.plan);
    let workspace_id = state.workspaces.get(workspace).map_or_else(Id::nil, |workspace| workspace.id);
    spend(state, context, connection.id, plan, workspace_id)?;
    let is_form = matches!(route, Route::SendUpload(_));
    let largest = if is_form { UPLOAD_BODY } else { limits::BODY };
    if body.len() > largest {
        return Err(ApiError::validation(format!(
            "Request body is too large: {} bytes, at most {} are allowed.",
            body.len(),
            largest
        )));
    }
    let kind = parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = if is_form { form::Form::read(kind, body) } else { None };
    let body = if is_form { json!({}) } else { parsed(parts, body)? };
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    if let Route::AsyncTask(id) = &route {
        return tasks::retrieve(state, context, &connection, id);
    }
    let (same_query, same_body) = (query.clone(), body.clone());
    let mut call = call(state, context, workspace, connection.clone(), version, query, body)?;
    call.form = form;
    let reply = route.run(&mut call)?;
    call.keep_attached();
    if reply.is_deferred {
        let request = tasks::Request { route, workspace, connection, version, query: same_query, body: same_body };
        return tasks::accept(state, context, request);
    }
    Ok(reply)
}

/// A request of a connection, ready to be carried out.
fn call<'a>(
    state: &'a mut State,
    context: &'a Context<'_>,
    workspace: usize,
    connection: Connection,
    version: Version,
    query: Vec<(String, String)>,
    body: Value,
) -> Result<Call<'a>, ApiError> {
    let number = state.requests;
    let State { workspaces, sessions, .. } = state;
    let Some(ws) = workspaces.get_mut(workspace) else { return Err(ApiError::unauthorized()) };
    Ok(Call {
        ws,
        connection,
        version,
        options: context.options,
        bodies: context.shapes.of(version),
        sessions: Sessions { all: sessions, now: context.now, lifetime: context.options.cursor_lifetime },
        now: context.now,
        number,
        query,
        body,
        form: None,
        attached: Vec::new(),
    })
}

/// The workspace and connection of the bearer token.
fn authenticate(state: &State, headers: &HeaderMap, now: Timestamp) -> Result<(usize, Connection), ApiError> {
    let token = headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let (workspace, id) = token.and_then(|token| state.holder(token)).ok_or_else(ApiError::unauthorized)?;
    match state.connection(workspace, id).filter(|connection| connection.is_alive(now)) {
        Some(connection) => Ok((workspace, connection.clone())),
        None => Err(ApiError::unauthorized()),
    }
}

fn version(headers: &HeaderMap) -> Result<Version, ApiError> {
    let header = headers.get("notion-version").and_then(|value| value.to_str().ok());
    match header {
        Some("2026-03-11") => Ok(Version::V2026_03_11),
        Some("2025-09-03") => Ok(Version::V2025_09_03),
        None => Err(ApiError::new(
            400,
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.",
        )),
        Some(other) => Err(ApiError::validation(format!(
            "Notion-Version header failed validation: Notion-Version header should be `\"2025-09-03\"` or `\"2026-03-11\"`, instead was \
             `\"{other}\"`."
        ))),
    }
}

/// Counts the request in the windows it is in, or turns it away; one that is turned away counts nowhere.
fn spend(state: &mut State, context: &Context<'_>, connection: Id, plan: Plan, workspace: Id) -> Result<(), ApiError> {
    if state.is_loading {
        // What was let through once is let through.
        return Ok(());
    }
    let options = context.options;
    let (changed, seconds) = state.window;
    let allowance = changed.or(options.requests_per_minute).unwrap_or(match plan {
        Plan::Free | Plan::Plus => 180,
        Plan::Business | Plan::Enterprise => 600,
    });
    let shared = options.workspace_limit.map(|limit| {
        let seconds = i64::try_from(limit.window.as_secs()).unwrap_or(i64::MAX);
        (workspace, limit.requests, seconds, RateLimitReason::Workspace)
    });
    let windows: Vec<_> = std::iter::once((connection, allowance, i64::from(seconds), RateLimitReason::Connection))
        .chain(shared)
        .collect();
    let now = context.now;
    for (whose, allowance, length, reason) in &windows {
        let (start, count) = state.windows.entry(*whose).or_insert((now, 0));
        let age = now.as_second() - start.as_second();
        if !(0..*length).contains(&age) {
            (*start, *count) = (now, 0);
        }
        if *count >= *allowance {
            let left = length - (now.as_second() - start.as_second());
            return Err(rate_limited(*reason, u32::try_from(left.max(1)).unwrap_or(u32::MAX)));
        }
    }
    for (whose, ..) in windows {
        if let Some((_, count)) = state.windows.get_mut(&whose) {
            *count += 1;
        }
    }
    Ok(())
}

/// The body as JSON. One that does not say it is JSON is none.
pub(crate) fn parsed(parts: &Parts, body: &[u8]) -> Result<Value, ApiError> {
    if parts.method == Method::GET || parts.method == Method::DELETE || body.is_empty() {
        return Ok(json!({}));
    }
    let kind = parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let body = is_json.then(|| serde_json::from_slice(body).ok()).flatten();
    body.ok_or_else(|| ApiError::new(400, "invalid_json", "Error parsing JSON body."))
}

/// 404 in the sentence of a kind: missing and not shared sound the same.
pub(crate) fn not_found(kind: &str, id: &str, connection: &Connection) -> ApiError {
    let id = ids::parse(id).map_or_else(|| id.to_owned(), |id| id.to_string());
    let message = format!(
        "Could not find {kind} with ID: {id}. Make sure the relevant pages and databases are shared with your integration \"{}\".",
        connection.name
    );
    ApiError::new(404, "object_not_found", message).with("integration_id", connection.id.to_string())
}

/// A list's envelope.
fn envelope(kind: &str, results: Vec<Value>, next: Option<String>) -> Value {
    json!({ "object": "list", "results": results, "has_more": next.is_some(), "next_cursor": next, "type": kind, kind: {} })
}

/// `start_cursor` and `page_size` of a list.
struct Paging {
    cursor: Option<String>,
    size: usize,
}

impl Paging {
    /// From a cursor that is the next item's id.
    fn slice(&self, ids: &[Id]) -> Result<(Vec<Id>, Option<String>), ApiError> {
        let start = match &self.cursor {
            None => 0,
            Some(cursor) => {
                let id = ids::parse(cursor);
                let at = ids.iter().position(|other| Some(*other) == id);
                at.ok_or_else(|| invalid_cursor(cursor))?
            }
        };
        let rest = ids.get(start..).unwrap_or_default();
        let next = rest.get(self.size).map(Id::to_string);
        Ok((rest.iter().take(self.size).copied().collect(), next))
    }
}

fn invalid_cursor(cursor: &str) -> ApiError {
    ApiError::validation(format!("The start_cursor provided is invalid: {cursor}"))
}

impl Call<'_> {
    fn reader(&self) -> Reader<'_> {
        Reader::new(self.ws, &self.connection, self.version, self.now, self.number)
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.now, by: self.connection.author() }
    }

    fn need(&self, has: impl Fn(&Capabilities) -> bool) -> Result<(), ApiError> {
        if has(&self.connection.capabilities) { Ok(()) } else { Err(ApiError::restricted()) }
    }

    fn reads(&self) -> bool {
        self.connection.capabilities.read_content
    }

    fn not_found(&self, kind: &str, id: Id) -> ApiError {
        not_found(kind, &id.to_string(), &self.connection)
    }

    fn note_change(&mut self, id: Id) {
        self.ws.note_change(id, self.now, self.options.search_lag);
    }

    fn check_body(&self, shape: impl Fn(&Bodies) -> &Shape) -> Result<(), ApiError> {
        validate::body(shape(self.bodies), &self.body)
    }

    fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name)
    }

    /// The answer to a write that is found good and may wait.
    fn deferred(&self) -> Option<Reply> {
        (self.flag("allow_async") == Some(true)).then(|| Reply { is_deferred: true, ..json!({}).into() })
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.field(name).and_then(Value::as_bool)
    }

    fn id_at(&self, pointer: &str) -> Option<Id> {
        self.body.pointer(pointer).and_then(Value::as_str).and_then(ids::parse)
    }

    fn object_field(&self, name: &str) -> Map<String, Value> {
        self.field(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// The trash flag by either of its names.
    fn wants_trash(&self) -> Option<bool> {
        self.flag("in_trash").or_else(|| self.flag("archived"))
    }

    // ---- the query string ----

    /// Refuses keys the endpoint does not have.
    fn check_query(&self, known: &[&str]) -> Result<(), ApiError> {
        match self.query.iter().find(|(key, _)| !known.contains(&key.trim_end_matches("[]"))) {
            Some((key, value)) => {
                Err(validate::complain(&format!("query.{key}"), "not present", Some(&value.as_str().into())))
            }
            None => Ok(()),
        }
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn params(&self, name: &str) -> Vec<String> {
        self.query
            .iter()
            .filter(|(key, _)| key.trim_end_matches("[]") == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    fn query_paging(&self) -> Result<Paging, ApiError> {
        let size = match self.param("page_size") {
            None => limits::PAGE_SIZE,
            Some(text) => {
                let number: Option<i64> = text.parse().ok();
                let value = number.map_or_else(|| Value::from(text), Value::from);
                let shape = validate::filter::page_size();
                shape
                    .check("query.page_size", Some(&value))
                    .map_err(|complaints| validate::refusal("query", &complaints))?;
                number.and_then(|number| usize::try_from(number).ok()).unwrap_or(limits::PAGE_SIZE)
            }
        };
        Ok(Paging { cursor: self.param("start_cursor").map(str::to_owned), size })
    }

    fn body_paging(&self) -> Paging {
        let size = self.field("page_size").and_then(Value::as_u64).and_then(|size| usize::try_from(size).ok());
        let cursor = self.field("start_cursor").and_then(Value::as_str).map(str::to_owned);
        Paging { cursor, size: size.unwrap_or(limits::PAGE_SIZE) }
    }

    // ---- limits on what is made ----

    /// Refuses too many blocks, in one request or in a workspace that does not pay.
    fn check_blocks(&self, count: usize) -> Result<(), ApiError> {
        if count > limits::BLOCKS_PER_REQUEST {
            return Err(ApiError::validation(format!(
                "body failed validation: the number of block elements should be ≤ `{}`, instead was `{count}`.",
                limits::BLOCKS_PER_REQUEST
            )));
        }
        let is_limited =
            self.ws.plan == Plan::Free && self.ws.people.len() > 1 && self.connection.kind == ConnectionKind::Internal;
        if is_limited && self.ws.blocks_made + count > self.options.free_plan_blocks {
            return Err(ApiError::new(
                403,
                "restricted_resource",
                "This workspace has reached its block limit. Upgrade to add more blocks.",
            )
            .with("block_limit", "block_creation"));
        }
        Ok(())
    }
}
