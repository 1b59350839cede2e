//! Carrying the outbox there, exactly once.
//!
//! The service has no idempotency key, so every attempt is written down before its request goes out, and ends *committed*, *not
//! committed* or *unknown*. An unknown (a lost answer, a crash) is settled by reading the target directly, twice and a minute apart,
//! before anything is sent again.

mod attempt;
mod check;
mod content;
mod plan;
mod receipt;

use std::time::Duration;

use satchel_model::{Attempt, Fate, Operation, OperationState, Reason};
use satchel_store::{Claim, StateKind};

use self::attempt::Outcome;
use crate::{Context, SyncError, context::is_unreachable};

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
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// The longest that one operation waits for itself: the whole connection waits for as long as the service says in any case.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

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

/// Looks after the operations of this account whose fate is unknown and whose time has come, until one of them moves. One that cannot be
/// settled now holds up no other.
async fn settle(context: &Context) -> Result<Settled, SyncError> {
    let (journal, account, now) = (context.journal.clone(), context.account.id, context.now());
    let unknown = context.execution.run(move || journal.unsettled(account, now)).await?;
    let mut next_due = None;
    for operation in unknown {
        let (attempt, checks) = match &operation.state {
            OperationState::Unknown { attempt, checks } => (attempt, *checks),
            // Nobody else sends for this account, so this is what a failure to write the journal left behind.
            OperationState::Sending { attempt } => {
                let unknown = OperationState::Unknown { attempt: attempt.clone(), checks: 0 };
                context.outbox.set_state(operation.id, StateKind::Sending, unknown).await?;
                return Ok(Settled::Round(Round::Moved));
            }
            _ => continue,
        };
        if attempt.asked_at > now {
            // The clock was set back: how long ago it was is not known, so the wait begins anew.
            let unknown = OperationState::Unknown { attempt: Attempt { asked_at: now, ..attempt.clone() }, checks };
            context.outbox.set_state(operation.id, StateKind::Unknown, unknown).await?;
            return Ok(Settled::Round(Round::Moved));
        }
        let due = if checks == 0 { FIRST_CHECK } else { LAST_CHECK };
        let age = Duration::try_from(now.duration_since(attempt.asked_at)).unwrap_or_default();
        if age < due {
            next_due = next_due.into_iter().chain([due - age]).min();
            continue;
        }
        match settle_one(context, &operation, attempt, checks).await? {
            Round::Wait(pause) => next_due = next_due.into_iter().chain([pause]).min(),
            round => return Ok(Settled::Round(round)),
        }
    }
    Ok(Settled::Later(next_due))
}

async fn settle_one(
    context: &Context,
    operation: &Operation,
    attempt: &Attempt,
    checks: u32,
) -> Result<Round, SyncError> {
    let mut attempt = attempt.clone();
    if is_dealt_out_otherwise(operation, &attempt) {
        return refuse_other_plan(context, operation, StateKind::Unknown, attempt).await;
    }
    match check::find(context, operation, &attempt).await {
        Ok(Some(made)) => attempt.steps.push(made),
        // A minute after it was sent it will not come any more.
        Ok(None) if checks > 0 && attempt.fate == Fate::Committed => {
            if plan::is_needed(&plan::steps(&operation.kind), attempt.steps.len()) {
                let detail = "what Notion says it has saved was not found".to_owned();
                return refuse(context, operation, StateKind::Unknown, "invalid", detail, Some(attempt)).await;
            }
            attempt.steps.push(Vec::new());
        }
        Ok(None) if checks > 0 && attempt.steps.is_empty() => {
            context.outbox.requeue(operation.id, StateKind::Unknown, None).await?;
            tell(context);
            return Ok(Round::Moved);
        }
        Ok(None) if checks > 0 => {}
        Ok(None) => {
            let unknown = OperationState::Unknown { attempt, checks: checks + 1 };
            context.outbox.set_state(operation.id, StateKind::Unknown, unknown).await?;
            return Ok(Round::Moved);
        }
        Err(SyncError::Notion(error)) if error.is_unauthorized() => return Err(error.into()),
        // Whether it arrived cannot be told without the person: what is known stays with it, so that trying again looks first.
        Err(SyncError::Notion(error)) if is_final(&error) => {
            let (code, detail) = reason(&error);
            return refuse(context, operation, StateKind::Unknown, code, detail, Some(attempt)).await;
        }
        Err(SyncError::Notion(error)) => {
            tracing::debug!(operation = %operation.id, %error, "an unknown cannot be settled yet");
            let pause = pause_after(&error);
            let not_before = context.now().checked_add(pause).ok();
            context.outbox.postpone(operation.id, StateKind::Unknown, not_before).await?;
            return Ok(Round::Wait(pause));
        }
        Err(error) => return Err(error),
    }
    attempt.fate = Fate::Open;
    if attempt.steps.len() < plan::steps(&operation.kind).len() {
        return transmit(context, operation, StateKind::Unknown, attempt).await;
    }
    let sent = attempt::sent(context, operation, &attempt);
    context.outbox.set_state(operation.id, StateKind::Unknown, sent).await?;
    tell(context);
    receipt::bring(context, operation).await;
    Ok(Round::Moved)
}

/// Sends one operation whose turn it is.
async fn send(context: &Context, claim: &Claim) -> Result<Round, SyncError> {
    match &claim.unfinished {
        None => transmit(context, claim, StateKind::Queued, attempt::new(context, claim)).await,
        Some(attempt) if attempt.fate == Fate::Open => {
            transmit(context, claim, StateKind::Queued, attempt.clone()).await
        }
        // Something of it may be there already: look before sending.
        Some(attempt) => {
            let unknown = OperationState::Unknown { attempt: attempt.clone(), checks: 0 };
            context.outbox.set_state(claim.id, StateKind::Queued, unknown).await?;
            tell(context);
            Ok(Round::Moved)
        }
    }
}

