//! What a person types, made ready for a CommonMark parser: Notion's conveniences put in CommonMark's words, and what CommonMark would
//! take away (HTML, entities, definitions of links, indented code, underlined headings) put out of its reach.

use crate::text::{lines, slice, tail};

/// Stand-ins for characters that the parser must not see: noncharacters, which no text has.
const STAND_INS: [(char, char); 6] =
    [('<', '\u{FDD0}'), ('&', '\u{FDD1}'), (':', '\u{FDD2}'), ('_', '\u{FDD3}'), ('*', '\u{FDD4}'), ('~', '\u{FDD5}')];

fn stand_in(c: char) -> char {
    STAND_INS.iter().find(|(real, _)| *real == c).map_or(c, |(_, stand_in)| *stand_in)
}

/// Text from the parser with the characters that were kept from it.
pub(super) fn restored(text: &str) -> String {
    text.chars().map(|c| STAND_INS.iter().find(|(_, stand_in)| *stand_in == c).map_or(c, |(real, _)| *real)).collect()
}

/// The length of the web address that a text starts with, without the punctuation of the sentence around it.
pub(super) fn address_len(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = text
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'))
        .unwrap_or(text.len());
    let mut url = slice(text, 0..end);
    loop {
        let cut = url.strip_suffix(['.', ',', ';', ':', '!', '?', '\'', '*', '~', '_', ']']).or_else(|| {
            let is_odd = url.matches(')').take(64).count() > url.matches('(').take(64).count();
            url.strip_suffix(')').filter(|_| is_odd)
        });
        match cut {
            Some(shorter) => url = shorter,
            None => break,
        }
    }
    (url.len() > scheme.len()).then_some(url.len())
}

/// How many columns a line is indented; a tab goes to the next multiple of four.
fn indent(line: &str) -> usize {
    let spaces = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    spaces.fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 })
}

fn fence_of(content: &str) -> Option<(char, usize)> {
    let mark = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let len = content.chars().take_while(|c| *c == mark).count();
    let is_code = len >= 3 && !(mark == '`' && tail(content, len).contains('`'));
    is_code.then_some((mark, len))
}

fn is_list_marker(content: &str) -> bool {
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let after = match (content.bytes().next(), digits) {
        (Some(b'-' | b'*' | b'+'), _) => 1,
        (_, 1..) if matches!(content.as_bytes().get(digits), Some(b'.' | b')')) => digits + 1,
        _ => return false,
    };
    matches!(content.as_bytes().get(after), None | Some(b' ' | b'\t'))
}

/// `[]`, `[ ]` and `[x]` before a space, behind a list marker or not: the mark, and what follows.
fn task(content: &str) -> Option<(&'static str, &str)> {
    let content = content.strip_prefix("- ").or_else(|| content.strip_prefix("* ")).map_or(content, str::trim_start);
    let forms = [("[]", "[ ]"), ("[ ]", "[ ]"), ("[x]", "[x]"), ("[X]", "[x]")];
    forms.into_iter().find_map(|(form, mark)| {
        let rest = content.strip_prefix(form)?;
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (mark, rest.trim_start()))
    })
}

/// The text for the parser.
pub(super) fn prepare(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut fence: Option<(char, usize)> = None;
    let mut is_in_list = false;
    let mut is_after_text = false;
    for line in lines(text) {
        let raw = line.raw(text);
        let content = raw.trim_start_matches([' ', '\t']);
        let indentation = slice(raw, 0..raw.len() - content.len());
        if let Some((mark, len)) = fence {
            push_protected(&mut out, raw);
            let closes = fence_of(content).is_some_and(|(found, found_len)| {
                found == mark && found_len >= len && content.trim_end().chars().all(|c| c == mark)
            });
            if closes {
                fence = None;
            }
            is_after_text = false;
            out.push('\n');
            continue;
        }
        if content.trim().is_empty() {
            is_after_text = false;
            out.push('\n');
            continue;
        }
        let is_task = task(content).is_some();
        if is_list_marker(content) || is_task {
            is_in_list = true;
        } else if indentation.is_empty() && !is_after_text {
            is_in_list = false;
        }
        // Four columns of indentation are code only in CommonMark.
        let indentation = if !is_in_list && indent(raw) >= 4 { "" } else { indentation };
        let is_rule = content.trim_end().len() >= 3 && content.trim_end().bytes().all(|b| b == b'-');
        let is_lone_dash = content.trim_end() == "-";
        if is_after_text && (is_rule || is_lone_dash) {
            // A line across below text, which CommonMark would take for the underline of a heading.
            out.push('\n');
        }
        out.push_str(indentation);
        fence = fence_of(content);
        if fence.is_some() {
            push_protected(&mut out, content);
        } else if let Some((mark, rest)) = task(content) {
            out.push_str("- ");
            out.push_str(mark);
            out.push(' ');
            push_protected(&mut out, rest);
        } else {
            let trimmed = content.trim_end();
            let is_underline = trimmed == "--" || trimmed.bytes().all(|b| b == b'=');
            let digits = content.bytes().take_while(u8::is_ascii_digit).count();
            if is_underline {
                out.push('\\');
            }
            // `2026. A good year` is a sentence, not the two thousand and twenty-sixth item.
            if digits >= 4 && matches!(content.as_bytes().get(digits), Some(b'.' | b')')) {
                out.push_str(slice(content, 0..digits));
                out.push('\\');
                push_protected(&mut out, tail(content, digits));
            } else {
                push_protected(&mut out, content);
            }
        }
        is_after_text = fence.is_none() && !is_rule && !content.starts_with('#');
        out.push('\n');
    }
    out
}

/// Adds text with what would be HTML, entities or definitions of links put out of reach, and addresses kept from being styled.
fn push_protected(out: &mut String, text: &str) {
    let mut at = 0;
    while let Some(c) = tail(text, at).chars().next() {
        let rest = tail(text, at);
        if c == 'h'
            && let Some(len) = address_len(rest)
        {
            out.extend(slice(rest, 0..len).chars().map(|c| if matches!(c, ':') { c } else { stand_in(c) }));
            at += len;
            continue;
        }
        let is_autolink =
            c == '<' && (rest.starts_with("<http://") || rest.starts_with("<https://")) && rest.contains('>');
        match c {
            '<' if is_autolink => {
                let len = rest.find('>').unwrap_or(0) + 1;
                let url = slice(rest, 0..len);
                if url.contains(char::is_whitespace) {
                    out.push(stand_in(c));
                } else {
                    out.push_str(url);
                    at += len;
                    continue;
                }
            }
            '<' | '&' => out.push(stand_in(c)),
            ':' if out.ends_with(']') => out.push(stand_in(c)),
            _ => out.push(c),
        }
        at += c.len_utf8();
    }
}
