//! Files on their way: begun, sent in one part or many or fetched from the web, attached or gone after an hour.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Stamp;
use super::ids::Id;
use super::render::FILE_HOST;

/// What stands in an address as it is (RFC 3986, 2.3).
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How long an upload waits to be sent and attached.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// How long files are that nobody has sent.
pub(crate) const MADE_UP_LENGTH: u64 = 13_264;
/// How long the service takes to fetch a file.
pub(crate) const FETCHING: SignedDuration = SignedDuration::from_secs(5);

/// How the bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Single,
    Parts { total: u64 },
    External { succeeds: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Uploaded,
    Expired,
    Failed,
}

impl Status {
    pub const NAMES: &[&str] = &["pending", "uploaded", "expired", "failed"];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Uploaded => "uploaded",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// What was sent of a file at once.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub length: u64,
    /// Not kept when there is too much of it.
    pub bytes: Option<Bytes>,
}

/// An upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub id: Id,
    /// The connection that began it, and alone sees it.
    pub connection: Id,
    pub created: Stamp,
    pub edited: Timestamp,
    pub mode: Mode,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    /// Parts by number, counted from 1; a file in one part is part 1.
    pub parts: BTreeMap<u64, Part>,
    pub is_complete: bool,
    pub is_attached: bool,
}

impl Upload {
    fn expires(&self) -> Timestamp {
        self.created.at.checked_add(LIFETIME).unwrap_or(self.created.at)
    }

    fn fetched(&self) -> Timestamp {
        self.created.at.checked_add(FETCHING).unwrap_or(self.created.at)
    }

    /// How far it has come by now.
    pub fn status(&self, now: Timestamp) -> Status {
        match self.mode {
            _ if self.is_attached => Status::Uploaded,
            Mode::External { succeeds: false } if now >= self.fetched() => Status::Failed,
            _ if now >= self.expires() => Status::Expired,
            Mode::External { succeeds: true } if now >= self.fetched() => Status::Uploaded,
            _ if self.is_complete => Status::Uploaded,
            _ => Status::Pending,
        }
    }

    /// Whether the bytes were there before it expired.
    fn has_come(&self) -> bool {
        matches!(self.mode, Mode::External { succeeds: true }) || self.is_complete
    }

    pub fn length(&self) -> u64 {
        match self.mode {
            // Nothing is fetched, so the length is made up; it only has to stay the same.
            Mode::External { .. } => MADE_UP_LENGTH,
            _ => self.parts.values().map(|part| part.length).sum(),
        }
    }

    /// How many bytes of it are kept.
    pub fn kept(&self) -> u64 {
        self.parts.values().filter(|part| part.bytes.is_some()).map(|part| part.length).sum()
    }

    /// What was sent, if it was all kept.
    pub fn content(&self) -> Option<Bytes> {
        let mut parts = self.parts.values().map(|part| part.bytes.as_ref());
        match (self.mode, self.parts.len()) {
            (Mode::External { .. }, _) => None,
            (_, 1) => parts.next()?.cloned(),
            _ => {
                let parts: Vec<&Bytes> = parts.collect::<Option<_>>()?;
                Some(parts.iter().flat_map(|part| part.iter().copied()).collect())
            }
        }
    }

    /// Where the file is once it is attached, without a signature.
    pub fn address(&self, workspace: Id) -> String {
        let name = utf8_percent_encode(self.filename.as_deref().unwrap_or("file"), NAME);
        format!("{FILE_HOST}/{workspace}/{}/{name}", self.id)
    }

    /// As it is read.
    pub fn shown(&self, now: Timestamp, is_person: bool) -> Value {
        let minute = crate::clock::minute;
        let status = self.status(now);
        let expiry = (!self.is_attached && status != Status::Expired).then(|| minute(self.expires()));
        let has_come = status == Status::Uploaded || (status == Status::Expired && self.has_come());
        let length = has_come.then(|| self.length());
        let mut upload = json!({
            "object": "file_upload",
            "id": self.id,
            "created_time": minute(self.created.at),
            "created_by": { "id": self.created.by, "type": if is_person { "person" } else { "bot" } },
            "last_edited_time": minute(self.edited),
            "expiry_time": expiry,
        });
        let Some(fields) = upload.as_object_mut() else { return upload };
        if status == Status::Pending {
            let base = format!("https://api.notion.com/v1/file_uploads/{}", self.id);
            fields.insert("upload_url".to_owned(), format!("{base}/send").into());
            if let Mode::Parts { .. } = self.mode {
                fields.insert("complete_url".to_owned(), format!("{base}/complete").into());
            }
        }
        fields.insert("in_trash".to_owned(), false.into());
        fields.insert("status".to_owned(), status.name().into());
        fields.insert("filename".to_owned(), self.filename.clone().into());
        fields.insert("content_type".to_owned(), self.content_type.clone().into());
        fields.insert("content_length".to_owned(), length.into());
        match self.mode {
            Mode::Parts { total } => {
                fields.insert("number_of_parts".to_owned(), json!({ "total": total, "sent": self.parts.len() }));
            }
            Mode::External { succeeds } if now >= self.fetched() => {
                let imported = crate::clock::precise(self.fetched());
                let result = if succeeds {
                    json!({ "type": "success", "success": {}, "imported_time": imported })
                } else {
                    json!({
                        "type": "error",
                        "error": {
                            "type": "download_error", "code": "file_upload_download_error",
                            "message": "The file could not be downloaded.", "parameter": null, "status_code": 404,
                        },
                        "imported_time": imported,
                    })
                };
                fields.insert("file_import_result".to_owned(), result);
            }
            Mode::Single | Mode::External { .. } => {}
        }
        upload
    }
}
