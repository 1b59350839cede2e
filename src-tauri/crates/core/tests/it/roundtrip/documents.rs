//! Documents larger than a request arrive whole and once, whatever becomes of the requests.

use http::Method;
use proptest::prelude::*;
use satchel_core::InProcess;
use satchel_notion::api::{AppendError, AppendProgress, Appending};
use satchel_notion::types::{FileKind, NewBlock};
use satchel_notion::write::{CreateComment, CreatePage, MarkdownEdit, MarkdownVersion, Position};
use satchel_notion::{BlockId, Client, Error, split};
use satchel_sim::faults::{Fault, FaultRule};
use secrecy::SecretString;
use serde_json::json;

use super::{Desk, leaf, missing, written};

fn line(text: &str) -> NewBlock {
    NewBlock::bulleted(split::rich_text(text))
}

fn lines(count: usize) -> Vec<NewBlock> {
    (0..count).map(|n| line(&format!("line {n}"))).collect()
}

/// Deep, wide, in columns.
fn document() -> impl Strategy<Value = Vec<NewBlock>> {
    let block = leaf(true).prop_recursive(5, 300, 40, |inner| {
        let some = || {
            prop_oneof![
                5 => prop::collection::vec(inner.clone(), 1..5),
                1 => (inner.clone(), 95_usize..130).prop_map(|(block, times)| vec![block; times]),
            ]
        };
        prop_oneof![
            6 => some().prop_map(|children| line("above").with_children(children).unwrap()),
            // A column that began with columns would get a line before them.
            1 => (some(), some()).prop_map(|(left, right)| {
                NewBlock::columns(vec![[vec![line("left")], left].concat(), [vec![line("right")], right].concat()])
            }),
        ]
    });
    prop::collection::vec(block, 1..5)
}

/// Appends until all of it is there, each time as another process would that knows only what was kept.
async fn persistently(desk: &Desk, appending: &Appending) -> AppendProgress {
    let appending: Appending = serde_json::from_str(&serde_json::to_string(appending).unwrap()).unwrap();
    let mut kept = serde_json::to_string(&AppendProgress::default()).unwrap();
    loop {
        let mut progress: AppendProgress = serde_json::from_str(&kept).unwrap();
        let record = |now: &AppendProgress| {
            kept = serde_json::to_string(now).unwrap();
            Ok(())
        };
        if desk.client.blocks().append_all(&appending, &mut progress, record).await.is_ok() {
            assert!(appending.is_complete(&progress));
            return progress;
        }
        assert!(desk.simulator.request_log().len() < 20_000, "it never comes to an end");
    }
}

fn fault(number: u8) -> Fault {
    match number % 7 {
        0 => Fault::CommitThenDrop,
        1 => Fault::CommitThen503 { receipt: true },
        2 => Fault::CommitThen503 { receipt: false },
        3 => Fault::DropBefore,
        4 => Fault::BadGateway,
        5 => Fault::TruncatedBody,
        _ => Fault::Conflict,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_document_arrives_whole_and_once(blocks in document(), seed in any::<u64>(), kinds in any::<[u8; 2]>()) {
        let desk = Desk::new();
        for (kind, seed) in kinds.into_iter().zip([seed, !seed]) {
            let rule = FaultRule::ending(Method::PATCH, "/children", fault(kind)).times(u32::MAX).sometimes(0.3, seed);
            desk.simulator.faults().add(rule);
        }
        let read = desk.runtime.block_on(async {
            let page = desk.client.pages().create(&CreatePage::new(desk.inbox).title("A page")).await.unwrap();
            let id = page.into_full().unwrap().id;
            persistently(&desk, &Appending::new(id, blocks.clone())).await;
            desk.read(id.into()).await
        });
        prop_assert_eq!(missing(&written(&blocks), &json!(read), ""), None);
    }
}

#[test]
fn an_answer_that_was_lost_is_looked_for_and_not_sent_for_again() {
    let desk = Desk::new();
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::CommitThenDrop).after(1));
    desk.runtime.block_on(async {
        let appending = Appending::new(desk.inbox, lines(250));
        let mut progress = AppendProgress::default();
        let error = desk.client.blocks().append_all(&appending, &mut progress, |_| Ok(())).await.unwrap_err();
        assert!(matches!(error, AppendError::Service(Error::Transport(_))), "{error}");
        assert_eq!((progress.done(), appending.requests()), (1, 3));
        // Somebody else writes meanwhile.
        desk.client.blocks().append(desk.inbox, &[line("theirs")], Position::End).await.unwrap();
        let asked = tokio::time::Instant::now();
        desk.client.blocks().append_all(&appending, &mut progress, |_| Ok(())).await.unwrap();
        assert!(asked.elapsed().as_secs() >= 50, "the first attempt may have been under way");
        assert_eq!(appending.made(&progress).count(), 250);
        let texts: Vec<String> = desk.read(desk.inbox.into()).await.iter().map(text).collect();
        let ours: Vec<&String> = texts.iter().filter(|text| text.starts_with("line")).collect();
        assert_eq!(ours.len(), 250);
        assert!(ours.iter().enumerate().all(|(number, text)| **text == format!("line {number}")));
    });
}

#[test]
fn equal_lines_that_came_with_their_block_are_not_taken_for_those_that_were_lost() {
    let desk = Desk::new();
    let same = |count: usize| vec![line("same"); count];
    let list = line("list").with_children(same(300)).unwrap();
    desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::DropBefore).after(1));
    desk.runtime.block_on(async {
        let appending = Appending::new(desk.inbox, vec![list.clone()]);
        assert_eq!(persistently(&desk, &appending).await.done(), 3);
        let read = desk.read(desk.inbox.into()).await;
        assert_eq!(missing(&written(&[list]), &json!(read), ""), None);

        let (along, rest) = split::for_new_page(same(150));
        let page = CreatePage::new(desk.inbox).title("A page").children(along.clone());
        let id = desk.client.pages().create(&page).await.unwrap().into_full().unwrap().id;
        desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::DropBefore));
        persistently(&desk, &Appending::to_new_page(id, along, rest)).await;
        assert_eq!(desk.read(id.into()).await.len(), 150);
    });
}

