//! `satchel outbox`: what waits, what needs a person, what was sent.

use std::time::Duration;

use satchel_core::{
    AppError, Core, ErrorCode,
    view::{AppState, OutboxItem, OutboxKind, OutboxState, Profile, Role, WaitingFor},
};

use super::capture::Fate;
use crate::{
    Failure,
    args::OutboxCommand,
    catalogue::{self, text},
    console::{Console, Line, Tone},
    failure::{Exit, short, with_commands},
    moment::ago,
    naming::shown_title,
    session::Session,
    settling,
};

/// How long sending again is waited for.
const SENDING: Duration = Duration::from_secs(60);
/// How many of the things that are done are shown.
const MOST_DONE: usize = 10;

pub(super) async fn run(
    session: &mut Session,
    console: &mut Console,
    command: Option<OutboxCommand>,
) -> Result<(), Failure> {
    let (core, state) = session.open(console, Profile::Personal).await?;
    match command {
        None => list(session, console, &core).await,
        Some(OutboxCommand::Retry { id }) => retry(console, &core, &state, id.as_deref()).await,
        Some(OutboxCommand::Discard { id }) => discard(console, &core, &id).await,
    }
}

async fn list(session: &Session, console: &mut Console, core: &Core) -> Result<(), Failure> {
    let outbox = core.outbox().await?;
    if console.is_json {
        console.json(&outbox);
        return Ok(());
    }
    if outbox.items.is_empty() {
        console.remark(Line::new().plain(text("outbox_empty_title")).plain(". ").dim(text("outbox_empty_detail")));
        return Ok(());
    }
    let now = (session.world.now)();
    let mut group = "";
    let mut done = 0_usize;
    for item in &outbox.items {
        let is_done = matches!(item.state, OutboxState::Sent { .. } | OutboxState::Discarded { .. });
        done += usize::from(is_done);
        if is_done && done > MOST_DONE {
            continue;
        }
        if group != group_of(item) {
            if !group.is_empty() {
                console.say(Line::new());
            }
            group = group_of(item);
            console.say(Line::new().dim(text(group)));
        }
        let id = item.id.to_string();
        let width = console.width();
        let line = Line::new().plain("  ").typed(short(&id)).plain("  ").strong(&shown_title(&item.title));
        console.say(width.map_or(line.clone(), |width| line.cut(width)));
        let place = format!("{}, {}", what(item), ago(&item.created_at, now, &session.world.zone));
        console.say(Line::new().plain("          ").dim(&place));
        if !is_done {
            console.say(Line::new().plain("          ").then(reason(item)));
        }
    }
    if done > MOST_DONE {
        console.remark(Line::new().dim(&format!("and {} more that are done", done - MOST_DONE)));
    }
    Ok(())
}

const fn group_of(item: &OutboxItem) -> &'static str {
    match item.state {
        OutboxState::NeedsYou { .. } => "outbox_group_needs_you",
        OutboxState::Sending | OutboxState::Checking => "outbox_group_sending",
        OutboxState::Waiting { .. } => "outbox_group_waiting",
        OutboxState::Sent { .. } => "outbox_group_sent",
        OutboxState::Discarded { .. } => "outbox_group_discarded",
    }
}

fn what(item: &OutboxItem) -> String {
    let place = shown_title(&item.destination_title);
    match item.kind {
        OutboxKind::Append => format!("text for {place}"),
        OutboxKind::Row => format!("new row in {place}"),
        OutboxKind::Page => format!("new page in {place}"),
        OutboxKind::Comment => format!("comment on {place}"),
    }
}

/// Why something is not in Notion yet.
pub(super) fn reason(item: &OutboxItem) -> Line {
    match &item.state {
        OutboxState::NeedsYou { code, detail } => {
            let words = catalogue::words(code, &std::collections::BTreeMap::new());
            let line = Line::new().tone(Tone::Bad, &words.what).plain(" ").then(with_commands(&words.todo));
            if detail.is_empty() { line } else { line.dim(&format!(" ({detail})")) }
        }
        OutboxState::Waiting { reason } => Line::new().plain(text(match reason {
            WaitingFor::Turn => "outbox_waiting_turn",
            WaitingFor::Network => "outbox_waiting_network",
            WaitingFor::SignIn => "outbox_waiting_sign_in",
            WaitingFor::Notion => "outbox_waiting_notion",
            WaitingFor::Owner => "outbox_waiting_owner",
        })),
        OutboxState::Sending => Line::new().plain(text("outbox_sending")),
        OutboxState::Checking => Line::new().plain(text("outbox_checking")),
        OutboxState::Sent { .. } => Line::new().plain(text("outbox_sent")),
        OutboxState::Discarded { .. } => Line::new().plain(text("outbox_discarded")),
    }
}

