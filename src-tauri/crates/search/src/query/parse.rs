//! From text to clauses and filters.

use std::ops::Range;

use super::{Clause, FilterWord, Moments, Query, Scope, Term, TypedFilter, Word};
use crate::{
    Field, Kind,
    token::{self, Place, Shape},
};

/// More words than this are looked at by nobody; what comes after is left out, so that no pasted page becomes a query.
const MOST_CLAUSES: usize = 16;
/// The longest phrase, in words.
const LONGEST_PHRASE: usize = 24;
/// Where reading stops, in bytes.
const LONGEST_QUERY: usize = 2_000;

/// A piece between spaces, with quotation marks understood.
#[derive(Debug)]
struct Piece {
    range: Range<usize>,
    is_excluded: bool,
    /// The letters before the first colon, when a value or nothing follows.
    operator: Option<String>,
    value: String,
    is_quoted: bool,
    /// The quotation mark was not closed.
    is_open: bool,
}

pub(super) fn parse(text: &str, is_known: &mut dyn FnMut(&FilterWord) -> bool) -> Query {
    let mut query = Query { text: text.to_owned(), ..Query::default() };
    let pieces = pieces(text);
    let last = pieces.len().saturating_sub(1);
    let mut joins_next = false;
    for (at, piece) in pieces.iter().enumerate() {
        let is_typed = at == last && (piece.is_open || (!piece.is_quoted && piece.range.end == text.len()));
        if is_or(piece) && at > 0 && at < last && !query.clauses.is_empty() {
            joins_next = true;
            continue;
        }
        let read = match filter(piece, is_typed) {
            Read::Filter(word) if !is_known(&word) => as_words(piece),
            read => read,
        };
        match read {
            Read::Filter(word) => query.filters.push(TypedFilter { range: piece.range.clone(), word }),
            Read::Pending => {}
            Read::Term(scope, words) => {
                let Some(term) = term(piece, scope, words, is_typed) else { continue };
                let is_excluded = piece.is_excluded;
                let joined =
                    query.clauses.last_mut().filter(|clause| joins_next && !clause.is_excluded && !is_excluded);
                if let Some(clause) = joined {
                    clause.terms.push(term);
                } else if query.clauses.len() < MOST_CLAUSES {
                    query.clauses.push(Clause { terms: vec![term], is_excluded });
                }
            }
        }
        joins_next = false;
    }
    query
}

fn is_or(piece: &Piece) -> bool {
    !piece.is_quoted
        && !piece.is_excluded
        && piece.operator.is_none()
        && (piece.value.eq_ignore_ascii_case("or") || piece.value == "|")
}

