//! One connection: how it is keyed and set up.

use std::{
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::{DatabaseKey, Location, OpenError, StoreError};

/// How long a call waits for another process to finish its transaction.
const BUSY: Duration = Duration::from_secs(5);

/// Held while a connection is given its key.
static KEYING: Mutex<()> = Mutex::new(());

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The one that writes.
    Write,
    /// One of those that read.
    Read,
}

/// How hard a store tries to survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A commit is on the disk when it returns.
    Full,
    /// A commit may be lost in a power cut, the file stays whole.
    Normal,
}

/// Opens a connection and proves that the key fits.
pub(crate) fn open(
    location: &Location,
    key: &DatabaseKey,
    access: Access,
    durability: Durability,
) -> Result<Connection, OpenError> {
    let mut flags = OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let opened = match location {
        Location::File(path) => {
            if access == Access::Write {
                make_folder(path)?;
            }
            flags.remove(OpenFlags::SQLITE_OPEN_URI);
            Connection::open_with_flags(path, flags)
        }
        // The `memdb` VFS shares a database whose name starts with a slash between the connections of a process, with locks that
        // honour the busy timeout, which shared-cache mode does not.
        Location::Memory(name) => {
            let name: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
            Connection::open_with_flags(format!("file:/{name}?vfs=memdb"), flags)
        }
    };
    let mut connection = opened.map_err(StoreError::from)?;
    if access == Access::Write {
        // A transaction that reads first and writes later would fail at once, without waiting, when another process wrote in between.
        connection.set_transaction_behavior(TransactionBehavior::Immediate);
    }
    set_up(&connection, location, key, access, durability)?;
    Ok(connection)
}

fn set_up(
    connection: &Connection,
    location: &Location,
    key: &DatabaseKey,
    access: Access,
    durability: Durability,
) -> Result<(), OpenError> {
    let run = |statements: &str| connection.execute_batch(statements).map_err(StoreError::from);
    // SQLCipher prints to stderr when a key does not fit, unless told not to.
    // `cipher_memory_security` stays off: locking every allocation of SQLite in memory makes a search three times slower, and the same
    // texts pass through our own memory, which is not locked either.
    {
        // The library sets itself up at the first key, and two threads that come first together get in each other's way.
        let _alone = KEYING.lock().unwrap_or_else(PoisonError::into_inner);
        run("PRAGMA cipher_log_level = NONE;")?;
        run(&key.pragma())?;
    }
    connection.busy_timeout(BUSY).map_err(StoreError::from)?;
    // A wrong key shows at the first read, not before; what fails in another way was decrypted.
    if let Err(error) = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        return Err(match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => OpenError::WrongKeyOrDamaged,
            _ => StoreError::from(error).into(),
        });
    }
    run("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;")?;
    match access {
        Access::Read => run("PRAGMA query_only = ON; PRAGMA cache_size = -16384;")?,
        Access::Write => {
            if matches!(location, Location::File(_)) {
                run("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 8388608;")?;
            }
            run(match durability {
                Durability::Full => "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -2048;",
                Durability::Normal => "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;",
            })?;
        }
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Makes the folder of a store, closed to other users of the machine.
fn make_folder(path: &Path) -> Result<(), OpenError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| OpenError::Io { path: folder.to_owned(), source })
}
