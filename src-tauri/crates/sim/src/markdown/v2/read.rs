//! Text → trees, as CommonMark reads blocks, with tags around those that have children.
//!
//! One line at a time. The text of a block stays open until a blank line or another block ends it. Tags open frames; the first text in
//! most of them is the title. Columns matter to the items of lists alone.

use serde_json::json;

use super::super::attributes::{BlockAttributes, Tag, tag};
use super::super::forest::Forest;
use super::super::inline::rich;
use super::super::payload::{self, Payload, container, object};
use super::super::read::{image, indent};
use super::super::{ReadOptions, Tree};
use super::lines::{Marked, fence, find_tag, is_divider, marked, quoted, underline};
use super::{in_first, table};

/// Quotes inside each other, by signs, beyond which the signs are text.
const DEEPEST_QUOTE: usize = 6;

/// Reads a page's text. Line ends are `\n`.
pub(in super::super) fn read(text: &str, options: &ReadOptions<'_>) -> Vec<Tree> {
    parse(text, options, 0)
}

fn parse(text: &str, options: &ReadOptions<'_>, quotes: usize) -> Vec<Tree> {
    let mut reader = Reader {
        options,
        quotes,
        lines: text.split('\n').collect(),
        at: 0,
        pending: Vec::new(),
        forest: Forest::new(),
        open: None,
        frames: vec![Inside::default()],
    };
    loop {
        if let Some((column, text)) = reader.pending.pop() {
            if !text.trim_matches([' ', '\t']).is_empty() {
                reader.line(column, text);
            }
        } else if let Some(line) = reader.next() {
            let (column, text) = indent(line);
            if text.is_empty() {
                reader.blank();
            } else {
                reader.line(column, line);
            }
        } else {
            break;
        }
    }
    reader.flush(0);
    reader.forest.trees()
}

/// What a frame knows beside its blocks.
#[derive(Default)]
struct Inside {
    column: usize,
    awaits_title: bool,
    /// Blank lines between the tag and its title.
    leading: usize,
    /// How the items of a list are numbered.
    format: Option<&'static str>,
}

/// Where the text that is being read will go.
enum Target {
    /// Into a container, every space of it.
    Title(usize),
    /// Into an item of a list at a column.
    Item(usize, usize),
    /// Into a paragraph of its own.
    Paragraph(usize),
}

struct Open<'a> {
    target: Target,
    lines: Vec<&'a str>,
    blanks: usize,
    leading: usize,
}

pub(super) struct Reader<'a> {
    pub(super) options: &'a ReadOptions<'a>,
    quotes: usize,
    lines: Vec<&'a str>,
    at: usize,
    /// Parts of a line that is more than one block, the next one last.
    pending: Vec<(usize, &'a str)>,
    pub(super) forest: Forest,
    open: Option<Open<'a>>,
    /// One for each frame of the forest.
    frames: Vec<Inside>,
}

/// Tags that hold blocks. The first text in the first of them is a title.
const TITLED: [&str; 12] =
    ["p", "h1", "h2", "h3", "h4", "quote", "toggle", "li", "todo", "callout", "tab", "meeting-notes"];
const UNTITLED: [&str; 10] = [
    "ul",
    "ol",
    "columns",
    "column",
    "tabs",
    "synced-block",
    "synced-block-reference",
    "meeting-notes-section-summary",
    "meeting-notes-section-notes",
    "meeting-notes-section-transcript",
];

