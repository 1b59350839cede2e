//! The client's Markdown against the service's: they share no code, so a document is the same in either dialect only if both are right.

use proptest::prelude::*;
use satchel_markdown::{Dialect as _, V1, V2};
use satchel_sim::markdown::{self, Dialect, ReadOptions, Tree, WriteOptions};
use serde_json::{Map, Value, json};

fn tree(kind: &str, payload: Value, children: Vec<Tree>) -> Tree {
    let payload = payload.as_object().cloned().unwrap_or_else(Map::new);
    Tree { id: None, kind: kind.to_owned(), payload, children }
}

/// The service's text of blocks.
fn sent(trees: &[Tree], dialect: Dialect) -> String {
    markdown::write(trees, &WriteOptions { dialect, ..WriteOptions::default() })
}

/// The blocks the service makes of a text.
fn taken(text: &str, dialect: Dialect) -> Vec<Tree> {
    markdown::read(text, &ReadOptions { dialect, auto_links: false, ..ReadOptions::default() })
}

/// Text of some runs. Space at the edges is left out: it has a form of its own in the second dialect.
fn text() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        4 => "[a-zé雲][a-z雲 ]{0,6}[a-z雲]",
        1 => prop::sample::select(vec![
            "a_b_c", "x * y", "[x](y)", "<b>", "&lt;", "1 < 2", "5$ or $6", "`c`", "a | b", "{color=\"red\"}", "C#", "~x~", ":smile:", "a\\b", "a\nb",
        ]).prop_map(str::to_owned),
    ];
    let look =
        (any::<[bool; 4]>(), prop::sample::select(vec!["default", "default", "red", "blue_background"]), any::<bool>());
    let run = (words, look).prop_map(|(text, ([bold, italic, struck, underlined], color, is_link))| {
        let url = is_link.then_some("https://example.org/a_(b)?c=d&e");
        json!({
            "type": "text",
            "text": { "content": text, "link": url.map(|url| json!({ "url": url })) },
            "annotations": {
                "bold": bold, "italic": italic, "strikethrough": struck, "underline": underlined, "code": false, "color": color,
            },
            "plain_text": text,
            "href": url,
        })
    });
    prop_oneof![
        3 => run.clone().prop_map(|run| json!([plain(run)])),
        1 => prop::collection::vec(run, 1..4).prop_map(|runs| json!(runs)),
    ]
}

fn plain(mut run: Value) -> Value {
    run["annotations"] = json!({
        "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default",
    });
    run["text"]["link"] = Value::Null;
    run["href"] = Value::Null;
    run
}

fn blocks() -> impl Strategy<Value = Vec<Tree>> {
    let color = || prop::sample::select(vec!["default", "default", "red", "gray_background"]);
    let code = prop::sample::select(vec!["let x = 1;", "a\n\n\tb", "````\nx\n```", "</p>\n$$"]);
    let row = || (text(), text()).prop_map(|(one, two)| tree("table_row", json!({ "cells": [one, two] }), vec![]));
    let leaf = prop_oneof![
        4 => (text(), color()).prop_map(|(text, color)| {
            tree("paragraph", json!({ "rich_text": text, "color": color, "icon": null }), vec![])
        }),
        1 => Just(tree("paragraph", json!({ "rich_text": [], "color": "default", "icon": null }), vec![])),
        1 => (1..5_u8, text(), color()).prop_map(|(level, text, color)| {
            tree(&format!("heading_{level}"), json!({ "rich_text": text, "color": color, "is_toggleable": false }), vec![])
        }),
        1 => Just(tree("divider", json!({}), vec![])),
        1 => Just(tree("equation", json!({ "expression": "a\n= b" }), vec![])),
        1 => Just(tree("table_of_contents", json!({ "color": "gray" }), vec![])),
        1 => text().prop_map(|text| {
            let url = json!({ "url": "https://example.org/v" });
            tree("video", json!({ "type": "external", "external": url, "caption": text }), vec![])
        }),
        1 => (any::<[bool; 2]>(), prop::collection::vec(row(), 1..3)).prop_map(|([head, side], rows)| {
            tree("table", json!({ "table_width": 2, "has_column_header": head, "has_row_header": side }), rows)
        }),
        1 => code.prop_map(|code| {
            let text = markdown::read_inline("x", &ReadOptions::default());
            let mut item = text[0].clone();
            item["text"]["content"] = code.into();
            item["plain_text"] = code.into();
            tree("code", json!({ "rich_text": [item], "caption": [], "language": "rust" }), vec![])
        }),
    ];
    let block = leaf.prop_recursive(3, 16, 3, move |inner| {
        let below = || prop::collection::vec(inner.clone(), 0..3);
        let some = || prop::collection::vec(inner.clone(), 1..3);
        let kinds = vec!["paragraph", "bulleted_list_item", "numbered_list_item", "toggle"];
        prop_oneof![
            5 => (prop::sample::select(kinds), text(), color(), below()).prop_map(|(kind, text, color, below)| {
                let mut payload = json!({ "rich_text": text, "color": color });
                if kind == "paragraph" {
                    payload["icon"] = Value::Null;
                }
                tree(kind, payload, below)
            }),
            1 => (text(), color(), below()).prop_map(|(text, color, below)| {
                tree("quote", json!({ "rich_text": text, "color": color }), below)
            }),
            1 => (text(), any::<bool>(), color(), below()).prop_map(|(text, checked, color, below)| {
                tree("to_do", json!({ "rich_text": text, "color": color, "checked": checked }), below)
            }),
            1 => (text(), color(), below()).prop_map(|(text, color, below)| {
                tree("heading_2", json!({ "rich_text": text, "color": color, "is_toggleable": true }), below)
            }),
            1 => (text(), color(), below()).prop_map(|(text, color, below)| {
                let icon = json!({ "type": "emoji", "emoji": "💡" });
                tree("callout", json!({ "rich_text": text, "icon": icon, "color": color }), below)
            }),
            1 => (some(), some()).prop_map(|(left, right)| {
                let column = |children| tree("column", json!({ "width_ratio": 0.5 }), children);
                tree("column_list", json!({}), vec![column(left), column(right)])
            }),
            1 => (text(), below()).prop_map(|(text, below)| {
                tree("tab", json!({}), vec![tree("paragraph", json!({ "rich_text": text, "color": "default", "icon": null }), below)])
            }),
        ]
    });
    prop::collection::vec(block, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_service_sends_in_the_second_dialect_is_what_it_sends_in_the_first(trees in blocks()) {
        let (one, two) = (sent(&trees, Dialect::V1), sent(&trees, Dialect::V2));
        let (first, second) = (V1.read(&one), V2.read(&two));
        prop_assert!(first == second, "{one}\nis not\n{two}\nread as\n{}", V1.write(&second));
    }

    #[test]
    fn the_service_takes_what_the_client_writes_in_the_second_dialect(trees in blocks()) {
        let text = V2.write(&V2.read(&sent(&trees, Dialect::V2)));
        let back = taken(&text, Dialect::V2);
        prop_assert!(sent(&back, Dialect::V1) == sent(&trees, Dialect::V1), "{text}\nis read as\n{}", sent(&back, Dialect::V1));
    }
}
