//! The outbox: operations in their lanes, one in flight a lane.
//!
//! Not here: what the states mean for the network. Sending, classifying and checking are the sync's; this file only makes sure that no two hands
//! move one operation, and that what is on the disk is never ahead of or behind what was said.

use std::{
    collections::HashSet,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, params};
use satchel_model::{
    AccountId, Attempt, BlockId, Change, CommentId, ItemId, Operation, OperationId, OperationKind, OperationState,
    PageId, Reason, Timestamp,
};

use super::{Draft, JournalReader, JournalWriter, journal_change, places, write_draft};
use crate::{
    Result, StoreError,
    pack::{count, from_json, json},
};

/// The states without their data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateKind {
    /// On disk, waiting for its turn.
    Queued,
    /// A request is or was on its way.
    Sending,
    /// Nobody knows whether it was written.
    Unknown,
    /// Written.
    Sent,
    /// A person must decide.
    NeedsYou,
    /// Thrown away.
    Discarded,
}

impl StateKind {
    const ALL: [Self; 6] = [Self::Queued, Self::Sending, Self::Unknown, Self::Sent, Self::NeedsYou, Self::Discarded];

    const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::NeedsYou => "needs_you",
            Self::Discarded => "discarded",
        }
    }
}

impl From<&OperationState> for StateKind {
    fn from(state: &OperationState) -> Self {
        match state {
            OperationState::Queued => Self::Queued,
            OperationState::Sending { .. } => Self::Sending,
            OperationState::Unknown { .. } => Self::Unknown,
            OperationState::Sent { .. } => Self::Sent,
            OperationState::NeedsYou { .. } => Self::NeedsYou,
            OperationState::Discarded { .. } => Self::Discarded,
        }
    }
}

/// How many operations are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxCount {
    /// Whose.
    pub account_id: AccountId,
    /// In which state.
    pub state: StateKind,
    /// How many.
    pub operations: u32,
}

/// What an operation left in the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which operation.
    pub operation_id: OperationId,
    /// When the service's answer came.
    pub at: Timestamp,
    /// The blocks it made at the top level of the page.
    pub block_ids: Vec<BlockId>,
    /// The comment it made.
    pub comment_id: Option<CommentId>,
}

/// The lanes that somebody in this process is working on.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims(Arc<Mutex<HashSet<String>>>);

impl Claims {
    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An operation whose turn it is. As long as this lives, no other of its lane is given out.
#[derive(Debug)]
#[must_use = "the lane is free again when the claim is dropped"]
pub struct Claim {
    operation: Operation,
    lane: String,
    claims: Claims,
}

impl Deref for Claim {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        &self.operation
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claims.lock().remove(&self.lane);
    }
}

impl JournalReader {
    /// One operation.
    pub fn operation(&self, id: OperationId) -> Result<Option<Operation>> {
        self.readers.with(|c| find(c, id))
    }

    /// The operations in any of these states, the oldest first.
    pub fn operations(&self, states: &[StateKind], limit: u32) -> Result<Vec<Operation>> {
        self.readers.with(|c| list(c, states, limit))
    }

