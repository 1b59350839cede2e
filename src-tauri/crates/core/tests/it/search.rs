//! One search over several accounts: what its words and chips narrow to, its orders, and what else than pages it finds.

use satchel_core::{
    Core,
    view::{HitGroup, ItemKind, NarrowedBy, SearchHit, SearchOrder, SearchRequest, SearchResults, Trailing},
};
use satchel_testkit::{Desk, find, page_of};

async fn ask(core: &Core, request: SearchRequest) -> SearchResults {
    core.search(SearchRequest { limit: 60, ..request }).await.unwrap()
}

async fn typed(core: &Core, query: &str) -> SearchResults {
    ask(core, SearchRequest { query: query.into(), ..SearchRequest::default() }).await
}

fn titles(results: &SearchResults) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.title.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn names_in_a_query_are_those_of_the_accounts_and_an_unknown_one_is_a_word() {
    let desk = Desk::new();
    let core = desk.open().await;
    for workspace in ["northlight", "mara-personal"] {
        desk.connect(&core, workspace).await;
    }

    let rows = typed(&core, "launch database:\"tidewater tasks\"").await;
    assert!(titles(&rows).iter().any(|title| title.starts_with("Translate launch e-mails")), "{:?}", titles(&rows));
    assert!(!titles(&rows).contains(&"Autumn launch plan"), "it is a row of another database");
    let [narrowed] = rows.narrowed.as_slice() else { panic!("one word narrows: {:?}", rows.narrowed) };
    assert_eq!(narrowed.by, NarrowedBy::Database { name: "Tidewater tasks".into() });
    assert_eq!((narrowed.start, narrowed.end), (7, 33));

    let by_jonas = typed(&core, "launch by:jonas").await;
    assert!(titles(&by_jonas).contains(&"Autumn launch plan"));
    assert_eq!(by_jonas.narrowed[0].by, NarrowedBy::Author { name: "Jonas Okafor".into() });
    let everybody = typed(&core, "launch ").await;
    assert!(by_jonas.hits.len() < everybody.hits.len());

    // As a filter that lets nothing through it would find nothing, as one that says nothing all there is.
    let nobody = typed(&core, "by:nobodyofthatname ").await;
    assert_eq!((nobody.narrowed.len(), nobody.hits.len()), (0, 0));
    let word = typed(&core, "launch by:nobodyofthatname ").await;
    assert!(word.narrowed.is_empty() && !word.hits.is_empty(), "the other word is still looked for");

    let one = typed(&core, "in:mara journal").await;
    let personal = core.state().await.unwrap().accounts[1].id;
    assert!(!one.hits.is_empty() && one.hits.iter().all(|hit| hit.reference.account_id == personal));
    assert!(
        matches!(&one.narrowed[0].by, NarrowedBy::Workspace { name } if name.starts_with("Mara")),
        "{:?}",
        one.narrowed
    );
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn chips_narrow_as_the_same_words_do() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    for (words, chips) in [
        ("launch edited:<7d", SearchRequest { edited: Some("<7d".into()), ..SearchRequest::default() }),
        ("launch by:Priya", SearchRequest { author: Some("Priya Raman".into()), ..SearchRequest::default() }),
        ("launch type:row", SearchRequest { kinds: vec![ItemKind::Row], ..SearchRequest::default() }),
    ] {
        let by_words = typed(&core, words).await;
        let by_chips = ask(&core, SearchRequest { query: "launch ".into(), ..chips }).await;
        assert!(!by_words.hits.is_empty(), "{words}");
        assert_eq!(titles(&by_words), titles(&by_chips), "{words}");
    }
    let without_words =
        ask(&core, SearchRequest { author: Some("Priya Raman".into()), ..SearchRequest::default() }).await;
    assert!(!without_words.hits.is_empty());
    let authors = core.search_authors(None).await.unwrap();
    assert!(authors.contains(&"Priya Raman".to_owned()), "{authors:?}");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn results_come_in_the_order_that_is_asked_for() {
    let desk = Desk::new();
    let core = desk.open().await;
    for workspace in ["northlight", "mara-personal", "kumo"] {
        desk.connect(&core, workspace).await;
    }
    let in_order =
        async |order| ask(&core, SearchRequest { query: "launch".into(), order, ..SearchRequest::default() }).await;
    let edited = in_order(SearchOrder::Edited).await;
    let times: Vec<&str> = edited.hits.iter().map(|hit| hit.last_edited_time.as_str()).collect();
    assert!(times.len() > 5 && times.is_sorted_by(|one, other| one >= other), "{times:?}");
    let by_title = in_order(SearchOrder::Title).await;
    let latin: Vec<String> =
        titles(&by_title).into_iter().filter(|title| title.is_ascii()).map(str::to_lowercase).collect();
    assert!(latin.len() > 5 && latin.is_sorted(), "{latin:?}");
    let relevant = in_order(SearchOrder::Relevance).await;
    assert_eq!(relevant.hits.len(), edited.hits.len());
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_comment_is_found_as_one_and_leads_to_its_thread() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let plan = find(&core, "Autumn launch plan").await;
    core.refresh_comments(plan.account_id, page_of(plan)).await.unwrap();

    let results = typed(&core, "mention the waitlist").await;
    let comments: Vec<&SearchHit> = results.hits.iter().filter(|hit| hit.comment.is_some()).collect();
    let [hit] = comments.as_slice() else { panic!("one comment: {:?}", results.hits) };
    assert_eq!((hit.title.as_str(), hit.group, hit.reference), ("Autumn launch plan", HitGroup::Text, plan));
    let comment = hit.comment.as_ref().unwrap();
    assert_eq!(comment.author.as_deref(), Some("Priya Raman"));
    let view = core.comments(plan.account_id, page_of(plan)).await.unwrap();
    assert!(view.threads.iter().any(|thread| thread.discussion_id == Some(comment.discussion_id)));
    let snippet = hit.snippet.as_ref().unwrap();
    assert!(snippet.text.starts_with("Should the plan mention the waitlist?"), "{}", snippet.text);
    assert!(!snippet.marks.is_empty());
    assert!(
        !results.hits.iter().any(|hit| hit.reference == plan && hit.comment.is_none()),
        "the page has the words nowhere else"
    );
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_a_text_mentions_is_shown_and_found_by_its_name() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let results = typed(&core, "wants both by the freeze").await;
    let hit = results.hits.iter().find(|hit| hit.title.starts_with("Translate launch e-mails")).expect("the row");
    let snippet = &hit.snippet.as_ref().unwrap().text;
    assert!(snippet.contains("See Onboarding e-mails for the tone."), "{snippet}");
    let by_name = typed(&core, "\"see onboarding e-mails for the tone\"").await;
    assert!(titles(&by_name).iter().any(|title| title.starts_with("Translate launch e-mails")));
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_row_has_one_more_fact_and_databases_are_listed_with_their_rows() {
    let desk = Desk::new();
    let core = desk.open().await;
    for workspace in ["northlight", "mara-personal"] {
        desk.connect(&core, workspace).await;
    }
    let results = typed(&core, "launch plan final").await;
    let file = results.hits.iter().find(|hit| hit.title.ends_with(".pdf")).expect("the file");
    assert_eq!(file.trailing, Some(Trailing::File { format: "PDF".into() }));

    let databases = core.databases(None).await.unwrap();
    let tasks = databases.iter().find(|database| database.summary.title == "Tidewater tasks").expect("the tasks");
    assert!(tasks.rows >= 8);
    let accounts: std::collections::BTreeSet<_> =
        databases.iter().map(|database| database.summary.reference.account_id).collect();
    assert_eq!(accounts.len(), 2, "of every workspace");
    let [first, ..] = accounts.into_iter().collect::<Vec<_>>()[..] else { panic!("two accounts") };
    let of_one = core.databases(Some(first)).await.unwrap();
    assert!(of_one.len() < databases.len());
    core.close().await;
}
