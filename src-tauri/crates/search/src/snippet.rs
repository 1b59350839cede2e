//! What to show of a hit: the passage with the most of the words, and the ranges to mark in it and in the title.
//!
//! Text is cut up by the same tokenizer as for the index, so whatever was found can be marked. Marks are ranges, never markup: what
//! comes from outside is text and stays text.

use std::ops::Range;

use crate::{
    Field,
    query::{Query, Scope, Term},
    token::{self, Place, Token},
};

/// A range to highlight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// In bytes of the text, on character boundaries.
    pub bytes: Range<usize>,
    /// The same range in UTF-16 code units, as web views count.
    pub utf16: Range<usize>,
}

/// A passage of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The field it is from.
    pub field: Field,
    /// What it says, in one line: line breaks are spaces.
    pub text: String,
    /// What to highlight, in order, without overlaps.
    pub marks: Vec<Mark>,
    /// Its bytes in the text of the field, so that opening can go there.
    pub range: Range<usize>,
    /// How many of the query's clauses stand in it.
    pub clauses: usize,
    /// It begins in the middle of a sentence.
    pub is_cut_before: bool,
    /// Text of the field was left out after it.
    pub is_cut_after: bool,
}

/// The words to look for.
#[derive(Debug, Clone, Default)]
pub struct Needles {
    needles: Vec<Needle>,
    clauses: usize,
}

#[derive(Debug, Clone)]
struct Needle {
    clause: usize,
    scope: Scope,
    words: Vec<String>,
    is_prefix: bool,
}

impl Needles {
    /// The words of a query, and for some of its wanted clauses the words that may have been meant.
    #[must_use]
    pub fn new<'c>(query: &Query, corrections: impl IntoIterator<Item = (usize, &'c str)>) -> Self {
        let wanted = query.clauses.iter().filter(|clause| !clause.is_excluded);
        let mut needles = Vec::new();
        let mut clauses = 0;
        for (clause, terms) in wanted.map(|clause| &clause.terms).enumerate() {
            clauses = clause + 1;
            needles.extend(terms.iter().flat_map(|term| Needle::of(clause, term)));
        }
        needles.extend(corrections.into_iter().map(|(clause, word)| Needle {
            clause,
            scope: Scope::Anywhere,
            words: vec![word.to_owned()],
            is_prefix: false,
        }));
        Self { needles, clauses }
    }

    /// How many clauses are wanted.
    #[must_use]
    pub const fn clauses(&self) -> usize {
        self.clauses
    }

    fn in_field(&self, field: Field) -> Vec<&Needle> {
        let holds = |needle: &&Needle| needle.scope == Scope::Anywhere || needle.scope == Scope::In(field);
        self.needles.iter().filter(holds).collect()
    }
}

impl Needle {
    fn of(clause: usize, term: &Term) -> Vec<Self> {
        let words: Vec<String> = term.words.iter().map(|word| word.text.clone()).collect();
        let row = Self { clause, scope: term.scope, words, is_prefix: term.is_prefix };
        let others = term.others.iter().map(|words| Self {
            clause,
            scope: term.scope,
            words: words.iter().map(|word| word.text.clone()).collect(),
            is_prefix: term.is_prefix,
        });
        std::iter::once(row).chain(others).collect()
    }
}

/// Finds needles in tokens that come one after the other.
struct Finder<'n> {
    needles: Vec<&'n Needle>,
    /// Rows that have begun: needle, words found, where the first stood.
    begun: Vec<(usize, usize, usize)>,
    next: Vec<(usize, usize, usize)>,
}

/// A place where a needle stands.
#[derive(Debug, Clone)]
struct Find {
    clause: usize,
    range: Range<usize>,
}

impl<'n> Finder<'n> {
    const fn new(needles: Vec<&'n Needle>) -> Self {
        Self { needles, begun: Vec::new(), next: Vec::new() }
    }

    /// Looks at the next token; `offset` is where the tokenized part begins in `text`.
    fn look(&mut self, text: &str, offset: usize, token: &Token<'_>, finds: &mut Vec<Find>) {
        let start = offset + token.range.start;
        let fits = |needle: &Needle, at: usize| -> Option<Range<usize>> {
            let word = needle.words.get(at)?;
            let is_last = at + 1 == needle.words.len();
            if token.text == word {
                return Some(start..offset + token.range.end);
            }
            if !(is_last && needle.is_prefix && token.text.starts_with(word.as_str())) {
                return None;
            }
            let written = text.get(start..offset + token.range.end)?;
            Some(start..start + token::prefix_bytes(written, word))
        };
        if token.place == Place::Aside {
            for needle in self.needles.iter().filter(|needle| needle.words.len() == 1) {
                finds.extend(fits(needle, 0).map(|range| Find { clause: needle.clause, range }));
            }
            return;
        }
        self.next.clear();
        for (at, found, begin) in self.begun.drain(..) {
            let Some(needle) = self.needles.get(at) else { continue };
            let Some(range) = fits(needle, found) else { continue };
            if found + 1 == needle.words.len() {
                finds.push(Find { clause: needle.clause, range: begin..range.end });
            } else {
                self.next.push((at, found + 1, begin));
            }
        }
        for (at, needle) in self.needles.iter().enumerate() {
            if let Some(range) = fits(needle, 0) {
                if needle.words.len() == 1 {
                    finds.push(Find { clause: needle.clause, range });
                } else {
                    self.next.push((at, 1, start));
                }
            }
        }
        std::mem::swap(&mut self.begun, &mut self.next);
    }
}

