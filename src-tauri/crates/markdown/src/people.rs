//! A document as text for people: ordinary Markdown to copy, or no markup at all for a terminal.
//!
//! Nothing reads this back; what CommonMark cannot say (columns, colours, toggles) is laid out so that the words stay in order.

use satchel_model::{Block, BlockKind, Document, MediaKind, MeetingSection, Mention, Span, SpanKind, Table};

use crate::{outline::said, vocabulary::page_address};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Markdown,
}

/// The words of a page, laid out with indents, markers of lists and blank lines.
#[must_use]
pub fn to_plain(document: &Document) -> String {
    Layout::new(Form::Plain).document(document)
}

/// A page as CommonMark with GFM's tables, tasks and strikethrough, and `$` for maths.
#[must_use]
pub fn to_markdown_for_people(document: &Document) -> String {
    Layout::new(Form::Markdown).document(document)
}

struct Siblings<'a> {
    blocks: std::slice::Iter<'a, Block>,
    /// What stands before every line.
    prefix: String,
    number: u32,
}

struct Layout {
    form: Form,
    out: String,
    /// Whether the block before was an item of a list, so that another follows without a blank line. None at the start.
    after_item: Option<bool>,
}

impl Layout {
    fn new(form: Form) -> Self {
        Self { form, out: String::new(), after_item: None }
    }

    fn document(mut self, document: &Document) -> String {
        let mut stack = vec![Siblings { blocks: document.blocks.iter(), prefix: String::new(), number: 1 }];
        while let Some(top) = stack.last_mut() {
            let Some(block) = top.blocks.next() else {
                stack.pop();
                continue;
            };
            let number = match &block.kind {
                BlockKind::NumberedListItem { start: Some(start), .. } => *start,
                _ => top.number,
            };
            let is_numbered = matches!(block.kind, BlockKind::NumberedListItem { .. });
            top.number = if is_numbered { number.saturating_add(1) } else { 1 };
            let prefix = top.prefix.clone();
            let prefix = self.block(block, number, prefix);
            stack.push(Siblings { blocks: block.children.iter(), prefix, number: 1 });
        }
        self.out.truncate(self.out.trim_end().len());
        self.out
    }

    /// Adds a block's own lines; what stands before the lines of its children.
    fn block(&mut self, block: &Block, number: u32, prefix: String) -> String {
        let is_markdown = self.form == Form::Markdown;
        let marked = |marker: &str| (marker.to_owned(), format!("{prefix}{}", " ".repeat(marker.chars().count())));
        match &block.kind {
            BlockKind::BulletedListItem { text, .. } => {
                let (marker, inner) = marked("- ");
                self.item(&prefix, &marker, &inner, text);
                inner
            }
            BlockKind::Toggle { text, .. } => {
                let (marker, inner) = marked(if is_markdown { "- " } else { "▸ " });
                self.item(&prefix, &marker, &inner, text);
                inner
            }
            BlockKind::NumberedListItem { text, .. } => {
                let (marker, inner) = marked(&format!("{number}. "));
                self.item(&prefix, &marker, &inner, text);
                inner
            }
            BlockKind::ToDo { text, is_checked, .. } => {
                let mark = if *is_checked { "[x] " } else { "[ ] " };
                let (marker, inner) = if is_markdown { marked("- ") } else { marked(mark) };
                let marker = if is_markdown { format!("{marker}{mark}") } else { marker };
                self.item(&prefix, &marker, &inner, text);
                inner
            }
            BlockKind::Quote { text, .. } => {
                let inner = format!("{prefix}> ");
                self.boxed(&prefix, &inner, &self.inline(text));
                inner
            }
            BlockKind::Callout { text, icon, .. } => {
                let inner = format!("{prefix}> ");
                let icon = match icon {
                    Some(satchel_model::Icon::Emoji { emoji }) => format!("{emoji} "),
                    _ => String::new(),
                };
                self.boxed(&prefix, &inner, &format!("{icon}{}", self.inline(text)));
                inner
            }
            BlockKind::Heading { level, text, .. } => {
                let text = self.inline(text).replace('\n', " ");
                let marker = if is_markdown { "#".repeat(usize::from(*level)) + " " } else { String::new() };
                if !text.is_empty() {
                    self.paragraph(&prefix, &format!("{marker}{text}"));
                }
                prefix
            }
            _ => {
                let text = self.other(block);
                self.paragraph(&prefix, &text);
                prefix
            }
        }
    }

    fn item(&mut self, prefix: &str, marker: &str, inner: &str, text: &[Span]) {
        let text = self.inline(text);
        self.separate(prefix, true);
        let mut lines = text.split('\n');
        self.push_line(prefix, &format!("{marker}{}", lines.next().unwrap_or_default()));
        for line in lines {
            self.push_line(inner, line);
        }
    }

