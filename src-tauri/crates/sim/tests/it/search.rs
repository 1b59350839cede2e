//! Search: words of titles, late, newest first.

use insta::assert_snapshot;
use satchel_sim::{SearchLag, SimulatorOptions};
use serde_json::{Value, json};

use crate::client::{Client, seed, workspace};

fn titles(list: &Value) -> Vec<String> {
    list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let runs = match found["object"].as_str().unwrap() {
                "page" => {
                    let properties = found["properties"].as_object().unwrap();
                    properties.values().find(|property| property["id"] == "title").unwrap()["title"].clone()
                }
                _ => found["title"].clone(),
            };
            runs[0]["plain_text"].as_str().unwrap().to_owned()
        })
        .collect()
}

fn search(client: &Client, body: Value) -> Vec<String> {
    let mut titles = titles(&client.post("search", body).ok());
    titles.sort();
    titles
}

#[test]
fn any_whole_word_of_a_title_is_found_in_any_form() {
    let client = Client::start();
    assert_eq!(search(&client, json!({ "query": "TESTING" })), ["Tests and plans"]);
    assert_eq!(search(&client, json!({ "query": "task plan" })), ["First task", "Tasks", "Tests and plans"]);
    assert_eq!(search(&client, json!({ "query": "tas" })), Vec::<String>::new());
    assert_eq!(search(&client, json!({ "query": "Welcome" })), Vec::<String>::new(), "bodies are not searched");
    assert_eq!(search(&client, json!({})).len(), 6);
    assert_eq!(search(&client, json!({ "query": client.id("page:inbox") })), Vec::<String>::new());
}

#[test]
fn search_is_filtered_by_kind_and_trash() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let only = |value: &str| json!({ "filter": { "property": "object", "value": value } });
    assert_eq!(search(&client, only("data_source")), ["Projects", "Tasks"]);
    assert_eq!(search(&client, only("page")).len(), 4);
    client.patch(&format!("pages/{}", client.id("page:plans")), json!({ "in_trash": true })).ok();
    client.advance(20);
    assert_eq!(search(&client, json!({ "filter": { "in_trash": true } })), ["Tests and plans"]);
    assert_eq!(search(&client, json!({ "query": "plans" })), Vec::<String>::new());
    said.push(client.post("search", json!({ "filter": { "property": "object", "value": "database" } })).refusal());
    said.push(
        client.post("search", json!({ "sort": { "timestamp": "created_time", "direction": "ascending" } })).refusal(),
    );
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn new_pages_are_found_after_five_to_nineteen_seconds() {
    let client = Client::start();
    let body = json!({ "parent": { "page_id": client.id("page:inbox") }, "markdown": "# Zebra" });
    let page = client.post("pages", body).ok();
    assert_eq!(client.get(&format!("pages/{}", page["id"].as_str().unwrap())).status, 200, "direct reads do not wait");
    let mut waited = 0;
    while search(&client, json!({ "query": "zebra" })).is_empty() {
        client.advance(1);
        waited += 1;
    }
    assert!((5..20).contains(&waited), "{waited}");
}

#[test]
fn an_edit_stays_unknown_to_search_for_as_long() {
    let options =
        SimulatorOptions { search_lag: SearchLag::Fixed(std::time::Duration::from_secs(10)), ..Default::default() };
    let client = Client::new(seed(workspace()), options);
    client.simulator.as_person("w", "ada").unwrap().rename(&client.id("page:plans"), "Renamed").unwrap();
    assert_eq!(search(&client, json!({ "query": "renamed" })), Vec::<String>::new());
    assert_eq!(search(&client, json!({ "query": "plans" })), ["Renamed"], "found by the old words, shown as it is");
    client.advance(10);
    assert_eq!(search(&client, json!({ "query": "renamed" })), ["Renamed"]);
    assert_eq!(titles(&client.post("search", json!({ "page_size": 1 })).ok()), ["Renamed"], "the newest comes first");
}

#[test]
fn a_search_is_walked_by_cursor() {
    let client = Client::start();
    let first = client.post("search", json!({ "page_size": 4 })).ok();
    let second = client.post("search", json!({ "page_size": 4, "start_cursor": first["next_cursor"] })).ok();
    assert_eq!((titles(&first).len(), titles(&second).len(), &second["has_more"]), (4, 2, &json!(false)));
}

#[test]
fn rows_can_be_missing_and_words_can_all_be_asked_for() {
    let options = SimulatorOptions {
        search_omits_rows: true,
        search_any_word: false,
        search_stemming: false,
        ..Default::default()
    };
    let client = Client::new(seed(workspace()), options);
    assert_eq!(search(&client, json!({ "query": "first" })), Vec::<String>::new());
    assert_eq!(search(&client, json!({ "query": "tests plans" })), ["Tests and plans"]);
    assert_eq!(search(&client, json!({ "query": "tests nothing" })), Vec::<String>::new());
    assert_eq!(search(&client, json!({ "query": "test" })), Vec::<String>::new());
}

#[test]
fn an_id_finds_nothing_even_where_it_is_the_title() {
    let client = Client::start();
    let id = client.id("page:plans");
    client.patch(&format!("pages/{id}"), json!({ "properties": { "title": [{ "text": { "content": id } }] } })).ok();
    client.advance(30);
    assert_eq!(client.post("search", json!({ "query": id })).ok()["results"], json!([]));
}
