//! Views of a database and what they show.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::client::{Client, without_ids};

fn database(client: &Client) -> String {
    let source = client.get(&format!("data_sources/{}", client.id("data_source:tasks"))).ok();
    source["parent"]["database_id"].as_str().unwrap().to_owned()
}

fn create(client: &Client, more: Value) -> Value {
    let mut body = json!({
        "data_source_id": client.id("data_source:tasks"), "name": "Open", "type": "table", "database_id": database(client),
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post("views", body).ok()
}

fn path(view: &Value) -> String {
    format!("views/{}", view["id"].as_str().unwrap())
}

#[test]
fn a_view_reads_in_the_services_shape() {
    assert_json_snapshot!(without_ids(&create(&Client::start(), json!({}))));
}

#[test]
fn a_database_comes_with_a_table_and_lists_ids_alone() {
    let client = Client::start();
    let list = |by: &str| client.get(&format!("views?{by}")).ok()["results"].as_array().unwrap().clone();
    let by_database = format!("database_id={}", database(&client));
    let first = list(&by_database);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0], json!({ "object": "view", "id": first[0]["id"] }));
    let new = create(&client, json!({ "position": { "type": "start" } }));
    let ids = |views: Vec<Value>| -> Vec<Value> { views.iter().map(|view| view["id"].clone()).collect() };
    assert_eq!(ids(list(&by_database)), [new["id"].clone(), first[0]["id"].clone()]);
    assert_eq!(list(&format!("data_source_id={}", client.id("data_source:tasks"))).len(), 2);
    assert_eq!(client.get("views").status, 400);

    client.delete(&path(&first[0])).ok();
    assert_eq!(ids(list(&by_database)), [new["id"].clone()], "the first one does not come back");
    assert!(client.delete(&path(&new)).refusal().contains("last view"));
}

#[test]
fn a_view_is_changed_but_not_in_its_kind() {
    let client = Client::start();
    let view = create(&client, json!({ "quick_filters": { "Name": { "title": { "contains": "a" } } } }));
    client.advance(5);
    let sorts = json!([{ "timestamp": "created_time", "direction": "ascending" }]);
    let changed = client.patch(&path(&view), json!({ "name": "Closed", "sorts": sorts })).ok();
    assert_eq!((&changed["name"], &changed["sorts"]), (&json!("Closed"), &sorts));
    assert_ne!(changed["last_edited_time"], view["last_edited_time"]);
    let cleared = client.patch(&path(&view), json!({ "sorts": null, "quick_filters": { "Name": null } })).ok();
    assert_eq!((&cleared["sorts"], &cleared["quick_filters"]), (&Value::Null, &Value::Null));
    for refused in [
        json!({ "type": "board" }),
        json!({ "configuration": { "type": "board" } }),
        json!({ "filter": { "property": "Nobody", "title": { "equals": "x" } } }),
        json!({ "sorts": [{ "property": "Nobody", "direction": "ascending" }] }),
    ] {
        assert_eq!(client.patch(&path(&view), refused).status, 400);
    }
}

#[test]
fn a_view_looks_only_as_views_of_its_kind_can() {
    let client = Client::start();
    let view = create(&client, json!({}));
    for odd in [
        json!({ "type": "table", "wrap_cells": "yes" }),
        json!({ "type": "table", "cover_size": "large" }),
        json!({ "type": "table", "properties": [{ "property_id": "title", "property_name": "Name" }] }),
        json!({ "type": "table", "group_by": { "type": "status", "property_id": "x", "sort": { "type": "manual" } } }),
        json!({ "wrap_cells": true }),
    ] {
        let refused = client.patch(&path(&view), json!({ "configuration": odd })).refusal();
        assert!(refused.starts_with("400 validation_error: body failed validation"), "{refused}");
    }
    let good = json!({ "type": "table", "wrap_cells": true, "group_by": null, "properties": [{ "property_id": "title", "width": 80 }] });
    client.patch(&path(&view), json!({ "configuration": good })).ok();
}

#[test]
fn a_query_of_a_view_is_kept_for_a_quarter_of_an_hour() {
    let client = Client::start();
    let before = client.post(&format!("data_sources/{}/query", client.id("data_source:tasks")), json!({})).ok();
    for title in ["kept one", "kept two", "kept three"] {
        client.row(title, json!({}));
    }
    let filter = json!({ "property": "Name", "title": { "starts_with": "kept" } });
    let sorts = json!([{ "property": "Name", "direction": "ascending" }]);
    let view = create(&client, json!({ "filter": filter, "sorts": sorts }));
    let query = client.post(&format!("{}/queries", path(&view)), json!({ "page_size": 2 })).ok();
    assert_eq!((&query["total_count"], &query["has_more"]), (&json!(3), &json!(true)));
    assert!(before["results"].as_array().is_some());
    let result = format!("{}/queries/{}", path(&view), query["id"].as_str().unwrap());
    // What is made later is not in it.
    client.row("kept four", json!({}));
    let rest = client.get(&format!("{result}?start_cursor={}", query["next_cursor"].as_str().unwrap())).ok();
    assert_eq!((rest["results"].as_array().unwrap().len(), &rest["type"]), (1, &json!("page")));
    client.advance(15 * 60);
    assert_eq!(client.get(&result).status, 404);

    let query = client.post(&format!("{}/queries", path(&view)), json!({})).ok();
    let result = format!("{}/queries/{}", path(&view), query["id"].as_str().unwrap());
    assert_eq!(client.delete(&result).ok()["deleted"], true);
    assert_eq!(client.get(&result).status, 404);
}

#[test]
fn a_view_goes_to_exactly_one_place() {
    let client = Client::start();
    let source = client.id("data_source:tasks");
    let body = json!({ "data_source_id": source, "name": "Linked", "type": "list" });
    assert!(client.post("views", body.clone()).refusal().contains("Exactly one"));
    let mut on_page = body;
    on_page["create_database"] = json!({ "parent": { "page_id": client.id("page:inbox") } });
    let view = client.post("views", on_page.clone()).ok();
    let linked = view["parent"]["database_id"].as_str().unwrap();
    let block = client.children(&client.id("page:inbox")).pop().unwrap();
    assert_eq!((&block["id"], &block["type"]), (&json!(linked), &json!("child_database")));
    assert_eq!(client.get(&format!("databases/{linked}")).status, 404, "a linked view has no data source of its own");
    on_page["database_id"] = json!(database(&client));
    assert!(client.post("views", on_page).refusal().contains("Exactly one"));

    let dashboard = create(&client, json!({ "type": "dashboard" }));
    let widget = json!({ "data_source_id": source, "name": "Count", "type": "chart", "view_id": dashboard["id"] });
    assert_eq!(client.post("views", widget).ok()["dashboard_view_id"], dashboard["id"]);
}
