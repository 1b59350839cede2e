//! The only ways out of the app: an address in the browser, and our own folder in the file manager.

use std::path::Path;

use satchel_core::{AppError, ErrorCode};
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt;

/// Opens an address that came from a page. Files, scripts and programs are refused.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, url: &str) -> Result<(), AppError> {
    let is_allowed = tauri::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http" | "mailto"));
    if !is_allowed {
        return Err(AppError::expected(ErrorCode::RefusedAddress));
    }
    app.opener().open_url(url, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "no program opened an address");
        AppError::expected(ErrorCode::RefusedAddress)
    })
}

/// Shows a folder of ours in the system's file manager.
pub(crate) fn show_folder<R: Runtime>(app: &AppHandle<R>, folder: &Path) -> Result<(), AppError> {
    app.opener().open_path(folder.to_string_lossy(), None::<&str>).map_err(|error| {
        tracing::warn!(%error, "no program showed a folder");
        AppError::expected(ErrorCode::RefusedAddress)
    })
}