    /// What of an account was sent without anybody knowing whether it arrived, the oldest first, and is not to be left alone beyond `now`.
    pub fn unsettled(&self, account_id: AccountId, now: Timestamp) -> Result<Vec<Operation>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(
                "SELECT value FROM operation WHERE state IN ('sending', 'unknown') AND account_id = ?1
                   AND (not_before IS NULL OR not_before <= ?2) ORDER BY id",
            )?;
            let values = query
                .query_map(params![account_id.to_string(), now.as_millisecond()], |row| row.get::<_, String>(0))?;
            values.map(|value| from_json("operation", &value?)).collect()
        })
    }

    /// Every operation with this target that is kept, the oldest first.
    pub fn of_lane(&self, lane: &str) -> Result<Vec<Operation>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached("SELECT value FROM operation WHERE lane = ?1 ORDER BY id")?;
            let values = query.query_map([lane], |row| row.get::<_, String>(0))?;
            values.map(|value| from_json("operation", &value?)).collect()
        })
    }

    /// The operations that are not done, whatever keeps them, the oldest first; and of those that are sent or discarded the last ones, the latest
    /// first.
    pub fn shown(&self, most_done: u32) -> Result<Vec<Operation>> {
        self.readers.with(|c| {
            let open = [StateKind::NeedsYou, StateKind::Sending, StateKind::Unknown, StateKind::Queued];
            let mut found = list(c, &open, u32::MAX)?;
            let mut query = c.prepare_cached(
                "SELECT value FROM operation WHERE state IN ('sent', 'discarded')
                 ORDER BY finished_at DESC, id DESC LIMIT ?1",
            )?;
            let values = query.query_map([most_done], |row| row.get::<_, String>(0))?;
            for value in values {
                found.push(from_json("operation", &value?)?);
            }
            Ok(found)
        })
    }

    /// The greatest id of all operations that are kept: later ones must be greater, or they would be sent before it.
    pub fn last_operation_id(&self) -> Result<Option<OperationId>> {
        self.readers.with(|c| {
            let id: Option<String> = c.query_row("SELECT max(id) FROM operation", [], |row| row.get(0))?;
            id.map(|id| {
                id.parse().map_err(|error: satchel_model::IdError| StoreError::Unreadable {
                    what: "operation id",
                    detail: error.to_string(),
                })
            })
            .transpose()
        })
    }

    /// How many operations of each account are in each state; states without any are left out.
    pub fn outbox(&self) -> Result<Vec<OutboxCount>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(
                "SELECT account_id, state, count(*) FROM operation GROUP BY account_id, state ORDER BY 1, 2",
            )?;
            let rows =
                query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
            rows.map(|row| {
                let (account, state, number) = row?;
                let state = StateKind::ALL
                    .into_iter()
                    .find(|kind| kind.name() == state)
                    .ok_or_else(|| StoreError::Unreadable { what: "state of an operation", detail: state.clone() })?;
                Ok(OutboxCount { account_id: places::account_of(&account)?, state, operations: count(number) })
            })
            .collect()
        })
    }

    /// What operations from here left in this page, the oldest first, for as long as the operations are kept.
    pub fn receipts(&self, page_id: PageId) -> Result<Vec<Receipt>> {
        let operations = self.readers.with(|c| {
            let mut query =
                c.prepare_cached("SELECT value FROM operation WHERE page_id = ?1 AND state = 'sent' ORDER BY id")?;
            let values = query.query_map([page_id.as_uuid().as_bytes()], |row| row.get::<_, String>(0))?;
            values.map(|value| from_json("operation", &value?)).collect::<Result<Vec<Operation>>>()
        })?;
        Ok(operations
            .into_iter()
            .filter_map(|operation| match operation.state {
                OperationState::Sent { at, block_ids, comment_id, .. } => {
                    Some(Receipt { operation_id: operation.id, at, block_ids, comment_id })
                }
                _ => None,
            })
            .collect())
    }
}

impl JournalWriter {
    /// Puts an operation into the outbox; it is on the disk when this returns. The destination is remembered as used, and the draft it was
    /// written in goes with the same stroke, so that a crash leaves the text in exactly one place. Doing it again with the same operation
    /// changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the id is taken by another operation.
    pub async fn enqueue(&self, operation: Operation, from_draft: Option<&str>) -> Result<Change> {
        let draft = from_draft.map(str::to_owned);
        self.writer
            .run(move |c| {
                let transaction = c.transaction()?;
                match find(&transaction, operation.id)? {
                    None => {
                        insert(&transaction, &operation)?;
                        if let Some(item) = destination(&operation.kind) {
                            let (account, at) = (operation.account_id, operation.created_at);
                            places::record_use(&transaction, "destination", account, &item, at)?;
                        }
                    }
                    Some(there) if there.kind == operation.kind && there.account_id == operation.account_id => {}
                    Some(_) => return Err(StoreError::Duplicate(operation.id)),
                }
                if let Some(key) = draft {
                    transaction.execute("DELETE FROM draft WHERE key = ?1", [key])?;
                }
                transaction.commit()?;
                Ok(journal_change(true))
            })
            .await
    }

    /// The oldest operation of this account whose turn has come: queued, not told to wait beyond `now`, the first of its lane, nothing of its
    /// lane being sent or unknown, and its lane not claimed. Operations that need a person hold up nothing.
    pub async fn take_next(&self, account_id: AccountId, now: Timestamp) -> Result<Option<Claim>> {
        let claims = self.claims.clone();
        self.writer
            .run(move |c| {
                let mut query = c.prepare_cached(
                    "SELECT value FROM operation AS o
                     WHERE account_id = ?1 AND state = 'queued' AND (not_before IS NULL OR not_before <= ?2)
                       AND NOT EXISTS (SELECT 1 FROM operation AS ahead WHERE ahead.lane = o.lane
                           AND (ahead.state IN ('sending', 'unknown') OR (ahead.state = 'queued' AND ahead.id < o.id)))
                     ORDER BY id",
                )?;
                let mut rows = query.query(params![account_id.to_string(), now.as_millisecond()])?;
                let mut claimed = claims.lock();
                while let Some(row) = rows.next()? {
                    let operation: Operation = from_json("operation", &row.get::<_, String>(0)?)?;
                    let lane = operation.kind.lane();
                    if claimed.insert(lane.clone()) {
                        drop(claimed);
                        return Ok(Some(Claim { operation, lane, claims }));
                    }
                }
                Ok(None)
            })
            .await
    }

