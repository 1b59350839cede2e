//! What a connection reads: state as JSON in the shapes of an API version, cut to what the connection may see.

mod property;

use std::borrow::Cow;
use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::column::Column;
use super::ids::{self, Id};
use super::{Body, Comment, Connection, DataSource, Database, Node, Page, Parent, Workspace, rich_text};
use crate::Version;
use crate::clock::{millisecond, minute, precise};
use crate::files;
use crate::markdown::MARKDOWN_ONLY;
use crate::seed::ConnectionKind;

pub(crate) const FILE_HOST: &str = "https://prod-files-secure.s3.us-west-2.amazonaws.com";
/// How long an address of a file works.
pub(crate) const FILE_SECONDS: i64 = 3_600;

/// Whether references of a property are cut as in a page, or all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Inline,
    Full,
}

/// One connection's look at a workspace during one request.
pub(crate) struct Reader<'a> {
    pub ws: &'a Workspace,
    pub connection: &'a Connection,
    pub version: Version,
    pub now: Timestamp,
    /// Every signed address of every request differs.
    signatures: Cell<u64>,
}

impl<'a> Reader<'a> {
    pub fn new(ws: &'a Workspace, connection: &'a Connection, version: Version, now: Timestamp, request: u64) -> Self {
        Self { ws, connection, version, now, signatures: Cell::new(ids::mix(request)) }
    }

    // ---- users ----

    pub fn user_stub(&self, id: Id) -> Value {
        json!({ "object": "user", "id": id })
    }

    /// A user as far as this connection may know it.
    pub fn user(&self, id: Id) -> Value {
        if !self.connection.reads_users() {
            return self.user_stub(id);
        }
        if let Some(person) = self.ws.people.iter().find(|person| person.id == id) {
            let details = match (&person.email, self.connection.reads_emails()) {
                (Some(email), true) => json!({ "email": email }),
                _ => json!({}),
            };
            return json!({
                "object": "user", "id": id, "name": person.name, "avatar_url": person.avatar_url, "type": "person", "person": details,
            });
        }
        match self.ws.connections.iter().find(|bot| bot.id == id) {
            Some(bot) => {
                json!({ "object": "user", "id": id, "name": bot.name, "avatar_url": null, "type": "bot", "bot": {} })
            }
            None => self.user_stub(id),
        }
    }

    /// Somebody a `people` property names: a user, or a group of them.
    pub fn user_or_group(&self, id: Id) -> Value {
        match self.ws.group(id) {
            Some(group) => {
                let name = self.connection.reads_users().then_some(group.name.as_str());
                json!({ "object": "group", "id": id, "name": name })
            }
            None => self.user(id),
        }
    }

    /// The connection itself, with everything about it.
    pub fn me(&self) -> Value {
        let bot = self.connection;
        let owner = match (bot.kind, bot.owner) {
            (ConnectionKind::Personal | ConnectionKind::Public, Some(owner)) => {
                json!({ "type": "user", "user": self.user(owner) })
            }
            _ => json!({ "type": "workspace", "workspace": true }),
        };
        let upload = self.ws.largest_upload();
        json!({
            "object": "user", "id": bot.id, "name": bot.name, "avatar_url": null, "type": "bot",
            "bot": {
                "owner": owner,
                "workspace_name": self.ws.name,
                "workspace_id": self.ws.id,
                "workspace_limits": { "max_file_upload_size_in_bytes": upload },
            },
        })
    }

    // ---- text and files ----

    pub fn rich_text(&self, items: &[Value]) -> Value {
        items.iter().map(|item| self.rich_text_item(item)).collect()
    }

    pub fn plain(&self, items: &[Value]) -> String {
        items.iter().map(|item| self.plain_and_href(item).0).collect()
    }

    fn rich_text_item(&self, item: &Value) -> Value {
        let (plain, href) = self.plain_and_href(item);
        let kind = rich_text::kind(item);
        let mut inner = item.get(kind).cloned().unwrap_or_default();
        if let Some(id) = inner.pointer("/user/id").and_then(Value::as_str).and_then(ids::parse) {
            inner = json!({ "type": "user", "user": self.user(id) });
        }
        json!({ "type": kind, kind: inner, "annotations": item.get("annotations"), "plain_text": plain, "href": href })
    }

