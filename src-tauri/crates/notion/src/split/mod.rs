//! Fitting content into the service's limits: text into runs, blocks into requests.
//!
//! The service counts characters in a way it does not document. Everything here counts UTF-16 units, of which there are never
//! fewer than of any other unit it may use except bytes.

mod document;
mod fitting;

pub use document::{Addition, Under, additions, for_new_page, mistakable};
pub use fitting::fitting;

use unicode_segmentation::UnicodeSegmentation;

use crate::json::{Extra, Field};
use crate::types::{Link, NewBlock, RichText, RichTextKind, Text};

/// The most characters of a run's text, and of a link.
pub const LONGEST_TEXT: usize = 2_000;

/// The most elements of any array in a request: blocks, children, runs.
pub const LONGEST_ARRAY: usize = 100;

/// The most blocks of a request, children included.
pub const MOST_BLOCKS: usize = 1_000;

/// Cuts text into pieces of at most [`LONGEST_TEXT`] units. What a person sees as one character stays whole, unless it alone is
/// longer; then it is cut between code points.
pub fn text(text: &str) -> Vec<&str> {
    pieces(text, LONGEST_TEXT)
}

fn pieces(mut text: &str, longest: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let mut end = room_for(text.graphemes(true), longest);
        if end == 0 {
            end = room_for(text.split_inclusive(|_: char| true), longest);
        }
        // A limit below two units cannot hold every code point; one is taken all the same, so that this ends.
        if end == 0 {
            end = text.chars().next().map_or(text.len(), char::len_utf8);
        }
        let (piece, rest) = text.split_at(end);
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// How many bytes of these parts fit.
fn room_for<'a>(parts: impl Iterator<Item = &'a str>, longest: usize) -> usize {
    let (mut bytes, mut units) = (0, 0);
    for part in parts {
        units += part.encode_utf16().count();
        if units > longest {
            break;
        }
        bytes += part.len();
    }
    bytes
}

/// Runs of plain text, without decoration, of any length. Empty text is no run.
pub fn rich_text(plain: &str) -> Vec<RichText> {
    text(plain).into_iter().map(RichText::text).collect()
}

/// Runs of linked text of any length.
pub fn linked_text(plain: &str, url: &str) -> Vec<RichText> {
    text(plain).into_iter().map(|piece| RichText::link(piece, url)).collect()
}

/// Cuts runs of text that are too long, keeping their looks and links. Mentions and equations cannot be cut and stay as they are.
pub fn runs(runs: Vec<RichText>) -> Vec<RichText> {
    runs.into_iter()
        .flat_map(|run| match &run.kind {
            RichTextKind::Text(text) if text.content.encode_utf16().count() > LONGEST_TEXT => {
                let link: Field<Link> = text.link.clone();
                self::text(&text.content)
                    .into_iter()
                    .map(|piece| RichText {
                        kind: RichTextKind::Text(Text {
                            content: piece.to_owned(),
                            link: link.clone(),
                            extra: text.extra.clone(),
                        }),
                        annotations: run.annotations.clone(),
                        plain_text: Field::Absent,
                        href: Field::Absent,
                        extra: Extra::new(),
                    })
                    .collect()
            }
            _ => vec![run],
        })
        .collect()
}

/// Deals blocks out into requests, in order: each has at most 100 blocks at the top, 1,000 with children, and `most_bytes` bytes
/// of JSON. A single block that is larger goes alone, and the service will refuse it.
pub fn batches(blocks: Vec<NewBlock>, most_bytes: usize) -> Vec<Vec<NewBlock>> {
    let sizes: Vec<Size> = blocks.iter().map(Size::of).collect();
    let mut blocks = blocks.into_iter();
    dealt(&sizes, most_bytes).into_iter().map(|length| blocks.by_ref().take(length).collect()).collect()
}

/// What a block takes of a request.
#[derive(Clone, Copy, Debug)]
struct Size {
    blocks: usize,
    bytes: usize,
}

impl Size {
    fn of(block: &NewBlock) -> Self {
        // With the comma behind it.
        Self { blocks: block.count(), bytes: serde_json::to_vec(block).map_or(0, |json| json.len() + 1) }
    }
}

/// How many of these blocks go into each request.
fn dealt(sizes: &[Size], most_bytes: usize) -> Vec<usize> {
    let mut lengths = Vec::new();
    let (mut length, mut blocks, mut bytes) = (0, 0, 0);
    for size in sizes {
        let is_full = length == LONGEST_ARRAY || blocks + size.blocks > MOST_BLOCKS || bytes + size.bytes > most_bytes;
        if is_full && length > 0 {
            lengths.push(std::mem::take(&mut length));
            (blocks, bytes) = (0, 0);
        }
        length += 1;
        blocks += size.blocks;
        bytes += size.bytes;
    }
    lengths.extend((length > 0).then_some(length));
    lengths
}

/// The size of a request's children for [`batches`] that leaves room for the rest of the request.
pub const COMFORTABLE_BYTES: usize = 450_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_family_is_not_torn_apart() {
        let family = "👨‍👩‍👧‍👦";
        let text = format!("{}{family}", "x".repeat(1_995));
        assert_eq!(super::text(&text), ["x".repeat(1_995).as_str(), family]);
    }

    #[test]
    fn a_character_longer_than_a_run_is_cut_between_code_points() {
        let zalgo = format!("a{}", "\u{301}".repeat(2_500));
        let pieces = super::text(&zalgo);
        assert_eq!(pieces.concat(), zalgo);
        assert_eq!(pieces.len(), 2);
    }

    #[test]
    fn text_without_characters_is_no_run() {
        assert!(rich_text("").is_empty());
    }

    #[test]
    fn a_long_run_keeps_its_looks_and_link_when_cut() {
        let long = RichText::link("y".repeat(4_001), "https://e.org").annotated(|looks| looks.bold = true.into());
        let cut = runs(vec![RichText::equation("x"), long]);
        assert_eq!(cut.len(), 4);
        for run in &cut[1..] {
            assert_eq!(run.annotations.value().unwrap().bold, Field::Value(true));
            let RichTextKind::Text(text) = &run.kind else { panic!("{run:?}") };
            assert_eq!(text.link.value().unwrap().url, "https://e.org");
        }
    }

    #[test]
    fn batches_keep_order_and_every_limit() {
        let blocks: Vec<NewBlock> = (0..250).map(|n| NewBlock::paragraph(rich_text(&n.to_string()))).collect();
        let dealt = batches(blocks.clone(), COMFORTABLE_BYTES);
        assert_eq!(dealt.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
        assert_eq!(dealt.concat(), blocks);

        let wide = |n: usize| NewBlock::toggle(rich_text("t")).with_children(vec![NewBlock::divider(); n]).unwrap();
        assert_eq!(batches(vec![wide(99); 11], COMFORTABLE_BYTES).iter().map(Vec::len).collect::<Vec<_>>(), [10, 1]);
        let bulky = NewBlock::paragraph(rich_text(&"z".repeat(30_000)));
        assert!(batches(vec![bulky; 20], COMFORTABLE_BYTES).len() > 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_fit_and_join_to_the_whole(text in "(\\PC|👩‍🚀|e\u{301}){0,60}", longest in 2_usize..20) {
            let pieces = pieces(&text, longest);
            prop_assert_eq!(pieces.concat(), text.as_str());
            for piece in pieces {
                prop_assert!(!piece.is_empty() && piece.encode_utf16().count() <= longest);
            }
        }
    }
}
