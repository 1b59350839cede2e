//! The icon in the tray and its menu. On Linux the menu is the only way in: there are no clicks on the icon.

use satchel_core::view::OutboxCounts;
use tauri::{
    AppHandle, Manager, Runtime,
    menu::{Menu, MenuItem, PredefinedMenuItem},
    tray::TrayIconBuilder,
};

use crate::{capture_window, events::Navigate, host::Host, main_window};

const ID: &str = "satchel";

struct TrayMenu<R: Runtime> {
    outbox: MenuItem<R>,
}

/// Builds the icon, where the system can show one.
pub(crate) fn build<R: Runtime>(app: &AppHandle<R>) {
    if !library_is_there() {
        tracing::warn!("no tray: the library libayatana-appindicator3 is missing");
        return;
    }
    if let Err(error) = try_build(app) {
        tracing::warn!(%error, "no tray");
    }
}

/// Whether there is an icon: without one, closing the last window must end the program, or nobody could reach it.
pub(crate) fn is_there<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.tray_by_id(ID).is_some()
}

/// Says in the menu how much waits.
pub(crate) fn show_waiting<R: Runtime>(app: &AppHandle<R>, counts: OutboxCounts) {
    if let Some(menu) = app.try_state::<TrayMenu<R>>() {
        menu.outbox.set_text(outbox_text(counts)).ok();
    }
}

/// Looks at every workspace now. What keeps it from that is said where the syncs are shown.
fn sync_now<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(core) = app.state::<Host>().core() else { return };
        if let Err(error) = core.sync_now(None).await {
            tracing::info!(code = ?error.code, "the sync that was asked for in the tray");
        }
    });
}

fn outbox_text(counts: OutboxCounts) -> String {
    match (counts.waiting, counts.needs_you) {
        (0, 0) => "Outbox".into(),
        (waiting, 0) => format!("Outbox: {waiting} waiting"),
        (0, needs_you) => format!("Outbox: {needs_you} need you"),
        (waiting, needs_you) => format!("Outbox: {waiting} waiting, {needs_you} need you"),
    }
}

fn try_build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let capture = MenuItem::with_id(app, "capture", "New capture", true, None::<&str>)?;
    let search = MenuItem::with_id(app, "search", "Search…", true, None::<&str>)?;
    let sync = MenuItem::with_id(app, "sync", "Sync now", true, None::<&str>)?;
    let open = MenuItem::with_id(app, "open", "Open Satchel", true, None::<&str>)?;
    let outbox = MenuItem::with_id(app, "outbox", outbox_text(OutboxCounts::default()), true, None::<&str>)?;
    let settings = MenuItem::with_id(app, "settings", "Settings…", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit Satchel", true, None::<&str>)?;
    let (first, second) = (PredefinedMenuItem::separator(app)?, PredefinedMenuItem::separator(app)?);
    let menu = Menu::with_items(app, &[&capture, &search, &first, &outbox, &sync, &second, &open, &settings, &quit])?;
    let mut tray = TrayIconBuilder::with_id(ID).tooltip("Satchel").menu(&menu).on_menu_event(|app, event| match event
        .id()
        .as_ref()
    {
        "capture" => capture_window::show(app),
        "search" => main_window::show(app, Some(Navigate::Search)),
        "sync" => sync_now(app),
        "open" => main_window::show(app, None),
        "outbox" => main_window::show(app, Some(Navigate::Outbox)),
        "settings" => main_window::show(app, Some(Navigate::Settings)),
        "quit" => app.exit(0),
        _ => {}
    });
    tray = if cfg!(target_os = "macos") {
        // A template: the system colours it.
        tray.icon(tauri::include_image!("icons/tray-dark.png")).icon_as_template(true)
    } else {
        tray.icon(tauri::include_image!("icons/tray.png"))
    };
    tray.build(app)?;
    app.manage(TrayMenu { outbox });
    Ok(())
}

/// The tray's library is loaded at run time and its absence is a panic inside, so it is looked for first.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "loading a library runs its initialisers")]
fn library_is_there() -> bool {
    ["libayatana-appindicator3.so.1", "libappindicator3.so.1"].iter().any(|name| {
        // SAFETY: the same library is loaded by the tray itself right after; its initialisers are those of a GTK library.
        unsafe { libloading::Library::new(*name) }.is_ok()
    })
}

#[cfg(not(target_os = "linux"))]
const fn library_is_there() -> bool {
    true
}
