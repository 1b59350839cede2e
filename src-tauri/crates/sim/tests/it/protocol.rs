//! What holds for every request: address, token, version, ids, rates, bodies.

use bytes::Bytes;
use http::{Method, Request};
use insta::assert_snapshot;
use satchel_sim::SimulatorOptions;
use serde_json::{Value, json};

use crate::client::{Client, paragraph, seed, workspace};

#[test]
fn every_answer_carries_its_request_id_twice_and_no_etag() {
    let client = Client::start();
    let response = client.raw(Method::GET, "users/me", None).unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(response.headers()["x-notion-request-id"], body["request_id"].as_str().unwrap());
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert!(response.headers().get("etag").is_none());
}

#[test]
fn unknown_addresses_bad_tokens_and_versions_are_refused() {
    let client = Client::start();
    assert_snapshot!(client.get("invalid").refusal(), @"400 invalid_request_url: Invalid request URL.");
    assert_snapshot!(client.by("ntn_wrong").get("users/me").refusal(), @"401 unauthorized: API token is invalid.");
    assert!(client.simulator.revoke(&client.token));
    assert_snapshot!(client.get("users/me").refusal(), @"401 unauthorized: API token is invalid.");
}

#[test]
fn only_two_versions_are_spoken() {
    let mut said: Vec<String> = Vec::new();
    let mut client = Client::start();
    client.version = "2022-06-28";
    said.push(client.get("users/me").refusal());
    let bare = Request::get("/v1/users/me").header("authorization", "Bearer ntn_test").body(Bytes::new()).unwrap();
    let response = client.simulator.handle(bare).unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    said.push(format!("{}: {}", body["code"], body["message"]));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn archived_belongs_to_the_older_version() {
    let mut said: Vec<String> = Vec::new();
    let mut client = Client::start();
    let page = format!("pages/{}", client.id("page:plans"));
    assert!(client.get(&page).ok().get("archived").is_none());
    said.push(client.patch(&page, json!({ "archived": true })).refusal());
    client.version = "2025-09-03";
    assert_eq!(client.patch(&page, json!({ "archived": true })).ok()["archived"], true);
    let list = format!("blocks/{}/children", client.id("page:inbox"));
    let after = client.children(&client.id("page:inbox"))[0]["id"].clone();
    client.patch(&list, json!({ "children": [paragraph("x")], "after": after })).ok();
    client.version = "2026-03-11";
    said.push(
        client
            .patch(&list, json!({ "children": [paragraph("x")], "after": "00000000-0000-0000-0000-000000000000" }))
            .refusal(),
    );
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn an_id_is_read_before_it_is_looked_up() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    said.push(client.get("pages/12345678-1234-1234-1234-123456789abc").refusal());
    said.push(client.get("pages/00000000-0000-0000-0000-000000000000").refusal());
    let undashed = client.id("page:plans").replace('-', "");
    assert_eq!(client.get(&format!("pages/{undashed}")).ok()["id"], client.id("page:plans"));
    said.push(client.get(&format!("data_sources/{undashed}")).refusal().replace(&client.id("page:plans"), "ID"));
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn bodies_and_queries_are_strict() {
    let mut said: Vec<String> = Vec::new();
    let client = Client::start();
    let request =
        Request::post("/v1/search").header("authorization", "Bearer ntn_test").header("notion-version", "2026-03-11");
    let response = client.simulator.handle(request.body(Bytes::from_static(b"{nope")).unwrap()).unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    said.push(format!("{}: {}", body["code"], body["message"]));
    said.push(client.post("search", json!({ "unknown": 1 })).refusal());
    said.push(client.post("search", json!({ "page_size": 101 })).refusal());
    said.push(client.get("users?page_size=many").refusal());
    said.push(client.get("users?foo=1").refusal());
    said.push(client.post("pages", json!({ "parent": {} })).refusal());
    let large = "x".repeat(600_000);
    said.push(client.post("pages", json!({ "markdown": large })).refusal());
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_window_of_a_minute_holds_180_requests() {
    let client = Client::new(seed(workspace()), SimulatorOptions::default());
    for _ in 0..180 {
        client.get("users/me").ok();
    }
    client.advance(17);
    let response = client.raw(Method::GET, "users/me", None).unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "43");
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        body["additional_data"],
        json!({ "rate_limit_reason": "public_api_request_rate_limit", "retry_after": "43" })
    );
    client.by("ntn_personal").get("users/me").ok();
    client.advance(43);
    client.get("users/me").ok();
}

#[test]
fn paid_plans_have_600_a_minute() {
    let mut business = workspace();
    business.plan = satchel_sim::seed::Plan::Business;
    let client = Client::new(seed(business), SimulatorOptions::default());
    let answered = (0..601).filter(|_| client.get("users/me").status == 200).count();
    assert_eq!(answered, 600);
}

#[test]
fn the_same_seed_gives_the_same_ids_and_answers() {
    let run = || {
        let client = Client::start();
        let page = client
            .post("pages", json!({ "parent": { "page_id": client.id("page:inbox") }, "markdown": "# A\nb" }))
            .ok();
        (page, client.children(&client.id("page:inbox")))
    };
    assert_eq!(run(), run());
}

#[test]
fn a_body_that_does_not_say_it_is_json_is_not_read() {
    let client = Client::start();
    let ask = |kind: Option<&str>| {
        let request = Request::post("/v1/search")
            .header("authorization", "Bearer ntn_test")
            .header("notion-version", client.version);
        let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
        let response = client.simulator.handle(request.body(Bytes::from_static(b"{}")).unwrap()).unwrap();
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(ask(Some("application/json; charset=utf-8")).0, 200);
    for kind in [None, Some("application/x-www-form-urlencoded"), Some("text/plain")] {
        assert_eq!(ask(kind), (400, "invalid_json".to_owned()), "{kind:?}");
    }
}

#[test]
fn a_workspace_has_a_window_of_its_own_over_all_connections() {
    let limit = satchel_sim::WorkspaceLimit { requests: 3, window: std::time::Duration::from_secs(300) };
    let options = SimulatorOptions { workspace_limit: Some(limit), ..SimulatorOptions::default() };
    let client = Client::new(seed(workspace()), options);
    client.get("users/me").ok();
    client.by(crate::client::PERSONAL).get("users/me").ok();
    client.get("users/me").ok();
    client.advance(100);
    let refused = client.by(crate::client::PERSONAL).get("users/me");
    assert_eq!(refused.status, 429);
    let why = json!({ "rate_limit_reason": "public_api_space_request_rate_limit", "retry_after": "200" });
    assert_eq!(refused.body["additional_data"], why);
    client.advance(200);
    client.get("users/me").ok();
}
