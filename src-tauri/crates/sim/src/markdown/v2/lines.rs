//! What a line says by its first signs.

use super::super::markers::marker;

/// A row of three or more backticks or tildes that opens code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence<'a> {
    pub sign: char,
    pub len: usize,
    pub info: &'a str,
}

pub(super) fn fence(line: &str) -> Option<Fence<'_>> {
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = line.trim_start_matches(sign);
    let len = line.len() - info.len();
    if len < 3 || (sign == '`' && info.contains('`')) {
        return None;
    }
    Some(Fence { sign, len, info: info.trim() })
}

impl Fence<'_> {
    /// Whether a line ends the code this fence opened.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim_matches([' ', '\t']);
        line.len() >= self.len && line.trim_start_matches(self.sign).is_empty()
    }
}

/// Three or more of one sign, with or without space between.
pub(super) fn is_divider(line: &str) -> bool {
    ['-', '*', '_'].into_iter().any(|sign| {
        line.chars().filter(|c| *c == sign).count() >= 3 && line.chars().all(|c| c == sign || matches!(c, ' ' | '\t'))
    })
}

/// The heading an underline makes of the lines before it.
pub(super) fn underline(line: &str) -> Option<&'static str> {
    let line = line.trim_end_matches([' ', '\t']);
    [('=', "heading_1"), ('-', "heading_2")]
        .into_iter()
        .find(|(sign, _)| !line.is_empty() && line.chars().all(|c| c == *sign))
        .map(|(_, kind)| kind)
}

/// A line with a marker: a heading or an item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marked<'a> {
    pub kind: &'static str,
    pub is_checked: bool,
    pub text: &'a str,
    /// The number before a numbered item.
    pub number: Option<&'a str>,
}

pub(super) fn marked(line: &str) -> Option<Marked<'_>> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = line.get(..digits).filter(|number| !number.is_empty() && number.len() < 10);
    if let Some(text) = number.and_then(|_| line.get(digits..)?.strip_prefix(')')) {
        let text = if text.is_empty() { text } else { text.strip_prefix(' ')? };
        return Some(Marked { kind: "numbered_list_item", is_checked: false, text, number });
    }
    let (kind, is_checked, text) = marker(line)?;
    match kind {
        "quote" => None,
        "numbered_list_item" => number.map(|_| Marked { kind, is_checked, text, number }),
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
            Some(Marked { kind, is_checked, text: without_closing(text), number: None })
        }
        _ => Some(Marked { kind, is_checked, text, number: None }),
    }
}

/// A heading's text without the signs that may close it.
fn without_closing(text: &str) -> &str {
    let text = text.trim_matches([' ', '\t']);
    let open = text.trim_end_matches('#');
    if open.is_empty() || open.ends_with([' ', '\t']) { open.trim_end_matches([' ', '\t']) } else { text }
}

/// The text of a line of a quote.
pub(super) fn quoted(line: &str) -> Option<&str> {
    let text = line.strip_prefix('>')?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// Where a tag stands in a line of text: not after a backslash, and not in inline code.
pub(super) fn find_tag(line: &str, needle: &str) -> Option<usize> {
    let row = |at: usize| {
        let rest = line.get(at..).unwrap_or_default();
        rest.len() - rest.trim_start_matches('`').len()
    };
    let next = |from: usize, signs: &[char]| line.get(from..)?.find(signs).map(|offset| from + offset);
    let mut at = 0;
    while let Some(found) = next(at, &['`', '\\', '<']) {
        let rest = line.get(found..)?;
        if rest.starts_with(needle) {
            return Some(found);
        }
        at = found + 1;
        if rest.starts_with('\\') {
            at += rest.chars().nth(1).map_or(0, char::len_utf8);
        } else if rest.starts_with('`') {
            let len = row(found);
            at = found + len;
            // The code ends with the next row of the same length, if there is one.
            let mut end = at;
            while let Some(close) = next(end, &['`']) {
                end = close + row(close);
                if row(close) == len {
                    at = end;
                    break;
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_close_with_at_least_as_many() {
        let open = fence("````rust").unwrap();
        assert_eq!((open.sign, open.len, open.info), ('`', 4, "rust"));
        assert!(open.is_closed_by("````") && open.is_closed_by("\t`````  ") && !open.is_closed_by("```"));
        assert!(fence("~~~").is_some() && fence("``").is_none() && fence("``` a`").is_none());
    }

    #[test]
    fn lines_are_told_by_their_first_signs() {
        assert!(is_divider("---") && is_divider("* * *") && !is_divider("--") && !is_divider("- -x"));
        assert_eq!((underline("==="), underline("-"), underline("- x")), (Some("heading_1"), Some("heading_2"), None));
        assert_eq!(marked("## Two ##").map(|line| (line.kind, line.text)), Some(("heading_2", "Two")));
        assert_eq!(marked("# C#").map(|line| line.text), Some("C#"));
        assert_eq!(marked("12) x").map(|line| (line.kind, line.number)), Some(("numbered_list_item", Some("12"))));
        assert_eq!(marked("- [x] done").map(|line| (line.kind, line.is_checked)), Some(("to_do", true)));
        assert_eq!(marked("> x"), None);
        assert_eq!((quoted("> a"), quoted(">"), quoted("a")), (Some("a"), Some(""), None));
        for (line, at) in [("`</p>` \\</p> x</p>", 14), ("`` `</p>`` </p>", 11), ("`` `</p>", 4), ("\\`</p>`", 2)] {
            assert_eq!(find_tag(line, "</p>"), Some(at), "{line}");
        }
    }
}
