//! `satchel capture`: a note on the disk first, then in Notion.

use std::time::Duration;

use satchel_core::view::{ItemKind, OutboxItem, OutboxState, WaitingFor};
use satchel_model::ItemId;
use serde_json::json;

use crate::{
    Failure,
    args::Wait,
    console::{Console, Line, Tone},
    failure::{Exit, short, with_commands},
    naming::{self, ChosenBy, Named, kind_name, shown_title},
    session::{Session, chosen},
    settling,
};

pub(super) async fn run(
    session: &mut Session,
    console: &mut Console,
    words: &[String],
    to: Option<&str>,
    account: Option<&str>,
    wait: &Wait,
) -> Result<(), Failure> {
    let text = session.text(words)?.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "no_text",
            "There is no note to save.",
            "Give it as an argument, as in `satchel capture buy milk`, or pipe it in.",
        )
    })?;
    let (core, state) = session.open_connected(console).await?;
    let chosen = chosen(&state, account)?;
    let (place, by) = naming::destination(&core, &state.accounts, chosen, to).await?;
    if wait.wait > 0 && !wait.no_wait {
        core.start();
    }
    let saved = core.capture(text, place.reference.account_id, naming::target_of(place.reference.item)).await?;
    let item = settling::operation(&core, saved.operation_id, patience(wait)).await?;
    let fate = Fate::of(&item)?;
    if console.is_json {
        console.json(&json!({
            "operation_id": item.id,
            "destination": {
                "account_id": place.reference.account_id,
                "id": place.reference.item.as_uuid().simple().to_string(),
                "title": place.title,
                "path": place.path,
                "chosen_by": by,
            },
            "state": item.state,
        }));
        return Ok(());
    }
    tell(console, &fate, &place_line(&place), &item);
    if let Some(why) = choice(by) {
        console.remark(Line::new().plain("  ").then(with_commands(why)));
    }
    Ok(())
}

/// How long an operation is waited for.
pub(super) fn patience(wait: &Wait) -> Duration {
    if wait.no_wait { Duration::ZERO } else { Duration::from_secs(u64::from(wait.wait)) }
}

/// What became of an operation by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is in Notion.
    Sent { url: Option<String> },
    /// It is on the disk, and why it is not in Notion.
    Kept { why: String },
}

impl Fate {
    /// A refusal is a failure: the text is kept, and the person must decide.
    pub(super) fn of(item: &OutboxItem) -> Result<Self, Failure> {
        let kept = |why: &str| Ok(Self::Kept { why: why.into() });
        match &item.state {
            OutboxState::Sent { url, .. } => Ok(Self::Sent { url: url.clone() }),
            OutboxState::NeedsYou { code, detail } => Err(Failure::of_operation(&item.id.to_string(), code, detail)),
            OutboxState::Waiting { reason: WaitingFor::Owner } => kept("the Satchel that is running sends it"),
            OutboxState::Waiting { reason: WaitingFor::Network } => {
                kept("there is no network; it is sent when there is")
            }
            OutboxState::Waiting { reason: WaitingFor::SignIn } => kept("it is sent when you have signed in again"),
            OutboxState::Waiting { reason: WaitingFor::Notion } => {
                kept("Notion has trouble; it is sent when that is over")
            }
            OutboxState::Checking => kept("Notion’s answer was lost; whether it arrived is looked at first next time"),
            OutboxState::Discarded { .. } => kept("it was discarded meanwhile"),
            OutboxState::Waiting { reason: WaitingFor::Turn } | OutboxState::Sending => {
                kept("the next `satchel sync`, or the window, sends it")
            }
        }
    }
}

/// Says what became of an operation.
pub(super) fn tell(console: &mut Console, fate: &Fate, place: &Line, item: &OutboxItem) {
    match fate {
        Fate::Sent { url } => {
            console.confirm(Line::new().tone(Tone::Good, "✓ ").plain("Sent to ").then(place.clone()));
            if let Some(url) = url {
                console.confirm(Line::new().plain("  ").typed(url));
            }
        }
        Fate::Kept { why } => {
            console.confirm(Line::new().tone(Tone::Good, "✓ ").plain("Kept in the outbox for ").then(place.clone()));
            let id = item.id.to_string();
            console.confirm(Line::new().plain("  ").then(with_commands(why)).dim(&format!(" ({})", short(&id))));
        }
    }
}

/// Why it went where the person did not say.
const fn choice(by: ChosenBy) -> Option<&'static str> {
    match by {
        ChosenBy::You => None,
        ChosenBy::LastUsed => Some("The last note went there too; `--to` names another place."),
        ChosenBy::Inbox => Some("It looks like an inbox; `--to` names another place."),
    }
}

/// A place with the way to it.
pub(super) fn place_line(place: &Named) -> Line {
    let line = Line::new().strong(&shown_title(&place.title)).plain("  ").dim(&place.path);
    match place.reference.item {
        ItemId::DataSource(_) => line.dim(&format!(", as a new {}", kind_name(ItemKind::Row))),
        ItemId::Page(_) => line,
    }
}