/// Whether the attempt was begun by a version that deals the note out into other requests: what of it is there cannot be told then, and
/// going on would lose or repeat some.
fn is_dealt_out_otherwise(operation: &Operation, attempt: &Attempt) -> bool {
    let is_begun = !attempt.steps.is_empty() || attempt.fate != Fate::Open;
    is_begun && !attempt.content_hash.is_empty() && attempt.content_hash != content::hash(&operation.kind)
}

async fn refuse_other_plan(
    context: &Context,
    operation: &Operation,
    from: StateKind,
    attempt: Attempt,
) -> Result<Round, SyncError> {
    refuse(context, operation, from, "begun_by_other_version", String::new(), Some(attempt)).await
}

/// Writes the attempt down, carries it out, and writes down what became of it.
async fn transmit(
    context: &Context,
    operation: &Operation,
    from: StateKind,
    mut attempt: Attempt,
) -> Result<Round, SyncError> {
    if is_dealt_out_otherwise(operation, &attempt) {
        return refuse_other_plan(context, operation, from, attempt).await;
    }
    let page = match attempt::page(context, operation, &attempt).await {
        Ok(page) => page,
        // Only reading failed: nothing is in doubt.
        Err(error) if is_final(&error) => {
            let (code, detail) = reason(&error);
            return refuse(context, operation, from, code, detail, None).await;
        }
        Err(error) => return wait(context, operation, from, None, error).await,
    };
    attempt.asked_at = context.now();
    attempt.fate = Fate::Doubtful;
    let sending = OperationState::Sending { attempt: attempt.clone() };
    if context.outbox.set_state(operation.id, from, sending).await?.is_none() {
        // A person took it back in between.
        return Ok(Round::Moved);
    }
    tell(context);
    match attempt::send(context, operation, attempt, page).await? {
        Outcome::Sent(sent) => {
            context.outbox.set_state(operation.id, StateKind::Sending, sent).await?;
            tell(context);
            receipt::bring(context, operation).await;
            Ok(Round::Moved)
        }
        Outcome::Doubt(attempt, error) => {
            tracing::info!(operation = %operation.id, %error, "whether an operation arrived is not known");
            let unknown = OperationState::Unknown { attempt, checks: 0 };
            context.outbox.set_state(operation.id, StateKind::Sending, unknown).await?;
            tell(context);
            Ok(Round::Moved)
        }
        Outcome::Refused(attempt, error) => {
            tracing::info!(operation = %operation.id, %error, "an operation was not sent");
            let unfinished = Some(attempt).filter(|attempt| !attempt.steps.is_empty());
            if error.is_retryable() || error.is_unauthorized() || is_conflict(&error) {
                return wait(context, operation, StateKind::Sending, unfinished, error).await;
            }
            let (code, detail) = reason(&error);
            refuse(context, operation, StateKind::Sending, code, detail, unfinished).await
        }
    }
}

/// Puts an operation back, to be tried again by itself.
async fn wait(
    context: &Context,
    operation: &Operation,
    from: StateKind,
    unfinished: Option<Attempt>,
    error: satchel_notion::Error,
) -> Result<Round, SyncError> {
    let pause = pause_after(&error);
    // Without a network nothing of this account gets out, so the round waits, and goes on as soon as there is one. Anything else may be
    // the trouble of this one place.
    let is_offline = is_unreachable(&error);
    let not_before = if is_offline { None } else { context.now().checked_add(pause).ok() };
    context.outbox.put_back(operation.id, from, not_before, unfinished).await?;
    tell(context);
    if error.is_unauthorized() {
        return Err(error.into());
    }
    Ok(if is_offline { Round::Wait(pause) } else { Round::Moved })
}

/// Leaves an operation to the person.
async fn refuse(
    context: &Context,
    operation: &Operation,
    from: StateKind,
    code: &str,
    detail: String,
    unfinished: Option<Attempt>,
) -> Result<Round, SyncError> {
    let reason = Reason { code: code.into(), detail };
    context.outbox.refuse(operation.id, from, context.now(), reason, unfinished).await?;
    tell(context);
    Ok(Round::Moved)
}

/// How long to leave something alone after this, which the service may say. A clock that was set back must not make it for ever.
fn pause_after(error: &satchel_notion::Error) -> Duration {
    error.retry_after().unwrap_or(TROUBLE).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

/// Whether the service has given an answer that will be the same the next time.
fn is_final(error: &satchel_notion::Error) -> bool {
    let is_told = error.as_api().is_some() || matches!(error, satchel_notion::Error::InvalidRequest(_));
    is_told && !error.is_retryable() && !error.is_unauthorized() && !is_conflict(error)
}

fn is_conflict(error: &satchel_notion::Error) -> bool {
    error.code() == Some(&satchel_notion::ErrorCode::ConflictError)
}

/// Why the service refused something that only a person can settle: a code and the service's own words.
fn reason(error: &satchel_notion::Error) -> (&'static str, String) {
    let code = if error.is_block_limit() {
        "block_limit"
    } else if error.is_restricted() {
        "restricted"
    } else if error.is_not_found() {
        "not_found"
    } else {
        "invalid"
    };
    (code, error.as_api().map_or_else(|| error.to_string(), |error| error.message.clone()))
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
