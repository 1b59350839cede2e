//! `custom_emojis`.

use crate::client::{Client, Draft, Paged};
use crate::types::CustomEmoji;

/// Emoji that a workspace has of its own.
#[derive(Clone, Debug)]
pub struct CustomEmojis {
    pub(super) client: Client,
}

impl CustomEmojis {
    /// All of them.
    pub fn list(&self) -> Paged<CustomEmoji> {
        Paged::new(&self.client, Draft::get("custom_emojis"))
    }

    /// The one of this name, when there is one.
    pub fn named(&self, name: impl Into<String>) -> Paged<CustomEmoji> {
        Paged::new(&self.client, Draft::get("custom_emojis").query("name", name))
    }
}
