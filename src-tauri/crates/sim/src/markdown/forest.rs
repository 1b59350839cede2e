//! The blocks of a text being read: an arena of nodes, and the open containers new ones are put into.

use serde_json::json;

use super::payload::Payload;
use super::{DEEPEST, Tree};

pub(super) struct Node {
    pub tree: Tree,
    pub children: Vec<usize>,
    parent: Option<usize>,
    depth: usize,
}

/// An open tag, or the page itself.
pub(super) struct Frame {
    pub node: Option<usize>,
    pub name: &'static str,
    /// Columns that a line has to be beyond to be a child, and the nodes that would get it.
    levels: Vec<(usize, usize)>,
}

pub(super) struct Forest {
    nodes: Vec<Node>,
    /// Never empty: the first is the page.
    frames: Vec<Frame>,
    roots: Vec<usize>,
}

impl Forest {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::new(), frames: vec![Frame { node: None, name: "", levels: Vec::new() }], roots: Vec::new() }
    }

    pub(super) fn node_mut(&mut self, index: usize) -> Option<&mut Node> {
        self.nodes.get_mut(index)
    }

    pub(super) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    pub(super) fn frame_name(&self) -> &'static str {
        self.frames.last().map_or("", |frame| frame.name)
    }

    pub(super) fn frame_node(&self) -> Option<usize> {
        self.frames.last().and_then(|frame| frame.node)
    }

    /// Whether a container could still be opened here without going too deep.
    pub(super) fn has_room(&self) -> bool {
        self.depth() + 2 < DEEPEST
    }

    /// Opens a frame whose blocks go into `node`, or onto the page.
    pub(super) fn open(&mut self, node: Option<usize>, name: &'static str) {
        self.frames.push(Frame { node, name, levels: Vec::new() });
    }

    /// Takes the innermost frame off; the page's own stays.
    pub(super) fn pop(&mut self) -> Option<Frame> {
        if self.frames.len() > 1 { self.frames.pop() } else { None }
    }

    /// What a block at a column would be a child of; what is not left of it gets no more children.
    pub(super) fn parent_at(&mut self, column: usize) -> Option<usize> {
        let frame = self.frames.last_mut()?;
        while frame.levels.last().is_some_and(|(at, _)| *at >= column) {
            frame.levels.pop();
        }
        frame.levels.last().map(|(_, node)| *node).or(frame.node)
    }

    /// Puts a block where its column says and gives its node. Lines beyond the column `nest` become its children.
    pub(super) fn add(
        &mut self,
        column: usize,
        kind: &str,
        payload: Payload,
        id: Option<String>,
        nest: Option<usize>,
    ) -> usize {
        let index = self.nodes.len();
        let mut parent = self.parent_at(column);
        let mut depth = parent.and_then(|parent| self.nodes.get(parent)).map_or(0, |parent| parent.depth + 1);
        if depth >= DEEPEST {
            parent = parent.and_then(|parent| self.nodes.get(parent)).and_then(|parent| parent.parent);
            depth = DEEPEST - 1;
        }
        if let Some(nest) = nest
            && depth + 1 < DEEPEST
            && let Some(frame) = self.frames.last_mut()
        {
            frame.levels.push((nest, index));
        }
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.children.push(index),
            None => self.roots.push(index),
        }
        self.nodes.push(Node {
            tree: Tree { id, kind: kind.to_owned(), payload, children: Vec::new() },
            children: Vec::new(),
            parent,
            depth,
        });
        index
    }

    /// Adds a finished tree with everything below it.
    pub(super) fn graft(&mut self, column: usize, tree: Tree) {
        let index = self.add(column, &tree.kind, tree.payload, tree.id, None);
        self.graft_below(index, tree.children);
    }

    /// Adds finished trees as the last children of a node.
    pub(super) fn graft_below(&mut self, index: usize, trees: Vec<Tree>) {
        let mut waiting: Vec<(usize, Tree)> = trees.into_iter().rev().map(|tree| (index, tree)).collect();
        while let Some((parent, tree)) = waiting.pop() {
            let depth = self.nodes.get(parent).map_or(0, |node| node.depth) + 1;
            let child = self.nodes.len();
            let Tree { id, kind, payload, children } = tree;
            waiting.extend(children.into_iter().rev().map(|tree| (child, tree)));
            self.nodes.push(Node {
                tree: Tree { id, kind, payload, children: Vec::new() },
                children: Vec::new(),
                parent: Some(parent),
                depth,
            });
            if let Some(parent) = self.nodes.get_mut(parent) {
                parent.children.push(child);
            }
        }
    }

    /// Depth of the innermost open level.
    fn depth(&self) -> usize {
        let frame = self.frames.last().and_then(|frame| {
            let level = frame.levels.last().map(|(_, node)| *node);
            level.or(frame.node)
        });
        frame.and_then(|node| self.nodes.get(node)).map_or(0, |node| node.depth)
    }

    /// The finished trees. Children always follow their parents in `nodes`, so one pass from the back assembles them.
    pub(super) fn trees(mut self) -> Vec<Tree> {
        let mut done: Vec<Option<Tree>> = Vec::new();
        done.resize_with(self.nodes.len(), || None);
        for index in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.pop() else { break };
            let mut tree = node.tree;
            tree.children =
                node.children.into_iter().filter_map(|child| done.get_mut(child).and_then(Option::take)).collect();
            if let Some(slot) = done.get_mut(index) {
                *slot = Some(tree);
            }
        }
        self.roots.into_iter().filter_map(|root| done.get_mut(root).and_then(Option::take)).collect()
    }

    /// Makes a container's first line its title, where it is a plain one. `name` is the tag's.
    pub(super) fn title_of_first_line(&mut self, index: usize, name: &str) {
        let key = match name {
            "callout" | "tab" => "rich_text",
            "meeting-notes" => "title",
            _ => return,
        };
        let Some(first) = self.nodes.get(index).and_then(|node| node.children.first().copied()) else {
            return;
        };
        let Some(line) = self.nodes.get(first) else { return };
        let is_tab = name == "tab";
        let has_text = line.tree.payload.get("rich_text").is_some_and(|text| text != &json!([]));
        let is_plain = line.tree.kind == "paragraph"
            && line.tree.payload.get("color") == Some(&json!("default"))
            && !line.tree.payload.contains_key(super::MARKDOWN_ONLY)
            && (line.children.is_empty() || is_tab)
            && (has_text || is_tab);
        if !is_plain {
            return;
        }
        let text = line.tree.payload.get("rich_text").cloned().unwrap_or_default();
        let below = line.children.clone();
        if let Some(node) = self.nodes.get_mut(index) {
            node.tree.payload.insert(key.to_owned(), text);
            node.children.splice(..1, below);
        }
    }
}
