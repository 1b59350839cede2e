//! The demo, by what it did.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn the_demo_does_the_whole_job() {
    let facts = Rig::new().run(&["demo", "--json"]).await.succeeded().json();
    let workspaces = facts["workspaces"].as_array().unwrap();
    assert_eq!(workspaces.len(), 3);
    for workspace in workspaces {
        let coverage = &workspace["account"]["coverage"];
        assert!(coverage["pages"].as_u64().unwrap() > 0, "{workspace}");
        assert_eq!(coverage["pages"], coverage["bodies"], "{workspace}");
    }
    assert_eq!(facts["search"]["results"]["hits"][0]["title"], "Autumn launch plan");
    assert_eq!(facts["page"]["view"]["title"], "Autumn launch plan");
    assert!(facts["page"]["markdown"].as_str().unwrap().contains("## What has to be true"));
    assert_eq!(facts["capture"]["state"]["type"], "sent");
    assert_eq!(facts["capture"]["has_arrived"], true, "{}", facts["capture"]);
    assert_eq!(facts["comment"]["state"]["type"], "sent");
    let threads = facts["comment"]["comments"]["threads"].to_string();
    assert!(threads.contains("The dates look right to me."), "{threads}");
}

#[tokio::test(start_paused = true)]
async fn the_demo_ends_with_what_to_try_next() {
    let output = Rig::new().run(&["demo"]).await.succeeded();
    assert!(output.out.contains("now ends with: Ask the harbour office about **mooring fees**"), "{}", output.out);
    assert!(output.out.contains("What to try next\n  satchel open --demo"), "{}", output.out);
}

/// Tells when something is said.
struct Heard(Arc<Notify>);

impl std::io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.notify_one();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_demo_ends_cleanly() {
    let heard = Arc::new(Notify::new());
    let first_progress = Arc::clone(&heard);
    let output = Rig::new()
        .with_environment(&["demo"], |environment| {
            environment.stderr.writer = Box::new(Heard(heard));
            environment.interrupted = Box::pin(async move { first_progress.notified().await });
        })
        .await;
    assert_eq!(output.code, 130, "{output:#?}");
    assert!(!output.out.contains("What to try next"), "{}", output.out);
}
