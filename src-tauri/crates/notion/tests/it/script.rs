//! A service that does what a test says and remembers what it was asked. It lives on tokio's clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use satchel_notion::{Client, ClientBuilder, Phase, RetryPolicy, Transport, TransportError, TransportFault};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

pub const TOKEN: &str = "ntn_do_not_print_me";
pub const ID: &str = "0123abcd-4567-489a-bcde-f0123456789a";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Since the service began.
    pub at: Duration,
    pub method: String,
    pub path: String,
    pub version: String,
    pub authorization: String,
    pub content_type: String,
    /// As JSON, where it is.
    pub body: Value,
    pub raw: Vec<u8>,
}

/// What the service does with a request.
pub struct Step {
    pub after: Duration,
    pub outcome: Result<Response<Bytes>, TransportError>,
}

impl Step {
    pub fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(response) = &mut self.outcome {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        self
    }
}

pub fn answer(status: u16, body: &Value) -> Step {
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json; charset=utf-8")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    Step { after: Duration::ZERO, outcome: Ok(response) }
}

pub fn html(status: u16) -> Step {
    let response = Response::builder()
        .status(status)
        .header("content-type", "text/html")
        .header("cf-ray", "8f00")
        .body(Bytes::from_static(b"<html>bad gateway</html>"))
        .unwrap();
    Step { after: Duration::ZERO, outcome: Ok(response) }
}

pub fn error(status: u16, code: &str) -> Step {
    error_with(status, code, json!({}))
}

pub fn error_with(status: u16, code: &str, additional_data: Value) -> Step {
    answer(
        status,
        &json!({ "object": "error", "status": status, "code": code, "message": "m", "additional_data": additional_data }),
    )
}

pub fn lost(phase: Phase) -> Step {
    let fault = match phase {
        Phase::BeforeSend => TransportFault::Unreachable,
        Phase::AfterSend => TransportFault::Interrupted,
    };
    Step { after: Duration::ZERO, outcome: Err(TransportError::new(phase, fault)) }
}

pub fn me() -> Step {
    answer(200, &json!({ "object": "user", "id": ID, "type": "bot", "bot": {} }))
}

type Script = Box<dyn Fn(usize, &Seen) -> Step + Send + Sync>;

/// The scripted service.
pub struct Service {
    began: Instant,
    seen: Mutex<Vec<Seen>>,
    script: Script,
}

impl Service {
    /// A service that answers the request with this number, from 0, in this way.
    pub fn new(script: impl Fn(usize, &Seen) -> Step + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), seen: Mutex::default(), script: Box::new(script) })
    }

    /// A client of this service, without jitter.
    pub fn client(self: &Arc<Self>) -> Client {
        self.builder().build().unwrap()
    }

    pub fn builder(self: &Arc<Self>) -> ClientBuilder {
        Client::builder(Arc::clone(self))
            .token(SecretString::from(TOKEN))
            .base_url("http://service.test/")
            .jitter(|| 0.0)
            .wall_clock(|| "2026-11-23T10:00:00Z".parse().unwrap())
            .retry(RetryPolicy::default())
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// When requests arrived, in whole seconds.
    pub fn seconds(&self) -> Vec<u64> {
        self.seen().iter().map(|seen| seen.at.as_secs()).collect()
    }
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let header = |name: &str| {
                request.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
            };
            let seen = Seen {
                at: self.began.elapsed(),
                method: request.method().to_string(),
                path: request.uri().path_and_query().unwrap().to_string(),
                version: header("notion-version"),
                authorization: header("authorization"),
                content_type: header("content-type"),
                body: serde_json::from_slice(request.body()).unwrap_or_default(),
                raw: request.body().to_vec(),
            };
            let number = {
                let mut all = self.seen.lock().unwrap();
                all.push(seen.clone());
                all.len() - 1
            };
            let step = (self.script)(number, &seen);
            sleep(step.after).await;
            step.outcome
        })
    }
}
