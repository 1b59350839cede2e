//! Block trees: fetched for pages whose Markdown hides something (bookmarks, embeds, link previews), and when somebody needs ids.

use satchel_model::{BlockId, ChangeSource, PageId};
use satchel_notion::{Priority, types::Resource};
use satchel_store::{CacheBatch, CacheReader, StoreError, TreeUpdate};

use crate::{
    Context, Right, SyncError,
    wire::{self, Fetched, IntoWire},
};

/// No page that a person made is nested deeper; a deeper one is cut.
const MOST_LEVELS: usize = 32;
/// How many pages one pull brings trees for: texts of a large workspace come first.
const TOGETHER: u32 = 500;

/// Whether a page's kept text hides something that only its blocks tell, and the kept tree is older than the text.
pub(super) fn is_wanted(cache: &CacheReader, id: PageId) -> Result<bool, StoreError> {
    let Some(body) = cache.body(id)? else { return Ok(false) };
    let hides = !body.body.unknown_blocks.is_empty() || body.body.markdown.contains("<unknown ");
    Ok(hides && cache.tree(id)?.is_none_or(|tree| tree.fetched_at < body.fetched_at))
}

/// Brings the trees that are wanted.
pub(super) async fn pull(context: &Context) -> Result<(), SyncError> {
    let wanted = context
        .read(|cache| {
            let mut wanted = Vec::new();
            for item in cache.recently_edited(TOGETHER)? {
                if let satchel_model::ItemId::Page(id) = item.item
                    && is_wanted(cache, id)?
                {
                    wanted.push(id);
                }
            }
            Ok(wanted)
        })
        .await?;
    for id in wanted {
        match fetch(context, id, Priority::Sync).await {
            Err(SyncError::Notion(error))
                if error.is_not_found() || error.status().is_some_and(|status| status == 400) =>
            {
                tracing::debug!(page = %id, %error, "the blocks of a page cannot be listed");
            }
            result => result?,
        }
    }
    Ok(())
}

/// Brings the tree of one page.
pub(super) async fn fetch(context: &Context, id: PageId, priority: Priority) -> Result<(), SyncError> {
    let fetched_at = context.now();
    let blocks = children(context, id.into(), priority, MOST_LEVELS).await?;
    let mut batch = CacheBatch::new(ChangeSource::Sync, fetched_at);
    batch.trees.push(TreeUpdate { page_id: id, document: wire::tree(&blocks), fetched_at });
    context.apply(batch).await?;
    Ok(())
}

async fn children(
    context: &Context,
    id: BlockId,
    priority: Priority,
    levels: usize,
) -> Result<Vec<Fetched>, SyncError> {
    let client = context.client.with_priority(priority);
    let listed = context.learn(Right::ReadContent, client.blocks().children(id.to_wire()).collect_all().await)?;
    let mut fetched = Vec::with_capacity(listed.items.len());
    for block in listed.items.into_iter().filter_map(Resource::into_full) {
        let inside = match block.content_id() {
            Some(content) if levels > 0 => below(context, content, priority, levels - 1).await?,
            _ => Vec::new(),
        };
        fetched.push(Fetched { block, children: inside });
    }
    Ok(fetched)
}

/// The blocks below one that has some. A part that cannot be listed is left out: the rest of the page is still worth reading.
async fn below(
    context: &Context,
    id: satchel_notion::BlockId,
    priority: Priority,
    levels: usize,
) -> Result<Vec<Fetched>, SyncError> {
    let id = BlockId::from_uuid(id.uuid());
    match Box::pin(children(context, id, priority, levels)).await {
        Err(SyncError::Notion(error)) if error.is_not_found() || error.status().is_some_and(|status| status == 400) => {
            Ok(Vec::new())
        }
        result => result,
    }
}
