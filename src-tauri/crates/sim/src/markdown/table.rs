//! Tables: the tagged form both ways, and the pipe form clients send.

use serde_json::{Value, json};

use super::address::colour_to_json;
use super::attributes::{Tag, tag};
use super::facts::attribute;
use super::inline::rich;
use super::payload::{keep, kept, object};
use super::rich::write_inline;
use super::v2::trimmed;
use super::{Dialect, ReadOptions, Tree, WriteOptions};

/// A table being read: cells as text with their colours.
#[derive(Debug, Default)]
pub(super) struct TableText {
    dialect: Dialect,
    head: Value,
    columns: Vec<Value>,
    rows: Vec<Row>,
    /// Text between the tags, which has no place in a table.
    pub strays: Vec<String>,
    is_header_row: bool,
    is_header_column: bool,
}

#[derive(Debug, Default)]
struct Row {
    colour: Option<String>,
    cells: Vec<(String, Option<String>)>,
}

/// Whether a line of an open table can belong to it.
pub(super) fn is_table_line(line: &str) -> bool {
    let line = line.trim_matches([' ', '\t']);
    line.is_empty()
        || tag(line).is_some_and(|tag| {
            matches!(tag.name, "table" | "colgroup" | "col" | "tr" | "td" | "th" | "thead" | "tbody")
        })
}

impl TableText {
    pub(super) fn new(open: &Tag<'_>, dialect: Dialect) -> Self {
        Self {
            dialect,
            head: json!({"fit_page_width": open.is_true("fit-page-width").then_some(true)}),
            is_header_row: open.is_true("header-row"),
            is_header_column: open.is_true("header-column"),
            ..Self::default()
        }
    }

    /// A header and rows, as tables with pipes have them.
    pub(super) fn from_rows(rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let row =
            |cells: Vec<String>| Row { colour: None, cells: cells.into_iter().map(|cell| (cell, None)).collect() };
        Self { head: json!({}), rows: rows.into_iter().map(row).collect(), is_header_row: true, ..Self::default() }
    }

    /// Takes one line, or in the second dialect the whole table; what stands after `</table>` is handed back.
    pub(super) fn line<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let mut rest = line;
        let mut is_first_row = true;
        loop {
            let start = rest.find('<').unwrap_or(rest.len());
            let (text, from) = rest.split_at_checked(start)?;
            self.stray(text);
            let Some(found) = tag(from) else {
                if let Some(after) = from.strip_prefix('<') {
                    self.stray("<");
                    rest = after;
                    continue;
                }
                return None;
            };
            rest = from.get(found.len..).unwrap_or_default();
            let colour = found.get("color").and_then(colour_to_json);
            match (found.name, found.is_closing) {
                ("table", true) => return Some(rest),
                ("tr", false) => {
                    // In the first dialect a second row on the same line collapses into the first.
                    if self.dialect == Dialect::V2 || is_first_row || self.rows.is_empty() {
                        self.rows.push(Row { colour, ..Row::default() });
                    }
                    is_first_row = false;
                }
                // There a column that closes itself is skipped, so later ones move up.
                ("col", false) if self.dialect == Dialect::V2 || !found.is_self_closed => {
                    let width = found.get("width").and_then(|width| width.parse::<f64>().ok());
                    let width = found.get("width").filter(|_| width.is_some());
                    self.columns.push(json!({"color": colour, "width": width}));
                }
                ("td" | "th", false) => {
                    let end = cell_end(rest);
                    let (cell, after) = rest.split_at_checked(end)?;
                    if self.rows.is_empty() {
                        self.rows.push(Row::default());
                    }
                    if let Some(row) = self.rows.last_mut() {
                        row.cells.push((self.dialect.cell(cell).to_owned(), colour));
                    }
                    rest = after;
                }
                _ => {}
            }
        }
    }

    fn stray(&mut self, text: &str) {
        let text = text.trim_matches([' ', '\t', '\n']);
        if !text.is_empty() {
            self.strays.push(text.to_owned());
        }
    }

    pub(super) fn into_tree(self, options: &ReadOptions<'_>) -> Tree {
        let width = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(1);
        let mut payload = object(json!({
            "table_width": width,
            "has_column_header": self.is_header_row,
            "has_row_header": self.is_header_column,
        }));
        let mut head = object(self.head);
        if self.columns.iter().any(|column| column != &json!({"color": null, "width": null})) {
            head.insert("columns".to_owned(), json!(self.columns));
        }
        keep(&mut payload, Value::Object(head));
        let rows = self.rows.into_iter().map(|row| {
            let mut cells: Vec<Value> = row.cells.iter().map(|(text, _)| json!(rich(text, options))).collect();
            cells.resize(width, json!([]));
            let mut payload = object(json!({"cells": cells}));
            let colours: Vec<Option<String>> = row.cells.into_iter().map(|(_, colour)| colour).collect();
            let colours = colours.iter().any(Option::is_some).then_some(colours);
            keep(&mut payload, json!({"color": row.colour, "cells": colours}));
            Tree { id: None, kind: "table_row".to_owned(), payload, children: Vec::new() }
        });
        Tree { id: None, kind: "table".to_owned(), children: rows.collect(), payload }
    }
}

