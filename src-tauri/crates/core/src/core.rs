//! A core: open stores, connected workspaces, running work.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use satchel_auth::Keychain;
use satchel_model::{AccountId, OperationId, Timestamp};
use satchel_store::{Interrupt, Journal, Lease, StoreError};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use ulid::Ulid;

use crate::{
    AppError, CoreConfig, ErrorCode,
    event::CoreEvent,
    outbox,
    stores::{self, Standing},
    view::{AppState, Connectivity, Platform, Role},
    workspace::{OfflineSince, Reading, Workspace},
};

/// How many events a slow listener may fall behind.
const EVENTS: usize = 256;
/// How long ending the work may take.
const LAST_SECONDS: Duration = Duration::from_secs(5);

/// Everything Satchel does. Clones share everything.
#[derive(Clone)]
pub struct Core {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: CoreConfig,
    pub(crate) keychain: Keychain,
    pub(crate) journal: Journal,
    pub(crate) is_owner: AtomicBool,
    /// Held while this process is the owner and its core is open.
    pub(crate) lease: Mutex<Option<Lease>>,
    pub(crate) workspaces: RwLock<BTreeMap<AccountId, Arc<Workspace>>>,
    /// The order of connection.
    pub(crate) order: RwLock<Vec<AccountId>>,
    pub(crate) events: broadcast::Sender<CoreEvent>,
    pub(crate) tasks: TaskTracker,
    pub(crate) cancel: CancellationToken,
    pub(crate) notices: Mutex<Vec<ErrorCode>>,
    /// The search that is running: a newer one stops it.
    pub(crate) searching: Mutex<Interrupt>,
    last_id: Mutex<Ulid>,
    pub(crate) is_started: AtomicBool,
    pub(crate) offline_since: OfflineSince,
    pub(crate) reading: Reading,
    /// Held while an account is being connected, so that pasting twice does not connect twice.
    pub(crate) connecting: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("profile", &self.inner.config.profile).finish_non_exhaustive()
    }
}

impl Core {
    /// Opens the stores with the keys of the keychain. Nothing runs yet: see [`Core::start`].
    ///
    /// # Errors
    /// The keychain is locked or missing, the folder cannot be written, the key of a store is gone, or a newer Satchel wrote it.
    pub async fn open(config: CoreConfig) -> Result<Self, AppError> {
        let keychain = stores::keychain(&config).await?;
        let mut standing = stores::standing(&config)?;
        let mut notices = Vec::new();
        let journal = stores::journal(&config, &keychain, &mut standing, &mut notices).await?;
        let core = Self {
            inner: Arc::new(Inner {
                keychain,
                journal,
                is_owner: AtomicBool::new(matches!(standing, Standing::Owner(_))),
                lease: Mutex::new(match standing {
                    Standing::Owner(lease) => lease,
                    Standing::Guest => None,
                }),
                workspaces: RwLock::default(),
                order: RwLock::default(),
                events: broadcast::channel(EVENTS).0,
                tasks: TaskTracker::new(),
                cancel: CancellationToken::new(),
                notices: Mutex::new(notices),
                searching: Mutex::default(),
                last_id: Mutex::new(Ulid::nil()),
                is_started: AtomicBool::new(false),
                offline_since: OfflineSince::default(),
                reading: Reading::default(),
                connecting: tokio::sync::Mutex::default(),
                config,
            }),
        };
        if core.is_owner() {
            // What a crash left in mid-sending: nobody knows whether it arrived.
            core.inner.journal.writer.recover(core.inner.config.clock.now()).await?;
        }
        let journal = core.inner.journal.reader.clone();
        if let Some(last) = core.read(move || journal.last_operation_id()).await? {
            core.count_ids_from(last);
        }
        core.connect_known().await?;
        for token in core.inner.config.tokens.clone() {
            core.add_account(token.into()).await?;
        }
        Ok(core)
    }

    /// Starts syncing and sending if this process is the owner, or as soon as it is: when the owner ends, however it ends, one of the others
    /// takes over. To be called on a tokio runtime.
    pub fn start(&self) {
        if self.is_owner() {
            self.start_only(&self.workspaces().iter().map(|workspace| workspace.id).collect::<Vec<_>>());
        } else {
            let core = self.clone();
            self.inner.tasks.spawn(async move { core.wait_for_the_lease().await });
        }
    }

