//! The key of a database file.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// 256 random bits that encrypt one file. Never printed, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseKey([u8; 32]);

impl DatabaseKey {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new key; `fill` fills a buffer with random bytes that nobody can guess.
    pub fn generate(fill: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut key = Self([0; 32]);
        fill(&mut key.0);
        key
    }

    /// The key in 64 hex digits, as [`DatabaseKey::to_hex`] writes it; `None` for anything else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut key = Self([0; 32]);
        hex::decode_to_slice(text, &mut key.0).ok()?;
        Some(key)
    }

    /// The key in 64 hex digits, for the keychain.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0))
    }

    /// The first statement of every connection. A raw key needs no key derivation, which would cost a fifth of a second.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let mut statement = Zeroizing::new(String::with_capacity(96));
        statement.push_str("PRAGMA key = \"x'");
        statement.push_str(&self.to_hex());
        statement.push_str("'\"");
        statement
    }
}

impl Drop for DatabaseKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(<redacted>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_keychain_and_does_not_print() {
        let mut next = 0;
        let key = DatabaseKey::generate(&mut |buffer| {
            for byte in buffer {
                *byte = next;
                next += 7;
            }
        });
        assert_eq!(DatabaseKey::from_hex(&key.to_hex()), Some(key.clone()));
        assert_eq!(format!("{key:?}"), "DatabaseKey(<redacted>)");
        assert_eq!(DatabaseKey::from_hex("00"), None);
        assert_eq!(DatabaseKey::from_hex(&"0".repeat(66)), None);
        assert!(key.pragma().starts_with("PRAGMA key = \"x'00070e15"));
    }
}