/// What to highlight in a whole text, such as a title.
#[must_use]
pub fn marks(text: &str, field: Field, needles: &Needles) -> Vec<Mark> {
    let mut finder = Finder::new(needles.in_field(field));
    let mut finds = Vec::new();
    token::tokenize(text, |token| finder.look(text, 0, token, &mut finds));
    marked(text, 0..text.len(), &finds)
}

/// The length of a passage, in characters.
const LENGTH: usize = 180;
/// How many of them may stand before the first mark.
const LEAD: usize = 60;
/// How much of a text is cut into tokens at a time, in bytes.
const STEP: usize = 4_096;
/// How much of a text is looked through for a better passage once there is one.
const FAR_ENOUGH: usize = 64 * 1_024;

/// The passage with the most different words among some texts; of equals the earlier. `None` when no word is found in any.
#[must_use]
pub fn passage<'t>(texts: impl IntoIterator<Item = (Field, &'t str)>, needles: &Needles) -> Option<Passage> {
    let mut best: Option<(Field, &str, Window)> = None;
    for (field, text) in texts {
        let Some(window) = best_window(text, field, needles) else { continue };
        let is_complete = window.clauses >= needles.clauses;
        if best.as_ref().is_none_or(|(.., best)| window.clauses > best.clauses) {
            best = Some((field, text, window));
        }
        if is_complete {
            break;
        }
    }
    let (field, text, Window { clauses, start, finds }) = best?;
    let (range, is_cut_before) = frame(text, start);
    let cut = text.get(range.clone()).unwrap_or_default();
    Some(Passage {
        field,
        text: cut.chars().map(|c| if c.is_control() { spaces(c) } else { c }).collect(),
        marks: marked(text, range.clone(), &finds),
        clauses,
        is_cut_before,
        is_cut_after: !text.get(range.end..).unwrap_or_default().trim().is_empty(),
        range,
    })
}

/// A space as long as a control character, so that ranges stay true. Control characters above U+007F take two bytes, as U+00A0 does.
const fn spaces(c: char) -> char {
    if c.len_utf8() == 1 { ' ' } else { '\u{A0}' }
}

/// The best place in one text.
struct Window {
    /// How many different clauses stand within one passage's length.
    clauses: usize,
    start: usize,
    /// Everything found around it.
    finds: Vec<Find>,
}

fn best_window(text: &str, field: Field, needles: &Needles) -> Option<Window> {
    let wanted = needles.in_field(field);
    if wanted.is_empty() || text.is_empty() {
        return None;
    }
    let mut finder = Finder::new(wanted);
    let mut finds: Vec<Find> = Vec::new();
    let mut scanned = 0;
    let mut best: Option<(usize, usize)> = None;
    let mut looked = 0;
    while scanned < text.len() {
        let end = step(text, scanned);
        let part = text.get(scanned..end).unwrap_or_default();
        token::tokenize(part, |token| finder.look(text, scanned, token, &mut finds));
        scanned = end;
        finds.sort_by_key(|find| (find.range.start, find.range.end));
        // What begins near the end of this part may have its neighbours in the next one.
        let settled = if scanned < text.len() { scanned.saturating_sub(LENGTH * 4) } else { scanned };
        while let Some(first) = finds.get(looked).filter(|find| find.range.start < settled) {
            let limit = first.range.start + LENGTH - LEAD;
            let inside = finds.get(looked..).unwrap_or_default().iter().take_while(|find| find.range.end <= limit);
            let mut clauses: Vec<usize> = inside.map(|find| find.clause).collect();
            clauses.sort_unstable();
            clauses.dedup();
            let count = clauses.len().max(1);
            if best.is_none_or(|(most, _)| count > most) {
                best = Some((count, looked));
            }
            looked += 1;
        }
        if best.is_some_and(|(count, _)| count >= needles.clauses) || (best.is_some() && scanned > FAR_ENOUGH) {
            break;
        }
    }
    let (clauses, at) = best?;
    let start = finds.get(at)?.range.start;
    Some(Window { clauses, start, finds })
}

