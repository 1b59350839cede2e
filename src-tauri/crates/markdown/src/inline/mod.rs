//! The text of one block: styles, links, mentions, maths. Also what comments and titles are made of.

mod build;
mod code;
mod mention;
mod scan;
mod write;

use satchel_model::{RichText, Span};

pub(crate) use build::push;
pub(crate) use write::{escape_text, protect_line_start};

use crate::{Flavor, tag::Tag};

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

/// Where tags of this kind stand that are tags: neither escaped nor a part of code, maths or another tag.
pub(crate) fn tags(text: &str, flavor: Flavor, is_one: impl Fn(&Tag<'_>) -> bool) -> Vec<usize> {
    scan::Scanner::new(text, flavor).tags(&is_one)
}

/// Reads what stood between two tags of this kind.
pub(crate) fn read_between(text: &str, flavor: Flavor, is_one: impl Fn(&Tag<'_>) -> bool) -> RichText {
    build::build(scan::Scanner::new(text, flavor).between(&is_one).scan())
}

/// Where the bracket closes that a text starts with.
pub(crate) fn bracketed(text: &str, flavor: Flavor) -> Option<usize> {
    scan::Scanner::new(text, flavor).bracketed()
}
