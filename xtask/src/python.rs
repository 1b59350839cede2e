//! The Python client: an environment of its own, and its tests.

use std::{fs, path::PathBuf};

use crate::{
    machine::Machine,
    session::built,
    step::{Outcome, command, step},
};

/// Installs the client into an environment of its own, when what is wanted has changed.
pub fn provide(machine: &Machine) -> Outcome {
    let (folder, environment) = (folder(machine), environment(machine));
    let stamp = environment.join("requirements.txt");
    let wanted = fs::read(folder.join("requirements.txt")).map_err(|error| format!("requirements.txt: {error}"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let at = environment.to_string_lossy();
    step("Python environment", &mut command(&folder, "python3", &["-m", "venv", "--clear", &at]))?;
    let pip = environment.join("bin/pip");
    let arguments =
        ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement", "requirements.txt"];
    step("packages of the Python client", &mut command(&folder, &pip.to_string_lossy(), &arguments))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Runs its tests against the simulator.
pub fn test(machine: &Machine) -> Outcome {
    let python = environment(machine).join("bin/python");
    let simulator = built(machine, "debug", "notion-sim");
    step(
        "the Python client on the simulator",
        command(&folder(machine), &python.to_string_lossy(), &["-B", "-m", "unittest"]).env("NOTION_SIM", simulator),
    )
}

fn folder(machine: &Machine) -> PathBuf {
    machine.root().join("tests/conformance/python")
}

fn environment(machine: &Machine) -> PathBuf {
    machine.target().join("python")
}
