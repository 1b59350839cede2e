//! What `ARCHITECTURE.md` draws, enforced: which crate may use which, what only one crate may use, and how every file of ours looks.
//!
//! It reads manifests and sources as text; nothing of ours is linked. Not here: what clippy and rustfmt find.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A crate of ours, what it may depend on of ours, and what only its tests may.
struct Allowed {
    name: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
}

/// The map. An edge that is not here is a decision: take it in `ARCHITECTURE.md` too.
const MAP: &[Allowed] = &[
    Allowed { name: "satchel-model", uses: &[], tests_use: &[] },
    Allowed { name: "satchel-markdown", uses: &["satchel-model"], tests_use: &[] },
    Allowed { name: "satchel-search", uses: &["satchel-model"], tests_use: &[] },
    // A client that a stranger would take.
    Allowed { name: "satchel-notion", uses: &[], tests_use: &[] },
    // Its own validators and its own Markdown, so that a mistake in ours is found by it.
    Allowed { name: "satchel-sim", uses: &[], tests_use: &[] },
    Allowed { name: "satchel-store", uses: &["satchel-model", "satchel-search"], tests_use: &[] },
    Allowed { name: "satchel-auth", uses: &["satchel-model", "satchel-notion"], tests_use: &[] },
    Allowed {
        name: "satchel-sync",
        uses: &["satchel-markdown", "satchel-model", "satchel-notion", "satchel-store"],
        tests_use: &["satchel-sim", "satchel-testkit"],
    },
    Allowed {
        name: "satchel-core",
        uses: &[
            "satchel-auth",
            "satchel-markdown",
            "satchel-model",
            "satchel-notion",
            "satchel-search",
            "satchel-sim",
            "satchel-store",
            "satchel-sync",
        ],
        tests_use: &["satchel-testkit"],
    },
    Allowed {
        name: "satchel-cli",
        uses: &["satchel-core", "satchel-markdown", "satchel-model"],
        tests_use: &["satchel-sim", "satchel-testkit"],
    },
    Allowed {
        name: "satchel-testkit",
        uses: &["satchel-core", "satchel-model", "satchel-notion", "satchel-sim"],
        tests_use: &[],
    },
    Allowed {
        name: "satchel-desktop",
        uses: &["satchel-core", "satchel-model"],
        tests_use: &["satchel-notion", "satchel-sim", "satchel-testkit"],
    },
    Allowed { name: "xtask", uses: &[], tests_use: &[] },
];

/// Crates of others that one crate of ours owns. A name that ends with `*` stands for all that begin like it.
const OWNED: &[(&str, &str)] = &[
    ("tauri*", "satchel-desktop"),
    ("rusqlite", "satchel-store"),
    ("reqwest", "satchel-notion"),
    ("keyring*", "satchel-auth"),
    ("indicatif", "satchel-cli"),
    ("rpassword", "satchel-cli"),
];

/// Crates that compute and do nothing else, and what would let them do more.
const PURE: &[&str] = &["satchel-model", "satchel-markdown", "satchel-search"];
const IMPURE: &[&str] = &["tokio", "tokio-util", "futures-util", "http", "directories", "tempfile", "tracing"];

/// The only optional crate: the simulator comes into a program with the feature `demo`.
const ONLY_BY_FEATURE: (&str, &str) = ("satchel-core", "satchel-sim");

/// No file is longer than this.
const MOST_LINES: usize = 900;
/// A file longer than this asks to be two, or stands in [`LONG`].
const MANY_LINES: usize = 600;
/// Files that are long for a reason.
const LONG: &[(&str, &str)] = &[("ui/src/app/App.svelte", "every part of the main window meets here")];

/// What a generator writes is as long as it is.
const GENERATED: &[&str] = &["ui/src/ipc/bindings.ts", "ui/src/paraglide/"];

/// One dependency as a manifest has it.
struct Dependency {
    name: String,
    is_for_tests: bool,
    is_optional: bool,
}

