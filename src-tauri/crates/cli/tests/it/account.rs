//! Connecting workspaces and signing out.

use insta::assert_snapshot;
use satchel_testkit::Desk;

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn a_piped_token_is_checked_kept_and_listed() {
    let rig = Rig::new();
    let added = rig.piped(&["account", "add"], &format!("{}\n", Desk::token("northlight"))).await.succeeded();
    assert_snapshot!(added.shown());
    rig.run(&["sync"]).await.succeeded();
    assert_snapshot!(rig.run(&["account", "list"]).await.shown());
    let listed = rig.run(&["account", "list", "--json"]).await.json();
    assert_eq!(listed["accounts"][0]["name"], "Northlight Studio");
}

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_at_a_terminal() {
    let rig = Rig::new();
    let output = rig.answered(&["account", "add"], &Desk::token("mara-personal")).await.succeeded();
    assert!(output.out.contains("Connected Mara, personal"), "{output:#?}");
    assert!(output.err.contains("https://www.notion.so/developers/tokens"), "{output:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_leaves_nothing_behind() {
    let rig = Rig::new();
    let output = rig.piped(&["account", "add"], "ntn_000000000000000000000000000000000000000000").await;
    assert_snapshot!(output.shown());
    assert!(rig.run(&["account", "list"]).await.succeeded().out.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_is_told_so_without_asking_notion() {
    let rig = Rig::new();
    let output = rig.piped(&["account", "add"], "https://www.notion.so/my-page").await;
    assert_snapshot!(output.shown());
    assert!(rig.desk.simulator.request_log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_workspace_is_not_connected_twice() {
    let rig = Rig::new();
    rig.connect("mara-personal").await;
    let output = rig.piped(&["account", "add"], &Desk::token("mara-personal")).await;
    assert_snapshot!(output.shown());
}

#[tokio::test(start_paused = true)]
async fn signing_out_asks_first_and_takes_everything_along() {
    let rig = Rig::with("mara-personal").await;
    rig.desk.network.set_cut(true);
    rig.run(&["capture", "--to", "Inbox", "a thought that is not sent"]).await.succeeded();

    let refused = rig.run(&["account", "remove", "mara"]).await;
    assert_snapshot!("nobody_to_ask", refused.shown());
    let no = rig.answered(&["account", "remove", "mara"], "n\n").await;
    assert_eq!(no.code, 130, "{no:#?}");
    assert!(no.err.contains("a thought that is not sent"), "{no:#?}");
    assert!(rig.run(&["account", "list"]).await.out.contains("Mara"));

    let yes = rig.answered(&["account", "remove", "mara"], "yes\n").await.succeeded();
    assert_snapshot!("signed_out", yes.shown());
    let files: Vec<_> = std::fs::read_dir(rig.desk.folder()).unwrap().flatten().collect();
    assert!(files.iter().all(|file| !file.file_name().to_string_lossy().starts_with("cache-")), "{files:?}");
    assert_eq!(rig.run(&["search", "inbox"]).await.code, 3);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_fits_no_workspace_or_several_is_answered_with_those_there_are() {
    let rig = Rig::new();
    for workspace in ["mara-personal", "northlight"] {
        rig.connect(workspace).await;
    }
    assert_snapshot!("unknown", rig.run(&["sync", "acme"]).await.shown());
    assert_snapshot!("several", rig.run(&["sync", "o"]).await.shown());
}

#[tokio::test(start_paused = true)]
async fn a_sync_of_one_workspace_brings_that_one_only() {
    let rig = Rig::new();
    for workspace in ["northlight", "mara-personal"] {
        rig.piped(&["account", "add"], &Desk::token(workspace)).await.succeeded();
    }
    rig.run(&["sync", "mara"]).await.succeeded();
    let listed = rig.run(&["account", "list", "--json"]).await.json();
    let kept = |n: usize| listed["accounts"][n]["coverage"]["bodies"].as_u64().unwrap();
    assert_eq!((kept(0), kept(1)), (0, 10), "{listed:#}");
}
