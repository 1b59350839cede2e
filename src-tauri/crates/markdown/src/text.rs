//! Slices of text that cannot panic, and lines with their places.

use std::ops::Range;

/// The part of the text in this range, or nothing when it is none.
pub(crate) fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// The text from here on.
pub(crate) fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

/// Where the first `needle` at or after `from` starts.
pub(crate) fn find(text: &str, from: usize, needle: &str) -> Option<usize> {
    text.get(from..)?.find(needle).map(|at| from + at)
}

/// Looks for a closing mark again and again as a scan moves on. Once there is none, there is none further on either, so that a text of
/// many opening marks is still read in linear time.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    is_exhausted: bool,
}

impl Finder {
    pub(crate) fn find(&mut self, text: &str, from: usize, needle: &str) -> Option<usize> {
        if self.is_exhausted {
            return None;
        }
        let found = find(text, from, needle);
        self.is_exhausted = found.is_none();
        found
    }
}

/// One line: where it stands, and the tabs it starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// First byte, tabs included.
    pub(crate) start: usize,
    /// One past the last byte, line end excluded.
    pub(crate) end: usize,
    /// The depth: how many tabs it starts with.
    pub(crate) tabs: usize,
}

impl Line {
    /// The line as it stands.
    pub(crate) fn raw(self, text: &str) -> &str {
        slice(text, self.start..self.end)
    }

    /// The line without its tabs.
    pub(crate) fn content(self, text: &str) -> &str {
        slice(text, self.start + self.tabs..self.end)
    }
}

/// The lines of a text, ended by `\n`, `\r\n` or `\r`. An empty text has none, and an end of line at the end begins none.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        let end = start + rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        let tabs = rest.iter().take_while(|b| **b == b'\t').count();
        lines.push(Line { start, end, tabs });
        start = end + if bytes.get(end..).is_some_and(|rest| rest.starts_with(b"\r\n")) { 2 } else { 1 };
    }
    lines
}
