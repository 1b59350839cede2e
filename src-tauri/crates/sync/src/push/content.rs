//! What an operation says, in the forms that are sent and looked for.

use satchel_markdown::typed;
use satchel_model::{Block, BlockKind, Document, OperationKind, RichText, Span, SpanKind, plain_text};
use satchel_notion::types::NewBlock;

use super::plan::{self, Step};

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

/// The hash that is written down with an attempt, hex: of what is sent, and of how it is dealt out into requests.
pub(super) fn hash(kind: &OperationKind) -> String {
    let mut hasher = blake3::Hasher::new();
    if let OperationKind::Comment { markdown, .. } = kind {
        hasher.update(canonical(&comment_text(markdown)).as_bytes());
    }
    for step in plan::steps(kind) {
        let blocks = match &step {
            Step::Comment => continue,
            Step::Page(blocks) => blocks,
            Step::Blocks { parent, blocks } => {
                hasher.update(format!("under {parent:?}\n").as_bytes());
                blocks
            }
        };
        let mut open: Vec<(usize, &NewBlock)> = blocks.iter().rev().map(|block| (0, block)).collect();
        while let Some((depth, block)) = open.pop() {
            hasher.update(format!("{depth} {}\n", block.kind.likeness()).as_bytes());
            open.extend(block.children().iter().rev().map(|child| (depth + 1, child)));
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// The title as the service will show it.
pub(super) fn title(title: &str) -> String {
    canonical(&[Span::text(title)])
}

/// The same of a title that was read.
pub(super) fn read_title(title: &[Span]) -> String {
    plain_text(title).split_whitespace().collect::<Vec<_>>().join(" ")
}