/// Where a part of the text that begins at `from` ends: after a line or a space where there is one, so that no word is cut.
fn step(text: &str, from: usize) -> usize {
    if text.len() - from <= STEP {
        return text.len();
    }
    let end = text.floor_char_boundary(from + STEP);
    let part = text.get(from..end).unwrap_or_default();
    let cut = part.rfind('\n').or_else(|| part.rfind(char::is_whitespace)).filter(|cut| *cut > STEP / 2);
    let cut = cut.or_else(|| part.rfind(['。', '、', '，', '！', '？']));
    cut.map_or(end, |cut| from + cut + part.get(cut..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8))
}

/// The range to show around a place: from the beginning of its sentence when that is near, else from a word before it; and whether it
/// is the latter.
fn frame(text: &str, place: usize) -> (Range<usize>, bool) {
    let before = text.get(..place).unwrap_or_default();
    let lead = before.char_indices().rev().take(LEAD).last().map_or(place, |(at, _)| at);
    let (start, is_cut) = if before.chars().count() <= LEAD && !before.contains('\n') {
        (0, false)
    } else {
        let near = text.get(lead..place).unwrap_or_default();
        let after = |at: usize| {
            let c = near.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            lead + at + c
        };
        let line = near.rfind('\n').map(after);
        let sentence = near.rfind(['。', '！', '？']).map(after);
        let stop = near.rfind(". ").or_else(|| near.rfind("! ")).or_else(|| near.rfind("? ")).map(|at| lead + at + 2);
        let word = near.find(char::is_whitespace).map(after);
        let begin = line.max(sentence).max(stop);
        (begin.or(word).unwrap_or(lead).min(place), begin.is_none())
    };
    let rest = text.get(start..).unwrap_or_default();
    let Some((cut, _)) = rest.char_indices().nth(LENGTH) else {
        return (start..start + rest.trim_end().len(), is_cut);
    };
    let shown = rest.get(..cut).unwrap_or_default();
    let floor = place - start + 1;
    let end = shown.rfind(char::is_whitespace).filter(|at| *at > floor.max(cut / 2)).unwrap_or(cut);
    (start..start + end, is_cut)
}