    fn plain_and_href(&self, item: &Value) -> (String, Option<String>) {
        let at = |pointer: &str| item.pointer(pointer).and_then(Value::as_str);
        match rich_text::kind(item) {
            "text" => (at("/text/content").unwrap_or_default().to_owned(), at("/text/link/url").map(str::to_owned)),
            "equation" => (at("/equation/expression").unwrap_or_default().to_owned(), None),
            _ => {
                let id = |kind: &str| at(&format!("/mention/{kind}/id")).and_then(ids::parse);
                if let Some(id) = id("user") {
                    let user = self.user(id);
                    let name = user.get("name").and_then(Value::as_str).unwrap_or("Anonymous");
                    (format!("@{name}"), None)
                } else if let Some(id) = id("page").or_else(|| id("database")) {
                    let title = if self.ws.sees(self.connection, id) { self.title_of(id) } else { String::new() };
                    (untitled(title), Some(format!("https://app.notion.com/p/{}", id.simple())))
                } else if let Some(start) = at("/mention/date/start") {
                    let end = at("/mention/date/end").map(|end| format!(" → {end}")).unwrap_or_default();
                    (format!("{start}{end}"), None)
                } else if let Some(url) = at("/mention/link_mention/href").or_else(|| at("/mention/link_preview/url")) {
                    (url.to_owned(), Some(url.to_owned()))
                } else if let Some(name) = at("/mention/custom_emoji/name") {
                    (format!(":{name}:"), None)
                } else if let Some(word) = at("/mention/template_mention/template_mention_date") {
                    (format!("@{word}"), None)
                } else {
                    ("@Me".to_owned(), None)
                }
            }
        }
    }

    /// The plain title of a page or database.
    pub fn title_of(&self, id: Id) -> String {
        match self.ws.node(id).map(|node| &node.body) {
            Some(Body::Page(page)) => self.plain(&page.title),
            Some(Body::Database(database)) => self.database_title(database),
            _ => String::new(),
        }
    }

    fn database_title(&self, database: &Database) -> String {
        if database.is_linked { untitled(String::new()) } else { self.plain(&named(&database.title)) }
    }

    /// A hosted file with a fresh signature.
    pub(super) fn signed(&self, file: &Value) -> Value {
        let signature = ids::mix(self.signatures.get());
        self.signatures.set(signature);
        let url = file.get("url").and_then(Value::as_str).unwrap_or_default();
        let path = match url.strip_prefix(FILE_HOST) {
            Some(path) => path.split('?').next().unwrap_or_default().to_owned(),
            None => {
                let name = url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
                let folder = uuid::Uuid::from_u64_pair(ids::hash(url.as_bytes()), ids::mix(ids::hash(url.as_bytes())));
                format!("/{}/{folder}/{name}", self.ws.id)
            }
        };
        let expires = self.now.checked_add(SignedDuration::from_secs(FILE_SECONDS)).unwrap_or(self.now);
        let query = files::query(&path, self.now, signature);
        json!({ "url": format!("{FILE_HOST}{path}?{query}"), "expiry_time": millisecond(expires) })
    }

    /// An icon, cover, or anything that may be a hosted file.
    fn file_or(&self, value: &Value) -> Value {
        let mut value = value.clone();
        if let Some(file) = value.get_mut("file").filter(|file| file.is_object()) {
            *file = self.signed(file);
        }
        value
    }

    fn optional_file(&self, value: Option<&Value>) -> Value {
        value.map_or(Value::Null, |value| self.file_or(value))
    }

    // ---- the tree ----

    pub fn parent(&self, parent: Parent) -> Value {
        match parent {
            Parent::Workspace => json!({ "type": "workspace", "workspace": true }),
            Parent::Agent(id) => json!({ "type": "agent_id", "agent_id": id }),
            Parent::Page(id) => json!({ "type": "page_id", "page_id": id }),
            Parent::Block(id) => json!({ "type": "block_id", "block_id": id }),
            Parent::Database(id) => json!({ "type": "database_id", "database_id": id }),
            Parent::DataSource(id) => {
                let database = self.ws.data_sources.get(&id).map(|source| source.database);
                json!({ "type": "data_source_id", "data_source_id": id, "database_id": database })
            }
        }
    }

