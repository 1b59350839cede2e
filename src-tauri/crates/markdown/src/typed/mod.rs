//! What a person types in quick capture or a comment → the document model.
//!
//! CommonMark with tables, tasks, strikethrough and maths, and what people know from Notion: `[] task`, a line break that stays one, an
//! address alone on a line as a bookmark, `---` below text as a line across. HTML, entities and link definitions are just text.

mod prepare;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use satchel_model::{
    Block, BlockKind, Color, Document, Link, MediaKind, RichText, Span, SpanKind, Style, Table, TableCell, TableRow,
};

use crate::{
    inline::push,
    outline::{said, walk},
    table::squared,
    text::{slice, tail},
    vocabulary::page_of,
};
use prepare::{address_len, prepare, restored};

/// From so many dollar signs on they are characters.
const MOST_DOLLARS: usize = 2_000;

/// How deep what is typed nests; deeper blocks stand at this depth.
const DEEPEST: usize = 32;

/// Reads what a person typed.
#[must_use]
pub fn read(text: &str) -> Document {
    let prepared = prepare(text);
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    // The parser looks ahead from every dollar sign, which takes the square of their number: no note has so many.
    if prepared.matches('$').take(MOST_DOLLARS).count() < MOST_DOLLARS {
        options |= Options::ENABLE_MATH;
    }
    let mut builder = Builder::default();
    let mut cell_end = 0;
    for (event, range) in Parser::new_ext(&prepared, options).into_offset_iter() {
        match event {
            Event::Start(Tag::TableCell) => cell_end = range.end,
            Event::End(TagEnd::TableRow) => builder.more_cells(slice(&prepared, cell_end..range.end)),
            _ => {}
        }
        builder.event(event);
    }
    while !builder.open.is_empty() {
        builder.end();
    }
    Document { blocks: builder.blocks }
}

/// The title and the rest: the first line that says something, without its marker and markup, and everything behind it.
///
/// A text that begins with code, a picture or a line across, or whose first line says more than its words, has its first words for a title and
/// stays whole.
#[must_use]
pub fn title_and_body(text: &str) -> (String, String) {
    let lines = crate::text::lines(text);
    let Some(first) = lines.iter().find(|line| !line.raw(text).trim().is_empty()) else {
        return (String::new(), String::new());
    };
    let raw = first.raw(text).trim();
    // Also inside an item of a list or a quote.
    let inner = raw.trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, ' ' | '\t' | '-' | '*' | '+' | '>' | '.' | ')')
    });
    let is_code = |text: &str| text.starts_with("```") || text.starts_with("~~~");
    let opens_code = is_code(raw) || is_code(inner) || raw == "$$" || raw.starts_with('|');
    let first_words = |document: &Document| {
        let index = crate::index_text(document);
        index.body.split(['\n', '\t']).map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
    };
    let line = read(raw);
    match first_words(&line).filter(|_| !opens_code) {
        Some(title) if says_all(&title, &line) => {
            let after = tail(text, first.end);
            let body = after.trim_start_matches(['\n', '\r']);
            (title, body.to_owned())
        }
        Some(title) => (title, text.to_owned()),
        // A bare address says nothing for the index, but it is a title.
        None if address_len(raw) == Some(raw.len()) => {
            (raw.to_owned(), tail(text, first.end).trim_start_matches(['\n', '\r']).to_owned())
        }
        None => (first_words(&read(text)).unwrap_or_default(), text.to_owned()),
    }
}

/// Whether a title says all that its line does: no other block, no picture, no address behind a label.
fn says_all(title: &str, line: &Document) -> bool {
    let mut is_all = crate::index_text(line).body.trim() == title;
    walk(line, |_, block| {
        let mut spans = block.text().into_iter().flatten();
        is_all &= !matches!(block.kind, BlockKind::Media { .. } | BlockKind::Bookmark { .. })
            && spans.all(|span| match &span.kind {
                SpanKind::Text { link: Some(link), .. } => title.contains(&link.url),
                _ => true,
            });
        is_all
    });
    is_all
}

/// A block that is being read, or a part of one.
enum Open {
    Block(Block),
    /// A list: whether it is numbered, and where it starts.
    List(Option<u64>),
    /// A table, whose cells come one by one.
    Table(Table),
    Row(TableRow),
    Cell,
    /// A paragraph that lends its text to the item or quote around it.
    Text,
    Nothing,
}

/// Where a link leads, or a picture comes from.
struct Target {
    url: String,
    title: String,
    /// Whether a text leads there.
    is_told: bool,
}

