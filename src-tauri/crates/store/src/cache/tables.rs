//! The cache's tables and their migrations. Ids are sixteen bytes, times milliseconds since 1970, `value` columns whole things as
//! packed JSON; what is asked for in queries stands beside them.

use rusqlite::{Connection, OptionalExtension};
use satchel_model::AccountId;

use crate::{
    OpenError, StoreError, index,
    schema::{Migration, Schema},
};

pub(super) const SCHEMA: Schema = Schema {
    kind: i32::from_be_bytes(*b"SatC"),
    version: 1,
    compatible_from: 1,
    tables: &[OWNER, PAGE, DATA_SOURCE, DATABASE, USER, BODY, TREE, COMMENTS, FETCH_FAILURE, GONE, CURSOR, INDEX],
    is_precious: false,
};

/// Writes down whose copy the file is, or finds that it is another's.
pub(super) fn claim(c: &Connection, account_id: AccountId) -> Result<(), OpenError> {
    let account_id = account_id.to_string();
    let owner: Option<String> =
        c.query_row("SELECT account_id FROM owner", [], |row| row.get(0)).optional().map_err(StoreError::from)?;
    match owner {
        Some(owner) if owner == account_id => Ok(()),
        Some(_) => Err(OpenError::SomethingElse),
        None => {
            c.execute("INSERT INTO owner VALUES (?1)", [account_id]).map_err(StoreError::from)?;
            Ok(())
        }
    }
}

const OWNER: &[Migration] = &[Migration {
    version: 1,
    run: |tx| Ok(tx.execute_batch("CREATE TABLE owner (account_id TEXT NOT NULL) STRICT;")?),
}];

/// `parent_kind` is `workspace`, `page`, `block`, `data_source`, `database` or `unknown`, here and below.
const PAGE: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE page (
                id BLOB PRIMARY KEY NOT NULL,
                parent_kind TEXT NOT NULL,
                parent_id BLOB,
                title TEXT NOT NULL,
                title_key TEXT NOT NULL, -- folded, see `title_key`
                icon TEXT, -- JSON
                created_at INTEGER NOT NULL,
                edited_at INTEGER NOT NULL,
                in_trash INTEGER NOT NULL,
                read_at INTEGER NOT NULL,
                hash BLOB NOT NULL, -- of what does not change from read to read
                value BLOB NOT NULL
             ) STRICT;
             CREATE INDEX page_parent ON page (parent_kind, parent_id, created_at, id) WHERE in_trash = 0;
             CREATE INDEX page_edited ON page (edited_at DESC, id) WHERE in_trash = 0;
             -- What pickers look through, without the pages themselves.
             CREATE INDEX page_title ON page (title_key, edited_at, parent_kind, id) WHERE in_trash = 0;",
        )?)
    },
}];

const DATA_SOURCE: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE data_source (
                id BLOB PRIMARY KEY NOT NULL,
                database_id BLOB,
                parent_kind TEXT NOT NULL, -- of the database, as far as anybody has said
                parent_id BLOB,
                title TEXT NOT NULL,
                title_key TEXT NOT NULL,
                icon TEXT,
                created_at INTEGER NOT NULL,
                edited_at INTEGER NOT NULL,
                in_trash INTEGER NOT NULL,
                read_at INTEGER NOT NULL,
                hash BLOB NOT NULL,
                value BLOB NOT NULL
             ) STRICT;
             CREATE INDEX data_source_database ON data_source (database_id);
             CREATE INDEX data_source_parent ON data_source (parent_id);",
        )?)
    },
}];

const DATABASE: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE database (
                id BLOB PRIMARY KEY NOT NULL,
                parent_kind TEXT NOT NULL,
                parent_id BLOB,
                title TEXT NOT NULL,
                icon TEXT,
                in_trash INTEGER NOT NULL,
                read_at INTEGER NOT NULL,
                hash BLOB NOT NULL,
                value BLOB NOT NULL
             ) STRICT;
             CREATE INDEX database_parent ON database (parent_id);",
        )?)
    },
}];

const USER: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE user (
                id BLOB PRIMARY KEY NOT NULL,
                name TEXT,
                value TEXT NOT NULL -- JSON
             ) STRICT;",
        )?)
    },
}];

/// A body may come before its page; then it waits for it outside the index.
const BODY: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE body (
                page_id BLOB PRIMARY KEY NOT NULL,
                dialect TEXT NOT NULL,
                content_hash TEXT NOT NULL,
                fetched_at INTEGER NOT NULL,
                source_edited_at INTEGER NOT NULL,
                is_truncated INTEGER NOT NULL,
                unknown_blocks TEXT NOT NULL, -- JSON
                size INTEGER NOT NULL, -- bytes of Markdown
                markdown BLOB NOT NULL, -- packed
                headings BLOB NOT NULL, -- packed, as the index takes it
                text BLOB NOT NULL, -- packed, as the index takes it
                block_map BLOB NOT NULL -- packed JSON
             ) STRICT;
             -- What tells which bodies are to be fetched, without the bodies themselves.
             CREATE INDEX body_age ON body (page_id, source_edited_at, fetched_at, is_truncated);",
        )?)
    },
}];

/// Block trees, and which page each block is on, so that what hangs in a block finds its page.
const TREE: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE tree (
                page_id BLOB PRIMARY KEY NOT NULL,
                fetched_at INTEGER NOT NULL,
                hash BLOB NOT NULL,
                value BLOB NOT NULL
             ) STRICT;
             CREATE TABLE block (
                id BLOB PRIMARY KEY NOT NULL,
                page_id BLOB NOT NULL REFERENCES tree ON DELETE CASCADE
             ) STRICT, WITHOUT ROWID;
             CREATE INDEX block_page ON block (page_id);",
        )?)
    },
}];

const COMMENTS: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE comments (
                page_id BLOB PRIMARY KEY NOT NULL,
                fetched_at INTEGER NOT NULL,
                number INTEGER NOT NULL,
                hash BLOB NOT NULL,
                value BLOB NOT NULL
             ) STRICT;",
        )?)
    },
}];

const FETCH_FAILURE: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE fetch_failure (
                page_id BLOB PRIMARY KEY NOT NULL,
                code TEXT NOT NULL,
                at INTEGER NOT NULL,
                times INTEGER NOT NULL, -- in a row
                page_edited_at INTEGER -- the page's time of edit then: a changed page is tried again at once
             ) STRICT;",
        )?)
    },
}];

const GONE: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE gone (
                id BLOB PRIMARY KEY NOT NULL,
                at INTEGER NOT NULL
             ) STRICT;",
        )?)
    },
}];

const CURSOR: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE cursor (
                name TEXT PRIMARY KEY NOT NULL,
                value TEXT NOT NULL -- JSON
             ) STRICT;",
        )?)
    },
}];

const INDEX: &[Migration] = &[Migration { version: 1, run: |tx| index::migrate_v1(tx) }];