    /// Where a node hangs, as it is told: a database in a wiki names the wiki's database, and not the data source it is a row of.
    fn parent_of(&self, node: &Node) -> Value {
        match (&node.body, self.ws.data_source_of(node)) {
            (Body::Database(_), Some(source)) => self.parent(Parent::Database(source.database)),
            _ => self.parent(node.parent),
        }
    }

    fn url(&self, title: &str, id: Id) -> String {
        let words: Vec<&str> =
            title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let slug = if words.is_empty() { String::new() } else { format!("{}-", words.join("-")) };
        format!("https://app.notion.com/p/{slug}{}", id.simple())
    }

    fn with_archived(&self, mut object: Value, in_trash: bool) -> Value {
        if let (Version::V2025_09_03, Some(object)) = (self.version, object.as_object_mut()) {
            object.insert("archived".to_owned(), in_trash.into());
        }
        object
    }

    /// A page with all properties, or only those whose ids are in `only`.
    pub fn page(&self, node: &Node, page: &Page, only: Option<&[String]>) -> Value {
        let in_trash = self.ws.is_trashed(node.id);
        self.with_archived(
            json!({
                "object": "page",
                "id": node.id,
                "created_time": minute(node.created.at),
                "last_edited_time": minute(node.edited.at),
                "created_by": self.user_stub(node.created.by),
                "last_edited_by": self.user_stub(node.edited.by),
                "cover": self.optional_file(page.cover.as_ref()),
                "icon": self.optional_file(page.icon.as_ref()),
                "parent": self.parent_of(node),
                "in_trash": in_trash,
                "is_archived": page.is_archived,
                "is_locked": page.is_locked,
                "properties": self.properties(node, page, only),
                "url": self.url(&self.plain(&page.title), node.id),
                "public_url": null,
            }),
            in_trash,
        )
    }

    fn properties(&self, node: &Node, page: &Page, only: Option<&[String]>) -> Value {
        let mut properties = Map::new();
        match self.ws.data_source_of(node) {
            None => {
                let title = json!({ "id": "title", "type": "title", "title": self.rich_text(&page.title) });
                properties.insert("title".to_owned(), title);
            }
            Some(source) => {
                for column in &source.columns {
                    if only.is_none_or(|only| only.contains(&column.id)) {
                        properties.insert(column.name.clone(), self.property(node, page, column));
                    }
                }
            }
        }
        Value::Object(properties)
    }

    /// A block, or the block a page or database is in its parent.
    pub fn block(&self, node: &Node) -> Value {
        let (kind, payload) = match &node.body {
            Body::Block { kind, payload } => (self.kind_name(kind), self.payload(kind, payload)),
            Body::Page(page) => ("child_page", json!({ "title": self.plain(&page.title) })),
            Body::Database(database) => ("child_database", json!({ "title": self.database_title(database) })),
        };
        let payload = self.with_sections(node, payload);
        let in_trash = self.ws.is_trashed(node.id);
        self.with_archived(
            json!({
                "object": "block",
                "id": node.id,
                "parent": self.parent_of(node),
                "created_time": minute(node.created.at),
                "last_edited_time": minute(node.edited.at),
                "created_by": self.user_stub(node.created.by),
                "last_edited_by": self.user_stub(node.edited.by),
                "has_children": self.has_children(node),
                "in_trash": in_trash,
                "type": kind,
                kind: payload,
            }),
            in_trash,
        )
    }

