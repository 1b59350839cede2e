//! One pass over a block's text: what is markup, and how its openings and closings belong together.
//!
//! Bold, italic and strikethrough are toggles in what the service writes, not a tree, and no flanking rule holds (`**a **$`x`$** b**`).
//! So the pass only notes them; [`super::build`] turns them on and off.

use std::borrow::Cow;

use satchel_model::{Mention, SpanKind};

use super::{
    code::{self, Backticks},
    mention,
};
use crate::{
    Flavor,
    tag::{Shape, Tag},
    text::{Finder, find, slice, tail},
    vocabulary::{address_in_brackets, is_custom_emoji, without_braces},
};

/// A piece of a block's text.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// Characters, unescaped.
    Text(String),
    /// `**`, `*` or `~~`, not yet known to be more than characters.
    Delimiter(Delimiter),
    /// A tag that changes the look of what follows, until its `LookEnd`.
    LookStart(Tag<'a>, &'a str),
    /// The end of the look begun last.
    LookEnd,
    /// `[` of a link with this address.
    LinkStart(Cow<'a, str>),
    /// `](…)`.
    LinkEnd,
    /// `[` that begins no link.
    Bracket,
    /// Code.
    Code(String),
    /// A tag of looks that opens or closes none.
    Stray(&'a str),
    /// Something whole: maths, a mention, an emoji, a citation, unknown markup.
    Whole(SpanKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Bold,
    Italic,
    Strikethrough,
}

impl Delimiter {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Bold => "**",
            Self::Italic => "*",
            Self::Strikethrough => "~~",
        }
    }
}

/// The name of a custom emoji, letters and digits with `_`, `-`, `+` and at least one letter, between colons that touch neither a word nor
/// another colon: `10:30:45`, `std::fmt::Debug` and `a:b:c` are text. `at` is the first colon.
pub(super) fn emoji_at(text: &str, at: usize) -> Option<&str> {
    const LONGEST_NAME: usize = 64;
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b':';
    let bytes = text.as_bytes();
    if at > 0 && bytes.get(at - 1).is_some_and(is_word) {
        return None;
    }
    let rest = bytes.get(at + 1..)?;
    let len = rest
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
        .count();
    let name = slice(text, at + 1..at + 1 + len);
    let closes = rest.get(len) == Some(&b':') && !rest.get(len + 1).is_some_and(is_word);
    (closes && name.bytes().any(|b| b.is_ascii_alphabetic())).then_some(name)
}

/// Text without the backslashes that protect punctuation, and with breaks.
fn unescape(text: &str, flavor: Flavor) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let next = rest.as_bytes().get(1);
        let (len, read) = match c {
            '\\' if next.is_some_and(u8::is_ascii_punctuation) => (2, next.map_or(c, |b| char::from(*b))),
            '\\' if flavor == Flavor::V2 && next == Some(&b'\n') => (2, '\n'),
            '\n' if flavor == Flavor::V2 => (1, ' '),
            '<' => Tag::at(rest).filter(is_break).map_or((1, c), |tag| (tag.len, '\n')),
            '&' if flavor == Flavor::V2 => entity_at(rest).unwrap_or((1, c)),
            _ => (c.len_utf8(), c),
        };
        out.push(read);
        rest = tail(rest, len);
    }
    out
}

fn is_break(tag: &Tag<'_>) -> bool {
    tag.name == "br" && tag.shape != Shape::Close
}

/// The length of the entity that a text starts with, and what it says.
fn entity_at(text: &str) -> Option<(usize, char)> {
    let known = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];
    known.into_iter().find(|(entity, _)| text.starts_with(entity)).map(|(entity, c)| (entity.len(), c))
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    flavor: Flavor,
    at: usize,
    tokens: Vec<Token<'a>>,
    /// Tokens of `[` that are not closed.
    brackets: Vec<usize>,
    /// How many of them have a link inside, and so begin none: links do not nest.
    around_links: usize,
    /// Tokens of tags that are open, with their names and whether their look is understood.
    looks: Vec<(&'a str, usize, bool)>,
    /// For each `(`, its `)`; made when the first link asks.
    parentheses: Option<Vec<(usize, usize)>>,
    /// Made when the first backtick asks.
    backticks: Option<Backticks>,
    closers: Closers,
    landmarks: Option<Landmarks<'a>>,
}

