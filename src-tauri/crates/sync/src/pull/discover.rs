//! What there is: a search sorted by the last edit, newest first, down to where the last walk began.
//!
//! Stamps are floored to the minute, so the walk goes two minutes further down than it must; an item that comes again unchanged costs
//! nothing. The watermark moves only when a walk has come to its end; the place in an unfinished one is kept beside it.

use satchel_model::{ChangeSource, Timestamp};
use satchel_notion::{
    Priority,
    types::PageOrDataSource,
    write::{Direction, Search},
};
use satchel_store::CacheBatch;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Progress, page};
use crate::{Context, Right, SyncError, wire};

/// The name of the cursor.
const NAME: &str = "discovery";
/// How much further than the watermark a walk goes.
const OVERLAP: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);

/// Where discovery is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// The newest stamp of the last walk that came to its end: everything older is known.
    watermark: Option<Timestamp>,
    /// A walk that has not come to its end.
    walk: Option<Unfinished>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Unfinished {
    /// Where its next page begins.
    cursor: String,
    /// The newest stamp it saw.
    newest: Timestamp,
}

/// Walks until everything is older than the watermark.
pub(super) async fn pull(context: &Context) -> Result<(), SyncError> {
    let place = context.read(|cache| cache.cursor(NAME)).await?;
    let place: Place = place.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    match walk(context, &place).await {
        // The service has forgotten the place of the unfinished walk: it begins anew, and what is known already costs no fetching.
        Err(SyncError::Notion(error)) if error.is_invalid_cursor() && place.walk.is_some() => {
            walk(context, &Place { walk: None, ..place }).await
        }
        result => result,
    }
}

async fn walk(context: &Context, place: &Place) -> Result<(), SyncError> {
    let client = context.client.with_priority(Priority::Sync);
    let mut list = client.search(&Search::everything().by_last_edit(Direction::Descending));
    if let Some(unfinished) = &place.walk {
        list = list.start_cursor(&unfinished.cursor);
    }
    let mut newest = place.walk.as_ref().map(|unfinished| unfinished.newest);
    let floor = place.watermark.and_then(|watermark| watermark.checked_sub(OVERLAP).ok());
    let mut walk = list.walk();
    let mut found = 0;
    loop {
        let Some(items) = context.learn(Right::ReadContent, walk.next_page().await)? else { break };
        let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
        let mut is_old = false;
        for item in &items {
            let stamp = add(&mut batch, item);
            newest = newest.max(stamp);
            is_old |= stamp.zip(floor).is_some_and(|(stamp, floor)| stamp < floor);
        }
        found += u32::try_from(items.len()).unwrap_or(u32::MAX);
        let next = walk.cursor().map(str::to_owned).filter(|_| !is_old);
        let after = match (next, newest) {
            (Some(cursor), Some(newest)) => {
                Place { watermark: place.watermark, walk: Some(Unfinished { cursor, newest }) }
            }
            _ => Place { watermark: newest.max(place.watermark), walk: None },
        };
        let is_over = after.walk.is_none();
        batch.cursors.push((NAME.into(), Some(json!(after))));
        context.apply(batch).await?;
        context.observer.progress(Progress::Discovering { found });
        if is_over {
            break;
        }
    }
    Ok(())
}

/// Adds an item to the batch and gives its stamp. What may be located but not read is left out.
fn add(batch: &mut CacheBatch, item: &PageOrDataSource) -> Option<Timestamp> {
    if let Some(found) = item.as_page() {
        batch.users.extend(page::people(found));
        let found = wire::page(found);
        let stamp = found.last_edited_time;
        batch.pages.push(found);
        return Some(stamp);
    }
    let source = wire::data_source(item.as_data_source()?);
    let stamp = source.last_edited_time;
    batch.data_sources.push(source);
    Some(stamp)
}