/// The finds within a range of a text as marks of that range: sorted, joined where they touch, cut where they reach out of it.
fn marked(text: &str, range: Range<usize>, finds: &[Find]) -> Vec<Mark> {
    let mut ranges: Vec<Range<usize>> = finds
        .iter()
        .map(|find| find.range.start.max(range.start)..find.range.end.min(range.end))
        .filter(|found| found.start < found.end)
        .collect();
    ranges.sort_by_key(|found| (found.start, found.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for found in ranges {
        match joined.last_mut() {
            Some(last) if found.start <= last.end => last.end = last.end.max(found.end),
            _ => joined.push(found),
        }
    }
    let mut reached = range.start;
    let mut units = 0;
    let mut count_to = |to: usize| {
        units += text.get(reached..to).unwrap_or_default().chars().map(char::len_utf16).sum::<usize>();
        reached = to;
        units
    };
    joined
        .into_iter()
        .map(|found| Mark {
            utf16: count_to(found.start)..count_to(found.end),
            bytes: found.start - range.start..found.end - range.start,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn needles(query: &str) -> Needles {
        Needles::new(&Query::parse(query), [])
    }

    /// A text with its marks in brackets.
    fn bracketed(text: &str, marks: &[Mark]) -> String {
        let mut shown = String::new();
        let mut last = 0;
        for mark in marks {
            shown += &text[last..mark.bytes.start];
            shown += &format!("[{}]", &text[mark.bytes.clone()]);
            last = mark.bytes.end;
        }
        shown + &text[last..]
    }

    fn title(query: &str, text: &str) -> String {
        bracketed(text, &marks(text, Field::Title, &needles(query)))
    }

    #[test]
    fn titles_are_marked_where_the_query_found_them() {
        for (query, marked) in [
            ("launch pl", "Autumn [launch] [pl]an"),
            ("resu", "My [Résu]mé"),
            ("\"launch plan\"", "A launch, a plan, a [launch plan]"),
            ("製品", "新[製品]発表"),
            ("製品発", "新[製品発]表"),
            ("表", "新製品発[表]"),
            ("新", "[新]製品"),
            ("ろーん", "春の[ローン]チ計画"),
            ("check", "[Quick[Check]]"),
            ("read_f", "see [read_f]ile"),
            ("email", "an [e-mail] or two"),
            ("plan -launch", "[plan] launch"),
            ("title:plan ", "a [plan]"),
            ("comment:plan ", "a plan"),
        ] {
            let plain: String = marked.chars().filter(|c| !matches!(c, '[' | ']')).collect();
            let marked = marked.replace("[Quick[Check]]", "Quick[Check]");
            assert_eq!(title(query, &plain), marked, "{query}");
        }
    }

    #[test]
    fn marks_count_in_bytes_and_in_utf16() {
        let text = "🚀é launch";
        let found = marks(text, Field::Title, &needles("launch"));
        assert_eq!(found, [Mark { bytes: 7..13, utf16: 4..10 }]);
    }

    #[test]
    fn the_passage_is_where_most_words_stand() {
        let filler = "Nothing to see in this sentence at all. ".repeat(40);
        let text =
            format!("The plan is old. {filler}Ask Jonas whether the launch plan still assumes the old price. {filler}");
        let found = passage([(Field::Body, text.as_str())], &needles("launch plan price")).unwrap();
        assert_eq!(
            bracketed(&found.text, &found.marks).split(". ").next().unwrap(),
            "Ask Jonas whether the [launch] [plan] still assumes the old [price]"
        );
        assert!(!found.is_cut_before, "a sentence is whole from its beginning");
        assert!(found.is_cut_after);
        assert!(text[found.range].starts_with("Ask Jonas"));
    }

    #[test]
    fn a_passage_is_one_line_and_says_its_field() {
        let texts = [(Field::Body, "first\nsecond line\u{85}with launch\tin it"), (Field::Comments, "launch")];
        let found = passage(texts, &needles("launch")).unwrap();
        assert_eq!(bracketed(&found.text, &found.marks), "second line\u{A0}with [launch] in it");
        assert_eq!((found.field, found.is_cut_before, found.is_cut_after), (Field::Body, false, false));
        let found = passage(texts, &needles("comment:launch")).unwrap();
        assert_eq!(found.field, Field::Comments);
        assert_eq!(passage(texts, &needles("nowhere")), None);
    }

    #[test]
    fn a_passage_from_the_middle_of_a_sentence_says_so() {
        let text = "one word after the other ".repeat(20) + "until the launch plan is there";
        let found = passage([(Field::Body, text.as_str())], &needles("launch plan")).unwrap();
        assert!(found.is_cut_before);
        assert_eq!(found.clauses, 2);
        assert_eq!(passage([(Field::Body, "a plan")], &needles("launch plan")).unwrap().clauses, 1);
    }

    #[test]
    fn a_word_after_a_megabyte_is_found() {
        let text = "filler words here ".repeat(60_000) + "needle 製品発表";
        for query in ["needle", "品発"] {
            let found = passage([(Field::Body, text.as_str())], &needles(query)).unwrap();
            assert_eq!(found.marks.len(), 1);
        }
    }

    #[test]
    fn a_phrase_across_two_parts_of_a_long_text_is_found() {
        for shift in 0..40 {
            let text =
                "x".repeat(shift) + " " + &"abcde ".repeat(683 * 2 - 4) + "launch plan here " + &"abcde ".repeat(700);
            assert!(passage([(Field::Body, text.as_str())], &needles("\"launch plan here\"")).is_some(), "{shift}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn whatever_is_found_is_marked_on_character_boundaries(words in prop::collection::vec(word(), 1..60), pick in any::<prop::sample::Index>(), glue in prop::sample::select(vec![" ", ", ", "\n", "。", "、"])) {
            let text = words.join(glue);
            let wanted = pick.get(&words);
            let found = passage([(Field::Body, text.as_str())], &needles(wanted));
            let found = found.expect("a word of the text is found in it");
            prop_assert!(!found.marks.is_empty());
            prop_assert_eq!(text.get(found.range.clone()).map(str::len), Some(found.text.len()));
            let mut last = 0;
            for mark in &found.marks {
                prop_assert!(found.text.get(mark.bytes.clone()).is_some());
                prop_assert!(mark.bytes.start >= last && !mark.bytes.is_empty());
                let units: Vec<u16> = found.text.encode_utf16().collect();
                let as_utf16 = String::from_utf16(&units[mark.utf16.clone()]).unwrap();
                prop_assert_eq!(as_utf16.as_str(), &found.text[mark.bytes.clone()]);
                last = mark.bytes.end;
            }
        }

        #[test]
        fn any_text_and_any_query_go_together(text in any::<String>(), query in any::<String>()) {
            let needles = needles(&query);
            let found = passage([(Field::Body, text.as_str())], &needles);
            let marks = marks(&text, Field::Title, &needles);
            prop_assert!(marks.iter().all(|mark| text.get(mark.bytes.clone()).is_some()));
            if let Some(found) = found {
                prop_assert!(found.marks.iter().all(|mark| found.text.get(mark.bytes.clone()).is_some()));
            }
        }
    }

    fn word() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "launch",
            "Résumé",
            "製品発表",
            "ローンチ",
            "회의록",
            "read_file",
            "QuickCheck",
            "e-mail",
            "🚀rocket",
            "v1.2",
            "สวัสดี",
            "don’t",
        ])
        .prop_map(str::to_owned)
    }
}
