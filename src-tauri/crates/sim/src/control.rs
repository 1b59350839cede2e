//! The simulator's own endpoints, beside the API: `/control/…` moves the clock, changes the window, makes things go wrong and tells what
//! came in. For tests in other processes; those in this one call the library.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Simulator;
use crate::faults::{Fault, FaultRule};
use crate::inspect::connection_mut;
use crate::seed::Capabilities;
use crate::simulator::State;
use crate::state::Workspace;
use crate::state::ids;

/// Where they are.
pub(crate) const PREFIX: &str = "/control/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    advance_seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    /// Requests in a window; `null` is what the plan gives.
    requests: Option<u32>,
    #[serde(default = "a_minute")]
    seconds: u32,
}

const fn a_minute() -> u32 {
    60
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Of any method, unless said.
    method: Option<String>,
    /// How the path ends; any, unless said.
    path: Option<String>,
    fault: Fault,
    #[serde(default)]
    after: u32,
    #[serde(default = "once")]
    times: u32,
    /// Of the requests it is about, how many are hit.
    probability: Option<f64>,
    /// For the same luck every time.
    #[serde(default)]
    seed: u64,
}

const fn once() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    token: String,
    /// A page or database.
    id: String,
    /// Whether the connection has it, with everything below.
    is_shared: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rights {
    token: String,
    capabilities: Capabilities,
}

/// What a connection may do, changed as in the product's own settings. Unlike the rest here it belongs to the workspace, and a state file
/// has it.
pub(crate) fn change(state: &mut State, name: &str, body: &[u8]) -> Option<Result<Value, String>> {
    Some(match name {
        "revoke" => read::<Revoke>(body).and_then(|asked| {
            let connection = connection_mut(state, &asked.token).ok_or("there is no such token")?;
            connection.is_revoked = true;
            Ok(json!({ "is_revoked": true }))
        }),
        "capabilities" => read::<Rights>(body).and_then(|asked| {
            let connection = connection_mut(state, &asked.token).ok_or("there is no such token")?;
            connection.capabilities = asked.capabilities;
            Ok(json!({ "capabilities": asked.capabilities }))
        }),
        "share" => read::<Share>(body).and_then(|asked| {
            let (workspace, _) = state.holder(&asked.token).ok_or("there is no such token")?;
            let has = |ws: &Workspace| ids::parse(&asked.id).filter(|id| ws.has(*id));
            let id = state.workspaces.get(workspace).and_then(has).ok_or("its workspace has nothing with this id")?;
            let connection = connection_mut(state, &asked.token).ok_or("there is no such token")?;
            connection.set_shared(id, asked.is_shared);
            Ok(json!({ "is_shared": asked.is_shared }))
        }),
        _ => return None,
    })
}

impl TryFrom<Rule> for FaultRule {
    type Error = String;

    fn try_from(rule: Rule) -> Result<Self, String> {
        let method = rule.method.map(|method| method.to_uppercase().parse::<Method>()).transpose();
        let method = method.map_err(|_| "`method` should be a method of HTTP".to_owned())?;
        let path = rule.path.unwrap_or_default();
        let is_meant = move |given: &Method, at: &str| {
            method.as_ref().is_none_or(|method| method == given) && at.ends_with(path.as_str())
        };
        let made = Self::matching(is_meant, rule.fault).after(rule.after).times(rule.times);
        match rule.probability {
            None => Ok(made),
            Some(share) if (0.0..=1.0).contains(&share) => Ok(made.sometimes(share, rule.seed)),
            Some(_) => Err("`probability` should be between 0 and 1".to_owned()),
        }
    }
}

