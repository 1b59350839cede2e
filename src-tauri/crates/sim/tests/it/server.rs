//! The loopback server.

use std::io::Read as _;

use satchel_sim::faults::{Fault, FaultRule};
use satchel_sim::server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::client::Client;

async fn ask(address: std::net::SocketAddr, headers: &str) -> Vec<u8> {
    let request = format!(
        "GET /v1/users/me HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ntn_test\r\nnotion-version: 2026-03-11\r\nconnection: close\r\n{headers}\r\n"
    );
    send(address, &request).await
}

async fn send(address: std::net::SocketAddr, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A broken connection may also be reset; what counts is that nothing came.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

#[tokio::test]
async fn it_answers_compresses_and_breaks_connections() {
    let client = Client::start();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let simulator = client.simulator.clone();
    let serving = tokio::spawn(server::serve(listener, simulator, async {
        let _ = stopped.await;
    }));

    let plain = String::from_utf8(ask(address, "").await).unwrap();
    assert!(plain.starts_with("HTTP/1.1 200 OK"), "{plain}");
    assert!(plain.contains("\"workspace_name\":\"Test workspace\""));

    let packed = ask(address, "accept-encoding: br, gzip\r\n").await;
    let end = packed.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    assert!(String::from_utf8_lossy(&packed[..end]).contains("content-encoding: gzip"));
    let mut body = String::new();
    flate2::read::GzDecoder::new(&packed[end..]).read_to_string(&mut body).unwrap();
    assert!(body.contains("Test workspace"));

    let before = client.simulator.clock().now();
    let body = r#"{"advance_seconds":90}"#;
    let request = format!(
        "POST /control/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let moved = String::from_utf8(send(address, &request).await).unwrap();
    assert_eq!((client.simulator.clock().now().as_second() - before.as_second()), 90);
    assert!(moved.ends_with(&format!(r#"{{"now":"{}"}}"#, client.simulator.clock().now())), "{moved}");

    client.simulator.faults().add(FaultRule::any(Fault::CommitThenDrop));
    assert_eq!(ask(address, "").await, b"", "a dropped connection answers nothing");

    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn files_are_served_beside_the_api_and_bodies_can_be_slow() {
    let client = Client::start();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(server::serve(listener, client.simulator.clone(), std::future::pending()));
    let get = |path: String, headers: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer ntn_test\r\nnotion-version: 2026-03-11\r\nconnection: close\r\n{headers}\r\n"
        )
    };
    let markdown = format!("/v1/pages/{}/markdown", client.id("page:inbox"));
    let upload = client.post("file_uploads", serde_json::json!({ "mode": "external_url", "external_url": "https://example.org/a.png", "filename": "a b.png" })).ok();
    client.advance(10);
    client
        .append(&client.id("page:inbox"), serde_json::json!([{ "image": { "file_upload": { "id": upload["id"] } } }]));
    let page = String::from_utf8(send(address, &get(markdown.clone(), "")).await).unwrap();
    let (_, url) = page.split_once(&format!("http://{address}/files/")).expect(&page);
    let url = format!("/files/{}", url.split(')').next().unwrap());
    let file = send(address, &get(url.clone(), "accept-encoding: gzip\r\nrange: bytes=0-9\r\n")).await;
    let text = String::from_utf8_lossy(&file);
    assert!(
        text.starts_with("HTTP/1.1 206 Partial Content") && text.contains("content-range: bytes 0-9/13264"),
        "{text}"
    );
    assert!(!text.contains("gzip"), "a part of a file is not compressed");

    client.simulator.faults().add(FaultRule::any(Fault::TruncatedBody));
    let cut = send(address, &get(url, "")).await;
    assert!(
        String::from_utf8_lossy(&cut).contains("content-length: 13264") && cut.len() < 10_000,
        "half of what was said"
    );

    client.simulator.faults().add(FaultRule::any(Fault::SlowBody { seconds: 30 }));
    let began = tokio::time::Instant::now();
    let slow = String::from_utf8(send(address, &get(markdown, "")).await).unwrap();
    assert!(began.elapsed().as_secs() >= 30 && slow.contains("a%20b.png"), "{slow}");
    serving.abort();
}

#[test]
fn the_program_says_where_it_is_and_how_to_get_in() {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_notion-sim"))
        .args(["--workspace", "empty"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(program.stdout.take().unwrap()), &mut line).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert!(ready["base_url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{ready}");
    assert_eq!(ready["workspaces"], serde_json::json!([{ "name": "Empty", "token": "ntn_empty" }]));
    let satchel = satchel_sim::seed::PublicConnectionSeed::satchel();
    assert_eq!(
        ready["oauth"],
        serde_json::json!({ "client_id": satchel.client_id, "client_secret": satchel.client_secret })
    );
}

#[test]
fn an_address_that_is_taken_is_named_with_a_way_on() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_notion-sim"))
        .args(["--workspace", "empty", "--listen", &address])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"", "nothing is ready");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("notion-sim: another program listens on {address}.")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
