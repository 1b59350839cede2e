//! One attempt: the requests it takes, each written down before it goes out.

use satchel_model::{Attempt, BlockId, CommentTarget, Fate, Operation, OperationKind, OperationState, PageId};
use satchel_notion::{
    Commitment, Error, Priority,
    types::{Block, NewBlock, PropertyKind, PropertyValue, Resource, SchemaKind},
    write::{self, CreateComment, CreatePage},
};
use satchel_store::{StateKind, StoreError};

use super::{
    content,
    plan::{self, Parent, Step},
};
use crate::{
    Context, Right,
    wire::{self, FromWire, IntoWire},
};

/// The name of a text property that carries the operation's id, when a database has one.
pub(super) const CAPTURE_ID: &str = "Capture ID";

/// A new attempt of which nothing is sent.
pub(super) fn new(context: &Context, operation: &Operation) -> Attempt {
    Attempt {
        started_at: context.now(),
        asked_at: context.now(),
        content_hash: content::hash(&operation.kind),
        steps: Vec::new(),
        fate: Fate::Open,
    }
}

/// The page or row to make, when that is what comes next. What it needs to know is read before anything is written down: a failure here
/// leaves nothing in doubt.
pub(super) async fn page(
    context: &Context,
    operation: &Operation,
    attempt: &Attempt,
) -> Result<Option<CreatePage>, Error> {
    if !attempt.steps.is_empty() {
        return Ok(None);
    }
    match &operation.kind {
        OperationKind::CreatePage { parent_id, title, .. } => {
            Ok(Some(CreatePage::new(parent_id.to_wire()).title(title)))
        }
        OperationKind::CreateRow { .. } => row(context, operation).await.map(Some),
        _ => Ok(None),
    }
}

/// What became of an attempt.
pub(super) enum Outcome {
    /// All of it is there.
    Sent(OperationState),
    /// Its last request may have been carried out, or was and nobody knows what it made.
    Doubt(Attempt, Error),
    /// Its last request was refused.
    Refused(Attempt, Error),
}

/// Sends what of the operation is not there yet. It is in the journal as being sent, and every request that goes through is noted there before
/// the next one.
///
/// # Errors
/// The journal cannot be written: what it says then is true, and behind.
pub(super) async fn send(
    context: &Context,
    operation: &Operation,
    mut attempt: Attempt,
    page: Option<CreatePage>,
) -> Result<Outcome, StoreError> {
    let steps = plan::steps(&operation.kind);
    let first = attempt.steps.len();
    let mut page = page;
    for (number, step) in steps.iter().enumerate().skip(first) {
        attempt.asked_at = context.now();
        attempt.fate = Fate::Doubtful;
        if number > first {
            let sending = OperationState::Sending { attempt: attempt.clone() };
            context.outbox.set_state(operation.id, StateKind::Sending, sending).await?;
        }
        let made = match request(context, operation, &attempt, step, page.take()).await {
            Ok(made) => Ok(made),
            Err(error) => match error.commitment() {
                Commitment::Committed(receipt) => match named(step, &receipt) {
                    Some(made) => Ok(made),
                    None => Err((Fate::Committed, error)),
                },
                Commitment::Unknown => Err((Fate::Doubtful, error)),
                Commitment::NotCommitted => Err((Fate::Open, error)),
            },
        };
        match made {
            Ok(made) => attempt.steps.push(made),
            Err((fate, error)) => {
                attempt.fate = fate;
                attempt.asked_at = context.now();
                return Ok(match fate {
                    Fate::Open => Outcome::Refused(attempt, error),
                    Fate::Doubtful | Fate::Committed => Outcome::Doubt(attempt, error),
                });
            }
        }
    }
    Ok(Outcome::Sent(sent(context, operation, &attempt)))
}

/// The state of an operation whose requests have all gone through.
pub(super) fn sent(context: &Context, operation: &Operation, attempt: &Attempt) -> OperationState {
    let first = attempt.steps.first().and_then(|made| made.first()).copied();
    let (page_id, comment_id) = match &operation.kind {
        OperationKind::AppendToPage { page_id, .. } => (Some(*page_id), None),
        OperationKind::CreatePage { .. } | OperationKind::CreateRow { .. } => {
            (first.map(|page| PageId::from_uuid(*page.as_uuid())), None)
        }
        OperationKind::Comment { page_id, .. } => {
            (Some(*page_id), first.map(|comment| satchel_model::CommentId::from_uuid(*comment.as_uuid())))
        }
    };
    let top = plan::steps(&operation.kind)
        .into_iter()
        .zip(&attempt.steps)
        .filter(|(step, _)| matches!(step, Step::Blocks { parent: Parent::Page, .. }))
        .flat_map(|(_, made)| made.iter().copied());
    OperationState::Sent { at: context.now(), page_id, block_ids: top.collect(), comment_id }
}

