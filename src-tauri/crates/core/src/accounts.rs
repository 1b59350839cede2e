//! Connecting workspaces with pasted tokens, and signing out.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
};

use satchel_auth::Token;
use satchel_model::{Account, AccountId, Capabilities, Capability, Dye, Timestamp, TokenKind, UserId};
use satchel_notion::{Client, Priority, types};
use satchel_store::{Cache, OutboxFate, Setting};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    AppError, Core, ErrorCode,
    event::CoreEvent,
    stores,
    view::{AccountView, CoverageView, SyncPhase},
    workspace::{Parts, Workspace},
};

/// When the last sync of each account ended.
pub(crate) const SYNCED_AT: Setting<std::collections::BTreeMap<AccountId, Timestamp>> = Setting::new("synced_at");

/// The accounts whose copies were found to be damaged, and are to be set aside before they are opened again.
const DAMAGED: Setting<BTreeSet<AccountId>> = Setting::new("damaged_copies");

impl Core {
    /// Opens the copies of the accounts that the journal knows. One whose secrets are gone stays, and asks to sign in.
    pub(crate) async fn connect_known(&self) -> Result<(), AppError> {
        let journal = self.inner.journal.reader.clone();
        let (accounts, synced) = self.read(move || Ok((journal.accounts()?, journal.setting(SYNCED_AT)?))).await?;
        let synced = synced.unwrap_or_default();
        for account in accounts {
            if self.workspace(account.id).is_ok() {
                continue;
            }
            let synced_at = synced.get(&account.id).copied();
            self.connect_one(account, synced_at).await?;
        }
        Ok(())
    }

    /// Opens the copy of one known account.
    async fn connect_one(&self, account: Account, synced_at: Option<Timestamp>) -> Result<(), AppError> {
        let Some(secrets) = self.inner.keychain.account(account.id).await? else {
            self.notice(ErrorCode::KeyLost);
            tracing::error!(account = %account.id, "the secrets of an account are gone from the keychain");
            return Ok(());
        };
        let (journal, id) = (self.inner.journal.reader.clone(), account.id);
        let is_damaged =
            self.read(move || journal.setting(DAMAGED)).await?.is_some_and(|damaged| damaged.contains(&id));
        let mut notices = Vec::new();
        if is_damaged {
            stores::set_cache_aside(&self.inner.config, id)?;
            notices.push(ErrorCode::CacheDamaged);
        }
        let cache = stores::cache(&self.inner.config, id, &secrets.cache_key, &mut notices)?;
        if is_damaged {
            let forget = move |damaged: &mut BTreeSet<AccountId>| {
                damaged.remove(&id);
            };
            self.inner.journal.writer.change_setting(DAMAGED, forget).await?;
        }
        let was_damaged = !notices.is_empty();
        notices.into_iter().for_each(|notice| self.notice(notice));
        let client = self.client(&secrets.token)?;
        self.connect(account, client, cache, synced_at.filter(|_| !was_damaged));
        Ok(())
    }

    /// Sets a damaged copy aside and begins a new one, which is fetched again; where files that are in use cannot be moved, at the next start.
    pub(crate) async fn renew(&self, workspace: &Arc<Workspace>) {
        workspace.set_phase(SyncPhase::Failed { code: ErrorCode::CacheDamaged, synced_at: None });
        workspace.cancel.cancel();
        let (account, id) = (workspace.account(), workspace.id);
        let mark = move |damaged: &mut BTreeSet<AccountId>| {
            damaged.insert(id);
        };
        let renewed = async {
            self.inner.journal.writer.change_setting(DAMAGED, mark).await?;
            self.connect_one(account, None).await
        };
        match renewed.await {
            Ok(()) => {
                if let Ok(workspace) = self.workspace(id) {
                    self.supervise(workspace);
                }
            }
            Err(error) => tracing::error!(account = %id, %error, "a damaged copy cannot be renewed now"),
        }
        self.tell(CoreEvent::AccountsChanged);
        self.tell(CoreEvent::ItemsChanged { items: Vec::new() });
    }