/// The quotation mark that closes what this one opens.
const fn closing(c: char) -> Option<char> {
    match c {
        '"' | '＂' => Some('"'),
        '“' | '„' | '”' => Some('”'),
        '«' => Some('»'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}

fn closes(c: char, wanted: char) -> bool {
    c == wanted || (matches!(wanted, '"' | '”') && matches!(c, '"' | '＂' | '”' | '“'))
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chars = text.char_indices().take_while(|(at, _)| *at < LONGEST_QUERY).peekable();
    loop {
        while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let Some(&(start, first)) = chars.peek() else { return pieces };
        let mut piece = Piece {
            range: start..start,
            is_excluded: false,
            operator: None,
            value: String::new(),
            is_quoted: false,
            is_open: false,
        };
        if matches!(first, '-' | '\u{2212}' | '－') {
            chars.next();
            // A dash by itself is a dash.
            piece.is_excluded = chars.peek().is_some_and(|(_, c)| !c.is_whitespace());
            piece.range.end = start + first.len_utf8();
        }
        while let Some(&(at, c)) = chars.peek() {
            if c.is_whitespace() {
                break;
            }
            if piece.value.is_empty()
                && !piece.is_quoted
                && let Some(end) = closing(c)
            {
                chars.next();
                piece.is_quoted = true;
                piece.is_open = true;
                piece.range.end = at + c.len_utf8();
                for (at, c) in chars.by_ref() {
                    piece.range.end = at + c.len_utf8();
                    if closes(c, end) {
                        piece.is_open = false;
                        break;
                    }
                    piece.value.push(c);
                }
                break;
            }
            chars.next();
            piece.range.end = at + c.len_utf8();
            let is_name = !piece.value.is_empty() && piece.value.chars().all(char::is_alphabetic);
            if matches!(c, ':' | '：') && piece.operator.is_none() && is_name {
                piece.operator = Some(std::mem::take(&mut piece.value));
            } else {
                piece.value.push(c);
            }
        }
        pieces.push(piece);
    }
}

enum Read {
    Filter(FilterWord),
    /// The operator's value is still to come.
    Pending,
    Term(Scope, String),
}

fn filter(piece: &Piece, is_typed: bool) -> Read {
    let Some(operator) = &piece.operator else { return Read::Term(Scope::Anywhere, piece.value.clone()) };
    let value = piece.value.trim();
    let operator = operator.to_lowercase();
    let scope = match operator.as_str() {
        "title" | "intitle" => Some(Field::Title),
        "heading" => Some(Field::Headings),
        "prop" | "property" => Some(Field::Properties),
        "text" | "body" => Some(Field::Body),
        "comment" => Some(Field::Comments),
        _ => None,
    };
    let is_filter =
        matches!(operator.as_str(), "in" | "type" | "database" | "db" | "by" | "edited" | "created" | "has");
    if value.is_empty() && (scope.is_some() || is_filter) {
        return if is_typed { Read::Pending } else { as_words(piece) };
    }
    if let Some(field) = scope {
        return Read::Term(Scope::In(field), piece.value.clone());
    }
    // Nothing says yet what a filter that is excluded leaves out, so it is not one.
    if piece.is_excluded {
        return as_words(piece);
    }
    let word = match operator.as_str() {
        "in" => Some(FilterWord::Workspace(value.to_owned())),
        "by" => Some(FilterWord::Author(value.to_owned())),
        "database" | "db" => Some(FilterWord::Database(value.to_owned())),
        "type" => kind(value).map(FilterWord::Kind),
        "edited" => Moments::parse(value).map(FilterWord::Edited),
        "created" => Moments::parse(value).map(FilterWord::Created),
        "has" if matches!(value.to_lowercase().as_str(), "comment" | "comments") => Some(FilterWord::HasComment),
        _ => None,
    };
    match word {
        Some(word) => Read::Filter(word),
        // `type:dat` is on its way to `type:database`; `edited:<` will be followed by a number.
        None if is_typed && is_filter => Read::Pending,
        None => as_words(piece),
    }
}

/// The piece as if it had no operator.
fn as_words(piece: &Piece) -> Read {
    let operator = piece.operator.as_deref().map(|operator| format!("{operator}:")).unwrap_or_default();
    Read::Term(Scope::Anywhere, format!("{operator}{}", piece.value))
}

fn kind(value: &str) -> Option<Kind> {
    match value.to_lowercase().as_str() {
        "page" | "pages" => Some(Kind::Page),
        "database" | "databases" | "db" => Some(Kind::DataSource),
        "row" | "rows" | "entry" => Some(Kind::Row),
        _ => None,
    }
}

fn term(piece: &Piece, scope: Scope, text: String, is_typed: bool) -> Option<Term> {
    let mut words = Vec::new();
    let mut wholes = Vec::new();
    let mut parts = Vec::new();
    token::tokenize(&text, |token| {
        let word = || Word { text: token.text.to_owned(), shape: token.shape };
        match (token.place, token.shape) {
            (Place::InLine, _) if words.len() < LONGEST_PHRASE => words.push(word()),
            (Place::InLine, _) | (Place::Aside, Shape::Ideographs) => {}
            (Place::Aside, Shape::Compound) => wholes.push(vec![word()]),
            (Place::Aside, _) if is_closed(&text, token) => wholes.push(vec![word()]),
            (Place::Aside, _) => parts.push(word()),
        }
    });
    if words.is_empty() {
        return None;
    }
    // Another way must stand for everything that was typed.
    let is_one = !text.trim().contains(char::is_whitespace);
    let mut others = if is_one && wholes.len() == 1 { wholes } else { Vec::new() };
    if words.len() == 1 && parts.len() > 1 {
        others.push(parts);
    }
    let ends_in_word = text.chars().next_back().is_some_and(|c| !c.is_whitespace() && !c.is_ascii_punctuation());
    Some(Term {
        text,
        range: piece.range.clone(),
        scope,
        words,
        others,
        is_prefix: is_typed && ends_in_word,
        is_quoted: piece.is_quoted,
    })
}

/// Whether an aside is two words closed up (`email` of `e-mail`) and not a part of one.
fn is_closed(text: &str, token: &token::Token<'_>) -> bool {
    token.shape == Shape::Word
        && text
            .get(token.range.clone())
            .is_some_and(|written| written.contains(['-', '\'', '’', '\u{2010}', '\u{2011}']))
}
