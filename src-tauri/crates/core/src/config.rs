//! Everything a core needs of the world comes in here: folders, keychain, clock, randomness, the way to Notion. No globals.

use std::{path::PathBuf, sync::Arc};

use satchel_auth::Keychain;
use satchel_model::{AccountId, Timestamp};
use satchel_notion::{ReqwestTransport, Transport};
use satchel_store::{Executor, Location};
use satchel_sync::Execution;

use crate::{
    AppError, ErrorCode,
    view::{Profile, SecretsState},
};

/// Tells wall time. Waiting is tokio's.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Where the stores are. The same for the app and the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paths {
    /// In files of this folder.
    Folder(PathBuf),
    /// In memory, under a name that no other core of this process has.
    Memory(String),
}

/// The name of our folder, which is the identifier of the app: keychain items and links hang on it as well.
const IDENTIFIER: &str = "app.satchel.desktop";

impl Paths {
    /// The folder of the person who runs this.
    ///
    /// # Errors
    /// The person has no home.
    pub fn of_this_machine() -> Result<Self, AppError> {
        let folders = directories::BaseDirs::new()
            .ok_or_else(|| AppError::expected(ErrorCode::FolderReadOnly).with("folder", "~"))?;
        Ok(Self::Folder(folders.data_dir().join(IDENTIFIER)))
    }

    /// Where the journal is.
    #[must_use]
    pub fn journal(&self) -> Location {
        self.at("journal.db", "journal")
    }

    /// Where the offline copy of an account is.
    #[must_use]
    pub fn cache(&self, id: AccountId) -> Location {
        self.at(&format!("cache-{id}.db"), &format!("cache-{id}"))
    }

    fn at(&self, file: &str, name: &str) -> Location {
        match self {
            Self::Folder(folder) => Location::File(folder.join(file)),
            Self::Memory(prefix) => Location::Memory(format!("{prefix}-{name}")),
        }
    }
}

/// Where tokens and keys are kept.
#[derive(Debug, Clone)]
pub enum Secrets {
    /// In the system's keychain, which may be locked or missing.
    System,
    /// In this one.
    In(Keychain),
    /// In memory; then the stores are there too.
    Memory,
}

/// Fills a buffer with bytes that nobody can guess.
pub type FillRandom = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

pub(crate) const fn executor(execution: &Execution) -> Executor {
    match execution {
        Execution::Threads(_) => Executor::Thread,
        Execution::Inline => Executor::Inline,
    }
}

/// What a core is opened with.
#[derive(Clone)]
pub struct CoreConfig {
    pub(crate) profile: Profile,
    pub(crate) paths: Paths,
    pub(crate) secrets: Secrets,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) fill_random: FillRandom,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) base_url: String,
    pub(crate) execution: Execution,
    /// Tokens to connect at the start, for the demo.
    pub(crate) tokens: Vec<String>,
}

impl std::fmt::Debug for CoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CoreConfig").field("profile", &self.profile).field("paths", &self.paths).finish_non_exhaustive()
    }
}

const SERVICE: &str = "https://api.notion.com";

impl CoreConfig {
    /// What this machine has: the person's folder, the system's keychain and clock, Notion on the network; or, for the demo, the
    /// simulator and nothing outside of memory.
    ///
    /// # Errors
    /// The person has no home, or TLS cannot be set up.
    pub fn of_this_machine(profile: Profile) -> Result<Self, AppError> {
        let config = Self {
            profile,
            paths: Paths::of_this_machine()?,
            secrets: Secrets::System,
            clock: Arc::new(SystemClock),
            fill_random: Arc::new(|buffer| {
                // The system's source of randomness does not fail on any system this runs on; a key of zeros must never be used.
                if let Err(error) = getrandom::fill(buffer) {
                    tracing::error!(%error, "no randomness");
                    std::process::abort();
                }
            }),
            transport: Arc::new(
                ReqwestTransport::new().map_err(|error| crate::error::internal("TLS cannot be set up", &error))?,
            ),
            base_url: SERVICE.into(),
            execution: Execution::threads(),
            tokens: Vec::new(),
        };
        match profile {
            Profile::Personal => Ok(config),
            Profile::Demo => config.with_demo(),
        }
    }

    /// Keeps keys, tokens and stores in memory.
    #[must_use]
    pub fn in_memory(mut self) -> Self {
        let mut name = [0; 8];
        (self.fill_random)(&mut name);
        self.paths = Paths::Memory(hex::encode(name));
        self.secrets = Secrets::Memory;
        self
    }

    /// Talks to this address in place of Notion's own.
    ///
    /// # Errors
    /// It is no address, or one that would send tokens unencrypted to another machine.
    pub fn at(mut self, base_url: &str) -> Result<Self, AppError> {
        let refused = || AppError::expected(ErrorCode::RefusedAddress).with("url", base_url);
        let url: http::Uri = base_url.parse().map_err(|_| refused())?;
        let is_safe = match url.scheme_str() {
            Some("https") => true,
            Some("http") => matches!(url.host(), Some("localhost" | "127.0.0.1" | "[::1]")),
            _ => false,
        };
        if !is_safe {
            return Err(refused());
        }
        self.base_url = base_url.trim_end_matches('/').into();
        Ok(self)
    }

    /// The same with other folders.
    #[must_use]
    pub fn with_paths(mut self, paths: Paths) -> Self {
        self.paths = paths;
        self
    }

    /// The same with another place for secrets.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same with another source of randomness.
    #[must_use]
    pub fn with_randomness(mut self, fill: FillRandom) -> Self {
        self.fill_random = fill;
        self
    }

    /// The same with another way to Notion.
    #[must_use]
    pub fn with_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = transport;
        self
    }

    /// The same with work that blocks done elsewhere.
    #[must_use]
    pub fn with_execution(mut self, execution: Execution) -> Self {
        self.execution = execution;
        self
    }

    pub(crate) const fn secrets_state(&self) -> SecretsState {
        match self.secrets {
            Secrets::System | Secrets::In(_) => SecretsState::Keychain,
            Secrets::Memory => SecretsState::Memory,
        }
    }

    #[cfg(not(feature = "demo"))]
    fn with_demo(self) -> Result<Self, AppError> {
        Err(AppError::expected(ErrorCode::Internal))
    }

    /// The simulator in this process, with the demo's three workspaces.
    #[cfg(feature = "demo")]
    fn with_demo(self) -> Result<Self, AppError> {
        let mut seed = satchel_sim::demo::seed();
        seed.now = self.clock.now().to_string();
        let tokens = seed
            .workspaces
            .iter()
            .filter_map(|workspace| workspace.connections.first())
            .map(|connection| connection.token.clone());
        let tokens = tokens.collect();
        let simulator = crate::simulator::on_clock(seed, Arc::clone(&self.clock))?;
        let mut config = self.in_memory().with_transport(Arc::new(crate::simulator::InProcess::new(simulator)));
        config.tokens = tokens;
        Ok(config)
    }
}
