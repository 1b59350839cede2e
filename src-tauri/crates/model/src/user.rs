//! People and bots.

use serde::{Deserialize, Serialize};

use crate::UserId;

/// Somebody who can write, own or be mentioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Their name, when the account may know it.
    pub name: Option<String>,
    /// Their picture.
    pub avatar_url: Option<String>,
    /// What they are.
    pub kind: UserKind,
    /// Their address, when the account may know it.
    pub email: Option<String>,
}

impl User {
    /// A user of whom nothing but the id is known.
    #[must_use]
    pub const fn stub(id: UserId) -> Self {
        Self { id, name: None, avatar_url: None, kind: UserKind::Unknown, email: None }
    }
}

/// What a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// A person.
    Person,
    /// A connection.
    Bot,
    /// A group of people.
    Group,
    /// The account may not know.
    Unknown,
}
