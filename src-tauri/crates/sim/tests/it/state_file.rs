//! A simulator that is started again from its file is the one that was stopped.

use std::path::Path;

use bytes::Bytes;
use http::{Method, Request};
use insta::assert_snapshot;
use satchel_sim::faults::{Fault, FaultRule};
use satchel_sim::seed::{PublicConnectionSeed, Seed};
use satchel_sim::{
    Consent, Consenting, Ground, ObservedComment, ObservedPage, Simulator, SimulatorOptions, StateFileError,
};
use serde_json::{Value, json};

use crate::client::{Client, LIMITED, NOW, TOKEN, paragraph, seed, workspace};

fn options() -> SimulatorOptions {
    SimulatorOptions { requests_per_minute: Some(100_000), ..SimulatorOptions::default() }
}

fn open(file: &Path) -> Result<Simulator, StateFileError> {
    let ground = Seed { public_connections: vec![PublicConnectionSeed::satchel()], ..seed(workspace()) };
    let options = SimulatorOptions { consenting: Consenting::Given("w".into()), ..options() };
    Simulator::kept_in(file, Ground::Seed(Box::new(ground)), NOW.parse().unwrap(), true, options)
}

fn client(file: &Path) -> Client {
    Client { simulator: open(file).unwrap(), token: TOKEN.to_owned(), version: "2026-03-11" }
}

/// Everything that can be seen from behind, without what is signed anew at every look.
fn look(simulator: &Simulator) -> (Vec<ObservedPage>, Vec<ObservedComment>, Vec<Value>) {
    let unsigned =
        |text: &str| text.split("?X-Amz-").map(|part| part.split_once(')').map_or(part, |(_, rest)| rest)).collect();
    let mut pages = simulator.pages("w");
    for page in &mut pages {
        page.markdown = unsigned(&page.markdown);
        page.properties = unsigned(&page.properties.to_string()).into();
    }
    let client = Client { simulator: simulator.clone(), token: TOKEN.to_owned(), version: "2026-03-11" };
    let lists = ["users", "file_uploads"].map(|list| client.get(list).ok()["results"].clone());
    (pages, simulator.comments("w"), lists.to_vec())
}

