//! Inline Markdown → rich text: one scan from left to right.
//!
//! Both dialects have escapes, links and citations in common. In the first delimiters are toggles, not a tree, and spans do not nest; what
//! the second has instead (CommonMark's emphasis, tags that nest, entities) is in the module below.

mod v2;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::address::{colour_to_json, id_in};
use super::attributes::{Tag, tag};
use super::rich::{DATE_NAMES, Piece, Run, Style, merged};
use super::{Dialect, ReadOptions, auto_link};

/// Longer than any address the service keeps: where looking for a citation's end stops, so that reading stays linear.
const LONGEST_URL: usize = 4_096;

pub(super) fn rich(text: &str, options: &ReadOptions<'_>) -> Vec<Value> {
    let runs = merged(runs(text, options.dialect));
    let runs = if options.auto_links { merged(runs.into_iter().flat_map(auto_link::linked)) } else { runs };
    runs.iter().map(|run| run.to_json(options.lookup)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Struck,
}

#[derive(Debug)]
enum Token<'a> {
    Text(&'a str),
    Piece(Piece),
    Code(String),
    Mark(Mark),
    /// `[`, and where it leads if it opens a link.
    Open(Option<&'a str>),
    /// `]` with the `(url)` after it, if that made a link.
    Close(Option<&'a str>),
    Span(Style),
    SpanEnd,
    /// Signs of the second dialect, whose meaning is only known when all are there.
    Sign(v2::Sign<'a>),
    /// How everything looks from here on, apart from links.
    Look(Style),
}

fn runs(text: &str, dialect: Dialect) -> Vec<Run> {
    let mut tokens = Scanner::new(text, dialect).tokens();
    match dialect {
        Dialect::V1 => settle_marks(&mut tokens),
        Dialect::V2 => v2::settle(&mut tokens),
    }
    assemble(tokens)
}

struct Scanner<'a> {
    dialect: Dialect,
    text: &'a str,
    at: usize,
    tokens: Vec<Token<'a>>,
    /// Tokens of open brackets.
    brackets: Vec<usize>,
    /// Backticks: position, and whether a backslash stands before.
    ticks: Vec<(usize, bool)>,
    /// For every backtick, the index of the next one without a backslash.
    next_tick: Vec<Option<usize>>,
    parentheses: Vec<(usize, usize)>,
    /// Whether bold and italic are open here.
    open: (bool, bool),
    maths_end: Finder,
    dollar: Finder,
    mention_end: Finder,
    /// For every length of a row of backticks, where such rows start; for the second dialect.
    fences: BTreeMap<usize, Vec<usize>>,
}

/// The next place of a needle, searched for once.
struct Finder {
    needle: &'static str,
    found: Option<Option<usize>>,
}

impl Finder {
    const fn new(needle: &'static str) -> Self {
        Self { needle, found: None }
    }

    fn from(&mut self, text: &str, at: usize) -> Option<usize> {
        match self.found {
            Some(None) => return None,
            Some(Some(found)) if found >= at => return Some(found),
            _ => {}
        }
        let found = text.get(at..).and_then(|rest| rest.find(self.needle)).map(|offset| at + offset);
        self.found = Some(found);
        found
    }
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, dialect: Dialect) -> Self {
        let mut ticks = Vec::new();
        let mut before = '\0';
        for (at, c) in text.char_indices() {
            if c == '`' {
                ticks.push((at, before == '\\'));
            }
            before = c;
        }
        let mut next = None;
        let mut next_tick = vec![None; ticks.len()];
        for (index, (slot, (_, is_escaped))) in next_tick.iter_mut().zip(&ticks).enumerate().rev() {
            if !is_escaped {
                next = Some(index);
            }
            *slot = next;
        }
        Self {
            dialect,
            text,
            at: 0,
            tokens: Vec::new(),
            brackets: Vec::new(),
            ticks,
            next_tick,
            parentheses: parentheses(text),
            open: (false, false),
            maths_end: Finder::new("`$"),
            dollar: Finder::new("$"),
            mention_end: Finder::new(match dialect {
                Dialect::V1 => "</mention-",
                Dialect::V2 => "</mention>",
            }),
            fences: v2::fences(text, dialect),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn tokens(mut self) -> Vec<Token<'a>> {
        let special: &[char] = match self.dialect {
            Dialect::V1 => &['\\', '`', '$', '<', '[', ']', '*', '~'],
            Dialect::V2 => &['\\', '`', '$', '<', '[', ']', '*', '~', '_', '&', '\n'],
        };
        while let Some(c) = self.rest().chars().next() {
            let start = self.at;
            let is_markup = match (c, self.dialect) {
                ('[', _) => self.citation() || self.open(),
                (']', _) => self.close(),
                ('\\', Dialect::V1) => self.escape(),
                ('`', Dialect::V1) => self.code(),
                ('$', Dialect::V1) => self.maths(),
                ('<', Dialect::V1) => self.tag(),
                ('*' | '~', Dialect::V1) => self.marks(c),
                (_, Dialect::V1) => false,
                (_, Dialect::V2) => self.second(c),
            };
            if !is_markup {
                // Plain text up to the next sign that may mean something.
                self.at = start + c.len_utf8();
                let len = self.rest().find(special).unwrap_or(self.rest().len());
                self.at += len;
                let text = self.text.get(start..self.at).unwrap_or_default();
                self.tokens.push(Token::Text(text));
            }
        }
        self.tokens
    }

    fn escape(&mut self) -> bool {
        let rest = self.rest();
        let Some(next) = rest.get(1..2).filter(|next| next.chars().all(|c| c.is_ascii_punctuation())) else {
            return false;
        };
        self.tokens.push(Token::Text(next));
        self.at += 2;
        true
    }

    fn code(&mut self) -> bool {
        let first = self.ticks.partition_point(|(at, _)| *at <= self.at);
        let closing = match self.next_tick.get(first) {
            // A backtick after a backslash is part of the code unless there is no other to close it.
            Some(Some(index)) => self.ticks.get(*index),
            _ => self.ticks.get(first),
        };
        let Some((end, _)) = closing.copied() else { return false };
        let Some(inner) = self.text.get(self.at + 1..end).filter(|inner| !inner.is_empty()) else {
            return false;
        };
        self.tokens.push(Token::Code(inner.replace("\\`", "`").replace("<br>", "\n")));
        self.at = end + 1;
        true
    }

    fn maths(&mut self) -> bool {
        let rest = self.rest();
        let (inner, end) = if rest.starts_with("$`") {
            let Some(end) = self.maths_end.from(self.text, self.at + 2) else { return false };
            (self.text.get(self.at + 2..end), end + 2)
        } else {
            let width = if rest.starts_with("$$") { 2 } else { 1 };
            let start = self.at + width;
            let Some(end) = self.dollar.from(self.text, start) else { return false };
            let inner = self.text.get(start..end).unwrap_or_default();
            let after = self.text.get(end..).unwrap_or_default();
            let is_tight = !inner.is_empty()
                && !inner.starts_with([' ', '\t'])
                && !inner.ends_with([' ', '\t', '\\'])
                && after.starts_with(if width == 2 { "$$" } else { "$" })
                && !after.get(width..).unwrap_or_default().starts_with(|c: char| c.is_ascii_digit());
            if !is_tight {
                return false;
            }
            (Some(inner), end + width)
        };
        let inner = inner.unwrap_or_default().trim();
        self.tokens.push(Token::Piece(Piece::Equation(inner.to_owned())));
        self.at = end;
        true
    }

    fn tag(&mut self) -> bool {
        let rest = self.rest();
        let is_known =
            ["<br", "<span", "</span", "<mention-", "<unknown_mention"].iter().any(|start| rest.starts_with(start));
        let Some(tag) = tag(rest).filter(|_| is_known) else { return false };
        let token = match tag.name {
            "br" if !tag.is_closing && tag.attributes.is_empty() => Token::Text("\n"),
            "span" if tag.is_closing => Token::SpanEnd,
            "span" => Token::Span(Style {
                is_underlined: tag.is_true("underline"),
                colour: tag.get("color").and_then(colour_to_json),
                discussions: tag.get("discussion-urls").map(str::to_owned),
                ..Style::default()
            }),
            name if !tag.is_closing => {
                let raw_len = match name.strip_prefix("mention-") {
                    Some(kind) if !tag.is_self_closed => tag.len + self.label_len(self.at + tag.len, kind),
                    _ => tag.len,
                };
                let raw = rest.get(..raw_len).unwrap_or_default();
                self.at += raw_len;
                match mention(&tag, raw) {
                    Some(piece) => self.tokens.push(Token::Piece(piece)),
                    // Without an address a mention is lost, and its label with it.
                    None if !tag.has("url") && !tag.has("start") => {}
                    None => self.tokens.push(Token::Text(raw)),
                }
                return true;
            }
            _ => return false,
        };
        self.tokens.push(token);
        self.at += tag.len;
        true
    }

    /// Bytes of a mention's label with its closing tag, 0 without one.
    fn label_len(&mut self, from: usize, kind: &str) -> usize {
        let Some(end) = self.mention_end.from(self.text, from) else { return 0 };
        let closing = self.text.get(end..).unwrap_or_default();
        match tag(closing) {
            Some(tag) if tag.is_closing && tag.name.strip_prefix("mention-") == Some(kind) => end + tag.len - from,
            _ => 0,
        }
    }

    /// `[^https://…]`: only with an address; `[^1]` is text.
    fn citation(&mut self) -> bool {
        let Some(inner) = self.rest().strip_prefix("[^") else { return false };
        if !(inner.starts_with("https://") || inner.starts_with("http://") || inner.starts_with("/")) {
            return false;
        }
        let Some(len) = inner.bytes().take(LONGEST_URL).position(|b| matches!(b, b']' | b' ' | b'[' | b'\n')) else {
            return false;
        };
        if !inner.get(len..).unwrap_or_default().starts_with(']') {
            return false;
        }
        let end = self.at + 2 + len + 1;
        let raw = self.text.get(self.at..end).unwrap_or_default();
        self.tokens.push(Token::Piece(Piece::Raw(raw.to_owned())));
        self.at = end;
        true
    }

    fn open(&mut self) -> bool {
        self.brackets.push(self.tokens.len());
        self.tokens.push(Token::Open(None));
        self.at += 1;
        true
    }

    fn close(&mut self) -> bool {
        let opener = self.brackets.pop();
        let target = opener.and_then(|_| match self.dialect {
            Dialect::V1 => self.target(self.at + 1),
            Dialect::V2 => self.second_target(self.at + 1),
        });
        self.at += 1;
        let url = target.map(|(url, _)| url);
        if let (Some((url, len)), Some(index)) = (target, opener) {
            if let Some(token) = self.tokens.get_mut(index) {
                *token = Token::Open(Some(url));
            }
            // Links do not nest: brackets further out are text.
            self.brackets.clear();
            self.at += len;
        }
        self.tokens.push(Token::Close(url));
        true
    }

    /// Stars are toggles, two for bold and one for italic. Next to code, and in long rows, they close everything and open it again: what
    /// is not needed to close opens.
    fn stars(&mut self, len: usize) {
        let before = self.tokens.iter().rev().find(|token| !matches!(token, Token::Mark(Mark::Struck)));
        let after = self.rest().strip_prefix("~~").unwrap_or(self.rest());
        let is_seam = len > 3 || matches!(before, Some(Token::Code(_))) || after.starts_with('`');
        let opened = len.checked_sub(weight(self.open)).filter(|opened| is_seam && *opened <= 3);
        let mut marks = Vec::new();
        let next = match opened {
            Some(opened) => (opened >= 2, opened % 2 == 1),
            None => (self.open.0 ^ (len / 2 % 2 == 1), self.open.1 ^ (len % 2 == 1)),
        };
        if self.open.0 != next.0 {
            marks.push(Mark::Bold);
        }
        if self.open.1 != next.1 {
            marks.push(Mark::Italic);
        }
        self.open = next;
        self.tokens.extend(marks.into_iter().map(Token::Mark));
    }

    /// The address in the parentheses at `at`, and the length of it all.
    fn target(&self, at: usize) -> Option<(&'a str, usize)> {
        let index = self.parentheses.binary_search_by_key(&at, |(open, _)| *open).ok()?;
        let (open, close) = self.parentheses.get(index)?;
        let url = self.text.get(open + 1..*close)?;
        Some((url, url.len() + 2))
    }

    fn marks(&mut self, c: char) -> bool {
        let rest = self.rest();
        let len = rest.len() - rest.trim_start_matches(c).len();
        self.at += len;
        if c == '~' {
            if len % 2 == 1 {
                self.tokens.push(Token::Text("~"));
            }
            self.tokens.extend((0..len / 2).map(|_| Token::Mark(Mark::Struck)));
        } else {
            self.stars(len);
        }
        true
    }
}

/// Stars for bold and italic together.
const fn weight((is_bold, is_italic): (bool, bool)) -> usize {
    (if is_bold { 2 } else { 0 }) + (if is_italic { 1 } else { 0 })
}

/// Every parenthesis that opens, with the one that closes it. Addresses hold balanced ones, and no spaces or backslashes, so those
/// end all that are open.
fn parentheses(text: &str) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => open.push(at),
            ')' => pairs.extend(open.pop().map(|start| (start, at))),
            ' ' | '\t' | '\\' => open.clear(),
            _ => {}
        }
    }
    pairs.sort_unstable();
    pairs
}

