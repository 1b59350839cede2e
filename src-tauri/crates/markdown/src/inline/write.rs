//! Spans → inline markup, in the form the service itself writes.
//!
//! Delimiters are toggled from run to run (`***a**b*`), hug their runs, spaces included, and are closed around links, tags and code, which
//! open them again inside.

use satchel_model::{Mention, RichText, Span, SpanKind, Style};

use super::{NOTHING, code, mention, push, read_as, scan::emoji_at};
use crate::{
    Flavor,
    table::is_table_tag,
    tag::{Tag, TagWriter},
    text::tail,
    vocabulary::{address_in_brackets, color_to, is_custom_emoji},
};

/// The same spans, neighbours merged and empty ones dropped.
fn merged(spans: &[Span]) -> RichText {
    let mut merged = RichText::new();
    for span in spans {
        push(&mut merged, span.clone());
    }
    merged
}

pub(super) fn write(spans: &[Span], flavor: Flavor) -> String {
    let spans = merged(spans);
    match flavor {
        Flavor::V1 => write_v1(&spans),
        Flavor::V2 => with_breaks(&write_v2(&spans)),
    }
}

/// The second dialect breaks a line by a backslash at its end, but only where a line with text follows: elsewhere a tag does.
fn with_breaks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            let is_no_text = line.starts_with('\t') || line.trim().is_empty();
            if is_no_text && out.ends_with('\\') {
                out.pop();
                out.push_str("<br />");
            } else {
                out.push('\n');
            }
        }
        out.push_str(line);
    }
    out
}

/// Whether a character is escaped wherever it stands.
fn is_special(c: char, flavor: Flavor) -> bool {
    match flavor {
        Flavor::V1 => {
            matches!(c, '\\' | '*' | '~' | '`' | '$' | '[' | ']' | '<' | '>' | '{' | '}' | '|' | '^')
        }
        Flavor::V2 => {
            matches!(c, '\\' | '*' | '~' | '`' | '$' | '[' | ']' | '<' | '|' | '^' | '_' | '&')
        }
    }
}

/// Characters as text: the escape set gets backslashes, and so do the colons of what would read as an emoji.
pub(crate) fn escape_text(text: &str, flavor: Flavor) -> String {
    let line_break = match flavor {
        Flavor::V1 => "<br>",
        Flavor::V2 => "\\\n",
    };
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut emoji_end = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => out.push_str(line_break),
            '\r' => {
                chars.next_if(|(_, c)| *c == '\n');
                out.push_str(line_break);
            }
            ':' if emoji_end == Some(at) => out.push_str("\\:"),
            ':' => {
                if let Some(name) = emoji_at(text, at) {
                    emoji_end = Some(at + name.len() + 1);
                    out.push('\\');
                }
                out.push(':');
            }
            _ => {
                if is_special(c, flavor) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    out
}

/// Escapes what would make the start of a line a marker. The service leaves such lines as they are and reads them as another block;
/// a backslash is the nearest there is to a safe form.
pub(crate) fn protect_line_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    let ends_marker = |at: usize| matches!(line.as_bytes().get(at), None | Some(b' '));
    let at = if digits > 0 && line.as_bytes().get(digits) == Some(&b'.') && ends_marker(digits + 1) {
        Some(digits)
    } else if (line.starts_with('-') && ends_marker(1))
        || line == "---"
        || (hashes > 0 && ends_marker(hashes))
        || line.starts_with("![")
        || line.starts_with(":::")
    {
        Some(0)
    } else {
        None
    };
    match at.and_then(|at| line.split_at_checked(at)) {
        Some((before, after)) => format!("{before}\\{after}"),
        None => line.to_owned(),
    }
}

/// One span without its styles; code of the second dialect with its backticks.
fn bare(span: &Span, flavor: Flavor) -> String {
    match &span.kind {
        SpanKind::Text { text, .. } if span.style.code => code::write_v2(text),
        SpanKind::Text { text, .. } => escape_text(text, flavor),
        SpanKind::Equation { expression } => {
            let expression = expression.trim().replace(['\n', '\r'], " ");
            // A backtick at an end might be taken for the beginning or the end.
            let has_odd_end = expression.starts_with('`') || expression.ends_with('`');
            let is_torn = expression.contains("`$") || (has_odd_end && !names_cell(&expression));
            match expression.as_str() {
                "" => String::new(),
                // Its own form of maths is of no use then.
                _ if is_torn && !expression.contains("$$") => format!("$$ {expression} $$"),
                _ => format!("$`{expression}`$"),
            }
        }
        SpanKind::Mention { mention } => mention::write(mention, flavor, |label| escape_text(label, flavor)),
        SpanKind::CustomEmoji { name, url } => match url {
            Some(url) if name.is_empty() && is_custom_emoji(url) => {
                TagWriter::new("unknown_mention").with("url", url).with("alt", "custom_emoji").self_closed()
            }
            _ if name.is_empty() => String::new(),
            _ => format!(":{name}:"),
        },
        SpanKind::Citation { url } => format!("[^{url}]"),
        SpanKind::Raw { source, .. } => source.clone(),
    }
}

