//! What requests an operation takes, and in which order: pure, and the same every time, so that a broken one can be gone on with.
//!
//! One request takes 100 blocks, two levels of children below them, and so many bytes. What does not fit is hung up by further requests under
//! the blocks that earlier ones have made: the top of a note comes first, then what is deeper.

use std::collections::VecDeque;

use satchel_model::OperationKind;
use satchel_notion::{
    Field,
    split::{COMFORTABLE_BYTES, LONGEST_ARRAY, MOST_BLOCKS, batches},
    types::{BlockKind, NewBlock},
};

use super::content;
use crate::wire;

/// How many levels of children one request may carry.
const LEVELS: usize = 2;

/// One request that writes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Makes the page or row, with these blocks in it.
    Page(Vec<NewBlock>),
    /// Adds blocks.
    Blocks {
        /// Under what.
        parent: Parent,
        /// Which.
        blocks: Vec<NewBlock>,
    },
    /// Makes the comment.
    Comment,
}

/// What blocks are added under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    /// The page that is written to, or was made.
    Page,
    /// A block that an earlier request has made.
    Block {
        /// Which request.
        step: usize,
        /// Which of its blocks.
        index: usize,
    },
}

/// The requests of an operation.
pub(super) fn steps(kind: &OperationKind) -> Vec<Step> {
    let blocks = || wire::new_blocks(&content::body(kind));
    match kind {
        OperationKind::Comment { .. } => vec![Step::Comment],
        OperationKind::AppendToPage { .. } => additions(blocks(), 0),
        OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. } => {
            let mut additions = additions(blocks(), 1);
            match additions.as_mut_slice() {
                [] => vec![Step::Page(Vec::new())],
                // What fits into one request comes with the page.
                [Step::Blocks { blocks, .. }] => vec![Step::Page(std::mem::take(blocks))],
                // The answer names the page only, so blocks that others are to hang under cannot come with it.
                _ => std::iter::once(Step::Page(Vec::new())).chain(additions).collect(),
            }
        }
    }
}

/// Whether something is to be hung up under what a request makes.
pub(super) fn is_needed(steps: &[Step], which: usize) -> bool {
    match steps.get(which) {
        Some(Step::Page(_)) => true,
        _ => steps
            .iter()
            .any(|step| matches!(step, Step::Blocks { parent: Parent::Block { step, .. }, .. } if *step == which)),
    }
}

/// The requests that add these blocks to the page; `before` others come before them.
fn additions(blocks: Vec<NewBlock>, before: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut open = VecDeque::from([(Parent::Page, blocks)]);
    while let Some((parent, blocks)) = open.pop_front() {
        let (heads, rests): (Vec<_>, Vec<_>) = blocks.into_iter().map(cut).unzip();
        let mut rests = rests.into_iter();
        for blocks in batches(heads, COMFORTABLE_BYTES) {
            let step = before + steps.len();
            for (index, rest) in rests.by_ref().take(blocks.len()).enumerate() {
                if !rest.is_empty() {
                    open.push_back((Parent::Block { step, index }, rest));
                }
            }
            steps.push(Step::Blocks { parent, blocks });
        }
    }
    steps
}

/// The block as one request takes it, and the children that must be hung up under it later.
fn cut(mut block: NewBlock) -> (NewBlock, Vec<NewBlock>) {
    if fits(&block) {
        return (block, Vec::new());
    }
    let is_table = matches!(block.kind, BlockKind::Table(_));
    let Some(place) = block.children_mut() else { return (block, Vec::new()) };
    let mut children = std::mem::take(place).into_value().unwrap_or_default();
    let rest = if is_table {
        // A table is not made without rows.
        let first = batches(children.clone(), COMFORTABLE_BYTES).first().map_or(0, Vec::len);
        let rest = children.split_off(first);
        *place = Field::Value(children);
        rest
    } else {
        children
    };
    (block, rest)
}

fn fits(block: &NewBlock) -> bool {
    is_narrow(block, LEVELS)
        && block.count() <= MOST_BLOCKS
        && serde_json::to_vec(block).is_ok_and(|json| json.len() <= COMFORTABLE_BYTES)
}