/// Answers a request of the simulator's own.
pub(crate) fn answer(simulator: &Simulator, method: &Method, path: &str, body: &[u8]) -> Response<Bytes> {
    let answer = match (method.as_str(), path.strip_prefix(PREFIX).unwrap_or_default()) {
        ("GET", "clock") => Ok(now(simulator)),
        ("POST", "clock") => read::<Clock>(body).map(|clock| {
            simulator.clock().advance(Duration::from_secs(clock.advance_seconds));
            now(simulator)
        }),
        ("POST", "window") => read::<Window>(body).map(|window| {
            simulator.set_window(window.requests, window.seconds);
            json!({ "requests": window.requests, "seconds": window.seconds })
        }),
        ("GET", "faults") => Ok(json!({ "remaining": simulator.faults().remaining() })),
        ("POST", "faults") => read::<Rule>(body).and_then(FaultRule::try_from).map(|rule| {
            simulator.faults().add(rule);
            json!({ "remaining": simulator.faults().remaining() })
        }),
        ("DELETE", "faults") => {
            simulator.faults().clear();
            Ok(json!({ "remaining": 0 }))
        }
        ("POST", name @ ("revoke" | "share" | "capabilities")) => simulator.change(name, body),
        ("GET", "requests") => Ok(requests(simulator)),
        ("DELETE", "requests") => {
            simulator.clear_request_log();
            Ok(requests(simulator))
        }
        _ => return response(StatusCode::NOT_FOUND, &json!({ "error": format!("{method} {path} is not here") })),
    };
    match answer {
        Ok(answer) => response(StatusCode::OK, &answer),
        Err(reason) => response(StatusCode::BAD_REQUEST, &json!({ "error": reason })),
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn now(simulator: &Simulator) -> Value {
    json!({ "now": simulator.clock().now().to_string() })
}

fn requests(simulator: &Simulator) -> Value {
    let log: Vec<Value> = simulator
        .request_log()
        .into_iter()
        .map(|request| {
            json!({
                "at": request.at.to_string(), "method": request.method, "path": request.path, "query": request.query,
                "status": request.status.map(|status| status.as_u16()), "is_committed": request.is_committed,
            })
        })
        .collect();
    json!({ "requests": log })
}

fn response(status: StatusCode, answer: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(answer.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatorOptions;
    use crate::seed::Seed;

    fn notion() -> Simulator {
        Simulator::new(Seed::with_inbox(), SimulatorOptions::default()).unwrap()
    }

    fn ask(notion: &Simulator, method: Method, name: &str, body: Value) -> (u16, Value) {
        let response = answer(notion, &method, &format!("/control/{name}"), body.to_string().as_bytes());
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
    }

    /// The status of a request of the API; nothing when the connection broke.
    fn me(notion: &Simulator) -> Option<u16> {
        let request = http::Request::builder()
            .uri("/v1/users/me")
            .header("authorization", "Bearer ntn_empty")
            .header("notion-version", "2026-03-11")
            .body(Bytes::new())
            .unwrap();
        notion.handle(request).ok().map(|response| response.status().as_u16())
    }

    #[test]
    fn the_clock_is_told_and_moved() {
        let notion = notion();
        let (_, before) = ask(&notion, Method::GET, "clock", json!(null));
        let (status, after) = ask(&notion, Method::POST, "clock", json!({ "advance_seconds": 90 }));
        let time = |answer: &Value| answer["now"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
        assert_eq!((status, time(&after) - time(&before)), (200, 90));
    }

    #[test]
    fn a_window_may_be_short_and_small() {
        let notion = notion();
        ask(&notion, Method::POST, "window", json!({ "requests": 2, "seconds": 5 }));
        assert_eq!([me(&notion), me(&notion), me(&notion)], [Some(200), Some(200), Some(429)]);
        ask(&notion, Method::POST, "clock", json!({ "advance_seconds": 5 }));
        assert_eq!(me(&notion), Some(200));
    }

    #[test]
    fn things_go_wrong_on_request_and_what_came_in_is_told() {
        let notion = notion();
        let rule = json!({ "method": "get", "path": "/me", "fault": { "type": "commit_then_503", "receipt": true }, "after": 1 });
        assert_eq!(ask(&notion, Method::POST, "faults", rule).1, json!({ "remaining": 1 }));
        assert_eq!([me(&notion), me(&notion), me(&notion)], [Some(200), Some(503), Some(200)]);
        ask(&notion, Method::POST, "faults", json!({ "fault": { "type": "drop_before" }, "times": 3 }));
        assert_eq!(me(&notion), None);
        ask(&notion, Method::DELETE, "faults", json!(null));
        assert_eq!(me(&notion), Some(200));
        let (_, log) = ask(&notion, Method::GET, "requests", json!(null));
        let statuses: Vec<Value> =
            log["requests"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
        assert_eq!(json!(statuses), json!([200, 503, 200, null, 200]));
        assert_eq!(ask(&notion, Method::DELETE, "requests", json!(null)).1, json!({ "requests": [] }));
    }

    #[test]
    fn luck_is_the_same_for_the_same_seed() {
        let runs: Vec<Vec<Option<u16>>> = (0..2)
            .map(|_| {
                let notion = notion();
                let rule = json!({ "fault": { "type": "conflict" }, "times": 1000, "probability": 0.3, "seed": 7 });
                ask(&notion, Method::POST, "faults", rule);
                (0..100).map(|_| me(&notion)).collect()
            })
            .collect();
        assert_eq!(runs[0], runs[1]);
        let hit = runs[0].iter().filter(|status| **status == Some(409)).count();
        assert!((15..45).contains(&hit), "{hit} of 100");
    }

    #[test]
    fn a_page_is_taken_away_and_a_token_ended() {
        let notion = notion();
        let inbox = notion.id_of("empty", "page:inbox").unwrap();
        let page = |notion: &Simulator| {
            let request = http::Request::get(format!("/v1/pages/{inbox}"))
                .header("authorization", "Bearer ntn_empty")
                .header("notion-version", "2026-03-11");
            notion.handle(request.body(Bytes::new()).unwrap()).unwrap().status().as_u16()
        };
        let share = |is_shared: bool| json!({ "token": "ntn_empty", "id": inbox, "is_shared": is_shared });
        assert_eq!(page(&notion), 200);
        ask(&notion, Method::POST, "share", share(false));
        assert_eq!(page(&notion), 404);
        ask(&notion, Method::POST, "share", share(true));
        assert_eq!(page(&notion), 200);
        let blind = json!({ "token": "ntn_empty", "capabilities": { "read_content": false } });
        assert_eq!(ask(&notion, Method::POST, "capabilities", blind).0, 200);
        assert_eq!(page(&notion), 403);
        assert_eq!(ask(&notion, Method::POST, "revoke", json!({ "token": "ntn_empty" })).0, 200);
        assert_eq!(page(&notion), 401);
    }

    #[test]
    fn what_it_does_not_understand_it_says() {
        let notion = notion();
        for (name, body) in [
            ("clock", json!({ "advance": 1 })),
            ("window", json!({ "requests": "many" })),
            ("revoke", json!({ "token": "ntn_nobody" })),
            ("share", json!({ "token": "ntn_empty", "id": "inbox", "is_shared": true })),
            ("faults", json!({ "fault": { "type": "bad_luck" } })),
            ("faults", json!({ "fault": { "type": "conflict" }, "probability": 2 })),
            ("faults", json!({ "fault": { "type": "conflict" }, "method": "G ET" })),
        ] {
            let (status, said) = ask(&notion, Method::POST, name, body);
            assert_eq!(status, 400, "{said}");
        }
        assert_eq!(ask(&notion, Method::GET, "weather", json!(null)).0, 404);
    }
}