    /// Moves an operation to its next state if it is in the state the caller believes; `None` when it is not (or not there), and then nothing has
    /// changed. Going to [`OperationState::Sending`] counts an attempt.
    pub async fn set_state(&self, id: OperationId, expected: StateKind, new: OperationState) -> Result<Option<Change>> {
        self.change(id, expected, None, move |operation| {
            if matches!(new, OperationState::Sending { .. }) && expected != StateKind::Sending {
                operation.attempts += 1;
            }
            if !matches!(
                new,
                OperationState::Queued | OperationState::NeedsYou { .. } | OperationState::Discarded { .. }
            ) {
                // The state tells from now on.
                operation.unfinished = None;
            }
            operation.state = new;
        })
        .await
    }

    /// Puts an operation back into the queue, to wait until `not_before`, if it is in the state the caller believes. What an earlier attempt
    /// left unfinished stays with it.
    pub async fn requeue(
        &self,
        id: OperationId,
        expected: StateKind,
        not_before: Option<Timestamp>,
    ) -> Result<Option<Change>> {
        self.change(id, expected, not_before, |operation| operation.state = OperationState::Queued).await
    }

    /// Puts an operation that was being sent back into the queue, with what of the attempt is there already.
    pub async fn put_back(
        &self,
        id: OperationId,
        expected: StateKind,
        not_before: Option<Timestamp>,
        unfinished: Option<Attempt>,
    ) -> Result<Option<Change>> {
        self.change(id, expected, not_before, |operation| {
            operation.unfinished = unfinished;
            operation.state = OperationState::Queued;
        })
        .await
    }

    /// Leaves an operation to the person, with what of the attempt is or may be there: trying again must begin with that.
    pub async fn refuse(
        &self,
        id: OperationId,
        expected: StateKind,
        at: Timestamp,
        reason: Reason,
        unfinished: Option<Attempt>,
    ) -> Result<Option<Change>> {
        self.change(id, expected, None, move |operation| {
            operation.unfinished = unfinished.or(operation.unfinished.take());
            operation.state = OperationState::NeedsYou { at, reason };
        })
        .await
    }

    /// Leaves an operation alone until `not_before`, in the state it is in.
    pub async fn postpone(
        &self,
        id: OperationId,
        expected: StateKind,
        not_before: Option<Timestamp>,
    ) -> Result<Option<Change>> {
        self.change(id, expected, not_before, |_| {}).await
    }

    /// Throws an operation away if it is in the state the caller believes, and keeps its text as this draft in the same stroke: the text is
    /// in exactly one place, whatever happens. `None` when it is not; then the draft has not changed.
    pub async fn take_back(
        &self,
        id: OperationId,
        expected: StateKind,
        at: Timestamp,
        draft: Draft,
    ) -> Result<Option<Change>> {
        let value = json("draft", &draft.value)?;
        self.writer
            .run(move |c| {
                let transaction = c.transaction()?;
                let Some(mut operation) = find_in(&transaction, id, expected)? else { return Ok(None) };
                operation.state = OperationState::Discarded { at };
                update(&transaction, &operation, None)?;
                write_draft(&transaction, &draft.key, &value, draft.updated_at)?;
                transaction.commit()?;
                Ok(Some(journal_change(true)))
            })
            .await
    }

    /// Gives an operation another content and puts it back into the queue, if it is in the state the caller believes: a person has corrected or
    /// redirected what waits or was refused.
    pub async fn revise(&self, id: OperationId, expected: StateKind, kind: OperationKind) -> Result<Option<Change>> {
        self.change(id, expected, None, |operation| {
            operation.kind = kind;
            operation.unfinished = None;
            operation.state = OperationState::Queued;
        })
        .await
    }

    /// Finds what a crash left in mid-sending and turns it into [`OperationState::Unknown`]. For the owner, once, before it sends anything.
    pub async fn recover(&self, now: Timestamp) -> Result<Vec<Operation>> {
        self.writer
            .run(move |c| {
                let transaction = c.transaction()?;
                let mut interrupted = list(&transaction, &[StateKind::Sending], u32::MAX)?;
                for operation in &mut interrupted {
                    if let OperationState::Sending { attempt } = &operation.state {
                        // When its request went out nobody lived to see, so it may be under way from now on.
                        let attempt = Attempt { asked_at: now, ..attempt.clone() };
                        operation.state = OperationState::Unknown { attempt, checks: 0 };
                    }
                    update(&transaction, operation, None)?;
                }
                transaction.commit()?;
                Ok(interrupted)
            })
            .await
    }

