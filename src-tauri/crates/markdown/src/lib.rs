//! Enhanced Markdown, the text form of a page, in each of its dialects ⇄ the document model; and what a person types → the document model.
//!
//! Everything here is pure and total: any text reads as some document, no text is dropped, no input is recursed on, and time is linear in
//! the length of the text. Reading keeps for each block where it stood ([`satchel_model::Source`]), so that [`write_back`] can leave alone
//! what nobody touched.
//!
//! Not here: how texts reach the service, what is cached, and the block trees of the API, which give equal documents by another way.

#![deny(missing_docs)]

mod canonical;
mod index;
pub mod inline;
mod outline;
mod people;
mod table;
mod tag;
mod text;
pub mod typed;
mod v1;
mod v2;
mod vocabulary;
mod write_back;

use satchel_model::Document;
use serde::{Deserialize, Serialize};

pub use canonical::canonical;
pub use index::{BlockPath, HeadingText, IndexText, index_text, index_text_naming, mentions};
pub use outline::{OutlineEntry, outline};
pub use people::{to_markdown_for_people, to_plain};
pub use v1::V1;
pub use v2::V2;
pub use vocabulary::file_name;
pub use write_back::write_back;

/// A text form of documents. Both directions are total.
pub trait Dialect {
    /// The document that a text is. Every block knows its range in the text.
    fn read(&self, text: &str) -> Document;
    /// The text of a document, in canonical form.
    fn write(&self, document: &Document) -> String;
}

/// The name of a dialect, to be kept with every text that is in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialectName {
    /// `v1`, "enhanced Markdown".
    #[default]
    V1,
    /// `v2`, "Notion-flavored Markdown".
    V2,
}

impl DialectName {
    /// The name, as it is kept beside a text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }

    /// The dialect with this name, if it is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::V1, Self::V2].into_iter().find(|dialect| dialect.as_str() == name)
    }
}

/// The dialect of this name.
#[must_use]
pub fn dialect(name: DialectName) -> &'static dyn Dialect {
    match name {
        DialectName::V1 => &V1,
        DialectName::V2 => &V2,
    }
}

/// The two families of markup, as far as their inline parts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    V1,
    V2,
}
