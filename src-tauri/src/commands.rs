//! The commands a window may call: one use case and one error mapping each. Rules are in `satchel-core`.

use satchel_core::{
    AppError, Secret,
    view::{
        AccountView, AppState, CaptureDraft, CaptureSaved, CommentSaved, CommentsView, DatabaseSummary, Destination,
        DestinationTarget, ItemRef, ItemSummary, ItemView, OutboxView, RowsView, SearchRequest, SearchResults,
    },
};
use satchel_model::{AccountId, CommentTarget, DataSourceId, OperationId, PageId};
use tauri::State;

use crate::host::Host;

type Answer<T> = Result<T, AppError>;

/// What a window needs before it can draw anything. When the stores could not be opened, it says why.
#[tauri::command]
#[specta::specta]
pub async fn app_state(host: State<'_, Host>) -> Answer<AppState> {
    host.core()?.state().await
}

/// Checks a pasted token with Notion and connects its workspace.
#[tauri::command]
#[specta::specta]
pub async fn add_account(host: State<'_, Host>, token: String) -> Answer<AccountView> {
    host.core()?.add_account(Secret::from(token)).await
}

/// Gives a connected workspace another token of the same workspace.
#[tauri::command]
#[specta::specta]
pub async fn replace_token(host: State<'_, Host>, account_id: AccountId, token: String) -> Answer<AccountView> {
    host.core()?.replace_token(account_id, Secret::from(token)).await
}

/// Signs out: forgets the token and wipes the offline copy, unsent operations included.
#[tauri::command]
#[specta::specta]
pub async fn remove_account(host: State<'_, Host>, account_id: AccountId) -> Answer<()> {
    host.core()?.remove_account(account_id).await
}

/// Starts a sync now, of one account or of all.
#[tauri::command]
#[specta::specta]
pub async fn sync_now(host: State<'_, Host>, account_id: Option<AccountId>) -> Answer<()> {
    host.core()?.sync_now(account_id).await
}

/// Searches all accounts. A newer call cancels an older one.
#[tauri::command]
#[specta::specta]
pub async fn search(host: State<'_, Host>, request: SearchRequest) -> Answer<SearchResults> {
    host.core()?.search(request).await
}

/// Whom a search can be narrowed to: the names of those who made what is kept.
#[tauri::command]
#[specta::specta]
pub async fn search_authors(host: State<'_, Host>, account_id: Option<AccountId>) -> Answer<Vec<String>> {
    host.core()?.search_authors(account_id).await
}

/// All databases, over all accounts or in one.
#[tauri::command]
#[specta::specta]
pub async fn databases(host: State<'_, Host>, account_id: Option<AccountId>) -> Answer<Vec<DatabaseSummary>> {
    host.core()?.databases(account_id).await
}

/// What was opened or edited last, over all accounts or in one.
#[tauri::command]
#[specta::specta]
pub async fn recents(host: State<'_, Host>, account_id: Option<AccountId>, limit: u32) -> Answer<Vec<ItemSummary>> {
    host.core()?.recents(account_id, limit).await
}

/// The favourites, in the order they were set.
#[tauri::command]
#[specta::specta]
pub async fn favourites(host: State<'_, Host>) -> Answer<Vec<ItemSummary>> {
    host.core()?.favourites().await
}

/// Makes something a favourite, or no longer one.
#[tauri::command]
#[specta::specta]
pub async fn set_favourite(host: State<'_, Host>, reference: ItemRef, is_favourite: bool) -> Answer<()> {
    host.core()?.set_favourite(reference, is_favourite).await
}

/// Reads something from the offline copy; what is not kept yet is fetched first.
#[tauri::command]
#[specta::specta]
pub async fn open_item(host: State<'_, Host>, reference: ItemRef) -> Answer<ItemView> {
    host.core()?.open_item(reference).await
}

/// Reads something for a preview: the same without counting as opened.
#[tauri::command]
#[specta::specta]
pub async fn peek_item(host: State<'_, Host>, reference: ItemRef) -> Answer<ItemView> {
    host.core()?.peek_item(reference).await
}

