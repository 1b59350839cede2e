//! Inline Markdown of the second dialect: CommonMark's emphasis, code and entities, and tags that nest.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::Dialect;
use super::super::address::{colour_to_json, id_in};
use super::super::attributes::{Tag, tag};
use super::super::rich::{Piece, Style};
use super::super::v2::DATE_NAMES;
use super::{LONGEST_URL, Scanner, Token, custom_emoji, date, is_followable};

/// Longer than any entity that is read.
const LONGEST_ENTITY: usize = 12;

/// A sign whose meaning depends on another one.
#[derive(Debug)]
pub(super) enum Sign<'a> {
    Row(Row<'a>),
    /// A tag that opens, and what it adds to the look.
    Open {
        name: &'a str,
        raw: &'a str,
        layer: Layer,
    },
    Close {
        name: &'a str,
        raw: &'a str,
    },
}

/// A row of one delimiter.
#[derive(Debug)]
pub(super) struct Row<'a> {
    text: &'a str,
    sign: char,
    can_open: bool,
    can_close: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layer {
    Bold,
    Italic,
    Struck,
    Underlined,
    Span { colour: Option<String>, discussions: Option<String> },
}

/// Where rows of backticks start, by their length.
pub(super) fn fences(text: &str, dialect: Dialect) -> BTreeMap<usize, Vec<usize>> {
    let mut fences: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    if dialect == Dialect::V1 {
        return fences;
    }
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + offset;
        let len = row_len(text.get(start..).unwrap_or_default(), '`');
        fences.entry(len).or_default().push(start);
        at = start + len;
    }
    fences
}

fn row_len(text: &str, sign: char) -> usize {
    text.len() - text.trim_start_matches(sign).len()
}

impl<'a> Scanner<'a> {
    /// Reads what starts with a sign that means something in this dialect. `false` if it is text after all.
    pub(super) fn second(&mut self, c: char) -> bool {
        match c {
            '\\' if self.rest().starts_with("\\\n") => {
                self.tokens.push(Token::Text("\n"));
                self.at += 2;
                true
            }
            '\\' => self.escape(),
            '`' => self.fenced(),
            '$' => self.dollars(),
            '<' => self.second_tag() || self.address(),
            '&' => self.entity(),
            '\n' => self.soft_break(),
            '*' | '_' | '~' => self.row(c),
            _ => false,
        }
    }

    fn fenced(&mut self) -> bool {
        let len = row_len(self.rest(), '`');
        let start = self.at + len;
        let ends = self.fences.get(&len).map_or(&[][..], Vec::as_slice);
        let end = ends.get(ends.partition_point(|end| *end < start)).copied();
        let Some((end, code)) = end.and_then(|end| Some((end, self.text.get(start..end)?))) else {
            let row = self.rest().get(..len).unwrap_or_default();
            self.tokens.push(Token::Text(row));
            self.at = start;
            return true;
        };
        let code = code.replace('\n', " ");
        let inner = code.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
        let inner = inner.filter(|inner| !inner.trim_matches(' ').is_empty());
        self.tokens.push(Token::Code(inner.unwrap_or(&code).to_owned()));
        self.at = end + len;
        true
    }

    fn dollars(&mut self) -> bool {
        let width = if self.rest().starts_with("$$") { 2 } else { 1 };
        let start = self.at + width;
        let mut from = start;
        let end = loop {
            let Some(end) = self.dollar.from(self.text, from) else { return false };
            // In LaTeX a dollar is written with a backslash.
            if !self.text.get(start..end).unwrap_or_default().ends_with('\\') {
                break end;
            }
            from = end + 1;
        };
        let inner = self.text.get(start..end).unwrap_or_default();
        let after = self.text.get(end..).unwrap_or_default();
        let is_tight = !inner.is_empty()
            && !inner.starts_with([' ', '\t', '\n'])
            && !inner.ends_with([' ', '\t', '\n'])
            && after.starts_with(if width == 2 { "$$" } else { "$" })
            && !after.get(width..).unwrap_or_default().starts_with(|c: char| c.is_ascii_digit());
        if !is_tight {
            return false;
        }
        self.tokens.push(Token::Piece(Piece::Equation(inner.replace('\n', " "))));
        self.at = end + width;
        true
    }

