//! What is repeated, and what a failure says about a write.

use std::time::Duration;

use satchel_notion::types::NewBlock;
use satchel_notion::write::{CreatePage, MarkdownEdit, Position, UpdatePage};
use satchel_notion::{Commitment, Error, PageId, Phase, Receipt, RetryPolicy};
use serde_json::json;

use crate::script::{ID, Service, Step, answer, error, error_with, html, lost, me};

fn page() -> PageId {
    ID.parse().unwrap()
}

/// What a page's creation says when the service does this; it must not be sent twice.
async fn creating(step: impl Fn() -> Step + Send + Sync + 'static) -> Error {
    let service = Service::new(move |_, _| step());
    let error = service.client().pages().create(&CreatePage::new(page())).await.unwrap_err();
    assert_eq!(service.seen().len(), 1, "sent twice after {error}");
    error
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_with_growing_delays() {
    let failures: [fn() -> Step; 6] = [
        || error(500, "internal_server_error"),
        || html(502),
        || error(503, "service_unavailable"),
        || error(504, "gateway_timeout"),
        || lost(Phase::AfterSend),
        || lost(Phase::BeforeSend),
    ];
    for failure in failures {
        let service = Service::new(move |number, _| if number < 3 { failure() } else { me() });
        service.client().users().me().await.unwrap();
        assert_eq!(service.seconds(), [0, 1, 3, 7]);
    }
}

#[tokio::test(start_paused = true)]
async fn jitter_takes_up_to_half_of_a_delay() {
    let service = Service::new(|number, _| if number < 2 { html(502) } else { me() });
    let client = service.builder().jitter(|| 1.0).build().unwrap();
    client.users().me().await.unwrap();
    let at: Vec<_> = service.seen().iter().map(|seen| seen.at.as_millis()).collect();
    assert_eq!(at, [0, 500, 1500]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_stays_is_reported() {
    let service = Service::new(|_, _| html(502));
    let error = service.client().users().me().await.unwrap_err();
    assert!(
        matches!(&error, Error::Html { ray_id: Some(ray), prefix, .. } if ray == "8f00" && prefix.contains("gateway"))
    );
    assert!(error.is_retryable());
    assert_eq!(service.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn mistakes_are_not_repeated() {
    for (status, code) in
        [(400, "validation_error"), (401, "unauthorized"), (404, "object_not_found"), (409, "conflict_error")]
    {
        let service = Service::new(move |_, _| error(status, code));
        let error = service.client().users().me().await.unwrap_err();
        assert!(!error.is_retryable(), "{error}");
        assert_eq!(error.commitment(), Commitment::NotCommitted);
        assert_eq!(service.seen().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_may_have_been_carried_out_is_not_sent_again() {
    let bare = |body: &'static str| {
        let mut step = me();
        step.outcome = Ok(http::Response::new(bytes::Bytes::from_static(body.as_bytes())));
        step
    };
    for body in ["", " \n", "\n<!DOCTYPE html><title>Sign in to this network</title>"] {
        let error = creating(move || bare(body)).await;
        assert_eq!(error.commitment(), Commitment::Unknown, "{body:?} is none of the service's answers");
    }
    let unknown: [fn() -> Step; 7] = [
        || error(500, "internal_server_error"),
        || html(502),
        || html(200),
        || error(503, "service_unavailable"),
        || error_with(503, "service_unavailable", json!({ "retry_guidance": ["…"], "endpoint_name": "x" })),
        || error(504, "gateway_timeout"),
        || lost(Phase::AfterSend),
    ];
    for step in unknown {
        assert_eq!(creating(step).await.commitment(), Commitment::Unknown);
    }
    let silence = || me().after(Duration::from_secs(3600));
    let error = creating(silence).await;
    assert_eq!(error.commitment(), Commitment::Unknown);
    assert!(error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_was_not_carried_out_says_so() {
    assert_eq!(creating(|| lost(Phase::BeforeSend)).await.commitment(), Commitment::NotCommitted);
    assert_eq!(creating(|| error(409, "conflict_error")).await.commitment(), Commitment::NotCommitted);
    assert_eq!(creating(|| error(403, "restricted_resource")).await.commitment(), Commitment::NotCommitted);
    assert_eq!(creating(|| html(403)).await.commitment(), Commitment::NotCommitted);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_was_still_given() {
    let error = creating(|| answer(200, &json!({ "object": "page", "id": "not an id", "url": "" }))).await;
    assert_eq!(error.commitment(), Commitment::Committed(Receipt::default()));
    assert_eq!(error.to_string(), "the answer is not understood: id: expected an id, found other text");
    let torn = || {
        let mut step = me();
        step.outcome = step.outcome.map(|response| response.map(|body| body.slice(..20)));
        step
    };
    assert_eq!(creating(torn).await.commitment(), Commitment::Committed(Receipt::default()));
}

#[tokio::test(start_paused = true)]
async fn a_receipt_names_what_was_saved() {
    let step = || {
        error_with(
            503,
            "service_unavailable",
            json!({ "committed_resource_id": ID, "committed_child_ids": ["a", "b"], "retry_guidance": ["do not retry"] }),
        )
    };
    let service = Service::new(move |_, _| step());
    let blocks = [NewBlock::divider(), NewBlock::divider()];
    let error = service.client().blocks().append(page(), &blocks, Position::End).await.unwrap_err();
    let receipt = Receipt {
        committed_resource_id: Some(ID.to_owned()),
        committed_child_ids: vec!["a".to_owned(), "b".to_owned()],
    };
    assert_eq!(error.commitment(), Commitment::Committed(receipt));
    assert_eq!(service.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_write_is_sent_again_because_it_was_not_done() {
    let service = Service::new(|number, _| match number {
        0 => error(429, "rate_limited").header("retry-after", "2"),
        1 => error(529, "service_overload").header("retry-after", "3"),
        _ => answer(200, &json!({ "object": "page", "id": ID })),
    });
    service.client().pages().create(&CreatePage::new(page())).await.unwrap();
    assert_eq!(service.seconds(), [0, 2, 5]);
}

#[tokio::test(start_paused = true)]
async fn absolute_changes_are_repeated_and_edits_of_text_are_not() {
    let ok = || answer(200, &json!({ "object": "page", "id": ID }));
    let service = Service::new(move |number, _| if number == 0 { html(502) } else { ok() });
    service.client().pages().update(page(), &UpdatePage::default().in_trash(true)).await.unwrap();
    assert_eq!(service.seen().len(), 2);

    let service = Service::new(|_, _| html(502));
    let error = service.client().pages().edit_markdown(page(), &MarkdownEdit::append("x")).await.unwrap_err();
    assert_eq!(error.commitment(), Commitment::Unknown);
    assert_eq!(service.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_later_mistake_does_not_hide_an_earlier_doubt() {
    let service = Service::new(|number, _| if number == 0 { html(502) } else { error(404, "object_not_found") });
    let error = service.client().pages().update(page(), &UpdatePage::default().in_trash(true)).await.unwrap_err();
    assert!(matches!(error, Error::Unsettled { .. }));
    assert!(error.is_not_found());
    assert_eq!(error.commitment(), Commitment::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_failure_may_name_its_own_delay_unless_it_is_too_long() {
    let busy =
        |asked: &'static str| {
            Service::new(move |number, _| {
                if number == 0 { error(503, "service_unavailable").header("retry-after", asked) } else { me() }
            })
        };
    let service = busy("20");
    service.client().users().me().await.unwrap();
    assert_eq!(service.seconds(), [0, 20]);
    let service = busy("3600");
    let error = service.client().users().me().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

#[tokio::test(start_paused = true)]
async fn a_policy_without_patience_tries_once() {
    let service = Service::new(|_, _| error(429, "rate_limited"));
    let client = service.builder().retry(RetryPolicy::none()).build().unwrap();
    client.users().me().await.unwrap_err();
    assert_eq!(service.seen().len(), 1);
}
