//! The simulator: state behind a lock, and the way of a request through it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use crate::api::session::Session;
use crate::api::tasks::Task;
use crate::api::{self, Reply};
use crate::control;
use crate::error::ApiError;
use crate::faults::{Fault, Faults, RateLimitReason, SlowBody};
use crate::files;
use crate::inspect::LoggedRequest;
use crate::journal::{Before, Journal};
use crate::oauth::{self, Oauth};
use crate::seed::Seed;
use crate::state::ids::{self, Id, IdKind, Mint};
use crate::state::seeding::{self, SeedError};
use crate::state::{Connection, Workspace};
use crate::validate::request::Shapes;
use crate::{SimClock, SimulatorOptions};

/// A simulated Notion. Clones share everything.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    shapes: Shapes,
    options: SimulatorOptions,
    clock: SimClock,
    faults: Faults,
    /// Where changes are written down.
    journal: Mutex<Option<Journal>>,
}

/// Everything that changes.
pub(crate) struct State {
    pub workspaces: Vec<Workspace>,
    /// Requests so far; numbers signatures and ids of requests.
    pub requests: u64,
    pub request_ids: Mint,
    /// By connection: the window's start and the requests in it.
    pub windows: HashMap<Id, (Timestamp, u32)>,
    pub sessions: VecDeque<Session>,
    pub oauth: Oauth,
    /// Writes that were put off.
    pub tasks: Vec<Task>,
    pub log: Vec<LoggedRequest>,
    /// Requests and seconds of a connection's window, when a test has changed them.
    pub window: (Option<u32>, u32),
    /// Whether what happened once happens again.
    pub is_loading: bool,
}

impl State {
    /// The workspace and connection a bearer token is for, dead or alive.
    pub fn holder(&self, token: &str) -> Option<(usize, Id)> {
        let of = |(at, ws): (usize, &Workspace)| {
            let found = ws.connections.iter().find(|connection| connection.token.as_deref() == Some(token))?;
            Some((at, found.id))
        };
        self.workspaces.iter().enumerate().find_map(of).or_else(|| self.oauth.holder(token))
    }

    pub fn fresh_request_id(&mut self, now: Timestamp) -> String {
        self.request_ids.next(IdKind::Random, now).to_string()
    }

    pub fn connection(&self, workspace: usize, id: Id) -> Option<&Connection> {
        self.workspaces.get(workspace)?.connections.iter().find(|connection| connection.id == id)
    }

    /// Counts a request, and gives it an id.
    pub fn begin_request(&mut self, now: Timestamp) -> String {
        self.requests += 1;
        self.fresh_request_id(now)
    }

    /// How much of each kind is put off until its time has come.
    pub fn waiting(&self) -> Vec<usize> {
        let of = |ws: &Workspace| [ws.transcriptions.len(), ws.late_stamps.len(), ws.fillings.len()];
        let tasks = self.tasks.iter().filter(|task| !task.is_done()).count();
        self.workspaces.iter().flat_map(of).chain([tasks]).collect()
    }

    /// Logs a request; of very many only the later half is kept.
    fn note(&mut self, request: LoggedRequest) {
        const MOST: usize = 200_000;
        if self.log.len() >= MOST {
            self.log.drain(..MOST / 2);
        }
        self.log.push(request);
    }
}