fn link_of(span: &Span) -> Option<&str> {
    match &span.kind {
        SpanKind::Text { link, .. } => link.as_ref().map(|link| link.url.as_str()).filter(|url| !url.trim().is_empty()),
        _ => None,
    }
}

/// Where each span leads. Only text has a place for an address, so what stands between two texts of one link is a part of it: the link is
/// written once.
fn links_of(spans: &[Span]) -> Vec<Option<&str>> {
    let is_part = |span: &Span| match &span.kind {
        SpanKind::Equation { .. } | SpanKind::CustomEmoji { .. } => true,
        SpanKind::Mention { mention } => !matches!(mention, Mention::Link { .. }),
        _ => false,
    };
    let mut links: Vec<_> = spans.iter().map(link_of).collect();
    // The last text, if nothing but parts of a link in its look followed.
    let mut last: Option<usize> = None;
    for (index, span) in spans.iter().enumerate() {
        if is_part(span) {
            continue;
        }
        if let (Some(last), Some(link)) = (last, link_of(span))
            && links.get(last) == Some(&Some(link))
            && spans
                .get(last..index)
                .unwrap_or_default()
                .iter()
                .all(|one| look_tag(&one.style) == look_tag(&span.style))
        {
            links.get_mut(last..index).unwrap_or_default().fill(Some(link));
        }
        last = Some(index);
    }
    links
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Delimiters {
    bold: bool,
    italic: bool,
    strikethrough: bool,
}

impl Delimiters {
    fn of(style: &Style) -> Self {
        Self { bold: style.bold, italic: style.italic, strikethrough: style.strikethrough }
    }

    /// Writes what turns these into `next`; `~~` stands inside of the stars.
    fn turn_into(&mut self, next: Self, out: &mut String) {
        if self.strikethrough && !next.strikethrough {
            out.push_str("~~");
        }
        if self.bold != next.bold {
            out.push_str("**");
        }
        if self.italic != next.italic {
            out.push('*');
        }
        if !self.strikethrough && next.strikethrough {
            out.push_str("~~");
        }
        *self = next;
    }
}

/// The tag around a run; none when the run needs none.
fn look_tag(style: &Style) -> Option<String> {
    let color = color_to(&style.color);
    if color.is_none() && !style.underline && style.discussions.is_empty() {
        return None;
    }
    let discussions = (!style.discussions.is_empty()).then(|| style.discussions.join(","));
    let tag = TagWriter::new("span").with_some("color", color).with_flag("underline", style.underline);
    Some(tag.with_some("discussion-urls", discussions).open())
}

/// What touches the colon of a custom emoji so that it is none.
fn hides_emoji(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b':')
}

/// Adds a piece. What stood between an emoji and its neighbours may have said nothing and be gone, so they are kept apart anew.
fn push_piece(out: &mut String, piece: &str, span: &Span, emoji_end: &mut Option<usize>, nothing: &str) {
    let is_emoji = matches!(&span.kind, SpanKind::CustomEmoji { .. }) && piece.starts_with(':');
    let follows_emoji = *emoji_end == Some(out.len()) && hides_emoji(piece.as_bytes().first());
    if follows_emoji || (is_emoji && hides_emoji(out.as_bytes().last())) {
        out.push_str(nothing);
    }
    out.push_str(piece);
    if is_emoji {
        *emoji_end = Some(out.len());
    }
}

fn write_v1(spans: &[Span]) -> String {
    let written = laid_out_v1(spans, false);
    // Whether doubtful code ends where it should depends on all that follows it.
    let codes = |spans: &[Span]| spans.iter().filter_map(|span| code_of(span).map(str::to_owned)).collect::<Vec<_>>();
    let is_doubtful = spans.iter().filter_map(code_of).any(code::is_doubtful);
    if is_doubtful && codes(&read_as(&written, Flavor::V1)) != codes(spans) {
        return laid_out_v1(spans, true);
    }
    written
}

fn code_of(span: &Span) -> Option<&str> {
    match &span.kind {
        SpanKind::Text { text, .. } if span.style.code => Some(text),
        _ => None,
    }
}