/// Fetches something anew.
#[tauri::command]
#[specta::specta]
pub async fn refresh_item(host: State<'_, Host>, reference: ItemRef) -> Answer<ItemView> {
    host.core()?.refresh_item(reference).await
}

/// More rows of a data source.
#[tauri::command]
#[specta::specta]
pub async fn rows(
    host: State<'_, Host>,
    account_id: AccountId,
    data_source_id: DataSourceId,
    offset: u32,
    limit: u32,
) -> Answer<RowsView> {
    host.core()?.rows(account_id, data_source_id, offset, limit).await
}

/// A page's comments as they are kept, with those that wait.
#[tauri::command]
#[specta::specta]
pub async fn comments(host: State<'_, Host>, account_id: AccountId, page_id: PageId) -> Answer<CommentsView> {
    host.core()?.comments(account_id, page_id).await
}

/// Fetches a page's comments anew.
#[tauri::command]
#[specta::specta]
pub async fn refresh_comments(host: State<'_, Host>, account_id: AccountId, page_id: PageId) -> Answer<CommentsView> {
    host.core()?.refresh_comments(account_id, page_id).await
}

/// Puts a comment into the outbox; it is durable when this returns.
#[tauri::command]
#[specta::specta]
pub async fn add_comment(
    host: State<'_, Host>,
    account_id: AccountId,
    page_id: PageId,
    target: CommentTarget,
    text: String,
) -> Answer<CommentSaved> {
    host.core()?.add_comment(account_id, page_id, target, text).await
}

/// Where a note can go: recently used first, then by title.
#[tauri::command]
#[specta::specta]
pub async fn destinations(host: State<'_, Host>, query: String, limit: u32) -> Answer<Vec<Destination>> {
    host.core()?.destinations(query, limit).await
}

/// The note that was typed and not saved.
#[tauri::command]
#[specta::specta]
pub async fn capture_draft(host: State<'_, Host>) -> Answer<Option<CaptureDraft>> {
    host.core()?.capture_draft().await
}

/// Keeps a note that is being typed; an empty one is forgotten.
#[tauri::command]
#[specta::specta]
pub async fn save_capture_draft(
    host: State<'_, Host>,
    text: String,
    account_id: Option<AccountId>,
    target: Option<DestinationTarget>,
) -> Answer<()> {
    host.core()?.save_capture_draft(text, account_id, target).await
}

/// Puts a note into the outbox; it is durable when this returns.
#[tauri::command]
#[specta::specta]
pub async fn capture(
    host: State<'_, Host>,
    text: String,
    account_id: AccountId,
    target: DestinationTarget,
) -> Answer<CaptureSaved> {
    host.core()?.capture(text, account_id, target).await
}

/// The outbox.
#[tauri::command]
#[specta::specta]
pub async fn outbox(host: State<'_, Host>) -> Answer<OutboxView> {
    host.core()?.outbox().await
}

/// Tries an operation again, or all that can be.
#[tauri::command]
#[specta::specta]
pub async fn retry_operation(host: State<'_, Host>, operation_id: Option<OperationId>) -> Answer<()> {
    host.core()?.retry_operation(operation_id).await
}

/// Throws an operation away; it can be brought back for seven days.
#[tauri::command]
#[specta::specta]
pub async fn discard_operation(host: State<'_, Host>, operation_id: OperationId) -> Answer<()> {
    host.core()?.discard_operation(operation_id).await
}

/// Brings a discarded operation back.
#[tauri::command]
#[specta::specta]
pub async fn restore_operation(host: State<'_, Host>, operation_id: OperationId) -> Answer<()> {
    host.core()?.restore_operation(operation_id).await
}

/// Sends a note that is not sent to another place of its workspace.
#[tauri::command]
#[specta::specta]
pub async fn redirect_operation(
    host: State<'_, Host>,
    operation_id: OperationId,
    target: DestinationTarget,
) -> Answer<()> {
    host.core()?.redirect_operation(operation_id, target).await
}

/// Takes a note that is not sent out of the outbox, back into the draft.
#[tauri::command]
#[specta::specta]
pub async fn take_back_operation(host: State<'_, Host>, operation_id: OperationId) -> Answer<CaptureDraft> {
    host.core()?.take_back_operation(operation_id).await
}
