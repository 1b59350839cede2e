//! Plain text → text without markup in it.

use super::super::rich::Colons;

/// Writes plain text so that it reads back as itself. `is_line_start` says whether what stands before ends a line.
pub(super) fn escape(text: &str, is_line_start: bool, out: &mut String) {
    let mut colons = Colons::of(text);
    let mut before = out.chars().next_back().unwrap_or('\n');
    let mut is_line_start = is_line_start;
    // Where the sign is that would make the line another block.
    let mut marker = None;
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = rest.chars().next();
        if c == '\n' {
            out.push_str("\\\n");
            is_line_start = true;
            before = c;
            continue;
        }
        if is_line_start {
            let line = text.get(at..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
            if matches!(c, ' ' | '\t') && !line.trim_matches([' ', '\t']).is_empty() {
                out.push(c);
                before = c;
                continue;
            }
            is_line_start = false;
            if matches!(c, ' ' | '\t') {
                // A line of nothing but space would end the block.
                out.push_str(if c == ' ' { "&#32;" } else { "&#9;" });
                before = c;
                continue;
            }
            marker = marker_at(line).map(|digits| at + digits);
        }
        let is_special = match c {
            '\\' | '`' | '*' | '~' | '$' | '[' | ']' => true,
            '_' => !(before.is_alphanumeric() && next.is_some_and(char::is_alphanumeric)),
            '<' => next.is_none_or(|next| next.is_ascii_alphabetic() || next == '/'),
            '&' => is_entity(rest),
            ':' => colons.holds(at),
            _ => false,
        } || marker == Some(at);
        // A digit would keep the maths before it from ending.
        if before == '$' && c.is_ascii_digit() && out.ends_with('$') && !out.ends_with("\\$") {
            out.push_str(&format!("&#{};", u32::from(c)));
        } else {
            if is_special {
                out.push('\\');
            }
            out.push(c);
        }
        before = c;
    }
}

/// Whether a line's first sign would make it another block: the digits before that sign.
fn marker_at(line: &str) -> Option<usize> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let first = line.chars().next()?;
    let rest = line.get(first.len_utf8()..).unwrap_or_default();
    match first {
        '#' => ends(line.trim_start_matches('#')).then_some(0),
        '>' | '|' => Some(0),
        // Also the line under a table's header.
        '-' | ':' if line.trim_matches(['-', ':', '|', ' ', '\t']).is_empty() => Some(0),
        '-' => ends(rest).then_some(0),
        '+' => ends(rest).then_some(0),
        '=' => line.trim_matches(['=', ' ', '\t']).is_empty().then_some(0),
        '0'..='9' => {
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let after = line.get(digits..)?.strip_prefix(['.', ')'])?;
            ends(after).then_some(digits)
        }
        _ => None,
    }
}

/// Whether what follows an ampersand makes an entity of it.
fn is_entity(rest: &str) -> bool {
    let name = rest.trim_start_matches('#');
    let len = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    len > 0 && name.get(len..).is_some_and(|rest| rest.starts_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(text, true, &mut out);
        out
    }

    #[test]
    fn what_would_be_markup_gets_a_backslash_and_the_rest_does_not() {
        for (text, written) in [
            ("a < b & c > d", "a < b & c > d"),
            ("<tag> &lt; &x", "\\<tag> \\&lt; &x"),
            ("snake_case _x_", "snake_case \\_x\\_"),
            ("- x\n-5", "\\- x\\\n-5"),
            ("1. x", "1\\. x"),
            ("12) _x", "12\\) \\_x"),
            ("# x\n#tag", "\\# x\\\n#tag"),
            ("a # {b} ^", "a # {b} ^"),
            ("---", "\\---"),
            ("5$ [x] *", "5\\$ \\[x\\] \\*"),
            (":smile: 10:30", "\\:smile\\: 10:30"),
            (" ", "&#32;"),
        ] {
            assert_eq!(escaped(text), written, "{text:?}");
        }
    }
}
