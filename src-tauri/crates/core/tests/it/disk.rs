//! A file system that lies: damage, a full disk, folders that cannot be written. Each is said, and nothing is half-done.

use std::{fs, path::Path, process::Command};

use satchel_core::{
    Core, ErrorCode, Paths,
    view::{DestinationTarget, ItemRef},
};
use satchel_testkit::{Desk, count_sent, find, page_of, sent, synced, until};

const HOME: &str = "mara-personal";
const PAGE: usize = 4096;

async fn save(core: &Core, place: ItemRef, text: &str) -> Result<(), ErrorCode> {
    let target = DestinationTarget::Page { page_id: page_of(place) };
    core.capture(text.into(), place.account_id, target).await.map(drop).map_err(|error| error.code)
}

/// Flips a bit in each of these pages of a file.
fn damage(path: &Path, pages: impl IntoIterator<Item = usize>) {
    let mut bytes = fs::read(path).unwrap();
    for page in pages {
        bytes[page * PAGE + 1000] ^= 1;
    }
    fs::write(path, bytes).unwrap();
}

fn pages(path: &Path) -> usize {
    fs::read(path).unwrap().len() / PAGE
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_turns_out_to_be_damaged_is_fetched_again_while_the_program_runs() {
    let desk = Desk::new();
    let core = desk.open().await;
    let account = desk.connect(&core, HOME).await;
    core.close().await;
    drop(core);
    let path = desk.folder().join(format!("cache-{}.db", account.id));
    // Everything that opening does not look at.
    let good = fs::read(&path).unwrap();
    let mut unseen = Vec::new();
    for page in 0..pages(&path) {
        damage(&path, [page]);
        let core = Core::open(desk.config()).await.unwrap();
        let state = core.state().await;
        unseen.extend(state.is_ok_and(|state| state.notices.is_empty()).then_some(page));
        core.close().await;
        drop(core);
        fs::write(&path, &good).unwrap();
    }
    assert!(unseen.len() > 10, "{unseen:?}");
    damage(&path, unseen);

    let core = Core::open(desk.config()).await.unwrap();
    assert_eq!(core.state().await.unwrap().notices, []);
    core.start();
    let state = until(&core, "the damage to be found", async |core: &Core| {
        let state = core.state().await.ok()?;
        (state.notices == [ErrorCode::CacheDamaged]).then_some(state)
    })
    .await;
    assert_eq!(state.accounts.len(), 1);
    synced(&core, account.id).await;
    let coverage = core.state().await.unwrap().accounts[0].coverage.clone();
    assert_eq!((coverage.bodies, coverage.failed), (coverage.pages, 0));
    assert!(coverage.pages >= 10);
    // What is written from now on goes its way.
    let inbox = find(&core, "Inbox").await;
    save(&core, inbox, "after the damage").await.unwrap();
    assert_eq!(count_sent(&sent(&core).await), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_damaged_journal_is_said_and_what_can_be_read_of_it_is_sent_once() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, HOME).await;
    let inbox = find(&core, "Inbox").await;
    desk.network.set_cut(true);
    for number in 0..60 {
        save(&core, inbox, &format!("numbered {number} {}", "words ".repeat(100))).await.unwrap();
    }
    core.close().await;
    drop(core);
    let path = desk.folder().join("journal.db");
    damage(&path, [pages(&path) - 3]);

    let core = desk.open().await;
    let state = core.state().await.unwrap();
    assert_eq!((state.notices.as_slice(), state.accounts.len()), ([ErrorCode::JournalDamaged].as_slice(), 1));
    let waiting = state.outbox.waiting as usize;
    assert!((30..60).contains(&waiting), "{waiting} of 60");
    desk.network.set_cut(false);
    assert_eq!(count_sent(&sent(&core).await), waiting);
    let markdown = desk.simulator.page(HOME, &page_of(inbox).to_string()).unwrap().markdown;
    assert_eq!(markdown.matches("numbered ").count(), waiting);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_was_set_aside_just_before_a_kill_is_carried_over_at_the_next_start() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, HOME).await;
    let inbox = find(&core, "Inbox").await;
    desk.network.set_cut(true);
    save(&core, inbox, "not lost").await.unwrap();
    core.close().await;
    drop(core);
    let aside = desk.folder().join("journal.db.set-aside-1700000000");
    fs::rename(desk.folder().join("journal.db"), aside).unwrap();

    desk.network.set_cut(false);
    let core = desk.open().await;
    assert_eq!(count_sent(&sent(&core).await), 1);
    core.discard_operation(core.outbox().await.unwrap().items[0].id).await.unwrap_err();
    core.close().await;
    drop(core);
    // Not a second time.
    let core = desk.open().await;
    assert_eq!(core.outbox().await.unwrap().items.len(), 1);
    let markdown = desk.simulator.page(HOME, &page_of(inbox).to_string()).unwrap().markdown;
    assert_eq!(markdown.matches("not lost").count(), 1);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_one_is_said() {
    let desk = Desk::new();
    let file = desk.folder().join("a-file");
    fs::write(&file, "x").unwrap();
    for path in [file.clone(), file.join("below")] {
        let refused = Core::open(desk.config().with_paths(Paths::Folder(path))).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::FolderReadOnly);
    }
}

