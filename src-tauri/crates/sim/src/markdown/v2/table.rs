//! Tables of the second dialect: with pipes where nothing but a header row is to be said, else with tags.

use serde_json::Value;

use super::super::facts::attribute;
use super::super::payload::kept;
use super::super::table::{TableText, has_only_dashes};
use super::super::{ReadOptions, Tree, WriteOptions};
use super::spans::write_inline;

/// Cells of a line like `| a | b |` or `a | b`, `None` for one without a pipe. A backslash right before a pipe keeps it in the cell, and is gone then.
pub(super) fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim_matches([' ', '\t']);
    let is_open = line.starts_with('|');
    let mut rest = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let mut cell = String::new();
    while let Some((text, after)) = rest.split_once('|') {
        match text.strip_suffix('\\') {
            Some(text) => {
                cell.push_str(text);
                cell.push('|');
            }
            None => {
                cell.push_str(text);
                cells.push(std::mem::take(&mut cell));
            }
        }
        rest = after;
    }
    if !is_open && cells.is_empty() {
        return None;
    }
    cell.push_str(rest);
    if !cell.trim_matches([' ', '\t']).is_empty() {
        cells.push(cell);
    }
    (!cells.is_empty()).then(|| cells.iter().map(|cell| cell.trim_matches([' ', '\t']).to_owned()).collect())
}

/// Whether a line of cells is the one under a header.
pub(super) fn is_separator(cells: &[String], head: &[String]) -> bool {
    cells.len() == head.len() && has_only_dashes(cells)
}

/// The table of a header and rows, which are as wide as the header.
pub(super) fn from_rows(mut rows: Vec<Vec<String>>, options: &ReadOptions<'_>) -> Tree {
    let width = rows.first().map_or(1, Vec::len);
    rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    TableText::from_rows(rows).into_tree(options)
}

pub(super) fn write(table: &Tree, options: &WriteOptions<'_>) -> String {
    let rows: Vec<Vec<String>> = table
        .children
        .iter()
        .map(|row| {
            let cells = row.payload.get("cells").and_then(Value::as_array);
            cells.into_iter().flatten().map(|cell| cell_text(cell, options)).collect()
        })
        .collect();
    if is_plain(table, &rows) { piped(&rows) } else { tagged(table, &rows) }
}

fn cell_text(cell: &Value, options: &WriteOptions<'_>) -> String {
    write_inline(cell.as_array().map_or(&[], Vec::as_slice), options).replace("\\\n", "<br />")
}

fn is_set(table: &Tree, key: &str) -> bool {
    table.payload.get(key) == Some(&Value::Bool(true))
}

fn is_plain(table: &Tree, rows: &[Vec<String>]) -> bool {
    let says_nothing = |tree: &Tree, keys: &[&str]| keys.iter().all(|key| kept(&tree.payload, key).is_none());
    let width = rows.first().map_or(0, Vec::len);
    is_set(table, "has_column_header")
        && !is_set(table, "has_row_header")
        && says_nothing(table, &["fit_page_width", "columns"])
        && table.children.iter().all(|row| says_nothing(row, &["color", "cells"]))
        && width > 0
        && rows.iter().all(|row| row.len() == width)
        && rows.iter().flatten().all(|cell| cell.trim_matches([' ', '\t']) == cell)
}

fn piped(rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        lines.push(line(row.iter().map(|cell| cell.replace('|', "\\|")).collect()));
        if index == 0 {
            lines.push(line(vec!["---".to_owned(); row.len()]));
        }
    }
    lines.join("\n")
}

fn tagged(table: &Tree, rows: &[Vec<String>]) -> String {
    let mut out = String::from("<table");
    if kept(&table.payload, "fit_page_width") == Some(&Value::Bool(true)) {
        out.push_str(" fit-page-width=\"true\"");
    }
    let (has_head, has_side) = (is_set(table, "has_column_header"), is_set(table, "has_row_header"));
    for (is_set, name) in [(has_head, "header-row"), (has_side, "header-column")] {
        if is_set {
            out.push_str(&format!(" {name}=\"true\""));
        }
    }
    out.push_str(">\n");
    if let Some(columns) = kept(&table.payload, "columns").and_then(Value::as_array) {
        out.push_str("<colgroup>");
        for column in columns {
            let width = column.get("width").and_then(Value::as_str);
            let width = width.map(|width| format!(" width=\"{width}\"")).unwrap_or_default();
            out.push_str(&format!("<col{width}{} />", attribute(column.get("color"))));
        }
        out.push_str("</colgroup>\n");
    }
    for (index, (row, cells)) in table.children.iter().zip(rows).enumerate() {
        out.push_str(&format!("<tr{}>\n", attribute(kept(&row.payload, "color"))));
        let colours = kept(&row.payload, "cells").and_then(Value::as_array);
        for (place, cell) in cells.iter().enumerate() {
            let name = if (has_head && index == 0) || (has_side && place == 0) { "th" } else { "td" };
            let colour = attribute(colours.and_then(|colours| colours.get(place)));
            out.push_str(&format!("<{name}{colour}>{cell}</{name}>\n"));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>");
    out
}
