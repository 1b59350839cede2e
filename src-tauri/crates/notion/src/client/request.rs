//! Requests before they are addressed and signed.

use bytes::{Bytes, BytesMut};
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::error::Error;
use crate::json::Extra;

/// What sending it twice does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Nothing: it only reads.
    Read,
    /// The same as sending it once.
    Harmless,
    /// The thing twice, or something else the second time.
    Never,
}

/// A request: a path below `/v1/`, a query, a body.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Body,
    repeat: Repeat,
}

#[derive(Clone, Debug)]
enum Body {
    None,
    Json(Extra),
    /// A form with a file in it.
    Form {
        boundary: String,
        bytes: Bytes,
    },
}

/// A file, or a part of one, as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct FormFile<'a> {
    pub(crate) filename: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// The largest body the service takes: 500 KB, of the larger kind, because what is refused here is not even tried.
const LARGEST_BODY: usize = 500 * 1024;

/// All but the characters that never need encoding.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Draft {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), query: Vec::new(), body: Body::None, repeat: Repeat::Read }
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, repeat: Repeat::Harmless, ..Self::get(path) }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self::with_body(Method::POST, path, body)
    }

    pub(crate) fn patch(path: impl Into<String>, body: Value) -> Self {
        Self::with_body(Method::PATCH, path, body)
    }

    fn with_body(method: Method, path: impl Into<String>, body: Value) -> Self {
        let body = match body {
            Value::Object(object) => object,
            // Every body of this API is an object.
            _ => Extra::new(),
        };
        Self { method, path: path.into(), query: Vec::new(), body: Body::Json(body), repeat: Repeat::Never }
    }

    /// A form with a text field or none, and a file. The boundary is random, so that it does not occur in the file.
    pub(crate) fn form(path: impl Into<String>, field: Option<(&str, String)>, file: &FormFile<'_>) -> Self {
        let boundary = format!("part-{}", random_name());
        let mut bytes = BytesMut::with_capacity(file.bytes.len() + 512);
        if let Some((name, value)) = field {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            bytes.extend_from_slice(head.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            quoted(file.filename),
            quoted(file.content_type),
        );
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(file.bytes);
        bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let body = Body::Form { boundary, bytes: bytes.freeze() };
        Self { method: Method::POST, path: path.into(), query: Vec::new(), body, repeat: Repeat::Never }
    }

    /// A request that says all in its path.
    pub(crate) fn bare_post(path: impl Into<String>) -> Self {
        Self { method: Method::POST, repeat: Repeat::Never, ..Self::get(path) }
    }

    /// Says what sending it twice does; unless said, a request with a body is never repeated.
    pub(crate) fn repeating(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    pub(crate) fn query(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Asks for a page of a list. The place differs: lists that are read by GET take it in the query, the others in the body.
    pub(crate) fn page(&mut self, size: Option<usize>, cursor: Option<&str>) {
        match &mut self.body {
            Body::Json(body) => {
                if let Some(size) = size {
                    body.insert("page_size".to_owned(), size.into());
                }
                if let Some(cursor) = cursor {
                    body.insert("start_cursor".to_owned(), cursor.into());
                }
            }
            Body::None | Body::Form { .. } => {
                self.query.retain(|(key, _)| !matches!(*key, "page_size" | "start_cursor"));
                self.query.extend(size.map(|size| ("page_size", size.to_string())));
                self.query.extend(cursor.map(|cursor| ("start_cursor", cursor.to_owned())));
            }
        }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn repeat(&self) -> Repeat {
        self.repeat
    }

    /// The path and query as they go into the address.
    pub(crate) fn path_and_query(&self) -> Result<String, Error> {
        // Ids are checked where they are made, except those of properties and tasks, which are the service's own text. None may
        // lead to another endpoint.
        let is_odd = self.path.split('/').any(|segment| {
            let decoded = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
            segment.is_empty() || decoded == "." || decoded == ".." || decoded.contains("../")
        });
        if is_odd || self.path.contains(['?', '#', '\\', ' ']) {
            return Err(Error::InvalidRequest("an id in the path has characters that no id has".to_owned()));
        }
        let mut text = self.path.clone();
        for (index, (key, value)) in self.query.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(key);
            text.push('=');
            text.extend(utf8_percent_encode(value, QUERY));
        }
        Ok(text)
    }

    /// The body as bytes, with its type.
    pub(crate) fn body(&self) -> Result<Option<(Bytes, String)>, Error> {
        let body = match &self.body {
            Body::None => return Ok(None),
            Body::Form { boundary, bytes } => {
                return Ok(Some((bytes.clone(), format!("multipart/form-data; boundary={boundary}"))));
            }
            Body::Json(body) => body,
        };
        let bytes = serde_json::to_vec(body)
            .map_err(|error| Error::InvalidRequest(format!("the body cannot be written: {error}")))?;
        if bytes.len() > LARGEST_BODY {
            return Err(Error::InvalidRequest(format!(
                "the body has {} bytes, the service takes {LARGEST_BODY}",
                bytes.len()
            )));
        }
        Ok(Some((bytes.into(), "application/json".to_owned())))
    }
}

/// A name that nobody else has.
fn random_name() -> String {
    let mut bytes = [0_u8; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        // Without randomness the length of a name still makes it unlikely.
        Err(_) => "7d1f0c56a24be98330e6c4b1f5a90d27".to_owned(),
    }
}

/// Text inside the quotes of a form's header, as browsers write it.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_its_endpoint() {
        for path in
            ["pages/../users", "pages/%2e%2e/users", "pages/x?y", "pages//x", "pages/%2E%2E%2Fusers", "pages/x#y"]
        {
            assert!(Draft::get(path).path_and_query().is_err(), "{path}");
        }
        assert_eq!(Draft::get("pages/x/properties/%3FB%3AW").path_and_query().unwrap(), "pages/x/properties/%3FB%3AW");
    }

    #[test]
    fn a_query_value_is_encoded_once() {
        let draft = Draft::get("pages/x").query("filter_properties", "?B:W").query("filter_properties", "title");
        assert_eq!(draft.path_and_query().unwrap(), "pages/x?filter_properties=%3FB%3AW&filter_properties=title");
    }
}
