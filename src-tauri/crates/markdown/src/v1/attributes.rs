//! The list in braces at the end of a line, and images, which may have one.

use satchel_model::Color;

use crate::{
    Flavor, inline,
    text::{slice, tail},
    vocabulary::{address_in_brackets, color_from, color_to},
};

/// What a list in braces says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LineAttributes {
    pub(super) is_toggleable: Option<bool>,
    pub(super) color: Color,
}

/// A line's text and the list at its end. A list with an unknown key, or for a heading only elsewhere, is text.
pub(super) fn split(content: &str, may_toggle: bool) -> (&str, LineAttributes) {
    let whole = (content, LineAttributes::default());
    if !content.ends_with("\"}") {
        return whole;
    }
    let (start, open) = match content.rfind(" {") {
        Some(space) => (space, space + 1),
        None if content.starts_with('{') => (0, 0),
        None => return whole,
    };
    match parse(slice(content, open + 1..content.len() - 1), may_toggle) {
        Some(attributes) => (slice(content, 0..start), attributes),
        None => whole,
    }
}

fn parse(list: &str, may_toggle: bool) -> Option<LineAttributes> {
    let mut attributes = LineAttributes::default();
    let (mut has_color, mut rest) = (false, list);
    loop {
        let (key, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        match (key, value) {
            ("toggle", "true" | "false") if may_toggle && attributes.is_toggleable.is_none() => {
                attributes.is_toggleable = Some(value == "true");
            }
            ("color", _) if !has_color && !value.is_empty() => {
                attributes.color = color_from(Some(value));
                has_color = true;
            }
            _ => return None,
        }
        if after.is_empty() {
            return Some(attributes);
        }
        rest = after.strip_prefix(' ')?;
    }
}

/// A line's text with the list it needs.
pub(super) fn join(mut text: String, color: &Color, is_toggleable: bool) -> String {
    let color = color_to(color);
    if color.is_none() && !is_toggleable {
        return text;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    let toggle = is_toggleable.then(|| "toggle=\"true\"".to_owned());
    let color = color.map(|color| format!("color=\"{color}\""));
    let list: Vec<String> = toggle.into_iter().chain(color).collect();
    text.push('{');
    text.push_str(&list.join(" "));
    text.push('}');
    text
}

/// The list behind the `$$` that closes display maths; none when the line closes none.
pub(super) fn closes_maths(content: &str) -> Option<LineAttributes> {
    let (mark, attributes) = split(content, false);
    (mark == "$$").then_some(attributes)
}

/// `![caption](address) {color="…"}`, alone on its line: caption, address, colour.
pub(crate) fn image(content: &str, flavor: Flavor) -> Option<(&str, String, Color)> {
    if !content.starts_with("![") {
        return None;
    }
    let (image, attributes) = split(content, false);
    let inner = image.strip_suffix(')')?;
    let close = 1 + inline::bracketed(tail(inner, 1), flavor)?;
    let url = tail(inner, close).strip_prefix("](")?;
    // Round brackets in the address count; one that closes too early means that text follows the image.
    let mut depth = 0_i64;
    let stays_inside = url.bytes().all(|b| {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth >= 0
    });
    stays_inside.then(|| (slice(inner, 2..close), address_in_brackets(url), attributes.color))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_an_unknown_key_is_text() {
        assert_eq!(
            split("x {color=\"red\"}", false),
            ("x", LineAttributes { is_toggleable: None, color: Color::new("red") })
        );
        assert_eq!(split("x {toggle=\"true\" color=\"red_bg\"}", true).1.is_toggleable, Some(true));
        for text in [
            "x {colour=\"red\"}",
            "x {toggle=\"true\"}",
            "x \\{color=\"red\"\\}",
            "x{color=\"red\"}",
            "x {color=\"red\" }",
        ] {
            assert_eq!(split(text, false).0, text);
        }
    }

    #[test]
    fn an_address_may_hold_brackets() {
        let (caption, url, _) = image("![a \\] [b](c)](https://x.org/a_(1).png)", Flavor::V1).unwrap();
        assert_eq!((caption, url.as_str()), ("a \\] [b](c)", "https://x.org/a_(1).png"));
        assert_eq!(image("![a](b) and ![c](d)", Flavor::V1), None);
        assert_eq!(image("![](", Flavor::V1), None);
    }
}