    /// Starts syncing and sending for these accounts only, if this process is the owner. To be called on a tokio runtime.
    pub fn start_only(&self, accounts: &[AccountId]) {
        if !self.is_owner() {
            return;
        }
        self.inner.is_started.store(true, Ordering::Relaxed);
        for workspace in self.workspaces().into_iter().filter(|workspace| accounts.contains(&workspace.id)) {
            self.supervise(workspace);
        }
    }

    /// Ends the work: what is in a transaction is done, what is on its way gets a few seconds.
    pub async fn close(&self) {
        self.inner.cancel.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(LAST_SECONDS, self.inner.tasks.wait()).await.is_err() {
            tracing::warn!("work did not end in time");
        }
        let idle = async {
            // What was read or written for tasks that are gone already; then the writers are idle, and the process may end.
            self.inner.config.execution.finish().await;
            for workspace in self.workspaces() {
                workspace.cache.writer.tidy().await.ok();
            }
            self.inner.journal.writer.changed_elsewhere().await.ok();
        };
        if tokio::time::timeout(LAST_SECONDS, idle).await.is_err() {
            tracing::warn!("the stores did not come to rest in time");
        }
        // From here on another process may sync and send.
        drop(self.inner.lease.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<CoreEvent> {
        self.inner.events.subscribe()
    }

    /// What a host needs before it can show anything.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn state(&self) -> Result<AppState, AppError> {
        let mut accounts = Vec::new();
        for workspace in self.workspaces() {
            accounts.push(self.account_view(&workspace).await?);
        }
        let journal = self.inner.journal.reader.clone();
        let counts = self.read(move || journal.outbox()).await?;
        Ok(AppState {
            version: env!("CARGO_PKG_VERSION").into(),
            profile: self.inner.config.profile,
            secrets: self.inner.config.secrets_state(),
            role: if self.is_owner() { Role::Owner } else { Role::Guest },
            platform: platform(),
            accounts,
            outbox: outbox::counts(&counts),
            connectivity: self.connectivity(),
            notices: self.inner.notices.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        })
    }

    /// Whether this process syncs and sends.
    pub(crate) fn is_owner(&self) -> bool {
        self.inner.is_owner.load(Ordering::Relaxed)
    }

    /// Whether Notion can be reached, as the last call of any workspace told.
    pub(crate) fn connectivity(&self) -> Connectivity {
        match *self.inner.offline_since.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(since) => Connectivity::Offline { since: since.to_string() },
            None => Connectivity::Online,
        }
    }

    /// The connected workspaces, in the order of connection.
    pub(crate) fn workspaces(&self) -> Vec<Arc<Workspace>> {
        let workspaces = self.inner.workspaces.read().unwrap_or_else(PoisonError::into_inner);
        let order = self.inner.order.read().unwrap_or_else(PoisonError::into_inner);
        order.iter().filter_map(|id| workspaces.get(id).cloned()).collect()
    }

    pub(crate) fn workspace(&self, id: AccountId) -> Result<Arc<Workspace>, AppError> {
        let workspaces = self.inner.workspaces.read().unwrap_or_else(PoisonError::into_inner);
        workspaces.get(&id).cloned().ok_or_else(|| AppError::expected(ErrorCode::UnknownAccount).with("account", id))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.config.clock.now()
    }

    /// A new id, greater than all before: operations are sent in the order of their ids.
    pub(crate) fn new_ulid(&self) -> Ulid {
        let mut random = [0; 16];
        (self.inner.config.fill_random)(&mut random);
        let now = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        let new = Ulid::from_parts(now, u128::from_be_bytes(random));
        let mut last = self.inner.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        // Within a millisecond, and when the clock was set back, the next id is the last one plus one.
        *last = if new > *last { new } else { last.increment().unwrap_or(new) };
        *last
    }

    /// Lets new ids be greater than this one: the clock may have been set back since it was given.
    fn count_ids_from(&self, last: OperationId) {
        let mut known = self.inner.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        *known = (*known).max(*last.as_ulid());
    }

    pub(crate) fn new_operation_id(&self) -> OperationId {
        OperationId::from_ulid(self.new_ulid())
    }

    /// Does something that blocks.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        Ok(self.inner.config.execution.run(work).await?)
    }

    pub(crate) fn tell(&self, event: CoreEvent) {
        // Nobody listens when no window is open.
        self.inner.events.send(event).ok();
    }
}

const fn platform() -> Platform {
    if cfg!(target_os = "macos") {
        Platform::MacOs
    } else if cfg!(windows) {
        Platform::Windows
    } else {
        Platform::Linux
    }
}
