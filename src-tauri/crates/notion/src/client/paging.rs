//! Lists that come in pages, and walks through all of one.

use std::collections::{HashSet, VecDeque};
use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream};

use super::call::read_json;
use super::{Answer, Client, Draft, Priority};
use crate::error::Error;
use crate::json::Json;
use crate::types::{Identified, List};

/// How often a walk begins anew when the service forgets its cursor.
const RESTARTS: u32 = 3;

/// The most the service gives in one page.
const LARGEST_PAGE: usize = 100;

/// A list. Awaited, it is one page; [`Paged::stream`], [`Paged::walk`] and [`Paged::collect_all`] go through all of it.
#[must_use = "a list is not asked for unless it is awaited or walked"]
pub struct Paged<T> {
    client: Client,
    // Or why the service would not take it.
    draft: Result<Draft, String>,
    page_size: Option<usize>,
    cursor: Option<String>,
    read: fn(Answer) -> Result<List<T>, Error>,
}

impl<T: Json> Paged<T> {
    pub(crate) fn new(client: &Client, draft: Draft) -> Self {
        Self::of(client, Ok(draft))
    }

    /// A list that breaks a rule: it fails when it is asked for, before anything is sent.
    pub(crate) fn refused(client: &Client, reason: impl Into<String>) -> Self {
        Self::of(client, Err(reason.into()))
    }

    fn of(client: &Client, draft: Result<Draft, String>) -> Self {
        Self { client: client.clone(), draft, page_size: None, cursor: None, read: read_json }
    }
}

impl<T> Paged<T> {
    /// A list of another form than the usual.
    pub(crate) fn read_by(client: &Client, draft: Draft, read: fn(Answer) -> Result<List<T>, Error>) -> Self {
        Self { client: client.clone(), draft: Ok(draft), page_size: None, cursor: None, read }
    }

    /// How many items a page holds at most: 1 to 100, which is also what the service gives unless told.
    pub fn page_size(mut self, page_size: usize) -> Self {
        self.page_size = Some(page_size.clamp(1, LARGEST_PAGE));
        self
    }

    /// Where to begin: the `next_cursor` of an earlier page of the same list.
    pub fn start_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// The same list with this priority.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.client.set_priority(priority);
        self
    }

    fn draft_at(&self, cursor: Option<&str>) -> Result<Draft, Error> {
        let mut draft = self.draft.clone().map_err(Error::InvalidRequest)?;
        draft.page(self.page_size, cursor);
        Ok(draft)
    }
}

impl<T: Json + Send + 'static> IntoFuture for Paged<T> {
    type Output = Result<List<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let draft = self.draft_at(self.cursor.as_deref())?;
            (self.read)(self.client.send(&draft).await?)
        })
    }
}

impl<T: Json + Identified + Send + 'static> Paged<T> {
    /// A walk through the list, page by page.
    pub fn walk(self) -> Walk<T> {
        Walk {
            next: Next::Page(self.cursor.clone()),
            list: self,
            seen: HashSet::new(),
            cursors: HashSet::new(),
            restarts: 0,
            is_complete: true,
        }
    }

    /// The items one by one, asked for as they are taken. Ends after the first error.
    pub fn stream(self) -> impl Stream<Item = Result<T, Error>> + Send {
        stream::try_unfold((self.walk(), VecDeque::new()), |(mut walk, mut items)| async move {
            loop {
                if let Some(item) = items.pop_front() {
                    return Ok(Some((item, (walk, items))));
                }
                match walk.next_page().await? {
                    Some(page) => items.extend(page),
                    None => return Ok(None),
                }
            }
        })
    }

    /// All items.
    pub async fn collect_all(self) -> Result<Collected<T>, Error> {
        let mut walk = self.walk();
        let mut items = Vec::new();
        while let Some(page) = walk.next_page().await? {
            items.extend(page);
        }
        Ok(Collected { items, complete: walk.is_complete() })
    }
}

/// All of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected<T> {
    /// The items, each once, in the order they first came.
    pub items: Vec<T>,
    /// Whether the service gave everything. When it is false, absence from `items` proves nothing.
    pub complete: bool,
}

/// A walk through a list, which keeps its promises while the list changes under it: every item once, no endless loop, and a new
/// beginning when the service forgets where it was. Items that were given before are not given again.
pub struct Walk<T: Identified> {
    list: Paged<T>,
    next: Next,
    seen: HashSet<T::Id>,
    cursors: HashSet<String>,
    restarts: u32,
    is_complete: bool,
}

enum Next {
    Page(Option<String>),
    End,
}

impl<T: Json + Identified> Walk<T> {
    /// The next page's new items, maybe none; nothing at the end. After an error the same page may be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>, Error> {
        let mut page: List<T> = loop {
            let Next::Page(cursor) = &self.next else { return Ok(None) };
            let draft = self.list.draft_at(cursor.as_deref())?;
            let is_beginning = *cursor == self.list.cursor;
            match self.list.client.send(&draft).await.and_then(self.list.read) {
                Ok(page) => break page,
                Err(error) if error.is_invalid_cursor() && !is_beginning && self.restarts < RESTARTS => {
                    self.restarts += 1;
                    self.cursors.clear();
                    self.next = Next::Page(self.list.cursor.clone());
                }
                Err(error) => return Err(error),
            }
        };
        self.is_complete &= !page.is_incomplete();
        // A cursor beside `has_more: false` has been seen; a list that says it is over is over.
        let cursor = if page.has_more { page.next_cursor.into_value() } else { None };
        self.next = match cursor {
            Some(cursor) => {
                if !self.cursors.insert(cursor.clone()) {
                    return Err(Error::RepeatedCursor);
                }
                Next::Page(Some(cursor))
            }
            None => {
                // More without a cursor cannot be asked for.
                self.is_complete &= !page.has_more;
                Next::End
            }
        };
        page.results.retain(|item| item.id().is_none_or(|id| self.seen.insert(id)));
        Ok(Some(page.results))
    }

    /// Whether the service gave everything, as far as the walk has come.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Where the next page begins; nothing at the end and at the beginning.
    pub fn cursor(&self) -> Option<&str> {
        match &self.next {
            Next::Page(cursor) => cursor.as_deref(),
            Next::End => None,
        }
    }
}
