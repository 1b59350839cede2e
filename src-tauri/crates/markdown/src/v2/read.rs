//! Text of the second dialect → a document.
//!
//! Blocks are apart by blank lines, lists nest by tabs, everything else by tags whose first lines of text are the block's own.

use std::borrow::Cow;

use satchel_model::{Block, BlockKind, Color, Document, MediaKind, RichText, Source, Span, Table, TableCell, TableRow};

use super::blocks::{MakeKind, cells, container_block, marked, set_text};
use crate::{
    Flavor, inline, table,
    tag::{Shape, Tag},
    text::{Line, find, lines, slice, tail},
    v1::{image, is_page, leaf_block, media, set_label},
    vocabulary::{color_from, file_name},
};

/// How deep blocks nest; what is deeper stands at this depth.
const DEEPEST: usize = 64;

struct Frame {
    /// Tabs before its line.
    depth: usize,
    block: Block,
    /// The tag that closes it; none for an item of a list, which ends where the next line is not deeper.
    container: Option<&'static str>,
    /// Whether the text that follows is the block's own.
    wants_text: bool,
    start: usize,
    end: usize,
}

/// Lines of one paragraph.
struct Paragraph {
    start: usize,
    end: usize,
    depth: usize,
    text: String,
}

struct Reader<'a> {
    text: &'a str,
    lines: Vec<Line>,
    stack: Vec<Frame>,
    blocks: Vec<Block>,
    paragraph: Option<Paragraph>,
    /// Regions that no line ends from here on.
    unclosed: Vec<&'static str>,
}

pub(super) fn read(text: &str) -> Document {
    let mut reader = Reader {
        text,
        lines: lines(text),
        stack: Vec::new(),
        blocks: Vec::new(),
        paragraph: None,
        unclosed: Vec::new(),
    };
    let mut index = 0;
    while let Some(&line) = reader.lines.get(index) {
        index = reader.read_line(index, line).max(index + 1);
    }
    reader.end_paragraph();
    while !reader.stack.is_empty() {
        reader.finish_top();
    }
    Document { blocks: reader.blocks }
}

const CONTAINERS: [&str; 24] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "quote",
    "toggle",
    "ul",
    "ol",
    "li",
    "todo",
    "callout",
    "columns",
    "column",
    "tabs",
    "tab",
    "synced-block",
    "synced-block-reference",
    "meeting-notes",
    "meeting-notes-section-summary",
    "meeting-notes-section-notes",
    "meeting-notes-section-transcript",
    "equation",
    "table",
];

fn container(name: &str) -> Option<&'static str> {
    CONTAINERS.into_iter().find(|known| *known == name)
}

/// A run of backticks that opens or closes code, and what follows it.
fn fence(content: &str) -> Option<(usize, &str)> {
    let len = content.bytes().take_while(|b| *b == b'`').count();
    let info = tail(content, len);
    (len >= 3 && !info.contains('`')).then_some((len, info.trim()))
}

