//! What an operation says, in the forms that are sent and looked for.

use satchel_markdown::typed;
use satchel_model::{Block, BlockKind, Document, OperationKind, RichText, Span, SpanKind, plain_text};

use crate::wire;

/// What goes into a page for this operation.
pub(super) fn body(kind: &OperationKind) -> Document {
    match kind {
        OperationKind::Comment { .. } => Document::default(),
        other => typed::read(other.markdown()),
    }
}

/// What a comment says: its paragraphs as lines of one text.
pub(super) fn comment_text(markdown: &str) -> RichText {
    let mut text: RichText = Vec::new();
    let mut open: Vec<&Block> = Vec::new();
    let document = typed::read(markdown);
    open.extend(document.blocks.iter().rev());
    while let Some(block) = open.pop() {
        if !text.is_empty() {
            text.push(Span::text("\n"));
        }
        let mark = match &block.kind {
            BlockKind::BulletedListItem { .. } => "• ",
            BlockKind::NumberedListItem { .. } => "– ",
            BlockKind::ToDo { is_checked: true, .. } => "☑ ",
            BlockKind::ToDo { .. } => "☐ ",
            _ => "",
        };
        if !mark.is_empty() {
            text.push(Span::text(mark));
        }
        match (&block.kind, block.text()) {
            (BlockKind::Bookmark { url: Some(url), .. }, _) => text.push(Span::text(url.clone())),
            (_, Some(spans)) => text.extend(spans.iter().cloned()),
            _ => {}
        }
        open.extend(block.children.iter().rev());
    }
    text
}

/// What a person reads in these runs, spaces made equal: the service merges runs and normalises addresses, so text is what is compared.
pub(super) fn canonical(spans: &[Span]) -> String {
    let text: String = spans
        .iter()
        .map(|span| match &span.kind {
            SpanKind::Mention { .. } => "@",
            _ => span.plain(),
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same of every block that is sent to the top of the page, with its kind.
pub(super) fn canonical_sent(kind: &OperationKind) -> Vec<String> {
    wire::flattened(&body(kind)).iter().map(canonical_block).collect()
}

/// The same of one block. Its kind is part of it, because an empty divider is not an empty line.
pub(super) fn canonical_block(block: &Block) -> String {
    let kind = match &block.kind {
        BlockKind::Paragraph { .. } => "paragraph",
        BlockKind::Heading { .. } => "heading",
        BlockKind::BulletedListItem { .. } => "bulleted_list_item",
        BlockKind::NumberedListItem { .. } => "numbered_list_item",
        BlockKind::ToDo { .. } => "to_do",
        BlockKind::Toggle { .. } => "toggle",
        BlockKind::Quote { .. } => "quote",
        BlockKind::Callout { .. } => "callout",
        BlockKind::Code { .. } => "code",
        BlockKind::Equation { .. } => "equation",
        BlockKind::Divider => "divider",
        BlockKind::Bookmark { .. } | BlockKind::Embed { .. } | BlockKind::LinkPreview { .. } => "bookmark",
        BlockKind::Table { .. } => "table",
        BlockKind::Media { .. } => "media",
        _ => "other",
    };
    let text = match &block.kind {
        BlockKind::Equation { expression, .. } => expression.clone(),
        _ => block.text().map(|text| canonical(text)).unwrap_or_default(),
    };
    format!("{kind}:{text}")
}

/// The hash that is written down with an attempt, hex.
pub(super) fn hash(kind: &OperationKind) -> String {
    let text = match kind {
        OperationKind::Comment { markdown, .. } => canonical(&comment_text(markdown)),
        other => canonical_sent(other).join("\n"),
    };
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// The title as the service will show it.
pub(super) fn title(title: &str) -> String {
    canonical(&[Span::text(title)])
}

/// The same of a title that was read.
pub(super) fn read_title(title: &[Span]) -> String {
    plain_text(title).split_whitespace().collect::<Vec<_>>().join(" ")
}
