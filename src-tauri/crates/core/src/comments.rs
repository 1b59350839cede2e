//! Comments of a page: those that are kept, those that wait, and new ones.

use std::sync::Arc;

use satchel_model::{
    Account, AccountId, Block, BlockId, Capability, Comment, CommentParent, CommentTarget, Document, Operation,
    OperationKind, OperationState, PageId, plain_text,
};
use satchel_notion::Priority;
use satchel_store::{CacheReader, StateKind, StoreError};
use satchel_sync::pull::{self, Places};

use crate::{
    AppError, Core, ErrorCode,
    items::Named,
    view::{AnchorView, AuthorView, CommentSaved, CommentState, CommentView, CommentsView, ThreadView},
    workspace::Workspace,
};

impl Core {
    /// A page's comments as they are kept, with those that wait in the outbox in their places.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn comments(&self, account_id: AccountId, page_id: PageId) -> Result<CommentsView, AppError> {
        let workspace = self.workspace(account_id)?;
        let journal = self.inner.journal.reader.clone();
        self.read(move || {
            let states = [StateKind::Queued, StateKind::Sending, StateKind::Unknown, StateKind::NeedsYou];
            let waiting = journal.operations(&states, u32::MAX)?;
            view(&workspace, page_id, &waiting)
        })
        .await
    }

    /// Fetches a page's comments anew.
    ///
    /// # Errors
    /// Notion refuses or cannot be reached; what is kept stays.
    pub async fn refresh_comments(&self, account_id: AccountId, page_id: PageId) -> Result<CommentsView, AppError> {
        let workspace = self.workspace(account_id)?;
        let result = pull::comments(&workspace.context(), page_id, Places::Known, Priority::Interactive).await;
        workspace.save_account().await;
        match result {
            Err(satchel_sync::SyncError::Notion(error)) if error.is_restricted() => {}
            result => result?,
        }
        self.look_at_blocks(&workspace, page_id);
        self.comments(account_id, page_id).await
    }

    /// Puts a comment into the outbox. It is durable when this returns, and shown at once.
    ///
    /// # Errors
    /// It has no text, or the journal cannot be written.
    pub async fn add_comment(
        &self,
        account_id: AccountId,
        page_id: PageId,
        target: CommentTarget,
        text: String,
    ) -> Result<CommentSaved, AppError> {
        let workspace = self.workspace(account_id)?;
        if text.trim().is_empty() {
            return Err(AppError::expected(ErrorCode::EmptyText));
        }
        let kind = OperationKind::Comment { target, page_id, markdown: text };
        let operation_id = self.enqueue(&workspace, kind, None).await?;
        Ok(CommentSaved { operation_id, comments: self.comments(account_id, page_id).await? })
    }

    /// Comments on blocks cost a request a block, so they are looked for behind what a person asked for, and only for a page that one reads.
    fn look_at_blocks(&self, workspace: &Arc<Workspace>, page_id: PageId) {
        if !self.is_started() || workspace.account().capabilities.read_comments == Capability::Refused {
            return;
        }
        if !workspace.may_ask_blocks(page_id) {
            return;
        }
        let workspace = Arc::clone(workspace);
        self.inner.tasks.spawn(async move {
            let cancel = workspace.cancel.clone();
            let context = workspace.context();
            tokio::select! {
                () = cancel.cancelled() => {}
                result = pull::comments(&context, page_id, Places::All, Priority::Sync) => {
                    if let Err(error) = result {
                        workspace.forget_asked_blocks(page_id);
                        tracing::debug!(page = %page_id, %error, "comments on blocks were not looked for");
                    }
                }
            }
        });
    }
}

