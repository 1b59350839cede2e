//! From the places where words stand to an order.
//!
//! First the tier, as a person would explain it: the title is what was typed, it has every word, it has at least half of them and the
//! text has the others, the whole text has every word, it has some. Within the titles: how they begin, whether the words stand
//! together, how much of the title was typed, how lately it was edited. Within the texts: BM25F (the frequencies of the fields are
//! weighed and made relative to the fields' lengths before they are added up, so that a word in the title of a long page is not drowned
//! by its body), times how near the words stand to each other, with a little for recency.
//!
//! Not here: finding the places, and how often a word occurs elsewhere; both come in as numbers.

use std::cmp::Ordering;

use satchel_model::Timestamp;

/// The parts of a thing that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Its title.
    Title,
    /// Its headings.
    Headings,
    /// The values of its properties.
    Properties,
    /// Its text.
    Body,
    /// The comments on it.
    Comments,
}

impl Field {
    /// All of them, in the order in which they are kept.
    pub const ALL: [Self; 5] = [Self::Title, Self::Headings, Self::Properties, Self::Body, Self::Comments];

    /// The place in [`Field::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The field at a place in [`Field::ALL`].
    #[must_use]
    pub fn at(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }

    /// What a word here is worth, next to one in the body.
    const fn weight(self) -> f64 {
        match self {
            Self::Title => 6.0,
            Self::Headings => 2.5,
            Self::Properties => 2.0,
            Self::Body => 1.0,
            Self::Comments => 0.8,
        }
    }

    /// How much a field longer than others takes from a word in it.
    const fn length_share(self) -> f64 {
        match self {
            Self::Title => 0.4,
            Self::Headings | Self::Properties => 0.5,
            Self::Body | Self::Comments => 0.7,
        }
    }
}

/// What is true of everything that is searched.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Collection {
    /// How many things there are.
    pub documents: u64,
    /// The average number of words in each of [`Field::ALL`].
    pub lengths: [f64; 5],
}

impl Collection {
    /// Two collections taken as one.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let documents = self.documents + other.documents;
        let share = if documents == 0 { 0.0 } else { as_f64(self.documents) / as_f64(documents) };
        let mut lengths = self.lengths;
        for (mine, theirs) in lengths.iter_mut().zip(other.lengths) {
            *mine = *mine * share + theirs * (1.0 - share);
        }
        Self { documents, lengths }
    }
}

/// One way to fulfil a clause: the word itself, a longer word it begins, a word that may have been meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Which clause, counted among those that are wanted.
    pub clause: usize,
    /// How many things have it.
    pub documents: u64,
    /// How near it is to what was typed: 1 for the word itself.
    pub nearness: f64,
    /// How many words in line it is.
    pub width: u32,
    /// It is a guess.
    pub is_correction: bool,
}

/// Where a variant stands in one field of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Which variant.
    pub variant: usize,
    /// In which field.
    pub field: Field,
    /// How often.
    pub count: u32,
    /// The first places, in words from the beginning of the field, ascending.
    pub positions: Vec<u32>,
}

/// Where everything wanted stands in one thing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// The places.
    pub spots: Vec<Spot>,
    /// The number of words in each of [`Field::ALL`].
    pub lengths: [u32; 5],
}

/// The coarse order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Some of the words.
    SomeWords,
    /// All of the words, somewhere.
    AllWords,
    /// All of the words, and at least half of them in the title.
    HalfTitle,
    /// All of the words, in the title.
    Title,
    /// The title is what was typed.
    ExactTitle,
}

/// A place in an order; greater is better. Ranks of several collections can be compared when they were made with the same
/// [`Collection`] and document frequencies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// The coarse order.
    pub tier: Tier,
    /// The fine order within a tier.
    pub score: f64,
    /// Decides between equals: the later first.
    pub edited_at: Timestamp,
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tier.cmp(&other.tier).then(self.score.total_cmp(&other.score)).then(self.edited_at.cmp(&other.edited_at))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Why something is a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// The field that says most.
    pub field: Field,
    /// One bit a wanted clause, the first clause lowest: which of them were found.
    pub clauses: u32,
    /// A word was found only as a guess.
    pub is_corrected: bool,
}

/// What else is known of a candidate.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// When it was edited.
    pub edited_at: Timestamp,
    /// Its title is what was typed, but for case, accents and signs.
    pub is_exact_title: bool,
}

