//! `users`.

use crate::client::{Call, Client, Draft, Paged};
use crate::id::UserId;
use crate::types::User;

/// People and bots.
#[derive(Clone, Debug)]
pub struct Users {
    pub(super) client: Client,
}

impl Users {
    /// Who the token is: its bot, with the workspace's name and limits. Every token may ask.
    pub fn me(&self) -> Call<User> {
        Call::json(&self.client, Draft::get("users/me"))
    }

    /// A user.
    pub fn get(&self, id: UserId) -> Call<User> {
        Call::json(&self.client, Draft::get(format!("users/{id}")))
    }

    /// The members and bots of the workspace, without guests. Needs the capability to see users; a person's own token never has it.
    pub fn list(&self) -> Paged<User> {
        Paged::new(&self.client, Draft::get("users"))
    }
}
