//! What requests an operation takes, and in which order: pure, and the same every time, so that a broken one can be gone on with.

use satchel_model::OperationKind;
use satchel_notion::{
    split::{self, Addition, Under},
    types::NewBlock,
};

use super::content;
use crate::wire;

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
        OperationKind::AppendToPage { .. } => additions(split::additions(blocks()), 0).collect(),
        OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. } => {
            let (along, rest) = split::for_new_page(blocks());
            std::iter::once(Step::Page(along)).chain(additions(rest, 1)).collect()
        }
    }
}

/// What blocks the place was made with, not counting what steps have added since. Of a page that is only written to that is not known.
pub(super) fn along(steps: &[Step], parent: Parent) -> &[NewBlock] {
    match parent {
        Parent::Page => match steps.first() {
            Some(Step::Page(blocks)) => blocks,
            _ => &[],
        },
        Parent::Block { step, index } => match steps.get(step) {
            Some(Step::Blocks { blocks, .. }) => blocks.get(index).map_or(&[], NewBlock::children),
            _ => &[],
        },
    }
}

/// The same as steps; `before` others come before them.
fn additions(additions: Vec<Addition>, before: usize) -> impl Iterator<Item = Step> {
    additions.into_iter().map(move |Addition { under, blocks }| {
        let parent = match under {
            Under::Target => Parent::Page,
            // What people write has no columns, and only those have paths.
            Under::Made { addition, index, .. } => Parent::Block { step: before + addition, index },
        };
        Step::Blocks { parent, blocks }
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use satchel_notion::split::LONGEST_ARRAY;

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
        assert_eq!(shape(&note(&format!("- a\n- b\n{items}- c\n"))), [(Some(Parent::Page), 53), (under, 100)]);
        let rows: String = (0..250).map(|n| format!("| {n} | x |\n")).collect();
        let under = Some(Parent::Block { step: 0, index: 0 });
        assert_eq!(
            shape(&note(&format!("| a | b |\n|---|---|\n{rows}"))),
            [(Some(Parent::Page), 52), (under, 100), (under, 100)]
        );
    }

    #[test]
    fn whatever_is_typed_every_request_is_one_that_the_service_takes() {
        let bold: String = (0..300).map(|n| format!("w{n} **b{n}** ")).collect();
        let mixed = format!("{}\n\n{bold}\n\n{}", chain(30), "long ".repeat(60_000));
        let steps = note(&mixed);
        for step in &steps {
            let Step::Blocks { blocks, .. } = step else { panic!("{step:?}") };
            assert!(blocks.iter().all(|block| levels(block) <= 3 && texts(block).all(|runs| runs <= LONGEST_ARRAY)));
            assert!(serde_json::to_vec(blocks).unwrap().len() <= 500_000);
        }
    }

    fn texts(block: &NewBlock) -> Box<dyn Iterator<Item = usize> + '_> {
        let own = block.kind.rich_text().len();
        Box::new(std::iter::once(own).chain(block.children().iter().flat_map(texts)))
    }

    fn levels(block: &NewBlock) -> usize {
        1 + block.children().iter().map(levels).max().unwrap_or_default()
    }

    #[test]
    fn what_came_with_its_page_or_block_is_known() {
        let items: String = (0..150).map(|n| format!("  - {n}\n")).collect();
        let steps = row(&format!("{}- b\n{items}", "- a\n".repeat(120)));
        assert_eq!(along(&steps, Parent::Page).len(), 100);
        assert_eq!(along(&steps, Parent::Block { step: 1, index: 20 }).len(), 50);
        assert_eq!(along(&note("- a"), Parent::Page).len(), 0);
    }

    #[test]
    fn only_what_others_hang_under_must_be_named() {
        let steps = note(&chain(6));
        assert_eq!((0..4).map(|step| is_needed(&steps, step)).collect::<Vec<_>>(), [true, true, true, false]);
    }
}
