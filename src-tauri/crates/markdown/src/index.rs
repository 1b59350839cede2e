//! What the search index and its snippets read of a page.

use std::ops::Range;

use satchel_model::{Block, BlockKind, Document, MeetingSection, Mention, RichText, SpanKind, Table};
use serde::{Deserialize, Serialize};

use crate::outline::{said_naming, walk};

/// Where a block stands: the position among its siblings at each level, from the top, counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlockPath(pub Vec<u32>);

/// A heading's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadingText {
    /// Where it stands.
    pub path: BlockPath,
    /// 1 to 4.
    pub level: u8,
    /// What it says.
    pub text: String,
}

/// The words of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexText {
    /// The headings; the body has them too, at their place.
    pub headings: Vec<HeadingText>,
    /// The text of all blocks in reading order, one a line (a block's own line breaks stay), cells separated by tabs.
    pub body: String,
    /// For each block that says something, its range of bytes in `body`, ascending, and its path.
    pub blocks: Vec<(Range<usize>, BlockPath)>,
}

impl IndexText {
    /// The block that said what stands at this byte of `body`.
    #[must_use]
    pub fn block_at(&self, offset: usize) -> Option<&BlockPath> {
        let index = self.blocks.partition_point(|(range, _)| range.end <= offset);
        self.blocks.get(index).filter(|(range, _)| range.contains(&offset)).map(|(_, path)| path)
    }
}

/// What the service says in place of a transcript it left out.
const TRANSCRIPT_PLACEHOLDER: &str = "Transcript omitted. Use the view tool";

/// Everything in a document that a person might look for: text, labels of links and mentions, captions, names of files, titles, cells, code,
/// the kinds of blocks that are not shared. No addresses, and not the note that a transcript was left out.
#[must_use]
pub fn index_text(document: &Document) -> IndexText {
    index_text_naming(document, &|_| None)
}

/// The same, with the names of what is mentioned from somebody who knows them: Markdown often names a page or a person by id alone.
#[must_use]
pub fn index_text_naming(document: &Document, name: &dyn Fn(&Mention) -> Option<String>) -> IndexText {
    let mut index = IndexText::default();
    let mut transcript: Option<Vec<u32>> = None;
    walk(document, |path, block| {
        if transcript.as_ref().is_some_and(|around| !path.starts_with(around)) {
            transcript = None;
        }
        if matches!(block.kind, BlockKind::MeetingSection { section: MeetingSection::Transcript }) {
            transcript = Some(path.to_vec());
        }
        let text = text_of(block, name);
        let is_placeholder = transcript.is_some() && text.starts_with(TRANSCRIPT_PLACEHOLDER);
        if !text.trim().is_empty() && !is_placeholder {
            if let BlockKind::Heading { level, .. } = block.kind {
                index.headings.push(HeadingText { path: BlockPath(path.to_vec()), level, text: text.clone() });
            }
            if !index.body.is_empty() {
                index.body.push('\n');
            }
            let start = index.body.len();
            index.body.push_str(&text);
            index.blocks.push((start..index.body.len(), BlockPath(path.to_vec())));
        }
        true
    });
    index
}

/// What is mentioned in a document, wherever.
#[must_use]
pub fn mentions(document: &Document) -> Vec<Mention> {
    let mut found = Vec::new();
    walk(document, |_, block| {
        let mut look = |text: &RichText| {
            found.extend(text.iter().filter_map(|span| match &span.kind {
                SpanKind::Mention { mention } => Some(mention.clone()),
                _ => None,
            }));
        };
        if let BlockKind::Table { table } = &block.kind {
            table.rows.iter().flat_map(|row| &row.cells).for_each(|cell| look(&cell.text));
        }
        if let BlockKind::Code { caption, .. } = &block.kind {
            look(caption);
        }
        if let Some(text) = block.text() {
            look(text);
        }
        true
    });
    found
}

fn text_of(block: &Block, name: &dyn Fn(&Mention) -> Option<String>) -> String {
    let said = |text: &RichText| said_naming(text, name);
    match &block.kind {
        BlockKind::Table { table } => cells(table, &said),
        BlockKind::Equation { expression, .. } => expression.clone(),
        BlockKind::ChildPage { title, .. } | BlockKind::ChildDatabase { title, .. } => title.clone(),
        BlockKind::Unsupported { kind, .. } => kind.as_deref().unwrap_or_default().replace('_', " "),
        BlockKind::Media { caption, name, .. } => {
            let (caption, name) = (said(caption), name.clone().unwrap_or_default());
            if caption.is_empty() || name.is_empty() || caption == name {
                if caption.is_empty() { name } else { caption }
            } else {
                format!("{caption}\t{name}")
            }
        }
        BlockKind::Code { text, caption, .. } if !caption.is_empty() => format!("{}\n{}", said(text), said(caption)),
        _ => block.text().map(said).unwrap_or_default(),
    }
}

fn cells(table: &Table, said: &dyn Fn(&RichText) -> String) -> String {
    let row =
        |row: &satchel_model::TableRow| row.cells.iter().map(|cell| said(&cell.text)).collect::<Vec<_>>().join("\t");
    table.rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, V1};

    #[test]
    fn a_hit_leads_to_its_block() {
        let text = "# Plan\n- one\n\t- two [here](https://x.org)\n<table>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</table>\n![cap](https://x.org/i.png)";
        let index = index_text(&V1.read(text));
        assert_eq!(index.body, "Plan\none\ntwo here\na\tb\ncap");
        let at = |word: &str| index.block_at(index.body.find(word).unwrap()).unwrap().0.clone();
        assert_eq!(at("here"), [1, 0]);
        assert_eq!(at("b"), [2]);
        assert_eq!(at("cap"), [3]);
        assert_eq!(index.block_at(4), None, "a line end is nobody's");
        assert_eq!(index.headings.len(), 1);
    }

    #[test]
    fn what_is_mentioned_is_found_by_its_name() {
        let page = "0e4d1f00-0000-4000-8000-000000000001";
        let text = format!("See <mention-page url=\"{{{{page://{page}}}}}\"/> for the tone.");
        let document = V1.read(&text);
        assert_eq!(mentions(&document).len(), 1, "{document:?}");
        assert_eq!(index_text_naming(&document, &|_| Some("Voice".into())).body, "See Voice for the tone.");
    }

    #[test]
    fn a_transcript_that_was_left_out_is_not_found() {
        let text = "<meeting-notes>\n\tWeekly\n\t<transcript>\n\t\tTranscript omitted. Use the view tool with u to view it.\n\t</transcript>\n</meeting-notes>\nafter";
        assert_eq!(index_text(&V1.read(text)).body, "Weekly\nafter");
    }
}
