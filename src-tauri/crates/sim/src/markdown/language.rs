//! Names of code languages: what the service knows, and what it takes for something it does not.

/// What a fence without a known language becomes.
pub(super) const FALLBACK: &str = "javascript";

/// Canonical names a fence may carry. "ascii art" and "java/c/c++/c#" exist in JSON, but not on a fence.
const NAMES: [&str; 88] = [
    "abap",
    "abc",
    "agda",
    "arduino",
    "assembly",
    "bash",
    "basic",
    "bnf",
    "c",
    "c#",
    "c++",
    "clojure",
    "coffeescript",
    "coq",
    "css",
    "dart",
    "dhall",
    "diff",
    "docker",
    "ebnf",
    "elixir",
    "elm",
    "erlang",
    "f#",
    "flow",
    "fortran",
    "gherkin",
    "glsl",
    "go",
    "graphql",
    "groovy",
    "haskell",
    "hcl",
    "html",
    "idris",
    "java",
    "javascript",
    "json",
    "julia",
    "kotlin",
    "latex",
    "less",
    "lisp",
    "livescript",
    "llvm ir",
    "lua",
    "makefile",
    "markdown",
    "markup",
    "matlab",
    "mathematica",
    "mermaid",
    "nix",
    "notion formula",
    "objective-c",
    "ocaml",
    "pascal",
    "perl",
    "php",
    "plain text",
    "powershell",
    "prolog",
    "protobuf",
    "purescript",
    "python",
    "r",
    "racket",
    "reason",
    "ruby",
    "rust",
    "sass",
    "scala",
    "scheme",
    "scss",
    "shell",
    "smalltalk",
    "solidity",
    "sql",
    "swift",
    "toml",
    "typescript",
    "vb.net",
    "verilog",
    "vhdl",
    "visual basic",
    "webassembly",
    "xml",
    "yaml",
];

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
    if let Some(name) = NAMES.iter().find(|name| **name == info) {
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
