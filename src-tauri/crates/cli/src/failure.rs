//! How a command fails: what happened, what is safe, what to do, and the exit code.

use std::collections::BTreeMap;

use satchel_core::{AppError, ErrorCode};
use serde_json::{Value, json};

use crate::{
    catalogue::{self, Words},
    console::{Console, Line, Tone},
};

/// The exit codes. The long help has the same table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// A mistake of ours.
    Internal = 1,
    /// The command cannot be done as it was given.
    Usage = 2,
    /// What was named is not there, or several things have that name.
    Absent = 3,
    /// A token is refused or expired, or the keychain is closed.
    SignIn = 4,
    /// No network, or Notion has trouble.
    Network = 5,
    /// Notion refused.
    Refused = 6,
    /// This computer: the disk, damaged or newer files, another Satchel.
    Local = 7,
    /// The person interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The exit code of an error code. Every code is named, so that a new one must be given a place.
    pub(crate) const fn of(code: ErrorCode) -> Self {
        use ErrorCode as Code;
        match code {
            Code::Internal => Self::Internal,
            Code::EmptyText | Code::AccountExists | Code::TooLate | Code::RefusedAddress => Self::Usage,
            Code::UnknownAccount
            | Code::UnknownDestination
            | Code::UnknownOperation
            | Code::NotFound
            | Code::NotKept => Self::Absent,
            Code::TokenRefused
            | Code::TokenMalformed
            | Code::SignInExpired
            | Code::KeychainLocked
            | Code::KeychainMissing
            | Code::KeyLost => Self::SignIn,
            Code::Offline | Code::NotionUnavailable | Code::RateLimited | Code::UnreadableAnswer | Code::Conflict => {
                Self::Network
            }
            Code::Restricted | Code::BlockLimit | Code::Invalid | Code::BegunByOtherVersion => Self::Refused,
            Code::CacheDamaged
            | Code::JournalDamaged
            | Code::NewerVersion
            | Code::DiskFull
            | Code::FolderReadOnly
            | Code::ShortcutTaken => Self::Local,
            Code::Cancelled => Self::Interrupted,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    said: Box<Said>,
}

/// What is said of a failure; nothing, when the code is empty.
#[derive(Debug, Default)]
struct Said {
    code: String,
    words: Words,
    /// More lines: small print, candidates.
    details: Vec<Line>,
    arguments: BTreeMap<String, String>,
    candidates: Vec<Value>,
    retry_after_ms: Option<u32>,
    report_id: String,
}

impl Failure {
    /// A failure of the command line itself, which the core knows nothing of.
    pub(crate) fn new(exit: Exit, code: &str, what: impl Into<String>, todo: impl Into<String>) -> Self {
        let words = Words { what: what.into(), safe: String::new(), todo: todo.into() };
        Self { exit, said: Box::new(Said { code: code.into(), words, ..Said::default() }) }
    }

    /// A failure that the command has told already, in its answer.
    pub(crate) fn told(exit: Exit) -> Self {
        Self { exit, said: Box::default() }
    }

    /// The same, with what is safe.
    pub(crate) fn safe(mut self, safe: &str) -> Self {
        self.said.words.safe = safe.into();
        self
    }

    /// The same, with another way on.
    pub(crate) fn todo(mut self, todo: impl Into<String>) -> Self {
        self.said.words.todo = todo.into();
        self
    }

    /// The same, with a line of small print.
    pub(crate) fn detail(mut self, line: Line) -> Self {
        self.said.details.push(line);
        self
    }

    /// The same, with things one of which was meant.
    pub(crate) fn candidates(mut self, candidates: Vec<(Line, Value)>) -> Self {
        for (line, value) in candidates {
            self.said.details.push(Line::new().plain("  ").then(line));
            self.said.candidates.push(value);
        }
        self
    }

    /// What an operation of the outbox met, by the code that is kept with it.
    pub(crate) fn of_operation(id: &str, code: &str, notion_said: &str) -> Self {
        let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code).copied().unwrap_or(ErrorCode::Invalid);
        let mut failure = Self::from(AppError::expected(known).with("operation", id));
        if !notion_said.is_empty() {
            failure.said.arguments.insert("detail".into(), notion_said.into());
            failure.said.details.push(said(notion_said));
        }
        // Trying again would be refused again.
        if known == ErrorCode::BegunByOtherVersion {
            return failure;
        }
        failure.todo(format!("{} Then run `satchel outbox retry {}`.", failure_todo(known), short(id)))
    }

    pub(crate) fn show(&self, console: &mut Console) {
        if self.said.code.is_empty() {
            return;
        }
        if console.is_json {
            console.json(&self.to_json());
            return;
        }
        console.complain(Line::new().tone(Tone::Bad, "Error: ").plain(&self.said.words.what));
        for line in &self.said.details {
            console.complain(line.clone());
        }
        if !self.said.words.safe.is_empty() {
            console.complain(Line::new().plain(&self.said.words.safe));
        }
        if !self.said.words.todo.is_empty() {
            console.complain(with_commands(&self.said.words.todo));
        }
        if !self.said.report_id.is_empty() {
            let arguments = BTreeMap::from([("id".to_owned(), self.said.report_id.clone())]);
            console
                .complain(Line::new().dim(&catalogue::text_with("error_report", &arguments)).dim(" (see it with -v)"));
        }
    }

    fn to_json(&self) -> Value {
        let mut error = json!({
            "code": self.said.code,
            "message": self.said.words.what,
            "safe": self.said.words.safe,
            "hint": self.said.words.todo,
            "exit_code": self.exit as u8,
            "args": self.said.arguments,
        });
        if let Some(object) = error.as_object_mut() {
            if !self.said.candidates.is_empty() {
                object.insert("candidates".into(), json!(self.said.candidates));
            }
            if let Some(pause) = self.said.retry_after_ms {
                object.insert("retry_after_ms".into(), json!(pause));
            }
            if !self.said.report_id.is_empty() {
                object.insert("report_id".into(), json!(self.said.report_id));
            }
        }
        json!({ "error": error })
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        let mut details = Vec::new();
        if let Some(workspace) = error.args.get("workspace") {
            details.push(Line::new().plain("Workspace: ").strong(workspace));
        }
        if let Some(folder) = error.args.get("folder") {
            details.push(Line::new().plain("Folder: ").plain(folder));
        }
        if let Some(detail) = error.args.get("detail") {
            details.push(said(detail));
        }
        let said = Said {
            code: error.code.as_str().into(),
            words: catalogue::words(error.code.as_str(), &error.args),
            details,
            arguments: error.args,
            candidates: Vec::new(),
            retry_after_ms: error.retry_after_ms,
            report_id: error.report_id,
        };
        Self { exit: Exit::of(error.code), said: Box::new(said) }
    }
}

