//! The transport for the network, against a server on the loopback that says what it is told to say.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use satchel_notion::{Phase, ReqwestTransport, Transport, TransportError, TransportFault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// `{"ok":true}`, compressed.
const COMPRESSED: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xab, 0x56, 0xca, 0xcf, 0x56, 0xb2, 0x2a, 0x29, 0x2a,
    0x4d, 0xad, 0x05, 0x00, 0x90, 0x5f, 0xd4, 0xa7, 0x0b, 0x00, 0x00, 0x00,
];

/// Asks a server that answers every connection with these bytes. Also how often it was asked before the answer was there.
async fn ask(transport: &ReqwestTransport, reply: Vec<u8>) -> (Result<Response<Bytes>, TransportError>, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = AtomicUsize::new(0);
    let serve = async {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            asked.fetch_add(1, Ordering::Relaxed);
            let mut request = [0; 4096];
            assert!(socket.read(&mut request).await.unwrap() > 0);
            socket.write_all(&reply).await.unwrap();
            socket.shutdown().await.ok();
        }
    };
    let request = Request::get(format!("http://{address}/v1/users/me"))
        .header("authorization", "Bearer secret")
        .body(Bytes::new())
        .unwrap();
    tokio::select! {
        answer = transport.send(request) => (answer, asked.load(Ordering::Relaxed)),
        () = serve => unreachable!("the server never ends"),
    }
}

fn reply(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\r\n\r\n", body].concat()
}

#[tokio::test]
async fn a_compressed_answer_is_read() {
    let transport = ReqwestTransport::new().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}", COMPRESSED.len());
    let (answer, _) = ask(&transport, reply(&head, COMPRESSED)).await;
    assert_eq!(answer.unwrap().into_body(), Bytes::from_static(b"{\"ok\":true}"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_takes_no_token_along() {
    let transport = ReqwestTransport::new().unwrap();
    let (answer, asked) =
        ask(&transport, reply("HTTP/1.1 307 X\r\nlocation: /v1/elsewhere\r\ncontent-length: 0", b"")).await;
    assert_eq!((answer.unwrap().status().as_u16(), asked), (307, 1));
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_not_read() {
    let transport = ReqwestTransport::with_limits(Duration::from_secs(5), 10).unwrap();
    for head in ["HTTP/1.1 200 OK\r\ncontent-length: 11", "HTTP/1.1 200 OK"] {
        let (answer, _) = ask(&transport, reply(head, b"0123456789a")).await;
        let error = answer.unwrap_err();
        assert_eq!((error.phase(), error.fault()), (Phase::AfterSend, TransportFault::TooLarge));
    }
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}", COMPRESSED.len());
    let error = ask(&transport, reply(&head, COMPRESSED)).await.0.unwrap_err();
    assert_eq!(error.fault(), TransportFault::TooLarge, "counted after decompression");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_may_have_done_its_work() {
    let transport = ReqwestTransport::new().unwrap();
    for broken in [Vec::new(), reply("HTTP/1.1 200 OK\r\ncontent-length: 100", b"{")] {
        let error = ask(&transport, broken).await.0.unwrap_err();
        assert_eq!((error.phase(), error.fault()), (Phase::AfterSend, TransportFault::Interrupted));
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_was_not_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let request = Request::get(format!("http://{address}/")).body(Bytes::new()).unwrap();
    let error = ReqwestTransport::new().unwrap().send(request).await.unwrap_err();
    assert_eq!((error.phase(), error.fault()), (Phase::BeforeSend, TransportFault::Unreachable));
    assert!(error.is_retryable());
}