/// What blocks are added under, when it is known.
pub(super) fn place(operation: &Operation, attempt: &Attempt, parent: Parent) -> Option<BlockId> {
    match (parent, &operation.kind) {
        (Parent::Page, OperationKind::AppendToPage { page_id, .. }) => Some((*page_id).into()),
        (Parent::Page, _) => attempt.steps.first()?.first().copied(),
        (Parent::Block { step, index }, _) => attempt.steps.get(step)?.get(index).copied(),
    }
}

/// What a receipt says was made, if it names all of it.
fn named(step: &Step, receipt: &satchel_notion::Receipt) -> Option<Vec<BlockId>> {
    match step {
        Step::Page(_) => Some(vec![receipt.committed_resource_id.as_deref()?.parse().ok()?]),
        Step::Blocks { blocks, .. } => {
            let made =
                receipt.committed_child_ids.iter().map(|id| id.parse().ok()).collect::<Option<Vec<BlockId>>>()?;
            (made.len() == blocks.len()).then_some(made)
        }
        Step::Comment => None,
    }
}

/// One request, and what it made.
async fn request(
    context: &Context,
    operation: &Operation,
    attempt: &Attempt,
    step: &Step,
    page: Option<CreatePage>,
) -> Result<Vec<BlockId>, Error> {
    match (step, &operation.kind) {
        (Step::Page(blocks), _) => {
            let page = page.ok_or_else(|| Error::InvalidRequest("no page to make".into()))?;
            create(context, page, blocks).await
        }
        (Step::Blocks { parent, blocks }, _) => match place(operation, attempt, *parent) {
            Some(parent) => append(context, parent, blocks).await,
            None => Err(Error::InvalidRequest("what the rest belongs under was not found".into())),
        },
        (Step::Comment, OperationKind::Comment { target, markdown, .. }) => comment(context, *target, markdown).await,
        (Step::Comment, _) => Err(Error::InvalidRequest("no comment".into())),
    }
}

async fn append(context: &Context, parent: BlockId, blocks: &[NewBlock]) -> Result<Vec<BlockId>, Error> {
    let client = context.client.with_priority(Priority::Outbox);
    let answer = client.blocks().append(parent.to_wire(), blocks, None).await;
    let made = context.learn(Right::InsertContent, answer)?;
    Ok(made.iter().map(block_id).collect())
}

fn block_id(block: &Resource<Block>) -> BlockId {
    match block {
        Resource::Full(block) => block.id.to_model(),
        Resource::Partial(stub) => stub.id.to_model(),
    }
}

async fn create(context: &Context, page: CreatePage, blocks: &[NewBlock]) -> Result<Vec<BlockId>, Error> {
    let page = if blocks.is_empty() { page } else { page.children(blocks.to_vec()) };
    let client = context.client.with_priority(Priority::Outbox);
    let id: PageId = match context.learn(Right::InsertContent, client.pages().create(&page).await)? {
        Resource::Full(page) => page.id.to_model(),
        Resource::Partial(stub) => stub.id.to_model(),
    };
    Ok(vec![id.into()])
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

async fn comment(context: &Context, target: CommentTarget, markdown: &str) -> Result<Vec<BlockId>, Error> {
    let text = wire::outgoing_rich_text(&content::comment_text(markdown));
    let target: write::CommentTarget = match target {
        CommentTarget::Page { page_id } => page_id.to_wire().into(),
        CommentTarget::Block { block_id } => block_id.to_wire().into(),
        CommentTarget::Discussion { discussion_id } => discussion_id.to_wire().into(),
    };
    let client = context.client.with_priority(Priority::Outbox);
    let answer = client.comments().create(&CreateComment::new(target, text)).await;
    let id: satchel_model::CommentId = match context.learn(Right::InsertComments, answer)? {
        Resource::Full(comment) => comment.id.to_model(),
        Resource::Partial(stub) => stub.id.to_model(),
    };
    Ok(vec![BlockId::from_uuid(*id.as_uuid())])
}

/// The title of a row that was read back.
pub(super) fn title_of(page: &satchel_notion::types::Page) -> String {
    let runs = page.properties.values().find_map(|value| match &value.kind {
        PropertyKind::Title(runs) => Some(runs.as_slice()),
        _ => None,
    });
    content::read_title(&wire::rich_text(runs.unwrap_or_default()))
}