fn view(workspace: &Workspace, page_id: PageId, waiting: &[Operation]) -> Result<CommentsView, StoreError> {
    let cache = &workspace.cache.reader;
    let account = workspace.account();
    let kept = cache.comments(page_id)?;
    let tree = cache.tree(page_id)?.map(|tree| tree.document);
    let mut threads: Vec<ThreadView> = Vec::new();
    let mut named = Named::default();
    for comment in kept.iter().flat_map(|kept| &kept.comments) {
        named.add_text(&comment.text);
        let shown = posted(cache, &account, comment)?;
        match threads.iter_mut().find(|thread| thread.discussion_id == Some(comment.discussion_id)) {
            Some(thread) => thread.comments.push(shown),
            None => threads.push(ThreadView {
                discussion_id: Some(comment.discussion_id),
                anchor: anchor(comment.parent, tree.as_ref()),
                comments: vec![shown],
            }),
        }
    }
    for operation in waiting.iter().filter(|operation| operation.account_id == workspace.id) {
        let OperationKind::Comment { target, page_id: of, markdown } = &operation.kind else { continue };
        if *of != page_id {
            continue;
        }
        let shown = CommentView {
            id: None,
            author: AuthorView { id: account.bot_id, name: account.bot_name.clone(), is_you: true },
            created_time: operation.created_at.to_string(),
            text: satchel_markdown::inline::read(markdown),
            state: state(operation),
        };
        // All comments on a page as a whole share one discussion, whichever it is.
        let place = threads.iter_mut().find(|thread| match target {
            CommentTarget::Discussion { discussion_id } => thread.discussion_id == Some(*discussion_id),
            CommentTarget::Page { .. } => thread.anchor.is_none(),
            CommentTarget::Block { .. } => false,
        });
        match place {
            Some(thread) => thread.comments.push(shown),
            None => {
                let anchor = match target {
                    CommentTarget::Block { block_id } => {
                        anchor(CommentParent::Block { block_id: *block_id }, tree.as_ref())
                    }
                    _ => None,
                };
                threads.push(ThreadView { discussion_id: None, anchor, comments: vec![shown] });
            }
        }
    }
    // Threads on blocks stand before the one on the page, as on the page itself.
    threads.sort_by_key(|thread| thread.anchor.is_none());
    Ok(CommentsView {
        account_id: workspace.id,
        page_id,
        threads,
        is_reading_refused: account.capabilities.read_comments == Capability::Refused,
        is_writing_refused: account.capabilities.insert_comments == Capability::Refused,
        posts_as: account.bot_name,
        fetched_at: kept.map(|kept| kept.fetched_at.to_string()),
        pages: named.pages(cache)?,
    })
}

fn posted(cache: &CacheReader, account: &Account, comment: &Comment) -> Result<CommentView, StoreError> {
    let author = &comment.created_by;
    let name = match &author.display_name {
        Some(name) => Some(name.clone()),
        None => cache.user(author.user_id)?.and_then(|user| user.name),
    };
    Ok(CommentView {
        id: Some(comment.id),
        author: AuthorView { id: author.user_id, name, is_you: account.is_own(author.user_id) },
        created_time: comment.created_time.to_string(),
        text: comment.text.clone(),
        state: CommentState::Posted,
    })
}

fn state(operation: &Operation) -> CommentState {
    let operation_id = operation.id;
    match &operation.state {
        OperationState::Sending { .. } | OperationState::Unknown { .. } => CommentState::Sending { operation_id },
        OperationState::NeedsYou { reason, .. } => CommentState::NeedsYou { operation_id, code: reason.code.clone() },
        _ => CommentState::Waiting { operation_id },
    }
}

fn anchor(parent: CommentParent, tree: Option<&Document>) -> Option<AnchorView> {
    let CommentParent::Block { block_id } = parent else { return None };
    let text = tree.and_then(|tree| find(tree, block_id)).and_then(Block::text).map(|text| plain_text(text));
    Some(AnchorView { block_id, text })
}

fn find(tree: &Document, id: BlockId) -> Option<&Block> {
    let mut open: Vec<&Block> = tree.blocks.iter().collect();
    while let Some(block) = open.pop() {
        if block.id == Some(id) {
            return Some(block);
        }
        open.extend(&block.children);
    }
    None
}
