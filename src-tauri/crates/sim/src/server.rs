//! The simulator behind a loopback address, for programs that speak HTTP to a socket.
//!
//! A connection that a fault breaks is closed without an answer, as a network would. Beside the API there is one address of its own,
//! `POST /control/clock`, for tests that cannot wait.

use std::future::Future;
use std::io::{self, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::{Simulator, control};

/// More than any request the service takes, so that its own limit answers.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

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

async fn answer(simulator: Simulator, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    if parts.uri.path().starts_with(control::PREFIX) {
        let answer = control::answer(&simulator, &parts.method, parts.uri.path(), &body.to_bytes());
        return Ok(answer.map(Full::new));
    }
    let takes_gzip = accepts_gzip(&parts.headers);
    let response = simulator
        .handle(Request::from_parts(parts, body.to_bytes()))
        .map_err(|lost| io::Error::new(io::ErrorKind::ConnectionAborted, lost))?;
    let response = if takes_gzip { compressed(response)? } else { response };
    Ok(response.map(Full::new))
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
