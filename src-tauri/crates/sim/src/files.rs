//! The host of the files: presigned addresses that work for an hour, in the manner of Amazon S3.
//!
//! What was uploaded is given back byte for byte. Files that nobody has sent, of a seed or fetched from the web, are made up: the same
//! bytes for the same address. An address that is not signed, or no longer, is refused with XML, as there.

use std::ops::Range;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::api::type_of;
use crate::simulator::State;
use crate::state::ids;
use crate::state::render::{FILE_HOST, FILE_SECONDS};
use crate::state::upload::MADE_UP_LENGTH;

/// Whether this is a request to the host of the files.
pub(crate) fn is_meant(parts: &Parts) -> bool {
    parts.uri.host().is_some_and(|host| FILE_HOST.ends_with(host))
}

/// What stands in an address for this moment and path. `random` makes two of the same second differ, as their credentials would.
pub(crate) fn query(path: &str, now: Timestamp, random: u64) -> String {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential=SIMULATED%2F{day}%2Fus-west-2%2Fs3%2Faws4_request\
         &X-Amz-Date={date}&X-Amz-Expires={FILE_SECONDS}&X-Amz-Signature={random:016x}{proof:016x}&X-Amz-SignedHeaders=host&x-id=GetObject",
        day = now.strftime("%Y%m%d"),
        proof = proof(path, &date, random),
    )
}

fn proof(path: &str, date: &str, random: u64) -> u64 {
    ids::mix(ids::hash(path.as_bytes()) ^ ids::mix(ids::hash(date.as_bytes()) ^ ids::mix(random)))
}

/// Answers a request for a file.
pub(crate) fn answer(state: &State, parts: &Parts, now: Timestamp) -> Response<Bytes> {
    let path = parts.uri.path();
    if let Err(refusal) = admitted(path, parts.uri.query().unwrap_or_default(), now) {
        return error(StatusCode::FORBIDDEN, "AccessDenied", refusal);
    }
    if parts.method != Method::GET {
        let status = StatusCode::FORBIDDEN;
        return error(
            status,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        );
    }
    let Some(content) = Content::of(state, path) else {
        return error(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
    };
    let length = content.length();
    let tag = format!("\"{:016x}{length:x}\"", ids::hash(path.as_bytes()));
    let kind = type_of(path).unwrap_or("application/octet-stream");
    let mut response = match range(&parts.headers, &tag, length) {
        Wanted::All => Response::new(content.slice(0..length)),
        Wanted::Part(part) => {
            let mut response = Response::new(content.slice(part.clone()));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            put(&mut response, header::CONTENT_RANGE, &format!("bytes {}-{}/{length}", part.start, part.end - 1));
            response
        }
        Wanted::Nothing => {
            let mut response =
                error(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "The requested range is not satisfiable");
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{length}"));
            return response;
        }
    };
    let bytes = response.body().len().to_string();
    put(&mut response, header::CONTENT_LENGTH, &bytes);
    put(&mut response, header::CONTENT_TYPE, kind);
    put(&mut response, header::ACCEPT_RANGES, "bytes");
    put(&mut response, header::ETAG, &tag);
    response
}

/// Why an address does not work.
fn admitted(path: &str, query: &str, now: Timestamp) -> Result<(), &'static str> {
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let one = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| &**value);
    let (Some(date), Some(signature)) = (one("X-Amz-Date"), one("X-Amz-Signature")) else {
        return Err("Access Denied");
    };
    let random = signature.get(..16).and_then(|random| u64::from_str_radix(random, 16).ok());
    let is_ours =
        random.is_some_and(|random| signature.get(16..) == Some(&*format!("{:016x}", proof(path, date, random))));
    let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok().and_then(|at| TimeZone::UTC.to_timestamp(at).ok());
    match signed.filter(|_| is_ours) {
        None => Err("Access Denied"),
        Some(signed) if now.as_second() > signed.as_second() + FILE_SECONDS => Err("Request has expired"),
        Some(_) => Ok(()),
    }
}

/// The bytes of a file.
enum Content {
    Sent(Bytes),
    MadeUp { seed: u64, length: u64 },
}

impl Content {
    fn of(state: &State, path: &str) -> Option<Self> {
        let mut names = path.trim_start_matches('/').split('/');
        let (workspace, folder) = (ids::parse(names.next()?)?, ids::parse(names.next()?)?);
        let ws = state.workspaces.iter().find(|ws| ws.id == workspace)?;
        let seed = ids::hash(path.as_bytes());
        let Some(upload) = ws.uploads.iter().find(|upload| upload.id == folder) else {
            return Some(Self::MadeUp { seed, length: MADE_UP_LENGTH });
        };
        Some(upload.content().map_or_else(|| Self::MadeUp { seed, length: upload.length() }, Self::Sent))
    }

    fn length(&self) -> u64 {
        match self {
            Self::Sent(bytes) => bytes.len() as u64,
            Self::MadeUp { length, .. } => *length,
        }
    }

    fn slice(&self, part: Range<u64>) -> Bytes {
        match self {
            Self::Sent(bytes) => {
                let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
                bytes.slice(at(part.start)..at(part.end))
            }
            Self::MadeUp { seed, .. } => part.map(|at| (ids::mix(seed ^ (at / 8)) >> (at % 8 * 8)) as u8).collect(),
        }
    }
}

enum Wanted {
    All,
    Part(Range<u64>),
    Nothing,
}

/// The one range that is asked for (RFC 9110, 14.2), unless the file is not the one it was asked of.
fn range(headers: &HeaderMap, tag: &str, length: u64) -> Wanted {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_same = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let asked = text(header::RANGE).filter(|_| is_same).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = asked.and_then(|range| range.split_once('-')) else { return Wanted::All };
    let part = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Wanted::All,
    };
    if part.start < part.end { Wanted::Part(part) } else { Wanted::Nothing }
}

fn error(status: StatusCode, code: &str, message: &str) -> Response<Bytes> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    put(&mut response, header::CONTENT_TYPE, "application/xml");
    response
}

fn put(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
