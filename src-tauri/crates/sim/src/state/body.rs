//! Pages' bodies as Markdown: out of the tree for a reader, and back into it with as many blocks as possible kept.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::content::{NewBlock, Place};
use super::ids::{self, Id};
use super::render::{FILE_HOST, Reader};
use super::{Body, Node, Stamp, Workspace};
use crate::markdown::{DatabaseFacts, Dialect, Lookup, MARKDOWN_ONLY, Tree, WriteOptions, write};

/// Kinds that Markdown has no words for.
const UNKNOWN: [&str; 7] =
    ["link_preview", "breadcrumb", "template", "link_to_page", "unsupported", "ai_block", "copy_indicator"];

/// Kinds that only the second dialect has words for.
const UNKNOWN_AT_FIRST: [&str; 2] = ["bookmark", "embed"];

/// How a body is to be written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rendering {
    pub dialect: Dialect,
    /// Transcripts of meetings in full.
    pub transcripts: bool,
}

/// A body as text.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub markdown: String,
    pub is_truncated: bool,
    pub unknown: Vec<Id>,
}

/// What the Markdown of a body needs to know around it, as one reader sees it.
pub(crate) struct Surroundings<'r, 'a> {
    reader: &'r Reader<'a>,
}

impl Lookup for Surroundings<'_, '_> {
    fn title(&self, id: &str) -> Option<String> {
        let id = ids::parse(id).filter(|id| self.reader.ws.sees(self.reader.connection, *id))?;
        Some(self.reader.title_of(id))
    }

    fn user_name(&self, id: &str) -> Option<String> {
        let user = self.reader.user(ids::parse(id)?);
        user.get("name").and_then(Value::as_str).map(str::to_owned)
    }

    fn database(&self, id: &str) -> Option<DatabaseFacts> {
        let (_, database) = self.reader.ws.database(ids::parse(id)?)?;
        let icon = |key: &str| database.icon.as_ref().and_then(|icon| icon.pointer(key)).and_then(Value::as_str);
        Some(DatabaseFacts {
            is_inline: database.is_inline,
            icon: icon("/emoji").or_else(|| icon("/external/url")).map(str::to_owned),
            data_source_id: database.data_sources.first().map(Id::to_string),
        })
    }

    fn page_of(&self, block_id: &str) -> Option<String> {
        self.reader.ws.page_of(ids::parse(block_id)?).map(|id| id.to_string())
    }

    fn original(&self, block_id: &str) -> Option<Vec<Tree>> {
        let node = self.reader.ws.visible(self.reader.connection, ids::parse(block_id)?)?;
        Some(Walk::new(self.reader, usize::MAX, Dialect::default()).children(node))
    }

    fn file_url(&self, kind: &str, block_id: Option<&str>, url: &str) -> String {
        let signed = self.reader.signed(&json!({ "url": url }));
        let signed = signed.get("url").and_then(Value::as_str).unwrap_or(url);
        if kind == "image" {
            return signed.to_owned();
        }
        // Only images get an address anybody can open; the rest keeps a reference.
        let path = signed.strip_prefix(FILE_HOST).unwrap_or(signed).split('?').next().unwrap_or_default();
        let mut parts = path.rsplit('/');
        let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let reference = json!({
            "source": format!("attachment:{folder}:{}", percent_encoding::percent_decode_str(name).decode_utf8_lossy()),
            "permissionRecord": { "table": "block", "id": block_id, "spaceId": self.reader.ws.id },
        });
        format!("file://{}", super::column::encode(&reference.to_string()))
    }
}

/// A walk over a body that stops after so many blocks.
struct Walk<'r, 'a> {
    reader: &'r Reader<'a>,
    dialect: Dialect,
    left: Cell<usize>,
    unknown: RefCell<Vec<Id>>,
    is_truncated: Cell<bool>,
}

impl<'r, 'a> Walk<'r, 'a> {
    fn new(reader: &'r Reader<'a>, most: usize, dialect: Dialect) -> Self {
        Self { reader, dialect, left: Cell::new(most), unknown: RefCell::default(), is_truncated: Cell::new(false) }
    }

    fn children(&self, node: &Node) -> Vec<Tree> {
        self.reader.ws.visible_children(self.reader.connection, node).map(|child| self.tree(child)).collect()
    }

    fn tree(&self, node: &Node) -> Tree {
        let id = Some(node.id.to_string());
        if self.left.get() == 0 {
            self.is_truncated.set(true);
            self.unknown.borrow_mut().push(node.id);
            return Tree { id, kind: "unsupported".to_owned(), payload: Map::new(), children: Vec::new() };
        }
        self.left.set(self.left.get() - 1);
        match &node.body {
            Body::Block { kind, payload } => {
                let kind_name = kind.as_str();
                let has_words = self.dialect == Dialect::V2 || !UNKNOWN_AT_FIRST.contains(&kind_name);
                if UNKNOWN.contains(&kind_name) || !has_words {
                    self.unknown.borrow_mut().push(node.id);
                }
                Tree {
                    id,
                    kind: kind.clone(),
                    payload: self.reader.payload_for_text(payload),
                    children: self.children(node),
                }
            }
            Body::Page(_) => self.place(id, "child_page", node.id),
            Body::Database(_) => self.place(id, "child_database", node.id),
        }
    }

