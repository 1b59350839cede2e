//! The strip that says what became of a note: a small window that never takes the focus.
//!
//! It is built when a note was saved and destroyed when it was read. A second web view kept warm beside that of the capture window would
//! cost thirty megabytes for three seconds' use; this one costs nothing in between and may come some hundred milliseconds later.

use satchel_model::OperationId;
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};
use tauri_specta::Event;

use crate::{capture_window, events::NoteSaved};

pub(crate) const LABEL: &str = "confirmation";

const HEIGHT: f64 = 60.0;

/// Says what becomes of a note. A strip that is there already speaks of this one from now on.
pub(crate) fn speak_of<R: Runtime>(app: &AppHandle<R>, operation_id: OperationId) {
    if app.get_webview_window(LABEL).is_some() {
        NoteSaved { operation_id }.emit(app).ok();
        return;
    }
    let address = WebviewUrl::App(format!("confirmation.html#{operation_id}").into());
    let built = WebviewWindowBuilder::new(app, LABEL, address)
        .title("Satchel confirmation")
        .inner_size(capture_window::WIDTH, HEIGHT)
        .decorations(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .resizable(false)
        // What somebody types right after saving is for the program they went back to.
        .focused(false)
        .focusable(false)
        .visible(false)
        .visible_on_all_workspaces(true)
        .build();
    if let Err(error) = built {
        tracing::warn!(%error, "the confirmation cannot be built");
    }
}

/// Shows the strip, whose first text is ready.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        capture_window::place(&window);
        window.show().ok();
    }
}

/// Takes the strip away and gives its memory back.
pub(crate) fn close<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.destroy().ok();
    }
}
