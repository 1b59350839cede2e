//! The keychain: one item for the journal's key, one for each account's token and cache key.
//!
//! Signing out deletes the account's item, and with its key gone the account's file is noise. A missing item never means «make a new
//! key»: that is for the caller to decide, who knows whether the file is there.

use std::{fmt, sync::Arc};

use keyring::Entry;
use keyring_core::{CredentialStore, Error};
use satchel_model::AccountId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The name under which the system shows our items.
const SERVICE: &str = "app.satchel.desktop";
const JOURNAL: &str = "journal-key";

/// Why the keychain gave or took nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeychainError {
    /// There is no keychain on this system, or it is not running.
    #[error("there is no keychain: {0}")]
    Missing(String),
    /// It is there, but locked, or the person refused.
    #[error("the keychain is locked: {0}")]
    Locked(String),
    /// An item is there and cannot be read as ours.
    #[error("the keychain item `{0}` cannot be read")]
    Unreadable(String),
    /// Anything else the system says.
    #[error("the keychain failed: {0}")]
    Failed(String),
}

impl KeychainError {
    /// Only `Display` of the store's errors is safe to keep: `Debug` of some prints the secret.
    fn of(error: &Error, item: &str) -> Self {
        match error {
            Error::NoDefaultStore => Self::Missing(error.to_string()),
            Error::NoStorageAccess(_) => Self::Locked(error.to_string()),
            Error::BadEncoding(_) | Error::BadDataFormat(..) => Self::Unreadable(item.into()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// What is kept for one account.
pub struct AccountSecrets {
    /// Its token.
    pub token: SecretString,
    /// The key of its offline copy, as hex digits.
    pub cache_key: SecretString,
}

impl fmt::Debug for AccountSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountSecrets(<redacted>)")
    }
}

/// The item's text. Some keychains keep nothing but UTF-8, so keys are hex digits in it.
#[derive(Serialize, Deserialize)]
struct AccountItem {
    token: String,
    cache_key: String,
}

impl Drop for AccountItem {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.token);
        zeroize::Zeroize::zeroize(&mut self.cache_key);
    }
}

/// A place for secrets. Cheap to clone.
#[derive(Clone)]
pub struct Keychain {
    store: Arc<CredentialStore>,
    /// A locked keychain waits for the person, so its calls must not hold up a thread that others need.
    waits: bool,
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keychain({})", self.store.vendor())
    }
}

impl Keychain {
    /// The system's. It is built anew at every call, so that «Try again» can succeed after the keychain was started.
    ///
    /// # Errors
    /// There is none.
    pub async fn of_the_system() -> Result<Self, KeychainError> {
        let store = run(true, || system_store().map_err(|error| KeychainError::Missing(error.to_string()))).await?;
        Ok(Self { store, waits: true })
    }

    /// One in memory that forgets everything with the process.
    ///
    /// # Errors
    /// None in practice.
    pub fn in_memory() -> Result<Self, KeychainError> {
        let store = keyring_core::mock::Store::new().map_err(|error| KeychainError::of(&error, JOURNAL))?;
        Ok(Self { store, waits: false })
    }

    /// One made of any store, for tests that want it to fail.
    #[must_use]
    pub fn of(store: Arc<CredentialStore>) -> Self {
        Self { store, waits: false }
    }

    /// The journal's key as hex digits; `None` when there is no such item.
    ///
    /// # Errors
    /// The keychain is locked or fails.
    pub async fn journal_key(&self) -> Result<Option<SecretString>, KeychainError> {
        Ok(self.get(JOURNAL.into()).await?.map(|text| SecretString::from(text.as_str().to_owned())))
    }

    /// Keeps the journal's key, and reads it back before it returns: a database must not be written with a key that nobody has.
    ///
    /// # Errors
    /// The keychain is locked, fails, or gives back something else.
    pub async fn set_journal_key(&self, key: &SecretString) -> Result<(), KeychainError> {
        self.set(JOURNAL.into(), Zeroizing::new(key.expose_secret().to_owned())).await
    }

    /// What is kept for an account; `None` when there is no such item.
    ///
    /// # Errors
    /// The keychain is locked or fails, or the item is not ours.
    pub async fn account(&self, id: AccountId) -> Result<Option<AccountSecrets>, KeychainError> {
        let name = account_item(id);
        let Some(text) = self.get(name.clone()).await? else { return Ok(None) };
        let item: AccountItem = serde_json::from_str(&text).map_err(|_| KeychainError::Unreadable(name))?;
        let secrets = AccountSecrets {
            token: SecretString::from(item.token.clone()),
            cache_key: SecretString::from(item.cache_key.clone()),
        };
        Ok(Some(secrets))
    }

