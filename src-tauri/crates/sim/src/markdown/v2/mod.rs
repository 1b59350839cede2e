//! The second dialect, Notion-flavoured Markdown: CommonMark with tables, task lists and strikethrough, and tags for everything else.
//!
//! Blank lines separate blocks; children are indented in lists only, elsewhere they stand in a tag after the block's own text and a
//! blank line. What both dialects have in common (tags, payloads, runs, tables, addresses) is in the modules around this one; how inline
//! text is read is in `inline`.

mod elements;
mod escape;
mod lines;
mod read;
#[cfg(test)]
mod samples;
mod spans;
mod table;
mod write;

pub(super) use elements::trimmed;
pub(super) use read::read;
pub(super) use spans::write_inline;
pub(super) use write::write;

/// What the attributes of a date's tag are called.
pub(super) const DATE_NAMES: [&str; 5] = ["start", "start-time", "end", "end-time", "time-zone"];

/// The tag a container's name stands for in the first dialect.
fn in_first(name: &str) -> &str {
    match name {
        "toggle" => "details",
        "synced-block" => "synced_block",
        "synced-block-reference" => "synced_block_reference",
        "meeting-notes-section-summary" => "summary",
        "meeting-notes-section-notes" => "notes",
        "meeting-notes-section-transcript" => "transcript",
        name => name,
    }
}
