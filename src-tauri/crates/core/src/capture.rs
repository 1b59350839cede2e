//! Quick capture: drafts, destinations, and the step into the outbox.

use std::sync::Arc;

use satchel_markdown::typed;
use satchel_model::{AccountId, Capability, ItemId, Operation, OperationKind, OperationState};
use satchel_store::{Draft, Listed, ListedKind, StoreError};
use serde_json::json;

use crate::{
    AppError, Core, ErrorCode, items,
    view::{CaptureDraft, CaptureSaved, Connectivity, Destination, DestinationTarget, Effect},
    workspace::Workspace,
};

/// The key of the draft that the capture window edits.
pub(crate) const DRAFT: &str = "capture";
/// How many recent destinations come before what the query finds.
const RECENT: u32 = 12;

impl Core {
    /// The note that was typed and not saved.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn capture_draft(&self) -> Result<Option<CaptureDraft>, AppError> {
        let journal = self.inner.journal.reader.clone();
        let draft = self.read(move || journal.draft(DRAFT)).await?;
        Ok(draft.and_then(|draft| {
            let kept: CaptureDraft = serde_json::from_value(draft.value).ok()?;
            Some(CaptureDraft { updated_at: draft.updated_at.to_string(), ..kept })
        }))
    }

    /// Keeps a note that is being typed; an empty one is forgotten.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn save_capture_draft(
        &self,
        text: String,
        account_id: Option<AccountId>,
        target: Option<DestinationTarget>,
    ) -> Result<(), AppError> {
        let journal = &self.inner.journal.writer;
        if text.trim().is_empty() {
            return Ok(journal.remove_draft(DRAFT).await?);
        }
        let updated_at = self.now();
        let draft = CaptureDraft { text, account_id, target, updated_at: updated_at.to_string() };
        Ok(journal.save_draft(Draft { key: DRAFT.into(), value: json!(draft), updated_at }).await?)
    }

    /// Puts a note into the outbox and drops its draft in the same stroke. It is on the disk when this returns.
    ///
    /// # Errors
    /// It has no text, the destination is not known, or the journal cannot be written; the draft stays then.
    pub async fn capture(
        &self,
        text: String,
        account_id: AccountId,
        target: DestinationTarget,
    ) -> Result<CaptureSaved, AppError> {
        let workspace = self.workspace(account_id)?;
        if text.trim().is_empty() {
            return Err(AppError::expected(ErrorCode::EmptyText));
        }
        let kind = self.writing(&workspace, target, text).await?;
        let operation_id = self.enqueue(&workspace, kind, Some(DRAFT)).await?;
        let is_online = matches!(self.connectivity(), Connectivity::Online);
        Ok(CaptureSaved { operation_id, is_online })
    }

    /// Where a note can go: recently used places first, then those whose titles answer the query, over all accounts.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn destinations(&self, query: String, limit: u32) -> Result<Vec<Destination>, AppError> {
        let workspaces = self.workspaces();
        let journal = self.inner.journal.reader.clone();
        self.read(move || {
            let query = query.trim();
            let used = journal.destinations(RECENT.max(limit))?;
            let mut found: Vec<Destination> = Vec::new();
            for place in &used {
                let Some(workspace) = workspaces.iter().find(|workspace| workspace.id == place.account_id) else {
                    continue;
                };
                let Some(listed) = workspace.cache.reader.listed(place.item)? else { continue };
                if contains(&listed.title, query) {
                    found.push(destination(workspace, listed, Some(place.last_at.to_string()))?);
                }
            }
            let mut others = Vec::new();
            for workspace in &workspaces {
                for listed in candidates(workspace, query, limit)? {
                    others.push((workspace, listed));
                }
            }
            // An inbox is what a person who has chosen nothing yet most likely wants.
            others.sort_by_key(|(_, listed)| (!is_inbox(&listed.title), std::cmp::Reverse(listed.edited_at)));
            for (workspace, listed) in others {
                let is_there =
                    found.iter().any(|known| known.account_id == workspace.id && item_of(known.target) == listed.item);
                if !is_there && found.len() < limit as usize {
                    found.push(destination(workspace, listed, None)?);
                }
            }
            found.truncate(limit as usize);
            Ok(found)
        })
        .await
    }

    /// What writes a text to a place that is known here.
    ///
    /// # Errors
    /// It is not known, or the copy cannot be read.
    pub(crate) async fn writing(
        &self,
        workspace: &Workspace,
        target: DestinationTarget,
        text: String,
    ) -> Result<OperationKind, AppError> {
        let reader = workspace.cache.reader.clone();
        let item = item_of(target);
        if self.read(move || reader.listed(item)).await?.is_none() {
            return Err(AppError::expected(ErrorCode::UnknownDestination));
        }
        Ok(match target {
            DestinationTarget::Page { page_id } => OperationKind::AppendToPage { page_id, markdown: text },
            DestinationTarget::DataSource { data_source_id } => {
                let (title, markdown) = typed::title_and_body(&text);
                OperationKind::CreateRow { data_source_id, title, markdown, properties: Vec::new() }
            }
        })
    }

    /// Puts an operation into the outbox and wakes the sending.
    pub(crate) async fn enqueue(
        &self,
        workspace: &Arc<Workspace>,
        kind: OperationKind,
        from_draft: Option<&str>,
    ) -> Result<satchel_model::OperationId, AppError> {
        let operation = Operation {
            id: self.new_operation_id(),
            account_id: workspace.id,
            kind,
            state: OperationState::Queued,
            created_at: self.now(),
            attempts: 0,
            unfinished: None,
        };
        let id = operation.id;
        self.inner.journal.writer.enqueue(operation, from_draft).await?;
        self.tell_outbox().await;
        workspace.wants_sending.notify_one();
        Ok(id)
    }
}