impl Target {
    fn new(url: &str, title: &str) -> Self {
        Self { url: restored(url), title: restored(title), is_told: false }
    }
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    open: Vec<Open>,
    /// Which of `open` are blocks.
    places: Vec<usize>,
    text: RichText,
    style: Style,
    bold: usize,
    italic: usize,
    strikethrough: usize,
    links: Vec<Target>,
    /// Pictures that are being described, one in the description of another, and what was said before each.
    open_images: Vec<(Target, RichText)>,
    /// Pictures of the paragraph, which become blocks behind it.
    images: Vec<Block>,
    is_indented_code: bool,
}

fn paragraph(text: RichText) -> Block {
    Block::new(BlockKind::Paragraph { text, color: Color::default(), icon: None })
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end_tag(end),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push_text(&restored(&text)),
            Event::Code(code) => {
                self.style.code = true;
                self.push_text(&restored(&code));
                self.style.code = false;
            }
            Event::InlineMath(maths) => self.push_maths(&restored(&maths)),
            Event::DisplayMath(maths) => self.display_maths(&restored(&maths)),
            Event::FootnoteReference(name) => self.push_text(&format!("[^{}]", restored(&name))),
            Event::SoftBreak | Event::HardBreak => self.push_text("\n"),
            Event::Rule => {
                self.flush();
                self.add(Block::new(BlockKind::Divider));
            }
            Event::TaskListMarker(is_checked) => {
                let place = self.places.last().copied();
                if let Some(Open::Block(block)) = place.and_then(|place| self.open.get_mut(place)) {
                    block.kind = BlockKind::ToDo { text: Vec::new(), color: Color::default(), is_checked };
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let color = Color::default;
        match tag {
            Tag::Emphasis => self.italic += 1,
            Tag::Strong => self.bold += 1,
            Tag::Strikethrough => self.strikethrough += 1,
            Tag::Link { dest_url, title, .. } => self.links.push(Target::new(&dest_url, &title)),
            Tag::Image { dest_url, title, .. } => {
                self.open_images.push((Target::new(&dest_url, &title), std::mem::take(&mut self.text)));
            }
            Tag::Paragraph => {
                self.flush();
                self.open.push(Open::Text);
            }
            Tag::Heading { level, .. } => {
                let level = match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    HeadingLevel::H3 => 3,
                    _ => 4,
                };
                self.begin(BlockKind::Heading { level, text: Vec::new(), color: color(), is_toggleable: false });
            }
            Tag::BlockQuote(_) => self.begin(BlockKind::Quote { text: Vec::new(), color: color() }),
            Tag::CodeBlock(kind) => {
                self.is_indented_code = matches!(kind, CodeBlockKind::Indented);
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => restored(info),
                    CodeBlockKind::Indented => String::new(),
                };
                // What else stands behind the fence is a caption, or it would be lost.
                let (language, caption) = info.trim().split_once(char::is_whitespace).unwrap_or((info.trim(), ""));
                let language = if language.is_empty() { "plain text".to_owned() } else { language.to_lowercase() };
                let caption = if caption.trim().is_empty() { Vec::new() } else { vec![Span::text(caption.trim())] };
                self.begin(BlockKind::Code { text: Vec::new(), language, caption });
            }
            Tag::List(start) => {
                self.flush();
                self.open.push(Open::List(start));
            }
            Tag::Item => {
                let list = self.open.iter_mut().rev().find_map(|open| match open {
                    Open::List(start) => Some(start),
                    _ => None,
                });
                let kind = match list {
                    Some(Some(number)) => {
                        // Only the first item says where its list starts, and only when it is elsewhere than at 1.
                        let start = u32::try_from(*number).ok().filter(|start| *start > 1);
                        *number = 0;
                        BlockKind::NumberedListItem { text: Vec::new(), color: color(), start, format: None }
                    }
                    _ => BlockKind::BulletedListItem { text: Vec::new(), color: color() },
                };
                self.begin(kind);
            }
            Tag::Table(_) => {
                self.flush();
                self.open.push(Open::Table(Table { has_column_header: true, ..Table::default() }));
            }
            Tag::TableHead | Tag::TableRow => self.open.push(Open::Row(TableRow::default())),
            Tag::TableCell => self.open.push(Open::Cell),
            _ => {
                self.flush();
                self.open.push(Open::Nothing);
            }
        }
    }

    fn end_tag(&mut self, end: TagEnd) {
        match end {
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Strikethrough => self.strikethrough = self.strikethrough.saturating_sub(1),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => {
                if let Some((Target { url, title, .. }, before)) = self.open_images.pop() {
                    self.push_title(&title);
                    let caption = std::mem::replace(&mut self.text, before);
                    let kind =
                        BlockKind::Media { media: MediaKind::Image, url, caption, name: None, color: Color::default() };
                    self.images.push(Block::new(kind));
                }
            }
            _ => self.end(),
        }
    }

    /// Adds what a row has beyond the width of its table, of which the parser says nothing.
    fn more_cells(&mut self, rest: &str) {
        let Some(Open::Row(row)) = self.open.last_mut() else { return };
        for cell in rest.split('|').map(str::trim).filter(|cell| !cell.is_empty()) {
            row.cells.push(TableCell { text: linked(vec![Span::text(restored(cell))]), color: Color::default() });
        }
    }

    fn begin(&mut self, kind: BlockKind) {
        self.flush();
        if self.places.len() >= DEEPEST
            && let Some(place) = self.places.pop()
            && let Some(open) = self.open.get_mut(place)
            && let Open::Block(block) = std::mem::replace(open, Open::Nothing)
        {
            // As deep as it gets: the block ends here, and what is in it comes to stand behind it.
            self.add(block);
        }
        self.places.push(self.open.len());
        self.open.push(Open::Block(Block::new(kind)));
    }

    /// Ends what was opened last.
    fn end(&mut self) {
        match self.open.pop() {
            Some(Open::Cell) => {
                let text = std::mem::take(&mut self.text);
                if let Some(Open::Row(row)) = self.open.last_mut() {
                    row.cells.push(TableCell { text: linked(text), color: Color::default() });
                }
                self.flush();
            }
            Some(Open::Row(row)) => {
                if let Some(Open::Table(table)) = self.open.last_mut() {
                    table.rows.push(row);
                }
            }
            Some(Open::Table(mut table)) => {
                squared(&mut table);
                self.add(Block::new(BlockKind::Table { table }));
            }
            Some(Open::Block(mut block)) => {
                self.places.pop();
                self.give_text(&mut block);
                self.add(block);
                self.add_images();
            }
            Some(Open::Text) => self.flush(),
            Some(Open::List(_) | Open::Nothing) | None => self.flush(),
        }
    }

    /// Gives what was said so far to the block it belongs to: the item or quote around it, while that says nothing yet and has nothing
    /// in it, or else a paragraph of its own.
    fn flush(&mut self) {
        let place = self.places.last().copied().unwrap_or_default();
        if self.open.get(place + 1..).is_some_and(|inner| inner.iter().take(2).all(|open| matches!(open, Open::Text)))
            && let Some(Open::Block(block)) = self.open.get_mut(place)
        {
            let mut taken = std::mem::replace(block, Block::new(BlockKind::Divider));
            self.give_text(&mut taken);
            if let Some(Open::Block(block)) = self.open.get_mut(place) {
                *block = taken;
            }
        } else if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.add(paragraph(text));
        }
        self.add_images();
    }

    fn give_text(&mut self, block: &mut Block) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        let is_new = block.children.is_empty();
        match &mut block.kind {
            BlockKind::Code { text: code, .. } => *code = text,
            BlockKind::Heading { text: said, .. }
            | BlockKind::Quote { text: said, .. }
            | BlockKind::ToDo { text: said, .. }
            | BlockKind::BulletedListItem { text: said, .. }
            | BlockKind::NumberedListItem { text: said, .. }
                if is_new && said.is_empty() =>
            {
                *said = linked(text);
            }
            _ => block.children.extend(by_lines(text)),
        }
    }

    fn add_images(&mut self) {
        for image in std::mem::take(&mut self.images) {
            self.add(image);
        }
    }

    /// Adds a block to the one it stands in.
    fn add(&mut self, mut block: Block) {
        if let BlockKind::Code { text, .. } = &mut block.kind {
            for span in text.iter_mut() {
                if let SpanKind::Text { text, .. } = &mut span.kind
                    && text.ends_with('\n')
                {
                    text.pop();
                }
            }
            text.retain(|span| !span.plain().is_empty());
            if std::mem::take(&mut self.is_indented_code) {
                block = paragraph(std::mem::take(text));
            }
        }
        let blocks = match block.kind {
            BlockKind::Paragraph { text, .. } => by_lines(text),
            _ => vec![block],
        };
        let place = self.places.last().copied();
        match place.and_then(|place| self.open.get_mut(place)) {
            Some(Open::Block(parent)) => parent.children.extend(blocks),
            _ => self.blocks.extend(blocks),
        }
    }

    /// An address that no text leads to is its own text.
    fn end_link(&mut self) {
        let unsaid = self.links.last().filter(|link| !link.is_told).map(|link| link.url.clone());
        if let Some(url) = unsaid {
            self.push_text(&url);
        }
        if let Some(link) = self.links.pop() {
            self.push_title(&link.title);
        }
    }

    /// What CommonMark shows when the pointer rests has no place but the text.
    fn push_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.push_text(&format!(" ({title})"));
        }
    }

    fn push_text(&mut self, text: &str) {
        let link = self.links.last_mut().map(|link| {
            link.is_told |= !text.is_empty();
            Link { url: link.url.clone(), page_id: page_of(&link.url) }
        });
        self.push(SpanKind::Text { text: text.into(), link });
    }

    fn push_maths(&mut self, expression: &str) {
        self.push(SpanKind::Equation { expression: expression.trim().into() });
    }

    /// Display maths alone in its paragraph is a block.
    fn display_maths(&mut self, expression: &str) {
        let is_in_paragraph = matches!(self.open.last(), Some(Open::Text));
        if is_in_paragraph && said(&self.text).trim().is_empty() {
            self.text.clear();
            let kind = BlockKind::Equation { expression: expression.trim().into(), color: Color::default() };
            self.add(Block::new(kind));
        } else {
            self.push_maths(expression);
        }
    }

    fn push(&mut self, kind: SpanKind) {
        let is_code_block = matches!(self.open.last(), Some(Open::Block(Block { kind: BlockKind::Code { .. }, .. })));
        let mut style = Style::default();
        if !is_code_block {
            style.code = self.style.code;
            style.bold = self.bold > 0;
            style.italic = self.italic > 0;
            style.strikethrough = self.strikethrough > 0;
        }
        push(&mut self.text, Span { kind, style });
    }
}

