//! Wikis: rows that are databases, and pages somebody vouches for.

use insta::assert_snapshot;
use satchel_sim::seed::{DataSourceSeed, DatabaseSeed, PageSeed, ParentSeed, WorkspaceSeed};
use satchel_sim::{Simulator, SimulatorOptions};
use serde_json::{Map, Value, json};

use crate::client::{Client, seed, workspace};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn source(key: &str, name: &str, properties: Value) -> DataSourceSeed {
    DataSourceSeed { key: key.into(), name: name.into(), properties: object(properties), ..DataSourceSeed::default() }
}

/// A handbook with a glossary of two tables in it, and pages that are verified, not any more, and not at all.
fn handbook() -> WorkspaceSeed {
    let mut workspace = workspace();
    let title = || json!({ "Name": { "title": {} } });
    // It stands before what it is in.
    workspace.databases.push(DatabaseSeed {
        key: "glossary".into(),
        title: "Glossary".into(),
        parent: ParentSeed::DataSource("handbook".into()),
        data_sources: vec![source("terms", "Terms", title()), source("acronyms", "Acronyms", title())],
        ..DatabaseSeed::default()
    });
    let columns = json!({
        "Page": { "title": {} }, "Reader": { "rich_text": {} }, "Owner": { "people": {} }, "Verification": { "verification": {} },
        "Helpers": { "people": {} }, "Last edited time": { "last_edited_time": {} },
    });
    workspace.databases.push(DatabaseSeed {
        key: "wiki".into(),
        title: "Handbook".into(),
        parent: ParentSeed::Page("inbox".into()),
        is_wiki: true,
        data_sources: vec![source("handbook", "Handbook", columns)],
        ..DatabaseSeed::default()
    });
    let verified = |end: &str| {
        let by = json!({ "id": "{{user:ben}}" });
        let date = json!({ "start": "2026-11-01T08:00:00Z", "end": end });
        json!({ "verification": { "state": "verified", "date": date, "verified_by": by } })
    };
    let mut page = |key: &str, title: &str, verification: Option<Value>| {
        workspace.pages.push(PageSeed {
            key: key.into(),
            title: title.into(),
            parent: ParentSeed::DataSource("handbook".into()),
            properties: verification.map(|value| ("Verification".to_owned(), value)).into_iter().collect(),
            ..PageSeed::default()
        });
    };
    page("kitchen", "Kitchen rules", None);
    page("travel", "Travel", Some(verified("2026-11-24T08:00:00Z")));
    page("old", "Old desk plan", Some(verified("2026-11-20T08:00:00Z")));
    workspace
}

fn start() -> Client {
    Client::new(seed(handbook()), SimulatorOptions::default())
}

fn query(client: &Client, body: Value) -> Value {
    client.post(&format!("data_sources/{}/query", client.id("data_source:handbook")), body).ok()
}

/// What a result is called.
fn name(result: &Value) -> String {
    let text = match result["object"].as_str() {
        Some("page") => &result["properties"]["Page"]["title"][0]["plain_text"],
        _ => &result["title"][0]["plain_text"],
    };
    text.as_str().unwrap().to_owned()
}

fn names(list: &Value) -> Vec<String> {
    list["results"].as_array().unwrap().iter().map(name).collect()
}

fn found(client: &Client, body: Value) -> String {
    let mut names = names(&query(client, body));
    names.sort();
    names.join(", ")
}

fn verification(client: &Client, page: &str) -> Value {
    client.get(&format!("pages/{}", client.id(page))).ok()["properties"]["Verification"]["verification"].clone()
}

#[test]
fn a_wiki_keeps_its_owner_and_verification_under_the_services_ids() {
    let client = start();
    let wiki = client.get(&format!("data_sources/{}", client.id("data_source:handbook"))).ok();
    let id = |name: &str| wiki["properties"][name]["id"].as_str().unwrap().to_owned();
    assert_eq!((id("Verification").as_str(), id("Owner").as_str()), ("verification", "verification_owner"));
    assert_ne!(id("Helpers"), "verification_owner");
    let tasks = json!({ "properties": { "Checked": { "verification": {} } } });
    let tasks = client.patch(&format!("data_sources/{}", client.id("data_source:tasks")), tasks).ok();
    assert_ne!(tasks["properties"]["Checked"]["id"], "verification");
}

