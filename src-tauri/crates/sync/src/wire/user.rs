//! People, bots and groups.

use satchel_model::{User, UserKind};
use satchel_notion::types::{self as wire, UserType};

use super::FromWire;

/// A user, however little of it is told.
#[must_use]
pub fn user(user: &wire::User) -> User {
    let kind = match user.user_type.value() {
        Some(UserType::Person) => UserKind::Person,
        Some(UserType::Bot | UserType::Agent) => UserKind::Bot,
        _ => UserKind::Unknown,
    };
    User {
        id: user.id.to_model(),
        name: user.name.value().cloned(),
        avatar_url: user.avatar_url.value().cloned(),
        kind,
        email: user.email().map(str::to_owned),
    }
}

/// Somebody in a people property; what is newer than this program is left out.
pub(super) fn principal(principal: &wire::Principal) -> Option<User> {
    match principal {
        wire::Principal::User(person) => Some(user(person)),
        wire::Principal::Group(group) => Some(User {
            id: group.id.to_model(),
            name: group.name.value().cloned(),
            avatar_url: None,
            kind: UserKind::Group,
            email: None,
        }),
        _ => None,
    }
}
