//! The sizes the service enforces. Characters are counted in UTF-16 units.

/// Characters of `text.content`, of a link and of any other address.
pub const TEXT: usize = 2_000;
pub const EQUATION: usize = 1_000;
pub const EMAIL: usize = 200;
pub const PHONE: usize = 200;
/// Elements of any array in a body.
pub const ARRAY: usize = 100;
/// Block elements in one request, nested ones included.
pub const BLOCKS_PER_REQUEST: usize = 1_000;
/// Bytes of a request's body.
pub const BODY: usize = 500_000;
/// Levels of `children` below the blocks a request names.
pub const NESTING: usize = 2;
pub const PAGE_SIZE: usize = 100;
/// Notes of meetings one query shows.
pub const MEETING_NOTES: usize = 50;
/// References of one property in a page; the rest is behind the property endpoint.
pub const REFERENCES: usize = 25;
/// Rows a query shows before it stops and says so.
pub const QUERY_ROWS: usize = 10_000;
pub const COMMENT_ATTACHMENTS: usize = 3;
/// Bytes of a file in one part, or of one part of many.
pub const UPLOAD_PART: u64 = 20 * 1_024 * 1_024;
/// Bytes of every part but the last.
pub const SMALLEST_UPLOAD_PART: u64 = 5 * 1_024 * 1_024;
/// Bytes of uploads that a workspace remembers; what comes after is known by its length alone. Not the service's limit, but memory's.
pub const KEPT_UPLOADS: u64 = 512 * 1_024 * 1_024;
pub const UPLOAD_PARTS: i64 = 1_000;
/// Bytes of a file's name.
pub const FILENAME: usize = 900;
/// Bytes of a form's own lines, beside the file in it.
pub const FORM_LINES: usize = 64 * 1_024;
/// Blocks a page's Markdown shows before it is cut.
pub const MARKDOWN_BLOCKS: usize = 20_000;
/// Levels of `and` and `or` in a filter.
pub const FILTER_NESTING: usize = 2;

/// Length as the service counts it.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
