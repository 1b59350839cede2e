//! A document → text of the second dialect.

use satchel_model::{
    Block, BlockKind, Color, Document, MediaKind, MeetingSection, Span, SpanKind, SyncedRole, Table, TableColumn,
};

use crate::{
    Flavor,
    inline::{self, escape_text, protect_line_start},
    table::{self, column_tag},
    tag::TagWriter,
    v1::instead,
    vocabulary::{address_in_brackets, color_to, icon_to, page_address, percent_from},
    write_back::Reuse,
};

enum Step<'a> {
    Siblings { blocks: std::slice::Iter<'a, Block>, depth: usize, number: usize },
    Close { line: String, depth: usize },
}

/// How an item of a list is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Bullet,
    Number,
    Box,
}

/// What stands between what is written and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Gap {
    #[default]
    Nothing,
    /// The next line: behind a tag.
    Line,
    /// A blank line, unless the list goes on in which an item with this marker stood at this depth.
    Blank(Option<(Marker, usize)>),
}

/// Writes line by line, with a stack of its own.
#[derive(Default)]
pub(crate) struct Writer {
    out: String,
    gap: Gap,
}

/// How a block is closed, and how deep its children are indented.
struct Opened {
    close: Option<String>,
    children: usize,
}

impl Writer {
    /// The text of a document; blocks that `reuse` knows come out as they stood.
    pub(crate) fn write(mut self, document: &Document, reuse: &mut Reuse<'_>) -> String {
        let mut steps = vec![Step::Siblings { blocks: document.blocks.iter(), depth: 0, number: 1 }];
        while let Some(step) = steps.pop() {
            match step {
                Step::Close { line, depth } => {
                    self.gap = Gap::Line;
                    self.start(depth, None);
                    self.out.push_str(&line);
                    self.gap = Gap::Blank(None);
                }
                Step::Siblings { mut blocks, depth, number } => {
                    let Some(block) = blocks.next() else { continue };
                    let is_numbered = matches!(block.kind, BlockKind::NumberedListItem { .. });
                    let next = if is_numbered { number + 1 } else { 1 };
                    steps.push(Step::Siblings { blocks, depth, number: next });
                    let item = marker(block);
                    // The depth of the text counts tags too, the depth in tabs only lists: bytes are reused at the top alone.
                    let reused = if depth == 0 && steps.len() == 1 { reuse.take(block, 0, number) } else { None };
                    if let Some(reused) = reused {
                        match reused.separator {
                            Some(separator) => self.out.push_str(separator),
                            None => self.start(depth, item),
                        }
                        self.out.push_str(reused.text);
                        self.gap = Gap::Blank(item.map(|item| (item, depth)));
                        continue;
                    }
                    let opened = self.block(block, depth, number);
                    if let Some(line) = opened.close {
                        steps.push(Step::Close { line, depth });
                    }
                    steps.push(Step::Siblings { blocks: block.children.iter(), depth: opened.children, number: 1 });
                }
            }
        }
        self.out
    }

    fn start(&mut self, depth: usize, item: Option<Marker>) {
        match self.gap {
            Gap::Nothing => {}
            Gap::Line => self.out.push('\n'),
            Gap::Blank(Some((before, above))) if item.is_some() && (item == Some(before) || depth > above) => {
                self.out.push('\n');
            }
            Gap::Blank(_) => self.out.push_str("\n\n"),
        }
        self.out.extend(std::iter::repeat_n('\t', depth));
    }

    /// Adds lines; those after the first are indented too.
    fn lines(&mut self, depth: usize, text: &str, item: Option<Marker>) {
        self.start(depth, item);
        self.out.push_str(&text.replace('\n', &format!("\n{}", "\t".repeat(depth))));
        self.gap = Gap::Blank(item.map(|item| (item, depth)));
    }

    /// Adds a tag that takes what follows, and its own text. A first paragraph inside would be taken for that text when there is none,
    /// so an empty one is said to be empty by a blank line.
    fn open(&mut self, tag: TagWriter<'_>, text: &[Span], first: Option<&Block>, depth: usize, name: &str) -> Opened {
        self.lines(depth, &tag.open(), None);
        let text = inline::write_as(text, Flavor::V2);
        if text.is_empty() {
            let is_taken =
                matches!(first, Some(Block { kind: BlockKind::Paragraph { text, .. }, .. }) if !text.is_empty());
            self.gap = if is_taken { Gap::Blank(None) } else { Gap::Line };
        } else {
            self.gap = Gap::Line;
            self.lines(depth, &paragraph(&text), None);
        }
        Opened { close: Some(format!("</{name}>")), children: depth }
    }