fn failure_todo(code: ErrorCode) -> String {
    // What the catalogue says to do ends with trying again, which is said here by its command.
    let todo = catalogue::words(code.as_str(), &BTreeMap::new()).todo;
    let todo = todo.trim_end_matches('.');
    format!("{}.", todo.strip_suffix(", then try again").unwrap_or(todo))
}

fn said(detail: &str) -> Line {
    let arguments = BTreeMap::from([("text".to_owned(), detail.to_owned())]);
    Line::new().plain(&catalogue::text_with("outbox_notion_said", &arguments))
}

/// The end of an id, by which a person names an operation.
pub(crate) fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(6)..).unwrap_or(id)
}

/// A sentence whose commands, between backticks, are set apart.
pub(crate) fn with_commands(sentence: &str) -> Line {
    let mut line = Line::new();
    for (index, piece) in sentence.split('`').enumerate() {
        line = if index % 2 == 1 { line.plain("`").typed(piece).plain("`") } else { line.plain(piece) };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_code_has_an_exit_code_and_none_is_success() {
        assert!(ErrorCode::ALL.iter().all(|code| Exit::of(*code) != Exit::Done));
    }

    #[test]
    fn a_refused_note_tells_how_to_send_it_again() {
        let failure = Failure::of_operation("01J0000000000000000ABCDEF1", "restricted", "No right.");
        assert_eq!(failure.exit, Exit::Refused);
        assert_eq!(
            failure.said.words.todo,
            "Change the rights of the connection in Notion. Then run `satchel outbox retry BCDEF1`."
        );
    }

    #[test]
    fn what_another_version_began_is_not_to_be_tried_again() {
        let failure = Failure::of_operation("01J0000000000000000ABCDEF1", "begun_by_other_version", "");
        assert_eq!(
            failure.said.words.todo,
            "Look in Notion what is missing, save that with `satchel capture`, then `satchel outbox discard` this."
        );
    }
}
