//! Another Satchel holds the right to sync and send.

use insta::assert_snapshot;
use satchel_testkit::{Desk, sent};

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn beside_a_running_satchel_notes_are_kept_and_it_sends_them() {
    let rig = Rig::new();
    let app = rig.desk.open().await;
    rig.desk.connect(&app, "mara-personal").await;

    let captured = rig.run(&["capture", "from beside"]).await;
    assert!(captured.out.contains("the Satchel that is running sends it"), "{captured:#?}");
    sent(&app).await;
    let pages = rig.desk.simulator.pages("mara-personal");
    assert_eq!(pages.iter().filter(|page| page.markdown.contains("from beside")).count(), 1);

    assert!(rig.run(&["search", "sourdough"]).await.succeeded().out.contains("Sourdough"));
    assert_snapshot!("sync", rig.run(&["sync"]).await.shown());
    app.close().await;
}

#[tokio::test(start_paused = true)]
async fn accounts_come_and_go_only_in_the_satchel_that_is_running() {
    let rig = Rig::new();
    let app = rig.desk.open().await;
    rig.desk.connect(&app, "mara-personal").await;
    assert_snapshot!("add", rig.piped(&["account", "add"], &Desk::token("kumo")).await.shown());
    assert_eq!(rig.run(&["account", "remove", "--yes", "mara"]).await.code, 7);
    assert_eq!(app.state().await.unwrap().accounts.len(), 1);
    app.close().await;
}
