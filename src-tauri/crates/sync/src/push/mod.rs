//! Carrying the outbox there, exactly once.
//!
//! The service has no idempotency key, so every attempt is written down before its request goes out, and ends *committed*, *not
//! committed* or *unknown*. An unknown (a lost answer, a crash) is settled by reading the target directly, twice and a minute apart,
//! before anything is sent again.

mod attempt;
mod check;
mod content;
mod receipt;

use std::time::Duration;

use satchel_model::{Attempt, Operation, OperationState, Reason};
use satchel_notion::Commitment;
use satchel_store::{Claim, StateKind};

use self::check::Found;
use crate::{Context, SyncError};

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// There is nothing whose turn it is.
    Empty,
    /// Something was sent, refused or settled: there may be more.
    Moved,
    /// Nothing can be done for this long.
    Wait(Duration),
}

/// How long after a lost answer the target is read first, and again. The service works on a request for up to a minute.
const FIRST_CHECK: Duration = Duration::from_secs(2);
const LAST_CHECK: Duration = Duration::from_secs(60);
/// How long to wait when the service has trouble or cannot be reached.
const TROUBLE: Duration = Duration::from_secs(30);

/// Settles one unknown, or else sends one operation.
///
/// # Errors
/// The journal cannot be read or written, or the token is no longer accepted. What the service refuses is no error: it is kept with the
/// operation.
pub async fn round(context: &Context) -> Result<Round, SyncError> {
    let due = match settle(context).await? {
        Settled::Round(round) => return Ok(round),
        Settled::Later(due) => due,
    };
    match context.outbox.take_next(context.account.id, context.now()).await? {
        Some(claim) => send(context, &claim).await,
        None => Ok(due.map_or(Round::Empty, Round::Wait)),
    }
}

enum Settled {
    /// Something was looked after.
    Round(Round),
    /// Nothing is due, or will be after this long.
    Later(Option<Duration>),
}

/// Looks after the oldest operation of this account whose fate is unknown and whose time has come.
async fn settle(context: &Context) -> Result<Settled, SyncError> {
    let (journal, account) = (context.journal.clone(), context.account.id);
    let unknown = context.execution.run(move || journal.operations(&[StateKind::Unknown], u32::MAX)).await?;
    let mut next_due = None;
    for operation in unknown.into_iter().filter(|operation| operation.account_id == account) {
        let OperationState::Unknown { attempt, checks } = &operation.state else { continue };
        let due = if *checks == 0 { FIRST_CHECK } else { LAST_CHECK };
        let age = Duration::try_from(context.now().duration_since(attempt.started_at)).unwrap_or_default();
        if age < due {
            next_due = next_due.into_iter().chain([due - age]).min();
            continue;
        }
        return settle_one(context, &operation, attempt, *checks).await.map(Settled::Round);
    }
    Ok(Settled::Later(next_due))
}

async fn settle_one(
    context: &Context,
    operation: &Operation,
    attempt: &Attempt,
    checks: u32,
) -> Result<Round, SyncError> {
    let next = match check::find(context, operation, attempt).await {
        Ok(Found::All(sent)) => sent,
        Ok(Found::Part(done_blocks)) => {
            let attempt = Attempt { done_blocks, ..attempt.clone() };
            return transmit(context, operation, StateKind::Unknown, attempt).await;
        }
        // Not there a minute after it was sent: it will not come any more, so it may be sent again.
        Ok(Found::Nothing) if checks > 0 => OperationState::Queued,
        Ok(Found::Nothing) => OperationState::Unknown { attempt: attempt.clone(), checks: checks + 1 },
        Err(SyncError::Notion(error)) if error.is_unauthorized() => return Err(error.into()),
        Err(SyncError::Notion(error)) if error.is_not_found() || error.is_restricted() => needs_you(context, &error),
        Err(SyncError::Notion(error)) => {
            tracing::debug!(operation = %operation.id, %error, "an unknown cannot be settled yet");
            return Ok(Round::Wait(error.retry_after().unwrap_or(TROUBLE)));
        }
        Err(error) => return Err(error),
    };
    let is_sent = matches!(next, OperationState::Sent { .. });
    context.outbox.set_state(operation.id, StateKind::Unknown, next).await?;
    tell(context);
    if is_sent {
        receipt::bring(context, operation).await;
    }
    Ok(Round::Moved)
}

