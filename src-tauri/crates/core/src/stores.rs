//! Keys and files: what is opened, made, set aside or refused at the start.
//!
//! A missing keychain item never means «make a new key» while the file is there: the file would be lost for good.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use satchel_auth::{AccountSecrets, Keychain};
use satchel_model::{Account, AccountId};
use satchel_store::{Cache, CarriedOver, DatabaseKey, Journal, Lease, Location, OpenError, Setting, set_aside};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep};

use crate::{
    AppError, CoreConfig, ErrorCode, Paths,
    config::{Secrets, executor},
    error::internal,
};

/// Where secrets are kept.
pub(crate) async fn keychain(config: &CoreConfig) -> Result<Keychain, AppError> {
    Ok(match &config.secrets {
        Secrets::System => Keychain::of_the_system().await?,
        Secrets::In(keychain) => keychain.clone(),
        Secrets::Memory => Keychain::in_memory()?,
    })
}

/// Whether this process syncs and sends.
pub(crate) enum Standing {
    /// It does; stores in memory have no other process, and so no lease.
    Owner(Option<Lease>),
    /// Another process does.
    Guest,
}

/// Takes the right to sync and send, if nobody else has it.
pub(crate) fn standing(config: &CoreConfig) -> Result<Standing, AppError> {
    let Paths::Folder(folder) = &config.paths else { return Ok(Standing::Owner(None)) };
    let refused = |error: std::io::Error| {
        tracing::error!(%error, folder = %folder.display(), "the folder of the stores");
        AppError::expected(if error.kind() == std::io::ErrorKind::StorageFull {
            ErrorCode::DiskFull
        } else {
            ErrorCode::FolderReadOnly
        })
        .with("folder", folder.display())
    };
    fs::create_dir_all(folder).map_err(refused)?;
    protect(folder);
    Ok(Lease::acquire(folder).map_err(refused)?.map_or(Standing::Guest, |lease| Standing::Owner(Some(lease))))
}

/// Nobody else on this computer may look into the folder.
#[cfg(unix)]
fn protect(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = fs::set_permissions(folder, fs::Permissions::from_mode(0o700)) {
        tracing::warn!(%error, "the folder of the stores keeps its rights");
    }
}

#[cfg(not(unix))]
const fn protect(_: &std::path::Path) {}

fn new_key(config: &CoreConfig) -> DatabaseKey {
    DatabaseKey::generate(&mut |buffer| (config.fill_random)(buffer))
}

fn exists(location: &Location) -> bool {
    match location {
        Location::File(path) => path.exists(),
        Location::Memory(_) => false,
    }
}

fn parse_key(key: &SecretString) -> Result<DatabaseKey, AppError> {
    DatabaseKey::from_hex(key.expose_secret()).ok_or_else(|| AppError::expected(ErrorCode::KeyLost))
}

/// How long a guest waits for the owner to make the journal's key: as long as a person may take to unlock the keychain.
const KEY_IS_MADE_WITHIN: Duration = Duration::from_secs(60);

/// The key of the journal, made where there is neither key nor journal. Only the owner makes one: of two that start at once, each with a
/// key of its own, one would be shut out of the journal of the other.
async fn journal_key(
    config: &CoreConfig,
    keychain: &Keychain,
    standing: &mut Standing,
) -> Result<DatabaseKey, AppError> {
    let began = Instant::now();
    loop {
        if let Some(key) = keychain.journal_key().await? {
            return parse_key(&key);
        }
        if exists(&config.paths.journal()) {
            return Err(AppError::expected(ErrorCode::KeyLost));
        }
        if matches!(standing, Standing::Owner(_)) {
            let key = new_key(config);
            keychain.set_journal_key(&SecretString::from(key.to_hex().as_str().to_owned())).await?;
            return Ok(key);
        }
        if began.elapsed() > KEY_IS_MADE_WITHIN {
            return Err(AppError::expected(ErrorCode::KeychainLocked));
        }
        sleep(Duration::from_millis(100)).await;
        // The owner may have given up.
        *standing = self::standing(config)?;
    }
}