/// Ranks the candidates of one query.
#[derive(Debug)]
pub struct Scorer {
    collection: Collection,
    variants: Vec<Variant>,
    clauses: Vec<ClauseWeight>,
    now: Timestamp,
    scratch: Vec<(u32, usize)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct ClauseWeight {
    /// How much the clause tells things apart.
    rarity: f64,
    /// Nothing has the word as it was typed.
    is_unknown: bool,
}

/// How fast a second mention of a word says less than the first.
const SATURATION: f64 = 1.2;
/// Days after which recency counts half.
const HALF_LIFE_DAYS: f64 = 30.0;

impl Scorer {
    /// A scorer for `clauses` wanted clauses that can be fulfilled by `variants`.
    #[must_use]
    pub fn new(collection: Collection, clauses: usize, variants: Vec<Variant>, now: Timestamp) -> Self {
        let weights = (0..clauses)
            .map(|clause| {
                let of_clause = || variants.iter().filter(|variant| variant.clause == clause);
                let typed = || of_clause().filter(|variant| !variant.is_correction);
                // The endings of a word being typed count as one word, or a rare ending would outweigh the common one.
                let documents: u64 = of_clause().map(|variant| variant.documents).sum();
                let documents = as_f64(documents.min(collection.documents));
                ClauseWeight {
                    rarity: (1.0 + (as_f64(collection.documents) - documents + 0.5) / (documents + 0.5)).ln(),
                    is_unknown: typed().all(|variant| variant.documents == 0),
                }
            })
            .collect();
        Self { collection, variants, clauses: weights, now, scratch: Vec::new() }
    }

    /// The rank of a candidate and the reason for it.
    pub fn score(&mut self, evidence: &Evidence, candidate: &Candidate) -> (Rank, Why) {
        let mut found = 0_u32;
        let mut found_as_typed = 0_u32;
        let mut in_title = 0_u32;
        let mut by_field = [0.0_f64; 5];
        let mut frequencies = vec![0.0_f64; self.clauses.len()];
        for spot in &evidence.spots {
            let Some(variant) = self.variants.get(spot.variant) else { continue };
            let bit = 1_u32.checked_shl(u32::try_from(variant.clause).unwrap_or(u32::MAX)).unwrap_or(0);
            found |= bit;
            if !variant.is_correction {
                found_as_typed |= bit;
            }
            let is_doubtful = variant.is_correction && !self.clauses.get(variant.clause).is_some_and(|c| c.is_unknown);
            if spot.field == Field::Title && !is_doubtful {
                in_title |= bit;
            }
            let field = spot.field.index();
            let average = self.collection.lengths.get(field).copied().unwrap_or(0.0).max(1.0);
            let length = f64::from(evidence.lengths.get(field).copied().unwrap_or(0));
            let share = spot.field.length_share();
            let relative = f64::from(spot.count) / (1.0 - share + share * length / average);
            let weighed = relative * spot.field.weight() * variant.nearness;
            if let Some(frequency) = frequencies.get_mut(variant.clause) {
                *frequency += weighed;
            }
            if let Some(sum) = by_field.get_mut(field) {
                *sum += weighed.min(3.0);
            }
        }
        let all = mask(self.clauses.len());
        let tier = if candidate.is_exact_title {
            Tier::ExactTitle
        } else if all != 0 && in_title == all {
            Tier::Title
        } else if found == all && in_title != 0 && 2 * in_title.count_ones() >= all.count_ones() {
            Tier::HalfTitle
        } else if found == all {
            Tier::AllWords
        } else {
            Tier::SomeWords
        };
        let recency = self.recency(candidate.edited_at);
        let text = self.text_score(evidence, &frequencies, found);
        let score = if tier >= Tier::Title {
            let corrected = if found == found_as_typed { 0.0 } else { -1.0 };
            self.title_score(evidence) + recency + corrected + text * 0.02
        } else {
            text * (1.0 + 0.12 * recency)
        };
        let field = if tier >= Tier::Title {
            Field::Title
        } else {
            let best = by_field.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(field, _)| field);
            Field::at(best).unwrap_or(Field::Body)
        };
        let why = Why { field, clauses: found, is_corrected: found != found_as_typed };
        (Rank { tier, score, edited_at: candidate.edited_at }, why)
    }

    fn recency(&self, edited_at: Timestamp) -> f64 {
        let age = self.now.duration_since(edited_at).as_secs_f64().max(0.0) / 86_400.0;
        (-age / HALF_LIFE_DAYS).exp2()
    }

