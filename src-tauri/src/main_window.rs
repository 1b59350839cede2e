//! The main window. Closing it destroys its web view, since a hidden one frees nothing; opening it builds it anew.

use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};
use tauri_specta::Event;

use crate::events::Navigate;

pub(crate) const LABEL: &str = "main";

/// Brings the main window to the front, at a place if one is given.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, place: Option<Navigate>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()).ok();
        if let Some(place) = place {
            place.emit(app).ok();
        }
        return;
    }
    let hash = match place {
        Some(Navigate::Outbox) => "#outbox",
        Some(Navigate::Settings) => "#settings",
        _ => "",
    };
    let app = app.clone();
    // Building a window inside an event handler deadlocks on Windows.
    tauri::async_runtime::spawn(async move {
        let built = WebviewWindowBuilder::new(&app, LABEL, WebviewUrl::App(format!("index.html{hash}").into()))
            .title("Satchel")
            .inner_size(1180.0, 760.0)
            .min_inner_size(560.0, 380.0)
            .build();
        if let Err(error) = built {
            tracing::error!(%error, "the main window cannot be built");
        }
    });
}
