//! Blocks: shapes, limits, order, stamps, trash.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

use crate::client::{Client, paragraph, text_of, without_ids};

fn texts(blocks: &[Value]) -> Vec<&str> {
    blocks.iter().map(text_of).collect()
}

#[test]
fn every_creatable_block_reads_back_in_full() {
    let client = Client::start();
    let text = json!([{ "text": { "content": "t" } }]);
    let url = "https://example.org/a.png";
    let given = json!([
        paragraph("t"),
        { "heading_1": { "rich_text": text } },
        { "heading_4": { "rich_text": text, "is_toggleable": true, "children": [paragraph("in")] } },
        { "bulleted_list_item": { "rich_text": text, "color": "red_background" } },
        { "numbered_list_item": { "rich_text": text } },
        { "to_do": { "rich_text": text } },
        { "toggle": { "rich_text": text } },
        { "quote": { "rich_text": text } },
        { "callout": { "rich_text": text } },
        { "code": { "rich_text": text, "language": "rust" } },
        { "equation": { "expression": "x^2" } },
        { "divider": {} },
        { "breadcrumb": {} },
        { "table_of_contents": {} },
        { "bookmark": { "url": url } },
        { "embed": { "url": url } },
        { "image": { "external": { "url": url } } },
        { "file": { "external": { "url": url } } },
        { "table": { "table_width": 1, "children": [{ "table_row": { "cells": [text] } }] } },
        { "column_list": { "children": [{ "column": { "children": [] } }, { "column": { "children": [paragraph("c")] } }] } },
        { "synced_block": { "synced_from": null, "children": [paragraph("s")] } },
        { "link_to_page": { "page_id": client.id("page:plans") } },
        { "tab": { "children": [paragraph("label")] } },
    ]);
    let blocks = client.append(&client.id("page:plans"), given.clone());
    assert_eq!(blocks.len(), given.as_array().unwrap().len());
    let payloads: Vec<Value> = blocks
        .iter()
        .map(|block| {
            let kind = block["type"].as_str().unwrap();
            let mut payload = block[kind].clone();
            if payload.get("rich_text").is_some() {
                payload["rich_text"] = text_of(block).into();
            }
            json!({ kind: payload, "has_children": block["has_children"] })
        })
        .collect();
    assert_json_snapshot!(without_ids(&payloads.into()));
    assert_json_snapshot!(without_ids(&blocks[0]));
}

#[test]
fn what_cannot_be_created_is_refused_with_all_that_can() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let children = format!("blocks/{}/children", client.id("page:plans"));
    let refused = |block: Value| client.patch(&children, json!({ "children": [block] })).refusal();
    said.push(refused(json!({ "link_preview": { "url": "https://example.org" } })));
    said.push(refused(json!({ "type": "link_preview", "link_preview": { "url": "https://example.org" } })));
    said.push(refused(paragraph(&"x".repeat(2_001))));
    said.push(refused(paragraph(&"😀".repeat(1_001))));
    said.push(refused(json!({ "paragraph": { "text": [] } })));
    said.push(refused(json!({ "paragraph": { "rich_text": "x" } })));
    said.push(refused(json!({ "paragraph": { "rich_text": [{ "text": { "content": 1 } }] } })));
    said.push(refused(json!({ "paragraph": { "rich_text": [{ "foo": {} }] } })));
    said.push(refused(json!({ "paragraph": { "rich_text": [] }, "toggle": { "rich_text": [] } })));
    said.push(refused(json!({ "to_do": { "rich_text": [], "checked": "yes" } })));
    said.push(refused(json!({ "paragraph": { "rich_text": [], "color": "mauve" } })));
    said.push(refused(json!({ "equation": { "expression": "x".repeat(1_001) } })));
    said.push(refused(json!({ "table_row": { "cells": [] } })));
    said.push(refused(json!({ "table": { "table_width": 2, "children": [{ "table_row": { "cells": [[]] } }] } })));
    said.push(refused(json!({ "column_list": { "children": [{ "column": { "children": [] } }] } })));
    said.push(refused(json!({ "divider": { "children": [paragraph("x")] } })));
    let language = refused(json!({ "code": { "rich_text": [], "language": "klingon" } }));
    assert!(language.contains("body.children[0].code.language should be `\"abap\"`, `\"abc\"`, "), "{language}");
    assert!(language.ends_with("or `\"java/c/c++/c#\"`, instead was `\"klingon\"`."), "{language}");
    assert_eq!(client.children(&client.id("page:plans")).len(), 0, "a refused request changes nothing");
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_heading_that_holds_something_toggles() {
    let client = Client::start();
    let heading = json!({ "heading_1": { "rich_text": [], "is_toggleable": false, "children": [paragraph("x")] } });
    let made = client.append(&client.id("page:plans"), json!([heading]));
    assert_eq!((&made[0]["heading_1"]["is_toggleable"], &made[0]["has_children"]), (&json!(true), &json!(true)));
    client.append(made[0]["id"].as_str().unwrap(), json!([paragraph("y")]));
}

