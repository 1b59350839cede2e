//! Blocks: what a page is made of.

mod body;
mod new;

pub use body::*;
pub use new::NewBlock;

use crate::id::BlockId;
use crate::json::{Field, object, tagged};
use crate::time::Time;
use crate::types::{Empty, FileKind, Full, Identified, LinkPreview, Parent, RichText, RichTextKind, User};

tagged! {
    /// What a block is, with its content.
    pub enum BlockKind {
        Paragraph(Box<Paragraph>) = "paragraph",
        Heading1(Heading) = "heading_1",
        Heading2(Heading) = "heading_2",
        Heading3(Heading) = "heading_3",
        Heading4(Heading) = "heading_4",
        BulletedListItem(TextBlock) = "bulleted_list_item",
        NumberedListItem(NumberedListItem) = "numbered_list_item",
        ToDo(ToDo) = "to_do",
        Toggle(TextBlock) = "toggle",
        Quote(TextBlock) = "quote",
        Callout(Box<Callout>) = "callout",
        Code(Box<Code>) = "code",
        Equation(EquationBlock) = "equation",
        Divider(Empty) = "divider",
        Breadcrumb(Empty) = "breadcrumb",
        TableOfContents(TableOfContents) = "table_of_contents",
        /// Its children are paragraphs, one a tab, whose children are what the tab shows.
        Tab(Container) = "tab",
        ColumnList(Container) = "column_list",
        Column(Column) = "column",
        Table(Table) = "table",
        TableRow(TableRow) = "table_row",
        SyncedBlock(SyncedBlock) = "synced_block",
        /// Deprecated by the service.
        Template(Template) = "template",
        LinkToPage(LinkToPage) = "link_to_page",
        Embed(UrlBlock) = "embed",
        Bookmark(UrlBlock) = "bookmark",
        Image(Box<Media>) = "image",
        Video(Box<Media>) = "video",
        Pdf(Box<Media>) = "pdf",
        Audio(Box<Media>) = "audio",
        File(Box<Media>) = "file",
        /// Read only.
        LinkPreview(LinkPreview) = "link_preview",
        /// Read only. Its id is the page's: a boundary, not a subtree of this page.
        ChildPage(Child) = "child_page",
        /// Read only. Its id is the database's.
        ChildDatabase(Child) = "child_database",
        MeetingNotes(Box<MeetingNotes>) = "meeting_notes",
        /// The name of `meeting_notes` before 2026-03-11.
        Transcription(Box<MeetingNotes>) = "transcription",
        /// A block of a kind the API does not show. Its children must not be asked for.
        Unsupported(Unsupported) = "unsupported",
    }
}

impl BlockKind {
    /// The text, of the kinds that have one; nothing for captions and cells.
    pub fn rich_text(&self) -> &[RichText] {
        match self {
            Self::Paragraph(block) => &block.rich_text,
            Self::Heading1(block) | Self::Heading2(block) | Self::Heading3(block) | Self::Heading4(block) => {
                &block.rich_text
            }
            Self::BulletedListItem(block) | Self::Toggle(block) | Self::Quote(block) => &block.rich_text,
            Self::NumberedListItem(block) => &block.rich_text,
            Self::ToDo(block) => &block.rich_text,
            Self::Callout(block) => &block.rich_text,
            Self::Code(block) => &block.rich_text,
            Self::Template(block) => &block.rich_text,
            _ => &[],
        }
    }

    /// What a person tells it from others by, as far as it survives the service, which merges runs, normalises addresses and keeps uploads
    /// elsewhere: its kind, words, address and language. Blocks that are written and read back have the same likeness.
    pub fn likeness(&self) -> String {
        let mut parts = vec![self.name().to_owned()];
        let mut add = |runs: &[RichText]| parts.push(words(runs));
        match self {
            Self::Equation(equation) => parts.push(equation.expression.clone()),
            Self::TableRow(row) => row.cells.iter().for_each(|cell| add(cell)),
            Self::Code(code) => {
                add(&code.rich_text);
                parts.push(code.language.as_str().to_owned());
            }
            Self::Bookmark(block) | Self::Embed(block) => {
                add(block.caption.value().map(Vec::as_slice).unwrap_or_default());
                parts.push(block.url.value().map_or_else(String::new, |url| address(url)));
            }
            Self::Image(media) | Self::Video(media) | Self::Pdf(media) | Self::Audio(media) | Self::File(media) => {
                add(media.caption.value().map(Vec::as_slice).unwrap_or_default());
                if let FileKind::External(file) = &media.source {
                    parts.push(address(&file.url));
                }
            }
            kind => add(kind.rich_text()),
        }
        parts.join("\u{1f}")
    }