    fn block(&mut self, block: &Block, depth: usize, number: usize) -> Opened {
        let kept = &block.attributes;
        let first = block.children.first();
        let done = Opened { close: None, children: depth };
        let is_plain = kept.is_empty() && block.children.is_empty();
        let colored = |name: &'static str, color: &Color| TagWriter::new(name).with_some("color", color_to(color));
        if let Some(item) = marker(block) {
            let (marker, text) = match &block.kind {
                BlockKind::ToDo { text, is_checked: true, .. } => ("- [x]".to_owned(), text),
                BlockKind::ToDo { text, .. } => ("- [ ]".to_owned(), text),
                BlockKind::NumberedListItem { text, .. } => (format!("{number}."), text),
                BlockKind::BulletedListItem { text, .. } => ("-".to_owned(), text),
                _ => return done,
            };
            self.lines(depth, &marked(&marker, text), Some(item));
            return Opened { close: None, children: depth + 1 };
        }
        match &block.kind {
            BlockKind::Paragraph { text, color, .. } => {
                if is_plain && text.is_empty() {
                    self.lines(depth, &colored("p", color).self_closed_apart(), None);
                } else if is_plain && color.is_default() {
                    self.lines(depth, &paragraph(&inline::write_as(text, Flavor::V2)), None);
                } else {
                    return self.open(colored("p", color).with_kept(kept), text, first, depth, "p");
                }
            }
            BlockKind::Heading { level, text, color, is_toggleable } => {
                let level = (*level).clamp(1, 4);
                let name = ["h1", "h2", "h3", "h4"].get(usize::from(level) - 1).copied().unwrap_or("h4");
                if *is_toggleable {
                    let tag = TagWriter::new("toggle").with("heading", name).with_some("color", color_to(color));
                    return self.open(tag.with_kept(kept), text, first, depth, "toggle");
                } else if is_plain && color.is_default() && !text.iter().any(|span| span.plain().contains('\n')) {
                    self.lines(depth, &marked(&"#".repeat(usize::from(level)), text), None);
                } else {
                    return self.open(colored(name, color).with_kept(kept), text, first, depth, name);
                }
            }
            BlockKind::Quote { text, color } => {
                return self.open(colored("quote", color).with_kept(kept), text, first, depth, "quote");
            }
            BlockKind::Toggle { text, color } => {
                return self.open(colored("toggle", color).with_kept(kept), text, first, depth, "toggle");
            }
            BlockKind::Callout { text, color, icon } => {
                let tag = TagWriter::new("callout").with_some("icon", icon.as_ref().map(icon_to));
                let tag = tag.with_some("color", color_to(color)).with_kept(kept);
                return self.open(tag, text, first, depth, "callout");
            }
            BlockKind::ToDo { text, color, is_checked } => {
                let tag = TagWriter::new("todo").with("checked", is_checked.to_string());
                let tag = tag.with_some("color", color_to(color)).with_kept(kept);
                return self.open(tag, text, first, depth, "todo");
            }
            BlockKind::BulletedListItem { text, color } => {
                self.lines(depth, "<ul>", None);
                self.gap = Gap::Line;
                let opened = self.open(colored("li", color).with_kept(kept), text, first, depth, "li");
                return Opened { close: Some(format!("</li>\n{}</ul>", "\t".repeat(depth))), ..opened };
            }
            BlockKind::NumberedListItem { text, color, format, .. } => {
                let kind = match format.as_deref() {
                    Some("letters") => "a",
                    Some("roman") => "i",
                    _ => "1",
                };
                self.lines(depth, &TagWriter::new("ol").with("type", kind).open(), None);
                self.gap = Gap::Line;
                let opened = self.open(colored("li", color).with_kept(kept), text, first, depth, "li");
                return Opened { close: Some(format!("</li>\n{}</ol>", "\t".repeat(depth))), ..opened };
            }
            BlockKind::Code { text, language, .. } => {
                let text = satchel_model::plain_text(text);
                let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
                let fence = "`".repeat((longest + 1).max(3));
                let language: String = language.chars().filter(|c| !matches!(c, '`' | '\n' | '\r')).collect();
                let language = if language.trim().is_empty() { "plain text" } else { language.trim() };
                self.lines(depth, &format!("{fence}{language}\n{text}\n{fence}"), None);
            }
            BlockKind::Equation { expression, color } if color.is_default() => {
                self.lines(depth, &format!("$$\n{expression}\n$$"), None);
            }
            BlockKind::Equation { expression, color } => {
                let tag = colored("equation", color).open();
                self.lines(depth, &format!("{tag}\n{expression}\n</equation>"), None);
            }
            BlockKind::Divider => self.lines(depth, "---", None),
            BlockKind::TableOfContents { color } => {
                self.lines(depth, &colored("table-of-contents", color).with_kept(kept).self_closed_apart(), None);
            }
            BlockKind::Table { table } => self.lines(depth, &write_table(table, block), None),
            BlockKind::ColumnList => {
                return self.open(TagWriter::new("columns").with_kept(kept), &[], None, depth, "columns");
            }
            BlockKind::Column { ratio } => {
                let tag = TagWriter::new("column").with_some("ratio", ratio.map(percent_from)).with_kept(kept);
                return self.open(tag, &[], None, depth, "column");
            }
            BlockKind::TabList => return self.open(TagWriter::new("tabs").with_kept(kept), &[], None, depth, "tabs"),
            BlockKind::Tab { label, icon } => {
                let tag = TagWriter::new("tab").with_some("icon", icon.as_ref().map(icon_to)).with_kept(kept);
                return self.open(tag, label, first, depth, "tab");
            }
            BlockKind::Synced { role, url, is_unavailable } => {
                let name = match role {
                    SyncedRole::Original => "synced-block",
                    SyncedRole::Reference => "synced-block-reference",
                };
                let tag = TagWriter::new(name).with_some("url", url.as_ref()).with_flag("notice", *is_unavailable);
                return self.open(tag.with_kept(kept), &[], None, depth, name);
            }
            BlockKind::MeetingNotes { title, .. } => {
                return self.open(
                    TagWriter::new("meeting-notes").with_kept(kept),
                    title,
                    first,
                    depth,
                    "meeting-notes",
                );
            }
            BlockKind::MeetingSection { section } => {
                let name = match section {
                    MeetingSection::Summary => "meeting-notes-section-summary",
                    MeetingSection::Notes => "meeting-notes-section-notes",
                    MeetingSection::Transcript => "meeting-notes-section-transcript",
                };
                return self.open(TagWriter::new(name).with_kept(kept), &[], None, depth, name);
            }
            _ => self.lines(depth, &one_line(block), None),
        }
        done
    }
}

