//! Documents as the service takes them: blocks to create, and runs of text.
//!
//! What the API cannot create becomes the nearest thing it can, with every word kept.

use satchel_model::{Block, BlockKind, Document, MediaKind, Mention, Span, SpanKind, Style, plain_text};
use satchel_notion::{
    DatabaseId, Field,
    types::{
        self as wire, Annotations, BlockKind as Wire, Callout, Code, Color, Heading, Language, MentionKind, NewBlock,
        NumberedListItem, Paragraph, TextBlock, ToDo, UrlBlock,
    },
};

use super::IntoWire;

/// How many levels of children one request may carry.
pub const LEVELS: usize = 2;

/// The blocks to create for a document. Children below the second level come out as their grandparents' children: a note is never
/// refused for being deep.
#[must_use]
pub fn new_blocks(document: &Document) -> Vec<NewBlock> {
    document.blocks.iter().flat_map(|block| new_block(block, LEVELS)).collect()
}

/// The blocks that [`new_blocks`] puts at the top, in the model's terms and without children, to be told apart when they are read back.
#[must_use]
pub fn flattened(document: &Document) -> Vec<Block> {
    document.blocks.iter().flat_map(|block| surface(block, LEVELS)).collect()
}

/// The block, and what comes out beside it because it cannot go inside.
fn surface(block: &Block, levels: usize) -> Vec<Block> {
    let alone = Block { children: Vec::new(), ..block.clone() };
    let mut blocks = vec![alone];
    if levels == 0 || !kind(block).1 {
        blocks.extend(block.children.iter().flat_map(|child| surface(child, levels)));
    }
    blocks
}

/// A block with its children; where no more levels may go, the children follow it.
fn new_block(block: &Block, levels: usize) -> Vec<NewBlock> {
    let (wire, takes_children) = kind(block);
    if block.children.is_empty() {
        return vec![wire];
    }
    if levels > 0 && takes_children {
        let children: Vec<_> = block.children.iter().flat_map(|child| new_block(child, levels - 1)).collect();
        return vec![with_children(wire, children)];
    }
    let mut flat = vec![wire];
    flat.extend(block.children.iter().flat_map(|child| new_block(child, levels)));
    flat
}

fn kind(block: &Block) -> (NewBlock, bool) {
    match &block.kind {
        BlockKind::Heading { level, text, color, .. } => {
            let heading = Heading { rich_text: rich_text(text), color: self::color(color), ..Heading::default() };
            let kind = match level {
                0 | 1 => Wire::Heading1(heading),
                2 => Wire::Heading2(heading),
                3 => Wire::Heading3(heading),
                _ => Wire::Heading4(heading),
            };
            (kind.into(), false)
        }
        BlockKind::BulletedListItem { text, color } => (Wire::BulletedListItem(text_block(text, color)).into(), true),
        BlockKind::NumberedListItem { text, color, .. } => {
            let item = NumberedListItem {
                rich_text: rich_text(text),
                color: self::color(color),
                ..NumberedListItem::default()
            };
            (Wire::NumberedListItem(item).into(), true)
        }
        BlockKind::ToDo { text, color, is_checked } => {
            let to_do = ToDo {
                rich_text: rich_text(text),
                checked: Field::Value(*is_checked),
                color: self::color(color),
                ..ToDo::default()
            };
            (Wire::ToDo(to_do).into(), true)
        }
        BlockKind::Toggle { text, color } => (Wire::Toggle(text_block(text, color)).into(), true),
        BlockKind::Quote { text, color } => (Wire::Quote(text_block(text, color)).into(), true),
        BlockKind::Callout { text, color, .. } => {
            let callout = Callout { rich_text: rich_text(text), color: self::color(color), ..Callout::default() };
            (Wire::Callout(Box::new(callout)).into(), true)
        }
        BlockKind::Code { text, language, .. } => {
            let code = Code {
                rich_text: rich_text(text),
                caption: Field::Absent,
                language: Language::nearest(language),
                extra: serde_json::Map::new(),
            };
            (Wire::Code(Box::new(code)).into(), false)
        }
        BlockKind::Equation { expression, .. } => (NewBlock::equation(expression.clone()), false),
        BlockKind::Divider => (NewBlock::divider(), false),
        BlockKind::Bookmark { url: Some(url), .. }
        | BlockKind::Embed { url: Some(url), .. }
        | BlockKind::LinkPreview { url: Some(url) } => {
            let bookmark =
                UrlBlock { url: Field::Value(url.clone()), caption: Field::Absent, extra: serde_json::Map::new() };
            (Wire::Bookmark(bookmark).into(), false)
        }
        BlockKind::Media { media: MediaKind::Image, url, caption, .. } if url.starts_with("https://") => {
            let mut media: wire::Media = wire::FileKind::external(url.clone()).into();
            media.caption = Field::Value(rich_text(caption));
            (Wire::Image(Box::new(media)).into(), false)
        }
        BlockKind::Table { table } => (self::table(table), false),
        other => {
            let text = block.text().cloned().unwrap_or_default();
            let color = match other {
                BlockKind::Paragraph { color, .. } => self::color(color),
                _ => Field::Absent,
            };
            let paragraph = Paragraph { rich_text: rich_text(&text), color, ..Paragraph::default() };
            (Wire::Paragraph(Box::new(paragraph)).into(), true)
        }
    }
}

