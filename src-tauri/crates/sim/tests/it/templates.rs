//! Templates for rows, and how they fill a page after the answer.

use satchel_sim::SimulatorOptions;
use satchel_sim::seed::{BodySeed, PageSeed, ParentSeed};
use serde_json::{Value, json};

use crate::client::{Client, seed, text_of, workspace};

/// The small workspace with two templates for its tasks.
fn client() -> Client {
    let mut workspace = workspace();
    for (key, title, body) in [("bug", "Bug", "What happened\n- [ ] Look again"), ("chore", "Chore", "Why")] {
        workspace.pages.push(PageSeed {
            key: key.into(),
            title: title.into(),
            parent: ParentSeed::DataSource("tasks".into()),
            icon: Some(json!({ "type": "emoji", "emoji": "🐛" })),
            properties: [("Points".to_owned(), json!({ "number": 5 }))].into(),
            body: vec![BodySeed::Markdown(body.into())],
            ..PageSeed::default()
        });
    }
    let tasks = &mut workspace.databases[0].data_sources[0];
    tasks.templates = vec!["bug".into(), "chore".into()];
    tasks.default_template = Some("chore".into());
    Client::new(seed(workspace), SimulatorOptions { requests_per_minute: Some(100_000), ..SimulatorOptions::default() })
}

fn create(client: &Client, template: Value) -> Value {
    let parent = json!({ "data_source_id": client.id("data_source:tasks") });
    let properties = json!({ "Name": { "title": [{ "text": { "content": "Rain" } }] } });
    client.post("pages", json!({ "parent": parent, "properties": properties, "template": template })).ok()
}

#[test]
fn templates_are_listed_by_name_and_are_no_rows() {
    let client = client();
    let path = format!("data_sources/{}/templates", client.id("data_source:tasks"));
    let list = client.get(&path).ok();
    let bug = json!({ "id": client.id("page:bug"), "name": "Bug", "is_default": false });
    assert_eq!(list["templates"], json!([bug, { "id": client.id("page:chore"), "name": "Chore", "is_default": true }]));
    assert_eq!(list.get("request_id"), None);
    assert_eq!(client.get(&format!("{path}?name=bu")).ok()["templates"], json!([bug]));
    let first = client.get(&format!("{path}?page_size=1")).ok();
    assert_eq!((&first["has_more"], &first["next_cursor"]), (&json!(true), &json!(client.id("page:chore"))));
    let rows = client.post(&format!("data_sources/{}/query", client.id("data_source:tasks")), json!({})).ok();
    let is_row = |id: &str| rows["results"].as_array().unwrap().iter().any(|row| row["id"] == id);
    assert!(!is_row(&client.id("page:bug")));
    assert_eq!(client.post("search", json!({ "query": "bug" })).ok()["results"], json!([]));
}

#[test]
fn a_page_is_blank_at_first_and_filled_some_seconds_later() {
    let client = client();
    let bug = client.id("page:bug");
    let page = create(&client, json!({ "type": "template_id", "template_id": bug }));
    let id = page["id"].as_str().unwrap();
    assert_eq!(client.children(id), Vec::<Value>::new());
    assert_eq!(page["properties"]["Points"]["number"], Value::Null);
    client.advance(3);
    let filled = client.get(&format!("pages/{id}")).ok();
    assert_eq!((&filled["icon"]["emoji"], &filled["properties"]["Points"]["number"]), (&json!("🐛"), &json!(5)));
    assert_eq!(filled["properties"]["Name"]["title"][0]["plain_text"], "Rain", "what was given stays");
    assert_eq!(client.children(id).iter().map(text_of).collect::<Vec<_>>(), ["What happened", "Look again"]);
    assert_eq!(client.children(&bug).len(), 2, "a template keeps what it has");
}

#[test]
fn the_default_one_is_used_on_request_and_one_that_is_not_there_is_refused() {
    let client = client();
    let page = create(&client, json!({ "type": "default" }));
    client.advance(3);
    assert_eq!(client.children(page["id"].as_str().unwrap()).iter().map(text_of).collect::<Vec<_>>(), ["Why"]);
    let plain = create(&client, json!({ "type": "none" }));
    client.advance(3);
    assert_eq!(client.children(plain["id"].as_str().unwrap()), Vec::<Value>::new());
    let page = |template: Value| {
        client.post("pages", json!({ "parent": { "page_id": client.id("page:inbox") }, "template": template }))
    };
    assert!(page(json!({ "type": "default" })).refusal().contains("does not have a default template"));
    assert_eq!(page(json!({ "type": "template_id", "template_id": client.id("page:private") })).status, 404);
}

#[test]
fn a_template_is_added_to_what_a_page_has_or_takes_its_place() {
    let client = client();
    let row = client.row("Storm", json!({}));
    let id = row["id"].as_str().unwrap();
    client.append(id, json!([{ "paragraph": { "rich_text": [{ "text": { "content": "old" } }] } }]));
    let apply = |more: Value| {
        let mut body = json!({ "template": { "type": "default" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client.patch(&format!("pages/{id}"), body).ok();
        client.advance(3);
        client.children(id).iter().map(text_of).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(apply(json!({})), ["old", "Why"]);
    assert_eq!(apply(json!({ "erase_content": true })), ["Why"]);
}
