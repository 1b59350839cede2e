//! Declares the app's commands, so that a window may call only those its capability names, and makes a fresh clone compile before the UI was built.

use std::{error::Error, fs, path::Path};

const COMMANDS: &[&str] = include!("src/command_names.in");

fn main() -> Result<(), Box<dyn Error>> {
    // The context macro refuses to compile without the folder of the built UI. The working directory is the root.
    let index = Path::new("ui/dist/index.html");
    if !index.exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(
            index,
            "<!doctype html><title>Satchel</title><p>The UI is not built yet: <code>cargo xtask run</code> builds it.</p>\n",
        )?;
    }
    let commands = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}
