//! Comments of one page: there is no way to ask for those of a workspace, so they come when somebody reads the page.

use satchel_model::{Block, ChangeSource, Document, PageId};
use satchel_notion::{BlockId, Priority, types::Resource};
use satchel_store::{CacheBatch, CommentsUpdate};

use super::tree;
use crate::{Context, Right, SyncError, wire, wire::IntoWire};

/// Where to look for comments. Each block costs a request of its own, because the service does not tell which have any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// The page itself, and the blocks that had some the last time.
    Known,
    /// The blocks at the top of the page as well.
    All,
}

/// Brings the comments of a page.
///
/// # Errors
/// The service refuses or cannot be reached, or the copy cannot be written.
pub async fn comments(context: &Context, page_id: PageId, look: Places, priority: Priority) -> Result<(), SyncError> {
    if look == Places::All && context.read(move |cache| cache.tree(page_id)).await?.is_none() {
        tree::fetch(context, page_id, priority).await?;
    }
    let known = context.read(move |cache| Ok((cache.comments(page_id)?, cache.tree(page_id)?))).await?;
    let mut places: Vec<BlockId> = vec![BlockId::new(*page_id.as_uuid())];
    if let (Some(kept), _) = &known {
        places.extend(kept.comments.iter().filter_map(|comment| match comment.parent {
            satchel_model::CommentParent::Block { block_id } => Some(block_id.to_wire()),
            satchel_model::CommentParent::Page { .. } => None,
        }));
    }
    if let (_, Some(tree)) = &known
        && look == Places::All
    {
        places.extend(commentable(&tree.document));
    }
    let mut seen = std::collections::HashSet::new();
    places.retain(|place| seen.insert(*place));

    let fetched_at = context.now();
    let client = context.client.with_priority(priority);
    let mut comments = Vec::new();
    for place in places {
        match context.learn(Right::ReadComments, client.comments().list(place).collect_all().await) {
            Ok(listed) => {
                comments.extend(
                    listed
                        .items
                        .into_iter()
                        .filter_map(Resource::into_full)
                        .filter_map(|comment| wire::comment(&comment)),
                );
            }
            // A block that went since the tree was read.
            Err(error) if error.is_not_found() && place.uuid() != *page_id.as_uuid() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut batch = CacheBatch::new(ChangeSource::Sync, fetched_at);
    batch.comments.push(CommentsUpdate { page_id, comments, fetched_at });
    context.apply(batch).await?;
    Ok(())
}

/// How many blocks of a page are asked for comments.
const MOST_BLOCKS: usize = 40;

/// The blocks at the top of a page, which are where people comment.
fn commentable(document: &Document) -> Vec<BlockId> {
    let has_text = |block: &&Block| block.text().is_some_and(|text| !text.is_empty());
    document
        .blocks
        .iter()
        .filter(has_text)
        .filter_map(|block| block.id)
        .map(IntoWire::to_wire)
        .take(MOST_BLOCKS)
        .collect()
}
