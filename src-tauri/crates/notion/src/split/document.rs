//! A document of any size, depth and width as the requests that bring it to the service.
//!
//! One request takes 100 blocks, two levels of children below them, 1,000 in all and so many bytes, and answers with the ids of the
//! first level only. So the top of a document goes out first, and what does not fit below a block is hung up under it afterwards.

use std::collections::{HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{COMFORTABLE_BYTES, LONGEST_ARRAY, MOST_BLOCKS, Size, dealt, fitting};
use crate::json::Field;
use crate::types::{BlockKind, NewBlock};

/// How many levels of children one request may carry.
const LEVELS: usize = 2;

/// The most bytes of blocks in a request that carries nothing else: the service takes 500 KB, of the smaller kind, and the place is named too.
const MOST_BYTES: usize = 499_000;

/// One request of several: blocks to append, at most as many as the service takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addition {
    /// What they go under, after everything that earlier requests have put there.
    pub under: Under,
    /// The blocks.
    pub blocks: Vec<NewBlock>,
}

/// What an addition goes under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Under {
    /// What the whole document goes under.
    Target,
    /// A block that an earlier addition makes.
    Made {
        /// Which addition, from 0.
        addition: usize,
        /// Which of its blocks, from 0.
        index: usize,
        /// From there down: which child, which child of that. The answer does not tell their ids, so the children must be read. Empty
        /// but for columns, which are not made without content.
        path: Vec<usize>,
    },
}

/// The requests that append these blocks, in the order they must be sent: whole blocks travel together as far as they fit, and a block
/// that is too large takes as many children along as saves a request. Text that is too long goes on in further blocks: see [`fitting`].
///
/// A column that begins with a table, tabs or columns gets an empty paragraph before them, because it can neither be made empty nor hold
/// anything so deep.
///
/// ```
/// use satchel_notion::split::{self, Under};
/// use satchel_notion::types::NewBlock;
///
/// let items = (0..150).map(|n| NewBlock::bulleted(split::rich_text(&n.to_string()))).collect();
/// let list = NewBlock::toggle(split::rich_text("Many")).with_children(items)?;
/// let requests = split::additions(vec![list]);
/// assert_eq!(requests.len(), 2);
/// assert_eq!(requests[1].under, Under::Made { addition: 0, index: 0, path: vec![] });
/// # Ok::<(), satchel_notion::Error>(())
/// ```
pub fn additions(blocks: Vec<NewBlock>) -> Vec<Addition> {
    scheduled(blocks.into_iter().flat_map(fitting).collect())
}

/// What of a document comes with a new page, and what is appended to the page afterwards: the answer names only the page, so blocks that
/// others are to hang under cannot come with it.
pub fn for_new_page(blocks: Vec<NewBlock>) -> (Vec<NewBlock>, Vec<Addition>) {
    let mut blocks: Vec<NewBlock> = blocks.into_iter().flat_map(fitting).collect();
    let whole = blocks.iter().take_while(|block| fits(block, LEVELS)).map(Size::of);
    let sizes: Vec<Size> = whole.take_while(|size| size.bytes <= COMFORTABLE_BYTES).collect();
    let first = dealt(&sizes, COMFORTABLE_BYTES).first().copied().unwrap_or_default();
    let rest = blocks.split_off(first);
    (blocks, scheduled(rest))
}

fn scheduled(blocks: Vec<NewBlock>) -> Vec<Addition> {
    let mut additions: Vec<Addition> = Vec::new();
    let mut open = VecDeque::from([(Under::Target, blocks)]);
    while let Some((under, blocks)) = open.pop_front() {
        let (heads, rests): (Vec<_>, Vec<_>) = blocks.into_iter().map(cut).unzip();
        let sizes: Vec<Size> = heads.iter().map(Size::of).collect();
        let (mut heads, mut rests) = (heads.into_iter(), rests.into_iter());
        for length in dealt(&sizes, MOST_BYTES) {
            let addition = additions.len();
            for (index, rests) in rests.by_ref().take(length).enumerate() {
                for Rest { path, blocks } in rests {
                    open.push_back((Under::Made { addition, index, path }, blocks));
                }
            }
            additions.push(Addition { under: under.clone(), blocks: heads.by_ref().take(length).collect() });
        }
    }
    additions
}