#[test]
fn requests_hold_100_items_1000_blocks_and_two_levels() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let children = format!("blocks/{}/children", client.id("page:plans"));
    let many = |count: usize| -> Vec<Value> { (0..count).map(|_| paragraph("x")).collect() };
    said.push(client.patch(&children, json!({ "children": many(101) })).refusal());
    let nest = |inner: Value| json!({ "toggle": { "rich_text": [], "children": inner } });
    let wide: Vec<Value> = (0..11).map(|_| nest(json!(many(100)))).collect();
    said.push(client.patch(&children, json!({ "children": wide })).refusal());
    let deep = |levels: usize| (0..levels).fold(json!([paragraph("x")]), |inner, _| json!([nest(inner)]));
    client.patch(&children, json!({ "children": deep(2) })).ok();
    said.push(client.patch(&children, json!({ "children": deep(3) })).refusal());
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn equal_runs_are_merged_into_one_longer_than_may_be_written() {
    let client = Client::start();
    let runs = json!([{ "text": { "content": "a".repeat(2_000) } }, { "text": { "content": "b" } }, { "text": { "content": "c" }, "annotations": { "bold": true } }]);
    let block = &client.append(&client.id("page:plans"), json!([{ "paragraph": { "rich_text": runs } }]))[0];
    let runs = block["paragraph"]["rich_text"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0]["plain_text"].as_str().unwrap().len(), 2_001);
}

#[test]
fn an_append_in_the_middle_echoes_what_follows() {
    let client = Client::start();
    let page = client.id("page:plans");
    let first = client.append(&page, json!([paragraph("1"), paragraph("2"), paragraph("3")]));
    assert_eq!(first.len(), 3);
    let children = format!("blocks/{page}/children");
    let after = json!({ "type": "after_block", "after_block": { "id": first[0]["id"] } });
    let answer = client.patch(&children, json!({ "children": [paragraph("new")], "position": after })).ok();
    assert_eq!(texts(answer["results"].as_array().unwrap()), ["new", "2", "3"]);
    let answer = client.patch(&children, json!({ "children": [paragraph("0")], "position": { "type": "start" } })).ok();
    assert_eq!(texts(answer["results"].as_array().unwrap()), ["0", "1", "new", "2", "3"]);
    let answer = client.patch(&children, json!({ "children": [paragraph("end")], "position": { "type": "end" } })).ok();
    assert_eq!(texts(answer["results"].as_array().unwrap()), ["end"]);
    assert_eq!(texts(&client.children(&page)), ["0", "1", "new", "2", "3", "end"]);
    let elsewhere = client.children(&client.id("page:inbox"))[0]["id"].clone();
    let after = json!({ "type": "after_block", "after_block": { "id": elsewhere } });
    assert_eq!(client.patch(&children, json!({ "children": [paragraph("x")], "position": after })).status, 400);
}

