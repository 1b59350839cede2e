//! Hashes that tell a change from another reading of the same: signed addresses differ at every read, so their signatures are left out.

use serde::Serialize;
use serde_json::Value;

use crate::{Result, StoreError};

/// Words of a query string that make it a signature. Other query strings are part of the address: a video is named in one.
const SIGNS: [&str; 8] = [
    "x-amz-signature=",
    "x-amz-credential=",
    "x-amz-expires=",
    "x-amz-date=",
    "signature=",
    "expirationtimestamp=",
    "expires=",
    "exp=",
];

/// The hash of a thing with the signatures of addresses left out.
pub(super) fn hash<T: Serialize>(what: &'static str, thing: &T) -> Result<[u8; 32]> {
    let mut value =
        serde_json::to_value(thing).map_err(|error| StoreError::Unstorable { what, detail: error.to_string() })?;
    unsign(&mut value);
    Ok(*blake3::hash(value.to_string().as_bytes()).as_bytes())
}

/// Takes the signatures out of every address in a value.
fn unsign(value: &mut Value) {
    match value {
        Value::String(text) => {
            let kept = unsigned(text).len();
            text.truncate(kept);
        }
        Value::Array(values) => values.iter_mut().for_each(unsign),
        Value::Object(fields) => fields.values_mut().for_each(unsign),
        _ => {}
    }
}

/// An address without its signature; any other text as it is.
pub(super) fn unsigned(text: &str) -> &str {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return text;
    }
    match text.split_once('?') {
        Some((address, query)) if !text.contains(char::is_whitespace) && is_signature(query) => address,
        _ => text,
    }
}

fn is_signature(query: &str) -> bool {
    query.split('&').any(|pair| {
        SIGNS.iter().any(|sign| pair.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign)))
    })
}

#[cfg(test)]
mod tests {
    use satchel_model::Icon;

    use super::*;

    #[test]
    fn a_signature_is_no_part_of_an_address_and_other_queries_are() {
        let file = "https://files.example/a/cat.png";
        for signature in [
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261123T000000Z&X-Amz-Signature=ab",
            "table=block&id=1&expirationTimestamp=1700000000000&signature=ab&downloadName=cat.png",
        ] {
            assert_eq!(unsigned(&format!("{file}?{signature}")), file);
        }
        for kept in
            ["https://video.example/watch?v=abc", "see https://x.example/?exp=1 there", "https://x.example/?expert=1"]
        {
            assert_eq!(unsigned(kept), kept);
        }
    }

    #[test]
    fn the_same_picture_signed_anew_is_the_same_icon() {
        let icon = |name: &str, signature: &str| Icon::File {
            url: format!("https://files.example/{name}.png?X-Amz-Expires=3600&X-Amz-Signature={signature}"),
        };
        let hash = |icon: &Icon| hash("icon", icon).unwrap();
        assert_eq!(hash(&icon("cat", "1")), hash(&icon("cat", "2")));
        assert_ne!(hash(&icon("cat", "1")), hash(&icon("dog", "1")));
    }
}
