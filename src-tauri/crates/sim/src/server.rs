//! The simulator behind a loopback address, for programs that speak HTTP to a socket.
//!
//! A connection that a fault breaks is closed without an answer, as a network would. Beside the API there is one address of its own,
//! `POST /control/clock`, for tests that cannot wait.

use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep};

use crate::faults::SlowBody;
use crate::state::render::FILE_HOST;
use crate::{Simulator, control};

/// More than any request the service takes, so that its own limit answers.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Where the files are that the API gives addresses of.
const FILES: &str = "/files";

/// Serves until `shutdown` is done; connections that are open then are dropped.
///
/// # Errors
/// When connections can no longer be accepted.
pub async fn serve(listener: TcpListener, simulator: Simulator, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let closing = Arc::new(Notify::new());
    tokio::pin!(shutdown);
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            () = &mut shutdown => break,
        };
        let simulator = simulator.clone();
        let closing = closing.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(simulator.clone(), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "connection ended");
                    }
                }
                () = closing.notified() => {}
            }
        });
    }
    closing.notify_waiters();
    Ok(())
}

async fn answer(simulator: Simulator, request: Request<Incoming>) -> io::Result<Response<Trickle>> {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        let mut response = Response::new(Trickle::at_once(Bytes::new()));
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    let mut body = body.to_bytes();
    if parts.uri.path().starts_with(control::PREFIX) {
        let answer = control::answer(&simulator, &parts.method, parts.uri.path(), &body);
        return Ok(answer.map(Trickle::at_once));
    }
    let takes_gzip = accepts_gzip(&parts.headers);
    // The files have a host of their own, which on a loopback address is a folder: whatever names one names the other there.
    let files =
        parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(|host| format!("http://{host}{FILES}"));
    if let Some(path) = parts
        .uri
        .path_and_query()
        .and_then(|path| path.as_str().strip_prefix(FILES))
        .filter(|path| path.starts_with('/'))
    {
        parts.uri = format!("{FILE_HOST}{path}").parse().map_err(io::Error::other)?;
    } else if let Some(files) = files.as_deref().filter(|_| is_json(&parts.headers)) {
        body = renamed(body, files, FILE_HOST);
    }
    let mut response = simulator
        .handle(Request::from_parts(parts, body))
        .map_err(|lost| io::Error::new(io::ErrorKind::ConnectionAborted, lost))?;
    let slow = response.extensions_mut().remove::<SlowBody>();
    if is_json(response.headers()) {
        if let Some(files) = files.as_deref() {
            response = response.map(|body| renamed(body, FILE_HOST, files));
        }
        if takes_gzip {
            response = compressed(response)?;
        }
    }
    let said =
        response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    Ok(response.map(|body| {
        let is_cut = said.is_some_and(|said| said > body.len());
        let body = match slow {
            Some(SlowBody(time)) => Trickle::over(body, time),
            None => Trickle::at_once(body),
        };
        Trickle { is_cut, ..body }
    }))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// JSON with one address in place of the other. Neither has a character that JSON escapes.
fn renamed(body: Bytes, from: &str, to: &str) -> Bytes {
    match std::str::from_utf8(&body) {
        Ok(text) if text.contains(from) => text.replace(from, to).into(),
        _ => body,
    }
}

/// A body that may take its time, or break off.
struct Trickle {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// Whether the connection breaks where more was announced.
    is_cut: bool,
}

impl Trickle {
    fn at_once(body: Bytes) -> Self {
        let pieces = if body.is_empty() { VecDeque::new() } else { VecDeque::from([body]) };
        Self { pieces, pause: Duration::ZERO, waiting: None, is_cut: false }
    }

    fn over(body: Bytes, time: Duration) -> Self {
        const PIECES: u32 = 10;
        let size = body.len().div_ceil(PIECES as usize).max(1);
        let pieces = (0..body.len()).step_by(size).map(|at| body.slice(at..(at + size).min(body.len()))).collect();
        Self { pieces, pause: time / PIECES, waiting: None, is_cut: false }
    }
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        // What came before a break must have gone out.
        let pause = if self.pieces.is_empty() && self.is_cut { Duration::from_millis(1) } else { self.pause };
        if !pause.is_zero() && (self.is_cut || !self.pieces.is_empty()) {
            let sleep = self.waiting.get_or_insert_with(|| Box::pin(sleep(pause)));
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.waiting = None;
        }
        match self.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.is_cut => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_cut {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.pieces.iter().map(|piece| piece.len() as u64).sum())
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value
            .split(',')
            .map(|coding| coding.split(';').next().unwrap_or_default().trim())
            .any(|coding| coding == "gzip")
    })
}

fn compressed(response: Response<Bytes>) -> io::Result<Response<Bytes>> {
    let (mut parts, body) = response.into_parts();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&body)?;
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Ok(Response::from_parts(parts, encoder.finish()?.into()))
}
