//! The outbox as a person sees and steers it.

use std::sync::Arc;

use satchel_model::{Operation, OperationId, OperationKind, OperationState, Timestamp};
use satchel_store::{Draft, OutboxCount, StateKind, StoreError};
use serde_json::json;

use crate::{
    AppError, Core, ErrorCode, capture,
    event::CoreEvent,
    items,
    view::{
        CaptureDraft, Connectivity, DestinationTarget, OutboxCounts, OutboxItem, OutboxKind, OutboxState, OutboxView,
        SyncPhase, WaitingFor,
    },
    workspace::Workspace,
};

/// How many of the operations that are done are shown.
const MOST_SHOWN: u32 = 500;
/// How long what is sent or discarded is kept.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// How much is where.
pub(crate) fn counts(counts: &[OutboxCount]) -> OutboxCounts {
    let of = |states: &[StateKind]| {
        counts.iter().filter(|count| states.contains(&count.state)).map(|count| count.operations).sum()
    };
    OutboxCounts {
        waiting: of(&[StateKind::Queued, StateKind::Sending, StateKind::Unknown]),
        needs_you: of(&[StateKind::NeedsYou]),
    }
}

impl Core {
    /// The outbox: what needs the person, what is on its way, what waits, what was sent.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn outbox(&self) -> Result<OutboxView, AppError> {
        self.inner.journal.writer.purge_finished(self.now().checked_sub(KEPT).unwrap_or(Timestamp::UNIX_EPOCH)).await?;
        let workspaces = self.workspaces();
        let journal = self.inner.journal.reader.clone();
        let is_owner = self.is_owner();
        let is_offline = matches!(self.connectivity(), Connectivity::Offline { .. });
        self.read(move || {
            let operations = journal.shown(MOST_SHOWN)?;
            let mut items = Vec::with_capacity(operations.len());
            for operation in operations {
                let workspace = workspaces.iter().find(|workspace| workspace.id == operation.account_id);
                items.push((order(&operation), item(workspace, &operation, is_owner, is_offline)?));
            }
            items.sort_by_key(|(order, _)| *order);
            let counts = counts(&journal.outbox()?);
            Ok(OutboxView { counts, items: items.into_iter().map(|(_, item)| item).collect() })
        })
        .await
    }

    /// Tries an operation again that was refused, or all that can be tried.
    ///
    /// # Errors
    /// There is no such operation, or the journal cannot be written.
    pub async fn retry_operation(&self, id: Option<OperationId>) -> Result<(), AppError> {
        let journal = &self.inner.journal.writer;
        match id {
            Some(id) => {
                let operation = self.operation(id).await?;
                let state = StateKind::from(&operation.state);
                if matches!(state, StateKind::NeedsYou | StateKind::Queued) {
                    journal.requeue(id, state, None).await?;
                }
            }
            None => {
                let reader = self.inner.journal.reader.clone();
                for operation in
                    self.read(move || reader.operations(&[StateKind::NeedsYou, StateKind::Queued], u32::MAX)).await?
                {
                    journal.requeue(operation.id, StateKind::from(&operation.state), None).await?;
                }
            }
        }
        self.tell_outbox().await;
        self.workspaces().iter().for_each(|workspace| workspace.wants_sending.notify_one());
        Ok(())
    }

    /// Throws an operation away that is not sent and not on its way. It can be brought back for seven days.
    ///
    /// # Errors
    /// It is too late for that, or the journal cannot be written.
    pub async fn discard_operation(&self, id: OperationId) -> Result<(), AppError> {
        let operation = self.operation(id).await?;
        self.withdraw(&operation).await
    }

    /// Puts a discarded operation back into the outbox.
    ///
    /// # Errors
    /// It was not discarded, or the journal cannot be written.
    pub async fn restore_operation(&self, id: OperationId) -> Result<(), AppError> {
        let operation = self.operation(id).await?;
        let workspace = self.workspace(operation.account_id)?;
        if self.inner.journal.writer.requeue(id, StateKind::Discarded, None).await?.is_none() {
            return Err(AppError::expected(ErrorCode::TooLate));
        }
        self.tell_outbox().await;
        workspace.wants_sending.notify_one();
        Ok(())
    }

    /// Takes a note that is not sent back into the capture draft, to be edited.
    ///
    /// # Errors
    /// It is too late for that, it is a comment, another draft is there, or the journal cannot be written.
    pub async fn take_back_operation(&self, id: OperationId) -> Result<CaptureDraft, AppError> {
        let operation = self.operation(id).await?;
        let target = capture::target(&operation.kind).ok_or_else(|| AppError::expected(ErrorCode::UnknownOperation))?;
        let text = capture::text(&operation.kind);
        let text = match self.capture_draft().await? {
            Some(draft) if !draft.text.trim().is_empty() && draft.text != text => format!("{text}\n\n{}", draft.text),
            _ => text,
        };
        let state = state_before_sending(&operation)?;
        let (at, account_id) = (self.now(), Some(operation.account_id));
        let draft = CaptureDraft { text, account_id, target: Some(target), updated_at: at.to_string() };
        let kept = Draft { key: capture::DRAFT.into(), value: json!(draft), updated_at: at };
        if self.inner.journal.writer.take_back(id, state, at, kept).await?.is_none() {
            return Err(AppError::expected(ErrorCode::TooLate));
        }
        self.tell_outbox().await;
        Ok(draft)
    }

    /// Sends a note that is not sent to another place of its workspace. It keeps its turn.
    ///
    /// # Errors
    /// It is too late for that, it is a comment, the place is not known, or the journal cannot be written.
    pub async fn redirect_operation(&self, id: OperationId, target: DestinationTarget) -> Result<(), AppError> {
        let operation = self.operation(id).await?;
        if capture::target(&operation.kind).is_none() {
            return Err(AppError::expected(ErrorCode::UnknownOperation));
        }
        let workspace = self.workspace(operation.account_id)?;
        let kind = self.writing(&workspace, target, capture::text(&operation.kind)).await?;
        let state = StateKind::from(&operation.state);
        let is_here = matches!(state, StateKind::Queued | StateKind::NeedsYou);
        if !is_here || self.inner.journal.writer.revise(id, state, kind).await?.is_none() {
            return Err(AppError::expected(ErrorCode::TooLate));
        }
        self.tell_outbox().await;
        workspace.wants_sending.notify_one();
        Ok(())
    }

    async fn withdraw(&self, operation: &Operation) -> Result<(), AppError> {
        let state = state_before_sending(operation)?;
        let discarded = OperationState::Discarded { at: self.now() };
        if self.inner.journal.writer.set_state(operation.id, state, discarded).await?.is_none() {
            return Err(AppError::expected(ErrorCode::TooLate));
        }
        self.tell_outbox().await;
        Ok(())
    }

    async fn operation(&self, id: OperationId) -> Result<Operation, AppError> {
        let journal = self.inner.journal.reader.clone();
        let found = self.read(move || journal.operation(id)).await?;
        found.ok_or_else(|| AppError::expected(ErrorCode::UnknownOperation))
    }

    pub(crate) async fn tell_outbox(&self) {
        let journal = self.inner.journal.reader.clone();
        if let Ok(found) = self.read(move || journal.outbox()).await {
            self.tell(CoreEvent::OutboxChanged { counts: counts(&found) });
        }
    }
}

