//! Comments.

use http::Method;
use satchel_core::view::CommentState;
use satchel_model::{CommentTarget, plain_text};
use satchel_sim::faults::{Fault, FaultRule};
use satchel_testkit::{Desk, find, page_of, sent, until};

#[tokio::test(start_paused = true)]
async fn the_comments_of_a_page_are_read_with_their_authors() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let plan = find(&core, "Autumn launch plan").await;
    let view = core.refresh_comments(plan.account_id, page_of(plan)).await.unwrap();
    let said: Vec<String> =
        view.threads.iter().flat_map(|thread| &thread.comments).map(|comment| plain_text(&comment.text)).collect();
    assert!(said.iter().any(|text| text.starts_with("Should the plan mention the waitlist?")), "{said:?}");
    let with_anchor = until(&core, "comments on blocks", async |core| {
        let view = core.comments(plan.account_id, page_of(plan)).await.unwrap();
        view.threads.into_iter().find(|thread| thread.anchor.is_some())
    })
    .await;
    let anchor = with_anchor.anchor.unwrap();
    assert_eq!(anchor.text.as_deref(), Some("Offline maps survive a cold start on Android 12"));

    // Blocks cost a request each, so a page that is opened again at once asks only where comments are known to be.
    let asked = || desk.simulator.request_log().iter().filter(|request| request.path == "/v1/comments").count();
    let before = asked();
    core.refresh_comments(plan.account_id, page_of(plan)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(30)).await;
    let again = asked() - before;
    assert!(again <= 2, "the page and the one block, not {again}");
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_comment_is_shown_at_once_and_sent_when_there_is_a_network() {
    let desk = Desk::new();
    let core = desk.open().await;
    desk.connect(&core, "northlight").await;
    let plan = find(&core, "Autumn launch plan").await;
    let (account_id, page_id) = (plan.account_id, page_of(plan));
    core.refresh_comments(account_id, page_id).await.unwrap();
    desk.network.set_cut(true);
    let target = CommentTarget::Page { page_id };
    let saved = core.add_comment(account_id, page_id, target, "I will retest it on Monday.".into()).await.unwrap();
    let mut comments = saved.comments.threads.iter().flat_map(|thread| &thread.comments);
    let mine = comments.find(|comment| comment.author.is_you).unwrap();
    assert_eq!(mine.state, CommentState::Waiting { operation_id: saved.operation_id });

    desk.network.set_cut(false);
    sent(&core).await;
    let view = core.refresh_comments(account_id, page_id).await.unwrap();
    let mine: Vec<_> =
        view.threads.iter().flat_map(|thread| &thread.comments).filter(|comment| comment.author.is_you).collect();
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0].state, CommentState::Posted);
    core.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_comment_whose_answer_is_lost_is_posted_once() {
    for fault in [Fault::CommitThenDrop, Fault::DropBefore, Fault::CommitThen503 { receipt: false }] {
        let desk = Desk::new();
        let core = desk.open().await;
        desk.connect(&core, "northlight").await;
        let plan = find(&core, "Autumn launch plan").await;
        let page_id = page_of(plan);
        desk.simulator.faults().add(FaultRule::ending(Method::POST, "/comments", fault.clone()));
        core.add_comment(plan.account_id, page_id, CommentTarget::Page { page_id }, "Only once.".into()).await.unwrap();
        sent(&core).await;
        let said = desk.simulator.comments("northlight").iter().filter(|comment| comment.text == "Only once.").count();
        assert_eq!(said, 1, "{fault:?}");
        core.close().await;
    }
}
