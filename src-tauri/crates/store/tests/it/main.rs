//! The contract of the stores.

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
mod simulation;
mod tree;
