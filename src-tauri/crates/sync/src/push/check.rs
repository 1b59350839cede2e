//! Reading the target directly: whether a request whose answer was lost was carried out, and what it made. Never by search, which lags.
//!
//! What is looked for is what a person can tell apart: the same words, in the right place, made since the attempt began, by this account, and
//! not what another operation is known to have made.

use std::collections::HashSet;

use satchel_model::{
    Attempt, BlockId, CommentTarget, DataSourceId, DiscussionId, Operation, OperationKind, OperationState, PageId,
    Timestamp,
};
use satchel_notion::{
    Field, Priority, split,
    types::{self as wire_types, NewBlock, Page, PageOrDataSource, PropertyKind, Resource, SchemaKind, User},
    write::{Filter, Query},
};

use super::{
    attempt, content,
    plan::{self, Step},
};
use crate::{
    Context, Right, SyncError,
    pull::{self, Places},
    wire::{self, FromWire, IntoWire},
};

/// How far the service's clock and ours may be apart beyond what its answers tell.
const WINDOW: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);

/// What the request that is in doubt has made, if it was carried out.
pub(super) async fn find(
    context: &Context,
    operation: &Operation,
    attempt: &Attempt,
) -> Result<Option<Vec<BlockId>>, SyncError> {
    let steps = plan::steps(&operation.kind);
    let Some(step) = steps.get(attempt.steps.len()) else {
        return Ok(Some(Vec::new()));
    };
    // What is looked for bears the service's time.
    let began = attempt.started_at.checked_add(context.client.clock_offset()).unwrap_or(attempt.started_at);
    let looked = Looked { others: made_by_others(context, operation).await?, from: from(began) };
    let found = match (step, &operation.kind) {
        (Step::Blocks { parent, blocks }, _) => match attempt::place(operation, attempt, *parent) {
            Some(place) => {
                let along = plan::along(&steps, *parent);
                appended(context, place, along, blocks, attempt, &looked).await?
            }
            None => None,
        },
        (Step::Comment, OperationKind::Comment { target, page_id, markdown }) => {
            commented(context, *target, *page_id, markdown, &looked).await?.map(|id| vec![id])
        }
        (Step::Page(_), OperationKind::CreatePage { parent_id, title, .. }) => {
            child_page(context, *parent_id, title, &looked).await?.map(|id| vec![id])
        }
        (Step::Page(_), OperationKind::CreateRow { data_source_id, title, .. }) => {
            row(context, operation, *data_source_id, title, &looked).await?.map(|id| vec![id.into()])
        }
        _ => None,
    };
    Ok(found)
}

/// The earliest stamp of what an attempt that began then can have made: stamps are floored to the minute.
fn from(started_at: Timestamp) -> Timestamp {
    let earliest = started_at.checked_sub(WINDOW).unwrap_or(started_at);
    Timestamp::from_second(earliest.as_second().div_euclid(60) * 60).unwrap_or(earliest)
}

/// What must not be taken for the operation's own.
struct Looked {
    /// What other operations have made, pages and comments by the same bytes.
    others: HashSet<BlockId>,
    /// Nothing older than this.
    from: Timestamp,
}

impl Looked {
    fn may_be_ours(&self, context: &Context, id: BlockId, created_time: Timestamp, by: &Field<Box<User>>) -> bool {
        let is_own = by.value().is_none_or(|by| context.account.is_own(by.id.to_model()));
        is_own && created_time >= self.from && !self.others.contains(&id)
    }
}

/// Everything that other operations with this target are known to have made, whatever became of them.
async fn made_by_others(context: &Context, operation: &Operation) -> Result<HashSet<BlockId>, SyncError> {
    let (journal, lane, id) = (context.journal.clone(), operation.kind.lane(), operation.id);
    let others = context.execution.run(move || journal.of_lane(&lane)).await?;
    let mut made = HashSet::new();
    for other in others.into_iter().filter(|other| other.id != id) {
        if let OperationState::Sent { page_id, block_ids, comment_id, .. } = &other.state {
            made.extend(block_ids);
            made.extend(comment_id.iter().map(|id| BlockId::from_uuid(*id.as_uuid())));
            if matches!(other.kind, OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. }) {
                made.extend(page_id.map(BlockId::from));
            }
        }
        made.extend(other.unfinished.iter().flat_map(|attempt| &attempt.steps).flatten());
    }
    Ok(made)
}

