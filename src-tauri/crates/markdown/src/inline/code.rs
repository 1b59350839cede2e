//! Code in a line: how its end is found, and how it is written so that this end is found again.
//!
//! The service escapes no backslash in code, and how it writes a backtick there is not known; `` \` `` is taken for one. So a backtick
//! behind a backslash is doubtful: code such as `` `C:\` `` ends in it, of code such as `` `a\`b` `` it is a part. What stands right
//! behind it decides, or else whether all later backticks find their partners when the code ends there.

use super::NOTHING;

/// A backtick of a text.
struct Backtick {
    at: usize,
    /// Whether a backslash stands before it that nothing protects.
    is_doubtful: bool,
    /// Whether the backticks behind it come out even when the code ends here.
    may_close: bool,
}

/// The backticks of a text of the first dialect.
pub(super) struct Backticks(Vec<Backtick>);

impl Backticks {
    pub(super) fn of(text: &str) -> Self {
        let mut backticks = Vec::new();
        let mut is_protected = false;
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'`' {
                backticks.push(Backtick { at, is_doubtful: is_protected, may_close: false });
            }
            is_protected = byte == b'\\' && !is_protected;
        }
        // Whether a text from here on comes out even, read as text and read as the inside of code.
        let (mut outside, mut inside) = (true, false);
        for backtick in backticks.iter_mut().rev() {
            backtick.may_close = outside;
            (outside, inside) = if backtick.is_doubtful { (outside, outside || inside) } else { (inside, outside) };
        }
        Self(backticks)
    }

    /// The backtick that ends the code opened by the one at `open`.
    pub(super) fn end(&self, text: &str, open: usize) -> Option<usize> {
        let from = self.0.partition_point(|backtick| backtick.at <= open);
        let rest = self.0.get(from..).unwrap_or_default();
        rest.iter().find(|backtick| backtick.closes(text)).map(|backtick| backtick.at)
    }
}

impl Backtick {
    fn closes(&self, text: &str) -> bool {
        /// What ends a run of the same look, or begins another.
        const SEAMS: [&str; 5] = ["*", "~~", "](", "</span>", "<span "];
        if !self.is_doubtful {
            return true;
        }
        let behind = text.get(self.at + 1..).unwrap_or_default();
        !behind.starts_with('`') && (self.may_close || SEAMS.iter().any(|seam| behind.starts_with(seam)))
    }
}

/// The text of code from what stands between its backticks.
pub(super) fn read_v1(code: &str) -> String {
    code.replace("\\`", "`").replace("<br>", "\n")
}

/// A backtick in code is written `` \` ``. To be `clear` is to leave no doubt, whatever follows: the code ends behind each backtick and
/// begins anew. What reads as a break, or as a backtick, without being one is split in the same way.
pub(super) fn write_v1(text: &str, is_clear: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('`');
    let mut is_protected = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '`' => {
                if is_protected {
                    out.push('`');
                    out.push_str(NOTHING);
                    out.push('`');
                }
                out.push_str("\\`");
                if is_clear && chars.peek().is_some() {
                    out.push_str("``");
                }
            }
            '\n' => out.push_str("<br>"),
            '\r' => {
                chars.next_if(|(_, c)| *c == '\n');
                out.push_str("<br>");
            }
            '<' if text.get(at..).is_some_and(|rest| rest.starts_with("<br>")) => {
                out.push_str("<`");
                out.push_str(NOTHING);
                out.push('`');
            }
            _ => out.push(c),
        }
        is_protected = c == '\\' && !is_protected;
    }
    out.push('`');
    out
}

/// Whether where this code ends is a question of what follows it.
pub(super) fn is_doubtful(text: &str) -> bool {
    text.contains('`') || ends_doubtfully(text)
}

/// Whether a backslash that nothing protects would stand before the closing backtick.
pub(super) fn ends_doubtfully(text: &str) -> bool {
    text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

/// As in CommonMark: a fence that is longer or shorter than any run of backticks in the code.
pub(super) fn write_v2(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let text = text.replace(['\n', '\r'], " ");
    let needs_padding = text.starts_with('`')
        || text.ends_with('`')
        || (text.starts_with(' ') && text.ends_with(' ') && text.bytes().any(|b| b != b' '));
    let pad = if needs_padding { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
