//! The core behind the windows, and the way from its events to theirs.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError, RwLock},
};

use satchel_core::{AppError, Core, CoreConfig, CoreEvent, view::Profile};
use tauri::{AppHandle, Runtime, async_runtime::JoinHandle};
use tauri_specta::Event;
use tokio::sync::broadcast::error::RecvError;

use crate::{Options, events, log};

/// The core that is open, or why none is. It is another one after a switch of profiles.
pub struct Host {
    core: RwLock<Result<Core, AppError>>,
    options: Options,
    forwarder: Mutex<Option<JoinHandle<()>>>,
    /// Held while a core is being opened: windows ask at the same moment, and one core is enough for all of them.
    opening: tokio::sync::Mutex<()>,
}

impl Host {
    /// Opens the core that the options ask for and starts its work. When it cannot be opened, the windows say why and what can be done.
    pub async fn open(options: &Options) -> Self {
        let core = open(options, options.profile()).await;
        Self {
            core: RwLock::new(core),
            options: options.clone(),
            forwarder: Mutex::default(),
            opening: Default::default(),
        }
    }

    /// A host of a core that is open already.
    #[must_use]
    pub fn with(core: Core, options: Options) -> Self {
        Self { core: RwLock::new(Ok(core)), options, forwarder: Mutex::default(), opening: Default::default() }
    }

    /// The core that is open now.
    ///
    /// # Errors
    /// Why none is.
    pub fn core(&self) -> Result<Core, AppError> {
        self.core.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the core once more if it could not be opened before: a keychain may have been unlocked since.
    ///
    /// # Errors
    /// Why it still cannot be.
    pub async fn open_again<R: Runtime>(&self, app: &AppHandle<R>) -> Result<(), AppError> {
        let _only = self.opening.lock().await;
        if self.core().is_ok() {
            return Ok(());
        }
        match open(&self.options, self.options.profile()).await {
            Ok(core) => self.replace(app, core).await,
            Err(error) => {
                *self.core.write().unwrap_or_else(PoisonError::into_inner) = Err(error.clone());
                return Err(error);
            }
        }
        Ok(())
    }

    /// Closes the open profile, if there is one, and opens another.
    ///
    /// # Errors
    /// The other cannot be opened; then the open one stays.
    pub async fn switch<R: Runtime>(&self, app: &AppHandle<R>, profile: Profile) -> Result<(), AppError> {
        let _only = self.opening.lock().await;
        let next = open(&self.options, profile).await?;
        self.replace(app, next).await;
        Ok(())
    }

    /// Where the log of this start is.
    #[must_use]
    pub fn log_folder(&self) -> Option<PathBuf> {
        log::folder(&self.options)
    }

    /// Opens the person's profile without the keychain: keys and stores in memory, nothing of which outlives quitting.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn open_in_memory<R: Runtime>(&self, app: &AppHandle<R>) -> Result<(), AppError> {
        let _only = self.opening.lock().await;
        let options = Options { keeps_secrets_in_memory: true, ..self.options.clone() };
        let next = open(&options, Profile::Personal).await?;
        self.replace(app, next).await;
        Ok(())
    }

    async fn replace<R: Runtime>(&self, app: &AppHandle<R>, next: Core) {
        let previous = std::mem::replace(&mut *self.core.write().unwrap_or_else(PoisonError::into_inner), Ok(next));
        if let Ok(previous) = previous {
            previous.close().await;
        }
        self.forward_events(app);
        events::AccountsChanged.emit(app).ok();
    }

    /// Ends the core's work; what is on its way gets a few seconds.
    pub async fn close(&self) {
        if let Ok(core) = self.core() {
            core.close().await;
        }
    }

    /// Passes the core's events on to the windows.
    pub fn forward_events<R: Runtime>(&self, app: &AppHandle<R>) {
        let Ok(core) = self.core() else { return };
        let mut received = core.events();
        drop(core);
        let handle = app.clone();
        let forwarder = tauri::async_runtime::spawn(async move {
            loop {
                match received.recv().await {
                    Ok(event) => pass_on(&handle, event),
                    // Whoever fell behind must look at everything again.
                    Err(RecvError::Lagged(_)) => pass_on(&handle, CoreEvent::ItemsChanged { items: Vec::new() }),
                    Err(RecvError::Closed) => break,
                }
            }
        });
        let previous = self.forwarder.lock().unwrap_or_else(PoisonError::into_inner).replace(forwarder);
        if let Some(previous) = previous {
            previous.abort();
        }
    }
}

async fn open(options: &Options, profile: Profile) -> Result<Core, AppError> {
    let mut config = CoreConfig::of_this_machine(profile)?;
    if options.keeps_secrets_in_memory {
        config = config.in_memory();
    }
    if let Some(url) = &options.base_url {
        config = config.at(url)?;
    }
    let core = Core::open(config).await?;
    core.start();
    Ok(core)
}

fn pass_on<R: Runtime>(app: &AppHandle<R>, event: CoreEvent) {
    let result = match event {
        CoreEvent::AccountsChanged => events::AccountsChanged.emit(app),
        CoreEvent::SyncChanged { account_id, phase } => events::SyncChanged { account_id, phase }.emit(app),
        CoreEvent::ItemsChanged { items } => events::ItemsChanged { items }.emit(app),
        CoreEvent::CommentsChanged { account_id, page_id } => events::CommentsChanged { account_id, page_id }.emit(app),
        CoreEvent::OutboxChanged { counts } => {
            crate::tray::show_waiting(app, counts);
            events::OutboxChanged { counts }.emit(app)
        }
        CoreEvent::ConnectivityChanged { connectivity } => events::ConnectivityChanged { connectivity }.emit(app),
    };
    if let Err(error) = result {
        tracing::debug!(%error, "no window took an event");
    }
}
