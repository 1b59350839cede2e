//! The second dialect, as far as it is documented: no output of the service has been seen, so this reads generously and writes the
//! documented forms only.

mod blocks;
mod read;
mod write;

use satchel_model::Document;

use crate::{Dialect, write_back::Reuse};

pub(crate) use write::Writer;

/// Notion-flavored Markdown: an opt-in preview, and the default from the next version of the API on.
#[derive(Debug, Clone, Copy, Default)]
pub struct V2;

impl Dialect for V2 {
    fn read(&self, text: &str) -> Document {
        read::read(text)
    }

    fn write(&self, document: &Document) -> String {
        Writer::default().write(document, &mut Reuse::nothing())
    }
}
