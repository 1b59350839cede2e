//! The outbox.

use satchel_model::{ItemId, OperationKind, OperationState, Reason};
use satchel_store::{Draft, OutboxCount, StateKind, StoreError};
use serde_json::json;

use crate::fixture::{
    JournalFile, account, account_id, at, attempt, block_id, capture, data_source_id, journal_in_memory, operation_id,
    page_id, sending,
};

#[tokio::test]
async fn a_capture_leaves_its_draft_and_is_remembered_as_a_destination() {
    let journal = journal_in_memory("capture_leaves_draft").await;
    let draft = Draft { key: "capture".into(), value: json!("buy milk"), updated_at: at(0) };
    journal.writer.save_draft(draft).await.unwrap();
    let operation = capture(1, 5, "buy milk");
    let change = journal.writer.enqueue(operation.clone(), Some("capture")).await.unwrap();
    assert!(change.outbox && change.account_id.is_none());
    assert_eq!(journal.reader.operations(&[StateKind::Queued], 9).unwrap(), std::slice::from_ref(&operation));
    assert_eq!(journal.reader.drafts().unwrap(), []);

    // The answer was lost, the caller tries again.
    journal.writer.enqueue(operation, Some("capture")).await.unwrap();
    let used = journal.reader.destinations(9).unwrap();
    assert_eq!((used.len(), used[0].item, used[0].times), (1, ItemId::Page(page_id(5)), 1));
    let refusal = journal.writer.enqueue(capture(1, 5, "something else"), None).await.unwrap_err();
    assert!(matches!(refusal, StoreError::Duplicate(id) if id == operation_id(1)));
}

#[tokio::test]
async fn one_lane_has_one_operation_in_flight() {
    let journal = journal_in_memory("one_lane").await;
    let writer = &journal.writer;
    for (n, page) in [(1, 1), (2, 1), (3, 2)] {
        writer.enqueue(capture(n, page, "text"), None).await.unwrap();
    }
    let first = writer.take_next(account_id(1), at(9)).await.unwrap().unwrap();
    let second = writer.take_next(account_id(1), at(9)).await.unwrap().unwrap();
    assert_eq!((first.id, second.id), (operation_id(1), operation_id(3)));
    assert!(writer.take_next(account_id(1), at(9)).await.unwrap().is_none());

    // Dropped without anything done: it is still its turn.
    drop(first);
    let first = writer.take_next(account_id(1), at(9)).await.unwrap().unwrap();
    assert_eq!(first.id, operation_id(1));
    writer.set_state(first.id, StateKind::Queued, sending()).await.unwrap().unwrap();
    drop((first, second));
    writer.set_state(operation_id(3), StateKind::Queued, OperationState::Discarded { at: at(9) }).await.unwrap();

    for state in [sending(), OperationState::Unknown { attempt: attempt(), checks: 1 }] {
        let kind = StateKind::from(&journal.reader.operation(operation_id(1)).unwrap().unwrap().state);
        writer.set_state(operation_id(1), kind, state).await.unwrap().unwrap();
        assert!(writer.take_next(account_id(1), at(9)).await.unwrap().is_none(), "its lane waits");
    }
    let reason = Reason { code: "gone".into(), detail: String::new() };
    let needs_you = OperationState::NeedsYou { at: at(9), reason };
    writer.set_state(operation_id(1), StateKind::Unknown, needs_you).await.unwrap().unwrap();
    let next = writer.take_next(account_id(1), at(9)).await.unwrap().unwrap();
    assert_eq!(next.id, operation_id(2), "what needs a person holds up nothing");
}

#[tokio::test]
async fn an_operation_that_waits_holds_back_those_behind_it_and_no_others() {
    let journal = journal_in_memory("waits").await;
    let writer = &journal.writer;
    for (n, page) in [(1, 1), (2, 1), (3, 2)] {
        writer.enqueue(capture(n, page, "text"), None).await.unwrap();
    }
    writer.requeue(operation_id(1), StateKind::Queued, Some(at(100))).await.unwrap().unwrap();
    let early = writer.take_next(account_id(1), at(99)).await.unwrap().unwrap();
    assert_eq!(early.id, operation_id(3));
    assert!(writer.take_next(account_id(1), at(99)).await.unwrap().is_none());
    let late = writer.take_next(account_id(1), at(100)).await.unwrap().unwrap();
    assert_eq!(late.id, operation_id(1));
}

#[tokio::test]
async fn accounts_take_turns_of_their_own_but_share_lanes() {
    let journal = journal_in_memory("accounts_lanes").await;
    let writer = &journal.writer;
    writer.save_account(account(2)).await.unwrap();
    writer.enqueue(capture(1, 1, "text"), None).await.unwrap();
    for (n, page) in [(2, 1), (3, 2)] {
        let mut operation = capture(n, page, "text");
        operation.account_id = account_id(2);
        writer.enqueue(operation, None).await.unwrap();
    }
    let taken = writer.take_next(account_id(2), at(9)).await.unwrap().unwrap();
    assert_eq!(taken.id, operation_id(3), "the other page belongs to whoever wrote to it first");
}

