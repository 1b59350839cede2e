//! Things to store, and places to store them in.

use std::path::PathBuf;

use satchel_model::{
    Account, AccountId, Attempt, BlockId, Capabilities, ChangeSource, DataSource, DataSourceId, DatabaseId, Dye, Fate,
    Operation, OperationId, OperationKind, OperationState, Page, PageBody, PageId, Parent, Property, PropertyValue,
    Span, Timestamp, TokenKind, UserId,
};
use satchel_store::{BodyUpdate, Cache, CacheBatch, DatabaseKey, Executor, IndexText, Journal, Location};
use tempfile::TempDir;
use ulid::Ulid;
use uuid::Uuid;

pub fn key() -> DatabaseKey {
    DatabaseKey::from_bytes([7; 32])
}

/// A moment: so many seconds after one in November 2023.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_040 + seconds).unwrap()
}

fn uuid(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(kind << 96 | n)
}

pub fn page_id(n: u128) -> PageId {
    PageId::from_uuid(uuid(1, n))
}

pub fn block_id(n: u128) -> BlockId {
    BlockId::from_uuid(uuid(2, n))
}

pub fn data_source_id(n: u128) -> DataSourceId {
    DataSourceId::from_uuid(uuid(3, n))
}

pub fn database_id(n: u128) -> DatabaseId {
    DatabaseId::from_uuid(uuid(4, n))
}

pub fn user_id(n: u128) -> UserId {
    UserId::from_uuid(uuid(5, n))
}

pub fn account_id(n: u128) -> AccountId {
    AccountId::from_ulid(Ulid::from(n))
}

pub fn operation_id(n: u128) -> OperationId {
    OperationId::from_ulid(Ulid::from(n))
}

pub fn account(n: u128) -> Account {
    Account {
        id: account_id(n),
        workspace_id: None,
        workspace_name: format!("Workspace {n}"),
        bot_id: user_id(n),
        acts_as: None,
        bot_name: Some("Satchel".into()),
        token_kind: TokenKind::Internal,
        token_hint: "ntn_…7f2c".into(),
        capabilities: Capabilities::default(),
        dye: Dye::Indigo,
        max_upload_bytes: Some(5_242_880),
        added_at: at(0),
    }
}

/// A page at the top of the workspace, last changed `n` minutes after the beginning.
pub fn page(n: u128, title: &str) -> Page {
    Page {
        id: page_id(n),
        parent: Parent::Workspace,
        icon: None,
        cover_url: None,
        url: format!("https://app.notion.com/p/{}", page_id(n).simple()),
        created_time: at(0),
        last_edited_time: at(60 * i64::try_from(n).unwrap()),
        created_by: Some(user_id(1)),
        last_edited_by: Some(user_id(1)),
        in_trash: false,
        is_archived: false,
        is_locked: false,
        properties: vec![Property {
            id: "title".into(),
            name: "Name".into(),
            value: PropertyValue::Title { text: vec![Span::text(title)] },
        }],
    }
}

pub fn in_page(mut page: Page, parent: u128) -> Page {
    page.parent = Parent::Page { page_id: page_id(parent) };
    page
}

pub fn row(n: u128, title: &str, data_source: u128) -> Page {
    let mut page = page(n, title);
    page.parent = Parent::DataSource { data_source_id: data_source_id(data_source), database_id: None };
    page
}

pub fn data_source(n: u128, title: &str) -> DataSource {
    DataSource {
        id: data_source_id(n),
        database_id: Some(database_id(n)),
        database_parent: Parent::Workspace,
        title: vec![Span::text(title)],
        description: Vec::new(),
        icon: None,
        url: String::new(),
        is_inline: false,
        in_trash: false,
        created_time: at(0),
        last_edited_time: at(0),
        properties: Vec::new(),
    }
}

/// The text of a page, as new as the page and fetched long after its last change.
pub fn body(page: &Page, markdown: &str) -> BodyUpdate {
    BodyUpdate {
        page_id: page.id,
        body: PageBody { markdown: markdown.into(), is_truncated: false, unknown_blocks: Vec::new() },
        dialect: "v1".into(),
        content_hash: markdown.into(),
        index: IndexText { headings: String::new(), body: markdown.into(), block_map: Vec::new() },
        fetched_at: page.last_edited_time + jiff::SignedDuration::from_hours(1),
        source_last_edited: page.last_edited_time,
    }
}

pub fn batch() -> CacheBatch {
    CacheBatch::new(ChangeSource::Sync, at(1_000_000))
}

pub fn capture(n: u128, page: u128, markdown: &str) -> Operation {
    Operation {
        id: operation_id(n),
        account_id: account_id(1),
        kind: OperationKind::AppendToPage { page_id: page_id(page), markdown: markdown.into() },
        state: OperationState::Queued,
        created_at: at(0),
        attempts: 0,
        unfinished: None,
    }
}

pub fn sending() -> OperationState {
    OperationState::Sending { attempt: attempt() }
}

pub fn attempt() -> Attempt {
    Attempt { started_at: at(1), asked_at: at(1), content_hash: "ab".into(), steps: Vec::new(), fate: Fate::Doubtful }
}

/// A folder with a journal file.
pub struct JournalFile {
    pub folder: TempDir,
}

impl JournalFile {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub fn open(&self) -> Journal {
        Journal::open(Location::File(self.path()), &key(), Executor::Thread).unwrap()
    }
}

/// A folder with a cache file.
pub struct CacheFile {
    pub folder: TempDir,
}

impl CacheFile {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("cache.db")
    }

    pub fn open(&self) -> Cache {
        Cache::open(Location::File(self.path()), &key(), account_id(1), Executor::Thread).unwrap()
    }
}

/// A cache in memory, under a name of the test's own.
pub fn cache_in_memory(name: &str) -> Cache {
    Cache::open(Location::Memory(name.into()), &key(), account_id(1), Executor::Inline).unwrap()
}

/// A journal in memory with one account, under a name of the test's own.
pub async fn journal_in_memory(name: &str) -> Journal {
    let journal = Journal::open(Location::Memory(name.into()), &key(), Executor::Inline).unwrap();
    journal.writer.save_account(account(1)).await.unwrap();
    journal
}
