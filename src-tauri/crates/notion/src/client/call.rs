//! A call that waits to be awaited.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::{Answer, Client, Draft, Priority};
use crate::error::Error;
use crate::json::{DecodeError, Json};

type Read<T> = Box<dyn FnOnce(Answer) -> Result<T, Error> + Send>;

/// A call of one endpoint. Nothing happens before it is awaited, and dropping it then gives it up: a call still in line leaves the
/// line, one under way is cut off.
#[must_use = "a call does nothing unless it is awaited"]
pub struct Call<T> {
    client: Client,
    // What to send and how to understand the answer, or why it is not sent.
    plan: Result<(Draft, Read<T>), Error>,
}

impl<T> Call<T> {
    pub(crate) fn new(
        client: &Client,
        draft: Draft,
        read: impl FnOnce(Answer) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Self { client: client.clone(), plan: Ok((draft, Box::new(read))) }
    }

    /// A call that breaks a rule: it fails when it is awaited, before anything is sent.
    pub(crate) fn refused(client: &Client, reason: impl Into<String>) -> Self {
        Self { client: client.clone(), plan: Err(Error::InvalidRequest(reason.into())) }
    }

    /// The same call with this priority.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.client.set_priority(priority);
        self
    }

    /// The same call in this version of the API.
    pub fn version(mut self, version: &str) -> Self {
        if let Err(error) = self.client.set_version(version) {
            self.plan = Err(error);
        }
        self
    }
}

impl<T: Json + 'static> Call<T> {
    pub(crate) fn json(client: &Client, draft: Draft) -> Self {
        Self::new(client, draft, read_json)
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (draft, read) = self.plan?;
            read(self.client.send(&draft).await?)
        })
    }
}

/// Understands an answer of success.
pub(crate) fn read_json<T: Json>(answer: Answer) -> Result<T, Error> {
    read_value(answer, T::decode)
}

/// Understands an answer of success in this way.
pub(crate) fn read_value<T>(answer: Answer, read: impl FnOnce(&Value) -> Result<T, DecodeError>) -> Result<T, Error> {
    serde_json::from_slice::<Value>(&answer.body)
        // The parser's message names a place, not content.
        .map_err(|error| DecodeError::new(format!("no JSON: {error}")))
        .and_then(|value| read(&value))
        .map_err(|fault| Error::Decode { fault: Box::new(fault), status: answer.status, request_id: answer.request_id })
}
