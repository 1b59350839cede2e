//! The tokenizer.
//!
//! A text becomes tokens in two places. *In line* stand the words as they are read, one after the other, so that a phrase is a
//! row of neighbours. *Aside* stand other ways to the same words (`quick` and `check` of `QuickCheck`, `read_file` as a whole,
//! single ideographs): they can be found, but they do not part neighbours.
//!
//! | written | in line | aside |
//! |---|---|---|
//! | `Résumé` | `resume` | |
//! | `QuickCheck` | `quickcheck` | `quick` `check` |
//! | `read_file`, `example.org` | `read` `file`, `example` `org` | `read_file`, `example.org` |
//! | `e-mail`, `don't` | `e` `mail`, `don` `t` | `email`, `dont` |
//! | `製品発表` | `製品` `品発` `発表` | `製` `品` `発` `表` |
//!
//! Scripts written without spaces (Chinese, Japanese, and Korean because its particles cling to words; Thai, Lao, Khmer and
//! Burmese) become overlapping pairs, so a word of two characters is found in the middle of a sentence at the speed of any other.
//!
//! Not here: stemming and stop words. Notes are in many languages at once, and a search that is answered at every keystroke
//! finds other endings by their beginning.

mod fold;

use std::ops::Range;

use fold::{Class, Unit};

/// Where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the row of words as they are read.
    InLine,
    /// Beside it: another way to a word that stands in line too.
    Aside,
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Letters, perhaps with digits between them.
    Word,
    /// Digits only.
    Number,
    /// One or two characters of a script without spaces.
    Ideographs,
    /// Several words joined by `_` or `.`, with their joints.
    Compound,
}

/// A token of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The folded form: what is indexed and compared.
    pub text: &'a str,
    /// The bytes of the original text it was made from, always on character boundaries.
    pub range: Range<usize>,
    /// In line or aside.
    pub place: Place,
    /// What it is made of.
    pub shape: Shape,
    /// Written as it was folded, but for upper and lower case: no accent, width or kana variant was taken away.
    pub is_exact: bool,
}

/// Longer words are cut, in the index and in queries alike: nobody types them, and one encoded picture would fill a vocabulary.
const LONGEST_WORD: usize = 64;
/// A whole with more parts than this is an address or a path; its parts are enough.
const MOST_PARTS: usize = 6;

/// Calls `emit` with every token of the text, in the order of their beginnings for those in line.
pub fn tokenize(text: &str, mut emit: impl FnMut(&Token<'_>)) {
    let mut run = Run { units: Vec::new(), token: String::new() };
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + first.len_utf8();
        if first.is_ascii() && !chars.peek().is_some_and(|(_, next)| fold::is_mark(*next)) {
            // By far the most frequent case needs no table.
            if first.is_ascii_alphanumeric() {
                run.units.push(Unit::ascii(first, start));
                continue;
            }
        } else {
            while let Some((at, mark)) = chars.next_if(|(_, next)| fold::is_mark(*next)) {
                end = at + mark.len_utf8();
            }
            let cluster = text.get(start..end).unwrap_or_default();
            if fold::fold(cluster, start..end, &mut run.units) {
                continue;
            }
        }
        let joint = fold::joint(first);
        let goes_on = chars.peek().is_some_and(|(_, next)| fold::begins_word(*next));
        match joint {
            Some(joint) if goes_on && run.ends_in_word() => run.units.push(Unit::joint(joint, start..end)),
            _ => run.flush(&mut emit),
        }
    }
    run.flush(&mut emit);
}

/// Characters without a gap between them, and the buffer their tokens are built in.
struct Run {
    units: Vec<Unit>,
    token: String,
}

impl Run {
    fn ends_in_word(&self) -> bool {
        self.units.last().is_some_and(|unit| unit.class != Class::Joint)
    }

