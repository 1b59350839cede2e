//! Uploaded files.

use crate::id::FileUploadId;
use crate::json::{Field, object, open_enum};
use crate::time::Time;
use crate::types::{Identified, User};
use serde_json::{Number, Value};

open_enum! {
    /// How far an upload has come.
    pub enum UploadStatus {
        Pending = "pending",
        Uploaded = "uploaded",
        Expired = "expired",
        Failed = "failed",
    }
}

object! {
    /// The parts of a large upload.
    pub struct UploadParts {
        /// How many there will be.
        pub total: Number,
        /// How many have come.
        pub sent: Number,
    }
}

object! {
    /// What became of an import from the web.
    pub struct FileImportResult {
        /// `success` or `error`.
        pub outcome: Field<String> as "type",
        /// When.
        pub imported_time: Field<Time>,
        /// Present on success.
        pub success: Field<Value>,
        /// Present on failure: its type, code and message.
        pub error: Field<Value>,
    }
}

object! {
    /// An uploaded file, which may be attached within an hour.
    pub struct FileUpload {
        /// Always `file_upload`.
        pub object: Field<String>,
        /// The upload.
        pub id: FileUploadId,
        /// When it was begun.
        pub created_time: Time,
        /// Who began it.
        pub created_by: Field<Box<User>>,
        /// When it last changed.
        pub last_edited_time: Field<Time>,
        /// When it goes, unless it is attached.
        pub expiry_time: Field<Time>,
        /// Whether it is in the trash.
        pub in_trash: Field<bool>,
        /// The trash, as versions before 2026-03-11 call it.
        pub archived: Field<bool>,
        /// How far it has come.
        pub status: UploadStatus,
        /// The file's name.
        pub filename: Field<String>,
        /// The file's media type.
        pub content_type: Field<String>,
        /// The file's length, in bytes.
        pub content_length: Field<Number>,
        /// Where to send the bytes.
        pub upload_url: Field<String>,
        /// Where to say that all parts were sent.
        pub complete_url: Field<String>,
        /// The parts of a large upload.
        pub number_of_parts: Field<UploadParts>,
        /// What became of an import.
        pub file_import_result: Field<FileImportResult>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Identified for FileUpload {
    type Id = FileUploadId;

    fn id(&self) -> Option<FileUploadId> {
        Some(self.id)
    }
}
