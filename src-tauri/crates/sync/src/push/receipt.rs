//! After a write: the target's new text brought here at once, so that the person sees what arrived.

use satchel_model::{Operation, OperationKind, OperationState, PageId};
use satchel_notion::Priority;

use crate::{
    Context,
    pull::{self, Depth, Places},
};

/// Brings what was written to. A failure is no harm: the next pull does it.
pub(super) async fn bring(context: &Context, operation: &Operation) {
    if has_more(context, operation).await {
        // The last of a row brings what they all have made.
        return;
    }
    let result = match &operation.kind {
        OperationKind::Comment { page_id, .. } => {
            pull::comments(context, *page_id, Places::Known, Priority::Outbox).await
        }
        OperationKind::AppendToPage { page_id, .. } => {
            pull::page(context, *page_id, Depth::Text, Priority::Outbox).await
        }
        OperationKind::CreatePage { parent_id, .. } => {
            pull::page(context, *parent_id, Depth::Text, Priority::Outbox).await
        }
        OperationKind::CreateRow { .. } => match new_page(context, operation).await {
            Some(id) => pull::page(context, id, Depth::Text, Priority::Outbox).await,
            None => Ok(()),
        },
    };
    if let Err(error) = result {
        tracing::debug!(operation = %operation.id, %error, "what was written is not here yet");
    }
}

/// Whether something else waits to be written to the same page. (A row is a page of its own.)
async fn has_more(context: &Context, operation: &Operation) -> bool {
    if matches!(operation.kind, OperationKind::CreateRow { .. }) {
        return false;
    }
    let (journal, lane) = (context.journal.clone(), operation.kind.lane());
    let others = context.execution.run(move || journal.of_lane(&lane)).await.unwrap_or_default();
    others.iter().any(|other| matches!(other.state, OperationState::Queued))
}

async fn new_page(context: &Context, operation: &Operation) -> Option<PageId> {
    let (journal, id) = (context.journal.clone(), operation.id);
    let operation = context.execution.run(move || journal.operation(id)).await.ok().flatten()?;
    match operation.state {
        OperationState::Sent { page_id, .. } => page_id,
        _ => None,
    }
}
