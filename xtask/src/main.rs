//! The two commands of this project and those around them. `cargo xtask` lists them.
//!
//! It installs what is missing before it does anything, so that a fresh machine needs nothing but git, Rust and Node. It depends on
//! no crate, so that it is built in a second.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for a terminal")]

mod fuzz;
mod machine;
mod python;
mod session;
mod step;
mod tasks;
mod ui;

use std::process::ExitCode;

use machine::Machine;

const HELP: &str = "\
cargo xtask COMMAND

  run           install what is missing, build, and open the app on the demo workspace
  test          install what is missing and pass every test
  check         the fast inner loop: format, clippy, unit tests, svelte-check
  bindings      write the TypeScript of the boundary anew
  screenshots   photograph the real app into docs/screenshots
  bench NAME    measure: api, app (start, shortcut, memory), builds, search, sizes
  fuzz NAME     throw what nobody wrote at it: decode, markdown (--minutes 10)
  dist          build the release and its packages
  setup         only install what is missing

  --yes         do not ask before installing system packages (root is never asked)
";

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let agrees = words.iter().any(|word| word == "--yes");
    words.retain(|word| word != "--yes");
    let machine = match Machine::new(agrees) {
        Ok(machine) => machine,
        Err(error) => return fail(&error),
    };
    let rest = words.split_off(words.len().min(1));
    let result = match words.first().map(String::as_str) {
        Some("run") => tasks::run(&machine, &rest),
        Some("test") => tasks::test(&machine),
        Some("check") => tasks::check(&machine),
        Some("bindings") => tasks::bindings(&machine),
        Some("screenshots") => tasks::screenshots(&machine),
        Some("fuzz") => fuzz::fuzz(&machine, &rest),
        Some("bench") => tasks::bench(&machine, &rest),
        Some("dist") => tasks::dist(&machine),
        Some("setup") => tasks::setup(&machine),
        Some("help" | "--help" | "-h") | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("there is no `{other}`\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &str) -> ExitCode {
    eprintln!("xtask: {error}");
    ExitCode::FAILURE
}
