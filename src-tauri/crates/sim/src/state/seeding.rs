//! From a seed to a workspace: keys become ids, the same ones every time, and everything is as if it had always been there.

mod tables;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::content::{NewBlock, Place};
use super::ids::{Id, IdKind, Mint};
use super::payload::{cover, icon};
use super::render::Reader;
use super::rich_text::{canonical, from_plain, plain};
use super::time::ago;
use super::{Body, Comment, Connection, Group, Page, Parent, Person, Sharing, Stamp, Workspace};
use crate::Version;
use crate::error::ApiError;
use crate::markdown::{ReadOptions, read, read_inline};
use crate::seed::{BodySeed, Capabilities, ConnectionKind, PageSeed, ParentSeed, Stamps, WorkspaceSeed};

/// Why a seed cannot be planted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    #[error("`now` is not an RFC 3339 time: {0:?}")]
    Now(String),
    #[error("{place} names {name:?}, which the seed does not have")]
    UnknownKey { place: String, name: String },
    #[error("{0:?} cannot be registered to send people back to: only https, and http://localhost with a port")]
    RedirectUri(String),
    #[error("the key {0:?} is used twice")]
    DuplicateKey(String),
    #[error("{place}: {reason}")]
    Invalid { place: String, reason: String },
}

/// Builds the workspace of a seed.
pub(crate) fn plant(seed: &WorkspaceSeed, now: Timestamp) -> Result<Workspace, SeedError> {
    let mint = Mint::new(&seed.key);
    let keys = keys(seed, &mint, now)?;
    let planter = Planter { seed, now, keys: &keys };
    let mut ws = Workspace {
        key: seed.key.clone(),
        id: mint.named("workspace", &seed.key).next(IdKind::Random, now),
        name: seed.name.clone(),
        plan: seed.plan,
        people: planter.people()?,
        groups: planter.groups()?,
        connections: Vec::new(),
        nodes: BTreeMap::new(),
        data_sources: BTreeMap::new(),
        comments: Vec::new(),
        resolved: BTreeSet::new(),
        uploads: Vec::new(),
        views: Vec::new(),
        deleted_views: BTreeSet::new(),
        view_queries: VecDeque::new(),
        fillings: Vec::new(),
        transcriptions: Vec::new(),
        roots: Vec::new(),
        index: BTreeMap::new(),
        mint,
        blocks_made: 0,
        late_stamps: Vec::new(),
        keys: BTreeMap::new(),
    };
    ws.connections = planter.connections(&ws.mint)?;
    planter.databases(&mut ws)?;
    planter.pages(&mut ws)?;
    planter.values(&mut ws)?;
    planter.bodies(&mut ws)?;
    planter.comments(&mut ws)?;
    planter.templates(&mut ws)?;
    let found: Vec<Id> = ws.nodes.keys().chain(ws.data_sources.keys()).copied().collect();
    found.into_iter().for_each(|id| ws.index_now(id));
    ws.keys = keys;
    Ok(ws)
}

/// The ids of everything that has a key.
fn keys(seed: &WorkspaceSeed, mint: &Mint, now: Timestamp) -> Result<BTreeMap<String, Id>, SeedError> {
    let mut keys = BTreeMap::new();
    let mut add = |kind: &str, key: &str, id_kind: IdKind, at: Timestamp| {
        let id = mint.named(kind, key).next(id_kind, at);
        match keys.insert(format!("{kind}:{key}"), id) {
            Some(_) => Err(SeedError::DuplicateKey(format!("{kind}:{key}"))),
            None => Ok(()),
        }
    };
    for person in &seed.people {
        add("user", &person.key, IdKind::User, now)?;
    }
    for group in &seed.groups {
        add("group", &group.key, IdKind::Random, now)?;
    }
    for page in &seed.pages {
        add("page", &page.key, IdKind::Content { by_bot: false }, ago(now, page.stamps.created_minutes_ago))?;
    }
    for database in &seed.databases {
        let created = ago(now, database.stamps.created_minutes_ago);
        add("database", &database.key, IdKind::Random, created)?;
        for source in &database.data_sources {
            add("data_source", &source.key, IdKind::Random, created)?;
        }
    }
    Ok(keys)
}

struct Planter<'a> {
    seed: &'a WorkspaceSeed,
    now: Timestamp,
    keys: &'a BTreeMap<String, Id>,
}

