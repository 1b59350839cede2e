//! Who sees and may do what.

use insta::assert_snapshot;
use serde_json::json;

use crate::client::{Client, LIMITED, PERSONAL, paragraph};

#[test]
fn a_connection_sees_what_is_shared_with_it_and_below() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    client.get(&format!("pages/{}", client.id("page:plans"))).ok();
    client.get(&format!("pages/{}", client.id("page:first"))).ok();
    let private = client.id("page:private");
    said.push(client.get(&format!("pages/{private}")).refusal().replace(&private, "ID"));
    said.push(client.get(&format!("blocks/{private}")).refusal().replace(&private, "ID"));
    client.by(PERSONAL).get(&format!("pages/{private}")).ok();
    let hidden = client.post("search", json!({ "query": "private" })).ok();
    assert_eq!(hidden["results"], json!([]));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn taking_a_page_away_makes_it_missing() {
    let client = Client::start();
    let ada = client.simulator.as_person("w", "ada").unwrap();
    let inbox = client.id("page:inbox");
    ada.unshare("app", &inbox).unwrap();
    assert_eq!(client.get(&format!("pages/{inbox}")).status, 404);
    ada.share("app", &client.id("page:private")).unwrap();
    client.get(&format!("pages/{}", client.id("page:private"))).ok();
}

#[test]
fn missing_capabilities_are_told() {
    let client = Client::start().by(LIMITED);
    let inbox = client.id("page:inbox");
    assert_snapshot!(client.get(&format!("pages/{inbox}")).refusal(), @"403 restricted_resource: Insufficient permissions for this endpoint.");
    for path in [format!("blocks/{inbox}/children"), format!("comments?block_id={inbox}"), "users".to_owned()] {
        assert_eq!(client.get(&path).status, 403, "{path}");
    }
    assert_eq!(client.patch(&format!("pages/{inbox}"), json!({ "in_trash": true })).status, 403);
    assert_eq!(client.delete(&format!("blocks/{inbox}")).status, 403);
    client.get("users/me").ok();
}

#[test]
fn who_may_only_insert_gets_partial_objects() {
    let client = Client::start().by(LIMITED);
    let inbox = client.id("page:inbox");
    let page = client.post("pages", json!({ "parent": { "page_id": inbox }, "markdown": "# A" })).ok();
    let keys: Vec<&String> = page.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["object", "id", "request_id"]);
    let blocks = client.append(&inbox, json!([paragraph("x")]));
    assert_eq!(blocks[0].as_object().unwrap().len(), 2);
    let comment = client.post("comments", json!({ "parent": { "page_id": inbox }, "markdown": "x" })).ok();
    assert_eq!(comment.as_object().unwrap().len(), 3);
}

#[test]
fn only_people_make_pages_at_the_top() {
    let client = Client::start();
    assert_snapshot!(client.post("pages", json!({ "parent": { "workspace": true }, "markdown": "# A" })).refusal());
    let page = client.by(PERSONAL).post("pages", json!({ "markdown": "# A" })).ok();
    assert_eq!(page["parent"], json!({ "type": "workspace", "workspace": true }));
    assert_eq!(page["created_by"]["id"], client.id("user:ada"));
}

#[test]
fn users_shrink_with_the_right_to_know_them() {
    let client = Client::start();
    let ada = client.id("user:ada");
    assert_eq!(client.get(&format!("users/{ada}")).ok()["person"]["email"], "ada@example.com");
    let all = client.get("users").ok();
    assert_eq!(all["results"].as_array().unwrap().len(), 4);
    assert_eq!(client.by(PERSONAL).get("users").status, 403);
    let unknown = "00000000-0000-0000-0000-000000000000";
    assert_snapshot!(client.get(&format!("users/{unknown}")).refusal());
}

#[test]
fn me_tells_the_workspace_and_its_owner() {
    let client = Client::start();
    let me = client.get("users/me").ok();
    assert_eq!(me["bot"]["owner"], json!({ "type": "workspace", "workspace": true }));
    assert_eq!(me["bot"]["workspace_name"], "Test workspace");
    assert_eq!(client.by(PERSONAL).get("users/me").ok()["bot"]["owner"]["user"]["name"], "Ada");
}

#[test]
fn the_free_plan_has_a_last_block_but_not_for_people() {
    let mut free = crate::client::workspace();
    free.plan = satchel_sim::seed::Plan::Free;
    let options = satchel_sim::SimulatorOptions { free_plan_blocks: 5, ..Default::default() };
    let client = Client::new(crate::client::seed(free), options);
    let children = format!("blocks/{}/children", client.id("page:inbox"));
    let answer = client.patch(&children, json!({ "children": [paragraph("x")] }));
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body["additional_data"], json!({ "block_limit": "block_creation" }));
    client.by(PERSONAL).patch(&children, json!({ "children": [paragraph("x")] })).ok();
}

#[test]
fn what_is_withheld_is_nowhere_although_its_parent_is_shared() {
    let client = Client::start();
    let (inbox, plans) = (client.id("page:inbox"), client.id("page:plans"));
    let ada = client.simulator.as_person("w", "ada").unwrap();
    ada.unshare("app", &plans).unwrap();
    assert_eq!(client.get(&format!("pages/{plans}")).status, 404);
    assert!(client.children(&inbox).iter().all(|child| child["id"] != plans));
    let text = client.get(&format!("pages/{inbox}/markdown")).ok()["markdown"].as_str().unwrap().to_owned();
    assert!(!text.contains("<page"), "{text}");
    let titles = client.post("search", json!({ "query": "plans" })).ok();
    assert_eq!(titles["results"], json!([]));
    // A new text neither deletes it nor needs leave to.
    let new = json!({ "type": "replace_content", "replace_content": { "new_str": format!("{text}\nMore") } });
    client.patch(&format!("pages/{inbox}/markdown"), new).ok();
    assert_eq!(client.by(PERSONAL).get(&format!("pages/{plans}")).ok()["in_trash"], false);
    ada.share("app", &plans).unwrap();
    assert_eq!(client.get(&format!("pages/{plans}")).status, 200);
    // What sees everything can be kept from something, too.
    ada.unshare("personal", &client.id("page:private")).unwrap();
    assert_eq!(client.by(PERSONAL).get(&format!("pages/{}", client.id("page:private"))).status, 404);
    assert_eq!(client.by(PERSONAL).get(&format!("pages/{inbox}")).status, 200);
}
