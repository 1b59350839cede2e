//! Where a store's file is, and what is done with the file as a whole.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use satchel_model::Timestamp;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this file; SQLite puts `-wal` and `-shm` beside it.
    File(PathBuf),
    /// In the memory of this process, under this name, until the last handle is dropped. Nothing is written to a disk.
    Memory(String),
}

/// What SQLite puts beside a database file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// What this crate puts beside it: files set aside, and copies from before a migration.
const SET_ASIDE: &str = ".set-aside-";
pub(crate) const BEFORE: &str = ".before-v";

/// The path with `suffix` added to the file name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    name.into()
}

/// Moves a store's file and its companions away, so that a new one can be made in its place, and returns its new path. The bytes are kept: they
/// may be all there is.
///
/// # Errors
/// The file is missing or may not be moved.
pub fn set_aside(path: &Path, when: Timestamp) -> io::Result<PathBuf> {
    let mut target = beside(path, &format!("{SET_ASIDE}{}", when.as_second()));
    for n in 2.. {
        if !target.try_exists()? {
            break;
        }
        target = beside(path, &format!("{SET_ASIDE}{}-{n}", when.as_second()));
    }
    // The write-ahead log goes first: should the program die between the two, the main file is still found where it was expected,
    // and the log of committed transactions is not lost with it.
    for companion in COMPANIONS {
        match fs::rename(beside(path, companion), beside(&target, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, &target)?;
    Ok(target)
}

/// The files that were set aside from this one and are there, the oldest first.
#[must_use]
pub fn aside(path: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Vec::new() };
    let Ok(entries) = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| {
            let entry = entry.file_name();
            let rest = entry.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
            let mark = rest.and_then(|rest| rest.strip_prefix(SET_ASIDE.as_bytes()));
            mark.is_some_and(|mark| mark.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') && !mark.is_empty())
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// Removes a store's file, its companions, and what was set aside or copied from it before. Every handle on it must be dropped.
///
/// # Errors
/// A file may not be removed; the others are removed nevertheless. Nothing there is no error.
pub fn wipe(path: &Path) -> io::Result<()> {
    remove(path, |rest| {
        rest.is_empty()
            || COMPANIONS.iter().any(|companion| rest == companion.as_bytes())
            || [SET_ASIDE, BEFORE].iter().any(|mark| rest.starts_with(mark.as_bytes()))
    })
}

/// Removes the copies of a store from before its migrations.
pub(crate) fn remove_copies(path: &Path) -> io::Result<()> {
    remove(path, |rest| rest.starts_with(BEFORE.as_bytes()))
}

/// Removes the files in the store's folder whose names are the store's and a rest that is meant.
fn remove(path: &Path, is_meant: impl Fn(&[u8]) -> bool) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not the path of a file"));
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    let mut outcome = Ok(());
    for entry in entries {
        let entry = entry?;
        let found = entry.file_name();
        let rest = found.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
        if rest.is_some_and(&is_meant)
            && let Err(error) = fs::remove_file(entry.path())
            && error.kind() != io::ErrorKind::NotFound
        {
            outcome = Err(error);
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wiping_takes_what_was_made_from_the_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            fs::write(&path, "x").unwrap();
            path
        };
        let ours = [
            "a.db",
            "a.db-wal",
            "a.db-shm",
            "a.db-journal",
            "a.db.set-aside-9",
            "a.db.set-aside-9-wal",
            "a.db.before-v2",
        ];
        let others = ["aa.db", "a.db2", "b.db", "b.db-wal", "a.dbx"];
        let ours: Vec<_> = ours.iter().map(|name| file(name)).collect();
        let others: Vec<_> = others.iter().map(|name| file(name)).collect();
        wipe(&folder.path().join("a.db")).unwrap();
        assert!(ours.iter().all(|path| !path.exists()));
        assert!(others.iter().all(|path| path.exists()));
        wipe(&folder.path().join("a.db")).unwrap();
        wipe(&folder.path().join("absent/a.db")).unwrap();
    }

    #[test]
    fn setting_aside_twice_in_one_second_keeps_both() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let when = Timestamp::from_second(1_700_000_000).unwrap();
        let aside: Vec<_> = ["one", "two"]
            .iter()
            .map(|content| {
                fs::write(&path, content).unwrap();
                fs::write(beside(&path, "-wal"), content).unwrap();
                set_aside(&path, when).unwrap()
            })
            .collect();
        assert!(!path.exists() && !beside(&path, "-wal").exists());
        assert_eq!(super::aside(&path), aside, "and nothing beside them");
        assert_eq!(fs::read_to_string(&aside[0]).unwrap(), "one");
        assert_eq!(fs::read_to_string(beside(&aside[1], "-wal")).unwrap(), "two");
        assert!(aside[1].ends_with("a.db.set-aside-1700000000-2"));
    }
}