/// Blocks to hang up later, below a block that is made first.
struct Rest {
    path: Vec<usize>,
    blocks: Vec<NewBlock>,
}

/// The block as one request takes it, and what must be hung up under it later.
fn cut(mut block: NewBlock) -> (NewBlock, Vec<Rest>) {
    if fits(&block, LEVELS) {
        return (block, Vec::new());
    }
    let rests = match block.kind {
        BlockKind::ColumnList(_) | BlockKind::Tab(_) => cut_parts(&mut block),
        _ => cut_children(&mut block),
    };
    (block, rests)
}

fn cut_children(block: &mut NewBlock) -> Vec<Rest> {
    // A table is not made without rows.
    let fewest = usize::from(matches!(block.kind, BlockKind::Table(_)));
    let Some(mut children) = block.children_mut().and_then(|place| std::mem::take(place).into_value()) else {
        return Vec::new();
    };
    let alone = Size::of(block);
    let along = taken_along(&children, fewest, alone);
    let rest = children.split_off(along);
    if let (false, Some(place)) = (children.is_empty(), block.children_mut()) {
        *place = Field::Value(children);
    }
    if rest.is_empty() { Vec::new() } else { vec![Rest { path: Vec::new(), blocks: rest }] }
}

/// How many of a block's children travel with it: no more than it takes to save a request, because what travels along takes room from the
/// blocks beside it. `alone` is what the block takes without them.
fn taken_along(children: &[NewBlock], fewest: usize, alone: Size) -> usize {
    // What is cut itself is taken for what it is alone. That may be a little wrong, and then a request more is sent than is needed.
    let sizes: Vec<Size> = children
        .iter()
        .map(|child| if fits(child, LEVELS) { Size::of(child) } else { Size { blocks: 1, bytes: MOST_BYTES / 100 } })
        .collect();
    let (mut most, mut blocks, mut bytes) = (0, alone.blocks, alone.bytes);
    for (child, size) in children.iter().zip(&sizes).take(LONGEST_ARRAY) {
        (blocks, bytes) = (blocks + size.blocks, bytes + size.bytes);
        if !fits(child, LEVELS - 1) || blocks > MOST_BLOCKS || bytes >= MOST_BYTES {
            break;
        }
        most += 1;
    }
    let requests = |along: usize| dealt(sizes.get(along..).unwrap_or_default(), MOST_BYTES).len();
    let least = requests(most);
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = usize::midpoint(low, high);
        if requests(middle) == least {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low.max(fewest.min(children.len()))
}

/// Columns are made with their list, and tabs with theirs, each with its first blocks. A column must have some.
fn cut_parts(list: &mut NewBlock) -> Vec<Rest> {
    let has_columns = matches!(list.kind, BlockKind::ColumnList(_));
    let Some(Field::Value(parts)) = list.children_mut() else { return Vec::new() };
    let share = parts.len().max(1);
    let mut rests = Vec::new();
    for (number, part) in parts.iter_mut().enumerate() {
        let Some(mut children) = part.children_mut().and_then(|place| std::mem::take(place).into_value()) else {
            continue;
        };
        // Each has its own block, and maybe a line that nobody wrote.
        let mut blocks = (MOST_BLOCKS / share).saturating_sub(2);
        let mut bytes = (COMFORTABLE_BYTES / share).saturating_sub(Size::of(part).bytes);
        let mut first = 0;
        for child in children.iter().take(LONGEST_ARRAY) {
            let size = Size::of(child);
            if !fits(child, 0) || blocks == 0 || size.bytes > bytes {
                break;
            }
            (first, blocks, bytes) = (first + 1, blocks - 1, bytes - size.bytes);
        }
        let mut rest = children.split_off(first);
        if has_columns && children.is_empty() && !rest.is_empty() {
            let mut head = rest.first().cloned().filter(stands_alone);
            let below = head.as_mut().and_then(NewBlock::children_mut).map(std::mem::take).and_then(Field::into_value);
            match head.filter(|head| Size::of(head).bytes <= bytes) {
                Some(head) => {
                    rest.remove(0);
                    children.push(head);
                    let blocks = below.unwrap_or_default();
                    if !blocks.is_empty() {
                        rests.push(Rest { path: vec![number, 0], blocks });
                    }
                }
                None => children.push(NewBlock::paragraph(Vec::new())),
            }
        }
        if let (false, Some(place)) = (children.is_empty(), part.children_mut()) {
            *place = Field::Value(children);
        }
        if !rest.is_empty() {
            rests.push(Rest { path: vec![number], blocks: rest });
        }
    }
    rests
}

/// How many of the blocks that a place was made with must be passed over when blocks are looked for that were added to it: all of them,
/// when one looks like one that is looked for, or else none.
pub fn mistakable(along: &[NewBlock], wanted: &[NewBlock]) -> usize {
    let wanted: HashSet<String> = wanted.iter().map(|block| block.kind.likeness()).collect();
    if along.iter().any(|block| wanted.contains(&block.kind.likeness())) { along.len() } else { 0 }
}

/// Whether it is made without children.
fn stands_alone(block: &NewBlock) -> bool {
    !matches!(block.kind, BlockKind::Table(_) | BlockKind::ColumnList(_) | BlockKind::Column(_) | BlockKind::Tab(_))
}

fn fits(block: &NewBlock, levels: usize) -> bool {
    is_narrow(block, levels)
        && block.count() <= MOST_BLOCKS
        && serde_json::to_vec(block).is_ok_and(|json| json.len() < MOST_BYTES)
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
    use crate::split::rich_text;
    use crate::types::RichText;
    use proptest::prelude::*;

    fn line(text: &str) -> NewBlock {
        NewBlock::bulleted(rich_text(text))
    }

    fn above(children: Vec<NewBlock>) -> NewBlock {
        line("above").with_children(children).unwrap()
    }

    fn lines(count: usize) -> Vec<NewBlock> {
        (0..count).map(|n| line(&n.to_string())).collect()
    }

    /// One block on each of so many levels.
    fn chain(levels: usize) -> NewBlock {
        (1..levels).fold(line("deepest"), |below, _| above(vec![below]))
    }

    /// The blocks of each request, children included.
    fn counts(additions: &[Addition]) -> Vec<usize> {
        additions.iter().map(|addition| addition.blocks.iter().map(NewBlock::count).sum()).collect()
    }

    /// Carries the requests out as the service would, and refuses as it would.
    fn carried_out(additions: &[Addition]) -> Vec<NewBlock> {
        let mut document = Vec::new();
        // Where the blocks of each addition stand in the document.
        let mut places: Vec<Vec<Vec<usize>>> = Vec::new();
        for addition in additions {
            let blocks = &addition.blocks;
            assert!((1..=LONGEST_ARRAY).contains(&blocks.len()));
            assert!(blocks.iter().map(NewBlock::count).sum::<usize>() <= MOST_BLOCKS);
            assert!(serde_json::to_vec(blocks).unwrap().len() < 500_000 - 300);
            assert!(blocks.iter().all(|block| is_narrow(block, LEVELS) && is_whole(block)), "{blocks:#?}");
            let under = match &addition.under {
                Under::Target => Vec::new(),
                Under::Made { addition, index, path } => [places[*addition][*index].as_slice(), path].concat(),
            };
            let mut siblings = &mut document;
            for index in &under {
                let block: &mut NewBlock = &mut siblings[*index];
                let place = block.children_mut().expect("a kind with children");
                if place.value().is_none() {
                    *place = Field::Value(Vec::new());
                }
                let Field::Value(children) = place else { unreachable!() };
                siblings = children;
            }
            places.push(
                (siblings.len()..siblings.len() + blocks.len()).map(|at| [under.as_slice(), &[at]].concat()).collect(),
            );
            siblings.extend(blocks.iter().cloned());
        }
        document
    }

    fn is_whole(block: &NewBlock) -> bool {
        let children = block.children();
        let fewest = match block.kind {
            BlockKind::ColumnList(_) => 2,
            BlockKind::Column(_) | BlockKind::Table(_) | BlockKind::Tab(_) => 1,
            _ => 0,
        };
        children.len() >= fewest && children.iter().all(is_whole)
    }

    #[test]
    fn what_fits_is_one_request() {
        assert!(additions(Vec::new()).is_empty());
        for blocks in [lines(1), lines(100), vec![chain(3); 100], vec![above(lines(99)); 10]] {
            let requests = additions(blocks.clone());
            assert_eq!((requests.len(), carried_out(&requests)), (1, blocks));
        }
    }

    #[test]
    fn what_does_not_fit_takes_the_fewest() {
        assert_eq!(counts(&additions(lines(101))), [100, 1]);
        assert_eq!(counts(&additions(vec![above(lines(99)); 11])), [1_000, 100]);
        // One item travels along, because it saves a request.
        assert_eq!(counts(&additions(vec![above(lines(101))])), [2, 100]);
        assert_eq!(counts(&additions(vec![above(lines(100))])), [101]);
        assert_eq!(counts(&additions(vec![above(lines(250))])), [51, 100, 100]);
        // None does where it would not, and where it could not be told from what is below it.
        assert_eq!(counts(&additions(vec![above([lines(1), vec![chain(3)], lines(98)].concat())])), [1, 102]);
        assert_eq!(counts(&additions(vec![chain(6)])), [1, 1, 1, 3]);
        // The short ones stand beside the long ones.
        assert_eq!(counts(&additions([vec![above(lines(101)); 2], lines(98)].concat())), [102, 100, 100]);
    }

    #[test]
    fn a_long_table_is_made_with_rows_and_gets_the_others() {
        let rows = |count: usize| NewBlock::table((0..count).map(|n| vec![rich_text(&n.to_string())]).collect(), true);
        assert_eq!(counts(&additions(vec![rows(100)])), [101]);
        assert_eq!(counts(&additions(vec![rows(251)])), [52, 100, 100]);
        assert_eq!(carried_out(&additions(vec![rows(251)])), [rows(251)]);
    }

    #[test]
    fn columns_are_made_with_what_they_begin_with() {
        let columns = NewBlock::columns(vec![vec![chain(4), line("b")], lines(150)]);
        let requests = additions(vec![columns.clone()]);
        let under = |path: &[usize]| Under::Made { addition: 0, index: 0, path: path.to_vec() };
        let places: Vec<&Under> = requests[1..].iter().map(|request| &request.under).collect();
        assert_eq!(places, [&under(&[0, 0]), &under(&[0]), &under(&[1])]);
        assert_eq!(carried_out(&requests), [columns]);

        let table = NewBlock::table(vec![vec![Vec::<RichText>::new()]], false);
        let made = carried_out(&additions(vec![NewBlock::columns(vec![vec![table.clone()], lines(1)])]));
        assert_eq!(made[0].children()[0].children(), [NewBlock::paragraph(Vec::new()), table]);
    }

    /// Tabs with these labels' content.
    fn tabs(contents: Vec<Vec<NewBlock>>) -> NewBlock {
        let labels = contents
            .into_iter()
            .map(|content| NewBlock::paragraph(rich_text("label")).with_children(content).unwrap())
            .collect();
        BlockKind::Tab(crate::types::Container { children: Field::Value(labels), extra: crate::json::Extra::new() })
            .into()
    }

    #[test]
    fn tabs_are_made_with_their_labels() {
        let block = tabs(vec![vec![chain(4)], lines(2), Vec::new()]);
        let requests = additions(vec![block.clone()]);
        assert_eq!(requests[1].under, Under::Made { addition: 0, index: 0, path: vec![0] });
        assert_eq!(carried_out(&requests), [block]);
        let made = carried_out(&additions(vec![NewBlock::columns(vec![vec![tabs(vec![lines(1)])], lines(1)])]));
        assert_eq!(made[0].children()[0].children()[0], NewBlock::paragraph(Vec::new()));
    }

    #[test]
    fn a_block_that_is_large_itself_leaves_less_room() {
        let large = |length: usize| NewBlock::toggle(rich_text(&"long ".repeat(length / 5)));
        let toggle = large(200_000).with_children(vec![large(10_000); 40]).unwrap();
        assert_eq!(carried_out(&additions(vec![toggle.clone()])), [toggle]);
        let columns = NewBlock::columns(vec![vec![large(200_000)]; 3]);
        assert_eq!(without_empty(carried_out(&additions(vec![columns.clone()]))), [columns]);
        let (along, _) = for_new_page(vec![above(vec![large(200_000), large(210_000)])]);
        assert!(serde_json::to_vec(&along).unwrap().len() <= COMFORTABLE_BYTES + 2);
    }

    #[test]
    fn a_new_page_comes_with_its_beginning() {
        let (with_page, rest) = for_new_page([lines(120), vec![chain(5)], lines(3)].concat());
        assert_eq!((with_page.len(), counts(&rest)), (100, vec![24, 1, 3]));
        let (with_page, rest) = for_new_page([vec![chain(4)], lines(3)].concat());
        assert_eq!((with_page.len(), counts(&rest)), (0, vec![4, 3]));
        let (with_page, rest) = for_new_page(vec![chain(3)]);
        assert_eq!((with_page.len(), rest.len()), (1, 0));
    }

    #[test]
    fn a_schedule_is_kept_as_json() {
        let requests = additions(vec![NewBlock::columns(vec![vec![chain(4)], lines(2)])]);
        let kept = serde_json::to_string(&requests).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Addition>>(&kept).unwrap(), requests);
    }

    fn document() -> impl Strategy<Value = Vec<NewBlock>> {
        let leaf = prop_oneof![
            8 => "[a-z]{0,8}".prop_map(|text| line(&text)),
            1 => Just(NewBlock::divider()),
            1 => (90_000_usize..130_000).prop_map(|length| line(&"long ".repeat(length / 5))),
            1 => (1_usize..220).prop_map(|rows| NewBlock::table(vec![vec![rich_text("x"); 2]; rows], false)),
        ];
        let wide = "[a-z]{0,8}".prop_map(|text| above(vec![line(&text), NewBlock::divider()]));
        let block = leaf.prop_recursive(6, 400, 8, move |inner| {
            let some = || {
                prop_oneof![
                    4 => proptest::collection::vec(inner.clone(), 1..6),
                    1 => (wide.clone(), 90_usize..230).prop_map(|(block, times)| vec![block; times]),
                ]
            };
            prop_oneof![
                6 => some().prop_map(above),
                1 => (some(), 0_usize..200_000).prop_map(|(below, length)| {
                    NewBlock::toggle(rich_text(&"long ".repeat(length / 5))).with_children(below).unwrap()
                }),
                1 => (some(), some()).prop_map(|(left, right)| NewBlock::columns(vec![left, right])),
                1 => (some(), some()).prop_map(|(left, right)| tabs(vec![left, right])),
            ]
        });
        proptest::collection::vec(block, 0..5)
    }

    /// The document without the lines that columns get because they must.
    fn without_empty(blocks: Vec<NewBlock>) -> Vec<NewBlock> {
        let empty = NewBlock::paragraph(Vec::new());
        let kept = blocks.into_iter().filter(|block| *block != empty);
        kept.map(|mut block| {
            if let Some(Field::Value(children)) = block.children_mut() {
                *children = without_empty(std::mem::take(children));
            }
            block
        })
        .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_request_is_one_that_the_service_takes_and_together_they_make_the_document(blocks in document()) {
            let whole: Vec<NewBlock> = blocks.iter().cloned().flat_map(fitting).collect();
            let requests = additions(blocks.clone());
            prop_assert_eq!(&without_empty(carried_out(&requests)), &whole);

            let (mut with_page, rest) = for_new_page(blocks);
            with_page.extend(carried_out(&rest));
            prop_assert_eq!(without_empty(with_page), whole);
        }
    }
}
