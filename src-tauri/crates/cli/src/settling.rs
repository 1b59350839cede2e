//! Waiting for work to come to an end: a sync of some accounts, an operation of the outbox, all of it.

use std::time::Duration;

use satchel_core::{
    AppError, Core, CoreEvent, ErrorCode,
    view::{AccountView, OutboxItem, OutboxState, SyncPhase, WaitingFor},
};
use satchel_model::{AccountId, OperationId};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};

use crate::{console::Console, progress::Progress};

/// How often to look even when nothing is told.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How a sync of one account ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    pub(crate) account: AccountView,
    /// Why it did not come to its end.
    pub(crate) trouble: Option<ErrorCode>,
    pub(crate) took: Duration,
}

/// Starts the core's work for these accounts and waits until they are synced, or cannot be. `ended` is told of each when it is there.
pub(crate) async fn sync(
    core: &Core,
    accounts: &[AccountView],
    console: &mut Console,
    mut ended: impl FnMut(&mut Console, &Ended),
) -> Result<Vec<Ended>, AppError> {
    let mut progress = Progress::new(console, accounts.iter().map(|account| (account.id, account.name.as_str())));
    let mut events = core.events();
    let began = Instant::now();
    core.start_only(&accounts.iter().map(|account| account.id).collect::<Vec<_>>());
    let mut open: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let mut done = Vec::new();
    while !open.is_empty() {
        let moved: Vec<(AccountId, SyncPhase)> = match events.recv().await {
            Ok(CoreEvent::SyncChanged { account_id, phase }) => vec![(account_id, phase)],
            Ok(_) => continue,
            Err(RecvError::Lagged(_)) => {
                core.state().await?.accounts.into_iter().map(|now| (now.id, now.sync)).collect()
            }
            Err(RecvError::Closed) => return Err(AppError::expected(ErrorCode::Cancelled)),
        };
        for (id, phase) in moved {
            if !open.contains(&id) {
                continue;
            }
            progress.moved(console, id, &phase);
            let was = accounts.iter().find(|account| account.id == id).map(|account| &account.sync);
            let trouble = match &phase {
                // Before its first step an account shows how its last sync ended.
                SyncPhase::Idle { synced_at: Some(_) } if was != Some(&phase) => None,
                SyncPhase::Offline { .. } => Some(ErrorCode::Offline),
                SyncPhase::NeedsSignIn => Some(ErrorCode::SignInExpired),
                SyncPhase::Failed { code, .. } => Some(*code),
                _ => continue,
            };
            open.retain(|other| *other != id);
            let now = core.state().await?.accounts.into_iter().find(|account| account.id == id);
            let Some(account) = now else { continue };
            let end = Ended { account, trouble, took: began.elapsed() };
            progress.done(id);
            progress.above(console, |console| ended(console, &end));
            done.push(end);
        }
    }
    Ok(done)
}

/// Waits until an operation needs no waiting for any more, or the time is over: it is sent or refused, or its turn cannot come now.
pub(crate) async fn operation(core: &Core, id: OperationId, longest: Duration) -> Result<OutboxItem, AppError> {
    let mut events = core.events();
    let deadline = Instant::now() + longest;
    loop {
        let outbox = core.outbox().await?;
        let item = outbox.items.into_iter().find(|item| item.id == id);
        let item = item.ok_or_else(|| AppError::expected(ErrorCode::UnknownOperation))?;
        if !is_moving(&item) || !next_event(&mut events, deadline).await {
            return Ok(item);
        }
    }
}

/// Waits until nothing of these accounts is moving in the outbox, or the time is over: what there is of them.
pub(crate) async fn outbox(
    core: &Core,
    accounts: &[AccountId],
    longest: Duration,
) -> Result<Vec<OutboxItem>, AppError> {
    let mut events = core.events();
    let deadline = Instant::now() + longest;
    loop {
        let mut items = core.outbox().await?.items;
        items.retain(|item| accounts.contains(&item.account_id));
        if !items.iter().any(is_moving) || !next_event(&mut events, deadline).await {
            return Ok(items);
        }
    }
}

/// Whether waiting a little can change something.
pub(crate) const fn is_moving(item: &OutboxItem) -> bool {
    match &item.state {
        OutboxState::Sending | OutboxState::Checking => true,
        OutboxState::Waiting { reason } => matches!(reason, WaitingFor::Turn | WaitingFor::Notion),
        _ => false,
    }
}

/// Waits for anything to happen; whether there is time left.
async fn next_event(events: &mut Receiver<CoreEvent>, deadline: Instant) -> bool {
    let now = Instant::now();
    if now >= deadline {
        return false;
    }
    // What was missed and what did not happen end in the same: looking again.
    tokio::time::timeout_at(deadline.min(now + LOOK_AGAIN), events.recv()).await.ok();
    true
}
