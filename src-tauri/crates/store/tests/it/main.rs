//! The contract of the stores.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "what fails in a test's own steps fails the test"
)]

mod cache;
mod coverage;
mod encryption;
mod fixture;
mod guests;
mod journal;
mod kill;
mod migrate;
mod open;
mod outbox;
mod search;
mod simulation;
mod tree;
