//! Blocks that take more than their line, or none of its children: code, equations, tables, media, child pages.

use serde_json::json;

use super::super::address::{block_in, colour_to_json, id_in};
use super::super::attributes::{BlockAttributes, Tag, split_list};
use super::super::inline::rich;
use super::super::language;
use super::super::payload::{self, keep, object};
use super::super::table::{TableText, has_only_dashes, is_table_line, pipe_cells, pipe_table};
use super::{Reader, TAB, indent};

impl<'a> Reader<'a> {
    pub(super) fn code(&mut self, column: usize, info: &str) {
        let mut lines = Vec::new();
        let mut least = usize::MAX;
        while let Some(line) = self.next() {
            let (at, text) = indent(line);
            // Any fence at the depth of the first ends the code: longer fences are not told apart. Less than a level is not a depth.
            if text.starts_with("```") && at <= column && column - at < TAB {
                break;
            }
            if !text.is_empty() {
                least = least.min(at);
            }
            lines.push(line);
        }
        // The fence's indent is taken off only if every line has it.
        let content: Vec<&str> =
            lines.iter().map(|line| if least >= column { outdent(line, column) } else { line }).collect();
        let language = language::from_info(info.trim_matches('`'));
        let payload = payload::code(language, &content.join("\n"));
        self.add(column, "code", payload, None);
    }

    pub(super) fn equation(&mut self, column: usize) {
        let mut lines: Vec<&str> = Vec::new();
        let mut attributes = BlockAttributes::default();
        while let Some(line) = self.next() {
            let (text, list) = split_list(line.trim_matches([' ', '\t']));
            if text == "$$" {
                attributes = list;
                break;
            }
            lines.push(if lines.is_empty() { outdent(line, column) } else { line });
        }
        // An older form wraps the expression in a fence.
        if let [first, inner @ .., last] = lines.as_slice()
            && first.trim() == "```"
            && last.trim() == "```"
        {
            lines = inner.to_vec();
        }
        let mut payload = object(json!({"expression": lines.join("\n")}));
        keep(&mut payload, json!({"color": attributes.colour}));
        self.add(column, "equation", payload, None);
    }

    pub(super) fn unknown(&mut self, column: usize, parsed: &Tag<'_>) -> bool {
        let Some(url) = parsed.get("url") else { return false };
        let payload = payload::unknown(url, parsed.get("alt"));
        self.add(column, "unsupported", payload, block_in(url));
        true
    }

    pub(super) fn media(&mut self, column: usize, parsed: &Tag<'_>, rest: &'a str) -> bool {
        let Some(url) = parsed.get("src").or_else(|| parsed.get("source")) else { return false };
        let kind = parsed.name;
        let closing = format!("</{kind}>");
        let caption = match rest.split_once(closing.as_str()) {
            Some((caption, _)) => caption,
            None => {
                // The closing tag may stand on the next line.
                if self.peek().is_some_and(|line| line.trim() == closing) {
                    self.at += 1;
                }
                rest
            }
        };
        let mut payload = payload::media(kind, url, rich(caption, self.options));
        keep(&mut payload, json!({"color": parsed.get("color").and_then(colour_to_json)}));
        self.add(column, kind, payload, None);
        true
    }

    pub(super) fn image(&mut self, column: usize, text: &str) -> bool {
        let (line, attributes) = split_list(text);
        let Some((caption, url)) = image(line) else { return false };
        let mut payload = payload::media("image", url, rich(caption, self.options));
        keep(&mut payload, json!({"color": attributes.colour}));
        self.add(column, "image", payload, None);
        true
    }

    pub(super) fn child(&mut self, column: usize, parsed: &Tag<'_>, rest: &str) -> bool {
        let Some(id) = parsed.get("url").and_then(id_in) else { return false };
        let closing = format!("</{}>", parsed.name);
        let title = rest.split_once(closing.as_str()).map_or(rest, |(title, _)| title);
        let (kind, payload) = payload::child(parsed, &rich(title, self.options));
        self.add(column, kind, payload, Some(id));
        true
    }

    pub(super) fn table(&mut self, column: usize, open: &Tag<'_>, rest: &'a str) {
        let mut table = TableText::new(open, self.options.dialect);
        let mut after = table.line(rest);
        while after.is_none() {
            match self.peek() {
                Some(line) if is_table_line(line) => {
                    self.at += 1;
                    after = table.line(line);
                }
                _ => break,
            }
        }
        let strays = std::mem::take(&mut table.strays);
        let tree = table.into_tree(self.options);
        self.forest.graft(column, tree);
        for stray in strays {
            self.text_line(column, &stray);
        }
        if let Some(after) = after {
            self.pending.push((column, after.trim_matches([' ', '\t'])));
        }
    }

    pub(super) fn pipe_table(&mut self, column: usize, text: &str) -> bool {
        let Some(head) = pipe_cells(text) else { return false };
        let below = self.peek().and_then(pipe_cells);
        if !below.is_some_and(|cells| has_only_dashes(&cells)) {
            return false;
        }
        let mut lines = vec![head];
        while let Some(cells) = self.peek().and_then(pipe_cells) {
            lines.push(cells);
            self.at += 1;
        }
        let tree = pipe_table(lines, self.options);
        self.forest.graft(column, tree);
        true
    }
}

/// A line without up to `column` columns of its indent.
pub(in super::super) fn outdent(line: &str, column: usize) -> &str {
    let mut rest = line;
    let mut taken = 0;
    while taken < column {
        if let Some(after) = rest.strip_prefix('\t').filter(|_| taken + TAB <= column) {
            rest = after;
            taken += TAB;
        } else if let Some(after) = rest.strip_prefix(' ') {
            rest = after;
            taken += 1;
        } else {
            break;
        }
    }
    rest
}

/// Caption and address of `![caption](address)` if the line is nothing else.
pub(in super::super) fn image(line: &str) -> Option<(&str, &str)> {
    let inner = line.strip_prefix("![")?;
    let mut is_escaped = false;
    let mut depth = 0_usize;
    let mut end = None;
    for (at, c) in inner.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => depth += 1,
            ']' if depth == 0 => {
                end = Some(at);
                break;
            }
            ']' => depth -= 1,
            _ => {}
        }
    }
    let (caption, rest) = inner.split_at_checked(end?)?;
    let url = rest.strip_prefix("](")?.strip_suffix(')')?;
    // The last parenthesis has to be the one that matches the first.
    let mut open = 0_i64;
    for c in url.chars() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            ' ' | '\t' => return None,
            _ => {}
        }
        if open < 0 {
            return None;
        }
    }
    (open == 0 && !url.is_empty()).then_some((caption, url))
}
