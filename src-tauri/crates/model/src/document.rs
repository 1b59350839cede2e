//! The document model: what a page's body is, whichever way it was read.
//!
//! A document comes from enhanced Markdown (then most blocks have no id) or from a tree of blocks (then all have one). Both must
//! give equal documents for the same page, ids aside.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{BlockId, Color, DataSourceId, DatabaseId, Icon, PageId, RichText};

/// A page's body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Document {
    /// The blocks at the top, in order.
    pub blocks: Vec<Block>,
}

/// One block with its children.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Block {
    /// Its id, when the source told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<BlockId>,
    /// What it is.
    #[serde(flatten)]
    pub kind: BlockKind,
    /// What is inside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Block>,
    /// What its markup says beyond its kind (`deleted`, the colour of a page link, names not known here), so that it can be written again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Where it stood in the text it was read from.
    #[serde(skip)]
    pub source: Source,
}

impl Block {
    /// A block without id, children or source.
    #[must_use]
    pub fn new(kind: BlockKind) -> Self {
        Self { id: None, kind, children: Vec::new(), attributes: Vec::new(), source: Source::default() }
    }

    /// The text of a block that has one: what a heading, item or paragraph says, or the caption of a media block.
    #[must_use]
    pub fn text(&self) -> Option<&RichText> {
        match &self.kind {
            BlockKind::Paragraph { text, .. }
            | BlockKind::Heading { text, .. }
            | BlockKind::BulletedListItem { text, .. }
            | BlockKind::NumberedListItem { text, .. }
            | BlockKind::ToDo { text, .. }
            | BlockKind::Toggle { text, .. }
            | BlockKind::Quote { text, .. }
            | BlockKind::Callout { text, .. }
            | BlockKind::Code { text, .. }
            | BlockKind::Tab { label: text, .. }
            | BlockKind::Media { caption: text, .. }
            | BlockKind::Bookmark { caption: text, .. }
            | BlockKind::Embed { caption: text, .. }
            | BlockKind::Template { text }
            | BlockKind::MeetingNotes { title: text, .. }
            | BlockKind::Unknown { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The same block with these children.
    #[must_use]
    pub fn with_children(mut self, children: Vec<Block>) -> Self {
        self.children = children;
        self
    }
}

/// One attribute of a tag, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value; a bare name has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A range of bytes in the text a block was read from. It says where, not what: any two are equal.
#[derive(Debug, Clone, Default)]
pub struct Source(pub Option<Range<usize>>);

impl PartialEq for Source {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The kinds of block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields are the API's, named as there")]
pub enum BlockKind {
    /// Text; without any, a line left empty.
    Paragraph { text: RichText, color: Color, icon: Option<Icon> },
    /// A heading of level 1 to 4.
    Heading { level: u8, text: RichText, color: Color, is_toggleable: bool },
    /// An item of a bulleted list.
    BulletedListItem { text: RichText, color: Color },
    /// An item of a numbered list. `start` and `format` (`numbers`, `letters`, `roman`) are known only from block trees.
    NumberedListItem { text: RichText, color: Color, start: Option<u32>, format: Option<String> },
    /// A to-do.
    ToDo { text: RichText, color: Color, is_checked: bool },
    /// A toggle.
    Toggle { text: RichText, color: Color },
    /// A quotation.
    Quote { text: RichText, color: Color },
    /// A box with an icon.
    Callout { text: RichText, color: Color, icon: Option<Icon> },
    /// Code. Its text has no styles in Markdown; `caption` is known only from block trees.
    Code { text: RichText, language: String, caption: RichText },
    /// Display maths, LaTeX.
    Equation { expression: String, color: Color },
    /// A line across.
    Divider,
    /// The path of the page.
    Breadcrumb,
    /// Links to the headings.
    TableOfContents { color: Color },
    /// A simple table, rows included.
    Table { table: Table },
    /// Columns side by side; its children are `Column`s.
    ColumnList,
    /// One of them; `ratio` is its share of the width, 0 to 1.
    Column { ratio: Option<f64> },
    /// Tabs; its children are `Tab`s.
    TabList,
    /// One of them.
    Tab { label: RichText, icon: Option<Icon> },
    /// Content that stands in several places. `url` names the original.
    Synced { role: SyncedRole, url: Option<String>, is_unavailable: bool },
    /// A picture, video, sound, PDF or file. `url` may be a signed address or an internal reference; `name` is the file's.
    Media { media: MediaKind, url: String, caption: RichText, name: Option<String>, color: Color },
    /// A link as a card. From Markdown the address is unknown.
    Bookmark { url: Option<String>, caption: RichText },
    /// A page of another site, in place.
    Embed { url: Option<String>, caption: RichText },
    /// A link to a connected service.
    LinkPreview { url: Option<String> },
    /// A link to a page or database as a block.
    LinkToPage { page_id: Option<PageId>, database_id: Option<DatabaseId> },
    /// A page inside this one.
    ChildPage { page_id: Option<PageId>, title: String },
    /// A database inside this page. `data_source_id` is told by Markdown only.
    ChildDatabase {
        database_id: Option<DatabaseId>,
        data_source_id: Option<DataSourceId>,
        title: String,
        icon: Option<Icon>,
        is_inline: bool,
    },
    /// A template button.
    Template { text: RichText },
    /// Meeting notes; its children are `MeetingSection`s.
    MeetingNotes { title: RichText, status: Option<String> },
    /// One of them.
    MeetingSection { section: MeetingSection },
    /// A block the service does not share: its real kind where told, and its address.
    Unsupported { kind: Option<String>, url: Option<String> },
    /// Markup of an unknown kind: kept as it stood, with what can be read in it.
    Unknown { source: String, text: RichText },
}

/// Which occurrence of a synced block this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SyncedRole {
    /// Where it was written first.
    Original,
    /// A copy.
    Reference,
}

/// The kinds of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants are the API's, named as there")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    File,
    Pdf,
}

/// The parts of meeting notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants are the API's, named as there")]
pub enum MeetingSection {
    Summary,
    Notes,
    Transcript,
}

/// A simple table. Colours and widths are told by Markdown only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Table {
    /// The first row is a header.
    pub has_column_header: bool,
    /// The first column is a header.
    pub has_row_header: bool,
    /// Stretched to the width of the page.
    pub is_full_width: bool,
    /// Empty, or one a column.
    pub columns: Vec<TableColumn>,
    /// The rows; all have the same number of cells.
    pub rows: Vec<TableRow>,
}

/// What a whole column has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct TableColumn {
    /// Its colour.
    pub color: Color,
    /// Its width in pixels.
    pub width: Option<f64>,
}

/// A row of a simple table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct TableRow {
    /// Its id, when the source told it.
    pub id: Option<BlockId>,
    /// Its colour.
    pub color: Color,
    /// Its cells.
    pub cells: Vec<TableCell>,
}

/// A cell of a simple table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct TableCell {
    /// What it says.
    pub text: RichText,
    /// Its colour.
    pub color: Color,
}
