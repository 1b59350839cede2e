//! How fast requests may go: a pure model of the service's limiter, learned from its refusals. No timers, no queue.
//!
//! The service counts requests a connection in a fixed window of a minute: 180 on the smaller plans, 600 on the larger ones, by
//! its documentation; older reports say three a second with some burst. It never tells what is left. So two limits are kept at
//! once. The *window* allows so many in any 60 seconds, which is right wherever the service's own window begins. The *bucket*
//! fills at the window's average rate and limits the burst; it starts as large as the window, where it limits nothing, and
//! shrinks when refusals come long before the window is used up.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Priority;

const WINDOW: Duration = Duration::from_secs(60);
pub(super) const FIRST_LIMIT: usize = 180;
const LARGEST_LIMIT: usize = 600;
const SMALLEST_LIMIT: usize = 30;

/// Without a refusal for so long, while requests had to wait, the limits are stretched.
const PATIENCE: Duration = Duration::from_secs(120);
/// The same when the limit to stretch is one that was learned from a refusal.
const PATIENCE_AFTER_REFUSAL: Duration = Duration::from_secs(30 * 60);

/// The limiter's model.
#[derive(Debug)]
pub(super) struct Pace {
    limit: usize,
    /// The limit that was set when the window was last found too wide.
    ceiling: Option<usize>,
    /// The limit before it was stretched, until a refusal or another stretch proves something about it.
    stretched_from: Option<usize>,
    burst: f64,
    tokens: f64,
    filled_at: Instant,
    sent: VecDeque<(Instant, Priority)>,
    /// The background has had to wait for the window: from then on it goes evenly, until nothing has gone for a whole one.
    is_even: bool,
    /// Since when nothing was refused or stretched.
    clean_since: Instant,
    cut_at: Option<Instant>,
    /// Whether a request had to wait since then: only then do successes prove anything.
    was_tight: bool,
}

impl Pace {
    /// A model that believes in this many requests a minute.
    pub(super) fn new(now: Instant, limit: usize) -> Self {
        let limit = limit.clamp(SMALLEST_LIMIT, LARGEST_LIMIT);
        Self {
            limit,
            ceiling: None,
            stretched_from: None,
            burst: limit as f64,
            tokens: limit as f64,
            filled_at: now,
            sent: VecDeque::new(),
            is_even: false,
            clean_since: now,
            cut_at: None,
            was_tight: false,
        }
    }

    /// Requests a minute, as believed today.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// When a request of this lane may go: `now` or later.
    pub(super) fn ready_at(&mut self, now: Instant, lane: Priority) -> Instant {
        self.advance(now);
        let share = share_kept_free(lane);
        let by_window = self.window_ready_at(now, lane);
        // The last token of a small bucket is kept for the lanes above; a bucket of one has none to keep.
        let has_reserve = lane == Priority::Outbox && self.written() < self.reserve();
        let kept = if has_reserve { 0.0 } else { (self.burst * share).ceil().min(self.burst - 1.0).max(0.0) };
        let missing = 1.0 + kept - self.tokens;
        let by_bucket = if missing <= 0.0 {
            now
        } else {
            // Rounded up: waking a nanosecond early would only mean waiting again.
            now + Duration::from_secs_f64(missing / self.rate()) + Duration::from_micros(1)
        };
        let ready = by_window.max(by_bucket).max(self.evenly(now, lane));
        if ready > now {
            self.was_tight = true;
        }
        ready
    }

