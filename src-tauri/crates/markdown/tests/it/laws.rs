//! Laws for every text: reading is total, drops nothing, and what is written reads the same.

use proptest::prelude::*;
use satchel_markdown::{
    Dialect, DialectName, V1, V2, canonical, dialect, index_text, inline, outline, to_markdown_for_people, to_plain,
    typed, write_back,
};
use satchel_model::{Block, BlockKind, Document};

/// Pieces of markup, whole and broken. Greek letters are content: wherever they stand, they must survive.
const MARKUP: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n",
    "\n\t",
    "\n\t",
    "\n\t\t",
    "\n\t\t\t\t",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    " ",
    "  ",
    "- ",
    "- [ ] ",
    "- [x] ",
    "1. ",
    "23. ",
    "# ",
    "## ",
    "##### ",
    "> ",
    ">",
    "---",
    "***",
    "**",
    "*",
    "~~",
    "~",
    "`",
    "``",
    "```",
    "```rust",
    "````",
    "$$",
    "$",
    "$`",
    "`$",
    "\\",
    "\\\\",
    "[",
    "]",
    "](",
    ")",
    "(",
    "[^",
    "![",
    "{",
    "}",
    " {color=\"red\"}",
    " {toggle=\"true\"}",
    "{{",
    "}}",
    "<",
    ">",
    "</",
    "/>",
    "<br>",
    "<span color=\"red\">",
    "<span underline=\"true\">",
    "<span class=\"x\">",
    "</span>",
    "<callout icon=\"💡\">",
    "</callout>",
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
    "<columns>",
    "<column ratio=\"50\">",
    "</column>",
    "</columns>",
    "<tabs>",
    "<tab>",
    "</tab>",
    "<synced_block url=\"u\">",
    "</synced_block>",
    "<meeting-notes>",
    "<notes>",
    "</notes>",
    "</meeting-notes>",
    "<table>",
    "<tr>",
    "<td>",
    "<th>",
    "</td>",
    "</tr>",
    "</table>",
    "<colgroup>",
    "<col width=\"20\">",
    "</colgroup>",
    "<empty-block/>",
    "<foo bar=\"1\" baz>",
    "</foo>",
    "<mention-user url=\"user://60718293-a4b5-45c6-97d8-3a0b1c2d3e4f\"/>",
    "<mention-page url=\"x\">",
    "</mention-page>",
    "<mention-date start=\"2026-01-01\"/>",
    "<unknown url=\"u\" alt=\"bookmark\"/>",
    "<page url=\"u\">",
    "</page>",
    "<video src=\"u\">",
    "</video>",
    "<properties>",
    "</properties>",
    "::: callout {icon=\"x\"}",
    ":::",
    "▶ ",
    ":smile:",
    ":",
    "https://example.com/a_(b)",
    "(https://x.org)",
    "| ",
    "|",
    "| --- |",
    "+ ",
    "* ",
    "[] ",
    "[x] ",
    "<p>",
    "<p />",
    "</p>",
    "<toggle>",
    "</toggle>",
    "<ul>",
    "<ol type=\"a\">",
    "<li>",
    "</li>",
    "</ul>",
    "<quote>",
    "</quote>",
    "<u>",
    "</u>",
    "<b>",
    "</b>",
    "<mention url=\"https://x.org\">",
    "</mention>",
    "<bookmark source=\"u\">",
    "</bookmark>",
    "&lt;",
    "&amp;",
    "===",
    "--",
    "~~~",
    "[foo]: u",
    "\u{2028}",
    "\0",
    "\u{feff}",
    "é",
    "日本",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => prop::sample::select(MARKUP).prop_map(str::to_owned),
        3 => "[α-ω]{1,3}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// The same of pieces that have a meaning inside a line, where they meet more often.
