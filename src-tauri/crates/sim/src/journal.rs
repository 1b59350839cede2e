//! What has changed since the seed, so that a simulator can be started again as it was.
//!
//! A state file is JSON, a line each: the seed, and then every request that changed something, with the time and the counters it was
//! carried out at. Loading carries them out again. Ids hang on nothing but the seed and the counters, so everything is what it was; where an
//! answer is not, the file does not fit this simulator, and nothing is served from a guess.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Request, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::control;
use crate::oauth::AUTHORIZE;
use crate::seed::Seed;
use crate::simulator::State;
use crate::state::seeding::SeedError;
use crate::{SimClock, Simulator, SimulatorOptions};

/// The form of the file. It changes when an older program could not read what a newer one writes.
const FORMAT: u32 = 1;

/// The headers that a request says something with.
const HEADERS: [&str; 3] = ["authorization", "notion-version", "content-type"];

/// How a state file begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning {
    #[serde(rename = "notion-sim")]
    format: u32,
    /// What was there at first; of a generated workspace only how many pages it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<Seed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pages: Option<usize>,
    /// The time it was then.
    now: Timestamp,
    /// Whether time stands still while nothing serves; otherwise it is the machine's.
    #[serde(default)]
    has_own_time: bool,
}

/// Something that changed.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    at: Timestamp,
    counters: Counters,
    /// The request that did it; without one, what had been put off was carried out then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<Written>,
}

/// A request as it is written down.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    /// Base64.
    body: String,
    /// A hash of what was answered; none of a refusal that changed something all the same.
    answer: Option<u64>,
}

/// What new ids and signatures are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counters {
    requests: u64,
    request_ids: u64,
    oauth: u64,
    workspaces: Vec<u64>,
}

impl Counters {
    fn of(state: &State) -> Self {
        Self {
            requests: state.requests,
            request_ids: state.request_ids.state(),
            oauth: state.oauth.mint.state(),
            workspaces: state.workspaces.iter().map(|ws| ws.mint.state()).collect(),
        }
    }

    fn set(&self, state: &mut State) {
        state.requests = self.requests;
        state.request_ids.set_state(self.request_ids);
        state.oauth.mint.set_state(self.oauth);
        for (ws, counter) in state.workspaces.iter_mut().zip(&self.workspaces) {
            ws.mint.set_state(*counter);
        }
    }
}

/// A state file that is written to.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// How long it is with whole lines alone.
    length: u64,
    failure: Option<String>,
}

impl Journal {
    /// Why nothing more can be written down.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Writes a line down. Once that fails it is for good, because what the simulator holds is more than what is written.
    pub fn write(&mut self, line: &[u8]) -> Result<(), &str> {
        if self.failure.is_none() {
            match self.file.write_all(line) {
                Ok(()) => self.length += line.len() as u64,
                Err(error) => {
                    self.file.set_len(self.length).ok();
                    self.failure = Some(error.to_string());
                }
            }
        }
        self.failure.as_deref().map_or(Ok(()), Err)
    }
}

/// How things stand before a request is carried out.
pub(crate) struct Before {
    at: Timestamp,
    counters: Counters,
    waiting: Vec<usize>,
    pairs: usize,
}

impl Before {
    pub fn of(state: &State, at: Timestamp) -> Self {
        Self { at, counters: Counters::of(state), waiting: state.waiting(), pairs: state.oauth.pairs() }
    }

    /// The line for the request; nothing when nothing has changed. `answer` is the hash of its answer, if it was carried out.
    pub fn line(self, state: &State, parts: &Parts, body: &[u8], answer: Option<u64>) -> Option<Vec<u8>> {
        // A refusal changes nothing, but for one: a token that is used a second time ends its pair.
        let is_change =
            (answer.is_some() && changes(&parts.method, parts.uri.path())) || state.oauth.pairs() != self.pairs;
        let request = is_change.then(|| {
            let text = |name: &&str| Some(((*name).to_owned(), parts.headers.get(*name)?.to_str().ok()?.to_owned()));
            Written {
                // Consent that nobody was asked for is written down as if somebody had given it.
                method: if parts.uri.path() == AUTHORIZE { Method::POST } else { parts.method.clone() }.to_string(),
                path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
                headers: HEADERS.iter().filter_map(text).collect(),
                body: BASE64_STANDARD.encode(body),
                answer,
            }
        });
        // What was put off is carried out when the next request comes, whichever that is and whatever becomes of it.
        if request.is_none() && state.waiting() == self.waiting {
            return None;
        }
        self.written(request)
    }

