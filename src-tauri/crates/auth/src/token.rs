//! What a person pastes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A token, trimmed and looked at. It prints as its hint.
#[derive(Clone)]
pub struct Token(SecretString);

/// What was pasted cannot be a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedToken {
    /// Nothing but spaces.
    #[error("nothing was pasted")]
    Empty,
    /// It holds spaces or characters that no token has: a sentence, an address, two tokens.
    #[error("a token is one word of letters, digits and underscores")]
    NotOneWord,
    /// It is too short to be one.
    #[error("a token is longer than that")]
    TooShort,
}

/// The shortest token the service has given out is 50 characters long; shorter ones of tests and demos must pass too.
const MIN_LENGTH: usize = 12;

impl Token {
    /// Looks at what was pasted. Tokens are opaque, so only what no token can be is refused; Notion has the last word.
    ///
    /// # Errors
    /// What was pasted is no token.
    pub fn parse(pasted: &str) -> Result<Self, MalformedToken> {
        let text = pasted.trim().trim_matches('"');
        let text = text.strip_prefix("Bearer ").unwrap_or(text);
        if text.is_empty() {
            return Err(MalformedToken::Empty);
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
            return Err(MalformedToken::NotOneWord);
        }
        if text.len() < MIN_LENGTH {
            return Err(MalformedToken::TooShort);
        }
        Ok(Self(SecretString::from(text.to_owned())))
    }

    /// The token itself, for the client that sends it and the keychain that keeps it.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }

    /// Its beginning and end, to tell tokens apart: `ntn_…7f2c`.
    #[must_use]
    pub fn hint(&self) -> String {
        let text = self.0.expose_secret();
        let kind =
            text.split_inclusive('_').next().filter(|kind| kind.len() <= 8 && kind.ends_with('_')).unwrap_or_default();
        let tail = text.get(text.len().saturating_sub(4)..).unwrap_or_default();
        format!("{kind}…{tail}")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_pasted_token_is_dropped() {
        for pasted in [
            "ntn_12345678901234567f2c",
            "  ntn_12345678901234567f2c\n",
            "\"ntn_12345678901234567f2c\"",
            "Bearer ntn_12345678901234567f2c",
        ] {
            assert_eq!(Token::parse(pasted).unwrap().hint(), "ntn_…7f2c", "{pasted}");
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        assert_eq!(Token::parse(" \n").unwrap_err(), MalformedToken::Empty);
        assert_eq!(Token::parse("my secret token").unwrap_err(), MalformedToken::NotOneWord);
        assert_eq!(Token::parse("https://app.notion.com/p/x").unwrap_err(), MalformedToken::NotOneWord);
        assert_eq!(Token::parse("ntn_1").unwrap_err(), MalformedToken::TooShort);
    }

    #[test]
    fn a_token_never_prints() {
        let token = Token::parse("secret_abcdefghijklmnopqrstuvwxyz").unwrap();
        assert_eq!(format!("{token:?}"), "Token(secret_…wxyz)");
        assert_eq!(Token::parse("abcdefghijklmnopqrstuvwxyz").unwrap().hint(), "…wxyz");
    }
}
