//! Edits that come from elsewhere, and looking at what came of everything.

use serde_json::json;

use crate::client::{Client, text_of};

#[test]
fn a_persons_edits_show_and_move_the_pages_stamp() {
    let client = Client::start();
    let ada = client.simulator.as_person("w", "ada").unwrap();
    let page = client.id("page:inbox");
    let toggle = client.children(&page)[1]["id"].as_str().unwrap().to_owned();
    let inside = client.children(&toggle)[0]["id"].as_str().unwrap().to_owned();
    ada.retype(&inside, "**Changed**").unwrap();
    assert_eq!(text_of(&client.children(&toggle)[0]), "Changed");
    let shown = client.get(&format!("pages/{page}")).ok();
    assert_eq!(shown["last_edited_time"], "2026-11-23T10:00:00.000Z");
    assert_eq!(shown["last_edited_by"]["id"], client.id("user:ada"));
}

#[test]
fn a_person_makes_fills_trashes_and_deletes_pages() {
    let client = Client::start();
    let ben = client.simulator.as_person("w", "ben").unwrap();
    let page = ben.create_page(&client.id("page:inbox"), "From elsewhere", "One").unwrap();
    ben.append(&page, "Two").unwrap();
    let seen = client.simulator.page("w", &page).unwrap();
    assert_eq!((seen.title.as_str(), seen.markdown.as_str()), ("From elsewhere", "One\nTwo"));
    ben.trash(&page).unwrap();
    assert_eq!(client.get(&format!("pages/{page}")).ok()["in_trash"], true);
    ben.delete_forever(&page).unwrap();
    assert_eq!(client.get(&format!("pages/{page}")).status, 404);
    let row = ben.create_page(&client.id("data_source:tasks"), "Row", "").unwrap();
    ben.set_properties(&row, json!({ "Points": { "number": 9 } }).as_object().unwrap()).unwrap();
    assert_eq!(client.get(&format!("pages/{row}")).ok()["properties"]["Points"]["number"], 9);
    assert!(client.simulator.as_person("w", "nobody").is_err());
    assert!(ben.rename("nowhere", "x").is_err());
}

#[test]
fn everything_that_happened_can_be_counted() {
    let client = Client::start();
    client.post("comments", json!({ "parent": { "page_id": client.id("page:plans") }, "markdown": "hi" })).ok();
    client.get("users/me?x=1").refusal();
    let log = client.simulator.request_log();
    assert_eq!(log.len(), 2);
    assert_eq!((log[1].path.as_str(), log[1].query.as_str(), log[1].is_committed), ("/v1/users/me", "x=1", false));
    assert_eq!(client.simulator.comments("w")[0].text, "hi");
    assert_eq!(client.simulator.pages("w").len(), 5);
    client.simulator.clear_request_log();
    assert!(client.simulator.request_log().is_empty());
}
