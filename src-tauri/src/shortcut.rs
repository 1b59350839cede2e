//! The global shortcut for capture.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager, Runtime, plugin::TauriPlugin};
use tauri_plugin_global_shortcut::{Code, GlobalShortcutExt, Modifiers, Shortcut, ShortcutState};

use crate::{capture_window, window_commands::ShortcutView};

#[derive(Default)]
struct Registered(AtomicBool);

fn keys() -> (Shortcut, &'static str) {
    if cfg!(target_os = "macos") {
        (Shortcut::new(Some(Modifiers::CONTROL | Modifiers::ALT), Code::Space), "Ctrl+Alt+Space")
    } else {
        (Shortcut::new(Some(Modifiers::CONTROL | Modifiers::SHIFT), Code::Space), "Ctrl+Shift+Space")
    }
}

/// The plugin, with what a press does.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_global_shortcut::Builder::new()
        .with_handler(|app, shortcut, event| {
            if *shortcut == keys().0 && event.state() == ShortcutState::Pressed {
                capture_window::show(app);
            }
        })
        .build()
}

/// Asks the system for the shortcut. Another program may have it; then settings say so and the tray still works.
pub(crate) fn register<R: Runtime>(app: &AppHandle<R>) {
    let result = app.global_shortcut().register(keys().0);
    if let Err(error) = &result {
        tracing::warn!(%error, "the capture shortcut is taken");
    }
    app.manage(Registered(AtomicBool::new(result.is_ok())));
}

/// What settings show.
pub(crate) fn view<R: Runtime>(app: &AppHandle<R>) -> ShortcutView {
    let is_registered = app.try_state::<Registered>().is_some_and(|state| state.0.load(Ordering::Relaxed));
    ShortcutView { keys: keys().1.into(), is_registered, command: "satchel-desktop --capture".into() }
}
