//! What may go wrong between the outbox and Notion, and must not be felt: long and deep notes, doubts, refusals in mid-note.

use std::{sync::Arc, time::Duration};

use http::Method;
use satchel_core::{
    Clock, Core, ErrorCode,
    view::{DestinationTarget, ItemKind, ItemRef, OutboxState, SearchRequest},
};
use satchel_model::{CommentTarget, DataSourceId, ItemId, PageId, Timestamp};
use satchel_sim::faults::{Fault, FaultRule, RateLimitReason};
use satchel_testkit::{Desk, count_sent, find, page_of, sent, until};

const HOME: &str = "mara-personal";

async fn desk() -> (Desk, Core, ItemRef, PageId) {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, HOME).await;
    let inbox = find(&core, "Inbox").await;
    (desk, core, inbox, page_of(inbox))
}

async fn save(core: &Core, place: ItemRef, text: &str) {
    let target = match place.item {
        ItemId::Page(page_id) => DestinationTarget::Page { page_id },
        ItemId::DataSource(data_source_id) => DestinationTarget::DataSource { data_source_id },
    };
    core.capture(text.into(), place.account_id, target).await.unwrap();
}

fn markdown(desk: &Desk, workspace: &str, page: PageId) -> String {
    desk.simulator.page(workspace, &page.to_string()).unwrap().markdown
}

fn lines(desk: &Desk, page: PageId, prefix: &str) -> Vec<String> {
    let markdown = markdown(desk, HOME, page);
    markdown.lines().filter(|line| line.trim_start().starts_with(prefix)).map(str::to_owned).collect()
}

fn long_note(word: &str, lines: usize) -> (String, Vec<String>) {
    let wanted: Vec<String> = (0..lines).map(|n| format!("{word} {n}")).collect();
    (wanted.join("\n\n"), wanted)
}

/// A list of six levels with two items on the way, and how it looks in the service's Markdown.
fn deep_note(word: &str) -> (String, Vec<String>) {
    let levels = [0, 1, 2, 3, 4, 5, 3, 1];
    let items = levels.iter().enumerate();
    let typed = items.clone().map(|(n, level)| format!("{}- {word} {n}\n", "  ".repeat(*level))).collect();
    (typed, items.map(|(n, level)| format!("{}- {word} {n}", "\t".repeat(*level))).collect())
}

fn everything_that_goes_wrong() -> Vec<Fault> {
    vec![
        Fault::CommitThen503 { receipt: false },
        Fault::BadGateway,
        Fault::Conflict,
        Fault::CommitThenDrop,
        Fault::DropBefore,
        Fault::CommitThen503 { receipt: true },
        Fault::TruncatedBody,
        Fault::RateLimited { reason: RateLimitReason::Connection, retry_after: 17 },
    ]
}

