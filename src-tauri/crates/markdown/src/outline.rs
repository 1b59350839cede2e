//! The headings of a page, and walking its blocks in reading order.

use satchel_model::{Block, BlockKind, Document, Mention, Span, SpanKind};

use crate::BlockPath;

/// A heading, to be listed and jumped to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// Where it stands.
    pub path: BlockPath,
    /// 1 to 4.
    pub level: u8,
    /// What it says, without markup.
    pub text: String,
}

/// The headings in reading order, those inside of other blocks included. Empty ones are left out.
#[must_use]
pub fn outline(document: &Document) -> Vec<OutlineEntry> {
    let mut entries = Vec::new();
    walk(document, |path, block| {
        if let BlockKind::Heading { level, text, .. } = &block.kind {
            let text = said(text);
            if !text.trim().is_empty() {
                entries.push(OutlineEntry { path: BlockPath(path.to_vec()), level: *level, text });
            }
        }
        true
    });
    entries
}

/// Shows every block with its path, parents before children; where `visit` says no, the children are left out.
pub(crate) fn walk<'a>(document: &'a Document, mut visit: impl FnMut(&[u32], &'a Block) -> bool) {
    let mut path: Vec<u32> = Vec::new();
    let mut levels = vec![document.blocks.iter()];
    let mut next = 0;
    while let Some(level) = levels.last_mut() {
        let Some(block) = level.next() else {
            levels.pop();
            next = path.pop().map_or(0, |last| last + 1);
            continue;
        };
        path.push(next);
        if visit(&path, block) {
            levels.push(block.children.iter());
            next = 0;
        } else {
            path.pop();
            next += 1;
        }
    }
}

/// What a person reads in these spans: labels, never addresses.
pub(crate) fn said(spans: &[Span]) -> String {
    said_naming(spans, &|_| None)
}

/// The same, with names from somebody who knows the present ones.
pub(crate) fn said_naming(spans: &[Span], name: &dyn Fn(&Mention) -> Option<String>) -> String {
    let mut out = String::new();
    for span in spans {
        match &span.kind {
            SpanKind::Text { text, .. } | SpanKind::Raw { text, .. } => out.push_str(text),
            SpanKind::Equation { expression } => out.push_str(expression),
            SpanKind::CustomEmoji { name, .. } if name.is_empty() => {}
            SpanKind::CustomEmoji { name, .. } => {
                out.push(':');
                out.push_str(name);
                out.push(':');
            }
            SpanKind::Citation { .. } => {}
            SpanKind::Mention { mention } => out.push_str(&name(mention).unwrap_or_else(|| label(mention))),
        }
    }
    out
}

fn label(mention: &Mention) -> String {
    match mention {
        Mention::User { label, .. }
        | Mention::Page { label, .. }
        | Mention::Database { label, .. }
        | Mention::DataSource { label, .. }
        | Mention::Link { label, .. }
        | Mention::Other { label, .. } => label.clone().unwrap_or_default(),
        Mention::Date { start, end, .. } => {
            let moment = |moment: &str| moment.replacen('T', " ", 1);
            match end {
                Some(end) => format!("{} → {}", moment(start), moment(end)),
                None => moment(start),
            }
        }
        Mention::Template { value } => value.clone(),
    }
}
