//! Icons of pages, databases and callouts.

use serde::{Deserialize, Serialize};

/// An icon. Addresses of hosted files change at every read: the part before the query is what stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Icon {
    /// An emoji.
    Emoji {
        /// The emoji, one grapheme.
        emoji: String,
    },
    /// A picture somewhere on the web.
    External {
        /// Its address.
        url: String,
    },
    /// An uploaded picture.
    File {
        /// Its signed address.
        url: String,
    },
    /// An emoji that the workspace made itself.
    CustomEmoji {
        /// Its name.
        name: String,
        /// Its picture.
        url: String,
    },
    /// One of the service's own drawings.
    Native {
        /// Its name.
        name: String,
        /// Its colour.
        color: String,
    },
}
