//! Databases and data sources: shapes, schemas, changes of schemas.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

use crate::client::{Client, without_ids};

#[test]
fn a_database_shows_milliseconds_and_its_tables() {
    let client = Client::start();
    let database = client.get(&format!("databases/{}", client.id("database:work"))).ok();
    assert_json_snapshot!(without_ids(&database));
}

#[test]
fn a_database_without_a_title_is_a_new_database() {
    let client = Client::start();
    let database = client.post("databases", json!({ "parent": { "page_id": client.id("page:inbox") } })).ok();
    assert_eq!(database["title"][0]["plain_text"], "New database");
    assert_eq!(database["created_time"], "2026-11-23T10:00:30.000+00:00");
    assert_eq!(database["data_sources"][0]["name"], "New database");
    let source = client.get(&format!("data_sources/{}", database["data_sources"][0]["id"].as_str().unwrap())).ok();
    assert_eq!(source["properties"]["Name"]["id"], "title");
    assert_eq!(source["created_time"], "2026-11-23T10:00:00.000Z");
    assert_eq!(source["database_parent"]["page_id"], client.id("page:inbox"));
}

#[test]
fn a_schema_reads_with_ids_and_both_sides_of_relations() {
    let client = Client::start();
    let tasks = client.get(&format!("data_sources/{}", client.id("data_source:tasks"))).ok();
    assert_json_snapshot!(without_ids(&tasks["properties"]["Status"]));
    let projects = client.get(&format!("data_sources/{}", client.id("data_source:projects"))).ok();
    let (here, there) = (&tasks["properties"]["Project"], &projects["properties"]["Tasks"]);
    assert_eq!(here["relation"]["dual_property"]["synced_property_id"], there["id"]);
    assert_eq!(there["relation"]["dual_property"]["synced_property_name"], "Project");
    assert_eq!(there["relation"]["data_source_id"], client.id("data_source:tasks"));
    assert_eq!(projects["properties"]["Sum"]["rollup"]["rollup_property_name"], "Points");
    let formula = tasks["properties"]["Score"]["formula"]["expression"].as_str().unwrap();
    assert!(formula.starts_with("{{notion:block_property:"), "{formula}");
    let order: Vec<&String> = tasks["properties"].as_object().unwrap().keys().collect();
    assert_eq!(order[..3], ["Name", "Notes", "Points"]);
}

#[test]
fn columns_are_added_renamed_retyped_and_dropped() {
    let client = Client::start();
    let path = format!("data_sources/{}", client.id("data_source:tasks"));
    let changes = json!({
        "Capture ID": { "rich_text": {} },
        "Points": { "name": "Size" },
        "Notes": { "number": { "format": "euro" } },
        "Phone": null,
        "Stage": { "select": { "options": [{ "name": "Later" }, { "name": "Now", "color": "red" }] } },
    });
    let before = client.get(&path).ok();
    let after = client.patch(&path, json!({ "properties": changes })).ok()["properties"].clone();
    assert_eq!(after["Capture ID"]["type"], "rich_text");
    assert_eq!(after["Size"]["id"], before["properties"]["Points"]["id"]);
    assert_eq!(after["Notes"]["number"]["format"], "euro");
    assert!(after.get("Phone").is_none());
    let options = after["Stage"]["select"]["options"].as_array().unwrap();
    assert_eq!(
        options[0]["id"], before["properties"]["Stage"]["select"]["options"][1]["id"],
        "a kept option keeps its id"
    );
    assert_eq!((options.len(), &options[1]["color"]), (2, &json!("red")));
}

#[test]
fn dropping_one_side_of_a_relation_drops_the_other() {
    let client = Client::start();
    let changes = json!({ "properties": { "Project": null } });
    client.patch(&format!("data_sources/{}", client.id("data_source:tasks")), changes).ok();
    let projects = client.get(&format!("data_sources/{}", client.id("data_source:projects"))).ok();
    assert!(projects["properties"].get("Tasks").is_none());
}

#[test]
fn a_name_that_is_taken_gets_a_number() {
    let client = Client::start();
    let path = format!("data_sources/{}", client.id("data_source:tasks"));
    let renamed = client.patch(&path, json!({ "properties": { "Points": { "name": "Notes" } } })).ok();
    let names: Vec<&String> = renamed["properties"].as_object().unwrap().keys().collect();
    assert!(names.iter().any(|name| *name == "Notes 1") && names.iter().any(|name| *name == "Notes"), "{names:?}");
}

