//! Opening the windows.

use std::sync::{Arc, Mutex};

use insta::assert_snapshot;

use crate::rig::Rig;

#[tokio::test(start_paused = true)]
async fn the_desktop_program_is_started_with_what_was_asked_for() {
    let rig = Rig::new();
    let started = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&started);
    let output = rig
        .with_environment(&["open", "--demo", "--secrets", "memory"], |environment| {
            environment.desktop.program = Some("/opt/satchel/satchel-desktop".into());
            environment.desktop.start = Box::new(move |command| {
                seen.lock().unwrap().push(format!("{command:?}"));
                Ok(())
            });
        })
        .await
        .succeeded();
    assert_eq!(*started.lock().unwrap(), [r#""/opt/satchel/satchel-desktop" "--demo" "--secrets" "memory""#]);
    assert!(output.out.contains("Opening Satchel"), "{output:#?}");
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn what_the_windows_lack_is_said_before_they_are_started() {
    let rig = Rig::new();
    assert_snapshot!("no_program", rig.run(&["open"]).await.shown());
    let library = rig
        .with_environment(&["open"], |environment| {
            environment.desktop.program = Some("/opt/satchel/satchel-desktop".into());
            environment.desktop.loads = Box::new(|name| !name.contains("webkit"));
            environment.desktop.start = Box::new(|_| panic!("it must not be started"));
        })
        .await;
    assert_snapshot!("no_library", library.shown());
    let display = rig
        .with_environment(&["open"], |environment| {
            environment.desktop.program = Some("/opt/satchel/satchel-desktop".into());
            environment.desktop.has_display = false;
            environment.desktop.start = Box::new(|_| panic!("it must not be started"));
        })
        .await;
    assert_snapshot!("no_display", display.shown());
}