/// The marker of an item that one can say: the tags are for colours and ways of counting.
fn marker(block: &Block) -> Option<Marker> {
    let (marker, color) = match &block.kind {
        BlockKind::ToDo { color, .. } => (Marker::Box, color),
        BlockKind::BulletedListItem { color, .. } => (Marker::Bullet, color),
        BlockKind::NumberedListItem { color, format, .. } if matches!(format.as_deref(), None | Some("numbers")) => {
            (Marker::Number, color)
        }
        _ => return None,
    };
    (color.is_default() && block.attributes.is_empty()).then_some(marker)
}

fn one_line(block: &Block) -> String {
    let kept = &block.attributes;
    let labelled =
        |tag: TagWriter<'_>, label: &str, name: &str| format!("{}{label}</{name}>", tag.with_kept(kept).open());
    let caption = |spans: &[Span]| inline::write_as(spans, Flavor::V2);
    let is_one_line = |spans: &[Span]| !spans.iter().any(|span| span.plain().contains('\n'));
    match &block.kind {
        BlockKind::Media { media: MediaKind::Image, url, caption: said, color, .. }
            if color.is_default() && is_one_line(said) =>
        {
            format!("![{}]({})", caption(said), address_in_brackets(url))
        }
        BlockKind::Media { media, url, caption: said, color, .. } => {
            let name = match media {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Audio => "audio",
                MediaKind::File => "file",
                MediaKind::Pdf => "pdf",
            };
            labelled(TagWriter::new(name).with("source", url).with_some("color", color_to(color)), &caption(said), name)
        }
        BlockKind::Bookmark { url: Some(url), caption: said } => {
            labelled(TagWriter::new("bookmark").with("source", url), &caption(said), "bookmark")
        }
        BlockKind::Embed { url: Some(url), caption: said } => {
            labelled(TagWriter::new("embed").with("source", url), &caption(said), "embed")
        }
        BlockKind::ChildPage { page_id, title } => {
            let tag = TagWriter::new("page").with_some("url", page_id.map(|id| page_address(&id.simple())));
            let tag = tag.with_kept(kept).ordered(&["url", "deleted", "color"]);
            format!("{}{}</page>", tag.open(), escape_text(title, Flavor::V2).replace("\\\n", "<br />"))
        }
        BlockKind::ChildDatabase { database_id, data_source_id, title, icon, is_inline } => {
            let tag = TagWriter::new("database")
                .with_some("url", database_id.map(|id| page_address(&id.simple())))
                .with("inline", is_inline.to_string())
                .with_some("icon", icon.as_ref().map(icon_to))
                .with_some("data-source-url", data_source_id.map(|id| format!("collection://{id}")))
                .with_kept(kept)
                .ordered(&["url", "inline", "deleted", "locked", "icon", "data-source-url", "color"]);
            format!("{}{}</database>", tag.open(), escape_text(title, Flavor::V2).replace("\\\n", "<br />"))
        }
        BlockKind::Unsupported { kind, url } => {
            let is_old = kept.iter().any(|kept| kept.name == "type");
            let alt = kind.as_ref().filter(|_| !is_old);
            let tag = TagWriter::new("unknown").with_some("url", url.as_ref()).with_some("alt", alt).with_kept(kept);
            tag.ordered(&["url", "id", "alt", "type"]).self_closed_apart()
        }
        BlockKind::Breadcrumb => TagWriter::new("unknown").with("alt", "breadcrumb").self_closed_apart(),
        BlockKind::Unknown { source, .. } => source.clone(),
        kind => paragraph(&inline::write_as(&instead(kind), Flavor::V2)),
    }
}

