//! Comments and their discussions.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

use crate::client::{Client, PERSONAL, without_ids};

fn texts(list: &Value) -> Vec<&str> {
    list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| comment["rich_text"][0]["plain_text"].as_str().unwrap())
        .collect()
}

#[test]
fn a_comment_reads_in_the_services_shape() {
    let client = Client::start();
    let body =
        json!({ "parent": { "page_id": client.id("page:plans") }, "rich_text": [{ "text": { "content": "hello" } }] });
    let comment = client.post("comments", body).ok();
    assert_json_snapshot!(without_ids(&comment));
}

#[test]
fn comments_on_a_page_share_a_discussion_and_those_on_a_block_need_not() {
    let client = Client::start();
    let page = client.id("page:inbox");
    let block = client.children(&page)[0]["id"].clone();
    let post = |parent: Value, text: &str| {
        client.advance(60);
        client.post("comments", json!({ "parent": parent, "markdown": text })).ok()
    };
    let on_page = [post(json!({ "page_id": page }), "one"), post(json!({ "page_id": page }), "two")];
    assert_eq!(on_page[0]["discussion_id"], on_page[1]["discussion_id"]);
    let on_block = [post(json!({ "block_id": block }), "three"), post(json!({ "block_id": block }), "four")];
    assert_ne!(on_block[0]["discussion_id"], on_block[1]["discussion_id"]);
    let reply =
        client.post("comments", json!({ "discussion_id": on_block[0]["discussion_id"], "markdown": "five" })).ok();
    assert_eq!(reply["parent"], on_block[0]["parent"]);
    assert_eq!(texts(&client.get(&format!("comments?block_id={page}")).ok()), ["one", "two"]);
    assert_eq!(
        texts(&client.get(&format!("comments?block_id={}", block.as_str().unwrap())).ok()),
        ["three", "four", "five"]
    );
}

#[test]
fn resolved_discussions_are_not_listed() {
    let client = Client::start();
    let page = client.id("page:plans");
    let ada = client.simulator.as_person("w", "ada").unwrap();
    let comment = ada.comment(&page, "settled").unwrap();
    assert_eq!(texts(&client.get(&format!("comments?block_id={page}")).ok()), ["settled"]);
    ada.resolve(&comment).unwrap();
    assert_eq!(client.get(&format!("comments?block_id={page}")).ok()["results"], json!([]));
}

#[test]
fn only_own_comments_are_changed_or_deleted() {
    let client = Client::start();
    let page = client.id("page:plans");
    let foreign = client.simulator.as_person("w", "ben").unwrap().comment(&page, "mine").unwrap();
    client.get(&format!("comments/{foreign}")).ok();
    assert_eq!(client.delete(&format!("comments/{foreign}")).status, 404);
    let own = client.post("comments", json!({ "parent": { "page_id": page }, "markdown": "own" })).ok();
    let path = format!("comments/{}", own["id"].as_str().unwrap());
    let changed = client.patch(&path, json!({ "markdown": "changed" })).ok();
    assert_eq!(changed["rich_text"][0]["plain_text"], "changed");
    assert_eq!(client.by(PERSONAL).patch(&path, json!({ "markdown": "x" })).status, 404);
    client.delete(&path).ok();
    assert_eq!(client.get(&path).status, 404);
}

#[test]
fn a_comment_has_one_target_and_one_text() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let parent = json!({ "page_id": client.id("page:plans") });
    said.push(client.post("comments", json!({ "markdown": "x" })).refusal());
    said.push(client.post("comments", json!({ "parent": parent })).refusal());
    said.push(client.post("comments", json!({ "parent": parent, "markdown": "x", "rich_text": [] })).refusal());
    let both = json!({ "parent": parent, "discussion_id": "00000000-0000-0000-0000-000000000000", "markdown": "x" });
    said.push(client.post("comments", both).refusal());
    said.push(client.get("comments").refusal());
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_page_called_a_block_is_still_a_page() {
    let client = Client::start();
    let page = client.id("page:plans");
    let first = client.post("comments", json!({ "parent": { "page_id": page }, "markdown": "one" })).ok();
    let second = client.post("comments", json!({ "parent": { "block_id": page }, "markdown": "two" })).ok();
    assert_eq!(second["discussion_id"], first["discussion_id"]);
    assert_eq!(second["parent"], json!({ "type": "page_id", "page_id": page }));
}
