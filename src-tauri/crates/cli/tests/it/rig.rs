//! A desk, and a command line on it.

use std::{
    io::{self, Cursor, Write},
    process::Command,
    sync::{Arc, Mutex},
};

use satchel_cli::{Desktop, Environment, Input, Questions, Stream};
use satchel_core::{Clock as _, CoreConfig, Execution, Secret, view::Profile};
use satchel_testkit::Desk;
use serde_json::Value;

/// What a run left behind.
#[derive(Debug)]
pub struct Output {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Output {
    /// The one JSON object of the output.
    pub fn json(&self) -> Value {
        assert_eq!(self.err, "", "with --json nothing else is said");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Code and both outputs in one text, without ids, for snapshots.
    pub fn shown(&self) -> String {
        let text = format!("exit {}\n--- out\n{}--- err\n{}", self.code, self.out, self.err);
        text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).map(without_id).collect()
    }

    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }
}

fn without_id(piece: &str) -> String {
    let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_hex = word.len() == 32 && word.chars().all(|c| c.is_ascii_hexdigit());
    let is_ulid = word.len() == 26 && word.starts_with("01");
    if is_hex || is_ulid { piece.replace(word, "<id>") } else { piece.to_owned() }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A person who answers every question with the same words.
struct Person(String);

impl Questions for Person {
    fn secret(&mut self, _: &str) -> io::Result<Secret> {
        Ok(Secret::from(self.0.clone()))
    }
    fn line(&mut self, _: &str) -> io::Result<String> {
        Ok(self.0.clone())
    }
}

/// A desk, and a command line on it.
pub struct Rig {
    pub desk: Desk,
}

impl Rig {
    pub fn new() -> Self {
        Self { desk: Desk::new() }
    }

    /// A rig with this workspace connected and synced.
    pub async fn with(workspace: &str) -> Self {
        let rig = Self::new();
        rig.connect(workspace).await;
        rig.run(&["sync"]).await.succeeded();
        rig
    }

    pub async fn connect(&self, workspace: &str) {
        self.piped(&["account", "add"], &Desk::token(workspace)).await.succeeded();
    }

    /// Runs with nothing on standard input.
    pub async fn run(&self, words: &[&str]) -> Output {
        self.piped(words, "").await
    }

    /// Runs with this on standard input.
    pub async fn piped(&self, words: &[&str], input: &str) -> Output {
        let input = Input::Piped(Box::new(Cursor::new(input.as_bytes().to_vec())));
        self.with_environment(words, |environment| environment.input = input).await
    }

    /// Runs at a terminal where every question is answered like this.
    pub async fn answered(&self, words: &[&str], answer: &str) -> Output {
        let input = Input::Terminal(Box::new(Person(answer.into())));
        self.with_environment(words, |environment| environment.input = input).await
    }

    /// Runs in an environment that is changed first.
    pub async fn with_environment(&self, words: &[&str], change: impl FnOnce(&mut Environment)) -> Output {
        let (out, err) = (Shared::default(), Shared::default());
        let stream = |writer: &Shared| Stream {
            writer: Box::new(writer.clone()),
            is_terminal: false,
            width: None,
            takes_colors: false,
        };
        let config = self.desk.config();
        let clock = self.desk.clock.clone();
        let mut environment = Environment {
            configure: Box::new(move |profile| match profile {
                Profile::Personal => Ok(config.clone()),
                Profile::Demo => Ok(CoreConfig::of_this_machine(profile)?.with_execution(Execution::Inline)),
            }),
            input: Input::Piped(Box::new(io::empty())),
            stdout: stream(&out),
            stderr: stream(&err),
            now: Box::new(move || clock.now()),
            zone: jiff::tz::TimeZone::UTC,
            desktop: Desktop {
                has_display: true,
                program: None,
                loads: Box::new(|_| true),
                start: Box::new(|_: Command| Ok(())),
            },
            interrupted: Box::pin(std::future::pending()),
            start_log: Box::new(|_| {}),
        };
        change(&mut environment);
        let words = std::iter::once("satchel").chain(words.iter().copied()).map(Into::into);
        let code = satchel_cli::run(words.collect::<Vec<_>>(), environment).await;
        Output { code, out: out.text(), err: err.text() }
    }
}