    /// When the window has room for this lane. A lane may use it up to its share, so that the lanes above find room at once; and what a person
    /// has written finds some even when reading has used up the rest.
    fn window_ready_at(&mut self, now: Instant, lane: Priority) -> Instant {
        let room =
            |allowed: usize, sent: &mut dyn Iterator<Item = Instant>, count: usize| match count.checked_sub(allowed) {
                Some(oldest) => sent.nth(oldest).map_or(now, |sent| sent + WINDOW),
                None => now,
            };
        let all = self.sent.len();
        let by_share = room(self.allowed(lane), &mut self.sent.iter().map(|(sent, _)| *sent), all);
        if lane > Priority::Outbox && by_share > now {
            self.is_even = true;
        }
        if lane != Priority::Outbox || by_share == now {
            return by_share;
        }
        let (own, written) = (self.reserve(), self.written());
        let by_own = room(own, &mut self.sent.iter().filter(is_written).map(|(sent, _)| *sent), written);
        let by_all = room(self.limit, &mut self.sent.iter().map(|(sent, _)| *sent), all);
        by_share.min(by_own.max(by_all))
    }

    /// How many requests may be in the window when one of this lane goes.
    fn allowed(&self, lane: Priority) -> usize {
        let kept_for_writing = self.reserve().saturating_sub(self.written());
        match lane {
            Priority::Interactive => self.limit - kept_for_writing,
            _ => self.limit - (self.limit as f64 * share_kept_free(lane)) as usize,
        }
    }

    /// How much of the window nothing but what a person has written may use.
    fn reserve(&self) -> usize {
        (self.limit as f64 * RESERVE) as usize
    }

    /// How much of the window it has used.
    fn written(&self) -> usize {
        self.sent.iter().filter(is_written).count()
    }

    /// When the background may go without running through what it has of the window at once. Where the service's window begins is not known:
    /// an overrun then comes late in it, and holds up a person for moments and not for most of a minute.
    fn evenly(&self, now: Instant, lane: Priority) -> Instant {
        if !self.is_even || lane <= Priority::Outbox {
            return now;
        }
        let pause = WINDOW / u32::try_from(self.allowed(lane).max(1)).unwrap_or(u32::MAX);
        let last = self.sent.iter().rev().find(|(_, lane)| *lane > Priority::Outbox);
        last.map_or(now, |(sent, _)| (*sent + pause).max(now))
    }

    /// A request of this lane goes out.
    pub(super) fn sent(&mut self, now: Instant, lane: Priority) {
        self.advance(now);
        self.sent.push_back((now, lane));
        self.tokens -= 1.0;
    }

    /// The service refused a request that was sent at `sent_at` because this connection's budget was spent.
    pub(super) fn refused(&mut self, sent_at: Instant, now: Instant) {
        // Requests that were under way together are refused together: that is one lesson, not many.
        if self.cut_at.is_some_and(|cut| sent_at <= cut) {
            return;
        }
        self.advance(now);
        let used = self.sent.len();
        let believed = self.stretched_from.unwrap_or(self.limit);
        let window_is_used_up = used * 10 >= believed * 8;
        if window_is_used_up {
            // The limit that was stretched too far worked before; without such a memory a tenth less is a fair guess.
            self.shrink_limit(self.stretched_from.unwrap_or(used * 9 / 10));
        } else if self.burst > 1.0 {
            let spent = self.burst - self.tokens;
            self.burst = (self.burst.min(spent) / 2.0).floor().max(1.0);
        } else {
            // Not even an even pace was slow enough: somebody else uses the same connection.
            self.shrink_limit(self.limit * 8 / 10);
        }
        self.tokens = 0.0;
        self.cut_at = Some(now);
        self.clean_since = now;
        self.was_tight = false;
    }

    /// The service took a request.
    pub(super) fn accepted(&mut self, now: Instant) {
        if !self.was_tight {
            return;
        }
        let clean = now - self.clean_since;
        if self.burst < self.limit as f64 {
            if clean >= PATIENCE_AFTER_REFUSAL {
                self.burst = (self.burst * 2.0).min(self.limit as f64);
                self.restart(now);
            }
            return;
        }
        // In leaps as long as nothing was refused, in small steps beyond a limit that was.
        let (step, patience) =
            if self.ceiling.is_some() { (self.limit / 10, PATIENCE_AFTER_REFUSAL) } else { (self.limit / 2, PATIENCE) };
        let target = (self.limit + step).min(LARGEST_LIMIT);
        if target > self.limit && clean >= patience {
            self.stretched_from = Some(self.limit);
            self.limit = target;
            self.burst = target as f64;
            self.restart(now);
        }
    }

