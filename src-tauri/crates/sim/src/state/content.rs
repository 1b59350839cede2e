//! Changes of the tree: blocks, pages and databases come, move, are trashed, and move the stamps of what is around them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::ids::{Id, IdKind};
use super::payload::filled;
use super::{Body, Node, Parent, Stamp, Workspace};
use crate::PageStamps;
use crate::error::ApiError;
use crate::markdown::Tree;

/// Where among its siblings something new stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Start,
    End,
    After(Id),
}

/// A block that does not exist yet, with canonical payload.
#[derive(Debug, Clone)]
pub(crate) struct NewBlock {
    pub kind: String,
    pub payload: Map<String, Value>,
    pub children: Vec<NewBlock>,
    /// An existing page, database or block that stands here instead of a new one.
    pub existing: Option<Id>,
    /// The id a new block gets; only seeds may wish for one.
    pub wanted: Option<Id>,
}

impl NewBlock {
    /// A block of a validated request.
    pub fn from_request(given: &Value) -> Result<Self, ApiError> {
        let kind = super::column::kind_of(given).unwrap_or_default();
        let empty = Map::new();
        let inner = given.get(kind).and_then(Value::as_object).unwrap_or(&empty);
        let children = inner.get("children").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            kind: kind.to_owned(),
            payload: filled(kind, inner)?,
            children: children.map(Self::from_request).collect::<Result<_, _>>()?,
            existing: None,
            wanted: None,
        })
    }

    pub fn all_from_request(given: Option<&Value>) -> Result<Vec<Self>, ApiError> {
        given.and_then(Value::as_array).into_iter().flatten().map(Self::from_request).collect()
    }

    /// A block read from Markdown or a seed. `is_existing` says which ids stand for something that is there.
    pub fn from_tree(tree: &Tree, is_existing: &dyn Fn(Id) -> bool) -> Result<Self, ApiError> {
        let id = tree.id.as_deref().and_then(super::ids::parse);
        let existing = id.filter(|id| is_existing(*id));
        Ok(Self {
            kind: tree.kind.clone(),
            payload: filled(&tree.kind, &tree.payload)?,
            children: tree
                .children
                .iter()
                .map(|child| Self::from_tree(child, is_existing))
                .collect::<Result<_, _>>()?,
            existing,
            wanted: id.filter(|_| existing.is_none()),
        })
    }

    pub fn count(&self) -> usize {
        1 + self.children.iter().map(Self::count).sum::<usize>()
    }

    /// Refuses what shapes cannot see: rows of the wrong width, rows and columns out of place, children of what takes none.
    pub fn check_under(&self, parent_kind: Option<&str>, width: Option<usize>) -> Result<(), ApiError> {
        match (self.kind.as_str(), parent_kind) {
            ("table_row", Some("table")) => {
                let cells = self.payload.get("cells").and_then(Value::as_array).map_or(0, Vec::len);
                if width.is_some_and(|width| width != cells) {
                    return Err(ApiError::validation(
                        "Number of cells in table row must match the table width of the parent table",
                    ));
                }
            }
            ("table_row", _) => {
                return Err(ApiError::validation("Table row blocks can only be children of table blocks."));
            }
            (_, Some("table")) => {
                return Err(ApiError::validation("Table blocks can only have table row blocks as children."));
            }
            ("column", Some("column_list")) => {}
            ("column", _) => {
                return Err(ApiError::validation("Column blocks can only be children of column list blocks."));
            }
            ("paragraph", Some("tab")) => {}
            (_, Some("tab")) => {
                return Err(ApiError::validation("Tab blocks can only have paragraph blocks as children."));
            }
            (_, Some("column_list")) => {
                return Err(ApiError::validation("Column list blocks can only have column blocks as children."));
            }
            _ => {}
        }
        if !self.children.is_empty() && !super::payload::takes_children(&self.kind, &self.payload) {
            return Err(ApiError::validation(format!("Block of type {} does not support children.", self.kind)));
        }
        let width = table_width(&self.kind, &self.payload);
        self.children.iter().try_for_each(|child| child.check_under(Some(&self.kind), width))
    }
}

/// The cells each row of a table has.
pub(crate) fn table_width(kind: &str, payload: &Map<String, Value>) -> Option<usize> {
    let width = payload.get("table_width").and_then(Value::as_u64)?;
    (kind == "table").then(|| usize::try_from(width).ok()).flatten()
}

impl Workspace {
    fn parent_for(&self, holder: Id) -> Parent {
        match self.node(holder).map(|node| &node.body) {
            Some(Body::Page(_)) => Parent::Page(holder),
            Some(Body::Database(_)) => Parent::Database(holder),
            _ => Parent::Block(holder),
        }
    }

