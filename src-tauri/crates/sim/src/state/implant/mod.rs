//! From things as the API shows them back to things: how a simulator comes to hold what somebody else's recording speaks of.
//!
//! Ids stay what they are. What is only pointed to is blank. Not here: which things a recording needs (`replay`).

mod tables;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::content::{NewBlock, Place};
use super::ids::{self, Id, IdKind};
use super::payload::filled;
use super::render::Reader;
use super::rich_text::{canonical, from_plain};
use super::seeding::everything;
use super::upload::{Mode, Part, Upload};
use super::{Body, Comment, Connection, DataSource, Database, Node, Page, Parent, Person, Stamp, Workspace};
use crate::Version;
use crate::markdown::{ReadOptions, read};

/// What is to be there, in the API's read shapes.
#[derive(Debug, Default)]
pub(crate) struct Ground {
    pub users: Vec<Value>,
    /// Users of whom only the id is known.
    pub user_ids: BTreeSet<Id>,
    pub databases: Vec<Value>,
    pub data_sources: Vec<Value>,
    pub pages: Vec<Value>,
    pub blocks: Vec<Value>,
    pub comments: Vec<Value>,
    /// Blocks in a page or block, in their order.
    pub children: BTreeMap<Id, Vec<Id>>,
    /// Pages whose body is known as Markdown.
    pub bodies: BTreeMap<Id, String>,
    /// Pages in relations.
    pub rows: BTreeSet<Id>,
    pub uploads: Vec<Value>,
    /// Uploads that are attached to something and nothing else is known of.
    pub attached: Vec<Id>,
    /// Rows as they are shown, whatever becomes of them: they tell which columns there are.
    pub shown_rows: Vec<Value>,
    /// A data source, what a relation in it is called, and a row it points to.
    pub related: Vec<(Id, String, Id)>,
    /// Templates of data sources, as they are listed.
    pub templates: Vec<(Id, Value)>,
    /// Blocks that others are put after, and where they are.
    pub siblings: Vec<(Id, Id)>,
    /// Blocks that others are copies of.
    pub originals: Vec<Id>,
    /// Discussions that go on, and what they are about.
    pub discussions: Vec<(Id, Value)>,
    /// What the connection is called.
    pub connection: Option<String>,
    /// In which order search has shown things: within a minute the later edit comes first.
    pub found: BTreeMap<Id, usize>,
    /// Where things hang.
    pub parents: Vec<Value>,
    /// Pages, and databases, that text names, and what they are called.
    pub mentioned: BTreeMap<Id, (bool, String)>,
    /// Who writes.
    pub writer: Option<Value>,
    /// The connection as it sees itself.
    pub me: Option<Value>,
}

impl Workspace {
    /// Puts everything in. What cannot be (a block of a shape nobody knows) is put in as it is.
    pub(crate) fn implant(&mut self, ground: &Ground, now: Timestamp) {
        let mut implanter = Implanter { ws: self, now };
        implanter.users(ground);
        ground.databases.iter().for_each(|database| implanter.database(database));
        ground.data_sources.iter().for_each(|source| implanter.data_source(source));
        ground.pages.iter().for_each(|page| implanter.page(page));
        ground.blocks.iter().for_each(|block| implanter.block(block));
        for (id, (is_database, title)) in &ground.mentioned {
            if *is_database {
                implanter.blank_database(*id, title);
            } else {
                implanter.blank_page(*id, Parent::Workspace, title);
            }
        }
        for parent in &ground.parents {
            implanter.parent(parent);
        }
        // Columns first of all rows, then values: a relation's rows are put where its column looks.
        ground.pages.iter().chain(&ground.shown_rows).for_each(|page| implanter.columns_of(page));
        ground.data_sources.iter().for_each(|source| implanter.other_sides(source));
        ground.pages.iter().for_each(|page| implanter.values(page));
        ground.related.iter().for_each(|(source, name, row)| implanter.related(*source, name, *row));
        ground.siblings.iter().for_each(|(holder, block)| implanter.blank_block_in(*block, *holder));
        ground.originals.iter().for_each(|block| implanter.original(*block));
        ground.templates.iter().for_each(|(source, template)| implanter.template(*source, template));
        ground.uploads.iter().rev().for_each(|upload| implanter.upload(upload));
        ground
            .attached
            .iter()
            .for_each(|id| implanter.upload(&json!({ "id": id, "status": "uploaded", "content_length": 1 })));
        ground.rows.iter().for_each(|row| implanter.blank_page(*row, Parent::Workspace, ""));
        ground.comments.iter().for_each(|comment| implanter.comment(comment));
        ground.discussions.iter().for_each(|(discussion, parent)| implanter.discussion(*discussion, parent));
        implanter.order(&ground.children);
        ground.blocks.iter().for_each(|block| implanter.hidden_children(block));
        ground.found.iter().for_each(|(id, rank)| implanter.edited_before(*id, *rank));
        ground.bodies.iter().for_each(|(page, markdown)| implanter.body(*page, markdown));
        let found: Vec<Id> = self.nodes.keys().chain(self.data_sources.keys()).copied().collect();
        found.into_iter().for_each(|id| self.index_now(id));
    }