/// `note` makes what is typed, and the lines it becomes, of a word that no other note has.
async fn arrives_once(note: impl Fn(&str) -> (String, Vec<String>), requests: u32, faults: Vec<Fault>) {
    let (desk, core, inbox, page) = desk().await;
    for (number, fault) in faults.into_iter().enumerate() {
        for which in 0..requests {
            let word = format!("case{number}{which}");
            let (typed, wanted) = note(&word);
            let rule = FaultRule::ending(Method::PATCH, "/children", fault.clone());
            desk.simulator.faults().add(rule.after(which));
            save(&core, inbox, &typed).await;
            let outbox = sent(&core).await;
            assert_eq!(desk.simulator.faults().remaining(), 0, "{fault:?} at {which} was met");
            assert_eq!(outbox.counts.needs_you, 0, "{fault:?} at {which}: {:?}", outbox.items);
            let markdown = markdown(&desk, HOME, page);
            let arrived: Vec<&str> = markdown.lines().filter(|line| line.contains(&word)).collect();
            assert_eq!(arrived, wanted, "{fault:?} at {which}");
        }
    }
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_long_note_is_there_once_and_whole_whatever_becomes_of_an_answer() {
    arrives_once(|word| long_note(word, 120), 2, everything_that_goes_wrong().split_off(3)).await;
}

#[tokio::test(start_paused = true)]
async fn a_deep_note_keeps_every_level_whatever_becomes_of_an_answer() {
    arrives_once(deep_note, 4, everything_that_goes_wrong()).await;
}

/// A list of equal items under one, which come in three requests.
fn monotonous_note(word: &str) -> (String, Vec<String>) {
    let typed = format!("- {word}\n{}", format!("  - {word} again\n").repeat(300));
    let wanted = std::iter::once(format!("- {word}")).chain(vec![format!("\t- {word} again"); 300]).collect();
    (typed, wanted)
}

#[tokio::test(start_paused = true)]
async fn items_that_are_all_alike_are_as_many_as_they_were() {
    arrives_once(monotonous_note, 3, vec![Fault::CommitThenDrop, Fault::DropBefore]).await;
}

#[tokio::test(start_paused = true)]
async fn a_deep_note_goes_on_where_a_crash_left_it() {
    for requests in 1..4 {
        let (desk, core, inbox, page) = desk().await;
        let written =
            |desk: &Desk| desk.simulator.request_log().iter().filter(|request| request.method == "PATCH").count();
        let before = written(&desk);
        let (typed, wanted) = deep_note("deep");
        save(&core, inbox, &typed).await;
        while written(&desk) < before + requests {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        core.close().await;
        drop(core);
        let core = desk.open().await;
        sent(&core).await;
        assert_eq!(lines(&desk, page, "- deep "), wanted, "after {requests} requests");
        core.close().await;
    }
}

/// The database of tasks in the demo.
pub(crate) async fn tasks(core: &Core) -> (ItemRef, DataSourceId) {
    let request = SearchRequest {
        query: "Tidewater tasks".into(),
        kinds: vec![ItemKind::DataSource],
        limit: 5,
        ..SearchRequest::default()
    };
    let source = core.search(request).await.unwrap().hits[0].reference;
    let id = match source.item {
        ItemId::DataSource(id) => Some(id),
        ItemId::Page(_) => None,
    };
    (source, id.expect("a data source"))
}

#[tokio::test(start_paused = true)]
async fn a_row_is_there_once_and_whole_whatever_becomes_of_an_answer() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let (source, id) = tasks(&core).await;
    for (number, fault) in everything_that_goes_wrong().into_iter().enumerate() {
        for (method, suffix) in [(Method::POST, "/pages"), (Method::PATCH, "/children")] {
            let title = format!("Retest {number} {method}");
            desk.simulator.faults().add(FaultRule::ending(method, suffix, fault.clone()));
            save(&core, source, &format!("{title}\n{}", deep_note("deep").0)).await;
            let outbox = sent(&core).await;
            assert_eq!(outbox.counts.needs_you, 0, "{fault:?}: {:?}", outbox.items);
            let pages = desk.simulator.pages("northlight");
            let rows: Vec<_> =
                pages.iter().filter(|page| page.parent == Some(id.to_string()) && page.title == title).collect();
            assert_eq!(rows.len(), 1, "{fault:?}");
            assert_eq!(rows[0].markdown.matches("- deep ").count(), 8, "{fault:?}: {}", rows[0].markdown);
        }
    }
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_schema_that_cannot_be_read_is_no_row_that_was_sent() {
    for fault in [Fault::TruncatedBody, Fault::CommitThenDrop, Fault::InternalError] {
        let desk = Desk::new();
        let core = desk.open().await;
        desk.connect(&core, "northlight").await;
        let (source, id) = tasks(&core).await;
        let of_schema = |method: &Method, path: &str| *method == Method::GET && path.contains("/data_sources/");
        desk.simulator.faults().add(FaultRule::matching(of_schema, fault.clone()));
        save(&core, source, "Retest offline maps").await;
        sent(&core).await;
        let pages = desk.simulator.pages("northlight");
        let rows =
            pages.iter().filter(|page| page.parent == Some(id.to_string()) && page.title == "Retest offline maps");
        assert_eq!(rows.count(), 1, "{fault:?}");
        core.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_a_note_is_not_sent_while_the_lost_request_may_still_be_worked_on() {
    let (desk, core, inbox, page) = desk().await;
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::DropBefore).after(1));
    let (typed, wanted) = long_note("line", 150);
    save(&core, inbox, &typed).await;
    sent(&core).await;
    assert_eq!(lines(&desk, page, "line "), wanted);
    let log = desk.simulator.request_log();
    let at: Vec<Timestamp> = log.iter().filter(|request| request.method == "PATCH").map(|request| request.at).collect();
    assert_eq!(at.len(), 3);
    assert!(at[2].duration_since(at[1]).as_secs() >= 60, "{at:?}");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn equal_comments_some_time_apart_are_not_mistaken_for_each_other() {
    let (desk, core, _, page_id) = desk().await;
    let account = core.state().await.unwrap().accounts[0].id;
    // The first is made at the end of a minute, of which its stamp tells only the beginning.
    let now = desk.clock.now().as_second().rem_euclid(60);
    tokio::time::sleep(Duration::from_secs((118 - now) as u64 % 60)).await;
    let target = CommentTarget::Page { page_id };
    core.add_comment(account, page_id, target, "same here".into()).await.unwrap();
    sent(&core).await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    desk.simulator.faults().add(FaultRule::ending(Method::POST, "/comments", Fault::CommitThenDrop));
    core.add_comment(account, page_id, target, "same here".into()).await.unwrap();
    sent(&core).await;
    assert_eq!(desk.simulator.comments(HOME).iter().filter(|comment| comment.text == "same here").count(), 2);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_writes_is_not_taken_for_a_lost_note() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let plan = find(&core, "Autumn launch plan").await;
    let page = page_of(plan);
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::DropBefore));
    save(&core, plan, "order the buoys").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.simulator.as_person("northlight", "priya").unwrap().append(&page.to_string(), "order the buoys").unwrap();
    sent(&core).await;
    assert_eq!(markdown(&desk, "northlight", page).matches("order the buoys").count(), 2);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_doubt_that_cannot_be_settled_holds_up_nothing_else() {
    let (desk, core, inbox, page) = desk().await;
    let log = find(&core, "Sourdough log").await;
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::CommitThenDrop));
    let of_inbox = format!("/blocks/{page}/children");
    let unreadable = move |method: &Method, path: &str| *method == Method::GET && path.ends_with(&of_inbox);
    desk.simulator.faults().add(FaultRule::matching(unreadable, Fault::InternalError).times(10_000));
    save(&core, inbox, "into the fog").await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    save(&core, log, "72% water").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(lines(&desk, page_of(log), "72% water").len(), 1);
    desk.simulator.faults().clear();
    assert_eq!(count_sent(&sent(&core).await), 2);
    assert_eq!(lines(&desk, page, "into the fog").len(), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_doubt_that_only_the_person_can_settle_is_looked_at_before_it_is_tried_again() {
    let (desk, core, inbox, page) = desk().await;
    let person = desk.simulator.as_person(HOME, "mara-home").unwrap();
    let seed = satchel_sim::demo::seed();
    let connection = seed.workspaces.iter().find(|seed| seed.key == HOME).unwrap().connections[0].key.clone();
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::CommitThenDrop));
    save(&core, inbox, "written, and then gone").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    person.unshare(&connection, &page.to_string()).unwrap();
    let outbox = sent(&core).await;
    assert_eq!(outbox.counts.needs_you, 1, "{:?}", outbox.items);
    person.share(&connection, &page.to_string()).unwrap();
    core.discard_operation(outbox.items[0].id).await.unwrap();
    core.restore_operation(outbox.items[0].id).await.unwrap();
    sent(&core).await;
    assert_eq!(lines(&desk, page, "written, and then gone").len(), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_note_refused_halfway_says_so_and_trying_again_sends_the_rest_only() {
    let (desk, core, inbox, page) = desk().await;
    // The only refusal of the simulator's that waiting does not help.
    let refusal = Fault::RateLimited { reason: RateLimitReason::Blocked, retry_after: 1 };
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", refusal).after(1));
    let (typed, wanted) = long_note("line", 150);
    save(&core, inbox, &typed).await;
    let outbox = sent(&core).await;
    assert_eq!(outbox.counts.needs_you, 1);
    core.retry_operation(Some(outbox.items[0].id)).await.unwrap();
    assert_eq!(count_sent(&sent(&core).await), 1);
    assert_eq!(lines(&desk, page, "line "), wanted);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_on_its_way_cannot_be_taken_back_and_leaves_the_draft_alone() {
    let (desk, core, inbox, page) = desk().await;
    save(&core, inbox, "on its way").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let outbox = core.outbox().await.unwrap();
    assert!(matches!(outbox.items[0].state, OutboxState::Sending), "{:?}", outbox.items[0].state);
    let refused = core.take_back_operation(outbox.items[0].id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLate);
    assert_eq!(core.capture_draft().await.unwrap(), None);
    sent(&core).await;
    assert_eq!(lines(&desk, page, "on its way").len(), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_network_goes_as_soon_as_there_is_one() {
    let (desk, core, inbox, _) = desk().await;
    desk.network.set_cut(true);
    save(&core, inbox, "from the tunnel").await;
    tokio::time::sleep(Duration::from_secs(61)).await;
    desk.network.set_cut(false);
    core.sync_now(None).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(count_sent(&core.outbox().await.unwrap()), 1);
    core.close().await;
}

/// A clock that somebody has set wrong.
struct SetBack<C>(C, jiff::SignedDuration);

impl<C: Clock> Clock for SetBack<C> {
    fn now(&self) -> Timestamp {
        self.0.now() - self.1
    }
}

#[tokio::test(start_paused = true)]
async fn notes_keep_their_order_when_the_clock_is_set_back() {
    let (desk, core, inbox, page) = desk().await;
    desk.network.set_cut(true);
    save(&core, inbox, "thought 1").await;
    core.close().await;
    drop(core);
    let hour = jiff::SignedDuration::from_mins(60);
    let config = desk.config().with_clock(Arc::new(SetBack(desk.clock.clone(), hour)));
    let core = Core::open(config).await.unwrap();
    core.start();
    save(&core, inbox, "thought 2").await;
    desk.network.set_cut(false);
    until(&core, "both", async |core: &Core| (count_sent(&core.outbox().await.unwrap()) == 2).then_some(())).await;
    assert_eq!(lines(&desk, page, "thought "), ["thought 1", "thought 2"]);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_wrong_does_not_hide_what_was_written() {
    for minutes in [-45, 45] {
        let desk = Desk::new();
        let wrong = SetBack(desk.clock.clone(), jiff::SignedDuration::from_mins(minutes));
        let core = Core::open(desk.config().with_clock(Arc::new(wrong))).await.unwrap();
        core.start();
        desk.connect(&core, HOME).await;
        let inbox = find(&core, "Inbox").await;
        desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::CommitThenDrop));
        save(&core, inbox, "what time is it?").await;
        assert_eq!(count_sent(&sent(&core).await), 1);
        assert_eq!(lines(&desk, page_of(inbox), "what time is it?").len(), 1, "{minutes}");
        core.close().await;
    }
}

/// A note whose attempt stands half written in the journal, with this hash of how it is dealt out.
async fn half_written(content_hash: &str) -> (Desk, Core, PageId) {
    use satchel_model::{Attempt, Fate, OperationState};
    use satchel_store::{DatabaseKey, Executor, Journal, Location, StateKind};
    use secrecy::ExposeSecret as _;
    let desk = Desk::new();
    let keychain = satchel_core::Keychain::in_memory().unwrap();
    let config = desk.config().with_secrets(satchel_core::Secrets::In(keychain.clone()));
    let core = Core::open(config).await.unwrap();
    core.start();
    desk.connect(&core, HOME).await;
    let inbox = find(&core, "Inbox").await;
    desk.network.set_cut(true);
    save(&core, inbox, "half written down").await;
    tokio::time::sleep(Duration::from_secs(1)).await;

    // As a disk that is full leaves it when the answer comes.
    let key = keychain.journal_key().await.unwrap().unwrap();
    let key = DatabaseKey::from_hex(key.expose_secret()).unwrap();
    let journal = Journal::open(Location::File(desk.folder().join("journal.db")), &key, Executor::Inline).unwrap();
    let now = desk.clock.now();
    let attempt = Attempt {
        started_at: now,
        asked_at: now,
        content_hash: content_hash.into(),
        steps: Vec::new(),
        fate: Fate::Doubtful,
    };
    let id = core.outbox().await.unwrap().items[0].id;
    let sending = OperationState::Sending { attempt };
    journal.writer.set_state(id, StateKind::Queued, sending).await.unwrap().unwrap();
    drop(journal);
    desk.network.set_cut(false);
    (desk, core, page_of(inbox))
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_still_calls_being_sent_is_looked_after_without_a_restart() {
    let (desk, core, inbox) = half_written("").await;
    assert_eq!(count_sent(&sent(&core).await), 1);
    assert_eq!(lines(&desk, inbox, "half written down").len(), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_another_version_has_begun_to_send_is_left_to_the_person() {
    let (desk, core, inbox) = half_written("dealt out otherwise").await;
    let outbox = sent(&core).await;
    assert_eq!(outbox.counts.needs_you, 1);
    let state = outbox.items.first().map(|item| &item.state);
    let reason = OutboxState::NeedsYou { code: "begun_by_other_version".into(), detail: String::new() };
    assert_eq!(state, Some(&reason));
    assert_eq!(lines(&desk, inbox, "half written down").len(), 0);
    core.close().await;
}
