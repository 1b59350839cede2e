//! Text → trees, as the service takes it from clients. Its own output is a special case of that.
//!
//! Lines are read once. Tags open and close *frames*; inside a frame, a line deeper than the one before is its child, however deep.

mod leaves;

pub(super) use leaves::{image, outdent};

use serde_json::{Value, json};

use super::address::colour_to_json;
use super::attributes::{BlockAttributes, Tag, split_list, tag};
use super::forest::Forest;
use super::inline::rich;
use super::payload::{self, Payload, container, object};
use super::{ReadOptions, Tree, markers};

/// Columns a tab stands for.
const TAB: usize = 4;

/// Reads a page's text.
pub(super) fn read(text: &str, options: &ReadOptions<'_>) -> Vec<Tree> {
    let mut reader =
        Reader { options, lines: text.split('\n').collect(), at: 0, pending: Vec::new(), forest: Forest::new() };
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
    while reader.close() {}
    reader.forest.trees()
}

/// Column and text of a line.
pub(super) fn indent(line: &str) -> (usize, &str) {
    let text = line.trim_start_matches([' ', '\t']);
    let lead = line.strip_suffix(text).unwrap_or_default();
    let column = lead.chars().map(|c| if c == '\t' { TAB } else { 1 }).sum();
    (column, text)
}

struct Reader<'a> {
    options: &'a ReadOptions<'a>,
    lines: Vec<&'a str>,
    at: usize,
    /// Parts of a line that is more than one block, the next one last.
    pending: Vec<(usize, &'a str)>,
    forest: Forest,
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
        self.forest.add(column, kind, payload, id, can_nest.then_some(column))
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
            "summary" if self.forest.frame_name() == "details" => self.summary(column, rest),
            _ if parsed.is_self_closed => false,
            _ => self.opening_tag(column, parsed, rest),
        }
    }

    fn opening_tag(&mut self, column: usize, parsed: &Tag<'a>, rest: &'a str) -> bool {
        let is_section = SECTIONS.contains(&parsed.name) && self.forest.frame_name() == "meeting-notes";
        let Some(name) = CONTAINERS
            .into_iter()
            .chain(["meeting-notes"])
            .chain(SECTIONS.into_iter().filter(|_| is_section))
            .find(|name| *name == parsed.name)
        else {
            return false;
        };
        let (kind, payload, id) = container(name, parsed);
        if !self.forest.has_room() {
            return false;
        }
        let node = self.add(column, kind, payload, id);
        self.forest.open(Some(node), name);
        self.rest(column + TAB, rest);
        true
    }

    /// What stands on a tag's line after it: the first child, and maybe the end of the frame.
    fn rest(&mut self, column: usize, rest: &'a str) {
        let rest = rest.trim_matches([' ', '\t']);
        let name = self.forest.frame_name();
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
        if let Some(depth) = self.forest.frames().iter().rposition(|frame| frame.name == name) {
            while self.forest.frames().len() > depth.max(1) && self.close() {}
        } else if !rest.trim().is_empty() {
            return false;
        }
        self.pending.push((column, rest.trim_matches([' ', '\t'])));
        true
    }

    /// Closes the innermost frame, if any is open: first lines become titles.
    fn close(&mut self) -> bool {
        let Some(frame) = self.forest.pop() else { return false };
        if let Some(index) = frame.node {
            self.forest.title_of_first_line(index, frame.name);
        }
        true
    }

    fn summary(&mut self, column: usize, rest: &'a str) -> bool {
        let (title, after) = match rest.split_once("</summary>") {
            Some((title, after)) => (title, after),
            None => (rest, ""),
        };
        let text = rich(title, self.options);
        let node = self.forest.frame_node();
        if let Some(node) = node.and_then(|node| self.forest.node_mut(node)) {
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
        if rest.is_empty() && self.forest.frame_name() == "callout" {
            self.close();
            return true;
        }
        let Some(list) = rest.strip_prefix("callout") else { return false };
        let list = list.trim().trim_start_matches('{').trim_end_matches('}');
        let line = format!("<callout {list}>").replace(" >", ">");
        let Some(parsed) = tag(&line) else { return false };
        if !self.forest.has_room() {
            return false;
        }
        let (kind, payload, _) = container("callout", &parsed);
        let node = self.add(column, kind, payload, None);
        self.forest.open(Some(node), "callout");
        true
    }
}