/// Whether no block has too many children, and none is too deep.
fn is_narrow(block: &NewBlock, levels: usize) -> bool {
    let children = block.children();
    children.is_empty()
        || (levels > 0 && children.len() <= LONGEST_ARRAY && children.iter().all(|child| is_narrow(child, levels - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "1a2b3c4d5e6f808192a3b4c5d6e7f809";

    fn note(markdown: &str) -> Vec<Step> {
        steps(&OperationKind::AppendToPage { page_id: PAGE.parse().unwrap(), markdown: markdown.into() })
    }

    fn row(markdown: &str) -> Vec<Step> {
        let parent_id = PAGE.parse().unwrap();
        steps(&OperationKind::CreatePage { parent_id, title: "Title".into(), markdown: markdown.into() })
    }

    /// A list of this many levels, an item each.
    fn chain(levels: usize) -> String {
        (0..levels).map(|level| format!("{}- level {level}\n", "  ".repeat(level))).collect()
    }

    /// The places and sizes of the requests.
    fn shape(steps: &[Step]) -> Vec<(Option<Parent>, usize)> {
        steps
            .iter()
            .map(|step| match step {
                Step::Page(blocks) => (None, blocks.iter().map(NewBlock::count).sum()),
                Step::Blocks { parent, blocks } => (Some(*parent), blocks.iter().map(NewBlock::count).sum()),
                Step::Comment => (None, 0),
            })
            .collect()
    }

    #[test]
    fn an_ordinary_note_takes_one_request() {
        assert_eq!(shape(&note(&chain(3))), [(Some(Parent::Page), 3)]);
        assert_eq!(shape(&row(&chain(3))), [(None, 3)]);
        assert_eq!(shape(&row("")), [(None, 0)]);
    }

    #[test]
    fn a_deep_note_is_hung_up_level_by_level() {
        let under = |step| Some(Parent::Block { step, index: 0 });
        assert_eq!(shape(&note(&chain(6))), [(Some(Parent::Page), 1), (under(0), 1), (under(1), 1), (under(2), 3)]);
        assert_eq!(shape(&row(&chain(4))), [(None, 0), (Some(Parent::Page), 1), (under(1), 3)]);
    }

    #[test]
    fn a_wide_block_and_a_long_table_get_what_is_left_later() {
        let items: String = (0..150).map(|n| format!("  - {n}\n")).collect();
        let under = Some(Parent::Block { step: 0, index: 1 });
        assert_eq!(
            shape(&note(&format!("- a\n- b\n{items}- c\n"))),
            [(Some(Parent::Page), 3), (under, 100), (under, 50)]
        );
        let rows: String = (0..250).map(|n| format!("| {n} | x |\n")).collect();
        let under = Some(Parent::Block { step: 0, index: 0 });
        assert_eq!(
            shape(&note(&format!("| a | b |\n|---|---|\n{rows}"))),
            [(Some(Parent::Page), 101), (under, 100), (under, 51)]
        );
    }

    #[test]
    fn whatever_is_typed_every_request_is_one_that_the_service_takes() {
        let bold: String = (0..300).map(|n| format!("w{n} **b{n}** ")).collect();
        let mixed = format!("{}\n\n{bold}\n\n{}", chain(30), "long ".repeat(60_000));
        let steps = note(&mixed);
        for step in &steps {
            let Step::Blocks { blocks, .. } = step else { panic!("{step:?}") };
            assert!(blocks.iter().all(|block| fits(block) && texts(block).all(|runs| runs <= LONGEST_ARRAY)));
            assert!(serde_json::to_vec(blocks).unwrap().len() <= 500_000);
        }
    }

    fn texts(block: &NewBlock) -> Box<dyn Iterator<Item = usize> + '_> {
        let own = wire::text_of(&block.kind).map_or(0, <[_]>::len);
        Box::new(std::iter::once(own).chain(block.children().iter().flat_map(texts)))
    }

    #[test]
    fn only_what_others_hang_under_must_be_named() {
        let steps = note(&chain(6));
        assert_eq!((0..4).map(|step| is_needed(&steps, step)).collect::<Vec<_>>(), [true, true, true, false]);
    }
}
