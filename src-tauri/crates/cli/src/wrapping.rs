//! Markdown on a terminal: lines broken between words, headings and quotations set apart. The text stays Markdown.

use unicode_width::UnicodeWidthStr as _;

use crate::console::{Line, Tone, head};

/// Lines longer than this are hard to read, however wide the terminal.
const WIDEST: usize = 96;

/// The lines of a text. Without a width none is broken.
pub(crate) fn lines(markdown: &str, width: Option<usize>) -> Vec<Line> {
    let width = width.map(|width| width.min(WIDEST));
    let mut is_code = false;
    let mut lines = Vec::new();
    for text in markdown.lines() {
        let inner = text.trim_start();
        let is_fence = inner.starts_with("```");
        let tone = match inner {
            _ if is_code || is_fence => Tone::Dim,
            _ if is_heading(inner) => Tone::Strong,
            _ if inner.starts_with('>') => Tone::Dim,
            _ => Tone::Plain,
        };
        let breaks = !is_code && !is_fence && !inner.starts_with('|');
        match width {
            Some(width) if breaks => lines.extend(broken(text, width).iter().map(|line| Line::new().tone(tone, line))),
            _ => lines.push(Line::new().tone(tone, text)),
        }
        is_code ^= is_fence;
    }
    lines
}

fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('#');
    (1..=6).contains(&(text.len() - rest.len())) && rest.starts_with(' ')
}

/// One line of Markdown as lines of at most this width; those after the first stand under its text.
fn broken(text: &str, width: usize) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let (first, rest) = marker(text);
    let hanging = if first.trim_start().starts_with('>') { first.clone() } else { " ".repeat(first.width()) };
    // Where markers leave no room for words, they give way.
    let room = width.saturating_sub(first.width()).max(20);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in rest.split(' ') {
        let mut word = word;
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        // Scripts without blanks, and addresses, break anywhere.
        while line.width() + word.width() > room {
            let part = head(word, room.saturating_sub(line.width()));
            if part.is_empty() {
                break;
            }
            line.push_str(part);
            lines.push(std::mem::take(&mut line));
            word = word.get(part.len()..).unwrap_or_default();
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    let indent = |index: usize| if index == 0 { first.as_str() } else { hanging.as_str() };
    lines.iter().enumerate().map(|(index, line)| format!("{}{line}", indent(index))).collect()
}

/// The blanks and the marker of a list or quotation that a line begins with, and the rest.
fn marker(text: &str) -> (String, &str) {
    let inner = text.trim_start();
    let blanks = text.len() - inner.len();
    let mut length = 0;
    if let Some(rest) = inner.strip_prefix("- ").or_else(|| inner.strip_prefix("> ")) {
        length = 2;
        if ["[ ] ", "[x] "].iter().any(|box_| rest.starts_with(box_)) {
            length += 4;
        }
    } else {
        let digits = inner.chars().take_while(char::is_ascii_digit).count();
        if digits > 0 && inner.get(digits..).is_some_and(|rest| rest.starts_with(". ")) {
            length = digits + 2;
        }
    }
    let (marker, rest) = text.split_at_checked(blanks + length).unwrap_or(("", text));
    (marker.to_owned(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_item_stand_under_its_text() {
        let text = "  - [ ] one two three four five six";
        assert_eq!(broken(text, 28), ["  - [ ] one two three four", "        five six"]);
        assert_eq!(broken("> alpha beta gamma delta eps", 24), ["> alpha beta gamma delta", "> eps"]);
    }

    #[test]
    fn scripts_without_blanks_are_broken_too() {
        let lines = broken(&"漢".repeat(30), 40);
        assert!(lines.iter().all(|line| line.width() <= 40), "{lines:?}");
        assert_eq!(lines.concat().chars().count(), 30);
    }

    #[test]
    fn nothing_is_lost_by_breaking() {
        let text = "1. The quick brown fox jumps over the lazy dog and https://example.org/a/very/long/address/indeed";
        let joined: String = broken(text, 30).concat().split_whitespace().collect();
        assert_eq!(joined, text.split_whitespace().collect::<String>());
    }
}
