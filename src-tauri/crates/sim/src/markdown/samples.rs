//! The collected samples, and laws over generated text and trees.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

pub(super) fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/markdown").join(name);
    String::from_utf8(std::fs::read(path).unwrap()).unwrap()
}

fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/markdown");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md") && name != "README.md")
        .collect();
    names.sort();
    names
}

struct Titles;

impl Lookup for Titles {
    fn title(&self, id: &str) -> Option<String> {
        (id == "2c3d4e5f-6071-4283-9405-16c7d8e9fa0b").then(|| "With a label".to_owned())
    }
}

fn service<'a>(name: &str) -> WriteOptions<'a> {
    WriteOptions {
        page_id: "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9",
        space_id: "8293a4b5-c6d7-47e8-b9fa-5c2d3e4f5061",
        transcripts: name.starts_with("29"),
        discussions: true,
        mention_labels: true,
        lookup: &Titles,
        ..WriteOptions::default()
    }
}

/// Lines a sample has that its trees cannot give back, and what they give instead.
fn exceptions(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
    Some(match &name[..2] {
        // A top-level fence inside code ends the code when the text is sent, as the service does it: only the block has the truth.
        "07" => return None,
        // In one regular expression the service left brackets after a backslash bare; ours escapes every one.
        "10" => &[(r"((.\*?)\\[\\s\*\\](.\*))", r"((.\*?)\\\[\\s\*\\\](.\*))")],
        // An embed came as a tag of its own for a while; it is unknown now.
        "12" => &[(
            r#"<embed src="https://youtu.be/abc?t=1&x=2"></embed>"#,
            r#"<unknown url="https://app.notion.com/p/0a1b2c3d4e5f40718293a4b5c6d7e8f9" alt="embed"/>"#,
        )],
        // The closing tag goes to the end of the line.
        "13" => &[("\">\n</video>", "\"></video>")],
        // One address has a host of the past; ours writes the current one.
        "27" => &[(
            "https://www.notion.so/0a1b2c3d4e5f40718293a4b5c6d7e8f9#5f60718293a444b5c6d7000000000011",
            "https://app.notion.com/p/0a1b2c3d4e5f40718293a4b5c6d7e8f9#5f60718293a444b5c6d7000000000011",
        )],
        // Not bodies: the wrapper of another surface; old dialects; the next dialect; what clients send; hostile text.
        "30" | "31" | "33" | "38" | "39" | "40" => return None,
        _ => &[],
    })
}

