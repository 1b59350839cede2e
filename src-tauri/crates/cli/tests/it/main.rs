//! The command line as a person or a script meets it: words in; output, files and exit codes out.
//!
//! Most tests run in this process on a desk with a simulator and paused time, so that a keychain in memory can outlive a run without the
//! program having a way to keep secrets anywhere else. A few start the program itself.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up fails, in its functions beside the tests too"
)]

mod account;
mod capture;
mod comment;
mod demo;
mod desktop;
mod guest;
mod help;
mod program;
mod reading;
mod rig;
mod secrecy;
