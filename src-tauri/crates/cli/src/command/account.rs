//! `satchel account`: connecting workspaces and signing out.

use satchel_core::view::{AccountView, OutboxItem, OutboxState, Profile, SecretsState, SyncPhase};
use satchel_model::Capability;
use serde_json::json;

use super::token_as_argument;
use crate::{
    Failure, Input,
    args::AccountCommand,
    console::{Console, Line, Tone},
    failure::{Exit, with_commands},
    moment::ago,
    naming,
    session::{Session, must_be_owner},
};

const TOKENS_PAGE: &str = "https://www.notion.so/developers/tokens";

pub(super) async fn run(session: &mut Session, console: &mut Console, command: AccountCommand) -> Result<(), Failure> {
    match command {
        AccountCommand::Add { pasted } | AccountCommand::Replace { pasted, .. } if !pasted.is_empty() => {
            Err(token_as_argument())
        }
        AccountCommand::Add { .. } => add(session, console).await,
        AccountCommand::Replace { account, .. } => replace(session, console, &account).await,
        AccountCommand::List => list(session, console).await,
        AccountCommand::Remove { account, yes } => remove(session, console, &account, yes).await,
    }
}

async fn add(session: &mut Session, console: &mut Console) -> Result<(), Failure> {
    let (core, state) = session.open(console, Profile::Personal).await?;
    must_be_owner(&state)?;
    let token = ask(session, console)?;
    let account = core.add_account(token).await?;
    if console.is_json {
        console.json(&json!({ "account": account }));
        return Ok(());
    }
    connected(console, &account);
    if state.secrets == SecretsState::Memory {
        console.remark(
            Line::new().plain("With --secrets memory nothing is kept: the token was checked, and is forgotten now."),
        );
    } else {
        console.remark(with_commands("Next: `satchel sync` brings its pages here."));
    }
    Ok(())
}

async fn replace(session: &mut Session, console: &mut Console, words: &str) -> Result<(), Failure> {
    let (core, state) = session.open_connected(console).await?;
    must_be_owner(&state)?;
    let id = naming::account(&state.accounts, words)?.id;
    let token = ask(session, console)?;
    let account = core.replace_token(id, token).await?;
    if console.is_json {
        console.json(&json!({ "account": account }));
    } else {
        connected(console, &account);
    }
    Ok(())
}

fn ask(session: &mut Session, console: &mut Console) -> Result<satchel_core::Secret, Failure> {
    if matches!(session.world.input, Some(Input::Terminal(_))) {
        console.remark(Line::new().plain("Make a token in Notion at ").typed(TOKENS_PAGE).plain(","));
        console
            .remark(Line::new().plain(
                "with the rights to read, insert and comment. It goes into the keychain and is not shown here.",
            ));
    }
    session.secret("Token: ")
}

fn connected(console: &mut Console, account: &AccountView) {
    let mut line = Line::new().tone(Tone::Good, "✓ ").plain("Connected ").strong(&account.name);
    if let Some(name) = &account.posts_as {
        line = line.plain(", writes as ").plain(name);
    }
    console.confirm(line.plain(" ").dim(&format!("({})", account.token_hint)));
    if account.capabilities.read_content == Capability::Refused {
        console.remark(
            Line::new()
                .tone(Tone::Bad, "Note: ")
                .plain("this token may not read pages, so there is nothing to keep or find."),
        );
    }
}