fn upload(client: &Client, content: &[u8]) -> String {
    let upload = client.post("file_uploads", json!({ "filename": "tide.png" })).ok();
    let id = upload["id"].as_str().unwrap().to_owned();
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tide.png\"\r\nContent-Type: image/png\r\n\r\n";
    let body = [head.as_bytes(), content, b"\r\n--x--\r\n"].concat();
    let request = Request::post(format!("/v1/file_uploads/{id}/send"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("notion-version", "2026-03-11")
        .header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(client.simulator.handle(request.body(Bytes::from(body)).unwrap()).unwrap().status(), 200);
    id
}

/// Signs in and gives the access token.
fn sign_in(client: &Client, asks: bool) -> String {
    let (id, secret) = client.simulator.oauth_clients()[0].clone();
    let callback = "http://localhost:43110/callback";
    let address = format!(
        "http://sim/v1/oauth/authorize?client_id={id}&response_type=code&owner=user&redirect_uri={}",
        callback.replace(':', "%3A").replace('/', "%2F")
    );
    let target = if asks {
        client.simulator.consent(&address, &Consent::Allow { workspace: "w", pages: &[] }).unwrap().unwrap()
    } else {
        let page = client.simulator.handle(Request::get(&address).body(Bytes::new()).unwrap()).unwrap();
        page.headers()["location"].to_str().unwrap().to_owned()
    };
    let target: url::Url = target.parse().unwrap();
    let code = target.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
    let credentials = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{id}:{secret}"));
    let body = json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": callback });
    let request = Request::post("/v1/oauth/token")
        .header("authorization", format!("Basic {credentials}"))
        .header("notion-version", "2026-03-11")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer: Value = serde_json::from_slice(client.simulator.handle(request).unwrap().body()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// A day's work, with looks in between that use up ids too.
fn work(client: &Client, day: &str) {
    let inbox = client.id("page:inbox");
    let look_around = || {
        client.post("search", json!({ "query": "" })).ok();
        client.post(&format!("data_sources/{}/query", client.id("data_source:tasks")), json!({})).ok();
    };
    look_around();
    let title = json!({ "title": [{ "text": { "content": day } }] });
    let page = client
        .post(
            "pages",
            json!({ "parent": { "page_id": inbox }, "properties": { "title": title }, "children": [paragraph("one")] }),
        )
        .ok();
    let id = page["id"].as_str().unwrap();
    look_around();
    client.advance(61);
    client.append(id, json!([paragraph("two"), { "to_do": { "rich_text": [], "checked": true } }]));
    client.simulator.faults().add(FaultRule::any(Fault::CommitThenDrop));
    assert!(
        client
            .raw(Method::PATCH, &format!("blocks/{id}/children"), Some(&json!({ "children": [paragraph("lost")] })))
            .is_err()
    );
    client.simulator.faults().add(FaultRule::any(Fault::BadGateway));
    assert_eq!(client.raw(Method::POST, "comments", Some(&json!({}))).unwrap().status(), 502);
    client.post("comments", json!({ "parent": { "page_id": id }, "rich_text": [{ "text": { "content": day } }] })).ok();
    client.post("pages", json!({ "parent": 1 })).refusal();
    let file = upload(client, format!("bytes of {day}").as_bytes());
    client.append(id, json!([{ "image": { "file_upload": { "id": file } } }]));
    client.row(day, json!({ "Done": { "checkbox": true } }));
    let edit = json!({ "type": "insert_content", "insert_content": { "content": "# Later" }, "allow_async": true });
    assert_eq!(client.patch(&format!("pages/{id}/markdown"), edit).status, 202);
    // What was put off is carried out when somebody looks.
    client.advance(5);
    look_around();
    client.patch(&format!("pages/{id}"), json!({ "icon": { "type": "emoji", "emoji": "🌊" } })).ok();
    client.delete(&format!("blocks/{}", client.children(id)[0]["id"].as_str().unwrap())).ok();
}

#[test]
fn it_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let first = client(&file);
    work(&first, "Monday");
    let tokens = [sign_in(&first, true), sign_in(&first, false)];
    let before = look(&first.simulator);
    assert!(before.0.iter().any(|page| page.markdown.contains("lost") && page.markdown.contains("# Later")));
    let stopped = first.simulator.clock().now();
    drop(first);

    let second = client(&file);
    assert!(
        stopped.duration_since(second.simulator.clock().now()) < jiff::SignedDuration::from_secs(60),
        "time stood still"
    );
    assert_eq!(look(&second.simulator), before);
    for token in tokens {
        second.by(&token).get("users/me").ok();
    }
    work(&second, "Tuesday");
    let before = look(&second.simulator);
    drop(second);
    assert_eq!(look(&client(&file).simulator), before);
}

#[test]
fn what_was_let_through_once_is_let_through_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let first = client(&file);
    for _ in 0..200 {
        first.row("a row", json!({}));
    }
    let before = first.simulator.pages("w").len();
    drop(first);
    let own = SimulatorOptions::default();
    let second = Simulator::kept_in(&file, Ground::Pages(0), NOW.parse().unwrap(), true, own).unwrap();
    assert_eq!(second.pages("w").len(), before);
}

#[test]
fn one_simulator_has_the_file_and_changes_by_requests_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let first = client(&file);
    assert_snapshot!(open(&file).unwrap_err(), @"another simulator is using it");
    let refused = first.simulator.as_person("w", "ada").unwrap_err();
    assert_snapshot!(refused, @"a simulator that is kept in a file changes by requests alone");
    // What was put off is carried out however late somebody looks.
    let page = first.id("page:inbox");
    let edit = json!({ "type": "insert_content", "insert_content": { "content": "# Late" }, "allow_async": true });
    assert_eq!(first.patch(&format!("pages/{page}/markdown"), edit).status, 202);
    drop(first);
    let second = client(&file);
    second.advance(90_000);
    assert!(second.get(&format!("pages/{page}/markdown")).ok()["markdown"].as_str().unwrap().contains("# Late"));
}

#[test]
fn a_line_that_was_cut_off_was_never_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let first = client(&file);
    first.row("kept", json!({}));
    let before = look(&first.simulator);
    let length = std::fs::metadata(&file).unwrap().len();
    first.row("cut", json!({}));
    drop(first);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() - 5]).unwrap();
    assert_eq!(look(&client(&file).simulator), before);
    assert_eq!(std::fs::metadata(&file).unwrap().len(), length);
}

