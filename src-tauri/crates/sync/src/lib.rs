//! Between Notion and the stores: [`pull`] brings the workspace here, [`push`] carries the outbox there.
//!
//! Both are given everything they use in a [`Context`] and are run to an end by somebody else: no task is spawned, no clock of the machine is
//! read, nothing is shown. What the service sends becomes the model's in [`wire`].

#![deny(missing_docs)]

mod context;
pub mod pull;
pub mod push;
pub mod wire;

pub use context::{Context, Execution, Observer, Right, SyncError};