/// Sends one operation whose turn it is.
async fn send(context: &Context, claim: &Claim) -> Result<Round, SyncError> {
    let attempt = attempt::prepare(context, claim).await?;
    transmit(context, claim, StateKind::Queued, attempt).await
}

/// Writes the attempt down, carries it out, and writes down what became of it.
async fn transmit(
    context: &Context,
    operation: &Operation,
    from: StateKind,
    attempt: Attempt,
) -> Result<Round, SyncError> {
    let sending = OperationState::Sending { attempt: attempt.clone() };
    if context.outbox.set_state(operation.id, from, sending).await?.is_none() {
        // A person took it back in between.
        return Ok(Round::Moved);
    }
    tell(context);
    let (next, round, failure) = match attempt::send(context, operation, &attempt).await {
        Ok(sent) => (sent, Round::Moved, None),
        Err(attempt::Failed { error, attempt }) => {
            let (next, round) = after_failure(context, operation, attempt, &error);
            (next, round, Some(error))
        }
    };
    let is_sent = matches!(next, OperationState::Sent { .. });
    if matches!(next, OperationState::Queued) {
        let pause = failure.as_ref().and_then(satchel_notion::Error::retry_after).unwrap_or(TROUBLE);
        let not_before = context.now().checked_add(pause).ok();
        context.outbox.requeue(operation.id, StateKind::Sending, not_before).await?;
    } else {
        context.outbox.set_state(operation.id, StateKind::Sending, next).await?;
    }
    tell(context);
    if is_sent {
        receipt::bring(context, operation).await;
    }
    match failure {
        Some(error) if error.is_unauthorized() => Err(error.into()),
        _ => Ok(round),
    }
}

/// Where an operation goes after its request failed.
fn after_failure(
    context: &Context,
    operation: &Operation,
    attempt: Attempt,
    error: &satchel_notion::Error,
) -> (OperationState, Round) {
    tracing::info!(operation = %operation.id, %error, "an operation was not sent");
    match error.commitment() {
        Commitment::Committed(receipt) => (receipt::sent(context, operation, &attempt, &receipt), Round::Moved),
        Commitment::Unknown => (OperationState::Unknown { attempt, checks: 0 }, Round::Moved),
        // Some blocks of a long note are there already: what is missing must be found out before the rest goes.
        Commitment::NotCommitted if !attempt.done_blocks.is_empty() => {
            (OperationState::Unknown { attempt, checks: 0 }, Round::Wait(TROUBLE))
        }
        Commitment::NotCommitted if error.is_retryable() || error.is_unauthorized() || is_conflict(error) => {
            (OperationState::Queued, Round::Wait(error.retry_after().unwrap_or(TROUBLE)))
        }
        Commitment::NotCommitted => (needs_you(context, error), Round::Moved),
    }
}

fn is_conflict(error: &satchel_notion::Error) -> bool {
    error.code() == Some(&satchel_notion::ErrorCode::ConflictError)
}

/// The service refused in a way that only a person can settle.
fn needs_you(context: &Context, error: &satchel_notion::Error) -> OperationState {
    let code = if error.is_block_limit() {
        "block_limit"
    } else if error.is_restricted() {
        "restricted"
    } else if error.is_not_found() {
        "not_found"
    } else {
        "invalid"
    };
    let detail = error.as_api().map(|error| error.message.clone()).unwrap_or_else(|| error.to_string());
    OperationState::NeedsYou { at: context.now(), reason: Reason { code: code.into(), detail } }
}

fn tell(context: &Context) {
    context.observer.changed(satchel_model::Change {
        account_id: Some(context.account.id),
        items: Vec::new(),
        comments: Vec::new(),
        outbox: true,
        source: satchel_model::ChangeSource::Outbox,
    });
}
