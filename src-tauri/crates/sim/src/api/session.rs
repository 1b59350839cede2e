//! Walks through queries and searches: the order is fixed when a walk begins, and its cursor dies with it.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Paging, invalid_cursor};
use crate::error::ApiError;
use crate::state::ids::{self, Id};

/// Walks remembered at a time; the oldest is forgotten first.
const REMEMBERED: usize = 64;

/// One walk.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    id: Id,
    /// Connection, endpoint and request body without paging; a cursor is no good for another request.
    about: u64,
    began: Timestamp,
    order: Vec<Id>,
    is_capped: bool,
}

/// The walks under way, as a request sees them.
pub(super) struct Sessions<'a> {
    pub all: &'a mut VecDeque<Session>,
    pub now: Timestamp,
    pub lifetime: Option<Duration>,
}

/// Part of a walk.
pub(super) struct Stretch {
    pub ids: Vec<Id>,
    pub next: Option<String>,
    pub is_capped: bool,
}

impl Sessions<'_> {
    /// The walk a cursor belongs to and the position it names.
    fn resume(&self, about: u64, cursor: &str) -> Result<(&Session, usize), ApiError> {
        let refuse = || invalid_cursor(cursor);
        let (session, row) = cursor.strip_prefix("s:").and_then(|rest| rest.split_once(':')).ok_or_else(refuse)?;
        let (session, row) = (ids::parse(session).ok_or_else(refuse)?, ids::parse(row).ok_or_else(refuse)?);
        let session = self.all.iter().find(|other| other.id == session && other.about == about).ok_or_else(refuse)?;
        let is_dead = self.lifetime.is_some_and(|lifetime| {
            let age = self.now.duration_since(session.began);
            SignedDuration::try_from(lifetime).is_ok_and(|lifetime| age > lifetime)
        });
        let at = session.order.iter().position(|id| *id == row);
        if is_dead { Err(refuse()) } else { at.map(|at| (session, at)).ok_or_else(refuse) }
    }

    /// A stretch of a walk: the one the cursor belongs to, or a new one over what `order` finds.
    pub fn walk(
        &mut self,
        about: u64,
        paging: &Paging,
        session_id: Id,
        order: impl FnOnce() -> Result<(Vec<Id>, bool), ApiError>,
    ) -> Result<Stretch, ApiError> {
        if let Some(cursor) = &paging.cursor {
            let (session, at) = self.resume(about, cursor)?;
            return Ok(stretch(session, at, paging.size));
        }
        let (order, is_capped) = order()?;
        let session = Session { id: session_id, about, began: self.now, order, is_capped };
        let first = stretch(&session, 0, paging.size);
        if first.next.is_some() {
            self.all.push_back(session);
            if self.all.len() > REMEMBERED {
                self.all.pop_front();
            }
        }
        Ok(first)
    }
}

fn stretch(session: &Session, at: usize, size: usize) -> Stretch {
    let rest = session.order.get(at..).unwrap_or_default();
    Stretch {
        ids: rest.iter().take(size).copied().collect(),
        next: rest.get(size).map(|id| format!("s:{}:{id}", session.id)),
        is_capped: session.is_capped,
    }
}
