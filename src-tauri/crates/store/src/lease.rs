//! Who of several processes on one folder syncs and sends: the owner. The others are guests: they read, and put captures into the outbox.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

/// The right to sync and send, held until dropped; the system takes it back when the process dies, however it dies.
#[derive(Debug)]
#[must_use = "the lease ends when it is dropped"]
pub struct Lease {
    /// Locked for as long as it is open.
    _file: File,
}

impl Lease {
    /// The lease on this folder, or `None` while another process (or another part of this one) holds it.
    ///
    /// # Errors
    /// The lock file may not be made, or the file system knows no locks.
    pub fn acquire(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join("owner.lock");
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_the_lease_and_dropping_it_hands_over() {
        let folder = tempfile::tempdir().unwrap();
        let owner = Lease::acquire(folder.path()).unwrap();
        assert!(owner.is_some());
        assert!(Lease::acquire(folder.path()).unwrap().is_none());
        drop(owner);
        assert!(Lease::acquire(folder.path()).unwrap().is_some());
    }
}
