//! `satchel open`: starts the windows.
//!
//! A shared library that is missing ends the desktop program before its first line, so what it needs is looked for here, where a
//! sentence can be said.

use std::process::Command;

use serde_json::json;

use crate::{
    Failure,
    args::SecretsIn,
    console::{Console, Line, Tone},
    failure::Exit,
    session::Session,
};

/// What the windows are drawn with, on Linux.
const LIBRARIES: [&str; 2] = ["libgtk-3.so.0", "libwebkit2gtk-4.1.so.0"];

pub(super) fn run(session: &Session, console: &mut Console, demo: bool, capture: bool) -> Result<(), Failure> {
    let desktop = &session.world.desktop;
    let Some(program) = &desktop.program else {
        return Err(Failure::new(
            Exit::Local,
            "no_desktop_program",
            "The desktop program `satchel-desktop` is not installed beside this one, nor in PATH.",
            "Install it, or stay here: `satchel search`, `satchel show` and `satchel capture` need no windows.",
        ));
    };
    if session.everywhere.data.is_some() {
        return Err(Failure::new(
            Exit::Usage,
            "no_folder_for_windows",
            "The windows always use your own copy, not the folder of `--data`.",
            "Run `satchel open` without it.",
        )
        .safe("Nothing was started."));
    }
    if cfg!(target_os = "linux") {
        let missing: Vec<&str> = LIBRARIES.into_iter().filter(|name| !(desktop.loads)(name)).collect();
        if !missing.is_empty() {
            return Err(Failure::new(
                Exit::Local,
                "missing_library",
                format!("The windows need {}, which this system does not have.", missing.join(" and ")),
                "Install it (Debian, Ubuntu: `sudo apt install libwebkit2gtk-4.1-0`; Fedora: `sudo dnf install webkit2gtk4.1`; Arch: \
                 `sudo pacman -S webkit2gtk-4.1`). Until then the command line does everything: `satchel --help`.",
            )
            .safe("Nothing was started."));
        }
        if !desktop.has_display {
            return Err(Failure::new(
                Exit::Local,
                "no_display",
                "There is no display to open windows on: neither WAYLAND_DISPLAY nor DISPLAY is set.",
                "Run this on a desktop. Here, over a plain terminal, try `satchel search`.",
            )
            .safe("Nothing was started."));
        }
    }
    let mut command = Command::new(program);
    if demo {
        command.arg("--demo");
    }
    if capture {
        command.arg("--capture");
    }
    if session.everywhere.secrets == SecretsIn::Memory {
        command.args(["--secrets", "memory"]);
    }
    if let Some(url) = &session.everywhere.base_url {
        command.args(["--base-url", url]);
    }
    (desktop.start)(command).map_err(|error| {
        Failure::new(
            Exit::Local,
            "not_started",
            format!("{} could not be started: {error}.", program.display()),
            "Start it by hand to see more.",
        )
    })?;
    if console.is_json {
        console.json(&json!({ "started": program }));
    } else {
        console.confirm(Line::new().tone(Tone::Good, "✓ ").plain("Opening Satchel"));
    }
    Ok(())
}
