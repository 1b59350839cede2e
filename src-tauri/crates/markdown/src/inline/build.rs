//! Tokens → spans: turns styles on and off, drops nothing.

use satchel_model::{Color, Link, RichText, Span, SpanKind, Style};

use super::scan::{Delimiter, Token};
use crate::{
    Flavor,
    tag::Tag,
    vocabulary::{address_in_brackets, color_from, page_of},
};

/// More discussions on one run than this are an attack on memory: every run carries them all.
const MAX_DISCUSSIONS: usize = 8;

/// Whether all that a tag says about the look is known here.
pub(super) fn understands(tag: &Tag<'_>, flavor: Flavor) -> bool {
    match tag.name {
        "span" => {
            let known: &[&str] = match flavor {
                Flavor::V1 => &["color", "underline", "discussion-urls"],
                Flavor::V2 => &["color", "discussion-urls"],
            };
            !tag.attributes.is_empty() && tag.has_only(known)
        }
        _ => tag.attributes.is_empty(),
    }
}

fn with_look(mut style: Style, tag: &Tag<'_>) -> Style {
    match tag.name {
        "u" => style.underline = true,
        "b" => style.bold = true,
        "i" => style.italic = true,
        "s" => style.strikethrough = true,
        _ => {
            let color = color_from(tag.get("color"));
            if color != Color::default() {
                style.color = color;
            }
            style.underline |= tag.flag("underline");
            let discussions = tag.get("discussion-urls").unwrap_or_default().split(',').filter(|url| !url.is_empty());
            for url in discussions {
                if style.discussions.len() < MAX_DISCUSSIONS && !style.discussions.iter().any(|known| known == url) {
                    style.discussions.push(url.into());
                }
            }
        }
    }
    style
}

/// Makes delimiters that toggle nothing into characters: the last of an odd number, and pairs with nothing between them.
fn settle(tokens: &mut [Token<'_>]) {
    for wanted in [Delimiter::Bold, Delimiter::Italic, Delimiter::Strikethrough] {
        let mut open: Option<usize> = None;
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            if matches!(token, Token::Delimiter(found) if *found == wanted) {
                let is_doubled = matches!(tokens.get(index + 1), Some(Token::Delimiter(next)) if *next == wanted);
                if open.is_some() {
                    open = None;
                } else if is_doubled {
                    into_text(tokens, index);
                    into_text(tokens, index + 1);
                    index += 1;
                } else {
                    open = Some(index);
                }
            }
            index += 1;
        }
        if let Some(unmatched) = open {
            into_text(tokens, unmatched);
        }
    }
}

fn into_text(tokens: &mut [Token<'_>], index: usize) {
    if let Some(token) = tokens.get_mut(index)
        && let Token::Delimiter(delimiter) = token
    {
        *token = Token::Text(delimiter.as_str().into());
    }
}

/// What a link's label ends in, as far as it is seen.
#[derive(Clone, Copy, PartialEq)]
enum Label {
    Nothing,
    Text,
    Other,
}

/// Makes links that no text leads to, or behind whose text there is more, into markup kept as it stands: only text has a place for an
/// address, and what is behind the last of it would come to stand behind the address too.
fn settle_links(tokens: &mut [Token<'_>]) {
    let mut open: Vec<(usize, Label)> = Vec::new();
    for index in 0..tokens.len() {
        let label = match tokens.get(index) {
            Some(Token::LinkStart(_)) => {
                open.push((index, Label::Nothing));
                continue;
            }
            Some(Token::LinkEnd) => {
                if let Some((start, label)) = open.pop().filter(|(_, label)| *label != Label::Text) {
                    keep_link(tokens, start, index, label);
                }
                continue;
            }
            Some(Token::Text(_) | Token::Bracket | Token::Code(_)) => Label::Text,
            Some(Token::Whole(_) | Token::Stray(_)) => Label::Other,
            _ => continue,
        };
        // Tags of looks and emoji say nothing that the order of words depends on, and an emoji often ends a label.
        let is_silent = matches!(tokens.get(index), Some(Token::Stray(_) | Token::Whole(SpanKind::CustomEmoji { .. })));
        if let Some((_, known)) = open.last_mut()
            && !(is_silent && *known == Label::Text)
        {
            *known = label;
        }
    }
}

fn keep_link(tokens: &mut [Token<'_>], start: usize, end: usize, label: Label) {
    let Some(Token::LinkStart(url)) = tokens.get(start) else { return };
    let closing = format!("]({})", address_in_brackets(url));
    // With nothing in it, it is one piece.
    let (opening, closing) = match label {
        Label::Nothing => (format!("[{closing}"), String::new()),
        _ => ("[".to_owned(), closing),
    };
    for (index, source) in [(start, opening), (end, closing)] {
        if let Some(token) = tokens.get_mut(index) {
            *token = match source.as_str() {
                "" => Token::Text(source),
                _ => Token::Whole(SpanKind::Raw { source, text: String::new() }),
            };
        }
    }
}

pub(super) fn build(mut tokens: Vec<Token<'_>>) -> RichText {
    settle(&mut tokens);
    settle_links(&mut tokens);
    let mut spans = RichText::new();
    let (mut bold, mut italic, mut strikethrough) = (false, false, false);
    let mut looks = vec![Style::default()];
    let mut links: Vec<Link> = Vec::new();
    for token in tokens {
        let (kind, is_code) = match token {
            Token::Delimiter(Delimiter::Bold) => {
                bold = !bold;
                continue;
            }
            Token::Delimiter(Delimiter::Italic) => {
                italic = !italic;
                continue;
            }
            Token::Delimiter(Delimiter::Strikethrough) => {
                strikethrough = !strikethrough;
                continue;
            }
            Token::LookStart(tag, _) => {
                let style = looks.last().cloned().unwrap_or_default();
                looks.push(with_look(style, &tag));
                continue;
            }
            Token::LookEnd => {
                looks.pop();
                continue;
            }
            Token::LinkStart(url) => {
                let page_id = page_of(&url);
                links.push(Link { url: url.into_owned(), page_id });
                continue;
            }
            Token::LinkEnd => {
                links.pop();
                continue;
            }
            Token::Text(text) => (SpanKind::Text { text, link: links.last().cloned() }, false),
            Token::Bracket => (SpanKind::Text { text: "[".into(), link: links.last().cloned() }, false),
            Token::Code(text) => (SpanKind::Text { text, link: links.last().cloned() }, true),
            // It has no look itself: around it, that would have to be closed and opened again by the very tags it would be paired with.
            Token::Stray(source) => {
                let kind = SpanKind::Raw { source: source.into(), text: String::new() };
                spans.push(Span { kind, style: Style::default() });
                continue;
            }
            Token::Whole(kind) => (kind, false),
        };
        let mut style = looks.last().cloned().unwrap_or_default();
        style.bold |= bold;
        style.italic |= italic;
        style.strikethrough |= strikethrough;
        style.code = is_code;
        push(&mut spans, Span { kind, style });
    }
    spans
}

/// Adds a span, merged with the one before when they differ in nothing but their text; a span of no text adds nothing.
pub(crate) fn push(spans: &mut RichText, span: Span) {
    if let SpanKind::Text { text, link } = &span.kind {
        if text.is_empty() {
            return;
        }
        if let Some(Span { kind: SpanKind::Text { text: last, link: last_link }, style }) = spans.last_mut()
            && *style == span.style
            && last_link == link
        {
            last.push_str(text);
            return;
        }
    }
    spans.push(span);
}
