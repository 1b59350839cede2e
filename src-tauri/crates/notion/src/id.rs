//! Ids: one type a kind of thing, read from every form a person may paste, written dashed.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use url::Url;
use uuid::Uuid;

use crate::json::{DecodeError, Json, serde_through_json};

/// Text that holds no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no id found: expected a UUID or a link that ends in one")]
pub struct ParseIdError;

/// Which part of a link names the thing.
#[derive(Clone, Copy)]
enum Place {
    Path,
    /// The block's id after `#`, else the page's.
    Fragment,
    /// This parameter when it is there, else the path.
    Query(&'static str),
}

fn parse(text: &str, place: Place) -> Result<Uuid, ParseIdError> {
    let text = text.trim();
    // Not `Uuid::parse_str`: it also takes braces and `urn:uuid:`, which the service refuses.
    if let Some(id) = whole(text) {
        return Ok(id);
    }
    let url = Url::parse(text).map_err(|_| ParseIdError)?;
    let named = match place {
        Place::Path => None,
        Place::Fragment => url.fragment().and_then(trailing),
        Place::Query(name) => {
            url.query_pairs().find_map(|(key, value)| if key == name { trailing(&value) } else { None })
        }
    };
    named.or_else(|| url.path_segments()?.rfind(|segment| !segment.is_empty()).and_then(trailing)).ok_or(ParseIdError)
}

/// A whole text that is an id, dashed or not.
fn whole(text: &str) -> Option<Uuid> {
    let id = match text.len() {
        32 | 36 if text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') => Uuid::parse_str(text).ok()?,
        _ => return None,
    };
    Some(id)
}

/// The last 32 hexadecimal digits of `Some-Title-0123…`, dashed or not.
fn trailing(text: &str) -> Option<Uuid> {
    let mut digits: Vec<u8> = Vec::with_capacity(32);
    for byte in text.bytes().rev() {
        match byte {
            b'-' => {}
            byte if byte.is_ascii_hexdigit() => digits.push(byte),
            _ => break,
        }
        if digits.len() == 32 {
            break;
        }
    }
    digits.reverse();
    let digits = String::from_utf8(digits).ok()?;
    (digits.len() == 32).then(|| Uuid::parse_str(&digits).ok()).flatten()
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident from $place:expr;)*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(Uuid);

            impl $name {
                /// The id with this value.
                pub const fn new(id: Uuid) -> Self {
                    Self(id)
                }

                /// The value.
                pub const fn uuid(&self) -> Uuid {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.hyphenated().fmt(f)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
                }
            }

            impl From<Uuid> for $name {
                fn from(id: Uuid) -> Self {
                    Self(id)
                }
            }

            impl FromStr for $name {
                type Err = ParseIdError;

                fn from_str(text: &str) -> Result<Self, ParseIdError> {
                    parse(text, $place).map(Self)
                }
            }

            impl Json for $name {
                fn decode(value: &Value) -> Result<Self, DecodeError> {
                    let text = value.as_str().ok_or_else(|| DecodeError::expected("an id", value))?;
                    whole(text).map(Self).ok_or_else(|| DecodeError::new("expected an id, found other text"))
                }

                fn encode(&self) -> Value {
                    Value::String(self.to_string())
                }
            }

            serde_through_json!($name);
        )*
    };
}

ids! {
    /// A page, which may be a row of a data source. In a link to a row opened over its table it is the parameter `p`.
    PageId from Place::Query("p");
    /// A block. Every page is a block too, with the same id. In a link it is what follows `#`.
    BlockId from Place::Fragment;
    /// A database: the container of data sources.
    DatabaseId from Place::Path;
    /// A data source: a table with a schema and rows.
    DataSourceId from Place::Path;
    /// A person, a bot or a group.
    UserId from Place::Path;
    /// A comment.
    CommentId from Place::Path;
    /// A thread of comments. In a link it is the parameter `d`.
    DiscussionId from Place::Query("d");
    /// A view of a database. In a link it is the parameter `v`.
    ViewId from Place::Query("v");
    /// A query of a view, kept by the service for some minutes.
    ViewQueryId from Place::Path;
    /// An uploaded file.
    FileUploadId from Place::Path;
    /// An emoji of the workspace's own.
    CustomEmojiId from Place::Path;
    /// A workspace.
    WorkspaceId from Place::Path;
}

