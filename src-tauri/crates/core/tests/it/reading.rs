//! Syncing, searching and reading.

use satchel_core::view::{HitGroup, ItemKind, SearchRequest, SyncPhase};
use satchel_model::{ItemId, plain_text};
use satchel_testkit::{Desk, find, page_of, synced, until};

fn request(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), limit: 20, ..SearchRequest::default() }
}

#[tokio::test(start_paused = true)]
async fn everything_a_token_can_see_is_found_by_every_letter_that_is_typed() {
    let desk = Desk::new();
    let core = desk.open().await;
    for workspace in ["northlight", "mara-personal", "kumo"] {
        desk.connect(&core, workspace).await;
    }
    for (at, _) in "launch plan".char_indices().skip(2) {
        let query = &"launch plan"[..=at];
        let results = core.search(request(query)).await.unwrap();
        assert!(
            results.hits.iter().any(|hit| hit.title == "Autumn launch plan"),
            "{query}: {:?}",
            results.hits.iter().map(|hit| &hit.title).collect::<Vec<_>>()
        );
    }
    let results = core.search(request("launch plan")).await.unwrap();
    let first = &results.hits[0];
    assert_eq!((first.title.as_str(), first.group), ("Autumn launch plan", HitGroup::Best));
    assert!(!first.title_marks.is_empty());
    assert_eq!(first.kind, ItemKind::Row);
    assert!(first.crumbs.iter().any(|crumb| crumb.title == "Launches"), "{:?}", first.crumbs);

    let japanese = core.search(request("計画")).await.unwrap();
    assert!(japanese.hits.iter().any(|hit| hit.title.starts_with("春のローンチ計画")));
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_first_sync_costs_a_request_a_text_and_an_idle_one_a_single_request() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "mara-personal").await;
    let pages = core.state().await.unwrap().accounts[0].coverage.pages;
    let texts = desk.simulator.request_log().iter().filter(|request| request.path.ends_with("/markdown")).count();
    assert_eq!(texts, pages as usize);
    let before = desk.simulator.request_log().len();
    core.sync_now(Some(account.id)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    synced(&core, account.id).await;
    assert_eq!(desk.simulator.request_log().len() - before, 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn an_edit_by_somebody_else_arrives() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "northlight").await;
    let plan = find(&core, "Autumn launch plan").await;
    let person = desk.simulator.as_person("northlight", "priya").unwrap();
    person.append(&page_of(plan).to_string(), "A sentence about heliotrope buoys.").unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(180)).await;
    core.sync_now(Some(account.id)).await.unwrap();
    until(&core, "the new text to be found", async |core| {
        let results = core.search(request("heliotrope")).await.unwrap();
        results.hits.iter().any(|hit| hit.reference == plan).then_some(())
    })
    .await;
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_in_mid_sync_costs_nothing_that_was_committed() {
    let desk = Desk::new();
    let core = desk.open().await;
    core.add_account(Desk::token("northlight").into()).await.unwrap();
    until(&core, "some texts", async |core| {
        let state = core.state().await.unwrap();
        (state.accounts[0].coverage.bodies > 10).then_some(())
    })
    .await;
    core.close().await;
    drop(core);
    let fetched =
        |desk: &Desk| desk.simulator.request_log().iter().filter(|request| request.path.ends_with("/markdown")).count();
    let before = fetched(&desk);

    let core = desk.open().await;
    let account = core.state().await.unwrap().accounts[0].clone();
    let kept = account.coverage.bodies as usize;
    assert!(kept > 10 && kept < account.coverage.pages as usize);
    synced(&core, account.id).await;
    let pages = core.state().await.unwrap().accounts[0].coverage.pages as usize;
    assert_eq!(fetched(&desk) - before, pages - kept);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_read_without_a_network_and_says_how_old_it_is() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    desk.network.set_cut(true);
    let plan = find(&core, "Autumn launch plan").await;
    let view = core.open_item(plan).await.unwrap();
    assert_eq!(view.title, "Autumn launch plan");
    assert!(view.fetched_at.is_some());
    let text: String =
        view.document.unwrap().blocks.iter().filter_map(|block| block.text()).map(|text| plain_text(text)).collect();
    assert!(text.contains("Tidewater 3 ships on"), "{text}");
    assert!(view.outline.iter().any(|entry| entry.text == "What has to be true"));
    assert!(view.properties.iter().any(|property| property.name == "Status"));
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_database_opens_as_its_rows() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let results = core.search(request("Tidewater tasks")).await.unwrap();
    let source = results.hits.iter().find(|hit| hit.kind == ItemKind::DataSource).expect("the database is found");
    assert!(matches!(source.reference.item, ItemId::DataSource(_)));
    let view = core.open_item(source.reference).await.unwrap();
    let rows = view.rows.unwrap();
    assert!(rows.total >= 8);
    assert_eq!(rows.columns[0].kind, "title");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn every_block_of_the_page_that_has_them_all_is_read_with_what_markdown_hides() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let page = find(&core, "Every block").await;
    let view = core.open_item(page).await.unwrap();
    let json = serde_json::to_string(&view.document).unwrap();
    for kind in [
        "bookmark",
        "embed",
        "link_preview",
        "table",
        "column_list",
        "tab_list",
        "callout",
        "code",
        "equation",
        "synced",
        "unsupported",
    ] {
        assert!(json.contains(&format!("\"type\":\"{kind}\"")), "{kind}");
    }
    assert!(
        json.contains("\"type\":\"bookmark\",\"url\":\"http"),
        "the address of a bookmark is told by its block only"
    );
    core.close().await;
}

