//! What the program says of itself.

use insta::assert_snapshot;

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn the_long_help_teaches_and_lists_the_exit_codes() {
    let output = Rig::new().run(&["--help"]).await.succeeded();
    assert_snapshot!(output.out);
}

#[tokio::test(start_paused = true)]
async fn every_command_has_a_help_of_its_own() {
    let rig = Rig::new();
    let mut all = String::new();
    for command in [
        "demo",
        "account",
        "account add",
        "account remove",
        "sync",
        "search",
        "show",
        "capture",
        "comment",
        "outbox",
        "open",
    ] {
        let words: Vec<&str> = command.split(' ').chain(["-h"]).collect();
        all.push_str(&rig.run(&words).await.succeeded().out);
        all.push_str("────\n");
    }
    // What every command takes is in the long help.
    let own: Vec<&str> = all.split("────\n").map(|help| help.split("Everywhere:").next().unwrap()).collect();
    assert_snapshot!(own.join("────\n"));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_word_is_a_usage_error_in_words_or_in_json() {
    let rig = Rig::new();
    let output = rig.run(&["serach", "x"]).await;
    assert_eq!(output.code, 2);
    assert!(output.err.contains("a similar subcommand exists: 'search'"), "{}", output.err);
    let output = rig.run(&["--json", "serach"]).await;
    assert_eq!((output.code, output.json()["error"]["code"].as_str()), (2, Some("usage")));
}

#[tokio::test(start_paused = true)]
async fn completions_name_the_commands() {
    let output = Rig::new().run(&["completions", "bash"]).await.succeeded();
    assert!(output.out.contains("satchel__capture") || output.out.contains("capture"), "{}", output.out);
}
