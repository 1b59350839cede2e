//! Pages as Markdown, and edits of the text.

use insta::assert_snapshot;
use satchel_sim::SimulatorOptions;
use serde_json::{Value, json};

use crate::client::{Client, paragraph, seed, text_of, workspace};

const INBOX: &str = "page:inbox";

fn path(client: &Client, name: &str) -> String {
    format!("pages/{}/markdown", client.id(name))
}

fn text(client: &Client, name: &str) -> String {
    client.get(&path(client, name)).ok()["markdown"].as_str().unwrap().to_owned()
}

fn edit(client: &Client, kind: &str, inner: Value) -> crate::client::Answer {
    client.patch(&path(client, INBOX), json!({ "type": kind, kind: inner }))
}

fn ids(client: &Client) -> Vec<String> {
    client.children(&client.id(INBOX)).iter().map(|block| block["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_body_reads_as_text_with_its_children_in_place() {
    let client = Client::start();
    let shown = client.get(&path(&client, INBOX)).ok();
    assert_snapshot!(shown["markdown"].as_str().unwrap());
    assert_eq!((&shown["object"], &shown["truncated"]), (&json!("page_markdown"), &json!(false)));
}

#[test]
fn an_update_keeps_the_blocks_it_does_not_touch() {
    let client = Client::start();
    let before = ids(&client);
    let updates = json!({ "content_updates": [{ "old_str": "Welcome", "new_str": "Welcome back\nAnother line" }] });
    let after = edit(&client, "update_content", updates).ok();
    assert!(after["markdown"].as_str().unwrap().starts_with("Welcome back\nAnother line\n<details>"));
    let now = ids(&client);
    assert_eq!(now.len(), before.len() + 1);
    assert!(before.iter().all(|id| now.contains(id)), "all old blocks are still there: {before:?} {now:?}");
    assert_snapshot!(
        edit(&client, "update_content", json!({ "content_updates": [{ "old_str": "gone", "new_str": "" }] })).refusal()
    );
    let twice = json!({ "content_updates": [{ "old_str": "e", "new_str": "E" }] });
    assert!(edit(&client, "update_content", twice).refusal().contains("expected exactly one"));
}

#[test]
fn replacing_content_refuses_to_delete_children_by_accident() {
    let client = Client::start();
    let refusal = edit(&client, "replace_content", json!({ "new_str": "Only this" })).refusal();
    assert!(refusal.contains("This operation would delete 2 child page(s), database(s)"), "{refusal}");
    assert_eq!(ids(&client).len(), 5);
    edit(&client, "replace_content", json!({ "new_str": "Only this", "allow_deleting_content": true })).ok();
    assert_eq!(text(&client, INBOX), "Only this");
    assert_eq!(client.get(&format!("pages/{}", client.id("page:plans"))).ok()["in_trash"], true);
}

#[test]
fn the_text_sent_back_unchanged_changes_nothing() {
    let client = Client::start();
    let (blocks, before) = (ids(&client), text(&client, INBOX));
    client.advance(300);
    edit(&client, "replace_content", json!({ "new_str": before })).ok();
    assert_eq!(ids(&client), blocks);
    assert_eq!(text(&client, INBOX), before);
    assert_eq!(client.children(&client.id(INBOX))[0]["last_edited_time"], "2026-11-23T05:00:00.000Z");
}

#[test]
fn a_page_tag_moves_the_page_and_never_into_itself() {
    let client = Client::start();
    let markdown = text(&client, INBOX);
    let page_tag = markdown.lines().find(|line| line.starts_with("<page")).unwrap();
    let moved = format!("{page_tag}\n{}", markdown.replace(&format!("{page_tag}\n"), ""));
    edit(&client, "replace_content", json!({ "new_str": moved })).ok();
    assert_eq!(ids(&client)[0], client.id("page:plans"));
    let own = format!("<page url=\"https://app.notion.com/p/{}\">Inbox</page>", client.id(INBOX).replace('-', ""));
    edit(&client, "insert_content", json!({ "content": own })).ok();
    assert_eq!(client.get(&format!("pages/{}", client.id(INBOX))).ok()["parent"]["type"], "workspace");
}

#[test]
fn content_is_inserted_at_either_end_or_after_a_selection() {
    let client = Client::start();
    edit(&client, "insert_content", json!({ "content": "End" })).ok();
    edit(&client, "insert_content", json!({ "content": "Start", "position": { "type": "start" } })).ok();
    edit(&client, "insert_content", json!({ "content": "Middle", "after": "Wel...come" })).ok();
    let lines: Vec<String> = text(&client, INBOX).lines().map(str::to_owned).collect();
    assert_eq!(lines[..3], ["Start", "Welcome", "Middle"]);
    assert_eq!(lines.last().unwrap(), "End");
    edit(&client, "replace_content_range", json!({ "content": "Changed", "content_range": "Middle" })).ok();
    assert_eq!(text(&client, INBOX).lines().nth(2), Some("Changed"));
    assert!(
        edit(&client, "insert_content", json!({ "content": "x", "after": "nowhere" })).refusal().starts_with("400")
    );
}

#[test]
fn a_long_body_is_cut_and_the_rest_is_behind_its_ids() {
    let client = Client::new(seed(workspace()), SimulatorOptions { markdown_blocks: 3, ..SimulatorOptions::default() });
    let shown = client.get(&path(&client, INBOX)).ok();
    assert_eq!(shown["truncated"], true);
    let unknown = shown["unknown_block_ids"].as_array().unwrap();
    let last = client.children(&client.id(INBOX))[3].clone();
    assert!(unknown.contains(&last["id"]), "{shown}");
    let rest = client.get(&format!("pages/{}/markdown", last["id"].as_str().unwrap())).ok();
    assert_eq!(rest["markdown"], text_of(&last));
    let refusal = edit(&client, "replace_content", json!({ "new_str": "x" }));
    assert_eq!(refusal.body["additional_data"]["limit_kind"], "page_record_count");
}

#[test]
fn blocks_markdown_has_no_words_for_survive_a_rewrite() {
    let client = Client::start();
    let bookmark = client
        .append(&client.id("page:plans"), json!([{ "bookmark": { "url": "https://example.org/" } }, paragraph("x")]))
        [0]
    .clone();
    let shown = client.get(&path(&client, "page:plans")).ok();
    assert_eq!(shown["unknown_block_ids"], json!([bookmark["id"]]));
    let new = shown["markdown"].as_str().unwrap().replace('x', "y");
    client
        .patch(
            &path(&client, "page:plans"),
            json!({ "type": "replace_content", "replace_content": { "new_str": new } }),
        )
        .ok();
    let children = client.children(&client.id("page:plans"));
    assert_eq!(
        (&children[0]["id"], &children[0]["bookmark"]["url"]),
        (&bookmark["id"], &json!("https://example.org/"))
    );
    assert_eq!(text_of(&children[1]), "y");
}

#[test]
fn contradictory_readings_and_insertions_are_refused() {
    let client = Client::start();
    let mut said = Vec::new();
    said.push(client.get(&format!("{}?include_transcript=perhaps", path(&client, INBOX))).refusal());
    let both = json!({ "content": "x", "after": "Welcome", "position": { "type": "start" } });
    said.push(edit(&client, "insert_content", both).refusal());
    assert_snapshot!(said.join("\n\n"));
    client.get(&format!("{}?include_transcript=false", path(&client, INBOX))).ok();
}