pub(crate) const fn item_of(target: DestinationTarget) -> ItemId {
    match target {
        DestinationTarget::Page { page_id } => ItemId::Page(page_id),
        DestinationTarget::DataSource { data_source_id } => ItemId::DataSource(data_source_id),
    }
}

const fn target_of(item: ItemId) -> (DestinationTarget, Effect) {
    match item {
        ItemId::Page(page_id) => (DestinationTarget::Page { page_id }, Effect::Append),
        ItemId::DataSource(data_source_id) => (DestinationTarget::DataSource { data_source_id }, Effect::NewRow),
    }
}

/// Pages and data sources by title; with nothing typed, those edited last. Rows are places to read, not inboxes, so they come only when asked for.
fn candidates(workspace: &Workspace, query: &str, limit: u32) -> Result<Vec<Listed>, StoreError> {
    let cache = &workspace.cache.reader;
    let kinds: &[ListedKind] = if query.is_empty() {
        &[ListedKind::Page, ListedKind::DataSource]
    } else {
        &[ListedKind::Page, ListedKind::DataSource, ListedKind::Row]
    };
    cache.find_titles(query, kinds, limit)
}

fn contains(title: &str, query: &str) -> bool {
    title.to_lowercase().contains(&query.to_lowercase())
}

fn is_inbox(title: &str) -> bool {
    ["inbox", "インボックス", "受信箱"].iter().any(|name| title.to_lowercase().contains(name))
}

fn destination(workspace: &Workspace, listed: Listed, used_at: Option<String>) -> Result<Destination, StoreError> {
    let (target, effect) = target_of(listed.item);
    let crumbs = items::crumbs(workspace, listed.item)?;
    Ok(Destination {
        account_id: workspace.id,
        target,
        title: listed.title,
        icon: listed.icon,
        crumbs,
        effect,
        is_read_only: workspace.account().capabilities.insert_content == Capability::Refused,
        used_at,
    })
}

/// The place an operation goes to, as a capture could choose it.
pub(crate) fn target(kind: &OperationKind) -> Option<DestinationTarget> {
    match kind {
        OperationKind::AppendToPage { page_id, .. } => Some(DestinationTarget::Page { page_id: *page_id }),
        OperationKind::CreateRow { data_source_id, .. } => {
            Some(DestinationTarget::DataSource { data_source_id: *data_source_id })
        }
        OperationKind::CreatePage { .. } | OperationKind::Comment { .. } => None,
    }
}

/// What an operation is written to.
pub(crate) const fn place(kind: &OperationKind) -> ItemId {
    match kind {
        OperationKind::AppendToPage { page_id, .. }
        | OperationKind::CreatePage { parent_id: page_id, .. }
        | OperationKind::Comment { page_id, .. } => ItemId::Page(*page_id),
        OperationKind::CreateRow { data_source_id, .. } => ItemId::DataSource(*data_source_id),
    }
}

/// What a person typed for an operation, as one text.
pub(crate) fn text(kind: &OperationKind) -> String {
    match kind {
        OperationKind::CreateRow { title, markdown, .. } | OperationKind::CreatePage { title, markdown, .. } => {
            if markdown.is_empty() {
                title.clone()
            } else {
                format!("{title}\n{markdown}")
            }
        }
        other => other.markdown().to_owned(),
    }
}