    fn second_tag(&mut self) -> bool {
        let rest = self.rest();
        let Some(tag) = tag(rest) else { return false };
        let raw = rest.get(..tag.len).unwrap_or_default();
        let token = match tag.name {
            "br" if !tag.is_closing => Token::Text("\n"),
            "b" | "i" | "s" | "u" | "span" if tag.is_closing => Token::Sign(Sign::Close { name: tag.name, raw }),
            _ if tag.is_closing => return false,
            "date" => match date(&tag, &DATE_NAMES) {
                Some(date) => Token::Piece(Piece::Mention(json!({"type": "date", "date": date}), None)),
                None => return false,
            },
            "unknown_mention" if tag.get("alt") == Some("custom_emoji") => match tag.get("url") {
                Some(url) => Token::Piece(custom_emoji(url)),
                None => return false,
            },
            "mention" => return self.mention_tag(&tag),
            "b" => open(&tag, raw, Layer::Bold),
            "i" => open(&tag, raw, Layer::Italic),
            "s" => open(&tag, raw, Layer::Struck),
            "u" => open(&tag, raw, Layer::Underlined),
            "span" => {
                let colour = tag.get("color").and_then(colour_to_json);
                let discussions = tag.get("discussion-urls").map(str::to_owned);
                open(&tag, raw, Layer::Span { colour, discussions })
            }
            _ => return false,
        };
        self.tokens.push(token);
        self.at += tag.len;
        true
    }

    /// `<mention url="…" />` or with a label, which is taken as it is and not kept.
    fn mention_tag(&mut self, tag: &Tag<'a>) -> bool {
        let Some(piece) = mention(tag) else { return false };
        self.at += tag.len;
        if !tag.is_self_closed
            && let Some(end) = self.mention_end.from(self.text, self.at)
        {
            self.at = end + "</mention>".len();
        }
        self.tokens.push(Token::Piece(piece));
        true
    }

    /// `<https://…>`.
    fn address(&mut self) -> bool {
        let inner = self.rest().get(1..).unwrap_or_default();
        let Some(len) = inner.bytes().take(LONGEST_URL).position(|b| matches!(b, b'>' | b'<' | b' ' | b'\n')) else {
            return false;
        };
        let Some(url) = inner.get(..len).filter(|url| url.contains(':') && is_followable(url)) else { return false };
        if !inner.get(len..).unwrap_or_default().starts_with('>') {
            return false;
        }
        self.tokens.extend([Token::Open(Some(url)), Token::Text(url), Token::Close(Some(url))]);
        self.at += len + 2;
        true
    }

    fn entity(&mut self) -> bool {
        let rest = self.rest();
        let Some(end) = rest.bytes().take(LONGEST_ENTITY).position(|b| b == b';') else { return false };
        let name = rest.get(1..end).unwrap_or_default();
        let text = match name {
            "lt" => "<".to_owned(),
            "gt" => ">".to_owned(),
            "amp" => "&".to_owned(),
            "quot" => "\"".to_owned(),
            "apos" => "'".to_owned(),
            "nbsp" => "\u{a0}".to_owned(),
            _ => {
                let Some(number) = name.strip_prefix('#') else { return false };
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                let Some(c) = code.ok().and_then(char::from_u32) else { return false };
                c.to_string()
            }
        };
        self.tokens.push(Token::Piece(Piece::Text(text)));
        self.at += end + 1;
        true
    }

    /// A line's end inside a block is a space, after two spaces a break.
    fn soft_break(&mut self) -> bool {
        let mut is_hard = false;
        if let Some(Token::Text(text)) = self.tokens.last_mut() {
            is_hard = text.ends_with("  ");
            *text = text.trim_end_matches([' ', '\t']);
        }
        self.tokens.push(Token::Text(if is_hard { "\n" } else { " " }));
        self.at += 1;
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        true
    }

    /// A row of delimiters, with CommonMark's rules of what it may open or close.
    fn row(&mut self, sign: char) -> bool {
        let rest = self.rest();
        let len = row_len(rest, sign);
        let before = self.text.get(..self.at).and_then(|before| before.chars().next_back()).unwrap_or('\n');
        let after = rest.get(len..).and_then(|after| after.chars().next()).unwrap_or('\n');
        let opens = !after.is_whitespace() && (!is_sign(after) || before.is_whitespace() || is_sign(before));
        let closes = !before.is_whitespace() && (!is_sign(before) || after.is_whitespace() || is_sign(after));
        let (can_open, can_close) = match sign {
            '_' => (opens && (!closes || is_sign(before)), closes && (!opens || is_sign(after))),
            '~' if len > 2 => (false, false),
            _ => (opens, closes),
        };
        let text = rest.get(..len).unwrap_or_default();
        self.tokens.push(Token::Sign(Sign::Row(Row { text, sign, can_open, can_close })));
        self.at += len;
        true
    }

