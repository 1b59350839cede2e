//! The command line over `satchel-core`: words in, results, sentences and exit codes out.
//!
//! [`run`] is the whole program; the binary only reads its [`Environment`] off the process. Not here: rules of what is kept, sent or
//! found (the core's), sentences for errors (the catalogue that the windows have too), and any global.

#![deny(missing_docs)]

mod args;
mod catalogue;
mod command;
mod console;
mod environment;
mod failure;
mod moment;
mod naming;
mod progress;
mod reading;
mod session;
mod settling;
mod wrapping;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

pub use console::Stream;
pub use environment::{Configure, Desktop, Environment, Input, Questions};

use args::{Arguments, ColorWhen};
use console::{Console, Line};
use failure::{Exit, Failure};
use session::{Session, World};

/// Lines of help longer than this are hard to read.
const WIDEST_HELP: usize = 100;

/// Runs one command line, the program's own name first, and returns its exit code.
pub async fn run(words: impl IntoIterator<Item = OsString>, environment: Environment) -> u8 {
    let words: Vec<OsString> = words.into_iter().collect();
    let Environment { configure, input, stdout, stderr, now, zone, desktop, interrupted, start_log } = environment;
    let width = stdout.width.unwrap_or(WIDEST_HELP).min(WIDEST_HELP);
    let mut console = console_for(&words, stdout, stderr);
    let exit = match parse(&words, width, &mut console) {
        Ok(arguments) => {
            start_log(arguments.everywhere.verbose);
            let world = World { configure, input: Some(input), now, zone, desktop };
            let mut session = Session::new(arguments.everywhere, world);
            let result = tokio::select! {
                result = Box::pin(command::execute(&mut session, &mut console, arguments.command)) => result,
                () = interrupted => Err(stopped()),
            };
            session.close().await;
            result.map_or_else(
                |failure| {
                    failure.show(&mut console);
                    failure.exit
                },
                |()| Exit::Done,
            )
        }
        Err(exit) => exit,
    };
    match console.finish() {
        Ok(()) => exit as u8,
        Err(error) => {
            console.complain(Line::new().plain(&format!("The result could not be written: {error}")));
            Exit::Local as u8
        }
    }
}

fn stopped() -> Failure {
    Failure::new(Exit::Interrupted, "cancelled", "Stopped.", "")
        .safe("What was written down is kept, and what was fetched stays.")
}

/// The words may be wrong, so the few that say how to answer are looked for by hand.
fn console_for(words: &[OsString], stdout: Stream, stderr: Stream) -> Console {
    let options = || words.iter().take_while(|word| *word != "--").filter_map(|word| word.to_str());
    let has = |wanted: &str| options().any(|word| word == wanted);
    let after_name = options().zip(options().skip(1)).find_map(|(name, value)| (name == "--color").then_some(value));
    let color = match after_name.or_else(|| options().find_map(|word| word.strip_prefix("--color="))) {
        Some("always") => ColorWhen::Always,
        Some("never") => ColorWhen::Never,
        _ => ColorWhen::Auto,
    };
    Console::new(stdout, stderr, color, has("--json"), has("--quiet") || has("-q"))
}

/// Reads the words. What ends here already (help, the version, a mistake) is said.
fn parse(words: &[OsString], width: usize, console: &mut Console) -> Result<Arguments, Exit> {
    // Looked at first, because an error about a word that is not known shows the word.
    if words.iter().skip(1).any(|word| args::is_token(&word.to_string_lossy())) {
        let failure = command::token_as_argument();
        failure.show(console);
        return Err(failure.exit);
    }
    let matches = Arguments::command().term_width(width).try_get_matches_from(words);
    let error = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => {
            console.is_json = arguments.everywhere.json;
            console.is_quiet = arguments.everywhere.quiet;
            return Ok(arguments);
        }
        Err(error) => error,
    };
    let text = error.render();
    if !error.use_stderr() {
        console.styled(&text.to_string(), &text.ansi().to_string(), false);
        return Err(Exit::Done);
    }
    if console.is_json {
        let text = text.to_string();
        let what = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Failure::new(Exit::Usage, "usage", what, "See `satchel --help`.").show(console);
    } else {
        console.styled(&text.to_string(), &text.ansi().to_string(), true);
    }
    Err(Exit::Usage)
}