impl Reader<'_> {
    fn end_of_line(&self, index: usize) -> usize {
        self.lines.get(index).map_or(self.text.len(), |line| line.end)
    }

    fn read_line(&mut self, index: usize, line: Line) -> usize {
        let text = self.text;
        let content = line.content(text);
        let start = line.start + line.tabs;
        if content.trim().is_empty() {
            self.end_paragraph();
            if let Some(top) = self.stack.last_mut() {
                top.wants_text = false;
            }
            return index + 1;
        }
        if let Some((len, language)) = fence(content) {
            return self.code(index, line, len, language);
        }
        if content == "$$"
            && let Some(end) = self.find_line(index, "$$", |content| content == "$$")
        {
            return self.maths(index, line, end, Color::default());
        }
        if content.starts_with('|')
            && let Some(end) = self.pipe_table(index, line)
        {
            return end;
        }
        if content.starts_with('<')
            && let Some(tag) = Tag::at(content)
        {
            return self.tag(index, line, &tag);
        }
        let block = match content {
            "---" => Some(Block::new(BlockKind::Divider)),
            _ => image(content, Flavor::V2).map(|(caption, url, color)| {
                let caption = inline::read_as(caption, Flavor::V2);
                Block::new(BlockKind::Media { media: MediaKind::Image, url, caption, name: None, color })
            }),
        };
        if let Some(block) = block {
            self.add(block, line.tabs, start, line.end);
        } else if let Some((kind, marker)) = marked(content) {
            return self.item(kind, index, line, start + marker);
        } else {
            self.push_paragraph(line, start, content);
        }
        index + 1
    }

    /// The next line that ends a region. Once there is none, there is none further on: the search is not repeated.
    fn find_line(&mut self, index: usize, region: &'static str, is_end: impl Fn(&str) -> bool) -> Option<usize> {
        if self.unclosed.contains(&region) {
            return None;
        }
        let rest = self.lines.get(index + 1..)?;
        let found = rest.iter().position(|line| is_end(line.content(self.text)));
        if found.is_none() {
            self.unclosed.push(region);
        }
        Some(index + 1 + found?)
    }

    // ── the stack ────────────────────────────────────────────────────────────────────────────────────────────────────

    fn make_room(&mut self, depth: usize) {
        self.end_paragraph();
        while self.stack.last().is_some_and(|top| top.container.is_none() && top.depth >= depth) {
            self.finish_top();
        }
        while self.stack.len() >= DEEPEST && self.stack.last().is_some_and(|top| top.container.is_none()) {
            self.finish_top();
        }
        if let Some(top) = self.stack.last_mut() {
            top.wants_text = false;
        }
    }

    fn push(&mut self, frame: Frame) {
        self.stack.push(frame);
    }

    /// Adds a block that nothing is inside of.
    fn add(&mut self, mut block: Block, depth: usize, start: usize, end: usize) {
        self.make_room(depth);
        block.source = Source(Some(start..end));
        match self.stack.last_mut() {
            Some(parent) => {
                parent.end = parent.end.max(end);
                parent.block.children.push(block);
            }
            None => self.blocks.push(block),
        }
    }

    fn finish_top(&mut self) {
        self.end_paragraph();
        let Some(mut frame) = self.stack.pop() else { return };
        frame.block.source = Source(Some(frame.start..frame.end));
        // `<ul>` and `<ol>` are only brackets around their items.
        let blocks = match frame.container {
            Some("ul" | "ol") => std::mem::take(&mut frame.block.children),
            _ => vec![frame.block],
        };
        match self.stack.last_mut() {
            Some(parent) => {
                parent.end = parent.end.max(frame.end);
                parent.block.children.extend(blocks);
            }
            None => self.blocks.extend(blocks),
        }
    }

    fn close(&mut self, name: &str, end: usize) {
        let Some(found) = self.stack.iter().rposition(|frame| frame.container == Some(name)) else { return };
        while self.stack.len() > found + 1 {
            self.finish_top();
        }
        self.end_paragraph();
        if let Some(top) = self.stack.last_mut() {
            top.end = top.end.max(end);
        }
        self.finish_top();
    }

    // ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn push_paragraph(&mut self, line: Line, start: usize, content: &str) {
        if self.paragraph.as_ref().is_some_and(|paragraph| paragraph.depth != line.tabs) {
            self.end_paragraph();
        }
        match &mut self.paragraph {
            Some(paragraph) => {
                paragraph.text.push('\n');
                paragraph.text.push_str(content);
                paragraph.end = line.end;
            }
            None => {
                self.paragraph = Some(Paragraph { start, end: line.end, depth: line.tabs, text: content.to_owned() });
            }
        }
    }

    /// Ends the paragraph: it is the text of the block whose tag was just opened, or a block.
    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraph.take() else { return };
        let text = inline::read_as(&paragraph.text, Flavor::V2);
        if let Some(top) = self.stack.last_mut()
            && top.wants_text
        {
            top.wants_text = false;
            top.end = top.end.max(paragraph.end);
            set_text(&mut top.block, text);
            return;
        }
        let kind = BlockKind::Paragraph { text, color: Color::default(), icon: None };
        self.add(Block::new(kind), paragraph.depth, paragraph.start, paragraph.end);
    }

    /// A line with a marker, and the lines it goes on with after a break; the line after it.
    fn item(&mut self, kind: MakeKind, index: usize, line: Line, text_start: usize) -> usize {
        let start = line.start + line.tabs;
        let is_quote = line.content(self.text).starts_with('>');
        let mut said = slice(self.text, text_start..line.end).to_owned();
        let (mut last, mut next) = (line, index + 1);
        while said.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
            && let Some(&more) = self.lines.get(next)
        {
            said.push('\n');
            // Each line of a quotation is marked.
            let content = more.content(self.text);
            let quoted = content.strip_prefix('>').filter(|_| is_quote);
            said.push_str(quoted.map_or(content, |quoted| quoted.strip_prefix(' ').unwrap_or(quoted)));
            (last, next) = (more, next + 1);
        }
        self.add_item(Block::new(kind(inline::read_as(&said, Flavor::V2))), Line { end: last.end, ..line }, start);
        next
    }

    fn add_item(&mut self, block: Block, line: Line, start: usize) {
        let may_have_children = !matches!(block.kind, BlockKind::Heading { .. } | BlockKind::Quote { .. });
        if !may_have_children {
            // Lines of one quotation follow each other.
            if let BlockKind::Quote { text, .. } = &block.kind
                && self.continues_quote(line, text)
            {
                return;
            }
            return self.add(block, line.tabs, start, line.end);
        }
        self.make_room(line.tabs);
        if self.stack.len() >= DEEPEST {
            return self.add(block, line.tabs, start, line.end);
        }
        self.push(Frame { depth: line.tabs, block, container: None, wants_text: false, start, end: line.end });
    }

    fn continues_quote(&mut self, line: Line, more: &RichText) -> bool {
        if self.paragraph.is_some() {
            return false;
        }
        let siblings = match self.stack.last_mut() {
            Some(top) if top.container.is_some() || top.depth < line.tabs => &mut top.block.children,
            Some(_) => return false,
            None => &mut self.blocks,
        };
        let Some(last) = siblings.last_mut() else { return false };
        let is_next_line = last.source.0.as_ref().is_some_and(|range| {
            let between = slice(self.text, range.end..line.start);
            matches!(between, "\n" | "\r\n" | "\r")
        });
        let BlockKind::Quote { text, .. } = &mut last.kind else { return false };
        if !is_next_line || !last.children.is_empty() {
            return false;
        }
        inline::push(text, Span::text("\n"));
        for span in more {
            inline::push(text, span.clone());
        }
        if let Some(range) = &mut last.source.0 {
            range.end = line.end;
        }
        true
    }

    // ── regions ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Lines between two others, without the tabs of the first.
    fn dedented(&self, from: usize, to: usize, depth: usize) -> String {
        let lines = self.lines.get(from..to).unwrap_or_default();
        let line = |line: &Line| slice(self.text, line.start + line.tabs.min(depth)..line.end);
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn code(&mut self, index: usize, line: Line, len: usize, language: &str) -> usize {
        let language = if language.is_empty() { "plain text".to_owned() } else { language.to_owned() };
        let rest = self.lines.get(index + 1..).unwrap_or_default();
        let closes =
            |line: &Line| fence(line.content(self.text)).is_some_and(|(found, info)| found >= len && info.is_empty());
        let end = rest.iter().position(closes).map(|found| index + 1 + found);
        let last = end.unwrap_or(self.lines.len());
        let text = self.dedented(index + 1, last, line.tabs);
        let text = if text.is_empty() { Vec::new() } else { vec![Span::text(text)] };
        let kind = BlockKind::Code { text, language, caption: Vec::new() };
        self.add(Block::new(kind), line.tabs, line.start + line.tabs, self.end_of_line(last.min(self.lines.len() - 1)));
        last + 1
    }

    fn maths(&mut self, index: usize, line: Line, end: usize, color: Color) -> usize {
        let expression = self.dedented(index + 1, end, line.tabs);
        let kind = BlockKind::Equation { expression, color };
        self.add(Block::new(kind), line.tabs, line.start + line.tabs, self.end_of_line(end));
        end + 1
    }

    fn pipe_table(&mut self, index: usize, line: Line) -> Option<usize> {
        let rule = self.lines.get(index + 1)?.content(self.text).trim();
        let is_rule =
            rule.starts_with('|') && rule.contains('-') && rule.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '));
        if !is_rule {
            return None;
        }
        let rest = self.lines.get(index + 2..).unwrap_or_default();
        let rows = rest.iter().take_while(|line| line.content(self.text).starts_with('|')).count();
        let last = index + 1 + rows;
        let mut table = Table { has_column_header: true, ..Table::default() };
        for row in std::iter::once(index).chain(index + 2..=last) {
            let content = self.lines.get(row).map(|line| line.content(self.text)).unwrap_or_default();
            let cells = cells(content)
                .into_iter()
                .map(|cell| TableCell { text: inline::read_as(&cell, Flavor::V2), color: Color::default() });
            table.rows.push(TableRow { id: None, color: Color::default(), cells: cells.collect() });
        }
        table::squared(&mut table);
        self.add(Block::new(BlockKind::Table { table }), line.tabs, line.start + line.tabs, self.end_of_line(last));
        Some(last + 1)
    }

    fn table(&mut self, index: usize, line: Line, tag: &Tag<'_>) -> usize {
        const CLOSE: &str = "</table>";
        let start = line.start + line.tabs;
        let is_end = |content: &str| content.trim_end().ends_with(CLOSE);
        let last = if is_end(line.content(self.text)) { Some(index) } else { self.find_line(index, CLOSE, is_end) };
        let last = last.unwrap_or_else(|| {
            let rest = self.lines.get(index + 1..).unwrap_or_default();
            index + rest.iter().take_while(|line| table::is_part(line.content(self.text))).count()
        });
        let end = self.end_of_line(last);
        let body = slice(self.text, start + tag.len..end);
        let body = body.trim_end().strip_suffix(CLOSE).unwrap_or(body);
        let mut block = Block::new(BlockKind::Table { table: table::read(tag, body, Flavor::V2) });
        block.attributes = tag.rest(&table::KNOWN);
        self.add(block, line.tabs, start, end);
        last + 1
    }

    // ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn tag(&mut self, index: usize, line: Line, tag: &Tag<'_>) -> usize {
        let start = line.start + line.tabs;
        let after = start + tag.len;
        let content = line.content(self.text);
        let rest = tail(content, tag.len);
        let is_inline =
            matches!(tag.name, "span" | "u" | "b" | "i" | "s" | "br" | "mention" | "date" | "unknown_mention")
                || tag.name == "details"
                || tag.name == "summary";
        if is_inline {
            self.push_paragraph(line, start, content);
            return index + 1;
        }
        let known = container(tag.name);
        match (known, tag.shape) {
            (Some("table"), Shape::Open) => return self.table(index, line, tag),
            (Some("equation"), Shape::Open) => {
                const CLOSE: &str = "</equation>";
                if rest.is_empty()
                    && let Some(end) = self.find_line(index, CLOSE, |content| content == CLOSE)
                {
                    return self.maths(index, line, end, color_from(tag.get("color")));
                }
            }
            (Some("p"), Shape::SelfClosed) if rest.is_empty() => {
                let kind = BlockKind::Paragraph { text: Vec::new(), color: color_from(tag.get("color")), icon: None };
                self.add(Block::new(kind), line.tabs, start, line.end);
                return index + 1;
            }
            (Some(name), Shape::Close) => {
                self.end_paragraph();
                self.close(name, after);
                if !rest.trim().is_empty() {
                    self.push_paragraph(line, after, rest);
                }
                return index + 1;
            }
            (Some(name), Shape::Open) if self.stack.len() < DEEPEST => {
                self.open(name, line, tag, rest);
                return index + 1;
            }
            _ => {}
        }
        let (last, rest) = self.broken_label(index, line, tag, rest);
        if let Some(block) = self.leaf(tag, &rest) {
            self.add(block, line.tabs, start, self.end_of_line(last));
            return last + 1;
        }
        let text = inline::read_as(tail(content, tag.len), Flavor::V2);
        let kind = BlockKind::Unknown { source: content.to_owned(), text };
        self.add(Block::new(kind), line.tabs, start, line.end);
        index + 1
    }

    /// What stands between a tag and the one that closes it, when breaks carry it over further lines, and the last of them.
    fn broken_label<'t>(&self, index: usize, line: Line, tag: &Tag<'_>, rest: &'t str) -> (usize, Cow<'t, str>) {
        /// The most lines of a caption: each of many unfinished tags looks no further.
        const MOST: usize = 100;
        let breaks = |text: &str| (text.len() - text.trim_end_matches('\\').len()) % 2 == 1;
        if tag.shape != Shape::Open || !breaks(rest) {
            return (index, Cow::Borrowed(rest));
        }
        let close = format!("</{}>", tag.name);
        let following = self.lines.get(index + 1..).unwrap_or_default().iter().take(MOST);
        let more = following.take_while(|line| breaks(line.content(self.text))).count();
        let last = index + 1 + more;
        if !self.lines.get(last).is_some_and(|line| line.content(self.text).ends_with(&close)) {
            return (index, Cow::Borrowed(rest));
        }
        (last, Cow::Owned(format!("{rest}\n{}", self.dedented(index + 1, last + 1, line.tabs))))
    }

    fn open(&mut self, name: &'static str, line: Line, tag: &Tag<'_>, rest: &str) {
        let start = line.start + line.tabs;
        self.make_room(line.tabs);
        let list = self.stack.last().and_then(|top| top.container);
        let format = self.stack.last().and_then(|top| match &top.block.kind {
            BlockKind::NumberedListItem { format, .. } => format.clone(),
            _ => None,
        });
        let block = container_block(name, tag, list, format);
        self.push(Frame {
            depth: line.tabs,
            block,
            container: Some(name),
            wants_text: !matches!(name, "ul" | "ol"),
            start,
            end: start + tag.len,
        });
        if rest.is_empty() {
            return;
        }
        let close = format!("</{name}>");
        let (inner, is_closed) = rest.strip_suffix(&close).map_or((rest, false), |inner| (inner, true));
        if !inner.is_empty() {
            self.push_paragraph(line, start + tag.len, inner);
        }
        if is_closed {
            self.close(name, line.end);
        }
    }

    /// A tag that is a block by itself, when its line holds nothing else.
    fn leaf(&self, tag: &Tag<'_>, rest: &str) -> Option<Block> {
        let label = match tag.shape {
            Shape::Open => rest.strip_suffix(&format!("</{}>", tag.name))?,
            _ if rest.is_empty() => "",
            _ => return None,
        };
        if find(label, 0, "</").is_some_and(|_| is_page(tag.name)) {
            return None;
        }
        let color = color_from(tag.get("color"));
        let source = tag.get("source").or_else(|| tag.get("src"));
        let caption = inline::read_as(label, Flavor::V2);
        let (kind, known): (BlockKind, &[&str]) = match tag.name {
            "table-of-contents" => (BlockKind::TableOfContents { color }, &["color"]),
            "bookmark" => (BlockKind::Bookmark { url: source.map(Into::into), caption }, &["source", "src"]),
            "embed" => (BlockKind::Embed { url: source.map(Into::into), caption }, &["source", "src"]),
            name => match (media(name), source) {
                (Some(media), Some(url)) => {
                    let name = if media == MediaKind::Image { None } else { file_name(url) };
                    (BlockKind::Media { media, url: url.into(), caption, name, color }, &["source", "src", "color"])
                }
                _ if is_page(name) || name == "unknown" => {
                    let mut block = leaf_block(tag)?;
                    set_label(&mut block, caption);
                    return Some(block);
                }
                _ => return None,
            },
        };
        let mut block = Block::new(kind);
        block.attributes = tag.rest(known);
        Some(block)
    }
}
