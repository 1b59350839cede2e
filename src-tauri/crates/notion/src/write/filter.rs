//! Filters and sorts of a query. Typed where the service's grammar is, with [`Filter::raw`] for what it will have tomorrow.
//!
//! ```
//! use satchel_notion::write::{Filter, Moment};
//!
//! let filter = Filter::all([
//!     Filter::last_edited_time().on_or_after("2026-11-22T03:02:00Z"),
//!     Filter::property("Status").status().does_not_equal(["Done", "Archived"]),
//!     Filter::property("Due").date().before(Moment::Tomorrow),
//! ]);
//! # let _ = filter;
//! ```

mod operand;

pub use operand::{Moment, Names, Quantity, Related, Who};

use serde_json::{Value, json};

use crate::json::{DecodeError, Extra, Json, serde_through_json};

/// Ascending or descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest or oldest first.
    Ascending,
    /// Largest or newest first.
    Descending,
}

impl Direction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort(Value);

impl Sort {
    /// By a property, by name or id.
    pub fn property(name: impl Into<String>, direction: Direction) -> Self {
        Self(json!({ "property": name.into(), "direction": direction.as_str() }))
    }

    /// By the time of creation.
    pub fn created_time(direction: Direction) -> Self {
        Self(json!({ "timestamp": "created_time", "direction": direction.as_str() }))
    }

    /// By the time of the last edit.
    pub fn last_edited_time(direction: Direction) -> Self {
        Self(json!({ "timestamp": "last_edited_time", "direction": direction.as_str() }))
    }

    /// A key of an order as JSON, for what this crate does not know.
    pub fn raw(sort: Value) -> Self {
        Self(sort)
    }
}

/// A filter or sort is what the service writes it as, whatever it has that this crate does not know.
macro_rules! as_it_is {
    ($name:ident) => {
        impl Json for $name {
            fn decode(value: &Value) -> Result<Self, DecodeError> {
                Ok(Self(value.clone()))
            }

            fn encode(&self) -> Value {
                self.0.clone()
            }
        }

        serde_through_json!($name);
    };
}

as_it_is!(Sort);
as_it_is!(Filter);

/// Which rows a query returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Value);

impl Filter {
    /// How deep [`Filter::all`] and [`Filter::any`] may nest.
    pub const DEEPEST: usize = 2;

    /// A filter as JSON, for what this crate does not know.
    pub fn raw(filter: Value) -> Self {
        Self(filter)
    }

    /// Rows that pass all of these.
    pub fn all(filters: impl IntoIterator<Item = Filter>) -> Self {
        Self(json!({ "and": filters.into_iter().map(|filter| filter.0).collect::<Vec<_>>() }))
    }

    /// Rows that pass any of these.
    pub fn any(filters: impl IntoIterator<Item = Filter>) -> Self {
        Self(json!({ "or": filters.into_iter().map(|filter| filter.0).collect::<Vec<_>>() }))
    }

    /// Rows by a property, by name or id.
    pub fn property(name: impl Into<String>) -> PropertyFilter {
        PropertyFilter { name: name.into() }
    }

    /// Rows by the time of creation. Times are floored to the minute: use [`DateFilter::on_or_after`] with a floored minute.
    pub fn created_time() -> DateFilter {
        DateFilter(Place::timestamp("created_time"))
    }

    /// Rows by the time of the last edit. Times are floored to the minute: use [`DateFilter::on_or_after`] with a floored minute.
    pub fn last_edited_time() -> DateFilter {
        DateFilter(Place::timestamp("last_edited_time"))
    }

    /// Rows that pass this and another, no deeper than need be.
    pub(crate) fn also(mut self, other: Self) -> Self {
        match self.0.get_mut("and").and_then(Value::as_array_mut) {
            Some(filters) => {
                filters.push(other.0);
                self
            }
            None => Self::all([self, other]),
        }
    }

    /// How deep it nests: 0 for a single condition.
    pub(crate) fn depth(&self) -> usize {
        fn depth(filter: &Value) -> usize {
            let nested = ["and", "or"].iter().find_map(|key| filter.get(key)?.as_array());
            nested.map_or(0, |filters| 1 + filters.iter().map(depth).max().unwrap_or(0))
        }
        depth(&self.0)
    }
}

/// Where a condition goes in the service's grammar.
#[derive(Clone, Debug)]
struct Place {
    root: Extra,
    keys: Vec<&'static str>,
}

impl Place {
    fn timestamp(name: &'static str) -> Self {
        Self { root: Extra::from_iter([("timestamp".to_owned(), name.into())]), keys: vec![name] }
    }

    fn under(mut self, key: &'static str) -> Self {
        self.keys.push(key);
        self
    }

