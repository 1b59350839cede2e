//! Memory does not grow with what goes up and down.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, ready};
use futures_util::stream;
use http::{Request, Response};
use peak_alloc::PeakAlloc;
use satchel_notion::api::{Download, FileInfo, FileOf};
use satchel_notion::{Client, Phase, Pieces, ReqwestTransport, Transport, TransportError, TransportFault};
use secrecy::SecretString;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeek, AsyncWrite, AsyncWriteExt, ReadBuf, SeekFrom};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const MIB: u64 = 1_024 * 1_024;
const GIB: u64 = 1_024 * MIB;

/// There is one heap for all tests of this file.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// By how much the heap had grown at its largest.
async fn growth<T>(work: impl Future<Output = T>) -> (T, u64) {
    let _alone = ALONE.lock().await;
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let outcome = work.await;
    (outcome, (HEAP.peak_usage() - before) as u64)
}

/// A file that is nowhere: of any length, and with room for any.
#[derive(Default)]
struct Nowhere {
    length: u64,
    at: u64,
}

impl AsyncRead for Nowhere {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let left = usize::try_from(self.length - self.at).unwrap_or(usize::MAX).min(buffer.remaining());
        buffer.initialize_unfilled_to(left);
        buffer.advance(left);
        self.at += left as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Nowhere {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.at += bytes.len() as u64;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for Nowhere {
    fn start_seek(mut self: Pin<&mut Self>, to: SeekFrom) -> io::Result<()> {
        let SeekFrom::Start(at) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.at = at;
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.at))
    }
}

/// A service that takes every part, and has one endless file.
#[derive(Default)]
struct Bottomless {
    received: std::sync::atomic::AtomicU64,
}

const FILE: u64 = 10_000_000_000;

impl Transport for Bottomless {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let length = request.body().len() as u64;
        self.received.fetch_add(length, std::sync::atomic::Ordering::Relaxed);
        let status = if request.uri().path().ends_with("/complete") { "uploaded" } else { "pending" };
        let answer = json!({
            "object": "file_upload", "id": "0123abcd-4567-489a-bcde-f0123456789a", "status": status, "in_trash": false,
            "created_time": "2026-11-23T10:00:00.000Z", "last_edited_time": "2026-11-23T10:00:00.000Z",
            "created_by": { "id": "0123abcd-4567-489a-bcde-f0123456789a", "type": "bot" }, "expiry_time": null,
            "filename": "film.mp4", "content_type": "video/mp4", "content_length": null,
            "number_of_parts": { "total": 410, "sent": 0 },
        });
        Box::pin(ready(Ok(Response::new(Bytes::from(answer.to_string())))))
    }

    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        const PIECE: &[u8] = &[7; 65_536];
        let pieces = (0..FILE.div_ceil(PIECE.len() as u64)).map(|number| {
            let left = usize::try_from(FILE - number * PIECE.len() as u64).unwrap_or(usize::MAX);
            Ok(Bytes::from_static(PIECE).slice(..left.min(PIECE.len())))
        });
        let answer = Response::builder().header("content-length", FILE).body(stream::iter(pieces).boxed());
        Box::pin(ready(Ok(answer.unwrap())))
    }
}

fn client(transport: impl Transport) -> Client {
    Client::builder(transport)
        .token(SecretString::from("ntn_x"))
        .base_url("http://service.test")
        .requests_per_minute(1_000_000)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn four_gibibytes_go_up_in_the_memory_of_two_parts() {
    let client = client(Bottomless::default());
    let mut file = Nowhere { length: 4 * GIB, at: 0 };
    let info = FileInfo { filename: "film.mp4".into(), content_type: "video/mp4".into(), length: 4 * GIB };
    let mut told = 0;
    let uploads = client.file_uploads();
    let (done, growth) = growth(uploads.upload(&mut file, &info, |progress| told = progress.sent)).await;
    done.unwrap();
    assert_eq!((told, file.at), (4 * GIB, 4 * GIB));
    // A part as it was read, and the form around it.
    assert!(growth < 25 * MIB, "{growth} bytes");
}

#[tokio::test(start_paused = true)]
async fn ten_gigabytes_come_down_in_the_memory_of_a_piece() {
    let client = client(Bottomless::default());
    let mut download = Download::new(FileOf::Address("https://files.test/film.mp4".into()));
    let mut file = Nowhere::default();
    let files = client.files();
    let (done, growth) = growth(files.download(&mut download, &mut file, |_| {})).await;
    done.unwrap();
    assert_eq!((download.received(), file.at), (FILE, FILE));
    assert!(growth < MIB, "{growth} bytes");
}

#[tokio::test]
async fn an_answer_of_ten_gigabytes_is_not_read_to_its_end() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // Announces nothing, and sends until nobody listens.
    let serving = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4_096]).await.unwrap();
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[").await.unwrap();
        let mut sent = 0;
        while sent < FILE && socket.write_all(&[b' '; 65_536]).await.is_ok() {
            sent += 65_536;
        }
        sent
    });
    const LARGEST: usize = 16 * MIB as usize;
    let transport = ReqwestTransport::with_limits(Duration::from_secs(60), LARGEST).unwrap();
    let request = Request::get(format!("http://{address}/v1/users/me")).body(Bytes::new()).unwrap();
    let (answer, growth) = growth(transport.send(request)).await;
    let error = answer.unwrap_err();
    assert_eq!((error.phase(), error.fault()), (Phase::AfterSend, TransportFault::TooLarge));
    assert!(growth < 4 * LARGEST as u64, "{growth} bytes");
    drop(transport);
    assert!(serving.await.unwrap() < FILE);
}