/// Text whose lines do not begin as something else.
fn paragraph(text: &str) -> String {
    let protect = |line: &str| match line.as_bytes() {
        [b'+', b' ', ..] | [b'+'] | [b'>', ..] => format!("\\{line}"),
        _ => protect_line_start(line),
    };
    text.split('\n').map(protect).collect::<Vec<_>>().join("\n")
}

fn marked(marker: &str, text: &[Span]) -> String {
    let text = paragraph(&inline::write_as(text, Flavor::V2));
    if text.is_empty() { marker.to_owned() } else { format!("{marker} {text}") }
}

fn cell(spans: &[Span]) -> String {
    inline::write_as(spans, Flavor::V2).replace("\\\n", "<br />")
}

/// Between bars a backslash before a bar is taken off, and in code or maths it would have to stay.
fn may_stand_between_bars(spans: &[Span]) -> bool {
    spans.iter().all(|span| {
        let verbatim = match &span.kind {
            SpanKind::Text { text, .. } if span.style.code => text,
            SpanKind::Equation { expression } => expression,
            SpanKind::Raw { source, .. } => source,
            _ => return true,
        };
        !verbatim.contains("\\|")
    })
}

/// Bars for a table that has nothing but a header row, tags for any other.
fn write_table(table: &Table, block: &Block) -> String {
    let no_color = |color: &Color| color.is_default();
    let is_plain = table.has_column_header
        && !table.has_row_header
        && !table.is_full_width
        && block.attributes.is_empty()
        && table.columns.is_empty()
        && table.rows.first().is_some_and(|row| !row.cells.is_empty())
        && table.rows.iter().all(|row| {
            no_color(&row.color)
                && row.cells.iter().all(|cell| no_color(&cell.color) && may_stand_between_bars(&cell.text))
        });
    if is_plain {
        let bars = |cells: &mut dyn Iterator<Item = String>| format!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        let mut lines: Vec<String> = table
            .rows
            .iter()
            .map(|row| bars(&mut row.cells.iter().map(|one| cell(&one.text).replace("\\|", "|").replace('|', "\\|"))))
            .collect();
        let width = table.rows.first().map_or(0, |row| row.cells.len());
        lines.insert(1, bars(&mut std::iter::repeat_n("---".to_owned(), width)));
        return lines.join("\n");
    }
    let open = TagWriter::new("table")
        .with_flag("fit-page-width", table.is_full_width)
        .with_flag("header-row", table.has_column_header)
        .with_flag("header-column", table.has_row_header)
        .with_kept(&block.attributes)
        .ordered(&table::KNOWN);
    let mut lines = vec![open.open()];
    if table.columns.iter().any(|column| *column != TableColumn::default()) {
        let columns: String = table
            .columns
            .iter()
            .map(|column| column_tag(column).ordered(&["width", "color"]).self_closed_apart())
            .collect();
        lines.push(format!("<colgroup>{columns}</colgroup>"));
    }
    for (index, row) in table.rows.iter().enumerate() {
        lines.push(TagWriter::new("tr").with_some("color", color_to(&row.color)).open());
        for (column, one) in row.cells.iter().enumerate() {
            let is_header = (table.has_column_header && index == 0) || (table.has_row_header && column == 0);
            let name = if is_header { "th" } else { "td" };
            let tag = TagWriter::new(name).with_some("color", color_to(&one.color)).open();
            lines.push(format!("{tag}{}</{name}>", cell(&one.text)));
        }
        lines.push("</tr>".into());
    }
    lines.push("</table>".into());
    lines.join("\n")
}
