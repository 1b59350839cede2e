//! Accounts: one token in one workspace. The token itself is never in these types.

use serde::{Deserialize, Serialize};

use crate::{AccountId, Timestamp, UserId};

/// One token in one workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Ours; it names the account's files and keychain items.
    pub id: AccountId,
    /// The workspace's id, as the service gives it.
    pub workspace_id: Option<String>,
    /// The workspace's name.
    pub workspace_name: String,
    /// The user this token acts as.
    pub bot_id: UserId,
    /// The person a personal token acts as: what it writes is theirs, not the bot's.
    #[serde(default)]
    pub acts_as: Option<UserId>,
    /// The name its writes appear under.
    pub bot_name: Option<String>,
    /// What kind of token it is.
    pub token_kind: TokenKind,
    /// First and last characters of the token, to tell tokens apart: `ntn_…7f2c`.
    pub token_hint: String,
    /// What the token may do, as far as it has been seen.
    pub capabilities: Capabilities,
    /// The colour of its badge.
    pub dye: Dye,
    /// The largest file its plan takes, in bytes.
    pub max_upload_bytes: Option<u64>,
    /// When it was added here.
    pub added_at: Timestamp,
}

impl Account {
    /// Whether something by this user may have been written with the account's token.
    #[must_use]
    pub fn is_own(&self, user: UserId) -> bool {
        user == self.bot_id || self.acts_as == Some(user)
    }
}

/// What kind of token an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Of an internal connection: sees the pages shared with it.
    Internal,
    /// Personal: sees what its person sees.
    Personal,
}

/// Whether a right has been seen to be there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Nothing has told yet: the service has no way to ask.
    #[default]
    Unknown,
    /// A call that needs it went through.
    Granted,
    /// A call that needs it was refused.
    Refused,
}

/// The rights of a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are the API's, named as there")]
pub struct Capabilities {
    pub read_content: Capability,
    pub insert_content: Capability,
    pub update_content: Capability,
    pub read_comments: Capability,
    pub insert_comments: Capability,
    pub user_information: Capability,
}

/// The colours of workspace badges, given out in the order of connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "they are names of colours")]
pub enum Dye {
    Indigo,
    Moss,
    Plum,
    Brick,
    Slate,
    Ochre,
}

impl Dye {
    /// The dye of the n-th account.
    #[must_use]
    pub const fn nth(n: usize) -> Self {
        match n % 6 {
            0 => Self::Indigo,
            1 => Self::Moss,
            2 => Self::Plum,
            3 => Self::Brick,
            4 => Self::Slate,
            _ => Self::Ochre,
        }
    }
}
