//! Batches: what they write, keep and tell.

use satchel_model::{
    BlockId, Change, ChangeSource, Comment, CommentAuthor, CommentId, CommentParent, DiscussionId, Icon, ItemId,
    Parent, Property, PropertyValue, RelationRef, Span, User, UserKind,
};
use satchel_store::{Cache, CommentsUpdate, Executor, FetchFailure, ListedKind, Location};
use serde_json::json;

use crate::fixture::{
    CacheFile, account_id, at, batch, body, cache_in_memory, data_source, data_source_id, database_id, in_page, key,
    page, page_id, row, user_id,
};

fn items(change: &Change) -> Vec<ItemId> {
    change.items.clone()
}

#[tokio::test]
async fn a_batch_is_there_with_its_cursor_after_closing() {
    let file = CacheFile::new();
    let (plan, source) = (page(1, "Plan"), data_source(1, "Tasks"));
    let text = body(&plan, "# Plan\n\nLaunch in **May**.");
    {
        let cache = file.open();
        let mut batch = batch();
        batch.pages = vec![plan.clone()];
        batch.data_sources = vec![source.clone()];
        batch.bodies = vec![text.clone()];
        batch.cursors = vec![("pages".into(), Some(json!({ "until": 7 }))), ("old".into(), None)];
        let change = cache.writer.apply(batch).await.unwrap();
        assert_eq!(change.account_id, Some(account_id(1)));
        assert_eq!(change.source, ChangeSource::Sync);
        assert_eq!(items(&change), [ItemId::Page(plan.id), ItemId::DataSource(source.id)]);
    }
    let cache = file.open();
    let kept = cache.reader.page(plan.id).unwrap().unwrap();
    assert_eq!((kept.value, kept.read_at), (plan.clone(), at(1_000_000)));
    assert_eq!(cache.reader.data_source(source.id).unwrap().unwrap().value, source);
    let kept = cache.reader.body(plan.id).unwrap().unwrap();
    assert_eq!((kept.body, kept.dialect, kept.fetched_at), (text.body, text.dialect, text.fetched_at));
    assert_eq!(kept.source_last_edited, plan.last_edited_time);
    assert_eq!(cache.reader.cursor("pages").unwrap(), Some(json!({ "until": 7 })));
    assert_eq!(cache.reader.cursor("old").unwrap(), None);
    assert!(cache.reader.check().unwrap().is_empty());
}

#[tokio::test]
async fn reading_the_same_again_is_no_change() {
    let cache = cache_in_memory("same_again");
    let signed =
        |signature: &str| format!("https://files.example/cover.png?X-Amz-Expires=3600&X-Amz-Signature={signature}");
    let mut plan = page(1, "Plan");
    plan.cover_url = Some(signed("one"));
    plan.icon = Some(Icon::File { url: signed("one") });
    let mut first = batch();
    first.pages = vec![plan.clone()];
    first.bodies = vec![body(&plan, "text")];
    cache.writer.apply(first.clone()).await.unwrap();

    plan.cover_url = Some(signed("two"));
    plan.icon = Some(Icon::File { url: signed("two") });
    let mut again = first.clone();
    again.read_at = at(2_000_000);
    again.pages = vec![plan.clone()];
    let change = cache.writer.apply(again.clone()).await.unwrap();
    assert_eq!(items(&change), []);
    let kept = cache.reader.page(plan.id).unwrap().unwrap();
    assert_eq!((kept.value, kept.read_at), (plan.clone(), at(2_000_000)), "the address that still works is kept");

    again.pages[0].is_locked = true;
    assert_eq!(items(&cache.writer.apply(again.clone()).await.unwrap()), [ItemId::Page(plan.id)]);
    again.bodies[0].content_hash = "other".into();
    assert_eq!(items(&cache.writer.apply(again).await.unwrap()), [ItemId::Page(plan.id)]);
}

#[tokio::test]
async fn what_a_reading_lacks_is_kept() {
    let cache = cache_in_memory("lacks");
    let relation = |count: u128, has_more| Property {
        id: "rel".into(),
        name: "Related".into(),
        value: PropertyValue::Relation {
            pages: (0..count).map(|n| RelationRef { id: page_id(100 + n), title: None }).collect(),
            has_more,
        },
    };
    let mut known = row(1, "Row", 1);
    known.parent = Parent::DataSource { data_source_id: data_source_id(1), database_id: Some(database_id(1)) };
    known.properties.push(relation(40, false));
    let mut first = batch();
    first.pages = vec![known.clone()];
    first.users = vec![User { name: Some("Ada".into()), kind: UserKind::Person, ..User::stub(user_id(1)) }];
    cache.writer.apply(first).await.unwrap();

    let mut poor = row(1, "Row", 1);
    poor.created_by = None;
    poor.properties.push(relation(25, true));
    let mut second = batch();
    second.pages = vec![poor.clone()];
    second.users = vec![User::stub(user_id(1))];
    let change = cache.writer.apply(second.clone()).await.unwrap();
    assert_eq!(items(&change), []);
    assert_eq!(cache.reader.page(known.id).unwrap().unwrap().value, known);
    assert_eq!(cache.reader.user(user_id(1)).unwrap().unwrap().name.as_deref(), Some("Ada"));

    // A newer version of the page: nobody knows whether the rest of the list still holds.
    second.pages[0].last_edited_time = at(999_960);
    cache.writer.apply(second).await.unwrap();
    let kept = cache.reader.page(known.id).unwrap().unwrap().value;
    assert_eq!(kept.properties[1], relation(25, true));
    assert_eq!(kept.created_by, Some(user_id(1)));
}

