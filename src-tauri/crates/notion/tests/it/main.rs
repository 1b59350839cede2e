//! The crate's contract: every recorded answer survives it, and a scripted service sees exactly the requests it should.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails by panicking, like the test"
)]

mod calls;
mod commitments;
mod contract;
mod decode;
mod downloads;
mod network;
mod pacing;
mod paging;
mod script;

#[path = "../../examples/decode/look.rs"]
mod look;
#[path = "../../examples/decode/rebuild.rs"]
mod rebuild;
#[path = "../../examples/decode/routes.rs"]
mod routes;
