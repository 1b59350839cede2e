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
    draft: Result<Draft, Error>,
    read: Read<T>,
}

impl<T> Call<T> {
    pub(crate) fn new(
        client: &Client,
        draft: Draft,
        read: impl FnOnce(Answer) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Self { client: client.clone(), draft: Ok(draft), read: Box::new(read) }
    }

    /// A call that breaks a rule: it fails when it is awaited, before anything is sent.
    pub(crate) fn refused(client: &Client, reason: impl Into<String>) -> Self {
        let error = Error::InvalidRequest(reason.into());
        let read = |_: Answer| Err(Error::InvalidRequest("the request was not sent".to_owned()));
        Self { client: client.clone(), draft: Err(error), read: Box::new(read) }
    }

    /// The same call with this priority.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.client.set_priority(priority);
        self
    }

    /// The same call in this version of the API.
    pub fn version(mut self, version: &str) -> Self {
        if let Err(error) = self.client.set_version(version) {
            self.draft = Err(error);
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
            let answer = self.client.send(&self.draft?).await?;
            (self.read)(answer)
        })
    }
}

/// Understands an answer of success.
pub(crate) fn read_json<T: Json>(answer: Answer) -> Result<T, Error> {
    serde_json::from_slice::<Value>(&answer.body)
        // The parser's message names a place, not content.
        .map_err(|error| DecodeError::new(format!("no JSON: {error}")))
        .and_then(|value| T::decode(&value))
        .map_err(|fault| Error::Decode { fault: Box::new(fault), status: answer.status, request_id: answer.request_id })
}
