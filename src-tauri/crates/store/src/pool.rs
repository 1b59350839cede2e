//! A few connections that only read, shared by all who read, and the way to stop one of them.

use std::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::Connection;

use crate::{Result, StoreError};

/// How many connections may be open at a time; more readers wait.
const MOST: usize = 4;
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
            Some(connection) => state.idle.push(connection),
            None => state.open -= 1,
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
