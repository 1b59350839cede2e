//! A process is killed in the middle of its writes. What it said was written is there, the rest is there as a whole or not at all.

use std::{
    env,
    io::{BufRead as _, BufReader, Lines},
    path::Path,
    process::{self, ChildStdout, Command, Stdio},
};

use satchel_store::{Cache, Executor, Journal, Lease, Location, StateKind};
use serde_json::json;

use crate::fixture::{account, account_id, batch, body, capture, key, operation_id, page};

const ROLE: &str = "SATCHEL_STORE_TEST_CHILD";
const FOLDER: &str = "SATCHEL_STORE_TEST_FOLDER";

/// This very test program, running [`child`] in another process.
pub struct Child {
    process: process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    pub fn spawn(role: &str, folder: &Path) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "kill::child", "--ignored", "--nocapture"])
            .env(ROLE, role)
            .env(FOLDER, folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// Waits until the child has said `count` times that something is written, and returns the numbers.
    pub fn read(&mut self, count: usize) -> Vec<u128> {
        let numbers = self.lines.by_ref().filter_map(|line| line.unwrap().strip_prefix("wrote ")?.parse().ok());
        let numbers: Vec<_> = numbers.take(count).collect();
        assert_eq!(numbers.len(), count, "the child ended early");
        numbers
    }

    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

/// Not a test: what the child does, until it is killed.
#[tokio::test]
#[ignore = "run by other tests in a process of its own"]
async fn child() {
    let (Ok(role), Some(folder)) = (env::var(ROLE), env::var_os(FOLDER)) else { return };
    let folder = Path::new(&folder);
    match role.as_str() {
        "journal" => {
            let location = Location::File(folder.join("journal.db"));
            let journal = Journal::open(location, &key(), Executor::Thread).unwrap();
            journal.writer.save_account(account(1)).await.unwrap();
            for n in 0.. {
                journal.writer.enqueue(capture(n, n, &"text ".repeat(200)), None).await.unwrap();
                println!("wrote {n}");
            }
        }
        "cache" => {
            let location = Location::File(folder.join("cache.db"));
            let cache = Cache::open(location, &key(), account_id(1), Executor::Thread).unwrap();
            for n in 0.. {
                let mut batch = batch();
                batch.pages = (0..5).map(|k| page(5 * n + k, "Page")).collect();
                batch.bodies = batch.pages.iter().map(|page| body(page, &"text ".repeat(200))).collect();
                batch.cursors = vec![("last".into(), Some(json!(n)))];
                cache.writer.apply(batch).await.unwrap();
                println!("wrote {n}");
            }
        }
        "lease" => {
            let _lease = Lease::acquire(folder).unwrap().unwrap();
            println!("wrote 0");
            std::thread::park();
        }
        other => panic!("unknown role {other}"),
    }
}

#[test]
fn what_was_said_to_be_saved_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    for count in [1, 7, 40] {
        let mut child = Child::spawn("journal", folder.path());
        let last = *child.read(count).last().unwrap();
        child.kill();
        // Opening checks every page.
        let location = Location::File(folder.path().join("journal.db"));
        let journal = Journal::open(location, &key(), Executor::Inline).unwrap();
        let queued = journal.reader.operations(&[StateKind::Queued], u32::MAX).unwrap();
        assert!((0..=last).all(|n| queued.iter().any(|operation| operation.id == operation_id(n))));
    }
}

#[test]
fn a_batch_cut_short_by_a_kill_is_there_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    for count in [1, 7, 40] {
        let mut child = Child::spawn("cache", folder.path());
        let last = *child.read(count).last().unwrap();
        child.kill();
        let location = Location::File(folder.path().join("cache.db"));
        let cache = Cache::open(location, &key(), account_id(1), Executor::Inline).unwrap();
        assert_eq!(cache.reader.check().unwrap(), Vec::<String>::new());
        let cursor = cache.reader.cursor("last").unwrap().and_then(|cursor| cursor.as_u64()).unwrap();
        assert!(u128::from(cursor) >= last);
        let coverage = cache.reader.coverage().unwrap();
        assert_eq!((coverage.pages, coverage.bodies), (coverage.bodies, coverage.pages));
        assert_eq!(coverage.pages % 5, 0);
        assert!(u64::from(coverage.pages) >= 5 * (cursor + 1));
    }
}
