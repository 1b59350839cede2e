//! The endpoints, one group a file. Each method makes a [`Call`](crate::Call) or a [`Paged`] list; nothing is sent
//! before it is awaited.
//!
//! Adding an endpoint: its types in `types/` or `write/`, a method in its group here, its answer in the contract test's routes.

mod blocks;
mod comments;
mod data_sources;
mod databases;
mod pages;
mod tasks;
mod users;

pub use blocks::Blocks;
pub use comments::Comments;
pub use data_sources::DataSources;
pub use databases::Databases;
pub use pages::Pages;
pub use tasks::Tasks;
pub use users::Users;

use crate::client::{Client, Draft, Paged, Repeat};
use crate::types::PageOrDataSource;
use crate::write::Search;

macro_rules! groups {
    ($($(#[$meta:meta])* $name:ident: $group:ident;)*) => {
        impl Client {
            $(
                $(#[$meta])*
                pub fn $name(&self) -> $group {
                    $group { client: self.clone() }
                }
            )*
        }
    };
}

groups! {
    /// Blocks: the content of pages.
    blocks: Blocks;
    /// Comments.
    comments: Comments;
    /// Data sources: tables with their rows.
    data_sources: DataSources;
    /// Databases: containers of data sources.
    databases: Databases;
    /// Pages and rows, and their content as Markdown.
    pages: Pages;
    /// Work that goes on after the answer.
    tasks: Tasks;
    /// People and bots.
    users: Users;
}

impl Client {
    /// Searches titles. Not exhaustive, and some seconds behind: absence proves nothing.
    pub fn search(&self, search: &Search) -> Paged<PageOrDataSource> {
        Paged::new(self, Draft::post("search", search.encode()).repeating(Repeat::Read))
    }
}