    /// Checks a pasted token with Notion, and connects its workspace. Nothing is kept of a token that Notion refuses.
    ///
    /// # Errors
    /// It is no token, Notion refuses it or cannot be reached, its workspace is connected already, or the keychain does not take it.
    pub async fn add_account(&self, token: SecretString) -> Result<AccountView, AppError> {
        let token = parse(&token)?;
        let _alone = self.inner.connecting.lock().await;
        let client = self.client(token.secret())?;
        let me = who_am_i(&client).await?;
        let taken = |account: &Account| account.bot_id == me.bot_id && account.workspace_id == me.workspace_id;
        if let Some(known) = self.workspaces().iter().map(|workspace| workspace.account()).find(taken) {
            return Err(AppError::expected(ErrorCode::AccountExists).with("workspace", known.workspace_name));
        }
        let account = Account {
            id: AccountId::from_ulid(self.new_ulid()),
            workspace_id: me.workspace_id,
            workspace_name: me.workspace_name,
            bot_id: me.bot_id,
            acts_as: me.acts_as,
            bot_name: me.bot_name,
            token_kind: me.token_kind,
            token_hint: token.hint(),
            capabilities: probe(&client).await?,
            dye: Dye::nth(self.workspaces().len()),
            max_upload_bytes: me.max_upload_bytes,
            added_at: self.now(),
        };
        // The secrets come first: a file without its key is worth nothing. Should the rest fail, they go again.
        let secrets = stores::new_secrets(&self.inner.config, token.secret().clone());
        self.inner.keychain.set_account(account.id, &secrets).await?;
        let opened = stores::cache(&self.inner.config, account.id, &secrets.cache_key, &mut Vec::new());
        let cache = match opened {
            Ok(cache) => cache,
            Err(error) => {
                self.inner.keychain.remove_account(account.id).await?;
                return Err(error);
            }
        };
        if let Err(error) = self.inner.journal.writer.save_account(account.clone()).await {
            drop(cache);
            stores::wipe_cache(&self.inner.config, &account)?;
            self.inner.keychain.remove_account(account.id).await?;
            return Err(error.into());
        }
        let workspace = self.connect(account, client, cache, None);
        if self.is_started() && !self.inner.cancel.is_cancelled() {
            self.supervise(Arc::clone(&workspace));
        }
        self.tell(CoreEvent::AccountsChanged);
        self.account_view(&workspace).await
    }

    /// Gives a connected workspace another token. It must be of the same workspace.
    ///
    /// # Errors
    /// As for [`Core::add_account`]; the old token stays then.
    pub async fn replace_token(&self, account_id: AccountId, token: SecretString) -> Result<AccountView, AppError> {
        let workspace = self.workspace(account_id)?;
        let token = parse(&token)?;
        let client = self.client(token.secret())?;
        let me = who_am_i(&client).await?;
        let mut account = workspace.account();
        if me.workspace_id != account.workspace_id {
            return Err(AppError::expected(ErrorCode::Invalid)
                .with("detail", format!("the token is of {}, not of {}", me.workspace_name, account.workspace_name)));
        }
        let known = self.inner.keychain.account(account_id).await?;
        let mut secrets = known.ok_or_else(|| AppError::expected(ErrorCode::KeyLost))?;
        secrets.token = token.secret().clone();
        account.bot_id = me.bot_id;
        account.acts_as = me.acts_as;
        account.bot_name = me.bot_name;
        account.token_kind = me.token_kind;
        account.token_hint = token.hint();
        account.capabilities = probe(&client).await?;
        self.inner.keychain.set_account(account_id, &secrets).await?;
        self.inner.journal.writer.save_account(account.clone()).await?;
        workspace.set_account(account);
        workspace.set_client(client);
        workspace.wants_sync.notify_one();
        workspace.wants_sending.notify_one();
        self.tell(CoreEvent::AccountsChanged);
        self.account_view(&workspace).await
    }

    /// Signs out: deletes the token and the key of the copy, then the copy and everything of the account in the journal, what was not
    /// sent included.
    ///
    /// # Errors
    /// The keychain refuses; then nothing was removed.
    pub async fn remove_account(&self, account_id: AccountId) -> Result<(), AppError> {
        let workspace = self.workspace(account_id)?;
        self.inner.keychain.remove_account(account_id).await?;
        workspace.cancel.cancel();
        self.inner.workspaces.write().unwrap_or_else(PoisonError::into_inner).remove(&account_id);
        self.inner.order.write().unwrap_or_else(PoisonError::into_inner).retain(|id| *id != account_id);
        self.tell(CoreEvent::AccountsChanged);
        // Each part goes even when another cannot.
        let of_journal = self.inner.journal.writer.remove_account(account_id, OutboxFate::Remove).await;
        let of_settings = self
            .inner
            .journal
            .writer
            .change_setting(SYNCED_AT, move |at| {
                at.remove(&account_id);
            })
            .await;
        let account = workspace.account();
        drop(workspace);
        stores::wipe_cache(&self.inner.config, &account)?;
        of_journal?;
        Ok(of_settings?)
    }

