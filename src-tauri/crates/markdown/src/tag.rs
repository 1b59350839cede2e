//! Tags: `<name a="1" b='2' c=3 d>`, `</name>`, `<name/>`, read and written.
//!
//! The lexer is its own because names such as `table_of_contents` are no HTML. What a name means is for its callers to know.

use satchel_model::Attribute;

use crate::text::slice;

/// A tag as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) shape: Shape,
    /// In the order of the text; the first of a name counts.
    pub(crate) attributes: Vec<(&'a str, Option<&'a str>)>,
    /// How many bytes it takes.
    pub(crate) len: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Open,
    Close,
    SelfClosed,
}

impl<'a> Tag<'a> {
    /// The tag that `text` starts with. A tag ends on the line it starts on.
    ///
    /// A value in quotes may hold anything but its quote and a line end, so two quotes at most are looked for far ahead however
    /// often an unfinished tag repeats: the scan stays linear over a text.
    pub(crate) fn at(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut at = 1;
        if bytes.first() != Some(&b'<') {
            return None;
        }
        let is_close = bytes.get(at) == Some(&b'/');
        if is_close {
            at += 1;
        }
        let start = at;
        if !bytes.get(at)?.is_ascii_alphabetic() {
            return None;
        }
        at += count(bytes, at, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let name = slice(text, start..at);
        let mut attributes = Vec::new();
        loop {
            let spaces = count(bytes, at, |b| matches!(b, b' ' | b'\t'));
            at += spaces;
            match bytes.get(at)? {
                b'>' => {
                    let shape = if is_close { Shape::Close } else { Shape::Open };
                    return Some(Self { name, shape, attributes, len: at + 1 });
                }
                b'/' if bytes.get(at + 1) == Some(&b'>') => {
                    let shape = if is_close { Shape::Close } else { Shape::SelfClosed };
                    return Some(Self { name, shape, attributes, len: at + 2 });
                }
                _ if spaces == 0 => return None,
                _ => {}
            }
            let key = at;
            at += count(bytes, at, |b| {
                !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'=' | b'<' | b'>' | b'/')
            });
            if at == key {
                return None;
            }
            let key = slice(text, key..at);
            let mut value = None;
            if bytes.get(at) == Some(&b'=') {
                at += 1;
                let quote = *bytes.get(at)?;
                let end;
                if matches!(quote, b'"' | b'\'') {
                    at += 1;
                    end = at + count(bytes, at, |b| b != quote && b != b'\n' && b != b'\r');
                    if bytes.get(end) != Some(&quote) {
                        return None;
                    }
                    value = Some(slice(text, at..end));
                    at = end + 1;
                } else {
                    end = at
                        + count(bytes, at, |b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'<' | b'>'));
                    // `<a b=c/>` closes itself; a bare value does not end in a slash.
                    let end = if bytes.get(end) == Some(&b'>') && end > at && bytes.get(end - 1) == Some(&b'/') {
                        end - 1
                    } else {
                        end
                    };
                    value = Some(slice(text, at..end));
                    at = end;
                }
            }
            if !attributes.iter().take(MAX_ATTRIBUTES).any(|(known, _)| *known == key)
                && attributes.len() < MAX_ATTRIBUTES
            {
                attributes.push((key, value));
            }
        }
    }

    /// The value of an attribute; a bare one has the value `true`.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.unwrap_or("true"))
    }

    /// Whether an attribute is there and not `false`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value != "false")
    }

    /// The attributes that are not among these.
    pub(crate) fn rest(&self, known: &[&str]) -> Vec<Attribute> {
        self.attributes
            .iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, value)| Attribute { name: (*name).into(), value: value.map(Into::into) })
            .collect()
    }

    /// Whether all attributes are among these.
    pub(crate) fn has_only(&self, known: &[&str]) -> bool {
        self.attributes.iter().all(|(name, _)| known.contains(name))
    }
}

/// More than any tag has; a longer list is an attack on the search for doubles.
const MAX_ATTRIBUTES: usize = 64;

