//! The shapes of the wire: what the service sends, what it takes. Reading and writing share one set of types wherever the service
//! does, so a thing that was read can be changed and sent back.

mod block;
mod comment;
mod data_source;
mod file;
mod item;
mod list;
mod oauth;
mod page;
mod parent;
mod property;
mod rich_text;
mod schema;
mod search;
mod task;
mod upload;
mod user;
mod view;

pub use block::*;
pub use comment::*;
pub use data_source::*;
pub use file::*;
pub use item::*;
pub use list::*;
pub use oauth::*;
pub use page::*;
pub use parent::*;
pub use property::*;
pub use rich_text::*;
pub use schema::*;
pub use search::*;
pub use task::*;
pub use upload::*;
pub use user::*;
pub use view::*;

use crate::json::object;

object! {
    /// `{}`: a kind that needs no more than its name.
    #[derive(Default)]
    pub struct Empty {
    }
}
