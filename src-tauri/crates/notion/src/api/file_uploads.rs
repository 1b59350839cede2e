//! `file_uploads`.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, SeekFrom};

use crate::client::{Call, Client, Draft, FormFile, Paged, Repeat};
use crate::error::{Commitment, Error};
use crate::id::FileUploadId;
use crate::json::Json;
use crate::types::{FileUpload, UploadStatus};
use crate::write::{CreateFileUpload, UploadMode};

/// Files on their way to the service. An upload is attached within an hour, or it is gone.
#[derive(Clone, Debug)]
pub struct FileUploads {
    pub(super) client: Client,
}

/// A file to send: what it is called, what it is, how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Its name with extension.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Its length in bytes.
    pub length: u64,
}

/// How much of a file has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadProgress {
    /// Bytes that the service has.
    pub sent: u64,
    /// Bytes in all.
    pub total: u64,
}

impl FileUploads {
    /// The largest file that goes in one part.
    pub const LARGEST_SINGLE: u64 = 20 * 1024 * 1024;
    /// The size of a part of a larger file, unless the file has too many of them.
    pub const PART: u64 = 10 * 1024 * 1024;

    /// Begins an upload. Nothing is lost when an attempt without an answer is not followed up: it expires.
    pub fn create(&self, upload: &CreateFileUpload) -> Call<FileUpload> {
        let is_external = upload.mode.value() == Some(&UploadMode::ExternalUrl);
        let is_multi = upload.mode.value() == Some(&UploadMode::MultiPart);
        let parts = upload.number_of_parts.value().copied();
        let refusal = if upload.external_url.value().is_some() != is_external {
            Some("an upload from the web has an address, and no other has one")
        } else if upload.external_url.value().is_some_and(|url| !url.starts_with("https://")) {
            Some("the service fetches files by HTTPS alone")
        } else if parts.is_some() != is_multi {
            Some("an upload in parts says in how many, and no other does")
        } else if parts.is_some_and(|parts| parts == 0 || parts > CreateFileUpload::MOST_PARTS) {
            Some("an upload has 1 to 1,000 parts")
        } else {
            None
        };
        match refusal {
            Some(reason) => Call::refused(&self.client, reason),
            None => Call::json(&self.client, Draft::post("file_uploads", upload.encode())),
        }
    }

    /// An upload: how far it has come.
    pub fn get(&self, id: FileUploadId) -> Call<FileUpload> {
        Call::json(&self.client, Draft::get(format!("file_uploads/{id}")))
    }

    /// The connection's uploads.
    pub fn list(&self) -> Paged<FileUpload> {
        Paged::new(&self.client, Draft::get("file_uploads"))
    }

    /// The connection's uploads in this state.
    pub fn list_in(&self, status: &UploadStatus) -> Paged<FileUpload> {
        Paged::new(&self.client, Draft::get("file_uploads").query("status", status.as_str()))
    }

    /// Sends a file in one part. Never repeated after an attempt that may have been carried out: [`FileUploads::get`] tells.
    pub fn send(&self, id: FileUploadId, info: &FileInfo, bytes: &[u8]) -> Call<FileUpload> {
        self.send_form(id, None, info, bytes)
    }

    /// Sends a part of a file; parts are counted from 1 and may come in any order. A part that is sent again replaces itself, so it is
    /// repeated after failures.
    pub fn send_part(&self, id: FileUploadId, part: u64, info: &FileInfo, bytes: &[u8]) -> Call<FileUpload> {
        self.send_form(id, Some(part), info, bytes)
    }

    fn send_form(&self, id: FileUploadId, part: Option<u64>, info: &FileInfo, bytes: &[u8]) -> Call<FileUpload> {
        if bytes.len() as u64 > Self::LARGEST_SINGLE {
            return Call::refused(&self.client, "one request takes at most 20 MiB of a file; send it in parts");
        }
        let file = FormFile { filename: &info.filename, content_type: &info.content_type, bytes };
        let repeat = if part.is_some() { Repeat::Harmless } else { Repeat::Never };
        let field = part.map(|part| ("part_number", part.to_string()));
        Call::json(&self.client, Draft::form(format!("file_uploads/{id}/send"), field, &file).repeating(repeat))
    }

    /// Says that all parts were sent.
    pub fn complete(&self, id: FileUploadId) -> Call<FileUpload> {
        Call::json(&self.client, Draft::bare_post(format!("file_uploads/{id}/complete")))
    }