    fn paragraph(&mut self, prefix: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.separate(prefix, false);
        for line in text.split('\n') {
            self.push_line(prefix, line);
        }
    }

    /// The text of a quotation, apart from what stands before it. Without any, what is in it comes first.
    fn boxed(&mut self, prefix: &str, inner: &str, text: &str) {
        self.separate(prefix, false);
        if text.trim().is_empty() {
            self.after_item = None;
            return;
        }
        for line in text.split('\n') {
            self.push_line(inner, line);
        }
    }

    fn separate(&mut self, prefix: &str, is_item: bool) {
        if self.after_item.is_some_and(|after_item| !(after_item && is_item)) {
            self.push_line(prefix, "");
        }
        self.after_item = Some(is_item);
    }

    fn push_line(&mut self, prefix: &str, line: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        // Spaces at the end of a line mean a break in Markdown, and nothing elsewhere.
        let ends_in_break = self.form == Form::Markdown && line.ends_with('\\');
        let line = format!("{prefix}{line}");
        self.out.push_str(if ends_in_break { &line } else { line.trim_end() });
    }

    fn inline(&self, spans: &[Span]) -> String {
        match self.form {
            Form::Plain => spans.iter().map(plain).collect(),
            Form::Markdown => markdown(spans),
        }
    }

    fn link(&self, label: &str, url: Option<&str>) -> String {
        match (self.form, url) {
            (Form::Plain, Some(url)) if label.is_empty() => url.to_owned(),
            (Form::Plain, Some(url)) if url != label => format!("{label} ({url})"),
            (Form::Markdown, Some(url)) => {
                let label = if label.is_empty() { url } else { label };
                format!("[{}]({})", escaped(label), destination(url))
            }
            (Form::Plain, _) => label.to_owned(),
            (Form::Markdown, None) => escaped(label),
        }
    }

    /// Blocks that are neither items nor boxes.
    fn other(&self, block: &Block) -> String {
        let is_markdown = self.form == Form::Markdown;
        match &block.kind {
            BlockKind::Code { text, language, .. } => {
                let text = satchel_model::plain_text(text);
                if !is_markdown {
                    return text;
                }
                let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
                let fence = "`".repeat((longest + 1).max(3));
                let language = if language == "plain text" { "" } else { language };
                format!("{fence}{language}\n{text}\n{fence}")
            }
            BlockKind::Equation { expression, .. } if is_markdown => format!("$$\n{expression}\n$$"),
            BlockKind::Equation { expression, .. } => expression.clone(),
            BlockKind::Divider => if is_markdown { "---" } else { "──────────" }.into(),
            BlockKind::Table { table } => self.table(table),
            BlockKind::Tab { label, .. } => self.strong(label),
            BlockKind::MeetingNotes { title, .. } => self.strong(title),
            BlockKind::MeetingSection { section } => {
                let name = match section {
                    MeetingSection::Summary => "Summary",
                    MeetingSection::Notes => "Notes",
                    MeetingSection::Transcript => "Transcript",
                };
                self.strong(&[Span::text(name)])
            }
            BlockKind::Media { media, url, caption, name, .. } => {
                let caption = said(caption);
                let is_reachable = !url.starts_with("file:");
                if *media == MediaKind::Image && is_markdown && is_reachable {
                    return format!("![{}]({})", escaped(&caption), destination(url));
                }
                let kind = match media {
                    MediaKind::Image => "Image",
                    MediaKind::Video => "Video",
                    MediaKind::Audio => "Audio",
                    MediaKind::File => "File",
                    MediaKind::Pdf => "PDF",
                };
                let label = [Some(caption), name.clone()].into_iter().flatten().find(|text| !text.is_empty());
                // A signed address is long and soon dead; without markup only its name is worth reading.
                let is_shown = is_reachable && (is_markdown || !crate::vocabulary::is_hosted(url));
                self.link(label.as_deref().unwrap_or(kind), is_shown.then_some(url))
            }
            BlockKind::Bookmark { url, caption } | BlockKind::Embed { url, caption } => {
                self.link(&said(caption), url.as_deref())
            }
            BlockKind::LinkPreview { url } => self.link("", url.as_deref()),
            BlockKind::ChildPage { page_id, title } => self.page(title, page_id.map(|id| id.simple())),
            BlockKind::ChildDatabase { database_id, title, .. } => self.page(title, database_id.map(|id| id.simple())),
            BlockKind::LinkToPage { page_id, database_id } => {
                self.page("", page_id.map(|id| id.simple()).or_else(|| database_id.map(|id| id.simple())))
            }
            BlockKind::Unsupported { kind, url } => {
                self.link(&kind.as_deref().unwrap_or("unsupported").replace('_', " "), url.as_deref())
            }
            _ => {
                let text = block.text().map(|text| self.inline(text)).unwrap_or_default();
                if is_markdown { guarded(&text) } else { text }
            }
        }
    }