#[test]
fn crates_use_what_the_map_allows() {
    let crates = crates();
    let ours: BTreeSet<&str> = crates.keys().map(String::as_str).collect();
    let mapped: BTreeSet<&str> = MAP.iter().map(|allowed| allowed.name).collect();
    assert_eq!(ours, mapped, "the map and the workspace name different crates");
    let mut wrong = Vec::new();
    for allowed in MAP {
        for dependency in crates[allowed.name].iter().filter(|dependency| ours.contains(dependency.name.as_str())) {
            let name = dependency.name.as_str();
            let is_allowed =
                allowed.uses.contains(&name) || (dependency.is_for_tests && allowed.tests_use.contains(&name));
            if !is_allowed {
                let how = if dependency.is_for_tests { "in its tests" } else { "" };
                wrong.push(format!("{} may not use {name} {how}", allowed.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_program_carries_the_test_harness_and_none_the_simulator_unasked() {
    for (name, dependencies) in crates() {
        for dependency in dependencies.iter().filter(|dependency| !dependency.is_for_tests) {
            assert_ne!(dependency.name, "satchel-testkit", "{name} carries it");
            if (name.as_str(), dependency.name.as_str()) == ONLY_BY_FEATURE {
                assert!(dependency.is_optional, "{name} always carries {}", dependency.name);
            }
        }
    }
}

#[test]
fn what_one_crate_owns_no_other_touches() {
    let mut wrong = Vec::new();
    for (name, dependencies) in crates() {
        for dependency in dependencies {
            for (owned, owner) in OWNED {
                let is_it = match owned.strip_suffix('*') {
                    Some(beginning) => dependency.name.starts_with(beginning),
                    None => dependency.name == *owned,
                };
                if is_it && name != *owner {
                    wrong.push(format!("{name} uses {}, which belongs to {owner}", dependency.name));
                }
            }
            if PURE.contains(&name.as_str()) && !dependency.is_for_tests && IMPURE.contains(&dependency.name.as_str()) {
                wrong.push(format!("{name} is pure and uses {}", dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_task_runner_is_built_in_a_second() {
    assert!(crates()["xtask"].is_empty(), "a fresh machine waits for every crate that xtask uses");
}

#[test]
fn every_crate_and_module_says_what_is_in_it() {
    let mut silent = Vec::new();
    for (path, text) in sources().filter(|(path, _)| path.ends_with(".rs") && !is_test_module(path)) {
        if !text.starts_with("//!") {
            silent.push(path);
        }
    }
    assert!(silent.is_empty(), "no `//!` at the top of {silent:#?}");
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        let is_known = LONG.iter().any(|(known, _)| path == *known);
        if lines > MOST_LINES || (lines > MANY_LINES && !is_known) {
            long.push(format!("{path}: {lines} lines"));
        }
    }
    assert!(long.is_empty(), "split them, or say in LONG why not (never above {MOST_LINES}): {long:#?}");
    for (known, _) in LONG {
        assert!(root().join(known).exists(), "{known} is gone and still in LONG");
    }
}

#[test]
fn a_lint_is_silenced_only_with_a_reason() {
    let mut wrong = Vec::new();
    for (path, text) in sources().filter(|(path, _)| path.ends_with(".rs")) {
        for (number, attribute) in silencing(&text) {
            if !attribute.contains("reason = ") {
                wrong.push(format!("{path}:{number}: {attribute}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    // In pieces, or this file would be the first to be found.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let has_one =
                line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| words.contains(&word));
            if has_one {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "do it, or say what is missing in the README: {wrong:#?}");
}

#[test]
fn every_command_may_be_called_by_a_window_and_no_other_is_named() {
    let declared = declared_commands();
    let collected = collected_commands();
    assert_eq!(declared, collected, "`command_names.in` and `bindings.rs` name different commands");
    let granted = granted_commands();
    let unreachable: Vec<_> = declared.difference(&granted).collect();
    assert!(unreachable.is_empty(), "no window may call {unreachable:?}: name them in a capability of tauri.conf.json");
    let unknown: Vec<_> = granted.difference(&declared).collect();
    assert!(unknown.is_empty(), "a capability in tauri.conf.json names what is no command: {unknown:?}");
}

#[test]
fn the_attribute_finder_sees_attributes_of_several_lines_and_not_their_names_in_texts() {
    let text =
        "#![allow(\n    clippy::a,\n    reason = \"because\"\n)]\nlet s = \"#[allow(x)]\";\n  #[expect(dead_code)]\n";
    let found = silencing(text);
    assert_eq!(found.len(), 2);
    assert!(found[0].1.contains("because"));
    assert_eq!(found[1], (6, "#[expect(dead_code)]".to_owned()));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates of the workspace with what their manifests ask for.
fn crates() -> BTreeMap<String, Vec<Dependency>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let dependency = |value: &Value| Dependency {
        name: value["name"].as_str().unwrap().to_owned(),
        is_for_tests: value["kind"] == "dev",
        is_optional: value["optional"] == true,
    };
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter().map(dependency).collect();
            (package["name"].as_str().unwrap().to_owned(), dependencies)
        })
        .collect()
}

/// Every source of ours that a person writes: its path from the root, with `/`, and its text.
fn sources() -> impl Iterator<Item = (String, String)> {
    let mut files = Vec::new();
    for folder in ["src-tauri", "xtask/src", "tests", "ui/src", "ui/tests", "ui/scripts"] {
        collect(&root().join(folder), &mut files);
    }
    files.into_iter().filter_map(|file| {
        let path = file.strip_prefix(root()).ok()?.to_str()?.replace('\\', "/");
        let is_ours = !GENERATED.iter().any(|generated| path.starts_with(generated));
        let text = is_ours.then(|| fs::read_to_string(&file).ok())??;
        Some((path, text))
    })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    const KINDS: &[&str] = &["rs", "ts", "svelte", "mjs", "css", "html", "sh"];
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !["node_modules", "target", "dist", "data"].contains(&name) {
            collect(&path, files);
        } else if path.extension().and_then(|kind| kind.to_str()).is_some_and(|kind| KINDS.contains(&kind)) {
            files.push(path);
        }
    }
}

/// A module of unit tests is introduced by the module it tests.
fn is_test_module(path: &str) -> bool {
    path.ends_with("/tests.rs")
}

/// Attributes that silence a lint, each with its line.
fn silencing(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if !["#[allow(", "#![allow(", "#[expect(", "#![expect("].iter().any(|start| line.starts_with(start)) {
            continue;
        }
        let mut attribute = line.to_owned();
        while !attribute.contains(")]") {
            let Some((_, next)) = lines.next() else { break };
            attribute.push(' ');
            attribute.push_str(next.trim());
        }
        found.push((number + 1, attribute));
    }
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The names that the build script declares.
fn declared_commands() -> BTreeSet<String> {
    read("src-tauri/src/command_names.in").split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The names in `collect_commands!`.
fn collected_commands() -> BTreeSet<String> {
    let bindings = read("src-tauri/src/bindings.rs");
    let list = bindings.split_once("collect_commands![").and_then(|(_, rest)| rest.split_once(']')).unwrap().0;
    list.split(',')
        .filter_map(|path| path.trim().rsplit_once("ommands::"))
        .map(|(_, name)| name.trim_end_matches("::<Wry>").to_owned())
        .collect()
}

/// The commands of ours that a capability of any window names; names with a colon are those of Tauri and its plugins.
fn granted_commands() -> BTreeSet<String> {
    let config: Value = serde_json::from_str(&read("tauri.conf.json")).unwrap();
    let capabilities = config["app"]["security"]["capabilities"].as_array().cloned().unwrap_or_default();
    capabilities
        .iter()
        .flat_map(|capability| capability["permissions"].as_array().cloned().unwrap_or_default())
        .filter_map(|permission| permission.as_str().map(str::to_owned))
        .filter(|permission| !permission.contains(':'))
        .filter_map(|permission| permission.strip_prefix("allow-").map(|name| name.replace('-', "_")))
        .collect()
}