/// The connection broke before a whole response came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was lost {}", if *.request_was_read { "after the request had been read" } else { "before the request was read" })]
pub struct ConnectionLost {
    /// Whether the service had taken the request, and so may have carried it out. A client cannot see this.
    pub request_was_read: bool,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("clock", &self.shared.clock).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Builds a workspace for every one in the seed.
    ///
    /// # Errors
    /// When the seed names something that it does not have, or has values the API would refuse.
    pub fn new(seed: Seed, options: SimulatorOptions) -> Result<Self, SeedError> {
        let start: Timestamp = seed.now.parse().map_err(|_| SeedError::Now(seed.now.clone()))?;
        let clock = options.clock.clone().unwrap_or_else(|| SimClock::starting_at(start));
        let workspaces =
            seed.workspaces.iter().map(|workspace| seeding::plant(workspace, start)).collect::<Result<_, _>>()?;
        let state = State {
            workspaces,
            requests: 0,
            request_ids: Mint::new(&format!("requests/{}", seed.now)),
            windows: HashMap::new(),
            sessions: VecDeque::new(),
            oauth: Oauth::new(&seed.public_connections, &seed.now)?,
            tasks: Vec::new(),
            log: Vec::new(),
            window: (None, 60),
            is_loading: false,
        };
        let shared = Shared {
            state: Mutex::new(state),
            shapes: Shapes::new(),
            options,
            clock,
            faults: Faults::default(),
            journal: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub fn clock(&self) -> &SimClock {
        &self.shared.clock
    }

    pub fn options(&self) -> &SimulatorOptions {
        &self.shared.options
    }

    /// Changes the window of every connection: how many requests it takes (none is what the plan gives) and how long it is. Windows begin
    /// anew.
    pub fn set_window(&self, requests: Option<u32>, seconds: u32) {
        let mut state = self.state();
        state.window = (requests, seconds);
        state.windows.clear();
    }

    /// What goes wrong, and when.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Option<Journal>> {
        self.shared.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its state is in a file.
    pub(crate) fn is_kept(&self) -> bool {
        self.journal().is_some()
    }

    /// Answers one request. Nothing else happens in between: requests are carried out one after the other.
    ///
    /// # Errors
    /// When a fault breaks the connection.
    pub fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionLost> {
        let now = self.shared.clock.now();
        let mut response = self.carry_out(request, now)?;
        // As every server with a clock does.
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
        if let Some(value) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
            response.headers_mut().insert(header::DATE, value);
        }
        Ok(response)
    }

    fn carry_out(&self, request: Request<Bytes>, now: Timestamp) -> Result<Response<Bytes>, ConnectionLost> {
        let (parts, body) = request.into_parts();
        let fault = self.shared.faults.take(&parts.method, parts.uri.path());
        let mut state = self.state();
        let mut journal = self.journal();
        let before = journal.as_ref().map(|_| Before::of(&state, now));
        let request_id = state.begin_request(now);
        if let Some(reason) = journal.as_ref().and_then(Journal::failure) {
            return Ok(error_response(&not_kept(reason), &request_id));
        }
        if fault == Some(Fault::DropBefore) {
            state.note(LoggedRequest::of(&parts, now, None, false));
            return Err(ConnectionLost { request_was_read: false });
        }
        if let Some(response) = fault.as_ref().and_then(|fault| refused_by(fault, &request_id)) {
            state.note(LoggedRequest::of(&parts, now, Some(response.status()), false));
            return Ok(response);
        }
        if files::is_meant(&parts) {
            let response = files::answer(&state, &parts, now);
            state.note(LoggedRequest::of(&parts, now, Some(response.status()), false));
            return Ok(match fault {
                Some(Fault::CommitThenDrop) => return Err(ConnectionLost { request_was_read: true }),
                Some(Fault::TruncatedBody) => truncated(response),
                _ => slowed(response, fault.as_ref()),
            });
        }
        let outcome = self.perform(&mut state, &parts, &body, now);
        let line = before.and_then(|before| {
            let unasked = oauth::answered(&self.shared.options.consenting)
                .filter(|_| parts.uri.path() == oauth::AUTHORIZE && parts.method == Method::GET);
            before.line(&state, &parts, unasked.as_deref().map_or(&body[..], str::as_bytes), outcome.hash(&request_id))
        });
        if let (Some(journal), Some(line)) = (journal.as_mut(), line)
            && let Err(reason) = journal.write(&line)
        {
            return Ok(error_response(&not_kept(reason), &request_id));
        }
        drop(journal);
        let answer = match outcome {
            Outcome::Page(response) => {
                state.note(LoggedRequest::of(&parts, now, Some(response.status()), parts.method == Method::POST));
                return Ok(response);
            }
            Outcome::Answer(answer) => answer,
        };
        let is_committed = answer.is_ok();
        let response = match (answer, &fault) {
            (Ok(_), Some(Fault::CommitThenDrop)) => {
                state.note(LoggedRequest::of(&parts, now, None, true));
                return Err(ConnectionLost { request_was_read: true });
            }
            (Ok(reply), Some(Fault::CommitThen503 { receipt })) => {
                json_response(503, &unavailable_after_commit(&reply, *receipt).body(&request_id), &request_id)
            }
            (Ok(reply), Some(Fault::TruncatedBody)) => truncated(reply_response(reply, &request_id)),
            (Ok(reply), Some(fault @ (Fault::EmptyPage | Fault::RepeatedPage | Fault::CursorAtEnd))) => {
                reply_response(odd_page(reply, fault, &parts, &body), &request_id)
            }
            (Ok(reply), _) => reply_response(reply, &request_id),
            (Err(error), _) => error_response(&error, &request_id),
        };
        state.note(LoggedRequest::of(&parts, now, Some(response.status()), is_committed));
        Ok(slowed(response, fault.as_ref()))
    }

    /// Changes what a connection may do, as the control endpoint of this name does.
    pub(crate) fn change(&self, name: &str, body: &[u8]) -> Result<Value, String> {
        let now = self.shared.clock.now();
        let mut state = self.state();
        let mut journal = self.journal();
        let before = journal.as_ref().map(|_| Before::of(&state, now));
        let answer = control::change(&mut state, name, body).unwrap_or_else(|| Err(format!("{name} is not here")))?;
        if let (Some(journal), Some(line)) =
            (journal.as_mut(), before.and_then(|before| before.control_line(name, body)))
        {
            journal.write(&line)?;
        }
        Ok(answer)
    }

    /// Carries a request out, whatever its client is to hear of it.
    pub(crate) fn perform(&self, state: &mut State, parts: &Parts, body: &Bytes, now: Timestamp) -> Outcome {
        if parts.uri.path() == oauth::AUTHORIZE && matches!(parts.method, Method::GET | Method::POST) {
            return Outcome::Page(oauth::respond(state, &self.shared.options.consenting, now, parts, body));
        }
        let context = api::Context { shapes: &self.shared.shapes, options: &self.shared.options, now };
        Outcome::Answer(api::answer(state, &context, parts, body))
    }

    /// Carries out what had been put off until now.
    pub(crate) fn settle(&self, state: &mut State, now: Timestamp) {
        let context = api::Context { shapes: &self.shared.shapes, options: &self.shared.options, now };
        api::settle(state, &context);
    }
}

/// Nothing is answered that was not written down.
fn not_kept(reason: &str) -> ApiError {
    ApiError::new(500, "internal_server_error", format!("The state file cannot be written: {reason}"))
}

/// What became of a request.
pub(crate) enum Outcome {
    /// A page for a person.
    Page(Response<Bytes>),
    Answer(Result<Reply, ApiError>),
}

impl Outcome {
    /// A hash of what would be answered; nothing for a request that was refused.
    pub fn hash(&self, request_id: &str) -> Option<u64> {
        let text = match self {
            // Somebody has decided, and is sent on.
            Self::Page(response) => response.headers().get(header::LOCATION)?.to_str().ok()?.to_owned(),
            Self::Answer(Ok(reply)) => reply.body.to_string(),
            Self::Answer(Err(_)) => return None,
        };
        Some(ids::hash(format!("{request_id} {text}").as_bytes()))
    }
}

/// The response of a fault that keeps the request from being carried out.
fn refused_by(fault: &Fault, request_id: &str) -> Option<Response<Bytes>> {
    let error = match fault {
        Fault::InternalError => ApiError::new(500, "internal_server_error", "Unexpected error occurred."),
        Fault::BadGateway => {
            let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n\
                        <hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n";
            return Some(response(502, "text/html; charset=UTF-8", Bytes::from_static(html.as_bytes()), request_id));
        }
        Fault::Unavailable => ApiError::new(
            503,
            "service_unavailable",
            "Public API service is temporarily unavailable, please try again later.",
        ),
        Fault::GatewayTimeout => ApiError::new(504, "gateway_timeout", "Notion encountered a gateway timeout."),
        Fault::Conflict => ApiError::new(409, "conflict_error", "Conflict occurred while saving. Please try again."),
        Fault::RateLimited { reason, retry_after } => rate_limited(*reason, *retry_after),
        Fault::Overloaded { retry_after } => {
            ApiError::new(529, "service_overload", "Notion is overloaded. Please try again later.")
                .with("retry_after", retry_after.to_string())
        }
        Fault::InvalidCursor => ApiError::validation("The start_cursor provided is invalid or has expired."),
        Fault::DropBefore
        | Fault::CommitThenDrop
        | Fault::CommitThen503 { .. }
        | Fault::TruncatedBody
        | Fault::SlowBody { .. }
        | Fault::EmptyPage
        | Fault::RepeatedPage
        | Fault::CursorAtEnd => return None,
    };
    Some(error_response(&error, request_id))
}

pub(crate) fn rate_limited(reason: RateLimitReason, retry_after: u32) -> ApiError {
    ApiError::new(429, "rate_limited", "You have been rate limited. Please try again in a few minutes.")
        .with("rate_limit_reason", reason.name())
        .with("retry_after", retry_after.to_string())
}

fn unavailable_after_commit(reply: &Reply, receipt: bool) -> ApiError {
    if !receipt {
        return ApiError::new(
            503,
            "service_unavailable",
            "Public API service is temporarily unavailable, please try again later.",
        );
    }
    let error = ApiError::new(
        503,
        "service_unavailable",
        "Your changes were saved, but the response could not be built in time.",
    )
    .with("retry_guidance", vec!["The write was committed. Do not repeat the request; read the resource instead."])
    .with("elapsed_ms", "55012")
    .with("deadline_ms", "55000");
    let error = match reply.committed {
        Some(resource) => error.with("committed_resource_id", resource.to_string()),
        None => error,
    };
    if reply.committed_children.is_empty() {
        return error;
    }
    error.with("committed_child_ids", reply.committed_children.iter().map(Id::to_string).collect::<Vec<_>>())
}

/// A list's page as the service has been seen to spoil it. Anything else stays as it is.
fn odd_page(mut reply: Reply, fault: &Fault, parts: &Parts, body: &[u8]) -> Reply {
    let in_query = || {
        let mut pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(key, _)| key == "start_cursor").map(|(_, value)| Value::from(&*value))
    };
    let in_body = || serde_json::from_slice::<Value>(body).ok()?.get("start_cursor").cloned();
    let Some(list) = reply.body.as_object_mut().filter(|list| list.contains_key("has_more")) else { return reply };
    let first = list.get("results").and_then(|results| results.pointer("/0/id")).cloned();
    // Where a walk by session begins has no cursor of its own.
    let began = in_query().or_else(in_body).or_else(|| first.clone().filter(|_| parts.method == Method::GET));
    let (has_more, cursor) = match fault {
        Fault::CursorAtEnd => (false, list.get("next_cursor").filter(|cursor| !cursor.is_null()).cloned().or(first)),
        _ => (true, began),
    };
    let Some(cursor) = cursor else { return reply };
    let cursor = if *fault == Fault::EmptyPage {
        list.insert("results".to_owned(), Value::Array(Vec::new()));
        // The same place under another name, or the client would be right to think that it goes round in circles.
        Value::from(cursor.as_str().unwrap_or_default().replace('-', ""))
    } else {
        cursor
    };
    list.insert("has_more".to_owned(), has_more.into());
    list.insert("next_cursor".to_owned(), cursor);
    reply
}

