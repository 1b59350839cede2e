//! Dates in formulas. A day stays a day as long as nothing smaller is added to it.

use jiff::civil::ISOWeekDate;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Unit, ZonedDateTime};
use serde_json::{Value, json};

use super::Computed;
use crate::state::time::Moment;

/// The point of a date, if there is one.
pub(super) fn at(value: &Computed) -> Option<Moment> {
    let Computed::Date(date) = value else { return None };
    Moment::parse(date.get("start")?.as_str()?)
}

fn date(moment: Option<&Moment>) -> Computed {
    Computed::Date(
        moment.map_or(Value::Null, |moment| json!({ "start": moment.written(), "end": null, "time_zone": null })),
    )
}

fn number(number: Option<i64>) -> Computed {
    Computed::Number(number.map(|number| number as f64))
}

/// The value of a function of dates.
pub(super) fn call(name: &str, values: &[Computed], now: Timestamp) -> Option<Computed> {
    let of = |part: fn(&ZonedDateTime) -> i64| {
        let [value @ Computed::Date(_)] = values else { return None };
        Some(number(at(value).map(|moment| part(&zoned(&moment)))))
    };
    match (name, values) {
        ("now", []) => Some(date(Some(&Moment::Instant(now.to_zoned_datetime(TimeZone::UTC))))),
        ("today", []) => Some(date(Some(&Moment::Day(now.to_zoned_datetime(TimeZone::UTC).date())))),
        ("minute", _) => of(|at| at.minute().into()),
        ("hour", _) => of(|at| at.hour().into()),
        ("date", _) => of(|at| at.day().into()),
        ("month", _) => of(|at| at.month().into()),
        ("year", _) => of(|at| at.year().into()),
        ("timestamp", _) => of(|at| at.timestamp().as_millisecond()),
        ("fromTimestamp", [Computed::Number(milliseconds)]) => {
            let at = milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds as i64).ok());
            Some(date(at.map(|at| Moment::Instant(at.to_zoned_datetime(TimeZone::UTC))).as_ref()))
        }
        ("dateBetween", [left, right, unit]) => between(left, right, &unit.text()),
        ("dateAdd", [value @ Computed::Date(_), amount, unit]) => moved(value, amount.number()?, &unit.text()),
        ("dateSubtract", [value @ Computed::Date(_), amount, unit]) => moved(value, -amount.number()?, &unit.text()),
        ("formatDate", [value @ Computed::Date(_), pattern]) => {
            let Some(moment) = at(value) else { return Some(Computed::Text(String::new())) };
            formatted(&zoned(&moment), &pattern.text()).map(Computed::Text)
        }
        _ => None,
    }
}

fn zoned(moment: &Moment) -> ZonedDateTime {
    moment.instant().to_zoned_datetime(TimeZone::UTC)
}

/// A date so much later.
fn moved(value: &Computed, amount: f64, unit: &str) -> Option<Computed> {
    let whole = amount.trunc() as i64;
    let (span, is_of_days): (Span, bool) = match unit {
        "years" => (whole.years(), true),
        "quarters" => ((whole * 3).months(), true),
        "months" => (whole.months(), true),
        "weeks" => (whole.weeks(), true),
        "days" => (whole.days(), true),
        "hours" => (whole.hours(), false),
        "minutes" => (whole.minutes(), false),
        _ => return None,
    };
    let moved = match at(value) {
        None => None,
        Some(Moment::Day(day)) if is_of_days || whole == 0 => Some(Moment::Day(day.checked_add(span).ok()?)),
        Some(moment) => Some(Moment::Instant(zoned(&moment).checked_add(span).ok()?)),
    };
    Some(date(moved.as_ref()))
}

/// Whole units from the second date to the first.
fn between(left: &Computed, right: &Computed, unit: &str) -> Option<Computed> {
    let unit = match unit {
        "years" => Unit::Year,
        "months" => Unit::Month,
        "weeks" => Unit::Week,
        "days" => Unit::Day,
        "hours" => Unit::Hour,
        "minutes" => Unit::Minute,
        _ => return None,
    };
    let (Computed::Date(_), Computed::Date(_)) = (left, right) else { return None };
    let (Some(left), Some(right)) = (at(left), at(right)) else { return Some(Computed::Number(None)) };
    let whole = zoned(&right).until((unit, &zoned(&left))).ok()?;
    let count = match unit {
        Unit::Year => i64::from(whole.get_years()),
        Unit::Month => i64::from(whole.get_months()),
        Unit::Week => i64::from(whole.get_weeks()),
        Unit::Day => i64::from(whole.get_days()),
        Unit::Hour => i64::from(whole.get_hours()),
        _ => whole.get_minutes(),
    };
    Some(number(Some(count)))
}

/// A date in the manner of Moment.js, as far as numbers go.
fn formatted(at: &ZonedDateTime, pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let length = rest.chars().take_while(|other| *other == letter).count();
        let (token, after) = rest.split_at(length * letter.len_utf8());
        rest = after;
        let week = ISOWeekDate::from(at.date()).week();
        out.push_str(&match token {
            "Y" | "YYYY" => at.year().to_string(),
            "YY" => format!("{:02}", at.year().rem_euclid(100)),
            "M" => at.month().to_string(),
            "MM" => format!("{:02}", at.month()),
            "W" => week.to_string(),
            "WW" => format!("{week:02}"),
            "D" => at.day().to_string(),
            "DD" => format!("{:02}", at.day()),
            "H" => at.hour().to_string(),
            "HH" => format!("{:02}", at.hour()),
            "mm" => format!("{:02}", at.minute()),
            "ss" => format!("{:02}", at.second()),
            token if !letter.is_alphabetic() => token.to_owned(),
            _ => return None,
        });
    }
    Some(out)
}
