//! Whole paths of a person through the facade, against the simulator, on paused time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

mod accounts;
mod capture;
mod comments;
mod dialects;
mod disk;
mod kill;
mod reading;
mod roundtrip;
mod search;
mod sending;
mod simulation;
