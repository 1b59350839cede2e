//! Carrying over what can still be read of a damaged journal: it was the only copy.

use std::path::Path;

use rusqlite::{Connection, params_from_iter, types::Value};

use super::JournalWriter;
use crate::{
    DatabaseKey, Location, Result,
    connection::{self, Access, Durability},
    pack::count,
};

/// What was carried over from a damaged journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CarriedOver {
    /// Accounts.
    pub accounts: u32,
    /// Drafts.
    pub drafts: u32,
    /// Operations of the outbox, whatever their state.
    pub operations: u32,
    /// Settings, favourites, opened items and destinations.
    pub others: u32,
    /// Some part could not be read: there may have been more.
    pub is_partial: bool,
}

/// A table and the columns of it that every version has, the first ones being its key.
struct Part {
    table: &'static str,
    key: &'static str,
    columns: &'static str,
}

const ITEM_KEY: &str = "account_id, item_kind, item_id";

/// Accounts come first: others refer to them.
const PARTS: [Part; 7] = [
    Part { table: "account", key: "id", columns: "id, position, value" },
    Part { table: "draft", key: "key", columns: "key, value, updated_at" },
    Part {
        table: "operation",
        key: "id",
        columns: "id, account_id, lane, state, not_before, finished_at, page_id, value",
    },
    Part { table: "setting", key: "name", columns: "name, value" },
    Part { table: "favourite", key: ITEM_KEY, columns: "account_id, item_kind, item_id, added_at" },
    Part { table: "opened", key: ITEM_KEY, columns: "account_id, item_kind, item_id, times, last_at" },
    Part { table: "destination", key: ITEM_KEY, columns: "account_id, item_kind, item_id, times, last_at" },
];

impl JournalWriter {
    /// Takes over what can be read of a journal that was set aside, with the key it had. What is here already stays as it is. The file is
    /// only read; one of which nothing can be read carries over nothing.
    pub async fn carry_over(&self, from: &Path, key: &DatabaseKey) -> Result<CarriedOver> {
        let (from, key) = (Location::File(from.to_owned()), key.clone());
        self.writer
            .run(move |c| {
                let mut carried = CarriedOver::default();
                let transaction = c.transaction()?;
                for part in &PARTS {
                    let (rows, is_whole) = read(&from, &key, part);
                    carried.is_partial |= !is_whole;
                    let number = insert(&transaction, part, rows)?;
                    match part.table {
                        "account" => carried.accounts = number,
                        "draft" => carried.drafts = number,
                        "operation" => carried.operations = number,
                        _ => carried.others += number,
                    }
                }
                transaction.commit()?;
                Ok(carried)
            })
            .await
    }
}

type Rows = Vec<Vec<Value>>;

/// The rows that can be reached from the table's beginning, and, where there is a hole, from its end; and whether that is all.
fn read(from: &Location, key: &DatabaseKey, part: &Part) -> (Rows, bool) {
    let (mut rows, is_whole) = scan(from, key, part, "");
    if !is_whole {
        // Rows that are met twice are inserted once.
        rows.extend(scan(from, key, part, " DESC").0);
    }
    (rows, is_whole)
}

/// Reads in one direction until the damage. The connection is a new one: after the first damaged page, SQLCipher gives nothing any more.
fn scan(from: &Location, key: &DatabaseKey, part: &Part, direction: &str) -> (Rows, bool) {
    let mut rows = Rows::new();
    let Ok(connection) = connection::open(from, key, Access::Read, Durability::Full) else { return (rows, false) };
    // A rowid table is walked in the order of its rows, so that a damaged index takes nothing with it.
    let order = if part.key == ITEM_KEY || part.table == "setting" { part.key } else { "rowid" };
    let order = order.split(", ").map(|column| format!("{column}{direction}")).collect::<Vec<_>>().join(", ");
    let is_whole = walk(&connection, part, &order, &mut rows).is_ok();
    (rows, is_whole)
}

fn walk(connection: &Connection, part: &Part, order: &str, found: &mut Rows) -> Result<()> {
    let mut query = connection.prepare(&format!("SELECT {} FROM {} ORDER BY {order}", part.columns, part.table))?;
    let width = query.column_count();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        found.push((0..width).map(|n| row.get(n)).collect::<Result<_, _>>()?);
    }
    Ok(())
}

/// Inserts what is not there yet; what refers to an account that was lost is dropped, operations never.
fn insert(c: &Connection, part: &Part, rows: Rows) -> Result<u32> {
    let places = vec!["?"; part.columns.split(", ").count()].join(", ");
    let known =
        if part.key == ITEM_KEY { " WHERE EXISTS (SELECT 1 FROM account WHERE id = ?1)" } else { " WHERE true" };
    let mut insert = c.prepare(&format!(
        "INSERT INTO {} ({}) SELECT {places}{known} ON CONFLICT DO NOTHING",
        part.table, part.columns
    ))?;
    let mut number = 0;
    for row in rows {
        number += insert.execute(params_from_iter(row))?;
    }
    Ok(count(i64::try_from(number).unwrap_or(i64::MAX)))
}
