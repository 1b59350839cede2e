//! The service's types into the model, and documents into what the service takes.
//!
//! Everything is total: what the model cannot hold becomes its nearest kind, never an error, because a page with one odd block must still
//! be readable.

mod block;
mod comment;
mod id;
mod outgoing;
mod page;
mod property;
mod rich_text;
mod user;

pub use block::{Fetched, block, tree};
pub use comment::comment;
pub use id::{FromWire, IntoWire};
pub use outgoing::{new_blocks, rich_text as outgoing_rich_text};
pub use page::{data_source, database, page, parent};
pub use property::property_value;
pub use rich_text::rich_text;
pub use user::user;
