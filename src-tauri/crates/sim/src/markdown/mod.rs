//! The service's own Markdown: text ⇄ trees of block JSON. Shares no code with the crates that read it on the other side.
//!
//! [`write()`] is what the service sends (canonical forms); [`read()`] is what it makes of text a client sends (spaces for tabs, blank
//! lines, pipe tables, aliases of languages). Both are total and never recurse deeper than a fixed bound. Their options name the
//! [`Dialect`]: the first has one line a block and tabs for depth, the second is in `v2`. What is known of the first alone, from
//! measurements (aliases of languages, bare addresses that become links), is taken to be so in the second.
//!
//! Conventions of the trees beyond the API's read shape:
//! - What only Markdown can show (table colours and widths, the colour of an image, `deleted` on a child) stands in a payload or in a
//!   rich-text item under [`MARKDOWN_ONLY`]; [`strip_markdown_only`] takes it out before anything is shown as JSON.
//! - A `tab` holds `paragraph` children: text and icon are the label, their children the content.
//! - A `meeting_notes` holds up to three `paragraph` children (summary, notes, transcript, in this order) with the content below each.
//! - A `<unknown>` tag reads as `unsupported` with the id of its block and the tag's `alt` as `block_type`; whoever applies the text
//!   puts the existing block in its place. The same goes for `<page>`, `<database>`, `synced_block` and `meeting_notes` with an id.
//!   In the other direction an `unsupported` block without `block_type` writes the bare tag that stands for a part left out.
//! - A synced copy (`synced_from` set) without children takes them from [`Lookup::original`].
//!
//! Not here: the H1 that becomes a title, search-and-replace edits and the truncation of long pages, which need the state.

mod address;
mod attributes;
mod auto_link;
mod facts;
mod forest;
mod inline;
mod language;
mod markers;
mod payload;
mod read;
mod rich;
#[cfg(test)]
mod samples;
mod table;
mod v2;
mod write;

use serde_json::{Map, Value};

/// Which of the service's two syntaxes a text is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Enhanced Markdown, the default.
    #[default]
    V1,
    /// Notion-flavoured Markdown, a preview a request opts in to.
    V2,
}

impl Dialect {
    /// The dialect a request calls by this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "v1" => Some(Self::V1),
            "v2" => Some(Self::V2),
            _ => None,
        }
    }
}

/// Reads a page's text. Every text is some page: what is no markup is paragraphs.
pub fn read(text: &str, options: &ReadOptions<'_>) -> Vec<Tree> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    match options.dialect {
        Dialect::V1 => read::read(&text, options),
        Dialect::V2 => v2::read(&text, options),
    }
}

/// Reads inline Markdown, for titles, captions and comments.
pub fn read_inline(text: &str, options: &ReadOptions<'_>) -> Vec<Value> {
    inline::rich(text, options)
}

/// Writes a page's blocks; no blocks are the empty text.
pub fn write(trees: &[Tree], options: &WriteOptions<'_>) -> String {
    match options.dialect {
        Dialect::V1 => write::write(trees, options),
        Dialect::V2 => v2::write(trees, options),
    }
}

/// Writes rich text as inline Markdown.
pub fn write_inline(items: &[Value], options: &WriteOptions<'_>) -> String {
    match options.dialect {
        Dialect::V1 => rich::write_inline(items, options),
        Dialect::V2 => v2::write_inline(items, options),
    }
}

/// The key, in payloads and rich-text items, of what the service keeps but shows in Markdown only.
pub const MARKDOWN_ONLY: &str = "~markdown";

/// Levels below which blocks are flattened on read, as a guard against hostile text.
const DEEPEST: usize = 64;

/// A block in the read shape without the fields the state adds (ids of others, times, authors, parents).
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The block's id, if it has one already: written into `<unknown>` and synced blocks, taken from `<page url>` and the like.
    pub id: Option<String>,
    /// `paragraph`, `heading_1`, … as in the API.
    pub kind: String,
    /// What stands under the key named `kind`, without `children`.
    pub payload: Map<String, Value>,
    pub children: Vec<Tree>,
}

/// What the text needs to know about things outside it. Every answer may be missing.
pub trait Lookup {
    /// The title of a page or database, by hyphenated id.
    fn title(&self, _id: &str) -> Option<String> {
        None
    }
    /// The name of a person or bot.
    fn user_name(&self, _id: &str) -> Option<String> {
        None
    }
    /// What a `<database>` tag says besides the title.
    fn database(&self, _id: &str) -> Option<DatabaseFacts> {
        None
    }
    /// The page a block is on: a synced copy names its original by both.
    fn page_of(&self, _block_id: &str) -> Option<String> {
        None
    }
    /// The children of a synced block's original.
    fn original(&self, _block_id: &str) -> Option<Vec<Tree>> {
        None
    }
    /// The address shown for a hosted file: presigned for images, an internal reference for the rest. `kind` is the block's.
    fn file_url(&self, _kind: &str, _block_id: Option<&str>, url: &str) -> String {
        url.to_owned()
    }
}

/// Attributes of a `<database>` tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatabaseFacts {
    pub is_inline: bool,
    /// As the tag writes icons: an emoji or an address.
    pub icon: Option<String>,
    pub data_source_id: Option<String>,
}

/// Knows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLookup;

impl Lookup for NoLookup {}

/// What [`write()`] takes from the state.
#[derive(Clone, Copy)]
pub struct WriteOptions<'a> {
    pub dialect: Dialect,
    /// The page the blocks are on, for addresses of blocks.
    pub page_id: &'a str,
    /// What addresses start with, before 32 hex digits.
    pub prefix: &'a str,
    /// The workspace, for addresses of custom emoji.
    pub space_id: &'a str,
    pub lookup: &'a dyn Lookup,
    /// Put the target's title into page mentions, as some surfaces do.
    pub mention_labels: bool,
    /// `ratio` on columns; older output has none.
    pub column_ratios: bool,
    /// Transcripts in full instead of the sentence that stands for them.
    pub transcripts: bool,
    /// Marks of discussions in the text.
    pub discussions: bool,
}

impl Default for WriteOptions<'_> {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            page_id: "",
            prefix: "https://app.notion.com/p/",
            space_id: "00000000-0000-0000-0000-000000000000",
            lookup: &NoLookup,
            mention_labels: false,
            column_ratios: true,
            transcripts: false,
            discussions: false,
        }
    }
}

/// What [`read()`] takes from the state.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    pub dialect: Dialect,
    /// For the plain text of mentions.
    pub lookup: &'a dyn Lookup,
    /// Turn bare addresses into links, as the service does with what clients send.
    pub auto_links: bool,
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { dialect: Dialect::default(), lookup: &NoLookup, auto_links: true }
    }
}

/// Takes everything under [`MARKDOWN_ONLY`] out of a payload or rich text.
pub fn strip_markdown_only(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.shift_remove(MARKDOWN_ONLY);
            object.values_mut().for_each(strip_markdown_only);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_markdown_only),
        _ => {}
    }
}
