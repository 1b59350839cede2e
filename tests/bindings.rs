//! The TypeScript of the boundary is generated; a stale file fails here.

use specta_typescript::Typescript;

const HEADER: &str = "// Generated from the commands and events of the desktop shell by `cargo xtask bindings`. Do not edit.\n/* eslint-disable */\n";

#[test]
fn the_generated_typescript_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/ipc/bindings.ts");
    let folder = tempfile::tempdir().unwrap();
    let fresh_path = folder.path().join("bindings.ts");
    satchel_shell::bindings::<tauri::Wry>().export(Typescript::default().header(HEADER), &fresh_path).unwrap();
    let fresh = std::fs::read_to_string(&fresh_path).unwrap();
    if std::env::var_os("SATCHEL_WRITE_BINDINGS").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(fresh == committed, "{path} is stale: run `cargo xtask bindings`");
}
