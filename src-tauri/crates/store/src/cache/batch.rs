//! What a pull hands over.

use satchel_model::{
    ChangeSource, Comment, DataSource, Database, Document, ItemId, Page, PageBody, PageId, Timestamp, User,
};
use serde::{Deserialize, Serialize};

/// What is written in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheBatch {
    /// On whose behalf.
    pub source: ChangeSource,
    /// When pages, data sources and databases of the batch were read from the service.
    pub read_at: Timestamp,
    /// Pages and rows.
    pub pages: Vec<Page>,
    /// Data sources.
    pub data_sources: Vec<DataSource>,
    /// Databases.
    pub databases: Vec<Database>,
    /// People and bots, stubs included.
    pub users: Vec<User>,
    /// Texts of pages.
    pub bodies: Vec<BodyUpdate>,
    /// Comments of pages.
    pub comments: Vec<CommentsUpdate>,
    /// Block trees of pages.
    pub trees: Vec<TreeUpdate>,
    /// Bodies that could not be fetched.
    pub failures: Vec<FetchFailure>,
    /// What the account can no longer see, and since when that is known: its copy is removed.
    pub gone: Vec<(ItemId, Timestamp)>,
    /// Cursors and watermarks by name; `None` removes one. They commit together with what they stand for.
    pub cursors: Vec<(String, Option<serde_json::Value>)>,
}

impl CacheBatch {
    /// An empty batch.
    #[must_use]
    pub const fn new(source: ChangeSource, read_at: Timestamp) -> Self {
        Self {
            source,
            read_at,
            pages: Vec::new(),
            data_sources: Vec::new(),
            databases: Vec::new(),
            users: Vec::new(),
            bodies: Vec::new(),
            comments: Vec::new(),
            trees: Vec::new(),
            failures: Vec::new(),
            gone: Vec::new(),
            cursors: Vec::new(),
        }
    }
}

/// A page's text as it was fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyUpdate {
    /// Of which page.
    pub page_id: PageId,
    /// The text.
    pub body: PageBody,
    /// Which dialect of Markdown it is in.
    pub dialect: String,
    /// The hash of what does not change from read to read: signed addresses and expiry times are left out of it.
    pub content_hash: String,
    /// What the index is to know.
    pub index: IndexText,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// The page's time of edit when it was fetched: the text is at least that new.
    pub source_last_edited: Timestamp,
}

/// A body as the index wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexText {
    /// The headings, one a line.
    pub headings: String,
    /// What can be read in the whole page, headings included, one block a line.
    pub body: String,
    /// Where in `body` each block begins, in ascending order.
    pub block_map: Vec<BlockAt>,
}

/// Where a block's text begins in [`IndexText::body`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockAt {
    /// Bytes from the beginning.
    pub start: u32,
    /// Which block: its place among the blocks at the top, then among that one's children, and so on.
    pub path: Vec<u32>,
}

/// All comments of a page, those on its blocks included: they replace the ones before.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentsUpdate {
    /// Of which page.
    pub page_id: PageId,
    /// The comments.
    pub comments: Vec<Comment>,
    /// When they were fetched.
    pub fetched_at: Timestamp,
}

/// A page's block tree, with ids.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeUpdate {
    /// Of which page.
    pub page_id: PageId,
    /// The tree.
    pub document: Document,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

/// A body that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchFailure {
    /// Of which page.
    pub page_id: PageId,
    /// Why: a code of the closed set that hosts have sentences for.
    pub code: String,
    /// When.
    pub at: Timestamp,
}