fn count(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|b| wanted(**b)).count()
}

/// Writes one tag; attributes come out in the order of `order`, others after them.
pub(crate) struct TagWriter<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, Option<String>)>,
}

impl<'a> TagWriter<'a> {
    pub(crate) fn new(name: &'a str) -> Self {
        Self { name, attributes: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.attributes.push((name, Some(value.into())));
        self
    }

    pub(crate) fn with_some(self, name: &'a str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn with_flag(self, name: &'a str, is_set: bool) -> Self {
        if is_set { self.with(name, "true") } else { self }
    }

    /// Attributes kept from reading; they replace what is written under the same name.
    pub(crate) fn with_kept(mut self, kept: &'a [Attribute]) -> Self {
        self.attributes.retain(|(name, _)| !kept.iter().any(|one| one.name == *name));
        self.attributes.extend(kept.iter().map(|one| (one.name.as_str(), one.value.clone())));
        self
    }

    pub(crate) fn ordered(mut self, order: &[&str]) -> Self {
        let place = |name: &str| order.iter().position(|known| *known == name).unwrap_or(order.len());
        self.attributes.sort_by_key(|(name, _)| place(name));
        self
    }

    /// `<name …>`
    pub(crate) fn open(&self) -> String {
        self.write(">")
    }

    /// `<name …/>`
    pub(crate) fn self_closed(&self) -> String {
        self.write("/>")
    }

    /// `<name … />`, as the second dialect has it.
    pub(crate) fn self_closed_apart(&self) -> String {
        self.write(" />")
    }

    fn write(&self, end: &str) -> String {
        let mut out = format!("<{}", self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            if let Some(value) = value {
                out.push('=');
                push_value(&mut out, value);
            }
        }
        out.push_str(end);
        out
    }
}

/// Values carry no escapes: a double quote in one asks for single quotes around it, both give way to `%22`.
fn push_value(out: &mut String, value: &str) {
    let value = value.replace(['\n', '\r'], " ");
    if !value.contains('"') {
        out.push('"');
        out.push_str(&value);
        out.push('"');
    } else if !value.contains('\'') {
        out.push('\'');
        out.push_str(&value);
        out.push('\'');
    } else {
        out.push('"');
        out.push_str(&value.replace('"', "%22"));
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_attribute_is_read() {
        let tag =
            Tag::at(r#"<database url="a b" inline='x"y' n=3 deleted data-source-url="collection://1">x"#).unwrap();
        assert_eq!(tag.name, "database");
        assert_eq!(
            tag.attributes,
            [
                ("url", Some("a b")),
                ("inline", Some("x\"y")),
                ("n", Some("3")),
                ("deleted", None),
                ("data-source-url", Some("collection://1")),
            ]
        );
        assert!(tag.flag("deleted") && !tag.flag("locked"));
        assert_eq!(
            Tag::at("<col width=3/>").map(|tag| (tag.shape, tag.get("width"))),
            Some((Shape::SelfClosed, Some("3")))
        );
        assert_eq!(
            Tag::at("</table_of_contents >").map(|tag| (tag.name, tag.shape)),
            Some(("table_of_contents", Shape::Close))
        );
    }

    #[test]
    fn what_only_looks_like_a_tag_is_none() {
        for text in
            ["<", "<3", "< b>", "<b", "<b c=\"d>", "<b\"c\">", "<https://x.org>", "<!-- x -->", "<b <c>", "<b =x>"]
        {
            assert_eq!(Tag::at(text), None, "{text}");
        }
    }

    #[test]
    fn a_kept_attribute_takes_its_place_in_the_order() {
        let kept = [Attribute { name: "deleted".into(), value: None }];
        let tag = TagWriter::new("page").with("url", "u").with("color", "red").with_kept(&kept);
        assert_eq!(tag.ordered(&["url", "deleted", "color"]).open(), r#"<page url="u" deleted color="red">"#);
    }
}