#[test]
fn children_come_in_order_and_pages_of_them_by_the_next_ones_id() {
    let client = Client::start();
    let page = client.id("page:plans");
    client.append(&page, (0..7).map(|n| paragraph(&n.to_string())).collect());
    let first = client.get(&format!("blocks/{page}/children?page_size=3")).ok();
    assert_eq!(first["has_more"], true);
    let second = client
        .get(&format!("blocks/{page}/children?page_size=3&start_cursor={}", first["next_cursor"].as_str().unwrap()))
        .ok();
    assert_eq!(texts(second["results"].as_array().unwrap()), ["3", "4", "5"]);
    assert_eq!(second["results"][0]["id"], first["next_cursor"]);
    assert_snapshot!(client.get(&format!("blocks/{page}/children?start_cursor=nonsense")).refusal());
}

#[test]
fn edits_further_down_move_only_the_direct_parents_stamp() {
    let client = Client::start();
    let page = client.id("page:inbox");
    let toggle = client.children(&page)[1].clone();
    let toggle_id = toggle["id"].as_str().unwrap();
    let stamp = |path: &str| client.get(path).ok()["last_edited_time"].clone();
    let before = stamp(&format!("pages/{page}"));
    client.append(toggle_id, json!([paragraph("deeper")]));
    assert_eq!(stamp(&format!("blocks/{toggle_id}")), "2026-11-23T10:00:00.000Z");
    assert_eq!(stamp(&format!("pages/{page}")), before);
    client.delete(&format!("blocks/{}", client.children(&page)[0]["id"].as_str().unwrap())).ok();
    assert_eq!(stamp(&format!("pages/{page}")), before, "trashing a child does not move the page's stamp");
    client.append(&page, json!([paragraph("direct")]));
    assert_eq!(stamp(&format!("pages/{page}")), "2026-11-23T10:00:00.000Z");
}

#[test]
fn an_update_replaces_whole_fields_and_not_the_type() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let block = client.append(
        &client.id("page:plans"),
        json!([{ "to_do": { "rich_text": [{ "text": { "content": "a" } }], "color": "red" } }]),
    )[0]
    .clone();
    let path = format!("blocks/{}", block["id"].as_str().unwrap());
    let changed = client.patch(&path, json!({ "type": "to_do", "to_do": { "checked": true } })).ok();
    assert_eq!(text_of(&changed), "a");
    assert_eq!((&changed["to_do"]["checked"], &changed["to_do"]["color"]), (&json!(true), &json!("red")));
    said.push(client.patch(&path, json!({ "paragraph": { "rich_text": [] } })).refusal());
    said.push(client.patch(&path, json!({ "type": "paragraph", "paragraph": {} })).refusal());
    said.push(client.patch(&path, json!({})).refusal());
    let quote = client.append(&client.id("page:plans"), json!([{ "quote": { "rich_text": [] } }]))[0].clone();
    said.push(
        client
            .patch(&format!("blocks/{}", quote["id"].as_str().unwrap()), json!({ "quote": { "color": "red" } }))
            .refusal(),
    );
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn trashed_blocks_answer_but_are_not_listed_or_edited() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let page = client.id("page:inbox");
    let block = client.children(&page)[0]["id"].as_str().unwrap().to_owned();
    let path = format!("blocks/{block}");
    assert_eq!(client.delete(&path).ok()["in_trash"], true);
    assert_eq!(client.get(&path).ok()["in_trash"], true);
    assert!(client.children(&page).iter().all(|child| child["id"] != block));
    said.push(client.delete(&path).refusal());
    said.push(client.patch(&path, json!({ "paragraph": { "rich_text": [] } })).refusal());
    assert_eq!(client.patch(&path, json!({ "in_trash": false })).ok()["in_trash"], false);
    assert_eq!(client.children(&page)[0]["id"], block, "a restored block is where it was");
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn pages_and_databases_are_blocks_of_their_parent() {
    let client = Client::start();
    let kinds: Vec<Value> =
        client.children(&client.id("page:inbox")).iter().map(|block| block["type"].clone()).collect();
    assert_eq!(kinds, ["paragraph", "toggle", "child_page", "paragraph", "child_database"]);
    let page = client.get(&format!("blocks/{}", client.id("page:plans"))).ok();
    assert_eq!(page["child_page"], json!({ "title": "Tests and plans" }));
    client.delete(&format!("blocks/{}", client.id("database:work"))).ok();
    assert_eq!(client.get(&format!("databases/{}", client.id("database:work"))).ok()["in_trash"], true);
}

