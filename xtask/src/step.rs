//! One command with a name, its time, and what it said when it failed.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// What every task gives.
pub type Outcome = Result<(), String>;

/// Runs a command, says what it is and how long it took.
pub fn step(name: &str, command: &mut Command) -> Outcome {
    println!("\n── {name}");
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).status();
    let seconds = start.elapsed().as_secs_f64();
    match status {
        Ok(status) if status.success() => {
            println!("── {name}: {seconds:.1} s");
            Ok(())
        }
        Ok(status) => Err(format!("{name} failed ({status}) after {seconds:.1} s: {command:?}")),
        Err(error) => Err(format!("{name}: `{}` does not start: {error}", command.get_program().to_string_lossy())),
    }
}

/// A command in a folder.
pub fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    command
}

/// Whether a program is there and answers.
pub fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