#[test]
fn impossible_schemas_are_refused() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let path = format!("data_sources/{}", client.id("data_source:tasks"));
    let refused = |properties: Value| client.patch(&path, json!({ "properties": properties })).refusal();
    said.push(refused(json!({ "Name": null })));
    said.push(refused(json!({ "Unknown": null })));
    said.push(refused(json!({ "Unknown": { "name": "Other" } })));
    said.push(refused(
        json!({ "R": { "rollup": { "function": "sum", "relation_property_name": "None", "rollup_property_name": "x" } } })
    ));
    let parent = json!({ "page_id": client.id("page:inbox") });
    said.push(
        client
            .post(
                "databases",
                json!({ "parent": parent, "initial_data_source": { "properties": { "N": { "number": {} } } } }),
            )
            .refusal(),
    );
    said.push(client.post("databases", json!({ "parent": parent, "properties": {} })).refusal());
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_second_table_joins_a_database_and_one_table_shares_its_name() {
    let client = Client::start();
    let database = client.post("databases", json!({ "parent": { "page_id": client.id("page:inbox") } })).ok();
    let only = database["data_sources"][0]["id"].as_str().unwrap();
    client.patch(&format!("data_sources/{only}"), json!({ "title": [{ "text": { "content": "Renamed" } }] })).ok();
    let path = format!("databases/{}", database["id"].as_str().unwrap());
    assert_eq!(client.get(&path).ok()["title"][0]["plain_text"], "Renamed");
    let second = json!({ "parent": { "database_id": database["id"] }, "properties": { "Name": { "title": {} } } });
    client.post("data_sources", second).ok();
    assert_eq!(client.get(&path).ok()["data_sources"].as_array().unwrap().len(), 2);
    let templates = client.get(&format!("data_sources/{only}/templates")).ok();
    assert_eq!(templates, json!({ "templates": [], "has_more": false, "next_cursor": null }));
}

#[test]
fn a_linked_view_is_there_and_tells_nothing() {
    let mut workspace = crate::client::workspace();
    let linked = satchel_sim::seed::DatabaseSeed {
        key: "linked".into(),
        title: "Secret".into(),
        parent: satchel_sim::seed::ParentSeed::Page("plans".into()),
        is_linked: true,
        ..Default::default()
    };
    workspace.databases.push(linked.clone());
    let client = Client::new(crate::client::seed(workspace.clone()), satchel_sim::SimulatorOptions::default());
    let block = client.children(&client.id("page:plans"))[0].clone();
    assert_eq!(block["child_database"], json!({ "title": "Untitled" }));
    let id = block["id"].as_str().unwrap();
    let refusal = client.get(&format!("databases/{id}")).refusal().replace(id, "ID");
    assert_snapshot!(refusal, @"404 object_not_found: Database with ID ID does not contain any data sources accessible by this API bot.");
    let text = client.get(&format!("pages/{}/markdown", client.id("page:plans"))).ok()["markdown"].clone();
    assert!(text.as_str().unwrap().ends_with("inline=\"false\"></database>"), "{text}");
    assert_eq!(client.post("search", json!({ "query": "secret" })).ok()["results"], json!([]));
    let source = workspace.databases[0].data_sources[1].clone();
    let source = satchel_sim::seed::DataSourceSeed { key: "more".into(), ..source };
    workspace.databases.push(satchel_sim::seed::DatabaseSeed {
        key: "wrong".into(),
        data_sources: vec![source],
        ..linked
    });
    let wrong = satchel_sim::Simulator::new(crate::client::seed(workspace), satchel_sim::SimulatorOptions::default());
    assert!(wrong.unwrap_err().to_string().contains("no data sources of its own"));
}

#[test]
fn a_relation_that_goes_both_ways_already_keeps_its_other_side() {
    let client = Client::start();
    let (tasks, other) = (client.id("data_source:tasks"), client.id("data_source:projects"));
    let relation = json!({ "Both": { "relation": { "data_source_id": other, "dual_property": {} } } });
    let set = |more: &Value| {
        let source = client.patch(&format!("data_sources/{tasks}"), json!({ "properties": more })).ok();
        source["properties"]["Both"]["relation"]["dual_property"].clone()
    };
    let first = set(&relation);
    let back = first["synced_property_name"].as_str().unwrap();
    client.patch(&format!("data_sources/{other}"), json!({ "properties": { back: { "name": "Back" } } })).ok();
    let again = set(&relation);
    assert_eq!(
        (&again["synced_property_id"], &again["synced_property_name"]),
        (&first["synced_property_id"], &json!("Back"))
    );
}
