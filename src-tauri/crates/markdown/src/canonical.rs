//! The form of a text that changes only when the page does.

use std::borrow::Cow;

use crate::text::{find, slice, tail};

/// What ends an address, wherever it stands: brackets, quotes, spaces, the next tag.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | ')' | '<' | '>' | '\\' | '`' | ']' | '}')
}

/// Whether a query is a signature: it expires, and the next read has another.
fn is_signature(query: &str) -> bool {
    query.contains("X-Amz-") || (query.contains("signature=") && query.contains("expirationTimestamp="))
}

/// The text without what differs at every read though nobody changed the page: signed queries of hosted files and, in a block tree as JSON,
/// expiry times and request ids. For hashing and comparing; it is not for showing, as the addresses in it lead nowhere.
#[must_use]
pub fn canonical(text: &str) -> Cow<'_, str> {
    let start = text.trim_start();
    let is_json = start.starts_with("{\"") || start.starts_with("[{") || start.starts_with("{\n");
    let mut out = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = next_mark(text, at, is_json) {
        let rest = tail(text, found);
        let dropped = if rest.starts_with('?') {
            let query = slice(rest, 0..rest.find(ends_address).unwrap_or(rest.len()));
            if is_signature(query) { found..found + query.len() } else { found..found }
        } else {
            volatile_value(rest).map_or(found..found, |(from, to)| found + from..found + to)
        };
        if !dropped.is_empty() {
            out.push_str(slice(text, copied..dropped.start));
            copied = dropped.end;
        }
        at = dropped.end.max(found + 1);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(tail(text, copied));
    Cow::Owned(out)
}

fn next_mark(text: &str, from: usize, is_json: bool) -> Option<usize> {
    if is_json { text.get(from..)?.find(['?', '"']).map(|at| from + at) } else { find(text, from, "?") }
}

/// The value of a member that differs at every read, in quotes.
fn volatile_value(rest: &str) -> Option<(usize, usize)> {
    let name = ["\"expiry_time\"", "\"request_id\""].into_iter().find(|name| rest.starts_with(name))?;
    let value = tail(rest, name.len());
    let open = name.len() + value.find('"').filter(|at| slice(value, 0..*at).trim() == ":")?;
    let close = find(rest, open + 1, "\"")?;
    Some((open, close + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_no_change() {
        let read = |signature: &str| {
            format!(
                "![a](https://prod-files-secure.s3.amazonaws.com/s/f/a.png?X-Amz-Date={signature}&X-Amz-Signature={signature}) b?\n<pdf src=\"https://x.org/?a=b\"></pdf>"
            )
        };
        assert_eq!(canonical(&read("1")), canonical(&read("22")));
        assert!(canonical(&read("1")).contains("a.png) b?\n"));
        assert!(canonical(&read("1")).contains("https://x.org/?a=b"));
        assert!(matches!(canonical("no address? none"), Cow::Borrowed(_)));
    }

    #[test]
    fn in_a_block_tree_expiry_and_request_are_no_change() {
        let tree = |moment: &str| {
            format!("{{\"file\":{{\"expiry_time\": \"{moment}\"}},\"request_id\":\"{moment}\",\"a\":\"b\"}}")
        };
        assert_eq!(canonical(&tree("1")), canonical(&tree("22")));
        assert!(canonical(&tree("1")).ends_with(",\"a\":\"b\"}"));
        let prose = "Send \"request_id\":\"1\"";
        assert_eq!(canonical(prose), prose);
    }
}