impl Dialect {
    /// A cell's text without the lines it may be padded with.
    fn cell(self, text: &str) -> &str {
        let mut text = text;
        while self == Self::V2 && trimmed(text).len() < text.len() {
            text = trimmed(text);
        }
        text
    }
}

/// Where a cell's text ends: at the next tag of the table that is not escaped, wherever it is.
fn cell_end(text: &str) -> usize {
    let mut from = 0;
    while let Some(offset) = text.get(from..).and_then(|rest| rest.find('<')) {
        let at = from + offset;
        let ends = ["</td", "</th", "<td", "<th", "<tr", "</tr", "</table"];
        let (before, rest) = text.split_at(at);
        let escapes = before.len() - before.trim_end_matches('\\').len();
        if escapes % 2 == 0 && ends.iter().any(|end| rest.starts_with(end)) {
            return at;
        }
        from = at + 1;
    }
    text.len()
}

/// Cells of a line like `| a | b |`, `None` for any other line.
pub(super) fn pipe_cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim_matches([' ', '\t']);
    let inner = line.strip_prefix('|')?;
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    for c in inner.chars() {
        if c == '|' && !is_escaped {
            cells.push(String::new());
            continue;
        }
        if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    (!cells.is_empty()).then(|| cells.iter().map(|cell| cell.trim().to_owned()).collect())
}

/// Whether cells look like the line under a pipe table's header.
pub(super) fn has_only_dashes(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':')))
}

/// The tree of a pipe table. Only a plain `---` line disappears; one with colons becomes a row, as does any further one.
pub(super) fn pipe_table(lines: Vec<Vec<String>>, options: &ReadOptions<'_>) -> Tree {
    let is_plain = |cells: &Vec<String>| cells.iter().all(|cell| cell.chars().all(|c| c == '-'));
    let rows = lines.into_iter().enumerate().filter(|(index, cells)| *index != 1 || !is_plain(cells));
    TableText::from_rows(rows.map(|(_, cells)| cells)).into_tree(options)
}

/// Writes a table: its own tags at the block's depth, everything inside at column 0.
pub(super) fn write_table(table: &Tree, indent: &str, options: &WriteOptions<'_>) -> String {
    let is_set = |key: &str| table.payload.get(key) == Some(&Value::Bool(true));
    let mut out = format!("{indent}<table");
    if kept(&table.payload, "fit_page_width") == Some(&Value::Bool(true)) {
        out.push_str(" fit-page-width=\"true\"");
    }
    if is_set("has_column_header") {
        out.push_str(" header-row=\"true\"");
    }
    if is_set("has_row_header") {
        out.push_str(" header-column=\"true\"");
    }
    out.push_str(">\n");
    if let Some(columns) = kept(&table.payload, "columns").and_then(Value::as_array) {
        out.push_str("<colgroup>\n");
        for column in columns {
            let width = column.get("width").and_then(Value::as_str);
            let width = width.map(|width| format!(" width=\"{width}\"")).unwrap_or_default();
            out.push_str(&format!("<col{}{width}>\n", attribute(column.get("color"))));
        }
        out.push_str("</colgroup>\n");
    }
    for row in &table.children {
        out.push_str(&format!("<tr{}>\n", attribute(kept(&row.payload, "color"))));
        let cells = row.payload.get("cells").and_then(Value::as_array);
        let colours = kept(&row.payload, "cells").and_then(Value::as_array);
        for (index, cell) in cells.into_iter().flatten().enumerate() {
            let colour = attribute(colours.and_then(|colours| colours.get(index)));
            let text = write_inline(cell.as_array().map_or(&[], Vec::as_slice), options);
            out.push_str(&format!("<td{colour}>{text}</td>\n"));
        }
        out.push_str("</tr>\n");
    }
    out.push_str(&format!("{indent}</table>"));
    out
}
