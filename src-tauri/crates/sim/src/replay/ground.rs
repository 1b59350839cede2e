//! What a cassette shows of things that it did not make: the ground it stands on, which a simulator is given before it plays.
//!
//! A thing is taken as it was first seen. If it was first seen in the answer to a write, then less what the write set (see
//! [`super::before`]). What is only pointed to (a parent, a mentioned page, a related row) becomes a blank thing of its kind.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use super::before::{before, body_before};
use super::cassette::Exchange;
use crate::state::ids::{self, Id};
use crate::state::implant::Ground;

/// What has happened up to an exchange: what is not as it was seeded.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Made by the cassette, or below what it has made.
    made: BTreeSet<Id>,
    /// Changed by it.
    changed: BTreeSet<Id>,
    /// What stands in them has changed: children, rows, comments.
    filled: BTreeSet<Id>,
    /// Whether anything was written at all.
    has_written: bool,
}

impl History {
    fn is_made(&self, object: &Value) -> bool {
        let own = id_at(object, "/id").is_some_and(|id| self.made.contains(&id));
        own || parents(object).any(|id| self.made.contains(&id))
    }

    /// Whether an answer tells more than what it was seeded with.
    pub fn is_telling(&self, exchange: &Exchange) -> bool {
        if !exchange.only_reads() || !exchange.is_taken() {
            return true;
        }
        let new = |id: &Id| self.made.contains(id) || self.changed.contains(id) || self.filled.contains(id);
        let in_path = path_ids(exchange).any(|id| new(&id));
        let in_query = exchange.query.iter().filter_map(|(_, value)| ids::parse(value)).any(|id| new(&id));
        let mut shown = Vec::new();
        objects(&exchange.answer, &mut shown);
        in_path || in_query || shown.into_iter().any(|object| self.is_new(object))
    }

    fn is_new(&self, object: &Value) -> bool {
        let is_changed = |id: Id| self.changed.contains(&id);
        let of_changed_source = id_at(object, "/parent/data_source_id").is_some_and(is_changed);
        self.is_made(object) || id_at(object, "/id").is_some_and(is_changed) || of_changed_source
    }

    pub fn has_written(&self) -> bool {
        self.has_written
    }

    pub fn has_made(&self, id: Id) -> bool {
        self.made.contains(&id)
    }

    /// What a search shows, and whether it is not as it was seeded.
    pub fn shown(&self, search: &Exchange) -> impl Iterator<Item = (Id, bool)> {
        let results = search.answer.get("results").and_then(Value::as_array).into_iter().flatten();
        let is_new = |id: &Id| self.made.contains(id) || self.changed.contains(id);
        results.filter_map(|result| id_at(result, "/id")).map(move |id| (id, is_new(&id)))
    }

    /// Takes an exchange in.
    pub fn go_on(&mut self, exchange: &Exchange) {
        if !exchange.is_taken() {
            return;
        }
        self.make(exchange);
        let mut shown = Vec::new();
        objects(&exchange.answer, &mut shown);
        for object in shown {
            if let (true, Some(id)) = (self.is_made(object), id_at(object, "/id")) {
                self.made.insert(id);
            }
        }
        if exchange.only_reads() {
            return;
        }
        self.has_written = true;
        self.changed.extend(path_ids(exchange));
        if exchange.path.ends_with("/children") || exchange.path.ends_with("/markdown") {
            self.filled.extend(path_ids(exchange));
        }
        self.filled.extend(parents(&exchange.answer).chain(parents(&exchange.body)));
        self.changed.extend(related(&exchange.body));
    }

    fn make(&mut self, exchange: &Exchange) {
        let Some(method) = &exchange.method else { return };
        let answer = &exchange.answer;
        match (method.as_str(), exchange.parts().as_slice()) {
            ("POST", ["pages" | "databases" | "data_sources" | "views" | "file_uploads"]) => {
                self.made.extend(id_at(answer, "/id"));
                let sources = answer.get("data_sources").and_then(Value::as_array).into_iter().flatten();
                self.made.extend(sources.filter_map(|source| id_at(source, "/id")));
            }
            ("POST", ["comments"]) => {
                self.made.extend(id_at(answer, "/id"));
                let is_begun = exchange.body.get("discussion_id").is_none();
                self.made.extend(id_at(answer, "/discussion_id").filter(|_| is_begun));
            }
            ("POST", ["views", _, "queries"]) => self.made.extend(id_at(answer, "/id")),
            ("PATCH", ["blocks", _, "children"]) => {
                // Beyond the new ones, what follows them is shown.
                let new = exchange.body.get("children").and_then(Value::as_array).map_or(0, Vec::len);
                let results = answer.get("results").and_then(Value::as_array).into_iter().flatten();
                self.made.extend(results.take(new).filter_map(|block| id_at(block, "/id")));
            }
            _ => {}
        }
    }
}

