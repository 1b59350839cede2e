//! Where the raw regions of a text end: code, display maths, tables. Found before any tag is looked at, in one pass over the lines.

use std::collections::HashMap;

use crate::{
    tag::{Shape, Tag},
    text::Line,
};

use super::attributes::closes_maths;

/// For each line that may open a raw region, the line that closes it.
#[derive(Debug, Default)]
pub(super) struct Regions {
    /// Bare fences, by depth.
    fences: HashMap<usize, Vec<usize>>,
    /// The closing fence of named fences at the top, where the rest of the text decides it.
    fences_at_top: HashMap<usize, usize>,
    /// Lines of `$$`, by depth.
    maths: HashMap<usize, Vec<usize>>,
    table_starts: Vec<usize>,
    table_ends: Vec<usize>,
}

const FENCE: &str = "```";

/// The language of a fence that opens code. A bare one never does: the service names every language.
pub(super) fn language(content: &str) -> Option<&str> {
    content.strip_prefix(FENCE).filter(|language| !language.trim().is_empty() && !language.contains('`'))
}

impl Regions {
    pub(super) fn of(text: &str, lines: &[Line]) -> Self {
        let mut regions = Self::default();
        for (index, line) in lines.iter().enumerate() {
            let content = line.content(text);
            if content == FENCE {
                regions.fences.entry(line.tabs).or_default().push(index);
            } else if content.starts_with("$$") && closes_maths(content).is_some() {
                regions.maths.entry(line.tabs).or_default().push(index);
            } else if content.contains("table") {
                let trimmed = content.trim();
                if trimmed.starts_with("</table>") || trimmed.ends_with("</table>") {
                    regions.table_ends.push(index);
                }
                if Tag::at(trimmed).is_some_and(|tag| tag.name == "table" && tag.shape == Shape::Open) {
                    regions.table_starts.push(index);
                }
            }
        }
        regions.settle_top(text, lines);
        regions
    }

    /// Fences at the top that hold lines of three backticks are ambiguous, because fences are never widened. A fence closes at the
    /// nearest bare one that leaves the rest balanced: every bare one closing a named one.
    fn settle_top(&mut self, text: &str, lines: &[Line]) {
        let mut marks: Vec<(usize, bool)> = Vec::new();
        let mut index = 0;
        while let Some(line) = lines.get(index) {
            let content = line.content(text);
            let is_named = language(content).is_some();
            if line.tabs == 0 && (is_named || content == FENCE) {
                marks.push((index, is_named));
            } else if is_named && let Some(end) = self.nearest_fence(index, line.tabs) {
                // The lines of deeper code stand at column 0 too, and are no fences of the top.
                index = end;
            }
            index += 1;
        }
        let mut is_rest_balanced = true;
        let mut nearest_good = None;
        for (line, is_named) in marks.into_iter().rev() {
            if is_named {
                is_rest_balanced = nearest_good.is_some();
                if let Some(end) = nearest_good {
                    self.fences_at_top.insert(line, end);
                }
            } else {
                if is_rest_balanced {
                    nearest_good = Some(line);
                }
                is_rest_balanced = false;
            }
        }
    }

    fn nearest_fence(&self, line: usize, depth: usize) -> Option<usize> {
        after(self.fences.get(&depth)?, line)
    }

    /// The line that closes the code opened here.
    pub(super) fn end_of_code(&self, line: usize, depth: usize) -> Option<usize> {
        self.fences_at_top.get(&line).copied().or_else(|| self.nearest_fence(line, depth))
    }

    /// The line that closes the display maths opened here.
    pub(super) fn end_of_maths(&self, line: usize, depth: usize) -> Option<usize> {
        after(self.maths.get(&depth)?, line)
    }

    /// The line with the `</table>` of the table opened here; none when another table begins before it.
    pub(super) fn end_of_table(&self, line: usize) -> Option<usize> {
        let end = self.table_ends.get(self.table_ends.partition_point(|end| *end < line)).copied()?;
        let next = after(&self.table_starts, line);
        next.is_none_or(|next| end < next).then_some(end)
    }
}

fn after(sorted: &[usize], line: usize) -> Option<usize> {
    sorted.get(sorted.partition_point(|found| *found <= line)).copied()
}