#[test]
fn a_query_shows_pages_and_the_data_sources_of_databases() {
    let client = start();
    assert_eq!(found(&client, json!({})), "Acronyms, Kitchen rules, Old desk plan, Terms, Travel");
    assert_eq!(found(&client, json!({ "result_type": "page" })), "Kitchen rules, Old desk plan, Travel");
    let sources = query(&client, json!({ "result_type": "data_source" }));
    assert_eq!(names(&sources), ["Terms", "Acronyms"]);
    assert_eq!((&sources["type"], &sources["has_more"]), (&json!("page_or_data_source"), &json!(false)));
    let mut terms = client.get(&format!("data_sources/{}", client.id("data_source:terms"))).ok();
    terms.as_object_mut().unwrap().remove("request_id");
    assert_eq!(sources["results"][0], terms);
    let path = format!("data_sources/{}/query", client.id("data_source:handbook"));
    assert_snapshot!(client.post(&path, json!({ "result_type": "database" })).refusal(), @r#"400 validation_error: body failed validation: body.result_type should be `"page"` or `"data_source"`, instead was `"database"`."#);
}

#[test]
fn a_walk_over_a_wiki_meets_everything_once() {
    let client = start();
    let mut walked = Vec::new();
    let mut list = query(&client, json!({ "page_size": 2 }));
    loop {
        walked.extend(names(&list));
        let Some(cursor) = list["next_cursor"].as_str() else { break };
        list = query(&client, json!({ "page_size": 2, "start_cursor": cursor }));
    }
    walked.sort();
    assert_eq!(walked.join(", "), "Acronyms, Kitchen rules, Old desk plan, Terms, Travel");
}

#[test]
fn a_database_in_a_wiki_hangs_on_the_wikis_database() {
    let mut client = start();
    let wiki = json!({ "type": "database_id", "database_id": client.id("database:wiki") });
    for version in ["2026-03-11", "2025-09-03"] {
        client.version = version;
        assert_eq!(client.get(&format!("databases/{}", client.id("database:glossary"))).ok()["parent"], wiki);
        let terms = client.get(&format!("data_sources/{}", client.id("data_source:terms"))).ok();
        assert_eq!(terms["database_parent"], wiki);
        assert_eq!(terms["parent"]["database_id"], client.id("database:glossary"));
        let block = client.get(&format!("blocks/{}", client.id("database:glossary"))).ok();
        assert_eq!((&block["parent"], &block["type"]), (&wiki, &json!("child_database")));
        let page = client.get(&format!("pages/{}", client.id("page:travel"))).ok();
        let parent = json!({ "type": "data_source_id", "data_source_id": client.id("data_source:handbook"), "database_id": client.id("database:wiki") });
        assert_eq!(page["parent"], parent);
    }
}

#[test]
fn a_verification_ends_by_the_clock() {
    let client = start();
    let travel = verification(&client, "page:travel");
    assert_eq!((&travel["state"], &travel["verified_by"]["name"]), (&json!("verified"), &json!("Ben")));
    let date = json!({ "start": "2026-11-01T08:00:00.000Z", "end": "2026-11-24T08:00:00.000Z", "time_zone": null });
    assert_eq!(travel["date"], date);
    let expired = verification(&client, "page:old");
    assert_eq!((&expired["state"], &expired["verified_by"]["name"]), (&json!("expired"), &json!("Ben")));
    let none = json!({ "state": "unverified", "date": null, "verified_by": null });
    assert_eq!(verification(&client, "page:kitchen"), none);

    let with = |condition: Value| {
        found(
            &client,
            json!({ "result_type": "page", "filter": { "property": "Verification", "verification": condition } }),
        )
    };
    assert_eq!(with(json!({ "status": "verified" })), "Travel");
    assert_eq!(with(json!({ "status": "expired" })), "Old desk plan");
    assert_eq!(with(json!({ "status": "none" })), "Kitchen rules");
    assert_eq!(with(json!({ "does_not_equal": "verified" })), "Kitchen rules, Old desk plan");
    client.advance(86_400);
    assert_eq!(verification(&client, "page:travel")["state"], "expired");
    assert_eq!(with(json!({ "status": "expired" })), "Old desk plan, Travel");

    let item = client.get(&format!("pages/{}/properties/verification", client.id("page:old"))).ok();
    assert_eq!((&item["object"], &item["verification"]["state"]), (&json!("property_item"), &json!("expired")));
    assert_eq!(item["verification"]["verified_by"], json!({ "object": "user", "id": client.id("user:ben") }));
}

#[test]
fn a_page_is_verified_and_no_more() {
    let client = start();
    let path = format!("pages/{}", client.id("page:kitchen"));
    let write = |value: Value| {
        let page = client.patch(&path, json!({ "properties": { "Verification": { "verification": value } } })).ok();
        page["properties"]["Verification"]["verification"].clone()
    };
    let forever = write(json!({ "state": "verified" }));
    assert_eq!((&forever["state"], &forever["verified_by"]["name"]), (&json!("verified"), &json!("App")));
    assert_eq!(forever["date"], json!({ "start": "2026-11-23T10:00:00.000Z", "end": null, "time_zone": null }));
    let berlin = json!({ "start": "2026-11-23", "end": "2027-02-21", "time_zone": "Europe/Berlin" });
    let until = write(json!({ "state": "verified", "date": berlin }));
    let instants = json!({ "start": "2026-11-22T23:00:00.000Z", "end": "2027-02-20T23:00:00.000Z", "time_zone": null });
    assert_eq!(until["date"], instants);
    assert_eq!(
        write(json!({ "state": "unverified" })),
        json!({ "state": "unverified", "date": null, "verified_by": null })
    );
}

#[test]
fn wrong_verifications_are_refused() {
    let client = start();
    let path = format!("pages/{}", client.id("page:kitchen"));
    let refused = |value: Value| {
        client.patch(&path, json!({ "properties": { "Verification": { "verification": value } } })).refusal()
    };
    let said = [
        refused(json!({ "state": "expired" })),
        refused(json!({})),
        refused(json!({ "state": "verified", "date": null })),
        refused(json!({ "state": "verified", "verified_by": { "id": client.id("user:ada") } })),
        refused(json!({ "state": "unverified", "date": { "start": "2026-11-23" } })),
        refused(json!({ "state": "verified", "date": { "start": "2026-11-23", "end": "2026-11-22" } })),
        refused(Value::Null),
    ];
    assert_snapshot!(said.join("\n\n").replace(&client.id("user:ada"), "[ada]"));
}

#[test]
fn a_database_in_a_wiki_has_a_title_and_no_other_property() {
    let client = start();
    let with = |filter: Value| found(&client, json!({ "filter": filter }));
    assert_eq!(with(json!({ "property": "Page", "title": { "equals": "glossary" } })), "Acronyms, Terms");
    assert_eq!(
        with(json!({ "property": "Verification", "verification": { "status": "none" } })),
        "Acronyms, Kitchen rules, Terms"
    );
    assert_eq!(with(json!({ "property": "Reader", "rich_text": { "is_not_empty": true } })), "");
    let sorted = query(&client, json!({ "sorts": [{ "property": "Page", "direction": "ascending" }] }));
    assert_eq!(names(&sorted), ["Terms", "Acronyms", "Kitchen rules", "Old desk plan", "Travel"]);
}

#[test]
fn what_is_in_a_wiki_is_searched_trashed_and_moved_like_anything_else() {
    let client = start();
    let search = |query: &str| names(&client.post("search", json!({ "query": query })).ok());
    assert_eq!(search("acronyms"), ["Acronyms"]);
    assert_eq!(search("travel"), ["Travel"]);
    let blocks = client.children(&client.id("page:inbox"));
    assert_eq!(blocks.iter().filter(|block| block["child_database"]["title"] == "Handbook").count(), 1);
    assert_eq!(client.children(&client.id("database:wiki")), Vec::<Value>::new());

    client.patch(&format!("data_sources/{}", client.id("data_source:acronyms")), json!({ "in_trash": true })).ok();
    assert_eq!(found(&client, json!({ "result_type": "data_source" })), "Terms");
    client.patch(&format!("databases/{}", client.id("database:glossary")), json!({ "in_trash": true })).ok();
    assert_eq!(found(&client, json!({ "result_type": "data_source" })), "");
    assert_eq!(found(&client, json!({ "in_trash": true })), "Acronyms, Terms");
    let out = json!({ "in_trash": false, "parent": { "page_id": client.id("page:plans") } });
    let moved = client.patch(&format!("databases/{}", client.id("database:glossary")), out).ok();
    assert_eq!(moved["parent"]["page_id"], client.id("page:plans"));
    assert_eq!(found(&client, json!({ "result_type": "data_source" })), "");
    assert_eq!(client.children(&client.id("page:plans"))[0]["id"], client.id("database:glossary"));
}

#[test]
fn pages_are_made_in_a_wiki_and_a_view_of_it_shows_pages() {
    let client = start();
    let properties = json!({ "Page": { "title": [{ "text": { "content": "New" } }] }, "Owner": { "people": [{ "id": client.id("user:ada") }] } });
    let page = client
        .post("pages", json!({ "parent": { "database_id": client.id("database:wiki") }, "properties": properties }))
        .ok();
    assert_eq!(page["parent"]["data_source_id"], client.id("data_source:handbook"));
    assert_eq!(page["properties"]["Owner"]["people"][0]["name"], "Ada");
    let views = client.get(&format!("views?database_id={}", client.id("database:wiki"))).ok();
    let path = format!("views/{}/queries", views["results"][0]["id"].as_str().unwrap());
    let shown = client.post(&path, json!({})).ok();
    assert_eq!(
        (&shown["total_count"], &shown["results"][0]),
        (&json!(4), &json!({ "object": "page", "id": page["id"] }))
    );
}

#[test]
fn only_a_wiki_has_databases_as_rows() {
    let mut workspace = handbook();
    workspace.databases.iter_mut().for_each(|database| database.is_wiki = false);
    let wrong = Simulator::new(seed(workspace), SimulatorOptions::default()).unwrap_err().to_string();
    assert_snapshot!(wrong, @"database glossary: handbook is no wiki's data source, and only those have databases as rows");
}
