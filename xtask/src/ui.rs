//! The UI: its packages and its build.

use std::{fs, path::Path, time::SystemTime};

use crate::{
    machine::Machine,
    step::{Outcome, command, step},
};

/// Installs the packages of the UI when the lock file is newer than what is there.
pub fn provide(machine: &Machine) -> Outcome {
    packages(machine, "packages of the UI", &machine.ui())
}

/// Installs the packages of a folder when its lock file is newer than what is there.
pub fn packages(machine: &Machine, name: &str, folder: &Path) -> Outcome {
    machine.require_node()?;
    let stamp = folder.join("node_modules/.package-lock.json");
    if modified(&stamp) >= modified(&folder.join("package-lock.json")) && stamp.exists() {
        return Ok(());
    }
    step(name, &mut command(folder, "npm", &["ci", "--no-audit", "--no-fund"]))?;
    // `npm ci` keeps the times of the archive, so the stamp may be older than the lock file of a fresh clone.
    fs::write(&stamp, fs::read(&stamp).map_err(|error| error.to_string())?).map_err(|error| error.to_string())
}

/// Builds the UI when a source is newer than what was built.
pub fn build(machine: &Machine) -> Outcome {
    provide(machine)?;
    let ui = machine.ui();
    let built = modified(&ui.join("dist/capture.html"));
    let newest = [
        "src",
        "messages",
        "project.inlang",
        "public",
        "index.html",
        "capture.html",
        "vite.config.ts",
        "package-lock.json",
    ]
    .iter()
    .map(|name| newest(&ui.join(name)))
    .max();
    if built.is_some() && built >= newest.flatten() {
        return Ok(());
    }
    npm(machine, "UI", "build")
}

/// Runs a script of the UI's package.
pub fn npm(machine: &Machine, name: &str, script: &str) -> Outcome {
    step(name, &mut command(&machine.ui(), "npm", &["run", "--silent", script]))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else { return modified(path) };
    // What is generated beside the sources is newer than the build at every build.
    entries
        .flatten()
        .filter(|entry| entry.file_name() != "paraglide")
        .map(|entry| newest(&entry.path()))
        .max()
        .flatten()
}
