//! Writing back: what nobody touched stays byte for byte.

use satchel_markdown::{Dialect, DialectName, V1, inline, write_back};
use satchel_model::{Block, BlockKind, Color};

/// A page in a form that the canonical writer would change all over: blank lines, other people's brackets, numbers of their own.
const PAGE: &str = "# Title\n\n7. seven\n7. eight\n\n<callout icon='💡'>\n\tfirst line\n\t- item\n\n\t- other\n</callout>\n<pdf src='https://x.org/a.pdf'>paper</pdf>\n* not mine";

fn paragraph(text: &str) -> Block {
    Block::new(BlockKind::Paragraph { text: inline::read(text), color: Color::default(), icon: None })
}

#[test]
fn an_edit_at_the_top_keeps_the_rest() {
    let mut document = V1.read(PAGE);
    document.blocks[0] = paragraph("changed");
    let written = write_back(PAGE, &document, DialectName::V1);
    assert_eq!(written, PAGE.replacen("# Title\n\n", "changed\n", 1));
}

#[test]
fn an_edit_inside_a_box_keeps_its_other_children() {
    let mut document = V1.read(PAGE);
    document.blocks[3].children[1] = paragraph("changed");
    let written = write_back(PAGE, &document, DialectName::V1);
    let expected =
        "<callout icon=\"💡\">\n\tfirst line\n\t- item\n\tchanged\n</callout>\n<pdf src='https://x.org/a.pdf'>";
    assert!(written.contains(expected), "{written}");
    assert!(written.starts_with("# Title\n\n7. seven\n7. eight\n<callout"), "{written}");
}

#[test]
fn items_behind_a_new_one_are_counted_again() {
    let mut document = V1.read("1. one\n2. two\n\t- x\n---");
    let new = Block::new(BlockKind::NumberedListItem {
        text: inline::read("new"),
        color: Color::default(),
        start: None,
        format: None,
    });
    document.blocks.insert(1, new);
    assert_eq!(
        write_back("1. one\n2. two\n\t- x\n---", &document, DialectName::V1),
        "1. one\n2. new\n3. two\n\t- x\n---"
    );
}

#[test]
fn a_block_that_moved_deeper_is_indented() {
    let original = "- a\n- b\n\t- c";
    let mut document = V1.read(original);
    let moved = document.blocks.remove(1);
    document.blocks[0].children.push(moved);
    assert_eq!(write_back(original, &document, DialectName::V1), "- a\n\t- b\n\t\t- c");
}

#[test]
fn in_the_second_dialect_too() {
    let original = "# A\n\n\npara\n\n<callout icon='x'>\nbody\n</callout>";
    let mut document = satchel_markdown::V2.read(original);
    document.blocks[0] = paragraph("changed");
    let written = write_back(original, &document, DialectName::V2);
    assert_eq!(written, "changed\n\npara\n\n<callout icon='x'>\nbody\n</callout>");
}