/// What a mention's tag says; `None` if it says nothing usable.
fn mention(tag: &Tag<'_>, raw: &str) -> Option<Piece> {
    let url = tag.get("url");
    let by_id = |kind: &str| {
        let id = id_in(url?)?;
        let mut body = json!({"id": id});
        if kind == "user"
            && let Some(body) = body.as_object_mut()
        {
            body.insert("object".to_owned(), json!("user"));
        }
        Some(Piece::Mention(json!({"type": kind, kind: body}), None))
    };
    match tag.name {
        "mention-user" => by_id("user"),
        "mention-page" => by_id("page"),
        "mention-database" => by_id("database"),
        "mention-date" => Some(Piece::Mention(json!({"type": "date", "date": date(tag, &DATE_NAMES)?}), None)),
        "unknown_mention" if tag.get("alt") == Some("custom_emoji") => url.map(custom_emoji),
        _ => url.map(|_| Piece::Raw(raw.to_owned())),
    }
}

/// The custom emoji at an address of the service's own.
fn custom_emoji(url: &str) -> Piece {
    let id = url.rsplit('/').next().unwrap_or_default();
    let emoji = json!({"id": id, "name": "", "url": ""});
    Piece::Mention(json!({"type": "custom_emoji", "custom_emoji": emoji}), Some(url.to_owned()))
}