/// Tags that mean something to the caller, and so end all that is open around them.
struct Landmarks<'a> {
    is_one: &'a dyn Fn(&Tag<'_>) -> bool,
    /// Where they stand, when they are looked for.
    found: Option<Vec<usize>>,
}

/// One for each kind of closing mark that is looked for ahead.
#[derive(Default)]
struct Closers {
    runs: [Finder; 8],
    maths: Finder,
    dollar: Finder,
    dollars: Finder,
    bracket: Finder,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, flavor: Flavor) -> Self {
        Self {
            text,
            flavor,
            at: 0,
            tokens: Vec::new(),
            brackets: Vec::new(),
            around_links: 0,
            looks: Vec::new(),
            parentheses: None,
            backticks: None,
            closers: Closers::default(),
            landmarks: None,
        }
    }

    pub(super) fn scan(mut self) -> Vec<Token<'a>> {
        while self.step() {}
        // What was never closed is no look.
        for (_, index, _) in std::mem::take(&mut self.looks) {
            self.keep_as_raw(index);
        }
        self.tokens
    }

    /// Reads what stood between two such tags: what did not reach across one does not here.
    pub(super) fn between(mut self, is_one: &'a dyn Fn(&Tag<'_>) -> bool) -> Self {
        self.landmarks = Some(Landmarks { is_one, found: None });
        self
    }

    /// Where tags of this kind stand that are tags: neither escaped nor a part of code, maths or another tag.
    pub(super) fn tags(mut self, is_one: &'a dyn Fn(&Tag<'_>) -> bool) -> Vec<usize> {
        self.landmarks = Some(Landmarks { is_one, found: Some(Vec::new()) });
        while self.step() {}
        self.landmarks.and_then(|landmarks| landmarks.found).unwrap_or_default()
    }

    /// Where the bracket closes that the text starts with.
    pub(super) fn bracketed(mut self) -> Option<usize> {
        self.opening_bracket();
        while !self.brackets.is_empty() {
            let at = self.at;
            if !self.step() {
                return None;
            }
            if self.brackets.is_empty() {
                return Some(at);
            }
        }
        None
    }

    /// Reads one thing; false at the end.
    fn step(&mut self) -> bool {
        if let Some(&byte) = self.text.as_bytes().get(self.at) {
            let is_markup = match byte {
                b'\\' => self.escape(),
                b'*' | b'~' => self.delimiter(byte),
                b'`' => self.code(),
                b'$' => self.maths(),
                b'[' => self.opening_bracket(),
                b']' => self.closing_bracket(),
                b'<' => self.tag(),
                b'{' => self.braces(),
                b':' => self.emoji(),
                b'&' if self.flavor == Flavor::V2 => self.entity(),
                b'\n' if self.flavor == Flavor::V2 => self.replaced(1, " "),
                _ => false,
            };
            if !is_markup {
                self.plain();
            }
            return true;
        }
        false
    }

    /// Everything up to the next character that may be markup; at least one character.
    fn plain(&mut self) {
        let rest = tail(self.text, self.at);
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest.as_bytes().get(first..).unwrap_or_default().iter().position(|b| {
            matches!(b, b'\\' | b'*' | b'~' | b'`' | b'$' | b'[' | b']' | b'<' | b'{' | b':' | b'&' | b'\n')
        });
        let len = end.map_or(rest.len(), |end| first + end);
        self.replaced(len, slice(rest, 0..len));
    }

    /// Takes `len` bytes, which read as `text`.
    fn replaced(&mut self, len: usize, text: &str) -> bool {
        match self.tokens.last_mut() {
            Some(Token::Text(last)) => last.push_str(text),
            _ => self.tokens.push(Token::Text(text.into())),
        }
        self.at += len;
        true
    }

    fn whole(&mut self, end: usize, kind: SpanKind) -> bool {
        self.tokens.push(Token::Whole(kind));
        self.at = end;
        true
    }

    fn raw(&mut self, end: usize, text: &str) -> bool {
        let source = slice(self.text, self.at..end).to_owned();
        self.whole(end, SpanKind::Raw { source, text: text.into() })
    }

    fn escape(&mut self) -> bool {
        match self.text.as_bytes().get(self.at + 1) {
            Some(b) if b.is_ascii_punctuation() => {
                let protected = slice(self.text, self.at + 1..self.at + 2);
                self.replaced(2, protected)
            }
            Some(b'\n') if self.flavor == Flavor::V2 => self.replaced(2, "\n"),
            _ => false,
        }
    }

    fn delimiter(&mut self, byte: u8) -> bool {
        let is_double = self.text.as_bytes().get(self.at + 1) == Some(&byte);
        let delimiter = match (byte, is_double) {
            (b'*', true) => Delimiter::Bold,
            (b'*', false) => Delimiter::Italic,
            (_, true) => Delimiter::Strikethrough,
            (_, false) => return false,
        };
        self.tokens.push(Token::Delimiter(delimiter));
        self.at += delimiter.as_str().len();
        true
    }

    fn code(&mut self) -> bool {
        match self.flavor {
            Flavor::V1 => self.code_v1(),
            Flavor::V2 => self.code_v2(),
        }
    }

    fn code_v1(&mut self) -> bool {
        let text = self.text;
        let backticks = self.backticks.get_or_insert_with(|| Backticks::of(text));
        let Some(end) = backticks.end(text, self.at) else { return false };
        let code = slice(text, self.at + 1..end);
        if code.is_empty() {
            return self.replaced(2, "``");
        }
        self.tokens.push(Token::Code(code::read_v1(code)));
        self.at = end + 1;
        true
    }

    /// As in CommonMark: a run of backticks closes at the next run of the same length.
    fn code_v2(&mut self) -> bool {
        let run = tail(self.text, self.at).bytes().take_while(|b| *b == b'`').count();
        let fence = slice(self.text, self.at..self.at + run);
        let mut from = self.at + run;
        let Some(finder) = self.closers.runs.get_mut(run - 1) else { return self.replaced(run, fence) };
        while let Some(end) = finder.find(self.text, from, fence) {
            let len = tail(self.text, end).bytes().take_while(|b| *b == b'`').count();
            if len != run {
                from = end + len;
                continue;
            }
            let code = slice(self.text, self.at + run..end).replace('\n', " ");
            let is_padded = code.starts_with(' ') && code.ends_with(' ') && code.bytes().any(|b| b != b' ');
            let code = if is_padded { slice(&code, 1..code.len() - 1).to_owned() } else { code };
            self.tokens.push(Token::Code(code));
            self.at = end + run;
            return true;
        }
        self.replaced(run, fence)
    }

    fn maths(&mut self) -> bool {
        let rest = tail(self.text, self.at);
        // Two dollars in two cells of one line are no maths; the service's own form with backticks does not come about by chance.
        let has_landmark = |expression: &str| {
            self.landmarks.as_ref().is_some_and(|landmarks| {
                let mut tags = expression.match_indices('<').filter_map(|(at, _)| Tag::at(tail(expression, at)));
                tags.any(|tag| (landmarks.is_one)(&tag))
            })
        };
        let between = |open: usize, end: Option<usize>, close: usize, is_maths: &dyn Fn(&str, &str) -> bool| {
            let end = end?;
            let expression = slice(self.text, self.at + open..end);
            let follows = tail(self.text, end + close);
            let is_maths = !expression.trim().is_empty() && is_maths(expression, follows);
            is_maths.then(|| (end + close, expression.trim().to_owned()))
        };
        let mut found = None;
        if rest.starts_with("$`") {
            let end = self.closers.maths.find(self.text, self.at + 2, "`$");
            found = between(2, end, 2, &|_, _| true);
        } else if rest.starts_with("$$") {
            let end = self.closers.dollars.find(self.text, self.at + 2, "$$");
            found = between(2, end, 2, &|expression, _| !has_landmark(expression));
        }
        if found.is_none() && !rest.starts_with("$$") {
            // `$5 and $10` is no maths: no space inside, no digit behind.
            let end = self.closers.dollar.find(self.text, self.at + 1, "$");
            found = between(1, end, 1, &|expression, follows| {
                !has_landmark(expression)
                    && !expression.starts_with(char::is_whitespace)
                    && !expression.ends_with(char::is_whitespace)
                    && !expression.ends_with('\\')
                    && !expression.starts_with('`')
                    && !follows.starts_with(|c: char| c.is_ascii_digit())
            });
        }
        found.is_some_and(|(end, expression)| self.whole(end, SpanKind::Equation { expression }))
    }

    fn opening_bracket(&mut self) -> bool {
        if let Some(url) = self.bare_address("[^", "]") {
            return self.whole(self.at + url.len() + 3, SpanKind::Citation { url: url.into() });
        }
        self.brackets.push(self.tokens.len());
        self.tokens.push(Token::Bracket);
        self.at += 1;
        true
    }

    fn closing_bracket(&mut self) -> bool {
        let Some(open) = self.brackets.pop() else { return false };
        if self.brackets.len() < self.around_links {
            self.around_links = self.brackets.len();
            return false;
        }
        let Some((url, end)) = self.address(self.at + 1) else { return false };
        self.around_links = self.brackets.len();
        if open + 1 == self.tokens.len() {
            // Nobody could see a link without a label, but it is not lost.
            self.tokens.pop();
            let source = format!("[]({url})");
            return self.whole(end, SpanKind::Raw { source, text: String::new() });
        }
        if let Some(token) = self.tokens.get_mut(open) {
            *token = Token::LinkStart(url);
        }
        self.tokens.push(Token::LinkEnd);
        self.at = end;
        true
    }

    /// The address in round brackets at `at`, and where they end. Addresses are raw: brackets in them count, and where they do not
    /// add up the first closing one ends them; the odd ones are encoded then, or the address could not be written again.
    fn address(&mut self, at: usize) -> Option<(Cow<'a, str>, usize)> {
        if self.text.as_bytes().get(at) != Some(&b'(') {
            return None;
        }
        let text = self.text;
        let pairs = self.parentheses.get_or_insert_with(|| pairs(text));
        let (end, is_balanced) = match pairs.binary_search_by_key(&at, |(open, _)| *open) {
            Ok(found) => (pairs.get(found)?.1, true),
            Err(_) => (self.closers.bracket.find(text, at, ")")?, false),
        };
        let url = without_braces(slice(text, at + 1..end));
        // A `[` behind a literal backslash comes unescaped, and what follows is seldom a link: `\\[\\s\*\\](.\*)`.
        let is_address = !url.is_empty() && !url.contains(|c: char| c.is_whitespace() || matches!(c, '\\' | '<' | '>'));
        let is_safe = is_balanced && !url.contains('`');
        let url = if is_safe { Cow::Borrowed(url) } else { Cow::Owned(address_in_brackets(url)) };
        is_address.then_some((url, end + 1))
    }

    fn braces(&mut self) -> bool {
        let url = self.bare_address("{{", "}}").filter(|url| !url.contains(['\\', '>']));
        let Some(url) = url else { return false };
        self.around_links = self.brackets.len();
        self.tokens.push(Token::LinkStart(Cow::Owned(address_in_brackets(url))));
        self.tokens.push(Token::Text(url.into()));
        self.tokens.push(Token::LinkEnd);
        self.at += url.len() + 4;
        true
    }

    /// An address between two marks; it ends where another mark or a space stands, which keeps the search linear.
    fn bare_address(&self, open: &str, close: &str) -> Option<&'a str> {
        let rest = tail(self.text, self.at).strip_prefix(open)?;
        let len = rest.find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | '<'))?;
        let url = slice(rest, 0..len);
        (tail(rest, len).starts_with(close) && url.contains("://")).then_some(url)
    }

    fn emoji(&mut self) -> bool {
        let Some(name) = emoji_at(self.text, self.at) else { return false };
        let end = self.at + name.len() + 2;
        self.whole(end, SpanKind::CustomEmoji { name: name.into(), url: None })
    }

    fn entity(&mut self) -> bool {
        let Some((len, c)) = entity_at(tail(self.text, self.at)) else { return false };
        self.replaced(len, c.encode_utf8(&mut [0; 4]))
    }

    fn tag(&mut self) -> bool {
        let Some(tag) = Tag::at(tail(self.text, self.at)) else { return false };
        let end = self.at + tag.len;
        if let Some(Landmarks { is_one, found: Some(found) }) = &mut self.landmarks
            && is_one(&tag)
        {
            found.push(self.at);
            (self.brackets, self.looks, self.around_links) = (Vec::new(), Vec::new(), 0);
            return self.raw(end, "");
        }
        match (tag.name, tag.shape) {
            _ if is_break(&tag) => self.replaced(tag.len, "\n"),
            ("unknown_mention", Shape::SelfClosed) => {
                let url = tag.get("url").filter(|url| is_custom_emoji(url) && tag.has_only(&["url", "alt"]));
                match url {
                    Some(url) => self.whole(end, SpanKind::CustomEmoji { name: String::new(), url: Some(url.into()) }),
                    None => self.raw(end, ""),
                }
            }
            (name, Shape::Open | Shape::SelfClosed) if self.is_mention(name) => self.mention(&tag),
            (name, Shape::Open) if self.is_look(name) => {
                let source = slice(self.text, self.at..end);
                let is_understood = super::build::understands(&tag, self.flavor);
                self.looks.push((name, self.tokens.len(), is_understood));
                self.tokens.push(Token::LookStart(tag, source));
                self.at = end;
                true
            }
            (name, Shape::Close) if self.is_look(name) => self.end_of_look(name, end),
            _ => self.raw(end, ""),
        }
    }

    fn end_of_look(&mut self, name: &'a str, end: usize) -> bool {
        if !self.looks.iter().rev().take(MAX_LOOKS).any(|(open, ..)| *open == name) {
            return self.stray(end);
        }
        while let Some((open, index, is_understood)) = self.looks.pop() {
            if open == name && is_understood {
                self.tokens.push(Token::LookEnd);
                self.at = end;
                return true;
            }
            self.keep_as_raw(index);
            if open == name {
                return self.stray(end);
            }
        }
        false
    }

    /// Turns an opening tag that nothing closes, or that is not understood, into markup kept as it stands.
    fn keep_as_raw(&mut self, index: usize) {
        if let Some(token) = self.tokens.get_mut(index)
            && let Token::LookStart(_, source) = token
        {
            *token = Token::Stray(source);
        }
    }

    fn stray(&mut self, end: usize) -> bool {
        self.tokens.push(Token::Stray(slice(self.text, self.at..end)));
        self.at = end;
        true
    }

    fn is_look(&self, name: &str) -> bool {
        name == "span" || (self.flavor == Flavor::V2 && matches!(name, "u" | "b" | "i" | "s"))
    }

    fn is_mention(&self, name: &str) -> bool {
        match self.flavor {
            Flavor::V1 => name.starts_with("mention-"),
            Flavor::V2 => matches!(name, "mention" | "date"),
        }
    }

    fn mention(&mut self, tag: &Tag<'a>) -> bool {
        let after = self.at + tag.len;
        let (label, end) = match tag.shape {
            Shape::Open => match self.label(tag.name, after) {
                Some((label, end)) => (unescape(label, self.flavor), end),
                None => return self.raw(after, ""),
            },
            _ => (String::new(), after),
        };
        let mention: Option<Mention> = match self.flavor {
            Flavor::V1 => mention::from_v1(tag, Some(label.clone())),
            Flavor::V2 => mention::from_v2(tag, Some(label.clone())),
        };
        match mention {
            Some(mention) => self.whole(end, SpanKind::Mention { mention }),
            None => self.raw(end, &label),
        }
    }

    /// The text up to the closing tag, unless another mention begins before it; that bound keeps the search linear. Nothing else ends it:
    /// what stands between is written anew in another form, and must not be taken for a label only then.
    fn label(&self, name: &str, from: usize) -> Option<(&'a str, usize)> {
        let mut at = from;
        while let Some(found) = find(self.text, at, "<") {
            at = found + 1;
            if backslashes_before(self.text, found, from) % 2 == 1 {
                continue;
            }
            let Some(tag) = Tag::at(tail(self.text, found)) else { continue };
            let is_landmark = self.landmarks.as_ref().is_some_and(|landmarks| (landmarks.is_one)(&tag));
            match tag.shape {
                _ if is_landmark => return None,
                Shape::Close if tag.name == name => return Some((slice(self.text, from..found), found + tag.len)),
                Shape::Open | Shape::SelfClosed if self.is_mention(tag.name) => return None,
                _ => at = found + tag.len,
            }
        }
        None
    }
}

/// How many open tags are searched for the one that a closing tag closes.
const MAX_LOOKS: usize = 64;

fn backslashes_before(text: &str, at: usize, from: usize) -> usize {
    text.as_bytes().get(from..at).unwrap_or_default().iter().rev().take_while(|b| **b == b'\\').count()
}

/// Each `(` with its `)`, sorted.
fn pairs(text: &str) -> Vec<(usize, usize)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open.push(at),
            b')' => pairs.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
    }
    pairs.sort_unstable();
    pairs
}
