//! A token is in the keychain and nowhere else.

use insta::assert_snapshot;
use satchel_testkit::Desk;

use crate::rig::{Output, Rig};

const TOKEN: &str = "ntn_1234567890123456789012345678901234567890ab";

#[tokio::test(start_paused = true)]
async fn a_token_among_the_words_is_refused_and_never_shown() {
    let rig = Rig::new();
    let output = rig.run(&["account", "add", TOKEN]).await;
    assert_snapshot!(output.shown());
    let with_equals = format!("--token={TOKEN}");
    for words in [
        &["account", "add", "--token", TOKEN][..],
        &["account", "add", &with_equals],
        &["--json", "account", "add", TOKEN],
        &["account", "replace", "mara", TOKEN],
        &["search", TOKEN],
        &[TOKEN],
        // Cut off, so it does not look like one, but there is nothing else it could be.
        &["account", "add", "ntn_1234"],
    ] {
        let output = rig.run(words).await;
        assert_eq!(output.code, 2, "{words:?}: {output:#?}");
        assert!(!output.out.contains("1234") && !output.err.contains("1234"), "{words:?}: {output:#?}");
    }
    assert!(rig.desk.simulator.request_log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_output_and_no_file_has_a_token() {
    let rig = Rig::new();
    let token = Desk::token("mara-personal");
    let mut outputs: Vec<Output> = vec![rig.piped(&["account", "add", "-vv"], &token).await.succeeded()];
    for words in [
        &["account", "list"][..],
        &["account", "list", "--json"],
        &["sync", "-vv"],
        &["capture", "--json", "x"],
        &["outbox", "--json"],
        &["show", "--json", "Inbox"],
    ] {
        outputs.push(rig.run(words).await.succeeded());
    }
    outputs.push(rig.piped(&["account", "add"], &token).await);
    for output in &outputs {
        assert!(!output.out.contains(&token) && !output.err.contains(&token), "{output:#?}");
    }
    let secret = token.as_bytes();
    let files: Vec<_> = std::fs::read_dir(rig.desk.folder()).unwrap().flatten().collect();
    assert!(files.len() > 1, "{files:?}");
    for file in files {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", file.path().display());
    }
}
