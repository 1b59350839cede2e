//! What goes wrong on purpose: networks that break at the worst moment, servers that are down, busy or confused.
//!
//! A rule says which requests it is about, how many of them to let pass, how many to hit, and with what.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use serde::Deserialize;

/// One way to fail. As JSON its name is under `type`: `{"type":"rate_limited","retry_after":3}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The connection breaks before the service reads the request.
    DropBefore,
    /// The request is carried out, then the connection breaks.
    CommitThenDrop,
    /// The request is carried out, then 503; with a receipt, the body says what was saved.
    #[serde(rename = "commit_then_503")]
    CommitThen503 {
        #[serde(default)]
        receipt: bool,
    },
    /// The request is carried out; only half of the answer's body arrives.
    TruncatedBody,
    /// The request is carried out; the answer's body takes so many seconds to arrive.
    SlowBody { seconds: u32 },
    /// 500 `internal_server_error`, nothing done.
    InternalError,
    /// 502 with an HTML page of the edge, nothing done.
    BadGateway,
    /// 503 without a receipt, nothing done.
    Unavailable,
    /// 504 `gateway_timeout`, nothing done.
    GatewayTimeout,
    /// 409 `conflict_error`, nothing done.
    Conflict,
    /// 429 with a reason, nothing done.
    RateLimited {
        #[serde(default)]
        reason: RateLimitReason,
        #[serde(default = "a_second")]
        retry_after: u32,
    },
    /// 529 `service_overload`, nothing done.
    Overloaded {
        #[serde(default = "a_second")]
        retry_after: u32,
    },
    /// 400: the cursor died.
    InvalidCursor,
    /// The list's page comes without its items and says that there are more, from where it began.
    EmptyPage,
    /// The list's page says that the next one begins where this one does.
    RepeatedPage,
    /// The list's page is the last and names a next one all the same.
    CursorAtEnd,
}

/// How long a response's body takes to arrive: an extension of responses that [`Fault::SlowBody`] has hit. [`Simulator::handle`] waits for
/// nothing, so whoever delivers the response does.
///
/// [`Simulator::handle`]: crate::Simulator::handle
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowBody(pub Duration);

const fn a_second() -> u32 {
    1
}

/// Why a request was turned away as one too many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitReason {
    /// This connection's window is used up.
    #[default]
    Connection,
    /// The workspace's, shared by all its connections, is.
    Workspace,
    /// The endpoint's own is.
    Endpoint,
    /// The connection is banned; waiting does not help.
    Blocked,
}

impl RateLimitReason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Connection => "public_api_request_rate_limit",
            Self::Workspace => "public_api_space_request_rate_limit",
            Self::Endpoint => "public_api_endpoint_rate_limit",
            Self::Blocked => "public_api_request_blocked",
        }
    }
}

type Predicate = Box<dyn Fn(&Method, &str) -> bool + Send>;

/// Which requests fail, and how often.
pub struct FaultRule {
    matches: Predicate,
    passes: u32,
    times: u32,
    fault: Fault,
}

impl FaultRule {
    /// Every request.
    pub fn any(fault: Fault) -> Self {
        Self::matching(|_, _| true, fault)
    }

    /// Requests of a method whose path ends like this, for example `POST`, `/pages` or `PATCH`, `/children`.
    pub fn ending(method: Method, suffix: &str, fault: Fault) -> Self {
        let suffix = suffix.to_owned();
        Self::matching(move |given, path| *given == method && path.ends_with(&suffix), fault)
    }

    /// Requests the predicate takes; it sees method and path (`/v1/…`).
    pub fn matching(matches: impl Fn(&Method, &str) -> bool + Send + 'static, fault: Fault) -> Self {
        Self { matches: Box::new(matches), passes: 0, times: 1, fault }
    }

    /// Lets the first `count` matching requests pass.
    #[must_use]
    pub fn after(mut self, count: u32) -> Self {
        self.passes = count;
        self
    }

    /// Hits `count` matching requests instead of one.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.times = count;
        self
    }
}

impl FaultRule {
    /// Hits only this share of the requests it is about, the same ones every time for the same seed.
    #[must_use]
    pub fn sometimes(self, share: f64, seed: u64) -> Self {
        let Self { matches, passes, times, fault } = self;
        let state = std::sync::atomic::AtomicU64::new(crate::state::ids::mix(seed));
        let is_hit = move |method: &Method, path: &str| {
            if !matches(method, path) {
                return false;
            }
            let next = crate::state::ids::mix(state.load(std::sync::atomic::Ordering::Relaxed).wrapping_add(1));
            state.store(next, std::sync::atomic::Ordering::Relaxed);
            // The upper half of the bits, as a share of 1.
            f64::from((next >> 32) as u32) / f64::from(u32::MAX) < share
        };
        Self { matches: Box::new(is_hit), passes, times, fault }
    }
}

impl std::fmt::Debug for FaultRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultRule")
            .field("fault", &self.fault)
            .field("passes", &self.passes)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

/// The rules in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<FaultRule>>,
}

impl Faults {
    /// Adds a rule; earlier rules come first.
    pub fn add(&self, rule: FaultRule) {
        self.rules().push(rule);
    }

    /// Drops all rules.
    pub fn clear(&self) {
        self.rules().clear();
    }

    /// How many requests are still to be hit.
    pub fn remaining(&self) -> u32 {
        self.rules().iter().map(|rule| rule.times).sum()
    }

    fn rules(&self) -> MutexGuard<'_, Vec<FaultRule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault for a request, if a rule has one; every matching rule counts it until one hits.
    pub(crate) fn take(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut rules = self.rules();
        let mut hit = None;
        for rule in rules.iter_mut().filter(|rule| (rule.matches)(method, path)) {
            if rule.passes > 0 {
                rule.passes -= 1;
                continue;
            }
            rule.times = rule.times.saturating_sub(1);
            hit = Some(rule.fault.clone());
            break;
        }
        rules.retain(|rule| rule.times > 0);
        hit
    }
}