#[tokio::test]
async fn a_state_moves_only_from_where_it_is_believed_to_be() {
    let journal = journal_in_memory("compare_and_set").await;
    let writer = &journal.writer;
    writer.enqueue(capture(1, 1, "text"), None).await.unwrap();
    assert!(writer.set_state(operation_id(1), StateKind::Sending, OperationState::Queued).await.unwrap().is_none());
    assert!(writer.set_state(operation_id(2), StateKind::Queued, sending()).await.unwrap().is_none());

    let both = tokio::join!(
        writer.set_state(operation_id(1), StateKind::Queued, sending()),
        writer.set_state(operation_id(1), StateKind::Queued, OperationState::Discarded { at: at(1) }),
    );
    assert_eq!([both.0.unwrap().is_some(), both.1.unwrap().is_some()].iter().filter(|moved| **moved).count(), 1);
    let operation = journal.reader.operation(operation_id(1)).unwrap().unwrap();
    assert_eq!((StateKind::from(&operation.state), operation.attempts), (StateKind::Sending, 1));
}

#[tokio::test]
async fn a_crash_leaves_an_operation_sending_and_recovery_makes_it_unknown() {
    let file = JournalFile::new();
    {
        let journal = file.open();
        journal.writer.save_account(account(1)).await.unwrap();
        for n in [1, 2] {
            journal.writer.enqueue(capture(n, n, "text"), None).await.unwrap();
        }
        journal.writer.set_state(operation_id(1), StateKind::Queued, sending()).await.unwrap().unwrap();
    }
    let journal = file.open();
    // Its request may be under way from now on, because nobody saw it go out.
    let unknown =
        OperationState::Unknown { attempt: satchel_model::Attempt { asked_at: at(99), ..attempt() }, checks: 0 };
    assert_eq!(journal.reader.operations(&[StateKind::Sending], 9).unwrap().len(), 1, "opening alone changes nothing");
    let recovered = journal.writer.recover(at(99)).await.unwrap();
    assert_eq!((recovered.len(), recovered[0].id, &recovered[0].state), (1, operation_id(1), &unknown));
    assert_eq!(journal.reader.operation(operation_id(1)).unwrap().unwrap().state, unknown);
    assert!(journal.writer.recover(at(99)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_revised_operation_goes_to_its_new_lane() {
    let journal = journal_in_memory("revise").await;
    journal.writer.enqueue(capture(1, 1, "text"), None).await.unwrap();
    journal.writer.enqueue(capture(2, 1, "text"), None).await.unwrap();
    let kind = OperationKind::CreateRow {
        data_source_id: data_source_id(1),
        title: "text".into(),
        markdown: String::new(),
        properties: Vec::new(),
    };
    journal.writer.revise(operation_id(1), StateKind::Queued, kind.clone()).await.unwrap().unwrap();
    assert_eq!(journal.reader.operation(operation_id(1)).unwrap().unwrap().kind, kind);
    let first = journal.writer.take_next(account_id(1), at(9)).await.unwrap().unwrap();
    let second = journal.writer.take_next(account_id(1), at(9)).await.unwrap().unwrap();
    assert_eq!((first.id, second.id), (operation_id(1), operation_id(2)));
}

#[tokio::test]
async fn receipts_name_the_blocks_until_the_operation_is_purged() {
    let journal = journal_in_memory("receipts").await;
    let writer = &journal.writer;
    for (n, sent_at) in [(1, 10), (2, 20)] {
        writer.enqueue(capture(n, 1, "text"), None).await.unwrap();
        writer.set_state(operation_id(n), StateKind::Queued, sending()).await.unwrap().unwrap();
        let sent =
            OperationState::Sent { at: at(sent_at), page_id: None, block_ids: vec![block_id(n)], comment_id: None };
        writer.set_state(operation_id(n), StateKind::Sending, sent).await.unwrap().unwrap();
    }
    writer.enqueue(capture(3, 1, "text"), None).await.unwrap();
    let blocks = |receipts: Vec<satchel_store::Receipt>| -> Vec<_> {
        receipts.into_iter().flat_map(|receipt| receipt.block_ids).collect()
    };
    assert_eq!(blocks(journal.reader.receipts(page_id(1)).unwrap()), [block_id(1), block_id(2)]);
    assert_eq!(journal.reader.receipts(page_id(2)).unwrap(), []);
    let count = |state, operations| OutboxCount { account_id: account_id(1), state, operations };
    assert_eq!(journal.reader.outbox().unwrap(), [count(StateKind::Queued, 1), count(StateKind::Sent, 2)]);

    assert!(writer.purge_finished(at(20)).await.unwrap().outbox);
    assert_eq!(blocks(journal.reader.receipts(page_id(1)).unwrap()), [block_id(2)]);
    assert!(!writer.purge_finished(at(20)).await.unwrap().outbox);
    assert_eq!(
        journal.reader.operations(&[StateKind::Queued], 9).unwrap().len(),
        1,
        "what is not sent is never purged"
    );
}
