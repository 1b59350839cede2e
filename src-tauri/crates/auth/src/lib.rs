//! Tokens as people paste them, and the keychain that keeps them with the keys of the stores.
//!
//! Not here: files (nothing is ever written outside the keychain), windows, and what an account is used for.

#![deny(missing_docs)]

mod keychain;
mod token;

pub use keychain::{AccountSecrets, Keychain, KeychainError};
pub use token::{MalformedToken, Token};
