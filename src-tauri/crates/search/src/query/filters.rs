//! What narrows a search, with names already turned into ids.

use std::ops::Range;

use jiff::tz::TimeZone;
use satchel_model::{DataSourceId, Timestamp, UserId};

use super::{FilterWord, Query};
use crate::Kind;

/// Conditions on a thing that have nothing to do with its words. The default lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// What it may be; empty for anything.
    pub kinds: Vec<Kind>,
    /// The tables it may be a row of, or be itself; `None` for any or none.
    pub databases: Option<Vec<DataSourceId>>,
    /// Who may have written it; `None` for anybody.
    pub authors: Option<Vec<UserId>>,
    /// When it may have been edited; the end is exclusive.
    pub edited: Option<Range<Timestamp>>,
    /// When it may have been created; the end is exclusive.
    pub created: Option<Range<Timestamp>>,
    /// Somebody has commented on it.
    pub has_comment: bool,
}

impl Filters {
    /// What a query says by itself: kinds, times, comments. The names in it ([`FilterWord::Workspace`], [`FilterWord::Database`],
    /// [`FilterWord::Author`]) are for the caller, who knows whom they mean.
    #[must_use]
    pub fn of(query: &Query, now: Timestamp, zone: &TimeZone) -> Self {
        let mut filters = Self::default();
        for filter in &query.filters {
            match &filter.word {
                FilterWord::Kind(kind) => filters.kinds.push(*kind),
                FilterWord::Edited(moments) => filters.edited = both(filters.edited, Some(moments.resolve(now, zone))),
                FilterWord::Created(moments) => {
                    filters.created = both(filters.created, Some(moments.resolve(now, zone)));
                }
                FilterWord::HasComment => filters.has_comment = true,
                FilterWord::Workspace(_) | FilterWord::Database(_) | FilterWord::Author(_) => {}
            }
        }
        filters
    }

    /// These conditions and others as well. Lists of alternatives are cut down to what both have.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let kinds = match (self.kinds.is_empty(), other.kinds.is_empty()) {
            (true, _) => other.kinds,
            (_, true) => self.kinds,
            // Nothing can be both a page and a database; what was chosen last is what is meant.
            _ if self.kinds.iter().all(|kind| !other.kinds.contains(kind)) => other.kinds,
            _ => self.kinds.into_iter().filter(|kind| other.kinds.contains(kind)).collect(),
        };
        Self {
            kinds,
            databases: common(self.databases, other.databases),
            authors: common(self.authors, other.authors),
            edited: both(self.edited, other.edited),
            created: both(self.created, other.created),
            has_comment: self.has_comment || other.has_comment,
        }
    }

    /// Whether everything gets through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn both(one: Option<Range<Timestamp>>, other: Option<Range<Timestamp>>) -> Option<Range<Timestamp>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.start.max(other.start)..one.end.min(other.end)),
        (one, other) => one.or(other),
    }
}

fn common<T: PartialEq>(one: Option<Vec<T>>, other: Option<Vec<T>>) -> Option<Vec<T>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.into_iter().filter(|item| other.contains(item)).collect()),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_and_words_narrow_together() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let typed =
            Filters::of(&Query::parse("type:page type:row edited:<7d has:comment by:ada x"), now, &TimeZone::UTC);
        assert_eq!(typed.kinds, [Kind::Page, Kind::Row]);
        let week = typed.edited.clone().unwrap();
        let chips = Filters { kinds: vec![Kind::Row], edited: Some(Timestamp::MIN..now), ..Filters::default() };
        let both = typed.and(chips);
        assert_eq!((both.kinds, both.edited, both.has_comment), (vec![Kind::Row], Some(week.start..now), true));
        assert!(both.authors.is_none(), "whom `ada` means is not known here");
        assert!(Filters::of(&Query::parse("plain words"), now, &TimeZone::UTC).is_empty());
    }
}