/// A small disk of its own; only the administrator of a machine can make one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m,mode=700");
        let made =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output().ok()?;
        made.status.success().then_some(Self(folder))
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.0.path()).status();
        assert!(done.unwrap().success());
    }

    /// Leaves nothing free, and gives what takes the room.
    fn fill(&self) -> std::path::PathBuf {
        let path = self.0.path().join("filler");
        let mut file = fs::File::create(&path).unwrap();
        while std::io::Write::write_all(&mut file, &[0; PAGE]).is_ok() {}
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().ok();
    }
}

/// Without the rights to make a disk there is nothing to see here; `store/src/journal/tests.rs` then stands in.
#[tokio::test(start_paused = true)]
async fn a_full_disk_is_said_and_loses_nothing_that_was_typed() {
    let Some(disk) = SmallDisk::new(16) else { return };
    let desk = Desk::new();
    let config = || desk.config().with_paths(Paths::Folder(disk.0.path().to_path_buf()));
    let core = Core::open(config()).await.unwrap();
    core.start();
    desk.connect(&core, HOME).await;
    let inbox = find(&core, "Inbox").await;
    let target = DestinationTarget::Page { page_id: page_of(inbox) };
    let text = "a thought worth keeping ".repeat(4_000);
    core.save_capture_draft(text.clone(), Some(inbox.account_id), Some(target)).await.unwrap();

    let filler = disk.fill();
    let mut kept = 0;
    let refused = loop {
        match save(&core, inbox, &text).await {
            Ok(()) => kept += 1,
            Err(code) => break code,
        }
        core.save_capture_draft(text.clone(), Some(inbox.account_id), Some(target)).await.ok();
        assert!(kept < 100, "the disk is full");
    };
    assert_eq!(refused, ErrorCode::DiskFull);
    fs::remove_file(filler).unwrap();
    save(&core, inbox, "and one more").await.unwrap();
    assert_eq!(count_sent(&sent(&core).await), kept + 1);
    let markdown = desk.simulator.page(HOME, &page_of(inbox).to_string()).unwrap().markdown;
    assert_eq!(markdown.matches("and one more").count(), 1);
    assert_eq!(markdown.matches("a thought worth keeping").count(), kept * 4_000);
    core.close().await;
    drop(core);

    disk.remount("ro");
    let refused = Core::open(config()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::FolderReadOnly);
    disk.remount("rw");
    let core = Core::open(config()).await.unwrap();
    assert_eq!(core.state().await.unwrap().accounts.len(), 1);
    core.close().await;
}