    fn restart(&mut self, now: Instant) {
        self.clean_since = now;
        self.was_tight = false;
    }

    fn shrink_limit(&mut self, limit: usize) {
        let had_burst = self.burst >= self.limit as f64;
        self.limit = limit.clamp(SMALLEST_LIMIT, self.limit.max(SMALLEST_LIMIT));
        self.ceiling = Some(self.limit);
        self.stretched_from = None;
        self.burst = if had_burst { self.limit as f64 } else { self.burst.min(self.limit as f64) };
    }

    /// Tokens a second.
    fn rate(&self) -> f64 {
        self.limit as f64 / WINDOW.as_secs_f64()
    }

    fn advance(&mut self, now: Instant) {
        while self.sent.front().is_some_and(|(sent, _)| *sent + WINDOW <= now) {
            self.sent.pop_front();
        }
        self.is_even &= !self.sent.is_empty();
        let passed = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.tokens = (self.tokens + passed * self.rate()).min(self.burst);
        self.filled_at = now;
    }
}

/// Which share of the window is for what a person has written, whatever the other lanes do.
const RESERVE: f64 = 0.1;

fn is_written((_, lane): &&(Instant, Priority)) -> bool {
    *lane == Priority::Outbox
}

/// Which share of the budget a lane leaves to the lanes above it.
fn share_kept_free(lane: Priority) -> f64 {
    match lane {
        Priority::Interactive => 0.0,
        Priority::Outbox => 0.1,
        Priority::Sync => 0.2,
        Priority::Verification => 0.3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the service might be.
    enum Limiter {
        Fixed { limit: usize, used: usize, window_start: Instant },
        Bucket { tokens: f64, capacity: f64, rate: f64, filled_at: Instant },
    }

    impl Limiter {
        /// How long to wait, for a refusal.
        fn ask(&mut self, now: Instant) -> Result<(), Duration> {
            match self {
                Self::Fixed { limit, used, window_start } => {
                    while now >= *window_start + WINDOW {
                        *window_start += WINDOW;
                        *used = 0;
                    }
                    if used == limit {
                        return Err(*window_start + WINDOW - now);
                    }
                    *used += 1;
                    Ok(())
                }
                Self::Bucket { tokens, capacity, rate, filled_at } => {
                    *tokens = (*tokens + (now - *filled_at).as_secs_f64() * *rate).min(*capacity);
                    *filled_at = now;
                    if *tokens < 1.0 {
                        return Err(Duration::from_secs(1));
                    }
                    *tokens -= 1.0;
                    Ok(())
                }
            }
        }
    }

    /// Sends as fast as the pace allows, one at a time and each taking 20 ms: how many were taken, how many refused.
    fn run(limiter: Limiter, lane: Priority, start: Instant, lasting: Duration) -> (usize, usize, Pace) {
        let (taken, refused, _, pace) = watch(limiter, lane, start, lasting);
        (taken, refused, pace)
    }

    /// The same, with the longest that a refusal held everybody up.
    fn watch(
        mut limiter: Limiter,
        lane: Priority,
        start: Instant,
        lasting: Duration,
    ) -> (usize, usize, Duration, Pace) {
        let mut longest = Duration::ZERO;
        let mut pace = Pace::new(start, FIRST_LIMIT);
        let (mut taken, mut refused) = (0, 0);
        let mut now = start;
        while now < start + lasting {
            let ready = pace.ready_at(now, lane);
            if ready > now {
                now = ready;
                continue;
            }
            let sent_at = now;
            pace.sent(now, lane);
            let answer = limiter.ask(now);
            now += Duration::from_millis(20);
            match answer {
                Ok(()) => {
                    pace.accepted(now);
                    taken += 1;
                }
                Err(wait) => {
                    pace.refused(sent_at, now);
                    now += wait;
                    longest = longest.max(wait);
                    refused += 1;
                }
            }
        }
        (taken, refused, longest, pace)
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_window_of_180_is_used_and_hardly_ever_overrun() {
        for offset in [0, 13, 31, 59] {
            let start = Instant::now();
            let limiter = Limiter::Fixed { limit: 180, used: 0, window_start: start - Duration::from_secs(offset) };
            let (taken, refused, _) = run(limiter, Priority::Interactive, start, 20 * MINUTE);
            assert!(taken >= 20 * 150, "{taken} in 20 minutes");
            assert!(refused <= 2, "{refused} refusals");
        }
    }

    #[test]
    fn a_window_of_600_is_found_within_minutes() {
        let start = Instant::now();
        let limiter = Limiter::Fixed { limit: 600, used: 0, window_start: start };
        let (taken, refused, pace) = run(limiter, Priority::Interactive, start, 15 * MINUTE);
        assert_eq!((pace.limit(), refused), (600, 0));
        assert!(taken > 15 * 400, "{taken} in 15 minutes");
    }

    #[test]
    fn a_bucket_of_three_a_second_costs_few_refusals() {
        for capacity in [1.0, 3.0, 10.0, 30.0] {
            let start = Instant::now();
            let limiter = Limiter::Bucket { tokens: capacity, capacity, rate: 3.0, filled_at: start };
            let (taken, refused, _) = run(limiter, Priority::Sync, start, 10 * MINUTE);
            // Four fifths of 180 a minute: the rest is the person's.
            assert!(taken >= 10 * 140, "{taken} in 10 minutes with a bucket of {capacity}");
            assert!(refused <= 6, "{refused} refusals with a bucket of {capacity}");
        }
    }

    #[test]
    fn a_smaller_window_is_learned() {
        let start = Instant::now();
        let limiter = Limiter::Fixed { limit: 100, used: 0, window_start: start };
        let (taken, refused, _) = run(limiter, Priority::Sync, start, 20 * MINUTE);
        assert!(taken >= 20 * 70, "{taken} in 20 minutes");
        assert!(refused <= 8, "{refused} refusals");
    }

    /// Fills the window with one lane after the other, as far as each may: how many of each went.
    fn fill<const N: usize>(lanes: [Priority; N]) -> [usize; N] {
        let now = Instant::now();
        let mut pace = Pace::new(now, FIRST_LIMIT);
        lanes.map(|lane| {
            let mut sent = 0;
            while pace.ready_at(now, lane) <= now {
                pace.sent(now, lane);
                sent += 1;
            }
            sent
        })
    }

    #[test]
    fn background_lanes_leave_room_for_the_person() {
        use Priority::{Interactive, Outbox, Sync, Verification};
        assert_eq!(
            fill([Verification, Sync, Interactive, Outbox]),
            [126, 0, 36, 18],
            "the background goes evenly by now"
        );
        assert_eq!(fill([Sync, Outbox, Interactive]), [144, 18, 18]);
        assert_eq!(fill([Outbox, Interactive, Sync]), [162, 18, 0]);
        assert_eq!(fill([Interactive, Outbox]), [162, 18]);
    }

    #[test]
    fn looking_for_a_larger_budget_does_not_hold_up_the_person_for_long() {
        for offset in [0, 13, 31, 59] {
            let start = Instant::now();
            let limiter = Limiter::Fixed { limit: 180, used: 0, window_start: start - Duration::from_secs(offset) };
            let (taken, refused, longest, _) = watch(limiter, Priority::Sync, start, 30 * MINUTE);
            assert!(taken >= 30 * 140, "{taken} in 30 minutes");
            assert!(
                refused <= 2 && longest <= Duration::from_secs(15),
                "{refused} refusals, the longest of {longest:?}"
            );
        }
    }
}
