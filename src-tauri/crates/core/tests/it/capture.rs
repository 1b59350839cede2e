//! Capturing: durable at once, sent in order, exactly once whatever the network does.

use http::Method;
use satchel_core::{
    Core, ErrorCode,
    view::{DestinationTarget, ItemRef, OutboxState},
};
use satchel_model::{DataSourceId, ItemId, PageId};
use satchel_sim::faults::{Fault, FaultRule, RateLimitReason};
use satchel_testkit::{Desk, count_sent, find, page_of, sent};

use crate::sending::tasks;

async fn inbox(core: &Core) -> (ItemRef, PageId) {
    let reference = find(core, "Inbox").await;
    (reference, page_of(reference))
}

async fn save(core: &Core, reference: ItemRef, text: &str) {
    let target = match reference.item {
        ItemId::Page(page_id) => DestinationTarget::Page { page_id },
        ItemId::DataSource(data_source_id) => DestinationTarget::DataSource { data_source_id },
    };
    core.capture(text.into(), reference.account_id, target).await.unwrap();
}

fn markdown(desk: &Desk, page: PageId) -> String {
    desk.simulator.page("mara-personal", &page.to_string()).unwrap().markdown
}

fn occurrences(desk: &Desk, page: PageId, text: &str) -> usize {
    markdown(desk, page).matches(text).count()
}

#[tokio::test(start_paused = true)]
async fn a_note_arrives_at_the_end_of_its_page() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "mara-personal").await;
    let (reference, page) = inbox(&core).await;
    save(&core, reference, "Ask about the **marina** key\n\n- [ ] two litres of milk").await;
    let outbox = sent(&core).await;
    assert_eq!(count_sent(&outbox), 1);
    let markdown = markdown(&desk, page);
    assert!(markdown.ends_with("Ask about the **marina** key\n- [ ] two litres of milk"), "{markdown}");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_note_for_a_database_becomes_a_row_with_its_first_line_as_the_title() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let (source, id) = tasks(&core).await;
    save(&core, source, "Retest offline maps\nBuild **3.0.113**").await;
    sent(&core).await;
    assert_eq!(rows(&desk, id, "Retest offline maps"), 1);
    core.close().await;
}

fn rows(desk: &Desk, id: DataSourceId, title: &str) -> usize {
    let pages = desk.simulator.pages("northlight");
    pages.iter().filter(|page| page.parent == Some(id.to_string()) && page.title == title).count()
}

#[tokio::test(start_paused = true)]
async fn notes_written_offline_outlive_a_restart_and_are_sent_in_order() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "mara-personal").await;
    let (reference, page) = inbox(&core).await;
    desk.network.set_cut(true);
    for number in 1..=5 {
        save(&core, reference, &format!("thought {number}")).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(120)).await;
    assert_eq!(core.outbox().await.unwrap().counts.waiting, 5);
    core.close().await;
    drop(core);

    let core = desk.open().await;
    assert_eq!(core.outbox().await.unwrap().counts.waiting, 5);
    desk.network.set_cut(false);
    sent(&core).await;
    let markdown = markdown(&desk, page);
    assert!(markdown.ends_with("thought 1\nthought 2\nthought 3\nthought 4\nthought 5"), "{markdown}");
    core.close().await;
}

/// Every way in which an answer can go wrong, and a note that must be there once afterwards.
async fn survives(fault: Fault, method: Method) {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "mara-personal").await;
    let (reference, page) = inbox(&core).await;
    desk.simulator.faults().add(FaultRule::ending(method, "/children", fault.clone()));
    save(&core, reference, "exactly once").await;
    let outbox = sent(&core).await;
    assert_eq!(count_sent(&outbox), 1, "{fault:?}: {:?}", outbox.items);
    assert_eq!(occurrences(&desk, page, "exactly once"), 1, "{fault:?}");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_note_is_there_once_whatever_becomes_of_the_answer() {
    for fault in [
        Fault::CommitThenDrop,
        Fault::DropBefore,
        Fault::CommitThen503 { receipt: true },
        Fault::CommitThen503 { receipt: false },
        Fault::BadGateway,
        Fault::GatewayTimeout,
        Fault::InternalError,
        Fault::RateLimited { reason: RateLimitReason::Connection, retry_after: 17 },
        Fault::TruncatedBody,
    ] {
        survives(fault, Method::PATCH).await;
    }
}