    /// Whether there is anything of this id.
    pub(crate) fn has(&self, id: Id) -> bool {
        self.nodes.contains_key(&id)
            || self.data_sources.contains_key(&id)
            || self.is_user(id)
            || self.group(id).is_some()
            || self.comments.iter().any(|comment| comment.id == id || comment.discussion == id)
            || self.uploads.iter().any(|upload| upload.id == id)
    }
}

struct Implanter<'a> {
    ws: &'a mut Workspace,
    now: Timestamp,
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn id_of(value: &Value, key: &str) -> Option<Id> {
    ids::parse(text(value, key))
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn rich(value: &Value, key: &str) -> Vec<Value> {
    value.get(key).and_then(|items| canonical(items).ok()).unwrap_or_default()
}

fn face(value: &Value, key: &str, stored: fn(&Value) -> Value) -> Option<Value> {
    value.get(key).filter(|face| !face.is_null()).map(stored)
}

/// A property's id as it is stored.
fn property_id(property: &Value) -> String {
    percent_decode_str(text(property, "id")).decode_utf8_lossy().into_owned()
}

impl Implanter<'_> {
    fn stamps(&self, object: &Value) -> (Stamp, Stamp) {
        let stamp = |time: &str, by: &str| Stamp {
            at: text(object, time).parse().unwrap_or(self.now),
            by: object.get(by).and_then(|user| id_of(user, "id")).unwrap_or_else(Id::nil),
        };
        (stamp("created_time", "created_by"), stamp("last_edited_time", "last_edited_by"))
    }

    fn nowhere(&self) -> Stamp {
        Stamp { at: self.now, by: Id::nil() }
    }

    // ---- users ----

    /// People and bots. The connection that is there becomes the one that recorded.
    fn users(&mut self, ground: &Ground) {
        let me = ground.me.as_ref().or(ground.writer.as_ref());
        let own = me.and_then(|me| id_of(me, "id"));
        let name = ground.me.as_ref().map(|me| text(me, "name").to_owned()).or_else(|| ground.connection.clone());
        let workspace = ground.me.as_ref().and_then(|me| me.pointer("/bot/workspace_name")).and_then(Value::as_str);
        if let Some(name) = workspace {
            name.clone_into(&mut self.ws.name);
        }
        if let Some(connection) = self.ws.connections.first_mut() {
            connection.id = own.unwrap_or(connection.id);
            connection.name = name.unwrap_or_else(|| connection.name.clone());
        }
        for user in &ground.users {
            let Some(id) = id_of(user, "id").filter(|id| Some(*id) != own) else { continue };
            if text(user, "type") == "bot" {
                let name = text(user, "name").to_owned();
                self.ws.connections.push(Connection { id, name, ..everything() });
            } else {
                let optional = |pointer: &str| user.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
                self.ws.people.push(Person {
                    key: id.to_string(),
                    id,
                    name: text(user, "name").to_owned(),
                    email: optional("/person/email"),
                    avatar_url: optional("/avatar_url"),
                });
            }
        }
        for id in &ground.user_ids {
            if !self.ws.has(*id) && !id.is_nil() {
                self.ws.people.push(Person {
                    key: id.to_string(),
                    id: *id,
                    name: "Somebody".to_owned(),
                    email: Some("somebody@example.com".to_owned()),
                    avatar_url: None,
                });
            }
        }
    }

    // ---- places ----

    /// The place a parent names; what is not there yet is made blank.
    fn parent(&mut self, parent: &Value) -> Parent {
        if let Some(id) = id_of(parent, "block_id") {
            self.blank_block(id);
            return Parent::Block(id);
        }
        if let Some(id) = id_of(parent, "page_id") {
            self.blank_page(id, Parent::Workspace, "");
            // Some speak of any block as of a page.
            return if self.ws.page(id).is_some() { Parent::Page(id) } else { Parent::Block(id) };
        }
        if let Some(id) = id_of(parent, "data_source_id") {
            self.blank_source(id, id_of(parent, "database_id"));
            return Parent::DataSource(id);
        }
        if let Some(id) = id_of(parent, "database_id") {
            self.blank_database(id, "");
            return Parent::Database(id);
        }
        match id_of(parent, "agent_id") {
            Some(id) => Parent::Agent(id),
            None => Parent::Workspace,
        }
    }

    fn insert(&mut self, id: Id, parent: Parent, body: Body, object: &Value) {
        let (created, edited) = self.stamps(object);
        let in_trash = flag(object, "in_trash") || flag(object, "archived");
        let node = Node { id, parent, body, children: Vec::new(), created, edited, in_trash };
        self.ws.nodes.insert(id, node);
        self.attach(parent, id);
    }

    fn attach(&mut self, parent: Parent, id: Id) {
        match parent {
            Parent::Workspace | Parent::Agent(_) => self.ws.roots.push(id),
            // Not as a new row: its number and status are values.
            Parent::DataSource(source) => {
                if let Some(source) = self.ws.data_sources.get_mut(&source) {
                    source.rows.push(id);
                }
            }
            Parent::Page(holder) | Parent::Block(holder) | Parent::Database(holder) => {
                self.ws.place_children(holder, Place::End, &[id]);
            }
        }
    }

    /// Puts what stands somewhere only because it had to where it belongs.
    fn settle(&mut self, id: Id, parent: Parent, object: &Value) {
        let (created, edited) = self.stamps(object);
        let in_trash = flag(object, "in_trash") || flag(object, "archived");
        self.ws.detach(id);
        if let Some(node) = self.ws.nodes.get_mut(&id) {
            (node.parent, node.created, node.edited, node.in_trash) = (parent, created, edited, in_trash);
        }
        self.attach(parent, id);
    }

    fn blank_page(&mut self, id: Id, parent: Parent, title: &str) {
        if self.ws.nodes.contains_key(&id) {
            return;
        }
        let body = Body::Page(Box::new(Page { title: from_plain(title), ..Page::default() }));
        let stamp = self.nowhere();
        self.ws.nodes.insert(
            id,
            Node { id, parent, body, children: Vec::new(), created: stamp, edited: stamp, in_trash: false },
        );
        self.attach(parent, id);
    }

    fn blank_database(&mut self, id: Id, title: &str) {
        if self.ws.nodes.contains_key(&id) {
            return;
        }
        let body = Body::Database(Box::new(Database { title: from_plain(title), ..Database::default() }));
        self.insert(id, Parent::Workspace, body, &Value::Null);
    }

    fn blank_block(&mut self, id: Id) {
        if self.ws.nodes.contains_key(&id) {
            return;
        }
        let page = self.ws.mint(IdKind::Content { by_bot: false }, self.now);
        self.blank_page(page, Parent::Workspace, "");
        let payload = filled("paragraph", &Map::new()).unwrap_or_default();
        self.insert(id, Parent::Page(page), Body::Block { kind: "paragraph".to_owned(), payload }, &Value::Null);
    }

    fn blank_block_in(&mut self, id: Id, holder: Id) {
        self.blank_page(holder, Parent::Workspace, "");
        if self.ws.nodes.contains_key(&id) {
            return;
        }
        let payload = filled("paragraph", &Map::new()).unwrap_or_default();
        let parent = if self.ws.page(holder).is_some() { Parent::Page(holder) } else { Parent::Block(holder) };
        self.insert(id, parent, Body::Block { kind: "paragraph".to_owned(), payload }, &Value::Null);
    }

    /// A block that others are copies of; it holds something.
    fn original(&mut self, id: Id) {
        if self.ws.nodes.contains_key(&id) {
            return;
        }
        self.blank_block(id);
        if let Some(node) = self.ws.nodes.get_mut(&id) {
            let payload = Map::from_iter([("synced_from".to_owned(), Value::Null)]);
            node.body = Body::Block { kind: "synced_block".to_owned(), payload };
        }
        let child = self.ws.mint(IdKind::Content { by_bot: false }, self.now);
        self.blank_block_in(child, id);
    }

    fn blank_source(&mut self, id: Id, database: Option<Id>) {
        if self.ws.data_sources.contains_key(&id) {
            return;
        }
        let database = database.unwrap_or_else(|| self.ws.mint(IdKind::Random, self.now));
        self.blank_database(database, "");
        let stamp = self.nowhere();
        self.ws.insert_data_source(DataSource {
            id,
            database,
            title: Vec::new(),
            icon: None,
            columns: Vec::new(),
            rows: Vec::new(),
            created: stamp,
            edited: stamp,
            in_trash: false,
            templates: Vec::new(),
            default_template: None,
            next_number: 1,
        });
    }

    // ---- blocks and comments ----

    fn block(&mut self, object: &Value) {
        let Some(id) = id_of(object, "id") else { return };
        let parent = object.get("parent").map_or(Parent::Workspace, |parent| self.parent(parent));
        let kind = match text(object, "type") {
            "transcription" => "meeting_notes",
            kind => kind,
        };
        let inner = object.get(text(object, "type"));
        let is_there = self.ws.nodes.contains_key(&id);
        let title = inner.map(|inner| text(inner, "title").to_owned()).unwrap_or_default();
        match kind {
            // What a page or database is in its parent tells less than what it is.
            "child_page" | "child_database" if is_there => {
                let is_placed = self.ws.node(id).is_some_and(|node| !matches!(node.parent, Parent::Workspace));
                if !is_placed {
                    self.settle(id, parent, object);
                }
                if let Some(page) = self.ws.page_mut(id).filter(|page| page.title.is_empty()) {
                    page.title = from_plain(&title);
                }
                return;
            }
            "child_page" => {
                let page = Page { title: from_plain(&title), ..Page::default() };
                self.insert(id, parent, Body::Page(Box::new(page)), object);
                return;
            }
            "child_database" => {
                let database = Database { title: from_plain(&title), ..Database::default() };
                self.insert(id, parent, Body::Database(Box::new(database)), object);
                return;
            }
            _ => {}
        }
        let mut given = inner.and_then(Value::as_object).cloned().unwrap_or_default();
        given.remove("children");
        let payload = filled(kind, &given).unwrap_or(given);
        let body = Body::Block { kind: kind.to_owned(), payload };
        if is_there {
            if let Some(node) = self.ws.nodes.get_mut(&id) {
                node.body = body;
            }
            self.settle(id, parent, object);
        } else {
            self.insert(id, parent, body, object);
        }
    }

    /// What has children that were never shown has one.
    fn hidden_children(&mut self, object: &Value) {
        let Some(id) = id_of(object, "id").filter(|_| flag(object, "has_children")) else { return };
        let is_bare =
            self.ws.node(id).is_some_and(|node| node.children.is_empty() && !matches!(node.body, Body::Database(_)));
        let is_copy = object.pointer("/synced_block/synced_from").is_some_and(|from| !from.is_null());
        if is_bare && !is_copy {
            let child = self.ws.mint(IdKind::Content { by_bot: false }, self.now);
            let payload = filled("paragraph", &Map::new()).unwrap_or_default();
            let parent = if self.ws.page(id).is_some() { Parent::Page(id) } else { Parent::Block(id) };
            self.insert(child, parent, Body::Block { kind: "paragraph".to_owned(), payload }, &Value::Null);
        }
    }

    /// Brings children into the order they were listed in; what was not listed comes after.
    fn order(&mut self, lists: &BTreeMap<Id, Vec<Id>>) {
        for (holder, listed) in lists {
            if let Some(node) = self.ws.nodes.get_mut(holder) {
                let place = |id: &Id| listed.iter().position(|other| other == id).unwrap_or(usize::MAX);
                node.children.sort_by_key(place);
            }
        }
    }

    /// Gives the stamp of the last edit the seconds that are not shown, fewer with every rank.
    fn edited_before(&mut self, id: Id, rank: usize) {
        let milliseconds = 1_000_i64.saturating_sub(i64::try_from(rank).unwrap_or(i64::MAX)).max(0);
        let later = |at: Timestamp| at.checked_add(SignedDuration::from_millis(milliseconds)).unwrap_or(at);
        if let Some(source) = self.ws.data_sources.get_mut(&id) {
            source.edited.at = later(source.edited.at);
        } else if let Some(node) = self.ws.nodes.get_mut(&id) {
            node.edited.at = later(node.edited.at);
        }
    }

    fn body(&mut self, page: Id, markdown: &str) {
        self.blank_page(page, Parent::Workspace, "");
        if self.ws.node(page).is_none_or(|node| !node.children.is_empty()) {
            return;
        }
        let looker = everything();
        let blocks = {
            let reader = Reader::new(self.ws, &looker, Version::V2026_03_11, self.now, 0);
            let lookup = reader.lookup();
            read(markdown, &ReadOptions { lookup: &lookup, auto_links: false, ..ReadOptions::default() })
        };
        let blocks: Result<Vec<NewBlock>, _> =
            blocks.iter().map(|tree| NewBlock::from_tree(tree, &|_| false)).collect();
        if let Ok(blocks) = blocks {
            let stamp = self.nowhere();
            self.ws.insert_blocks(page, Place::End, blocks, stamp);
        }
    }

    /// A discussion that somebody has begun.
    fn discussion(&mut self, discussion: Id, parent: &Value) {
        if self.ws.comments.iter().any(|comment| comment.discussion == discussion) {
            return;
        }
        let id = self.ws.mint(IdKind::Comment, self.now);
        self.comment(&json!({ "id": id, "discussion_id": discussion, "parent": parent }));
    }

    fn upload(&mut self, object: &Value) {
        let Some(id) = id_of(object, "id").filter(|id| !self.ws.has(*id)) else { return };
        let connection = self.ws.connections.first().map_or(Id::nil(), |connection| connection.id);
        let total = object.pointer("/number_of_parts/total").and_then(Value::as_u64);
        let sent = object.pointer("/number_of_parts/sent").and_then(Value::as_u64).unwrap_or(0);
        let length = object.get("content_length").and_then(Value::as_u64);
        let (created, edited) = self.stamps(object);
        let optional = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        self.ws.uploads.push(Upload {
            id,
            connection,
            created,
            edited: edited.at,
            mode: match object.pointer("/file_import_result/type").and_then(Value::as_str) {
                Some(result) => Mode::External { succeeds: result == "success" },
                None => total.map_or(Mode::Single, |total| Mode::Parts { total }),
            },
            filename: optional("filename"),
            content_type: optional("content_type"),
            parts: match length {
                Some(length) => BTreeMap::from([(1, Part { length, bytes: None })]),
                None => (1..=sent).map(|part| (part, Part { length: 5 * 1_024 * 1_024, bytes: None })).collect(),
            },
            is_complete: text(object, "status") == "uploaded" || length.is_some(),
            is_attached: text(object, "status") != "expired" && object.get("expiry_time").is_some_and(Value::is_null),
        });
    }

    fn comment(&mut self, object: &Value) {
        let (Some(id), Some(discussion)) = (id_of(object, "id"), id_of(object, "discussion_id")) else { return };
        let parent = object.get("parent").map_or(Parent::Workspace, |parent| self.parent(parent));
        let (created, edited) = self.stamps(object);
        self.ws.comments.push(Comment {
            id,
            parent,
            discussion,
            created,
            edited: edited.at,
            rich_text: rich(object, "rich_text"),
            display_name: object.get("display_name").cloned().unwrap_or_default(),
            attachments: object.get("attachments").and_then(Value::as_array).cloned().unwrap_or_default(),
        });
    }
}
