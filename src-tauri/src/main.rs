//! The desktop program.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]
#![allow(clippy::print_stderr, reason = "a program started from a terminal says there why it cannot start")]

use std::process::ExitCode;

use satchel_shell::screen::{self, Screen};

fn main() -> ExitCode {
    spare_memory();
    let options = match satchel_shell::Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("satchel-desktop: {message}");
            return ExitCode::from(2);
        }
    };
    satchel_shell::log::start(&options, std::env::var("SATCHEL_LOG").ok().as_deref());
    let is_set = |key: &str| std::env::var_os(key).is_some_and(|value| !value.is_empty());
    let missing = match screen::look(is_set("WAYLAND_DISPLAY") || is_set("DISPLAY")) {
        Screen::Ready => None,
        Screen::Unnamed => Some("there is no display here to open a window on"),
        Screen::Silent => Some("the display that DISPLAY or WAYLAND_DISPLAY names does not answer"),
    };
    if let Some(what) = missing {
        eprintln!("satchel-desktop: {what}; `satchel demo` shows the same in the terminal");
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