/// The `date` object of a date's tag, whose attributes have the given names; `None` for days and times that do not exist or a range that
/// runs backwards.
fn date(tag: &Tag<'_>, [start_name, start_time, end_name, end_time, time_zone]: &[&str; 5]) -> Option<Value> {
    let zone = tag.get(time_zone);
    // A fixed zone is an offset (its name has the sign inverted), any other is named.
    let offset = zone.and_then(|zone| {
        if zone == "UTC" {
            return Some("+00:00".to_owned());
        }
        let shift: i32 = zone.strip_prefix("Etc/GMT")?.parse().ok()?;
        Some(format!("{}{:02}:00", if shift > 0 { '-' } else { '+' }, shift.abs()))
    });
    let named = zone.filter(|_| offset.is_none());
    let moment = |day: &str, time: Option<&str>| -> Option<String> {
        let day: jiff::civil::Date = day.parse().ok()?;
        match time {
            None => Some(day.to_string()),
            Some(time) => {
                let time: jiff::civil::Time = format!("{time}:00").parse().ok()?;
                let offset = offset.as_deref().or(named.is_none().then_some("+00:00")).unwrap_or_default();
                Some(format!("{day}T{:02}:{:02}:00.000{offset}", time.hour(), time.minute()))
            }
        }
    };
    let start = moment(tag.get(start_name)?, tag.get(start_time))?;
    let end = match tag.get(end_name) {
        Some(day) => Some(moment(day, tag.get(end_time))?),
        None => None,
    };
    if end.as_ref().is_some_and(|end| *end < start || end.contains('T') != start.contains('T')) {
        return None;
    }
    Some(json!({"start": start, "end": end, "time_zone": named.filter(|_| start.contains('T'))}))
}

