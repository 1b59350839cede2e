//! The desktop shell: windows, tray, shortcuts, commands and events over `satchel-core`. It holds no rules of its own.

mod bindings;
mod capture_window;
mod commands;
mod confirmation_window;
mod events;
mod host;
mod links;
pub mod log;
mod main_window;
mod options;
pub mod screen;
mod settings;
mod shortcut;
mod tray;
mod window_commands;

pub use bindings::{COMMANDS, EVENTS, bindings};
pub use host::Host;
pub use options::Options;

use tauri::{Manager, RunEvent, Runtime, WindowEvent};

/// Starts the program and returns when it ends.
///
/// # Errors
/// The window system cannot be started; the text is for a terminal.
pub fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let bindings = bindings::<tauri::Wry>();
    let host = tauri::async_runtime::block_on(Host::open(&options));
    let mut builder = tauri::Builder::default();
    if !options.allows_second_instance {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            options::from_second_instance(app, &arguments);
        }));
    }
    builder
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_denylist(&[capture_window::LABEL, confirmation_window::LABEL])
                .with_state_flags(
                    tauri_plugin_window_state::StateFlags::SIZE | tauri_plugin_window_state::StateFlags::MAXIMIZED,
                )
                .build(),
        )
        .plugin(shortcut::plugin())
        .manage(host)
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            bindings.mount_events(app);
            set_up(app.handle(), &options);
            Ok(())
        })
        .on_window_event(|window, event| match event {
            WindowEvent::Focused(false) if window.label() == capture_window::LABEL => {
                capture_window::lost_focus(window);
            }
            WindowEvent::CloseRequested { api, .. } if window.label() == capture_window::LABEL => {
                api.prevent_close();
                capture_window::hide(window.app_handle());
            }
            // Without a tray nobody could reach a program whose window is closed; its hidden windows would keep it.
            WindowEvent::Destroyed if window.label() == main_window::LABEL && !tray::is_there(window.app_handle()) => {
                window.app_handle().exit(0);
            }
            _ => {}
        })
        .build(tauri::generate_context!())?
        .run(|app, event| match event {
            // Closing the last window leaves the program in the tray; only an exit code ends it.
            RunEvent::ExitRequested { api, code: None, .. } if tray::is_there(app) => api.prevent_exit(),
            RunEvent::Exit => tauri::async_runtime::block_on(app.state::<Host>().close()),
            _ => {}
        });
    Ok(())
}

fn set_up<R: Runtime>(app: &tauri::AppHandle<R>, options: &Options) {
    app.state::<Host>().forward_events(app);
    shortcut::register(app);
    tray::build(app);
    if options.shows_capture {
        capture_window::show(app);
    }
    if !options.is_hidden && !options.shows_capture {
        main_window::show(app, None);
    }
}
