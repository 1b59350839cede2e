//! The journal's tables and their migrations.

use crate::schema::{Migration, Schema};

pub(super) const SCHEMA: Schema = Schema {
    kind: i32::from_be_bytes(*b"SatJ"),
    version: 1,
    compatible_from: 1,
    tables: &[ACCOUNT, SETTING, DRAFT, PLACES, OPERATION],
    is_precious: true,
};

const ACCOUNT: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE account (
                id TEXT PRIMARY KEY NOT NULL,
                position INTEGER NOT NULL,
                value TEXT NOT NULL -- JSON of `Account`
             ) STRICT;",
        )?)
    },
}];

const SETTING: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE setting (
                name TEXT PRIMARY KEY NOT NULL,
                value TEXT NOT NULL -- JSON
             ) STRICT, WITHOUT ROWID;",
        )?)
    },
}];

const DRAFT: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE draft (
                key TEXT PRIMARY KEY NOT NULL,
                value TEXT NOT NULL, -- JSON
                updated_at INTEGER NOT NULL -- milliseconds since 1970, as all times here
             ) STRICT;",
        )?)
    },
}];

/// Items a person marked, opened or wrote to. `item_kind` is `page` or `data_source`.
const PLACES: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE favourite (
                account_id TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
                item_kind TEXT NOT NULL,
                item_id BLOB NOT NULL,
                added_at INTEGER NOT NULL,
                PRIMARY KEY (account_id, item_kind, item_id)
             ) STRICT, WITHOUT ROWID;
             CREATE TABLE opened (
                account_id TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
                item_kind TEXT NOT NULL,
                item_id BLOB NOT NULL,
                times INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                PRIMARY KEY (account_id, item_kind, item_id)
             ) STRICT, WITHOUT ROWID;
             CREATE INDEX opened_last ON opened (last_at);
             CREATE TABLE destination (
                account_id TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
                item_kind TEXT NOT NULL,
                item_id BLOB NOT NULL,
                times INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                PRIMARY KEY (account_id, item_kind, item_id)
             ) STRICT, WITHOUT ROWID;",
        )?)
    },
}];

/// The outbox. `account_id` is no foreign key: what was typed may outlive its account.
const OPERATION: &[Migration] = &[Migration {
    version: 1,
    run: |tx| {
        Ok(tx.execute_batch(
            "CREATE TABLE operation (
                id TEXT PRIMARY KEY NOT NULL, -- a ULID: sorts by age
                account_id TEXT NOT NULL,
                lane TEXT NOT NULL,
                state TEXT NOT NULL, -- the name of its `StateKind`
                not_before INTEGER, -- of a queued operation that waits
                finished_at INTEGER, -- of a sent or discarded one
                page_id BLOB, -- of a sent one: the page it wrote to or made
                value TEXT NOT NULL -- JSON of `Operation`
             ) STRICT;
             CREATE INDEX operation_state ON operation (state, id);
             CREATE INDEX operation_lane ON operation (lane, state);
             CREATE INDEX operation_page ON operation (page_id) WHERE page_id IS NOT NULL;",
        )?)
    },
}];
