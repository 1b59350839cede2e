//! The line before the service: who goes next, and when.
//!
//! One queue a connection. Within a lane the first to come is the first to go; a lane waits while anybody waits in a lane above,
//! so one order holds all waiters and only the first of them needs to be awake. There is no task behind it: whoever changes
//! something wakes the first, and a waiter that is dropped leaves the line.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use super::pace::Pace;
use crate::error::RateLimitReason;

/// Who goes first. A call that a person waits for overtakes everything; each lane leaves some of the budget to those above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// A person is waiting.
    #[default]
    Interactive,
    /// A person has written something that is on its way.
    Outbox,
    /// Keeping up with the workspace.
    Sync,
    /// Checking what was believed, when nothing else is to do.
    Verification,
}

/// The connection waits because the service asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Until when, on tokio's clock. A pause whose time has passed is over, even while it is still published.
    pub until: Instant,
    /// Whose budget is spent; nothing when the service is overloaded or gave no reason.
    pub reason: Option<RateLimitReason>,
}

impl Pause {
    /// How much longer.
    pub fn remaining(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

pub(super) struct Queue {
    state: Mutex<State>,
    pause: watch::Sender<Option<Pause>>,
    concurrency: usize,
}

struct State {
    // By lane and arrival; a call that is sent again keeps its place.
    waiting: BTreeMap<(Priority, u64), Arc<Notify>>,
    arrivals: u64,
    in_flight: usize,
    pace: Pace,
}

impl State {
    /// The first of those that carry what a person has written.
    fn first_writing(&self) -> Option<(&(Priority, u64), &Arc<Notify>)> {
        self.waiting.iter().find(|((lane, _), _)| *lane == Priority::Outbox)
    }

    /// Whether this call may go before those ahead of it: some of the budget is for what a person has written, and reading that has used up
    /// its own share must not stand in the way of it.
    fn may_overtake(&mut self, lane: Priority, arrival: u64, now: Instant) -> bool {
        self.first_writing().is_some_and(|(place, _)| *place == (lane, arrival))
            && self.pace.ready_at(now, Priority::Interactive) > now
    }
}

enum Turn {
    Now,
    At(Instant),
    WhenWoken,
}

impl Queue {
    pub(super) fn new(concurrency: usize, requests_per_minute: usize) -> Self {
        let state = State {
            waiting: BTreeMap::new(),
            arrivals: 0,
            in_flight: 0,
            pace: Pace::new(Instant::now(), requests_per_minute),
        };
        Self { state: Mutex::new(state), pause: watch::Sender::new(None), concurrency: concurrency.max(1) }
    }

    pub(super) fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.pause.subscribe()
    }

    /// Requests a minute, as believed today.
    pub(super) fn limit(&self) -> usize {
        self.lock().pace.limit()
    }

    /// A place in the line, kept through every attempt of one call.
    pub(super) fn arrive(&self) -> u64 {
        let mut state = self.lock();
        state.arrivals += 1;
        state.arrivals
    }

    /// Waits for this call's turn. Dropping the future leaves the line.
    pub(super) async fn enter(self: &Arc<Self>, lane: Priority, arrival: u64) -> Permit {
        let notify = Arc::new(Notify::new());
        self.lock().waiting.insert((lane, arrival), Arc::clone(&notify));
        let _place = Place { queue: self, lane, arrival };
        loop {
            let now = Instant::now();
            match self.turn(lane, arrival, now) {
                Turn::Now => return Permit { queue: Arc::clone(self), sent_at: now },
                Turn::At(instant) => {
                    tokio::select! {
                        () = notify.notified() => {}
                        () = sleep_until(instant) => {}
                    }
                }
                Turn::WhenWoken => notify.notified().await,
            }
        }
    }

    /// Whose turn it is; counts the request as sent when it is this one's.
    fn turn(&self, lane: Priority, arrival: u64, now: Instant) -> Turn {
        let mut state = self.lock();
        let is_first = state.waiting.keys().next() == Some(&(lane, arrival));
        if !is_first && !state.may_overtake(lane, arrival, now) {
            return Turn::WhenWoken;
        }
        let pause = self.pause.borrow().as_ref().map(|pause| pause.until);
        if let Some(until) = pause {
            if now < until {
                return Turn::At(until);
            }
            self.pause.send_replace(None);
        }
        if state.in_flight >= self.most_in_flight(lane) {
            return Turn::WhenWoken;
        }
        let ready = state.pace.ready_at(now, lane);
        if ready > now {
            return Turn::At(ready);
        }
        state.pace.sent(now, lane);
        state.in_flight += 1;
        Turn::Now
    }

    /// How many requests may be under way when one of this lane starts: the person's calls find a free line even when slow
    /// requests of the others fill theirs.
    fn most_in_flight(&self, lane: Priority) -> usize {
        let n = self.concurrency;
        match lane {
            Priority::Interactive => n + n.div_ceil(2),
            Priority::Outbox => n,
            Priority::Sync => (n - n / 4).max(1),
            Priority::Verification => (n / 4).max(1),
        }
    }

    /// Wakes who may be next.
    fn wake_first(&self) {
        let state = self.lock();
        let first = state.waiting.iter().next();
        let writing = state.first_writing().filter(|writing| first.is_none_or(|first| first.0 != writing.0));
        for (_, notify) in first.into_iter().chain(writing) {
            notify.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding it, and the counts in it are right after every statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line; given up when dropped.
struct Place<'a> {
    queue: &'a Queue,
    lane: Priority,
    arrival: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.lock().waiting.remove(&(self.lane, self.arrival));
        self.queue.wake_first();
    }
}

/// The right to have one request under way; given back when dropped.
pub(super) struct Permit {
    queue: Arc<Queue>,
    sent_at: Instant,
}

impl Permit {
    /// The service took the request.
    pub(super) fn accepted(&self) {
        self.queue.lock().pace.accepted(Instant::now());
    }

    /// The service refused the request for now: nobody on this connection goes before `wait` is over. When it was this
    /// connection's own budget that was spent, the pace learns from it.
    pub(super) fn refused(&self, wait: Duration, reason: Option<RateLimitReason>, is_own_budget: bool) {
        let now = Instant::now();
        if is_own_budget {
            self.queue.lock().pace.refused(self.sent_at, now);
        }
        // Decades from now is long enough, and an instant cannot hold everything a header can.
        const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
        let until = now + wait.min(LONGEST);
        self.queue.pause.send_if_modified(|pause| {
            let is_longer = pause.as_ref().is_none_or(|pause| pause.until < until);
            if is_longer {
                *pause = Some(Pause { until, reason });
            }
            is_longer
        });
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.queue.lock().in_flight -= 1;
        self.queue.wake_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_written_goes_although_reading_waits_for_its_share() {
        let queue = Arc::new(Queue::new(100, 30));
        let mut permits = Vec::new();
        // Nine tenths of the window.
        for _ in 0..27 {
            permits.push(queue.enter(Priority::Interactive, queue.arrive()).await);
        }
        drop(permits);
        let start = Instant::now();
        let reading = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move {
                let arrival = queue.arrive();
                queue.enter(Priority::Interactive, arrival).await;
                Instant::now()
            }
        });
        tokio::task::yield_now().await;
        queue.enter(Priority::Outbox, queue.arrive()).await;
        assert_eq!(Instant::now(), start, "at once");
        assert!(reading.await.unwrap() > start, "reading has to wait");
    }
}