    /// The line for a change by a control endpoint.
    pub fn control_line(self, name: &str, body: &[u8]) -> Option<Vec<u8>> {
        self.written(Some(Written {
            method: Method::POST.to_string(),
            path: format!("{}{name}", control::PREFIX),
            headers: Vec::new(),
            body: BASE64_STANDARD.encode(body),
            answer: None,
        }))
    }

    fn written(self, request: Option<Written>) -> Option<Vec<u8>> {
        let mut line = serde_json::to_vec(&Change { at: self.at, counters: self.counters, request }).ok()?;
        line.push(b'\n');
        Some(line)
    }
}

/// Whether requests of this kind leave something behind.
fn changes(method: &Method, path: &str) -> bool {
    let reads = path == "/v1/search"
        || path == "/v1/oauth/introspect"
        || path == "/v1/blocks/meeting_notes/query"
        || (path.starts_with("/v1/data_sources/") && path.ends_with("/query"));
    (*method != Method::GET || path == AUTHORIZE) && !reads
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("line {line} is not understood: {reason}")]
    Line { line: usize, reason: String },
    #[error("it was written by a newer notion-sim, in form {0}; this one reads form {FORMAT}")]
    Newer(u32),
    #[error("another simulator is using it")]
    Busy,
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(
        "the request on line {line} has another answer than it had; the file was written by another version of notion-sim. \
         Nothing was changed in it"
    )]
    Different { line: usize },
}

/// What a state file begins with, when it is new.
#[derive(Debug)]
pub enum Ground {
    /// This content.
    Seed(Box<Seed>),
    /// A generated workspace of so many pages.
    Pages(usize),
}

/// The file, for this process alone.
fn alone(file: File) -> Result<File, StateFileError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateFileError::Busy),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn not_understood(line: usize, error: &serde_json::Error) -> StateFileError {
    StateFileError::Line { line, reason: error.to_string() }
}

/// The lines that end, and how long they are together.
fn whole_lines(file: &File) -> Result<(Vec<String>, u64), StateFileError> {
    let mut reader = BufReader::new(file);
    let (mut lines, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        let read = reader.read_line(&mut line)?;
        if !line.ends_with('\n') {
            return Ok((lines, length));
        }
        length += read as u64;
        lines.push(line);
    }
}

impl From<Ground> for Seed {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::Seed(seed) => *seed,
            Ground::Pages(pages) => Self::of_pages(pages),
        }
    }
}

impl Beginning {
    fn new(ground: Ground, now: Timestamp, has_own_time: bool) -> Self {
        let (seed, pages) = match ground {
            Ground::Seed(seed) => (Some(*seed), None),
            Ground::Pages(pages) => (None, Some(pages)),
        };
        Self { format: FORMAT, seed, pages, now, has_own_time }
    }

    fn seed(&self) -> Seed {
        let pages = || Seed::of_pages(self.pages.unwrap_or_default());
        let seed = self.seed.clone().unwrap_or_else(pages);
        Seed { now: self.now.to_string(), ..seed }
    }
}

