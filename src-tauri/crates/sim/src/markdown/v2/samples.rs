//! Every difference between the dialects both ways, and laws over generated text and trees.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::samples::{blocks, markup, plain, sample, styled, tree};
use super::super::*;

const PAGE: &str = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9";
const BLOCK: &str = "https://app.notion.com/p/0a1b2c3d4e5f40718293a4b5c6d7e8f9#5f60718293a444b5c6d7000000000001";
const CHILD: &str = "https://app.notion.com/p/1b2c3d4e5f604172839405b6c7d8e9fa";
const USER: &str = "user://60718293-a4b5-45c6-97d8-3a0b1c2d3e4f";

/// Knows one person and one page.
struct Names;

impl Lookup for Names {
    fn title(&self, id: &str) -> Option<String> {
        (id == "1b2c3d4e-5f60-4172-8394-05b6c7d8e9fa").then(|| "Plans & <ideas>".to_owned())
    }
    fn user_name(&self, id: &str) -> Option<String> {
        (id == "60718293-a4b5-45c6-97d8-3a0b1c2d3e4f").then(|| "Ada".to_owned())
    }
}

fn reading(dialect: Dialect) -> ReadOptions<'static> {
    ReadOptions { dialect, lookup: &Names, auto_links: false }
}

fn second(text: &str) -> Vec<Tree> {
    super::super::read(text, &reading(Dialect::V2))
}

fn first(text: &str) -> Vec<Tree> {
    super::super::read(text, &reading(Dialect::V1))
}

fn written(trees: &[Tree]) -> String {
    let options = WriteOptions {
        dialect: Dialect::V2,
        page_id: PAGE,
        lookup: &Names,
        discussions: true,
        ..WriteOptions::default()
    };
    super::super::write(trees, &options)
}