fn hostile_line() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "**",
        "*",
        "~~",
        "`",
        "``",
        "\\`",
        "\\",
        "$",
        "$$",
        "$`",
        "`$",
        "[",
        "]",
        "](u)",
        "](",
        ")",
        "(",
        "{{",
        "}}",
        "[^",
        "://",
        "a",
        "1",
        " ",
        ":",
        ":smile:",
        "<",
        ">",
        "<br>",
        "<br/>",
        "</td>",
        "<foo a=\"`\">",
        "</foo>",
        "<span color=\"red\">",
        "<span underline=\"true\">",
        "<span class=\"x\">",
        "</span>",
        "<mention-user url=\"user://60718293-a4b5-45c6-97d8-3a0b1c2d3e4f\">",
        "</mention-user>",
        "<mention-page url=\"x\">",
        "</mention-page>",
        "<mention-date start=\"2026-01-01\"/>",
        "!",
        "|",
        "▶",
    ];
    let piece = prop_oneof![
        5 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "[α-ω]{1,2}",
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn greek(text: &str) -> String {
    text.chars().filter(|c| ('α'..='ω').contains(c)).collect()
}

fn depth(document: &Document) -> usize {
    let mut deepest = 0;
    let mut steps: Vec<(&Block, usize)> = document.blocks.iter().map(|block| (block, 1)).collect();
    while let Some((block, depth)) = steps.pop() {
        deepest = deepest.max(depth);
        steps.extend(block.children.iter().map(|child| (child, depth + 1)));
    }
    deepest
}

/// Every range lies inside its parent's and behind its sibling's, on boundaries of characters.
fn check_sources(text: &str, document: &Document) {
    let mut levels = vec![(document.blocks.as_slice(), 0..text.len())];
    while let Some((blocks, around)) = levels.pop() {
        let mut at = around.start;
        for block in blocks {
            let range = block.source.0.clone().expect("a block that was read knows where");
            assert!(
                text.get(range.clone()).is_some() && range.start >= at && range.end <= around.end,
                "{range:?} in {around:?}"
            );
            at = range.end;
            levels.push((&block.children, range));
        }
    }
}

/// Whether all content is there, in its order. A link that changes its look inside is two links, so its address may stand there twice.
fn keeps(text: &str, written: &str) -> bool {
    let mut rest = greek(written);
    for c in greek(text).chars() {
        let Some(at) = rest.find(c) else { return false };
        rest.drain(..at + c.len_utf8());
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_reads_and_comes_back(text in hostile()) {
        let document = V1.read(&text);
        check_sources(&text, &document);
        let written = V1.write(&document);
        prop_assert!(keeps(&text, &written), "written: {:?}", written);
        let again = V1.read(&written);
        prop_assert!(again == document, "{written:?}\n{again:#?}\n{document:#?}");
        prop_assert_eq!(&write_back(&text, &document, DialectName::V1), &text);
        prop_assert!(depth(&document) <= 65);
    }

    #[test]
    fn any_text_reads_in_the_second_dialect(text in hostile()) {
        let document = V2.read(&text);
        let written = V2.write(&document);
        prop_assert!(keeps(&text, &written), "written: {:?}", written);
        prop_assert_eq!(&write_back(&text, &document, DialectName::V2), &text);
        prop_assert!(depth(&document) <= 65);
    }

    #[test]
    fn any_text_can_be_typed(text in hostile()) {
        let document = typed::read(&text);
        let sorted = |text: &str| {
            let mut letters: Vec<char> = greek(text).chars().collect();
            letters.sort_unstable();
            letters
        };
        let shown = sorted(&format!("{document:?}"));
        // A bookmark shows its address once, a link its address and its label.
        let missing = sorted(&text).into_iter().find(|c| shown.iter().filter(|s| *s == c).count() < greek(&text).matches(*c).count());
        prop_assert!(missing.is_none(), "{missing:?} of {text:?} is not in {document:#?}");
        let (title, body) = typed::title_and_body(&text);
        prop_assert!(greek(&text).is_empty() || !(greek(&title).is_empty() && greek(&body).is_empty()));
    }

    #[test]
    fn any_text_can_be_shown_and_indexed(text in hostile()) {
        let document = V1.read(&text);
        let index = index_text(&document);
        let mut at = 0;
        for (range, path) in &index.blocks {
            prop_assert!(range.start >= at && index.body.get(range.clone()).is_some());
            prop_assert_eq!(index.block_at(range.start), Some(path));
            at = range.end;
        }
        prop_assert_eq!(outline(&document).len(), index.headings.len());
        let _ = (to_plain(&document), to_markdown_for_people(&document));
        let once = canonical(&text).into_owned();
        prop_assert!(canonical(&once) == once.as_str());
    }

    #[test]
    fn inline_text_comes_back(text in "[α-ω*~`$\\[\\]<>{}|^():!_# \\\\-]{0,40}") {
        let spans = inline::read(&text);
        let written = inline::write(&spans);
        prop_assert_eq!(greek(&written), greek(&text));
        prop_assert_eq!(inline::read(&written), spans, "{}", written);
    }

    #[test]
    fn inline_markup_comes_back(text in hostile_line()) {
        let spans = inline::read(&text);
        let written = inline::write(&spans);
        prop_assert!(keeps(&text, &written), "written: {:?}", written);
        prop_assert_eq!(inline::read(&written), spans, "{}", written);
        let cell = format!("<table>\n<tr>\n<td>{text}</td>\n<td>β</td>\n</tr>\n</table>");
        let document = V1.read(&cell);
        let written = V1.write(&document);
        prop_assert!(keeps(&cell, &written), "written: {:?}", written);
        prop_assert_eq!(V1.read(&written), document, "{}", written);
    }

    #[test]
    fn an_edit_leaves_the_other_blocks_as_they_were(text in hostile(), chosen in any::<prop::sample::Index>()) {
        let mut document = V1.read(&text);
        if document.blocks.is_empty() {
            return Ok(());
        }
        let index = chosen.index(document.blocks.len());
        let edited = Block::new(BlockKind::Heading {
            level: 2,
            text: inline::read("edited"),
            color: satchel_model::Color::default(),
            is_toggleable: false,
        });
        let is_container = !document.blocks[index].children.is_empty();
        document.blocks[index] = edited;
        let written = write_back(&text, &document, DialectName::V1);
        prop_assert!(V1.read(&written) == V1.read(&V1.write(&document)), "{}", written);
        if !is_container {
            prop_assert!(written.contains("## edited"));
        }
    }
}

/// Texts of which a scan that looks ahead from every mark, or a search of a stack at every closing, would take the square of their length.
/// They are so long that such a reader does not end in the time a test is given.
#[test]
fn time_is_linear_in_hostile_texts() {
    const LENGTH: usize = 60_000;
    let patterns = [
        "[",
        "](",
        "[](",
        "[a](b",
        "(",
        "![",
        "`",
        "`\\",
        "\\`",
        "$",
        "$`",
        "$$",
        "$$x",
        "*",
        "**",
        "***",
        "~~",
        "* *",
        "{{",
        "[^",
        "<",
        "<a ",
        "<a b=\"",
        "<a b='",
        "</span>",
        "<span color=\"red\">",
        "<mention-user>",
        "<mention-user url=\"u\">",
        "<mention-user url=\"u\"><",
        "<video src=\"u\">`</video>",
        "`\\``",
        "[[](u)",
        "<u>",
        "</u><u>",
        ":a",
        ":a:",
        "\\",
        "<br>",
        " {",
        " {color=\"red\"}",
        "<callout>",
        "<callout>\n",
        "</callout>\n",
        "<details><summary>",
        "<table>\n",
        "<table>\n<tr>\n",
        "<td>`",
        "<td>$",
        "<table><td>$`",
        "![`",
        "```a\n",
        "```\n",
        "$$\n",
        "<callout>\n\t$$\n</callout>\n",
        "<columns>\n\t```a\n</columns>\n",
        "- a\n",
        "\t- a\n",
        "> ",
        ">\n",
        "- ",
        "| a ",
        "| a |\n| - |\n",
        "<p>\n",
        "<ul>\n<li>\n",
        "<equation>\n",
        "`` ` ",
        "https://",
        "http://a)",
        "a\n-\n",
        "[] ",
        "[a]: b\n",
        "<properties>\n",
        "::: callout\n",
        ":::\n",
        "▶ a\n\t",
        "\n",
        "\t\n",
        "\r",
    ];
    for pattern in patterns {
        let text = pattern.repeat(LENGTH / pattern.len());
        let document = V1.read(&text);
        let _ = (V1.write(&document), index_text(&document), to_markdown_for_people(&document));
        let _ = (V2.read(&text), canonical(&text));
        let _ = typed::read(&pattern.repeat(LENGTH / 3 / pattern.len()));
    }
    let staircase: String = (0..500).map(|depth| format!("{}- α\n", "\t".repeat(depth))).collect();
    assert!(depth(&V1.read(&staircase)) <= 64);
    assert_eq!(greek(&V1.write(&V1.read(&staircase))).chars().count(), 500);
}

#[test]
fn a_text_that_is_too_deep_stands_at_the_deepest_level() {
    let open: String = (0..100).map(|depth| format!("{}<callout>\n", "\t".repeat(depth))).collect();
    let close: String = (0..100).rev().map(|depth| format!("{}</callout>\n", "\t".repeat(depth))).collect();
    let text = format!("{open}{}α\n{close}β", "\t".repeat(100));
    let document = V1.read(&text);
    assert!(depth(&document) <= 65);
    assert_eq!(document.blocks.len(), 2, "what follows the containers is outside of them");
    let written = V1.write(&document);
    assert_eq!(greek(&written), "αβ");
    assert_eq!(V1.read(&written), document);
    assert_eq!(dialect(DialectName::V1).read(&text), document);
}

#[test]
fn what_the_laws_have_found_stays_found() {
    for text in [
        "<span color=\"red\"></span><callout icon=\"💡\">",
        "▶ \n\n\tα",
        "$$`$ $$",
        "$$ {` $$",
        "[ <span color=\"red\">α](αhttps://example.com/a_(b)",
    ] {
        let document = V1.read(text);
        let written = V1.write(&document);
        assert!(keeps(text, &written), "{text:?} became {written:?}");
        assert_eq!(V1.read(&written), document, "{text:?} became {written:?}");
    }
    let (title, body) = typed::title_and_body("- ~~~α - ");
    assert!(!(greek(&title).is_empty() && greek(&body).is_empty()), "{title:?} {body:?}");
}
