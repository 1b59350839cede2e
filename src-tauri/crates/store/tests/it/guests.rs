//! Several processes on one folder.

use satchel_store::{Lease, StateKind};

use crate::{
    fixture::{JournalFile, account, account_id, at, capture, operation_id},
    kill::Child,
};

#[tokio::test]
async fn the_owner_notices_what_a_guest_enqueued_and_not_what_it_wrote_itself() {
    let file = JournalFile::new();
    let owner = file.open();
    owner.writer.changed_elsewhere().await.unwrap();
    assert!(!owner.writer.changed_elsewhere().await.unwrap());
    owner.writer.save_account(account(1)).await.unwrap();
    assert!(!owner.writer.changed_elsewhere().await.unwrap());

    let guest = file.open();
    guest.writer.enqueue(capture(1, 1, "from a guest"), None).await.unwrap();
    assert!(owner.writer.changed_elsewhere().await.unwrap());
    assert!(!owner.writer.changed_elsewhere().await.unwrap());
    let next = owner.writer.take_next(account_id(1), at(0)).await.unwrap().unwrap();
    assert_eq!(next.id, operation_id(1));
}

#[tokio::test]
async fn two_processes_enqueue_at_once_and_nothing_is_lost() {
    let file = JournalFile::new();
    let owner = file.open();
    owner.writer.save_account(account(1)).await.unwrap();
    let mut child = Child::spawn("journal", file.folder.path());
    child.read(1);
    for n in 0..40 {
        owner.writer.enqueue(capture(1_000_000 + n, 1, "from the owner"), None).await.unwrap();
    }
    let written = child.read(40);
    child.kill();
    let queued = owner.reader.operations(&[StateKind::Queued], u32::MAX).unwrap();
    let has = |n| queued.iter().any(|operation| operation.id == operation_id(n));
    assert!((0..40).all(|n| has(1_000_000 + n)));
    assert!(written.into_iter().all(has));
}

#[test]
fn the_lease_of_a_killed_owner_is_free() {
    let file = JournalFile::new();
    let mut child = Child::spawn("lease", file.folder.path());
    child.read(1);
    assert!(Lease::acquire(file.folder.path()).unwrap().is_none());
    child.kill();
    assert!(Lease::acquire(file.folder.path()).unwrap().is_some());
}

#[test]
fn a_new_journal_opened_by_several_at_once_is_made_once() {
    let file = JournalFile::new();
    std::thread::scope(|scope| {
        let journals: Vec<_> = (0..6).map(|_| scope.spawn(|| file.open())).collect();
        for journal in journals {
            assert!(journal.join().unwrap().reader.accounts().unwrap().is_empty());
        }
    });
}
