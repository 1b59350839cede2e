//! Lines whose kind stands at their start: headings, lists, to-dos, quotes.

/// Kind of the block, whether a to-do is checked, and the text after the marker.
pub(super) fn marker(line: &str) -> Option<(&'static str, bool, &str)> {
    heading(line)
        .or_else(|| to_do(line))
        .or_else(|| bullet(line))
        .or_else(|| number(line))
        .or_else(|| after(line, ">").map(|text| ("quote", false, text)))
}

/// The text after `sign` and a space; a sign alone is a marker without text.
fn after<'a>(line: &'a str, sign: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(sign)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

fn heading(line: &str) -> Option<(&'static str, bool, &str)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let kind = match level {
        1 => "heading_1",
        2 => "heading_2",
        3 => "heading_3",
        4..=6 => "heading_4",
        _ => return None,
    };
    let text = after(line.trim_start_matches('#'), "")?;
    Some((kind, false, text))
}

fn to_do(line: &str) -> Option<(&'static str, bool, &str)> {
    for (sign, is_checked) in [("- [ ]", false), ("- [x]", true), ("- [X]", true)] {
        if let Some(text) = after(line, sign) {
            return Some(("to_do", is_checked, text));
        }
    }
    None
}

fn bullet(line: &str) -> Option<(&'static str, bool, &str)> {
    let text = after(line, "-")
        // Other signs need text, a line of one star is a paragraph.
        .or_else(|| line.strip_prefix("* "))
        .or_else(|| line.strip_prefix("+ "))?;
    Some(("bulleted_list_item", false, text))
}

fn number(line: &str) -> Option<(&'static str, bool, &str)> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 {
        return None;
    }
    let text = after(line.get(digits..)?, ".")?;
    Some(("numbered_list_item", false, text))
}

#[cfg(test)]
mod tests {
    use super::marker;

    #[test]
    fn markers_need_a_space_or_nothing() {
        assert_eq!(marker("## Two"), Some(("heading_2", false, "Two")));
        assert_eq!(marker("###### Six"), Some(("heading_4", false, "Six")));
        assert_eq!(marker("- [X] big"), Some(("to_do", true, "big")));
        assert_eq!(marker("-"), Some(("bulleted_list_item", false, "")));
        assert_eq!(marker("12. twelve"), Some(("numbered_list_item", false, "twelve")));
        assert_eq!(marker("> - x"), Some(("quote", false, "- x")));
        for text in ["#tag", "####### seven", "-x", "1) paren", "1.5", "*", ">x", "---"] {
            assert_eq!(marker(text), None, "{text}");
        }
    }
}
