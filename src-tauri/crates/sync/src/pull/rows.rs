//! Rows of data sources. The search does not promise them, so each data source is asked itself: wholly once, then for what is newer.

use satchel_model::{ChangeSource, DataSourceId, Timestamp};
use satchel_notion::{
    Priority,
    types::PageOrDataSource,
    write::{Direction, Filter, Query, Sort},
};
use satchel_store::{CacheBatch, ListedKind};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::page;
use crate::{Context, Right, SyncError, context::is_of_this_alone, wire, wire::IntoWire};

/// How often a data source is asked for what is newer. In between, the search tells of most edits.
const INTERVAL: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);
const OVERLAP: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);

/// Where the rows of a data source are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// When it was last asked.
    asked_at: Option<Timestamp>,
    /// The newest stamp seen by a walk that came to its end.
    watermark: Option<Timestamp>,
}

/// What to ask a data source for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    Nothing,
    Everything,
    Since(Timestamp),
}

fn plan(place: &Place, now: Timestamp) -> Plan {
    let is_due = place.asked_at.is_none_or(|asked| now.duration_since(asked) >= INTERVAL);
    match place.watermark.and_then(|watermark| watermark.checked_sub(OVERLAP).ok()) {
        _ if !is_due => Plan::Nothing,
        None => Plan::Everything,
        Some(since) => Plan::Since(since),
    }
}

fn name(id: DataSourceId) -> String {
    format!("rows-{id}")
}

/// Asks every data source whose turn it is.
pub(super) async fn pull(context: &Context) -> Result<(), SyncError> {
    let sources = context.read(|cache| cache.find_titles("", &[ListedKind::DataSource], u32::MAX)).await?;
    for source in sources {
        let satchel_model::ItemId::DataSource(id) = source.item else { continue };
        match of(context, id).await {
            // Gone or no longer shared since it was found, or one whose rows are never given, such as that of another workspace. The others
            // are asked nevertheless, and this one again when its turn comes.
            Err(SyncError::Notion(error)) if is_of_this_alone(&error) => {
                tracing::debug!(source = %id, %error, "a data source does not give its rows");
                let place = place(context, id).await?;
                save(context, id, Place { asked_at: Some(context.now()), ..place }).await?;
            }
            result => result?,
        }
    }
    Ok(())
}

async fn of(context: &Context, id: DataSourceId) -> Result<(), SyncError> {
    let place = place(context, id).await?;
    let filter = match plan(&place, context.now()) {
        Plan::Nothing => return Ok(()),
        Plan::Everything => None,
        Plan::Since(since) => Some(Filter::last_edited_time().on_or_after(since)),
    };
    let asked_at = context.now();
    let mut newest = place.watermark;
    let mut created_from = None;
    // The service stops at 10,000 rows: the walk goes on from the time the last one was made, as often as it must.
    loop {
        let (is_complete, last_created) = window(context, id, filter.clone(), created_from, &mut newest).await?;
        if is_complete || last_created.is_none() || last_created == created_from {
            break;
        }
        created_from = last_created;
    }
    save(context, id, Place { asked_at: Some(asked_at), watermark: newest }).await
}

async fn place(context: &Context, id: DataSourceId) -> Result<Place, SyncError> {
    let place = context.read(move |cache| cache.cursor(&name(id))).await?;
    Ok(place.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}

async fn save(context: &Context, id: DataSourceId, place: Place) -> Result<(), SyncError> {
    let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
    batch.cursors.push((name(id), Some(json!(place))));
    Ok(context.apply(batch).await?)
}

/// Walks one window of rows, oldest first: whether it was all, and when the last row was made.
async fn window(
    context: &Context,
    id: DataSourceId,
    filter: Option<Filter>,
    created_from: Option<Timestamp>,
    newest: &mut Option<Timestamp>,
) -> Result<(bool, Option<Timestamp>), SyncError> {
    let filters: Vec<Filter> =
        filter.into_iter().chain(created_from.map(|from| Filter::created_time().on_or_after(from))).collect();
    let mut query = Query::all().sort(Sort::created_time(Direction::Ascending));
    if !filters.is_empty() {
        query = query.filter(Filter::all(filters));
    }
    let client = context.client.with_priority(Priority::Sync);
    let mut walk = client.data_sources().query(id.to_wire(), &query).walk();
    let mut last_created = None;
    while let Some(rows) = context.learn(Right::ReadContent, walk.next_page().await)? {
        let mut batch = CacheBatch::new(ChangeSource::Sync, context.now());
        for row in rows.iter().filter_map(PageOrDataSource::as_page) {
            batch.users.extend(page::people(row));
            let row = wire::page(row);
            last_created = last_created.max(Some(row.created_time));
            *newest = (*newest).max(Some(row.last_edited_time));
            batch.pages.push(row);
        }
        context.apply(batch).await?;
    }
    Ok((walk.is_complete(), last_created))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_data_source_is_asked_wholly_once_and_then_for_what_is_newer() {
        let now = at("2026-11-22T12:00:00Z");
        assert_eq!(plan(&Place::default(), now), Plan::Everything);
        let known = Place { asked_at: Some(at("2026-11-22T11:50:00Z")), watermark: Some(at("2026-11-22T11:40:00Z")) };
        assert_eq!(plan(&known, now), Plan::Nothing);
        let due = Place { asked_at: Some(at("2026-11-22T11:45:00Z")), ..known };
        assert_eq!(plan(&due, now), Plan::Since(at("2026-11-22T11:38:00Z")));
        let empty = Place { asked_at: Some(at("2026-11-22T11:00:00Z")), watermark: None };
        assert_eq!(plan(&empty, now), Plan::Everything);
    }
}