    fn page(&self, title: &str, id: Option<String>) -> String {
        let title = if title.is_empty() { "Untitled" } else { title };
        match self.form {
            Form::Plain => title.to_owned(),
            Form::Markdown => self.link(title, id.map(|id| page_address(&id)).as_deref()),
        }
    }

    fn strong(&self, text: &[Span]) -> String {
        let text = self.inline(text).replace('\n', " ");
        if self.form == Form::Markdown && !text.trim().is_empty() { format!("**{}**", text.trim()) } else { text }
    }

    fn table(&self, table: &Table) -> String {
        let cell = |spans: &[Span]| match self.form {
            Form::Plain => self.inline(spans).replace('\n', " "),
            Form::Markdown => markdown(spans).replace('|', "\\|").replace("\\\n", "<br>").replace('\n', "<br>"),
        };
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.cells.iter().map(|one| cell(&one.text)).collect()).collect();
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        if self.form == Form::Plain {
            return rows.iter().map(|row| row.join(" | ")).collect::<Vec<_>>().join("\n");
        }
        let line = |row: &[String]| format!("| {} |", row.join(" | "));
        let empty = vec![String::new(); width];
        // GFM has no table without a header row; an empty one stands in.
        let (header, body) = match rows.split_first() {
            Some((first, rest)) if table.has_column_header => (first, rest),
            _ => (&empty, rows.as_slice()),
        };
        let mut lines = vec![line(header), line(&vec!["---".to_owned(); width])];
        lines.extend(body.iter().map(|row| line(row)));
        lines.join("\n")
    }
}

/// Characters that CommonMark or GFM might take for markup, made literal.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A paragraph whose lines do not begin as something else.
fn guarded(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let trimmed = line.trim_start();
        let is_quote = trimmed.starts_with('>') || trimmed.starts_with("+ ") || trimmed.starts_with('=');
        if is_quote { format!("\\{trimmed}") } else { crate::inline::protect_line_start(trimmed) }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn destination(url: &str) -> String {
    // Inside the service links may be relative.
    let url = &if url.starts_with('/') { format!("https://app.notion.com{url}") } else { url.to_owned() };
    let is_simple = !url.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>'));
    if is_simple { url.to_owned() } else { format!("<{}>", url.replace(['<', '>', '\n'], "")) }
}

fn markdown(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        let style = &span.style;
        let (text, link) = match &span.kind {
            SpanKind::Text { text, link } => (text.clone(), link.as_ref().map(|link| link.url.clone())),
            SpanKind::Equation { expression } => {
                out.push_str(&format!("${expression}$"));
                continue;
            }
            SpanKind::Mention { mention } => mentioned(mention, said(std::slice::from_ref(span))),
            _ => (said(std::slice::from_ref(span)), None),
        };
        // CommonMark wants delimiters to touch what they mark; spaces at the edges stand outside of them.
        let inner = text.trim();
        if inner.is_empty() {
            out.push_str(&text.replace('\n', "\\\n"));
            continue;
        }
        let (before, after) = text.split_once(inner).unwrap_or_default();
        let mut piece = if style.code {
            let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or_default();
            let fence = "`".repeat(longest + 1);
            let pad = if longest > 0 { " " } else { "" };
            format!("{fence}{pad}{}{pad}{fence}", inner.replace('\n', " "))
        } else {
            escaped(inner).replace('\n', "\\\n")
        };
        // Two runs that touch would make one long row of stars.
        let touches = before.is_empty() && out.ends_with('*');
        let (italic, bold) = if touches { ("_", "__") } else { ("*", "**") };
        for (is_set, delimiter) in [(style.strikethrough, "~~"), (style.italic, italic), (style.bold, bold)] {
            if is_set {
                piece = format!("{delimiter}{piece}{delimiter}");
            }
        }
        if let Some(url) = link {
            piece = format!("[{piece}]({})", destination(&url));
        }
        out.push_str(&before.replace('\n', "\\\n"));
        out.push_str(&piece);
        out.push_str(&after.replace('\n', "\\\n"));
    }
    out
}

fn plain(span: &Span) -> String {
    let text = said(std::slice::from_ref(span));
    match &span.kind {
        SpanKind::Mention { mention } => mentioned(mention, text).0,
        _ => text,
    }
}

fn mentioned(mention: &Mention, label: String) -> (String, Option<String>) {
    let or = |label: String, fallback: &str| if label.is_empty() { fallback.to_owned() } else { label };
    match mention {
        Mention::User { .. } => (format!("@{}", or(label, "someone")), None),
        Mention::Page { id, .. } => (or(label, "page"), Some(page_address(&id.simple()))),
        Mention::Database { id, .. } => (or(label, "database"), Some(page_address(&id.simple()))),
        Mention::Link { url, .. } => (or(label, url), Some(url.clone())),
        _ => (label, None),
    }
}
