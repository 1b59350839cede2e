//! What each command does, in order.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Instant, SystemTime},
};

use crate::{
    machine::{Machine, Need},
    python,
    session::{built, on_a_desktop},
    step::{Outcome, answers, step},
    ui,
};

/// Installs what is missing, for everything.
pub fn setup(machine: &Machine) -> Outcome {
    machine.provide(Need::Test)?;
    ui::provide(machine)?;
    ui::packages(machine, "packages of the official client", &machine.root().join("tests/conformance"))?;
    if cfg!(unix) { python::provide(machine) } else { Ok(()) }
}

/// Opens the app on the demo workspace, or does the same job in the terminal.
pub fn run(machine: &Machine, arguments: &[String]) -> Outcome {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if !machine.has_display() {
        println!(
            "There is no display here, so the demo runs in the terminal. On a machine with a screen this opens the app."
        );
        machine.provide(Need::Core)?;
        step("build", &mut machine.cargo(&["build", "--package", "satchel-cli"]))?;
        return step("demo", machine.command(&path(&built(machine, "debug", "satchel")), &["demo"]).args(arguments));
    }
    machine.provide(Need::Run)?;
    ui::build(machine)?;
    step("build", &mut machine.cargo(&["build", "--package", "satchel-desktop"]))?;
    let app = path(&built(machine, "debug", "satchel-desktop"));
    let arguments = if arguments.is_empty() { vec!["--demo"] } else { arguments };
    step("Satchel", machine.command(&app, &[]).args(arguments))
}

/// Every test, in the order in which a mistake is found soonest.
pub fn test(machine: &Machine) -> Outcome {
    let start = Instant::now();
    machine.provide(Need::Test)?;
    ui::build(machine)?;
    step("format", &mut machine.cargo(&["fmt", "--all", "--check"]))?;
    ui::npm(machine, "types of the UI", "check")?;
    ui::npm(machine, "components of the UI", "test")?;
    step(
        "clippy",
        &mut machine.cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    )?;
    step("build", &mut machine.cargo(&["build", "--workspace", "--bins"]))?;
    rust_tests(machine, &["--workspace"])?;
    step("examples in the docs", &mut machine.cargo(&["test", "--workspace", "--doc", "--quiet"]))?;
    ui::packages(machine, "packages of the official client", &machine.root().join("tests/conformance"))?;
    node_tests(
        machine,
        "the official client on the simulator",
        "tests/conformance",
        &mut machine.command("node", &[]),
    )?;
    if cfg!(unix) {
        python::provide(machine)?;
        python::test(machine)?;
    }
    if cfg!(target_os = "linux") {
        // Built here and not by the first test that wants it, whose patience a cold build may outlast.
        step("bridge", &mut machine.cargo(&["build", "--example", "bridge"]))?;
        node_tests(
            machine,
            "windows in a browser",
            "tests/e2e/browser",
            machine.command("node", &[]).env("SATCHEL_BRIDGE", built(machine, "debug/examples", "bridge")),
        )?;
        node_tests(
            machine,
            "the real app",
            "tests/e2e/app",
            on_a_desktop(machine, "node", &[]).env("SATCHEL_APP", built(machine, "debug", "satchel-desktop")),
        )?;
    }
    println!("\nEverything passed in {:.0} s.", start.elapsed().as_secs_f64());
    Ok(())
}

/// The fast inner loop.
pub fn check(machine: &Machine) -> Outcome {
    machine.provide(Need::App)?;
    ui::provide(machine)?;
    step("format", &mut machine.cargo(&["fmt", "--all", "--check"]))?;
    step(
        "clippy",
        &mut machine.cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    )?;
    rust_tests(machine, &["--workspace", "--lib"])?;
    ui::npm(machine, "types of the UI", "check")
}

/// Writes the TypeScript of the boundary anew.
pub fn bindings(machine: &Machine) -> Outcome {
    machine.provide(Need::App)?;
    step("bindings", machine.cargo(&["test", "--quiet", "--test", "bindings"]).env("SATCHEL_WRITE_BINDINGS", "1"))
}

/// Photographs the real app in both themes.
pub fn screenshots(machine: &Machine) -> Outcome {
    machine.provide(Need::Test)?;
    ui::build(machine)?;
    step("build", &mut machine.cargo(&["build", "--package", "satchel-desktop"]))?;
    let app = built(machine, "debug", "satchel-desktop");
    step("screenshots", on_a_desktop(machine, "node", &["tests/e2e/screenshots.mjs"]).env("SATCHEL_APP", app))
}

