//! Trees of blocks as documents.

use satchel_model::{
    Block, BlockKind, Color, Document, MediaKind, MeetingSection, RichText, SyncedRole, Table, TableCell, TableRow,
};
use satchel_notion::types::{self as wire, BlockKind as Wire, LinkTarget};

use super::{FromWire, page::icon, rich_text, rich_text::color};

/// A block with what was listed under it. The fetcher bounds the depth.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The block.
    pub block: wire::Block,
    /// Its children, in order.
    pub children: Vec<Fetched>,
}

/// The document these blocks make.
#[must_use]
pub fn tree(blocks: &[Fetched]) -> Document {
    Document { blocks: blocks.iter().map(block).collect() }
}

/// One block with everything under it.
#[must_use]
pub fn block(fetched: &Fetched) -> Block {
    let (kind, children) = match &fetched.block.kind {
        Wire::Table(table) => (BlockKind::Table { table: self::table(table, &fetched.children) }, Vec::new()),
        Wire::Tab(_) => (BlockKind::TabList, fetched.children.iter().map(tab).collect()),
        Wire::MeetingNotes(notes) | Wire::Transcription(notes) => {
            let kind = BlockKind::MeetingNotes {
                title: text_of(&notes.title),
                status: notes.status.value().map(|status| status.as_str().to_owned()),
            };
            (kind, sections(notes, &fetched.children))
        }
        other => (kind(other, &fetched.block), fetched.children.iter().map(block).collect()),
    };
    let mut block = Block::new(kind).with_children(children);
    block.id = Some(fetched.block.id.to_model());
    block
}

fn kind(kind: &Wire, block: &wire::Block) -> BlockKind {
    let heading = |level, heading: &wire::Heading| BlockKind::Heading {
        level,
        text: rich_text(&heading.rich_text),
        color: color(heading.color.value()),
        is_toggleable: heading.is_toggleable.unwrap_or(false),
    };
    let media = |media, file: &wire::Media| BlockKind::Media {
        media,
        url: file.source.url().unwrap_or_default().to_owned(),
        caption: text_of(&file.caption),
        name: file.name.value().cloned(),
        color: Color::default(),
    };
    match kind {
        Wire::Paragraph(block) => BlockKind::Paragraph {
            text: rich_text(&block.rich_text),
            color: color(block.color.value()),
            icon: block.icon.value().and_then(icon),
        },
        Wire::Heading1(block) => heading(1, block),
        Wire::Heading2(block) => heading(2, block),
        Wire::Heading3(block) => heading(3, block),
        Wire::Heading4(block) => heading(4, block),
        Wire::BulletedListItem(block) => {
            BlockKind::BulletedListItem { text: rich_text(&block.rich_text), color: color(block.color.value()) }
        }
        Wire::NumberedListItem(block) => BlockKind::NumberedListItem {
            text: rich_text(&block.rich_text),
            color: color(block.color.value()),
            start: block
                .list_start_index
                .value()
                .and_then(serde_json::Number::as_u64)
                .and_then(|n| u32::try_from(n).ok()),
            format: block.list_format.value().map(|format| format.as_str().to_owned()),
        },
        Wire::ToDo(block) => BlockKind::ToDo {
            text: rich_text(&block.rich_text),
            color: color(block.color.value()),
            is_checked: block.checked.unwrap_or(false),
        },
        Wire::Toggle(block) => {
            BlockKind::Toggle { text: rich_text(&block.rich_text), color: color(block.color.value()) }
        }
        Wire::Quote(block) => BlockKind::Quote { text: rich_text(&block.rich_text), color: color(block.color.value()) },
        Wire::Callout(block) => BlockKind::Callout {
            text: rich_text(&block.rich_text),
            color: color(block.color.value()),
            icon: block.icon.value().and_then(icon),
        },
        Wire::Code(block) => BlockKind::Code {
            text: rich_text(&block.rich_text),
            language: block.language.as_str().to_owned(),
            caption: text_of(&block.caption),
        },
        Wire::Equation(block) => BlockKind::Equation { expression: block.expression.clone(), color: Color::default() },
        Wire::Divider(_) => BlockKind::Divider,
        Wire::Breadcrumb(_) => BlockKind::Breadcrumb,
        Wire::TableOfContents(block) => BlockKind::TableOfContents { color: color(block.color.value()) },
        Wire::ColumnList(_) => BlockKind::ColumnList,
        Wire::Column(column) => {
            BlockKind::Column { ratio: column.width_ratio.value().and_then(serde_json::Number::as_f64) }
        }
        Wire::SyncedBlock(block) => synced(block),
        Wire::Template(block) => BlockKind::Template { text: rich_text(&block.rich_text) },
        Wire::LinkToPage(link) => match &link.kind {
            LinkTarget::Page(id) => BlockKind::LinkToPage { page_id: Some(id.to_model()), database_id: None },
            LinkTarget::Database(id) => BlockKind::LinkToPage { page_id: None, database_id: Some(id.to_model()) },
            _ => BlockKind::LinkToPage { page_id: None, database_id: None },
        },
        Wire::Embed(block) => BlockKind::Embed { url: block.url.value().cloned(), caption: text_of(&block.caption) },
        Wire::Bookmark(block) => {
            BlockKind::Bookmark { url: block.url.value().cloned(), caption: text_of(&block.caption) }
        }
        Wire::Image(file) => media(MediaKind::Image, file),
        Wire::Video(file) => media(MediaKind::Video, file),
        Wire::Pdf(file) => media(MediaKind::Pdf, file),
        Wire::Audio(file) => media(MediaKind::Audio, file),
        Wire::File(file) => media(MediaKind::File, file),
        Wire::LinkPreview(preview) => BlockKind::LinkPreview { url: Some(preview.url.clone()) },
        Wire::ChildPage(child) => BlockKind::ChildPage {
            page_id: Some(satchel_model::PageId::from_uuid(block.id.uuid())),
            title: child.title.clone(),
        },
        Wire::ChildDatabase(child) => BlockKind::ChildDatabase {
            database_id: Some(satchel_model::DatabaseId::from_uuid(block.id.uuid())),
            data_source_id: None,
            title: child.title.clone(),
            icon: None,
            is_inline: false,
        },
        Wire::Unsupported(block) => BlockKind::Unsupported { kind: block.block_type.value().cloned(), url: None },
        // A kind that is newer than this program, or a row or tab outside of its table or list.
        other => BlockKind::Unsupported { kind: Some(other.name().to_owned()), url: None },
    }
}

