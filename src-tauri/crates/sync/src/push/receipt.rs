//! After a write: the state it leaves, and the target's new text brought here at once, so that the person sees what arrived.

use satchel_model::{Attempt, BlockId, Operation, OperationKind, OperationState, PageId};
use satchel_notion::{Priority, Receipt};

use crate::{
    Context,
    pull::{self, Depth, Places},
};

/// The state after an answer that says the write was done although its result could not be built.
pub(super) fn sent(context: &Context, operation: &Operation, attempt: &Attempt, receipt: &Receipt) -> OperationState {
    let resource = receipt.committed_resource_id.as_deref();
    let page_id: Option<PageId> = match &operation.kind {
        OperationKind::AppendToPage { page_id, .. } => Some(*page_id),
        OperationKind::Comment { page_id, .. } => Some(*page_id),
        OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. } => resource.and_then(|id| id.parse().ok()),
    };
    let mut block_ids: Vec<BlockId> = attempt.done_blocks.clone();
    block_ids.extend(receipt.committed_child_ids.iter().filter_map(|id| id.parse::<BlockId>().ok()));
    OperationState::Sent { at: context.now(), page_id, block_ids, comment_id: None }
}

/// Brings what was written to. A failure is no harm: the next pull does it.
pub(super) async fn bring(context: &Context, operation: &Operation) {
    let result = match &operation.kind {
        OperationKind::Comment { page_id, .. } => {
            pull::comments(context, *page_id, Places::Known, Priority::Outbox).await
        }
        OperationKind::AppendToPage { page_id, .. } => pull::page(context, *page_id, Depth::Text).await,
        OperationKind::CreatePage { parent_id, .. } => pull::page(context, *parent_id, Depth::Text).await,
        OperationKind::CreateRow { .. } => match new_page(context, operation).await {
            Some(id) => pull::page(context, id, Depth::Text).await,
            None => Ok(()),
        },
    };
    if let Err(error) = result {
        tracing::debug!(operation = %operation.id, %error, "what was written is not here yet");
    }
}

async fn new_page(context: &Context, operation: &Operation) -> Option<PageId> {
    let (journal, id) = (context.journal.clone(), operation.id);
    let operation = context.execution.run(move || journal.operation(id)).await.ok().flatten()?;
    match operation.state {
        OperationState::Sent { page_id, .. } => page_id,
        _ => None,
    }
}
