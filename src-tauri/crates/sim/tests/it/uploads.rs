//! Files on their way, and where they are attached.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::client::{Answer, Client, PERSONAL, paragraph};

const MIB: usize = 1_024 * 1_024;

/// Sends bytes as a form, with a part's number or none.
fn send(client: &Client, upload: &Value, part: Option<&str>, content_type: &str, bytes: &[u8]) -> Answer {
    let mut body = Vec::new();
    if let Some(part) = part {
        body.extend_from_slice(
            format!("--b\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n{part}\r\n").as_bytes(),
        );
    }
    body.extend_from_slice(
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tide.png\"\r\nContent-Type: {content_type}\r\n\r\n"
        )
        .as_bytes(),
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri(format!("/v1/file_uploads/{}/send", upload["id"].as_str().unwrap()))
        .header("authorization", format!("Bearer {}", client.token))
        .header("notion-version", client.version)
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Bytes::from(body))
        .unwrap();
    let response = client.simulator.handle(request).unwrap();
    Answer { status: response.status().as_u16(), body: serde_json::from_slice(response.body()).unwrap() }
}

fn begin(client: &Client, body: Value) -> Value {
    client.post("file_uploads", body).ok()
}

/// A file that has been sent.
pub fn uploaded(client: &Client, filename: &str, content_type: &str) -> Value {
    let upload = begin(client, json!({ "filename": filename }));
    send(client, &upload, None, content_type, b"not really one").ok()
}

fn picture(client: &Client) -> Value {
    uploaded(client, "tide.png", "image/png")
}

fn path(upload: &Value) -> String {
    format!("file_uploads/{}", upload["id"].as_str().unwrap())
}

#[test]
fn a_file_in_one_part_is_begun_sent_and_attached() {
    let client = Client::start();
    let begun = begin(&client, json!({ "filename": "tide.png" }));
    assert_eq!((&begun["status"], &begun["content_type"]), (&json!("pending"), &json!("image/png")));
    assert_eq!(begun["upload_url"], format!("https://api.notion.com/v1/{}/send", path(&begun)));
    assert_eq!(begun["content_length"], Value::Null);
    let sent = send(&client, &begun, None, "image/png", b"twenty bytes, or so..").ok();
    assert_eq!((&sent["status"], &sent["content_length"]), (&json!("uploaded"), &json!(21)));
    assert_eq!(sent.get("upload_url"), None);

    let page = client.id("page:inbox");
    let image = json!({ "image": { "type": "file_upload", "file_upload": { "id": sent["id"] } } });
    let block = client.append(&page, json!([image])).remove(0);
    assert_eq!(block["image"]["type"], "file");
    let url = block["image"]["file"]["url"].as_str().unwrap();
    assert!(url.contains("/tide.png?") && url.contains("X-Amz-Expires=3600"), "{url}");
    let kept = client.get(&path(&sent)).ok();
    assert_eq!((&kept["status"], &kept["expiry_time"]), (&json!("uploaded"), &Value::Null));
    // For good, and as often as one likes.
    client.advance(7_200);
    client.append(&page, json!([{ "image": { "file_upload": { "id": sent["id"] } } }]));
}

#[test]
fn what_is_not_sent_or_attached_within_the_hour_is_gone() {
    let client = Client::start();
    let (never_sent, never_attached) = (begin(&client, json!({})), picture(&client));
    client.advance(3_600);
    for upload in [&never_sent, &never_attached] {
        assert_eq!(client.get(&path(upload)).ok()["status"], "expired");
    }
    assert!(send(&client, &never_sent, None, "text/plain", b"x").refusal().contains("expired"));
    let image = json!([{ "image": { "file_upload": { "id": never_attached["id"] } } }]);
    let refused = client.patch(&format!("blocks/{}/children", client.id("page:inbox")), json!({ "children": image }));
    assert!(refused.refusal().contains("status is `expired`"));
}

#[test]
fn parts_come_in_any_order_and_are_completed() {
    let client = Client::start();
    let upload = begin(&client, json!({ "mode": "multi_part", "filename": "film.mp4", "number_of_parts": 3 }));
    assert_eq!(upload["number_of_parts"], json!({ "total": 3, "sent": 0 }));
    let part = vec![7; 5 * MIB];
    let last = send(&client, &upload, Some("3"), "video/mp4", b"the end").ok();
    assert_eq!((&last["status"], &last["number_of_parts"]["sent"]), (&json!("pending"), &json!(1)));
    send(&client, &upload, Some("1"), "video/mp4", &part).ok();
    let complete = format!("{}/complete", path(&upload));
    assert!(client.post(&complete, json!({})).refusal().contains("2 of 3 parts"));
    // A part that is sent again takes its own place.
    send(&client, &upload, Some("1"), "video/mp4", &part).ok();
    send(&client, &upload, Some("2"), "video/mp4", &part).ok();
    let done = client.post(&complete, json!({})).ok();
    assert_eq!((&done["status"], &done["content_length"]), (&json!("uploaded"), &json!(10 * MIB + 7)));
    assert!(client.post(&complete, json!({})).refusal().contains("already been completed"));
}

