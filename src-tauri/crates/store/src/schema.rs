//! How a file gets its tables, and from an older version to the present one.
//!
//! Each table's migrations stand beside the table; a [`Schema`] collects them. `user_version` counts; `compatible_from` in the
//! file tells which programs may still use it, so that an addition that older programs can ignore does not lock them out.

use rusqlite::{Connection, OptionalExtension, Transaction, backup::Backup};

use crate::{
    DatabaseKey, Location, OpenError, Result, StoreError,
    connection::{self, Access, Durability},
    location::{BEFORE, beside},
};

/// One step of one table towards a version.
pub(crate) struct Migration {
    /// The version that the step belongs to.
    pub(crate) version: u32,
    /// What it does.
    pub(crate) run: fn(&Transaction<'_>) -> Result<()>,
}

/// The tables of one kind of file.
pub(crate) struct Schema {
    /// Marks the kind in the file's header (`application_id`).
    pub(crate) kind: i32,
    /// The newest version.
    pub(crate) version: u32,
    /// The oldest program version that may use a file of the newest version.
    pub(crate) compatible_from: u32,
    /// The migrations of each table, in the order in which tables need each other.
    pub(crate) tables: &'static [&'static [Migration]],
    /// Whether the file is the only copy of what it holds, and so is copied before it is changed.
    pub(crate) is_precious: bool,
}

impl Schema {
    /// Brings the file to the newest version this program knows, or finds that it must not be touched.
    pub(crate) fn prepare(
        &self,
        connection: &mut Connection,
        location: &Location,
        key: &DatabaseKey,
    ) -> Result<(), OpenError> {
        let found = self.check(connection)?;
        if found >= self.version {
            return Ok(());
        }
        if found > 0 && self.is_precious {
            copy(connection, location, key, found)?;
        }
        let transaction = connection.transaction().map_err(StoreError::from)?;
        // Another process may have been faster.
        let found = self.check(&transaction)?;
        for version in found + 1..=self.version {
            for migration in self.tables.iter().copied().flatten().filter(|migration| migration.version == version) {
                (migration.run)(&transaction)?;
            }
        }
        if found < self.version {
            let (kind, version, compatible_from) = (self.kind, self.version, self.compatible_from);
            transaction
                .execute_batch(&format!(
                    "CREATE TABLE IF NOT EXISTS compatibility (version INTEGER NOT NULL) STRICT;
                     DELETE FROM compatibility;
                     INSERT INTO compatibility VALUES ({compatible_from});
                     PRAGMA application_id = {kind};
                     PRAGMA user_version = {version};"
                ))
                .map_err(StoreError::from)?;
        }
        transaction.commit().map_err(StoreError::from)?;
        Ok(())
    }

    /// The file's version, when this program may use it; 0 for an empty file.
    fn check(&self, connection: &Connection) -> Result<u32, OpenError> {
        let number =
            |pragma: &str| -> Result<i64> { Ok(connection.pragma_query_value(None, pragma, |row| row.get(0))?) };
        let found = u32::try_from(number("user_version")?).map_err(|_| OpenError::SomethingElse)?;
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(StoreError::from)?;
        if found == 0 && tables == 0 {
            return Ok(0);
        }
        if found == 0 || number("application_id")? != i64::from(self.kind) {
            return Err(OpenError::SomethingElse);
        }
        if found > self.version {
            let compatible_from: Option<u32> = connection
                .query_row("SELECT version FROM compatibility", [], |row| row.get(0))
                .optional()
                .map_err(StoreError::from)?;
            if compatible_from.is_none_or(|oldest| oldest > self.version) {
                return Err(OpenError::NewerVersion { found, supported: self.version });
            }
        }
        Ok(found)
    }
}

/// Copies the file beside itself, encrypted with the same key, before it is migrated.
fn copy(connection: &Connection, location: &Location, key: &DatabaseKey, version: u32) -> Result<(), OpenError> {
    let Location::File(path) = location else { return Ok(()) };
    let target = beside(path, &format!("{BEFORE}{}", version + 1));
    let io = |source| OpenError::Io { path: target.clone(), source };
    if target.try_exists().map_err(io)? {
        // An earlier try failed after copying; the file has not changed its version since, but may have grown.
        std::fs::remove_file(&target).map_err(io)?;
    }
    {
        let mut copy = connection::open(&Location::File(target.clone()), key, Access::Write, Durability::Full)?;
        copy.execute_batch("PRAGMA journal_mode = DELETE;").map_err(StoreError::from)?;
        let backup = Backup::new(connection, &mut copy).map_err(StoreError::from)?;
        backup.run_to_completion(1_000, std::time::Duration::ZERO, None).map_err(StoreError::from)?;
    }
    std::fs::File::open(&target).and_then(|file| file.sync_all()).map_err(io)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const ONE: Migration = Migration {
        version: 1,
        run: |tx| Ok(tx.execute_batch("CREATE TABLE note (text TEXT) STRICT; INSERT INTO note VALUES ('one')")?),
    };
    const TWO: Migration = Migration {
        version: 2,
        run: |tx| Ok(tx.execute_batch("ALTER TABLE note ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0")?),
    };
    const BROKEN: Migration =
        Migration { version: 3, run: |tx| Ok(tx.execute_batch("DROP TABLE note; CREATE TABLE nonsense")?) };

    const FIRST: Schema = Schema { kind: 1, version: 1, compatible_from: 1, tables: &[&[ONE]], is_precious: true };
    const SECOND: Schema = Schema { version: 2, compatible_from: 1, tables: &[&[ONE, TWO]], ..FIRST };
    const THIRD: Schema = Schema { version: 3, compatible_from: 3, tables: &[&[ONE, TWO], &[BROKEN]], ..FIRST };

    fn key() -> DatabaseKey {
        DatabaseKey::from_bytes([1; 32])
    }

    fn open(path: &Path, schema: &Schema) -> Result<Connection, OpenError> {
        let location = Location::File(path.to_owned());
        let mut connection = connection::open(&location, &key(), Access::Write, Durability::Full)?;
        schema.prepare(&mut connection, &location, &key())?;
        Ok(connection)
    }

    fn columns(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM pragma_table_info('note')", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_file_is_copied_and_migrated_and_an_older_program_may_still_use_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open(&path, &FIRST).unwrap());
        assert_eq!(columns(&open(&path, &SECOND).unwrap()), 2);
        let copy = beside(&path, ".before-v2");
        assert!(copy.exists());
        assert_eq!(columns(&open(&copy, &FIRST).unwrap()), 1, "the copy is as the file was, under the same key");
        assert_eq!(columns(&open(&path, &FIRST).unwrap()), 2, "version 2 said that version 1 may use it");
        let notes: i64 =
            open(&path, &SECOND).unwrap().query_row("SELECT count(*) FROM note", [], |row| row.get(0)).unwrap();
        assert_eq!(notes, 1, "no migration runs twice");
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open(&path, &SECOND).unwrap());
        for _ in 0..2 {
            assert!(matches!(open(&path, &THIRD), Err(OpenError::Store(_))));
            assert_eq!(columns(&open(&path, &SECOND).unwrap()), 2);
        }
    }

    #[test]
    fn a_new_file_gets_all_migrations_and_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        assert_eq!(columns(&open(&path, &SECOND).unwrap()), 2);
        assert!(!beside(&path, ".before-v2").exists());
    }
}
