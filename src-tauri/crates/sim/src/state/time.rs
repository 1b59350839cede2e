//! Dates and times as property values and filters have them: a day, or an instant with the offset it was written in.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

/// A point of a date property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Moment {
    Day(Date),
    Instant(ZonedDateTime),
}

impl Moment {
    /// Reads an ISO 8601 date or date with time. Without an offset the time is UTC.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_in(text, &TimeZone::UTC)
    }

    /// The same, with local times in `zone`.
    pub fn parse_in(text: &str, zone: &TimeZone) -> Option<Self> {
        if !text.contains(['T', ' ']) {
            return (text.len() == 10).then(|| text.parse().ok()).flatten().map(Self::Day);
        }
        let (_, time) = text.split_once(['T', ' '])?;
        if time.contains(['Z', 'z', '+', '-']) {
            let instant: Timestamp = text.parse().ok()?;
            let offset = offset_of(time).unwrap_or(Offset::UTC);
            return Some(Self::Instant(instant.to_zoned_datetime(TimeZone::fixed(offset))));
        }
        let local: DateTime = text.parse().ok()?;
        Some(Self::Instant(local.to_zoned_datetime(zone.clone()).ok()?))
    }

    /// As the service writes it: `2026-07-25` or `2026-07-25T16:57:00.000+00:00`; seconds are dropped.
    pub fn written(&self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Instant(at) => format!("{}:00.000{}", at.strftime("%Y-%m-%dT%H:%M"), at.strftime("%:z")),
        }
    }

    pub fn day(&self) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Instant(at) => at.timestamp().to_zoned_datetime(TimeZone::UTC).date(),
        }
    }

    /// The instant; a day starts at midnight UTC.
    pub fn instant(&self) -> Timestamp {
        self.instant_in(&TimeZone::UTC)
    }

    /// The instant; a day starts at midnight of the zone.
    pub fn instant_in(&self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => day.to_zoned_datetime(zone.clone()).map_or(Timestamp::MIN, |at| at.timestamp()),
            Self::Instant(at) => at.timestamp(),
        }
    }
}

fn offset_of(time: &str) -> Option<Offset> {
    let at = time.rfind(['+', '-'])?;
    let (hours, minutes) = time.get(at + 1..)?.split_once(':').or_else(|| time.get(at + 1..)?.split_at_checked(2))?;
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().unwrap_or(0) * 60;
    Offset::from_seconds(if time.get(at..=at) == Some("-") { -seconds } else { seconds }).ok()
}

/// So many minutes before.
pub(crate) fn ago(now: Timestamp, minutes: u32) -> Timestamp {
    now.checked_sub(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_and_write_the_forms_of_the_service() {
        let written = |text: &str| Moment::parse(text).map(|moment| moment.written());
        assert_eq!(written("2026-07-25").as_deref(), Some("2026-07-25"));
        assert_eq!(written("2026-07-25T16:57:00Z").as_deref(), Some("2026-07-25T16:57:00.000+00:00"));
        assert_eq!(written("2026-07-25T16:57:00.000+09:00").as_deref(), Some("2026-07-25T16:57:00.000+09:00"));
        assert_eq!(written("2026-07-25T16:57:28.513237Z").as_deref(), Some("2026-07-25T16:57:00.000+00:00"));
        assert_eq!(written("tomorrow"), None);
        assert_eq!(written("2026-13-01"), None);
    }

    #[test]
    fn a_local_time_takes_the_offset_of_its_zone() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let moment = Moment::parse_in("2026-11-23T09:00:00", &zone).unwrap();
        assert_eq!(moment.written(), "2026-11-23T09:00:00.000+09:00");
        assert_eq!(moment.instant().to_string(), "2026-11-23T00:00:00Z");
    }
}
