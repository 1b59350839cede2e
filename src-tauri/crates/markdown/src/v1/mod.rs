//! The first dialect: what the service writes today unless asked for the second.

mod attributes;
mod blocks;
mod raw;
mod read;
mod write;

use satchel_model::Document;

use crate::Dialect;

/// Enhanced Markdown as it is the default until the next version of the API.
#[derive(Debug, Clone, Copy, Default)]
pub struct V1;

impl Dialect for V1 {
    fn read(&self, text: &str) -> Document {
        read::read(text)
    }

    fn write(&self, document: &Document) -> String {
        write::write(document)
    }
}

pub(crate) use attributes::image;
pub(crate) use blocks::{is_page, leaf_block, media, set_label};
pub(crate) use write::{Writer, instead};