    fn flush(&mut self, emit: &mut impl FnMut(&Token<'_>)) {
        let units = std::mem::take(&mut self.units);
        let mut pieces = 0_usize;
        let mut are_words = true;
        for piece in units.chunk_by(|a, b| a.class.goes_with(b.class)) {
            match piece.first().map(|unit| unit.class) {
                Some(Class::Joint) | None => {}
                Some(Class::Ideograph) => {
                    are_words = false;
                    self.ideographs(piece, emit);
                }
                Some(Class::Letter | Class::Digit) => {
                    pieces += 1;
                    self.word(piece, emit);
                }
            }
        }
        if are_words && pieces > 1 {
            self.whole(&units, pieces, emit);
        }
        self.units = units;
        self.units.clear();
    }

    fn send(&mut self, units: &[Unit], place: Place, shape: Shape, emit: &mut impl FnMut(&Token<'_>)) {
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return };
        self.token.clear();
        self.token.extend(units.iter().take(LONGEST_WORD).map(|unit| unit.folded));
        emit(&Token {
            text: &self.token,
            range: first.start..last.end,
            place,
            shape,
            is_exact: units.iter().all(|unit| unit.is_exact),
        });
    }

    /// A word in line, and its parts aside when its capitals or digits say that it has parts.
    fn word(&mut self, units: &[Unit], emit: &mut impl FnMut(&Token<'_>)) {
        self.send(units, Place::InLine, shape(units), emit);
        let mut start = 0;
        let mut parts = 0;
        for at in 1..=units.len() {
            let is_end = at == units.len();
            if (is_end && parts > 0) || (!is_end && is_seam(units, at)) {
                let part = units.get(start..at).unwrap_or_default();
                self.send(part, Place::Aside, shape(part), emit);
                start = at;
                parts += 1;
            }
        }
    }

    fn ideographs(&mut self, units: &[Unit], emit: &mut impl FnMut(&Token<'_>)) {
        if units.len() == 1 {
            return self.send(units, Place::InLine, Shape::Ideographs, emit);
        }
        for pair in units.windows(2) {
            self.send(pair, Place::InLine, Shape::Ideographs, emit);
        }
        for single in units.chunks(1) {
            self.send(single, Place::Aside, Shape::Ideographs, emit);
        }
    }

    /// The whole that joints made of several words.
    fn whole(&mut self, units: &[Unit], pieces: usize, emit: &mut impl FnMut(&Token<'_>)) {
        if pieces > MOST_PARTS || units.len() > LONGEST_WORD {
            return;
        }
        let mut joints = units.iter().filter(|unit| unit.class == Class::Joint).map(|unit| unit.folded);
        if joints.clone().all(|joint| matches!(joint, '_' | '.')) {
            return self.send(units, Place::Aside, Shape::Compound, emit);
        }
        let is_plain = units.iter().all(|unit| unit.class != Class::Digit);
        if pieces == 2 && is_plain && joints.all(|joint| matches!(joint, '-' | '\'')) {
            let closed: Vec<Unit> = units.iter().filter(|unit| unit.class != Class::Joint).cloned().collect();
            self.send(&closed, Place::Aside, Shape::Word, emit);
        }
    }
}

fn shape(units: &[Unit]) -> Shape {
    if units.iter().all(|unit| unit.class == Class::Digit) { Shape::Number } else { Shape::Word }
}

/// Whether a part of a word begins here: `quick|Check`, `HTML|Parser`, `rfc|2119`.
fn is_seam(units: &[Unit], at: usize) -> bool {
    let (Some(before), Some(here)) = (units.get(at.wrapping_sub(1)), units.get(at)) else { return false };
    // Characters made of one (`㎏`, `Ǆ`) stay together.
    if before.start == here.start {
        return false;
    }
    if before.class != here.class {
        return true;
    }
    let lower_follows = units.get(at + 1).is_some_and(|next| next.class == Class::Letter && !next.is_upper);
    here.is_upper && (!before.is_upper || lower_follows)
}

/// A text as the index is fed with it: folded words with one space between them, then a fence, then what stands aside, each once.
///
/// The index only has to split at spaces. The fence keeps a phrase from reaching from the last word to what stands aside.
#[must_use]
pub fn for_index(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + text.len() / 4);
    let mut aside: Vec<String> = Vec::new();
    tokenize(text, |token| match token.place {
        Place::InLine => {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(token.text);
        }
        Place::Aside => aside.push(token.text.to_owned()),
    });
    if aside.is_empty() {
        return line;
    }
    // Parts of one word are neighbours (`quick check` finds `QuickCheck`), so only ideographs lose their repetitions.
    let mut seen = std::collections::HashSet::new();
    line.push(' ');
    line.push(FENCE);
    for token in &aside {
        let mut chars = token.chars();
        let is_single = chars.next().is_some_and(|c| !c.is_ascii()) && chars.next().is_none();
        if !is_single || seen.insert(token.as_str()) {
            line.push(' ');
            line.push_str(token);
        }
    }
    line
}

/// Stands between the words in line and those aside in [`for_index`]; no text can contain it as a word.
pub const FENCE: char = '\u{E000}';

/// A title as it is compared with other titles: folded characters, everything else one space.
#[must_use]
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut reached = 0;
    tokenize(text, |token| {
        if token.place == Place::Aside || token.range.end <= reached {
            return;
        }
        if token.range.start > reached && !key.is_empty() {
            key.push(' ');
        }
        // Of a pair whose first half is there already, only the second half is new.
        let is_second_half = token.shape == Shape::Ideographs && token.range.start < reached;
        key.extend(token.text.chars().skip(usize::from(is_second_half)));
        reached = token.range.end;
    });
    key
}

/// How many bytes of `text`, the source of one token, make up `prefix`, the beginning of its folded form.
pub(crate) fn prefix_bytes(text: &str, prefix: &str) -> usize {
    let wanted = prefix.chars().count();
    let joints_count = prefix.contains(['_', '.']);
    let mut units = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + first.len_utf8();
        while let Some((at, mark)) = chars.next_if(|(_, next)| fold::is_mark(*next)) {
            end = at + mark.len_utf8();
        }
        let is_word = fold::fold(text.get(start..end).unwrap_or_default(), start..end, &mut units);
        if !is_word
            && joints_count
            && let Some(joint) = fold::joint(first)
        {
            units.push(Unit::joint(joint, start..end));
        }
        if units.len() >= wanted {
            return end;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