async fn list(context: &Context, id: BlockId) -> Result<Vec<wire_types::Block>, SyncError> {
    let client = context.client.with_priority(Priority::Outbox);
    let listed = context.learn(Right::ReadContent, client.blocks().children(id.to_wire()).collect_all().await)?;
    Ok(listed.items.into_iter().filter_map(Resource::into_full).collect())
}

/// The blocks of one request, in their order: it is carried out as a whole or not at all. Others may have written between them since.
/// `along` came with their parent and is not what is looked for, however much it looks like it.
async fn appended(
    context: &Context,
    parent: BlockId,
    along: &[NewBlock],
    blocks: &[NewBlock],
    attempt: &Attempt,
    looked: &Looked,
) -> Result<Option<Vec<BlockId>>, SyncError> {
    let before: HashSet<BlockId> = attempt.steps.iter().flatten().copied().collect();
    let wanted: Vec<String> = blocks.iter().map(|block| block.kind.likeness()).collect();
    let there: Vec<(BlockId, String)> = list(context, parent)
        .await?
        .into_iter()
        .skip(split::mistakable(along, blocks))
        .filter(|block| {
            looked.may_be_ours(context, block.id.to_model(), block.created_time.timestamp(), &block.created_by)
        })
        .map(|block| (block.id.to_model(), block.kind.likeness()))
        .filter(|(id, _)| !before.contains(id))
        .collect();
    Ok(run_of(&there, &wanted).or_else(|| scattered(&there, &wanted)))
}

/// The first place where all of it stands in a row.
fn run_of(there: &[(BlockId, String)], wanted: &[String]) -> Option<Vec<BlockId>> {
    let run = there.windows(wanted.len().max(1)).find(|run| run.iter().map(|(_, text)| text).eq(wanted))?;
    Some(run.iter().map(|(id, _)| *id).collect())
}

/// All of it in the right order, with other things in between.
fn scattered(there: &[(BlockId, String)], wanted: &[String]) -> Option<Vec<BlockId>> {
    let mut there = there.iter();
    wanted.iter().map(|wanted| there.find(|(_, text)| text == wanted).map(|(id, _)| *id)).collect()
}

async fn child_page(
    context: &Context,
    parent_id: PageId,
    title: &str,
    looked: &Looked,
) -> Result<Option<BlockId>, SyncError> {
    let wanted = content::title(title);
    let made = list(context, parent_id.into()).await?.into_iter().find(|block| {
        matches!(&block.kind, wire_types::BlockKind::ChildPage(child) if content::title(&child.title) == wanted)
            && looked.may_be_ours(context, block.id.to_model(), block.created_time.timestamp(), &block.created_by)
    });
    Ok(made.map(|block| block.id.to_model()))
}

async fn row(
    context: &Context,
    operation: &Operation,
    data_source_id: DataSourceId,
    title: &str,
    looked: &Looked,
) -> Result<Option<PageId>, SyncError> {
    let client = context.client.with_priority(Priority::Outbox);
    let source = context.learn(Right::ReadContent, client.data_sources().get(data_source_id.to_wire()).await)?;
    let column = source.full().and_then(|source| source.properties.get(attempt::CAPTURE_ID));
    if column.is_some_and(|column| matches!(column.kind, SchemaKind::RichText(_))) {
        let filter = Filter::property(attempt::CAPTURE_ID).rich_text().equals(operation.id.to_string());
        if let Some(row) = rows(context, data_source_id, filter).await?.first() {
            return Ok(Some(row.id.to_model()));
        }
    }
    // The column may have been added since, so a row without an id may still be the one.
    let wanted = content::title(title);
    let made = rows(context, data_source_id, Filter::created_time().on_or_after(looked.from)).await?;
    let made = made.iter().find(|row| {
        attempt::title_of(row) == wanted
            && !carries_id(row)
            && looked.may_be_ours(
                context,
                BlockId::from_uuid(row.id.uuid()),
                row.created_time.timestamp(),
                &row.created_by,
            )
    });
    Ok(made.map(|row| row.id.to_model()))
}

