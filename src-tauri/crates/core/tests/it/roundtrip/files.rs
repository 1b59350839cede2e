//! Files that go up come down again: through addresses that expire, answers that break off, and a socket.

use std::io::Cursor;

use http::Method;
use satchel_notion::api::{Download, DownloadError, FileInfo, FileOf};
use satchel_notion::types::{FileKind, NewBlock};
use satchel_notion::write::Position;
use satchel_notion::{BlockId, Client, Error, ReqwestTransport};
use satchel_sim::faults::{Fault, FaultRule};
use secrecy::SecretString;

use super::Desk;

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 251) as u8).collect()
}

/// Uploads a file and puts it on the page.
async fn attached(client: &Client, desk: &Desk, content: &[u8]) -> BlockId {
    let info = FileInfo {
        filename: "spring tide (1).pdf".into(),
        content_type: "application/pdf".into(),
        length: content.len() as u64,
    };
    let uploaded = client.file_uploads().upload(&mut Cursor::new(content), &info, |_| {}).await.unwrap();
    let file = NewBlock::file(FileKind::upload(uploaded.id), "Tide.pdf");
    let made = client.blocks().append(desk.inbox, &[file], Position::End).await.unwrap();
    made[0].full().unwrap().id
}

/// Requests to the host of the files, with the answers.
fn fetched(desk: &Desk) -> Vec<u16> {
    let log = desk.simulator.request_log();
    let files = log.iter().filter(|request| !request.path.starts_with("/v1"));
    files.map(|request| request.status.map_or(0, |status| status.as_u16())).collect()
}

fn hits_files(fault: Fault) -> FaultRule {
    FaultRule::matching(|method, path| method == Method::GET && !path.starts_with("/v1"), fault)
}

#[test]
fn what_goes_up_comes_down() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        for length in [1, 100_000, 21 * 1_024 * 1_024] {
            let content = bytes(length);
            let block = attached(&desk.client, &desk, &content).await;
            let mut download = Download::new(FileOf::Block(block));
            let mut file = Cursor::new(Vec::new());
            let mut told = 0;
            desk.client.files().download(&mut download, &mut file, |now| told = now.received()).await.unwrap();
            assert!(file.into_inner() == content, "{length} bytes");
            assert_eq!((told, download.length()), (length as u64, Some(length as u64)));
        }
    });
}

#[test]
fn a_download_goes_on_where_it_broke_off_with_a_fresh_address() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let content = bytes(1_000);
        let block = attached(&desk.client, &desk, &content).await;
        // Half comes, and then nothing any more.
        desk.simulator.faults().add(hits_files(Fault::TruncatedBody));
        desk.simulator.faults().add(hits_files(Fault::DropBefore).times(3));
        let mut download = Download::new(FileOf::Block(block));
        let mut file = Cursor::new(Vec::new());
        let error = desk.client.files().download(&mut download, &mut file, |_| {}).await.unwrap_err();
        assert!(matches!(error, DownloadError::Service(Error::Transport(_))), "{error}");
        assert_eq!(download.received(), 500);

        // Another process, in the afternoon.
        let kept = serde_json::to_string(&download).unwrap();
        desk.simulator.clock().advance(std::time::Duration::from_secs(7_200));
        let mut download: Download = serde_json::from_str(&kept).unwrap();
        desk.client.files().download(&mut download, &mut file, |_| {}).await.unwrap();
        assert_eq!(file.into_inner(), content);
        assert_eq!(fetched(&desk), [200, 0, 0, 0, 206]);
    });
}

#[test]
fn an_address_that_dies_on_the_way_is_read_anew() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let content = bytes(1_000);
        let block = attached(&desk.client, &desk, &content).await;
        desk.simulator.faults().add(hits_files(Fault::TruncatedBody));
        let mut download = Download::new(FileOf::Block(block));
        let mut file = Cursor::new(Vec::new());
        let clock = desk.simulator.clock().clone();
        // The hour passes while it downloads, and the client's own clock does not know.
        let pass = |_: &Download| clock.advance(std::time::Duration::from_secs(3_601));
        desk.client.files().download(&mut download, &mut file, pass).await.unwrap();
        assert_eq!(file.into_inner(), content);
        assert_eq!(fetched(&desk), [200, 403, 206]);
    });
}

#[test]
fn what_is_no_file_says_so() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let text = [NewBlock::paragraph(Vec::new())];
        let made = desk.client.blocks().append(desk.inbox, &text, Position::End).await.unwrap();
        let files = [
            FileOf::Block(made[0].full().unwrap().id),
            FileOf::Cover(desk.inbox),
            FileOf::Icon(desk.inbox),
            FileOf::Property(desk.inbox, "Files".into(), 0),
            FileOf::Address("file:///etc/passwd".into()),
            FileOf::Address("data:text/plain,x".into()),
        ];
        for file in files {
            let mut download = Download::new(file.clone());
            let got = desk.client.files().download(&mut download, &mut Cursor::new(Vec::new()), |_| {}).await;
            assert!(matches!(got, Err(DownloadError::NoFile)), "{file:?}: {got:?}");
        }
    });
}

#[tokio::test]
async fn files_come_through_a_socket_in_pieces() {
    let desk = Desk::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(satchel_sim::server::serve(listener, desk.simulator.clone(), std::future::pending()));
    let client = Client::builder(ReqwestTransport::new().unwrap())
        .token(SecretString::from("ntn_empty"))
        .base_url(format!("http://{address}"))
        .retry(satchel_notion::RetryPolicy { first_delay: std::time::Duration::ZERO, ..Default::default() })
        .build()
        .unwrap();
    let content = bytes(5_000_000);
    let block = attached(&client, &desk, &content).await;
    desk.simulator.faults().add(hits_files(Fault::TruncatedBody));
    let mut download = Download::new(FileOf::Block(block));
    let mut file = Cursor::new(Vec::new());
    let mut pieces = 0;
    client.files().download(&mut download, &mut file, |_| pieces += 1).await.unwrap();
    assert!(file.into_inner() == content);
    assert!(pieces > 2, "{pieces}");
    assert_eq!(fetched(&desk), [200, 206]);
    serving.abort();
    // A runtime of its own may not end inside another.
    tokio::task::spawn_blocking(move || drop(desk)).await.unwrap();
}
