//! A disk without room, as the database sees it: what cannot be tried from outside without one.

use satchel_model::{AccountId, Operation, OperationId, OperationKind, OperationState};
use serde_json::json;
use ulid::Ulid;

use super::*;

fn note(number: u128, text: &str) -> Operation {
    Operation {
        id: OperationId::from_ulid(Ulid::from(number)),
        account_id: AccountId::from_ulid(Ulid::from(1)),
        kind: OperationKind::AppendToPage {
            page_id: "1a2b3c4d5e6f808192a3b4c5d6e7f809".parse().unwrap(),
            markdown: text.into(),
        },
        state: OperationState::Queued,
        created_at: Timestamp::UNIX_EPOCH,
        attempts: 0,
        unfinished: None,
    }
}

async fn limit(journal: &Journal, more: i64) {
    let set = move |c: &mut Connection| {
        let pages: i64 = c.pragma_query_value(None, "page_count", |row| row.get(0))?;
        c.pragma_update_and_check(None, "max_page_count", pages + more, |_| Ok(()))?;
        Ok(())
    };
    journal.writer.writer.run(set).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_and_a_write_that_failed_has_changed_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("journal.db"));
    let key = DatabaseKey::from_bytes([7; 32]);
    let journal = Journal::open(location.clone(), &key, Executor::Inline).unwrap();
    let text = "words ".repeat(2_000);
    let draft = || Draft { key: "capture".into(), value: json!(text), updated_at: Timestamp::UNIX_EPOCH };
    journal.writer.save_draft(draft()).await.unwrap();
    limit(&journal, 20).await;

    let mut kept = 0;
    let refused = loop {
        match journal.writer.enqueue(note(kept + 1, &text), Some("capture")).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        journal.writer.save_draft(draft()).await.unwrap();
    };
    assert!(matches!(refused, StoreError::Full), "{refused:?}");
    assert!(kept > 0);
    let queued = |journal: &Journal| journal.reader.operations(&[StateKind::Queued], 99).unwrap().len() as u128;
    assert_eq!(queued(&journal), kept);
    assert_eq!(journal.reader.draft("capture").unwrap(), Some(draft()), "what was typed is still there");

    limit(&journal, 50).await;
    journal.writer.enqueue(note(kept + 1, &text), Some("capture")).await.unwrap();
    assert_eq!((queued(&journal), journal.reader.drafts().unwrap().len()), (kept + 1, 0));
    drop(journal);
    assert_eq!(queued(&Journal::open(location, &key, Executor::Inline).unwrap()), kept + 1);
}

#[tokio::test]
async fn every_operation_that_is_not_done_is_shown_however_many_are() {
    let location = Location::Memory("journal-shown".into());
    let journal = Journal::open(location, &DatabaseKey::from_bytes([7; 32]), Executor::Inline).unwrap();
    for number in 1..=12 {
        journal.writer.enqueue(note(number, "text"), None).await.unwrap();
    }
    for number in 1..=9_u32 {
        let at = Timestamp::from_second(i64::from(number)).unwrap();
        let sent = OperationState::Sent { at, page_id: None, block_ids: Vec::new(), comment_id: None };
        journal.writer.set_state(note(number.into(), "").id, StateKind::Queued, sent).await.unwrap().unwrap();
    }
    let shown: Vec<_> = journal.reader.shown(3).unwrap().into_iter().map(|operation| operation.id).collect();
    assert_eq!(shown, [10, 11, 12, 9, 8, 7].map(|number| note(number, "").id), "and the last of those that are");
}

#[tokio::test]
async fn a_setting_is_changed_as_a_whole() {
    let location = Location::Memory("journal-change".into());
    let journal = Journal::open(location, &DatabaseKey::from_bytes([7; 32]), Executor::Inline).unwrap();
    let counts: Setting<Vec<u32>> = Setting::new("counts");
    for number in 0..3 {
        journal.writer.change_setting(counts, move |counts: &mut Vec<u32>| counts.push(number)).await.unwrap();
    }
    assert_eq!(journal.reader.setting(counts).unwrap(), Some(vec![0, 1, 2]));
}