    fn place(&self, id: Option<String>, kind: &str, node: Id) -> Tree {
        // A linked view's name is shown by its block, but not in the text.
        let is_linked = self.reader.ws.database(node).is_some_and(|(_, database)| database.is_linked);
        let title = if is_linked { String::new() } else { self.reader.title_of(node) };
        let payload = Map::from_iter([("title".to_owned(), title.into())]);
        Tree { id, kind: kind.to_owned(), payload, children: Vec::new() }
    }
}

impl<'a> Reader<'a> {
    pub fn lookup(&self) -> Surroundings<'_, 'a> {
        Surroundings { reader: self }
    }

    /// The payload with rich text as read and everything only Markdown shows.
    fn payload_for_text(&self, stored: &Map<String, Value>) -> Map<String, Value> {
        let with_hidden = |items: &Vec<Value>| -> Value {
            let mut shown = self.rich_text(items);
            for (item, stored) in shown.as_array_mut().into_iter().flatten().zip(items) {
                if let (Some(item), Some(hidden)) = (item.as_object_mut(), stored.get(MARKDOWN_ONLY)) {
                    item.insert(MARKDOWN_ONLY.to_owned(), hidden.clone());
                }
            }
            shown
        };
        stored
            .iter()
            .map(|(key, value)| {
                let value = match (key.as_str(), value) {
                    ("rich_text" | "caption", Value::Array(items)) => with_hidden(items),
                    ("cells", Value::Array(cells)) => {
                        cells.iter().map(|cell| cell.as_array().map_or(Value::Null, with_hidden)).collect()
                    }
                    _ => value.clone(),
                };
                (key.clone(), value)
            })
            .collect()
    }

    /// The Markdown of a page's body, or of a block with what is below it.
    pub fn text(&self, node: &Node, most: usize, rendering: Rendering) -> Text {
        let walk = Walk::new(self, most, rendering.dialect);
        let trees = match node.body {
            Body::Block { .. } => vec![walk.tree(node)],
            _ => walk.children(node),
        };
        let page = self.ws.page_of(node.id).unwrap_or(node.id).to_string();
        let space = self.ws.id.to_string();
        let lookup = self.lookup();
        let options = WriteOptions {
            dialect: rendering.dialect,
            page_id: &page,
            space_id: &space,
            lookup: &lookup,
            transcripts: rendering.transcripts,
            discussions: rendering.dialect == Dialect::V2,
            ..WriteOptions::default()
        };
        Text {
            markdown: write(&trees, &options),
            is_truncated: walk.is_truncated.get(),
            unknown: walk.unknown.into_inner(),
        }
    }
}

impl NewBlock {
    /// Whether there is something to put in the block's place: pages and unreadable blocks cannot be made from text.
    pub fn is_possible(&self) -> bool {
        self.existing.is_some() || !matches!(self.kind.as_str(), "child_page" | "child_database" | "unsupported")
    }