/// Asks an endpoint of the simulator's own.
async fn control(simulator: &Simulator, name: &str, body: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let serving = tokio::spawn(satchel_sim::server::serve(listener, simulator.clone(), std::future::pending()));
    let length = body.len();
    let head =
        format!("POST /control/{name} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    serving.abort();
    answer
}

#[tokio::test]
async fn what_was_taken_from_a_connection_stays_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let first = client(&file);
    let inbox = first.id("page:inbox");
    let share = format!(r#"{{"token":"{TOKEN}","id":"{inbox}","is_shared":false}}"#);
    assert!(control(&first.simulator, "share", &share).await.contains(r#"{"is_shared":false}"#));
    control(&first.simulator, "revoke", &format!(r#"{{"token":"{LIMITED}"}}"#)).await;
    drop(first);
    // Until the connections have let go of it.
    while matches!(open(&file), Err(StateFileError::Busy)) {
        tokio::task::yield_now().await;
    }
    let second = client(&file);
    assert_eq!(second.get(&format!("pages/{inbox}")).status, 404);
    assert_eq!(second.by(LIMITED).get("users/me").status, 401);
}

#[test]
fn a_file_that_does_not_fit_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let first = client(&file);
    first.row("a", json!({}));
    drop(first);
    let good = std::fs::read_to_string(&file).unwrap();
    let refused = |content: &str| {
        std::fs::write(&file, content).unwrap();
        let refused = open(&file).unwrap_err().to_string();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
        refused
    };
    assert_snapshot!(refused("a shopping list\n"), @"line 1 is not understood: expected value at line 1 column 1");
    assert_snapshot!(refused("a shopping list"), @"line 1 is not understood: it does not end");
    assert_snapshot!(refused(&good.replace("\"notion-sim\":1", "\"notion-sim\":2")), @"it was written by a newer notion-sim, in form 2; this one reads form 1");
    assert_snapshot!(refused(&good.replace("\"key\":\"inbox\"", "\"key\":\"outbox\"")), @r#"connection app names "database:inbox", which the seed does not have"#);
    let (_, change) = good.trim_end().rsplit_once('\n').unwrap();
    let mut other: Value = serde_json::from_str(change).unwrap();
    other["counters"]["request_ids"] = json!(7);
    assert_snapshot!(refused(&good.replace(change, &other.to_string())), @"the request on line 2 has another answer than it had; the file was written by another version of notion-sim. Nothing was changed in it");
}

#[test]
fn a_generated_workspace_is_kept_by_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notion.state");
    let open = || Simulator::kept_in(&file, Ground::Pages(500), NOW.parse().unwrap(), false, options()).unwrap();
    let before = open().pages("large");
    assert!(std::fs::metadata(&file).unwrap().len() < 200);
    assert_eq!(open().pages("large"), before);
    let later =
        Simulator::kept_in(&file, Ground::Pages(0), "2030-01-01T00:00:00Z".parse().unwrap(), false, options()).unwrap();
    assert!(later.clock().now() >= "2030-01-01T00:00:00Z".parse().unwrap(), "it follows the machine's time");
}
