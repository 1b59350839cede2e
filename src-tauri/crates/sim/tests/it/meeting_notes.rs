//! Notes of meetings.

use insta::{assert_json_snapshot, assert_snapshot};
use satchel_sim::SimulatorOptions;
use satchel_sim::seed::{BodySeed, PageSeed, ParentSeed, Plan, Stamps, WorkspaceSeed};
use serde_json::{Value, json};

use crate::client::{Client, PERSONAL, TOKEN, seed, without_ids, workspace};
use crate::uploads::uploaded;

#[test]
fn a_recording_becomes_notes_after_a_while() {
    let client = Client::start();
    let recording = uploaded(&client, "meeting.mp3", "audio/mpeg");
    let source = json!({ "type": "file_upload", "file_upload_id": recording["id"] });
    let parent = json!({ "type": "page_id", "page_id": client.id("page:inbox") });
    let body = json!({ "title": "Stand-up", "source": source, "parent": parent });
    let block = client.post("blocks/meeting_notes", body).ok();
    assert_eq!(block["meeting_notes"]["status"], "transcription_in_progress");
    let id = block["id"].as_str().unwrap();
    let summary = block["meeting_notes"]["children"]["summary_block_id"].as_str().unwrap();
    assert_eq!(client.children(id)[0]["id"], summary);
    client.advance(15);
    assert_eq!(client.get(&format!("blocks/{id}")).ok()["meeting_notes"]["status"], "notes_ready");
    let list = client.post("blocks/meeting_notes/query", json!({ "limit": 10 })).ok();
    assert_eq!((&list["results"][0]["id"], &list["has_more"]), (&json!(id), &json!(false)));

    let picture = uploaded(&client, "a.png", "image/png");
    let source = json!({ "type": "file_upload", "file_upload_id": picture["id"] });
    let wrong = client.post("blocks/meeting_notes", json!({ "source": source, "parent": parent }));
    assert!(wrong.refusal().contains("not a recording"));
    let nowhere = json!({ "source": { "type": "file_upload", "file_upload_id": recording["id"] } });
    assert_eq!(client.post("blocks/meeting_notes", nowhere).status, 400);
}

#[test]
fn notes_are_listed_newest_first_and_cut_without_a_cursor() {
    let client = Client::start();
    let parent = json!({ "type": "page_id", "page_id": client.id("page:inbox") });
    for title in ["one", "two"] {
        client.advance(60);
        let recording = uploaded(&client, "meeting.mp3", "audio/mpeg");
        let source = json!({ "type": "file_upload", "file_upload_id": recording["id"] });
        client.post("blocks/meeting_notes", json!({ "title": title, "source": source, "parent": parent })).ok();
    }
    let first = |body: Value| {
        let list = client.post("blocks/meeting_notes/query", body).ok();
        (list["results"][0]["meeting_notes"]["title"][0]["plain_text"].clone(), list["has_more"].clone())
    };
    assert_eq!(first(json!({ "limit": 1 })), (json!("two"), json!(true)));
    let sort = json!([{ "property": "created_time", "direction": "ascending" }]);
    assert_eq!(first(json!({ "sort": sort })), (json!("one"), json!(false)));
}

/// Ada's and Ben's meetings, on pages of their own.
fn meetings() -> WorkspaceSeed {
    let mut workspace = workspace();
    let day = 24 * 60;
    let mut meeting = |title: &str, by: &str, attendees: Option<&[&str]>, days_ago: u32, edited_days_ago: u32| {
        let section = json!({ "type": "paragraph", "paragraph": { "rich_text": [], "color": "default" } });
        let mut notes = json!({
            "title": [{ "type": "text", "text": { "content": title } }], "status": "notes_ready", "children": [section, section, section],
        });
        if let Some(attendees) = attendees {
            let ids: Vec<String> = attendees.iter().map(|key| format!("{{{{user:{key}}}}}")).collect();
            let (start, end) = ("2026-11-20T14:00:00.000Z", "2026-11-20T14:23:00.000Z");
            notes["calendar_event"] = json!({ "start_time": start, "end_time": end, "attendees": ids });
            notes["recording"] = json!({ "start_time": start, "end_time": end });
        }
        workspace.pages.push(PageSeed {
            key: title.to_lowercase(),
            title: title.into(),
            parent: ParentSeed::Page("inbox".into()),
            stamps: Stamps {
                created_minutes_ago: days_ago * day,
                edited_minutes_ago: edited_days_ago * day,
                created_by: Some(by.into()),
                edited_by: Some(by.into()),
            },
            body: vec![BodySeed::Blocks(vec![json!({ "type": "meeting_notes", "meeting_notes": notes })])],
            ..PageSeed::default()
        });
    };
    meeting("Kickoff", "ada", Some(&["ben", "ada"]), 3, 2);
    meeting("Stand-up", "ben", Some(&["ada"]), 1, 1);
    meeting("Retro", "ada", None, 10, 0);
    meeting("Theirs", "ben", Some(&["ben"]), 1, 1);
    workspace
}

