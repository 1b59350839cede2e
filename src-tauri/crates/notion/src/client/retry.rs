//! When to try again: back-off, and what `Retry-After` says.

use std::time::Duration;

use http::{HeaderMap, header};
use jiff::Timestamp;

/// How often and how patiently calls are tried again.
///
/// Refusals (429 and 529) were not carried out, so they are repeated for every call, after the time the service names. Failures
/// that may have been carried out (500, 502, 503, 504, a lost connection) are repeated only for calls that do no harm twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a call that does no harm twice is repeated after a failure.
    pub failures: u32,
    /// How often any call is repeated after a refusal. Each may wait as long as the service asks.
    pub refusals: u32,
    /// The first delay; each further one is twice as long, less a random part of up to a half.
    pub first_delay: Duration,
    /// The longest delay that is not the service's own wish.
    pub longest_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { failures: 3, refusals: 8, first_delay: Duration::from_secs(1), longest_delay: Duration::from_secs(60) }
    }
}

impl RetryPolicy {
    /// A policy that never tries again.
    pub fn none() -> Self {
        Self { failures: 0, refusals: 0, ..Self::default() }
    }

    /// The delay before a repetition; `jitter` is in 0..1.
    pub(super) fn delay(&self, repetition: u32, jitter: f64) -> Duration {
        let doubled = self.first_delay.saturating_mul(1_u32.checked_shl(repetition).unwrap_or(u32::MAX));
        doubled.min(self.longest_delay).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// What `Retry-After` says, in seconds or as a date. A date is compared with the answer's own `Date` where there is one, because this
/// machine's clock may be wrong.
pub(super) fn retry_after(headers: &HeaderMap, now: impl FnOnce() -> Timestamp) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    // Some proxies write fractions.
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = http_date(value)?;
    let now = date(headers).unwrap_or_else(now);
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// What time it was for whoever sent the answer.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(header::DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<Timestamp> {
    httpdate::parse_http_date(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn seconds_and_dates_are_read() {
        let now = || at("2026-11-23T10:00:00Z");
        let read = |value| retry_after(&headers(&[(header::RETRY_AFTER, value)]), now);
        assert_eq!(read("17"), Some(Duration::from_secs(17)));
        assert_eq!(read(" 86400 "), Some(Duration::from_secs(86400)));
        assert_eq!(read("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(read("Mon, 23 Nov 2026 10:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(read("Mon, 23 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-3"), None);
    }

    #[test]
    fn a_date_is_compared_with_the_answers_own() {
        let headers = headers(&[
            (header::RETRY_AFTER, "Mon, 23 Nov 2026 10:01:30 GMT"),
            (header::DATE, "Mon, 23 Nov 2026 10:01:00 GMT"),
        ]);
        assert_eq!(retry_after(&headers, || at("2001-01-01T00:00:00Z")), Some(Duration::from_secs(30)));
    }

    #[test]
    fn delays_double_up_to_the_longest_and_jitter_takes_up_to_half() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.delay(0, 0.0), Duration::from_secs(1));
        assert_eq!(policy.delay(3, 0.0), Duration::from_secs(8));
        assert_eq!(policy.delay(3, 1.0), Duration::from_secs(4));
        assert_eq!(policy.delay(60, 0.0), Duration::from_secs(60));
    }
}
