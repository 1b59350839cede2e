//! Files, downloaded from wherever the service says they are.

use std::io;
use std::path::Path;

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Request, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use tokio::fs::OpenOptions;
use tokio::io::{AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt, SeekFrom};
use tokio::time::sleep;
use url::Url;

use crate::client::Client;
use crate::error::Error;
use crate::id::{BlockId, CommentId, PageId};
use crate::transport::{Phase, Pieces, TransportError, TransportFault};
use crate::types::{BlockKind, FileKind, HostedFile, IconKind, PropertyKind};
use crate::{Field, Time};

/// How often an address is asked for anew without a single byte coming of it.
const MOST_RENEWALS: u32 = 3;

/// How many bytes are written before they are counted.
const FLUSHED: u64 = 1_024 * 1_024;

/// How many times a file may send on to another address.
const MOST_REDIRECTS: u32 = 5;

/// Files: of blocks, properties, comments, covers and icons.
#[derive(Clone, Debug)]
pub struct Files {
    pub(super) client: Client,
}

/// Where a file belongs. Its address works for an hour, so a file is known by what it hangs on, and its address is read anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FileOf {
    /// The picture, film, sound, PDF or file that a block is.
    Block(BlockId),
    /// The picture at the top of a page.
    Cover(PageId),
    /// The icon of a page, when it is a picture.
    Icon(PageId),
    /// A file of a files property: the property's name, and which of its files, from 0.
    Property(PageId, String, usize),
    /// A file beside a comment: which, from 0.
    Attachment(CommentId, usize),
    /// An address that is known and cannot be read anew.
    Address(String),
}

/// A file that is being downloaded, and how far it has come. Kept as JSON it can be gone on with by another process.
///
/// ```no_run
/// use satchel_notion::api::{Download, FileOf};
/// use satchel_notion::{BlockId, Client};
///
/// # async fn run(client: Client, block: BlockId) -> Result<(), Box<dyn std::error::Error>> {
/// let mut download = Download::new(FileOf::Block(block));
/// let tell = |now: &Download| println!("{} of {:?} bytes", now.received(), now.length());
/// // Whenever it stops, it goes on where it was.
/// client.files().download_to(&mut download, "launch-plan.pdf", tell).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Download {
    file: FileOf,
    received: u64,
    length: Option<u64>,
    /// What tells that it is still the same file: its address without what expires, and the host's entity tag.
    path: Option<String>,
    etag: Option<String>,
}

impl Download {
    /// A file of which nothing is there yet.
    pub fn new(file: FileOf) -> Self {
        Self { file, received: 0, length: None, path: None, etag: None }
    }

    /// How many bytes are written.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// How many there are in all, once the host has told.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    fn begin_again(&mut self) {
        *self = Self::new(self.file.clone());
    }
}

