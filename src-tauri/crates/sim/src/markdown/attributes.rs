//! Tags with attributes, and the attribute list at the end of a block's line.

use super::address::colour_to_json;

/// Longer than any tag the service writes; what is longer is text. It keeps reading linear.
const LONGEST_TAG: usize = 16_384;

/// `<name …>`, `<name …/>` or `</name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub name: &'a str,
    pub attributes: Vec<(&'a str, Option<&'a str>)>,
    pub is_closing: bool,
    pub is_self_closed: bool,
    /// Bytes of the whole tag.
    pub len: usize,
}

impl<'a> Tag<'a> {
    /// The value of an attribute that has one.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(key, _)| *key == name).and_then(|(_, value)| *value)
    }

    /// Whether the attribute stands there, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(key, _)| *key == name)
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }
}

/// The tag at the start of `text`.
pub(super) fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = text.strip_prefix('<')?;
    let (is_closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let name_len = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(inner.len());
    let (name, mut rest) = inner.split_at_checked(name_len)?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let is_self_closed = trimmed.starts_with('/');
        if let Some(after) = trimmed.strip_prefix("/>").or_else(|| trimmed.strip_prefix('>')) {
            return Some(Tag { name, attributes, is_closing, is_self_closed, len: text.len() - after.len() });
        }
        // Attributes are set apart by a space.
        if trimmed.len() == rest.len() || text.len() - trimmed.len() > LONGEST_TAG {
            return None;
        }
        let (attribute, after) = attribute(trimmed)?;
        attributes.push(attribute);
        rest = after;
    }
}

/// `name`, `name="value"`, `name='value'` or `name=value` at the start of `text`, and what follows.
fn attribute(text: &str) -> Option<((&str, Option<&str>), &str)> {
    let len = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(len)?;
    if name.is_empty() {
        return None;
    }
    let Some(value) = rest.strip_prefix('=') else {
        return Some(((name, None), rest));
    };
    for quote in ['"', '\''] {
        if let Some(value) = value.strip_prefix(quote) {
            let window = value.get(..floor(value, LONGEST_TAG))?;
            let end = window.find(quote)?;
            let (value, rest) = value.split_at_checked(end)?;
            return Some(((name, Some(value)), rest.strip_prefix(quote)?));
        }
    }
    let end = value.find([' ', '\t', '>', '<', '"']).unwrap_or(value.len());
    let (value, rest) = value.split_at_checked(end)?;
    Some(((name, Some(value.trim_end_matches('/'))), rest))
}

/// The largest character boundary of `text` that is not above `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What stands in `{toggle="true" color="red"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct BlockAttributes {
    pub is_toggle: bool,
    /// As JSON writes it.
    pub colour: Option<String>,
}

/// Splits a line's attribute list off its end. A list with an unknown key is text.
pub(super) fn split_list(line: &str) -> (&str, BlockAttributes) {
    let none = (line, BlockAttributes::default());
    let Some(inner) = line.strip_suffix('}') else { return none };
    let Some((text, list)) = inner.rsplit_once('{') else { return none };
    let text = match text.strip_suffix(' ') {
        Some(text) => text,
        None if text.is_empty() => text,
        None => return none,
    };
    let mut attributes = BlockAttributes::default();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return if list.is_empty() { none } else { (text, attributes) };
        }
        match attribute(rest) {
            Some((("toggle", Some(value)), after)) => {
                attributes.is_toggle = value == "true";
                rest = after;
            }
            Some((("color", Some(value)), after)) => {
                attributes.colour = colour_to_json(value);
                rest = after;
            }
            _ => return none,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_quoted_plain_and_bare_attributes() {
        let parsed = tag(r#"<database url="https://x/y?a=1" inline='false' deleted icon=💡>Gone"#).unwrap();
        assert_eq!(parsed.name, "database");
        assert_eq!(parsed.get("url"), Some("https://x/y?a=1"));
        assert_eq!(parsed.get("inline"), Some("false"));
        assert!(parsed.has("deleted") && parsed.get("deleted").is_none());
        assert_eq!(parsed.get("icon"), Some("💡"));
        assert!(!parsed.is_self_closed);
        assert!(tag("<br/>").unwrap().is_self_closed);
        assert!(tag("</span>").unwrap().is_closing);
        for text in ["<", "<1>", "<a", "< a>", "<a\"b\">", r#"<callout icon="unclosed"#] {
            assert_eq!(tag(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_list_of_known_keys_is_a_list() {
        let (text, list) = split_list(r#"Title {toggle="true" color="green_bg"}"#);
        assert_eq!((text, list.is_toggle, list.colour.as_deref()), ("Title", true, Some("green_background")));
        for text in [r#"x {colour="x"}"#, r#"x\{color="red"\}"#, "x {}", "x}", r#"x{color="red"}"#] {
            assert_eq!(split_list(text).0, text);
        }
    }
}
