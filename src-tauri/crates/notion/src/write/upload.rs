//! New uploads.

use crate::json::{Field, object, open_enum};

open_enum! {
    /// How the bytes come to the service.
    pub enum UploadMode {
        SinglePart = "single_part",
        MultiPart = "multi_part",
        ExternalUrl = "external_url",
    }
}

object! {
    /// An upload to begin.
    #[derive(Default)]
    pub struct CreateFileUpload {
        /// How the bytes come; in one part unless said.
        pub mode: Field<UploadMode>,
        /// The file's name, with the extension that its type has.
        pub filename: Field<String>,
        /// The file's media type.
        pub content_type: Field<String>,
        /// In how many parts: at most 1,000.
        pub number_of_parts: Field<u64>,
        /// Where the service fetches it: HTTPS.
        pub external_url: Field<String>,
    }
}

impl CreateFileUpload {
    /// The most parts the service takes.
    pub const MOST_PARTS: u64 = 1_000;

    /// A file in one part: up to 20 MiB.
    pub fn single(filename: impl Into<String>) -> Self {
        Self { filename: Field::Value(filename.into()), ..Self::default() }
    }

    /// A file in so many parts, each but the last of 5 to 20 MiB.
    pub fn parts(filename: impl Into<String>, parts: u64) -> Self {
        Self {
            mode: Field::Value(UploadMode::MultiPart),
            number_of_parts: Field::Value(parts),
            ..Self::single(filename)
        }
    }

    /// A file that the service fetches from the web.
    pub fn external(filename: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            mode: Field::Value(UploadMode::ExternalUrl),
            external_url: Field::Value(url.into()),
            ..Self::single(filename)
        }
    }

    /// The media type.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Field::Value(content_type.into());
        self
    }
}
