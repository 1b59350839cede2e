//! Settings that only the shell needs, in the store plugin's file.

use satchel_core::{AppError, ErrorCode};
use tauri::{AppHandle, Runtime};
use tauri_plugin_store::StoreExt;
use tauri_specta::Event;

use crate::{events::SettingsChanged, window_commands::Settings};

const FILE: &str = "settings.json";
const KEY: &str = "shell";
const CAPTURE_KEYS: &str = "capture_keys";

/// What is kept, or the defaults where nothing is or where it cannot be read.
pub(crate) fn load<R: Runtime>(app: &AppHandle<R>) -> Result<Settings, AppError> {
    let store = app.store(FILE).map_err(|error| unwritable(&error))?;
    Ok(store.get(KEY).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}

/// Keeps the settings on disk before it returns, and tells all windows.
pub(crate) fn save<R: Runtime>(app: &AppHandle<R>, settings: &Settings) -> Result<(), AppError> {
    let store = app.store(FILE).map_err(|error| unwritable(&error))?;
    let value = serde_json::to_value(settings).map_err(|_| AppError::expected(ErrorCode::Internal))?;
    store.set(KEY, value);
    store.save().map_err(|error| unwritable(&error))?;
    SettingsChanged.emit(app).ok();
    Ok(())
}

/// The keys that were recorded for capture, if any were.
pub(crate) fn capture_keys<R: Runtime>(app: &AppHandle<R>) -> Option<String> {
    app.store(FILE).ok()?.get(CAPTURE_KEYS)?.as_str().map(ToOwned::to_owned)
}

/// Remembers keys for capture, or that they are the standard ones.
pub(crate) fn keep_capture_keys<R: Runtime>(app: &AppHandle<R>, keys: Option<String>) -> Result<(), AppError> {
    let store = app.store(FILE).map_err(|error| unwritable(&error))?;
    match keys {
        Some(keys) => store.set(CAPTURE_KEYS, keys),
        None => drop(store.delete(CAPTURE_KEYS)),
    }
    store.save().map_err(|error| unwritable(&error))
}

fn unwritable(error: &tauri_plugin_store::Error) -> AppError {
    tracing::warn!(%error, "settings");
    AppError::expected(ErrorCode::FolderReadOnly)
}