fn text_of(runs: &satchel_notion::Field<Vec<wire::RichText>>) -> RichText {
    runs.value().map(|runs| rich_text(runs)).unwrap_or_default()
}

fn synced(block: &wire::SyncedBlock) -> BlockKind {
    let original = block.synced_from.value().and_then(|from| match &from.kind {
        wire::SyncedFromKind::Block(id) => Some(id.to_string()),
        _ => None,
    });
    let role = if block.synced_from.value().is_some() { SyncedRole::Reference } else { SyncedRole::Original };
    BlockKind::Synced { role, url: original, is_unavailable: false }
}

fn tab(fetched: &Fetched) -> Block {
    let kind = match &fetched.block.kind {
        Wire::Paragraph(label) => {
            BlockKind::Tab { label: rich_text(&label.rich_text), icon: label.icon.value().and_then(icon) }
        }
        other => BlockKind::Unsupported { kind: Some(other.name().to_owned()), url: None },
    };
    let mut tab = Block::new(kind).with_children(fetched.children.iter().map(block).collect());
    tab.id = Some(fetched.block.id.to_model());
    tab
}

fn sections(notes: &wire::MeetingNotes, children: &[Fetched]) -> Vec<Block> {
    let Some(parts) = notes.children.value() else { return children.iter().map(block).collect() };
    let section_of = |id: &satchel_notion::BlockId| {
        [
            (&parts.summary_block_id, MeetingSection::Summary),
            (&parts.notes_block_id, MeetingSection::Notes),
            (&parts.transcript_block_id, MeetingSection::Transcript),
        ]
        .into_iter()
        .find_map(|(part, section)| (part.value() == Some(id)).then_some(section))
    };
    children
        .iter()
        .map(|child| match section_of(&child.block.id) {
            Some(section) => {
                let mut block = Block::new(BlockKind::MeetingSection { section })
                    .with_children(child.children.iter().map(self::block).collect());
                block.id = Some(child.block.id.to_model());
                block
            }
            None => block(child),
        })
        .collect()
}

fn table(table: &wire::Table, rows: &[Fetched]) -> Table {
    let rows: Vec<TableRow> = rows
        .iter()
        .filter_map(|row| match &row.block.kind {
            Wire::TableRow(cells) => Some(TableRow {
                id: Some(row.block.id.to_model()),
                color: Color::default(),
                cells: cells
                    .cells
                    .iter()
                    .map(|cell| TableCell { text: rich_text(cell), color: Color::default() })
                    .collect(),
            }),
            _ => None,
        })
        .collect();
    Table {
        has_column_header: table.has_column_header.unwrap_or(false),
        has_row_header: table.has_row_header.unwrap_or(false),
        rows,
        ..Table::default()
    }
}