fn reply_response(reply: Reply, request_id: &str) -> Response<Bytes> {
    let mut body = reply.body;
    if let (true, Some(object)) = (reply.names_request, body.as_object_mut()) {
        object.insert("request_id".to_owned(), request_id.into());
    }
    json_response(reply.status, &body, request_id)
}

fn error_response(error: &ApiError, request_id: &str) -> Response<Bytes> {
    let mut response = json_response(error.status, &error.body(request_id), request_id);
    let waits = matches!(error.status, 429 | 529);
    let retry_after = error.additional.get("retry_after").and_then(Value::as_str).filter(|_| waits);
    if let Some(value) = retry_after.and_then(|seconds| HeaderValue::from_str(seconds).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn json_response(status: u16, body: &Value, request_id: &str) -> Response<Bytes> {
    response(status, "application/json; charset=utf-8", Bytes::from(body.to_string()), request_id)
}

fn response(status: u16, content_type: &'static str, body: Bytes, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    // What only the edge has seen has no id of the service's.
    if status != 502
        && let Ok(id) = HeaderValue::from_str(request_id)
    {
        response.headers_mut().insert("x-notion-request-id", id);
    }
    let ray = request_id.replace('-', "").get(..16).map(|ray| format!("{ray}-LIS"));
    if let Some(ray) = ray.and_then(|ray| HeaderValue::from_str(&ray).ok()) {
        response.headers_mut().insert("cf-ray", ray);
    }
    response
}

fn slowed(mut response: Response<Bytes>, fault: Option<&Fault>) -> Response<Bytes> {
    if let Some(Fault::SlowBody { seconds }) = fault {
        response.extensions_mut().insert(SlowBody(Duration::from_secs(u64::from(*seconds))));
    }
    response
}

fn truncated(response: Response<Bytes>) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    let half = body.len() / 2;
    Response::from_parts(parts, body.slice(..half))
}