/// The same blocks in both dialects.
fn rows() -> Vec<(String, String)> {
    let rows: &[(&str, &str)] = &[
        // Blocks, lines and empty paragraphs.
        ("One\nTwo", "One\n\nTwo"),
        ("One<br>two<br><br>three", "One\\\ntwo\\\n\\\nthree"),
        ("One\n<empty-block/>\nTwo", "One\n\n<p />\n\nTwo"),
        ("# One\n## Two\n### Three\n#### Four", "# One\n\n## Two\n\n### Three\n\n#### Four"),
        ("- a\n\t- b\n\t\t1. c\n\t\t2. d\n- e", "- a\n\t- b\n\t\t1. c\n\t\t2. d\n- e"),
        ("- a\n1. b\n- [ ] c\n- [x] d", "- a\n\n1. b\n\n- [ ] c\n- [x] d"),
        ("- a<br>b\n\t- c", "- a\\\n\tb\n\t- c"),
        ("> q<br>r\n> s", "> q\\\n> r\n\n> s"),
        ("---", "---"),
        // Children outside of lists.
        ("a\n\tb\n\t- c", "<p>\na\n\nb\n\n- c\n</p>"),
        ("> q\n\t- c", "<quote>\nq\n\n- c\n</quote>"),
        ("- a\n\tb\n- c", "<ul>\n<li>\na\n\nb\n</li>\n<li>\nc\n</li>\n</ul>"),
        ("1. a\n\t```rust\nx\n\t```", "<ol>\n<li>\na\n\n```rust\nx\n```\n</li>\n</ol>"),
        ("- [x] a\n\tb", "<todo checked=\"true\">\na\n\nb\n</todo>"),
        (">\n\tb", "<quote>\n<p />\n\nb\n</quote>"),
        ("<empty-block/>\n\tb", "<p>\n<p />\n\nb\n</p>"),
        // Colours.
        ("a {color=\"red\"}", "<p color=\"red\">\na\n</p>"),
        ("## a {color=\"red_bg\"}", "<h2 color=\"red_bg\">\na\n</h2>"),
        ("> a {color=\"red\"}", "<quote color=\"red\">\na\n</quote>"),
        ("- a {color=\"red\"}\n- b", "<ul>\n<li color=\"red\">\na\n</li>\n<li>\nb\n</li>\n</ul>"),
        ("1. a {color=\"red\"}", "<ol>\n<li color=\"red\">\na\n</li>\n</ol>"),
        ("- [x] a {color=\"red\"}\n- [ ] b", "<todo checked=\"true\" color=\"red\">\na\n</todo>\n\n- [ ] b"),
        ("a \\{color=\"red\"\\}", "a {color=\"red\"}"),
        // Toggles.
        ("<details color=\"red\">\n<summary>T</summary>\n\tb\n</details>", "<toggle color=\"red\">\nT\n\nb\n</toggle>"),
        ("<details>\n\tb\n</details>", "<toggle>\n<p />\n\nb\n</toggle>"),
        (
            "## T {toggle=\"true\" color=\"blue_bg\"}\n\tb",
            "<toggle heading=\"h2\" color=\"blue_bg\">\nT\n\nb\n</toggle>",
        ),
        // Callouts, columns, tabs.
        (
            "<callout icon=\"💡\" color=\"gray_bg\">\n\tA\n\t- b\n</callout>",
            "<callout icon=\"💡\" color=\"gray_bg\">\nA\n\n- b\n</callout>",
        ),
        (
            "<columns>\n\t<column ratio=\"50\">\n\t\tA\n\t</column>\n\t<column ratio=\"50\">\n\t\tB\n\t\tC\n\t</column>\n</columns>",
            "<columns>\n<column ratio=\"50\">\nA\n</column>\n<column ratio=\"50\">\nB\n\nC\n</column>\n</columns>",
        ),
        (
            "<tabs>\n\t<tab icon=\"💡\">\n\t\tA\n\t\tb\n\t</tab>\n\t<tab>\n\t\t<empty-block/>\n\t\tc\n\t</tab>\n</tabs>",
            "<tabs>\n<tab icon=\"💡\">\nA\n\nb\n</tab>\n<tab>\n<p />\n\nc\n</tab>\n</tabs>",
        ),
        // Inline.
        ("<span underline=\"true\">u</span> **b** *i* ~~s~~ ***bi***", "<u>u</u> **b** *i* ~~s~~ ***bi***"),
        ("<span color=\"orange\" underline=\"true\">w</span>", "<span color=\"orange\"><u>w</u></span>"),
        ("a **b **c", "a <b>b </b>c"),
        ("a * b* ~~ c~~ <span underline=\"true\"> u</span>", "a <i> b</i> <s> c</s> <u> u</u>"),
        ("**a `b`** c", "**a `b`** c"),
        ("[t](https://e.example/a_(b))", "[t](https://e.example/a_(b))"),
        ("$`E=mc^2`$ costs 5\\$", "$E=mc^2$ costs 5\\$"),
        ("`a` \\<b\\> 1 \\< 2", "`a` \\<b> 1 < 2"),
        ("snake_case \\*x\\* \\[y\\]", "snake_case \\*x\\* \\[y\\]"),
        ("[^https://e.example/a]", "[^https://e.example/a]"),
        ("<mention-date start=\"2026-10-01\"/>", "<date start=\"2026-10-01\" />"),
        (
            "<mention-date start=\"2026-10-01\" startTime=\"09:00\" end=\"2026-10-02\" endTime=\"10:00\" timeZone=\"Asia/Seoul\"/>",
            "<date start=\"2026-10-01\" end=\"2026-10-02\" start-time=\"09:00\" end-time=\"10:00\" time-zone=\"Asia/Seoul\" />",
        ),
        (
            "<mention-user url=\"USER\"/> and <mention-page url=\"CHILD\"/>",
            "<mention url=\"USER\">Ada</mention> and <mention url=\"CHILD\">Plans & <ideas></mention>",
        ),
        (
            "<mention-database url=\"https://app.notion.com/p/2c3d4e5f60714283940516c7d8e9fa0b\"/>",
            "<mention url=\"https://app.notion.com/p/2c3d4e5f60714283940516c7d8e9fa0b\" type=\"database\" />",
        ),
        (
            "<mention-agent url=\"agent://x\"/> <mention-data-source url=\"collection://y\"/>",
            "<mention url=\"agent://x\" /> <mention url=\"collection://y\" />",
        ),
        (
            "<span discussion-urls=\"discussion://a,discussion://b\">c</span>",
            "<span discussion-urls=\"discussion://a,discussion://b\">c</span>",
        ),
        // Code and equations.
        ("```rust\nlet a;\n\n\tb\n```", "```rust\nlet a;\n\n\tb\n```"),
        ("$$\na\n= b\n$$", "$$\na\n= b\n$$"),
        ("$$\na\n$$ {color=\"red\"}", "<equation color=\"red\">a</equation>"),
        // Media.
        ("![c](https://e.example/a.png)", "![c](https://e.example/a.png)"),
        (
            "![c](https://e.example/a.png) {color=\"gray_bg\"}",
            "<image source=\"https://e.example/a.png\" color=\"gray_bg\">c</image>",
        ),
        ("<video src=\"https://e.example/v\">c</video>", "<video source=\"https://e.example/v\">c</video>"),
        (
            "<pdf src=\"https://e.example/p\" color=\"red\"></pdf>",
            "<pdf source=\"https://e.example/p\" color=\"red\"></pdf>",
        ),
        (
            "<audio src=\"https://e.example/a\"></audio>\n<file src=\"https://e.example/f\">c</file>",
            "<audio source=\"https://e.example/a\"></audio>\n\n<file source=\"https://e.example/f\">c</file>",
        ),
        // Tables.
        (
            "<table header-row=\"true\">\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n<tr>\n<td>1 \\| 2</td>\n<td>x<br>y</td>\n</tr>\n</table>",
            "| a | b |\n| --- | --- |\n| 1 \\| 2 | x<br />y |",
        ),
        (
            "<table>\n<tr>\n<td>a</td>\n<td>1 \\| 2</td>\n</tr>\n</table>",
            "<table>\n<tr>\n<td>a</td>\n<td>1 | 2</td>\n</tr>\n</table>",
        ),
        (
            "<table fit-page-width=\"true\" header-row=\"true\" header-column=\"true\">\n<colgroup>\n<col color=\"gray\" width=\"180\">\n<col>\n</colgroup>\n<tr color=\"blue_bg\">\n<td>h</td>\n<td>i</td>\n</tr>\n<tr>\n<td>one<br>two</td>\n<td color=\"red\">x</td>\n</tr>\n</table>",
            "<table fit-page-width=\"true\" header-row=\"true\" header-column=\"true\">\n<colgroup><col width=\"180\" color=\"gray\" /><col /></colgroup>\n<tr color=\"blue_bg\">\n<th>h</th>\n<th>i</th>\n</tr>\n<tr>\n<th>one<br />two</th>\n<td color=\"red\">x</td>\n</tr>\n</table>",
        ),
        // What is elsewhere.
        ("<table_of_contents color=\"gray\"/>", "<table-of-contents color=\"gray\" />"),
        ("<page url=\"CHILD\" color=\"red\">A \\*</page>", "<page url=\"CHILD\" color=\"red\">A \\*</page>"),
        (
            "<database url=\"CHILD\" inline=\"true\" icon=\"💡\" data-source-url=\"collection://2c3d4e5f-6071-4283-9405-16c7d8e9fa0b\">D</database>",
            "<database url=\"CHILD\" data-source-url=\"collection://2c3d4e5f-6071-4283-9405-16c7d8e9fa0b\" inline=\"true\" icon=\"💡\">D</database>",
        ),
        ("<synced_block url=\"BLOCK\">\n\t- a\n</synced_block>", "<synced-block url=\"BLOCK\">\n- a\n</synced-block>"),
        (
            "<synced_block_reference url=\"BLOCK\" notice=\"n\">\n\ta\n</synced_block_reference>",
            "<synced-block-reference url=\"BLOCK\" notice=\"n\">\na\n</synced-block-reference>",
        ),
        ("<unknown url=\"BLOCK\" alt=\"button\"/>", "<unknown url=\"BLOCK\" alt=\"button\" />"),
        (
            "<meeting-notes readOnlyViewMeetingNoteUrl=\"BLOCK\">\n\tWeekly\n\t<summary>\n\t\t- a [^https://e.example/b]\n\t</summary>\n\t<notes>\n\t\t<empty-block/>\n\t</notes>\n</meeting-notes>",
            "<meeting-notes view-url=\"BLOCK\">\nWeekly\n\n<meeting-notes-section-summary>\n- a [^https://e.example/b]\n</meeting-notes-section-summary>\n<meeting-notes-section-notes>\n<p />\n</meeting-notes-section-notes>\n</meeting-notes>",
        ),
    ];
    let filled = |text: &str| text.replace("BLOCK", BLOCK).replace("CHILD", CHILD).replace("USER", USER);
    rows.iter().map(|(one, other)| (filled(one), filled(other))).collect()
}

