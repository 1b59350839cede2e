//! The loops that sync and send: one of each for every account, all of them owned by one tracker and ended by one token.

use std::{
    convert::Infallible,
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use satchel_model::PageId;
use satchel_notion::Priority;
use satchel_store::StoreError;
use satchel_sync::{
    SyncError,
    pull::{self, Depth},
    push::{self, Round},
};

use crate::{
    Core, CoreEvent, ErrorCode,
    stores::{self, Standing},
    view::SyncPhase,
    workspace::Workspace,
};

/// How often an account is looked at when nobody asks. An idle look costs one request.
const INTERVAL: Duration = Duration::from_secs(60);
/// How long after trouble a sync is tried again.
const AFTER_TROUBLE: Duration = Duration::from_secs(30);
/// How often one who neither syncs nor sends asks whether it may.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// How long sending waits at most before it looks again for what another process put into the outbox.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// Why a loop is over.
enum Ended {
    /// The account goes, or the core closes.
    Cancelled,
    /// The copy cannot be worked with.
    Damaged,
}

impl Core {
    /// Whether the work was started.
    pub(crate) fn is_started(&self) -> bool {
        self.inner.is_started.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Runs the loops of one account until it goes or the core closes.
    pub(crate) fn supervise(&self, workspace: Arc<Workspace>) {
        let (core, of_sync) = (self.clone(), Arc::clone(&workspace));
        self.inner.tasks.spawn(async move {
            if let Ended::Damaged = core.keep_synced(&of_sync).await {
                core.renew(&of_sync).await;
            }
        });
        self.inner.tasks.spawn(async move { keep_sending(&workspace).await });
    }

    /// Waits until the owner is gone, and takes its place.
    pub(crate) async fn wait_for_the_lease(&self) {
        let lease = loop {
            tokio::select! {
                () = self.inner.cancel.cancelled() => return,
                () = tokio::time::sleep(ASK_AGAIN) => {}
            }
            match stores::standing(&self.inner.config) {
                Ok(Standing::Owner(lease)) => break lease,
                Ok(Standing::Guest) => {}
                Err(error) => tracing::debug!(%error, "the lease cannot be asked for"),
            }
        };
        *self.inner.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease;
        // What the one before left in mid-sending, and the accounts that came and went with it.
        if let Err(error) = self.inner.journal.writer.recover(self.inner.config.clock.now()).await {
            tracing::error!(%error, "what another process was sending cannot be taken over");
        }
        if let Err(error) = self.connect_known().await {
            tracing::error!(%error, "an account cannot be taken over");
        }
        self.inner.is_owner.store(true, Ordering::Relaxed);
        self.tell(CoreEvent::AccountsChanged);
        self.tell_outbox().await;
        self.start();
    }

    async fn keep_synced(&self, workspace: &Arc<Workspace>) -> Ended {
        loop {
            let Some(pause) = self.sync_once(workspace).await else { return Ended::Damaged };
            workspace.save_account().await;
            tidy(workspace).await;
            tokio::select! {
                () = workspace.cancel.cancelled() => return Ended::Cancelled,
                () = workspace.wants_sync.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One pull, its end shown and kept: how long to wait for the next, or `None` when the copy is damaged.
    async fn sync_once(&self, workspace: &Arc<Workspace>) -> Option<Duration> {
        let context = workspace.context();
        let opened = workspace.recently_opened();
        let work = async {
            if let Some(id) = workspace.page_to_look_at() {
                look_at(workspace, id, Priority::Sync).await;
            }
            pull::pull(&context, &opened, &workspace.cancel).await
        };
        let result = tokio::select! {
            result = work => result,
            never = show_pauses(workspace) => match never {},
        };
        let synced_at = || workspace.synced_at().map(|time| time.to_string());
        Some(match result {
            Ok(()) => {
                let now = self.now();
                workspace.set_synced(now);
                if let Err(error) = self.remember_synced(workspace.id, now).await {
                    tracing::warn!(%error, "the time of a sync is not kept");
                }
                INTERVAL
            }
            Err(SyncError::Cancelled) => INTERVAL,
            Err(error) if error.is_offline() => {
                workspace.set_phase(SyncPhase::Offline { synced_at: synced_at() });
                AFTER_TROUBLE
            }
            Err(error) if error.is_unauthorized() => {
                workspace.set_phase(SyncPhase::NeedsSignIn);
                INTERVAL
            }
            Err(SyncError::Store(error @ (StoreError::Damaged(_) | StoreError::Unreadable { .. }))) => {
                tracing::error!(account = %workspace.id, %error, "an offline copy is damaged");
                return None;
            }
            Err(error) => {
                tracing::warn!(account = %workspace.id, %error, "a sync failed");
                let code = crate::AppError::from(error).code;
                let code = if code == ErrorCode::Internal { ErrorCode::NotionUnavailable } else { code };
                workspace.set_phase(SyncPhase::Failed { code, synced_at: synced_at() });
                AFTER_TROUBLE
            }
        })
    }
}

/// Looks at a page in Notion. A failure is no harm: what is kept is shown, with its age.
pub(crate) async fn look_at(workspace: &Arc<Workspace>, id: PageId, priority: Priority) {
    let context = workspace.context();
    tokio::select! {
        () = workspace.cancel.cancelled() => {}
        result = pull::page(&context, id, Depth::Text, priority) => {
            if let Err(error) = result {
                tracing::debug!(page = %id, %error, "an opened page was not looked at anew");
            }
        }
    }
}

/// Does what of the index's work may wait, in small steps, each of which lets a search through.
async fn tidy(workspace: &Arc<Workspace>) {
    while !workspace.cancel.is_cancelled() {
        match workspace.cache.writer.tidy_index().await {
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => break,
            Err(error) => {
                tracing::warn!(account = %workspace.id, %error, "the index cannot be tidied");
                break;
            }
        }
    }
}

async fn keep_sending(workspace: &Arc<Workspace>) {
    loop {
        let context = workspace.context();
        let round = tokio::select! {
            biased;
            () = workspace.cancel.cancelled() => return,
            round = push::round(&context) => round,
        };
        let pause = match round {
            Ok(Round::Moved) => continue,
            Ok(Round::Empty) => LOOK_AGAIN,
            Ok(Round::Wait(pause)) => pause.min(LOOK_AGAIN),
            Err(error) if error.is_unauthorized() => {
                workspace.set_phase(SyncPhase::NeedsSignIn);
                INTERVAL
            }
            Err(error) => {
                tracing::warn!(account = %workspace.id, %error, "sending failed");
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = workspace.cancel.cancelled() => return,
            () = workspace.wants_sending.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Shows when Notion asks to slow down, and until when, for as long as it is polled.
async fn show_pauses(workspace: &Arc<Workspace>) -> Infallible {
    let mut pauses = workspace.client().pauses();
    loop {
        if pauses.changed().await.is_err() {
            return std::future::pending().await;
        }
        let remaining = pauses.borrow_and_update().as_ref().map(satchel_notion::Pause::remaining).unwrap_or_default();
        if remaining > Duration::from_secs(1)
            && let Ok(until) = workspace.now().checked_add(remaining)
        {
            workspace.set_phase(SyncPhase::Waiting { until: until.to_string() });
        }
    }
}