/// Delimiters left open at the end of the block are text.
fn settle_marks(tokens: &mut [Token<'_>]) {
    for (mark, text) in [(Mark::Bold, "**"), (Mark::Italic, "*"), (Mark::Struck, "~~")] {
        let is_it = |token: &Token<'_>| matches!(token, Token::Mark(found) if *found == mark);
        if tokens.iter().filter(|token| is_it(token)).count() % 2 == 1
            && let Some(last) = tokens.iter_mut().rev().find(|token| is_it(token))
        {
            *last = Token::Text(text);
        }
    }
}

fn assemble(tokens: Vec<Token<'_>>) -> Vec<Run> {
    let mut style = Style::default();
    let mut is_in_span = false;
    let mut runs = Vec::new();
    for token in tokens {
        match token {
            Token::Text(text) => runs.push(Run::text(text, style.clone())),
            Token::Code(code) => runs.push(Run::text(&code, Style { is_code: true, ..style.clone() })),
            Token::Piece(piece) => runs.push(Run { style: Style { link: None, ..style.clone() }, piece }),
            Token::Mark(Mark::Bold) => style.is_bold = !style.is_bold,
            Token::Mark(Mark::Italic) => style.is_italic = !style.is_italic,
            Token::Mark(Mark::Struck) => style.is_struck = !style.is_struck,
            Token::Open(None) => runs.push(Run::text("[", style.clone())),
            // The text of a link nobody can follow stays, its address is lost.
            Token::Open(Some(url)) => style.link = is_followable(url).then(|| url.to_owned()),
            Token::Close(None) => runs.push(Run::text("]", style.clone())),
            Token::Close(Some(_)) => style.link = None,
            // Spans do not nest: an inner one adds to the outer, the first end closes both and the second is text.
            Token::Span(span) => {
                is_in_span = true;
                style.is_underlined |= span.is_underlined;
                style.colour = span.colour.or(style.colour);
                style.discussions = span.discussions.or(style.discussions);
            }
            Token::SpanEnd if is_in_span => {
                is_in_span = false;
                style.is_underlined = false;
                style.colour = None;
                style.discussions = None;
            }
            Token::SpanEnd => runs.push(Run::text("</span>", style.clone())),
            Token::Look(look) => style = Style { link: style.link.take(), ..look },
            // None is left once they are settled.
            Token::Sign(_) => {}
        }
    }
    runs
}

fn is_followable(url: &str) -> bool {
    if url.starts_with('/') || url.starts_with('#') {
        return true;
    }
    match url.split_once(':') {
        Some((scheme, rest)) => {
            matches!(scheme, "http" | "https" | "mailto" | "tel" | "notion" | "file" | "attachment") && !rest.is_empty()
        }
        None => false,
    }
}