/// Splits a paragraph where an address stands alone on a line: that becomes a bookmark. Line ends at the edges go.
fn by_lines(text: RichText) -> Vec<Block> {
    let mut lines: Vec<RichText> = vec![Vec::new()];
    for span in text {
        let SpanKind::Text { text, link } = &span.kind else {
            lines.last_mut().into_iter().for_each(|line| line.push(span.clone()));
            continue;
        };
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            let kind = SpanKind::Text { text: part.into(), link: link.clone() };
            if let Some(line) = lines.last_mut() {
                push(line, Span { kind, style: span.style.clone() });
            }
        }
    }
    let mut blocks = Vec::new();
    let mut pending = RichText::new();
    let flush = |pending: &mut RichText, blocks: &mut Vec<Block>| {
        let text = linked(std::mem::take(pending));
        if !text.is_empty() {
            blocks.push(paragraph(text));
        }
    };
    let mut is_first = true;
    let empty_at_end = lines.iter().rev().take_while(|line| line.is_empty()).count();
    lines.truncate(lines.len() - empty_at_end);
    for line in lines {
        if let Some(url) = bookmark(&line) {
            flush(&mut pending, &mut blocks);
            blocks.push(Block::new(BlockKind::Bookmark { url: Some(url), caption: Vec::new() }));
            is_first = true;
            continue;
        }
        if !is_first {
            push(&mut pending, Span::text("\n"));
        }
        is_first = is_first && line.is_empty();
        for span in line {
            push(&mut pending, span);
        }
    }
    flush(&mut pending, &mut blocks);
    blocks
}