    /// Address and length of `(address)`, `(<address>)` or either with a title, which is not kept.
    pub(super) fn second_target(&self, at: usize) -> Option<(&'a str, usize)> {
        let inner = self.text.get(at..)?.strip_prefix('(')?;
        let (url, rest) = match inner.strip_prefix('<') {
            Some(inner) => {
                let end = inner.bytes().take(LONGEST_URL).position(|b| matches!(b, b'>' | b'<' | b'\n'))?;
                (inner.get(..end)?, inner.get(end..)?.strip_prefix('>')?)
            }
            None => {
                let mut depth = 0_usize;
                let end = inner.bytes().take(LONGEST_URL).position(|b| match b {
                    b'(' => {
                        depth += 1;
                        false
                    }
                    b')' if depth == 0 => true,
                    b')' => {
                        depth -= 1;
                        false
                    }
                    b => matches!(b, b' ' | b'\t' | b'\n' | b'\\'),
                })?;
                inner.split_at_checked(end)?
            }
        };
        let rest = rest.trim_start_matches([' ', '\t', '\n']);
        let rest = match rest.strip_prefix('"') {
            Some(title) => {
                let end = title.bytes().take(LONGEST_URL).position(|b| b == b'"')?;
                title.get(end + 1..)?.trim_start_matches([' ', '\t', '\n'])
            }
            None => rest,
        };
        let rest = rest.strip_prefix(')')?;
        Some((url, self.text.len() - rest.len() - at)).filter(|(url, _)| !url.is_empty())
    }
}

fn open<'a>(tag: &Tag<'a>, raw: &'a str, layer: Layer) -> Token<'a> {
    if tag.is_self_closed { Token::Text("") } else { Token::Sign(Sign::Open { name: tag.name, raw, layer }) }
}

/// What CommonMark calls punctuation: everything that is neither a word's nor space.
fn is_sign(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// What a mention's address says it is of.
fn mention(tag: &Tag<'_>) -> Option<Piece> {
    let url = tag.get("url")?;
    // What JSON has no words for is kept in the words of the first dialect.
    let raw = |kind: &str| Some(Piece::Raw(format!("<mention-{kind} url=\"{url}\"/>")));
    let by_id = |kind: &str, body| Some(Piece::Mention(json!({"type": kind, kind: body}), None));
    if url.starts_with("collection://") {
        return raw("data-source");
    }
    if url.starts_with("agent://") {
        return raw("agent");
    }
    let id = id_in(url)?;
    if url.starts_with("user://") {
        return by_id("user", json!({"id": id, "object": "user"}));
    }
    match tag.get("type") {
        Some("database") => by_id("database", json!({"id": id})),
        Some("data-source") => raw("data-source"),
        _ => by_id("page", json!({"id": id})),
    }
}

/// Gives every sign its meaning: tags find their ends, rows of delimiters each other, and what is left alone is text.
pub(super) fn settle(tokens: &mut Vec<Token<'_>>) {
    settle_tags(tokens);
    let changes = settle_rows(tokens);
    let mut changes = changes.into_iter();
    let mut layers: Vec<(&str, Layer)> = Vec::new();
    let mut look = Depths::default();
    let mut settled = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        match token {
            Token::Sign(Sign::Open { name, layer, .. }) => {
                look.shift(&layer, 1);
                layers.push((name, layer));
                settled.push(Token::Look(style(&look, &layers)));
            }
            Token::Sign(Sign::Close { name, .. }) => {
                if let Some(at) = layers.iter().rposition(|(open, _)| *open == name) {
                    let (_, layer) = layers.remove(at);
                    look.shift(&layer, -1);
                }
                settled.push(Token::Look(style(&look, &layers)));
            }
            Token::Sign(Sign::Row(row)) => {
                let change = changes.next().unwrap_or_default();
                for layer in &change.closes {
                    look.shift(layer, -1);
                }
                settled.push(Token::Look(style(&look, &layers)));
                settled.push(Token::Text(row.text.get(..change.left).unwrap_or_default()));
                for layer in &change.opens {
                    look.shift(layer, 1);
                }
                settled.push(Token::Look(style(&look, &layers)));
            }
            token => settled.push(token),
        }
    }
    *tokens = settled;
}

/// How often each layer is open.
#[derive(Default)]
struct Depths {
    bold: i32,
    italic: i32,
    struck: i32,
    underlined: i32,
}