    /// Notes of meetings name the blocks of their sections.
    fn with_sections(&self, node: &Node, mut payload: Value) -> Value {
        let is_notes = matches!(&node.body, Body::Block { kind, .. } if kind == "meeting_notes");
        if let Some(payload) = payload.as_object_mut().filter(|_| is_notes && !node.children.is_empty()) {
            let names = ["summary_block_id", "notes_block_id", "transcript_block_id"];
            let sections: Map<String, Value> = names
                .iter()
                .zip(&node.children)
                .map(|(name, id)| ((*name).to_owned(), id.to_string().into()))
                .collect();
            payload.entry("children").or_insert_with(|| sections.into());
        }
        payload
    }

    /// What a version calls a kind: notes of meetings had another name.
    fn kind_name<'k>(&self, kind: &'k str) -> &'k str {
        match (self.version, kind) {
            (Version::V2025_09_03, "meeting_notes") => "transcription",
            _ => kind,
        }
    }

    fn has_children(&self, node: &Node) -> bool {
        if matches!(node.body, Body::Database(_)) {
            return false;
        }
        let holder = self.original(node).unwrap_or(node);
        self.ws.visible_children(self.connection, holder).next().is_some()
    }

    /// What a synced copy is a copy of.
    pub fn original(&self, node: &Node) -> Option<&'a Node> {
        let Body::Block { kind, payload } = &node.body else { return None };
        if kind != "synced_block" {
            return None;
        }
        let id = payload.get("synced_from")?.get("block_id")?.as_str()?;
        self.ws.node(ids::parse(id)?)
    }

    pub fn payload(&self, kind: &str, stored: &Map<String, Value>) -> Value {
        let mut payload = Map::new();
        for (key, value) in stored.iter().filter(|(key, _)| *key != MARKDOWN_ONLY) {
            let value = match (key.as_str(), value) {
                ("rich_text" | "caption" | "title", Value::Array(items)) => self.rich_text(items),
                ("cells", Value::Array(cells)) => {
                    cells.iter().map(|cell| cell.as_array().map_or(Value::Null, |cell| self.rich_text(cell))).collect()
                }
                ("icon", icon) => self.file_or(icon),
                // An uploaded page shown in place.
                ("url", Value::String(url)) if url.starts_with(FILE_HOST) => {
                    self.signed(&json!({ "url": url })).get("url").cloned().unwrap_or_default()
                }
                ("file", file) if file.is_object() && kind != "unsupported" => self.signed(file),
                _ => value.clone(),
            };
            payload.insert(key.clone(), value);
        }
        Value::Object(payload)
    }

    // ---- databases ----

    pub fn database(&self, node: &Node) -> Value {
        let Body::Database(database) = &node.body else { return Value::Null };
        let sources: Vec<Value> = database
            .data_sources
            .iter()
            .filter_map(|id| self.ws.data_sources.get(id))
            .filter(|source| !source.in_trash)
            .map(|source| json!({ "id": source.id, "name": self.plain(&named(&source.title)) }))
            .collect();
        let in_trash = self.ws.is_trashed(node.id);
        self.with_archived(
            json!({
                "object": "database",
                "id": node.id,
                "title": self.rich_text(&named(&database.title)),
                "description": self.rich_text(&database.description),
                "parent": self.parent_of(node),
                "is_inline": database.is_inline,
                "in_trash": in_trash,
                "is_locked": database.is_locked,
                "created_time": precise(node.created.at),
                "last_edited_time": precise(node.edited.at),
                "data_sources": sources,
                "icon": self.optional_file(database.icon.as_ref()),
                "cover": self.optional_file(database.cover.as_ref()),
                "url": self.url("", node.id),
                "public_url": null,
            }),
            in_trash,
        )
    }

    /// What a search or a query shows: a page, with all properties or only some, or a data source; nothing of what is not seen.
    pub fn page_or_data_source(&self, id: Id, only: Option<&[String]>) -> Option<Value> {
        if let Some(source) = self.ws.data_sources.get(&id) {
            return self.ws.sees_data_source(self.connection, id).then(|| self.data_source(source));
        }
        let (node, page) = self.ws.page(id).filter(|_| self.ws.sees(self.connection, id))?;
        Some(self.page(node, page, only))
    }

    pub fn data_source(&self, source: &DataSource) -> Value {
        let found = self.ws.database(source.database);
        let database = found.map(|(_, database)| database);
        let properties: Map<String, Value> =
            source.columns.iter().map(|column| (column.name.clone(), self.schema(source, column))).collect();
        let in_trash = source.in_trash || self.ws.is_trashed(source.database);
        self.with_archived(json!({
            "object": "data_source",
            "id": source.id,
            "cover": self.optional_file(database.and_then(|database| database.cover.as_ref())),
            "icon": self.optional_file(source.icon.as_ref().or(database.and_then(|database| database.icon.as_ref()))),
            "created_time": minute(source.created.at),
            "created_by": self.user_stub(source.created.by),
            "last_edited_by": self.user_stub(source.edited.by),
            "last_edited_time": minute(source.edited.at),
            "title": self.rich_text(&source.title),
            "description": self.rich_text(database.map(|database| database.description.as_slice()).unwrap_or_default()),
            "is_inline": database.is_some_and(|database| database.is_inline),
            "properties": properties,
            "parent": self.parent(Parent::Database(source.database)),
            "database_parent": found.map(|(node, _)| self.parent_of(node)),
            "url": self.url("", source.database),
            "public_url": null,
            "in_trash": in_trash,
        }), in_trash)
    }

    fn schema(&self, source: &DataSource, column: &Column) -> Value {
        let target = column.setting_id("data_source_id").and_then(|id| self.ws.data_sources.get(&id));
        let config = match column.kind.as_str() {
            "relation" => {
                let database = target.map(|target| target.database);
                match column.synced_id() {
                    None => json!({
                        "database_id": database, "data_source_id": column.config.get("data_source_id"),
                        "type": "single_property", "single_property": {},
                    }),
                    Some(synced) => {
                        let name = target
                            .and_then(|target| target.columns.iter().find(|c| c.id == synced))
                            .map(|c| c.name.as_str());
                        json!({
                            "database_id": database, "data_source_id": column.config.get("data_source_id"), "type": "dual_property",
                            "dual_property": { "synced_property_name": name, "synced_property_id": super::column::encode(synced) },
                        })
                    }
                }
            }
            "rollup" => {
                let relation = source.columns.iter().find(|c| c.id == column.setting("relation_property_id"));
                let target =
                    relation.and_then(|c| c.setting_id("data_source_id")).and_then(|id| self.ws.data_sources.get(&id));
                let rolled =
                    target.and_then(|t| t.columns.iter().find(|c| c.id == column.setting("rollup_property_id")));
                json!({
                    "rollup_property_name": rolled.map(|c| c.name.as_str()),
                    "relation_property_name": relation.map(|c| c.name.as_str()),
                    "rollup_property_id": column.config.get("rollup_property_id"),
                    "relation_property_id": column.config.get("relation_property_id"),
                    "function": column.config.get("function"),
                })
            }
            _ => Value::Object(column.config.clone()),
        };
        json!({
            "id": column.public_id(), "name": column.name, "description": column.description, "type": column.kind, column.kind.clone(): config,
        })
    }

    // ---- comments ----

    pub fn comment(&self, comment: &Comment) -> Value {
        let mut shown = json!({
            "object": "comment",
            "id": comment.id,
            "parent": self.parent(comment.parent),
            "discussion_id": comment.discussion,
            "created_time": minute(comment.created.at),
            "last_edited_time": minute(comment.edited),
            "created_by": self.user_stub(comment.created.by),
            "rich_text": self.rich_text(&comment.rich_text),
            "display_name": comment.display_name,
        });
        if let (false, Some(fields)) = (comment.attachments.is_empty(), shown.as_object_mut()) {
            let attachments = comment.attachments.iter().map(|attachment| self.file_or(attachment)).collect();
            fields.insert("attachments".to_owned(), attachments);
        }
        shown
    }
}

/// The title of a database; one without is called so.
fn named(title: &[Value]) -> Cow<'_, [Value]> {
    if title.is_empty() { Cow::Owned(rich_text::from_plain("New database")) } else { Cow::Borrowed(title) }
}

fn untitled(title: String) -> String {
    if title.is_empty() { "Untitled".to_owned() } else { title }
}