fn text_block(text: &[Span], color: &satchel_model::Color) -> TextBlock {
    TextBlock { rich_text: rich_text(text), color: self::color(color), ..TextBlock::default() }
}

fn with_children(mut block: NewBlock, children: Vec<NewBlock>) -> NewBlock {
    let children = Field::Value(children);
    match &mut block.kind {
        Wire::Paragraph(inner) => inner.children = children,
        Wire::BulletedListItem(inner) | Wire::Toggle(inner) | Wire::Quote(inner) => inner.children = children,
        Wire::NumberedListItem(inner) => inner.children = children,
        Wire::ToDo(inner) => inner.children = children,
        Wire::Callout(inner) => inner.children = children,
        _ => {}
    }
    block
}

fn table(table: &satchel_model::Table) -> NewBlock {
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(1).max(1);
    let rows: Vec<NewBlock> = table
        .rows
        .iter()
        .map(|row| {
            let mut cells: Vec<_> = row.cells.iter().map(|cell| rich_text(&cell.text)).collect();
            cells.resize_with(width, Vec::new);
            Wire::TableRow(wire::TableRow { cells, extra: serde_json::Map::new() }).into()
        })
        .collect();
    Wire::Table(wire::Table {
        table_width: Field::Value(width as u64),
        has_column_header: Field::Value(table.has_column_header),
        has_row_header: Field::Value(table.has_row_header),
        children: Field::Value(rows),
        extra: serde_json::Map::new(),
    })
    .into()
}

/// Runs of text the service takes: long ones are cut at its limit.
#[must_use]
pub fn rich_text(spans: &[Span]) -> Vec<wire::RichText> {
    spans
        .iter()
        .flat_map(|span| runs(span).into_iter().map(|run| run.annotated(|looks| annotate(looks, &span.style))))
        .collect()
}

fn runs(span: &Span) -> Vec<wire::RichText> {
    match &span.kind {
        SpanKind::Text { text, link } => {
            let mut runs = satchel_notion::split::rich_text(text);
            if let Some(link) = link {
                for run in &mut runs {
                    if let wire::RichTextKind::Text(text) = &mut run.kind {
                        text.link = Field::Value(wire::Link { url: link.url.clone(), extra: serde_json::Map::new() });
                    }
                }
            }
            runs
        }
        SpanKind::Equation { expression } => vec![wire::RichText::equation(expression.clone())],
        SpanKind::Mention { mention } => match mention {
            Mention::User { id, .. } => {
                vec![wire::RichText::mention(MentionKind::User(Box::new(wire::User::reference(id.to_wire()))))]
            }
            Mention::Page { id, .. } => vec![wire::RichText::mention_page(id.to_wire())],
            Mention::Database { id, .. } => {
                let database =
                    wire::DatabaseMention { id: DatabaseId::new(*id.as_uuid()), extra: serde_json::Map::new() };
                vec![wire::RichText::mention(MentionKind::Database(database))]
            }
            Mention::Date { start, end, time_zone } => {
                let date = satchel_notion::DateValue {
                    start: start.as_str().into(),
                    end: Field::optional(end.as_deref().map(Into::into)),
                    time_zone: Field::optional(time_zone.clone()),
                    extra: serde_json::Map::new(),
                };
                vec![wire::RichText::mention_date(date)]
            }
            other => satchel_notion::split::rich_text(other.label()),
        },
        SpanKind::Citation { .. } => Vec::new(),
        SpanKind::CustomEmoji { name, .. } => satchel_notion::split::rich_text(&format!(":{name}:")),
        SpanKind::Raw { .. } => satchel_notion::split::rich_text(&plain_text(std::slice::from_ref(span))),
    }
}

fn annotate(looks: &mut Annotations, style: &Style) {
    let set = |field: &mut Field<bool>, is_set: bool| {
        if is_set {
            *field = Field::Value(true);
        }
    };
    set(&mut looks.bold, style.bold);
    set(&mut looks.italic, style.italic);
    set(&mut looks.strikethrough, style.strikethrough);
    set(&mut looks.underline, style.underline);
    set(&mut looks.code, style.code);
    looks.color = color(&style.color);
}

fn color(color: &satchel_model::Color) -> Field<Color> {
    if color.is_default() { Field::Absent } else { Field::Value(Color::from(color.as_str())) }
}
