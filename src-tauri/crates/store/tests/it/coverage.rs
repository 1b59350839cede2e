//! What is kept, what is not, and what is next.

use satchel_model::PageId;
use satchel_store::{FailureCount, FetchFailure, GapReason};

use crate::fixture::{at, batch, body, cache_in_memory, data_source, page, page_id};

/// Long after everything.
const LATER: i64 = 10_000_000;

fn failure(n: u128, seconds: i64) -> FetchFailure {
    FetchFailure { page_id: page_id(n), code: "refused".into(), at: at(seconds) }
}

#[tokio::test]
async fn missing_and_outdated_texts_are_fetched_opened_pages_first_then_the_newest() {
    let cache = cache_in_memory("to_fetch");
    let mut first = batch();
    first.pages = (1..=6).map(|n| page(n, "Page")).collect();
    first.pages[5].in_trash = true;
    first.bodies = vec![body(&first.pages[2], "text"), body(&first.pages[3], "text")];
    cache.writer.apply(first).await.unwrap();
    let mut edited = page(4, "Page");
    edited.last_edited_time = at(999_960);
    let mut second = batch();
    second.pages = vec![edited];
    cache.writer.apply(second).await.unwrap();

    let next = |limit, opened: &[PageId]| cache.reader.to_fetch(limit, opened, at(LATER)).unwrap();
    assert_eq!(next(9, &[]), [4, 5, 2, 1].map(page_id));
    assert_eq!(next(9, &[page_id(1), page_id(3), page_id(5)]), [1, 5, 4, 2].map(page_id));
    assert_eq!(next(2, &[]), [4, 5].map(page_id));
}

#[tokio::test]
async fn a_text_fetched_in_the_minute_of_the_edit_is_fetched_once_more() {
    let cache = cache_in_memory("same_minute");
    let mut batch = batch();
    let plan = page(1, "Plan");
    let mut early = body(&plan, "text");
    early.fetched_at = at(60 + 30);
    batch.pages = vec![plan.clone()];
    batch.bodies = vec![early.clone()];
    cache.writer.apply(batch.clone()).await.unwrap();
    assert_eq!(cache.reader.to_fetch(9, &[], at(60 + 59)).unwrap(), [], "the minute is not over");
    assert_eq!(cache.reader.to_fetch(9, &[], at(60 + 60)).unwrap(), [plan.id]);
    early.fetched_at = at(60 + 60);
    batch.bodies = vec![early];
    cache.writer.apply(batch).await.unwrap();
    assert_eq!(cache.reader.to_fetch(9, &[], at(LATER)).unwrap(), []);
}

#[tokio::test]
async fn failures_wait_twice_as_long_each_time_and_come_last() {
    let cache = cache_in_memory("failures");
    let mut first = batch();
    first.pages = (1..=3).map(|n| page(n, "Page")).collect();
    first.failures = vec![failure(3, 0)];
    cache.writer.apply(first).await.unwrap();
    let next = |seconds| cache.reader.to_fetch(9, &[], at(seconds)).unwrap();
    assert_eq!(next(59), [2, 1].map(page_id));
    assert_eq!(next(60), [2, 1, 3].map(page_id));
    let mut again = batch();
    again.failures = vec![failure(3, 60)];
    cache.writer.apply(again.clone()).await.unwrap();
    assert_eq!(next(60 + 119), [2, 1].map(page_id));
    assert_eq!(next(60 + 120), [2, 1, 3].map(page_id));
    for _ in 0..80 {
        cache.writer.apply(again.clone()).await.unwrap();
    }
    assert_eq!(next(60 + 61_439), [2, 1].map(page_id));
    assert_eq!(next(60 + 61_440), [2, 1, 3].map(page_id), "about a day at most");

    let mut edited = batch();
    edited.pages = vec![page(3, "Page")];
    edited.pages[0].last_edited_time = at(999_960);
    cache.writer.apply(edited).await.unwrap();
    assert_eq!(next(61), [2, 1, 3].map(page_id), "a changed page is another chance");
}

#[tokio::test]
async fn coverage_counts_what_is_here_and_gaps_say_why_the_rest_is_not() {
    let cache = cache_in_memory("coverage");
    let mut first = batch();
    first.pages = (1..=6).map(|n| page(n, &format!("Page {n}"))).collect();
    first.pages[5].in_trash = true;
    first.data_sources = vec![data_source(1, "Tasks")];
    first.bodies = first.pages[..3].iter().map(|page| body(page, "text")).collect();
    first.bodies[1].body.is_truncated = true;
    first.failures = vec![failure(4, 7)];
    cache.writer.apply(first).await.unwrap();
    let mut edited = batch();
    edited.pages = vec![page(3, "Page 3")];
    edited.pages[0].last_edited_time = at(600);
    cache.writer.apply(edited).await.unwrap();

    let coverage = cache.reader.coverage().unwrap();
    assert_eq!((coverage.pages, coverage.bodies, coverage.stale, coverage.truncated), (5, 3, 1, 1));
    assert_eq!((coverage.data_sources, coverage.commented), (1, 0));
    assert_eq!(coverage.failed, [FailureCount { code: "refused".into(), pages: 1 }]);
    assert!(coverage.bytes > 10_000);
    let gaps = cache.reader.gaps(0, 9).unwrap();
    let seen: Vec<_> = gaps.iter().map(|gap| (gap.title.as_str(), gap.reason.clone())).collect();
    let failed = GapReason::Failed { code: "refused".into(), at: at(7) };
    assert_eq!(
        seen,
        [
            ("Page 3", GapReason::Stale),
            ("Page 5", GapReason::NotFetched),
            ("Page 4", failed),
            ("Page 2", GapReason::Truncated)
        ]
    );
    assert_eq!(cache.reader.gaps(1, 2).unwrap(), gaps[1..3]);

    let mut fetched = batch();
    fetched.bodies = vec![body(&page(4, "Page 4"), "text")];
    cache.writer.apply(fetched).await.unwrap();
    assert_eq!(cache.reader.coverage().unwrap().failed, []);
}