/// A request that another connection makes.
fn asked(desk: &Desk, method: http::Method, path: &str, body: &serde_json::Value) -> serde_json::Value {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("https://api.notion.com/v1/{path}"))
        .header("authorization", format!("Bearer {}", Desk::token("northlight")))
        .header("notion-version", "2026-03-11")
        .header("content-type", "application/json");
    let body = if body.is_null() { bytes::Bytes::new() } else { body.to_string().into() };
    let answer = desk.simulator.handle(request.body(body).unwrap()).unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    serde_json::from_slice(answer.body()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_the_page_that_is_open_arrives_with_the_next_round_although_search_says_nothing() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "northlight").await;
    let plan = find(&core, "Autumn launch plan").await;
    let page = page_of(plan).to_string();
    let person = desk.simulator.as_person("northlight", "priya").unwrap();
    person.append(&page, "- a list\n\t- and what is in it").unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(180)).await;
    core.open_item(plan).await.unwrap();
    let blocks = asked(&desk, http::Method::GET, &format!("blocks/{page}/children"), &serde_json::Value::Null);
    let list = blocks["results"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    for (word, is_asked) in [("heliotrope", true), ("vermilion", false)] {
        tokio::time::sleep(std::time::Duration::from_secs(90)).await;
        // Deep inside a page, where an edit leaves the page's stamp alone.
        let paragraph = serde_json::json!({ "paragraph": { "rich_text": [{ "text": { "content": word } }] } });
        let body = serde_json::json!({ "children": [paragraph] });
        asked(&desk, http::Method::PATCH, &format!("blocks/{list}/children"), &body);
        let began = tokio::time::Instant::now();
        if is_asked {
            core.sync_now(Some(account.id)).await.unwrap();
        }
        until(&core, "the new text to be shown", async |core: &satchel_core::Core| {
            let view = core.peek_item(plan).await.unwrap();
            serde_json::to_string(&view.document).unwrap().contains(word).then_some(())
        })
        .await;
        let longest = std::time::Duration::from_secs(if is_asked { 2 } else { 62 });
        assert!(began.elapsed() <= longest, "{word} took {:?}", began.elapsed());
    }
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_notion_cannot_give_does_not_keep_the_others_from_coming() {
    use satchel_sim::faults::{Fault, FaultRule};
    let desk = Desk::new();
    let core = desk.open().await;
    let first = core.add_account(Desk::token("mara-personal").into()).await.unwrap();
    let page = std::sync::Arc::new(std::sync::Mutex::new(None));
    // The first page whose text is asked for is one that is too large for the service.
    let bad = move |method: &http::Method, path: &str| {
        let is_text = *method == http::Method::GET && path.ends_with("/markdown");
        is_text && page.lock().unwrap().get_or_insert_with(|| path.to_owned()) == path
    };
    desk.simulator.faults().add(FaultRule::matching(bad, Fault::GatewayTimeout).times(10_000));
    let of_rows = |method: &http::Method, path: &str| *method == http::Method::POST && path.ends_with("/query");
    desk.simulator.faults().add(FaultRule::matching(of_rows, Fault::InvalidCursor));
    synced(&core, first.id).await;
    let coverage = core.state().await.unwrap().accounts[0].coverage.clone();
    assert_eq!((coverage.bodies + 1, coverage.failed), (coverage.pages, 1));
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_table_in_the_trash_is_not_found_although_the_service_still_lists_it() {
    let options = satchel_sim::SimulatorOptions { search_keeps_trashed_sources: true, ..Default::default() };
    let desk = Desk::with(satchel_sim::demo::seed(), options);
    let (bugs, tasks) =
        (desk.simulator.id_of("northlight", "database:bugs"), desk.simulator.id_of("northlight", "database:tasks"));
    // One is in the trash before the first sync, one goes there after it.
    desk.simulator.as_person("northlight", "mara").unwrap().trash(&bugs.unwrap()).unwrap();
    let core = desk.open().await;
    let account = desk.connect(&core, "northlight").await;
    desk.simulator.as_person("northlight", "mara").unwrap().trash(&tasks.unwrap()).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    core.sync_now(Some(account.id)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    synced(&core, account.id).await;
    let sources = SearchRequest { kinds: vec![ItemKind::DataSource], limit: 100, ..SearchRequest::default() };
    let found: Vec<String> = core.search(sources).await.unwrap().hits.into_iter().map(|hit| hit.title).collect();
    assert!(found.iter().any(|title| title.contains("Launches")), "{found:?}");
    assert!(!found.iter().any(|title| title.contains("Bugs") || title.contains("asks")), "{found:?}");
    let account = core.state().await.unwrap().accounts.into_iter().next().unwrap();
    assert!(matches!(account.sync, SyncPhase::Idle { .. }), "{account:?}");
    core.close().await;
}
