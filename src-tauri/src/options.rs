//! What the program is asked for when it starts. Few words, so they are read by hand; the command line proper is `satchel`.

use satchel_core::view::{Profile, SecretsState};
use tauri::{AppHandle, Runtime};

use crate::{capture_window, events::Navigate, main_window};

/// What the program is asked for when it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Open the demo's profile.
    pub is_demo: bool,
    /// Keep keys and stores in memory.
    pub keeps_secrets_in_memory: bool,
    /// Start in the tray, without a window.
    pub is_hidden: bool,
    /// Show the capture window.
    pub shows_capture: bool,
    /// Do not hand over to an instance that runs already.
    pub allows_second_instance: bool,
    /// Where the API is, when it is not Notion's own.
    pub base_url: Option<String>,
}

impl Options {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// A word that is not known; the text says which are.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--demo" => options.is_demo = true,
                "--hidden" => options.is_hidden = true,
                "--capture" => options.shows_capture = true,
                "--new-instance" => options.allows_second_instance = true,
                "--secrets" => match words.next().as_deref() {
                    Some("memory") => options.keeps_secrets_in_memory = true,
                    Some("keychain") => options.keeps_secrets_in_memory = false,
                    other => {
                        return Err(format!(
                            "--secrets takes `keychain` or `memory`, not `{}`",
                            other.unwrap_or_default()
                        ));
                    }
                },
                "--base-url" => options.base_url = Some(words.next().ok_or("--base-url takes an address")?),
                _ => {
                    return Err(format!(
                        "`{word}` is not known; there are --demo, --hidden, --capture, --new-instance, --secrets keychain|memory and --base-url URL"
                    ));
                }
            }
        }
        Ok(options)
    }

    /// Whose stores to open.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        if self.is_demo { Profile::Demo } else { Profile::Personal }
    }

    /// Where to keep keys and tokens.
    #[must_use]
    pub const fn secrets(&self) -> SecretsState {
        if self.is_demo || self.keeps_secrets_in_memory { SecretsState::Memory } else { SecretsState::Keychain }
    }
}

/// Somebody started the program again: do here what was asked for there.
pub(crate) fn from_second_instance<R: Runtime>(app: &AppHandle<R>, arguments: &[String]) {
    match Options::parse(arguments.iter().skip(1).cloned()) {
        Ok(options) if options.shows_capture => capture_window::show(app),
        _ => main_window::show(app, None::<Navigate>),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn the_demo_never_touches_the_keychain() {
        assert_eq!(parse("--demo").unwrap().secrets(), SecretsState::Memory);
        assert_eq!(parse("").unwrap().secrets(), SecretsState::Keychain);
    }

    #[test]
    fn an_unknown_word_is_refused_with_those_that_are_known() {
        assert!(parse("--token abc").unwrap_err().contains("--secrets keychain|memory"));
        assert!(parse("--secrets file").unwrap_err().contains("`file`"));
    }
}
