//! The client: one connection to a workspace, with its token, its place in the line and its patience.

mod call;
mod pace;
mod paging;
mod queue;
mod request;
mod retry;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use url::Url;

pub use call::Call;
pub(crate) use call::{read_json, read_value};
pub use paging::{Collected, Paged, Walk};
pub use queue::{Pause, Priority};
pub(crate) use request::{Draft, FormFile, Repeat};
pub use retry::RetryPolicy;

use crate::api::OAuth;
use crate::error::{Commitment, Error, OVERLOADED, RateLimitReason};
use crate::transport::{Phase, Pieces, Transport, TransportError, TransportFault};
use queue::Queue;

/// The version of the API this crate speaks unless told otherwise.
pub const VERSION: &str = "2026-03-11";

const BASE_URL: &str = "https://api.notion.com";
const USER_AGENT: &str = concat!("notion-rust/", env!("CARGO_PKG_VERSION"));
const BEARER: &str = "Bearer ";
const BASIC: &str = "Basic ";
const NOTION_VERSION: &str = "notion-version";
const CONCURRENCY: usize = 8;

/// One connection to a workspace: a token and what goes with it. Clones are cheap and share the line before the service, so that
/// the connection's budget is kept however many there are.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    authorization: HeaderValue,
    version: HeaderValue,
    priority: Priority,
}

