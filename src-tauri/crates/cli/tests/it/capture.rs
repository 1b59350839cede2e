//! Notes: on the disk first, then in Notion.

use insta::assert_snapshot;
use satchel_sim::seed::Capabilities;
use satchel_testkit::Desk;

use crate::rig::Rig;

fn inbox(rig: &Rig) -> String {
    let pages = rig.desk.simulator.pages("mara-personal");
    let page = pages.iter().find(|page| page.title == "Inbox").expect("the demo has an inbox");
    page.markdown.clone()
}

#[tokio::test(start_paused = true)]
async fn the_first_note_goes_to_an_inbox_and_says_so() {
    let rig = Rig::with("mara-personal").await;
    assert_snapshot!(rig.run(&["capture", "two", "litres", "of", "milk"]).await.shown());
    assert!(inbox(&rig).ends_with("two litres of milk"));
}

#[tokio::test(start_paused = true)]
async fn the_next_note_goes_where_the_last_one_went() {
    let rig = Rig::with("mara-personal").await;
    rig.run(&["capture", "--to", "Sourdough log", "fed at noon"]).await.succeeded();
    let json = rig.run(&["capture", "--json", "and at six"]).await.succeeded().json();
    assert_eq!(json["destination"]["title"], "Sourdough log");
    assert_eq!(json["destination"]["chosen_by"], "last_used");
    assert_eq!(json["state"]["type"], "sent");
}

#[tokio::test(start_paused = true)]
async fn a_note_can_be_piped_in() {
    let rig = Rig::with("mara-personal").await;
    rig.piped(&["capture"], "# From a pipe\n\n- one\n- two\n").await.succeeded();
    assert!(inbox(&rig).ends_with("- one\n- two"), "{}", inbox(&rig));
}

#[tokio::test(start_paused = true)]
async fn a_note_without_text_is_refused() {
    let rig = Rig::with("mara-personal").await;
    assert_snapshot!("piped_nothing", rig.run(&["capture"]).await.shown());
    assert_snapshot!("nothing_at_a_terminal", rig.answered(&["capture"], "").await.shown());
}

#[tokio::test(start_paused = true)]
async fn without_a_network_a_note_waits_and_the_next_sync_sends_it() {
    let rig = Rig::with("mara-personal").await;
    rig.desk.network.set_cut(true);
    let kept = rig.run(&["capture", "written on the train"]).await.succeeded();
    assert!(kept.out.contains("Kept in the outbox for Inbox"), "{kept:#?}");
    assert!(kept.out.contains("there is no network"), "{kept:#?}");
    assert_eq!(rig.run(&["outbox", "--json"]).await.json()["counts"]["waiting"], 1);
    rig.desk.network.set_cut(false);
    let synced = rig.run(&["sync"]).await.succeeded();
    assert!(synced.out.contains("Sent 1 from the outbox"), "{synced:#?}");
    assert_eq!(inbox(&rig).matches("written on the train").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn not_waiting_leaves_the_note_to_the_next_run() {
    let rig = Rig::with("mara-personal").await;
    let output = rig.run(&["capture", "--no-wait", "later"]).await.succeeded();
    assert!(output.out.contains("Kept in the outbox"), "{output:#?}");
    assert!(!inbox(&rig).contains("later"));
}

#[tokio::test(start_paused = true)]
async fn a_refused_note_is_kept_told_and_can_be_sent_again() {
    let rig = Rig::with("mara-personal").await;
    let may = |insert_content| {
        let capabilities = Capabilities { insert_content, ..Capabilities::default() };
        assert!(rig.desk.simulator.set_capabilities(&Desk::token("mara-personal"), capabilities));
    };
    may(false);
    let refused = rig.run(&["capture", "not allowed yet"]).await;
    assert_eq!(refused.code, 6, "{refused:#?}");
    assert!(refused.err.contains("Satchel may not do this here."), "{refused:#?}");
    let outbox = rig.run(&["outbox", "--json"]).await.json();
    let id = outbox["items"][0]["id"].as_str().unwrap();
    assert!(refused.err.contains(&format!("`satchel outbox retry {}`", &id[20..])), "{refused:#?}");
    may(true);
    let sent = rig.run(&["outbox", "retry", &id[20..]]).await.succeeded();
    assert!(sent.out.contains("Sent"), "{sent:#?}");
    assert_eq!(inbox(&rig).matches("not allowed yet").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_note_can_be_thrown_away() {
    let rig = Rig::with("mara-personal").await;
    rig.run(&["capture", "--no-wait", "never mind"]).await.succeeded();
    let outbox = rig.run(&["outbox", "--json"]).await.json();
    let id = outbox["items"][0]["id"].as_str().unwrap();
    rig.run(&["outbox", "discard", &id[20..]]).await.succeeded();
    rig.run(&["sync"]).await.succeeded();
    assert!(!inbox(&rig).contains("never mind"));
    assert_eq!(rig.run(&["outbox", "discard", &id[20..]]).await.code, 2);
    assert_eq!(rig.run(&["outbox", "discard", "ZZZZZZ"]).await.code, 3);
}

#[tokio::test(start_paused = true)]
async fn the_outbox_lists_what_is_there() {
    let rig = Rig::with("mara-personal").await;
    assert_eq!(rig.run(&["outbox"]).await.succeeded().out, "");
    rig.run(&["capture", "sent"]).await.succeeded();
    rig.run(&["capture", "--no-wait", "waits"]).await.succeeded();
    let output = rig.run(&["outbox"]).await.succeeded();
    let shown: Vec<&str> = output.out.lines().collect();
    assert_eq!((shown[0], shown.len()), ("Waiting", 8), "{}", output.out);
    assert!(shown[1].ends_with("  waits") && shown[6].ends_with("  sent"), "{}", output.out);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_is_not_there_saves_nothing() {
    let rig = Rig::with("mara-personal").await;
    assert_snapshot!(rig.run(&["capture", "--to", "Nowhere", "x"]).await.shown());
    assert!(rig.run(&["outbox", "--json"]).await.json()["items"].as_array().unwrap().is_empty());
}
