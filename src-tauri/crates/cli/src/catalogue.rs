//! The sentences for people, from the same catalogue as those of the windows.
//!
//! A few sentences there tell which button to press. Those have a counterpart here that tells which command to type.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::Value;

/// The files of the catalogue that are read here.
const FILES: [&str; 5] = [
    include_str!("../../../../ui/messages/en/block.json"),
    include_str!("../../../../ui/messages/en/error.json"),
    include_str!("../../../../ui/messages/en/outbox.json"),
    include_str!("../../../../ui/messages/en/property.json"),
    include_str!("../../../../ui/messages/en/search.json"),
];

/// Messages without forms of number, by key. Those with forms are objects and stay out.
static MESSAGES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    FILES
        .iter()
        .filter_map(|file| serde_json::from_str::<BTreeMap<String, Value>>(file).ok())
        .flatten()
        .filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())))
        .collect()
});

/// What to say for an error: what happened, what is safe, what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) what: String,
    pub(crate) safe: String,
    pub(crate) todo: String,
}

/// A message; its key, should it be missing.
pub(crate) fn text(key: &str) -> &str {
    MESSAGES.get(key).map_or(key, String::as_str)
}

/// A message with its arguments filled in.
pub(crate) fn text_with(key: &str, arguments: &BTreeMap<String, String>) -> String {
    let mut text = text(key).to_owned();
    for (name, value) in arguments {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// The sentences of a code. One from a newer core gets those of `internal`.
pub(crate) fn words(code: &str, arguments: &BTreeMap<String, String>) -> Words {
    let code = if MESSAGES.contains_key(&format!("error_{code}_what")) { code } else { "internal" };
    let sentence = |part: &str| text_with(&format!("error_{code}_{part}"), arguments);
    Words {
        what: sentence("what"),
        safe: sentence("safe"),
        todo: command(code).map_or_else(|| sentence("todo"), str::to_owned),
    }
}

/// What to type where the windows have a button.
fn command(code: &str) -> Option<&'static str> {
    Some(match code {
        "account_exists" => "To use another token for it, run `satchel account replace NAME`.",
        "begun_by_other_version" => {
            "Look in Notion what is missing, save that with `satchel capture`, then `satchel outbox discard` this."
        }
        "cancelled" => "Run it again when you like.",
        "empty_text" => "Write something, as in `satchel capture buy milk`.",
        "folder_read_only" => "Give yourself the right to write there, or name another folder with `--data`.",
        "keychain_missing" => {
            "Start a Secret Service keyring (GNOME Keyring, KWallet, KeePassXC), or look around with `satchel demo`."
        }
        "key_lost" => "Connect your workspaces again with `satchel account add`; Satchel then fetches a new copy.",
        "not_kept" => "Go online and ask for it again.",
        "refused_address" => "Use an https address, or http on this computer.",
        "sign_in_expired" => "Paste a new token with `satchel account replace NAME`.",
        "token_refused" => {
            "Look whether it was cut off, or make a new one in Notion: https://www.notion.so/developers/tokens"
        }
        "unknown_account" => "See which are connected with `satchel account list`.",
        "unknown_destination" => "Name a page or a database with `--to`.",
        "unknown_operation" => "See what is there with `satchel outbox`.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use satchel_core::ErrorCode;

    use super::*;

    #[test]
    fn every_code_has_its_three_sentences() {
        for code in ErrorCode::ALL {
            for part in ["what", "safe", "todo"] {
                let key = format!("error_{code}_{part}");
                assert!(MESSAGES.get(&key).is_some_and(|text| !text.is_empty()), "{key}");
            }
        }
    }

    #[test]
    fn every_counterpart_is_of_a_code() {
        let known: Vec<_> = ErrorCode::ALL.iter().filter(|code| command(code.as_str()).is_some()).collect();
        assert_eq!(known.len(), 14);
    }

    #[test]
    fn arguments_are_filled_in() {
        let arguments = BTreeMap::from([("id".to_owned(), "01J".to_owned())]);
        assert_eq!(text_with("error_report", &arguments), "Report 01J");
    }

    #[test]
    fn a_code_of_a_newer_core_is_spoken_of_as_a_mistake_of_ours() {
        assert_eq!(words("not_yet_known", &BTreeMap::new()).what, text("error_internal_what"));
    }
}
