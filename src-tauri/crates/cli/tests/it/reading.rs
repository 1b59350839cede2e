//! Syncing, searching and showing.

use insta::assert_snapshot;

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn a_sync_tells_what_is_here_now() {
    let rig = Rig::new();
    rig.connect("northlight").await;
    rig.connect("mara-personal").await;
    assert_snapshot!(rig.run(&["sync"]).await.shown());
    let again = rig.run(&["sync", "mara", "--json"]).await.succeeded().json();
    assert_eq!(again["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(again["accounts"][0]["trouble"], serde_json::Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_sync_without_a_network_says_so_and_leaves_the_copy_usable() {
    let rig = Rig::with("mara-personal").await;
    rig.desk.network.set_cut(true);
    assert_snapshot!(rig.run(&["sync"]).await.shown());
    assert_eq!(rig.run(&["sync", "--json"]).await.code, 5);
    assert!(rig.run(&["search", "sourdough"]).await.succeeded().out.contains("Sourdough"));
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_sync_goes_on_where_it_was() {
    let rig = Rig::new();
    rig.connect("northlight").await;
    let stop = tokio::time::sleep(std::time::Duration::from_secs(2));
    let output = rig.with_environment(&["sync"], |environment| environment.interrupted = Box::pin(stop)).await;
    assert_eq!(output.code, 130, "{output:#?}");
    assert!(
        output.err.ends_with("Error: Stopped.\nWhat was written down is kept, and what was fetched stays.\n"),
        "{}",
        output.err
    );
    let texts = || rig.desk.simulator.request_log().iter().filter(|call| call.path.ends_with("/markdown")).count();
    let before = texts();
    let synced = rig.run(&["sync"]).await.succeeded();
    assert!(synced.out.contains("58 pages, 8 databases"), "{synced:#?}");
    assert!(before > 0 && texts() <= 58 + 1, "{before} texts, then {} in all", texts());
}

#[tokio::test(start_paused = true)]
async fn hits_stand_in_their_groups_with_their_places() {
    let rig = Rig::with("northlight").await;
    assert_snapshot!(rig.run(&["search", "launch", "plan", "--limit", "5"]).await.shown());
    let json = rig.run(&["search", "--json", "launch", "plan"]).await.json();
    assert_eq!(json["hits"][0]["title"], "Autumn launch plan");
    assert_eq!(json["hits"][0]["group"], "best");
}

#[tokio::test(start_paused = true)]
async fn matches_are_set_apart_where_there_are_colours() {
    let rig = Rig::with("northlight").await;
    let output = rig.run(&["search", "--color", "always", "-n", "1", "launch plan"]).await;
    assert!(output.out.contains("\u{1b}[1m\u{1b}[33mlaunch\u{1b}[0m"), "{:?}", output.out);
    let output = rig.run(&["search", "-n", "1", "launch plan"]).await;
    assert!(!output.out.contains('\u{1b}'), "{:?}", output.out);
}

#[tokio::test(start_paused = true)]
async fn a_search_can_be_narrowed_to_a_workspace_and_a_type() {
    let rig = Rig::with("northlight").await;
    let json = rig.run(&["search", "--json", "--type", "database", "tasks"]).await.json();
    let hits = json["hits"].as_array().unwrap();
    assert!(!hits.is_empty() && hits.iter().all(|hit| hit["kind"] == "data_source"), "{json}");
    assert_eq!(rig.run(&["search", "--account", "acme", "tasks"]).await.code, 3);
    let nothing = rig.run(&["search", "zzzyx"]).await.succeeded();
    assert_eq!(nothing.out, "");
}

#[tokio::test(start_paused = true)]
async fn a_page_is_shown_whole() {
    let rig = Rig::with("northlight").await;
    assert_snapshot!(rig.run(&["show", "autumn", "launch", "plan"]).await.shown());
}

#[tokio::test(start_paused = true)]
async fn a_page_is_named_by_its_address_and_its_id() {
    let rig = Rig::with("northlight").await;
    let shown = rig.run(&["show", "--json", "Autumn launch plan"]).await.json();
    let url = shown["url"].as_str().unwrap().to_owned();
    let id = shown["item"]["id"].as_str().unwrap().to_owned();
    for words in [url, id.replace('-', ""), id] {
        let json = rig.run(&["show", "--json", &words]).await.json();
        assert_eq!(json["title"], "Autumn launch plan", "{words}");
    }
    let markdown = rig.run(&["show", "--markdown", "Autumn launch plan"]).await.succeeded().out;
    assert_eq!(markdown.trim_end(), shown["markdown"].as_str().unwrap());
}

#[tokio::test(start_paused = true)]
async fn words_that_fit_several_pages_name_none_of_them() {
    let rig = Rig::with("northlight").await;
    let output = rig.run(&["show", "tide"]).await;
    assert_snapshot!(output.shown());
    let json = rig.run(&["show", "--json", "tide"]).await.json();
    assert!(json["error"]["candidates"].as_array().unwrap().len() > 1, "{json}");
}

#[tokio::test(start_paused = true)]
async fn words_of_no_title_are_not_found_and_their_texts_are_offered() {
    let rig = Rig::with("northlight").await;
    assert_snapshot!(rig.run(&["show", "harmonic", "constituents"]).await.shown());
}

#[tokio::test(start_paused = true)]
async fn a_database_is_shown_as_a_table() {
    let rig = Rig::with("northlight").await;
    let output = rig.run(&["show", "Tidewater tasks"]).await.succeeded();
    assert_snapshot!(output.shown());
}

#[tokio::test(start_paused = true)]
async fn without_an_account_every_command_says_how_to_begin() {
    let rig = Rig::new();
    for words in [&["search", "x"][..], &["show", "x"], &["capture", "x"], &["comment", "x", "y"], &["sync"]] {
        let output = rig.run(words).await;
        assert_eq!(output.code, 3, "{words:?}");
        assert!(output.err.contains("`satchel account add`") && output.err.contains("`satchel demo`"), "{output:#?}");
    }
}
