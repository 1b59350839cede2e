//! A desktop of its own for a command: a screen in memory, a session bus, an unlocked keychain, a window manager, a throw-away home.

use std::{env, path::PathBuf, process::Command};

use crate::machine::Machine;

/// The command that runs another one on a desktop of its own.
pub fn on_a_desktop(machine: &Machine, program: &str, arguments: &[&str]) -> Command {
    let mut command = machine.command("bash", &["tests/e2e/desktop.sh", program]);
    command.args(arguments);
    command
}

/// Where a built program is.
pub fn built(machine: &Machine, profile: &str, name: &str) -> PathBuf {
    machine.target().join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
