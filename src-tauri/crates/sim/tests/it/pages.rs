//! Pages: creation, change, trash, properties on their own.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

use crate::client::{Client, paragraph, text_of, without_ids};

#[test]
fn a_page_reads_in_the_services_shape() {
    let client = Client::start();
    let page = client.get(&format!("pages/{}", client.id("page:plans"))).ok();
    assert_json_snapshot!(without_ids(&page));
}

#[test]
fn a_child_page_moves_its_parents_stamp_and_stands_where_it_was_put() {
    let client = Client::start();
    let inbox = client.id("page:inbox");
    let create = |title: &str, position: Value| {
        let body = json!({ "parent": { "page_id": inbox }, "properties": { "title": [{ "text": { "content": title } }] }, "position": position });
        client.post("pages", body).ok()["id"].clone()
    };
    let last = create("last", json!({ "type": "page_end" }));
    let first = create("first", json!({ "type": "page_start" }));
    let second = create("second", json!({ "type": "after_block", "after_block": { "id": first } }));
    let children = client.children(&inbox);
    assert_eq!((&children[0]["id"], &children[1]["id"], &children.last().unwrap()["id"]), (&first, &second, &last));
    assert_eq!(client.get(&format!("pages/{inbox}")).ok()["last_edited_time"], "2026-11-23T10:00:00.000Z");
}

#[test]
fn markdown_makes_a_title_of_its_first_heading_and_drops_it_in_any_case() {
    let client = Client::start();
    let parent = json!({ "page_id": client.id("page:inbox") });
    let body_of =
        |page: &Value| client.get(&format!("pages/{}/markdown", page["id"].as_str().unwrap())).ok()["markdown"].clone();
    let page = client.post("pages", json!({ "parent": parent, "markdown": "# Title\nBody" })).ok();
    assert_eq!(page["properties"]["title"]["title"][0]["plain_text"], "Title");
    assert_eq!(body_of(&page), "Body");
    let title = json!({ "title": { "title": [{ "text": { "content": "Own" } }] } });
    let page = client.post("pages", json!({ "parent": parent, "properties": title, "markdown": "# Title\nBody" })).ok();
    assert_eq!(page["properties"]["title"]["title"][0]["plain_text"], "Own");
    assert_eq!(body_of(&page), "Body");
}

#[test]
fn contradictory_creations_are_refused() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let parent = json!({ "page_id": client.id("page:inbox") });
    let refused = |more: Value| {
        let mut body = json!({ "parent": parent });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client.post("pages", body).refusal()
    };
    said.push(refused(json!({ "markdown": "x", "children": [] })));
    said.push(refused(json!({ "template": { "type": "default" } })));
    said.push(refused(json!({ "properties": { "Name": { "title": [] } } })));
    said.push(refused(json!({ "properties": { "title": { "number": 1 } } })));
    said.push(refused(json!({ "icon": { "type": "emoji" } })));
    said.push(refused(json!({ "unknown": true })));
    let row =
        json!({ "parent": { "data_source_id": client.id("data_source:tasks") }, "position": { "type": "page_start" } });
    said.push(client.post("pages", row).refusal());
    let several = json!({ "parent": { "database_id": client.id("database:work") } });
    said.push(client.post("pages", several).refusal().replace(&client.id("database:work"), "ID"));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_row_takes_every_kind_of_value() {
    let client = Client::start();
    let row = client.row(
        "All of it",
        json!({
            "Notes": { "rich_text": [{ "text": { "content": "note" } }] },
            "Points": { "number": 2.5 },
            "Stage": { "select": { "name": "Never" } },
            "Tags": { "multi_select": [{ "name": "a" }, { "name": "b" }] },
            "Status": { "status": { "name": "In progress" } },
            "Due": { "date": { "start": "2026-11-23T09:00:00", "time_zone": "Asia/Tokyo" } },
            "Done": { "checkbox": true },
            "Link": { "url": "https://example.org" },
            "Mail": { "email": "a@example.org" },
            "Phone": { "phone_number": "+1 2" },
            "Who": { "people": [{ "id": client.id("user:ben") }] },
            "Files": { "files": [{ "name": "f", "external": { "url": "https://example.org/f" } }] },
            "Project": { "relation": [{ "id": client.id("page:apollo") }] },
        }),
    );
    let mut properties = row["properties"].clone();
    for property in properties.as_object_mut().unwrap().values_mut() {
        let kind = property["type"].as_str().unwrap().to_owned();
        *property = property[&kind].clone();
    }
    assert_json_snapshot!(without_ids(&properties));
    let project = client.get(&format!("pages/{}", client.id("page:apollo"))).ok();
    assert_eq!(
        project["properties"]["Tasks"]["relation"],
        json!([{ "id": row["id"] }]),
        "two-way relations are kept in step"
    );
    assert_eq!(project["properties"]["Sum"]["rollup"], json!({ "type": "number", "number": 2.5, "function": "sum" }));
    assert_eq!(project["properties"]["Ready"]["rollup"]["number"], 1);
}

