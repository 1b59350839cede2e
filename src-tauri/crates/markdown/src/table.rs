//! `<table>`: read by tokens, not by lines, so that one-line and indented tables of other authors read too.

use satchel_model::{Attribute, Table, TableCell, TableColumn, TableRow};

use crate::{
    Flavor, inline,
    tag::{Shape, Tag, TagWriter},
    text::{slice, tail},
    vocabulary::{color_from, color_to},
};

/// Names that have a meaning inside a table.
pub(crate) fn is_table_tag(name: &str) -> bool {
    matches!(name, "table" | "thead" | "tbody" | "colgroup" | "col" | "tr" | "td" | "th")
}

/// The attributes of `<table>` that [`Table`] has a place for.
pub(crate) const KNOWN: [&str; 3] = ["fit-page-width", "header-row", "header-column"];

/// Whether the two dialects agree on this line being a part of a table.
pub(crate) fn is_part(line: &str) -> bool {
    Tag::at(line.trim_start()).is_some_and(|tag| is_table_tag(tag.name))
}

struct Reader {
    table: Table,
    /// The cell that is open, with what it says so far.
    cell: Option<(TableCell, String)>,
    flavor: Flavor,
}

impl Reader {
    fn row(&mut self) -> &mut TableRow {
        if self.table.rows.is_empty() {
            self.table.rows.push(TableRow::default());
        }
        let last = self.table.rows.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "a row was just made where there was none")]
        &mut self.table.rows[last]
    }

    fn end_cell(&mut self) {
        if let Some((mut cell, text)) = self.cell.take() {
            cell.text = inline::read_between(&one_line(&text, self.flavor), self.flavor, |tag| is_table_tag(tag.name));
            self.row().cells.push(cell);
        }
    }

    /// Characters; those outside of any cell make one, if they are to be seen.
    fn text(&mut self, text: &str) {
        match &mut self.cell {
            Some((_, said)) => said.push_str(text),
            None if text.trim().is_empty() => {}
            None => self.cell = Some((TableCell::default(), text.trim().into())),
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        self.end_cell();
        let color = color_from(tag.get("color"));
        match (tag.name, tag.shape) {
            ("col", Shape::Open | Shape::SelfClosed) => {
                let width =
                    tag.get("width").and_then(|width| width.parse().ok()).filter(|width: &f64| width.is_finite());
                self.table.columns.push(TableColumn { color, width });
            }
            ("tr", Shape::Open) => self.table.rows.push(TableRow { id: None, color, cells: Vec::new() }),
            ("td" | "th", Shape::Open) => self.cell = Some((TableCell { text: Vec::new(), color }, String::new())),
            ("td" | "th", Shape::SelfClosed) => self.row().cells.push(TableCell { text: Vec::new(), color }),
            _ => {}
        }
    }
}

/// The text of a cell that stands on several lines, on one.
fn one_line(text: &str, flavor: Flavor) -> String {
    if !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(if flavor == Flavor::V1 { "<br>" } else { " " })
}

/// Reads the inside of a table. `open` is its opening tag.
pub(crate) fn read(open: &Tag<'_>, body: &str, flavor: Flavor) -> Table {
    let table = Table {
        has_column_header: open.flag("header-row"),
        has_row_header: open.flag("header-column"),
        is_full_width: open.flag("fit-page-width"),
        ..Table::default()
    };
    let mut reader = Reader { table, cell: None, flavor };
    // Code and maths end with their line at the latest, and each cell is written on its own: there it is read as it is alone.
    for line in body.split_inclusive(['\n', '\r']) {
        let mut at = 0;
        for found in inline::tags(line, flavor, |tag| is_table_tag(tag.name)) {
            reader.text(slice(line, at..found));
            let Some(tag) = Tag::at(tail(line, found)) else { continue };
            reader.tag(&tag);
            at = found + tag.len;
        }
        reader.text(tail(line, at));
    }
    reader.end_cell();
    let mut table = reader.table;
    table.rows.retain(|row| !row.cells.is_empty());
    squared(&mut table);
    table
}

/// Gives every row the same number of cells, and drops columns that say nothing.
pub(crate) fn squared(table: &mut Table) {
    let is_plain = table.columns.iter().all(|column| *column == TableColumn::default());
    if is_plain {
        table.columns.clear();
    }
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(table.columns.len());
    // A single endless row among very many short ones would ask for more cells than the text has characters.
    let cells: usize = table.rows.iter().map(|row| row.cells.len()).sum();
    if width * table.rows.len() <= cells * 4 + MOST_PADDED_CELLS {
        for row in &mut table.rows {
            row.cells.resize_with(width, TableCell::default);
        }
    }
    if !table.columns.is_empty() {
        table.columns.resize_with(width, TableColumn::default);
    }
}

const MOST_PADDED_CELLS: usize = 10_000;

/// Writes a table as the first dialect has it: tags at column 0 but for the first and the last, which the caller indents.
pub(crate) fn write_v1(table: &Table, attributes: &[Attribute], indent: &str) -> String {
    let open = TagWriter::new("table")
        .with_flag("fit-page-width", table.is_full_width)
        .with_flag("header-row", table.has_column_header)
        .with_flag("header-column", table.has_row_header)
        .with_kept(attributes)
        .ordered(&KNOWN);
    let mut out = format!("{indent}{}", open.open());
    if table.columns.iter().any(|column| *column != TableColumn::default()) {
        out.push_str("\n<colgroup>");
        for column in &table.columns {
            out.push('\n');
            out.push_str(&column_tag(column).open());
        }
        out.push_str("\n</colgroup>");
    }
    for row in &table.rows {
        out.push('\n');
        out.push_str(&TagWriter::new("tr").with_some("color", color_to(&row.color)).open());
        for cell in &row.cells {
            out.push('\n');
            out.push_str(&TagWriter::new("td").with_some("color", color_to(&cell.color)).open());
            out.push_str(&inline::write(&cell.text));
            out.push_str("</td>");
        }
        out.push_str("\n</tr>");
    }
    out.push('\n');
    out.push_str(indent);
    out.push_str("</table>");
    out
}

/// `<col …>`, for the caller to close or not.
pub(crate) fn column_tag(column: &TableColumn) -> TagWriter<'static> {
    TagWriter::new("col")
        .with_some("color", color_to(&column.color))
        .with_some("width", column.width.map(|width| width.to_string()))
}