impl Planter<'_> {
    fn id(&self, place: &str, kind: &str, key: &str) -> Result<Id, SeedError> {
        let name = format!("{kind}:{key}");
        self.keys.get(&name).copied().ok_or_else(|| SeedError::UnknownKey { place: place.to_owned(), name })
    }

    /// Replaces `{{kind:KEY}}` in a text.
    fn filled(&self, place: &str, text: &str) -> Result<String, SeedError> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, tail)) = after.split_once("}}") else { break };
            out.push_str(before);
            match name.split_once(':') {
                Some(("url", key)) => {
                    let id = self.id(place, "page", key).or_else(|_| self.id(place, "database", key))?;
                    out.push_str(&format!("https://app.notion.com/p/{}", id.simple()));
                }
                Some((kind @ ("page" | "database" | "data_source" | "user" | "group"), key)) => {
                    out.push_str(&self.id(place, kind, key)?.to_string());
                }
                // Anything else in braces is text.
                _ => out.push_str(&format!("{{{{{name}}}}}")),
            }
            rest = tail;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn filled_value(&self, place: &str, value: &Value) -> Result<Value, SeedError> {
        Ok(match value {
            Value::String(text) => self.filled(place, text)?.into(),
            Value::Array(items) => items.iter().map(|item| self.filled_value(place, item)).collect::<Result<_, _>>()?,
            Value::Object(object) => Value::Object(
                object
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.filled_value(place, value)?)))
                    .collect::<Result<_, SeedError>>()?,
            ),
            other => other.clone(),
        })
    }

    fn invalid(place: &str) -> impl Fn(ApiError) -> SeedError {
        move |error| SeedError::Invalid { place: place.to_owned(), reason: error.message }
    }

    fn people(&self) -> Result<Vec<Person>, SeedError> {
        let person = |seed: &crate::seed::PersonSeed| {
            Ok(Person {
                key: seed.key.clone(),
                id: self.id("people", "user", &seed.key)?,
                name: seed.name.clone(),
                email: seed.email.clone(),
                avatar_url: seed.avatar_url.clone(),
            })
        };
        self.seed.people.iter().map(person).collect()
    }

    fn groups(&self) -> Result<Vec<Group>, SeedError> {
        let group = |seed: &crate::seed::GroupSeed| {
            Ok(Group { id: self.id("groups", "group", &seed.key)?, name: seed.name.clone() })
        };
        self.seed.groups.iter().map(group).collect()
    }

    fn connections(&self, mint: &Mint) -> Result<Vec<Connection>, SeedError> {
        let connection = |seed: &crate::seed::ConnectionSeed| {
            let place = format!("connection {}", seed.key);
            let shared = seed
                .shared
                .iter()
                .map(|key| self.id(&place, "page", key).or_else(|_| self.id(&place, "database", key)));
            let shared: BTreeSet<Id> = shared.collect::<Result<_, _>>()?;
            let is_everything = shared.is_empty() || seed.kind == ConnectionKind::Personal;
            Ok(Connection {
                key: seed.key.clone(),
                id: mint.named("connection", &seed.key).next(IdKind::User, self.now),
                name: seed.name.clone(),
                kind: seed.kind,
                token: Some(seed.token.clone()),
                owner: seed.owner.as_ref().map(|key| self.id(&place, "user", key)).transpose()?,
                capabilities: seed.capabilities,
                sharing: if is_everything { Sharing::Everything } else { Sharing::Only(shared) },
                withheld: BTreeSet::new(),
                granted: None,
                expires: seed
                    .expires_in_minutes
                    .and_then(|minutes| self.now.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok()),
                is_revoked: false,
            })
        };
        self.seed.connections.iter().map(connection).collect()
    }

    fn stamps(&self, place: &str, stamps: &Stamps) -> Result<(Stamp, Stamp), SeedError> {
        let by = |key: &Option<String>| match (key, self.seed.people.first()) {
            (Some(key), _) => self.id(place, "user", key),
            (None, Some(first)) => self.id(place, "user", &first.key),
            (None, None) => Ok(Id::nil()),
        };
        let created = Stamp { at: ago(self.now, stamps.created_minutes_ago), by: by(&stamps.created_by)? };
        let edited = Stamp { at: ago(self.now, stamps.edited_minutes_ago), by: by(&stamps.edited_by)? };
        Ok((created, edited))
    }

    fn parent(&self, place: &str, parent: &ParentSeed) -> Result<Parent, SeedError> {
        Ok(match parent {
            ParentSeed::Workspace => Parent::Workspace,
            ParentSeed::Page(key) => Parent::Page(self.id(place, "page", key)?),
            ParentSeed::DataSource(key) => Parent::DataSource(self.id(place, "data_source", key)?),
            ParentSeed::Agent(name) => {
                Parent::Agent(Mint::new(&self.seed.key).named("agent", name).next(IdKind::Random, self.now))
            }
        })
    }

    fn face(
        &self,
        place: &str,
        given: Option<&Value>,
        stored: fn(&Value) -> Value,
    ) -> Result<Option<Value>, SeedError> {
        given.map(|value| self.filled_value(place, value).map(|value| stored(&value))).transpose()
    }

    fn pages(&self, ws: &mut Workspace) -> Result<(), SeedError> {
        for seed in &self.seed.pages {
            let place = format!("page {}", seed.key);
            let (created, edited) = self.stamps(&place, &seed.stamps)?;
            let page = Page {
                title: from_plain(&seed.title),
                icon: self.face(&place, seed.icon.as_ref(), icon)?,
                cover: self.face(&place, seed.cover.as_ref(), cover)?,
                is_locked: seed.is_locked,
                ..Page::default()
            };
            let id = self.id(&place, "page", &seed.key)?;
            ws.insert_node(self.parent(&place, &seed.parent)?, Place::End, id, Body::Page(Box::new(page)), created);
            ws.touch(id, edited);
        }
        // Databases were attached before their pages existed.
        for seed in &self.seed.databases {
            let id = self.id("", "database", &seed.key)?;
            let parent = self.parent("", &seed.parent)?;
            if !matches!(parent, Parent::Workspace | Parent::Agent(_)) {
                // A wiki may have stood before a database in it.
                ws.detach(id);
                ws.attach(parent, Place::End, id);
            }
        }
        for id in self.keys.values() {
            let is_top = |parent| matches!(parent, Parent::Workspace | Parent::Agent(_));
            if ws.node(*id).is_some_and(|node| !is_top(node.parent) && ws.above(node.parent).is_none()) {
                return Err(SeedError::Invalid { place: "pages".to_owned(), reason: format!("{id} has no parent") });
            }
        }
        self.order_siblings(ws);
        Ok(())
    }

    /// Pages may stand in the seed before their parents, so siblings are put in the seed's order at the end.
    fn order_siblings(&self, ws: &mut Workspace) {
        for seed in &self.seed.pages {
            let (Ok(id), ParentSeed::Page(above)) = (self.id("", "page", &seed.key), &seed.parent) else { continue };
            let Ok(above) = self.id("", "page", above) else { continue };
            ws.detach(id);
            ws.place_children(above, Place::End, &[id]);
        }
    }

    fn bodies(&self, ws: &mut Workspace) -> Result<(), SeedError> {
        let planter = everything();
        for seed in &self.seed.pages {
            let place = format!("page {}", seed.key);
            let id = self.id(&place, "page", &seed.key)?;
            let blocks = self.blocks(ws, &planter, seed, &place)?;
            let (created, edited) = self.stamps(&place, &seed.stamps)?;
            let mut named = Vec::new();
            blocks.iter().for_each(|block| block.brought(&mut named));
            let unnamed: Vec<Id> = ws
                .node(id)
                .map(|node| node.children.iter().copied().filter(|child| !named.contains(child)).collect())
                .unwrap_or_default();
            let mint = ws.mint.named("body", &seed.key);
            let saved = std::mem::replace(&mut ws.mint, mint);
            let new = ws.insert_blocks(id, Place::End, blocks, created);
            ws.mint = saved;
            touch_blocks(ws, new, edited);
            for child in &unnamed {
                if let Some(node) = ws.nodes.get_mut(&id) {
                    node.children.retain(|other| other != child);
                    node.children.push(*child);
                }
            }
        }
        Ok(())
    }

    fn blocks(
        &self,
        ws: &Workspace,
        planter: &Connection,
        seed: &PageSeed,
        place: &str,
    ) -> Result<Vec<NewBlock>, SeedError> {
        let reader = Reader::new(ws, planter, Version::V2026_03_11, self.now, 0);
        let lookup = reader.lookup();
        let options = ReadOptions { lookup: &lookup, auto_links: false, ..ReadOptions::default() };
        let exists = |id: Id| ws.nodes.contains_key(&id);
        let mut blocks = Vec::new();
        for piece in &seed.body {
            match piece {
                BodySeed::Markdown(text) => {
                    for tree in read(&self.filled(place, text)?, &options) {
                        blocks.push(NewBlock::from_tree(&tree, &exists).map_err(Self::invalid(place))?);
                    }
                }
                BodySeed::Blocks(given) => {
                    for value in given {
                        let value = self.filled_value(place, value)?;
                        let mut block = NewBlock::from_request(&value).map_err(Self::invalid(place))?;
                        block.wanted = value.get("id").and_then(Value::as_str).and_then(super::ids::parse);
                        blocks.push(block);
                    }
                }
            }
        }
        Ok(blocks)
    }

    fn comments(&self, ws: &mut Workspace) -> Result<(), SeedError> {
        let planter = everything();
        for seed in &self.seed.pages {
            let place = format!("comments of page {}", seed.key);
            let page = self.id(&place, "page", &seed.key)?;
            let mut mint = ws.mint.named("comments", &seed.key);
            let mut discussions: Vec<(Parent, bool, Id)> = Vec::new();
            for comment in &seed.comments {
                let at = ago(self.now, comment.minutes_ago);
                let by = self.id(&place, "user", &comment.by)?;
                let parent = match &comment.on_block {
                    None => Parent::Page(page),
                    Some(start) => {
                        let on = ws.subtree(page).into_iter().find(|id| starts_with(ws, *id, start));
                        Parent::Block(
                            on.ok_or_else(|| SeedError::UnknownKey { place: place.clone(), name: start.clone() })?,
                        )
                    }
                };
                let known =
                    discussions.iter().find(|(on, resolved, _)| *on == parent && *resolved == comment.is_resolved);
                let discussion = match known {
                    Some((_, _, id)) => *id,
                    None => {
                        let id = mint.next(IdKind::Discussion, at);
                        discussions.push((parent, comment.is_resolved, id));
                        id
                    }
                };
                if comment.is_resolved {
                    ws.resolved.insert(discussion);
                }
                let rich_text = {
                    let reader = Reader::new(ws, &planter, Version::V2026_03_11, self.now, 0);
                    let lookup = reader.lookup();
                    let items = read_inline(
                        &self.filled(&place, &comment.markdown)?,
                        &ReadOptions { lookup: &lookup, auto_links: false, ..ReadOptions::default() },
                    );
                    canonical(&items.into()).map_err(Self::invalid(&place))?
                };
                let name = ws.people.iter().find(|person| person.id == by).map(|person| person.name.clone());
                let display_name = serde_json::json!({ "type": "user", "resolved_name": name });
                let id = mint.next(IdKind::Comment, at);
                ws.comments.push(Comment {
                    id,
                    parent,
                    discussion,
                    created: Stamp { at, by },
                    edited: at,
                    rich_text,
                    display_name,
                    attachments: Vec::new(),
                });
            }
        }
        Ok(())
    }
}

/// Stamps blocks and the blocks below them; pages among them have stamps of their own.
fn touch_blocks(ws: &mut Workspace, mut open: Vec<Id>, stamp: Stamp) {
    while let Some(id) = open.pop() {
        if let Some(node) = ws.nodes.get_mut(&id).filter(|node| matches!(node.body, Body::Block { .. })) {
            node.edited = stamp;
            open.extend(&node.children);
        }
    }
}

fn starts_with(ws: &Workspace, id: Id, start: &str) -> bool {
    match ws.node(id).map(|node| &node.body) {
        Some(Body::Block { payload, .. }) => {
            payload.get("rich_text").and_then(Value::as_array).is_some_and(|items| plain(items).starts_with(start))
        }
        _ => false,
    }
}

/// A look at everything, for what is there before any connection.
pub(crate) fn everything() -> Connection {
    Connection {
        key: String::new(),
        id: Id::nil(),
        name: String::new(),
        kind: ConnectionKind::Internal,
        token: None,
        owner: None,
        capabilities: Capabilities::default(),
        sharing: Sharing::Everything,
        withheld: BTreeSet::new(),
        granted: None,
        expires: None,
        is_revoked: true,
    }
}
