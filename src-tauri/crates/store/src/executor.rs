//! Where writes run: the one connection that writes sits behind a [`Writer`].

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::{Result, StoreError};

/// Where a store's writes run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executor {
    /// On a thread of its own, behind a bounded queue: what programs use.
    Thread,
    /// On the caller's thread, before the future yields: for simulations on paused time, where nothing may wait for a foreign thread.
    Inline,
}

/// How many writes may wait before callers wait themselves.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The writing end of one file. Once the last clone is dropped, the writes that are queued still run, and then the file is closed.
#[derive(Clone)]
pub(crate) struct Writer(Arc<Inner>);

enum Inner {
    Thread { jobs: Option<mpsc::Sender<Job>>, thread: Option<JoinHandle<()>> },
    Inline(Mutex<Connection>),
}

impl Writer {
    pub(crate) fn new(mut connection: Connection, executor: Executor, name: &str) -> Result<Self> {
        let inner = match executor {
            Executor::Inline => Inner::Inline(Mutex::new(connection)),
            Executor::Thread => {
                let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
                let thread = thread::Builder::new()
                    .name(name.to_owned())
                    .spawn(move || {
                        while let Some(job) = queue.blocking_recv() {
                            job(&mut connection);
                        }
                    })
                    .map_err(|error| StoreError::Io(error.to_string()))?;
                Inner::Thread { jobs: Some(jobs), thread: Some(thread) }
            }
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Runs `job` on the connection, after those that came before. Dropping the future does not stop a job that is queued: a write
    /// is done or not begun.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        match &*self.0 {
            Inner::Inline(connection) => job(&mut connection.lock().unwrap_or_else(PoisonError::into_inner)),
            Inner::Thread { jobs, .. } => {
                let jobs = jobs.as_ref().ok_or(StoreError::Closed)?;
                let (answer, outcome) = oneshot::channel();
                let job: Job = Box::new(move |connection| {
                    // Nobody waits any more when the caller was cancelled; the write stands all the same.
                    let _ = answer.send(job(connection));
                });
                jobs.send(job).await.map_err(|_| StoreError::Closed)?;
                outcome.await.map_err(|_| StoreError::Closed)?
            }
        }
    }
}

impl Drop for Inner {
    /// Waits for the thread, so that the file is closed when the last handle is gone: it may be about to be moved or removed.
    fn drop(&mut self) {
        if let Self::Thread { jobs, thread } = self {
            drop(jobs.take());
            if let Some(thread) = thread.take()
                && thread.thread().id() != thread::current().id()
            {
                let _ = thread.join();
            }
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}