    fn text_score(&mut self, evidence: &Evidence, frequencies: &[f64], found: u32) -> f64 {
        let mut sum = 0.0;
        let mut wanted = 0.0;
        for (clause, frequency) in self.clauses.iter().zip(frequencies) {
            wanted += clause.rarity;
            sum += clause.rarity * frequency * (SATURATION + 1.0) / (frequency + SATURATION);
        }
        let mut covered = 0.0;
        for (at, clause) in self.clauses.iter().enumerate() {
            if at < 32 && found & (1 << at) != 0 {
                covered += clause.rarity;
            }
        }
        let coverage = if wanted > 0.0 { covered / wanted } else { 0.0 };
        let nearness = Field::ALL.iter().map(|field| self.nearness(evidence, *field)).fold(0.0, f64::max);
        sum * coverage * coverage * (1.0 + 0.6 * nearness)
    }

    /// From 0 (far apart, or one word only) to 1 (all words next to each other, in order).
    fn nearness(&mut self, evidence: &Evidence, field: Field) -> f64 {
        let clauses = self.clauses.len();
        if clauses < 2 {
            return 0.0;
        }
        self.scratch.clear();
        for spot in evidence.spots.iter().filter(|spot| spot.field == field) {
            if let Some(variant) = self.variants.get(spot.variant) {
                self.scratch.extend(spot.positions.iter().map(|position| (*position, variant.clause)));
            }
        }
        self.scratch.sort_unstable();
        let mut best = 0.0_f64;
        // The narrowest stretch that begins at each place and has the most clauses; lists are short, and so is a useful stretch.
        for (at, (first, clause)) in self.scratch.iter().enumerate() {
            let mut seen = bit(*clause);
            let mut in_order = true;
            let mut last = *clause;
            for (position, clause) in self.scratch.iter().skip(at + 1) {
                let span = position - first;
                if span > 24 {
                    break;
                }
                if seen & bit(*clause) == 0 {
                    seen |= bit(*clause);
                    in_order &= *clause == last + 1;
                    last = *clause;
                    let count = seen.count_ones();
                    let share = f64::from(count - 1) / as_f64(clauses as u64 - 1);
                    let tight = f64::from(count - 1) / f64::from(span.max(count - 1));
                    let order = if in_order { 1.0 } else { 0.8 };
                    best = best.max(share * tight * order);
                }
            }
        }
        best
    }

    /// How well the title answers: 1 for beginning with what was typed or 0.6 for having it in one row, and up to 2 for how much of
    /// the title was typed.
    fn title_score(&self, evidence: &Evidence) -> f64 {
        let of_title: Vec<(&Variant, &Spot)> = evidence
            .spots
            .iter()
            .filter(|spot| spot.field == Field::Title)
            .filter_map(|spot| self.variants.get(spot.variant).map(|variant| (variant, spot)))
            .collect();
        let starts_of = |clause: usize| {
            of_title
                .iter()
                .filter(move |(variant, _)| variant.clause == clause)
                .flat_map(|(variant, spot)| spot.positions.iter().map(|position| (*position, variant.width)))
        };
        let follows = |(start, width): (u32, u32)| {
            let mut next = start + width;
            (1..self.clauses.len()).all(|clause| {
                let found = starts_of(clause).find(|(position, _)| *position == next);
                next += found.map_or(0, |(_, width)| width);
                found.is_some()
            })
        };
        let row = starts_of(0).filter(|start| follows(*start)).map(|(start, _)| start).min();
        let beginning = match row {
            Some(0) => 1.0,
            Some(_) => 0.6,
            None => 0.0,
        };
        let typed: f64 = (0..self.clauses.len())
            .map(|clause| {
                let of_clause = of_title.iter().filter(|(variant, _)| variant.clause == clause);
                of_clause.map(|(variant, _)| f64::from(variant.width) * variant.nearness).fold(0.0, f64::max)
            })
            .sum();
        let length = f64::from(evidence.lengths.first().copied().unwrap_or(0)).max(1.0);
        beginning + 2.0 * (typed / length).min(1.0)
    }
}

fn bit(clause: usize) -> u32 {
    u32::try_from(clause).ok().and_then(|clause| 1_u32.checked_shl(clause)).unwrap_or(0)
}

fn mask(clauses: usize) -> u32 {
    (0..clauses.min(32)).fold(0, |mask, clause| mask | bit(clause))
}