#[tokio::test]
async fn an_older_reading_does_not_come_back_over_a_newer_one() {
    let cache = cache_in_memory("older_reading");
    let (old, mut new) = (page(1, "Old"), page(1, "New"));
    new.last_edited_time = at(999_960);
    let mut newer = batch();
    newer.pages = vec![new.clone()];
    newer.bodies = vec![body(&new, "new")];
    cache.writer.apply(newer).await.unwrap();
    let mut older = batch();
    older.pages = vec![old.clone()];
    older.bodies = vec![body(&old, "old")];
    assert_eq!(items(&cache.writer.apply(older).await.unwrap()), []);
    assert_eq!(cache.reader.page(new.id).unwrap().unwrap().value, new);
    assert_eq!(cache.reader.body(new.id).unwrap().unwrap().body.markdown, "new");
}

#[tokio::test]
async fn what_is_gone_leaves_nothing_but_the_time_and_may_come_back() {
    let cache = cache_in_memory("gone");
    let plan = page(1, "Plan");
    let mut first = batch();
    first.pages = vec![plan.clone()];
    first.bodies = vec![body(&plan, "text")];
    first.comments = vec![CommentsUpdate { page_id: plan.id, comments: vec![comment(1, "hm")], fetched_at: at(1) }];
    cache.writer.apply(first.clone()).await.unwrap();

    let item = ItemId::Page(plan.id);
    let mut gone = batch();
    gone.gone = vec![(item, at(5)), (ItemId::DataSource(data_source_id(9)), at(5))];
    assert_eq!(items(&cache.writer.apply(gone.clone()).await.unwrap()), [item]);
    assert_eq!(cache.reader.page(plan.id).unwrap(), None);
    assert_eq!(cache.reader.body(plan.id).unwrap(), None);
    assert_eq!(cache.reader.comments(plan.id).unwrap(), None);
    assert_eq!(cache.reader.gone_at(item).unwrap(), Some(at(5)));
    gone.gone[0].1 = at(6);
    assert_eq!(items(&cache.writer.apply(gone).await.unwrap()), []);
    assert_eq!(cache.reader.gone_at(item).unwrap(), Some(at(5)), "since when it is known, not when it was said last");

    assert_eq!(items(&cache.writer.apply(first).await.unwrap()), [item]);
    assert_eq!(cache.reader.gone_at(item).unwrap(), None);
}

fn comment(n: u128, text: &str) -> Comment {
    Comment {
        id: CommentId::from_uuid(*user_id(n).as_uuid()),
        parent: CommentParent::Block { block_id: BlockId::from(page_id(1)) },
        discussion_id: DiscussionId::from_uuid(*user_id(n).as_uuid()),
        created_time: at(60 * i64::try_from(n).unwrap()),
        last_edited_time: at(0),
        created_by: CommentAuthor { user_id: user_id(1), display_name: None },
        text: vec![Span::text(text)],
    }
}

#[tokio::test]
async fn comments_are_kept_oldest_first_and_replaced_as_a_whole() {
    let cache = cache_in_memory("comments");
    assert_eq!(cache.reader.comments(page_id(1)).unwrap(), None, "never fetched is not the same as none");
    let update = |comments: Vec<Comment>| {
        let mut batch = batch();
        batch.comments = vec![CommentsUpdate { page_id: page_id(1), comments, fetched_at: at(9) }];
        batch
    };
    let (one, two) = (comment(1, "one"), comment(2, "two"));
    let change = cache.writer.apply(update(vec![two.clone(), one.clone()])).await.unwrap();
    assert_eq!((change.items, change.comments), (vec![], vec![page_id(1)]));
    assert_eq!(cache.reader.comments(page_id(1)).unwrap().unwrap().comments, [one.clone(), two.clone()]);
    assert!(cache.writer.apply(update(vec![one, two])).await.unwrap().comments.is_empty());
    cache.writer.apply(update(vec![])).await.unwrap();
    assert_eq!(cache.reader.comments(page_id(1)).unwrap().unwrap().comments, []);
}

