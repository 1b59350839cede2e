//! Requests before they are addressed and signed.

use bytes::Bytes;
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
    body: Option<Extra>,
    repeat: Repeat,
}

/// The largest body the service takes: 500 KB, of the larger kind, because what is refused here is not even tried.
const LARGEST_BODY: usize = 500 * 1024;

/// All but the characters that never need encoding.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Draft {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), query: Vec::new(), body: None, repeat: Repeat::Read }
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
        Self { method, path: path.into(), query: Vec::new(), body: Some(body), repeat: Repeat::Never }
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
            Some(body) => {
                if let Some(size) = size {
                    body.insert("page_size".to_owned(), size.into());
                }
                if let Some(cursor) = cursor {
                    body.insert("start_cursor".to_owned(), cursor.into());
                }
            }
            None => {
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

    /// The body as bytes.
    pub(crate) fn body(&self) -> Result<Option<Bytes>, Error> {
        let Some(body) = &self.body else { return Ok(None) };
        let bytes = serde_json::to_vec(body)
            .map_err(|error| Error::InvalidRequest(format!("the body cannot be written: {error}")))?;
        if bytes.len() > LARGEST_BODY {
            return Err(Error::InvalidRequest(format!(
                "the body has {} bytes, the service takes {LARGEST_BODY}",
                bytes.len()
            )));
        }
        Ok(Some(bytes.into()))
    }
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