#[allow(clippy::cast_precision_loss, reason = "counts of documents are far below 2^52")]
const fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn scorer(words: &[u64]) -> Scorer {
        let collection = Collection { documents: 1_000, lengths: [4.0, 10.0, 5.0, 300.0, 2.0] };
        let variants = words
            .iter()
            .enumerate()
            .map(|(clause, documents)| Variant {
                clause,
                documents: *documents,
                nearness: 1.0,
                width: 1,
                is_correction: false,
            })
            .collect();
        Scorer::new(collection, words.len(), variants, NOW.parse().unwrap())
    }

    fn spot(variant: usize, field: Field, positions: &[u32]) -> Spot {
        Spot { variant, field, count: positions.len() as u32, positions: positions.to_vec() }
    }

    fn rank(scorer: &mut Scorer, spots: Vec<Spot>, lengths: [u32; 5]) -> (Rank, Why) {
        let candidate = Candidate { edited_at: "2026-10-01T00:00:00Z".parse().unwrap(), is_exact_title: false };
        scorer.score(&Evidence { spots, lengths }, &candidate)
    }

    const PAGE: [u32; 5] = [4, 0, 0, 300, 0];

    #[test]
    fn a_title_with_every_word_comes_before_any_text() {
        let mut scorer = scorer(&[100, 100]);
        let title = rank(&mut scorer, vec![spot(0, Field::Title, &[3]), spot(1, Field::Title, &[1])], PAGE);
        let text = rank(&mut scorer, vec![spot(0, Field::Body, &[1, 9, 20]), spot(1, Field::Body, &[2, 10, 21])], PAGE);
        let some = rank(&mut scorer, vec![spot(0, Field::Title, &[0])], PAGE);
        assert!(title.0 > text.0 && text.0 > some.0);
        assert_eq!((title.1.field, text.1.field, some.1.clauses), (Field::Title, Field::Body, 0b01));
    }

    #[test]
    fn titles_that_begin_with_the_words_come_first() {
        let mut scorer = scorer(&[100, 100]);
        let at = |scorer: &mut Scorer, a: u32, b: u32| {
            rank(scorer, vec![spot(0, Field::Title, &[a]), spot(1, Field::Title, &[b])], PAGE).0
        };
        let (begins, row, apart) = (at(&mut scorer, 0, 1), at(&mut scorer, 1, 2), at(&mut scorer, 2, 0));
        assert!(begins > row && row > apart);
    }

    #[test]
    fn neighbours_are_better_than_words_far_apart() {
        let mut scorer = scorer(&[100, 100]);
        let at = |scorer: &mut Scorer, b: u32| {
            rank(scorer, vec![spot(0, Field::Body, &[50]), spot(1, Field::Body, &[b])], PAGE).0
        };
        let (next, near, far) = (at(&mut scorer, 51), at(&mut scorer, 58), at(&mut scorer, 200));
        assert!(next > near && near > far);
    }

    #[test]
    fn a_rare_word_says_more_than_a_common_one() {
        let mut scorer = scorer(&[900, 3]);
        let common = rank(&mut scorer, vec![spot(0, Field::Body, &[1, 2, 3, 4, 5])], PAGE);
        let rare = rank(&mut scorer, vec![spot(1, Field::Body, &[7])], PAGE);
        assert!(rare.0 > common.0);
    }

    #[test]
    fn the_later_of_two_equal_pages_comes_first() {
        let mut scorer = scorer(&[100]);
        let evidence = Evidence { spots: vec![spot(0, Field::Body, &[1])], lengths: PAGE };
        let mut at = |edited: &str| {
            let candidate = Candidate { edited_at: edited.parse().unwrap(), is_exact_title: false };
            scorer.score(&evidence, &candidate).0
        };
        assert!(at("2026-11-22T00:00:00Z") > at("2026-09-01T00:00:00Z"));
        assert!(at("2027-11-22T00:00:00Z").score.is_finite(), "a clock may be wrong");
    }

    #[test]
    fn two_collections_are_averaged_by_their_sizes() {
        let one = Collection { documents: 1, lengths: [10.0; 5] };
        let three = Collection { documents: 3, lengths: [2.0; 5] };
        assert_eq!(one.with(&three), Collection { documents: 4, lengths: [4.0; 5] });
        assert_eq!(Collection::default().with(&Collection::default()), Collection::default());
    }
}