/// Where code ends is made `clear` on the spot when what follows would put it in doubt.
fn laid_out_v1(spans: &[Span], is_clear: bool) -> String {
    let mut out = String::new();
    let mut emoji_end = None;
    let mut open = Delimiters::default();
    let mut tag: Option<String> = None;
    let mut link: Option<&str> = None;
    let mut is_in_code = false;
    for (span, next_link) in spans.iter().zip(links_of(spans)) {
        let code = code_of(span);
        let piece = match code {
            Some(code) => code::write_v1(code, is_clear),
            None => bare(span, Flavor::V1),
        };
        if piece.is_empty() {
            continue;
        }
        let next_tag = look_tag(&span.style);
        let next = Delimiters::of(&span.style);
        let leaves_code = code.is_some() != is_in_code;
        if tag != next_tag || link != next_link || (tag.is_some() && leaves_code) {
            open.turn_into(Delimiters::default(), &mut out);
            close(&mut out, &mut tag, &mut link);
            out.push_str(next_tag.as_deref().unwrap_or_default());
            out.push_str(if next_link.is_some() { "[" } else { "" });
            (tag, link) = (next_tag, next_link);
        } else if leaves_code && !open.italic && !next.italic {
            // Closing and opening again reads the same, and is what the service does; of a single `*` it would make a `**`.
            open.turn_into(Delimiters::default(), &mut out);
        }
        open.turn_into(next, &mut out);
        push_piece(&mut out, &piece, span, &mut emoji_end, NOTHING);
        is_in_code = code.is_some();
        if is_clear && code.is_some_and(code::ends_doubtfully) {
            let end = out.len();
            if !open.italic {
                open.turn_into(Delimiters::default(), &mut out);
                close(&mut out, &mut tag, &mut link);
            }
            out.push_str(if out.len() == end { NOTHING } else { "" });
        }
    }
    open.turn_into(Delimiters::default(), &mut out);
    close(&mut out, &mut tag, &mut link);
    out
}

fn close(out: &mut String, tag: &mut Option<String>, link: &mut Option<&str>) {
    if let Some(url) = link.take() {
        out.push_str("](");
        out.push_str(&address_in_brackets(url));
        out.push(')');
    }
    if tag.take().is_some() {
        out.push_str("</span>");
    }
}

/// Whether maths holds a tag that would end a cell, but for the form that does not come about by chance.
fn names_cell(expression: &str) -> bool {
    let mut tags = expression.match_indices('<').filter_map(|(at, _)| Tag::at(tail(expression, at)));
    tags.any(|tag| is_table_tag(tag.name))
}

/// In the second dialect a run is wrapped on its own: with delimiters where CommonMark would see them for what they are, with tags elsewhere.
fn write_v2(spans: &[Span]) -> String {
    const NOTHING: &str = "<u></u>";
    let mut out = String::new();
    let mut emoji_end = None;
    for (index, span) in spans.iter().enumerate() {
        let mut piece = bare(span, Flavor::V2);
        if let SpanKind::Equation { expression } = &span.kind {
            let next = spans.get(index + 1).and_then(|next| next.plain().chars().next());
            let expression = expression.trim();
            if !expression.contains(['$', '\n', '`'])
                && !expression.ends_with('\\')
                && !names_cell(expression)
                && !next.is_some_and(|c| c.is_ascii_digit())
            {
                piece = if expression.is_empty() { String::new() } else { format!("${expression}$") };
            }
        }
        if piece.is_empty() {
            continue;
        }
        let style = &span.style;
        let is_apart = |neighbour: Option<char>| {
            neighbour.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | ';' | '(' | ')'))
        };
        let before = index.checked_sub(1).and_then(|index| spans.get(index));
        let after = spans.get(index + 1);
        let is_plain = |neighbour: Option<&Span>| {
            neighbour.is_none_or(|span| Delimiters::of(&span.style) == Delimiters::default())
        };
        let has_edge_space =
            piece.starts_with(char::is_whitespace) || piece.ends_with(char::is_whitespace) || piece.ends_with('\\');
        let by_delimiters = !has_edge_space
            && is_plain(before)
            && is_plain(after)
            && is_apart(before.and_then(|span| span.plain().chars().last()))
            && is_apart(after.and_then(|span| span.plain().chars().next()));
        for (is_set, delimiter, tag) in
            [(style.strikethrough, "~~", "s"), (style.italic, "*", "i"), (style.bold, "**", "b")]
        {
            if is_set && by_delimiters {
                piece = format!("{delimiter}{piece}{delimiter}");
            } else if is_set {
                piece = format!("<{tag}>{piece}</{tag}>");
            }
        }
        if let Some(url) = link_of(span) {
            piece = format!("[{piece}]({})", address_in_brackets(url));
        }
        if style.underline {
            piece = format!("<u>{piece}</u>");
        }
        let without_underline = Style { underline: false, ..style.clone() };
        if let Some(tag) = look_tag(&without_underline) {
            piece = format!("{tag}{piece}</span>");
        }
        push_piece(&mut out, &piece, span, &mut emoji_end, NOTHING);
    }
    out
}
