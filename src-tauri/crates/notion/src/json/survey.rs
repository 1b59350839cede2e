//! What of a thing this crate did not understand, and where it stands.

use std::fmt;

use serde_json::Value;

use super::{Extra, Json, Segment, Unknown, path_of};

/// Something newer than this crate, or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfamiliar {
    /// A kind of thing this crate does not know, or knows in another shape.
    Kind(String),
    /// A word where one of a few was expected.
    Word(String),
    /// A key this crate does not know.
    Key(String),
}

impl fmt::Display for Unfamiliar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(name) => write!(f, "unknown kind `{name}`"),
            Self::Word(word) => write!(f, "unknown word `{word}`"),
            Self::Key(key) => write!(f, "unknown key `{key}`"),
        }
    }
}

/// Everything in a thing that this crate did not understand, with the place of each, such as `results[3].properties.Due`. What is
/// not understood is kept and written back; a program may still want to tell.
///
/// ```
/// use satchel_notion::{Unfamiliar, types::RichText, unfamiliar};
///
/// let run: RichText = serde_json::from_str(r#"{ "type": "hologram", "hologram": {}, "plain_text": "x" }"#)?;
/// assert_eq!(unfamiliar(&run), [(String::new(), Unfamiliar::Kind("hologram".into()))]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn unfamiliar<T: Json>(thing: &T) -> Vec<(String, Unfamiliar)> {
    let mut survey = Survey::default();
    thing.survey(&mut survey);
    survey.found
}

/// A walk through a thing.
#[derive(Debug, Default)]
pub struct Survey {
    path: Vec<Segment>,
    found: Vec<(String, Unfamiliar)>,
}

impl Survey {
    fn note(&mut self, what: Unfamiliar) {
        self.found.push((path_of(self.path.iter()), what));
    }

    /// A kind that was not understood.
    pub fn kind(&mut self, unknown: &Unknown) {
        self.note(Unfamiliar::Kind(unknown.name().to_owned()));
    }

    /// A thing whose `object` was not understood.
    pub fn object(&mut self, value: &Value) {
        self.kind_of(value, "object");
    }

    /// A thing whose kind, which stands under this key, was not understood.
    pub fn kind_of(&mut self, value: &Value, key: &str) {
        let name = value.get(key).and_then(Value::as_str).unwrap_or_default();
        self.note(Unfamiliar::Kind(name.to_owned()));
    }

    /// A word that was not expected.
    pub fn word(&mut self, word: &str) {
        self.note(Unfamiliar::Word(word.to_owned()));
    }

    /// Keys that were not understood.
    pub fn keys(&mut self, extra: &Extra) {
        for key in extra.keys() {
            self.note(Unfamiliar::Key(key.clone()));
        }
    }

    /// What stands under a key.
    pub fn key<T: Json>(&mut self, key: &str, value: &T) {
        self.path.push(Segment::Key(key.to_owned()));
        value.survey(self);
        self.path.pop();
    }

    /// What stands at a place in a list.
    pub fn index<T: Json>(&mut self, index: usize, value: &T) {
        self.path.push(Segment::Index(index));
        value.survey(self);
        self.path.pop();
    }
}