/// The address that is all a line says.
fn bookmark(line: &RichText) -> Option<String> {
    let [Span { kind: SpanKind::Text { text, link }, style }] = line.as_slice() else { return None };
    let url = text.trim();
    let is_address = address_len(url) == Some(url.len());
    let leads_there = link.as_ref().is_none_or(|link| link.url == url);
    (is_address && leads_there && style.is_plain()).then(|| url.to_owned())
}

/// Makes links of the addresses in a text.
fn linked(text: RichText) -> RichText {
    let mut out = RichText::new();
    for span in text {
        let SpanKind::Text { text, link: None } = &span.kind else {
            push(&mut out, span);
            continue;
        };
        if span.style.code || !text.contains("://") {
            push(&mut out, span);
            continue;
        }
        let mut add = |text: &str, link: Option<Link>| {
            push(&mut out, Span { kind: SpanKind::Text { text: text.into(), link }, style: span.style.clone() });
        };
        let (mut at, mut copied) = (0, 0);
        while let Some(found) = crate::text::find(text, at, "http") {
            at = found + 1;
            if let Some(len) = address_len(tail(text, found)) {
                let url = slice(text, found..found + len);
                add(slice(text, copied..found), None);
                add(url, Some(Link { url: url.into(), page_id: page_of(url) }));
                (at, copied) = (found + len, found + len);
            }
        }
        add(tail(text, copied), None);
    }
    out
}