#[test]
fn sizes_types_and_numbers_are_held_to() {
    let client = Client::start();
    let single = begin(&client, json!({ "filename": "tide.png" }));
    let many = begin(&client, json!({ "mode": "multi_part", "filename": "film.mp4", "number_of_parts": 2 }));
    let refusals = [
        send(&client, &single, None, "image/png", &vec![0; 20 * MIB + 1]),
        send(&client, &single, None, "image/png", b""),
        send(&client, &single, None, "text/plain", b"x"),
        send(&client, &single, Some("1"), "image/png", b"x"),
        send(&client, &many, None, "video/mp4", b"x"),
        send(&client, &many, Some("3"), "video/mp4", b"x"),
        send(&client, &many, Some("1"), "video/mp4", b"too small for a part that is not the last"),
        client.post("file_uploads", json!({ "filename": "virus.exe" })),
        client.post("file_uploads", json!({ "mode": "multi_part", "filename": "a.mp4" })),
        client.post("file_uploads", json!({ "mode": "multi_part", "filename": "a.mp4", "number_of_parts": 1001 })),
        client.post(
            "file_uploads",
            json!({ "mode": "external_url", "filename": "a.pdf", "external_url": "http://e.org/a.pdf" }),
        ),
        client.post("file_uploads", json!({ "number_of_parts": 2 })),
        client.post(&format!("{}/complete", path(&single)), json!({})),
        client.get("file_uploads?status=done"),
    ];
    for refusal in refusals {
        assert_eq!(refusal.status, 400, "{}", refusal.body);
    }
    assert_eq!(client.get(&path(&single)).ok()["status"], "pending", "a refusal changes nothing");
}

#[test]
fn the_service_fetches_what_is_on_the_web_or_says_that_it_could_not() {
    let client = Client::start();
    let of = |url: &str| begin(&client, json!({ "mode": "external_url", "filename": "a.pdf", "external_url": url }));
    let (found, lost) = (of("https://example.org/a.pdf"), of("https://nowhere.invalid/a.pdf"));
    assert_eq!((&found["status"], found.get("file_import_result")), (&json!("pending"), None));
    client.advance(6);
    let found = client.get(&path(&found)).ok();
    assert_eq!((&found["status"], &found["file_import_result"]["type"]), (&json!("uploaded"), &json!("success")));
    let lost = client.get(&path(&lost)).ok();
    assert_eq!(
        (&lost["status"], &lost["file_import_result"]["error"]["type"]),
        (&json!("failed"), &json!("download_error"))
    );
}

#[test]
fn an_upload_belongs_to_its_connection_and_is_listed_newest_first() {
    let client = Client::start();
    let (first, second) = (begin(&client, json!({ "filename": "a.txt" })), picture(&client));
    let ids = |list: &Value| -> Vec<Value> {
        list["results"].as_array().unwrap().iter().map(|upload| upload["id"].clone()).collect()
    };
    assert_eq!(ids(&client.get("file_uploads").ok()), [second["id"].clone(), first["id"].clone()]);
    assert_eq!(ids(&client.get("file_uploads?status=pending").ok()), [first["id"].clone()]);
    let page = client.get("file_uploads?page_size=1").ok();
    assert_eq!((&page["has_more"], &page["next_cursor"]), (&json!(true), &first["id"]));
    let other = client.by(PERSONAL);
    assert_eq!(ids(&other.get("file_uploads").ok()), [Value::Null; 0]);
    assert_eq!(other.get(&path(&first)).status, 404);
}

