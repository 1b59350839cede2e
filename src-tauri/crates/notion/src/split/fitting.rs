//! Blocks with more text than one takes.

use super::{COMFORTABLE_BYTES, LONGEST_ARRAY};
use crate::json::Field;
use crate::types::{BlockKind, NewBlock, RichText};

/// The most bytes that the text of one block gets, so that a block of the longest text leaves room for others.
const MOST_TEXT: usize = COMFORTABLE_BYTES / 2;

/// A block, and everything under it, as blocks that the service takes the text of: runs are cut at their longest, and what is more than
/// 100 of them goes on in further blocks of the kind right behind. Children stay with the last, captions go on in paragraphs, cells in
/// further rows. Text that fits stays as it is.
pub fn fitting(block: NewBlock) -> Vec<NewBlock> {
    let mut blocks = with_fitting_text(block);
    if let Some(children) = blocks.last_mut().and_then(NewBlock::children_mut)
        && let Field::Value(given) = children
    {
        *children = Field::Value(std::mem::take(given).into_iter().flat_map(fitting).collect());
    }
    blocks
}

fn with_fitting_text(mut block: NewBlock) -> Vec<NewBlock> {
    if let BlockKind::TableRow(row) = &mut block.kind {
        let cells = std::mem::take(&mut row.cells);
        let share = MOST_TEXT / cells.len().max(1);
        let cells: Vec<Vec<Vec<RichText>>> = cells.into_iter().map(|cell| parts(cell, share)).collect();
        let rows = cells.iter().map(Vec::len).max().unwrap_or(1);
        return (0..rows)
            .map(|number| {
                let mut block = block.clone();
                if let BlockKind::TableRow(row) = &mut block.kind {
                    row.cells = cells.iter().map(|parts| parts.get(number).cloned().unwrap_or_default()).collect();
                }
                block
            })
            .collect();
    }
    let mut behind = Vec::new();
    if let Some(Field::Value(caption)) = caption_mut(&mut block.kind) {
        let mut parts = parts(std::mem::take(caption), MOST_TEXT).into_iter();
        *caption = parts.next().unwrap_or_default();
        behind = parts.map(NewBlock::paragraph).collect();
    }
    let Some(text) = block.kind.rich_text_mut() else {
        return std::iter::once(block).chain(behind).collect();
    };
    let mut parts = parts(std::mem::take(text), MOST_TEXT);
    let last = parts.pop().unwrap_or_default();
    let mut blocks: Vec<NewBlock> = Vec::with_capacity(parts.len() + 1);
    if !parts.is_empty() {
        let mut like = block.clone();
        if let Some(children) = like.children_mut() {
            *children = Field::Absent;
        }
        blocks.extend(parts.into_iter().map(|part| with_text(like.clone(), part)));
    }
    blocks.push(with_text(block, last));
    blocks.extend(behind);
    blocks
}

fn with_text(mut block: NewBlock, runs: Vec<RichText>) -> NewBlock {
    if let Some(text) = block.kind.rich_text_mut() {
        *text = runs;
    }
    block
}

/// Runs cut at their longest, dealt out so that no part has too many or too large ones. There is at least one part.
fn parts(runs: Vec<RichText>, most_bytes: usize) -> Vec<Vec<RichText>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = 0;
    for run in super::runs(runs) {
        let size = serde_json::to_vec(&run).map_or(0, |json| json.len());
        let part = parts.last().map_or(0, Vec::len);
        if part > 0 && (part == LONGEST_ARRAY || bytes + size > most_bytes) {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(part) = parts.last_mut() {
            part.push(run);
        }
    }
    parts
}

fn caption_mut(kind: &mut BlockKind) -> Option<&mut Field<Vec<RichText>>> {
    Some(match kind {
        BlockKind::Code(block) => &mut block.caption,
        BlockKind::Bookmark(block) | BlockKind::Embed(block) => &mut block.caption,
        BlockKind::Image(block)
        | BlockKind::Video(block)
        | BlockKind::Pdf(block)
        | BlockKind::Audio(block)
        | BlockKind::File(block) => &mut block.caption,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::rich_text;
    use crate::types::Language;

    fn many(count: usize) -> Vec<RichText> {
        (0..count).map(|n| RichText::text(format!("{n} "))).collect()
    }

    fn lengths(blocks: &mut [NewBlock]) -> Vec<usize> {
        blocks.iter_mut().map(|block| block.kind.rich_text_mut().map_or(0, |text| text.len())).collect()
    }

    #[test]
    fn a_hundred_runs_are_one_block_and_a_hundred_and_one_are_two() {
        for (count, blocks) in [(0, vec![0]), (99, vec![99]), (100, vec![100]), (101, vec![100, 1])] {
            assert_eq!(lengths(&mut fitting(NewBlock::quote(many(count)))), blocks);
        }
    }

    #[test]
    fn children_stay_with_the_end_of_their_text() {
        let children = vec![NewBlock::paragraph(many(250))];
        let mut blocks = fitting(NewBlock::bulleted(many(150)).with_children(children).unwrap());
        assert_eq!(lengths(&mut blocks), [100, 50]);
        assert_eq!((blocks[0].children().len(), blocks[1].children().len()), (0, 3));
    }

    #[test]
    fn text_is_cut_by_its_bytes_as_well() {
        // Six bytes a unit.
        let mut blocks = fitting(NewBlock::code(Language::nearest("rust"), rich_text(&"\u{1}".repeat(100_000))));
        assert!(blocks.len() > 2);
        assert!(blocks.iter().all(|block| serde_json::to_vec(block).unwrap().len() < COMFORTABLE_BYTES));
        assert_eq!(lengths(&mut blocks).iter().sum::<usize>(), 50);
    }

    #[test]
    fn a_long_caption_goes_on_in_a_paragraph_and_a_long_cell_in_a_row() {
        let mut bookmark = NewBlock::bookmark("https://e.org");
        *caption_mut(&mut bookmark.kind).unwrap() = Field::Value(many(101));
        let blocks = fitting(bookmark);
        assert_eq!(blocks.iter().map(|block| block.kind.name()).collect::<Vec<_>>(), ["bookmark", "paragraph"]);

        let table = NewBlock::table(vec![vec![many(101), many(1)]], false);
        let rows: Vec<Vec<usize>> = fitting(table)[0]
            .children()
            .iter()
            .map(|row| match &row.kind {
                BlockKind::TableRow(row) => row.cells.iter().map(Vec::len).collect(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(rows, [[100, 1], [1, 0]]);
    }
}