#[test]
fn wrong_values_are_refused_by_name() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let path = format!("pages/{}", client.id("page:first"));
    let refused = |properties: Value| client.patch(&path, json!({ "properties": properties })).refusal();
    said.push(refused(json!({ "Nope": { "number": 1 } })));
    said.push(refused(json!({ "Points": { "checkbox": true } })));
    said.push(refused(json!({ "Points": { "number": "1" } })));
    said.push(refused(json!({ "Score": { "number": 1 } })));
    said.push(refused(json!({ "Status": { "status": { "name": "Unheard of" } } })));
    said.push(refused(json!({ "Stage": { "select": { "name": "a,b" } } })));
    said.push(refused(json!({ "Due": { "date": { "start": "soon" } } })));
    said.push(refused(json!({ "Due": { "date": { "start": "2026-11-23T09:00:00Z", "time_zone": "Asia/Tokyo" } } })));
    said.push(refused(json!({ "Link": { "url": "" } })));
    said.push(refused(json!({ "Mail": { "email": "x".repeat(201) } })));
    let related = refused(json!({ "Project": { "relation": [{ "id": client.id("page:private") }] } }));
    assert!(related.starts_with("404 object_not_found"), "{related}");
    let many: Vec<Value> = (0..101).map(|n| json!({ "name": n.to_string() })).collect();
    said.push(refused(json!({ "Tags": { "multi_select": many } })));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn unknown_select_names_become_options_and_null_clears() {
    let client = Client::start();
    let path = format!("pages/{}", client.id("page:first"));
    client.patch(&path, json!({ "properties": { "Stage": { "select": { "name": "Brand new" } } } })).ok();
    let schema = client.get(&format!("data_sources/{}", client.id("data_source:tasks"))).ok();
    let names: Vec<&Value> =
        schema["properties"]["Stage"]["select"]["options"].as_array().unwrap().iter().map(|o| &o["name"]).collect();
    assert_eq!(names, ["Soon", "Later", "Brand new"]);
    let cleared = json!({ "Stage": { "select": null }, "Points": { "number": null }, "Status": { "status": null } });
    let page = client.patch(&path, json!({ "properties": cleared })).ok();
    assert_eq!(page["properties"]["Stage"]["select"], Value::Null);
    assert_eq!(page["properties"]["Points"]["number"], Value::Null);
    assert_eq!(page["properties"]["Status"]["status"]["name"], "Not started", "an emptied status is the default again");
}

#[test]
fn formulas_are_computed_or_read_what_the_seed_says_or_are_unsupported() {
    let client = Client::start();
    let first = client.get(&format!("pages/{}", client.id("page:first"))).ok();
    assert_eq!(first["properties"]["Score"]["formula"], json!({ "type": "number", "number": 6 }));
    let row = client.row("x", json!({}));
    assert_eq!(row["properties"]["Score"]["formula"], json!({ "type": "number", "number": 0 }));
    let path = format!("data_sources/{}", client.id("data_source:tasks"));
    let made = json!({ "Twice": { "formula": { "expression": "prop(\"Score\")*2+prop(\"Base\")" } }, "Base": { "number": {} },
        "Odd": { "formula": { "expression": "lets(a, 1, a)" } } });
    let source = client.patch(&path, json!({ "properties": made })).ok();
    let expression = source["properties"]["Twice"]["formula"]["expression"].as_str().unwrap();
    assert!(
        expression.starts_with("({{notion:block_property:") && expression.contains("}} * 2) + {{notion:"),
        "{expression}"
    );
    let change = json!({ "properties": { "Points": { "number": 4 }, "Base": { "number": 1 } } });
    let row = client.patch(&format!("pages/{}", row["id"].as_str().unwrap()), change).ok();
    assert_eq!(row["properties"]["Twice"]["formula"], json!({ "type": "number", "number": 17 }));
    assert_eq!(row["properties"]["Odd"]["formula"], json!({ "type": "unsupported", "unsupported": {} }));
    assert_eq!(row["properties"]["No"]["unique_id"], json!({ "prefix": "T", "number": 2 }));
}