#[test]
fn every_difference_is_read_and_written() {
    let mut failed = Vec::new();
    for (one, other) in rows() {
        let trees = first(&one);
        let (text, back) = (written(&trees), second(&other));
        if text != other {
            failed.push(format!("{other:?}\n  is written as {text:?}"));
        }
        if back != trees {
            failed.push(format!("{other:?}\n  is read as {:?}", super::super::write(&back, &WriteOptions::default())));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn bookmarks_and_embeds_have_words() {
    for kind in ["bookmark", "embed"] {
        let payload = json!({"url": "https://e.example/?a=1&b=2", "caption": [payload::plain_text("c")]});
        let trees = [tree(kind, payload, vec![])];
        let text = format!("<{kind} source=\"https://e.example/?a=1&b=2\">c</{kind}>");
        assert_eq!((written(&trees), second(&text)), (text.clone(), trees.to_vec()));
    }
}

#[test]
fn numbers_keep_their_kind() {
    let item = |format: &str| {
        tree(
            "numbered_list_item",
            json!({"rich_text": [payload::plain_text("a")], "color": "default", "list_format": format}),
            vec![],
        )
    };
    for (format, kind) in [("letters", "a"), ("roman", "i")] {
        let text = format!("<ol type=\"{kind}\">\n<li>\na\n</li>\n</ol>");
        assert_eq!((written(&[item(format)]), second(&text)), (text.clone(), vec![item(format)]));
    }
}

#[test]
fn a_fence_is_longer_than_any_row_in_the_code() {
    let code = Tree {
        id: None,
        kind: "code".to_owned(),
        payload: payload::code("markdown", "````js\nx\n````\n~~~"),
        children: vec![],
    };
    let text = "`````markdown\n````js\nx\n````\n~~~\n`````";
    assert_eq!((written(std::slice::from_ref(&code)), second(text)), (text.to_owned(), vec![code]));
}

#[test]
fn the_collected_sample_is_the_services_text() {
    let text = sample("38-v2-dialect.md");
    let trees = second(&text);
    insta::assert_snapshot!("v2_dialect", written(&trees));
    assert_eq!(second(&written(&trees)), trees);
}

#[test]
fn what_people_send_is_read_as_common_mark_reads_it() {
    for (sent, service) in [
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\\\ntwo"),
        ("Title\n===\n\nOther\n---", "# Title\n\n## Other"),
        ("* a\n+ b\n\n3) c", "- a\n- b\n\n1. c"),
        ("- a\n\n- b", "- a\n- b"),
        ("- a\n  - b", "- a\n\t- b"),
        ("- a\n - b", "- a\n- b"),
        ("- a\nlazy", "- a lazy"),
        ("- a\n\nb", "- a\n\nb"),
        ("text\n2. not a list", "text 2. not a list"),
        ("text\n- a list", "text\n\n- a list"),
        ("~~~\nx\n~~~", "```javascript\nx\n```"),
        ("> a\nb\n> - c", "<quote>\na b\n\n- c\n</quote>"),
        ("# a #\n\n##### b", "# a\n\n#### b"),
        ("***\n___\n- - -", "---\n\n---\n\n---"),
        ("__b__ _i_ a_b_c **a*b*c**", "**b** *i* a_b_c **a*b*c**"),
        ("``a`b`` ` `` `", "``a`b`` ` `` `"),
        ("<https://e.example>", "[https://e.example](https://e.example)"),
        (
            "[a](https://e.example \"t\") [b](<https://e.example/c d>)",
            "[a](https://e.example) [b](<https://e.example/c d>)",
        ),
        ("&lt;b&gt; &amp; &#35; &unknown;", "\\<b> & # \\&unknown;"),
        ("a | b\n--- | ---\nc | d\n\ne | f", "| a | b |\n| --- | --- |\n| c | d |\n\ne | f"),
        ("| a | b |\n| :-- | --: |\n| 1 |\n| 2 | 3 | 4 |", "| a | b |\n| --- | --- |\n| 1 |  |\n| 2 | 3 |"),
        // Tags where people put them.
        ("<callout icon=\"💡\">Text</callout>", "<callout icon=\"💡\">\nText\n</callout>"),
        (
            "<columns><column>a</column><column>b</column></columns>",
            "<columns>\n<column>\na\n</column>\n<column>\nb\n</column>\n</columns>",
        ),
        ("<quote color=\"red\">a\n- b</quote>after", "<quote color=\"red\">\na\n\n- b\n</quote>\n\nafter"),
        ("<todo checked=\"true\">a</todo>", "- [x] a"),
        ("<ul><li>a</li>\n<li>b</li></ul>", "- a\n- b"),
        (
            "- a\n\n\t<ul>\n\t<li color=\"red\">\n\tb\n\t</li>\n\t</ul>\n- c",
            "<ul>\n<li>\na\n\n<ul>\n<li color=\"red\">\nb\n</li>\n</ul>\n</li>\n<li>\nc\n</li>\n</ul>",
        ),
        ("<p>a</p>", "a"),
        ("<p> a </p>", "<p>\n a \n</p>"),
        (
            "<meeting-notes>T<meeting-notes-section-notes>N</meeting-notes-section-notes></meeting-notes>",
            "<meeting-notes view-url=\"https://app.notion.com/p/0a1b2c3d4e5f40718293a4b5c6d7e8f9\">\nT\n\n<meeting-notes-section-notes>\nN\n</meeting-notes-section-notes>\n</meeting-notes>",
        ),
        (
            "<table><tr><td>a</td></tr><tr><td>\n\nb\n\n</td></tr></table>",
            "<table>\n<tr>\n<td>a</td>\n</tr>\n<tr>\n<td>b</td>\n</tr>\n</table>",
        ),
        // Blank lines next to tags are stray whitespace.
        ("<quote>\n\na\n\n</quote>", "<quote>\n\\\na\\\n</quote>"),
        // What only the first dialect or no dialect knows is text.
        ("<details>\n\nx {color=\"red\"}", "\\<details>\n\nx {color=\"red\"}"),
        ("<div>x</div>", "\\<div>x\\</div>"),
        ("<b>a <u>c", "\\<b>a \\<u>c"),
        (
            "<span color=\"red\"><span color=\"blue\">a</span> b</span>",
            "<span color=\"blue\">a</span><span color=\"red\"> b</span>",
        ),
    ] {
        assert_eq!(written(&second(sent)), service, "{sent:?}");
    }
}

#[test]
fn long_hostile_lines_take_linear_time() {
    for piece in [
        "[",
        "`",
        "$",
        "**",
        "*a_",
        "<span ",
        "[a](",
        "<mention url=\"x\">",
        "[^https://",
        "![",
        "\\`",
        "<table></table>",
        "<column></column>",
        "~~a",
        "<td>",
        ":a",
        "<u>",
        "</u>",
        "&lt",
        "> ",
        "<b>*",
        "a*a_a~",
        "<quote>",
        "</quote>",
        "`` ` ",
    ] {
        let trees = second(&piece.repeat(60_000 / piece.len()));
        let _ = written(&trees);
    }
    for piece in [
        "<toggle>\n",
        "- a\n\t",
        "```\n",
        "$$\n",
        "| a |\n| - |\n",
        "<table>\n",
        "<ul>\n",
        "> a\n",
        "<page url=\"x\">\n",
        "</toggle>\n",
        "a\n===\n",
        "<image source=\"x\">\n",
        "<equation>\n\n",
        "<quote>\n\n",
    ] {
        let trees = second(&piece.repeat(60_000 / piece.len()));
        let _ = written(&trees);
    }
}

/// Plain text with everything that means something somewhere.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "\n", " ", "\t", "- ", "+ ", "1. ", "2) ", "> ", "# ", "#", "[ ] ", "```", "~~~", "$$", "$", "`", "**", "*", "_", "~~", "\\", "[", "](", ")", "<br />",
            "<u>", "</u>", "<p />", "<quote>", "</quote>", "|", "| - |", "---", ":--", "===", "&lt;", "&", ":a:", "{color=\"red\"}", "<", ">", "!", "5", "é", "雲", "。",
            "<mention url=\"x\" />", "[^https://a", "<page url=\"x\">", "a", "b", ".",
        ]).prop_map(str::to_owned),
        2 => "[a-z ]{1,6}",
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// Blocks with such text in all of them.
fn wild() -> impl Strategy<Value = Vec<Tree>> {
    let text = || prose().prop_map(|text| vec![payload::plain_text(&text)]);
    let kind = || prop::sample::select(vec!["bulleted_list_item", "numbered_list_item", "quote", "toggle"]);
    let leaf = (text(), prop::sample::select(vec!["default", "red"]))
        .prop_map(|(text, color)| tree("paragraph", json!({"rich_text": text, "color": color, "icon": null}), vec![]));
    let heading = text().prop_map(|text| {
        tree("heading_1", json!({"rich_text": text, "color": "default", "is_toggleable": false}), vec![])
    });
    let table = (text(), text(), any::<bool>()).prop_map(|(one, two, has_head)| {
        let row = |cell| tree("table_row", json!({"cells": [cell, []]}), vec![]);
        let payload = json!({"table_width": 2, "has_column_header": has_head, "has_row_header": false});
        tree("table", payload, vec![row(one), row(two)])
    });
    let image = text().prop_map(|text| Tree {
        id: None,
        kind: "image".to_owned(),
        payload: payload::media("image", "https://e.example/a b", text),
        children: vec![],
    });
    let code = prose().prop_map(|text| Tree {
        id: None,
        kind: "code".to_owned(),
        payload: payload::code("rust", &text),
        children: vec![],
    });
    let block = prop_oneof![3 => leaf, 1 => heading, 1 => table, 1 => image, 1 => code].prop_recursive(
        3,
        12,
        3,
        move |inner| {
            (text(), kind(), prop::collection::vec(inner, 0..3))
                .prop_map(|(text, kind, below)| tree(kind, json!({"rich_text": text, "color": "default"}), below))
        },
    );
    prop::collection::vec(block, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocks_survive_the_way_through_the_second_dialect(trees in blocks()) {
        let text = written(&trees);
        prop_assert!(second(&text) == trees, "{}\nreads as\n{}", text, written(&second(&text)));
    }

    #[test]
    fn text_that_looks_like_markup_survives_it(trees in wild()) {
        let text = written(&trees);
        prop_assert!(second(&text) == trees, "{}\nreads as\n{}", text, written(&second(&text)));
    }

    #[test]
    fn rich_text_survives_it(items in styled(), text in plain()) {
        let merged: Vec<Value> =
            rich::merged(items.iter().map(rich::Run::from_json)).iter().map(|run| run.to_json(&NoLookup)).collect();
        let trees = [tree("paragraph", json!({"rich_text": merged, "color": "default", "icon": null}), vec![
            tree("paragraph", json!({"rich_text": text, "color": "default", "icon": null}), vec![]),
        ])];
        let text = written(&trees);
        prop_assert!(second(&text) == trees, "{}\nreads as\n{}", text, written(&second(&text)));
    }

    #[test]
    fn any_text_is_some_page_and_settles(text in prop_oneof![markup(), prose()]) {
        let trees = second(&text);
        let _ = super::super::write(&trees, &WriteOptions::default());
        let once = written(&trees);
        prop_assert_eq!(written(&second(&once)), once, "{}", text);
    }
}