    /// Where the text stands, of the kinds that have one.
    pub fn rich_text_mut(&mut self) -> Option<&mut Vec<RichText>> {
        Some(match self {
            Self::Paragraph(block) => &mut block.rich_text,
            Self::Heading1(block) | Self::Heading2(block) | Self::Heading3(block) | Self::Heading4(block) => {
                &mut block.rich_text
            }
            Self::BulletedListItem(block) | Self::Toggle(block) | Self::Quote(block) => &mut block.rich_text,
            Self::NumberedListItem(block) => &mut block.rich_text,
            Self::ToDo(block) => &mut block.rich_text,
            Self::Callout(block) => &mut block.rich_text,
            Self::Code(block) => &mut block.rich_text,
            Self::Template(block) => &mut block.rich_text,
            _ => return None,
        })
    }
}

/// What a person reads in these runs, spaces made equal.
fn words(runs: &[RichText]) -> String {
    let text: String = runs
        .iter()
        .map(|run| match &run.kind {
            RichTextKind::Text(text) => text.content.as_str(),
            RichTextKind::Equation(equation) => &equation.expression,
            _ => "@",
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An address as it is after the service has had it.
fn address(url: &str) -> String {
    let parsed = url::Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    let plain = percent_encoding::percent_decode_str(&parsed).decode_utf8_lossy();
    plain.trim_end_matches('/').to_owned()
}

object! {
    /// A block.
    pub struct Block {
        ..
        /// What it is.
        pub kind: BlockKind,
        /// Always `block`.
        pub object: Field<String>,
        /// The block.
        pub id: BlockId,
        /// Where it lives. Versions before 2022-06-28 do not tell.
        pub parent: Field<Parent>,
        /// When it was made, floored to the minute.
        pub created_time: Time,
        /// When it was last edited, floored to the minute.
        pub last_edited_time: Time,
        /// Who made it.
        pub created_by: Field<Box<User>>,
        /// Who edited it last.
        pub last_edited_by: Field<Box<User>>,
        /// Whether it has children. See [`Block::content_id`] before descending.
        pub has_children: bool,
        /// Whether it is in the trash. See [`Block::is_in_trash`].
        pub in_trash: Field<bool>,
        /// The trash, as versions before 2026-03-11 call it.
        pub archived: Field<bool>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Block {
    /// Whether it is in the trash, whichever version of the API told it.
    pub fn is_in_trash(&self) -> bool {
        self.in_trash.unwrap_or(self.archived.unwrap_or(false))
    }

    /// Where to ask for the content under this block, when it has some that belongs to the same page: its own id, or the original's
    /// for a synced copy. Child pages and databases are boundaries, and the service refuses to list what it does not support.
    pub fn content_id(&self) -> Option<BlockId> {
        if !self.has_children {
            return None;
        }
        match &self.kind {
            BlockKind::ChildPage(_) | BlockKind::ChildDatabase(_) | BlockKind::LinkToPage(_) => None,
            BlockKind::Unsupported(_) | BlockKind::Unknown(_) => None,
            BlockKind::SyncedBlock(SyncedBlock { synced_from: Field::Value(original), .. }) => match original.kind {
                SyncedFromKind::Block(id) => Some(id),
                SyncedFromKind::Unknown(_) => None,
            },
            _ => Some(self.id),
        }
    }
}

impl Identified for Block {
    type Id = BlockId;

    fn id(&self) -> Option<BlockId> {
        Some(self.id)
    }
}

impl Full for Block {
    const MARK: &'static str = "type";
}
