//! What a simulated Notion holds: workspaces with people, connections, a tree of pages, databases and blocks, and comments.
//!
//! Everything here is already right: requests are validated before they get here. Not here: shapes of JSON that come in (`validate`),
//! what the endpoints do (`api`).

pub(crate) mod access;
pub(crate) mod body;
pub(crate) mod column;
pub(crate) mod content;
pub(crate) mod formula;
pub(crate) mod ids;
pub(crate) mod implant;
pub(crate) mod index;
pub(crate) mod payload;
pub(crate) mod render;
pub(crate) mod rich_text;
pub(crate) mod rollup;
pub(crate) mod seeding;
pub(crate) mod template;
pub(crate) mod time;
pub(crate) mod upload;
pub(crate) mod value;
pub(crate) mod view;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::seed::{Capabilities, ConnectionKind, Plan};
use column::Column;
use ids::{Id, IdKind, Mint};
use index::Entry;

/// Where something hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    Workspace,
    Page(Id),
    Block(Id),
    Database(Id),
    DataSource(Id),
    /// An agent of the service's own; nothing else is known of it.
    Agent(Id),
}

/// When and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub at: Timestamp,
    pub by: Id,
}

/// A page, a database or a block: everything that has a place in the tree.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub id: Id,
    pub parent: Parent,
    pub body: Body,
    pub children: Vec<Id>,
    pub created: Stamp,
    pub edited: Stamp,
    pub in_trash: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Block { kind: String, payload: Map<String, Value> },
    Page(Box<Page>),
    Database(Box<Database>),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// Rich text, canonical.
    pub title: Vec<Value>,
    pub icon: Option<Value>,
    pub cover: Option<Value>,
    pub is_locked: bool,
    pub is_archived: bool,
    /// Values of a row by property id, as stored (see `value`); a missing one is empty.
    pub values: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Database {
    pub title: Vec<Value>,
    pub description: Vec<Value>,
    pub icon: Option<Value>,
    pub cover: Option<Value>,
    pub is_inline: bool,
    pub is_locked: bool,
    /// A view of a database that is elsewhere: nothing of that can be read here, not even its name.
    pub is_linked: bool,
    /// Rows of its data sources may be databases.
    pub is_wiki: bool,
    pub data_sources: Vec<Id>,
}

#[derive(Debug, Clone)]
pub(crate) struct DataSource {
    pub id: Id,
    pub database: Id,
    pub title: Vec<Value>,
    pub icon: Option<Value>,
    pub columns: Vec<Column>,
    pub rows: Vec<Id>,
    pub created: Stamp,
    pub edited: Stamp,
    pub in_trash: bool,
    /// Pages to make rows from, which are no rows themselves.
    pub templates: Vec<Id>,
    /// The one that is used unless another is asked for.
    pub default_template: Option<Id>,
    /// The number the next row gets for `unique_id`.
    pub next_number: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub id: Id,
    pub parent: Parent,
    pub discussion: Id,
    pub created: Stamp,
    pub edited: Timestamp,
    pub rich_text: Vec<Value>,
    pub display_name: Value,
    /// Files beside it, as stored: their kind and address.
    pub attachments: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub key: String,
    pub id: Id,
    pub name: String,
    pub email: Option<String>,
    pub avatar_url: Option<String>,
}

/// People who are named together in `people` properties.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub id: Id,
    pub name: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub key: String,
    /// The bot's user id.
    pub id: Id,
    pub name: String,
    pub kind: ConnectionKind,
    /// The token of a connection that has one only, from the seed. Those made by OAuth have theirs in [`crate::oauth`].
    pub token: Option<String>,
    pub owner: Option<Id>,
    pub capabilities: Capabilities,
    pub sharing: Sharing,
    /// What was taken away although something above it is shared, with what is below.
    pub withheld: BTreeSet<Id>,
    /// When a person gave it what it sees, if that was after the seed.
    pub granted: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    pub is_revoked: bool,
}

impl Connection {
    /// Whose name stands on what this connection writes: a personal token writes as its person.
    pub fn author(&self) -> Id {
        match (self.kind, self.owner) {
            (ConnectionKind::Personal, Some(owner)) => owner,
            _ => self.id,
        }
    }

    /// Who `me` is in a filter; nobody for an internal connection.
    pub fn person(&self) -> Option<Id> {
        self.owner.filter(|_| self.kind != ConnectionKind::Internal)
    }

    pub fn is_alive(&self, now: Timestamp) -> bool {
        !self.is_revoked && self.expires.is_none_or(|expires| now < expires)
    }
}

/// What a connection was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sharing {
    Everything,
    /// These and what hangs below them.
    Only(BTreeSet<Id>),
}

