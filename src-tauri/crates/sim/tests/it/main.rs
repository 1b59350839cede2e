//! The simulator as a client meets it: requests in, responses out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected should stop"
)]

mod access;
mod blocks;
mod client;
mod comments;
mod data_sources;
mod faults;
mod groups;
mod markdown;
mod markdown_v2;
mod meeting_notes;
mod oauth;
mod pages;
mod people;
mod protocol;
mod query;
mod recorded;
mod replay;
mod search;
mod seeds;
mod server;
mod state_file;
mod templates;
mod uploads;
mod views;
mod wikis;
