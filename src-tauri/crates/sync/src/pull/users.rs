//! People and bots. Tokens that may not list them learn them from pages and comments.

use satchel_model::ChangeSource;
use satchel_notion::Priority;
use satchel_store::CacheBatch;
use serde_json::json;

use crate::{Context, Right, SyncError, context::is_of_this_alone, wire};

/// The name of the cursor that says when people were last listed.
const LISTED: &str = "users";

/// Lists people once a day.
pub(super) async fn pull(context: &Context) -> Result<(), SyncError> {
    let now = context.now();
    let last = context.read(|cache| cache.cursor(LISTED)).await?;
    let last: Option<satchel_model::Timestamp> = last.and_then(|value| serde_json::from_value(value).ok());
    if last.is_some_and(|last| now.duration_since(last).as_hours() < 24) {
        return Ok(());
    }
    let client = context.client.with_priority(Priority::Sync);
    let mut batch = CacheBatch::new(ChangeSource::Sync, now);
    match context.learn(Right::UserInformation, client.users().list().collect_all().await) {
        Ok(people) => batch.users = people.items.iter().map(wire::user).collect(),
        Err(error) if error.is_restricted() || is_of_this_alone(&error) => {}
        Err(error) => return Err(error.into()),
    }
    batch.cursors.push((LISTED.into(), Some(json!(now))));
    context.apply(batch).await?;
    Ok(())
}