impl Simulator {
    /// A simulator whose state is in a file: what the file holds is loaded, and from now on every change that comes by request is added to it
    /// before it is answered. `ground` says what a file that is not there yet begins with, at this time; with `has_own_time`, time goes on from
    /// the last change when the file is loaded again, rather than with the machine's. The clock of the options is not used; the others should
    /// be the same every time, because answers hang on them.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else. It is left as it is.
    pub fn kept_in(
        path: &Path,
        ground: Ground,
        start: Timestamp,
        has_own_time: bool,
        options: SimulatorOptions,
    ) -> Result<Self, StateFileError> {
        let is_new = std::fs::metadata(path).map_or(true, |file| file.len() == 0);
        if is_new {
            let beginning = Beginning::new(ground, start, has_own_time);
            let options = SimulatorOptions { clock: Some(SimClock::running_from(start)), ..options };
            let simulator = Self::new(beginning.seed(), options)?;
            let mut line = serde_json::to_vec(&beginning).map_err(io::Error::from)?;
            line.push(b'\n');
            let mut file = alone(OpenOptions::new().append(true).create(true).open(path)?)?;
            if let Err(error) = file.write_all(&line) {
                // Half a beginning could not be gone on with.
                file.set_len(0).ok();
                return Err(error.into());
            }
            *simulator.journal() = Some(Journal { file, length: line.len() as u64, failure: None });
            return Ok(simulator);
        }
        let file = alone(OpenOptions::new().read(true).append(true).open(path)?)?;
        let (lines, length) = whole_lines(&file)?;
        let Some((first, changes)) = lines.split_first() else {
            return Err(StateFileError::Line { line: 1, reason: "it does not end".to_owned() });
        };
        let beginning: Beginning = serde_json::from_str(first).map_err(|error| not_understood(1, &error))?;
        if beginning.format > FORMAT {
            return Err(StateFileError::Newer(beginning.format));
        }
        let changes: Vec<Change> = changes
            .iter()
            .enumerate()
            .map(|(number, line)| serde_json::from_str(line).map_err(|error| not_understood(number + 2, &error)))
            .collect::<Result<_, _>>()?;
        let last = changes.last().map_or(beginning.now, |change| change.at);
        let now = if beginning.has_own_time { last } else { start.max(last) };
        let options = SimulatorOptions { clock: Some(SimClock::running_from(now)), ..options };
        let simulator = Self::new(beginning.seed(), options)?;
        simulator.state().is_loading = true;
        for (number, change) in changes.into_iter().enumerate() {
            simulator.change_again(change, number + 2)?;
        }
        simulator.state().is_loading = false;
        // What was cut off in the middle was never answered.
        if length < file.metadata()?.len() {
            file.set_len(length)?;
        }
        *simulator.journal() = Some(Journal { file, length, failure: None });
        Ok(simulator)
    }

    /// Lets happen what happened once.
    fn change_again(&self, change: Change, line: usize) -> Result<(), StateFileError> {
        let wrong = |reason: &str| StateFileError::Line { line, reason: reason.to_owned() };
        let mut state = self.state();
        change.counters.set(&mut state);
        let request_id = state.begin_request(change.at);
        let Some(written) = change.request else {
            self.settle(&mut state, change.at);
            return Ok(());
        };
        let body = BASE64_STANDARD.decode(&written.body).map_err(|_| wrong("its body is no base64"))?;
        if let Some(name) = written.path.strip_prefix(control::PREFIX) {
            let answer = control::change(&mut state, name, &body).ok_or_else(|| wrong("there is no such endpoint"))?;
            return answer.map(|_| ()).map_err(|reason| wrong(&reason));
        }
        let request = Request::builder().method(written.method.as_str()).uri(&written.path).body(());
        let mut request = request.map_err(|_| wrong("it is no request"))?;
        *request.headers_mut() = headers(&written.headers).ok_or_else(|| wrong("it has odd headers"))?;
        let (parts, ()) = request.into_parts();
        let outcome = self.perform(&mut state, &parts, &Bytes::from(body), change.at);
        if outcome.hash(&request_id) == written.answer { Ok(()) } else { Err(StateFileError::Different { line }) }
    }
}

fn headers(named: &[(String, String)]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in named {
        headers.insert(header::HeaderName::try_from(name.as_str()).ok()?, value.parse().ok()?);
    }
    Some(headers)
}