#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub key: String,
    pub id: Id,
    pub name: String,
    pub plan: Plan,
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
    pub connections: Vec<Connection>,
    pub nodes: BTreeMap<Id, Node>,
    pub data_sources: BTreeMap<Id, DataSource>,
    /// In the order they were written.
    pub comments: Vec<Comment>,
    pub resolved: BTreeSet<Id>,
    /// In the order they were begun.
    pub uploads: Vec<upload::Upload>,
    /// In the order they are shown, of all databases.
    pub views: Vec<view::View>,
    /// Views that were there and must not come back.
    pub deleted_views: BTreeSet<Id>,
    /// Pages that a template is to fill.
    pub fillings: Vec<template::Filling>,
    /// Notes of meetings that are being written, and when they are done.
    pub transcriptions: Vec<(Timestamp, Id)>,
    /// Results of views that are kept, the oldest first.
    pub view_queries: VecDeque<view::ViewQuery>,
    /// Top-level pages and databases in the order they were made.
    pub roots: Vec<Id>,
    /// What search knows, which is behind what there is.
    pub index: BTreeMap<Id, Vec<Entry>>,
    pub mint: Mint,
    /// Blocks ever made here; deleting gives none back.
    pub blocks_made: usize,
    /// Pages whose stamps have not followed an edit yet: when they will, and to what.
    pub late_stamps: Vec<(Timestamp, Id, Stamp)>,
    /// What the seed called things: `page:KEY`, `database:KEY`, `data_source:KEY`, `user:KEY`,
    /// `group:KEY`.
    pub keys: BTreeMap<String, Id>,
}

impl Workspace {
    /// Bytes of the largest file the plan allows.
    pub fn largest_upload(&self) -> u64 {
        match self.plan {
            Plan::Free => 5 * 1_024 * 1_024,
            _ => 5 * 1_024 * 1_024 * 1_024,
        }
    }

    pub fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub fn page(&self, id: Id) -> Option<(&Node, &Page)> {
        self.nodes.get(&id).and_then(|node| match &node.body {
            Body::Page(page) => Some((node, page.as_ref())),
            _ => None,
        })
    }

    pub fn page_mut(&mut self, id: Id) -> Option<&mut Page> {
        match &mut self.nodes.get_mut(&id)?.body {
            Body::Page(page) => Some(page),
            _ => None,
        }
    }

    pub fn database(&self, id: Id) -> Option<(&Node, &Database)> {
        self.nodes.get(&id).and_then(|node| match &node.body {
            Body::Database(database) => Some((node, database.as_ref())),
            _ => None,
        })
    }

    pub fn database_mut(&mut self, id: Id) -> Option<&mut Database> {
        match &mut self.nodes.get_mut(&id)?.body {
            Body::Database(database) => Some(database),
            _ => None,
        }
    }

    pub fn is_person(&self, id: Id) -> bool {
        self.people.iter().any(|person| person.id == id)
    }

    /// Whether somebody is a user: a person or a bot.
    pub fn is_user(&self, id: Id) -> bool {
        self.is_person(id) || self.connections.iter().any(|bot| bot.id == id)
    }

    pub fn group(&self, id: Id) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    pub fn mint(&mut self, kind: IdKind, at: Timestamp) -> Id {
        self.mint.next(kind, at)
    }

    /// The data source a row is in.
    pub fn data_source_of(&self, node: &Node) -> Option<&DataSource> {
        match node.parent {
            Parent::DataSource(id) => self.data_sources.get(&id),
            _ => None,
        }
    }

    /// The node above; a row's is its database.
    pub fn above(&self, parent: Parent) -> Option<&Node> {
        let id = match parent {
            Parent::Workspace | Parent::Agent(_) => return None,
            Parent::Page(id) | Parent::Block(id) | Parent::Database(id) => id,
            Parent::DataSource(id) => self.data_sources.get(&id)?.database,
        };
        self.nodes.get(&id)
    }

    /// From the node itself up to the top.
    pub fn line(&self, id: Id) -> impl Iterator<Item = &Node> {
        std::iter::successors(self.nodes.get(&id), |node| self.above(node.parent))
    }

    /// The page a node stands on (itself, if it is a page).
    pub fn page_of(&self, id: Id) -> Option<Id> {
        self.line(id).find(|node| matches!(node.body, Body::Page(_))).map(|node| node.id)
    }

    /// Whether the node or something above it is in the trash.
    pub fn is_trashed(&self, id: Id) -> bool {
        self.line(id).any(|node| {
            node.in_trash || matches!(node.parent, Parent::DataSource(source) if self.data_sources.get(&source).is_some_and(|s| s.in_trash))
        })
    }

    /// Everything below a node, itself first, in document order, rows of its databases included.
    pub fn subtree(&self, id: Id) -> Vec<Id> {
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let Some(node) = self.nodes.get(&id) else { continue };
            found.push(id);
            if let Body::Database(database) = &node.body {
                for source in database.data_sources.iter().rev() {
                    open.extend(self.data_sources.get(source).into_iter().flat_map(|source| source.rows.iter().rev()));
                }
            }
            open.extend(node.children.iter().rev());
        }
        found
    }

    /// Children a reader sees, in document order.
    pub fn living_children<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Node> {
        node.children.iter().filter_map(|id| self.nodes.get(id)).filter(|node| !node.in_trash)
    }
}
