//! The only list of commands and events: the app, the tests of the boundary and the browser bridge share it.

use tauri::{Runtime, Wry};
use tauri_specta::{Builder, ErrorHandlingMode, Event, collect_commands, collect_events};

use crate::{commands, events, window_commands};

/// The names of all commands, for the capabilities of the windows.
pub const COMMANDS: &[&str] = include!("command_names.in");

/// The names of all events, for whoever passes them on to something else than a window.
pub const EVENTS: &[&str] = &[
    events::AccountsChanged::NAME,
    events::SyncChanged::NAME,
    events::ItemsChanged::NAME,
    events::CommentsChanged::NAME,
    events::OutboxChanged::NAME,
    events::ConnectivityChanged::NAME,
    events::CaptureShown::NAME,
    events::NoteSaved::NAME,
    events::SettingsChanged::NAME,
    events::Navigate::NAME,
];

/// Commands and events for one runtime. The types of the generic commands are those of `Wry`: specta wants a concrete one, and no
/// runtime shows in them; Tauri's handler takes `R`.
#[must_use]
pub fn bindings<R: Runtime>() -> Builder<R> {
    Builder::<R>::new()
        .error_handling(ErrorHandlingMode::Result)
        .disable_serde_phases()
        .commands(collect_commands![
            commands::app_state,
            commands::add_account,
            commands::replace_token,
            commands::remove_account,
            commands::sync_now,
            commands::search,
            commands::search_authors,
            commands::databases,
            commands::recents,
            commands::favourites,
            commands::set_favourite,
            commands::open_item,
            commands::peek_item,
            commands::refresh_item,
            commands::rows,
            commands::comments,
            commands::refresh_comments,
            commands::add_comment,
            commands::destinations,
            commands::capture_draft,
            commands::save_capture_draft,
            commands::capture,
            commands::outbox,
            commands::retry_operation,
            commands::discard_operation,
            commands::restore_operation,
            commands::redirect_operation,
            commands::take_back_operation,
            window_commands::window_painted::<Wry>,
            window_commands::show_capture::<Wry>,
            window_commands::hide_capture::<Wry>,
            window_commands::resize_capture::<Wry>,
            window_commands::confirm_capture::<Wry>,
            window_commands::close_confirmation::<Wry>,
            window_commands::show_outbox::<Wry>,
            window_commands::open_link::<Wry>,
            window_commands::settings::<Wry>,
            window_commands::save_settings::<Wry>,
            window_commands::capture_shortcut::<Wry>,
            window_commands::change_capture_shortcut::<Wry>,
            window_commands::shell_state::<Wry>,
            window_commands::show_log_folder::<Wry>,
            window_commands::open_again::<Wry>,
            window_commands::open_in_memory::<Wry>,
            window_commands::open_demo::<Wry>,
            window_commands::leave_demo::<Wry>,
            window_commands::quit::<Wry>,
        ])
        .events(collect_events![
            events::AccountsChanged,
            events::SyncChanged,
            events::ItemsChanged,
            events::CommentsChanged,
            events::OutboxChanged,
            events::ConnectivityChanged,
            events::CaptureShown,
            events::NoteSaved,
            events::SettingsChanged,
            events::Navigate,
        ])
}