/// The journal, opened with its key, or made with a new one where there is none.
pub(crate) async fn journal(
    config: &CoreConfig,
    keychain: &Keychain,
    standing: &mut Standing,
    notices: &mut Vec<ErrorCode>,
) -> Result<Journal, AppError> {
    let location = config.paths.journal();
    let key = journal_key(config, keychain, standing).await?;
    let journal = match Journal::open(location.clone(), &key, executor(&config.execution)) {
        Err(error @ (OpenError::Damaged { .. } | OpenError::WrongKeyOrDamaged)) => {
            // It is the only copy of what it holds: the bytes are kept beside the new one, and the person is told.
            let Location::File(path) = &location else { return Err(error.into()) };
            let aside = set_aside(path, config.clock.now())
                .map_err(|error| internal("a damaged journal cannot be moved", &error))?;
            tracing::error!(%error, aside = %aside.display(), "the journal is damaged and was set aside");
            notices.push(ErrorCode::JournalDamaged);
            Journal::open(location.clone(), &key, executor(&config.execution))?
        }
        result => result?,
    };
    if let Location::File(path) = &location {
        carry_over(&journal, path, &key).await;
    }
    Ok(journal)
}

/// The journals that were set aside and of which everything readable is here.
const CARRIED: Setting<BTreeSet<String>> = Setting::new("carried_over");

/// Carries over what can be read of journals that were set aside. One that was not come to, because the program died or the disk was full,
/// has its turn at the next start.
async fn carry_over(journal: &Journal, path: &Path, key: &DatabaseKey) {
    let carried = journal.reader.setting(CARRIED).ok().flatten().unwrap_or_default();
    for aside in satchel_store::aside(path) {
        let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if carried.contains(&name) {
            continue;
        }
        match journal.writer.carry_over(&aside, key).await {
            Ok(found) if found.is_partial && found == (CarriedOver { is_partial: true, ..CarriedOver::default() }) => {
                tracing::error!(aside = %aside.display(), "nothing of a damaged journal could be read");
            }
            Ok(found) => {
                tracing::warn!(?found, aside = %aside.display(), "what could be read of a damaged journal was carried over");
                let mark = move |carried: &mut BTreeSet<String>| {
                    carried.insert(name);
                };
                if let Err(error) = journal.writer.change_setting(CARRIED, mark).await {
                    tracing::error!(%error, "a damaged journal will be read again");
                }
            }
            Err(error) => tracing::error!(%error, aside = %aside.display(), "a damaged journal was not carried over"),
        }
    }
}

/// The copy of an account, opened with its key; a damaged one is set aside and fetched again.
pub(crate) fn cache(
    config: &CoreConfig,
    id: AccountId,
    key: &SecretString,
    notices: &mut Vec<ErrorCode>,
) -> Result<Cache, AppError> {
    let key = parse_key(key)?;
    let location = config.paths.cache(id);
    match Cache::open(location.clone(), &key, id, executor(&config.execution)) {
        Err(error @ (OpenError::Damaged { .. } | OpenError::WrongKeyOrDamaged | OpenError::SomethingElse)) => {
            let Location::File(path) = &location else { return Err(error.into()) };
            set_aside(path, config.clock.now()).map_err(|error| internal("a damaged copy cannot be moved", &error))?;
            tracing::error!(%error, account = %id, "an offline copy is damaged and was set aside");
            notices.push(ErrorCode::CacheDamaged);
            Ok(Cache::open(location, &key, id, executor(&config.execution))?)
        }
        result => Ok(result?),
    }
}

/// Moves a copy away that was found to be damaged.
pub(crate) fn set_cache_aside(config: &CoreConfig, id: AccountId) -> Result<(), AppError> {
    match config.paths.cache(id) {
        Location::File(path) if path.exists() => set_aside(&path, config.clock.now())
            .map(|_| ())
            .map_err(|error| internal("a damaged copy cannot be moved", &error)),
        _ => Ok(()),
    }
}

/// New secrets for an account.
pub(crate) fn new_secrets(config: &CoreConfig, token: SecretString) -> AccountSecrets {
    AccountSecrets { token, cache_key: SecretString::from(new_key(config).to_hex().as_str().to_owned()) }
}

/// Removes an account's file. With its key gone from the keychain it is noise already.
pub(crate) fn wipe_cache(config: &CoreConfig, account: &Account) -> Result<(), AppError> {
    match config.paths.cache(account.id) {
        Location::File(path) => {
            satchel_store::wipe(&path).map_err(|error| internal("an offline copy cannot be removed", &error))
        }
        Location::Memory(_) => Ok(()),
    }
}