#[tokio::test(start_paused = true)]
async fn two_equal_notes_are_two_notes() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "mara-personal").await;
    let (reference, page) = inbox(&core).await;
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::CommitThenDrop));
    save(&core, reference, "milk").await;
    save(&core, reference, "milk").await;
    sent(&core).await;
    assert_eq!(occurrences(&desk, page, "milk"), 2);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_in_mid_send_is_settled_by_looking_not_by_sending_again() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "mara-personal").await;
    let (reference, page) = inbox(&core).await;
    save(&core, reference, "written before the crash").await;
    // The request takes 40 ms: the core goes while it is under way.
    tokio::time::sleep(std::time::Duration::from_millis(41)).await;
    core.close().await;
    drop(core);
    let core = desk.open().await;
    sent(&core).await;
    assert_eq!(occurrences(&desk, page, "written before the crash"), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_note_is_kept_with_the_reason_and_can_be_edited_or_discarded() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, "mara-personal").await;
    let (reference, page) = inbox(&core).await;
    desk.simulator.as_person("mara-personal", "mara-home").unwrap().trash(&page.to_string()).unwrap();
    save(&core, reference, "into the void").await;
    let outbox = sent(&core).await;
    assert_eq!(outbox.counts.needs_you, 1);
    let item = &outbox.items[0];
    assert!(matches!(&item.state, OutboxState::NeedsYou { .. }), "{:?}", item.state);
    assert_eq!(item.text, "into the void");
    let draft = core.take_back_operation(item.id).await.unwrap();
    assert_eq!((draft.text.as_str(), draft.account_id), ("into the void", Some(account.id)));
    assert_eq!(core.outbox().await.unwrap().counts.needs_you, 0);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_note_that_waits_or_was_refused_can_go_elsewhere_and_is_there_once() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let inbox = find(&core, "Inbox").await;
    let tasks = find(&core, "Tidewater tasks").await;
    let satchel_model::ItemId::DataSource(data_source_id) = tasks.item else { panic!("tasks are a data source") };
    let target = DestinationTarget::DataSource { data_source_id };
    desk.network.set_cut(true);
    save(&core, inbox, "Retest the maps\nin flight mode").await;
    let id = core.outbox().await.unwrap().items[0].id;
    core.redirect_operation(id, target).await.unwrap();
    let item = core.outbox().await.unwrap().items[0].clone();
    assert_eq!((item.destination, item.title.as_str()), (Some(tasks.item), "Retest the maps"));
    desk.network.set_cut(false);
    sent(&core).await;
    assert_eq!(rows(&desk, data_source_id, "Retest the maps"), 1);
    let elsewhere = desk.simulator.pages("northlight").iter().filter(|page| page.title == "Inbox").count();
    assert!(elsewhere > 0);
    let refused = core.redirect_operation(id, target).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLate);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn an_empty_note_is_refused_and_a_saved_one_takes_its_draft_with_it() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "mara-personal").await;
    let (reference, page_id) = inbox(&core).await;
    let target = DestinationTarget::Page { page_id };
    let refused = core.capture("  \n".into(), reference.account_id, target).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::EmptyText);
    core.save_capture_draft("half a thought".into(), Some(reference.account_id), Some(target)).await.unwrap();
    assert_eq!(core.capture_draft().await.unwrap().unwrap().text, "half a thought");
    core.capture("a whole thought".into(), reference.account_id, target).await.unwrap();
    assert_eq!(core.capture_draft().await.unwrap(), None);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn destinations_are_those_used_last_and_then_inboxes() {
    let desk = Desk::new();
    let core = desk.open().await;
    for workspace in ["northlight", "mara-personal", "kumo"] {
        desk.connect(&core, workspace).await;
    }
    let offered = core.destinations(String::new(), 8).await.unwrap();
    assert!(offered[0].title.to_lowercase().contains("inbox"), "{:?}", offered[0].title);
    let log = find(&core, "Sourdough log").await;
    save(&core, log, "72% water").await;
    let offered = core.destinations(String::new(), 8).await.unwrap();
    assert_eq!(offered[0].title, "Sourdough log");
    let typed = core.destinations("tidewater".into(), 8).await.unwrap();
    assert!(typed.iter().any(|place| place.title == "Tidewater tasks"));
    core.close().await;
}
