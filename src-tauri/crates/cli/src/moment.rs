//! Times as people say them.

use jiff::{Timestamp, tz::TimeZone};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago a time was, in words; a date when it is more than a month.
pub(crate) fn ago(time: &str, now: Timestamp, zone: &TimeZone) -> String {
    let Ok(time) = time.parse::<Timestamp>() else { return time.to_owned() };
    let count = |seconds: i64, unit: i64, name: &str| {
        let count = seconds / unit;
        format!("{count} {name}{} ago", if count == 1 { "" } else { "s" })
    };
    match now.as_second() - time.as_second() {
        ..MINUTE => "just now".into(),
        seconds @ MINUTE..HOUR => count(seconds, MINUTE, "minute"),
        seconds @ HOUR..DAY => count(seconds, HOUR, "hour"),
        seconds if seconds < 30 * DAY => count(seconds, DAY, "day"),
        _ => time.to_zoned_datetime(zone.clone()).date().to_string(),
    }
}

/// A date or a time as the service writes it, for a person.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> String {
    text.parse::<Timestamp>().map_or_else(
        |_| text.replacen('T', " ", 1),
        |time| time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_in_the_largest_unit_that_fits() {
        let now: Timestamp = "2026-11-22T14:31:00Z".parse().unwrap();
        let said = |time: &str| ago(time, now, &TimeZone::UTC);
        assert_eq!(said("2026-11-22T14:30:40Z"), "just now");
        assert_eq!(said("2026-11-22T14:29:59Z"), "1 minute ago");
        assert_eq!(said("2026-11-22T12:31:00Z"), "2 hours ago");
        assert_eq!(said("2026-11-19T14:31:00Z"), "3 days ago");
        assert_eq!(said("2026-09-01T00:00:00Z"), "2026-09-01");
        assert_eq!(said("not a time"), "not a time");
    }

    #[test]
    fn days_stay_days_and_times_are_local() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(moment("2026-11-22", &zone), "2026-11-22");
        assert_eq!(moment("2026-11-22T14:31:00.000+00:00", &zone), "2026-11-22 16:31");
        assert_eq!(moment("2026-11-22T14:31", &zone), "2026-11-22 14:31");
    }
}