/// Ada's own connection.
fn ada() -> Client {
    Client::new(seed(meetings()), SimulatorOptions::default()).by(PERSONAL)
}

fn query(client: &Client, body: Value) -> Value {
    client.post("blocks/meeting_notes/query", body).ok()
}

fn titles(client: &Client, body: Value) -> String {
    let title = |block: &Value| block["meeting_notes"]["title"][0]["plain_text"].as_str().unwrap().to_owned();
    query(client, body)["results"].as_array().unwrap().iter().map(title).collect::<Vec<_>>().join(", ")
}

fn on(property: &str, operator: &str, value: Value) -> Value {
    let mut filter = json!({ "operator": operator });
    if !value.is_null() {
        filter["value"] = value;
    }
    json!({ "property": property, "filter": filter })
}

#[test]
fn seeded_notes_show_the_meeting_and_their_sections() {
    let client = ada();
    let filter = on("title", "string_is", json!({ "type": "exact", "value": "kickoff" }));
    let list = query(&client, json!({ "filter": filter }));
    let notes = &list["results"][0];
    assert_json_snapshot!(without_ids(notes));
    let attendees = json!([client.id("user:ben"), client.id("user:ada")]);
    assert_eq!(notes["meeting_notes"]["calendar_event"]["attendees"], attendees);
    let block = client.children(&client.id("page:kickoff"))[0].clone();
    assert_eq!((&block["id"], &block["meeting_notes"]), (&notes["id"], &notes["meeting_notes"]));
    let sections = client.children(notes["id"].as_str().unwrap());
    assert_eq!(notes["meeting_notes"]["children"]["transcript_block_id"], sections[2]["id"]);
}

#[test]
fn a_query_is_about_the_meetings_of_its_user() {
    let client = ada();
    assert_eq!(titles(&client, json!({})), "Stand-up, Kickoff, Retro");
    assert_eq!(titles(&client.by(TOKEN), json!({})), "");
    client.simulator.as_person("w", "ada").unwrap().trash(&client.id("page:kickoff")).unwrap();
    assert_eq!(titles(&client, json!({})), "Stand-up, Retro");
}