fn carries_id(row: &Page) -> bool {
    row.properties
        .get(attempt::CAPTURE_ID)
        .is_some_and(|value| matches!(&value.kind, PropertyKind::RichText(runs) if !runs.is_empty()))
}

async fn rows(context: &Context, id: DataSourceId, filter: Filter) -> Result<Vec<Page>, SyncError> {
    let client = context.client.with_priority(Priority::Outbox);
    let query = Query::all().filter(filter);
    let rows =
        context.learn(Right::ReadContent, client.data_sources().query(id.to_wire(), &query).collect_all().await)?;
    Ok(rows.items.iter().filter_map(PageOrDataSource::as_page).cloned().collect())
}

async fn commented(
    context: &Context,
    target: CommentTarget,
    page_id: PageId,
    markdown: &str,
    looked: &Looked,
) -> Result<Option<BlockId>, SyncError> {
    let (place, discussion) = match target {
        CommentTarget::Page { page_id } => (BlockId::from(page_id), None),
        CommentTarget::Block { block_id } => (block_id, None),
        CommentTarget::Discussion { discussion_id } => {
            (place_of(context, page_id, discussion_id).await?.unwrap_or_else(|| page_id.into()), Some(discussion_id))
        }
    };
    let client = context.client.with_priority(Priority::Outbox);
    let listed = context.learn(Right::ReadComments, client.comments().list(place.to_wire()).collect_all().await)?;
    let wanted = content::canonical(&content::comment_text(markdown));
    let made = listed
        .items
        .into_iter()
        .filter_map(Resource::into_full)
        .filter_map(|comment| wire::comment(&comment))
        .filter(|comment| discussion.is_none_or(|discussion| comment.discussion_id == discussion))
        .filter(|comment| comment.created_time >= looked.from)
        .filter(|comment| !looked.others.contains(&BlockId::from_uuid(*comment.id.as_uuid())))
        .find(|comment| {
            context.account.is_own(comment.created_by.user_id) && content::canonical(&comment.text) == wanted
        });
    Ok(made.map(|comment| BlockId::from_uuid(*comment.id.as_uuid())))
}

/// A discussion is read through the page or block it is on, which the kept comments tell. When they do not, they are brought.
async fn place_of(
    context: &Context,
    page_id: PageId,
    discussion_id: DiscussionId,
) -> Result<Option<BlockId>, SyncError> {
    for is_last in [false, true] {
        let kept = context.read(move |cache| cache.comments(page_id)).await?;
        let of_it =
            kept.and_then(|kept| kept.comments.into_iter().find(|comment| comment.discussion_id == discussion_id));
        if let Some(comment) = of_it {
            return Ok(Some(match comment.parent {
                satchel_model::CommentParent::Block { block_id } => block_id,
                satchel_model::CommentParent::Page { page_id } => page_id.into(),
            }));
        }
        if !is_last {
            pull::comments(context, page_id, Places::All, Priority::Outbox).await?;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(texts: &[&str]) -> Vec<(BlockId, String)> {
        texts.iter().enumerate().map(|(n, text)| (id(n), (*text).to_owned())).collect()
    }

    fn id(n: usize) -> BlockId {
        format!("1a2b3c4d5e6f808192a3b4c5d6e7f{n:03}").parse().unwrap()
    }

    fn found(there: &[(BlockId, String)], wanted: &[&str]) -> Option<Vec<BlockId>> {
        let wanted: Vec<String> = wanted.iter().map(|text| (*text).to_owned()).collect();
        run_of(there, &wanted).or_else(|| scattered(there, &wanted))
    }

    #[test]
    fn a_request_is_found_whole_or_not_at_all() {
        let there = there(&["a", "b", "x", "a", "c", "b", "c"]);
        assert_eq!(found(&there, &["b", "c"]), Some(vec![id(5), id(6)]), "what stands together comes first");
        assert_eq!(found(&there, &["a", "b", "c"]), Some(vec![id(0), id(1), id(4)]), "somebody wrote in between");
        assert_eq!(found(&there, &["c", "a"]), None);
        assert_eq!(found(&[], &["a"]), None);
    }

    #[test]
    fn a_window_begins_with_a_minute_as_stamps_do() {
        let from = from("2026-11-22T10:02:30Z".parse().unwrap());
        assert_eq!(from, "2026-11-22T10:00:00Z".parse().unwrap());
    }
}