    /// Inserts new blocks with all their children and returns the ids of the first level, in order.
    pub fn insert_blocks(&mut self, holder: Id, place: Place, blocks: Vec<NewBlock>, stamp: Stamp) -> Vec<Id> {
        let by_bot = !self.is_person(stamp.by);
        let parent = self.parent_for(holder);
        let mut ids = Vec::with_capacity(blocks.len());
        for block in blocks {
            let id = match block.existing {
                Some(id) => {
                    self.detach(id);
                    if let Some(node) = self.nodes.get_mut(&id) {
                        node.parent = parent;
                    }
                    id
                }
                None => {
                    let id = block.wanted.unwrap_or_else(|| self.mint(IdKind::Content { by_bot }, stamp.at));
                    let body = Body::Block { kind: block.kind, payload: block.payload };
                    let node =
                        Node { id, parent, body, children: Vec::new(), created: stamp, edited: stamp, in_trash: false };
                    self.nodes.insert(id, node);
                    self.blocks_made += 1;
                    self.insert_blocks(id, Place::End, block.children, stamp);
                    id
                }
            };
            ids.push(id);
        }
        self.place_children(holder, place, &ids);
        ids
    }

    /// Puts nodes into the children of `holder`.
    pub fn place_children(&mut self, holder: Id, place: Place, ids: &[Id]) {
        let Some(node) = self.nodes.get_mut(&holder) else { return };
        let at = match place {
            Place::Start => 0,
            Place::End => node.children.len(),
            Place::After(sibling) => {
                node.children.iter().position(|id| *id == sibling).map_or(node.children.len(), |at| at + 1)
            }
        };
        node.children.splice(at..at, ids.iter().copied());
    }

    /// Takes a node out of where it stands; it keeps what is below it.
    pub fn detach(&mut self, id: Id) {
        let Some(parent) = self.node(id).map(|node| node.parent) else { return };
        match parent {
            Parent::Workspace | Parent::Agent(_) => self.roots.retain(|root| *root != id),
            Parent::DataSource(source) => {
                if let Some(source) = self.data_sources.get_mut(&source) {
                    source.rows.retain(|row| *row != id);
                }
            }
            Parent::Page(holder) | Parent::Block(holder) | Parent::Database(holder) => {
                if let Some(node) = self.nodes.get_mut(&holder) {
                    node.children.retain(|child| *child != id);
                }
            }
        }
    }

    /// Adds a page or database below `parent`.
    pub fn insert_node(&mut self, parent: Parent, place: Place, id: Id, body: Body, stamp: Stamp) {
        let node = Node { id, parent, body, children: Vec::new(), created: stamp, edited: stamp, in_trash: false };
        self.nodes.insert(id, node);
        self.blocks_made += 1;
        self.attach(parent, place, id);
    }

    /// Puts an existing node below `parent`.
    pub fn attach(&mut self, parent: Parent, place: Place, id: Id) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.parent = parent;
        }
        match parent {
            Parent::Workspace | Parent::Agent(_) => self.roots.push(id),
            Parent::DataSource(source) => self.start_row(source, id),
            Parent::Page(holder) | Parent::Block(holder) | Parent::Database(holder) => {
                self.place_children(holder, place, &[id]);
            }
        }
    }

    pub fn set_trash(&mut self, id: Id, in_trash: bool) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.in_trash = in_trash;
        }
    }

    pub fn touch(&mut self, id: Id, stamp: Stamp) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.edited = stamp;
        }
    }

    /// Moves the stamps after an edit of blocks in `holder`. Returns the page whose stamp moved, if one did.
    pub fn touch_around(&mut self, holder: Id, stamp: Stamp, rule: PageStamps) -> Option<Id> {
        self.touch(holder, stamp);
        let page = self.page_of(holder)?;
        if page == holder || rule == PageStamps::Page {
            self.touch(page, stamp);
            return Some(page);
        }
        if let PageStamps::Later(delay) = rule {
            let delay = SignedDuration::try_from(delay).unwrap_or(SignedDuration::ZERO);
            self.late_stamps.push((stamp.at.checked_add(delay).unwrap_or(stamp.at), page, stamp));
        }
        None
    }

    /// Moves the stamps that were to follow by now. Returns the pages whose stamps moved.
    pub fn settle_stamps(&mut self, now: Timestamp) -> Vec<Id> {
        let (due, later) = std::mem::take(&mut self.late_stamps).into_iter().partition(|(at, ..)| *at <= now);
        self.late_stamps = later;
        let due: Vec<(Timestamp, Id, Stamp)> = due;
        for (_, page, stamp) in &due {
            if self.node(*page).is_some_and(|node| node.edited.at < stamp.at) {
                self.touch(*page, *stamp);
            }
        }
        due.into_iter().map(|(_, page, _)| page).collect()
    }

    /// Empties a page: what was on it goes to the trash.
    pub fn erase(&mut self, page: Id) {
        let children = self.node(page).map(|node| node.children.clone()).unwrap_or_default();
        for child in children {
            self.set_trash(child, true);
        }
    }

    /// Living pages and databases below a node, as blocks of its body (rows not counted).
    pub fn pages_in(&self, holder: Id) -> Vec<Id> {
        let mut found = Vec::new();
        let mut open: Vec<Id> = self.node(holder).map(|node| node.children.clone()).unwrap_or_default();
        while let Some(id) = open.pop() {
            let Some(node) = self.node(id).filter(|node| !node.in_trash) else { continue };
            match node.body {
                Body::Block { .. } => open.extend(node.children.iter()),
                Body::Page(_) | Body::Database(_) => found.push(id),
            }
        }
        found
    }
}