#[test]
fn relations_are_cut_at_25_and_whole_behind_the_property() {
    let client = Client::start();
    let project = json!({ "Project": { "relation": [{ "id": client.id("page:apollo") }] } });
    let rows: Vec<Value> = (0..30).map(|n| client.row(&n.to_string(), project.clone())["id"].clone()).collect();
    let apollo = client.id("page:apollo");
    let tasks = client.get(&format!("pages/{apollo}")).ok()["properties"]["Tasks"].clone();
    assert_eq!(tasks["relation"].as_array().unwrap().len(), 25);
    assert_eq!(tasks["has_more"], true);
    let path = format!("pages/{apollo}/properties/{}?page_size=20", tasks["id"].as_str().unwrap());
    let first = client.get(&path).ok();
    assert_eq!(first["property_item"]["type"], "relation");
    let second = client.get(&format!("{path}&start_cursor={}", first["next_cursor"].as_str().unwrap())).ok();
    let ids: Vec<Value> = [&first, &second]
        .iter()
        .flat_map(|list| list["results"].as_array().unwrap().iter().map(|item| item["relation"]["id"].clone()))
        .collect();
    assert_eq!(ids, rows);
    assert_eq!(second["has_more"], false);
}

#[test]
fn single_properties_have_their_own_shape() {
    let client = Client::start();
    let path = format!("pages/{}/properties", client.id("page:first"));
    let ids = client.get(&format!("pages/{}", client.id("page:first"))).ok()["properties"].clone();
    let read = |name: &str| client.get(&format!("{path}/{}", ids[name]["id"].as_str().unwrap())).ok();
    assert_eq!(read("Points")["number"], 3);
    assert_eq!(read("Name")["results"][0]["title"]["plain_text"], "First task");
    client.row(
        "a",
        json!({ "Points": { "number": 4 }, "Project": { "relation": [{ "id": client.id("page:apollo") }] } }),
    );
    let rolled = client.get(&format!("pages/{}", client.id("page:apollo"))).ok()["properties"]["All"]["id"].clone();
    let list = client.get(&format!("pages/{}/properties/{}", client.id("page:apollo"), rolled.as_str().unwrap())).ok();
    assert_eq!(list["results"][0]["number"], 4);
    assert_eq!(list["property_item"]["rollup"], json!({ "type": "array", "array": [], "function": "show_original" }));
    assert_snapshot!(client.get(&format!("{path}/zzzz")).refusal());
}

