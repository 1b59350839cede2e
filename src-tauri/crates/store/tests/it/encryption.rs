//! Nothing readable lies on the disk, and what is removed is removed.
//!
//! A search through the bytes of an encrypted file alone proves nothing: every page is decrypted as well, free ones and those in the
//! write-ahead log included, and what was found there before must not be found afterwards.

use std::{fs, path::Path};

use aes::{
    Aes256, Block,
    cipher::{BlockCipherDecrypt, KeyInit},
};
use satchel_model::ItemId;
use satchel_store::{Draft, Favourite, OutboxFate, StateKind, wipe};
use serde_json::json;

use crate::fixture::{
    CacheFile, JournalFile, account, account_id, at, batch, body, capture, operation_id, page, page_id, sending,
};

const SENTINEL: &str = "Zwiebelfisch-sentinel";
const PAGE: usize = 4096;
/// At the end of every page: the initialisation vector and the authentication code.
const RESERVED: usize = 16 + 64;

/// Whether the plain text of any page of the file or its log has these bytes.
fn has(path: &Path, needle: &str) -> bool {
    let main = fs::read(path).unwrap();
    let log = fs::read(path.with_extension("db-wal")).unwrap_or_default();
    let frames = log.get(32..).unwrap_or_default().chunks_exact(24 + PAGE).map(|frame| &frame[24..]);
    let pages = main.chunks_exact(PAGE).enumerate().map(|(n, page)| (page, n == 0));
    pages
        .chain(frames.flat_map(|page| [(page, false), (page, true)]))
        .any(|(page, is_first)| contains(&decrypt(page, is_first), needle))
}

/// The file and everything beside it, as it lies on the disk.
fn raw(path: &Path) -> Vec<u8> {
    let folder = fs::read_dir(path.parent().unwrap()).unwrap();
    folder.flat_map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// A page's plain text: AES-256 in CBC mode under the raw key. The first page begins with the salt.
fn decrypt(page: &[u8], is_first: bool) -> Vec<u8> {
    let cipher = Aes256::new(&[7; 32].into());
    let (content, reserved) = page.split_at(PAGE - RESERVED);
    let mut previous: Vec<u8> = reserved[..16].to_vec();
    let mut plain = Vec::with_capacity(content.len());
    for encrypted in content[if is_first { 16 } else { 0 }..].chunks_exact(16) {
        let mut block = Block::try_from(encrypted).unwrap();
        cipher.decrypt_block(&mut block);
        plain.extend(block.iter().zip(&previous).map(|(byte, before)| byte ^ before));
        previous = encrypted.to_vec();
    }
    plain
}

#[tokio::test]
async fn a_journal_is_unreadable_and_an_account_that_goes_leaves_nothing_in_it() {
    let file = JournalFile::new();
    let journal = file.open();
    let mut marked = account(1);
    marked.workspace_name = SENTINEL.into();
    journal.writer.save_account(marked).await.unwrap();
    journal.writer.save_account(account(2)).await.unwrap();
    for n in 1..=40 {
        let mut operation = capture(n, n, &format!("{SENTINEL} {}", "x".repeat(500)));
        operation.account_id = account_id(1);
        journal.writer.enqueue(operation, None).await.unwrap();
        journal.writer.set_state(operation_id(n), StateKind::Queued, sending()).await.unwrap();
    }
    let item = ItemId::Page(page_id(1));
    journal.writer.add_favourite(Favourite { account_id: account_id(1), item, added_at: at(1) }).await.unwrap();
    assert!(has(&file.path(), SENTINEL), "or the rest of this test proves nothing");
    assert!(!contains(&raw(&file.path()), SENTINEL));
    assert!(!contains(&raw(&file.path()), "SQLite format") && !contains(&raw(&file.path()), "CREATE TABLE"));

    journal.writer.remove_account(account_id(1), OutboxFate::Remove).await.unwrap();
    assert!(!has(&file.path(), SENTINEL));
    assert!(has(&file.path(), "Workspace 2"));
    drop(journal);
    assert!(!has(&file.path(), SENTINEL));
}

#[tokio::test]
async fn a_draft_that_was_sent_is_not_left_in_the_main_file() {
    let file = JournalFile::new();
    let journal = file.open();
    let draft = Draft { key: "capture".into(), value: json!(SENTINEL), updated_at: at(0) };
    journal.writer.save_draft(draft).await.unwrap();
    journal.writer.remove_draft("capture").await.unwrap();
    assert!(has(&file.path(), SENTINEL), "the log still has it");
    drop(journal);
    assert!(!has(&file.path(), SENTINEL), "closing writes the log back, and deleted content is overwritten");
}

#[tokio::test]
async fn a_cache_is_unreadable_and_wiping_removes_its_files() {
    let file = CacheFile::new();
    let cache = file.open();
    let plan = page(1, SENTINEL);
    let mut first = batch();
    first.pages = vec![plan.clone()];
    first.bodies = vec![body(&plan, SENTINEL)];
    cache.writer.apply(first).await.unwrap();
    assert!(has(&file.path(), SENTINEL));
    assert!(!contains(&raw(&file.path()), SENTINEL));
    drop(cache);
    assert!(has(&file.path(), SENTINEL));
    assert!(!contains(&raw(&file.path()), SENTINEL));
    wipe(&file.path()).unwrap();
    assert_eq!(fs::read_dir(file.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn stores_in_memory_leave_no_file() {
    let before: Vec<_> = fs::read_dir(".").unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let journal = crate::fixture::journal_in_memory("no_file").await;
    let cache = crate::fixture::cache_in_memory("no_file_cache");
    journal.writer.enqueue(capture(1, 1, SENTINEL), None).await.unwrap();
    cache.writer.apply(batch()).await.unwrap();
    let after: Vec<_> = fs::read_dir(".").unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(before, after);
    #[cfg(target_os = "linux")]
    for descriptor in fs::read_dir("/proc/self/fd").unwrap() {
        let target = fs::read_link(descriptor.unwrap().path()).unwrap_or_default();
        assert!(!target.to_string_lossy().contains("no_file"), "{}", target.display());
    }
}
