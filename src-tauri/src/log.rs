//! The log: what went wrong, for whoever is asked to help. It goes to where the program was started from and into a file of the profile,
//! which is cut off before it grows large. It names operations and pages by their ids; titles, texts and tokens are never in it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use satchel_core::Paths;
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::Options;

/// What is logged unless somebody asks for something else: trouble of all, and the milestones of our own parts.
const USUAL: &str = "warn,satchel_shell=info,satchel_core=info,satchel_sync=info";
/// How large a file gets before the next begins.
const MOST_BYTES: u64 = 1 << 20;
/// How many older files are kept.
const OLDER: u32 = 2;

const FOLDER: &str = "logs";
const FILE: &str = "satchel.log";

/// Starts logging. `filter` has the form of `tracing-subscriber` and replaces what is usual, where it can be read.
///
/// A profile that is only in memory leaves nothing behind, so it gets no file.
pub fn start(options: &Options, filter: Option<&str>) {
    let filter = filter.and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(|| EnvFilter::new(USUAL));
    let trouble = fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    // Milestones are for the file; a terminal hears only of trouble, unless it asked for more.
    let is_asked = filter.to_string() != EnvFilter::new(USUAL).to_string();
    let least = if is_asked { tracing::Level::TRACE } else { tracing::Level::WARN };
    let trouble = trouble.with_filter(tracing_subscriber::filter::LevelFilter::from_level(least));
    let file = folder(options).map(|folder| RotatingFile::open(&folder));
    let failure = file.as_ref().and_then(|opened| opened.as_ref().err().map(ToString::to_string));
    let file = file.and_then(Result::ok).map(|file| fmt::layer().with_ansi(false).with_writer(Mutex::new(file)));
    tracing_subscriber::registry().with(filter).with(trouble).with(file).init();
    if let Some(failure) = failure {
        tracing::warn!("there is no log file: {failure}");
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "Satchel starts");
}

/// Where the log of this start is; nowhere for one that leaves nothing behind.
#[must_use]
pub fn folder(options: &Options) -> Option<PathBuf> {
    if options.is_demo || options.keeps_secrets_in_memory {
        return None;
    }
    match Paths::of_this_machine().ok()? {
        Paths::Folder(folder) => Some(folder.join(FOLDER)),
        Paths::Memory(_) => None,
    }
}

/// A file that makes room for itself: full, it is renamed and a new one begun; the oldest goes.
struct RotatingFile {
    path: PathBuf,
    file: File,
    bytes: u64,
    most_bytes: u64,
}

impl RotatingFile {
    fn open(folder: &Path) -> io::Result<Self> {
        Self::with_room(folder, MOST_BYTES)
    }

    fn with_room(folder: &Path, most_bytes: u64) -> io::Result<Self> {
        make_private(folder)?;
        let path = folder.join(FILE);
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, file, bytes, most_bytes })
    }

    fn turn_over(&mut self) -> io::Result<()> {
        for number in (1..OLDER).rev() {
            fs::rename(older(&self.path, number), older(&self.path, number + 1)).ok();
        }
        fs::rename(&self.path, older(&self.path, 1))?;
        self.file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        self.bytes = 0;
        Ok(())
    }
}

/// `satchel.1.log` is the one before, `satchel.2.log` the one before that.
fn older(path: &Path, number: u32) -> PathBuf {
    path.with_extension(format!("{number}.log"))
}

/// Others on this computer have no business here.
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

impl Write for RotatingFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.bytes > 0 && self.bytes + line.len() as u64 > self.most_bytes {
            // A file that cannot be renamed grows on; a log must not be what fails.
            self.turn_over().ok();
        }
        let written = self.file.write(line)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_makes_room_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = RotatingFile::with_room(folder.path(), 10).unwrap();
        for line in ["one 45678\n", "two 45678\n", "three 678\n", "four 5678\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("satchel.log"), "four 5678\n");
        assert_eq!(read("satchel.1.log"), "three 678\n");
        assert_eq!(read("satchel.2.log"), "two 45678\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_later_start_goes_on_in_the_same_file_and_knows_how_full_it_is() {
        let folder = tempfile::tempdir().unwrap();
        RotatingFile::with_room(folder.path(), 20).unwrap().write_all(b"before\n").unwrap();
        let mut log = RotatingFile::with_room(folder.path(), 20).unwrap();
        log.write_all(b"after\n").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("satchel.log")).unwrap(), "before\nafter\n");
        log.write_all(b"too much for it\n").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("satchel.log")).unwrap(), "too much for it\n");
    }

    #[test]
    fn what_leaves_nothing_behind_has_no_log_file() {
        assert_eq!(folder(&Options { is_demo: true, ..Options::default() }), None);
        assert_eq!(folder(&Options { keeps_secrets_in_memory: true, ..Options::default() }), None);
        assert!(folder(&Options::default()).is_some_and(|folder| folder.ends_with("app.satchel.desktop/logs")));
    }
}