/// What a cassette needs to find, and what of it cannot be given.
pub(super) fn ground(exchanges: &[Exchange]) -> Ground {
    let mut gathering = Gathering::default();
    let mut history = History::default();
    for exchange in exchanges.iter().filter(|exchange| exchange.is_taken()) {
        let first = History { changed: history.changed.clone(), ..History::default() };
        history.make(exchange);
        gathering.take(exchange, &history, &first);
        history.go_on(exchange);
    }
    gathering.point(exchanges, &history);
    gathering.ground
}

#[derive(Debug, Default)]
struct Gathering {
    ground: Ground,
    known: BTreeSet<(&'static str, Id)>,
}

impl Gathering {
    /// Takes what an answer shows. `history` knows what this exchange has made, `first` what was changed before it.
    fn take(&mut self, exchange: &Exchange, history: &History, first: &History) {
        if exchange.path == "search" {
            let results = exchange.answer.get("results").and_then(Value::as_array).into_iter().flatten();
            for id in results.filter_map(|result| id_at(result, "/id")) {
                let next = self.ground.found.len();
                self.ground.found.entry(id).or_insert(next);
            }
        }
        let mut shown = Vec::new();
        objects(&exchange.answer, &mut shown);
        for object in shown {
            let (Some(kind), Some(id)) = (kind_of(object), id_at(object, "/id")) else { continue };
            let source = id_at(object, "/parent/data_source_id")
                .filter(|source| kind == "page" && !history.made.contains(source));
            if let Some(source) = source {
                if !first.changed.contains(&source) {
                    self.ground.shown_rows.push(object.clone());
                }
                self.ground.related.extend(relations(source, object).filter(|(.., row)| !history.made.contains(row)));
                self.ground
                    .related
                    .extend(relations(source, &exchange.body).filter(|(.., row)| !history.made.contains(row)));
            }
            let is_later = kind != "user" && (history.is_made(object) || first.changed.contains(&id));
            if is_later || !is_whole(kind, object) || !self.known.insert((kind, id)) {
                continue;
            }
            let object = before(exchange, object);
            match kind {
                "page" => self.ground.pages.push(object),
                "database" => self.ground.databases.push(object),
                "data_source" => self.ground.data_sources.push(object),
                "block" => self.ground.blocks.push(object),
                "comment" => self.ground.comments.push(object),
                "user" => self.ground.users.push(object),
                "file_upload" => self.ground.uploads.push(object),
                _ => {}
            }
        }
        match (exchange.method.as_ref(), exchange.parts().as_slice()) {
            (Some(&Method::GET), ["blocks", holder, "children"]) => {
                let results = exchange.answer.get("results").and_then(Value::as_array).into_iter().flatten();
                let children = results.filter(|block| !history.is_made(block)).filter_map(|block| id_at(block, "/id"));
                if let Some(holder) = ids::parse(holder).filter(|holder| !history.made.contains(holder)) {
                    self.ground.children.entry(holder).or_default().extend(children);
                }
            }
            (Some(&Method::PATCH), ["blocks", holder, "children"]) => {
                // What is put after a block is shown with all that follows it.
                let after =
                    id_at(&exchange.body, "/position/after_block/id").or_else(|| id_at(&exchange.body, "/after"));
                let results = exchange.answer.get("results").and_then(Value::as_array).into_iter().flatten();
                let shown = results.filter(|block| !history.is_made(block)).filter_map(|block| id_at(block, "/id"));
                if let Some(holder) = ids::parse(holder).filter(|holder| !history.made.contains(holder)) {
                    let after = after.filter(|after| !history.made.contains(after));
                    self.ground.children.entry(holder).or_default().extend(after.into_iter().chain(shown));
                }
            }
            (Some(&Method::GET), ["file_uploads"]) => {
                // Of what comes after a page only the first is known.
                let next =
                    id_at(&exchange.answer, "/next_cursor").filter(|next| self.known.insert(("file_upload", *next)));
                self.ground
                    .uploads
                    .extend(next.map(|id| json!({ "id": id, "created_time": "2020-01-01T00:00:00.000Z" })));
            }
            (Some(&Method::GET), ["data_sources", source, "templates"]) => {
                let templates = exchange.answer.get("templates").and_then(Value::as_array).into_iter().flatten();
                if let Some(source) = ids::parse(source).filter(|source| !history.made.contains(source)) {
                    self.ground.templates.extend(templates.map(|template| (source, template.clone())));
                }
            }
            (Some(&Method::GET | &Method::PATCH), ["pages", page, "markdown"]) => {
                let page =
                    ids::parse(page).filter(|page| !history.made.contains(page) && !history.filled.contains(page));
                if let (Some(page), Some(markdown)) = (page, body_before(exchange)) {
                    self.ground.bodies.entry(page).or_insert(markdown);
                }
            }
            _ => {}
        }
    }

