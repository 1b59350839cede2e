//! Texts of pages, as Markdown: one request each, a few at a time, the newest first.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use satchel_markdown::DialectName;
use satchel_model::{Block, BlockKind, ChangeSource, Document, ItemId, Mention, PageBody, PageId, Timestamp};
use satchel_notion::Priority;
use satchel_store::{BlockAt, BodyUpdate, CacheBatch, CacheReader, FetchFailure, IndexText, StoreError};

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

/// How many texts in a row the service may fail to give before it is the service that has trouble, and not these pages.
const MOST_FAILURES: u32 = 3;

/// Fetches every text that is missing or older than its page. A page that the service cannot give does not keep it from giving the others.
pub(super) async fn pull(context: &Context, opened: &[PageId]) -> Result<(), SyncError> {
    let mut failures = 0;
    loop {
        let (wanted, now) = (opened.to_vec(), context.now());
        let ids = context.read(move |cache| cache.to_fetch(PLANNED, &wanted, now)).await?;
        if ids.is_empty() {
            return Ok(());
        }
        tell(context).await?;
        let mut answers =
            stream::iter(ids.into_iter().map(async |id| (id, fetch_with(context, id, Priority::Sync).await)))
                .buffer_unordered(AT_ONCE)
                .ready_chunks(TOGETHER);
        while let Some(answers) = answers.next().await {
            let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
            let mut stop = None;
            let mut children = Vec::new();
            for (id, answer) in answers {
                match answer {
                    Ok(Fetched::Body(update, found)) => {
                        failures = 0;
                        batch.bodies.push(*update);
                        children.extend(found);
                    }
                    Ok(Fetched::Failure(failure)) => batch.failures.push(failure),
                    Err(SyncError::Notion(error)) if is_trouble(&error) && failures + 1 < MOST_FAILURES => {
                        failures += 1;
                        tracing::debug!(page = %id, %error, "a text cannot be fetched now");
                        batch.failures.push(FetchFailure { page_id: id, code: TROUBLE.into(), at: context.now() });
                    }
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

/// The code of a failure that has nothing to do with the page, or should not.
const TROUBLE: &str = "notion_unavailable";

/// Whether the service had trouble with a request, again and again; a page that is too large for it looks the same.
fn is_trouble(error: &satchel_notion::Error) -> bool {
    error.status().is_some_and(|status| matches!(status.as_u16(), 500 | 502 | 503 | 504))
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
            let document = satchel_markdown::dialect(DIALECT).read(&body.markdown);
            let mentions = satchel_markdown::mentions(&document);
            let names = context.read(move |cache| names(cache, &mentions)).await?;
            let (update, children) = understand(id, body, &document, &names, context.now(), source_last_edited);
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

/// What the text of a page is written in.
const DIALECT: DialectName = DialectName::V1;

/// The id of what has a name of its own.
const fn id_of(mention: &Mention) -> Option<[u8; 16]> {
    match mention {
        Mention::User { id, .. } => Some(*id.as_uuid().as_bytes()),
        Mention::Page { id, .. } => Some(*id.as_uuid().as_bytes()),
        Mention::Database { id, .. } => Some(*id.as_uuid().as_bytes()),
        Mention::DataSource { id, .. } => Some(*id.as_uuid().as_bytes()),
        _ => None,
    }
}

/// What is mentioned is called so now. A text often names it by its id alone, and a text is not read anew when a title changes: the index
/// keeps the name of the day, the reader shows the present one.
fn names(cache: &CacheReader, mentions: &[Mention]) -> Result<BTreeMap<[u8; 16], String>, StoreError> {
    let mut names = BTreeMap::new();
    for mention in mentions {
        let name = match mention {
            Mention::User { id, .. } => cache.user(*id)?.and_then(|user| user.name),
            Mention::Page { id, .. } => cache.listed(ItemId::Page(*id))?.map(|listed| listed.title),
            Mention::DataSource { id, .. } => cache.listed(ItemId::DataSource(*id))?.map(|listed| listed.title),
            Mention::Database { id, .. } => cache.data_source_of(*id)?.map(|listed| listed.title),
            _ => None,
        };
        if let (Some(id), Some(name)) = (id_of(mention), name.filter(|name| !name.is_empty())) {
            names.insert(id, name);
        }
    }
    Ok(names)
}

/// Reads a text: what the index is to know of it, and the child pages it names.
fn understand(
    id: PageId,
    body: PageBody,
    document: &Document,
    names: &BTreeMap<[u8; 16], String>,
    fetched_at: Timestamp,
    source_last_edited: Timestamp,
) -> (BodyUpdate, Vec<PageId>) {
    let canonical = satchel_markdown::canonical(&body.markdown);
    let content_hash = blake3::hash(canonical.as_bytes()).to_hex().to_string();
    let text = satchel_markdown::index_text_naming(document, &|mention| names.get(&id_of(mention)?).cloned());
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
    let children = child_pages(document);
    let update = BodyUpdate {
        page_id: id,
        body,
        dialect: DIALECT.as_str().into(),
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
