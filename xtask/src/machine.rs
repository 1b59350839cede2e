//! What this machine has and lacks.

use std::{
    collections::HashSet,
    env,
    io::{self, BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::step::{Outcome, answers, command, step};

/// A Debian package and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    name: &'static str,
    purpose: &'static str,
    /// Fonts of which any does as well, as fontconfig's patterns.
    fonts: &'static [&'static str],
}

const fn package(name: &'static str, purpose: &'static str) -> Package {
    Package { name, purpose, fonts: &[] }
}

impl Package {
    const fn unless_there_is(self, fonts: &'static [&'static str]) -> Self {
        Self { fonts, ..self }
    }

    fn is_missing(&self) -> bool {
        !is_installed(self.name) && !self.fonts.iter().any(|font| answers("fc-list", &["-q", font]))
    }
}

/// To build the command line and everything without a window.
const CORE: &[Package] = &[
    package("build-essential", "a C compiler, for SQLite"),
    package("pkg-config", "to find libraries"),
    package("libssl-dev", "the system's libcrypto, for the encrypted stores"),
    package("ca-certificates", "to know Notion's certificate"),
];

/// To build the app.
const APP: &[Package] = &[package("libwebkit2gtk-4.1-dev", "the web view")];

/// To run the app in full; it starts without them.
const RUN: &[Package] = &[
    package("libayatana-appindicator3-1", "the tray icon"),
    package("fonts-noto-color-emoji", "emoji in page icons"),
    package("fonts-inter", "a font for screens").unless_there_is(&["Inter", "Cantarell", "Noto Sans", "Ubuntu"]),
    package("fonts-noto-cjk", "Japanese in the demo").unless_there_is(&[":lang=ja"]),
];

/// To test the app on a screen of its own.
const TEST: &[Package] = &[
    package("xvfb", "a screen in memory"),
    package("xauth", "for that screen"),
    package("openbox", "a window manager"),
    package("dbus", "a session bus"),
    package("dbus-daemon", "a session bus"),
    package("gnome-keyring", "a keychain"),
    package("webkit2gtk-driver", "to drive the real app"),
    package("python3-dbus", "to stand in for a panel with a tray"),
    package("python3-venv", "for the Python client of the API"),
    package("python3-gi", "the loop that waits for that tray's menu"),
    package("xdotool", "to press keys as a person does"),
    package("x11-utils", "to look at windows"),
    package("imagemagick", "to photograph the screen"),
    package("chromium", "to test the windows in a browser"),
    package("fonts-dejavu-core", "a font"),
    package("fonts-inter", "the font of the screenshots"),
    package("fonts-noto-core", "serif, Arabic and more in the screenshots"),
    package("fonts-noto-cjk", "Japanese in the screenshots"),
];

/// To bundle.
const DIST: &[Package] = &[package("libayatana-appindicator3-dev", "the bundler asks for it")];

/// What a task needs of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The core and the command line.
    Core,
    /// The app as well.
    App,
    /// Running it.
    Run,
    /// Testing it.
    Test,
    /// Packing it.
    Dist,
}

impl Need {
    fn packages(self) -> Vec<Package> {
        let groups: &[&[Package]] = match self {
            Self::Core => &[CORE],
            Self::App => &[CORE, APP],
            Self::Run => &[CORE, APP, RUN],
            Self::Test => &[CORE, APP, RUN, TEST],
            Self::Dist => &[CORE, APP, RUN, DIST],
        };
        groups.concat()
    }
}

/// This machine and this checkout.
pub struct Machine {
    root: PathBuf,
    agrees: bool,
}

impl Machine {
    /// Finds the checkout.
    pub fn new(agrees: bool) -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the checkout has no root")?;
        Ok(Self { root: root.to_path_buf(), agrees })
    }

    /// The folder of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the UI.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A command in the root.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        command(&self.root, program, arguments)
    }

    /// Cargo in the root.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments)
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |folder| self.root.join(folder))
    }

    /// Whether a window could be shown.
    pub fn has_display(&self) -> bool {
        !cfg!(target_os = "linux")
            || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|key| env::var_os(key).is_some_and(|value| !value.is_empty()))
    }

    /// Installs the system packages that are missing, after saying which and why.
    pub fn provide(&self, need: Need) -> Outcome {
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        if !answers("dpkg-query", &["--version"]) {
            println!("This is no Debian or Ubuntu: if a build step fails, install what corresponds to these packages:");
            for package in need.packages() {
                println!("  {:<32} {}", package.name, package.purpose);
            }
            return Ok(());
        }
        let mut listed = HashSet::new();
        let missing: Vec<_> =
            need.packages().into_iter().filter(|package| package.is_missing() && listed.insert(package.name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        println!("These system packages are missing:");
        for package in &missing {
            println!("  {:<32} {}", package.name, package.purpose);
        }
        let is_root = env::var("USER").is_ok_and(|user| user == "root") || answers_zero("id", &["-u"]);
        if !is_root && !self.agrees && !confirmed()? {
            return Err("nothing was installed. Install them yourself, or call this with --yes".into());
        }
        let names: Vec<_> = missing.iter().map(|package| package.name).collect();
        let apt = |arguments: &[&str]| {
            let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
            if !is_root {
                command.arg("apt-get");
            }
            command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            command
        };
        step("list of packages", &mut apt(&["update", "-qq"]))?;
        let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
        arguments.extend(&names);
        step("system packages", &mut apt(&arguments))
    }

    /// Checks for the Node that the UI is built with.
    pub fn require_node(&self) -> Outcome {
        let output = Command::new("node")
            .arg("--version")
            .output()
            .map_err(|_| "Node 20 or newer is needed and `node` is not there")?;
        let version = String::from_utf8_lossy(&output.stdout);
        let major =
            version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
        match major {
            Some(major) if major >= 20 => Ok(()),
            _ => Err(format!("Node 20 or newer is needed; this one is {}", version.trim())),
        }
    }
}

fn is_installed(name: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", name])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"installed"))
}

fn answers_zero(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn confirmed() -> Result<bool, String> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Install them with sudo apt-get? [Y/n] ");
    io::stdout().flush().map_err(|error| error.to_string())?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|error| error.to_string())?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}
