//! The encrypted databases: schema, migrations, readers, the writer, the lease, and the index on disk.
//!
//! There are two kinds of file, because they are worth different things: one [`Journal`], the only copy of what it holds, and one
//! [`Cache`] an account, which can be downloaded again. Each has one writer and a few readers.
//!
//! Deliberately not here: the network, the keychain, clocks (times are arguments), and decisions about what a person should do. No type
//! of the database library is part of the interface.

#![deny(missing_docs)]

mod cache;
mod connection;
mod error;
mod executor;
pub mod index;
mod journal;
mod key;
mod lease;
mod location;
mod pack;
mod pool;
mod schema;

pub use cache::{
    BlockAt, Body, BodyUpdate, Cache, CacheBatch, CacheReader, CacheWriter, Comments, CommentsUpdate, Coverage, Crumb,
    FailureCount, FetchFailure, Gap, GapReason, IndexText, Kept, Listed, ListedKind, Rows, Tree, TreeUpdate,
};
pub use error::{OpenError, Result, StoreError};
pub use executor::Executor;
pub use journal::{
    CarriedOver, Claim, DestinationUse, Draft, Favourite, Journal, JournalReader, JournalWriter, Opened, OutboxCount,
    OutboxFate, Receipt, Setting, StateKind,
};
pub use key::DatabaseKey;
pub use lease::Lease;
pub use location::{Location, aside, set_aside, wipe};
pub use pool::Interrupt;