    /// Starts a sync now, with a look at the page that is open.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn sync_now(&self, account_id: Option<AccountId>) -> Result<(), AppError> {
        for workspace in self.chosen(account_id)? {
            if let Some(id) = workspace.page_to_look_at() {
                // A sync that is running may take long, and a person is looking.
                self.look_anew(&workspace, id);
            }
            workspace.wants_sync.notify_one();
        }
        Ok(())
    }

    fn connect(&self, account: Account, client: Client, cache: Cache, synced_at: Option<Timestamp>) -> Arc<Workspace> {
        let id = account.id;
        let workspace = Arc::new(Workspace::new(Parts {
            account,
            client,
            cache,
            journal: self.inner.journal.clone(),
            clock: Arc::clone(&self.inner.config.clock),
            execution: self.inner.config.execution.clone(),
            events: self.inner.events.clone(),
            cancel: self.inner.cancel.child_token(),
            synced_at,
            offline_since: Arc::clone(&self.inner.offline_since),
            reading: Arc::clone(&self.inner.reading),
        }));
        self.inner.workspaces.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&workspace));
        let mut order = self.inner.order.write().unwrap_or_else(PoisonError::into_inner);
        if !order.contains(&id) {
            order.push(id);
        }
        workspace
    }

    fn client(&self, token: &SecretString) -> Result<Client, AppError> {
        let config = &self.inner.config;
        let clock = Arc::clone(&config.clock);
        let fill = Arc::clone(&config.fill_random);
        Client::builder(Arc::clone(&config.transport))
            .base_url(&config.base_url)
            .token(token.clone())
            .user_agent(concat!("satchel/", env!("CARGO_PKG_VERSION")))
            .wall_clock(move || clock.now())
            .jitter(move || {
                let mut random = [0; 4];
                fill(&mut random);
                f64::from(u32::from_be_bytes(random)) / f64::from(u32::MAX)
            })
            .build()
            .map_err(|_| AppError::expected(ErrorCode::TokenMalformed))
    }

    pub(crate) async fn account_view(&self, workspace: &Arc<Workspace>) -> Result<AccountView, AppError> {
        let reader = workspace.cache.reader.clone();
        let coverage = self.read(move || reader.coverage()).await?;
        let account = workspace.account();
        Ok(AccountView {
            id: account.id,
            name: account.workspace_name,
            dye: account.dye,
            token_kind: account.token_kind,
            token_hint: account.token_hint,
            posts_as: account.bot_name,
            capabilities: account.capabilities,
            sync: workspace.phase(),
            coverage: CoverageView {
                pages: coverage.pages,
                bodies: coverage.bodies,
                data_sources: coverage.data_sources,
                failed: coverage.failed.iter().map(|failure| failure.pages).sum(),
                #[allow(clippy::cast_precision_loss, reason = "no disk holds 2^53 bytes")]
                bytes: coverage.bytes as f64,
            },
        })
    }

    /// Notes when an account's sync ended.
    pub(crate) async fn remember_synced(&self, id: AccountId, at: Timestamp) -> Result<(), AppError> {
        Ok(self
            .inner
            .journal
            .writer
            .change_setting(SYNCED_AT, move |synced| {
                synced.insert(id, at);
            })
            .await?)
    }

    fn notice(&self, notice: ErrorCode) {
        let mut notices = self.inner.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }
}

fn parse(pasted: &SecretString) -> Result<Token, AppError> {
    Token::parse(pasted.expose_secret()).map_err(|reason| {
        AppError::expected(ErrorCode::TokenMalformed).with("reason", format!("{reason:?}").to_lowercase())
    })
}

/// Who a token is.
struct Identity {
    workspace_id: Option<String>,
    workspace_name: String,
    bot_id: UserId,
    acts_as: Option<UserId>,
    bot_name: Option<String>,
    token_kind: TokenKind,
    max_upload_bytes: Option<u64>,
}

async fn who_am_i(client: &Client) -> Result<Identity, AppError> {
    let me = match client.with_priority(Priority::Interactive).users().me().await {
        Err(error) if error.is_unauthorized() => return Err(AppError::expected(ErrorCode::TokenRefused)),
        answer => answer.map_err(|error| AppError::from(&error))?,
    };
    let bot = me.bot.value();
    let owner = bot.and_then(|bot| bot.owner.value());
    let (token_kind, acts_as) = match owner.map(|owner| &owner.kind) {
        Some(types::OwnerKind::User(person)) => (TokenKind::Personal, Some(UserId::from_uuid(person.id.uuid()))),
        _ => (TokenKind::Internal, None),
    };
    Ok(Identity {
        workspace_id: bot.and_then(|bot| bot.workspace_id.value()).map(ToString::to_string),
        workspace_name: bot.and_then(|bot| bot.workspace_name.value().cloned()).unwrap_or_default(),
        bot_id: UserId::from_uuid(me.id.uuid()),
        acts_as,
        bot_name: me.name.value().cloned(),
        token_kind,
        max_upload_bytes: bot
            .and_then(|bot| bot.workspace_limits.value())
            .and_then(|limits| limits.max_file_upload_size_in_bytes.value().copied()),
    })
}

/// What can be learned of a token's rights without writing anything: two requests.
async fn probe(client: &Client) -> Result<Capabilities, AppError> {
    let client = client.with_priority(Priority::Interactive);
    let learn = |answer: Result<(), satchel_notion::Error>| match answer {
        Ok(()) => Ok(Capability::Granted),
        Err(error) if error.is_restricted() => Ok(Capability::Refused),
        Err(error) => Err(AppError::from(&error)),
    };
    let read_content = learn(client.search(&satchel_notion::write::Search::everything()).page_size(1).await.map(drop))?;
    let user_information = learn(client.users().list().page_size(1).await.map(drop))?;
    Ok(Capabilities { read_content, user_information, ..Capabilities::default() })
}
