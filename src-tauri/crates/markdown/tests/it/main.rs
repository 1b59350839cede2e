//! The crate's contract: the samples, and laws that hold for every text and every document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a panic is how a test fails")]

mod documents;
mod laws;
mod patches;
mod samples;
mod show;
mod typing;
mod written;
