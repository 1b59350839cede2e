//! One page: found in another's text, or wanted by a person.

use satchel_model::{ChangeSource, ItemId, PageId, PropertyValue, User};
use satchel_notion::{
    Priority,
    types::{self as wire_types, Resource},
};
use satchel_store::CacheBatch;

use super::{body, tree};
use crate::{Context, Right, SyncError, context::is_of_this_alone, wire, wire::IntoWire};

/// How much of a page to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Title, values and text.
    Text,
    /// The blocks with their ids as well.
    Blocks,
}

/// Brings one page up to date, for a person who waits for it or has just written to it.
///
/// # Errors
/// The service refuses or cannot be reached, or the copy cannot be written.
pub async fn page(context: &Context, id: PageId, depth: Depth, priority: Priority) -> Result<(), SyncError> {
    let client = context.client.with_priority(priority);
    let found = context.learn(Right::ReadContent, client.pages().get(id.to_wire()).await)?;
    commit(context, vec![found]).await?;
    let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
    match body::fetch_with(context, id, priority).await? {
        body::Fetched::Body(update, _) => batch.bodies.push(*update),
        body::Fetched::Failure(failure) => batch.failures.push(failure),
    }
    context.apply(batch).await?;
    let needs_blocks = context.read(move |cache| tree::is_wanted(cache, id)).await?;
    if depth == Depth::Blocks || needs_blocks {
        tree::fetch(context, id, priority).await?;
    }
    Ok(())
}

/// Looks up pages that a text named and nobody knows yet.
pub(super) async fn discover(context: &Context, ids: Vec<PageId>) -> Result<(), SyncError> {
    let unknown = context
        .read(move |cache| {
            let mut unknown = Vec::new();
            for id in ids {
                if cache.page(id)?.is_none() && cache.gone_at(ItemId::Page(id))?.is_none() {
                    unknown.push(id);
                }
            }
            Ok(unknown)
        })
        .await?;
    let client = context.client.with_priority(Priority::Sync);
    let mut found = Vec::new();
    for id in unknown {
        match context.learn(Right::ReadContent, client.pages().get(id.to_wire()).await) {
            Ok(page) => found.push(page),
            // Named in a text of the workspace, and not shared with this token: the reader says so.
            Err(error) if is_of_this_alone(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    commit(context, found).await
}

async fn commit(context: &Context, found: Vec<Resource<wire_types::Page>>) -> Result<(), SyncError> {
    let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
    for page in found.iter().filter_map(Resource::full) {
        batch.users.extend(people(page));
        batch.pages.push(wire::page(page));
    }
    if !batch.pages.is_empty() {
        context.apply(batch).await?;
    }
    Ok(())
}

/// Everybody a page tells of: who made and changed it, and who stands in its values. For tokens that may not list people this is how
/// names are learned.
pub(super) fn people(page: &wire_types::Page) -> Vec<User> {
    let authors = [&page.created_by, &page.last_edited_by]
        .into_iter()
        .filter_map(|user| user.value())
        .map(|user| wire::user(user));
    let values = page.properties.values().flat_map(|value| match wire::property_value(value) {
        PropertyValue::People { people, .. } => people,
        PropertyValue::CreatedBy { user } | PropertyValue::LastEditedBy { user } => vec![user],
        PropertyValue::Verification { verified_by: Some(user), .. } => vec![user],
        _ => Vec::new(),
    });
    authors.chain(values).collect()
}
