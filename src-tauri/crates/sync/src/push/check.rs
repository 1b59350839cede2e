//! Reading the target directly: how much equal content is there before an attempt, and whether an attempt whose answer was lost was
//! carried out. Never by search, which lags.

use std::collections::HashSet;

use satchel_model::{
    Attempt, BlockId, CommentTarget, DataSourceId, Operation, OperationKind, OperationState, PageId, Timestamp,
};
use satchel_notion::{
    Priority,
    split::{COMFORTABLE_BYTES, batches},
    types::{self as wire_types, NewBlock, PageOrDataSource, Resource, SchemaKind},
    write::{Filter, Query},
};

use super::{attempt, content};
use crate::{
    Context, Right, SyncError,
    wire::{self, Fetched, FromWire, IntoWire},
};

/// How far the service's clock and ours may be apart, and the minute its stamps are floored to.
const WINDOW: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);

/// The equal content that is in the target before the first attempt. Where the operation's id goes along none is needed.
pub(super) async fn baseline(context: &Context, operation: &Operation) -> Result<Option<u32>, SyncError> {
    // A direct read costs a request; what was made in the last minutes is what could be mistaken, and everything older is told by its
    // stamp. So the count is taken after the fact, over a window that begins before this moment, less what our own receipts name.
    let since = since(context.now());
    let here = same_operations(context, operation, since).await?;
    Ok(Some(here))
}

/// How many operations with the same content went to the same place in this window, and are known to have arrived.
async fn same_operations(context: &Context, operation: &Operation, since: Timestamp) -> Result<u32, SyncError> {
    let (journal, lane, hash, id) =
        (context.journal.clone(), operation.kind.lane(), content::hash(&operation.kind), operation.id);
    let sent = context.execution.run(move || journal.operations(&[satchel_store::StateKind::Sent], u32::MAX)).await?;
    let count = sent
        .iter()
        .filter(|other| other.id != id && other.kind.lane() == lane && content::hash(&other.kind) == hash)
        .filter(|other| matches!(&other.state, OperationState::Sent { at, .. } if *at >= since))
        .count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

fn since(moment: Timestamp) -> Timestamp {
    moment.checked_sub(WINDOW).unwrap_or(moment)
}

/// What a direct read found of an attempt.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A part: the blocks that are there, for the attempt that sends the rest.
    Part(Vec<BlockId>),
    /// All of it: the operation's new state.
    All(OperationState),
}

/// How much of the attempt was carried out.
pub(super) async fn find(context: &Context, operation: &Operation, attempt: &Attempt) -> Result<Found, SyncError> {
    let page = match &operation.kind {
        OperationKind::AppendToPage { page_id, .. } => return appended(context, operation, *page_id, attempt).await,
        OperationKind::Comment { target, page_id, markdown } => {
            return commented(context, *target, *page_id, markdown, attempt).await;
        }
        OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. } if !attempt.done_blocks.is_empty() => {
            attempt.done_blocks.first().map(|page| PageId::from_uuid(*page.as_uuid()))
        }
        OperationKind::CreatePage { parent_id, title, .. } => child_page(context, *parent_id, title, attempt).await?,
        OperationKind::CreateRow { data_source_id, title, .. } => {
            row(context, operation, *data_source_id, title, attempt).await?
        }
    };
    match page {
        Some(page) => created(context, operation, page).await,
        None => Ok(Found::Nothing),
    }
}

/// The page is there; a body that takes one request came with it, a longer one is counted.
async fn created(context: &Context, operation: &Operation, page_id: PageId) -> Result<Found, SyncError> {
    let wanted = wire::new_blocks(&content::body(&operation.kind));
    let all = Found::All(OperationState::Sent {
        at: context.now(),
        page_id: Some(page_id),
        block_ids: Vec::new(),
        comment_id: None,
    });
    if batches(wanted.clone(), COMFORTABLE_BYTES).len() <= 1 {
        return Ok(all);
    }
    let there = list(context, page_id.into()).await?;
    if there.len() >= wanted.len() {
        return Ok(all);
    }
    Ok(Found::Part(std::iter::once(page_id.into()).chain(there.iter().map(|block| block.id.to_model())).collect()))
}

async fn child_page(
    context: &Context,
    parent_id: PageId,
    title: &str,
    attempt: &Attempt,
) -> Result<Option<PageId>, SyncError> {
    let blocks = list(context, parent_id.into()).await?;
    let wanted = content::title(title);
    let made = blocks.iter().filter(|block| {
        matches!(&block.kind, wire_types::BlockKind::ChildPage(child) if content::title(&child.title) == wanted)
            && block.created_time.timestamp() >= since(attempt.started_at)
    });
    Ok(beyond(made, attempt).map(|block| PageId::from_uuid(block.id.uuid())))
}

/// The first match that is not one of those that were there before.
fn beyond<T>(matches: impl Iterator<Item = T>, attempt: &Attempt) -> Option<T> {
    let mut matches = matches;
    matches.nth(attempt.baseline.unwrap_or(0) as usize)
}

async fn list(context: &Context, id: BlockId) -> Result<Vec<wire_types::Block>, SyncError> {
    let client = context.client.with_priority(Priority::Outbox);
    let listed = context.learn(Right::ReadContent, client.blocks().children(id.to_wire()).collect_all().await)?;
    Ok(listed.items.into_iter().filter_map(Resource::into_full).collect())
}

