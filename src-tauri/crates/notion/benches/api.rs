//! How fast recorded answers are decoded into the crate's types and encoded again, beside `serde_json::Value`, which keeps everything and
//! understands nothing.
//!
//! `cargo bench -p satchel-notion --bench api -- FILE.jsonl…`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program for developers: it prints, and it may stop at the first surprise"
)]

#[path = "../examples/decode/routes.rs"]
#[allow(dead_code, reason = "the example uses the rest")]
mod routes;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

const ROUNDS: u32 = 30;

/// Bytes, and how long they took: decoding and encoding, typed and not.
#[derive(Default)]
struct Row {
    answers: usize,
    bytes: usize,
    typed: (Duration, Duration),
    plain: (Duration, Duration),
}

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for file in &files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let exchange: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| exchange.get(key).and_then(Value::as_str).unwrap_or_default();
            let answer = exchange.get("resp").unwrap();
            let status = exchange.get("status").and_then(Value::as_u64).unwrap_or(200);
            let codec = match text("method") {
                "" => routes::guess(answer, text("cassette")),
                method => routes::route(method, text("path"), status),
            };
            let Some(codec) = codec else { continue };
            let bytes = serde_json::to_vec(answer).unwrap();
            let typed = (codec.time)(&bytes, ROUNDS).unwrap();
            let plain = routes::time::<Value>(&bytes, ROUNDS).unwrap();
            let kind = answer.get("object").and_then(Value::as_str).unwrap_or("other");
            let kind = if kind == "list" { answer.get("type").and_then(Value::as_str).unwrap_or(kind) } else { kind };
            for name in [kind, "~ all"] {
                let row = rows.entry(name.to_owned()).or_default();
                row.answers += 1;
                row.bytes += bytes.len();
                row.typed = (row.typed.0 + typed.0, row.typed.1 + typed.1);
                row.plain = (row.plain.0 + plain.0, row.plain.1 + plain.1);
            }
        }
    }
    println!(
        "| Answers | Number | Decoded, MB/s | as `Value` | Time | Encoded, MB/s | as `Value` | Time |\n|---|---|---|---|---|---|---|---|"
    );
    for (name, row) in rows {
        let speed = |time: Duration| row.bytes as f64 * f64::from(ROUNDS) / time.as_secs_f64() / 1e6;
        let ratio = |own: Duration, other: Duration| own.as_secs_f64() / other.as_secs_f64();
        println!(
            "| {} | {} | {:.0} | {:.0} | {:.2}× | {:.0} | {:.0} | {:.2}× |",
            name.trim_start_matches("~ "),
            row.answers,
            speed(row.typed.0),
            speed(row.plain.0),
            ratio(row.typed.0, row.plain.0),
            speed(row.typed.1),
            speed(row.plain.1),
            ratio(row.typed.1, row.plain.1),
        );
    }
}