    /// Removes what was sent or discarded before `older_than`, and with it the receipts.
    pub async fn purge_finished(&self, older_than: Timestamp) -> Result<Change> {
        self.writer
            .run(move |c| {
                let removed = c.execute(
                    "DELETE FROM operation WHERE state IN ('sent', 'discarded') AND finished_at < ?1",
                    [older_than.as_millisecond()],
                )?;
                Ok(journal_change(removed > 0))
            })
            .await
    }

    async fn change<F>(
        &self,
        id: OperationId,
        expected: StateKind,
        not_before: Option<Timestamp>,
        change: F,
    ) -> Result<Option<Change>>
    where
        F: FnOnce(&mut Operation) + Send + 'static,
    {
        self.writer
            .run(move |c| {
                let transaction = c.transaction()?;
                let Some(mut operation) = find_in(&transaction, id, expected)? else { return Ok(None) };
                change(&mut operation);
                update(&transaction, &operation, not_before)?;
                transaction.commit()?;
                Ok(Some(journal_change(true)))
            })
            .await
    }
}

/// What a capture of this kind goes to, as the destination picker lists it. Comments have no destination of their own.
const fn destination(kind: &OperationKind) -> Option<ItemId> {
    match kind {
        OperationKind::AppendToPage { page_id, .. } | OperationKind::CreatePage { parent_id: page_id, .. } => {
            Some(ItemId::Page(*page_id))
        }
        OperationKind::CreateRow { data_source_id, .. } => Some(ItemId::DataSource(*data_source_id)),
        OperationKind::Comment { .. } => None,
    }
}

/// The operation, if it is in the state the caller believes.
fn find_in(connection: &Connection, id: OperationId, expected: StateKind) -> Result<Option<Operation>> {
    Ok(find(connection, id)?.filter(|operation| StateKind::from(&operation.state) == expected))
}

fn find(c: &Connection, id: OperationId) -> Result<Option<Operation>> {
    let mut query = c.prepare_cached("SELECT value FROM operation WHERE id = ?1")?;
    let value: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
    value.map(|value| from_json("operation", &value)).transpose()
}

fn list(c: &Connection, states: &[StateKind], limit: u32) -> Result<Vec<Operation>> {
    let names =
        StateKind::ALL.into_iter().filter(|kind| states.contains(kind)).map(|kind| format!("'{}'", kind.name()));
    let names = names.collect::<Vec<_>>().join(", ");
    let mut query =
        c.prepare_cached(&format!("SELECT value FROM operation WHERE state IN ({names}) ORDER BY id LIMIT ?1"))?;
    let values = query.query_map([limit], |row| row.get::<_, String>(0))?;
    values.map(|value| from_json("operation", &value?)).collect()
}

fn insert(transaction: &Transaction<'_>, operation: &Operation) -> Result<()> {
    let kind = StateKind::from(&operation.state);
    transaction.execute(
        "INSERT INTO operation (id, account_id, lane, state, value) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            operation.id.to_string(),
            operation.account_id.to_string(),
            operation.kind.lane(),
            kind.name(),
            json("operation", operation)?
        ],
    )?;
    update(transaction, operation, None)
}

fn update(transaction: &Transaction<'_>, operation: &Operation, not_before: Option<Timestamp>) -> Result<()> {
    let (finished_at, page_id) = match &operation.state {
        OperationState::Sent { at, page_id, .. } => {
            (Some(at.as_millisecond()), page_id.or(written_to(&operation.kind)))
        }
        OperationState::Discarded { at } => (Some(at.as_millisecond()), None),
        _ => (None, None),
    };
    let page_id = page_id.as_ref().map(|id| id.as_uuid().as_bytes());
    transaction
        .prepare_cached(
            "UPDATE operation SET lane = ?2, state = ?3, not_before = ?4, finished_at = ?5, page_id = ?6, value = ?7
             WHERE id = ?1",
        )?
        .execute(params![
            operation.id.to_string(),
            operation.kind.lane(),
            StateKind::from(&operation.state).name(),
            not_before.map(|at| at.as_millisecond()),
            finished_at,
            &page_id as &dyn ToSql,
            json("operation", operation)?
        ])?;
    Ok(())
}

/// The page that an operation of this kind writes into.
const fn written_to(kind: &OperationKind) -> Option<PageId> {
    match kind {
        OperationKind::AppendToPage { page_id, .. } | OperationKind::Comment { page_id, .. } => Some(*page_id),
        OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. } => None,
    }
}
