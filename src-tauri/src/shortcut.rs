//! The global shortcut for capture: the standard one, or what the person recorded instead.

use std::sync::{Mutex, PoisonError};

use satchel_core::{AppError, ErrorCode};
use tauri::{AppHandle, Manager, Runtime, plugin::TauriPlugin};
use tauri_plugin_global_shortcut::{Code, GlobalShortcutExt, Modifiers, Shortcut, ShortcutState};
use tauri_specta::Event;

use crate::{capture_window, events::SettingsChanged, settings, window_commands::ShortcutView};

const STANDARD: &str = if cfg!(target_os = "macos") { "Ctrl+Alt+Space" } else { "Ctrl+Shift+Space" };

/// The keys as a person reads them, what the system calls them, and whether the system gives them to us.
#[derive(Debug, Clone)]
struct Keys {
    text: String,
    shortcut: Option<Shortcut>,
    is_registered: bool,
}

struct Current(Mutex<Keys>);

impl Current {
    fn get(&self) -> Keys {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, keys: Keys) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

/// Reads keys such as `Ctrl+Shift+K`. A shortcut of the whole desktop must not be something that people type.
fn parse(text: &str) -> Option<Shortcut> {
    let shortcut: Shortcut = text.parse().ok()?;
    let holds = |wanted: Modifiers| shortcut.mods.intersects(wanted);
    let is_function_key = matches!(shortcut.key, Code::F1 | Code::F2 | Code::F3 | Code::F4 | Code::F5 | Code::F6)
        || matches!(shortcut.key, Code::F7 | Code::F8 | Code::F9 | Code::F10 | Code::F11 | Code::F12);
    (holds(Modifiers::CONTROL | Modifiers::ALT | Modifiers::SUPER) || is_function_key).then_some(shortcut)
}

/// The plugin, with what a press does.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_global_shortcut::Builder::new()
        .with_handler(|app, shortcut, event| {
            let is_ours = app.try_state::<Current>().is_some_and(|current| current.get().shortcut == Some(*shortcut));
            if is_ours && event.state() == ShortcutState::Pressed {
                capture_window::show(app);
            }
        })
        .build()
}

/// Asks the system for the shortcut. Another program may have it; then settings say so and the tray still works.
pub(crate) fn register<R: Runtime>(app: &AppHandle<R>) {
    let kept = settings::capture_keys(app).filter(|text| parse(text).is_some());
    let text = kept.unwrap_or_else(|| STANDARD.into());
    let shortcut = parse(&text);
    let is_registered = shortcut.is_some_and(|shortcut| is_given(app, shortcut));
    app.manage(Current(Mutex::new(Keys { text, shortcut, is_registered })));
}

fn is_given<R: Runtime>(app: &AppHandle<R>, shortcut: Shortcut) -> bool {
    let result = app.global_shortcut().register(shortcut);
    if let Err(error) = &result {
        tracing::warn!(%error, "the capture shortcut is taken");
    }
    result.is_ok()
}

/// Changes the shortcut and remembers it; without keys, back to the standard one. The old one works until the new one does.
///
/// # Errors
/// The keys are none, another program has them, or they cannot be kept.
pub(crate) fn change<R: Runtime>(app: &AppHandle<R>, keys: Option<String>) -> Result<ShortcutView, AppError> {
    let current = app.try_state::<Current>().ok_or_else(|| AppError::expected(ErrorCode::Internal))?;
    let old = current.get();
    let text = keys.clone().unwrap_or_else(|| STANDARD.into());
    let shortcut = parse(&text).ok_or_else(|| AppError::expected(ErrorCode::Invalid))?;
    let is_the_same = old.is_registered && old.shortcut == Some(shortcut);
    if !is_the_same && !is_given(app, shortcut) {
        return Err(AppError::expected(ErrorCode::ShortcutTaken).with("keys", text));
    }
    if let Err(refusal) = settings::keep_capture_keys(app, keys) {
        if !is_the_same {
            app.global_shortcut().unregister(shortcut).ok();
        }
        return Err(refusal);
    }
    if let (false, true, Some(before)) = (is_the_same, old.is_registered, old.shortcut) {
        app.global_shortcut().unregister(before).ok();
    }
    current.set(Keys { text, shortcut: Some(shortcut), is_registered: true });
    SettingsChanged.emit(app).ok();
    Ok(view(app))
}

/// What settings show.
pub(crate) fn view<R: Runtime>(app: &AppHandle<R>) -> ShortcutView {
    let keys = app.try_state::<Current>().map(|current| current.get());
    ShortcutView {
        keys: keys.as_ref().map_or_else(|| STANDARD.into(), |keys| keys.text.clone()),
        standard: STANDARD.into(),
        is_registered: keys.is_some_and(|keys| keys.is_registered),
        command: "satchel-desktop --capture".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_keys_are_keys() {
        assert!(parse(STANDARD).is_some());
    }

    #[test]
    fn what_people_type_is_no_shortcut_of_the_whole_desktop() {
        for text in ["K", "Shift+K", "Space", "Shift+Space", "Ctrl+", "", "Ctrl", "Ctrl+K+J"] {
            assert!(parse(text).is_none(), "{text}");
        }
        for text in ["Ctrl+K", "Alt+Shift+KeyN", "Super+Space", "F9", "Ctrl+Digit5", "Ctrl+Shift+Comma"] {
            assert!(parse(text).is_some(), "{text}");
        }
    }
}