/// Measures one thing and prints the figures.
pub fn bench(machine: &Machine, arguments: &[String]) -> Outcome {
    match arguments.first().map(String::as_str) {
        Some("search") => {
            machine.provide(Need::Core)?;
            let mut command = machine.cargo(&["bench", "--package", "satchel-store", "--bench", "search", "--"]);
            step("search", command.args(arguments.iter().skip(1)))
        }
        Some("api") => {
            machine.provide(Need::Core)?;
            let mut command = machine.cargo(&["bench", "--package", "satchel-notion", "--bench", "api", "--"]);
            let recorded = machine.root().join("tests/recorded");
            let files = ["ultimate-notion", "ramnes-notion-sdk-py", "hkob-notion_ruby_mapping"];
            step("api", command.args(files.map(|file| recorded.join(file).with_extension("jsonl"))))
        }
        Some("app") => {
            machine.provide(Need::Test)?;
            ui::build(machine)?;
            step("build", &mut machine.cargo(&["build", "--release", "--package", "satchel-desktop"]))?;
            let app = built(machine, "release", "satchel-desktop");
            step("app", on_a_desktop(machine, "node", &["tests/e2e/measure.mjs"]).env("SATCHEL_APP", app))
        }
        Some("sizes") => {
            dist(machine)?;
            sizes(machine)
        }
        Some("builds") => builds(machine),
        _ => Err("bench api | app | builds | search | sizes".into()),
    }
}

/// How long the debug app takes to build: from nothing, and after a change. In a folder of its own, which goes again.
fn builds(machine: &Machine) -> Outcome {
    machine.provide(Need::App)?;
    ui::provide(machine)?;
    let folder = machine.target().join("bench-builds");
    let forget = || match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", folder.display()))
        }
        _ => Ok(()),
    };
    forget()?;
    step("crates from the registry", &mut machine.cargo(&["fetch", "--locked"]))?;
    let build = |what: &str, touched: &str| -> Result<(String, f64), String> {
        fs::File::options()
            .append(true)
            .open(machine.root().join(touched))
            .and_then(|file| file.set_modified(SystemTime::now()))
            .map_err(|error| format!("{touched}: {error}"))?;
        let start = Instant::now();
        ui::build(machine)?;
        step(
            what,
            machine.cargo(&["build", "--locked", "--package", "satchel-desktop"]).env("CARGO_TARGET_DIR", &folder),
        )?;
        Ok((what.to_owned(), start.elapsed().as_secs_f64()))
    };
    let rows = [
        build("Everything, from nothing", "ui/src/main.ts")?,
        build("A file of the shell touched", "src-tauri/src/lib.rs")?,
        build("A file of the core touched", "src-tauri/crates/core/src/lib.rs")?,
        build("A file of the model touched (all crates follow)", "src-tauri/crates/model/src/lib.rs")?,
        build("A file of the UI touched", "ui/src/main.ts")?,
    ];
    println!("\n| Debug build of the app | Seconds |\n|---|---|");
    for (what, seconds) in rows {
        println!("| {what} | {seconds:.1} |");
    }
    forget()
}

/// Builds the release and its packages.
pub fn dist(machine: &Machine) -> Outcome {
    machine.provide(Need::Dist)?;
    ui::build(machine)?;
    step("command line", &mut machine.cargo(&["build", "--release", "--package", "satchel-cli"]))?;
    step("packages", &mut machine.command("npm", &["exec", "--prefix", "ui", "--", "tauri", "build", "--ci"]))
}

fn sizes(machine: &Machine) -> Outcome {
    let release = machine.target().join("release");
    print_size(&built(machine, "release", "satchel-desktop"));
    print_size(&built(machine, "release", "satchel"));
    for folder in ["deb", "rpm", "appimage", "dmg", "nsis"] {
        for entry in fs::read_dir(release.join("bundle").join(folder)).into_iter().flatten().flatten() {
            if entry.path().is_file() {
                print_size(&entry.path());
            }
        }
    }
    Ok(())
}

fn print_size(path: &Path) {
    if let Ok(metadata) = fs::metadata(path) {
        println!("{:>12} bytes  {}", metadata.len(), path.file_name().unwrap_or_default().to_string_lossy());
    }
}

/// Which cases the laws of the crates draw.
const LAWS: &str = "PROPTEST_RNG_SEED";

/// The tests of the crates, each in a process of its own where nextest is there.
fn rust_tests(machine: &Machine, arguments: &[&str]) -> Outcome {
    let mut command = if answers(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), &["nextest", "--version"]) {
        machine.cargo(&["nextest", "run"])
    } else {
        machine.cargo(&["test", "--quiet"])
    };
    if command.get_args().any(|argument| argument == "test") && !arguments.contains(&"--lib") {
        command.args(["--lib", "--bins", "--tests"]);
    }
    // The laws draw the same cases at every run: what fails here fails again. Others are drawn by hand.
    if env::var_os(LAWS).is_none() {
        command.env(LAWS, "1");
    }
    step("tests of the crates", command.args(arguments))
}

/// The tests of a folder, one file after the other. They are named one by one, since Node 22 no longer takes a folder.
fn node_tests(machine: &Machine, name: &str, folder: &str, node: &mut Command) -> Outcome {
    let entries = fs::read_dir(machine.root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut files: Vec<_> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".test.mjs"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    files.sort();
    step(
        name,
        node.args(["--test", "--test-concurrency=1"])
            .args(files)
            .env("NOTION_SIM", built(machine, "debug", "notion-sim")),
    )
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
