//! What conditions compare with.

use jiff::{Timestamp, civil};
use serde_json::{Number, Value};

use crate::id::{PageId, UserId};

/// A number in a condition.
#[derive(Clone, Debug)]
pub struct Quantity(Number);

impl From<i64> for Quantity {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

impl From<i32> for Quantity {
    fn from(number: i32) -> Self {
        Self(number.into())
    }
}

impl From<Number> for Quantity {
    fn from(number: Number) -> Self {
        Self(number)
    }
}

impl From<f64> for Quantity {
    /// What is no number in JSON becomes 0.
    fn from(number: f64) -> Self {
        Self(Number::from_f64(number).unwrap_or_else(|| 0.into()))
    }
}

impl From<Quantity> for Value {
    fn from(quantity: Quantity) -> Self {
        Value::Number(quantity.0)
    }
}

/// The name of an option, or of several.
#[derive(Clone, Debug)]
pub enum Names {
    /// One.
    One(String),
    /// Any of these.
    Any(Vec<String>),
}

impl From<&str> for Names {
    fn from(name: &str) -> Self {
        Self::One(name.to_owned())
    }
}

impl From<String> for Names {
    fn from(name: String) -> Self {
        Self::One(name)
    }
}

impl From<Vec<String>> for Names {
    fn from(names: Vec<String>) -> Self {
        Self::Any(names)
    }
}

impl<const N: usize> From<[&str; N]> for Names {
    fn from(names: [&str; N]) -> Self {
        Self::Any(names.map(str::to_owned).into())
    }
}

impl From<Names> for Value {
    fn from(names: Names) -> Self {
        match names {
            Names::One(name) => name.into(),
            Names::Any(names) => names.into(),
        }
    }
}

/// Somebody in a condition.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    /// This user.
    User(UserId),
    /// Whoever the token acts for; not for internal integrations.
    Me,
}

impl From<UserId> for Who {
    fn from(id: UserId) -> Self {
        Self::User(id)
    }
}

impl From<Who> for Value {
    fn from(who: Who) -> Self {
        match who {
            Who::User(id) => id.to_string().into(),
            Who::Me => "me".into(),
        }
    }
}

/// A page in a condition.
#[derive(Clone, Copy, Debug)]
pub struct Related(PageId);

impl From<PageId> for Related {
    fn from(id: PageId) -> Self {
        Self(id)
    }
}

impl From<Related> for Value {
    fn from(related: Related) -> Self {
        related.0.to_string().into()
    }
}

/// A date or time in a condition.
#[derive(Clone, Debug)]
pub enum Moment {
    /// A day or a time in ISO 8601.
    At(String),
    /// The day it is asked.
    Today,
    /// The day after.
    Tomorrow,
    /// The day before.
    Yesterday,
    /// A week before.
    OneWeekAgo,
    /// A week after.
    OneWeekFromNow,
    /// A month before.
    OneMonthAgo,
    /// A month after.
    OneMonthFromNow,
}

impl From<&str> for Moment {
    fn from(text: &str) -> Self {
        Self::At(text.to_owned())
    }
}

impl From<Timestamp> for Moment {
    fn from(instant: Timestamp) -> Self {
        Self::At(instant.to_string())
    }
}

impl From<civil::Date> for Moment {
    fn from(day: civil::Date) -> Self {
        Self::At(day.to_string())
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        match moment {
            Moment::At(text) => text.into(),
            Moment::Today => "today".into(),
            Moment::Tomorrow => "tomorrow".into(),
            Moment::Yesterday => "yesterday".into(),
            Moment::OneWeekAgo => "one_week_ago".into(),
            Moment::OneWeekFromNow => "one_week_from_now".into(),
            Moment::OneMonthAgo => "one_month_ago".into(),
            Moment::OneMonthFromNow => "one_month_from_now".into(),
        }
    }
}
