//! What is sent: pages, Markdown edits, blocks, comments, searches and queries, each with a builder. Rules that the service states
//! and that can be checked here are checked before anything is sent.

mod block;
mod comment;
mod database;
mod filter;
mod page;
mod position;
mod query;
mod upload;
mod view;

pub use block::UpdateBlock;
pub use comment::{CommentTarget, CreateComment, UpdateComment};
pub use database::*;
pub use filter::*;
pub use page::{
    ContentUpdate, CreatePage, EditKind, InsertContent, MarkdownEdit, MarkdownVersion, ReplaceContent, ReplaceRange,
    Template, UpdateContent, UpdatePage,
};
pub use position::{PagePosition, Position};
pub use query::{Query, ResultType, Search, SearchKind};
pub use upload::*;
pub use view::*;