#[test]
fn the_very_first_answer_may_be_lost_whatever_this_machine_thinks_the_time_is() {
    for ahead in [-3_600, -300, 0, 300, 3_600] {
        let desk = Desk::new();
        let clock = desk.simulator.clock().clone();
        let client = Client::builder(InProcess::new(desk.simulator.clone()))
            .token(SecretString::from("ntn_empty"))
            .wall_clock(move || clock.now() + jiff::SignedDuration::from_secs(ahead))
            .build()
            .unwrap();
        desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::CommitThenDrop));
        desk.runtime.block_on(async {
            let appending = Appending::new(desk.inbox, lines(10));
            let mut progress = AppendProgress::default();
            client.blocks().append_all(&appending, &mut progress, |_| Ok(())).await.unwrap_err();
            client.blocks().append_all(&appending, &mut progress, |_| Ok(())).await.unwrap();
            assert_eq!(desk.read(desk.inbox.into()).await.len(), 10, "{ahead} s ahead");
        });
    }
}

#[test]
fn pictures_are_told_apart_by_where_they_are() {
    let desk = Desk::new();
    let picture = |name: &str| NewBlock::image(FileKind::external(format!("https://example.org/{name}.png")));
    desk.runtime.block_on(async {
        for (number, name) in ["a", "b"].into_iter().enumerate() {
            if number > 0 {
                desk.simulator.faults().add(FaultRule::ending(Method::PATCH, "/children", Fault::DropBefore));
            }
            persistently(&desk, &Appending::new(desk.inbox, vec![picture(name)])).await;
        }
        let read = desk.read(desk.inbox.into()).await;
        let urls: Vec<&str> = read.iter().map(|block| block["image"]["external"]["url"].as_str().unwrap()).collect();
        assert_eq!(urls, ["https://example.org/a.png", "https://example.org/b.png"]);
    });
}

#[test]
fn what_cannot_be_recorded_is_not_sent() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let appending = Appending::new(desk.inbox, lines(10));
        let full = |_: &AppendProgress| Err(std::io::ErrorKind::StorageFull.into());
        let refused = desk.client.blocks().append_all(&appending, &mut AppendProgress::default(), full).await;
        assert!(matches!(refused, Err(AppendError::Record(_))), "{refused:?}");
        assert!(desk.read(desk.inbox.into()).await.is_empty());
    });
}

fn text(block: &serde_json::Value) -> String {
    block["bulleted_list_item"]["rich_text"][0]["plain_text"].as_str().unwrap().to_owned()
}

#[test]
fn a_document_goes_where_it_was_meant_to_and_stays_together() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let blocks = desk.client.blocks();
        let first = blocks.append(desk.inbox, &[line("first"), line("last")], Position::End).await.unwrap();
        let after: BlockId = first[0].full().unwrap().id;
        for position in [Position::After(after), Position::Start] {
            let appending = Appending::new(desk.inbox, lines(201)).at(position);
            blocks.append_all(&appending, &mut AppendProgress::default(), |_| Ok(())).await.unwrap();
        }
        let texts: Vec<String> = desk.read(desk.inbox.into()).await.iter().map(text).collect();
        let lines = || (0..201).map(|n| format!("line {n}"));
        let wanted: Vec<String> =
            lines().chain(["first".to_owned()]).chain(lines()).chain(["last".to_owned()]).collect();
        assert_eq!(texts, wanted);
    });
}

#[test]
fn a_new_page_brings_its_beginning_along() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let blocks: Vec<NewBlock> = [lines(130), vec![line("a").with_children(lines(120)).unwrap()]].concat();
        let (along, rest) = split::for_new_page(blocks.clone());
        let page = CreatePage::new(desk.inbox).title("A page").children(along.clone());
        let id = desk.client.pages().create(&page).await.unwrap().into_full().unwrap().id;
        let appending = Appending::to_new_page(id, along, rest);
        assert_eq!(appending.requests(), 2);
        desk.client.blocks().append_all(&appending, &mut AppendProgress::default(), |_| Ok(())).await.unwrap();
        assert_eq!(missing(&written(&blocks), &json!(desk.read(id.into()).await), ""), None);
    });
}

#[test]
fn markdown_is_written_and_read_in_the_dialect_that_is_asked_for() {
    let desk = Desk::new();
    desk.runtime.block_on(async {
        let pages = desk.client.pages();
        let new =
            CreatePage::new(desk.inbox).title("A page").markdown("one\n\ntwo").markdown_version(MarkdownVersion::V2);
        let id = pages.create(&new).await.unwrap().into_full().unwrap().id;
        assert_eq!(pages.markdown(id).await.unwrap().markdown, "one\ntwo");
        assert_eq!(pages.markdown_in(id, &MarkdownVersion::V2).await.unwrap().markdown, "one\n\ntwo");
        let edit = MarkdownEdit::append("three\nstill three").markdown_version(&MarkdownVersion::V2);
        assert_eq!(pages.edit_markdown(id, &edit).await.unwrap().markdown, "one\n\ntwo\n\nthree still three");
        let comment = CreateComment::markdown(id, "1 &lt; 2").markdown_version(MarkdownVersion::V2);
        let comment = desk.client.comments().create(&comment).await.unwrap().into_full().unwrap();
        assert_eq!(satchel_notion::types::plain_text(&comment.rich_text), "1 < 2");
    });
}
