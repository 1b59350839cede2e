//! The endpoints, one group a file. Each method makes a [`Call`](crate::Call) or a [`Paged`] list; nothing is sent
//! before it is awaited.
//!
//! Adding an endpoint: its types in `types/` or `write/`, a method in its group here, its answer in the contract test's routes.

mod append_all;
mod blocks;
mod comments;
mod custom_emojis;
mod data_sources;
mod databases;
mod file_uploads;
mod files;
mod meeting_notes;
mod oauth;
mod pages;
mod tasks;
mod users;
mod views;

pub use append_all::{AppendError, AppendProgress, Appending};
pub use blocks::Blocks;
pub use comments::Comments;
pub use custom_emojis::CustomEmojis;
pub use data_sources::DataSources;
pub use databases::Databases;
pub use file_uploads::{FileInfo, FileUploads, UploadError, UploadErrorKind, UploadProgress};
pub use files::{Download, DownloadError, FileOf, Files};
pub use meeting_notes::{MeetingNotes, MeetingNotesList};
pub use oauth::OAuth;
pub use pages::Pages;
pub use tasks::Tasks;
pub use users::Users;
pub use views::Views;

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
    /// Emoji that a workspace has of its own.
    custom_emojis: CustomEmojis;
    /// Data sources: tables with their rows.
    data_sources: DataSources;
    /// Databases: containers of data sources.
    databases: Databases;
    /// Files on their way to the service.
    file_uploads: FileUploads;
    /// Files: of blocks, properties, comments, covers and icons.
    files: Files;
    /// Notes of meetings.
    meeting_notes: MeetingNotes;
    /// Pages and rows, and their content as Markdown.
    pages: Pages;
    /// Work that goes on after the answer.
    tasks: Tasks;
    /// People and bots.
    users: Users;
    /// Views of databases, and what they show.
    views: Views;
}

impl Client {
    /// Searches titles. Not exhaustive, and some seconds behind: absence proves nothing.
    pub fn search(&self, search: &Search) -> Paged<PageOrDataSource> {
        Paged::new(self, Draft::post("search", search.encode()).repeating(Repeat::Read))
    }
}
