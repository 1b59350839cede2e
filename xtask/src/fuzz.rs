//! Fuzzing with libFuzzer, on the stable compiler: the instruments are LLVM's, and only what is fuzzed carries them.

use std::{fs, path::Path, process::Command};

use crate::{
    machine::{Machine, Need},
    step::{Outcome, command, step},
};

/// Counters of edges and operands of comparisons, which lead the fuzzer on.
const INSTRUMENTS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-trace-compares \
                           -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table --cfg fuzzing";

/// Fuzzes one target for some minutes, from the inputs of the repository and those that led further before. An input that breaks it
/// is left in `fuzz/findings`.
pub fn fuzz(machine: &Machine, arguments: &[String]) -> Outcome {
    let mut arguments = arguments.iter().map(String::as_str);
    let name = arguments.next().filter(|name| ["decode", "markdown"].contains(name));
    let name = name.ok_or("fuzz decode | markdown [--minutes 10]")?;
    let minutes: u32 = match (arguments.next(), arguments.next()) {
        (None, _) => 10,
        (Some("--minutes"), Some(minutes)) => minutes.parse().map_err(|_| format!("{minutes:?} are no minutes"))?,
        _ => return Err("fuzz decode | markdown [--minutes 10]".into()),
    };
    machine.provide(Need::Core)?;
    let folder = machine.root().join("fuzz");
    let target = machine.target().join("fuzz");
    // With a target named, build scripts and macros are built without the instruments.
    let triple = triple(machine)?;
    step(
        "build",
        machine
            .cargo(&["build", "--locked", "--release", "--bin", name, "--target", &triple])
            .current_dir(&folder)
            .env("RUSTFLAGS", INSTRUMENTS)
            .env("CARGO_TARGET_DIR", &target),
    )?;
    let program = target.join(&triple).join("release").join(name);
    // What leads further is kept beside the build; what once broke something belongs to the inputs in the repository.
    let (found, findings) = (target.join("found").join(name), folder.join("findings").join(name));
    for folder in [&found, &findings] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let arguments = [
        "-max_len=4096".to_owned(),
        "-timeout=10".to_owned(),
        "-rss_limit_mb=2048".to_owned(),
        "-print_final_stats=1".to_owned(),
        format!("-max_total_time={}", minutes * 60),
        format!("-artifact_prefix={}/", text(&findings)),
        text(&found),
        text(&folder.join("corpus").join(name)),
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    step("fuzz", &mut command(&folder, &text(&program), &arguments))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What this machine is called by the compiler.
fn triple(machine: &Machine) -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").current_dir(machine.root()).output();
    let output = output.map_err(|error| format!("rustc does not answer: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say what this machine is".into())
}
