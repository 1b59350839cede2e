//! Text of the first dialect → a document. Lines, an explicit stack of open blocks, no recursion.
//!
//! Indentation is tabs, as in all that the service writes; leading spaces are text. What a person types goes through [`crate::typed`].

use std::collections::{HashMap, VecDeque};

use satchel_model::{Block, BlockKind, Color, Document, RichText, Source};

use super::{
    attributes::closes_maths,
    blocks::{container_block, is_inline, is_page, leaf, leaf_block, media, old_callout, set_label, take_first_line},
    raw::{Regions, language},
};
use crate::{
    Flavor, inline, table,
    tag::{Shape, Tag},
    text::{Line, lines, slice, tail},
};

/// How deep blocks nest; what is deeper stands at this depth.
const DEEPEST: usize = 64;

/// How many later tags of a name are looked at to tell a stray closing tag from a true one.
const TAG_LOOKAHEAD: usize = 64;

/// Containers by name. `summary`, `notes` and `transcript` are containers in meeting notes only.
const CONTAINERS: [&str; 12] = [
    "callout",
    "details",
    "columns",
    "column",
    "tabs",
    "tab",
    "synced_block",
    "synced_block_reference",
    "meeting-notes",
    "summary",
    "notes",
    "transcript",
];

/// The end of a callout of the old form, `::: callout {…}`.
const OLD_CALLOUT: &str = ":::";

/// Containers of the hosted tool's wrapper whose inside is no markup at all.
const NOT_MARKUP: &str = "properties";

fn container(name: &str) -> Option<&'static str> {
    CONTAINERS.into_iter().find(|known| *known == name)
}

/// A block whose end is not reached.
struct Frame {
    /// The depth its line stood at.
    depth: usize,
    block: Block,
    /// Its tag's name, when only a tag closes it.
    container: Option<&'static str>,
    has_summary: bool,
    start: usize,
    end: usize,
}

/// A part of a line that is still to be read.
struct Piece {
    start: usize,
    end: usize,
    depth: usize,
    /// The container to close once the part is read.
    closes: Option<&'static str>,
}

struct Reader<'a> {
    text: &'a str,
    lines: Vec<Line>,
    regions: Regions,
    /// Lines that open (false) or close (true) a container, by name.
    tag_lines: HashMap<&'static str, Vec<(usize, usize, bool)>>,
    stack: Vec<Frame>,
    blocks: Vec<Block>,
    /// How many containers of a name were too deep to be opened.
    too_deep: HashMap<&'static str, usize>,
    has_no_more_wrappers: bool,
}

pub(super) fn read(text: &str) -> Document {
    let lines = lines(text);
    let regions = Regions::of(text, &lines);
    let mut tag_lines: HashMap<&'static str, Vec<(usize, usize, bool)>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        let content = line.content(text);
        if content.starts_with('<')
            && let Some(tag) = Tag::at(content)
            && let Some(name) = container(tag.name)
        {
            tag_lines.entry(name).or_default().push((index, line.tabs, tag.shape == Shape::Close));
        }
    }
    let mut reader = Reader {
        text,
        lines,
        regions,
        tag_lines,
        stack: Vec::new(),
        blocks: Vec::new(),
        too_deep: HashMap::new(),
        has_no_more_wrappers: false,
    };
    reader.read_lines();
    while !reader.stack.is_empty() {
        reader.finish_top();
    }
    Document { blocks: reader.blocks }
}

impl<'a> Reader<'a> {
    fn read_lines(&mut self) {
        let mut index = 0;
        while let Some(&line) = self.lines.get(index) {
            index = self.read_line(index, line);
        }
    }

