//! People, bots and groups.

use serde_json::Value;

use crate::id::{UserId, WorkspaceId};
use crate::json::{
    DecodeError, Extra, Field, Json, Reader, Survey, Tagged, object, open_enum, serde_through_json, tagged,
};
use crate::types::Identified;

open_enum! {
    /// What a user is.
    pub enum UserType {
        Person = "person",
        Bot = "bot",
        Agent = "agent",
    }
}

object! {
    /// What only a person has.
    #[derive(Default)]
    pub struct Person {
        /// The address, with the capability to see it.
        pub email: Field<String>,
        /// Whether the person proved the address.
        pub email_verified: Field<bool>,
    }
}

tagged! {
    /// Who owns a bot.
    pub enum OwnerKind {
        /// The workspace; always `true`.
        Workspace(bool) = "workspace",
        User(Box<User>) = "user",
    }
}

object! {
    /// What the workspace's plan allows.
    pub struct WorkspaceLimits {
        /// The largest upload, in bytes.
        pub max_file_upload_size_in_bytes: Field<u64>,
    }
}

object! {
    /// What only a bot has. Other connections' bots show nothing of it.
    #[derive(Default)]
    pub struct Bot {
        /// Who owns it.
        pub owner: Field<Tagged<OwnerKind>>,
        /// The workspace it works in.
        pub workspace_id: Field<WorkspaceId>,
        /// That workspace's name.
        pub workspace_name: Field<String>,
        /// What that workspace's plan allows.
        pub workspace_limits: Field<WorkspaceLimits>,
    }
}

object! {
    /// A person or a bot. Without the capability to see users only the id is there, as in `created_by`.
    pub struct User {
        /// Always `user`; missing beside uploads.
        pub object: Field<String>,
        /// The user.
        pub id: UserId,
        /// What to call them.
        pub name: Field<String>,
        /// Their picture.
        pub avatar_url: Field<String>,
        /// What they are; absent when only the id is known.
        pub user_type: Field<UserType> as "type",
        /// Set for a person.
        pub person: Field<Person>,
        /// Set for a bot.
        pub bot: Field<Box<Bot>>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl User {
    /// A user by nothing but the id, as mentions and people properties take them.
    pub fn reference(id: UserId) -> Self {
        Self {
            object: Field::Value("user".to_owned()),
            id,
            name: Field::Absent,
            avatar_url: Field::Absent,
            user_type: Field::Absent,
            person: Field::Absent,
            bot: Field::Absent,
            request_id: Field::Absent,
            extra: Extra::new(),
        }
    }

    /// Whether only the id is known.
    pub fn is_partial(&self) -> bool {
        self.user_type.is_absent()
    }

    /// The e-mail address, when the connection may see it.
    pub fn email(&self) -> Option<&str> {
        self.person.value()?.email.as_deref()
    }
}

impl Identified for User {
    type Id = UserId;

    fn id(&self) -> Option<UserId> {
        Some(self.id)
    }
}

object! {
    /// A group of people, as people properties may hold.
    pub struct Group {
        /// Always `group`.
        pub object: Field<String>,
        /// The group.
        pub id: UserId,
        /// What it is called.
        pub name: Field<String>,
    }
}

/// Somebody a people property may hold.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Principal {
    /// A person or a bot.
    User(Box<User>),
    /// A group.
    Group(Group),
    /// Something newer.
    Unknown(Value),
}

impl Principal {
    /// A user by the id.
    pub fn user(id: UserId) -> Self {
        Self::User(Box::new(User::reference(id)))
    }
}

impl Json for Principal {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let object = Reader::new(value)?.peek("object").and_then(Value::as_str);
        match object {
            Some("user") | None => User::decode(value).map(|user| Self::User(Box::new(user))),
            Some("group") => Group::decode(value).map(Self::Group),
            Some(_) => Ok(Self::Unknown(value.clone())),
        }
    }

    fn encode(&self) -> Value {
        match self {
            Self::User(user) => user.encode(),
            Self::Group(group) => group.encode(),
            Self::Unknown(value) => value.clone(),
        }
    }

    fn survey(&self, survey: &mut Survey) {
        match self {
            Self::User(user) => user.survey(survey),
            Self::Group(group) => group.survey(survey),
            Self::Unknown(value) => survey.object(value),
        }
    }
}

serde_through_json!(Principal);
