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
    sent: VecDeque<Instant>,
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
        // A lane may use the window up to its share, so that the lanes above find room at once.
        let allowed = self.limit - (self.limit as f64 * share) as usize;
        let by_window = match self.sent.len().checked_sub(allowed) {
            Some(oldest) => self.sent.get(oldest).map_or(now, |sent| *sent + WINDOW),
            None => now,
        };
        // The last token of a small bucket is kept for the lanes above; a bucket of one has none to keep.
        let kept = (self.burst * share).ceil().min(self.burst - 1.0).max(0.0);
        let missing = 1.0 + kept - self.tokens;
        let by_bucket = if missing <= 0.0 {
            now
        } else {
            // Rounded up: waking a nanosecond early would only mean waiting again.
            now + Duration::from_secs_f64(missing / self.rate()) + Duration::from_micros(1)
        };
        let ready = by_window.max(by_bucket);
        if ready > now {
            self.was_tight = true;
        }
        ready
    }

    /// A request goes out.
    pub(super) fn sent(&mut self, now: Instant) {
        self.advance(now);
        self.sent.push_back(now);
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
        while self.sent.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.sent.pop_front();
        }
        let passed = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.tokens = (self.tokens + passed * self.rate()).min(self.burst);
        self.filled_at = now;
    }
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
    fn run(mut limiter: Limiter, lane: Priority, start: Instant, lasting: Duration) -> (usize, usize, Pace) {
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
            pace.sent(now);
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
                    refused += 1;
                }
            }
        }
        (taken, refused, pace)
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

    #[test]
    fn background_lanes_leave_room_for_the_person() {
        let now = Instant::now();
        let mut pace = Pace::new(now, FIRST_LIMIT);
        while pace.ready_at(now, Priority::Sync) <= now {
            pace.sent(now);
        }
        assert_eq!(pace.sent.len(), 144);
        while pace.ready_at(now, Priority::Interactive) <= now {
            pace.sent(now);
        }
        assert_eq!(pace.sent.len(), 180);
    }
}