#[test]
fn filter_properties_narrows_every_answer_with_a_page() {
    let client = Client::start();
    let path = format!("pages/{}", client.id("page:first"));
    let points = client.get(&path).ok()["properties"]["Points"]["id"].as_str().unwrap().to_owned();
    let points = percent_encoding(&points);
    let page = client.get(&format!("{path}?filter_properties={points}&filter_properties[]=Name")).ok();
    let names: Vec<&String> = page["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["Name", "Points"]);
    assert_eq!(client.patch(&format!("{path}?filter_properties=Nope"), json!({})).status, 400);
}

fn percent_encoding(text: &str) -> String {
    text.replace('%', "%25").replace('+', "%2B").replace('&', "%26")
}

#[test]
fn trash_restore_lock_archive_and_erase() {
    let client = Client::start();
    let path = format!("pages/{}", client.id("page:plans"));
    client.append(&client.id("page:plans"), json!([paragraph("x")]));
    assert_eq!(client.patch(&path, json!({ "is_locked": true, "is_archived": true })).ok()["is_locked"], true);
    client.patch(&path, json!({ "erase_content": true })).ok();
    assert_eq!(client.children(&client.id("page:plans")).len(), 0);
    assert_eq!(client.patch(&path, json!({ "in_trash": true })).ok()["in_trash"], true);
    assert_eq!(client.get(&path).ok()["in_trash"], true);
    assert_snapshot!(client.patch(&path, json!({ "icon": { "emoji": "x" } })).refusal());
    let inside = json!({ "parent": { "page_id": client.id("page:plans") } });
    assert_eq!(client.post("pages", inside).status, 400);
    assert_eq!(client.patch(&path, json!({ "in_trash": false })).ok()["in_trash"], false);
}

#[test]
fn a_trashed_parent_trashes_what_is_below() {
    let client = Client::start();
    client.patch(&format!("pages/{}", client.id("page:inbox")), json!({ "in_trash": true })).ok();
    let plans = format!("pages/{}", client.id("page:plans"));
    assert_eq!(client.get(&plans).ok()["in_trash"], true);
    assert_snapshot!(client.patch(&plans, json!({ "is_locked": true })).refusal());
    assert_eq!(client.post("search", json!({ "query": "plans" })).ok()["results"], json!([]));
}

#[test]
fn a_page_moves_but_not_below_itself() {
    let client = Client::start();
    let plans = client.id("page:plans");
    let new = client.post("pages", json!({ "parent": { "page_id": plans }, "markdown": "# New" })).ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let moved =
        client.post(&format!("pages/{new}/move"), json!({ "parent": { "page_id": client.id("page:inbox") } })).ok();
    assert_eq!(moved["parent"]["page_id"], client.id("page:inbox"));
    assert_eq!(client.children(&plans).len(), 0);
    assert_eq!(client.post(&format!("pages/{plans}/move"), json!({ "parent": { "page_id": plans } })).status, 400);
}

#[test]
fn mentions_read_by_what_they_name_and_hide_what_is_not_shared() {
    let client = Client::start();
    let mention = |kind: &str, id: String| json!({ "mention": { kind: { "id": id } } });
    let runs = json!([
        mention("page", client.id("page:plans")),
        mention("page", client.id("page:private")),
        mention("user", client.id("user:ada"))
    ]);
    let block = client.append(&client.id("page:plans"), json!([{ "paragraph": { "rich_text": runs } }]))[0].clone();
    let texts: Vec<&Value> =
        block["paragraph"]["rich_text"].as_array().unwrap().iter().map(|run| &run["plain_text"]).collect();
    assert_eq!(texts, ["Tests and plans", "Untitled", "@Ada"]);
    assert_eq!(text_of(&block), "Tests and plans");
}

#[test]
fn titles_and_texts_are_whole_however_many_pieces_they_have() {
    let client = Client::start();
    let runs: Vec<Value> = (0..30)
        .map(|n| json!({ "text": { "content": n.to_string() }, "annotations": { "bold": n % 2 == 0 } }))
        .collect();
    let row = client.row("x", json!({ "Notes": { "rich_text": runs } }));
    let path = format!("pages/{}", row["id"].as_str().unwrap());
    client.patch(&path, json!({ "properties": { "Name": { "title": runs } } })).ok();
    let properties = client.get(&path).ok()["properties"].clone();
    for (name, kind) in [("Notes", "rich_text"), ("Name", "title")] {
        let property = &properties[name];
        assert_eq!(property[kind].as_array().unwrap().len(), 30, "{name}");
        let whole = client.get(&format!("{path}/properties/{}", property["id"].as_str().unwrap())).ok();
        assert_eq!(whole["results"].as_array().unwrap().len(), 30);
    }
}

#[test]
fn a_zone_goes_into_the_offset_and_seconds_go_nowhere() {
    let client = Client::start();
    let due = |date: Value| client.row("x", json!({ "Due": { "date": date } }))["properties"]["Due"]["date"].clone();
    assert_eq!(
        due(json!({ "start": "2026-06-27T17:57:32.424991", "time_zone": "Europe/London" })),
        json!({ "start": "2026-06-27T17:57:00.000+01:00", "end": null, "time_zone": null })
    );
    let path = format!("data_sources/{}/query", client.id("data_source:tasks"));
    let found = |op: &str| {
        let filter = json!({ "property": "Due", "date": { op: "2026-06-27T17:57:15.377824+01:00" } });
        client.post(&path, json!({ "filter": filter })).ok()["results"].as_array().unwrap().len()
    };
    assert_eq!([found("equals"), found("before"), found("after")], [1, 0, 0]);
}

#[test]
fn the_old_address_of_an_icon_of_the_services_own_is_that_icon() {
    let client = Client::start();
    let path = format!("pages/{}", client.id("page:inbox"));
    let icon = |url: &str| {
        let icon = json!({ "type": "external", "external": { "url": url } });
        client.patch(&path, json!({ "icon": icon })).ok()["icon"].clone()
    };
    let native = icon("https://www.notion.so/icons/snake_purple.svg");
    assert_eq!(native, json!({ "type": "icon", "icon": { "name": "snake", "color": "purple" } }));
    assert_eq!(icon("https://example.org/icons/snake_purple.svg")["type"], "external");
}

#[test]
fn a_page_below_one_in_the_trash_may_go_there_itself() {
    let client = Client::start();
    let parent = json!({ "page_id": client.id("page:inbox") });
    let above = client.post("pages", json!({ "parent": parent })).ok()["id"].clone();
    let below = client.post("pages", json!({ "parent": { "page_id": above } })).ok()["id"].clone();
    client.patch(&format!("pages/{}", above.as_str().unwrap()), json!({ "in_trash": true })).ok();
    let path = format!("pages/{}", below.as_str().unwrap());
    assert!(client.patch(&path, json!({ "is_locked": true })).refusal().contains("archived ancestor"));
    assert_eq!(client.patch(&path, json!({ "in_trash": true })).ok()["in_trash"], true);
}

#[test]
fn a_relation_has_more_only_of_what_can_be_seen() {
    let client = Client::start();
    let project = json!({ "Project": { "relation": [{ "id": client.id("page:apollo") }] } });
    let rows: Vec<Value> = (0..26).map(|n| client.row(&n.to_string(), project.clone())["id"].clone()).collect();
    let tasks = || client.get(&format!("pages/{}", client.id("page:apollo"))).ok()["properties"]["Tasks"].clone();
    assert_eq!(tasks()["has_more"], true);
    client.patch(&format!("pages/{}", rows[0].as_str().unwrap()), json!({ "in_trash": true })).ok();
    assert_eq!((tasks()["has_more"].as_bool(), tasks()["relation"].as_array().unwrap().len()), (Some(false), 25));
}

#[test]
fn a_write_that_may_wait_is_a_task_until_it_is_done() {
    let client = Client::start();
    let plans = client.id("page:plans");
    let body = json!({ "parent": { "page_id": plans }, "markdown": "# Later\nText", "allow_async": true });
    let accepted = client.post("pages", body);
    assert_eq!(accepted.status, 202);
    let (id, made) = (accepted.body["id"].as_str().unwrap().to_owned(), accepted.body["created_time"].clone());
    assert!(id.starts_with("task_") && id.len() == 37, "{id}");
    let mut shown = accepted.body;
    for (key, value) in [("id", "[id]"), ("status_url", "[url]"), ("created_time", "[time]"), ("request_id", "[id]")] {
        shown[key] = value.into();
    }
    assert_json_snapshot!(shown);
    assert_eq!(client.children(&plans).len(), 0, "nothing is there yet");
    client.advance(1);
    let running = client.get(&format!("async_tasks/{id}")).ok();
    assert_eq!((&running["status"], &running["poll_after_seconds"]), (&json!("running"), &json!(2)));
    assert_ne!(running["created_time"], made, "the time of creation drifts");
    client.advance(1);
    let done = client.get(&format!("async_tasks/{id}")).ok();
    assert_eq!((&done["status"], done.get("poll_after_seconds")), (&json!("succeeded"), None));
    assert_eq!(done["result"]["id"], client.children(&plans)[0]["id"]);
    assert_eq!(client.by(crate::client::PERSONAL).get(&format!("async_tasks/{id}")).status, 404);
    client.advance(3_600);
    assert!(client.get(&format!("async_tasks/{id}")).refusal().starts_with("404 object_not_found"));
}

#[test]
fn a_write_that_waited_can_fail_and_a_bad_one_never_waits() {
    let client = Client::start();
    let path = format!("pages/{}/markdown", client.id("page:plans"));
    let edit = |old: &str| {
        let update = json!({ "content_updates": [{ "old_str": old, "new_str": "x" }] });
        client.patch(&path, json!({ "type": "update_content", "update_content": update, "allow_async": true }))
    };
    assert_eq!(edit("").status, 400);
    let accepted = edit("nowhere");
    assert_eq!(
        (accepted.status, &accepted.body["operation"]["name"]),
        (202, &json!("PATCH /v1/pages/:page_id/markdown"))
    );
    client.advance(2);
    let task = client.get(&format!("async_tasks/{}", accepted.body["id"].as_str().unwrap())).ok();
    assert_eq!(task["status"], "failed");
    assert_eq!((&task["error"]["object"], &task["error"]["code"]), (&json!("error"), &json!("validation_error")));
}