async fn retry(console: &mut Console, core: &Core, state: &AppState, words: Option<&str>) -> Result<(), Failure> {
    let id = match words {
        Some(words) => Some(find(core, words).await?.id),
        None => None,
    };
    core.start();
    core.retry_operation(id).await?;
    let items = match id {
        Some(id) => vec![settling::operation(core, id, SENDING).await?],
        None => {
            let all: Vec<_> = state.accounts.iter().map(|account| account.id).collect();
            settling::outbox(core, &all, SENDING).await?
        }
    };
    if console.is_json {
        let outbox = core.outbox().await?;
        console.json(&outbox);
    } else if state.role == Role::Guest {
        console.confirm(Line::new().plain("The Satchel that is running sends it."));
    }
    let mut refused = None;
    let mut sent = 0_usize;
    for item in items.iter().filter(|item| id.is_none_or(|id| item.id == id)) {
        match Fate::of(item) {
            Ok(Fate::Sent { .. }) => sent += 1,
            Ok(Fate::Kept { why }) if id.is_some() && state.role == Role::Owner => {
                console.confirm(Line::new().plain("Still in the outbox: ").then(with_commands(&why)));
            }
            Ok(Fate::Kept { .. }) => {}
            Err(failure) => refused = Some(failure),
        }
    }
    if id.is_some() && sent > 0 {
        console.confirm(Line::new().tone(Tone::Good, "✓ ").plain("Sent"));
    } else if id.is_none() && state.role == Role::Owner {
        let counts = core.outbox().await?.counts;
        let (waiting, needs_you) = (counts.waiting, counts.needs_you);
        console.confirm(match (waiting, needs_you) {
            (0, 0) => Line::new().tone(Tone::Good, "✓ ").plain("Nothing waits"),
            _ => Line::new()
                .plain(&format!("{waiting} waiting, {needs_you} refused. "))
                .then(with_commands("See `satchel outbox`.")),
        });
    }
    match refused {
        Some(failure) if console.is_json => Err(Failure::told(failure.exit)),
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

async fn discard(console: &mut Console, core: &Core, words: &str) -> Result<(), Failure> {
    let item = find(core, words).await?;
    core.discard_operation(item.id).await?;
    if console.is_json {
        console.json(&serde_json::json!({ "discarded": { "id": item.id, "title": item.title, "text": item.text } }));
        return Ok(());
    }
    console.confirm(Line::new().tone(Tone::Good, "✓ ").plain("Discarded ").strong(&shown_title(&item.title)));
    console.remark(Line::new().dim(text("outbox_discarded_detail")));
    Ok(())
}

/// The operation whose id ends with these characters: the ends differ, the beginnings are the time.
async fn find(core: &Core, words: &str) -> Result<OutboxItem, Failure> {
    let wanted = words.trim().trim_start_matches('…').to_uppercase();
    let mut found: Vec<OutboxItem> = core.outbox().await?.items;
    found.retain(|item| !wanted.is_empty() && item.id.to_string().ends_with(&wanted));
    match found.len() {
        1 => found.pop().ok_or_else(|| AppError::expected(ErrorCode::UnknownOperation).into()),
        0 => Err(AppError::expected(ErrorCode::UnknownOperation).into()),
        _ => {
            let several = found.iter().map(|item| {
                let line = Line::new().dim(&item.id.to_string()).plain("  ").plain(&item.title);
                (line, serde_json::json!({ "id": item.id, "title": item.title }))
            });
            Err(Failure::new(
                Exit::Absent,
                "ambiguous_operation",
                "Several ids end like this:",
                "Give more characters of the one you mean.",
            )
            .candidates(several.collect()))
        }
    }
}
