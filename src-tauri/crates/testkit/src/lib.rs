//! What tests stand on: a core beside a simulator, on one clock, with a network that can be switched off.
//!
//! Time is tokio's paused time: it jumps when everybody waits, so a test of an hour takes milliseconds, and the simulator lives in the same
//! hour. Nothing here is for programs.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use satchel_core::{
    Clock, Core, CoreConfig, Execution, InProcess, Keychain, Paths, Secrets,
    view::{AccountView, ItemRef, OutboxState, OutboxView, Profile, SearchRequest, SyncPhase},
};
use satchel_model::{AccountId, ItemId};
use satchel_notion::{Phase, Transport, TransportError, TransportFault};
use satchel_sim::{SimClock, Simulator, SimulatorOptions, seed::Seed};
use tempfile::TempDir;

/// When the tests' world begins.
pub const START: &str = "2026-11-22T14:31:00Z";

/// Wall time that follows tokio's.
#[derive(Debug, Clone)]
pub struct PausedClock {
    began: tokio::time::Instant,
    start: Timestamp,
}

impl PausedClock {
    /// A clock that shows [`START`] now.
    #[must_use]
    pub fn new() -> Self {
        Self { began: tokio::time::Instant::now(), start: START.parse().expect("a time") }
    }
}

impl Default for PausedClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.began.elapsed()).expect("a duration");
        self.start.checked_add(passed).expect("a time")
    }
}

/// A way to the simulator that can be cut.
#[derive(Clone)]
pub struct Network {
    inner: InProcess,
    is_cut: Arc<AtomicBool>,
}

impl Network {
    /// Cuts it, or mends it.
    pub fn set_cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if self.is_cut.load(Ordering::Relaxed) {
            let error = TransportError::new(Phase::BeforeSend, TransportFault::Unreachable);
            return Box::pin(std::future::ready(Err(error)));
        }
        Box::pin(async move {
            // An answer takes some time, so that others get their turn, as on a network.
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            self.inner.send(request).await
        })
    }
}

/// A core beside a simulator. The folder and the keychain outlive the core, so it can be closed, killed and opened again.
pub struct Desk {
    /// The other side.
    pub simulator: Simulator,
    /// The way there.
    pub network: Network,
    /// The time both live in.
    pub clock: PausedClock,
    keychain: Keychain,
    folder: TempDir,
    seed: Arc<AtomicU64>,
}

impl Desk {
    /// A desk with the demo's workspaces on the other side, and nothing connected.
    #[must_use]
    pub fn new() -> Self {
        Self::with(satchel_sim::demo::seed(), SimulatorOptions::default())
    }

    /// A desk with these workspaces on the other side.
    #[must_use]
    pub fn with(mut seed: Seed, options: SimulatorOptions) -> Self {
        let clock = PausedClock::new();
        seed.now = START.into();
        let shared = clock.clone();
        let options = SimulatorOptions { clock: Some(SimClock::following(Arc::new(move || shared.now()))), ..options };
        let simulator = Simulator::new(seed, options).expect("the seed can be planted");
        let network = Network { inner: InProcess::new(simulator.clone()), is_cut: Arc::default() };
        Self {
            simulator,
            network,
            clock,
            keychain: Keychain::in_memory().expect("a keychain in memory"),
            folder: tempfile::tempdir().expect("a folder"),
            seed: Arc::new(AtomicU64::new(1)),
        }
    }

    /// What a core of this desk is opened with.
    #[must_use]
    pub fn config(&self) -> CoreConfig {
        let state = Arc::clone(&self.seed);
        CoreConfig::of_this_machine(Profile::Personal)
            .expect("a configuration")
            .with_paths(Paths::Folder(self.folder.path().to_path_buf()))
            .with_secrets(Secrets::In(self.keychain.clone()))
            .with_clock(Arc::new(self.clock.clone()))
            .with_randomness(Arc::new(move |buffer| {
                for byte in buffer {
                    // A step of splitmix64: enough for ids and jitter, and the same every time.
                    let mut z = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                    *byte = z.to_le_bytes()[3];
                }
            }))
            .with_transport(Arc::new(self.network.clone()))
            .with_execution(Execution::Inline)
    }

    /// The folder of the stores.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Opens the core and starts its work.
    pub async fn open(&self) -> Core {
        let core = Core::open(self.config()).await.expect("the core opens");
        core.start();
        core
    }

    /// The token of a workspace of the demo, by its key.
    #[must_use]
    pub fn token(workspace: &str) -> String {
        let seed = satchel_sim::demo::seed();
        let workspace = seed.workspaces.iter().find(|seed| seed.key == workspace).expect("a workspace of the demo");
        workspace.connections.first().expect("a connection").token.clone()
    }

    /// Connects a workspace of the demo and waits for its first sync.
    pub async fn connect(&self, core: &Core, workspace: &str) -> AccountView {
        let account = core.add_account(Self::token(workspace).into()).await.expect("the token is taken");
        synced(core, account.id).await;
        account
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

/// Waits until an account's sync is idle; an hour of its time is enough for anything.
pub async fn synced(core: &Core, id: AccountId) {
    until(core, "the sync to end", async |core| {
        let state = core.state().await.expect("a state");
        let account = state.accounts.into_iter().find(|account| account.id == id)?;
        matches!(account.sync, SyncPhase::Idle { synced_at: Some(_) }).then_some(())
    })
    .await;
}

/// Waits until nothing is left in the outbox but what was sent, discarded or refused.
pub async fn sent(core: &Core) -> OutboxView {
    until(core, "the outbox to be empty", async |core| {
        let outbox = core.outbox().await.expect("an outbox");
        (outbox.counts.waiting == 0).then_some(outbox)
    })
    .await
}

/// Waits until something holds, in steps of paused time.
pub async fn until<T>(core: &Core, what: &str, mut holds: impl AsyncFnMut(&Core) -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(3600);
    loop {
        if let Some(found) = holds(core).await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "waited an hour for {what}");
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
}

/// The first hit of a search.
pub async fn find(core: &Core, query: &str) -> ItemRef {
    let request = SearchRequest { query: query.into(), limit: 20, ..SearchRequest::default() };
    let results = core.search(request).await.expect("a search");
    results.hits.first().unwrap_or_else(|| panic!("nothing is found for {query}")).reference
}

/// The page of a reference.
#[must_use]
pub fn page_of(reference: ItemRef) -> satchel_model::PageId {
    match reference.item {
        ItemId::Page(id) => id,
        ItemId::DataSource(_) => panic!("a data source is not a page"),
    }
}

/// How many operations are sent.
#[must_use]
pub fn count_sent(outbox: &OutboxView) -> usize {
    outbox.items.iter().filter(|item| matches!(item.state, OutboxState::Sent { .. })).count()
}
