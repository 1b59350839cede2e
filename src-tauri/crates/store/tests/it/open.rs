//! Files that cannot be opened, and what is told about them.

use std::{fs, path::Path};

use rusqlite::Connection;
use satchel_store::{
    Cache, CarriedOver, DatabaseKey, Draft, Executor, Journal, Location, OpenError, StateKind, set_aside,
};

use crate::fixture::{CacheFile, JournalFile, account, account_id, at, capture, key, operation_id};

fn open(path: &Path, key: &DatabaseKey) -> Result<Journal, OpenError> {
    Journal::open(Location::File(path.to_owned()), key, Executor::Inline)
}

/// A closed journal of some size.
async fn journal() -> JournalFile {
    let file = JournalFile::new();
    let journal = file.open();
    journal.writer.save_account(account(1)).await.unwrap();
    for n in 0..50 {
        journal.writer.enqueue(capture(n, n, &"text ".repeat(100)), None).await.unwrap();
    }
    drop(journal);
    file
}

/// Runs statements on a file behind the store's back.
fn tamper(path: &Path, statements: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", *key().to_hex())).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn a_wrong_key_opens_nothing_and_harms_nothing() {
    let file = journal().await;
    let before = fs::read(file.path()).unwrap();
    let refusal = open(&file.path(), &DatabaseKey::from_bytes([8; 32])).unwrap_err();
    assert!(matches!(refusal, OpenError::WrongKeyOrDamaged), "{refusal:?}");
    assert_eq!(fs::read(file.path()).unwrap(), before);
    assert!(open(&file.path(), &key()).is_ok());
}

