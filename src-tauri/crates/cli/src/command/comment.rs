//! `satchel comment` and `satchel comments`: discussions of a page.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use satchel_core::{
    AppError, Core, ErrorCode,
    view::{CommentState, CommentView, CommentsView, OutboxItem},
};
use satchel_model::{AccountId, CommentTarget, ItemId, Mention, PageId, RichText, SpanKind, plain_text};
use serde_json::json;

use super::capture::{Fate, patience, place_line, tell};
use crate::{
    Failure,
    args::Wait,
    catalogue::text,
    console::{Console, Line, Tone},
    failure::Exit,
    moment::ago,
    naming::{self, Named, shown_title},
    session::{Session, chosen},
    settling, wrapping,
};

pub(super) async fn write(
    session: &mut Session,
    console: &mut Console,
    page: &str,
    words: &[String],
    account: Option<&str>,
    wait: &Wait,
) -> Result<(), Failure> {
    let comment = session.text(words)?.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "no_text",
            "There is no comment to write.",
            "Give it as an argument, as in `satchel comment \"Launch plan\" looks good`, or pipe it in.",
        )
    })?;
    let (core, state) = session.open_connected(console).await?;
    let named = naming::item(&core, &state.accounts, chosen(&state, account)?, page).await?;
    let page_id = page_of(&named)?;
    let account_id = named.reference.account_id;
    if wait.wait > 0 && !wait.no_wait {
        core.start();
    }
    let (view, item) = add(&core, account_id, page_id, comment, patience(wait)).await?;
    let fate = Fate::of(&item)?;
    if console.is_json {
        let page = json!({ "account_id": account_id, "id": page_id, "title": named.title, "path": named.path });
        console.json(&json!({ "operation_id": item.id, "page": page, "posts_as": view.posts_as, "state": item.state }));
        return Ok(());
    }
    tell(console, &fate, &place_line(&named), &item);
    Ok(())
}

pub(super) async fn list(
    session: &mut Session,
    console: &mut Console,
    words: &str,
    account: Option<&str>,
) -> Result<(), Failure> {
    let (core, state) = session.open_connected(console).await?;
    let named = naming::item(&core, &state.accounts, chosen(&state, account)?, words).await?;
    let page_id = page_of(&named)?;
    let account_id = named.reference.account_id;
    let now = (session.world.now)();
    // Comments change without the page changing, so they are fetched; without a network the kept ones are shown with their age.
    let view = match core.refresh_comments(account_id, page_id).await {
        Ok(view) => view,
        Err(error)
            if matches!(error.code, ErrorCode::Offline | ErrorCode::NotionUnavailable | ErrorCode::RateLimited) =>
        {
            let view = core.comments(account_id, page_id).await?;
            if let Some(time) = &view.fetched_at {
                let age = ago(time, now, &session.world.zone);
                console.remark(Line::new().dim(&format!("Notion cannot be reached; these are from {age}.")));
            }
            view
        }
        Err(error) => return Err(error.into()),
    };
    if console.is_json {
        console.json(&view);
        return Ok(());
    }
    if view.is_reading_refused {
        return Err(AppError::expected(ErrorCode::Restricted).into());
    }
    console.say(Line::new().strong(&shown_title(&named.title)).plain("  ").dim(&named.path));
    show(console, &view, now, &session.world.zone);
    Ok(())
}

/// The discussions, one below the other.
pub(super) fn show(console: &mut Console, view: &CommentsView, now: Timestamp, zone: &TimeZone) {
    if view.threads.is_empty() {
        console.remark(Line::new().dim("No open discussions."));
    }
    let width = console.width().map(|width| width.saturating_sub(4));
    for thread in &view.threads {
        console.say(Line::new());
        let on = match &thread.anchor {
            None => "On the page".to_owned(),
            Some(anchor) => anchor.text.as_ref().map_or_else(|| "On a block".into(), |text| format!("On “{text}”")),
        };
        let on = Line::new().dim(&on);
        console.say(console.width().map_or(on.clone(), |width| on.cut(width)));
        for comment in &thread.comments {
            let mut head = Line::new().plain("  ").strong(&author(comment)).plain("  ");
            head = head.dim(&ago(&comment.created_time, now, zone));
            head = match &comment.state {
                CommentState::Posted => head,
                CommentState::Waiting { .. } => head.dim(", waiting to be sent"),
                CommentState::Sending { .. } => head.dim(", being sent"),
                CommentState::NeedsYou { .. } => head.tone(Tone::Bad, ", refused: see the outbox"),
            };
            console.say(head);
            for line in wrapping::lines(&said(&comment.text, view), width) {
                console.say(Line::new().plain("    ").then(line));
            }
        }
    }
}

/// What a comment says, with the present titles of pages it names.
fn said(text: &RichText, view: &CommentsView) -> String {
    let mut text = text.clone();
    for span in &mut text {
        if let SpanKind::Mention { mention: Mention::Page { id, label } } = &mut span.kind {
            let known = view.pages.iter().find(|page| page.id == id.to_string());
            if let Some(title) = known.and_then(|page| page.title.clone()) {
                *label = Some(title);
            }
        }
    }
    plain_text(&text)
}

fn author(comment: &CommentView) -> String {
    let name = comment.author.name.clone().unwrap_or_else(|| text("block_someone").into());
    if comment.author.is_you { format!("{name} (you)") } else { name }
}

/// Puts a comment on a page into the outbox and waits for it.
pub(super) async fn add(
    core: &Core,
    account_id: AccountId,
    page_id: PageId,
    comment: String,
    longest: Duration,
) -> Result<(CommentsView, OutboxItem), Failure> {
    let saved = core.add_comment(account_id, page_id, CommentTarget::Page { page_id }, comment).await?;
    Ok((saved.comments, settling::operation(core, saved.operation_id, longest).await?))
}

pub(super) fn page_of(named: &Named) -> Result<PageId, Failure> {
    match named.reference.item {
        ItemId::Page(id) => Ok(id),
        ItemId::DataSource(_) => Err(Failure::new(
            Exit::Usage,
            "not_a_page",
            format!("“{}” is a database, and only pages have comments.", shown_title(&named.title)),
            "Name one of its rows, or another page.",
        )),
    }
}