#[test]
fn an_upload_can_be_an_icon_a_cover_a_value_a_page_in_place_or_stand_beside_a_comment() {
    let client = Client::start();
    let upload = picture(&client);
    let source = json!({ "type": "file_upload", "file_upload": { "id": upload["id"] } });
    let parent = json!({ "page_id": client.id("page:inbox") });
    let page = client
        .post("pages", json!({ "parent": parent, "icon": source, "cover": source, "children": [paragraph("x")] }))
        .ok();
    assert_eq!((&page["icon"]["type"], &page["cover"]["type"]), (&json!("file"), &json!("file")));
    assert_eq!(page["icon"].get("name"), None);

    let html = begin(&client, json!({ "filename": "chart.html" }));
    send(&client, &html, None, "text/html", b"<p>").ok();
    let id = page["id"].as_str().unwrap();
    let embed = client.append(id, json!([{ "embed": { "file_upload": { "id": html["id"] } } }])).remove(0);
    assert!(embed["embed"]["url"].as_str().unwrap().contains("chart.html?X-Amz"), "{embed}");
    let file = client.append(id, json!([{ "file": source }])).remove(0);
    assert_eq!(file["file"]["name"], "tide.png");
    let moved = client
        .patch(
            &format!("blocks/{}", file["id"].as_str().unwrap()),
            json!({ "file": { "external": { "url": "https://e.org/b.png" } } }),
        )
        .ok();
    assert_eq!((&moved["file"]["type"], moved["file"].get("file")), (&json!("external"), None));

    let comment = json!({
        "parent": parent, "markdown": "see", "attachments": [{ "file_upload_id": upload["id"], "type": "file_upload" }],
    });
    let comment = client.post("comments", comment).ok();
    assert_eq!(comment["attachments"][0]["category"], "image");
    assert!(comment["attachments"][0]["file"]["url"].as_str().unwrap().contains("X-Amz-Signature"));
}

/// The answer of the files' host: status, and body.
fn fetch(client: &Client, url: &str, range: Option<&str>) -> (u16, Vec<u8>) {
    let request = range.into_iter().fold(Request::get(url), |request, range| request.header("range", range));
    let response = client.simulator.handle(request.body(Bytes::new()).unwrap()).unwrap();
    (response.status().as_u16(), response.body().to_vec())
}

fn attached(client: &Client, filename: &str, content: &[u8]) -> String {
    let upload = begin(client, json!({ "filename": filename, "content_type": "image/png" }));
    send(client, &upload, None, "image/png", content).ok();
    let image = json!({ "image": { "type": "file_upload", "file_upload": { "id": upload["id"] } } });
    client.append(&client.id("page:inbox"), json!([image])).remove(0)["id"].as_str().unwrap().to_owned()
}

fn address(client: &Client, block: &str) -> String {
    client.get(&format!("blocks/{block}")).ok()["image"]["file"]["url"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_uploaded_is_there_for_an_hour_at_a_time() {
    let client = Client::start();
    let block = attached(&client, "high tide (spring).png", b"0123456789");
    let url = address(&client, &block);
    assert!(url.contains("/high%20tide%20%28spring%29.png?"), "{url}");
    assert_eq!(fetch(&client, &url, None), (200, b"0123456789".to_vec()));
    assert_eq!(fetch(&client, &url, Some("bytes=4-")), (206, b"456789".to_vec()));
    assert_eq!(fetch(&client, &url, Some("bytes=2-3")), (206, b"23".to_vec()));
    assert_eq!(fetch(&client, &url, Some("bytes=-2")), (206, b"89".to_vec()));
    assert_eq!(fetch(&client, &url, Some("bytes=10-")).0, 416);

    client.advance(3_599);
    assert_eq!(fetch(&client, &url, None).0, 200);
    client.advance(2);
    let (status, body) = fetch(&client, &url, None);
    assert_eq!(status, 403);
    assert!(
        String::from_utf8(body).unwrap().contains("<Code>AccessDenied</Code><Message>Request has expired</Message>")
    );
    assert_eq!(fetch(&client, &address(&client, &block), None).0, 200);
}

#[test]
fn an_address_works_only_as_it_was_signed() {
    let client = Client::start();
    let url = address(&client, &attached(&client, "a.png", b"x"));
    let (plain, _) = url.split_once('?').unwrap();
    let later = url.replace("X-Amz-Date=2026", "X-Amz-Date=2027");
    for odd in [plain, &later, &url.replace("a.png", "b.png"), &url.replace("X-Amz-Signature=", "X-Amz-Signature=0")] {
        assert_eq!(fetch(&client, odd, None).0, 403, "{odd}");
    }
}

#[test]
fn a_file_that_nobody_sent_is_made_up_and_stays_the_same() {
    let client = Client::start();
    let upload = begin(
        &client,
        json!({ "mode": "external_url", "external_url": "https://example.org/a.png", "filename": "a.png" }),
    );
    client.advance(10);
    let image = json!({ "image": { "type": "file_upload", "file_upload": { "id": upload["id"] } } });
    let block = client.append(&client.id("page:inbox"), json!([image])).remove(0);
    let block = block["id"].as_str().unwrap();
    let (status, bytes) = fetch(&client, &address(&client, block), None);
    assert_eq!((status, bytes.len()), (200, 13_264));
    let (_, part) = fetch(&client, &address(&client, block), Some("bytes=13-1000"));
    assert_eq!(part, bytes[13..=1_000]);
}