    /// Takes what is pointed to and not shown: who writes, what is mentioned and related, and where things are made.
    fn point(&mut self, exchanges: &[Exchange], history: &History) {
        let mut titles = BTreeMap::new();
        for exchange in exchanges {
            for value in [&exchange.body, &exchange.answer] {
                mentioned(value, &mut titles);
                users(value, &mut self.ground.user_ids);
                self.ground.rows.extend(related(value).filter(|id| !history.made.contains(id)));
            }
            if exchange.is_taken() {
                let mut shown = Vec::new();
                objects(&exchange.answer, &mut shown);
                let own = shown.into_iter().filter_map(|object| object.get("parent"));
                let asked = exchange.body.get("parent");
                let parents =
                    own.chain(asked).filter(|parent| parent_id(parent).is_some_and(|id| !history.made.contains(&id)));
                self.ground.parents.extend(parents.cloned());
            }
        }
        titles.retain(|id, _| !history.made.contains(id));
        self.ground.mentioned = titles;
        self.ground.writer = exchanges.iter().find_map(author).or_else(|| exchanges.iter().find_map(writer));
        self.ground.connection = exchanges.iter().find_map(connection);
        for exchange in exchanges.iter().filter(|exchange| exchange.is_taken()) {
            self.ask_for(exchange, history);
        }
        self.ground.me = exchanges
            .iter()
            .find(|exchange| exchange.path == "users/me" && exchange.is_taken())
            .map(|exchange| exchange.answer.clone());
    }

