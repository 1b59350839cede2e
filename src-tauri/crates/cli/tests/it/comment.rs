//! Discussions.

use insta::assert_snapshot;

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn a_comment_arrives_and_is_listed_with_the_others() {
    let rig = Rig::with("northlight").await;
    let output = rig.run(&["comment", "Autumn launch plan", "The dates look right to me."]).await;
    assert_snapshot!("written", output.shown());
    let arrived = rig.desk.simulator.comments("northlight");
    assert!(format!("{arrived:?}").contains("The dates look right to me."));
    assert_snapshot!("listed", rig.run(&["comments", "Autumn launch plan"]).await.shown());
}

#[tokio::test(start_paused = true)]
async fn without_a_network_a_comment_waits_and_is_listed_as_waiting() {
    let rig = Rig::with("northlight").await;
    rig.run(&["comments", "Autumn launch plan"]).await.succeeded();
    rig.desk.network.set_cut(true);
    let kept = rig.run(&["comment", "Autumn launch plan", "from the train"]).await.succeeded();
    assert!(kept.out.contains("Kept in the outbox for Autumn launch plan"), "{kept:#?}");
    let listed = rig.run(&["comments", "Autumn launch plan"]).await.succeeded();
    assert!(listed.out.contains("waiting to be sent") && listed.out.contains("from the train"), "{listed:#?}");
    assert!(listed.err.contains("Notion cannot be reached"), "{listed:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_database_has_no_comments() {
    let rig = Rig::with("northlight").await;
    let output = rig.run(&["comment", "Tidewater tasks", "hello"]).await;
    assert_eq!(output.code, 2, "{output:#?}");
    assert!(output.err.contains("only pages have comments"), "{output:#?}");
}
