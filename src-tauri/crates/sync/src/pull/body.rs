//! Texts of pages, as Markdown: one request each, a few at a time, the newest first.

use futures_util::{StreamExt, stream};
use satchel_markdown::DialectName;
use satchel_model::{Block, BlockKind, ChangeSource, Document, PageBody, PageId, Timestamp};
use satchel_notion::Priority;
use satchel_store::{BlockAt, BodyUpdate, CacheBatch, FetchFailure, IndexText};

use super::{Progress, page};
use crate::{
    Context, Right, SyncError,
    wire::{FromWire, IntoWire},
};

/// How many texts are asked for at once. The budget of requests is what limits a sync; this only hides the time of the answers.
const AT_ONCE: usize = 4;
/// How many texts are committed together, at most: what a kill can cost.
const TOGETHER: usize = 8;
/// How many are planned at once: newer edits come before what was planned later.
const PLANNED: u32 = 64;

/// Fetches every text that is missing or older than its page.
pub(super) async fn pull(context: &Context, opened: &[PageId]) -> Result<(), SyncError> {
    loop {
        let (wanted, now) = (opened.to_vec(), context.now());
        let ids = context.read(move |cache| cache.to_fetch(PLANNED, &wanted, now)).await?;
        if ids.is_empty() {
            return Ok(());
        }
        tell(context).await?;
        let mut answers =
            stream::iter(ids.into_iter().map(|id| fetch(context, id))).buffer_unordered(AT_ONCE).ready_chunks(TOGETHER);
        while let Some(answers) = answers.next().await {
            let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
            let mut stop = None;
            let mut children = Vec::new();
            for answer in answers {
                match answer {
                    Ok(Fetched::Body(update, found)) => {
                        batch.bodies.push(*update);
                        children.extend(found);
                    }
                    Ok(Fetched::Failure(failure)) => batch.failures.push(failure),
                    Err(error) => stop = stop.or(Some(error)),
                }
            }
            context.apply(batch).await?;
            if let Some(error) = stop {
                return Err(error);
            }
            page::discover(context, children).await?;
            tell(context).await?;
        }
    }
}

async fn tell(context: &Context) -> Result<(), SyncError> {
    let coverage = context.read(satchel_store::CacheReader::coverage).await?;
    context.observer.progress(Progress::Fetching { done: coverage.bodies, total: coverage.pages });
    Ok(())
}

/// What one request brought.
pub(super) enum Fetched {
    /// A text, and the child pages it names.
    Body(Box<BodyUpdate>, Vec<PageId>),
    /// The service would not or could not give it.
    Failure(FetchFailure),
}

async fn fetch(context: &Context, id: PageId) -> Result<Fetched, SyncError> {
    fetch_with(context, id, Priority::Sync).await
}

/// Fetches one text. What goes wrong with this page alone is an answer; what would go wrong with the next one too is an error.
pub(super) async fn fetch_with(context: &Context, id: PageId, priority: Priority) -> Result<Fetched, SyncError> {
    let kept = context.read(move |cache| cache.page(id)).await?;
    let source_last_edited = kept.map_or(Timestamp::UNIX_EPOCH, |page| page.value.last_edited_time);
    let client = context.client.with_priority(priority);
    match context.learn(Right::ReadContent, client.pages().markdown(id.to_wire()).await) {
        Ok(answer) => {
            let body = PageBody {
                markdown: answer.markdown,
                is_truncated: answer.truncated,
                unknown_blocks: answer.unknown_block_ids.into_iter().map(FromWire::to_model).collect(),
            };
            let (update, children) = understand(id, body, context.now(), source_last_edited);
            Ok(Fetched::Body(Box::new(update), children))
        }
        Err(error) => {
            let code = if error.is_not_found() {
                "not_found"
            } else if error.is_unauthorized() || error.is_restricted() || error.is_retryable() {
                return Err(error.into());
            } else {
                "unreadable_answer"
            };
            tracing::debug!(page = %id, %error, "a text cannot be fetched");
            Ok(Fetched::Failure(FetchFailure { page_id: id, code: code.into(), at: context.now() }))
        }
    }
}

/// Reads a text: what the index is to know of it, and the child pages it names.
fn understand(
    id: PageId,
    body: PageBody,
    fetched_at: Timestamp,
    source_last_edited: Timestamp,
) -> (BodyUpdate, Vec<PageId>) {
    let dialect = DialectName::V1;
    let document = satchel_markdown::dialect(dialect).read(&body.markdown);
    let canonical = satchel_markdown::canonical(&body.markdown);
    let content_hash = blake3::hash(canonical.as_bytes()).to_hex().to_string();
    let text = satchel_markdown::index_text(&document);
    let index = IndexText {
        headings: text.headings.iter().map(|heading| heading.text.as_str()).collect::<Vec<_>>().join("\n"),
        block_map: text
            .blocks
            .iter()
            .map(|(range, path)| BlockAt {
                start: u32::try_from(range.start).unwrap_or(u32::MAX),
                path: path.0.clone(),
            })
            .collect(),
        body: text.body,
    };
    let children = child_pages(&document);
    let update = BodyUpdate {
        page_id: id,
        body,
        dialect: dialect.as_str().into(),
        content_hash,
        index,
        fetched_at,
        source_last_edited,
    };
    (update, children)
}

/// The child pages that a document names, which no search need have told.
fn child_pages(document: &Document) -> Vec<PageId> {
    let mut found = Vec::new();
    let mut open: Vec<&Block> = document.blocks.iter().collect();
    while let Some(block) = open.pop() {
        if let BlockKind::ChildPage { page_id: Some(id), .. } = block.kind {
            found.push(id);
        }
        open.extend(&block.children);
    }
    found
}