    /// Takes what a request names and no answer shows, though it was found.
    fn ask_for(&mut self, exchange: &Exchange, history: &History) {
        let is_old = |id: &Id| !history.made.contains(id);
        let body = &exchange.body;
        let parts = exchange.parts();
        let holder = parts
            .get(1)
            .and_then(|id| ids::parse(id))
            .or_else(|| body.get("parent").and_then(parent_id))
            .filter(is_old);
        if let (["blocks", _, "children"], Some(holder)) = (parts.as_slice(), holder) {
            let parent = exchange.answer.pointer("/results/0/parent").cloned();
            self.ground.parents.push(parent.unwrap_or_else(|| json!({ "type": "page_id", "page_id": holder })));
        }
        if let (["pages", _, "markdown"], Some(holder)) = (parts.as_slice(), holder) {
            self.ground.parents.push(json!({ "type": "page_id", "page_id": holder }));
        }
        let sibling = id_at(body, "/position/after_block/id").or_else(|| id_at(body, "/after")).filter(is_old);
        self.ground.siblings.extend(holder.zip(sibling));
        if let Some(discussion) = id_at(body, "/discussion_id").filter(is_old) {
            let parent = exchange.answer.get("parent").cloned().unwrap_or_default();
            self.ground.discussions.push((discussion, parent));
        }
        if let Some(source) = id_at(body, "/parent/data_source_id").filter(is_old) {
            let template = match id_at(body, "/template/template_id") {
                Some(id) => Some(json!({ "id": id, "name": "Template", "is_default": false })),
                None => body
                    .pointer("/template/type")
                    .filter(|kind| *kind == "default")
                    .map(|_| json!({ "is_default": true })),
            };
            self.ground.templates.extend(template.map(|template| (source, template)));
        }
        named_in(body, &mut |key, id| {
            if is_old(&id) {
                match key {
                    "file_upload" => self.ground.attached.push(id),
                    "synced_from" => self.ground.originals.push(id),
                    "relation" => self.ground.parents.push(json!({ "type": "data_source_id", "data_source_id": id })),
                    _ => {}
                }
            }
        });
    }
}

/// Who a comment is of that is changed: nobody else could.
fn author(exchange: &Exchange) -> Option<Value> {
    let changes = matches!(exchange.method, Some(Method::PATCH | Method::DELETE));
    let is_comment = matches!(exchange.parts().as_slice(), ["comments", _]);
    exchange.answer.get("created_by").filter(|_| exchange.is_taken() && changes && is_comment).cloned()
}

/// What a refusal calls the connection.
fn connection(exchange: &Exchange) -> Option<String> {
    let message = exchange.answer.get("message")?.as_str()?;
    let (_, rest) = message.split_once("with your integration \"")?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

/// Ids that stand in requests as `file_upload`, as the original of a synced block, or as the data source of a relation.
fn named_in(value: &Value, found: &mut dyn FnMut(&str, Id)) {
    match value {
        Value::Object(object) => {
            let places = [
                ("file_upload", "/file_upload/id"),
                ("synced_from", "/synced_from/block_id"),
                ("relation", "/relation/data_source_id"),
            ];
            for (key, place) in places {
                if let Some(id) = id_at(value, place) {
                    found(key, id);
                }
            }
            object.values().for_each(|value| named_in(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| named_in(item, found)),
        _ => {}
    }
}

/// The rows that a page's properties relate to: their data source, what the column is called, and the row.
fn relations(source: Id, page: &Value) -> impl Iterator<Item = (Id, String, Id)> {
    let properties = page.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.flat_map(move |(name, property)| related(property).map(move |row| (source, name.clone(), row)))
}

/// The first to have written something.
fn writer(exchange: &Exchange) -> Option<Value> {
    let method = exchange.method.as_ref()?;
    let makes =
        method == Method::POST && matches!(exchange.path.as_str(), "pages" | "data_sources" | "comments" | "views");
    let by = if makes { exchange.answer.get("created_by") } else { None };
    let by = by.or_else(|| exchange.answer.pointer("/results/0/last_edited_by").filter(|_| method == Method::PATCH));
    by.filter(|_| exchange.is_taken()).cloned()
}

fn is_whole(kind: &str, object: &Value) -> bool {
    match kind {
        "user" => object.get("type").is_some(),
        "block" => object.get("type").is_some_and(Value::is_string),
        "page" | "database" | "data_source" => object.get("parent").is_some(),
        _ => true,
    }
}

fn kind_of(object: &Value) -> Option<&'static str> {
    let kind = object.get("object")?.as_str()?;
    ["page", "database", "data_source", "block", "comment", "user", "view", "file_upload"]
        .into_iter()
        .find(|known| *known == kind)
}

pub(super) fn id_at(value: &Value, pointer: &str) -> Option<Id> {
    value.pointer(pointer).and_then(Value::as_str).and_then(ids::parse)
}

fn path_ids(exchange: &Exchange) -> impl Iterator<Item = Id> {
    exchange.path.split('/').filter_map(ids::parse)
}

/// The id in `{type: "page_id", page_id: …}`.
pub(super) fn parent_id(parent: &Value) -> Option<Id> {
    ["block_id", "page_id", "data_source_id", "database_id"]
        .into_iter()
        .find_map(|key| id_at(parent, &format!("/{key}")))
}

/// Whatever the parent of an object names.
fn parents(object: &Value) -> impl Iterator<Item = Id> {
    ["block_id", "page_id", "data_source_id", "database_id"]
        .into_iter()
        .filter_map(|key| id_at(object, &format!("/parent/{key}")))
}

/// Everything in an answer that says what it is.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(object) => {
            if object.get("object").is_some_and(|kind| kind != "list") && object.contains_key("id") {
                found.push(value);
            }
            object.values().for_each(|value| objects(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        _ => {}
    }
}

/// Ids of pages in relations.
fn related(value: &Value) -> impl Iterator<Item = Id> {
    fn look(value: &Value, found: &mut Vec<Id>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::Array(references)) = object.get("relation") {
                    found.extend(references.iter().filter_map(|reference| id_at(reference, "/id")));
                }
                object.values().for_each(|value| look(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| look(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    look(value, &mut found);
    found.into_iter()
}

/// Pages and databases that text mentions, with what they are called there.
fn mentioned(value: &Value, found: &mut BTreeMap<Id, (bool, String)>) {
    match value {
        Value::Object(object) => {
            if let Some(mention) = object.get("mention") {
                let title = object.get("plain_text").and_then(Value::as_str);
                for (kind, is_database) in [("page", false), ("database", true)] {
                    if let Some(id) = id_at(mention, &format!("/{kind}/id")) {
                        let entry = found.entry(id).or_insert_with(|| (is_database, String::new()));
                        if let Some(title) = title.filter(|title| *title != "Untitled") {
                            title.clone_into(&mut entry.1);
                        }
                    }
                }
            }
            object.values().for_each(|value| mentioned(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| mentioned(item, found)),
        _ => {}
    }
}

/// Ids of users, wherever they stand.
fn users(value: &Value, found: &mut BTreeSet<Id>) {
    match value {
        Value::Object(object) => {
            let is_user = object.get("object").is_some_and(|kind| kind == "user");
            found.extend(is_user.then(|| id_at(value, "/id")).flatten());
            for key in ["people", "user"] {
                let is_group = |item: &&Value| item.get("object").is_some_and(|kind| kind == "group");
                let named = object.get(key).map(|value| match value {
                    Value::Array(items) => {
                        items.iter().filter(|item| !is_group(item)).filter_map(|item| id_at(item, "/id")).collect()
                    }
                    one => id_at(one, "/id").into_iter().collect::<Vec<_>>(),
                });
                found.extend(named.into_iter().flatten());
            }
            object.values().for_each(|value| users(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| users(item, found)),
        _ => {}
    }
}