/// The state of an operation that is not on its way and not there.
fn state_before_sending(operation: &Operation) -> Result<StateKind, AppError> {
    match StateKind::from(&operation.state) {
        state @ (StateKind::Queued | StateKind::NeedsYou) => Ok(state),
        _ => Err(AppError::expected(ErrorCode::TooLate)),
    }
}

/// What needs the person, then what is on its way, then what waits in order, then what is done, the latest first.
fn order(operation: &Operation) -> (u8, std::cmp::Reverse<Option<Timestamp>>, OperationId) {
    let (group, done) = match &operation.state {
        OperationState::NeedsYou { .. } => (0, None),
        OperationState::Sending { .. } | OperationState::Unknown { .. } => (1, None),
        OperationState::Queued => (2, None),
        OperationState::Sent { at, .. } => (3, Some(*at)),
        OperationState::Discarded { at } => (4, Some(*at)),
    };
    (group, std::cmp::Reverse(done), operation.id)
}

fn item(
    workspace: Option<&Arc<Workspace>>,
    operation: &Operation,
    is_owner: bool,
    is_offline: bool,
) -> Result<OutboxItem, StoreError> {
    let place = capture::place(&operation.kind);
    let listed = match workspace {
        Some(workspace) => workspace.cache.reader.listed(place)?,
        None => None,
    };
    let crumbs = match workspace {
        Some(workspace) => items::crumbs(workspace, place)?,
        None => Vec::new(),
    };
    let text = capture::text(&operation.kind);
    Ok(OutboxItem {
        id: operation.id,
        account_id: operation.account_id,
        kind: match operation.kind {
            OperationKind::AppendToPage { .. } => OutboxKind::Append,
            OperationKind::CreatePage { .. } => OutboxKind::Page,
            OperationKind::CreateRow { .. } => OutboxKind::Row,
            OperationKind::Comment { .. } => OutboxKind::Comment,
        },
        title: satchel_markdown::typed::title_and_body(&text).0,
        text,
        destination: listed.as_ref().map(|listed| listed.item),
        destination_title: listed.as_ref().map(|listed| listed.title.clone()).unwrap_or_default(),
        destination_icon: listed.and_then(|listed| listed.icon),
        crumbs,
        created_at: operation.created_at.to_string(),
        state: state(workspace, operation, is_owner, is_offline)?,
    })
}

fn state(
    workspace: Option<&Arc<Workspace>>,
    operation: &Operation,
    is_owner: bool,
    is_offline: bool,
) -> Result<OutboxState, StoreError> {
    Ok(match &operation.state {
        OperationState::Queued => OutboxState::Waiting { reason: reason(workspace, is_owner, is_offline) },
        OperationState::Sending { .. } => OutboxState::Sending,
        OperationState::Unknown { .. } => OutboxState::Checking,
        OperationState::NeedsYou { reason, .. } => {
            OutboxState::NeedsYou { code: reason.code.clone(), detail: reason.detail.clone() }
        }
        OperationState::Sent { at, page_id, .. } => {
            let page = match (workspace, page_id) {
                (Some(workspace), Some(id)) => workspace.cache.reader.page(*id)?,
                _ => None,
            };
            OutboxState::Sent { at: at.to_string(), url: page.map(|page| page.value.url) }
        }
        OperationState::Discarded { at } => OutboxState::Discarded { at: at.to_string() },
    })
}

fn reason(workspace: Option<&Arc<Workspace>>, is_owner: bool, is_offline: bool) -> WaitingFor {
    match workspace.map(|workspace| workspace.phase()) {
        _ if !is_owner => WaitingFor::Owner,
        None | Some(SyncPhase::NeedsSignIn) => WaitingFor::SignIn,
        _ if is_offline => WaitingFor::Network,
        Some(SyncPhase::Waiting { .. } | SyncPhase::Failed { .. }) => WaitingFor::Notion,
        _ => WaitingFor::Turn,
    }
}
