//! One connected account at run time: its connection, its copy, what its sync does, and what its work tells.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use satchel_model::{Account, AccountId, Capability, Change, PageId, Timestamp};
use satchel_notion::Client;
use satchel_store::{Cache, Journal};
use satchel_sync::{Context, Execution, Observer, Right, pull::Progress};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Clock,
    event::CoreEvent,
    view::{Connectivity, ItemRef, SyncPhase},
};

/// How long what was found by asking the blocks of a page for comments is good enough.
const ASK_BLOCKS_AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// How many opened pages are remembered for the order of fetching.
const MOST_OPENED: usize = 20;

/// One connected account at run time.
pub(crate) struct Workspace {
    pub(crate) id: AccountId,
    account: RwLock<Account>,
    pub(crate) client: RwLock<Client>,
    pub(crate) cache: Cache,
    journal: Journal,
    clock: Arc<dyn Clock>,
    execution: Execution,
    events: broadcast::Sender<CoreEvent>,
    state: Mutex<State>,
    offline_since: OfflineSince,
    reading: Reading,
    opened: Mutex<VecDeque<PageId>>,
    /// Pages whose blocks were asked for comments, and when; the newest last.
    blocks_asked: Mutex<VecDeque<(PageId, Timestamp)>>,
    /// Wakes the sync.
    pub(crate) wants_sync: Notify,
    /// Wakes the sending.
    pub(crate) wants_sending: Notify,
    /// Ends this account's work.
    pub(crate) cancel: CancellationToken,
    /// The account changed and is to be written to the journal.
    is_changed: AtomicBool,
}

#[derive(Debug, Clone)]
struct State {
    phase: SyncPhase,
    synced_at: Option<Timestamp>,
}

/// Since when Notion cannot be reached; one for all workspaces, because they all take the same way there.
pub(crate) type OfflineSince = Arc<Mutex<Option<Timestamp>>>;

/// The page that a person has open, if any; one for all workspaces, because there is one reader.
pub(crate) type Reading = Arc<Mutex<Option<Open>>>;

/// A page that a person has open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) account_id: AccountId,
    pub(crate) page_id: PageId,
    pub(crate) since: Timestamp,
    /// When it was last looked at in Notion.
    pub(crate) looked_at: Timestamp,
}

/// A page that was opened longer ago than this has been forgotten, not read.
const READ_FOR: jiff::SignedDuration = jiff::SignedDuration::from_mins(60);
/// How long a look at an open page holds, so that one who asks does not make it two.
const LOOK_HOLDS: jiff::SignedDuration = jiff::SignedDuration::from_secs(10);

/// What a workspace is made of.
pub(crate) struct Parts {
    pub(crate) account: Account,
    pub(crate) client: Client,
    pub(crate) cache: Cache,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) execution: Execution,
    pub(crate) events: broadcast::Sender<CoreEvent>,
    pub(crate) cancel: CancellationToken,
    pub(crate) synced_at: Option<Timestamp>,
    pub(crate) offline_since: OfflineSince,
    pub(crate) reading: Reading,
}

