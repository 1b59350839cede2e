//! Recorded exchanges: one JSON object a line, those of a cassette belong together.

use http::Method;
use serde_json::Value;

use super::ReplayError;

/// A request somebody made to the service, and what it answered.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub place: String,
    pub cassette: String,
    pub seq: u64,
    /// None where only the answer was recorded.
    pub method: Option<Method>,
    /// Below `/v1/`, without the query.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub version: String,
    /// What the body was sent as, where it was not JSON.
    pub content_type: Option<String>,
    /// JSON, or the text of a form.
    pub body: Value,
    pub status: u16,
    pub answer: Value,
}

impl Exchange {
    /// The exchanges of a file, in its order. `name` is what places in it are called by.
    pub fn all_of(name: &str, text: &str) -> Result<Vec<Self>, ReplayError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(number, line)| Self::of(name, number + 1, line)).collect()
    }

    fn of(name: &str, number: usize, line: &str) -> Result<Self, ReplayError> {
        let place = format!("{name}:{number}");
        let wrong = |reason: String| ReplayError { place: place.clone(), reason };
        let exchange: Value = serde_json::from_str(line).map_err(|error| wrong(format!("no JSON: {error}")))?;
        let text = |key: &str| exchange.get(key).and_then(Value::as_str).unwrap_or_default();
        let method = match text("method") {
            "" => None,
            method => Some(method.parse().map_err(|_| wrong(format!("{method:?} is no method")))?),
        };
        let pairs = exchange.get("query").and_then(Value::as_array).into_iter().flatten();
        let pairs =
            pairs.filter_map(|pair| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned())));
        let status = exchange.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        Ok(Self {
            cassette: format!("{name} {}", text("cassette")),
            seq: exchange.get("seq").and_then(Value::as_u64).unwrap_or_default(),
            method,
            path: text("path").trim_start_matches("/v1/").trim_matches('/').to_owned(),
            query: pairs.collect(),
            version: text("version").to_owned(),
            content_type: Some(text("req_content_type")).filter(|kind| !kind.is_empty()).map(str::to_owned),
            body: exchange.get("req").cloned().unwrap_or_default(),
            status: status.unwrap_or_default(),
            answer: exchange.get("resp").cloned().unwrap_or_default(),
            place,
        })
    }

    /// Whether the service did what it was asked to.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The parts of the path.
    pub fn parts(&self) -> Vec<&str> {
        self.path.split('/').collect()
    }

    /// Whether it only looks. Queries and searches are posted, but change nothing.
    pub fn only_reads(&self) -> bool {
        let asks = matches!(
            self.parts().as_slice(),
            ["search"] | ["databases" | "data_sources", _, "query"] | ["blocks", "meeting_notes", "query"]
        );
        self.method == Some(Method::GET) || (self.method == Some(Method::POST) && asks)
    }

    /// How it is called in a report.
    pub fn title(&self) -> String {
        let method = self.method.as_ref().map_or("?", Method::as_str);
        format!("{} {method} /v1/{}", self.place, self.path)
    }
}
