//! Text → trees, as the service takes it from clients. Its own output is a special case of that.
//!
//! Lines are read once. Tags open and close *frames*; inside a frame, a line deeper than the one before is its child, however deep.

mod leaves;

use serde_json::{Value, json};

use super::address::{block_in, colour_to_json, icon_to_json, page_in};
use super::attributes::{BlockAttributes, Tag, split_list, tag};
use super::inline::rich;
use super::payload::{self, Payload, keep, object};
use super::{DEEPEST, ReadOptions, Tree, markers};

/// Columns a tab stands for.
const TAB: usize = 4;

/// Reads a page's text. Every text is some page: what is no markup is paragraphs.
pub fn read(text: &str, options: &ReadOptions<'_>) -> Vec<Tree> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader {
        options,
        lines: text.split('\n').collect(),
        at: 0,
        pending: Vec::new(),
        nodes: Vec::new(),
        frames: vec![Frame::new(None, "")],
        roots: Vec::new(),
    };
    loop {
        if let Some((column, text)) = reader.pending.pop() {
            reader.line(column, text);
        } else if let Some(line) = reader.next() {
            let (column, text) = indent(line);
            reader.line(column, text);
        } else {
            break;
        }
    }
    while reader.frames.len() > 1 {
        reader.close();
    }
    reader.trees()
}

/// Column and text of a line.
fn indent(line: &str) -> (usize, &str) {
    let text = line.trim_start_matches([' ', '\t']);
    let lead = line.strip_suffix(text).unwrap_or_default();
    let column = lead.chars().map(|c| if c == '\t' { TAB } else { 1 }).sum();
    (column, text)
}

struct Node {
    tree: Tree,
    children: Vec<usize>,
    parent: Option<usize>,
    depth: usize,
}

/// An open tag, or the page itself.
struct Frame {
    node: Option<usize>,
    name: &'static str,
    /// Columns and nodes of the lines that may still get children.
    levels: Vec<(usize, usize)>,
}

impl Frame {
    fn new(node: Option<usize>, name: &'static str) -> Self {
        Self { node, name, levels: Vec::new() }
    }
}

struct Reader<'a> {
    options: &'a ReadOptions<'a>,
    lines: Vec<&'a str>,
    at: usize,
    /// Parts of a line that is more than one block, the next one last.
    pending: Vec<(usize, &'a str)>,
    nodes: Vec<Node>,
    /// Never empty: the first is the page.
    frames: Vec<Frame>,
    roots: Vec<usize>,
}

const CONTAINERS: [&str; 8] =
    ["callout", "details", "columns", "column", "tabs", "tab", "synced_block", "synced_block_reference"];