    fn holds(mut self, operator: &str, operand: impl Into<Value>) -> Filter {
        let mut keys = self.keys.iter().rev();
        let mut value = json!({ operator: operand.into() });
        let outermost = keys.next_back();
        for key in keys {
            value = json!({ *key: value });
        }
        if let Some(key) = outermost {
            self.root.insert((*key).to_owned(), value);
        }
        Filter(Value::Object(self.root))
    }
}

/// A property of which a condition shall hold; its kind comes next.
#[derive(Clone, Debug)]
pub struct PropertyFilter {
    name: String,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident => $filter:ident;)*) => {
        $(
            $(#[$meta])*
            pub fn $name(self) -> $filter {
                $filter(self.place(stringify!($name)))
            }
        )*
    };
}

impl PropertyFilter {
    fn place(self, kind: &'static str) -> Place {
        Place { root: Extra::from_iter([("property".to_owned(), self.name.into())]), keys: vec![kind] }
    }

    kinds! {
        /// The title.
        title => TextFilter;
        /// A text.
        rich_text => TextFilter;
        /// A link.
        url => TextFilter;
        /// An e-mail address.
        email => TextFilter;
        /// A phone number.
        phone_number => TextFilter;
        /// A number.
        number => NumberFilter;
        /// The number the service counts up.
        unique_id => NumberFilter;
        /// A checkbox.
        checkbox => CheckboxFilter;
        /// A select.
        select => OptionFilter;
        /// A status.
        status => OptionFilter;
        /// A multi-select.
        multi_select => OptionsFilter;
        /// People.
        people => PeopleFilter;
        /// Who made it.
        created_by => PeopleFilter;
        /// Who edited it last.
        last_edited_by => PeopleFilter;
        /// A relation.
        relation => RelationFilter;
        /// Files.
        files => PresenceFilter;
        /// A date.
        date => DateFilter;
        /// When it was made.
        created_time => DateFilter;
        /// When it was last edited.
        last_edited_time => DateFilter;
        /// A formula; the kind of its result comes next.
        formula => FormulaFilter;
        /// A rollup; which of its items come next.
        rollup => RollupFilter;
        /// The verification of a wiki's page.
        verification => VerificationFilter;
    }
}

