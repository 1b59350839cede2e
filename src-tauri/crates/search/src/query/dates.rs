//! Stretches of time as people type them.

use std::ops::Range;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

/// A stretch of time, relative to a now or on the calendar.
///
/// `<7d` `7d` (the last seven days) · `>2w` (longer ago) · `today` · `yesterday` · `2026` · `2026-01` · `2026-01-31` ·
/// `>2026-01` (after it) · `<2026-01-31` (before it) · `2026-01..2026-03`, either end may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moments {
    /// Not longer ago than this many hours.
    Within(u32),
    /// Longer ago than this many hours.
    Beyond(u32),
    /// Days of the calendar: from the start of the first, and before the start of the second.
    Days(Option<Date>, Option<Date>),
    /// The day that lies this many days back.
    DayBack(u8),
}

impl Moments {
    /// Reads a value; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "today" => return Some(Self::DayBack(0)),
            "yesterday" => return Some(Self::DayBack(1)),
            _ => {}
        }
        if let Some((from, to)) = text.split_once("..") {
            let from = if from.is_empty() { None } else { Some(days(from)?.0) };
            let to = if to.is_empty() { None } else { Some(days(to)?.1) };
            return (from.is_some() || to.is_some()).then_some(Self::Days(from, to));
        }
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("<", rest)) => ('<', rest.strip_prefix('=').unwrap_or(rest)),
            Some((">", rest)) => ('>', rest.strip_prefix('=').unwrap_or(rest)),
            _ => ('=', text.as_str()),
        };
        if let Some(hours) = hours(rest) {
            return Some(if sign == '>' { Self::Beyond(hours) } else { Self::Within(hours) });
        }
        let (first, after) = days(rest)?;
        Some(match sign {
            '<' => Self::Days(None, Some(first)),
            '>' => Self::Days(Some(after), None),
            _ => Self::Days(Some(first), Some(after)),
        })
    }

    /// The stretch in absolute time. The end is exclusive.
    #[must_use]
    pub fn resolve(self, now: Timestamp, zone: &TimeZone) -> Range<Timestamp> {
        let back = |hours: u32| now.checked_sub(i64::from(hours).hours()).unwrap_or(Timestamp::MIN);
        let start = |day: Date| day.to_zoned_datetime(zone.clone()).map(|zoned| zoned.timestamp());
        match self {
            Self::Within(hours) => back(hours)..Timestamp::MAX,
            Self::Beyond(hours) => Timestamp::MIN..back(hours),
            Self::Days(from, to) => {
                let from = from.and_then(|day| start(day).ok()).unwrap_or(Timestamp::MIN);
                from..to.and_then(|day| start(day).ok()).unwrap_or(Timestamp::MAX)
            }
            Self::DayBack(days) => {
                let today = now.to_zoned_datetime(zone.clone()).date();
                let day = today.checked_sub(i64::from(days).days()).unwrap_or(today);
                let next = day.tomorrow().unwrap_or(day);
                start(day).unwrap_or(Timestamp::MIN)..start(next).unwrap_or(Timestamp::MAX)
            }
        }
    }
}

/// `36h`, `7d`, `2w`, `3m` or `3mo`, `1y`: hours.
fn hours(text: &str) -> Option<u32> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(unit)?;
    let number: u32 = number.parse().ok()?;
    let hours = match unit {
        "h" => 1,
        "d" => 24,
        "w" => 24 * 7,
        "m" | "mo" => 24 * 30,
        "y" => 24 * 365,
        _ => return None,
    };
    number.checked_mul(hours)
}

/// `2026`, `2026-01`, `2026-01-31`: its first day and the day after its last.
fn days(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-').map(|part| {
        let is_number = !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<i16>().ok()).flatten()
    });
    let year = parts.next()??;
    if !(1000..=9998).contains(&year) {
        return None;
    }
    let Some(month) = parts.next() else { return Some((date(year, 1, 1), date(year + 1, 1, 1))) };
    let month = i8::try_from(month?).ok()?;
    let Some(day) = parts.next() else {
        let first = Date::new(year, month, 1).ok()?;
        return Some((first, first.checked_add(1.month()).ok()?));
    };
    let day = Date::new(year, month, i8::try_from(day?).ok()?).ok()?;
    parts.next().is_none().then_some((day, day.tomorrow().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Option<(String, String)> {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let is_open = |time: Timestamp| time == Timestamp::MIN || time == Timestamp::MAX;
        let name = |time: Timestamp| if is_open(time) { "…".to_owned() } else { time.to_string() };
        let range = Moments::parse(text)?.resolve(now, &zone);
        Some((name(range.start), name(range.end)))
    }

    #[test]
    fn stretches_of_time_are_read_as_people_mean_them() {
        for (text, from, to) in [
            ("<7d", "2026-11-16T12:00:00Z", "…"),
            ("7d", "2026-11-16T12:00:00Z", "…"),
            (">2w", "…", "2026-11-09T12:00:00Z"),
            ("today", "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"),
            ("Yesterday", "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"),
            ("2026-01", "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"),
            ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
            (">2026-01-30", "2026-01-30T23:00:00Z", "…"),
            ("<2026-01-31", "…", "2026-01-30T23:00:00Z"),
            ("2026-01..2026-02-01", "2025-12-31T23:00:00Z", "2026-02-01T23:00:00Z"),
            ("..2026", "…", "2026-12-31T23:00:00Z"),
        ] {
            assert_eq!(resolved(text), Some((from.to_owned(), to.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "<", "soon", "2026-13", "2026-02-30", "99999999999d", "..", "1-2-3-4", "7", "é", "<é"] {
            assert_eq!(Moments::parse(text), None, "{text}");
        }
    }
}
