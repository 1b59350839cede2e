//! Words that somebody may have meant.
//!
//! The first letter is taken as right, one mistake is forgiven from four letters and two from eight, and two letters that changed
//! places are one mistake. Digits and scripts without spaces are never guessed at: `2026` is not a mistyped `2025`.
//!
//! Not here: when guessing is called for, and where the vocabulary comes from.

use crate::token::Shape;

/// How many mistakes a word may have.
#[must_use]
pub fn forgiven(word: &str, shape: Shape) -> usize {
    if shape != Shape::Word || word.chars().any(|c| !c.is_alphabetic()) {
        return 0;
    }
    match word.chars().count() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The word.
    pub word: String,
    /// How many mistakes lie between.
    pub mistakes: usize,
    /// How many documents have it.
    pub documents: u64,
}

/// The most guesses that are worth asking for.
pub const MOST_GUESSES: usize = 24;

/// The likeliest words of a vocabulary of (word, documents) for a typed one: fewest mistakes first, then the most frequent. The word
/// itself is not among them.
#[must_use]
pub fn guesses<'v>(typed: &str, forgiven: usize, vocabulary: impl IntoIterator<Item = (&'v str, u64)>) -> Vec<Guess> {
    let mut measure = Measure::new(typed);
    let mut found: Vec<Guess> = vocabulary
        .into_iter()
        .filter_map(|(word, documents)| {
            let mistakes = measure.distance(word, forgiven)?;
            (mistakes > 0).then(|| Guess { word: word.to_owned(), mistakes, documents })
        })
        .collect();
    found.sort_by(|a, b| (a.mistakes, b.documents, &a.word).cmp(&(b.mistakes, a.documents, &b.word)));
    found.truncate(MOST_GUESSES);
    found
}

/// Measures how far words are from one typed word.
#[derive(Debug)]
pub struct Measure {
    typed: Vec<char>,
    other: Vec<char>,
    rows: [Vec<usize>; 3],
}

impl Measure {
    /// A measure from this word.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self { typed: typed.chars().collect(), other: Vec::new(), rows: Default::default() }
    }

    /// How many letters were left out, added, changed or swapped with a neighbour; `None` when more than `most`, or when the first
    /// letters differ.
    pub fn distance(&mut self, word: &str, most: usize) -> Option<usize> {
        self.other.clear();
        self.other.extend(word.chars());
        let (typed, other) = (self.typed.as_slice(), self.other.as_slice());
        if typed.first() != other.first() || typed.len().abs_diff(other.len()) > most {
            return None;
        }
        let [before, above, row] = &mut self.rows;
        above.clear();
        above.extend(0..=other.len());
        before.clear();
        before.resize(other.len() + 1, 0);
        row.clear();
        row.resize(other.len() + 1, 0);
        for (i, a) in typed.iter().enumerate() {
            let mut left = i + 1;
            let mut least = left;
            if let Some(first) = row.first_mut() {
                *first = left;
            }
            for (j, b) in other.iter().enumerate() {
                let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
                let mut best = (at(above, j) + usize::from(a != b)).min(at(above, j + 1) + 1).min(left + 1);
                let is_swapped = i > 0 && j > 0 && typed.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
                if is_swapped {
                    best = best.min(at(before, j - 1) + 1);
                }
                if let Some(cell) = row.get_mut(j + 1) {
                    *cell = best;
                }
                left = best;
                least = least.min(best);
            }
            if least > most {
                return None;
            }
            std::mem::swap(before, above);
            std::mem::swap(above, row);
        }
        above.get(other.len()).copied().filter(|distance| *distance <= most)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mistakes_are_counted_as_people_make_them() {
        for (typed, meant, mistakes) in [
            ("kernle", "kernel", Some(1)),
            ("kernel", "kernel", Some(0)),
            ("kerel", "kernel", Some(1)),
            ("kernell", "kernel", Some(1)),
            ("kermel", "kernel", Some(1)),
            ("ekrnel", "kernel", None),
            ("documnetaton", "documentation", Some(2)),
            ("cat", "kitten", None),
            ("größe", "größen", Some(1)),
        ] {
            assert_eq!(Measure::new(typed).distance(meant, 2), mistakes, "{typed} {meant}");
        }
        assert_eq!(Measure::new("kernle").distance("karnel", 1), None);
    }

    #[test]
    fn short_words_numbers_and_ideographs_are_taken_at_their_word() {
        assert_eq!(forgiven("plan", Shape::Word), 1);
        assert_eq!(forgiven("pla", Shape::Word), 0);
        assert_eq!(forgiven("launches", Shape::Word), 2);
        assert_eq!(forgiven("20261123", Shape::Number), 0);
        assert_eq!(forgiven("rfc2119", Shape::Word), 0);
        assert_eq!(forgiven("製品", Shape::Ideographs), 0);
    }

    #[test]
    fn the_nearest_and_most_frequent_guess_comes_first() {
        let vocabulary = [("kernel", 40), ("kerned", 2), ("kennel", 90), ("kernle", 1), ("corner", 500)];
        let words: Vec<String> = guesses("kernle", 1, vocabulary).into_iter().map(|guess| guess.word).collect();
        assert_eq!(words, ["kernel"]);
        let words: Vec<String> = guesses("kernel", 1, vocabulary).into_iter().map(|guess| guess.word).collect();
        assert_eq!(words, ["kennel", "kerned", "kernle"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn distance_is_symmetric_and_one_edit_is_one(word in "k[a-e]{3,9}", other in "k[a-e]{3,9}", at in 1_usize..4) {
            let there = Measure::new(&word).distance(&other, 20);
            prop_assert_eq!(there, Measure::new(&other).distance(&word, 20));
            let mut edited: Vec<char> = word.chars().collect();
            edited.remove(at);
            let edited: String = edited.into_iter().collect();
            prop_assert_eq!(Measure::new(&edited).distance(&word, 2), Some(1));
        }
    }
}
