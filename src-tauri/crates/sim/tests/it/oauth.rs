//! Signing in with OAuth: the page, the exchange, and what becomes of tokens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use insta::assert_snapshot;
use satchel_sim::seed::{Capabilities, PublicConnectionSeed, Seed, UserInformation};
use satchel_sim::{Consent, Consenting, OauthErrors, Simulator, SimulatorOptions};
use serde_json::{Value, json};

use crate::client::{Client, seed, without_ids, workspace};

const CALLBACK: &str = "http://localhost:43110/callback";

fn options() -> SimulatorOptions {
    SimulatorOptions { requests_per_minute: Some(100_000), ..SimulatorOptions::default() }
}

fn start(public: PublicConnectionSeed, options: SimulatorOptions) -> Client {
    Client::new(Seed { public_connections: vec![public], ..seed(workspace()) }, options)
}

fn ready() -> Client {
    start(PublicConnectionSeed::satchel(), options())
}

/// The address of the page, with what a client is told to put into it.
fn address(client: &Client, redirect_uri: Option<&str>) -> String {
    let (id, _) = client.simulator.oauth_clients()[0].clone();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", &id).append_pair("response_type", "code").append_pair("owner", "user");
    query.append_pair("state", "x y/1");
    if let Some(uri) = redirect_uri {
        query.append_pair("redirect_uri", uri);
    }
    format!("http://sim/v1/oauth/authorize?{}", query.finish())
}

const ALL: Consent<'_> = Consent::Allow { workspace: "w", pages: &[] };

/// What the person's browser is sent to.
fn sent_to(client: &Client, redirect_uri: Option<&str>, answer: &Consent<'_>) -> url::Url {
    client.simulator.consent(&address(client, redirect_uri), answer).unwrap().unwrap().parse().unwrap()
}

fn code(client: &Client, answer: &Consent<'_>) -> String {
    let target = sent_to(client, Some(CALLBACK), answer);
    target.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned()
}

fn get(simulator: &Simulator, address: &str) -> Response<Bytes> {
    simulator.handle(Request::get(address).body(Bytes::new()).unwrap()).unwrap()
}

/// Calls an endpoint as the registered connection.
fn ask(client: &Client, endpoint: &str, body: &Value) -> (u16, Value) {
    let (id, secret) = client.simulator.oauth_clients()[0].clone();
    ask_as(client, endpoint, &format!("{id}:{secret}"), "application/json", &body.to_string())
}

fn ask_as(client: &Client, endpoint: &str, who: &str, kind: &str, body: &str) -> (u16, Value) {
    let request = Request::post(format!("/v1/oauth/{endpoint}"))
        .header("authorization", format!("Basic {}", STANDARD.encode(who)))
        .header("content-type", kind)
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    let response = client.simulator.handle(request).unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(response.headers()["x-notion-request-id"], body["request_id"].as_str().unwrap());
    (response.status().as_u16(), body)
}

fn exchange(client: &Client, code: &str) -> (u16, Value) {
    ask(client, "token", &json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK }))
}

fn refresh(client: &Client, token: &Value) -> (u16, Value) {
    ask(client, "token", &json!({ "grant_type": "refresh_token", "refresh_token": token }))
}

fn tokens(client: &Client, answer: &Consent<'_>) -> Value {
    let (status, body) = exchange(client, &code(client, answer));
    assert_eq!(status, 200, "{body}");
    body
}

fn with_token(client: &Client, tokens: &Value) -> Client {
    client.by(tokens["access_token"].as_str().unwrap())
}

#[track_caller]
fn refused((status, body): (u16, Value), expected: (u16, &str)) {
    assert_eq!((status, body["error"].as_str().unwrap_or_default()), expected, "{body}");
    assert!(body["error_description"].is_string() && body.get("object").is_none(), "{body}");
}