impl Depths {
    fn shift(&mut self, layer: &Layer, by: i32) {
        match layer {
            Layer::Bold => self.bold += by,
            Layer::Italic => self.italic += by,
            Layer::Struck => self.struck += by,
            Layer::Underlined => self.underlined += by,
            Layer::Span { .. } => {}
        }
    }
}

/// What is open together; of colours the innermost counts.
fn style(depths: &Depths, layers: &[(&str, Layer)]) -> Style {
    let spans = || {
        layers.iter().rev().filter_map(|(_, layer)| match layer {
            Layer::Span { colour, discussions } => Some((colour, discussions)),
            _ => None,
        })
    };
    Style {
        is_bold: depths.bold > 0,
        is_italic: depths.italic > 0,
        is_struck: depths.struck > 0,
        is_underlined: depths.underlined > 0,
        colour: spans().find_map(|(colour, _)| colour.clone()),
        discussions: spans().find_map(|(_, discussions)| discussions.clone()),
        ..Style::default()
    }
}

/// Tags without an end, and ends without a tag, are text.
fn settle_tags(tokens: &mut [Token<'_>]) {
    let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for index in 0..tokens.len() {
        match tokens.get_mut(index) {
            Some(Token::Sign(Sign::Open { name, .. })) => open.entry(name).or_default().push(index),
            Some(token @ Token::Sign(Sign::Close { .. })) => {
                if let Token::Sign(Sign::Close { name, raw }) = token
                    && open.get_mut(name).and_then(Vec::pop).is_none()
                {
                    *token = Token::Text(raw);
                }
            }
            _ => {}
        }
    }
    for index in open.into_values().flatten() {
        if let Some(token) = tokens.get_mut(index)
            && let Token::Sign(Sign::Open { raw, .. }) = token
        {
            *token = Token::Text(raw);
        }
    }
}

/// What a row comes to: what it closes, how much of it is text, and what it opens.
#[derive(Default)]
struct Change {
    closes: Vec<Layer>,
    left: usize,
    opens: Vec<Layer>,
}

/// CommonMark's way to pair delimiters, as changes in the order of the rows.
fn settle_rows(tokens: &[Token<'_>]) -> Vec<Change> {
    let rows: Vec<&Row<'_>> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Sign(Sign::Row(row)) => Some(row),
            _ => None,
        })
        .collect();
    let mut changes: Vec<Change> =
        rows.iter().map(|row| Change { left: row.text.len(), ..Change::default() }).collect();
    let mut openers: Vec<usize> = Vec::new();
    // Rows before which nothing is left that such a closer could meet; it keeps the search linear.
    let mut bottoms: BTreeMap<(char, bool, usize), usize> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let key = (row.sign, row.can_open, row.text.len() % 3);
        while row.can_close && changes.get(index).is_some_and(|change| change.left > 0) {
            let bottom = bottoms.get(&key).copied().unwrap_or(0);
            let found = openers
                .iter()
                .rposition(|opener| *opener < bottom || rows.get(*opener).is_some_and(|opener| can_meet(opener, row)));
            let found = found.filter(|at| openers.get(*at).is_some_and(|opener| *opener >= bottom));
            let Some(at) = found else {
                bottoms.insert(key, index);
                break;
            };
            openers.truncate(at + 1);
            let Some(opener) = openers.last().copied() else { break };
            let left = |index: usize| changes.get(index).map_or(0, |change| change.left);
            let (width, layer) = match row.sign {
                '~' => (left(opener), Layer::Struck),
                _ if left(opener) > 1 && left(index) > 1 => (2, Layer::Bold),
                _ => (1, Layer::Italic),
            };
            if let Some(change) = changes.get_mut(opener) {
                change.left -= width;
                change.opens.push(layer.clone());
                if change.left == 0 {
                    openers.pop();
                }
            }
            if let Some(change) = changes.get_mut(index) {
                change.left = change.left.saturating_sub(width);
                change.closes.push(layer);
            }
        }
        if row.can_open && changes.get(index).is_some_and(|change| change.left > 0) {
            openers.push(index);
        }
    }
    changes
}

fn can_meet(opener: &Row<'_>, closer: &Row<'_>) -> bool {
    let (one, other) = (opener.text.len(), closer.text.len());
    if opener.sign != closer.sign {
        return false;
    }
    if closer.sign == '~' {
        return one == other;
    }
    let is_both = opener.can_close || closer.can_open;
    !is_both || (one + other) % 3 != 0 || (one % 3 == 0 && other % 3 == 0)
}
