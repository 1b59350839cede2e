//! Searching a cache: the index changes with what it is about, and a search can be stopped.

use satchel_model::ItemId;
use satchel_store::{
    Cache, Interrupt, StoreError,
    index::{Group, Kind, SearchRequest},
};

use crate::fixture::{CacheFile, at, batch, body, cache_in_memory, data_source, page, row};

fn found(cache: &Cache, query: &str) -> Vec<ItemId> {
    let request = SearchRequest::new(query, at(2_000_000));
    cache.reader.search(&request, &Interrupt::new()).unwrap().hits.into_iter().map(|hit| hit.item).collect()
}

#[tokio::test]
async fn what_a_batch_brings_is_found_when_it_is_applied() {
    let file = CacheFile::new();
    let plan = page(1, "Autumn launch plan");
    {
        let cache = file.open();
        let mut batch = batch();
        batch.pages = vec![plan.clone(), row(2, "製品発表", 1)];
        batch.data_sources = vec![data_source(1, "Tidewater tasks")];
        batch.bodies = vec![body(&plan, "Ships on 4 December, two weeks before the holiday freeze.")];
        cache.writer.apply(batch).await.unwrap();
        assert_eq!(found(&cache, "decemb"), [ItemId::Page(plan.id)]);
    }
    let cache = file.open();
    let hit = |query: &str| {
        let page = cache.reader.search(&SearchRequest::new(query, at(2_000_000)), &Interrupt::new()).unwrap();
        page.hits.into_iter().next().map(|hit| (hit.title, hit.kind, hit.group))
    };
    assert_eq!(hit("品発"), Some(("製品発表".to_owned(), Kind::Row, Group::Best)));
    assert_eq!(hit("tidewater"), Some(("Tidewater tasks".to_owned(), Kind::DataSource, Group::Best)));
    assert_eq!(hit("holdiay freeze"), Some(("Autumn launch plan".to_owned(), Kind::Page, Group::Text)));
}

#[tokio::test]
async fn a_page_in_the_trash_is_not_found_until_it_is_restored() {
    let cache = cache_in_memory("search_trash");
    let mut plan = page(1, "Plan");
    let apply = async |page: &satchel_model::Page| {
        let mut batch = batch();
        batch.pages = vec![page.clone()];
        cache.writer.apply(batch).await.unwrap();
    };
    apply(&plan).await;
    assert_eq!(found(&cache, "plan"), [ItemId::Page(plan.id)]);
    plan.in_trash = true;
    apply(&plan).await;
    assert_eq!(found(&cache, "plan"), []);
    plan.in_trash = false;
    apply(&plan).await;
    assert_eq!(found(&cache, "plan"), [ItemId::Page(plan.id)]);
}

#[tokio::test]
async fn a_stopped_search_says_so_and_the_next_one_answers() {
    let cache = cache_in_memory("search_stopped");
    let mut batch = batch();
    batch.pages = vec![page(1, "Plan")];
    cache.writer.apply(batch).await.unwrap();
    let stopped = Interrupt::new();
    stopped.raise();
    let outcome = cache.reader.search(&SearchRequest::new("plan", at(0)), &stopped);
    assert!(matches!(outcome, Err(StoreError::Interrupted)), "{outcome:?}");
    assert_eq!(found(&cache, "plan").len(), 1);
}

#[tokio::test]
async fn idle_work_comes_to_an_end_and_readers_see_the_same() {
    let file = CacheFile::new();
    let cache = file.open();
    for number in 1..=30 {
        let page = page(number, &format!("Page {number}"));
        let mut batch = batch();
        batch.bodies = vec![body(&page, &format!("common word{number}"))];
        batch.pages = vec![page];
        cache.writer.apply(batch).await.unwrap();
    }
    let before = found(&cache, "common");
    let mut steps = 0;
    while cache.writer.tidy_index().await.unwrap() {
        steps += 1;
        assert!(steps < 100);
    }
    assert_eq!(found(&cache, "common"), before);
    assert_eq!(found(&cache, "word17").len(), 1);
    assert!(cache.reader.check().unwrap().is_empty());
}
