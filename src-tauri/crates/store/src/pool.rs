//! A few connections that only read, shared by all who read, and the way to stop one of them.

use std::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::Connection;

use crate::{Result, StoreError};

/// How many connections may be open at a time; more readers wait.
const MOST: usize = 4;
/// How many stay open when nobody reads: each keeps a cache of pages.
const KEPT: usize = 2;
/// How many steps of SQLite's machine go by between two looks at an interrupt: some tens of microseconds.
const STEPS: i32 = 1_000;

type Connect = dyn Fn() -> Result<Connection> + Send + Sync;

/// The reading end of one file.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Shared>);

struct Shared {
    connect: Box<Connect>,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    pub(crate) fn new(connect: Box<Connect>) -> Self {
        Self(Arc::new(Shared { connect, state: Mutex::default(), returned: Condvar::new() }))
    }

    /// Runs `read` in one transaction, so that all its statements see the same state. It must not call `with` itself.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut borrowed = self.borrow()?;
        let connection = borrowed.connection()?;
        let transaction = connection.transaction()?;
        let outcome = read(&transaction);
        drop(transaction);
        outcome
    }

    /// The same, given up as soon as `interrupt` says so.
    pub(crate) fn with_interrupt<T>(
        &self,
        interrupt: &Interrupt,
        read: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        let mut borrowed = self.borrow()?;
        let connection = borrowed.connection()?;
        let stop = interrupt.clone();
        connection.progress_handler(STEPS, Some(move || stop.is_raised()))?;
        let transaction = connection.transaction()?;
        let outcome = if interrupt.is_raised() { Err(StoreError::Interrupted) } else { read(&transaction) };
        drop(transaction);
        connection.progress_handler(0, None::<fn() -> bool>)?;
        outcome
    }

    fn borrow(&self) -> Result<Borrowed<'_>> {
        let mut state = self.0.lock();
        loop {
            if let Some(connection) = state.idle.pop() {
                return Ok(Borrowed { shared: &self.0, connection: Some(connection) });
            }
            if state.open < MOST {
                state.open += 1;
                drop(state);
                // Made before connecting: should that fail, dropping it gives the place back.
                let mut borrowed = Borrowed { shared: &self.0, connection: None };
                borrowed.connection = Some((self.0.connect)()?);
                return Ok(borrowed);
            }
            state = self.0.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Borrowed<'a> {
    shared: &'a Shared,
    connection: Option<Connection>,
}

impl Borrowed<'_> {
    fn connection(&mut self) -> Result<&mut Connection> {
        self.connection.as_mut().ok_or(StoreError::Closed)
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        match self.connection.take() {
            Some(connection) if state.idle.len() < KEPT => state.idle.push(connection),
            surplus => {
                state.open -= 1;
                drop(state);
                drop(surplus);
            }
        }
        self.shared.returned.notify_one();
    }
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

/// A way to stop a running search from another thread. Raised once, it stays raised: every search takes a new one.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// One that nobody has raised.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the call that was given this one, or a clone of it, within some tens of microseconds.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has raised it.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    const ENDLESS: &str = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";

    fn readers() -> Readers {
        Readers::new(Box::new(|| Ok(Connection::open_in_memory()?)))
    }

    fn endless(c: &Connection) -> Result<i64> {
        Ok(c.query_row(ENDLESS, [], |row| row.get(0))?)
    }

    #[test]
    fn a_raised_interrupt_stops_a_running_query_and_the_connection_serves_on() {
        let readers = readers();
        let interrupt = Interrupt::new();
        let (started, wait) = mpsc::channel();
        let outcome = thread::scope(|scope| {
            let running = scope.spawn(|| {
                readers.with_interrupt(&interrupt, |c| {
                    started.send(()).unwrap();
                    endless(c)
                })
            });
            wait.recv().unwrap();
            interrupt.raise();
            running.join().unwrap()
        });
        assert!(matches!(outcome, Err(StoreError::Interrupted)));
        assert!(matches!(readers.with_interrupt(&interrupt, endless), Err(StoreError::Interrupted)), "it stays raised");
        let answer: i64 = readers.with(|c| Ok(c.query_row("SELECT 45", [], |row| row.get(0))?)).unwrap();
        assert_eq!(answer, 45);
    }

    #[test]
    fn more_readers_than_connections_take_turns() {
        let readers = readers();
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        readers.with(|c| Ok(c.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))?)).unwrap();
                    }
                });
            }
        });
        let state = readers.0.lock();
        assert!(state.open == state.idle.len() && state.open <= KEPT);
    }

    #[test]
    fn a_connection_that_cannot_be_made_leaves_its_place_to_the_next() {
        let readers = Readers::new(Box::new(|| Err(StoreError::Busy)));
        for _ in 0..2 * MOST {
            assert!(matches!(readers.with(|_| Ok(())), Err(StoreError::Busy)));
        }
    }
}