/// Looks for the beginning of the note, or all of it, as a run of blocks that were made in the window and that no receipt of another
/// operation names. Requests are carried out whole and in order, so what is there of a note is always its beginning.
async fn appended(
    context: &Context,
    operation: &Operation,
    page_id: PageId,
    attempt: &Attempt,
) -> Result<Found, SyncError> {
    let journal = context.journal.clone();
    let receipts = context.execution.run(move || journal.receipts(page_id)).await?;
    let of_others: HashSet<BlockId> = receipts
        .into_iter()
        .filter(|receipt| receipt.operation_id != operation.id)
        .flat_map(|receipt| receipt.block_ids)
        .collect();
    let from = since(attempt.started_at);
    let there: Vec<(BlockId, String)> = list(context, page_id.into())
        .await?
        .into_iter()
        .filter(|block| block.created_time.timestamp() >= from)
        .map(|block| {
            let id: BlockId = block.id.to_model();
            (id, content::canonical_block(&wire::block(&Fetched { block, children: Vec::new() })))
        })
        .filter(|(id, _)| !of_others.contains(id))
        .collect();
    let wanted = content::canonical_sent(&operation.kind);
    let longest = (0..there.len())
        .map(|start| {
            (start, there.iter().skip(start).zip(&wanted).take_while(|((_, there), wanted)| there == *wanted).count())
        })
        .max_by_key(|(start, length)| (*length, std::cmp::Reverse(*start)));
    let Some((start, length)) = longest.filter(|(_, length)| *length > 0) else { return Ok(Found::Nothing) };
    let block_ids: Vec<BlockId> = there.iter().skip(start).take(length).map(|(id, _)| *id).collect();
    // A beginning that no request could have ended with is somebody else's text.
    let boundaries = boundaries(wire::new_blocks(&content::body(&operation.kind)));
    if length == wanted.len() {
        Ok(Found::All(OperationState::Sent { at: context.now(), page_id: Some(page_id), block_ids, comment_id: None }))
    } else if boundaries.contains(&length) {
        Ok(Found::Part(block_ids))
    } else {
        Ok(Found::Nothing)
    }
}

/// After how many blocks a request of this note ends.
fn boundaries(blocks: Vec<NewBlock>) -> HashSet<usize> {
    batches(blocks, COMFORTABLE_BYTES)
        .iter()
        .scan(0, |sum, batch| {
            *sum += batch.len();
            Some(*sum)
        })
        .collect()
}

async fn row(
    context: &Context,
    operation: &Operation,
    data_source_id: DataSourceId,
    title: &str,
    attempt: &Attempt,
) -> Result<Option<PageId>, SyncError> {
    let client = context.client.with_priority(Priority::Outbox);
    let source = context.learn(Right::ReadContent, client.data_sources().get(data_source_id.to_wire()).await)?;
    let column = source.full().and_then(|source| source.properties.get(attempt::CAPTURE_ID));
    let carries_id = column.is_some_and(|column| matches!(column.kind, SchemaKind::RichText(_)));
    let filter = if carries_id {
        Filter::property(attempt::CAPTURE_ID).rich_text().equals(operation.id.to_string())
    } else {
        Filter::created_time().on_or_after(since(attempt.started_at))
    };
    let query = Query::all().filter(filter);
    let rows = context
        .learn(Right::ReadContent, client.data_sources().query(data_source_id.to_wire(), &query).collect_all().await)?;
    let wanted = content::title(title);
    let pages: Vec<PageId> = rows
        .items
        .iter()
        .filter_map(PageOrDataSource::as_page)
        .filter(|page| carries_id || attempt::title_of(page) == wanted)
        .map(|page| page.id.to_model())
        .collect();
    Ok(if carries_id { pages.first().copied() } else { beyond(pages.into_iter(), attempt) })
}

async fn commented(
    context: &Context,
    target: CommentTarget,
    page_id: PageId,
    markdown: &str,
    attempt: &Attempt,
) -> Result<Found, SyncError> {
    // A discussion is read through the page or block it is on, which the kept comments tell.
    let place = match target {
        CommentTarget::Page { page_id } => BlockId::from(page_id),
        CommentTarget::Block { block_id } => block_id,
        CommentTarget::Discussion { discussion_id } => {
            let kept = context.read(move |cache| cache.comments(page_id)).await?;
            let block = kept.and_then(|kept| {
                kept.comments.iter().find(|comment| comment.discussion_id == discussion_id).and_then(|comment| {
                    match comment.parent {
                        satchel_model::CommentParent::Block { block_id } => Some(block_id),
                        satchel_model::CommentParent::Page { .. } => None,
                    }
                })
            });
            block.unwrap_or_else(|| page_id.into())
        }
    };
    let client = context.client.with_priority(Priority::Outbox);
    let listed = context.learn(Right::ReadComments, client.comments().list(place.to_wire()).collect_all().await)?;
    let wanted = content::canonical(&content::comment_text(markdown));
    let matches = listed
        .items
        .into_iter()
        .filter_map(Resource::into_full)
        .filter_map(|comment| wire::comment(&comment))
        .filter(|comment| comment.created_time >= since(attempt.started_at))
        .filter(|comment| {
            context.account.is_own(comment.created_by.user_id) && content::canonical(&comment.text) == wanted
        });
    Ok(beyond(matches, attempt).map_or(Found::Nothing, |comment| {
        Found::All(OperationState::Sent {
            at: context.now(),
            page_id: Some(page_id),
            block_ids: Vec::new(),
            comment_id: Some(comment.id),
        })
    }))
}