#[test]
fn a_synced_copy_has_no_children_of_its_own() {
    let client = Client::start();
    let page = client.id("page:plans");
    let original = client
        .append(&page, json!([{ "synced_block": { "synced_from": null, "children": [paragraph("shared")] } }]))[0]
        .clone();
    let from = json!({ "block_id": original["id"] });
    let copy = client.append(&page, json!([{ "synced_block": { "synced_from": from } }]))[0].clone();
    assert_eq!(copy["has_children"], true);
    assert_eq!(client.get(&format!("blocks/{}/children", copy["id"].as_str().unwrap())).status, 404);
    assert_eq!(texts(&client.children(original["id"].as_str().unwrap())), ["shared"]);
}

#[test]
fn hosted_files_are_signed_anew_at_every_read() {
    let mut workspace = crate::client::workspace();
    let image =
        json!({ "type": "image", "image": { "type": "file", "file": { "url": "https://example.org/harbour.png" } } });
    workspace.pages[0].body.push(satchel_sim::seed::BodySeed::Blocks(vec![image]));
    let client = Client::new(crate::client::seed(workspace), satchel_sim::SimulatorOptions::default());
    let read = || {
        let children = client.children(&client.id("page:inbox"));
        let image = children.iter().find(|block| block["type"] == "image").unwrap();
        image["image"]["file"].clone()
    };
    let (first, second) = (read(), read());
    let url = first["url"].as_str().unwrap();
    assert!(url.starts_with("https://prod-files-secure.s3.us-west-2.amazonaws.com/"), "{url}");
    assert!(url.contains("/harbour.png?X-Amz-Algorithm="), "{url}");
    assert_ne!(first["url"], second["url"]);
    assert_eq!(first["url"].as_str().unwrap().split('?').next(), second["url"].as_str().unwrap().split('?').next());
    assert_eq!(first["expiry_time"], "2026-11-23T11:00:30.000Z");
}

#[test]
fn a_kind_the_api_does_not_know_refuses_the_whole_list() {
    let mut workspace = crate::client::workspace();
    let odd = json!([{ "type": "ai_block", "ai_block": {} }, { "type": "hologram", "hologram": { "depth": 3 } }]);
    workspace.pages[1].body.push(satchel_sim::seed::BodySeed::Blocks(odd.as_array().unwrap().clone()));
    let client = Client::new(crate::client::seed(workspace), satchel_sim::SimulatorOptions::default());
    let plans = client.id("page:plans");
    assert_snapshot!(
        client.get(&format!("blocks/{plans}/children")).refusal(),
        @"400 validation_error: Block type ai_block is not supported via the API."
    );
    let shown = client.get(&format!("pages/{plans}/markdown")).ok();
    let text = shown["markdown"].as_str().unwrap();
    assert!(text.contains("alt=\"ai_block\"/>") && text.contains("alt=\"hologram\"/>"), "{text}");
    let id = shown["unknown_block_ids"][0].as_str().unwrap();
    assert_eq!(client.get(&format!("blocks/{id}")).status, 400);
    client.delete(&format!("blocks/{id}")).ok();
    assert_eq!(client.children(&plans)[0]["hologram"]["depth"], 3, "a kind that is only new is shown as it is");
}