    /// Sends a whole file of any length, a part at a time: memory holds one part, whatever the file's size. `progress` is told
    /// after each part.
    ///
    /// An upload that stopped on the way goes on with [`FileUploads::resume`].
    pub async fn upload<F>(
        &self,
        file: &mut F,
        info: &FileInfo,
        progress: impl FnMut(UploadProgress) + Send,
    ) -> Result<FileUpload, UploadError>
    where
        F: AsyncRead + AsyncSeek + Unpin + Send,
    {
        let create = if info.length <= Self::LARGEST_SINGLE {
            CreateFileUpload::single(&info.filename)
        } else {
            let parts = info.length.div_ceil(Self::part_size(info.length));
            CreateFileUpload::parts(&info.filename, parts)
        };
        let upload =
            self.create(&create.content_type(&info.content_type)).await.map_err(UploadError::before_it_began)?;
        self.resume(&upload, file, info, progress).await
    }

    /// Goes on with an upload where the service's own count says it stopped.
    pub async fn resume<F>(
        &self,
        upload: &FileUpload,
        file: &mut F,
        info: &FileInfo,
        mut progress: impl FnMut(UploadProgress) + Send,
    ) -> Result<FileUpload, UploadError>
    where
        F: AsyncRead + AsyncSeek + Unpin + Send,
    {
        let id = upload.id;
        let at = |error: Error| UploadError { upload: Some(id), kind: UploadErrorKind::Service(error) };
        if upload.status == UploadStatus::Uploaded {
            return Ok(upload.clone());
        }
        let total = info.length;
        let Some(parts) = upload.number_of_parts.value() else {
            let bytes = self.read(file, 0, total).await.map_err(|error| UploadError::of_file(id, error))?;
            let sent = match self.send(id, info, &bytes).await {
                // It may have come; the service knows.
                Err(error) if error.commitment() == Commitment::Unknown => {
                    let state = self.get(id).await.map_err(at)?;
                    if state.status == UploadStatus::Uploaded { state } else { return Err(at(error)) }
                }
                other => other.map_err(at)?,
            };
            progress(UploadProgress { sent: total, total });
            return Ok(sent);
        };
        let size = Self::part_size(total);
        let count = total.div_ceil(size);
        let sent_parts = parts.sent.as_u64().unwrap_or(0);
        for part in sent_parts..count {
            let start = part * size;
            let length = size.min(total - start);
            let bytes = self.read(file, start, length).await.map_err(|error| UploadError::of_file(id, error))?;
            self.send_part(id, part + 1, info, &bytes).await.map_err(at)?;
            progress(UploadProgress { sent: start + length, total });
        }
        match self.complete(id).await {
            Err(error) if error.commitment() == Commitment::Unknown => {
                let state = self.get(id).await.map_err(at)?;
                if state.status == UploadStatus::Uploaded { Ok(state) } else { Err(at(error)) }
            }
            other => other.map_err(at),
        }
    }

    /// Parts as small as the limit on their number allows.
    const fn part_size(length: u64) -> u64 {
        let smallest = length.div_ceil(CreateFileUpload::MOST_PARTS);
        if smallest > Self::PART { smallest } else { Self::PART }
    }

    async fn read<F>(&self, file: &mut F, start: u64, length: u64) -> io::Result<Vec<u8>>
    where
        F: AsyncRead + AsyncSeek + Unpin + Send,
    {
        file.seek(SeekFrom::Start(start)).await?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(length).read_to_end(&mut bytes).await?;
        if bytes.len() as u64 == length {
            Ok(bytes)
        } else {
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is shorter than was said"))
        }
    }
}

/// Why a file was not sent, and what was begun: an upload that may be resumed.
#[derive(Debug)]
pub struct UploadError {
    /// The upload, when it had begun.
    pub upload: Option<FileUploadId>,
    /// What went wrong.
    pub kind: UploadErrorKind,
}

/// What went wrong with an upload.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadErrorKind {
    /// The file could not be read.
    #[error("the file cannot be read: {0}")]
    File(io::Error),
    /// The service did not take it.
    #[error("{0}")]
    Service(Error),
}

impl UploadError {
    fn before_it_began(error: Error) -> Self {
        Self { upload: None, kind: UploadErrorKind::Service(error) }
    }

    fn of_file(upload: FileUploadId, error: io::Error) -> Self {
        Self { upload: Some(upload), kind: UploadErrorKind::File(error) }
    }
}

impl std::fmt::Display for UploadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for UploadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            UploadErrorKind::File(error) => Some(error),
            UploadErrorKind::Service(error) => Some(error),
        }
    }
}