    /// Leaves out what cannot be made or was `seen` before, and lets addresses of hosted files be the files again.
    pub fn settled(mut self, seen: &mut BTreeSet<Id>) -> Option<Self> {
        if !self.is_possible() {
            return None;
        }
        let url = self
            .payload
            .get("external")
            .and_then(|external| external.get("url"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        if let Some(url) = url {
            if url.starts_with(FILE_HOST) {
                self.payload.insert("type".to_owned(), "file".into());
                self.payload.shift_remove("external");
                self.payload.insert("file".to_owned(), json!({ "url": url.split('?').next() }));
            } else if let Some(reference) = url.strip_prefix("file://") {
                let decoded = percent_encoding::percent_decode_str(reference).decode_utf8_lossy();
                let reference: Value = serde_json::from_str(&decoded).unwrap_or_default();
                self.existing = reference.pointer("/permissionRecord/id").and_then(Value::as_str).and_then(ids::parse);
            }
        }
        self.wanted = None;
        if self.existing.is_some_and(|id| !seen.insert(id)) {
            return None;
        }
        self.children = self.children.into_iter().filter_map(|child| child.settled(seen)).collect();
        Some(self)
    }

    /// Ids of everything existing that this block brings along.
    pub fn brought(&self, into: &mut Vec<Id>) {
        into.extend(self.existing);
        self.children.iter().for_each(|child| child.brought(into));
    }
}

impl Workspace {
    /// Makes the children of `holder` what `blocks` says. Equal blocks stay as they are, changed ones keep their id where kind and
    /// position allow, the rest is new; what is not named any more goes to the trash.
    pub fn apply_body(&mut self, holder: Id, blocks: Vec<NewBlock>, stamp: Stamp) {
        let old: Vec<Id> = self
            .node(holder)
            .map(|node| self.living_children(node).map(|child| child.id).collect())
            .unwrap_or_default();
        let mut brought = Vec::new();
        blocks.iter().for_each(|block| block.brought(&mut brought));
        let mut free: Vec<Id> = old.iter().copied().filter(|id| !brought.contains(id) && self.is_block(*id)).collect();

        // First what is equal, in order; then what has the same kind between two equal ones.
        let mut pairs: Vec<Option<Id>> = Vec::with_capacity(blocks.len());
        let mut from = 0;
        for block in &blocks {
            let rest = free.get(from..).unwrap_or_default();
            let equal = rest.iter().position(|id| block.existing.is_none() && self.equals(*id, block));
            pairs.push(equal.and_then(|at| rest.get(at)).copied());
            from += equal.map_or(0, |at| at + 1);
        }
        let kept: Vec<Id> = pairs.iter().flatten().copied().collect();
        let mut after = 0;
        for (at, block) in blocks.iter().enumerate() {
            if let Some(Some(id)) = pairs.get(at) {
                after = free.iter().position(|other| other == id).map_or(after, |position| position + 1);
                continue;
            }
            let gap = free.get(after..).unwrap_or_default().iter().take_while(|id| !kept.contains(id));
            let similar = gap.copied().find(|id| block.existing.is_none() && self.is_of_kind(*id, &block.kind));
            if let (Some(id), Some(pair)) = (similar, pairs.get_mut(at)) {
                *pair = Some(id);
                after = free.iter().position(|other| *other == id).map_or(after, |position| position + 1);
            }
        }
        free.retain(|id| !pairs.contains(&Some(*id)));

        let mut order: Vec<Id> = Vec::with_capacity(blocks.len());
        for (block, pair) in blocks.into_iter().zip(pairs) {
            match pair {
                Some(id) => {
                    self.rewrite(id, block, stamp);
                    order.push(id);
                }
                None => {
                    // What a synced block or a meeting's notes hold is written with it.
                    let inside =
                        block.existing.filter(|_| matches!(block.kind.as_str(), "synced_block" | "meeting_notes"));
                    let children = inside.map(|_| block.children.clone());
                    order.extend(self.insert_blocks(holder, Place::End, vec![block], stamp));
                    if let (Some(id), Some(children)) = (inside, children) {
                        self.apply_body(id, children, stamp);
                    }
                }
            }
        }
        for gone in old.iter().filter(|id| !order.contains(id)) {
            let still_here =
                self.node(*gone).is_some_and(|node| self.above(node.parent).is_some_and(|above| above.id == holder));
            if still_here {
                self.set_trash(*gone, true);
            }
        }
        if let Some(node) = self.nodes.get_mut(&holder) {
            let rest: Vec<Id> = node.children.iter().copied().filter(|id| !order.contains(id)).collect();
            order.extend(rest);
            node.children = order;
        }
    }

    fn is_block(&self, id: Id) -> bool {
        self.node(id).is_some_and(|node| matches!(node.body, Body::Block { .. }))
    }

    fn is_of_kind(&self, id: Id, kind: &str) -> bool {
        self.node(id).is_some_and(|node| matches!(&node.body, Body::Block { kind: own, .. } if own == kind))
    }

    fn equals(&self, id: Id, block: &NewBlock) -> bool {
        let Some(node) = self.node(id) else { return false };
        let Body::Block { kind, payload } = &node.body else { return block.existing == Some(id) };
        let children: Vec<Id> = self.living_children(node).map(|child| child.id).collect();
        *kind == block.kind
            && same_payload(payload, &block.payload)
            && children.len() == block.children.len()
            && children
                .iter()
                .zip(&block.children)
                .all(|(id, child)| child.existing == Some(*id) || self.equals(*id, child))
    }

    /// Gives an existing block new content; its stamp moves only if something changed.
    fn rewrite(&mut self, id: Id, block: NewBlock, stamp: Stamp) {
        if self.equals(id, &block) {
            return;
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            if let Body::Block { payload, .. } = &mut node.body {
                *payload = block.payload;
            }
            node.edited = stamp;
        }
        self.apply_body(id, block.children, stamp);
    }
}

/// Payloads are equal apart from the addresses of hosted files, whose folder and name alone count.
fn same_payload(left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    let path = |payload: &Map<String, Value>| {
        let url = payload.get("file").and_then(|file| file.get("url")).and_then(Value::as_str)?;
        Some(url.split('?').next().unwrap_or_default().to_owned())
    };
    match (path(left), path(right)) {
        (Some(one), Some(other)) => one.rsplit('/').next() == other.rsplit('/').next(),
        _ => left == right,
    }
}
