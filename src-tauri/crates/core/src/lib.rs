//! The facade: everything Satchel does, for hosts that only translate.
//!
//! [`Core::open`] is the only way in, and everything of the world comes through its [`CoreConfig`]. Hosts ask with the methods of
//! [`Core`], are answered with the types of [`view`], and hear of changes as [`CoreEvent`]s. Not here: SQL, HTTP, sentences for people.

#![deny(missing_docs)]

mod accounts;
mod capture;
mod comments;
mod config;
mod core;
mod error;
mod event;
mod items;
mod outbox;
mod search;
#[cfg(feature = "demo")]
mod simulator;
mod stores;
mod supervisor;
pub mod view;
mod workspace;

pub use config::{Clock, CoreConfig, FillRandom, Paths, Secrets, SystemClock};
pub use core::Core;
pub use error::{AppError, ErrorCode};
pub use event::CoreEvent;
pub use satchel_auth::Keychain;
pub use satchel_sync::Execution;
pub use secrecy::SecretString as Secret;
#[cfg(feature = "demo")]
pub use simulator::InProcess;
