//! Failures on purpose.

use http::Method;
use satchel_sim::faults::{Fault, FaultRule, RateLimitReason};
use serde_json::{Value, json};

use crate::client::{Client, paragraph, text_of};

fn new_page(client: &Client) -> Value {
    json!({ "parent": { "page_id": client.id("page:plans") }, "markdown": "# New\nText" })
}

fn fail(client: &Client, fault: Fault) {
    client.simulator.faults().add(FaultRule::ending(Method::POST, "/pages", fault));
}

#[test]
fn a_dropped_connection_tells_only_the_test_whether_it_was_read() {
    let client = Client::start();
    fail(&client, Fault::DropBefore);
    fail(&client, Fault::CommitThenDrop);
    let body = new_page(&client);
    let lost = client.raw(Method::POST, "pages", Some(&body)).unwrap_err();
    assert!(!lost.request_was_read);
    assert_eq!(client.children(&client.id("page:plans")).len(), 0);
    let lost = client.raw(Method::POST, "pages", Some(&body)).unwrap_err();
    assert!(lost.request_was_read);
    assert_eq!(client.children(&client.id("page:plans")).len(), 1);
    let log = client.simulator.request_log();
    let posts: Vec<(bool, bool)> = log
        .iter()
        .filter(|request| request.method == "POST")
        .map(|request| (request.status.is_some(), request.is_committed))
        .collect();
    assert_eq!(posts, [(false, false), (false, true)]);
}

#[test]
fn a_503_after_the_write_may_carry_a_receipt() {
    let client = Client::start();
    fail(&client, Fault::CommitThen503 { receipt: true });
    let answer = client.post("pages", new_page(&client));
    assert_eq!((answer.status, &answer.body["code"]), (503, &json!("service_unavailable")));
    let made = client.children(&client.id("page:plans"))[0]["id"].clone();
    assert_eq!(answer.body["additional_data"]["committed_resource_id"], made);
    assert!(answer.body["additional_data"].get("committed_child_ids").is_none(), "children are named for appends only");
    let children = format!("blocks/{}/children", client.id("page:plans"));
    client.simulator.faults().add(FaultRule::ending(
        Method::PATCH,
        "/children",
        Fault::CommitThen503 { receipt: true },
    ));
    let answer = client.patch(&children, json!({ "children": [paragraph("a"), paragraph("b")] }));
    let ids: Vec<Value> =
        client.children(&client.id("page:plans"))[1..].iter().map(|block| block["id"].clone()).collect();
    assert_eq!(answer.body["additional_data"]["committed_resource_id"], client.id("page:plans"));
    assert_eq!(answer.body["additional_data"]["committed_child_ids"], json!(ids));
    fail(&client, Fault::CommitThen503 { receipt: false });
    assert!(client.post("pages", new_page(&client)).body.get("additional_data").is_none());
    assert_eq!(client.children(&client.id("page:plans")).len(), 4);
}

#[test]
fn refusals_do_nothing_and_look_like_the_services() {
    let client = Client::start();
    let body = new_page(&client);
    for (fault, status, code) in [
        (Fault::InternalError, 500, "internal_server_error"),
        (Fault::Unavailable, 503, "service_unavailable"),
        (Fault::GatewayTimeout, 504, "gateway_timeout"),
        (Fault::Conflict, 409, "conflict_error"),
        (Fault::Overloaded { retry_after: 5 }, 529, "service_overload"),
        (Fault::InvalidCursor, 400, "validation_error"),
    ] {
        fail(&client, fault);
        let answer = client.post("pages", body.clone());
        assert_eq!((answer.status, answer.body["code"].as_str().unwrap()), (status, code));
    }
    fail(&client, Fault::BadGateway);
    let response = client.raw(Method::POST, "pages", Some(&body)).unwrap();
    assert_eq!(response.status(), 502);
    assert!(response.body().starts_with(b"<html>"));
    fail(&client, Fault::RateLimited { reason: RateLimitReason::Workspace, retry_after: 90 });
    let response = client.raw(Method::POST, "pages", Some(&body)).unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"90".parse().unwrap()));
    assert_eq!(client.children(&client.id("page:plans")).len(), 0);
}

#[test]
fn a_truncated_body_is_no_json_but_the_write_is_done() {
    let client = Client::start();
    fail(&client, Fault::TruncatedBody);
    let response = client.raw(Method::POST, "pages", Some(&new_page(&client))).unwrap();
    assert_eq!(response.status(), 200);
    assert!(serde_json::from_slice::<Value>(response.body()).is_err());
    assert_eq!(client.children(&client.id("page:plans")).len(), 1);
}

#[test]
fn rules_let_requests_pass_and_hit_as_often_as_told() {
    let client = Client::start();
    client.simulator.faults().add(FaultRule::any(Fault::InternalError).after(1).times(2));
    let statuses: Vec<u16> = (0..4).map(|_| client.get("users/me").status).collect();
    assert_eq!(statuses, [200, 500, 500, 200]);
    assert_eq!(client.simulator.faults().remaining(), 0);
}

#[test]
fn a_page_of_a_list_can_come_spoiled() {
    let client = Client::start();
    let page = client.id("page:plans");
    client.append(&page, (0..4).map(|n| paragraph(&n.to_string())).collect());
    let list = format!("blocks/{page}/children?page_size=2");
    let spoil = |fault| client.simulator.faults().add(FaultRule::ending(Method::GET, "/children", fault));
    let good = client.get(&list).ok();
    let second = format!("{list}&start_cursor={}", good["next_cursor"].as_str().unwrap());

    spoil(Fault::EmptyPage);
    let empty = client.get(&second).ok();
    assert_eq!((&empty["results"], &empty["has_more"]), (&json!([]), &json!(true)));
    assert_ne!(empty["next_cursor"], good["next_cursor"]);
    let go_on =
        |page: &Value| client.get(&format!("{list}&start_cursor={}", page["next_cursor"].as_str().unwrap())).ok();
    assert_eq!(text_of(&go_on(&empty)["results"][0]), "2", "nothing is lost by going on");
    spoil(Fault::EmptyPage);
    assert_eq!(text_of(&go_on(&client.get(&list).ok())["results"][0]), "0");

    spoil(Fault::RepeatedPage);
    let repeated = client.get(&second).ok();
    assert_eq!(text_of(&repeated["results"][0]), "2");
    assert_eq!((&repeated["has_more"], &repeated["next_cursor"]), (&json!(true), &good["next_cursor"]));

    spoil(Fault::CursorAtEnd);
    let last = client.get(&second).ok();
    assert_eq!((last["has_more"].as_bool(), last["next_cursor"].is_string()), (Some(false), true));
}

#[test]
fn the_edge_and_the_service_sign_differently() {
    let client = Client::start();
    let answer = client.raw(Method::GET, "users/me", None).unwrap();
    assert!(answer.headers().contains_key("cf-ray") && answer.headers().contains_key("x-notion-request-id"));
    client.simulator.faults().add(FaultRule::any(Fault::BadGateway));
    let answer = client.raw(Method::GET, "users/me", None).unwrap();
    assert!(answer.headers().contains_key("cf-ray") && !answer.headers().contains_key("x-notion-request-id"));
}