macro_rules! conditions {
    ($($(#[$meta:meta])* $filter:ident { $($(#[$op_meta:meta])* $op:ident($operand:ty);)* } $([$presence:ident])?)*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug)]
            pub struct $filter(Place);

            impl $filter {
                $(
                    $(#[$op_meta])*
                    pub fn $op(self, operand: impl Into<$operand>) -> Filter {
                        let operand: $operand = operand.into();
                        self.0.holds(stringify!($op), operand)
                    }
                )*
                $(conditions!(@$presence);)?
            }
        )*
    };
    (@presence) => {
        /// It is empty.
        pub fn is_empty(self) -> Filter {
            self.0.holds("is_empty", true)
        }

        /// It is not empty.
        pub fn is_not_empty(self) -> Filter {
            self.0.holds("is_not_empty", true)
        }
    };
}

conditions! {
    /// A condition on text. None of them minds case.
    TextFilter {
        /// It is this.
        equals(String);
        /// It is not this.
        does_not_equal(String);
        /// It has this inside.
        contains(String);
        /// It does not have this inside.
        does_not_contain(String);
        /// It begins with this.
        starts_with(String);
        /// It ends with this.
        ends_with(String);
    } [presence]

    /// A condition on a number.
    NumberFilter {
        /// It is this.
        equals(Quantity);
        /// It is not this.
        does_not_equal(Quantity);
        /// It is more.
        greater_than(Quantity);
        /// It is less.
        less_than(Quantity);
        /// It is this or more.
        greater_than_or_equal_to(Quantity);
        /// It is this or less.
        less_than_or_equal_to(Quantity);
    } [presence]

    /// A condition on a checkbox.
    CheckboxFilter {
        /// It is this.
        equals(bool);
        /// It is not this.
        does_not_equal(bool);
    }

    /// A condition on the option of a select or status: one name, or any of several.
    OptionFilter {
        /// It is this, or one of these.
        equals(Names);
        /// It is not this, or none of these.
        does_not_equal(Names);
    } [presence]

    /// A condition on the options of a multi-select: one name, or any of several.
    OptionsFilter {
        /// This is among them.
        contains(Names);
        /// This is not among them.
        does_not_contain(Names);
    } [presence]

    /// A condition on people.
    PeopleFilter {
        /// This one is among them.
        contains(Who);
        /// This one is not among them.
        does_not_contain(Who);
    } [presence]

    /// A condition on a relation.
    RelationFilter {
        /// This page is among them.
        contains(Related);
        /// This page is not among them.
        does_not_contain(Related);
    } [presence]

    /// A condition on what is either there or not.
    PresenceFilter {} [presence]

    /// A condition on a date or time.
    DateFilter {
        /// It is this.
        equals(Moment);
        /// It is before this.
        before(Moment);
        /// It is after this.
        after(Moment);
        /// It is this or before.
        on_or_before(Moment);
        /// It is this or after.
        on_or_after(Moment);
    } [presence]

    /// A condition on the verification of a wiki's page: `verified`, `expired` or `none`.
    VerificationFilter {
        /// It is this.
        status(String);
        /// It is not this.
        does_not_equal(String);
    }
}

macro_rules! spans {
    ($($(#[$meta:meta])* $name:ident;)*) => {
        impl DateFilter {
            $(
                $(#[$meta])*
                pub fn $name(self) -> Filter {
                    self.0.holds(stringify!($name), json!({}))
                }
            )*
        }
    };
}

spans! {
    /// In this week.
    this_week;
    /// In the past week.
    past_week;
    /// In the past month.
    past_month;
    /// In the past year.
    past_year;
    /// In the next week.
    next_week;
    /// In the next month.
    next_month;
    /// In the next year.
    next_year;
}

macro_rules! steps {
    ($($(#[$meta:meta])* $filter:ident { $($(#[$step_meta:meta])* $step:ident => $next:ident;)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug)]
            pub struct $filter(Place);

            impl $filter {
                $(
                    $(#[$step_meta])*
                    pub fn $step(self) -> $next {
                        $next(self.0.under(stringify!($step)))
                    }
                )*
            }
        )*
    };
}

steps! {
    /// A formula, by the kind of its result.
    FormulaFilter {
        /// Its result is text.
        string => TextFilter;
        /// Its result is a checkbox.
        checkbox => CheckboxFilter;
        /// Its result is a number.
        number => NumberFilter;
        /// Its result is a date.
        date => DateFilter;
    }

    /// A rollup: its items, or its one result.
    RollupFilter {
        /// One of its items passes.
        any => RollupItemFilter;
        /// All of its items pass.
        every => RollupItemFilter;
        /// None of its items passes.
        none => RollupItemFilter;
        /// Its result is a number.
        number => NumberFilter;
        /// Its result is a date.
        date => DateFilter;
    }

    /// An item of a rollup, by its kind.
    RollupItemFilter {
        /// A text.
        rich_text => TextFilter;
        /// A number.
        number => NumberFilter;
        /// A checkbox.
        checkbox => CheckboxFilter;
        /// A select.
        select => OptionFilter;
        /// A multi-select.
        multi_select => OptionsFilter;
        /// A relation.
        relation => RelationFilter;
        /// A date.
        date => DateFilter;
        /// People.
        people => PeopleFilter;
        /// Files.
        files => PresenceFilter;
        /// A status.
        status => OptionFilter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_written_in_the_services_grammar() {
        let filters = [
            (
                Filter::property("Name").title().contains("x"),
                json!({ "property": "Name", "title": { "contains": "x" } }),
            ),
            (
                Filter::last_edited_time().on_or_after("2026-11-22T03:02:00Z"),
                json!({ "timestamp": "last_edited_time", "last_edited_time": { "on_or_after": "2026-11-22T03:02:00Z" } }),
            ),
            (
                Filter::property("Status").status().does_not_equal(["Done", "Archived"]),
                json!({ "property": "Status", "status": { "does_not_equal": ["Done", "Archived"] } }),
            ),
            (Filter::property("Due").date().this_week(), json!({ "property": "Due", "date": { "this_week": {} } })),
            (
                Filter::property("Sum").rollup().any().number().greater_than(3),
                json!({ "property": "Sum", "rollup": { "any": { "number": { "greater_than": 3 } } } }),
            ),
            (
                Filter::property("Calc").formula().string().is_not_empty(),
                json!({ "property": "Calc", "formula": { "string": { "is_not_empty": true } } }),
            ),
            (
                Filter::property("Owner").people().contains(Who::Me),
                json!({ "property": "Owner", "people": { "contains": "me" } }),
            ),
        ];
        for (filter, expected) in filters {
            assert_eq!(filter.encode(), expected);
        }
    }

    #[test]
    fn nesting_is_counted() {
        let leaf = || Filter::property("Done").checkbox().equals(true);
        assert_eq!(leaf().depth(), 0);
        assert_eq!(Filter::all([leaf(), Filter::any([leaf()])]).depth(), 2);
        assert_eq!(Filter::any([Filter::all([Filter::any([leaf()])])]).depth(), 3);
    }
}
