//! Users and custom emoji.

use serde_json::{Value, json};

use super::{Answer, Call, envelope};
use crate::error::ApiError;
use crate::seed::ConnectionKind;
use crate::state::ids::Id;
use crate::state::render::Reader;
use crate::validate;

impl Call<'_> {
    pub(super) fn me(&self) -> Answer {
        self.check_query(&[])?;
        Ok(self.reader().me().into())
    }

    pub(super) fn list_users(&self) -> Answer {
        self.check_query(&["start_cursor", "page_size"])?;
        let paging = self.query_paging()?;
        if !self.connection.reads_users() || self.connection.kind == ConnectionKind::Personal {
            return Err(ApiError::restricted());
        }
        let people = self.ws.people.iter().map(|person| person.id);
        let bots = self
            .ws
            .connections
            .iter()
            .filter(|bot| bot.kind != ConnectionKind::Personal && bot.is_alive(self.now))
            .map(|bot| bot.id);
        let all: Vec<Id> = people.chain(bots).collect();
        let (ids, next) = paging.slice(&all)?;
        let reader = self.reader();
        let users =
            ids.iter().map(|id| if *id == self.connection.id { reader.me() } else { reader.user(*id) }).collect();
        Ok(envelope("user", users, next).into())
    }

    pub(super) fn retrieve_user(&self, id: &str) -> Answer {
        let id = validate::path_id("user_id", id)?;
        self.check_query(&[])?;
        if !self.connection.reads_users() {
            return Err(ApiError::restricted());
        }
        if !self.ws.is_user(id) {
            let message = format!(
                "Could not find user with ID: {id}. Make sure your integration has capabilities to read user information. With those \
                 capabilities, only members and guests in the integration's workspace are visible."
            );
            return Err(
                ApiError::new(404, "object_not_found", message).with("integration_id", self.connection.id.to_string())
            );
        }
        let reader = self.reader();
        Ok(if id == self.connection.id { reader.me() } else { in_full(&reader, id) }.into())
    }

    /// No workspace has custom emoji of its own yet.
    pub(super) fn list_custom_emojis(&self) -> Answer {
        self.check_query(&["name", "start_cursor", "page_size"])?;
        self.query_paging()?;
        self.need(|can| can.read_content)?;
        Ok(json!({ "object": "list", "type": "custom_emoji", "results": [], "has_more": false, "next_cursor": null })
            .into())
    }
}

/// A user as these endpoints show one: whether the address is verified is said nowhere else.
fn in_full(reader: &Reader<'_>, id: Id) -> Value {
    let mut user = reader.user(id);
    let person = user.get_mut("person").and_then(Value::as_object_mut).filter(|person| person.contains_key("email"));
    if let Some(person) = person {
        person.insert("email_verified".to_owned(), true.into());
    }
    user
}