const SECTIONS: [&str; 3] = ["summary", "notes", "transcript"];

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.at).copied();
        self.at += 1;
        line
    }

    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    fn frame_name(&self) -> &'static str {
        self.frames.last().map_or("", |frame| frame.name)
    }

    fn line(&mut self, column: usize, text: &'a str) {
        if text.is_empty() {
            return;
        }
        if let Some(info) = text.strip_prefix("```")
            && !info.trim_start_matches('`').contains('`')
        {
            return self.code(column, info);
        }
        if text.trim_end() == "$$" {
            return self.equation(column);
        }
        if let Some(parsed) = tag(text)
            && self.tag_line(column, text, &parsed)
        {
            return;
        }
        if self.pipe_table(column, text) || self.old_callout(column, text) {
            return;
        }
        match text {
            "<empty-block/>" => {
                let payload = payload::paragraph(Vec::new(), &BlockAttributes::default());
                self.add(column, "paragraph", payload, None);
            }
            "---" => {
                self.add(column, "divider", Payload::new(), None);
            }
            _ => {
                if !self.image(column, text) {
                    self.text_line(column, text);
                }
            }
        }
    }

    fn text_line(&mut self, column: usize, text: &str) {
        let (kind, is_checked, rest) = markers::marker(text).unwrap_or(("paragraph", false, text));
        let (rest, attributes) = split_list(rest);
        let rich = rich(rest, self.options);
        let mut payload = payload::text(rich, &attributes);
        match kind {
            "paragraph" => {
                payload.insert("icon".to_owned(), Value::Null);
            }
            "to_do" => {
                payload.insert("checked".to_owned(), json!(is_checked));
            }
            "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
                payload.insert("is_toggleable".to_owned(), json!(attributes.is_toggle));
            }
            _ => {}
        }
        self.add(column, kind, payload, None);
    }

    /// Puts a block where its column says and gives its node.
    fn add(&mut self, column: usize, kind: &str, payload: Payload, id: Option<String>) -> usize {
        let can_nest = match kind {
            "paragraph" | "bulleted_list_item" | "numbered_list_item" | "to_do" | "quote" => true,
            _ => payload.get("is_toggleable") == Some(&Value::Bool(true)),
        };
        let index = self.nodes.len();
        let mut parent = None;
        if let Some(frame) = self.frames.last_mut() {
            while frame.levels.last().is_some_and(|(at, _)| *at >= column) {
                frame.levels.pop();
            }
            parent = frame.levels.last().map(|(_, node)| *node).or(frame.node);
        }
        let mut depth = parent.and_then(|parent| self.nodes.get(parent)).map_or(0, |parent| parent.depth + 1);
        if depth >= DEEPEST {
            parent = parent.and_then(|parent| self.nodes.get(parent)).and_then(|parent| parent.parent);
            depth = DEEPEST - 1;
        }
        if can_nest
            && depth + 1 < DEEPEST
            && let Some(frame) = self.frames.last_mut()
        {
            frame.levels.push((column, index));
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

    /// A line that starts with a tag. `false` if it is text after all.
    fn tag_line(&mut self, column: usize, text: &'a str, parsed: &Tag<'a>) -> bool {
        let rest = text.get(parsed.len..).unwrap_or_default();
        let name = parsed.name;
        if parsed.is_closing {
            return self.closing_tag(column, name, rest);
        }
        match name {
            "table" if !parsed.is_self_closed => {
                self.table(column, parsed, rest);
                true
            }
            "table_of_contents" if rest.trim().is_empty() => {
                let colour = parsed.get("color").and_then(colour_to_json);
                let colour = colour.as_deref().unwrap_or("default");
                self.add(column, name, object(json!({"color": colour})), None);
                true
            }
            "unknown" if rest.trim().is_empty() => self.unknown(column, parsed),
            "video" | "audio" | "file" | "pdf" => self.media(column, parsed, rest),
            "page" | "database" => self.child(column, parsed, rest),
            "embed" if parsed.has("src") => {
                let url = parsed.get("src").unwrap_or_default();
                self.add(column, "embed", object(json!({"url": url, "caption": []})), None);
                true
            }
            "summary" if self.frame_name() == "details" => self.summary(column, rest),
            _ if parsed.is_self_closed => false,
            _ => self.opening_tag(column, parsed, rest),
        }
    }

    fn opening_tag(&mut self, column: usize, parsed: &Tag<'a>, rest: &'a str) -> bool {
        let is_section = SECTIONS.contains(&parsed.name) && self.frame_name() == "meeting-notes";
        let Some(name) = CONTAINERS
            .into_iter()
            .chain(["meeting-notes"])
            .chain(SECTIONS.into_iter().filter(|_| is_section))
            .find(|name| *name == parsed.name)
        else {
            return false;
        };
        let url = parsed.get("url").or_else(|| parsed.get("readOnlyViewMeetingNoteUrl"));
        let page = url.and_then(page_in);
        let icon = parsed.get("icon").map_or(Value::Null, icon_to_json);
        let colour = parsed.get("color").and_then(colour_to_json);
        let colour = colour.as_deref().unwrap_or("default");
        let (kind, payload, id) = match name {
            "callout" => ("callout", json!({"rich_text": [], "icon": icon, "color": colour}), None),
            "details" => ("toggle", json!({"rich_text": [], "color": colour}), None),
            "columns" => ("column_list", json!({}), None),
            "column" => ("column", column_payload(parsed.get("ratio")), None),
            "tabs" => ("tab", json!({}), None),
            "tab" => ("paragraph", json!({"rich_text": [], "color": "default", "icon": icon}), None),
            "synced_block" => ("synced_block", json!({"synced_from": null}), url.and_then(block_in)),
            "synced_block_reference" => {
                let source = url.and_then(block_in);
                ("synced_block", json!({"synced_from": {"type": "block_id", "block_id": source}}), None)
            }
            "meeting-notes" => ("meeting_notes", json!({"title": [], "status": "notes_ready"}), url.and_then(block_in)),
            _ => ("paragraph", json!({"rich_text": [], "color": "default", "icon": null}), None),
        };
        let mut payload = object(payload);
        match name {
            "synced_block_reference" => keep(&mut payload, json!({"page": page, "notice": parsed.get("notice")})),
            "synced_block" | "meeting-notes" => keep(&mut payload, json!({"page": page})),
            "summary" | "notes" | "transcript" => keep(&mut payload, json!({"section": name})),
            "column" => {
                let shown = payload.get("width_ratio").and_then(Value::as_f64).map(|ratio| (ratio * 100.0).to_string());
                if shown.as_deref() != parsed.get("ratio") {
                    keep(&mut payload, json!({"ratio": parsed.get("ratio")}));
                }
            }
            _ => {}
        }
        if self.depth() + 2 >= DEEPEST {
            return false;
        }
        let node = self.add(column, kind, payload, id);
        self.frames.push(Frame::new(Some(node), name));
        self.rest(column + TAB, rest);
        true
    }

    /// Depth of the innermost open frame.
    fn depth(&self) -> usize {
        let frame = self.frames.last().and_then(|frame| {
            let level = frame.levels.last().map(|(_, node)| *node);
            level.or(frame.node)
        });
        frame.and_then(|node| self.nodes.get(node)).map_or(0, |node| node.depth)
    }

    /// What stands on a tag's line after it: the first child, and maybe the end of the frame.
    fn rest(&mut self, column: usize, rest: &'a str) {
        let rest = rest.trim_matches([' ', '\t']);
        let name = self.frame_name();
        let inner = rest
            .strip_suffix('>')
            .and_then(|rest| rest.strip_suffix(name))
            .and_then(|rest| rest.strip_suffix("</"))
            .filter(|_| !name.is_empty());
        match inner {
            Some(inner) => {
                self.pending.push((column, rest.get(inner.len()..).unwrap_or_default()));
                self.pending.push((column, inner));
            }
            None => self.pending.push((column, rest)),
        }
    }

    fn closing_tag(&mut self, column: usize, name: &str, rest: &'a str) -> bool {
        let known = CONTAINERS.contains(&name)
            || SECTIONS.contains(&name)
            || matches!(name, "meeting-notes" | "table" | "video" | "audio" | "file" | "pdf");
        if !known {
            return false;
        }
        if let Some(depth) = self.frames.iter().rposition(|frame| frame.name == name) {
            while self.frames.len() > depth.max(1) {
                self.close();
            }
        } else if !rest.trim().is_empty() {
            return false;
        }
        self.pending.push((column, rest.trim_matches([' ', '\t'])));
        true
    }

    /// Closes the innermost frame: first lines become titles.
    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(index) = frame.node else { return };
        let key = match frame.name {
            "callout" | "tab" => "rich_text",
            "meeting-notes" => "title",
            _ => return,
        };
        let Some(first) = self.nodes.get(index).and_then(|node| node.children.first().copied()) else {
            return;
        };
        let Some(line) = self.nodes.get(first) else { return };
        let is_tab = frame.name == "tab";
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

    fn summary(&mut self, column: usize, rest: &'a str) -> bool {
        let (title, after) = match rest.split_once("</summary>") {
            Some((title, after)) => (title, after),
            None => (rest, ""),
        };
        let text = rich(title, self.options);
        let node = self.frames.last().and_then(|frame| frame.node);
        if let Some(node) = node.and_then(|node| self.nodes.get_mut(node)) {
            let is_first = node.children.is_empty() && node.tree.payload.get("rich_text") == Some(&json!([]));
            if !is_first {
                return false;
            }
            node.tree.payload.insert("rich_text".to_owned(), json!(text));
        }
        self.rest(column, after);
        true
    }

    /// `::: callout {icon="…" color="…"}` … `:::`, an older form that is still taken.
    fn old_callout(&mut self, column: usize, text: &'a str) -> bool {
        let Some(rest) = text.strip_prefix(":::") else { return false };
        let rest = rest.trim();
        if rest.is_empty() && self.frame_name() == "callout" {
            self.close();
            return true;
        }
        let Some(list) = rest.strip_prefix("callout") else { return false };
        let list = list.trim().trim_start_matches('{').trim_end_matches('}');
        let line = format!("<callout {list}>").replace(" >", ">");
        let Some(parsed) = tag(&line) else { return false };
        let icon = parsed.get("icon").map_or(Value::Null, icon_to_json);
        let colour = parsed.get("color").and_then(colour_to_json);
        let colour = colour.as_deref().unwrap_or("default");
        if self.depth() + 2 >= DEEPEST {
            return false;
        }
        let payload = object(json!({"rich_text": [], "icon": icon, "color": colour}));
        let node = self.add(column, "callout", payload, None);
        self.frames.push(Frame::new(Some(node), "callout"));
        true
    }

    /// The finished trees. Children always follow their parents in `nodes`, so one pass from the back assembles them.
    fn trees(mut self) -> Vec<Tree> {
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
}

fn column_payload(ratio: Option<&str>) -> Value {
    match ratio.and_then(|ratio| ratio.parse::<f64>().ok()).filter(|ratio| ratio.is_finite()) {
        Some(ratio) => json!({"width_ratio": ratio / 100.0}),
        None => json!({}),
    }
}
