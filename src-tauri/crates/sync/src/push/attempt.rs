//! One attempt: what is written down before it, and the requests it takes.

use satchel_model::{Attempt, BlockId, CommentTarget, Operation, OperationKind, OperationState, PageId};
use satchel_notion::{
    Error, Priority,
    split::{COMFORTABLE_BYTES, batches},
    types::{NewBlock, PropertyKind, PropertyValue, Resource, SchemaKind},
    write::{self, CreateComment, CreatePage, Position},
};

use super::{check, content};
use crate::{
    Context, Right, SyncError,
    wire::{self, FromWire, IntoWire},
};

/// The name of a text property that carries the operation's id, when a database has one.
pub(super) const CAPTURE_ID: &str = "Capture ID";

/// A request failed; what had been done until then is with it.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) attempt: Attempt,
}

/// What is written down before a request goes out: when, what, and how much equal content is there already.
pub(super) async fn prepare(context: &Context, operation: &Operation) -> Result<Attempt, SyncError> {
    let baseline = check::baseline(context, operation).await?;
    Ok(Attempt {
        started_at: context.now(),
        baseline,
        content_hash: content::hash(&operation.kind),
        done_blocks: Vec::new(),
    })
}

/// Sends the operation: its new state, or what went wrong.
pub(super) async fn send(
    context: &Context,
    operation: &Operation,
    attempt: &Attempt,
) -> Result<OperationState, Failed> {
    let mut attempt = attempt.clone();
    let result = match &operation.kind {
        OperationKind::AppendToPage { page_id, .. } => append(context, operation, *page_id, &mut attempt).await,
        OperationKind::CreatePage { parent_id, title, .. } => {
            let page = CreatePage::new(parent_id.to_wire()).title(title);
            create(context, operation, page, &mut attempt).await
        }
        OperationKind::CreateRow { .. } => match row(context, operation).await {
            Ok(page) => create(context, operation, page, &mut attempt).await,
            Err(error) => Err(error),
        },
        OperationKind::Comment { target, markdown, .. } => comment(context, *target, markdown).await,
    };
    result.map_err(|error| Failed { error, attempt })
}

async fn append(
    context: &Context,
    operation: &Operation,
    page_id: PageId,
    attempt: &mut Attempt,
) -> Result<OperationState, Error> {
    let mut blocks = wire::new_blocks(&content::body(&operation.kind));
    // What an earlier request of this attempt brought there is not sent again.
    blocks.drain(..attempt.done_blocks.len().min(blocks.len()));
    append_all(context, page_id.into(), blocks, attempt).await?;
    Ok(OperationState::Sent {
        at: context.now(),
        page_id: Some(page_id),
        block_ids: attempt.done_blocks.clone(),
        comment_id: None,
    })
}

/// Appends blocks in as few requests as the service's limits allow, and notes each that went through.
async fn append_all(
    context: &Context,
    parent: BlockId,
    blocks: Vec<NewBlock>,
    attempt: &mut Attempt,
) -> Result<(), Error> {
    let client = context.client.with_priority(Priority::Outbox);
    for batch in batches(blocks, COMFORTABLE_BYTES) {
        let answer = client.blocks().append(parent.to_wire(), &batch, Position::End).await;
        let made = context.learn(Right::InsertContent, answer)?;
        attempt.done_blocks.extend(made.iter().filter_map(block_id));
    }
    Ok(())
}

fn block_id(block: &Resource<satchel_notion::types::Block>) -> Option<BlockId> {
    match block {
        Resource::Full(block) => Some(block.id.to_model()),
        Resource::Partial(stub) => Some(stub.id.to_model()),
    }
}

/// Creates a page or row with as much of its body as one request takes, and appends the rest. When the attempt knows the page already,
/// the first of its blocks is the page itself and the others are what is in it.
async fn create(
    context: &Context,
    operation: &Operation,
    page: CreatePage,
    attempt: &mut Attempt,
) -> Result<OperationState, Error> {
    let mut blocks = wire::new_blocks(&content::body(&operation.kind));
    let id = match attempt.done_blocks.first() {
        Some(page) => {
            blocks.drain(..(attempt.done_blocks.len() - 1).min(blocks.len()));
            *page
        }
        None => {
            let mut rest = batches(blocks, COMFORTABLE_BYTES);
            let first = if rest.is_empty() { Vec::new() } else { rest.remove(0) };
            let page = if first.is_empty() { page } else { page.children(first) };
            let client = context.client.with_priority(Priority::Outbox);
            let id: PageId = match context.learn(Right::InsertContent, client.pages().create(&page).await)? {
                Resource::Full(page) => page.id.to_model(),
                Resource::Partial(stub) => stub.id.to_model(),
            };
            attempt.done_blocks.push(id.into());
            blocks = rest.into_iter().flatten().collect();
            id.into()
        }
    };
    append_all(context, id, blocks, attempt).await?;
    let page_id = Some(PageId::from_uuid(*id.as_uuid()));
    Ok(OperationState::Sent { at: context.now(), page_id, block_ids: Vec::new(), comment_id: None })
}

/// A row with its values; the operation's id goes along where the database has a place for it.
async fn row(context: &Context, operation: &Operation) -> Result<CreatePage, Error> {
    let OperationKind::CreateRow { data_source_id, title, properties, .. } = &operation.kind else {
        return Err(Error::InvalidRequest("not a row".into()));
    };
    let client = context.client.with_priority(Priority::Outbox);
    let source = context.learn(Right::ReadContent, client.data_sources().get(data_source_id.to_wire()).await)?;
    let mut page = CreatePage::new(data_source_id.to_wire());
    let schema = source.full();
    let title_name = schema.and_then(|schema| schema.title_property()).unwrap_or("title");
    page = page.property(title_name, PropertyValue::title(title));
    let has_capture_id = schema
        .and_then(|schema| schema.properties.get(CAPTURE_ID))
        .is_some_and(|column| matches!(column.kind, SchemaKind::RichText(_)));
    if has_capture_id {
        page = page.property(CAPTURE_ID, PropertyValue::text(&operation.id.to_string()));
    }
    for edit in properties {
        let value: PropertyValue = serde_json::from_value(edit.value.clone())
            .map_err(|_| Error::InvalidRequest(format!("the value of {} is not understood", edit.name)))?;
        page = page.property(&edit.name, value);
    }
    Ok(page)
}

async fn comment(context: &Context, target: CommentTarget, markdown: &str) -> Result<OperationState, Error> {
    let text = wire::outgoing_rich_text(&content::comment_text(markdown));
    let target: write::CommentTarget = match target {
        CommentTarget::Page { page_id } => page_id.to_wire().into(),
        CommentTarget::Block { block_id } => block_id.to_wire().into(),
        CommentTarget::Discussion { discussion_id } => discussion_id.to_wire().into(),
    };
    let client = context.client.with_priority(Priority::Outbox);
    let made =
        context.learn(Right::InsertComments, client.comments().create(&CreateComment::new(target, text)).await)?;
    let id = match made {
        Resource::Full(comment) => comment.id.to_model(),
        Resource::Partial(stub) => stub.id.to_model(),
    };
    Ok(OperationState::Sent { at: context.now(), page_id: None, block_ids: Vec::new(), comment_id: Some(id) })
}

/// The title of a row that was read back.
pub(super) fn title_of(page: &satchel_notion::types::Page) -> String {
    let runs = page.properties.values().find_map(|value| match &value.kind {
        PropertyKind::Title(runs) => Some(runs.as_slice()),
        _ => None,
    });
    content::read_title(&wire::rich_text(runs.unwrap_or_default()))
}
