//! `async_tasks`.

use std::time::Duration;

use tokio::time::sleep;

use crate::client::{Call, Client, Draft};
use crate::error::Error;
use crate::id::TaskId;
use crate::types::AsyncTask;

/// Work the service goes on with after it has answered.
#[derive(Clone, Debug)]
pub struct Tasks {
    pub(super) client: Client,
}

impl Tasks {
    /// How far a task has come. The service forgets ended ones after a while: "not found".
    pub fn get(&self, id: &TaskId) -> Call<AsyncTask> {
        Call::json(&self.client, Draft::get(format!("async_tasks/{id}")))
    }

    /// The task when it has ended, asked for as often as the service proposes. Wrap it in a timeout: a task may take long, and
    /// giving up on it does not stop it.
    pub async fn ended(&self, id: &TaskId) -> Result<AsyncTask, Error> {
        const DEFAULT_PAUSE: Duration = Duration::from_secs(2);
        loop {
            let task = self.get(id).await?;
            if task.has_ended() {
                return Ok(task);
            }
            let proposed =
                task.poll_after_seconds.value().and_then(|seconds| Duration::try_from_secs_f64(seconds.as_f64()?).ok());
            sleep(proposed.filter(|pause| !pause.is_zero()).unwrap_or(DEFAULT_PAUSE)).await;
        }
    }
}
