//! The text of one block: styles, links, mentions, maths. Also what comments and titles are made of.

mod build;
mod code;
mod mention;
mod scan;
mod write;

use satchel_model::{RichText, Span};

pub(crate) use build::push;
pub(crate) use write::{escape_text, protect_line_start};

use crate::Flavor;

/// Inline markup without text, which is read as nothing.
pub(crate) const NOTHING: &str = "<span underline=\"true\"></span>";

/// Reads inline markup of the first dialect. Block markers have no meaning here.
#[must_use]
pub fn read(text: &str) -> RichText {
    read_as(text, Flavor::V1)
}

/// Writes spans as inline markup of the first dialect, on one line: a line break is `<br>`.
#[must_use]
pub fn write(spans: &[Span]) -> String {
    write_as(spans, Flavor::V1)
}

pub(crate) fn read_as(text: &str, flavor: Flavor) -> RichText {
    build::build(scan::Scanner::new(text, flavor).scan())
}

pub(crate) fn write_as(spans: &[Span], flavor: Flavor) -> String {
    write::write(spans, flavor)
}