#[test]
fn a_page_can_follow_an_edit_below_it_later() {
    let later = satchel_sim::PageStamps::Later(std::time::Duration::from_secs(600));
    let options = satchel_sim::SimulatorOptions { page_stamps: later, ..Default::default() };
    let client = Client::new(crate::client::seed(crate::client::workspace()), options);
    let page = client.id("page:inbox");
    let toggle = client.children(&page)[1]["id"].as_str().unwrap().to_owned();
    let stamp = || client.get(&format!("pages/{page}")).ok()["last_edited_time"].clone();
    let before = stamp();
    client.append(&toggle, json!([paragraph("deeper")]));
    client.advance(599);
    assert_eq!(stamp(), before);
    client.advance(1);
    assert_eq!(stamp(), "2026-11-23T10:00:00.000Z", "the time of the edit, not of its being noticed");
    client.advance(20);
    let newest = client.post("search", json!({ "filter": { "property": "object", "value": "page" } })).ok();
    assert_eq!(newest["results"][0]["id"], page, "search follows too");
}

#[test]
fn notes_of_meetings_had_another_name() {
    let mut workspace = crate::client::workspace();
    let notes = json!({ "type": "meeting_notes", "meeting_notes": { "title": [] } });
    workspace.pages[1].body.push(satchel_sim::seed::BodySeed::Blocks(vec![notes]));
    let mut client = Client::new(crate::client::seed(workspace), satchel_sim::SimulatorOptions::default());
    assert_eq!(client.children(&client.id("page:plans"))[0]["type"], "meeting_notes");
    client.version = "2025-09-03";
    let block = client.children(&client.id("page:plans"))[0].clone();
    assert_eq!((&block["type"], block["transcription"].is_object()), (&json!("transcription"), true));
}

#[test]
fn tabs_are_paragraphs_icons_stay_and_appends_append_something() {
    let client = Client::start();
    let page = client.id("page:plans");
    let label =
        json!({ "paragraph": { "rich_text": [{ "text": { "content": "One" } }], "children": [paragraph("in it")] } });
    let tab = client.append(&page, json!([{ "tab": { "children": [label] } }]))[0].clone();
    let tab = tab["id"].as_str().unwrap();
    let mut said = Vec::new();
    let refused = |path: &str, body: Value| client.patch(path, body).refusal();
    let children = format!("blocks/{page}/children");
    said.push(refused(&children, json!({ "children": [] })));
    said.push(refused(&children, json!({ "children": [{ "tab": { "children": [{ "divider": {} }] } }] })));
    said.push(refused(&format!("blocks/{tab}/children"), json!({ "children": [{ "divider": {} }] })));
    said.push(refused(&children, json!({ "children": [{ "paragraph": { "rich_text": [], "icon": null } }] })));
    let first = client.children(tab)[0]["id"].as_str().unwrap().to_owned();
    said.push(refused(&format!("blocks/{first}"), json!({ "paragraph": { "icon": null } })));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn no_children_are_as_good_as_none_said_in_a_change() {
    let client = Client::start();
    let to_do = json!([{ "to_do": { "rich_text": [], "checked": true } }]);
    let block = client.append(&client.id("page:inbox"), to_do).remove(0);
    let path = format!("blocks/{}", block["id"].as_str().unwrap());
    let changed = client.patch(&path, json!({ "to_do": { "checked": false, "children": [] } })).ok();
    assert_eq!(changed["to_do"]["checked"], false);
    let refused = client.patch(&path, json!({ "to_do": { "children": [paragraph("x")] } })).refusal();
    assert!(refused.contains("body.to_do.children should be not present"), "{refused}");
}

#[test]
fn a_file_keeps_its_extension_when_it_is_renamed() {
    let client = Client::start();
    let file = json!([{ "file": { "external": { "url": "https://example.org/robots.txt" } } }]);
    let block = client.append(&client.id("page:inbox"), file).remove(0);
    let path = format!("blocks/{}", block["id"].as_str().unwrap());
    let renamed = |name: &str| client.patch(&path, json!({ "file": { "name": name } })).ok()["file"]["name"].clone();
    assert_eq!([renamed("my_robot"), renamed("other.md")], ["my_robot.txt", "other.md"]);
}
