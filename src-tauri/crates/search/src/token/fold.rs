//! Characters to folded characters: compatibility forms, case, accents, width, kana, and the marks of Arabic and Hebrew.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Letter,
    Digit,
    /// A character of a script that is written without spaces.
    Ideograph,
    /// `_`, `.`, `-` or an apostrophe between two words.
    Joint,
}

impl Class {
    /// Whether two neighbours belong to one word.
    pub(super) const fn goes_with(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Letter | Self::Digit, Self::Letter | Self::Digit) | (Self::Ideograph, Self::Ideograph)
        )
    }
}

/// A folded character and the bytes it was made from.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) folded: char,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) class: Class,
    pub(super) is_upper: bool,
    pub(super) is_exact: bool,
}

impl Unit {
    pub(super) const fn ascii(c: char, start: usize) -> Self {
        let class = if c.is_ascii_digit() { Class::Digit } else { Class::Letter };
        let is_upper = c.is_ascii_uppercase();
        Self { folded: c.to_ascii_lowercase(), start, end: start + 1, class, is_upper, is_exact: true }
    }

    pub(super) const fn joint(c: char, range: Range<usize>) -> Self {
        Self { folded: c, start: range.start, end: range.end, class: Class::Joint, is_upper: false, is_exact: true }
    }
}

/// The joint this character is, in its plain form.
pub(super) const fn joint(c: char) -> Option<char> {
    match c {
        '_' | '＿' => Some('_'),
        '.' | '．' => Some('.'),
        '-' | '\u{2010}' | '\u{2011}' => Some('-'),
        '\'' | '\u{2019}' | '\u{2BC}' | '＇' => Some('\''),
        _ => None,
    }
}

/// Whether the character belongs to the one before it: combining marks, the halfwidth voice marks of kana, joiners of scripts.
pub(super) fn is_mark(c: char) -> bool {
    c >= '\u{AD}'
        && (matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FF9E}' | '\u{FF9F}')
            || is_combining_mark(c))
}

pub(super) fn begins_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Scripts written without spaces, after compatibility forms are gone.
const fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'       // Thai, Lao
        | '\u{1000}'..='\u{109F}'     // Burmese
        | '\u{1100}'..='\u{11FF}'     // Hangul letters
        | '\u{1780}'..='\u{17FF}'     // Khmer
        | '\u{3005}'..='\u{3007}'     // 々〆〇
        | '\u{3031}'..='\u{3035}'
        | '\u{3041}'..='\u{30FF}'     // kana
        | '\u{3105}'..='\u{318F}'     // Bopomofo, Hangul letters
        | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'     // Hangul
        | '\u{F900}'..='\u{FAFF}'
        | '\u{1AFF0}'..='\u{1B16F}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Marks that are spelling aids and not letters: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels and the stretching
/// stroke, invisible joiners. The vowel signs of Indic scripts and of Thai are letters to their readers and stay.
const fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}' | '\u{05C5}'
        | '\u{05C7}' | '\u{0610}'..='\u{061A}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Letters that decomposition leaves whole, and variants that readers take for one.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        'ς' => "σ",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        'ى' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        'ی' => "ي",
        _ => return None,
    })
}

/// Katakana to hiragana.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Appends the folded characters of a cluster (a character and its marks). False when there is no letter or digit in it.
pub(super) fn fold(cluster: &str, range: Range<usize>, units: &mut Vec<Unit>) -> bool {
    let Some(first) = cluster.chars().next() else { return false };
    let is_single = cluster.len() == first.len_utf8();
    // Ideographs and hiragana are their own folded form.
    if is_single && matches!(first, '\u{3041}'..='\u{3096}' | '\u{4E00}'..='\u{9FFF}') {
        let (start, end) = (range.start, range.end);
        units.push(Unit { folded: first, start, end, class: Class::Ideograph, is_upper: false, is_exact: true });
        return true;
    }
    if is_single && first.is_ascii() {
        if first.is_ascii_alphanumeric() {
            units.push(Unit::ascii(first, range.start));
        }
        return first.is_ascii_alphanumeric();
    }
    let before = units.len();
    let is_upper = first.is_uppercase();
    let push = |c: char, is_exact: bool, units: &mut Vec<Unit>| {
        let class = if is_ideograph(c) {
            Class::Ideograph
        } else if c.is_numeric() {
            Class::Digit
        } else if c.is_alphabetic() || is_combining_mark(c) {
            Class::Letter
        } else {
            return;
        };
        units.push(Unit { folded: c, start: range.start, end: range.end, class, is_upper, is_exact });
    };
    let is_compatible = cluster.nfkc().eq(cluster.nfc());
    for composed in cluster.nfkc() {
        for lower in composed.to_lowercase() {
            if is_dropped(lower) {
                continue;
            }
            if matches!(lower, '\u{C0}'..='\u{52F}' | '\u{5D0}'..='\u{6FF}' | '\u{1E00}'..='\u{1FFF}') {
                for part in std::iter::once(lower).nfd() {
                    if is_dropped(part) || is_combining_mark(part) {
                        if let Some(unit) = units.get_mut(before..).and_then(<[Unit]>::last_mut) {
                            unit.is_exact = false;
                        }
                    } else if let Some(plain) = plain(part) {
                        plain.chars().for_each(|c| push(c, false, units));
                    } else {
                        push(part, is_compatible, units);
                    }
                }
            } else {
                let kana = hiragana(lower);
                push(kana, is_compatible && kana == lower, units);
            }
        }
    }
    // A mark with nothing to stand on is not a word.
    if units.get(before).is_none_or(|unit| is_mark(unit.folded)) {
        units.truncate(before);
    }
    units.len() > before
}
