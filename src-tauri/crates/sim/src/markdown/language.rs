//! Names of code languages: what the service knows, and what it takes for something it does not.

use crate::validate::block::LANGUAGES;

/// What a fence without a known language becomes.
pub(super) const FALLBACK: &str = "javascript";

/// Languages that exist in JSON, but not on a fence.
const NOT_ON_A_FENCE: [&str; 2] = ["ascii art", "java/c/c++/c#"];

const ALIASES: [(&str, &str); 24] = [
    ("ts", "typescript"),
    ("tsx", "typescript"),
    ("js", "javascript"),
    ("jsx", "javascript"),
    ("py", "python"),
    ("rb", "ruby"),
    ("rs", "rust"),
    ("sh", "shell"),
    ("md", "markdown"),
    ("yml", "yaml"),
    ("text", "plain text"),
    ("txt", "plain text"),
    ("plaintext", "plain text"),
    ("plain", "plain text"),
    ("cpp", "c++"),
    ("cs", "c#"),
    ("csharp", "c#"),
    ("fs", "f#"),
    ("kt", "kotlin"),
    ("hs", "haskell"),
    ("tex", "latex"),
    ("dockerfile", "docker"),
    ("objc", "objective-c"),
    ("ps1", "powershell"),
];

/// The language a fence's info string gives.
pub(super) fn from_info(info: &str) -> &'static str {
    let info = info.trim().to_lowercase();
    let mut known = LANGUAGES.iter().filter(|name| !NOT_ON_A_FENCE.contains(name));
    if let Some(name) = known.find(|name| **name == info) {
        return name;
    }
    ALIASES.iter().find(|(alias, _)| *alias == info).map_or(FALLBACK, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_languages_become_javascript() {
        for (info, language) in [
            ("Rust", "rust"),
            ("plain text", "plain text"),
            ("ts", "typescript"),
            ("C++", "c++"),
            ("", "javascript"),
            ("golang", "javascript"),
            ("python title=\"a\"", "javascript"),
            ("ascii art", "javascript"),
        ] {
            assert_eq!(from_info(info), language, "{info}");
        }
    }
}
