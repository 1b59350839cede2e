//! Groups where people are named.

use insta::assert_snapshot;
use satchel_sim::SimulatorOptions;
use satchel_sim::seed::{GroupSeed, PageSeed, ParentSeed};
use serde_json::{Value, json};

use crate::client::{Client, LIMITED, seed, workspace};

fn group(client: &Client) -> Value {
    json!({ "object": "group", "id": client.id("group:crew"), "name": "Crew" })
}

fn people(names: Value) -> Value {
    json!({ "Who": { "people": names } })
}

#[test]
fn a_group_stands_beside_users_in_a_row_and_in_its_property() {
    let client = Client::start();
    let named = json!([{ "object": "user", "id": client.id("user:ben") }, group(&client)]);
    let row = client.row("Shared", people(named));
    let who = &row["properties"]["Who"];
    assert_eq!((&who["people"][0]["object"], &who["people"][0]["name"]), (&json!("user"), &json!("Ben")));
    assert_eq!(who["people"][1], group(&client));

    let path = format!("pages/{}/properties/{}", row["id"].as_str().unwrap(), who["id"].as_str().unwrap());
    let list = client.get(&format!("{path}?page_size=1")).ok();
    assert_eq!(list["property_item"]["type"], "people");
    let rest = client.get(&format!("{path}?page_size=1&start_cursor={}", list["next_cursor"].as_str().unwrap())).ok();
    let expected = json!([{ "object": "property_item", "type": "people", "id": who["id"], "people": group(&client) }]);
    assert_eq!((&rest["results"], &rest["has_more"]), (&expected, &json!(false)));
}

#[test]
fn a_group_may_be_named_by_its_id_alone_and_is_taken_out_like_anybody() {
    let client = Client::start();
    let row = client.row("Shared", people(json!([{ "id": client.id("group:crew").replace('-', "") }])));
    assert_eq!(row["properties"]["Who"]["people"], json!([group(&client)]));
    let path = format!("pages/{}", row["id"].as_str().unwrap());
    let after = client.patch(&path, json!({ "properties": people(json!([])) })).ok();
    assert_eq!(after["properties"]["Who"]["people"], json!([]));
}

#[test]
fn a_row_shows_the_first_of_many_groups_and_its_property_all() {
    let mut workspace = workspace();
    let key = |at: usize| format!("group{at}");
    workspace.groups = (0..101).map(|at| GroupSeed { key: key(at), name: key(at) }).collect();
    let client = Client::new(seed(workspace), SimulatorOptions::default());
    let named = |count: usize| -> Value {
        (0..count).map(|at| json!({ "id": client.id(&format!("group:group{at}")) })).collect()
    };
    let row = client.row("Many", people(named(100)));
    assert_eq!(row["properties"]["Who"]["people"].as_array().unwrap().len(), 25);
    let property = row["properties"]["Who"]["id"].as_str().unwrap();
    let items = client.get(&format!("pages/{}/properties/{property}", row["id"].as_str().unwrap())).ok();
    assert_eq!(items["results"].as_array().unwrap().len(), 100);

    let path = format!("pages/{}", row["id"].as_str().unwrap());
    let refusal = client.patch(&path, json!({ "properties": people(named(101)) })).refusal();
    assert_snapshot!(refusal, @"400 validation_error: body failed validation: body.properties.Who.people.length should be ≤ `100`, instead was `101`.");
}

#[test]
fn rows_are_found_by_the_group_they_name_and_not_by_who_is_in_it() {
    let client = Client::start();
    client.row("Shared", people(json!([{ "id": client.id("group:crew") }])));
    client.row("Own", people(json!([{ "id": client.id("user:ada") }])));
    let found = |condition: Value| {
        let filter = json!({ "filter": { "property": "Who", "people": condition }, "sorts": [{ "property": "Who", "direction": "ascending" }] });
        let list = client.post(&format!("data_sources/{}/query", client.id("data_source:tasks")), filter).ok();
        let title = |page: &Value| page["properties"]["Name"]["title"][0]["plain_text"].as_str().unwrap().to_owned();
        list["results"].as_array().unwrap().iter().map(title).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(found(json!({ "contains": client.id("group:crew") })), "Shared");
    assert_eq!(found(json!({ "does_not_contain": client.id("group:crew") })), "Own, First task");
    assert_eq!(found(json!({ "is_not_empty": true })), "Own, Shared");
}

#[test]
fn who_does_not_exist_is_not_named() {
    let client = Client::start();
    let path = format!("pages/{}", client.id("page:first"));
    let refused = |named: Value| client.patch(&path, json!({ "properties": people(json!([named])) })).refusal();
    let (crew, ada) = (client.id("group:crew"), client.id("user:ada"));
    let said = [
        refused(json!({ "object": "group", "id": ada })),
        refused(json!({ "object": "user", "id": crew })),
        refused(json!({ "id": client.id("page:first") })),
        refused(json!({ "object": "team", "id": crew })),
        refused(json!({ "object": "user", "id": ada, "name": "Ada" })),
        refused(json!({ "object": "group", "id": "crew" })),
    ];
    let said =
        said.join("\n\n").replace(&crew, "[crew]").replace(&ada, "[ada]").replace(&client.id("page:first"), "[page]");
    assert_snapshot!(said);
}

#[test]
fn a_group_is_no_user_and_nameless_without_the_capability() {
    let mut workspace = workspace();
    let named = people(json!([{ "object": "group", "id": "{{group:crew}}" }]));
    let limited = workspace.connections.iter_mut().find(|connection| connection.token == LIMITED).unwrap();
    limited.capabilities.read_content = true;
    workspace.pages.push(PageSeed {
        key: "seeded".into(),
        title: "Seeded".into(),
        parent: ParentSeed::DataSource("tasks".into()),
        properties: serde_json::from_value(named).unwrap(),
        ..PageSeed::default()
    });
    let client = Client::new(seed(workspace), SimulatorOptions::default());
    let page =
        |client: &Client| client.get(&format!("pages/{}", client.id("page:seeded"))).ok()["properties"]["Who"].clone();
    assert_eq!(page(&client)["people"], json!([group(&client)]));
    let nameless = json!([{ "object": "group", "id": client.id("group:crew"), "name": null }]);
    assert_eq!(page(&client.by(LIMITED))["people"], nameless);

    assert_eq!(client.get(&format!("users/{}", client.id("group:crew"))).status, 404);
    let users = client.get("users").ok();
    assert!(!users.to_string().contains(&client.id("group:crew")), "{users}");
    let mention = json!([{ "mention": { "user": { "object": "group", "id": client.id("group:crew") } } }]);
    let block = json!({ "children": [{ "paragraph": { "rich_text": mention } }] });
    assert_eq!(client.patch(&format!("blocks/{}/children", client.id("page:plans")), block).status, 400);
}
