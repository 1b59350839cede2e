//! What the commands of one run share: the options, the world, and the core once it is open.

use std::io::Read as _;

use jiff::{Timestamp, tz::TimeZone};
use satchel_core::{
    AppError, Core, Paths, Secret,
    view::{AppState, Profile, Role},
};
use satchel_model::AccountId;

use crate::{
    Configure, Desktop, Failure, Input,
    args::{Everywhere, SecretsIn},
    catalogue,
    console::{Console, Line, Tone},
    failure::{Exit, with_commands},
    naming,
};

/// More than any token or note has.
const MOST_INPUT: u64 = 4 * 1024 * 1024;

/// The world without its outputs.
pub(crate) struct World {
    pub(crate) configure: Configure,
    pub(crate) input: Option<Input>,
    pub(crate) now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) zone: TimeZone,
    pub(crate) desktop: Desktop,
}

/// What the commands of one run share.
pub(crate) struct Session {
    pub(crate) everywhere: Everywhere,
    pub(crate) world: World,
    core: Option<Core>,
}

impl Session {
    pub(crate) const fn new(everywhere: Everywhere, world: World) -> Self {
        Self { everywhere, world, core: None }
    }

    /// Opens the core that the options ask for. Nothing syncs or sends yet. What went wrong and was settled is said.
    pub(crate) async fn open(&mut self, console: &mut Console, profile: Profile) -> Result<(Core, AppState), Failure> {
        let mut config = (self.world.configure)(profile)?;
        if profile == Profile::Personal {
            if let Some(folder) = &self.everywhere.data {
                config = config.with_paths(Paths::Folder(folder.clone()));
            }
            if self.everywhere.secrets == SecretsIn::Memory {
                config = config.in_memory();
            }
            if let Some(url) = &self.everywhere.base_url {
                config = config.at(url)?;
            }
        }
        let core = Core::open(config).await?;
        self.core = Some(core.clone());
        let state = core.state().await?;
        for notice in &state.notices {
            let words = catalogue::words(notice.as_str(), &std::collections::BTreeMap::new());
            console.remark(Line::new().tone(Tone::Bad, "Note: ").plain(&words.what));
            console.remark(Line::new().plain(&words.safe).plain(" ").then(with_commands(&words.todo)));
        }
        Ok((core, state))
    }

    /// The same for the person's own accounts, of which there must be one.
    pub(crate) async fn open_connected(&mut self, console: &mut Console) -> Result<(Core, AppState), Failure> {
        let (core, state) = self.open(console, Profile::Personal).await?;
        if state.accounts.is_empty() {
            // An account whose key is lost is known, but nothing can be done with it: the notice has said so.
            return Err(naming::no_accounts());
        }
        Ok((core, state))
    }

    /// Ends the core's work, if there is any.
    pub(crate) async fn close(&mut self) {
        if let Some(core) = self.core.take() {
            core.close().await;
        }
    }

    /// A secret: asked for without showing it, or all of standard input.
    pub(crate) fn secret(&mut self, prompt: &str) -> Result<Secret, Failure> {
        match self.world.input.take() {
            Some(Input::Terminal(mut person)) => match person.secret(prompt) {
                Ok(secret) => Ok(secret),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {
                    Err(Failure::new(Exit::Interrupted, "cancelled", "Stopped.", "").safe("Nothing was saved."))
                }
                Err(error) => Err(unreadable_input(&error)),
            },
            Some(Input::Piped(reader)) => {
                let mut text = String::new();
                reader.take(MOST_INPUT).read_to_string(&mut text).map_err(|error| unreadable_input(&error))?;
                Ok(Secret::from(text))
            }
            None => Err(AppError::expected(satchel_core::ErrorCode::Internal).into()),
        }
    }

    /// What was typed as arguments, or else standard input; none when there is a person to be asked to type it.
    pub(crate) fn text(&mut self, words: &[String]) -> Result<Option<String>, Failure> {
        if !words.is_empty() && words != ["-"] {
            return Ok(Some(words.join(" ")));
        }
        match self.world.input.take() {
            Some(Input::Piped(reader)) => {
                let mut text = String::new();
                reader.take(MOST_INPUT).read_to_string(&mut text).map_err(|error| unreadable_input(&error))?;
                Ok(Some(text.trim_end().to_owned()))
            }
            _ => Ok(None),
        }
    }

    /// A yes from a person; none when nobody can be asked.
    pub(crate) fn confirms(&mut self, question: &str) -> Result<Option<bool>, Failure> {
        match &mut self.world.input {
            Some(Input::Terminal(person)) => {
                let answer = person.line(question).map_err(|error| unreadable_input(&error))?;
                Ok(Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")))
            }
            _ => Ok(None),
        }
    }
}

/// The id of the account that an option names.
pub(crate) fn chosen(state: &AppState, words: Option<&str>) -> Result<Option<AccountId>, Failure> {
    words.map(|words| naming::account(&state.accounts, words).map(|account| account.id)).transpose()
}

/// Accounts come and go in the process that syncs them.
pub(crate) fn must_be_owner(state: &AppState) -> Result<(), Failure> {
    match state.role {
        Role::Owner => Ok(()),
        Role::Guest => Err(Failure::new(
            Exit::Local,
            "another_satchel",
            "Another Satchel is running and looks after the workspaces.",
            "Do this in its settings, under Accounts, or quit it and run this again.",
        )
        .safe("Nothing was changed.")),
    }
}

fn unreadable_input(error: &std::io::Error) -> Failure {
    let what = match error.kind() {
        std::io::ErrorKind::InvalidData => "Standard input is not text (UTF-8).".to_owned(),
        _ => format!("Standard input could not be read: {error}."),
    };
    Failure::new(Exit::Usage, "unreadable_input", what, "").safe("Nothing was changed.")
}
