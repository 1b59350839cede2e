//! What search knows: titles and stamps, some seconds behind the truth.

use std::cell::OnceCell;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::ids::{self, Id};
use super::{Body, Workspace};
use crate::SearchLag;

/// A state of a page or data source as the index shows it from `visible_from` on.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub visible_from: Timestamp,
    pub title: String,
    /// The title's words as search compares them, once it has looked.
    pub words: OnceCell<Vec<String>>,
    pub edited: Timestamp,
    pub in_trash: bool,
}

impl SearchLag {
    /// How long a change of `id` stays unknown to search; the same object always takes the same time.
    fn of(self, id: Id) -> Duration {
        match self {
            Self::Fixed(lag) => lag,
            Self::Typical => Duration::from_secs(5 + ids::mix(id.as_u64_pair().1) % 15),
        }
    }
}

impl Workspace {
    /// Notes a change of a page or data source; search shows it after `lag`.
    pub fn note_change(&mut self, id: Id, now: Timestamp, lag: SearchLag) {
        let wait = SignedDuration::try_from(lag.of(id)).unwrap_or(SignedDuration::ZERO);
        self.index_from(id, now.checked_add(wait).unwrap_or(now), now);
    }

    /// Indexes the present state as if it had always been there.
    pub fn index_now(&mut self, id: Id) {
        self.index_from(id, Timestamp::MIN, Timestamp::MIN);
    }

    fn index_from(&mut self, id: Id, visible_from: Timestamp, now: Timestamp) {
        if self.is_template(id) {
            return;
        }
        let found = if let Some(source) = self.data_sources.get(&id) {
            Some((super::rich_text::plain(&source.title), source.edited.at, source.in_trash))
        } else {
            self.nodes.get(&id).and_then(|node| match &node.body {
                Body::Page(page) => Some((super::rich_text::plain(&page.title), node.edited.at, node.in_trash)),
                _ => None,
            })
        };
        let Some((title, edited, in_trash)) = found else { return };
        let entries = self.index.entry(id).or_default();
        // Of what is visible already only the last state matters.
        let last_visible = entries.iter().rposition(|entry| entry.visible_from <= now);
        if let Some(last) = last_visible {
            entries.drain(..last);
        }
        entries.push(Entry { visible_from, title, words: OnceCell::new(), edited, in_trash });
    }

    /// Takes out of the index what is in the trash, unless it is to be kept.
    pub fn forget_trashed(&mut self, keeps: impl Fn(Id) -> bool) {
        let is_trashed = |id: Id| {
            let source = self.data_sources.get(&id);
            source.is_some_and(|source| source.in_trash) || self.is_trashed(source.map_or(id, |source| source.database))
        };
        let gone: Vec<Id> = self.index.keys().copied().filter(|id| !keeps(*id) && is_trashed(*id)).collect();
        gone.iter().for_each(|id| drop(self.index.remove(id)));
    }

    /// What search shows of an object at a time, if it knows it yet.
    pub fn indexed(&self, id: Id, now: Timestamp) -> Option<&Entry> {
        self.index.get(&id)?.iter().rev().find(|entry| entry.visible_from <= now)
    }
}