/// A file's bytes did not all come. What came is in the [`Download`], which can be gone on with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The address could not be read, or nothing came from it.
    #[error(transparent)]
    Service(#[from] Error),
    /// The bytes could not be written.
    #[error("the file cannot be written: {0}")]
    Write(#[source] io::Error),
    /// What was named has no file, or none that can be downloaded.
    #[error("there is no file here")]
    NoFile,
    /// The host of the file refuses it.
    #[error("the host of the file answers HTTP {}", .0.as_u16())]
    Refused(StatusCode),
}

/// An address, and when it stops working.
struct Address {
    url: Url,
    expires: Option<Time>,
}

impl Address {
    fn of(kind: &FileKind) -> Result<Self, DownloadError> {
        match kind {
            FileKind::Hosted(file) => Self::hosted(file),
            other => Self::parse(other.url().ok_or(DownloadError::NoFile)?),
        }
    }

    fn hosted(file: &HostedFile) -> Result<Self, DownloadError> {
        Ok(Self { expires: file.expiry_time.value().cloned(), ..Self::parse(&file.url)? })
    }

    fn parse(url: &str) -> Result<Self, DownloadError> {
        let url = Url::parse(url).ok().filter(|url| url.has_host() && matches!(url.scheme(), "https" | "http"));
        Ok(Self { url: url.ok_or(DownloadError::NoFile)?, expires: None })
    }

    fn path(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.into()
    }
}

/// What came of one attempt.
enum Attempt {
    Done,
    /// The address no longer works.
    Expired(StatusCode),
    /// The answer broke off, or none came.
    Broken(TransportError),
    /// The host is not well.
    Unwell(StatusCode),
}

impl Files {
    /// Downloads a file to this path. What is there already is gone on with when `download` says so, and replaced otherwise; when it is done
    /// the file is as long as it should be and on the disk.
    pub async fn download_to(
        &self,
        download: &mut Download,
        path: impl AsRef<Path>,
        progress: impl FnMut(&Download) + Send,
    ) -> Result<(), DownloadError> {
        let options = OpenOptions::new().write(true).create(true).truncate(download.received == 0).open(path).await;
        let mut file = options.map_err(DownloadError::Write)?;
        let there = file.metadata().await.map_err(DownloadError::Write)?.len();
        if there < download.received {
            // Somebody has cut it.
            download.begin_again();
        }
        self.download(download, &mut file, progress).await?;
        file.set_len(download.received).await.map_err(DownloadError::Write)?;
        file.sync_all().await.map_err(DownloadError::Write)
    }

    /// Downloads a file, piece by piece: memory holds one piece, whatever the file's size. `progress` is told when some of it is written.
    ///
    /// An address that expires on the way is read anew, an answer that breaks off is gone on with, and a file that was replaced meanwhile
    /// is begun again; cut what you write to down to [`Download::length`] at the end, because the file may have become shorter. The token goes
    /// to the service alone, never to the host of the file. After a failure, call it again with the same `download` and what was written.
    pub async fn download<W>(
        &self,
        download: &mut Download,
        into: &mut W,
        mut progress: impl FnMut(&Download) + Send,
    ) -> Result<(), DownloadError>
    where
        W: AsyncWrite + AsyncSeek + Unpin + Send,
    {
        if download.length == Some(download.received) {
            return Ok(());
        }
        into.seek(SeekFrom::Start(download.received)).await.map_err(DownloadError::Write)?;
        let mut address = None;
        let (mut renewals, mut failures) = (0, 0);
        let mut furthest = download.received;
        loop {
            let current = match address.take().filter(|address| !self.is_over(address)) {
                Some(address) => address,
                None => self.locate(&download.file).await?,
            };
            if download.path.as_ref().is_some_and(|path| *path != current.path()) {
                // Another file stands there now.
                download.begin_again();
                into.seek(SeekFrom::Start(0)).await.map_err(DownloadError::Write)?;
            }
            download.path = Some(current.path());
            let attempt = self.attempt(download, &current, into, &mut progress).await?;
            // What only comes again is no progress.
            if download.received > furthest {
                furthest = download.received;
                (renewals, failures) = (0, 0);
            }
            match attempt {
                Attempt::Done => return Ok(()),
                Attempt::Expired(_) if renewals < MOST_RENEWALS && !matches!(download.file, FileOf::Address(_)) => {
                    renewals += 1;
                }
                Attempt::Expired(status) => return Err(DownloadError::Refused(status)),
                Attempt::Broken(error) if !error.is_retryable() || failures >= self.client.retry().failures => {
                    return Err(Error::from(error).into());
                }
                Attempt::Unwell(status) if failures >= self.client.retry().failures => {
                    return Err(DownloadError::Refused(status));
                }
                Attempt::Broken(_) | Attempt::Unwell(_) => {
                    sleep(self.client.delay(failures)).await;
                    failures += 1;
                    address = Some(current);
                }
            }
        }
    }

    fn is_over(&self, address: &Address) -> bool {
        address.expires.as_ref().is_some_and(|expires| expires.timestamp() <= self.client.service_time())
    }

    /// The address of a file, fresh from what it hangs on.
    async fn locate(&self, file: &FileOf) -> Result<Address, DownloadError> {
        let none = || DownloadError::NoFile;
        let page = async |id: PageId| self.client.pages().get(id).await?.into_full().ok_or_else(none);
        match file {
            FileOf::Address(url) => Address::parse(url),
            FileOf::Block(id) => {
                let block = self.client.blocks().get(*id).await?.into_full().ok_or_else(none)?;
                match &block.kind {
                    BlockKind::Image(media)
                    | BlockKind::Video(media)
                    | BlockKind::Pdf(media)
                    | BlockKind::Audio(media)
                    | BlockKind::File(media) => Address::of(&media.source),
                    _ => Err(none()),
                }
            }
            FileOf::Cover(id) => Address::of(&page(*id).await?.cover.value().ok_or_else(none)?.kind),
            FileOf::Icon(id) => match page(*id).await?.icon.value().map(|icon| &icon.kind) {
                Some(IconKind::Hosted(file)) => Address::hosted(file),
                Some(IconKind::External(file)) => Address::parse(&file.url),
                Some(IconKind::CustomEmoji(emoji)) => Address::parse(emoji.url.value().ok_or_else(none)?),
                _ => Err(none()),
            },
            FileOf::Property(id, name, index) => match page(*id).await?.properties.get(name).map(|value| &value.kind) {
                Some(PropertyKind::Files(files)) => Address::of(&files.get(*index).ok_or_else(none)?.source),
                _ => Err(none()),
            },
            FileOf::Attachment(id, index) => {
                let comment = self.client.comments().get(*id).await?.into_full().ok_or_else(none)?;
                let attachment = comment.attachments.value().and_then(|all| all.get(*index)).ok_or_else(none)?;
                match &attachment.file {
                    Field::Value(file) => Address::hosted(file),
                    _ => Err(none()),
                }
            }
        }
    }

    /// Fetches what is missing from this address, as far as it comes.
    async fn attempt<W>(
        &self,
        download: &mut Download,
        address: &Address,
        into: &mut W,
        progress: &mut (impl FnMut(&Download) + Send),
    ) -> Result<Attempt, DownloadError>
    where
        W: AsyncWrite + AsyncSeek + Unpin + Send,
    {
        let answer = match self.fetch(download, &address.url).await? {
            Ok(answer) => answer,
            Err(error) => return Ok(Attempt::Broken(error)),
        };
        let (head, mut pieces) = answer.into_parts();
        let text = |name: header::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
        let etag = text(header::ETAG).filter(|tag| !tag.starts_with("W/")).map(str::to_owned);
        let range = text(header::CONTENT_RANGE);
        let total = range.and_then(whole);
        match head.status {
            StatusCode::PARTIAL_CONTENT
                if begins_at(range) == Some(download.received)
                    && etag == download.etag
                    && (total.is_none() || download.length.is_none() || total == download.length) =>
            {
                download.length = total.or(download.length);
            }
            StatusCode::OK => {
                // All of it, whatever was asked for.
                download.begin_again();
                download.path = Some(address.path());
                download.length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
                download.etag = etag;
                into.seek(SeekFrom::Start(0)).await.map_err(DownloadError::Write)?;
            }
            StatusCode::RANGE_NOT_SATISFIABLE if total == Some(download.received) && download.length.is_none() => {
                download.length = total;
                return Ok(Attempt::Done);
            }
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                download.begin_again();
                into.seek(SeekFrom::Start(0)).await.map_err(DownloadError::Write)?;
                return Ok(Attempt::Unwell(head.status));
            }
            // The last is how Amazon S3 says that what an address was signed with has expired.
            status
            @ (StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED | StatusCode::GONE | StatusCode::BAD_REQUEST) => {
                return Ok(Attempt::Expired(status));
            }
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Ok(Attempt::Unwell(status));
            }
            status => return Err(DownloadError::Refused(status)),
        }
        // Counted is only what is known to be written: a writer may keep some to itself, and fail later.
        let mut unwritten = 0;
        let broken = loop {
            match pieces.next().await {
                Some(Ok(piece)) => {
                    into.write_all(&piece).await.map_err(DownloadError::Write)?;
                    unwritten += piece.len() as u64;
                }
                Some(Err(error)) => break Some(error),
                None => break None,
            }
            if unwritten >= FLUSHED {
                into.flush().await.map_err(DownloadError::Write)?;
                download.received += std::mem::take(&mut unwritten);
                progress(download);
            }
        };
        into.flush().await.map_err(DownloadError::Write)?;
        download.received += unwritten;
        let is_short = download.length.is_some_and(|length| length != download.received);
        let broken =
            broken.or_else(|| is_short.then(|| TransportError::new(Phase::AfterSend, TransportFault::Interrupted)));
        if broken.is_none() {
            download.length = Some(download.received);
        }
        if unwritten > 0 {
            progress(download);
        }
        Ok(broken.map_or(Attempt::Done, Attempt::Broken))
    }

    /// The answer to a request for what is missing. Redirects are followed: nothing secret goes along.
    async fn fetch(
        &self,
        download: &Download,
        url: &Url,
    ) -> Result<Result<Response<Pieces>, TransportError>, DownloadError> {
        let mut url = url.clone();
        let mut status = StatusCode::FOUND;
        for _ in 0..=MOST_REDIRECTS {
            let mut request = Request::get(url.as_str()).header(header::USER_AGENT, self.client.user_agent());
            // As it is stored: a part of something compressed is no use.
            request = request.header(header::ACCEPT_ENCODING, "identity");
            // Without a tag nothing would tell that it is still the same, and all of it is asked for again.
            if let (1.., Some(etag)) = (download.received, &download.etag) {
                request = request.header(header::RANGE, format!("bytes={}-", download.received));
                request = request.header(header::IF_RANGE, etag);
            }
            let request = request.body(Bytes::new()).map_err(|_| DownloadError::NoFile)?;
            let answer = match self.client.fetch(request).await {
                Ok(answer) => answer,
                Err(error) => return Ok(Err(error)),
            };
            let target = answer.headers().get(header::LOCATION).filter(|_| answer.status().is_redirection());
            let Some(target) = target.and_then(|target| target.to_str().ok()) else { return Ok(Ok(answer)) };
            let next = url.join(target).ok().filter(|next| next.scheme() == "https" || next.scheme() == url.scheme());
            status = answer.status();
            url = next.ok_or(DownloadError::Refused(status))?;
        }
        Err(DownloadError::Refused(status))
    }
}

/// Where a part begins: `bytes 10-19/100`.
fn begins_at(range: Option<&str>) -> Option<u64> {
    range?.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()
}

/// How long the whole is: `bytes 10-19/100`.
fn whole(range: &str) -> Option<u64> {
    range.rsplit_once('/')?.1.parse().ok()
}
