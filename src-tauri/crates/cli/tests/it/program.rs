//! The program itself, in a home of its own.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use satchel_sim::{Simulator, SimulatorOptions};
use satchel_testkit::Desk;
use tempfile::TempDir;

/// A command with nothing of the person's environment.
fn satchel(home: &TempDir, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satchel"));
    command.args(words).env_clear().env("HOME", home.path()).env("XDG_DATA_HOME", home.path().join("data"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(home: &TempDir, words: &[&str], input: &str) -> Output {
    let mut child = satchel(home, words).spawn().unwrap();
    // A program that refuses its words does not read its input.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_version_is_told() {
    let home = tempfile::tempdir().unwrap();
    let output = run(&home, &["--version"], "");
    assert_eq!(text(&output.stdout), format!("satchel {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_demo_needs_nothing_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let output = run(&home, &["demo", "--json"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(facts["capture"]["has_arrived"], true);
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_a_keychain_it_says_what_to_do_and_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let output = run(&home, &["account", "add"], &Desk::token("mara-personal"));
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("This computer has no keychain Satchel can use."),
        "{}",
        text(&output.stderr)
    );
    assert!(!home.path().join("data/app.satchel.desktop/journal.db").exists());
}

#[test]
fn a_base_url_that_would_show_the_token_to_others_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let words = ["--secrets", "memory", "--base-url", "http://notion.example", "account", "add"];
    assert_eq!(run(&home, &words, &Desk::token("mara-personal")).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_checked_over_a_socket() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let simulator = Simulator::new(satchel_sim::demo::seed(), SimulatorOptions::default()).unwrap();
    let server = tokio::spawn(satchel_sim::server::serve(listener, simulator, std::future::pending()));
    let output = tokio::task::spawn_blocking(move || {
        let home = tempfile::tempdir().unwrap();
        run(&home, &["--secrets", "memory", "--base-url", &url, "account", "add"], &Desk::token("mara-personal"))
    })
    .await
    .unwrap();
    server.abort();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("Connected Mara, personal"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("nothing is kept"), "{}", text(&output.stderr));
}