impl<'a> Reader<'a> {
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.at).copied();
        self.at += 1;
        line
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    /// Puts what follows on the same line back, to be read next.
    pub(super) fn put_back(&mut self, column: usize, text: &'a str) {
        self.pending.push((column, text));
    }

    fn blank(&mut self) {
        match (&mut self.open, self.frames.last_mut()) {
            (Some(open), _) => open.blanks += 1,
            (None, Some(frame)) if frame.awaits_title => frame.leading += 1,
            _ => {}
        }
    }

    /// Puts a block where its column says and gives its node.
    pub(super) fn add(&mut self, column: usize, kind: &str, payload: Payload, id: Option<String>) -> usize {
        if let Some(frame) = self.frames.last_mut() {
            frame.awaits_title = false;
        }
        let is_item = matches!(kind, "bulleted_list_item" | "numbered_list_item" | "to_do");
        self.forest.add(column, kind, payload, id, is_item.then_some(column + 1))
    }

    fn line(&mut self, column: usize, raw: &'a str) {
        let text = raw.trim_start_matches([' ', '\t']);
        let continued = self.open.as_ref().filter(|open| open.blanks == 0).map(|open| &open.target);
        let is_item = matches!(continued, Some(Target::Item(..)));
        let is_paragraph = matches!(continued, Some(Target::Paragraph(_)));
        let is_continued = continued.is_some();

        if let Some(fence) = fence(text) {
            self.flush(0);
            return self.code(column, fence);
        }
        if text.trim_end() == "$$" {
            self.flush(0);
            return self.equation(column);
        }
        if let Some(parsed) = tag(text)
            && self.tag_line(column, text, &parsed)
        {
            return;
        }
        if let Some((before, after)) = self.end_of_frame(raw).and_then(|end| raw.split_at_checked(end)) {
            self.pending.push((column, after));
            if !before.trim_matches([' ', '\t']).is_empty() {
                self.pending.push((column, before));
            } else if self.awaits_title() {
                self.plain(column, before);
            }
            return;
        }
        if is_paragraph && let Some(kind) = underline(text) {
            let lines = self.open.take().map(|open| open.lines).unwrap_or_default();
            return self.heading(column, kind, &joined(&lines));
        }
        if is_divider(text) {
            self.flush(0);
            self.add(column, "divider", Payload::new(), None);
            return;
        }
        if let Some(line) = quoted(text).filter(|_| self.quotes < DEEPEST_QUOTE) {
            self.flush(0);
            return self.quote(column, line);
        }
        if let Some(line) = marked(text) {
            // In the middle of a paragraph only a list's first item is one.
            let interrupts = !is_continued
                || is_item
                || line.kind.starts_with("heading")
                || (!line.text.is_empty() && line.number.is_none_or(|number| number == "1"));
            if interrupts {
                self.flush(0);
                return self.marked(column, text, line);
            }
        }
        if self.pipe_table(column, text) {
            return;
        }
        if !is_continued && let Some((caption, url)) = image(text.trim_end_matches([' ', '\t'])) {
            self.flush(0);
            let payload = payload::media("image", url, rich(caption, self.options));
            self.add(column, "image", payload, None);
            return;
        }
        self.plain(column, raw);
    }

    fn heading(&mut self, column: usize, kind: &str, text: &str) {
        let mut payload = payload::text(rich(text, self.options), &BlockAttributes::default());
        payload.insert("is_toggleable".to_owned(), json!(false));
        self.add(column, kind, payload, None);
    }

    fn marked(&mut self, column: usize, whole: &'a str, line: Marked<'a>) {
        if line.kind.starts_with("heading") {
            return self.heading(column, line.kind, line.text);
        }
        let mut payload = payload::text(Vec::new(), &BlockAttributes::default());
        if line.kind == "to_do" {
            payload.insert("checked".to_owned(), json!(line.is_checked));
        }
        let node = self.add(column, line.kind, payload, None);
        let text = line.text.trim_start_matches([' ', '\t']);
        let inner = column + (whole.len() - text.len()).max(2);
        // Other blocks than text are children of an item without text.
        let is_block = fence(text).is_some() || is_divider(text) || quoted(text).is_some() || marked(text).is_some();
        if is_block && line.kind != "to_do" {
            self.pending.push((inner, text));
            return;
        }
        let lines = if text.is_empty() { Vec::new() } else { vec![text] };
        self.open = Some(Open { target: Target::Item(node, column), lines, blanks: 0, leading: 0 });
    }

    /// Where a line holds the end of the tag it is in, or what comes after that tag's own text.
    fn end_of_frame(&self, raw: &str) -> Option<usize> {
        let name = self.forest.frame_name();
        let end = if name.is_empty() { None } else { find_tag(raw, &format!("</{name}>")) };
        let section = if name == "meeting-notes" { find_tag(raw, "<meeting-notes-section-") } else { None };
        end.into_iter().chain(section).min()
    }

    fn awaits_title(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.awaits_title)
    }

    fn plain(&mut self, column: usize, raw: &'a str) {
        if let Some(open) = &mut self.open
            && open.blanks == 0
        {
            // An item without text takes what is deeper, nothing else.
            let is_apart = matches!(open.target, Target::Item(_, at) if open.lines.is_empty() && column <= at);
            if !is_apart {
                open.lines.push(raw);
                return;
            }
        }
        self.flush(0);
        let node = self.forest.frame_node();
        let target = match (node, self.frames.last_mut()) {
            (Some(node), Some(frame)) if frame.awaits_title => {
                frame.awaits_title = false;
                Target::Title(node)
            }
            _ => Target::Paragraph(column),
        };
        let leading = match target {
            Target::Title(_) => self.frames.last().map_or(0, |frame| frame.leading),
            _ => 0,
        };
        self.open = Some(Open { target, lines: vec![raw], blanks: 0, leading });
    }

    /// Ends the open text. Blank lines between it and the tags around it are stray whitespace in it.
    fn flush(&mut self, trailing: usize) {
        let Some(open) = self.open.take() else { return };
        let trailing = "\\\n".repeat(trailing);
        match open.target {
            Target::Title(node) => {
                let column = self.frames.last().map_or(0, |frame| frame.column);
                let lines: Vec<&str> = open.lines.iter().map(|line| outdented(line, column)).collect();
                let mut text = format!("{}{}", "\\\n".repeat(open.leading), lines.join("\n"));
                end_break(&mut text);
                text.push_str(&trailing);
                self.set_text(node, &text);
            }
            Target::Item(node, _) => self.set_text(node, &joined(&open.lines)),
            Target::Paragraph(column) => {
                let rich = rich(&format!("{}{trailing}", joined(&open.lines)), self.options);
                self.add(column, "paragraph", payload::paragraph(rich, &BlockAttributes::default()), None);
            }
        }
    }

    fn set_text(&mut self, node: usize, text: &str) {
        let text = rich(text, self.options);
        if let Some(node) = self.forest.node_mut(node) {
            let key = if node.tree.kind == "meeting_notes" { "title" } else { "rich_text" };
            node.tree.payload.insert(key.to_owned(), json!(text));
        }
    }

    /// A line that starts with a tag. `false` if it is text after all.
    fn tag_line(&mut self, column: usize, text: &'a str, parsed: &Tag<'a>) -> bool {
        let rest = text.get(parsed.len..).unwrap_or_default();
        if parsed.is_closing {
            return self.closing_tag(column, parsed.name, rest);
        }
        if parsed.name == "p" && parsed.is_self_closed && parsed.attributes.is_empty() && self.awaits_title() {
            // An empty title, said in so many words.
            if let Some(frame) = self.frames.last_mut() {
                frame.awaits_title = false;
            }
            self.pending.push((column, rest));
            return true;
        }
        if self.element(column, parsed, rest) {
            return true;
        }
        let Some(name) = TITLED.into_iter().chain(UNTITLED).find(|name| *name == parsed.name) else {
            return false;
        };
        if !self.forest.has_room() {
            return false;
        }
        self.flush(0);
        self.container(column, name, parsed, rest);
        true
    }

    /// Ends the open text before a block that is no text.
    pub(super) fn settle(&mut self) {
        self.flush(0);
    }

    fn container(&mut self, column: usize, name: &'static str, parsed: &Tag<'a>, rest: &'a str) {
        let format = match (name, parsed.get("type")) {
            ("ol", Some("a" | "A")) => Some("letters"),
            ("ol", Some("i" | "I")) => Some("roman"),
            _ => None,
        };
        let node = if matches!(name, "ul" | "ol") {
            if let Some(frame) = self.frames.last_mut() {
                frame.awaits_title = false;
            }
            self.forest.parent_at(column)
        } else {
            let (kind, payload, id) = self.block_of(name, parsed);
            Some(self.add(column, kind, payload, id))
        };
        if parsed.is_self_closed {
            self.pending.push((column, rest));
            return;
        }
        self.forest.open(node, name);
        self.frames.push(Inside { column, awaits_title: TITLED.contains(&name), leading: 0, format });
        self.pending.push((column, rest));
    }

    /// Kind, payload and id of the block a container is.
    fn block_of(&self, name: &str, parsed: &Tag<'_>) -> (&'static str, Payload, Option<String>) {
        let colour = parsed.get("color").and_then(super::super::address::colour_to_json);
        let attributes = BlockAttributes { is_toggle: false, colour };
        let heading = match name {
            "toggle" => parsed.get("heading"),
            name => Some(name),
        };
        let heading = match heading {
            Some("h1") => Some("heading_1"),
            Some("h2") => Some("heading_2"),
            Some("h3") => Some("heading_3"),
            Some("h4") => Some("heading_4"),
            _ => None,
        };
        let mut payload = payload::text(Vec::new(), &attributes);
        if let Some(kind) = heading {
            payload.insert("is_toggleable".to_owned(), json!(name == "toggle"));
            return (kind, payload, None);
        }
        match name {
            "p" => ("paragraph", payload::paragraph(Vec::new(), &attributes), None),
            "quote" => ("quote", payload, None),
            "todo" => {
                payload.insert("checked".to_owned(), json!(parsed.is_true("checked")));
                ("to_do", payload, None)
            }
            "li" if self.forest.frame_name() == "ol" => {
                if let Some(format) = self.frames.last().and_then(|frame| frame.format) {
                    payload.insert("list_format".to_owned(), json!(format));
                }
                ("numbered_list_item", payload, None)
            }
            "li" => ("bulleted_list_item", payload, None),
            name => container(in_first(name), parsed),
        }
    }

    fn closing_tag(&mut self, column: usize, name: &str, rest: &'a str) -> bool {
        if !TITLED.contains(&name) && !UNTITLED.contains(&name) {
            return false;
        }
        match self.forest.frames().iter().rposition(|frame| frame.name == name) {
            Some(depth) => {
                let blanks = self.open.as_ref().map_or(0, |open| open.blanks);
                self.flush(blanks);
                while self.forest.frames().len() > depth.max(1) && self.forest.pop().is_some() {
                    self.frames.pop();
                }
            }
            None if !rest.trim_matches([' ', '\t']).is_empty() => return false,
            None => self.flush(0),
        }
        self.pending.push((column, rest));
        true
    }

    /// The lines of a quote, each with its sign, and those that go on without one.
    fn quote(&mut self, column: usize, first: &'a str) {
        let mut lines = vec![first];
        while let Some(line) = self.peek() {
            let text = line.trim_start_matches([' ', '\t']);
            let next = match quoted(text) {
                Some(line) => line,
                None if self.continues_quote(lines.last().copied().unwrap_or_default(), text) => text,
                None => break,
            };
            lines.push(next);
            self.at += 1;
        }
        let mut trees = parse(&lines.join("\n"), self.options, self.quotes + 1);
        let is_title = trees.first().is_some_and(|tree| tree.kind == "paragraph" && tree.children.is_empty());
        let title = if is_title { trees.remove(0).payload.get("rich_text").cloned() } else { None };
        let mut payload = payload::text(Vec::new(), &BlockAttributes::default());
        payload.insert("rich_text".to_owned(), title.unwrap_or_else(|| json!([])));
        let node = self.add(column, "quote", payload, None);
        self.forest.graft_below(node, trees);
    }

    fn continues_quote(&self, before: &str, text: &str) -> bool {
        let is_text = |line: &str| {
            !line.trim_matches([' ', '\t']).is_empty()
                && fence(line).is_none()
                && !is_divider(line)
                && marked(line).is_none_or(|line| !line.kind.starts_with("heading"))
                && !line.starts_with('<')
                && !line.starts_with('|')
        };
        is_text(before) && is_text(text) && marked(text).is_none() && quoted(before).is_none()
    }

    fn pipe_table(&mut self, column: usize, text: &'a str) -> bool {
        let Some(head) = table::cells(text) else { return false };
        if !self.peek().and_then(table::cells).is_some_and(|below| table::is_separator(&below, &head)) {
            return false;
        }
        self.flush(0);
        self.at += 1;
        let mut rows = vec![head];
        while let Some(cells) = self.peek().and_then(table::cells) {
            rows.push(cells);
            self.at += 1;
        }
        let tree = table::from_rows(rows, self.options);
        self.add_tree(column, tree);
        true
    }

    /// Adds a finished tree.
    pub(super) fn add_tree(&mut self, column: usize, tree: Tree) {
        if let Some(frame) = self.frames.last_mut() {
            frame.awaits_title = false;
        }
        self.forest.graft(column, tree);
    }

    /// Lines of text between other blocks, each a paragraph.
    pub(super) fn strays(&mut self, column: usize, lines: &[String]) {
        for line in lines {
            let rich = rich(line, self.options);
            self.add(column, "paragraph", payload::paragraph(rich, &BlockAttributes::default()), None);
        }
    }

    fn equation(&mut self, column: usize) {
        let mut lines = Vec::new();
        while let Some(line) = self.next() {
            if line.trim_matches([' ', '\t']) == "$$" {
                break;
            }
            lines.push(outdented(line, column));
        }
        self.add(column, "equation", object(json!({"expression": lines.join("\n")})), None);
    }

    fn code(&mut self, column: usize, open: super::lines::Fence<'_>) {
        let mut lines = Vec::new();
        while let Some(line) = self.next() {
            if open.is_closed_by(line) {
                break;
            }
            lines.push(outdented(line, column));
        }
        let language = super::super::language::from_info(open.info);
        self.add(column, "code", payload::code(language, &lines.join("\n")), None);
    }
}

pub(super) fn outdented(line: &str, column: usize) -> &str {
    super::super::read::outdent(line, column)
}

/// Lines of a paragraph: their edges are no part of it, but two spaces at an end break the line.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let is_last = index + 1 == lines.len();
        let kept = line.trim_matches([' ', '\t']);
        text.push_str(kept);
        if !is_last {
            text.push_str(if line.ends_with("  ") { "\\\n" } else { "\n" });
        }
    }
    text
}

/// Makes a backslash at the end of text in a tag the line break it is there, where it would be a backslash anywhere else.
pub(super) fn end_break(text: &mut String) {
    if !(text.len() - text.trim_end_matches('\\').len()).is_multiple_of(2) {
        text.push('\n');
    }
}