    /// Reads the block that starts on this line, as far as it is one thing; the line after it.
    fn read_line(&mut self, index: usize, line: Line) -> usize {
        let content = line.content(self.text);
        if content.is_empty() {
            return index + 1;
        }
        if let Some(language) = language(content) {
            return self.code(index, line, language);
        }
        if content == "$$"
            && let Some(end) = self.regions.end_of_maths(index, line.tabs)
        {
            return self.maths(index, line, end);
        }
        let tag = if content.starts_with('<') { Tag::at(content) } else { None };
        if let Some(tag) = &tag
            && tag.shape == Shape::Open
        {
            if tag.name == "table" {
                return self.table(index, line, tag);
            }
            if tag.name == NOT_MARKUP
                && let Some(next) = self.not_markup(index, line)
            {
                return next;
            }
        }
        let mut pieces = VecDeque::new();
        let next_closes = |name: &str| {
            let next = self.lines.get(index + 1).map(|next| next.content(self.text).trim());
            next.and_then(|next| next.strip_prefix("</")?.strip_suffix('>')) == Some(name)
        };
        let mut consumed = index + 1;
        if let Some(tag) = &tag
            && tag.shape == Shape::Open
            && media(tag.name).is_some()
            && tag.len == content.len()
            && next_closes(tag.name)
        {
            consumed = index + 2;
        }
        // A blank line changes nothing, since none is written back.
        let mut rest = self.lines.get(index + 1..).unwrap_or_default().iter();
        let next = rest.find(|next| !next.content(self.text).is_empty());
        let is_deeper_next = next.is_some_and(|next| next.tabs > line.tabs);
        pieces.push_back(Piece { start: line.start + line.tabs, end: line.end, depth: line.tabs, closes: None });
        while let Some(piece) = pieces.pop_front() {
            if piece.start < piece.end {
                self.piece(index, &piece, is_deeper_next, &mut pieces);
            }
            if let Some(name) = piece.closes {
                self.close(name, piece.depth, piece.end, None);
            }
        }
        if consumed > index + 1
            && let (Some(top), Some(last)) = (self.stack.last_mut(), self.lines.get(index + 1))
        {
            top.end = last.end;
        }
        consumed
    }

    // ── the stack ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Ends blocks that a block at this depth is not in; the depth it has in the container around it.
    fn make_room(&mut self, depth: usize) -> usize {
        let around = self.stack.iter().rev().find(|frame| frame.container.is_some());
        let depth = depth.max(around.map_or(0, |frame| frame.depth + 1));
        while self.stack.last().is_some_and(|top| top.container.is_none() && top.depth >= depth) {
            self.finish_top();
        }
        while self.stack.len() >= DEEPEST && self.stack.last().is_some_and(|top| top.container.is_none()) {
            self.finish_top();
        }
        depth
    }

    fn add(&mut self, block: Block, depth: usize, start: usize, end: usize) {
        let depth = self.make_room(depth);
        self.stack.push(Frame { depth, block, container: None, has_summary: false, start, end });
        if self.stack.len() > DEEPEST {
            self.finish_top();
        }
    }

    fn finish_top(&mut self) {
        let Some(mut frame) = self.stack.pop() else { return };
        frame.block.source = Source(Some(frame.start..frame.end));
        if frame.container.is_some() {
            take_first_line(&mut frame.block);
        }
        match self.stack.last_mut() {
            Some(parent) => {
                parent.end = parent.end.max(frame.end);
                parent.block.children.push(frame.block);
            }
            None => self.blocks.push(frame.block),
        }
    }

    /// Opens a container, unless it is too deep: then its tag is kept as it stands.
    fn open(&mut self, name: &'static str, block: Block, piece: &Piece, end: usize) {
        let depth = self.make_room(piece.depth);
        if self.stack.len() >= DEEPEST {
            *self.too_deep.entry(name).or_default() += 1;
            let source = slice(self.text, piece.start..end).to_owned();
            self.add(Block::new(BlockKind::Unknown { source, text: Vec::new() }), depth, piece.start, end);
            return;
        }
        self.stack.push(Frame { depth, block, container: Some(name), has_summary: false, start: piece.start, end });
    }