#[tokio::test]
async fn rows_come_in_the_order_they_were_made_a_few_at_a_time() {
    let cache = cache_in_memory("rows");
    let mut batch = batch();
    batch.data_sources = vec![data_source(1, "Tasks")];
    for n in 1..=9 {
        let mut row = row(n, &format!("Row {n}"), if n == 9 { 2 } else { 1 });
        row.created_time = at(-60 * i64::try_from(n).unwrap());
        row.in_trash = n == 8;
        batch.pages.push(row);
    }
    cache.writer.apply(batch).await.unwrap();
    let rows = cache.reader.rows(data_source_id(1), 2, 3).unwrap();
    let titles: Vec<_> = rows.rows.iter().map(satchel_model::Page::title).collect();
    assert_eq!((titles.as_slice(), rows.total), (&["Row 5".into(), "Row 4".into(), "Row 3".into()][..], 7));
}

#[tokio::test]
async fn pickers_find_titles_by_words_and_put_the_equal_one_first() {
    let cache = cache_in_memory("pickers");
    let mut batch = batch();
    batch.pages = vec![
        page(1, "Plan"),
        page(2, "Planning the Café"),
        page(3, "The plan of plans"),
        row(4, "plan a row", 1),
        in_page(page(5, "Elsewhere"), 1),
        page(6, "100% _plan_"),
    ];
    batch.pages[2].in_trash = true;
    batch.data_sources = vec![data_source(1, "Plans")];
    cache.writer.apply(batch).await.unwrap();
    let all = [ListedKind::Page, ListedKind::Row, ListedKind::DataSource];
    let find = |text: &str, kinds: &[ListedKind]| -> Vec<String> {
        cache.reader.find_titles(text, kinds, 9).unwrap().into_iter().map(|listed| listed.title).collect()
    };
    assert_eq!(find("PLAN", &all), ["Plan", "plan a row", "Planning the Café", "Plans", "100% _plan_"]);
    assert_eq!(find("cafe plan", &all), ["Planning the Café"]);
    assert_eq!(find("plan", &[ListedKind::Row]), ["plan a row"]);
    assert_eq!(find("plan", &[ListedKind::DataSource]), ["Plans"]);
    assert_eq!(find("%", &all), ["100% _plan_"]);
    assert_eq!(find("", &[ListedKind::Page]), ["100% _plan_", "Elsewhere", "Planning the Café", "Plan"]);
    assert_eq!(find("plan", &[]), Vec::<String>::new());
}

#[tokio::test]
async fn lists_show_title_kind_and_icon() {
    let cache = cache_in_memory("lists");
    let mut batch = batch();
    let mut plan = page(1, "Plan");
    plan.icon = Some(Icon::Emoji { emoji: "🍂".into() });
    batch.pages = vec![plan.clone(), row(2, "Row", 1)];
    batch.data_sources = vec![data_source(1, "Tasks")];
    cache.writer.apply(batch).await.unwrap();
    let recent = cache.reader.recently_edited(9).unwrap();
    let seen: Vec<_> = recent.iter().map(|listed| (listed.title.as_str(), listed.kind)).collect();
    assert_eq!(seen, [("Row", ListedKind::Row), ("Plan", ListedKind::Page)]);
    assert_eq!((&recent[1].icon, recent[1].edited_at), (&plan.icon, plan.last_edited_time));
    let titles = cache.reader.titles(&[page_id(1), page_id(7), page_id(2)]).unwrap();
    assert_eq!(titles, [recent[1].clone(), recent[0].clone()]);
    let listed = cache.reader.listed(ItemId::DataSource(data_source_id(1))).unwrap().unwrap();
    assert_eq!((listed.title.as_str(), listed.kind), ("Tasks", ListedKind::DataSource));
}

#[tokio::test]
async fn users_are_listed_by_name() {
    let cache = cache_in_memory("users");
    let mut batch = batch();
    let named = |n, name: &str| User { name: Some(name.into()), ..User::stub(user_id(n)) };
    batch.users = vec![User::stub(user_id(1)), named(2, "bob"), named(3, "Ada")];
    batch.failures = vec![FetchFailure { page_id: page_id(1), code: "x".into(), at: at(0) }];
    cache.writer.apply(batch).await.unwrap();
    let ids: Vec<_> = cache.reader.users().unwrap().iter().map(|user| user.id).collect();
    assert_eq!(ids, [user_id(3), user_id(2), user_id(1)]);
}

#[test]
fn readers_of_a_cache_in_memory_wait_for_its_writer() {
    let location = Location::Memory("crowd".into());
    let cache = Cache::open(location, &key(), account_id(1), Executor::Thread).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..6)
            .map(|_| {
                let reader = cache.reader.clone();
                scope.spawn(move || {
                    let mut last = 0;
                    while last < 60 {
                        let pages = reader.coverage().unwrap().pages;
                        assert!(
                            pages >= last && pages.is_multiple_of(2),
                            "a reader sees whole batches, in their order"
                        );
                        last = pages;
                    }
                })
            })
            .collect();
        for n in 0..30 {
            let mut batch = batch();
            batch.pages = vec![page(2 * n, "Page"), page(2 * n + 1, "Page")];
            runtime.block_on(cache.writer.apply(batch)).unwrap();
        }
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
}