impl Workspace {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            id: parts.account.id,
            account: RwLock::new(parts.account),
            client: RwLock::new(parts.client),
            cache: parts.cache,
            journal: parts.journal,
            clock: parts.clock,
            execution: parts.execution,
            events: parts.events,
            state: Mutex::new(State {
                phase: SyncPhase::Idle { synced_at: parts.synced_at.map(|time| time.to_string()) },
                synced_at: parts.synced_at,
            }),
            offline_since: parts.offline_since,
            reading: parts.reading,
            opened: Mutex::default(),
            blocks_asked: Mutex::default(),
            wants_sync: Notify::new(),
            wants_sending: Notify::new(),
            cancel: parts.cancel,
            is_changed: AtomicBool::new(false),
        }
    }

    /// What is known of the account.
    pub(crate) fn account(&self) -> Account {
        self.account.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces what is known of the account.
    pub(crate) fn set_account(&self, account: Account) {
        *self.account.write().unwrap_or_else(PoisonError::into_inner) = account;
    }

    pub(crate) fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_client(&self, client: Client) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What pull and push work with.
    pub(crate) fn context(self: &Arc<Self>) -> Context {
        let clock = Arc::clone(&self.clock);
        Context {
            account: self.account(),
            client: self.client(),
            cache: self.cache.clone(),
            journal: self.journal.reader.clone(),
            outbox: self.journal.writer.clone(),
            now: Arc::new(move || clock.now()),
            execution: self.execution.clone(),
            observer: Arc::new(Told(Arc::clone(self))),
        }
    }

    pub(crate) fn phase(&self) -> SyncPhase {
        self.lock().phase.clone()
    }

    /// When the last sync ended.
    pub(crate) fn synced_at(&self) -> Option<Timestamp> {
        self.lock().synced_at
    }

    pub(crate) fn set_phase(&self, phase: SyncPhase) {
        let mut state = self.lock();
        if state.phase == phase {
            return;
        }
        state.phase = phase.clone();
        drop(state);
        self.tell(CoreEvent::SyncChanged { account_id: self.id, phase });
    }

    pub(crate) fn set_synced(&self, at: Timestamp) {
        self.lock().synced_at = Some(at);
        self.set_phase(SyncPhase::Idle { synced_at: Some(at.to_string()) });
    }

    /// Whether the blocks of this page are to be asked for comments now: not again so soon, since that costs a request each.
    pub(crate) fn may_ask_blocks(&self, id: PageId) -> bool {
        let now = self.now();
        let mut asked = self.blocks_asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|(_, at)| *at <= now && now.duration_since(*at) < ASK_BLOCKS_AGAIN);
        let is_new = asked.iter().all(|(known, _)| *known != id);
        if is_new {
            asked.push_back((id, now));
        }
        is_new
    }

    /// Asking the blocks of this page came to nothing, so that it may be done again.
    pub(crate) fn forget_asked_blocks(&self, id: PageId) {
        self.blocks_asked.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _)| *known != id);
    }

    /// A person looked at this page: it comes first from now on.
    pub(crate) fn opened(&self, id: PageId) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.retain(|known| *known != id);
        opened.push_front(id);
        opened.truncate(MOST_OPENED);
        drop(opened);
        // Whoever opens it looks at it anew.
        let now = self.now();
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Open { account_id: self.id, page_id: id, since: now, looked_at: now });
    }

    /// The page of this workspace that a person has open and that nobody has just looked at. Whoever asks does so now: search, which tells
    /// of edits, lags, and says nothing of edits deep inside a page.
    pub(crate) fn page_to_look_at(&self) -> Option<PageId> {
        let now = self.now();
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let open = reading.as_mut().filter(|open| open.account_id == self.id)?;
        if now.duration_since(open.since) > READ_FOR || now.duration_since(open.looked_at).abs() < LOOK_HOLDS {
            return None;
        }
        open.looked_at = now;
        Some(open.page_id)
    }

    pub(crate) fn recently_opened(&self) -> Vec<PageId> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    pub(crate) fn tell(&self, event: CoreEvent) {
        // Nobody listens when no window is open.
        self.events.send(event).ok();
    }

    /// Writes what was learned of the account to the journal, if anything was.
    pub(crate) async fn save_account(&self) {
        if self.is_changed.swap(false, Ordering::Relaxed) {
            if let Err(error) = self.journal.writer.update_account(self.account()).await {
                tracing::warn!(%error, "what was learned of an account is not kept");
            }
            self.tell(CoreEvent::AccountsChanged);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What pull and push tell, passed on as events.
struct Told(Arc<Workspace>);

impl Observer for Told {
    fn changed(&self, change: Change) {
        let account_id = self.0.id;
        if !change.items.is_empty() {
            let items = change.items.into_iter().map(|item| ItemRef { account_id, item }).collect();
            self.0.tell(CoreEvent::ItemsChanged { items });
        }
        for page_id in change.comments {
            self.0.tell(CoreEvent::CommentsChanged { account_id, page_id });
        }
        if change.outbox {
            let counts =
                self.0.journal.reader.outbox().map(|counts| crate::outbox::counts(&counts)).unwrap_or_default();
            self.0.tell(CoreEvent::OutboxChanged { counts });
        }
    }

    fn progress(&self, progress: Progress) {
        let is_first = self.0.synced_at().is_none();
        self.0.set_phase(match progress {
            Progress::Discovering { found } => SyncPhase::Discovering { found, is_first },
            Progress::Fetching { done, total } => SyncPhase::Fetching { done, total, is_first },
        });
    }

    fn right(&self, right: Right, is_granted: bool) {
        let learned = if is_granted { Capability::Granted } else { Capability::Refused };
        let mut account = self.0.account.write().unwrap_or_else(PoisonError::into_inner);
        let capabilities = &mut account.capabilities;
        let known = match right {
            Right::ReadContent => &mut capabilities.read_content,
            Right::InsertContent => &mut capabilities.insert_content,
            Right::UpdateContent => &mut capabilities.update_content,
            Right::ReadComments => &mut capabilities.read_comments,
            Right::InsertComments => &mut capabilities.insert_comments,
            Right::UserInformation => &mut capabilities.user_information,
        };
        if *known != learned {
            *known = learned;
            self.0.is_changed.store(true, Ordering::Relaxed);
        }
    }

    fn reachable(&self, is_reachable: bool) {
        let mut offline_since = self.0.offline_since.lock().unwrap_or_else(PoisonError::into_inner);
        let since = match (is_reachable, *offline_since) {
            (true, Some(_)) => None,
            (false, None) => Some(self.0.clock.now()),
            _ => return,
        };
        *offline_since = since;
        drop(offline_since);
        let connectivity =
            since.map_or(Connectivity::Online, |since| Connectivity::Offline { since: since.to_string() });
        if is_reachable {
            self.0.wants_sending.notify_one();
        }
        self.0.tell(CoreEvent::ConnectivityChanged { connectivity });
    }
}