    /// Reads a closing tag. One that closes nothing is dropped, as the service draws such by mistake.
    fn close(&mut self, name: &'static str, depth: usize, end: usize, line: Option<(usize, usize)>) {
        if let Some(count) = self.too_deep.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            let start = line.map_or(end, |(_, start)| start);
            if start < end {
                let source = slice(self.text, start..end).to_owned();
                self.add(Block::new(BlockKind::Unknown { source, text: Vec::new() }), depth, start, end);
            }
            return;
        }
        let of_name = |frame: &Frame| frame.container == Some(name);
        let exact = self.stack.iter().rposition(|frame| of_name(frame) && frame.depth == depth);
        let Some(found) = exact.or_else(|| self.stack.iter().rposition(of_name)) else { return };
        if exact.is_none()
            && let Some((index, _)) = line
            && let Some(frame) = self.stack.get(found)
            && depth > frame.depth
            && self.is_closed_later(name, frame.depth, index)
        {
            return;
        }
        while self.stack.len() > found + 1 {
            self.finish_top();
        }
        if let Some(frame) = self.stack.last_mut() {
            frame.end = frame.end.max(end);
        }
        self.finish_top();
    }

    /// Whether a container of this name and depth has its own closing tag further on, so that a deeper one is a stray.
    fn is_closed_later(&self, name: &str, depth: usize, line: usize) -> bool {
        let Some(tags) = self.tag_lines.get(name) else { return false };
        let from = tags.partition_point(|(index, ..)| *index <= line);
        let mut later = tags.iter().skip(from).take(TAG_LOOKAHEAD);
        later.find(|(_, tabs, _)| *tabs <= depth).is_some_and(|(_, tabs, is_close)| *is_close && *tabs == depth)
    }

    // ── raw regions ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Lines from `from` up to, not including, `to`, joined by `\n`.
    fn joined(&self, from: usize, to: usize) -> String {
        let lines = self.lines.get(from..to).unwrap_or_default();
        lines.iter().map(|line| line.raw(self.text)).collect::<Vec<_>>().join("\n")
    }

    fn end_of_line(&self, index: usize) -> usize {
        self.lines.get(index).map_or(self.text.len(), |line| line.end)
    }

    fn code(&mut self, index: usize, line: Line, language: &str) -> usize {
        let language = language.trim().to_owned();
        let closing = self.regions.end_of_code(index, line.tabs);
        let end = closing.unwrap_or_else(|| self.end_of_container(index + 1));
        let text = self.joined(index + 1, end);
        let text: RichText = if text.is_empty() { Vec::new() } else { vec![satchel_model::Span::text(text)] };
        let last = if closing.is_some() { end } else { end.saturating_sub(1).max(index) };
        let kind = BlockKind::Code { text, language, caption: Vec::new() };
        self.add(Block::new(kind), line.tabs, line.start + line.tabs, self.end_of_line(last));
        if closing.is_some() { end + 1 } else { end }
    }

    /// The line that ends what was never closed: one that closes a container that is open, or the end of the text.
    fn end_of_container(&self, from: usize) -> usize {
        let is_end = |line: &Line| {
            let content = line.content(self.text);
            content.starts_with("</")
                && Tag::at(content).is_some_and(|tag| {
                    let is_open = |frame: &Frame| frame.container == Some(tag.name) && frame.depth == line.tabs;
                    self.stack.iter().any(is_open)
                })
        };
        let rest = self.lines.get(from..).unwrap_or_default();
        rest.iter().position(is_end).map_or(self.lines.len(), |found| from + found)
    }

    /// Only the first line of display maths is indented.
    fn maths(&mut self, index: usize, line: Line, end: usize) -> usize {
        let mut from = index + 1;
        let mut to = end;
        let content = |index: usize| self.lines.get(index).map(|line| line.content(self.text));
        if to > from + 1 && content(from) == Some("```") && content(to - 1) == Some("```") {
            (from, to) = (from + 1, to - 1);
        }
        let all = self.joined(from, to);
        let indent = all.bytes().take(line.tabs).take_while(|b| *b == b'\t').count();
        let expression = tail(&all, indent).to_owned();
        let closing = self.lines.get(end).map(|line| line.content(self.text)).unwrap_or_default();
        let color = closes_maths(closing).map(|attributes| attributes.color).unwrap_or_default();
        let kind = BlockKind::Equation { expression, color };
        self.add(Block::new(kind), line.tabs, line.start + line.tabs, self.end_of_line(end));
        end + 1
    }

    fn table(&mut self, index: usize, line: Line, tag: &Tag<'_>) -> usize {
        const CLOSE: &str = "</table>";
        let start = line.start + line.tabs;
        let (last, body_end, end) = match self.regions.end_of_table(index) {
            Some(last) => {
                let closing = self.lines.get(last).copied().unwrap_or(line);
                let raw = closing.raw(self.text);
                let is_first = raw.trim_start().starts_with(CLOSE);
                let at = if is_first { raw.find(CLOSE) } else { raw.rfind(CLOSE) }.unwrap_or(raw.len());
                (last, closing.start + at, closing.start + at + CLOSE.len())
            }
            // Never closed: as long as the lines are parts of a table.
            None => {
                let rest = self.lines.get(index + 1..).unwrap_or_default();
                let last = index + rest.iter().take_while(|line| table::is_part(line.content(self.text))).count();
                let end = self.end_of_line(last);
                (last, end, end)
            }
        };
        let table = table::read(tag, slice(self.text, start + tag.len..body_end), Flavor::V1);
        let mut block = Block::new(BlockKind::Table { table });
        block.attributes = tag.rest(&table::KNOWN);
        self.add(block, line.tabs, start, end);
        let rest_end = self.end_of_line(last);
        if end < rest_end {
            let rest = inline::read(slice(self.text, end..rest_end));
            let kind = BlockKind::Paragraph { text: rest, color: Color::default(), icon: None };
            self.add(Block::new(kind), line.tabs, end, rest_end);
        }
        last + 1
    }

    fn not_markup(&mut self, index: usize, line: Line) -> Option<usize> {
        let close = format!("</{NOT_MARKUP}>");
        let rest = self.lines.get(index + 1..).filter(|_| !self.has_no_more_wrappers)?;
        let found = rest.iter().position(|later| later.raw(self.text) == close);
        // Once there is no end, there is none further on: the search is not repeated.
        self.has_no_more_wrappers = found.is_none();
        let last = index + 1 + found?;
        let (start, end) = (line.start + line.tabs, self.end_of_line(last));
        let text = vec![satchel_model::Span::text(self.joined(index + 1, last))];
        let source = slice(self.text, start..end).to_owned();
        self.add(Block::new(BlockKind::Unknown { source, text }), line.tabs, start, end);
        Some(last + 1)
    }

    // ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Reads one part of a line; what is left of it goes to the front of `pieces`.
    fn piece(&mut self, index: usize, piece: &Piece, is_deeper_next: bool, pieces: &mut VecDeque<Piece>) {
        let content = slice(self.text, piece.start..piece.end);
        if content.starts_with('<')
            && content != "<empty-block/>"
            && let Some(tag) = Tag::at(content)
            && !is_inline(tag.name)
            // With other text on its line it is text.
            && tag.name != "empty-block"
            // What begins no wrapper here is text, or a closing tag that comes to stand on a line of its own would make it begin one.
            && (tag.name != NOT_MARKUP || tag.shape != Shape::Open)
        {
            return self.tag(index, piece, &tag, pieces);
        }
        if content == OLD_CALLOUT && self.stack.iter().any(|frame| frame.container == Some(OLD_CALLOUT)) {
            return self.close(OLD_CALLOUT, piece.depth, piece.end, None);
        }
        if let Some(block) = old_callout(content) {
            return self.open(OLD_CALLOUT, block, piece, piece.end);
        }
        let block = leaf(content, is_deeper_next);
        self.add(block, piece.depth, piece.start, piece.end);
    }

    fn tag(&mut self, index: usize, piece: &Piece, tag: &Tag<'a>, pieces: &mut VecDeque<Piece>) {
        let after = piece.start + tag.len;
        let rest_at = |depth| Piece { start: after, end: piece.end, depth, closes: None };
        let known = container(tag.name);
        if tag.shape == Shape::Close {
            return match known {
                Some(name) => {
                    self.close(name, piece.depth, after, Some((index, piece.start)));
                    pieces.push_front(rest_at(piece.depth));
                }
                None => self.unknown(piece, tag),
            };
        }
        if tag.name == "table" && tag.shape == Shape::Open {
            // Not at the start of its line, so it ends with the line.
            let body = slice(self.text, after..piece.end);
            let body = body.strip_suffix("</table>").unwrap_or(body);
            let mut block = Block::new(BlockKind::Table { table: table::read(tag, body, Flavor::V1) });
            block.attributes = tag.rest(&table::KNOWN);
            return self.add(block, piece.depth, piece.start, piece.end);
        }
        let innermost = self.innermost(piece.depth);
        if tag.name == "summary" && innermost == Some("details") && self.summary(piece, tag, pieces) {
            return;
        }
        let is_section = matches!(tag.name, "summary" | "notes" | "transcript");
        if let Some(name) = known
            && (!is_section || innermost == Some("meeting-notes"))
            && tag.shape == Shape::Open
        {
            self.open(name, container_block(tag), piece, after);
            // A container's line may carry text, and even its closing tag.
            let mut inside = rest_at(piece.depth + 1);
            let close = format!("</{name}>");
            if slice(self.text, after..piece.end).ends_with(&close) {
                inside.end -= close.len();
                let closing = Piece { start: piece.end, end: piece.end, depth: piece.depth, closes: Some(name) };
                pieces.push_front(closing);
            }
            pieces.push_front(inside);
            return;
        }
        let Some(mut block) = leaf_block(tag) else { return self.unknown(piece, tag) };
        let mut end = after;
        if tag.shape == Shape::Open {
            let close = format!("</{}>", tag.name);
            let is_media = media(tag.name).is_some();
            let inner_end = match self.closing(piece, after, tag.name) {
                Some(found) => found,
                None if is_media => piece.end,
                // A page without an end is the hosted tool's wrapper; the others have nothing inside.
                None if is_page(tag.name) => return self.unknown(piece, tag),
                None => after,
            };
            set_label(&mut block, inline::read(slice(self.text, after..inner_end)));
            let has_close = slice(self.text, inner_end..piece.end).starts_with(&close);
            end = if has_close { inner_end + close.len() } else { inner_end };
        }
        self.add(block, piece.depth, piece.start, end);
        pieces.push_front(Piece { start: end, ..rest_at(piece.depth) });
    }

    /// Where the closing tag stands of what was opened before `after`. Where a line begins with it, as in all that is written here, it is
    /// told from what only names it, in code for instance. Elsewhere it is the first: a line of many is not searched for each of them.
    fn closing(&self, piece: &Piece, after: usize, name: &str) -> Option<usize> {
        let inside = slice(self.text, after..piece.end);
        let close = format!("</{name}>");
        let first = inside.find(&close)?;
        let begins_line = matches!(self.text.as_bytes().get(..piece.start)?.last(), None | Some(b'\t' | b'\n' | b'\r'));
        let is_plain = !slice(inside, 0..first).contains(['`', '$', '<', '\\']);
        if is_plain || !begins_line {
            return Some(after + first);
        }
        let is_closing = |tag: &Tag<'_>| tag.shape == Shape::Close && tag.name == name;
        let found =
            inline::tags(inside, Flavor::V1, is_closing).into_iter().find(|at| tail(inside, *at).starts_with(&close));
        Some(after + found.unwrap_or(first))
    }

    /// The container that a line at this depth stands in.
    fn innermost(&self, depth: usize) -> Option<&'static str> {
        // A block at a lower depth inside the container takes the line for its own child.
        let top = self.stack.iter().rev().find(|frame| frame.container.is_some() || frame.depth < depth)?;
        top.container
    }

    /// The title of a toggle. False when the toggle has one already, or children.
    fn summary(&mut self, piece: &Piece, tag: &Tag<'_>, pieces: &mut VecDeque<Piece>) -> bool {
        let after = piece.start + tag.len;
        let (text, depth) = (self.text, piece.depth);
        let closing = self.closing(piece, after, tag.name);
        let Some(frame) = self.stack.last_mut() else { return false };
        if frame.container != Some("details") || frame.has_summary || !frame.block.children.is_empty() {
            return false;
        }
        frame.has_summary = true;
        let inner_end = closing.unwrap_or(piece.end);
        let end = closing.map_or(piece.end, |found| found + "</summary>".len());
        frame.end = frame.end.max(end);
        set_label(&mut frame.block, inline::read(slice(text, after..inner_end)));
        pieces.push_front(Piece { start: end, end: piece.end, depth: depth + 1, closes: None });
        true
    }

    /// A tag that is not known: kept as it stands, with the rest of its line.
    fn unknown(&mut self, piece: &Piece, tag: &Tag<'_>) {
        let content = slice(self.text, piece.start..piece.end);
        let text = inline::read(tail(content, tag.len));
        let kind = BlockKind::Unknown { source: content.to_owned(), text };
        self.add(Block::new(kind), piece.depth, piece.start, piece.end);
    }
}
