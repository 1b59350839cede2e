//! Notes of meetings.

use serde_json::{Value, json};

use crate::client::Client;
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