    /// Keeps an account's secrets, and reads them back before it returns.
    ///
    /// # Errors
    /// The keychain is locked, fails, or gives back something else.
    pub async fn set_account(&self, id: AccountId, secrets: &AccountSecrets) -> Result<(), KeychainError> {
        let name = account_item(id);
        let item = AccountItem {
            token: secrets.token.expose_secret().to_owned(),
            cache_key: secrets.cache_key.expose_secret().to_owned(),
        };
        let text = serde_json::to_string(&item).map_err(|_| KeychainError::Unreadable(name.clone()))?;
        self.set(name, Zeroizing::new(text)).await
    }

    /// Forgets an account's secrets. One that is not there is forgotten already.
    ///
    /// # Errors
    /// The keychain is locked or fails.
    pub async fn remove_account(&self, id: AccountId) -> Result<(), KeychainError> {
        let name = account_item(id);
        let store = Arc::clone(&self.store);
        run(self.waits, move || match entry(&store, &name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(KeychainError::of(&error, &name)),
        })
        .await
    }

    async fn get(&self, name: String) -> Result<Option<Zeroizing<String>>, KeychainError> {
        let store = Arc::clone(&self.store);
        run(self.waits, move || match entry(&store, &name)?.get_secret() {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(Zeroizing::new(text))),
                Err(_) => Err(KeychainError::Unreadable(name)),
            },
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(KeychainError::of(&error, &name)),
        })
        .await
    }

    async fn set(&self, name: String, text: Zeroizing<String>) -> Result<(), KeychainError> {
        let store = Arc::clone(&self.store);
        let written = text.clone();
        let item = name.clone();
        run(self.waits, move || {
            entry(&store, &item)?.set_secret(written.as_bytes()).map_err(|error| KeychainError::of(&error, &item))
        })
        .await?;
        match self.get(name.clone()).await? {
            Some(read) if *read == *text => Ok(()),
            _ => Err(KeychainError::Failed(format!("the item `{name}` was not kept"))),
        }
    }
}

fn account_item(id: AccountId) -> String {
    format!("account-{id}")
}

fn entry(store: &Arc<CredentialStore>, name: &str) -> Result<Entry, KeychainError> {
    let inner = store.build(SERVICE, name, None).map_err(|error| KeychainError::of(&error, name))?;
    Ok(Entry { inner })
}

async fn run<T: Send + 'static>(
    waits: bool,
    call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    if !waits {
        return call();
    }
    tokio::task::spawn_blocking(call).await.map_err(|_| KeychainError::Failed("the call did not end".into()))?
}

#[cfg(target_os = "macos")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(test)]
mod tests {
    use keyring_core::api::CredentialStoreApi;

    use super::*;

    fn account() -> AccountId {
        "01J00000000000000000000000".parse().unwrap()
    }

    fn secrets() -> AccountSecrets {
        AccountSecrets {
            token: SecretString::from("ntn_abc".to_owned()),
            cache_key: SecretString::from("00ff".to_owned()),
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_given_back_until_it_is_removed() {
        let keychain = Keychain::in_memory().unwrap();
        assert!(keychain.account(account()).await.unwrap().is_none());
        keychain.set_account(account(), &secrets()).await.unwrap();
        let kept = keychain.account(account()).await.unwrap().unwrap();
        assert_eq!(kept.token.expose_secret(), "ntn_abc");
        assert_eq!(kept.cache_key.expose_secret(), "00ff");
        keychain.remove_account(account()).await.unwrap();
        assert!(keychain.account(account()).await.unwrap().is_none());
        keychain.remove_account(account()).await.unwrap();
    }

    #[tokio::test]
    async fn a_locked_keychain_is_told_apart_from_an_empty_one() {
        let store = keyring_core::mock::Store::new().unwrap();
        let keychain = Keychain::of(store.clone());
        let fail = || {
            let entry = store.build(SERVICE, JOURNAL, None).unwrap();
            let credential: &keyring_core::mock::Cred = entry.as_any().downcast_ref().unwrap();
            credential.set_error(Error::NoStorageAccess("locked".into()));
        };
        fail();
        assert!(matches!(keychain.journal_key().await, Err(KeychainError::Locked(_))));
        assert!(keychain.journal_key().await.unwrap().is_none());
        fail();
        let refused = keychain.set_journal_key(&SecretString::from("00".to_owned())).await;
        assert!(matches!(refused, Err(KeychainError::Locked(_))));
    }

    #[tokio::test]
    async fn an_item_of_somebody_else_is_an_error_that_shows_nothing_of_it() {
        let store = keyring_core::mock::Store::new().unwrap();
        store.build(SERVICE, &account_item(account()), None).unwrap().set_secret(b"\xffhush").unwrap();
        let error = Keychain::of(store).account(account()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"));
    }
}