#[test]
fn notes_are_found_by_title_people_and_time() {
    let client = ada();
    let found = |property: &str, operator: &str, value: Value| {
        let filter = json!({ "operator": "and", "filters": [on(property, operator, value)] });
        titles(&client, json!({ "filter": filter }))
    };
    let text = |value: &str| json!({ "type": "exact", "value": value });
    assert_eq!(found("title", "string_contains", text("K")), "Kickoff");
    assert_eq!(found("title", "string_does_not_contain", text("k")), "Stand-up, Retro");
    assert_eq!(found("title", "string_is_not", text("Retro")), "Stand-up, Kickoff");
    assert_eq!(found("title", "string_starts_with", text("re")), "Retro");
    assert_eq!(found("title", "string_ends_with", text("up")), "Stand-up");
    assert_eq!(found("title", "is_empty", Value::Null), "");

    let people = |keys: &[&str]| -> Value {
        let id = |key: &&str| client.id(&format!("user:{key}"));
        keys.iter().map(|key| json!({ "type": "exact", "value": { "table": "notion_user", "id": id(key) } })).collect()
    };
    assert_eq!(found("attendees", "person_contains", people(&["ben"])), "Kickoff");
    assert_eq!(found("attendees", "person_contains", people(&["ben", "ada"])), "Stand-up, Kickoff");
    assert_eq!(found("attendees", "person_does_not_contain", people(&["ben"])), "Stand-up, Retro");
    assert_eq!(found("attendees", "is_empty", Value::Null), "Retro");
    assert_eq!(found("created_by", "person_contains", people(&["ada"])), "Kickoff, Retro");
    assert_eq!(found("last_edited_by", "person_does_not_contain", people(&["ada"])), "Stand-up");
    assert_eq!(found("created_by", "is_not_empty", Value::Null), "Stand-up, Kickoff, Retro");

    let relative = |word: &str| json!({ "type": "relative", "value": word });
    let day = |day: &str| json!({ "type": "exact", "value": { "type": "date", "start_date": day } });
    assert_eq!(found("created_time", "date_is", relative("yesterday")), "Stand-up");
    assert_eq!(found("created_time", "date_is_before", day("2026-11-20")), "Retro");
    assert_eq!(found("created_time", "date_is_on_or_before", day("2026-11-20")), "Kickoff, Retro");
    assert_eq!(found("last_edited_time", "date_is_after", relative("one_week_ago")), "Stand-up, Kickoff, Retro");
    let instant =
        json!({ "type": "datetime", "start_date": "2026-11-22", "start_time": "19:30", "time_zone": "Asia/Tokyo" });
    let instant = json!({ "type": "exact", "value": instant });
    assert_eq!(found("last_edited_time", "date_is_on_or_after", instant), "Retro");
    assert_eq!(found("created_time", "date_is_within", relative("the_past_week")), "Stand-up, Kickoff");
    let days = json!({ "type": "relative", "value": "custom", "direction": "past", "unit": "day", "count": 2 });
    assert_eq!(found("created_time", "date_is_relative_to", days), "Stand-up");
    let range = json!({ "type": "daterange", "start_date": "2026-11-13", "end_date": "2026-11-20" });
    assert_eq!(found("created_time", "date_is_within", json!({ "type": "exact", "value": range })), "Kickoff, Retro");
}

#[test]
fn conditions_stand_alone_and_nest() {
    let client = ada();
    let title = |text: &str| on("title", "string_contains", json!({ "type": "exact", "value": text }));
    let old = on("created_time", "date_is_before", json!({ "type": "relative", "value": "yesterday" }));
    let any = |filters: Value| json!({ "operator": "or", "filters": filters });
    let all = |filters: Value| json!({ "operator": "and", "filters": filters });
    assert_eq!(titles(&client, json!({ "filter": title("retro") })), "Retro");
    assert_eq!(titles(&client, json!({ "filter": any(json!([title("retro"), title("kick")])) })), "Kickoff, Retro");
    let deep = any(json!([title("stand"), all(json!([old, any(json!([title("retro"), title("nobody")]))]))]));
    assert_eq!(titles(&client, json!({ "filter": deep })), "Stand-up, Retro");
    assert_eq!(titles(&client, json!({ "filter": { "operator": "or" } })), "Stand-up, Kickoff, Retro");
    let deeper = all(json!([all(json!([all(json!([all(json!([title("retro")]))]))]))]));
    let refusal = client.post("blocks/meeting_notes/query", json!({ "filter": deeper })).refusal();
    assert_snapshot!(refusal, @"400 validation_error: body failed validation: body.filter.filters[0].filters[0].filters[0].property should be defined, instead was `undefined`.");
}

#[test]
fn notes_are_sorted_by_one_thing_after_another() {
    let client = ada();
    let sorted = |sort: Value| titles(&client, json!({ "sort": sort }));
    let by = |property: &str, direction: &str| json!({ "property": property, "direction": direction });
    assert_eq!(sorted(json!([by("title", "ascending")])), "Kickoff, Retro, Stand-up");
    assert_eq!(sorted(json!([by("created_time", "ascending")])), "Retro, Kickoff, Stand-up");
    assert_eq!(sorted(json!([by("last_edited_time", "descending")])), "Retro, Stand-up, Kickoff");
    assert_eq!(sorted(json!([by("attendees", "descending")])), "Kickoff, Stand-up, Retro");
    let authors = json!([by("created_by", "ascending"), by("title", "descending")]);
    assert_eq!(sorted(authors), "Retro, Kickoff, Stand-up");
    let editors = json!([by("last_edited_by", "descending"), by("created_time", "ascending")]);
    assert_eq!(sorted(editors), "Stand-up, Retro, Kickoff");
}

