//! What a sign-in gives.

use std::fmt;

use secrecy::SecretString;
use serde_json::{Number, Value};

use crate::id::{PageId, UserId, WorkspaceId};
use crate::json::{DecodeError, Extra, Field, Reader, Tagged, object};
use crate::types::OwnerKind;

/// A grant: what [`OAuth::exchange`](crate::api::OAuth::exchange) and [`OAuth::refresh`](crate::api::OAuth::refresh) give. Its
/// secrets are never printed.
#[derive(Clone)]
pub struct Grant {
    /// The token for calls.
    pub access_token: SecretString,
    /// The token for the next grant. It works once: keep the new one before using it.
    pub refresh_token: Option<SecretString>,
    /// The connection's bot, which is the same for one person and workspace however often they sign in.
    pub bot_id: UserId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub workspace_name: Option<String>,
    /// Its icon: an emoji or an address.
    pub workspace_icon: Option<String>,
    /// Who granted it.
    pub owner: Field<Tagged<OwnerKind>>,
    /// The page that was made from the connection's template, if it offers one.
    pub duplicated_template_id: Option<PageId>,
    /// Keys this crate does not know.
    pub extra: Extra,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("bot_id", &self.bot_id)
            .field("workspace_id", &self.workspace_id)
            .finish_non_exhaustive()
    }
}

impl Grant {
    pub(crate) fn decode(value: &Value) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(value)?;
        let access_token: String = reader.field("access_token")?;
        let refresh_token: Field<String> = reader.field("refresh_token")?;
        // Always `bearer`.
        let _: Field<String> = reader.field("token_type")?;
        Ok(Self {
            access_token: access_token.into(),
            refresh_token: refresh_token.into_value().map(SecretString::from),
            bot_id: reader.field("bot_id")?,
            workspace_id: reader.field("workspace_id")?,
            workspace_name: reader.field::<Field<String>>("workspace_name")?.into_value(),
            workspace_icon: reader.field::<Field<String>>("workspace_icon")?.into_value(),
            owner: reader.field("owner")?,
            duplicated_template_id: reader.field::<Field<PageId>>("duplicated_template_id")?.into_value(),
            extra: reader.rest(),
        })
    }
}

object! {
    /// What the service says of a token.
    pub struct TokenStatus {
        /// Whether it works.
        pub active: bool,
        /// What it may do.
        pub scope: Field<String>,
        /// When it was made, in seconds since 1970.
        pub iat: Field<Number>,
        /// The request this answers.
        pub request_id: Field<String>,
    }
}
