//! The desktop program.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]
#![allow(clippy::print_stderr, reason = "a program started from a terminal says there why it cannot start")]

use std::process::ExitCode;

fn main() -> ExitCode {
    spare_memory();
    let options = match satchel_shell::Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("satchel-desktop: {message}");
            return ExitCode::from(2);
        }
    };
    log_to_stderr();
    if !has_screen() {
        eprintln!(
            "satchel-desktop: there is no display here to open a window on; `satchel demo` shows the same in the terminal"
        );
        return ExitCode::FAILURE;
    }
    match satchel_shell::run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("satchel-desktop: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What goes wrong is said where the program was started from; `SATCHEL_LOG` takes the filters of `tracing-subscriber`.
fn log_to_stderr() {
    use tracing_subscriber::{EnvFilter, filter::LevelFilter};
    let filter = EnvFilter::builder()
        .with_env_var("SATCHEL_LOG")
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Without a display, GTK ends the program before anybody can say why.
#[cfg(target_os = "linux")]
fn has_screen() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|key| std::env::var_os(key).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(target_os = "linux"))]
const fn has_screen() -> bool {
    true
}

/// WebKit's buffers for the graphics card cost 50 to 70 MiB that a program of text gains nothing from, unless the person wants them.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the environment is changed before any thread exists")]
fn spare_memory() {
    const KEY: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(KEY).is_none() {
        // SAFETY: this is the first statement of the program, so no other thread can read the environment.
        unsafe { std::env::set_var(KEY, "1") };
    }
}

#[cfg(not(target_os = "linux"))]
const fn spare_memory() {}
