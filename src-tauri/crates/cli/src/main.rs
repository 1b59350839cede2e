//! The program `satchel`: reads its environment off the process and runs.

use std::{
    env,
    ffi::OsStr,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
};

use satchel_cli::{Desktop, Environment, Input, Questions, Stream};
use satchel_core::{CoreConfig, Secret};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            writeln!(io::stderr(), "satchel: {error}").ok();
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(satchel_cli::run(env::args_os(), environment()));
    // A reader that blocks on standard input must not keep an interrupted program.
    runtime.shutdown_background();
    ExitCode::from(code)
}

fn environment() -> Environment {
    Environment {
        configure: Box::new(CoreConfig::of_this_machine),
        input: if io::stdin().is_terminal() {
            Input::Terminal(Box::new(Person))
        } else {
            Input::Piped(Box::new(io::stdin()))
        },
        stdout: Stream {
            is_terminal: io::stdout().is_terminal(),
            width: width(),
            takes_colors: takes_colors(),
            writer: Box::new(io::stdout()),
        },
        stderr: Stream {
            is_terminal: io::stderr().is_terminal(),
            width: width(),
            takes_colors: takes_colors(),
            writer: Box::new(io::stderr()),
        },
        now: Box::new(jiff::Timestamp::now),
        zone: jiff::tz::TimeZone::system(),
        desktop: desktop(),
        interrupted: Box::pin(async {
            if tokio::signal::ctrl_c().await.is_err() {
                // Without a handler the system ends the program itself.
                std::future::pending::<()>().await;
            }
        }),
        start_log: Box::new(start_log),
    }
}

/// The columns of the terminal, if there is one.
fn width() -> Option<usize> {
    terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

fn takes_colors() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != OsStr::new("dumb"))
}

/// The person at the terminal.
struct Person;

impl Questions for Person {
    fn secret(&mut self, prompt: &str) -> io::Result<Secret> {
        rpassword::prompt_password(prompt).map(Secret::from)
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        write!(io::stderr(), "{prompt}")?;
        io::stderr().flush()?;
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        Ok(line)
    }
}

fn desktop() -> Desktop {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    Desktop {
        has_display: is_set("WAYLAND_DISPLAY") || is_set("DISPLAY"),
        program: find_desktop_program(),
        loads: Box::new(loads),
        start: Box::new(start),
    }
}

/// Beside this program, or else in `PATH`.
fn find_desktop_program() -> Option<PathBuf> {
    let name = format!("satchel-desktop{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().and_then(|own| Some(own.parent()?.join(&name)));
    let path = env::var_os("PATH").unwrap_or_default();
    beside.into_iter().chain(env::split_paths(&path).map(|folder| folder.join(&name))).find(|file| file.is_file())
}

#[allow(
    unsafe_code,
    reason = "loading a library runs its start-up code; these two are loaded by the desktop program in any case"
)]
fn loads(name: &str) -> bool {
    // SAFETY: the start-up code of GTK and WebKitGTK registers types and touches nothing of this program.
    unsafe { libloading::Library::new(name) }.map(std::mem::forget).is_ok()
}

fn start(mut command: Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        // Ctrl-C in this terminal is not meant for the windows.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    command.spawn().map(drop)
}

/// The log is for whoever looks for a mistake: it goes to standard error, and only when asked for.
fn start_log(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::new(format!(
        "warn,satchel={level},satchel_core={level},satchel_sync={level},satchel_notion={level},satchel_store={level}"
    ));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}
