//! Reads recorded exchanges, and tells what this crate would lose of them.
//!
//! ```sh
//! cargo run -p satchel-notion --example decode -- recordings/*.jsonl
//! ```
//!
//! Every line of a file is one exchange: `{cassette, method, path, query, version, req, status, resp, …}`. Answers are decoded into the
//! type of their endpoint and encoded again; accepted requests are put together once more by the builders and sent by the client to
//! somebody who writes down what comes. Each loss is printed with its place, and the last line is a summary in JSON.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

mod look;
mod rebuild;
mod routes;

use std::process::ExitCode;

use serde_json::{Value, json};

use look::{Counts, look};
use rebuild::Rebuilder;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: decode FILE.jsonl…");
        return ExitCode::from(2);
    }
    let mut counts = Counts::default();
    let rebuilder = match Rebuilder::new() {
        Ok(rebuilder) => rebuilder,
        Err(reason) => {
            eprintln!("no client: {reason}");
            return ExitCode::FAILURE;
        }
    };
    for file in &files {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        };
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let place = format!("{file}:{}", number + 1);
            match serde_json::from_str::<Value>(line) {
                Ok(exchange) => look(&place, &exchange, &rebuilder, &mut counts, &mut |loss| println!("{loss}")),
                Err(error) => {
                    eprintln!("{place}: no JSON: {error}");
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    let Counts { responses, decoded, lossless, unknown_kinds, extra_keys, requests, rebuilt_equal } = counts;
    println!(
        "{}",
        json!({
            "responses": responses, "decoded": decoded, "lossless": lossless, "unknown_kinds": unknown_kinds,
            "extra_keys": extra_keys, "requests": requests, "rebuilt_equal": rebuilt_equal,
        })
    );
    ExitCode::SUCCESS
}
