//! Commands about windows, settings of the shell and the world outside. They need Tauri's handle, so they are generic over its runtime.

use satchel_core::{AppError, ErrorCode};
use satchel_model::OperationId;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Runtime, State, WebviewWindow};

use crate::{capture_window, confirmation_window, host::Host, links, main_window, settings, shortcut, tray};

type Answer<T> = Result<T, AppError>;

/// Settings that only the shell needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Settings {
    /// Light, dark or the system's.
    pub theme: Theme,
    /// Whether things move as the system says or not at all.
    pub motion: Motion,
    /// Size of text in per cent, 90 to 140.
    pub text_size: u32,
    /// Whether the sidebar is shown.
    pub is_sidebar_open: bool,
    /// Whether the preview is shown beside the results.
    pub is_preview_open: bool,
    /// Whether comments are shown beside a page.
    pub is_comments_open: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            motion: Motion::System,
            text_size: 100,
            is_sidebar_open: true,
            is_preview_open: true,
            is_comments_open: true,
        }
    }
}

/// Light, dark or the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "they are names of themes")]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// Whether things move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// As the system says.
    System,
    /// Not at all.
    Off,
}

/// The global shortcut for capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ShortcutView {
    /// The keys, as `Ctrl+Shift+Space`.
    pub keys: String,
    /// The keys it has unless others are recorded.
    pub standard: String,
    /// It works; otherwise another program has it or the system has no such thing.
    pub is_registered: bool,
    /// The command a desktop's own shortcut settings can bind instead.
    pub command: String,
}

/// What the shell could and could not get of the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ShellState {
    /// There is an icon in the tray; without one, closing the main window ends the program.
    pub has_tray: bool,
    /// Where the log is; nothing that outlives quitting is written for a profile in memory.
    pub log_folder: Option<String>,
}

/// The window's first text is ready. The capture window is built only when that of the main one is on the screen, so that it does not slow
/// it; a confirmation is shown only when it has something to say.
#[tauri::command]
#[specta::specta]
pub async fn window_painted<R: Runtime>(app: AppHandle<R>, window: WebviewWindow<R>) -> Answer<()> {
    if window.label() == main_window::LABEL {
        capture_window::warm(&app);
    } else if window.label() == confirmation_window::LABEL {
        confirmation_window::show(&app);
    }
    Ok(())
}

/// Shows the capture window.
#[tauri::command]
#[specta::specta]
pub async fn show_capture<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    capture_window::show(&app);
    Ok(())
}

/// Hides the capture window.
#[tauri::command]
#[specta::specta]
pub async fn hide_capture<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    capture_window::hide(&app);
    Ok(())
}

/// Makes the capture window as high as its text, in logical pixels.
#[tauri::command]
#[specta::specta]
pub async fn resize_capture<R: Runtime>(app: AppHandle<R>, height: u32) -> Answer<()> {
    capture_window::resize(&app, height);
    Ok(())
}

/// Says in a window of its own, which does not take the focus, what becomes of a note.
#[tauri::command]
#[specta::specta]
pub async fn confirm_capture<R: Runtime>(app: AppHandle<R>, operation_id: OperationId) -> Answer<()> {
    confirmation_window::speak_of(&app, operation_id);
    Ok(())
}

/// Takes the confirmation away.
#[tauri::command]
#[specta::specta]
pub async fn close_confirmation<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    confirmation_window::close(&app);
    Ok(())
}

/// Opens the main window at its outbox.
#[tauri::command]
#[specta::specta]
pub async fn show_outbox<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    main_window::show(&app, Some(crate::events::Navigate::Outbox));
    Ok(())
}

/// Opens an address in the browser: `http`, `https` and `mailto` only.
#[tauri::command]
#[specta::specta]
pub async fn open_link<R: Runtime>(app: AppHandle<R>, url: String) -> Answer<()> {
    links::open(&app, &url)
}

/// Settings of the shell.
#[tauri::command]
#[specta::specta]
pub async fn settings<R: Runtime>(app: AppHandle<R>) -> Answer<Settings> {
    settings::load(&app)
}

/// Keeps settings of the shell and tells all windows.
#[tauri::command]
#[specta::specta]
pub async fn save_settings<R: Runtime>(app: AppHandle<R>, settings: Settings) -> Answer<()> {
    settings::save(&app, &settings)
}

/// The global shortcut for capture, and whether it works.
#[tauri::command]
#[specta::specta]
pub async fn capture_shortcut<R: Runtime>(app: AppHandle<R>) -> Answer<ShortcutView> {
    Ok(shortcut::view(&app))
}

/// Changes the global shortcut for capture; without keys, back to the standard one. When it is refused, the old one still works.
#[tauri::command]
#[specta::specta]
pub async fn change_capture_shortcut<R: Runtime>(app: AppHandle<R>, keys: Option<String>) -> Answer<ShortcutView> {
    shortcut::change(&app, keys)
}

/// What the shell could and could not get of the system.
#[tauri::command]
#[specta::specta]
pub async fn shell_state<R: Runtime>(app: AppHandle<R>, host: State<'_, Host>) -> Answer<ShellState> {
    Ok(ShellState {
        has_tray: tray::is_there(&app),
        log_folder: host.log_folder().map(|folder| folder.display().to_string()),
    })
}

/// Shows the folder of the log in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn show_log_folder<R: Runtime>(app: AppHandle<R>, host: State<'_, Host>) -> Answer<()> {
    match host.log_folder() {
        Some(folder) => links::show_folder(&app, &folder),
        None => Err(AppError::expected(ErrorCode::NotFound)),
    }
}

/// Opens the person's profile once more after it could not be opened. Asks the system for the keychain again, so it is called when a person
/// wants it.
#[tauri::command]
#[specta::specta]
pub async fn open_again<R: Runtime>(app: AppHandle<R>, host: State<'_, Host>) -> Answer<()> {
    host.open_again(&app).await
}

/// Goes on without a keychain, with keys and stores in memory.
#[tauri::command]
#[specta::specta]
pub async fn open_in_memory<R: Runtime>(app: AppHandle<R>, host: State<'_, Host>) -> Answer<()> {
    host.open_in_memory(&app).await
}

/// Opens the demo's profile in place of the person's own.
#[tauri::command]
#[specta::specta]
pub async fn open_demo<R: Runtime>(app: AppHandle<R>, host: State<'_, Host>) -> Answer<()> {
    if !cfg!(feature = "demo") {
        return Err(AppError::expected(ErrorCode::Internal));
    }
    host.switch(&app, satchel_core::view::Profile::Demo).await
}

/// Goes back to the person's own profile and removes the demo's.
#[tauri::command]
#[specta::specta]
pub async fn leave_demo<R: Runtime>(app: AppHandle<R>, host: State<'_, Host>) -> Answer<()> {
    host.switch(&app, satchel_core::view::Profile::Personal).await
}

/// Ends the program.
#[tauri::command]
#[specta::specta]
pub async fn quit<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    app.exit(0);
    Ok(())
}
