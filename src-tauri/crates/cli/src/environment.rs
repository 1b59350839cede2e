//! Everything a run needs of the world. The program reads it off the process; tests make their own.

use std::{
    io::{self, Read},
    path::PathBuf,
    pin::Pin,
    process::Command,
};

use jiff::{Timestamp, tz::TimeZone};
use satchel_core::{AppError, CoreConfig, Secret, view::Profile};

use crate::Stream;

/// What opens a core of a profile, before the options of the command line are applied.
pub type Configure = Box<dyn Fn(Profile) -> Result<CoreConfig, AppError> + Send + Sync>;

/// Everything a run needs of the world.
pub struct Environment {
    /// What a core is opened with.
    pub configure: Configure,
    /// Where input comes from.
    pub input: Input,
    /// Standard output.
    pub stdout: Stream,
    /// Standard error.
    pub stderr: Stream,
    /// Tells wall time, for ages.
    pub now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// In which times are shown.
    pub zone: TimeZone,
    /// The desktop program.
    pub desktop: Desktop,
    /// Ready when the person asks to stop.
    pub interrupted: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Starts the log, at this number of `-v`s.
    pub start_log: Box<dyn Fn(u8) + Send + Sync>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("stdout", &self.stdout)
            .field("stderr", &self.stderr)
            .finish_non_exhaustive()
    }
}

/// Where input comes from.
pub enum Input {
    /// A file or another program.
    Piped(Box<dyn Read + Send>),
    /// A person.
    Terminal(Box<dyn Questions>),
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Piped(_) => "Piped",
            Self::Terminal(_) => "Terminal",
        })
    }
}

/// What a person at a terminal can be asked.
pub trait Questions: Send {
    /// A secret, which is not shown while it is typed.
    ///
    /// # Errors
    /// There is no terminal, or the person gave up.
    fn secret(&mut self, prompt: &str) -> io::Result<Secret>;

    /// A line.
    ///
    /// # Errors
    /// There is no terminal.
    fn line(&mut self, prompt: &str) -> io::Result<String>;
}

/// The desktop program, and what it needs.
pub struct Desktop {
    /// There is a display to open windows on.
    pub has_display: bool,
    /// Where the program is, if it is installed.
    pub program: Option<PathBuf>,
    /// Whether a shared library can be loaded.
    pub loads: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// Starts a program and leaves it alone.
    pub start: Box<dyn Fn(Command) -> io::Result<()> + Send + Sync>,
}

impl std::fmt::Debug for Desktop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desktop")
            .field("has_display", &self.has_display)
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}
