//! Pages and comments in the second dialect of Markdown, which a request opts in to.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::client::{Client, paragraph, text_of};

const INBOX: &str = "page:inbox";
const PLANS: &str = "page:plans";

fn path(client: &Client, name: &str) -> String {
    format!("pages/{}/markdown", client.id(name))
}

fn text(client: &Client, name: &str) -> String {
    client.get(&format!("{}?markdown_version=v2", path(client, name))).ok()["markdown"].as_str().unwrap().to_owned()
}

fn edit(client: &Client, name: &str, kind: &str, inner: Value) -> crate::client::Answer {
    client.patch(&path(client, name), json!({ "markdown_version": "v2", "type": kind, kind: inner }))
}

fn write(client: &Client, name: &str, text: &str) -> String {
    let answer = edit(client, name, "replace_content", json!({ "new_str": text })).ok();
    answer["markdown"].as_str().unwrap().to_owned()
}

fn kinds(client: &Client, id: &str) -> Vec<String> {
    client.children(id).iter().map(|block| block["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_body_reads_in_the_dialect_that_is_asked_for() {
    let client = Client::start();
    assert_snapshot!(text(&client, INBOX));
    let plain = client.get(&path(&client, INBOX)).ok();
    assert_eq!(
        client.get(&format!("{}?markdown_version=v1", path(&client, INBOX))).ok()["markdown"],
        plain["markdown"]
    );
}

#[test]
fn dialects_nobody_knows_and_dialects_without_text_are_refused() {
    let client = Client::start();
    let mut said = Vec::new();
    said.push(client.get(&format!("{}?markdown_version=v3", path(&client, INBOX))).refusal());
    let body = json!({ "markdown_version": 2, "type": "replace_content", "replace_content": { "new_str": "x" } });
    said.push(client.patch(&path(&client, INBOX), body).refusal());
    let parent = json!({ "page_id": client.id(INBOX) });
    let body = json!({ "parent": parent, "markdown": "x", "markdown_version": "v3" });
    said.push(client.post("pages", body).refusal());
    let body = json!({ "parent": parent, "children": [paragraph("x")], "markdown_version": "v2" });
    said.push(client.post("pages", body).refusal());
    let rich_text = json!([{ "text": { "content": "x" } }]);
    let body = json!({ "parent": parent, "rich_text": rich_text, "markdown_version": "v2" });
    said.push(client.post("comments", body).refusal());
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_page_is_made_from_the_dialects_text() {
    let client = Client::start();
    let markdown = "# Title\n\n<p color=\"red\">\nOne\n\n- two\n</p>\n\n<bookmark source=\"https://example.org/\">Site</bookmark>\n\n$x$ and <u>y</u>";
    let body = json!({ "parent": { "page_id": client.id(INBOX) }, "markdown": markdown, "markdown_version": "v2" });
    let page = client.post("pages", body).ok();
    assert_eq!(page["properties"]["title"]["title"][0]["plain_text"], "Title");
    let id = page["id"].as_str().unwrap();
    assert_eq!(kinds(&client, id), ["paragraph", "bookmark", "paragraph"]);
    let children = client.children(id);
    assert_eq!((&children[0]["paragraph"]["color"], text_of(&children[0])), (&json!("red"), "One"));
    assert_eq!(kinds(&client, children[0]["id"].as_str().unwrap()), ["bulleted_list_item"]);
    assert_eq!(children[2]["paragraph"]["rich_text"][0]["type"], "equation");
    let shown = client.get(&format!("pages/{id}/markdown?markdown_version=v2")).ok();
    assert_eq!(shown["markdown"], markdown.split_once("\n\n").unwrap().1);
}

#[test]
fn without_the_parameter_the_same_text_is_the_first_dialects() {
    let client = Client::start();
    let body = json!({ "parent": { "page_id": client.id(INBOX) }, "markdown": "<toggle>\nT\n</toggle>\none\ntwo" });
    let page = client.post("pages", body).ok();
    assert_eq!(kinds(&client, page["id"].as_str().unwrap()), ["paragraph"; 5]);
}

#[test]
fn the_text_sent_back_unchanged_changes_nothing() {
    let client = Client::start();
    let ids = |client: &Client| -> Vec<Value> {
        client.children(&client.id(INBOX)).iter().map(|block| block["id"].clone()).collect()
    };
    let (blocks, before) = (ids(&client), text(&client, INBOX));
    client.advance(300);
    assert_eq!(write(&client, INBOX, &before), before);
    assert_eq!(ids(&client), blocks);
    assert_eq!(client.children(&client.id(INBOX))[0]["last_edited_time"], "2026-11-23T05:00:00.000Z");
}

#[test]
fn passages_are_found_in_the_dialect_of_the_request() {
    let client = Client::start();
    write(&client, PLANS, "One\\\ntwo\n\n<quote color=\"red\">\nQ\n\n- a\n</quote>\n\n- [ ] b");
    let update = |old: &str, new: &str| {
        let updates = json!({ "content_updates": [{ "old_str": old, "new_str": new }] });
        edit(&client, PLANS, "update_content", updates)
    };
    assert!(update("One<br>two", "x").refusal().contains("No match found"));
    update("One\\\ntwo", "Three\n\n<p />").ok();
    let shown = update("- a\n</quote>", "- a\n- c\n</quote>").ok();
    assert_eq!(shown["markdown"], "Three\n\n<p />\n\n<quote color=\"red\">\nQ\n\n- a\n- c\n</quote>\n\n- [ ] b");
    let range = json!({ "content_range": "- [ ]...b", "content": "- [x] b" });
    edit(&client, PLANS, "replace_content_range", range).ok();
    edit(&client, PLANS, "insert_content", json!({ "after": "- c", "content": "<divider>\n\n---" })).ok();
    edit(&client, PLANS, "insert_content", json!({ "content": "last\nline" })).ok();
    assert_eq!(
        text(&client, PLANS),
        "Three\n\n<p />\n\n<quote color=\"red\">\nQ\n\n- a\n- c\n\n\\<divider>\n\n---\n</quote>\n\n- [x] b\n\nlast line"
    );
}

#[test]
fn bookmarks_have_words_and_keep_their_ids() {
    let client = Client::start();
    let bookmark =
        client.append(&client.id(PLANS), json!([{ "bookmark": { "url": "https://example.org/" } }]))[0].clone();
    let shown = client.get(&format!("{}?markdown_version=v2", path(&client, PLANS))).ok();
    assert_eq!(shown["markdown"], "<bookmark source=\"https://example.org/\"></bookmark>");
    assert_eq!(shown["unknown_block_ids"], json!([]));
    write(&client, PLANS, "Before\n\n<bookmark source=\"https://example.org/\"></bookmark>");
    assert_eq!(client.children(&client.id(PLANS))[1]["id"], bookmark["id"]);
}

#[test]
fn children_are_not_deleted_by_accident() {
    let client = Client::start();
    let refusal = edit(&client, INBOX, "replace_content", json!({ "new_str": "Only this" })).refusal();
    assert!(refusal.contains("This operation would delete 2 child page(s), database(s)"), "{refusal}");
}

#[test]
fn a_comment_is_said_in_the_dialect_of_its_request() {
    let client = Client::start();
    let body = json!({ "parent": { "page_id": client.id(INBOX) }, "markdown": "<u>a</u> &lt;b&gt;", "markdown_version": "v2" });
    let comment = client.post("comments", body).ok();
    let run = &comment["rich_text"][0];
    assert_eq!((&run["plain_text"], &run["annotations"]["underline"]), (&json!("a"), &json!(true)));
    assert_eq!(comment["rich_text"][1]["plain_text"], " <b>");
    let id = comment["id"].as_str().unwrap();
    let body = json!({ "markdown": "<u>a</u>" });
    let comment = client.patch(&format!("comments/{id}"), body).ok();
    assert_eq!(comment["rich_text"][0]["plain_text"], "<u>a</u>");
    let body = json!({ "markdown": "_a_", "markdown_version": "v2" });
    let comment = client.patch(&format!("comments/{id}"), body).ok();
    assert_eq!(comment["rich_text"][0]["annotations"]["italic"], true);
}
