//! Newtypes for ids. The service's are UUIDs, taken in dashed, undashed and address form and written dashed; ours are ULIDs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ulid::Ulid;
use uuid::Uuid;

/// A text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the id of a {kind}")]
pub struct IdError {
    /// What kind of id was wanted, in the service's words.
    pub kind: &'static str,
    /// The text, cut to a length that fits a message.
    pub text: String,
}

fn error(kind: &'static str, text: &str) -> IdError {
    IdError { kind, text: text.chars().take(80).collect() }
}

/// The last 32 hex digits of an address's fragment, or else of its path; a bare id with or without dashes is one such path.
fn uuid_in(text: &str) -> Option<Uuid> {
    let (path, fragment) = text.split_once('#').map_or((text, None), |(path, fragment)| (path, Some(fragment)));
    let path = path.split(['?', '&']).next().unwrap_or_default();
    fragment.into_iter().chain([path]).find_map(|part| {
        let part = part.trim_end_matches('/');
        let tail: Vec<char> =
            part.chars().rev().filter(|c| *c != '-').take_while(char::is_ascii_hexdigit).take(32).collect();
        let hex: String = tail.into_iter().rev().collect();
        (hex.len() == 32).then(|| Uuid::try_parse(&hex).ok()).flatten()
    })
}

macro_rules! service_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(feature = "specta", specta(type = String))] Uuid);

        impl $name {
            /// The id with these sixteen bytes.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            /// The sixteen bytes, in the order the text shows them.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
            /// Without dashes, as addresses of pages write it.
            #[must_use]
            pub fn simple(&self) -> String {
                self.0.simple().to_string()
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                uuid_in(text).map(Self).ok_or_else(|| error($kind, text))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }
    };
}

service_id!(/** A page, rows of databases included. */ PageId, "page");
service_id!(/** A block inside a page. A page is a block too, under the same UUID. */ BlockId, "block");
service_id!(/** A data source: the table inside a database. */ DataSourceId, "data source");
service_id!(/** A database: the container of data sources. */ DatabaseId, "database");
service_id!(/** A person or a bot. */ UserId, "user");
service_id!(/** One comment. */ CommentId, "comment");
service_id!(/** A thread of comments. */ DiscussionId, "discussion");

impl From<PageId> for BlockId {
    fn from(id: PageId) -> Self {
        Self(id.0)
    }
}

macro_rules! own_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(#[cfg_attr(feature = "specta", specta(type = String))] Ulid);

        impl $name {
            /// The id with this value: its first 48 bits are milliseconds since 1970, so ids sort by age.
            #[must_use]
            pub const fn from_ulid(ulid: Ulid) -> Self {
                Self(ulid)
            }
            /// The value of the id.
            #[must_use]
            pub const fn as_ulid(&self) -> &Ulid {
                &self.0
            }
            /// When the id was made, in milliseconds since 1970.
            #[must_use]
            pub const fn timestamp_ms(&self) -> u64 {
                self.0.timestamp_ms()
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Ulid::from_string(text).map(Self).map_err(|_| error($kind, text))
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

own_id!(/** An account: one token in one workspace. */ AccountId, "account");
own_id!(/** One write in the outbox. */ OperationId, "operation");

/// Something that search finds and a window opens: a page, or a data source as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum ItemId {
    /// A page or a row.
    Page(PageId),
    /// A data source.
    DataSource(DataSourceId),
}

impl ItemId {
    /// The UUID, whatever the kind.
    #[must_use]
    pub const fn as_uuid(&self) -> &Uuid {
        match self {
            Self::Page(id) => id.as_uuid(),
            Self::DataSource(id) => id.as_uuid(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DASHED: &str = "1a2b3c4d-5e6f-8081-92a3-b4c5d6e7f809";

    #[test]
    fn every_form_of_an_id_is_the_same_id() {
        let id: PageId = DASHED.parse().unwrap();
        for form in [
            "1a2b3c4d5e6f808192a3b4c5d6e7f809",
            "https://app.notion.com/p/Autumn-launch-plan-1a2b3c4d5e6f808192a3b4c5d6e7f809",
            "https://www.notion.so/1a2b3c4d5e6f808192a3b4c5d6e7f809?pvs=25",
            "https://app.notion.com/p/00000000000000000000000000000000#1a2b3c4d5e6f808192a3b4c5d6e7f809",
            "https://team.notion.site/Plan-1a2b3c4d-5e6f-8081-92a3-b4c5d6e7f809/",
        ] {
            assert_eq!(form.parse::<PageId>(), Ok(id), "{form}");
        }
        assert_eq!(id.to_string(), DASHED);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{DASHED}\""));
    }

    #[test]
    fn a_text_without_an_id_is_refused_with_its_kind() {
        let refusal = "https://example.org/abc".parse::<DataSourceId>().unwrap_err();
        assert_eq!(refusal.to_string(), "`https://example.org/abc` is not the id of a data source");
    }
}