#[tokio::test]
async fn a_damaged_journal_is_refused_wherever_the_damage_is_and_can_be_set_aside() {
    let file = journal().await;
    let good = fs::read(file.path()).unwrap();
    let pages = good.len() / 4096;
    assert!(pages > 5);
    for page in 0..pages {
        let mut bytes = good.clone();
        bytes[page * 4096 + 2000] ^= 0x40;
        fs::write(file.path(), &bytes).unwrap();
        match open(&file.path(), &key()) {
            Err(OpenError::WrongKeyOrDamaged) => assert_eq!(page, 0),
            Err(OpenError::Damaged { .. }) => {}
            other => panic!("page {page}: {other:?}"),
        }
        assert_eq!(fs::read(file.path()).unwrap(), bytes, "a refused file is as it was");
    }
    let damaged = fs::read(file.path()).unwrap();
    let aside = set_aside(&file.path(), at(0)).unwrap();
    assert_eq!(fs::read(aside).unwrap(), damaged);
    assert!(open(&file.path(), &key()).unwrap().reader.accounts().unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_store_is_refused() {
    let file = JournalFile::new();
    fs::write(file.path(), "shopping list ".repeat(1_000)).unwrap();
    assert!(matches!(open(&file.path(), &key()), Err(OpenError::WrongKeyOrDamaged)));
    let cut = journal().await;
    let bytes = fs::read(cut.path()).unwrap();
    fs::write(cut.path(), &bytes[..bytes.len() / 2 / 4096 * 4096]).unwrap();
    let refusal = open(&cut.path(), &key()).unwrap_err();
    assert!(matches!(refusal, OpenError::Damaged { .. }), "{refusal:?}");
    assert!(open(file.folder.path(), &key()).is_err(), "a folder");
}

#[tokio::test]
async fn a_damaged_cache_says_so_when_it_is_opened_or_checked() {
    let file = CacheFile::new();
    let cache = file.open();
    let mut batch = crate::fixture::batch();
    batch.pages = (0..200).map(|n| crate::fixture::page(n, "Page")).collect();
    cache.writer.apply(batch).await.unwrap();
    drop(cache);
    let good = fs::read(file.path()).unwrap();
    for page in (1..good.len() / 4096).step_by(23) {
        let mut bytes = good.clone();
        bytes[page * 4096 + 2000] ^= 1;
        fs::write(file.path(), bytes).unwrap();
        match Cache::open(Location::File(file.path()), &key(), account_id(1), Executor::Inline) {
            Ok(cache) => assert!(!cache.reader.check().unwrap().is_empty(), "page {page}"),
            Err(OpenError::Damaged { .. }) => {}
            Err(other) => panic!("page {page}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_newer_file_is_refused_unless_it_says_that_this_program_may_use_it() {
    let file = journal().await;
    tamper(&file.path(), "PRAGMA user_version = 9; UPDATE compatibility SET version = 2;");
    let before = fs::read(file.path()).unwrap();
    let refusal = open(&file.path(), &key()).unwrap_err();
    assert!(matches!(refusal, OpenError::NewerVersion { found: 9, supported: 1 }), "{refusal:?}");
    assert_eq!(fs::read(file.path()).unwrap(), before);
    tamper(&file.path(), "UPDATE compatibility SET version = 1;");
    assert_eq!(open(&file.path(), &key()).unwrap().reader.accounts().unwrap(), [account(1)]);
}

#[tokio::test]
async fn a_file_of_another_kind_or_account_is_refused() {
    let file = journal().await;
    let cache = |path: &Path, account| Cache::open(Location::File(path.to_owned()), &key(), account, Executor::Inline);
    assert!(matches!(cache(&file.path(), account_id(1)), Err(OpenError::SomethingElse)));
    let file = CacheFile::new();
    drop(file.open());
    assert!(matches!(cache(&file.path(), account_id(2)), Err(OpenError::SomethingElse)));
    assert!(cache(&file.path(), account_id(1)).is_ok());
    let foreign = JournalFile::new();
    tamper(&foreign.path(), "CREATE TABLE notes (text TEXT);");
    assert!(matches!(open(&foreign.path(), &key()), Err(OpenError::SomethingElse)));
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_of_a_store_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/journal.db");
    drop(open(&path, &key()).unwrap());
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_journal_is_carried_over() {
    let file = JournalFile::new();
    let journal = file.open();
    journal.writer.save_account(account(1)).await.unwrap();
    let draft = Draft { key: "capture".into(), value: "half a thought".into(), updated_at: at(1) };
    journal.writer.save_draft(draft.clone()).await.unwrap();
    for n in 0..300 {
        journal.writer.enqueue(capture(n, n % 7, &"text ".repeat(100)), None).await.unwrap();
    }
    drop(journal);
    // One page in the midst of the outbox.
    let mut bytes = fs::read(file.path()).unwrap();
    let middle = bytes.len() / 4096 * 2 / 3;
    bytes[middle * 4096 + 100] ^= 1;
    fs::write(file.path(), &bytes).unwrap();
    assert!(matches!(open(&file.path(), &key()), Err(OpenError::Damaged { .. })));

    let aside = set_aside(&file.path(), at(0)).unwrap();
    let journal = open(&file.path(), &key()).unwrap();
    let carried = journal.writer.carry_over(&aside, &key()).await.unwrap();
    assert_eq!(fs::read(&aside).unwrap(), bytes);
    assert_eq!((carried.accounts, carried.drafts, carried.is_partial), (1, 1, true));
    assert!((285..300).contains(&carried.operations), "{carried:?}");
    let queued = journal.reader.operations(&[StateKind::Queued], u32::MAX).unwrap();
    assert_eq!(u32::try_from(queued.len()).unwrap(), carried.operations);
    assert_eq!(queued.first().map(|operation| operation.id), Some(operation_id(0)));
    assert_eq!(queued.last().map(|operation| operation.id), Some(operation_id(299)));
    assert_eq!(journal.reader.drafts().unwrap(), [draft]);
    assert_eq!(journal.reader.destinations(99).unwrap().len(), 7);
    let again = journal.writer.carry_over(&aside, &key()).await.unwrap();
    assert_eq!(again, CarriedOver { is_partial: true, ..CarriedOver::default() }, "nothing comes twice");

    let healthy = self::journal().await;
    let carried = journal.writer.carry_over(&healthy.path(), &key()).await.unwrap();
    assert!(!carried.is_partial);
    let nothing = journal.writer.carry_over(&healthy.path(), &DatabaseKey::from_bytes([9; 32])).await.unwrap();
    assert_eq!(nothing, CarriedOver { is_partial: true, ..CarriedOver::default() });
}
