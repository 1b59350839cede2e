//! Downloads: what is asked of whom, and what is done with the answers.

use std::io::{self, Cursor};
use std::pin::Pin;
use std::task::{Context, Poll};

use satchel_notion::api::{Download, DownloadError, FileOf};
use serde_json::json;

use crate::script::{ID, Seen, Service, Step, TOKEN, answer, html};

/// A block with a file at this address.
fn block(url: &str) -> Step {
    answer(
        200,
        &json!({
            "object": "block", "id": ID, "type": "file", "has_children": false, "in_trash": false,
            "created_time": "2026-11-23T10:00:00.000Z", "last_edited_time": "2026-11-23T10:00:00.000Z",
            "file": { "type": "file", "file": { "url": url, "expiry_time": "2026-11-23T11:00:00.000Z" }, "caption": [] },
        }),
    )
}

/// An answer of the host of the files.
fn file(status: u16, headers: &[(&'static str, &str)], body: &'static [u8]) -> Step {
    let mut step = html(status);
    if let Ok(response) = &mut step.outcome {
        *response.body_mut() = body.into();
    }
    headers.iter().fold(step, |step, (name, value)| step.header(name, value))
}

async fn download(service: &std::sync::Arc<Service>, download: &mut Download) -> (Result<(), DownloadError>, Vec<u8>) {
    let mut into = Cursor::new(vec![b'?'; usize::try_from(download.received()).unwrap()]);
    let outcome = service.client().files().download(download, &mut into, |_| {}).await;
    (outcome, into.into_inner())
}

#[tokio::test(start_paused = true)]
async fn the_host_of_the_file_gets_no_token() {
    let service = Service::new(|number, _| match number {
        0 => block("https://files.test/a?X-Amz-Signature=1"),
        1 => file(302, &[("location", "https://mirror.test/b")], b""),
        _ => file(200, &[("content-length", "5")], b"bytes"),
    });
    let (outcome, bytes) = download(&service, &mut Download::new(FileOf::Block(ID.parse().unwrap()))).await;
    outcome.unwrap();
    assert_eq!(bytes, b"bytes");
    let seen: Vec<(String, bool)> =
        service.seen().iter().map(|seen: &Seen| (seen.path.clone(), seen.authorization.contains(TOKEN))).collect();
    assert_eq!(
        seen,
        [(format!("/v1/blocks/{ID}"), true), ("/a?X-Amz-Signature=1".into(), false), ("/b".into(), false)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_redirect_does_not_leave_tls_and_does_not_go_round_for_ever() {
    for target in ["http://mirror.test/b", "file:///etc/passwd", "/again"] {
        let service = Service::new(move |_, _| file(302, &[("location", target)], b""));
        let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
        let (outcome, _) = download(&service, &mut wanted).await;
        assert!(matches!(outcome, Err(DownloadError::Refused(_))), "{target}: {outcome:?}");
        assert!(service.seen().len() <= 6);
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_replaced_meanwhile_is_begun_again() {
    // The host answers a question for the rest with all, because its mark is another.
    let service = Service::new(|number, _| match number {
        0 => file(200, &[("content-length", "9"), ("etag", "\"one\"")], b"old"),
        _ => file(200, &[("content-length", "7"), ("etag", "\"two\"")], b"renewed"),
    });
    let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
    let (outcome, bytes) = download(&service, &mut wanted).await;
    outcome.unwrap();
    assert_eq!((&bytes[..], wanted.length()), (&b"renewed"[..], Some(7)));

    // The block has another file.
    let service = Service::new(|number, _| match number {
        0 => block("https://files.test/a?1"),
        1 => file(200, &[("content-length", "9"), ("etag", "\"one\"")], b"old"),
        2 => file(403, &[], b"expired"),
        3 => block("https://files.test/b?2"),
        _ => file(200, &[("content-length", "3")], b"new"),
    });
    let (outcome, bytes) = download(&service, &mut Download::new(FileOf::Block(ID.parse().unwrap()))).await;
    outcome.unwrap();
    assert_eq!(bytes, b"new");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_not_well_is_given_time_and_one_that_refuses_is_believed() {
    let service = Service::new(|number, _| match number {
        0 | 1 => file(503, &[], b"slow down"),
        _ => file(200, &[], b"bytes"),
    });
    let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
    let (outcome, bytes) = download(&service, &mut wanted).await;
    outcome.unwrap();
    assert_eq!((&bytes[..], service.seconds()), (&b"bytes"[..], vec![0, 1, 3]));

    for (status, requests) in [(404, 1), (403, 1), (503, 4)] {
        let service = Service::new(move |_, _| file(status, &[], b"no"));
        let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
        let (outcome, _) = download(&service, &mut wanted).await;
        assert!(matches!(outcome, Err(DownloadError::Refused(refused)) if refused.as_u16() == status), "{outcome:?}");
        assert_eq!(service.seen().len(), requests, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_never_works_is_not_asked_for_for_ever() {
    let service = Service::new(|_, seen| {
        if seen.path.starts_with("/v1") { block("https://files.test/a") } else { file(403, &[], b"expired") }
    });
    let (outcome, _) = download(&service, &mut Download::new(FileOf::Block(ID.parse().unwrap()))).await;
    assert!(matches!(outcome, Err(DownloadError::Refused(_))), "{outcome:?}");
    assert_eq!(service.seen().len(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_has_become_shorter_leaves_nothing_of_the_old_one() {
    let service = Service::new(|number, _| match number {
        0 => file(200, &[("content-length", "20"), ("etag", "\"one\"")], b"nineteen bytes come"),
        _ => file(200, &[("content-length", "3"), ("etag", "\"two\"")], b"new"),
    });
    let path = std::env::temp_dir().join(format!("download-{}-{}", std::process::id(), line!()));
    let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
    let files = service.client().files();
    files.download_to(&mut wanted, &path, |_| {}).await.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(bytes, b"new");
}

#[tokio::test(start_paused = true)]
async fn a_part_of_another_file_is_not_put_behind_what_is_there() {
    // Such a host does not look at what the part is asked of.
    let part =
        |etag: &'static str, range: &'static str| file(206, &[("etag", etag), ("content-range", range)], b"tail");
    for odd in [("\"two\"", "bytes 4-7/8"), ("\"one\"", "bytes 4-7/9"), ("\"one\"", "bytes 0-3/8")] {
        let service = Service::new(move |number, _| match number {
            0 => file(200, &[("content-length", "8"), ("etag", "\"one\"")], b"head"),
            1 => part(odd.0, odd.1),
            _ => file(200, &[("content-length", "8"), ("etag", "\"one\"")], b"the file"),
        });
        let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
        let (outcome, bytes) = download(&service, &mut wanted).await;
        outcome.unwrap();
        assert_eq!(bytes, b"the file", "{odd:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_comes_to_an_end_is_given_up() {
    let service = Service::new(|number, _| match number % 2 {
        0 => file(200, &[("content-length", "1000"), ("etag", "\"one\"")], b"the same again"),
        _ => file(416, &[("content-range", "bytes */1000")], b""),
    });
    let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
    let (outcome, _) = download(&service, &mut wanted).await;
    assert!(outcome.is_err());
    assert!(service.seen().len() < 20, "{}", service.seen().len());
}

/// A disk that takes bytes until it is asked to have written them.
struct FullDisk {
    room: usize,
    kept: Vec<u8>,
    pending: Vec<u8>,
}

impl tokio::io::AsyncWrite for FullDisk {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.pending.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.kept.len() + self.pending.len() > self.room {
            self.pending.clear();
            return Poll::Ready(Err(io::ErrorKind::StorageFull.into()));
        }
        let pending = std::mem::take(&mut self.pending);
        self.kept.extend(pending);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}

impl tokio::io::AsyncSeek for FullDisk {
    fn start_seek(mut self: Pin<&mut Self>, to: io::SeekFrom) -> io::Result<()> {
        if let io::SeekFrom::Start(at) = to {
            self.kept.truncate(usize::try_from(at).unwrap());
        }
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.kept.len() as u64))
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_that_a_full_disk_swallowed_come_again() {
    let service = Service::new(|_, _| file(200, &[("content-length", "5"), ("etag", "\"one\"")], b"bytes"));
    let mut disk = FullDisk { room: 3, kept: Vec::new(), pending: Vec::new() };
    let mut wanted = Download::new(FileOf::Address("https://files.test/a".into()));
    let files = service.client().files();
    let full = files.download(&mut wanted, &mut disk, |_| {}).await;
    assert!(matches!(full, Err(DownloadError::Write(_))), "{full:?}");
    assert_eq!(wanted.received(), 0);
    disk.room = 5;
    files.download(&mut wanted, &mut disk, |_| {}).await.unwrap();
    assert_eq!((&disk.kept[..], wanted.length()), (&b"bytes"[..], Some(5)));
}
