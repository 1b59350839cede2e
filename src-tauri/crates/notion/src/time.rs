//! Instants and dates as the service writes them. Both keep their text, because the service writes the same instant in several ways
//! and a write must not change what was read.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::civil;
use serde_json::Value;

use crate::json::{DecodeError, Field, Json, object, serde_through_json};

/// An instant. Most are floored to the minute by the service (pages, blocks, comments, files); databases and views have milliseconds.
/// Two are equal when they are the same instant, however written.
#[derive(Clone)]
pub struct Time {
    text: Box<str>,
    instant: Timestamp,
}

impl Time {
    /// The instant.
    pub fn timestamp(&self) -> Timestamp {
        self.instant
    }

    /// The text it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Timestamp> for Time {
    fn from(instant: Timestamp) -> Self {
        // Three decimals and `Z`: the form the service itself uses for pages.
        Self { text: format!("{instant:.3}").into(), instant }
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl Hash for Time {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Time({})", self.text)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Json for Time {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let text = value.as_str().ok_or_else(|| DecodeError::expected("a time", value))?;
        let instant = text.parse().map_err(|_| DecodeError::new("expected a time, found other text"))?;
        Ok(Self { text: text.into(), instant })
    }

    fn encode(&self) -> Value {
        Value::from(&*self.text)
    }
}

serde_through_json!(Time);

/// What a date says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A day.
    Day(civil::Date),
    /// An instant: the text had an offset.
    Instant(Timestamp),
    /// A day and a time of day without an offset; the zone stands beside it.
    Local(civil::DateTime),
}

/// A date or a date and time, as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateText(String);

impl DateText {
    /// A date from its text, unchecked: the service has the last word.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it says, or nothing for text in another form.
    pub fn when(&self) -> Option<When> {
        if !self.0.contains(['T', 't', ' ']) {
            return self.0.parse().ok().map(When::Day);
        }
        match self.0.parse() {
            Ok(instant) => Some(When::Instant(instant)),
            Err(_) => self.0.parse().ok().map(When::Local),
        }
    }
}

impl From<civil::Date> for DateText {
    fn from(day: civil::Date) -> Self {
        Self(day.to_string())
    }
}

impl From<civil::DateTime> for DateText {
    fn from(local: civil::DateTime) -> Self {
        Self(local.to_string())
    }
}

impl From<Timestamp> for DateText {
    fn from(instant: Timestamp) -> Self {
        Self(instant.to_string())
    }
}

impl From<&str> for DateText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl Json for DateText {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        String::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        self.0.encode()
    }
}

serde_through_json!(DateText);

object! {
    /// A date property, mention or formula result: a day or an instant, maybe a range.
    pub struct DateValue {
        /// The beginning.
        pub start: DateText,
        /// The end of a range.
        pub end: Field<DateText>,
        /// An IANA zone; then neither text has an offset.
        pub time_zone: Field<String>,
    }
}

impl DateValue {
    /// A single date.
    pub fn new(start: impl Into<DateText>) -> Self {
        Self { start: start.into(), end: Field::Absent, time_zone: Field::Absent, extra: Default::default() }
    }

    /// The same with an end.
    pub fn until(mut self, end: impl Into<DateText>) -> Self {
        self.end = Field::Value(end.into());
        self
    }

    /// The same in a zone; the texts must then have no offset.
    pub fn in_zone(mut self, time_zone: impl Into<String>) -> Self {
        self.time_zone = Field::Value(time_zone.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_spellings_of_an_instant_are_equal_and_keep_their_text() {
        let zulu = json!("2026-07-04T09:13:00.000Z");
        let offset = json!("2026-07-04T09:13:00.000+00:00");
        let (a, b) = (Time::decode(&zulu).unwrap(), Time::decode(&offset).unwrap());
        assert_eq!(a, b);
        assert_eq!((a.encode(), b.encode()), (zulu, offset));
    }

    #[test]
    fn an_instant_of_ours_is_written_like_theirs() {
        let time = Time::from("2026-07-04T09:13:00Z".parse::<Timestamp>().unwrap());
        assert_eq!(time.as_str(), "2026-07-04T09:13:00.000Z");
    }

    #[test]
    fn a_date_says_whether_it_is_a_day_an_instant_or_local() {
        assert!(matches!(DateText::new("2026-07-04").when(), Some(When::Day(_))));
        assert!(matches!(DateText::new("2026-07-04T09:00:00.000+09:00").when(), Some(When::Instant(_))));
        assert!(matches!(DateText::new("2026-07-04T09:00:00").when(), Some(When::Local(_))));
        assert_eq!(DateText::new("soon").when(), None);
    }
}
