//! Who goes when: lanes, the window, pauses, cancellation.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use satchel_notion::{Priority, RateLimitReason};
use serde_json::json;
use tokio::time::{Instant, advance, sleep, timeout};

use crate::script::{Service, Step, error, error_with, html, me};

const SECOND: Duration = Duration::from_secs(1);

fn slow() -> Step {
    me().after(30 * SECOND)
}

#[tokio::test(start_paused = true)]
async fn a_person_does_not_wait_for_requests_under_way() {
    let service = Service::new(|_, _| slow());
    let client = service.client();
    let background: Vec<_> =
        (0..40).map(|_| tokio::spawn(client.users().me().priority(Priority::Outbox).into_future())).collect();
    sleep(SECOND).await;
    let before = service.seen().len();
    assert!(before < 40, "the line is full");
    let began = Instant::now();
    client.users().me().await.unwrap();
    assert_eq!(began.elapsed(), 30 * SECOND, "it went at once");
    background.into_iter().for_each(|task| task.abort());
}

#[tokio::test(start_paused = true)]
async fn lanes_go_in_order_and_each_lane_by_arrival() {
    let service = Service::new(|_, _| me().after(SECOND));
    let client = service.builder().concurrency(1).build().unwrap();
    let mut calls = Vec::new();
    let lanes = [Priority::Sync, Priority::Verification, Priority::Outbox, Priority::Sync, Priority::Outbox];
    for (number, lane) in lanes.into_iter().enumerate() {
        let call = client.users().me().priority(lane).version(&format!("{lane:?}-{number}"));
        calls.push(tokio::spawn(call.into_future()));
        tokio::task::yield_now().await;
    }
    join_all(calls).await;
    let order: Vec<_> = service.seen().into_iter().map(|seen| seen.version).collect();
    // The first found the line empty.
    assert_eq!(order, ["Sync-0", "Outbox-2", "Outbox-4", "Sync-3", "Verification-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_full_window_holds_back_the_rest_but_not_the_person() {
    let service = Service::new(|_, _| me());
    let client = service.client();
    let background = client.with_priority(Priority::Sync);
    let mut calls: Vec<_> = (0..200).map(|_| tokio::spawn(background.users().me().into_future())).collect();
    sleep(10 * SECOND).await;
    assert_eq!(service.seen().len(), 144, "four fifths of the window");
    client.users().me().await.unwrap();
    assert_eq!(service.seconds().last(), Some(&10));
    join_all(calls.drain(..)).await;
    assert_eq!(service.seen().len(), 201);
    assert_eq!(service.seconds().last(), Some(&82), "the window moves on, and what it frees is used evenly");
}

#[tokio::test(start_paused = true)]
async fn what_a_person_has_written_does_not_wait_for_a_first_sync_and_much_reading() {
    let service = Service::new(|_, _| me());
    let client = service.client();
    let calls = |lane: Priority, count: usize| -> Vec<_> {
        (0..count).map(|_| tokio::spawn(client.users().me().priority(lane).into_future())).collect()
    };
    let mut others = calls(Priority::Sync, 300);
    sleep(10 * SECOND).await;
    others.extend(calls(Priority::Interactive, 18));
    sleep(SECOND).await;
    let began = Instant::now();
    join_all(calls(Priority::Outbox, 18)).await;
    assert!(began.elapsed() < SECOND, "{:?}", began.elapsed());
    others.into_iter().for_each(|task| task.abort());
}

/// Sends a call whose first attempt is refused this way; when the second went out.
async fn second_attempt(first: impl Fn() -> Step + Send + Sync + 'static) -> Duration {
    let service = Service::new(move |number, _| if number == 0 { first() } else { me() });
    service.client().users().me().await.unwrap();
    let seen = service.seen();
    assert_eq!(seen.len(), 2);
    seen[1].at
}

#[tokio::test(start_paused = true)]
async fn the_service_says_how_long_to_wait_in_several_ways() {
    let refused = || error(429, "rate_limited");
    let header = move |value: &'static str| move || refused().header("retry-after", value);
    assert_eq!(second_attempt(header("17")).await.as_secs(), 17);
    assert_eq!(second_attempt(header("86400")).await.as_secs(), 86_400);
    assert_eq!(second_attempt(header("Mon, 23 Nov 2026 10:01:30 GMT")).await.as_secs(), 90);
    let dated = move || header("Mon, 23 Nov 2026 10:01:30 GMT")().header("date", "Mon, 23 Nov 2026 10:01:25 GMT");
    assert_eq!(second_attempt(dated).await.as_secs(), 5, "the service's own clock counts");
    let in_body = || error_with(429, "rate_limited", json!({ "retry_after": "9" }));
    assert_eq!(second_attempt(in_body).await.as_secs(), 9);
    assert_eq!(second_attempt(refused).await.as_secs(), 1, "without a word, back-off");
    assert_eq!(second_attempt(|| error(529, "service_overload").header("retry-after", "4")).await.as_secs(), 4);
    assert_eq!(second_attempt(|| html(429).header("retry-after", "3")).await.as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_the_whole_connection_and_is_published() {
    let service = Service::new(|number, _| {
        if number == 0 {
            let reason = json!({ "rate_limit_reason": "public_api_space_request_rate_limit" });
            error_with(429, "rate_limited", reason).header("retry-after", "120")
        } else {
            me()
        }
    });
    let client = service.client();
    let mut pauses = client.pauses();
    assert!(pauses.borrow().is_none());
    let first = tokio::spawn(client.users().me().priority(Priority::Sync).into_future());
    pauses.changed().await.unwrap();
    let pause = pauses.borrow_and_update().clone().unwrap();
    assert_eq!(pause.reason, Some(RateLimitReason::Workspace));
    assert_eq!(pause.remaining(), 120 * SECOND);
    advance(20 * SECOND).await;
    assert_eq!(pause.remaining(), 100 * SECOND);

    let other = Service::new(|_, _| me());
    timeout(SECOND, other.client().users().me().into_future()).await.unwrap().unwrap();

    client.users().me().await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(service.seconds(), [0, 120, 120]);
    pauses.changed().await.unwrap();
    assert!(pauses.borrow().is_none(), "and its end too");
    assert_eq!(client.requests_per_minute(), 180, "the workspace's budget says nothing about ours");
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_the_person_goes_first() {
    let service = Service::new(|number, _| {
        if number == 0 { error(429, "rate_limited").header("retry-after", "5") } else { me().after(SECOND) }
    });
    let client = service.builder().concurrency(1).build().unwrap();
    let call = |lane| tokio::spawn(client.users().me().priority(lane).version(&format!("{lane:?}")).into_future());
    let first = call(Priority::Sync);
    sleep(SECOND).await;
    let others = [call(Priority::Verification), call(Priority::Outbox)];
    sleep(SECOND).await;
    let person = call(Priority::Interactive);
    join_all(others).await;
    first.await.unwrap().unwrap();
    person.await.unwrap().unwrap();
    let order: Vec<_> = service.seen().into_iter().map(|seen| seen.version).collect();
    assert_eq!(order, ["Sync", "Interactive", "Outbox", "Sync", "Verification"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_keeps_its_place() {
    let service = Service::new(
        |number, _| {
            if number == 0 { error(429, "rate_limited").header("retry-after", "5") } else { me() }
        },
    );
    let client = service.builder().concurrency(1).build().unwrap();
    let call = |name: &str| tokio::spawn(client.users().me().priority(Priority::Outbox).version(name).into_future());
    let calls = [call("first"), call("second")];
    join_all(calls).await;
    let order: Vec<_> = service.seen().into_iter().map(|seen| seen.version).collect();
    assert_eq!(order, ["first", "first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn a_banned_connection_is_not_asked_again() {
    let service = Service::new(|_, _| {
        error_with(429, "rate_limited", json!({ "rate_limit_reason": "public_api_request_blocked" }))
            .header("retry-after", "1")
    });
    let client = service.client();
    let error = client.users().me().await.unwrap_err();
    assert!(!error.is_retryable());
    assert_eq!(service.seen().len(), 1);
    assert!(client.pauses().borrow().is_none());
}

#[tokio::test(start_paused = true)]
async fn refusals_end_after_the_policys_patience() {
    let service = Service::new(|_, _| error(429, "rate_limited").header("retry-after", "1"));
    let error = service.client().users().me().await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(service.seen().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_leaves_the_line() {
    let service = Service::new(|_, _| me().after(10 * SECOND));
    let client = service.builder().concurrency(1).build().unwrap();
    let outbox = client.with_priority(Priority::Outbox);
    let first = tokio::spawn(outbox.users().me().version("first").into_future());
    sleep(SECOND).await;
    let waiting = tokio::spawn(outbox.users().me().version("given up").into_future());
    let last = tokio::spawn(outbox.users().me().version("last").into_future());
    sleep(SECOND).await;
    waiting.abort();
    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    let order: Vec<_> = service.seen().into_iter().map(|seen| seen.version).collect();
    assert_eq!(order, ["first", "last"]);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_cut_off_frees_its_place() {
    let service = Service::new(|number, _| if number == 0 { me().after(1_000_000 * SECOND) } else { me() });
    let client = service.builder().concurrency(1).timeout(10_000_000 * SECOND).build().unwrap();
    let outbox = client.with_priority(Priority::Outbox);
    let stuck = tokio::spawn(outbox.users().me().into_future());
    sleep(SECOND).await;
    let waiting = tokio::spawn(outbox.users().me().into_future());
    sleep(SECOND).await;
    assert_eq!(service.seen().len(), 1);
    stuck.abort();
    waiting.await.unwrap().unwrap();
    assert_eq!(service.seconds(), [0, 2]);
}

#[tokio::test(start_paused = true)]
async fn many_callers_stay_within_a_strict_limiter() {
    // Three a second with a burst of ten, as older reports have it.
    let bucket = std::sync::Mutex::new((10.0_f64, Instant::now()));
    let service = Service::new(move |_, _| {
        let mut bucket = bucket.lock().unwrap();
        let now = Instant::now();
        bucket.0 = (bucket.0 + (now - bucket.1).as_secs_f64() * 3.0).min(10.0);
        bucket.1 = now;
        if bucket.0 < 1.0 {
            return error(429, "rate_limited").header("retry-after", "1").after(SECOND / 5);
        }
        bucket.0 -= 1.0;
        me().after(SECOND / 5)
    });
    let client = Arc::new(service.builder().concurrency(8).build().unwrap());
    let began = Instant::now();
    let calls: Vec<_> =
        (0..600).map(|_| tokio::spawn(client.users().me().priority(Priority::Sync).into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let refused = service.seen().len() - 600;
    assert!(refused < 25, "{refused} refusals");
    assert!(began.elapsed() < 280 * SECOND, "{:?} for 600 calls", began.elapsed());
}