#[test]
fn a_query_shows_fifty_notes_at_most() {
    let mut workspace = meetings();
    let one = json!({ "type": "meeting_notes", "meeting_notes": { "title": [], "status": "notes_ready" } });
    let stamps = Stamps { created_by: Some("ada".into()), ..Stamps::default() };
    let body = vec![BodySeed::Blocks(vec![one; 48])];
    workspace.pages.push(PageSeed { key: "many".into(), title: "Many".into(), stamps, body, ..PageSeed::default() });
    let client = Client::new(seed(workspace), SimulatorOptions::default()).by(PERSONAL);
    let list = query(&client, json!({}));
    assert_eq!((list["results"].as_array().unwrap().len(), &list["has_more"]), (50, &json!(true)));
    let list = query(&client, json!({ "limit": 50, "filter": on("title", "is_empty", Value::Null) }));
    assert_eq!((list["results"].as_array().unwrap().len(), &list["has_more"]), (48, &json!(false)));
    let keys: Vec<&String> = list.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["results", "has_more", "request_id"]);
}

#[test]
fn wrong_queries_of_notes_are_refused() {
    let client = ada();
    let refused = |body: Value| client.post("blocks/meeting_notes/query", body).refusal();
    let one = |property: &str, operator: &str, value: Value| {
        refused(json!({ "filter": { "operator": "and", "filters": [on(property, operator, value)] } }))
    };
    let me =
        json!({ "type": "exact", "value": { "table": "notion_user", "id": "12345678-1234-4234-8234-123456789abc" } });
    let said = [
        refused(json!({ "limit": 51 })),
        refused(json!({ "limit": 0 })),
        refused(json!({ "start_cursor": "x" })),
        refused(json!({ "sort": [{ "property": "status", "direction": "ascending" }] })),
        refused(json!({ "filter": {} })),
        refused(json!({ "filter": { "operator": "not", "filters": [] } })),
        one("status", "is_empty", Value::Null),
        one("title", "contains", json!({ "type": "exact", "value": "x" })),
        one("title", "string_contains", json!("x")),
        one("title", "string_contains", json!({ "type": "relative", "value": "x" })),
        one("title", "is_empty", json!({ "type": "exact", "value": "x" })),
        one("attendees", "person_contains", me),
        one(
            "attendees",
            "person_contains",
            json!([{ "type": "exact", "value": { "table": "notion_user", "id": "me" } }]),
        ),
        one("created_time", "date_is", json!({ "type": "relative", "value": "the_past_week" })),
        one(
            "created_time",
            "date_is",
            json!({ "type": "exact", "value": { "type": "daterange", "start_date": "2026-11-20" } }),
        ),
        one(
            "created_time",
            "date_is",
            json!({ "type": "exact", "value": { "type": "datetime", "start_date": "2026-11-20", "start_time": "late" } }),
        ),
        one(
            "created_time",
            "date_is",
            json!({ "type": "exact", "value": { "type": "date", "start_date": "2026-11-20", "time_zone": "Mars/Base" } }),
        ),
        one("created_time", "date_is_within", json!({ "type": "relative", "value": "today" })),
        one("created_time", "date_is_within", json!({ "type": "relative", "value": "custom", "unit": "day" })),
    ];
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn the_free_plan_has_no_notes_of_meetings() {
    let mut workspace = meetings();
    workspace.plan = Plan::Free;
    let client = Client::new(seed(workspace), SimulatorOptions::default()).by(PERSONAL);
    let refused = |body: Value| client.post("blocks/meeting_notes/query", body).refusal();
    assert_snapshot!(refused(json!({})), @"400 validation_error: This endpoint requires a plan with AI meeting notes enabled");
    assert!(refused(json!({ "limit": 51 })).contains("body.limit"), "a body is looked at before the plan is");
}
