//! The simulator's time. It stands still until somebody moves it, unless it follows a clock from outside.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A shared wall clock: every clone shows and moves the same time.
#[derive(Clone)]
pub struct SimClock {
    source: Source,
}

#[derive(Clone)]
enum Source {
    Manual(Arc<Mutex<Timestamp>>),
    /// The machine's, from a start, and how far it was moved on.
    Running {
        start: Timestamp,
        began: std::time::Instant,
        moved: Arc<Mutex<SignedDuration>>,
    },
    Follow(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl SimClock {
    /// A clock that stands at `start` until [`SimClock::advance`] moves it.
    pub fn starting_at(start: Timestamp) -> Self {
        Self { source: Source::Manual(Arc::new(Mutex::new(start))) }
    }

    /// A clock that shows what `now` returns; it cannot be moved from here.
    pub fn following(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { source: Source::Follow(now) }
    }

    /// A clock that starts at `start` and then runs with the machine's; it can be moved on, too.
    pub fn running_from(start: Timestamp) -> Self {
        Self { source: Source::Running { start, began: std::time::Instant::now(), moved: Arc::default() } }
    }

    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::Manual(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
            Source::Running { start, began, moved } => {
                let moved = *moved.lock().unwrap_or_else(PoisonError::into_inner);
                let passed =
                    SignedDuration::try_from(began.elapsed()).ok().and_then(|passed| passed.checked_add(moved));
                passed.and_then(|passed| start.checked_add(passed).ok()).unwrap_or(*start)
            }
            Source::Follow(now) => now(),
        }
    }

    /// Moves the clock on; a following one stays with what it follows.
    pub fn advance(&self, by: Duration) {
        let Ok(by) = SignedDuration::try_from(by) else { return };
        match &self.source {
            Source::Manual(time) => {
                let mut time = time.lock().unwrap_or_else(PoisonError::into_inner);
                *time = time.checked_add(by).unwrap_or(*time);
            }
            Source::Running { moved, .. } => {
                let mut moved = moved.lock().unwrap_or_else(PoisonError::into_inner);
                *moved = moved.checked_add(by).unwrap_or(*moved);
            }
            Source::Follow(_) => {}
        }
    }
}

impl fmt::Debug for SimClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimClock({})", self.now())
    }
}

/// `2026-11-22T03:04:00.000Z`: pages, blocks, data sources and comments show whole minutes only.
pub(crate) fn minute(time: Timestamp) -> String {
    format!("{}:00.000Z", time.strftime("%Y-%m-%dT%H:%M"))
}

/// The whole minute a stamp is shown, filtered and sorted by.
pub(crate) fn floor_to_minute(time: Timestamp) -> Timestamp {
    let seconds = time.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(time)
}

/// `2026-07-04T09:13:00.290+00:00`: databases show milliseconds and a numeric offset.
pub(crate) fn precise(time: Timestamp) -> String {
    format!("{}.{:03}+00:00", time.strftime("%Y-%m-%dT%H:%M:%S"), time.as_millisecond().rem_euclid(1000))
}

/// `2026-07-04T10:13:00.290Z`, as expiry times of files are shown.
pub(crate) fn millisecond(time: Timestamp) -> String {
    format!("{}.{:03}Z", time.strftime("%Y-%m-%dT%H:%M:%S"), time.as_millisecond().rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_have_the_three_forms_of_the_service() {
        let time: Timestamp = "2026-07-04T09:13:59.290Z".parse().unwrap();
        assert_eq!(minute(time), "2026-07-04T09:13:00.000Z");
        assert_eq!(precise(time), "2026-07-04T09:13:59.290+00:00");
        assert_eq!(millisecond(time), "2026-07-04T09:13:59.290Z");
        assert_eq!(floor_to_minute(time).to_string(), "2026-07-04T09:13:00Z");
    }

    #[test]
    fn a_running_clock_can_be_moved_on() {
        let clock = SimClock::running_from(Timestamp::UNIX_EPOCH);
        clock.advance(Duration::from_secs(86_400));
        assert!((86_400..86_460).contains(&clock.now().as_second()));
    }

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = SimClock::starting_at(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        clock.advance(Duration::from_secs(90));
        assert_eq!(other.now().as_second(), 90);
    }
}
