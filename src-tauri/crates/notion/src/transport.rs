//! How requests travel. [`Transport`] is the seam; [`ReqwestTransport`] is the one for the network.
//!
//! A transport sends one request once. It does not retry, pace, follow redirects or read status codes; the client does.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{BoxFuture, ready};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use http::{Request, Response};

/// Carries a request to the service and its answer back.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request once. Dropping the future gives the request up.
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;

    /// Sends a request whose answer may be larger than memory. Its body comes in pieces, as it is, not decompressed; a body that breaks off
    /// ends with an error. Unless a transport knows better, the answer comes whole and is one piece.
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        Box::pin(async move {
            let answer = self.send(request).await?;
            Ok(answer.map(|body| stream::once(ready(Ok(body))).boxed()))
        })
    }
}

/// A body in pieces.
pub type Pieces = BoxStream<'static, Result<Bytes, TransportError>>;

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }

    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        (**self).fetch(request)
    }
}

/// How far a request had come when it failed. It decides whether a write may have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing had left this machine: no name, no connection, no TLS.
    BeforeSend,
    /// The request may have arrived.
    AfterSend,
}

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFault {
    /// There is no way to the service: offline, no name, refused.
    Unreachable,
    /// The time was up.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// The answer is larger than allowed.
    TooLarge,
    /// The request could not be built.
    Unsendable,
}

/// A request without an answer.
#[derive(Debug)]
pub struct TransportError {
    phase: Phase,
    fault: TransportFault,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// A failure in this phase.
    pub fn new(phase: Phase, fault: TransportFault) -> Self {
        Self { phase, fault, source: None }
    }

    /// The same with its cause, which must not hold the token.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// How far the request had come.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What went wrong.
    pub fn fault(&self) -> TransportFault {
        self.fault
    }

    /// Whether another try may fare better.
    pub fn is_retryable(&self) -> bool {
        !matches!(self.fault, TransportFault::TooLarge | TransportFault::Unsendable)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.fault {
            TransportFault::Unreachable => "the service cannot be reached",
            TransportFault::Timeout => "the service did not answer in time",
            TransportFault::Interrupted => "the connection broke",
            TransportFault::TooLarge => "the answer is larger than allowed",
            TransportFault::Unsendable => "the request cannot be sent",
        };
        f.write_str(fault)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// The transport for the network: HTTPS by rustls, compressed answers, no redirects (the service uses none, and a redirect would
/// carry the token elsewhere), a limit on time and size.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// For what is fetched in pieces: nothing is decompressed, and only silence is limited in time.
    files: reqwest::Client,
    largest_answer: usize,
}

impl ReqwestTransport {
    /// How long a request may take, connection and answer included, unless set otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// The largest answer that is read, in bytes after decompression, unless set otherwise.
    pub const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

    const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

    /// A transport with the default limits. Fails when the system offers no TLS or no resolver.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_limits(Self::TIMEOUT, Self::LARGEST_ANSWER)
    }

    /// A transport with these limits: of time, and of an answer's size in bytes after decompression.
    pub fn with_limits(timeout: Duration, largest_answer: usize) -> Result<Self, TransportError> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .connect_timeout(Self::CONNECT_TIMEOUT.min(timeout))
        };
        let built = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| {
                TransportError::new(Phase::BeforeSend, TransportFault::Unsendable).with_source(error.without_url())
            })
        };
        Ok(Self {
            client: built(builder().gzip(true).timeout(timeout))?,
            files: built(builder().gzip(false).read_timeout(timeout))?,
            largest_answer,
        })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let mut answer = self.client.execute(request).await.map_err(failed)?;
        let mut body = BytesMut::new();
        let too_large = || TransportError::new(Phase::AfterSend, TransportFault::TooLarge);
        if answer.content_length().is_some_and(|length| length > self.largest_answer as u64) {
            return Err(too_large());
        }
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            // The announced length is that of the compressed form, so the bytes are counted as they come.
            if body.len() + chunk.len() > self.largest_answer {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.version_mut() = answer.version();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(failed)?;
            let mut answer = self.files.execute(request).await.map_err(failed)?;
            let mut head = Response::new(());
            *head.status_mut() = answer.status();
            *head.version_mut() = answer.version();
            *head.headers_mut() = std::mem::take(answer.headers_mut());
            Ok(head.map(|()| answer.bytes_stream().map_err(broken).boxed()))
        })
    }
}

/// A failure up to the answer's head.
fn failed(error: reqwest::Error) -> TransportError {
    let (phase, fault) = if error.is_builder() {
        (Phase::BeforeSend, TransportFault::Unsendable)
    } else if error.is_connect() {
        let fault = if error.is_timeout() { TransportFault::Timeout } else { TransportFault::Unreachable };
        (Phase::BeforeSend, fault)
    } else if error.is_timeout() {
        (Phase::AfterSend, TransportFault::Timeout)
    } else {
        (Phase::AfterSend, TransportFault::Interrupted)
    };
    TransportError::new(phase, fault).with_source(error.without_url())
}

/// A failure while the answer's body was read.
fn broken(error: reqwest::Error) -> TransportError {
    let fault = if error.is_timeout() { TransportFault::Timeout } else { TransportFault::Interrupted };
    TransportError::new(Phase::AfterSend, fault).with_source(error.without_url())
}
