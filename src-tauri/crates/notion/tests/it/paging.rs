//! Walks through lists that behave, and lists that do not.

use futures_util::TryStreamExt;
use satchel_notion::types::PageOrDataSource;
use satchel_notion::write::{Query, Search};
use satchel_notion::{BlockId, DataSourceId, Error};
use serde_json::{Value, json};

use crate::script::{ID, Seen, Service, Step, answer, error};

fn item(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn pages(numbers: &[u32], next: Option<&str>) -> Value {
    json!({
        "object": "list", "type": "page_or_data_source", "page_or_data_source": {},
        "results": numbers.iter().map(|number| json!({ "object": "page", "id": item(*number) })).collect::<Vec<_>>(),
        "has_more": next.is_some(), "next_cursor": next,
    })
}

fn numbers(items: &[PageOrDataSource]) -> Vec<u128> {
    use satchel_notion::types::Identified;
    items.iter().map(|item| item.id().unwrap().as_u128() & 0xffff).collect()
}

/// A service whose pages hang on the cursor in the body.
fn by_cursor(page: impl Fn(Option<&str>, usize) -> Step + Send + Sync + 'static) -> std::sync::Arc<Service> {
    Service::new(move |number, seen: &Seen| page(seen.body["start_cursor"].as_str(), number))
}

#[tokio::test(start_paused = true)]
async fn a_walk_follows_cursors_and_gives_every_item_once() {
    let service = by_cursor(|cursor, _| {
        answer(
            200,
            &match cursor {
                None => pages(&[1, 2], Some("a")),
                // An empty page is not the end.
                Some("a") => pages(&[], Some("b")),
                Some("b") => pages(&[2, 3], Some("c")),
                _ => {
                    // A cursor beside "no more" means nothing.
                    let mut last = pages(&[4], None);
                    last["next_cursor"] = "d".into();
                    last
                }
            },
        )
    });
    let all = service.client().search(&Search::everything()).page_size(2).collect_all().await.unwrap();
    assert_eq!(numbers(&all.items), [1, 2, 3, 4]);
    assert!(all.complete);
    assert_eq!(service.seen()[0].body, json!({ "page_size": 2 }), "no cursor, not a null one");
    assert_eq!(service.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_stream_asks_for_pages_as_items_are_taken() {
    let service = by_cursor(|cursor, _| {
        answer(200, &if cursor.is_none() { pages(&[1, 2], Some("a")) } else { pages(&[3], None) })
    });
    let mut stream = std::pin::pin!(service.client().search(&Search::everything()).stream());
    stream.try_next().await.unwrap().unwrap();
    stream.try_next().await.unwrap().unwrap();
    assert_eq!(service.seen().len(), 1);
    assert!(stream.try_next().await.unwrap().is_some());
    assert!(stream.try_next().await.unwrap().is_none());
    assert_eq!(service.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_goes_round_in_circles_is_left() {
    let service = by_cursor(|cursor, _| answer(200, &pages(&[1], Some(if cursor == Some("a") { "b" } else { "a" }))));
    let error = service.client().search(&Search::everything()).collect_all().await.unwrap_err();
    assert!(matches!(error, Error::RepeatedCursor));
    assert_eq!(service.seen().len(), 3);
}

fn forgotten() -> Step {
    let mut body = json!({ "object": "error", "status": 400, "code": "validation_error" });
    body["message"] = "body failed validation: body.start_cursor is invalid".into();
    answer(400, &body)
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_cursor_begins_the_walk_anew() {
    let service = by_cursor(|cursor, number| match (cursor, number) {
        (None, 0) => answer(200, &pages(&[1, 2], Some("a"))),
        (Some("a"), _) => forgotten(),
        (None, _) => answer(200, &pages(&[0, 1], Some("b"))),
        _ => answer(200, &pages(&[2, 3], None)),
    });
    let all = service.client().search(&Search::everything()).collect_all().await.unwrap();
    assert_eq!(numbers(&all.items), [1, 2, 0, 3]);
    assert!(all.complete);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_forgets_every_cursor_is_not_asked_forever() {
    let service =
        by_cursor(|cursor, _| if cursor.is_none() { answer(200, &pages(&[1], Some("a"))) } else { forgotten() });
    let error = service.client().search(&Search::everything()).collect_all().await.unwrap_err();
    assert!(error.is_invalid_cursor());
    assert_eq!(service.seen().len(), 8);
}

#[tokio::test(start_paused = true)]
async fn another_mistake_does_not_begin_the_walk_anew() {
    let service = Service::new(|_, _| error(400, "validation_error"));
    let error = service.client().search(&Search::everything()).collect_all().await.unwrap_err();
    assert!(!error.is_invalid_cursor());
    assert_eq!(service.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_capped_list_is_not_complete() {
    let service = Service::new(|_, _| {
        let mut page = pages(&[1], None);
        page["request_status"] = json!({ "type": "incomplete", "incomplete_reason": "query_result_limit_reached" });
        answer(200, &page)
    });
    let id: DataSourceId = ID.parse().unwrap();
    let all = service.client().data_sources().query(id, &Query::all().property("?B:W")).collect_all().await.unwrap();
    assert!(!all.complete);
    assert_eq!(service.seen()[0].path, format!("/v1/data_sources/{ID}/query?filter_properties=%3FB%3AW"));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_read_takes_its_cursor_in_the_query() {
    let service = Service::new(|number, _| {
        let next = (number == 0).then_some("s:1:2");
        let page = json!({ "object": "list", "type": "block", "block": {}, "results": [], "has_more": next.is_some(), "next_cursor": next });
        answer(200, &page)
    });
    let id: BlockId = ID.parse().unwrap();
    service.client().blocks().children(id).page_size(500).collect_all().await.unwrap();
    let paths: Vec<_> = service.seen().into_iter().map(|seen| seen.path).collect();
    let base = format!("/v1/blocks/{ID}/children?page_size=100");
    assert_eq!(paths, [base.clone(), format!("{base}&start_cursor=s%3A1%3A2")]);
}