#[test]
fn the_page_shows_who_asks_and_every_workspace() {
    let client = ready();
    let page = get(&client.simulator, &address(&client, Some(CALLBACK)));
    assert_eq!(
        (page.status().as_u16(), &page.headers()["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    let text = String::from_utf8(page.body().to_vec()).unwrap();
    for part in [
        "Satchel would like",
        "name=\"workspace\" value=\"w\"",
        "Test workspace",
        "name=\"page\" value=\"inbox\"",
        "value=\"cancel\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("Tests and plans"), "only what stands at the top is offered");
}

#[test]
fn a_page_that_was_asked_for_wrongly_sends_nobody_anywhere() {
    let client = ready();
    let good = address(&client, Some(CALLBACK));
    let cases = [
        (good.replace("client_id=5", "client_id=6"), "Missing or invalid client_id"),
        (good.replace("response_type=code", "response_type=token"), "Missing or invalid response_type"),
        (good.replace("&owner=user", ""), "Missing or invalid owner"),
        (address(&client, None), "Missing or invalid redirect_uri"),
        (address(&client, Some("http://127.0.0.1:43110/callback")), "Missing or invalid redirect_uri"),
        (address(&client, Some("http://localhost/callback")), "Missing or invalid redirect_uri"),
        (address(&client, Some("http://localhost:1@example.org:80/")), "Missing or invalid redirect_uri"),
        (address(&client, Some("https://example.org/callback")), "Missing or invalid redirect_uri"),
        (address(&client, Some("satchel://callback")), "Missing or invalid redirect_uri"),
    ];
    for (address, problem) in cases {
        let page = get(&client.simulator, &address);
        assert_eq!(page.status(), 400, "{address}");
        assert!(String::from_utf8_lossy(page.body()).contains(problem), "{address}");
        assert_eq!(client.simulator.consent(&address, &ALL).unwrap(), None);
    }
}

#[test]
fn addresses_are_matched_to_the_letter_unless_any_local_one_is_registered() {
    let exact = PublicConnectionSeed { any_localhost: false, ..PublicConnectionSeed::satchel() };
    let client = start(exact, options());
    for uri in ["http://localhost:43110/callback/", "http://localhost:50000/callback"] {
        assert_eq!(get(&client.simulator, &address(&client, Some(uri))).status(), 400, "{uri}");
        assert_eq!(get(&ready().simulator, &address(&client, Some(uri))).status(), 200, "{uri}");
    }
    assert_eq!(get(&client.simulator, &address(&client, Some(CALLBACK))).status(), 200);
    let wrong =
        PublicConnectionSeed { redirect_uris: vec!["http://127.0.0.1:1/x".into()], ..PublicConnectionSeed::satchel() };
    let seed = Seed { public_connections: vec![wrong], ..seed(workspace()) };
    assert_snapshot!(
        Simulator::new(seed, options()).unwrap_err(),
        @r#""http://127.0.0.1:1/x" cannot be registered to send people back to: only https, and http://localhost with a port"#
    );
}

#[test]
fn an_answer_brings_the_state_back() {
    let client = ready();
    let target = sent_to(&client, Some("http://localhost:43110/callback?from=notion"), &Consent::Cancel);
    assert_eq!(target.as_str(), "http://localhost:43110/callback?from=notion&error=access_denied&state=x+y%2F1");
    let target = sent_to(&client, Some(CALLBACK), &ALL);
    let names: Vec<_> = target.query_pairs().map(|(key, _)| key.into_owned()).collect();
    assert_eq!(
        (names, target.path(), target.port()),
        (vec!["code".to_owned(), "state".to_owned()], "/callback", Some(43110))
    );
    let by_name = Consent::Allow { workspace: "Test workspace", pages: &[] };
    assert!(sent_to(&client, Some(CALLBACK), &by_name).query().unwrap().starts_with("code="));
    let unknown = Consent::Allow { workspace: "elsewhere", pages: &[] };
    assert_eq!(client.simulator.consent(&address(&client, Some(CALLBACK)), &unknown).unwrap(), None);
}

#[test]
fn nobody_has_to_be_asked() {
    let with = |consenting| start(PublicConnectionSeed::satchel(), SimulatorOptions { consenting, ..options() });
    let location = |client: &Client| {
        let answer = get(&client.simulator, &address(client, Some(CALLBACK)));
        assert_eq!(answer.status(), 302);
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let client = with(Consenting::Given("w".into()));
    let target: url::Url = location(&client).parse().unwrap();
    let code = target.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
    assert_eq!(exchange(&client, &code).0, 200);
    assert!(location(&with(Consenting::Refused)).contains("error=access_denied"));
    let nowhere = with(Consenting::Given("elsewhere".into()));
    assert_eq!(get(&nowhere.simulator, &address(&nowhere, Some(CALLBACK))).status(), 400);
    let wrong = address(&client, Some("http://127.0.0.1:1/"));
    assert_eq!(get(&client.simulator, &wrong).status(), 400, "the address is looked at all the same");
}

#[test]
fn a_code_becomes_a_pair_of_tokens_once() {
    let client = ready();
    let code = code(&client, &ALL);
    let (status, first) = exchange(&client, &code);
    assert_eq!(status, 200);
    assert!(first["access_token"].as_str().unwrap().starts_with("ntn_"));
    assert!(first["refresh_token"].as_str().unwrap().starts_with("nrt_"));
    let mut shown = without_ids(&first);
    for key in ["access_token", "refresh_token"] {
        shown[key] = "[secret]".into();
    }
    insta::assert_json_snapshot!(shown);
    refused(exchange(&client, &code), (400, "invalid_grant"));
    refused(exchange(&client, "nonsense"), (400, "invalid_grant"));
}

#[test]
fn a_code_dies_after_ten_minutes() {
    let client = ready();
    let code = code(&client, &ALL);
    client.advance(601);
    refused(exchange(&client, &code), (400, "invalid_grant"));
}

#[test]
fn the_exchange_names_the_address_of_the_page() {
    let client = ready();
    let body = |uri: Option<&str>| {
        let mut body = json!({ "grant_type": "authorization_code", "code": code(&client, &ALL) });
        if let Some(uri) = uri {
            body["redirect_uri"] = uri.into();
        }
        body
    };
    refused(ask(&client, "token", &body(None)), (400, "invalid_request"));
    refused(ask(&client, "token", &body(Some("http://localhost:43111/callback"))), (400, "invalid_grant"));

    let single = PublicConnectionSeed {
        redirect_uris: vec![CALLBACK.into()],
        any_localhost: false,
        ..PublicConnectionSeed::satchel()
    };
    let client = start(single, options());
    let target = sent_to(&client, None, &ALL);
    assert!(target.as_str().starts_with(CALLBACK));
    let code = target.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
    refused(exchange(&client, &code), (400, "invalid_request"));
    let body =
        json!({ "grant_type": "authorization_code", "code": code, "external_account": { "key": "a", "name": "b" } });
    assert_eq!(ask(&client, "token", &body).0, 200);
}

#[test]
fn the_endpoints_want_id_and_secret_and_json_of_the_right_shape() {
    let client = ready();
    let (id, secret) = client.simulator.oauth_clients()[0].clone();
    let body = json!({ "grant_type": "refresh_token", "refresh_token": "x" }).to_string();
    for endpoint in ["token", "introspect", "revoke"] {
        for who in [format!("{id}:wrong"), format!("other:{secret}"), "nothing".to_owned()] {
            refused(ask_as(&client, endpoint, &who, "application/json", &body), (401, "invalid_client"));
        }
    }
    let who = format!("{id}:{secret}");
    let mut said: Vec<String> = Vec::new();
    let mut say = |(status, body): (u16, Value)| {
        said.push(format!("{status} {}: {}", body["code"].as_str().unwrap(), body["message"].as_str().unwrap()));
    };
    say(ask_as(
        &client,
        "token",
        &who,
        "application/x-www-form-urlencoded",
        "grant_type=refresh_token&refresh_token=x",
    ));
    say(ask(&client, "token", &json!({ "grant_type": "password" })));
    say(ask(&client, "token", &json!({ "grant_type": "authorization_code" })));
    say(ask(&client, "token", &json!({ "grant_type": "authorization_code", "code": "x", "code_verifier": "y" })));
    say(ask(&client, "introspect", &json!({})));
    say(ask(&client, "revoke", &json!({ "token": "x", "token_type_hint": "access_token" })));
    assert_snapshot!(said.join("\n\n"));
    assert_snapshot!(client.get("oauth/token").refusal(), @"400 invalid_request_url: Invalid request URL.");
}

#[test]
fn a_refresh_ends_both_old_tokens() {
    let client = ready();
    let first = tokens(&client, &ALL);
    let (status, second) = refresh(&client, &first["refresh_token"]);
    assert_eq!(status, 200, "{second}");
    assert_eq!(second["bot_id"], first["bot_id"]);
    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(with_token(&client, &first).get("users/me").status, 401);
    assert_eq!(with_token(&client, &second).get("users/me").status, 200);
    refused(refresh(&client, &first["refresh_token"]), (400, "invalid_grant"));
    assert_eq!(refresh(&client, &second["refresh_token"]).0, 200, "the later pair goes on");
}

#[test]
fn every_consent_mints_a_pair_for_the_same_bot() {
    let client = ready();
    let (first, second) = (tokens(&client, &ALL), tokens(&client, &ALL));
    assert_eq!(first["bot_id"], second["bot_id"]);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    for pair in [&first, &second] {
        assert_eq!(with_token(&client, pair).get("users/me").status, 200);
    }
}

#[test]
fn a_token_acts_as_a_bot_on_what_was_picked() {
    let client = ready();
    let picked = Consent::Allow { workspace: "w", pages: &["private"] };
    let by_token = with_token(&client, &tokens(&client, &picked));
    let me = by_token.get("users/me").ok();
    assert_eq!((&me["name"], &me["type"]), (&json!("Satchel"), &json!("bot")));
    assert_eq!(me["bot"]["owner"]["user"]["person"]["email"], "ada@example.com");
    let private = client.id("page:private");
    assert_eq!(by_token.get(&format!("pages/{}", client.id("page:inbox"))).status, 404);
    let page = json!({ "parent": { "page_id": private }, "markdown": "# New" });
    assert_eq!(by_token.post("pages", page).ok()["created_by"]["id"], me["id"]);
    // Unlike internal connections it may write at the top, and list users.
    assert_eq!(by_token.post("pages", json!({ "markdown": "# Top" })).ok()["parent"]["type"], "workspace");
    let users = by_token.get("users").ok();
    assert!(users["results"].as_array().unwrap().iter().any(|user| user["id"] == me["id"]));
    // Consenting anew replaces what it sees.
    let by_token = with_token(&client, &tokens(&client, &Consent::Allow { workspace: "w", pages: &["inbox"] }));
    assert_eq!(by_token.get(&format!("pages/{private}")).status, 404);
    assert_eq!(by_token.get(&format!("pages/{}", client.id("page:plans"))).status, 200);
}

#[test]
fn rights_are_the_registered_ones_and_shrink_the_owner() {
    let capabilities =
        Capabilities { read_comments: false, user_information: UserInformation::None, ..Capabilities::default() };
    let client = start(PublicConnectionSeed { capabilities, ..PublicConnectionSeed::satchel() }, options());
    let pair = tokens(&client, &ALL);
    assert_eq!(pair["owner"], json!({ "type": "user", "user": { "object": "user", "id": client.id("user:ada") } }));
    let list = with_token(&client, &pair).get(&format!("comments?block_id={}", client.id("page:inbox")));
    assert_eq!(list.refusal(), "403 restricted_resource: Insufficient permissions for this endpoint.");
    let (_, about) = ask(&client, "introspect", &json!({ "token": pair["access_token"] }));
    assert_eq!(about["scope"], "read_content update_content insert_content insert_comments");
}

#[test]
fn a_token_is_looked_up_and_ended_with_its_companion() {
    let client = ready();
    let pair = tokens(&client, &ALL);
    let active = |token: &Value| {
        let (status, body) = ask(&client, "introspect", &json!({ "token": token }));
        assert_eq!(status, 200);
        (body["active"].as_bool().unwrap(), body["iat"].as_i64())
    };
    let now = Some(client.simulator.clock().now().as_second());
    assert_eq!((active(&pair["access_token"]), active(&pair["refresh_token"])), ((true, now), (true, now)));
    assert_eq!(active(&"ntn_test".into()), (false, None), "tokens that OAuth did not make are not its own");
    let other = tokens(&client, &ALL);
    let (status, body) = ask(&client, "revoke", &json!({ "token": pair["access_token"] }));
    assert_eq!((status, body.as_object().unwrap().len()), (200, 1), "nothing but the request's id");
    assert_eq!(ask(&client, "revoke", &json!({ "token": "never heard of" })).0, 200);
    assert_eq!(active(&pair["access_token"]), (false, None));
    assert_eq!(with_token(&client, &pair).get("users/me").refusal(), "401 unauthorized: API token is invalid.");
    refused(refresh(&client, &pair["refresh_token"]), (400, "invalid_grant"));
    assert_eq!(with_token(&client, &other).get("users/me").status, 200, "the other sign-in goes on");
}

#[test]
fn a_person_who_disconnects_ends_everything_until_they_consent_anew() {
    let client = ready();
    let pair = tokens(&client, &ALL);
    assert!(client.simulator.revoke(pair["access_token"].as_str().unwrap()));
    assert_eq!(with_token(&client, &pair).get("users/me").status, 401);
    refused(refresh(&client, &pair["refresh_token"]), (400, "invalid_grant"));
    let anew = tokens(&client, &ALL);
    assert_eq!(anew["bot_id"], pair["bot_id"]);
    assert_eq!(with_token(&client, &anew).get("users/me").status, 200);
}

#[test]
fn refusals_may_come_in_the_form_of_the_rest() {
    let client =
        start(PublicConnectionSeed::satchel(), SimulatorOptions { oauth_errors: OauthErrors::Api, ..options() });
    let (status, body) = refresh(&client, &"nrt_x".into());
    assert_eq!((status, &body["object"], &body["code"]), (400, &json!("error"), &json!("invalid_grant")));
    let (status, body) = ask_as(&client, "token", "a:b", "application/json", "{}");
    assert_eq!((status, &body["code"]), (401, &json!("invalid_client")));
}

#[test]
fn search_may_take_its_time_after_a_grant() {
    let lag = std::time::Duration::from_secs(90);
    let client = start(PublicConnectionSeed::satchel(), SimulatorOptions { grant_lag: lag, ..options() });
    let by_token = with_token(&client, &tokens(&client, &ALL));
    let found = || by_token.post("search", json!({})).ok()["results"].as_array().unwrap().len();
    assert_eq!(found(), 0);
    assert_eq!(by_token.get(&format!("pages/{}", client.id("page:inbox"))).status, 200, "reading does not wait");
    client.advance(90);
    assert!(found() > 3);
}

#[test]
fn a_token_without_a_name_opens_nothing() {
    let client = ready();
    tokens(&client, &ALL);
    assert_eq!(client.by("").get("users/me").status, 401);
}

#[test]
fn a_personal_token_ends_on_its_day() {
    let mut workspace = workspace();
    workspace.connections[2].expires_in_minutes = Some(5);
    let client = Client::new(seed(workspace), options());
    let personal = client.by(crate::client::PERSONAL);
    assert_eq!(personal.get("users/me").status, 200);
    client.advance(300);
    assert_eq!(personal.get("users/me").refusal(), "401 unauthorized: API token is invalid.");
}
