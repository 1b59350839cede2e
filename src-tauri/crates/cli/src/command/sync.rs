//! `satchel sync`: the copy up to date, the outbox sent.

use std::time::Duration;

use satchel_core::view::{OutboxItem, OutboxState, Role};
use serde_json::json;

use super::{account::pages, outbox};
use crate::{
    Failure, catalogue,
    console::{Console, Line, Tone},
    failure::{Exit, with_commands},
    naming,
    session::Session,
    settling::{self, Ended},
};

/// How long what waits may take after the copy is up to date.
const SENDING: Duration = Duration::from_secs(120);

pub(super) async fn run(session: &mut Session, console: &mut Console, account: Option<&str>) -> Result<(), Failure> {
    let (core, state) = session.open_connected(console).await?;
    let accounts = match account {
        Some(words) => vec![naming::account(&state.accounts, words)?.clone()],
        None => state.accounts.clone(),
    };
    if state.role == Role::Guest {
        if console.is_json {
            console.json(&json!({ "role": state.role, "accounts": accounts, "outbox": state.outbox }));
        } else {
            console.confirm(
                Line::new()
                    .plain("Another Satchel is running: it keeps these workspaces in sync and sends what waits."),
            );
            for account in &accounts {
                console.confirm(Line::new().plain("  ").strong(&account.name).plain("  ").plain(&pages(account)));
            }
        }
        return Ok(());
    }
    let waiting: Vec<_> = core.outbox().await?.items.into_iter().filter(is_waiting).map(|item| item.id).collect();
    let column = accounts.iter().map(|account| Line::new().plain(&account.name).width()).max().unwrap_or(0) + 4;
    let ended = settling::sync(&core, &accounts, console, |console, end| console.confirm(line(end, column))).await?;
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    let items: Vec<OutboxItem> = settling::outbox(&core, &ids, SENDING).await?;
    let of_before = |item: &&OutboxItem| waiting.contains(&item.id);
    let sent = items.iter().filter(of_before).filter(|item| matches!(item.state, OutboxState::Sent { .. })).count();
    if console.is_json {
        let accounts: Vec<_> = ended
            .iter()
            .map(|end| json!({ "account": end.account, "took_ms": end.took.as_millis(), "trouble": end.trouble }))
            .collect();
        let counts = core.outbox().await?.counts;
        console.json(&json!({ "role": state.role, "accounts": accounts, "sent": sent, "outbox": counts }));
        // The one object is written; the exit code still tells.
        return ended.iter().find_map(|end| end.trouble).map_or(Ok(()), |code| Err(Failure::told(Exit::of(code))));
    }
    if sent > 0 {
        console.confirm(Line::new().tone(Tone::Good, "✓ ").plain(&format!("Sent {sent} from the outbox")));
    }
    for item in items.iter().filter(|item| matches!(item.state, OutboxState::NeedsYou { .. })) {
        console.remark(Line::new().tone(Tone::Bad, "! ").plain("Needs you: ").plain(&item.title));
        console.remark(Line::new().plain("  ").then(outbox::reason(item)));
    }
    match ended.iter().find_map(|end| end.trouble) {
        Some(code) => Err(satchel_core::AppError::expected(code).into()),
        None => Ok(()),
    }
}

const fn is_waiting(item: &OutboxItem) -> bool {
    !matches!(item.state, OutboxState::Sent { .. } | OutboxState::Discarded { .. })
}

/// How an account's sync ended.
pub(super) fn line(end: &Ended, column: usize) -> Line {
    let account = &end.account;
    match end.trouble {
        None => {
            let line =
                Line::new().tone(Tone::Good, "✓ ").strong(&account.name).until_column(column).plain(&pages(account));
            let databases = account.coverage.data_sources;
            let line = line.plain(&format!(", {databases} database{}", if databases == 1 { "" } else { "s" }));
            line.dim(&format!("  {:.1} s", end.took.as_secs_f64()))
        }
        Some(code) => {
            let words = catalogue::words(code.as_str(), &std::collections::BTreeMap::new());
            Line::new()
                .tone(Tone::Bad, "✗ ")
                .strong(&account.name)
                .until_column(column)
                .then(with_commands(&words.what))
        }
    }
}