impl From<PageId> for BlockId {
    /// A page is the block at the root of its content.
    fn from(page: PageId) -> Self {
        Self(page.0)
    }
}

macro_rules! text_ids {
    ($($(#[$meta:meta])* $name:ident;)*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(String);

            impl $name {
                /// The id with this text.
                pub fn new(text: impl Into<String>) -> Self {
                    Self(text.into())
                }

                /// The text as the service writes it.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    Self::new(text)
                }
            }

            impl Json for $name {
                fn decode(value: &Value) -> Result<Self, DecodeError> {
                    String::decode(value).map(Self)
                }

                fn encode(&self) -> Value {
                    self.0.encode()
                }
            }

            serde_through_json!($name);
        )*
    };
}

text_ids! {
    /// A property of a data source: a short text that the service has percent-encoded already, `title` for the title. It goes
    /// into a path as it is.
    PropertyId;
    /// An option or group of a select, multi-select or status property. It survives renames.
    OptionId;
    /// A task the service works on after it has answered.
    TaskId;
}

impl PropertyId {
    /// The title property of every page and data source.
    pub fn title() -> Self {
        Self::new("title")
    }

    /// The text behind the percent-encoding, for use as a query value, which is encoded again.
    pub fn decoded(&self) -> String {
        percent_encoding::percent_decode_str(&self.0).decode_utf8_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123abcd-4567-489a-bcde-f0123456789a";
    const OTHER: &str = "ffffffff-0000-4000-8000-000000000001";

    #[test]
    fn every_form_of_a_page_id_is_read() {
        let plain = ID.replace('-', "");
        for form in [
            ID.to_owned(),
            plain.clone(),
            plain.to_uppercase(),
            format!(" {ID}\n"),
            format!("https://www.notion.so/Some-Title-{plain}"),
            format!("https://www.notion.so/acme/Decade-{plain}?pvs=4"),
            format!("https://app.notion.com/p/{plain}"),
            format!("https://acme.notion.site/Title-{ID}/"),
            format!("https://app.notion.com/p/Title-{plain}#{}", OTHER.replace('-', "")),
            format!(
                "https://www.notion.so/acme/{}?v={}&p={plain}&pm=s",
                OTHER.replace('-', ""),
                OTHER.replace('-', "")
            ),
        ] {
            assert_eq!(form.parse::<PageId>().map(|id| id.to_string()), Ok(ID.to_owned()), "{form}");
        }
    }

    #[test]
    fn a_block_is_what_follows_the_hash_and_a_view_is_the_parameter() {
        let plain = ID.replace('-', "");
        let link = format!("https://app.notion.com/p/T-{}?v={plain}#{plain}", OTHER.replace('-', ""));
        assert_eq!(link.parse::<BlockId>().unwrap().to_string(), ID);
        assert_eq!(link.parse::<ViewId>().unwrap().to_string(), ID);
        assert_eq!(link.parse::<DatabaseId>().unwrap().to_string(), OTHER);
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "x",
            "0123",
            "https://www.notion.so/",
            "https://www.notion.so/Title",
            "{0123abcd-4567-489a-bcde-f0123456789a}",
        ] {
            assert_eq!(text.parse::<PageId>(), Err(ParseIdError), "{text}");
        }
    }

    #[test]
    fn a_property_id_is_decoded_once() {
        assert_eq!(PropertyId::new("%3FB%3AW").decoded(), "?B:W");
    }
}
