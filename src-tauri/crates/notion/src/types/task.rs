//! Work the service goes on with after it has answered.

use serde_json::{Number, Value};

use crate::error::ErrorBody;
use crate::id::TaskId;
use crate::json::{Field, object, open_enum};
use crate::time::Time;

open_enum! {
    /// How far a task has come.
    pub enum TaskStatus {
        Queued = "queued",
        Running = "running",
        Retrying = "retrying",
        Succeeded = "succeeded",
        Failed = "failed",
    }
}

object! {
    /// What a task does.
    pub struct TaskOperation {
        /// `rest` or `mcp`.
        pub surface: Field<String>,
        /// The operation's name.
        pub name: Field<String>,
    }
}

object! {
    /// A task.
    pub struct AsyncTask {
        /// Always `async_task`.
        pub object: Field<String>,
        /// The task.
        pub id: TaskId,
        /// How far it has come.
        pub status: TaskStatus,
        /// Where to ask.
        pub status_url: Field<String>,
        /// When it was taken on. The value drifts between reads.
        pub created_time: Field<Time>,
        /// How long to wait before asking again, in seconds; absent when it has ended.
        pub poll_after_seconds: Field<Number>,
        /// What it does.
        pub operation: Field<TaskOperation>,
        /// The answer of a task that succeeded.
        pub result: Field<Value>,
        /// The error of a task that failed.
        pub error: Field<Box<ErrorBody>>,
        /// The request this answers.
        pub request_id: Field<String>,
    }
}

impl AsyncTask {
    /// Whether it has ended, well or not.
    pub fn has_ended(&self) -> bool {
        matches!(self.status, TaskStatus::Succeeded | TaskStatus::Failed)
    }
}

/// What became of a write that may go on after the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted<T> {
    /// It is done; this is the result.
    Done(T),
    /// It was taken on.
    Queued(Box<AsyncTask>),
}