async fn list(session: &mut Session, console: &mut Console) -> Result<(), Failure> {
    let (_, state) = session.open(console, Profile::Personal).await?;
    if console.is_json {
        console.json(&json!({ "accounts": state.accounts }));
        return Ok(());
    }
    if state.accounts.is_empty() {
        console.remark(with_commands(
            "No workspace is connected yet. Connect one with `satchel account add`, or look around with `satchel demo`.",
        ));
        return Ok(());
    }
    let column = state.accounts.iter().map(|account| Line::new().plain(&account.name).width()).max().unwrap_or(0) + 2;
    for account in &state.accounts {
        let now = (session.world.now)();
        let age = match synced_at(&account.sync) {
            Some(time) => format!("synced {}", ago(time, now, &session.world.zone)),
            None => "not synced yet".into(),
        };
        let line = Line::new()
            .strong(&account.name)
            .until_column(column)
            .plain(&pages(account))
            .dim(", ")
            .dim(&age)
            .until_column(column + 34)
            .dim(&account.token_hint)
            .plain("  ")
            .dim(&account.id.to_string());
        console.say(line);
    }
    Ok(())
}

/// How many pages are known, and how many of their texts are missing.
pub(super) fn pages(account: &AccountView) -> String {
    let coverage = &account.coverage;
    let missing = coverage.pages.saturating_sub(coverage.bodies);
    let pages = format!("{} page{}", coverage.pages, if coverage.pages == 1 { "" } else { "s" });
    if missing == 0 { pages } else { format!("{pages}, {missing} without text") }
}

fn synced_at(phase: &SyncPhase) -> Option<&str> {
    match phase {
        SyncPhase::Idle { synced_at } | SyncPhase::Offline { synced_at } | SyncPhase::Failed { synced_at, .. } => {
            synced_at.as_deref()
        }
        _ => None,
    }
}

async fn remove(session: &mut Session, console: &mut Console, words: &str, yes: bool) -> Result<(), Failure> {
    let (core, state) = session.open_connected(console).await?;
    must_be_owner(&state)?;
    let account = naming::account(&state.accounts, words)?;
    let unsent: Vec<OutboxItem> = core
        .outbox()
        .await?
        .items
        .into_iter()
        .filter(|item| item.account_id == account.id)
        .filter(|item| !matches!(item.state, OutboxState::Sent { .. } | OutboxState::Discarded { .. }))
        .collect();
    if !yes {
        may_go(session, console, account, &unsent)?;
    }
    core.remove_account(account.id).await?;
    if console.is_json {
        let lost: Vec<_> = unsent.iter().map(|item| json!({ "id": item.id, "title": item.title })).collect();
        console.json(&json!({ "removed": { "id": account.id, "name": account.name }, "unsent_deleted": lost }));
        return Ok(());
    }
    console.confirm(
        Line::new()
            .tone(Tone::Good, "✓ ")
            .plain("Signed out of ")
            .strong(&account.name)
            .plain(". Its token, its copy and its keys are gone from this computer."),
    );
    console.remark(
        Line::new()
            .dim("Notion still has everything, and the token still works: revoke it there if you no longer need it."),
    );
    Ok(())
}

/// Asks, after what would be lost was named. Where nobody can be asked, nothing is removed.
fn may_go(
    session: &mut Session,
    console: &mut Console,
    account: &AccountView,
    unsent: &[OutboxItem],
) -> Result<(), Failure> {
    if !unsent.is_empty() && !console.is_json {
        console.complain(Line::new().tone(Tone::Bad, "Not sent yet, and deleted with it:"));
        for item in unsent {
            console.complain(Line::new().plain("  ").plain(&item.title));
        }
    }
    let question =
        format!("Sign out of {} and delete its copy from this computer? [y/N] ", crate::console::clean(&account.name));
    match session.confirms(&question)? {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::new(Exit::Interrupted, "cancelled", "Nothing was changed.", "")),
        None => Err(Failure::new(
            Exit::Usage,
            "needs_yes",
            format!("Signing out of “{}” must be confirmed, and nobody can be asked here.", account.name),
            "Add `--yes` to do it.",
        )
        .safe(&match unsent.len() {
            0 => "Nothing was changed.".to_owned(),
            1 => "Nothing was changed. 1 thing is not sent yet and would be deleted with it.".to_owned(),
            count => format!("Nothing was changed. {count} things are not sent yet and would be deleted with it."),
        })),
    }
}