struct Shared {
    transport: Box<dyn Transport>,
    // Without a slash at the end.
    base_url: String,
    user_agent: HeaderValue,
    timeout: Duration,
    retry: RetryPolicy,
    jitter: Box<dyn Fn() -> f64 + Send + Sync>,
    wall_clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    queue: Arc<Queue>,
    // Seconds that the service's clock is ahead of this machine's, as its last answer told.
    ahead: AtomicI64,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url)
            .field("version", &self.version)
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Starts building a client over this transport. It needs a token.
    pub fn builder(transport: impl Transport) -> ClientBuilder {
        ClientBuilder {
            transport: Box::new(transport),
            base_url: BASE_URL.to_owned(),
            token: None,
            version: VERSION.to_owned(),
            user_agent: USER_AGENT.to_owned(),
            timeout: crate::transport::ReqwestTransport::TIMEOUT,
            retry: RetryPolicy::default(),
            concurrency: CONCURRENCY,
            requests_per_minute: pace::FIRST_LIMIT,
            jitter: Box::new(random_fraction),
            wall_clock: Box::new(Timestamp::now),
        }
    }

    /// The same connection for calls of this priority.
    pub fn with_priority(&self, priority: Priority) -> Self {
        Self { priority, ..self.clone() }
    }

    /// The same connection with a fresh token: same line, same budget.
    pub fn with_token(&self, token: &SecretString) -> Result<Self, Error> {
        Ok(Self { authorization: bearer(token)?, ..self.clone() })
    }

    /// The pauses the service asks for, as they come. The latest one stays published after its time has passed, until the next
    /// call goes out: see [`Pause::remaining`].
    pub fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.shared.queue.pauses()
    }

    /// How many requests a minute the connection is believed to have, as learned from refusals and their absence.
    pub fn requests_per_minute(&self) -> usize {
        self.shared.queue.limit()
    }

    /// How far the service's clock is ahead of this machine's, to the second, as its last answer told; nothing before the first, and from one that
    /// does not tell. What the service stamps is in its time, not in ours.
    pub fn clock_offset(&self) -> SignedDuration {
        SignedDuration::from_secs(self.shared.ahead.load(Ordering::Relaxed))
    }

    /// What time it is here.
    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.wall_clock)()
    }

    /// What time it is for the service, as far as its answers have told.
    pub(crate) fn service_time(&self) -> Timestamp {
        let here = self.now();
        here.checked_add(self.clock_offset()).unwrap_or(here)
    }

    /// What the client calls itself.
    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.shared.user_agent
    }

    /// How patient it is.
    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.shared.retry
    }

    /// How long to wait before a repetition.
    pub(crate) fn delay(&self, repetition: u32) -> Duration {
        self.shared.retry.delay(repetition, (self.shared.jitter)())
    }

    /// Asks somebody else than the service, who gets no token and keeps another line.
    pub(crate) async fn fetch(&self, request: Request<Bytes>) -> Result<Response<Pieces>, TransportError> {
        timeout(self.shared.timeout, self.shared.transport.fetch(request))
            .await
            .unwrap_or_else(|_| Err(TransportError::new(Phase::AfterSend, TransportFault::Timeout)))
    }

    /// Where the service is, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    pub(crate) fn set_version(&mut self, version: &str) -> Result<(), Error> {
        self.version = header_value("the version", version)?;
        Ok(())
    }

    pub(crate) fn set_priority(&mut self, priority: Priority) {
        self.priority = priority;
    }

    /// Sends a request as often as it takes, and is sensible.
    pub(crate) async fn send(&self, draft: &Draft) -> Result<Answer, Error> {
        let request = self.request(draft)?;
        let shared = &*self.shared;
        let arrival = shared.queue.arrive();
        let (mut failures, mut refusals) = (0, 0);
        let mut unknown = None;
        loop {
            let permit = shared.queue.enter(self.priority, arrival).await;
            let error = match self.attempt(request.clone()).await {
                Ok(answer) => {
                    permit.accepted();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            tracing::debug!(method = %request.method(), path = %draft.path(), status = ?error.status(), "attempt failed");
            if let Some(refusal) = Refusal::of(&error) {
                // "At once" has just been tried.
                let asked = error.retry_after().filter(|asked| !asked.is_zero());
                let wait = asked.unwrap_or_else(|| shared.retry.delay(refusals, (shared.jitter)()));
                permit.refused(wait, refusal.reason, refusal.is_own_budget);
                refusals += 1;
                if refusals > shared.retry.refusals {
                    return Err(settle(unknown, error));
                }
                continue;
            }
            drop(permit);
            let may_repeat = match draft.repeat() {
                Repeat::Read | Repeat::Harmless => error.is_retryable(),
                Repeat::Never => false,
            };
            let asked = error.retry_after().unwrap_or_default();
            // A longer wait than any of ours is for the caller to decide, who can show it.
            if !may_repeat || failures >= shared.retry.failures || asked > shared.retry.longest_delay {
                return Err(settle(unknown, error));
            }
            let delay = shared.retry.delay(failures, (shared.jitter)()).max(asked);
            failures += 1;
            if draft.repeat() == Repeat::Harmless && error.commitment() == Commitment::Unknown {
                unknown = Some(error);
            }
            sleep(delay).await;
        }
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<Answer, Error> {
        let answer = timeout(self.shared.timeout, self.shared.transport.send(request))
            .await
            // Where it was when the time was up is not known, so it counts as sent.
            .unwrap_or_else(|_| Err(TransportError::new(Phase::AfterSend, TransportFault::Timeout)))?;
        let (head, body) = answer.into_parts();
        if let Some(date) = retry::date(&head.headers) {
            let ahead = date.as_second().saturating_sub((self.shared.wall_clock)().as_second());
            self.shared.ahead.store(ahead, Ordering::Relaxed);
        }
        let request_id = text_header(&head.headers, "x-notion-request-id");
        if head.status.is_success() && !is_of_something_between(&head.headers, &body) {
            return Ok(Answer { status: head.status, request_id, body });
        }
        let body = self.without_token(body);
        let ray_id = text_header(&head.headers, "cf-ray");
        let retry_after = retry::retry_after(&head.headers, &self.shared.wall_clock);
        Err(Error::from_answer(head.status, &body, request_id, ray_id, retry_after))
    }

    /// What is about to be quoted, should something on the way have echoed the request.
    fn without_token(&self, body: Bytes) -> Bytes {
        let credentials = self.authorization.as_bytes();
        let token = [BEARER, BASIC].iter().find_map(|scheme| credentials.strip_prefix(scheme.as_bytes()));
        let token = token.unwrap_or_default();
        match (std::str::from_utf8(token), std::str::from_utf8(&body)) {
            (Ok(token), Ok(text)) if !token.is_empty() && text.contains(token) => {
                text.replace(token, "<redacted>").into()
            }
            // A body in no known encoding is quoted lossily, so what looks like the token there is cut off.
            (Ok(token), Err(_))
                if !token.is_empty() && body.windows(token.len()).any(|part| part == token.as_bytes()) =>
            {
                Bytes::new()
            }
            _ => body,
        }
    }

    fn request(&self, draft: &Draft) -> Result<Request<Bytes>, Error> {
        let body = draft.body()?;
        let mut request = Request::builder()
            .method(draft.method().clone())
            .uri(format!("{}/v1/{}", self.shared.base_url, draft.path_and_query()?))
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(NOTION_VERSION, self.version.clone())
            .header(header::USER_AGENT, self.shared.user_agent.clone())
            .header(header::ACCEPT, HeaderValue::from_static("application/json"));
        let body = match body {
            Some((bytes, content_type)) => {
                request = request.header(header::CONTENT_TYPE, content_type);
                bytes
            }
            None => Bytes::new(),
        };
        request.body(body).map_err(|error| Error::InvalidRequest(format!("the address cannot be built: {error}")))
    }
}

/// An answer of success, not yet understood.
pub(crate) struct Answer {
    pub(crate) status: http::StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Bytes,
}

/// The service said "not now", and did nothing.
struct Refusal {
    reason: Option<RateLimitReason>,
    is_own_budget: bool,
}

impl Refusal {
    fn of(error: &Error) -> Option<Self> {
        let status = error.status()?.as_u16();
        let reason = error.as_api().and_then(|error| error.rate_limit_reason());
        match (status, &reason) {
            (429, Some(RateLimitReason::Blocked)) => None,
            (429, Some(RateLimitReason::Workspace | RateLimitReason::Endpoint)) => {
                Some(Self { reason, is_own_budget: false })
            }
            (429, _) => Some(Self { reason, is_own_budget: true }),
            (OVERLOADED, _) => Some(Self { reason, is_own_budget: false }),
            _ => None,
        }
    }
}

fn settle(unknown: Option<Error>, last: Error) -> Error {
    match unknown {
        Some(earlier) if last.commitment() == Commitment::NotCommitted => {
            Error::Unsettled { earlier: Box::new(earlier), last: Box::new(last) }
        }
        _ => last,
    }
}

/// Builds a [`Client`].
#[must_use]
pub struct ClientBuilder {
    transport: Box<dyn Transport>,
    base_url: String,
    token: Option<SecretString>,
    version: String,
    user_agent: String,
    timeout: Duration,
    retry: RetryPolicy,
    concurrency: usize,
    requests_per_minute: usize,
    jitter: Box<dyn Fn() -> f64 + Send + Sync>,
    wall_clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl ClientBuilder {
    /// The token: of an integration, a person, or an OAuth grant.
    pub fn token(mut self, token: SecretString) -> Self {
        self.token = Some(token);
        self
    }

    /// Where the service is, without `/v1`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The version of the API; [`VERSION`] unless set.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// What the client calls itself.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How long one attempt may take, waiting in line not counted.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How patiently calls are tried again.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How many requests may be under way at once; calls a person waits for may go half as many beyond.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// How many requests a minute to believe in at first: what [`Client::requests_per_minute`] had learned, if it was kept.
    pub fn requests_per_minute(mut self, requests_per_minute: usize) -> Self {
        self.requests_per_minute = requests_per_minute;
        self
    }

    /// Where random fractions in 0..1 come from, for back-off.
    pub fn jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.jitter = Box::new(jitter);
        self
    }

    /// What time it is: for a `Retry-After` date in an answer without a date of its own, for addresses that expire, and for what is looked
    /// for after its answer was lost. All waiting is tokio's.
    pub fn wall_clock(mut self, wall_clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.wall_clock = Box::new(wall_clock);
        self
    }

    /// The client. Fails without a token, and for settings that no request could carry.
    pub fn build(mut self) -> Result<Client, Error> {
        let token = self.token.take().ok_or_else(|| Error::InvalidRequest("the client has no token".to_owned()))?;
        self.authorized_by(bearer(&token)?)
    }

    /// The sign-in endpoints of a public connection, which is known by its id and secret and needs no token. Fails for settings
    /// that no request could carry.
    pub fn oauth(self, client_id: &str, client_secret: &SecretString) -> Result<OAuth, Error> {
        let credentials = BASE64_STANDARD.encode(format!("{client_id}:{}", client_secret.expose_secret()));
        let client = self.authorized_by(secret_header(&format!("{BASIC}{credentials}"))?)?;
        Ok(OAuth::new(client, client_id.to_owned()))
    }

    fn authorized_by(self, authorization: HeaderValue) -> Result<Client, Error> {
        let base_url = Url::parse(&self.base_url)
            .ok()
            .filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| Error::InvalidRequest("the base URL is no HTTP address".to_owned()))?;
        Ok(Client {
            authorization,
            version: header_value("the version", &self.version)?,
            priority: Priority::default(),
            shared: Arc::new(Shared {
                transport: self.transport,
                base_url: base_url.as_str().trim_end_matches('/').to_owned(),
                user_agent: header_value("the user agent", &self.user_agent)?,
                timeout: self.timeout,
                retry: self.retry,
                jitter: self.jitter,
                wall_clock: self.wall_clock,
                queue: Arc::new(Queue::new(self.concurrency, self.requests_per_minute)),
                ahead: AtomicI64::new(0),
            }),
        })
    }
}

/// Whether an answer of success is none of the service, which always sends JSON: a page or nothing at all comes from something in
/// between, whatever status and kind it bears.
fn is_of_something_between(headers: &HeaderMap, body: &[u8]) -> bool {
    let is_html =
        text_header(headers, "content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
    let start = body.trim_ascii_start();
    is_html || start.is_empty() || start.starts_with(b"<")
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    secret_header(&format!("{BEARER}{}", token.expose_secret().trim()))
}

fn secret_header(text: &str) -> Result<HeaderValue, Error> {
    // The message must not quote it.
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| Error::InvalidRequest("the token has characters that no token has".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn header_value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|_| Error::InvalidRequest(format!("{what} has characters no header can carry")))
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn random_fraction() -> f64 {
    // A source that fails is no reason to fail a call: the middle is as good a delay as any.
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}
