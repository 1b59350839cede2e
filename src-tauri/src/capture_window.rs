//! The capture window: built hidden after the main window's first paint, kept warm, shown on the display with the pointer.

use std::time::Duration;

use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window,
};
use tauri_specta::Event;

use crate::{confirmation_window, events::CaptureShown};

pub(crate) const LABEL: &str = "capture";

pub(crate) const WIDTH: f64 = 640.0;
const MIN_HEIGHT: u32 = 148;
const MAX_HEIGHT: u32 = 560;

/// Builds the window without showing it, if it is not there.
pub(crate) fn warm<R: Runtime>(app: &AppHandle<R>) -> Option<WebviewWindow<R>> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return Some(window);
    }
    let built = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("capture.html".into()))
        .title("Satchel capture")
        .inner_size(WIDTH, f64::from(MIN_HEIGHT))
        .decorations(false)
        .always_on_top(true)
        .skip_taskbar(true)
        // A window that may not be resized cannot be made smaller by its own program either, on GTK.
        .resizable(true)
        .visible(false)
        .visible_on_all_workspaces(true)
        .build();
    built.inspect_err(|error| tracing::error!(%error, "the capture window cannot be built")).ok()
}

/// Shows the window with the caret in it. A confirmation of an earlier note gives its place to it.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    confirmation_window::close(&app);
    let show = move |window: WebviewWindow<R>| {
        place(&window);
        window.show().and_then(|()| window.set_focus()).ok();
        CaptureShown.emit(window.app_handle()).ok();
        insist_on_focus(window);
    };
    match app.get_webview_window(LABEL) {
        Some(window) => show(window),
        // Building a window inside an event handler deadlocks on Windows.
        None => drop(tauri::async_runtime::spawn(async move {
            if let Some(window) = warm(&app) {
                show(window);
            }
        })),
    }
}

/// Hides the window; what was typed in it is a draft by then.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.hide().ok();
    }
}

/// The person went elsewhere: the window goes, the text stays as a draft.
pub(crate) fn lost_focus<R: Runtime>(window: &Window<R>) {
    window.hide().ok();
}

/// Makes the window as high as its text, within its bounds.
pub(crate) fn resize<R: Runtime>(app: &AppHandle<R>, height: u32) {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.set_size(LogicalSize::new(WIDTH, f64::from(height.clamp(MIN_HEIGHT, MAX_HEIGHT)))).ok();
    }
}

/// Puts the window where it belongs. X11 window managers place a re-shown window anew, and before the first show its outer size is
/// not known, so the place is told every time and from known sizes.
pub(crate) fn place<R: Runtime>(window: &WebviewWindow<R>) {
    let under_pointer = window.cursor_position().and_then(|p| window.monitor_from_point(p.x, p.y)).ok().flatten();
    let Some(monitor) = under_pointer.or_else(|| window.primary_monitor().ok().flatten()) else { return };
    let scale = monitor.scale_factor();
    let (origin, size) = (monitor.position().to_logical::<f64>(scale), monitor.size().to_logical::<f64>(scale));
    let position = LogicalPosition::new(origin.x + (size.width - WIDTH) / 2.0, origin.y + size.height * 0.22);
    window.set_position(position).ok();
}

/// While a click's pointer grab is on (tray menu, button), an X11 window manager may leave the focus where it is: ask again until it is
/// ours, or the window would be deaf to Escape. The shortcut's way gets it at once.
fn insist_on_focus<R: Runtime>(window: WebviewWindow<R>) {
    tauri::async_runtime::spawn(async move {
        for pause in [60, 120, 240] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if !window.is_visible().unwrap_or(false) || window.is_focused().unwrap_or(true) {
                return;
            }
            window.set_focus().ok();
        }
    });
}
