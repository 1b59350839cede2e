//! The only way out of the app: an address in the browser.

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