#[test]
fn samples_come_back_byte_for_byte() {
    let mut failed = Vec::new();
    for name in names() {
        let text = sample(&name);
        let Some(exceptions) = exceptions(&name) else { continue };
        let expected = exceptions.iter().fold(text.clone(), |text, (from, to)| {
            assert!(text.contains(from), "{name}: {from}");
            text.replace(from, to)
        });
        let written = write(&read(&text, &ReadOptions::default()), &service(&name));
        if written != expected {
            let pairs = expected.lines().zip(written.lines()).filter(|(a, b)| a != b);
            failed.push(format!("{name}: {:#?}", pairs.take(3).collect::<Vec<_>>()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_sample_is_read_and_settles_after_one_write() {
    for name in names() {
        let trees = read(&sample(&name), &ReadOptions::default());
        let once = write(&trees, &service(&name));
        // Fences inside code, and text that looks like markup, read as something else the second time.
        if ["07", "24", "33", "39", "40"].contains(&&name[..2]) {
            continue;
        }
        let twice = write(&read(&once, &ReadOptions::default()), &service(&name));
        assert_eq!(once, twice, "{name}");
    }
}

fn outline(trees: &[Tree]) -> Vec<Value> {
    trees
        .iter()
        .map(|tree| {
            let text: String = ["rich_text", "title"]
                .into_iter()
                .filter_map(|key| tree.payload.get(key)?.as_array())
                .flatten()
                .filter_map(|item| item.get("plain_text")?.as_str())
                .collect();
            json!([tree.kind, text, outline(&tree.children)])
        })
        .collect()
}

#[test]
fn what_people_send_becomes_what_the_service_makes_of_it() {
    let trees = read(&sample("39-author-input.md"), &ReadOptions::default());
    insta::assert_snapshot!("author_input", write(&trees, &WriteOptions::default()));
}

#[test]
fn hostile_text_keeps_its_words() {
    let trees = read(&sample("40-hostile.md"), &ReadOptions::default());
    insta::assert_json_snapshot!("hostile", outline(&trees));
}

#[test]
fn spaces_nest_like_tabs() {
    let expected = "- a\n\t- b\n\t\t- c\n- d";
    for text in [
        "- a\n\t- b\n\t\t- c\n- d",
        "- a\n  - b\n    - c\n- d",
        "- a\n    - b\n        - c\n- d",
        "- a\n - b\n  - c\n- d",
    ] {
        assert_eq!(write(&read(text, &ReadOptions::default()), &WriteOptions::default()), expected, "{text:?}");
    }
}

#[test]
fn bodies_of_the_other_surface_read_as_pages() {
    let text = sample("30-mcp-page.md");
    let body = text.split("<content>\n").nth(1).unwrap().split("\n</content>").next().unwrap();
    let written = write(&read(body, &ReadOptions::default()), &WriteOptions::default());
    assert_eq!(written, body);
}

#[test]
fn a_synced_copy_takes_its_children_from_the_original() {
    struct Original;
    impl Lookup for Original {
        fn page_of(&self, _: &str) -> Option<String> {
            Some("1b2c3d4e-5f60-4172-8394-05b6c7d8e9fa".to_owned())
        }
        fn original(&self, _: &str) -> Option<Vec<Tree>> {
            Some(read("- kept", &ReadOptions::default()))
        }
    }
    let id = "5f607182-93a4-44b5-c6d7-000000000005";
    let copy = Tree {
        id: None,
        kind: "synced_block".to_owned(),
        payload: payload::object(json!({"synced_from": {"type": "block_id", "block_id": id}})),
        children: Vec::new(),
    };
    let options = WriteOptions { lookup: &Original, ..WriteOptions::default() };
    assert_eq!(
        write(&[copy], &options),
        "<synced_block_reference url=\"https://app.notion.com/p/1b2c3d4e5f604172839405b6c7d8e9fa#5f60718293a444b5c6d7000000000005\">\n\t- kept\n</synced_block_reference>"
    );
}

#[test]
fn what_only_markdown_shows_can_be_taken_out() {
    let mut trees = read(&sample("05-table-attributes.md"), &ReadOptions::default());
    let table = &mut trees[0];
    assert!(table.payload.contains_key(MARKDOWN_ONLY));
    let mut value = Value::Object(table.payload.clone());
    strip_markdown_only(&mut value);
    assert_eq!(value, json!({"table_width": 3, "has_column_header": true, "has_row_header": true}));
}

#[test]
fn code_loses_an_indent_every_line_has() {
    // The service takes the fence's indent off when it can, so code written at column 0 loses tabs of its own on the way back.
    let text = "- a\n\t```rust\n\tall\n\tdeep\n\t```";
    let code = &read(text, &ReadOptions::default())[0].children[0];
    assert_eq!(code.payload["rich_text"][0]["plain_text"], "all\ndeep");
    let text = text.replace("\tall", "all");
    let code = &read(&text, &ReadOptions::default())[0].children[0];
    assert_eq!(code.payload["rich_text"][0]["plain_text"], "all\n\tdeep");
}

#[test]
fn equal_neighbours_are_one_run() {
    let options = ReadOptions::default();
    let items = read_inline("**a****b** `x` <br>[l](https://e.example) 5\\$", &options);
    let shown: Vec<(&str, bool)> = items
        .iter()
        .map(|item| (item["plain_text"].as_str().unwrap(), item["annotations"]["bold"].as_bool().unwrap()))
        .collect();
    assert_eq!(shown, [("ab", true), (" ", false), ("x", false), (" \n", false), ("l", false), (" 5$", false)]);
}

#[test]
fn dates_keep_zones_and_refuse_nonsense() {
    let options = ReadOptions::default();
    let date = |tag: &str| read_inline(tag, &options)[0]["mention"]["date"].clone();
    assert_eq!(
        date(r#"<mention-date start="2026-10-01" startTime="14:00" timeZone="Asia/Seoul"/>"#),
        json!({"start": "2026-10-01T14:00:00.000", "end": null, "time_zone": "Asia/Seoul"})
    );
    assert_eq!(
        date(r#"<mention-date start="2026-09-26" startTime="09:00" timeZone="Etc/GMT-9"/>"#),
        json!({"start": "2026-09-26T09:00:00.000+09:00", "end": null, "time_zone": null})
    );
    for tag in [
        r#"<mention-date start="2026-02-30"/>"#,
        r#"<mention-date start="2026-03-02" end="2026-03-01"/>"#,
        r#"<mention-date start="2026-03-02" startTime="10:00" end="2026-03-03"/>"#,
    ] {
        assert_eq!(date(tag), Value::Null, "{tag}");
    }
}

#[test]
fn long_hostile_lines_take_linear_time() {
    // A quadratic reader would need minutes for these, or the stack would end.
    for piece in [
        "[",
        "`",
        "$`",
        "**",
        "<span ",
        "[a](",
        "<mention-page url=\"x\">",
        "[^https://",
        "![",
        "\\`",
        "<table></table>",
        "<column></column>",
        "$$",
        "~~a",
        "<td>",
        ":a",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        let trees = read(&text, &ReadOptions::default());
        let _ = write(&trees, &WriteOptions::default());
    }
    for piece in [
        "<details>\n",
        "- a\n\t",
        "```\n",
        "$$\n",
        "| a |\n| - |\n",
        "<table>\n",
        "\t<callout>\n",
        "::: callout\n",
        "</details>\n",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        let trees = read(&text, &ReadOptions::default());
        let _ = write(&trees, &WriteOptions::default());
    }
}

/// Text made of the pieces that matter.
pub(super) fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "\n", "\n\t", "\n\t\t", "\n  ", "- ", "1. ", "> ", "# ", "- [ ] ", "```", "```rust", "$$", "$", "`", "**", "*", "~~", "\\", "[", "](",
            ")", "<br>", "<span color=\"red\">", "</span>", "<details>", "<summary>", "</summary>", "</details>", "<callout>", "</callout>",
            "<table>", "<tr>", "<td>", "</td>", "</table>", "<columns>", "<column>", "</column>", "</columns>", "|", "| - |", "---",
            "<empty-block/>", " {color=\"red\"}", "<mention-user url=\"", "\"/>", "<page url=\"x\">", ":::", "::: callout", "http://a.b", "é", "雲",
            "<synced_block>", "<meeting-notes>", "<notes>", "</notes>", "\r", "<tabs>", "<tab>", "![](", "{", "}", "[^https://a",
        ]).prop_map(str::to_owned),
        2 => "[a-z ]{0,6}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Rich text of plain runs in every combination of styles.
pub(super) fn styled() -> impl Strategy<Value = Vec<Value>> {
    let run = (
        "[a-zäé雲*_~\\[\\]<>{}|^$:. -]{1,8}",
        any::<[bool; 5]>(),
        prop::sample::select(vec!["default", "red", "blue_background"]),
        prop::option::weighted(0.2, Just("https://e.example/a_(b)")),
    );
    prop::collection::vec(run, 0..6).prop_map(|runs| {
        runs.into_iter()
            .map(|(text, [bold, italic, struck, underline, code], color, link)| {
                // The backslash and the backtick cannot stand in inline code; see the module on runs.
                json!({
                    "type": "text",
                    "text": {"content": text, "link": link.map(|url| json!({"url": url}))},
                    "annotations": {"bold": bold, "italic": italic, "strikethrough": struck, "underline": underline, "code": code, "color": color},
                    "plain_text": text,
                    "href": link,
                })
            })
            .collect()
    })
}

/// Text that is no marker and no address.
pub(super) fn plain() -> impl Strategy<Value = Vec<Value>> {
    "[a-zé雲][a-z雲 *<$|]{0,10}".prop_map(|text| vec![payload::plain_text(&text)])
}

pub(super) fn tree(kind: &str, payload: Value, children: Vec<Tree>) -> Tree {
    Tree { id: None, kind: kind.to_owned(), payload: payload::object(payload), children }
}

/// Blocks as the API gives them, of every kind that text can hold whole.
pub(super) fn blocks() -> impl Strategy<Value = Vec<Tree>> {
    let colour = || prop::sample::select(vec!["default", "red", "gray_background"]);
    let code = prop::sample::select(vec!["", "let x = 1;", "a\n\n\tb", "\tdeep\nshallow", "<tr>\n$$"]);
    let leaf = prop_oneof![
        (plain(), colour()).prop_map(|(text, color)| tree(
            "paragraph",
            json!({"rich_text": text, "color": color, "icon": null}),
            vec![]
        )),
        Just(tree("paragraph", json!({"rich_text": [], "color": "default", "icon": null}), vec![])),
        (plain(), colour()).prop_map(|(text, color)| tree(
            "heading_2",
            json!({"rich_text": text, "color": color, "is_toggleable": false}),
            vec![]
        )),
        Just(tree("divider", json!({}), vec![])),
        Just(tree("equation", json!({"expression": "a\n= b"}), vec![])),
        Just(tree("table_of_contents", json!({"color": "gray"}), vec![])),
        code.prop_map(|text| Tree {
            id: None,
            kind: "code".to_owned(),
            payload: payload::code("rust", text),
            children: vec![]
        }),
        plain().prop_map(|text| Tree {
            id: None,
            kind: "video".to_owned(),
            payload: payload::media("video", "https://e.example/v", text),
            children: vec![]
        }),
        (plain(), plain()).prop_map(|(one, two)| tree(
            "table",
            json!({"table_width": 2, "has_column_header": true, "has_row_header": false}),
            vec![
                tree("table_row", json!({"cells": [one, []]}), vec![]),
                tree("table_row", json!({"cells": [[], two]}), vec![])
            ],
        )),
    ];
    let block = leaf.prop_recursive(4, 24, 4, move |inner| {
        let below = || prop::collection::vec(inner.clone(), 0..4);
        let some = || prop::collection::vec(inner.clone(), 1..3);
        let icon = json!({"type": "emoji", "emoji": "💡"});
        prop_oneof![
            (plain(), colour(), below()).prop_map(|(text, color, below)| tree(
                "bulleted_list_item",
                json!({"rich_text": text, "color": color}),
                below
            )),
            (plain(), below()).prop_map(|(text, below)| tree(
                "numbered_list_item",
                json!({"rich_text": text, "color": "default"}),
                below
            )),
            (plain(), any::<bool>(), below()).prop_map(|(text, checked, below)| {
                tree("to_do", json!({"rich_text": text, "color": "default", "checked": checked}), below)
            }),
            (plain(), below()).prop_map(|(text, below)| tree(
                "quote",
                json!({"rich_text": text, "color": "default"}),
                below
            )),
            (plain(), colour(), below()).prop_map(|(text, color, below)| tree(
                "toggle",
                json!({"rich_text": text, "color": color}),
                below
            )),
            (plain(), below()).prop_map(|(text, below)| {
                tree("heading_3", json!({"rich_text": text, "color": "default", "is_toggleable": true}), below)
            }),
            (plain(), colour(), below()).prop_map(move |(text, color, below)| {
                tree("callout", json!({"rich_text": text, "icon": icon, "color": color}), below)
            }),
            (some(), some()).prop_map(|(left, right)| {
                let column = |children| tree("column", json!({"width_ratio": 0.5}), children);
                tree("column_list", json!({}), vec![column(left), column(right)])
            }),
            (plain(), below()).prop_map(|(text, below)| {
                tree(
                    "tab",
                    json!({}),
                    vec![tree("paragraph", json!({"rich_text": text, "color": "default", "icon": null}), below)],
                )
            }),
        ]
    });
    prop::collection::vec(block, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn blocks_survive_the_way_through_markdown(trees in blocks()) {
        let text = write(&trees, &WriteOptions::default());
        let back = read(&text, &ReadOptions::default());
        prop_assert_eq!(&back, &trees, "{}", text);
    }

    #[test]
    fn any_text_is_some_page(text in markup()) {
        let trees = read(&text, &ReadOptions::default());
        let _ = write(&trees, &WriteOptions::default());
    }

    #[test]
    fn rich_text_survives_the_way_through_markdown(items in styled()) {
        let options = ReadOptions { auto_links: false, ..ReadOptions::default() };
        let text = write_inline(&items, &WriteOptions::default());
        let merged: Vec<Value> = rich::merged(items.iter().map(rich::Run::from_json))
            .iter()
            .map(|run| run.to_json(&NoLookup))
            .collect();
        prop_assert_eq!(read_inline(&text, &options), merged, "{}", text);
    }
}
