//! Downloads: what is asked of whom, and what is done with the answers.

use std::io::Cursor;

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
