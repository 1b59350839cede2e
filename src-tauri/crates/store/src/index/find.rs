//! Walking the rows, newest first, for as long as it pays.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
};

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};
use satchel_model::UserId;
use satchel_search::{
    Filters, Rank, Why,
    rank::{Candidate, Evidence, Field, Scorer, Spot, Tier, Variant},
};

use super::{Order, SearchRequest, evidence, plan::Expression, plan::Plan, tables, write};
use crate::{Result, pack::uuid};

/// Queries that can match no more rows than this are answered whole.
const ANSWERED_WHOLE: u64 = 2_000;
/// How many rows of a dearer query are ranked.
const RANKED: usize = 1_500;
/// How many rows of a dearer query may be looked at.
const SEEN: u64 = 12_000;
/// How many titles are ranked.
const TITLES: usize = 2_000;
/// How many titles that begin with what was typed are taken beside those, when there are more.
const BEGINNINGS: i64 = 300;
/// Fewer hits than this are few: then it is time to guess.
const FEW: usize = 5;
/// How many rows with some of the words are ranked. They are a last resort, and the best of them have a rare word.
const RANKED_AT_LAST: usize = 400;

/// What was found, best first.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Place, rank and reason.
    pub(super) ranked: Vec<(i64, Rank, Why)>,
    pub(super) total: u64,
    pub(super) is_complete: bool,
    /// What was guessed: clause, typed word, word that may have been meant.
    pub(super) guesses: Vec<(usize, String, String)>,
}

pub(super) fn find(connection: &Connection, request: &SearchRequest) -> Result<Found> {
    let narrowed = Narrowed::new(&request.filters);
    if request.query.is_empty() {
        return latest(connection, request, &narrowed);
    }
    let mut plan = Plan::new(connection, &request.query, request.frequencies.as_ref())?;
    let mut search = Search {
        connection,
        request,
        narrowed,
        found: HashMap::new(),
        exact: HashSet::new(),
        is_complete: true,
        total: 0,
    };
    search.exact_titles(&plan)?;
    search.titles(&plan)?;
    search.texts(&plan)?;
    let good = search.found.len();
    if good < FEW && plan.guess(connection)? {
        search.titles(&plan)?;
        search.texts(&plan)?;
    }
    // Whoever typed a whole title has found it.
    let is_answered = search.found.len() >= FEW || search.found.values().any(|(rank, _)| rank.tier == Tier::ExactTitle);
    if !is_answered && plan.clauses() > 1 {
        search.some_words(&plan)?;
    }
    search.total = search.total.max(search.found.len() as u64);
    let guesses = plan.guesses().map(|(at, typed, word)| (at, typed.to_owned(), word.to_owned())).collect();
    let mut ranked: Vec<(i64, Rank, Why)> =
        search.found.into_iter().map(|(place, (rank, why))| (place, rank, why)).collect();
    match request.order {
        Order::Relevance => ranked.sort_unstable_by_key(|(place, rank, _)| Reverse((*rank, *place))),
        Order::Edited => ranked.sort_unstable_by_key(|(place, ..)| Reverse(*place)),
        Order::Title => by_title(connection, &mut ranked)?,
    }
    ranked.truncate(request.limit);
    Ok(Found { ranked, total: search.total, is_complete: search.is_complete, guesses })
}

/// Sorts what was found by title; of equal ones the latest comes first.
fn by_title(connection: &Connection, ranked: &mut [(i64, Rank, Why)]) -> Result<()> {
    let mut query = connection.prepare_cached("SELECT title_key FROM search_entry WHERE place = ?1")?;
    let mut titles: HashMap<i64, String> = HashMap::with_capacity(ranked.len());
    for (place, ..) in ranked.iter() {
        titles.insert(*place, query.query_row([place], |row| row.get(0))?);
    }
    ranked.sort_by(|(one, ..), (other, ..)| titles.get(one).cmp(&titles.get(other)).then(other.cmp(one)));
    Ok(())
}

/// Who made what is kept, whoever made most first. Nobody has more people to choose from than this.
pub(super) fn authors(connection: &Connection) -> Result<Vec<UserId>> {
    let mut query = connection.prepare_cached(
        "SELECT author FROM search_entry WHERE author IS NOT NULL GROUP BY author ORDER BY count(*) DESC, author LIMIT 200",
    )?;
    let ids = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    ids.map(|id| uuid(&id?).map(UserId::from_uuid)).collect()
}

/// Without a word to look for: what was edited last, as far as the filters let it through.
fn latest(connection: &Connection, request: &SearchRequest, narrowed: &Narrowed) -> Result<Found> {
    let sql = format!(
        "SELECT e.place FROM search_entry AS e WHERE e.place BETWEEN ?1 AND ?2{} ORDER BY {} LIMIT ?3",
        narrowed.conditions,
        if request.order == Order::Title { "e.title_key, e.place DESC" } else { "e.place DESC" }
    );
    let more = i64::try_from(request.limit).unwrap_or(i64::MAX - 1) + 1;
    let values = narrowed.values(&narrowed.places, [Value::Integer(more)]);
    let mut query = connection.prepare_cached(&sql)?;
    let places: Vec<i64> =
        query.query_map(params_from_iter(values), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let why = Why { field: Field::Title, clauses: 0, is_corrected: false };
    let rank = |place: i64| Rank { tier: Tier::SomeWords, score: 0.0, edited_at: tables::time_of(place) };
    let is_complete = places.len() <= request.limit;
    let total = places.len() as u64;
    let ranked = places.into_iter().take(request.limit).map(|place| (place, rank(place), why)).collect();
    Ok(Found { ranked, total, is_complete, guesses: Vec::new() })
}

/// Filters as SQL on `search_entry AS e`.
struct Narrowed {
    /// ` AND …`, with `?` for values from the fourth parameter on.
    conditions: String,
    values: Vec<Value>,
    /// The places that a time of edit allows; later places may still be too early.
    places: RangeInclusive<i64>,
}

/// The first parameter number of filters.
const FIRST_VALUE: usize = 4;

impl Narrowed {
    fn new(filters: &Filters) -> Self {
        let mut narrowed = Self { conditions: String::new(), values: Vec::new(), places: 0..=i64::MAX };
        let blob = |uuid: &[u8; 16]| Value::Blob(uuid.to_vec());
        if !filters.kinds.is_empty() {
            narrowed.any_of("kind", filters.kinds.iter().map(|kind| Value::Integer(write::kind_column(*kind))));
        }
        if let Some(databases) = &filters.databases {
            narrowed.any_of("database", databases.iter().map(|id| blob(id.as_uuid().as_bytes())));
        }
        if let Some(authors) = &filters.authors {
            narrowed.any_of("author", authors.iter().map(|id| blob(id.as_uuid().as_bytes())));
        }
        for (column, range) in [("edited_at", &filters.edited), ("created_at", &filters.created)] {
            let Some(range) = range else { continue };
            narrowed.compare(column, ">=", Value::Integer(range.start.as_millisecond()));
            narrowed.compare(column, "<", Value::Integer(range.end.as_millisecond()));
        }
        if let Some(range) = &filters.edited {
            narrowed.places = tables::first_place(range.start)..=i64::MAX;
        }
        if filters.has_comment {
            narrowed.conditions.push_str(" AND e.has_comment = 1");
        }
        narrowed
    }

    fn any_of(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let first = FIRST_VALUE + self.values.len();
        self.values.extend(values);
        let numbers: Vec<String> =
            (first..FIRST_VALUE + self.values.len()).map(|number| format!("?{number}")).collect();
        self.conditions.push_str(&format!(" AND e.{column} IN ({})", numbers.join(", ")));
    }

    fn compare(&mut self, column: &str, operator: &str, value: Value) {
        let number = FIRST_VALUE + self.values.len();
        self.values.push(value);
        self.conditions.push_str(&format!(" AND e.{column} {operator} ?{number}"));
    }

    const fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The parameters of a statement: the range of places, one of the statement's own, then the filters'.
    fn values(&self, places: &RangeInclusive<i64>, own: [Value; 1]) -> Vec<Value> {
        let range = [Value::Integer(*places.start()), Value::Integer(*places.end())];
        range.into_iter().chain(own).chain(self.values.iter().cloned()).collect()
    }
}

struct Search<'a> {
    connection: &'a Connection,
    request: &'a SearchRequest,
    narrowed: Narrowed,
    found: HashMap<i64, (Rank, Why)>,
    /// Places of titles that are what was typed.
    exact: HashSet<i64>,
    is_complete: bool,
    /// About how many there are, where that is known to be more than what was found.
    total: u64,
}

/// A table of the index and how many rows of it may be taken.
struct Walk {
    table: &'static str,
    columns: usize,
    places: RangeInclusive<i64>,
    most: usize,
}

impl Search<'_> {
    /// Titles that are what was typed, however common the words are.
    fn exact_titles(&mut self, plan: &Plan) -> Result<()> {
        let Some(key) = self.request.query.title_key() else { return Ok(()) };
        let sql = format!(
            "SELECT e.place FROM search_entry AS e
             WHERE e.title_key = ?3 AND e.place BETWEEN ?1 AND ?2{} ORDER BY e.place DESC LIMIT {RANKED}",
            self.narrowed.conditions
        );
        let values = self.narrowed.values(&self.narrowed.places, [Value::Text(key)]);
        let mut query = self.connection.prepare_cached(&sql)?;
        let places = query.query_map(params_from_iter(values), |row| row.get(0))?;
        self.exact = places.collect::<rusqlite::Result<_>>()?;
        if !plan.excludes() && self.is_plain() {
            let mut scorer = Scorer::new(plan.collection, plan.clauses(), Vec::new(), self.request.now);
            for place in self.exact.iter().copied().collect::<Vec<_>>() {
                let (rank, why) = scorer.score(&Evidence::default(), &self.candidate(place));
                self.found.insert(place, (rank, why));
            }
        }
        Ok(())
    }

    /// Whether what was typed could be a title.
    fn is_plain(&self) -> bool {
        self.request.query.wanted().all(|term| term.scope == satchel_search::Scope::Anywhere)
    }

    fn candidate(&self, place: i64) -> Candidate {
        Candidate { edited_at: tables::time_of(place), is_exact_title: self.exact.contains(&place) }
    }

    /// Titles with all the words, from their own small table.
    fn titles(&mut self, plan: &Plan) -> Result<()> {
        let Some(expression) = plan.titles() else { return Ok(()) };
        let walk = Walk { table: "search_title", columns: 1, places: self.narrowed.places.clone(), most: TITLES };
        if self.walk(plan, &expression, &walk)? {
            self.is_complete = false;
            self.beginnings(plan)?;
        }
        Ok(())
    }

    /// Titles that begin with what was typed, when there were too many titles to look at all.
    fn beginnings(&mut self, plan: &Plan) -> Result<()> {
        let Some(key) = self.request.query.title_key().filter(|_| self.is_plain() && !plan.excludes()) else {
            return Ok(());
        };
        let clauses = plan.clauses();
        let variants = (0..clauses)
            .map(|clause| Variant { clause, documents: 0, nearness: 1.0, width: 1, is_correction: false })
            .collect();
        let mut scorer = Scorer::new(plan.collection, clauses, variants, self.request.now);
        let sql = format!(
            "SELECT e.place, e.title_key FROM search_entry AS e
             WHERE e.title_key >= ?3 AND e.title_key < ?3 || char(1114111) AND e.place BETWEEN ?1 AND ?2{}
             LIMIT {BEGINNINGS}",
            self.narrowed.conditions
        );
        let values = self.narrowed.values(&self.narrowed.places, [Value::Text(key)]);
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut rows = query.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let place: i64 = row.get(0)?;
            let title: String = row.get(1)?;
            let words = u32::try_from(title.split(' ').count()).unwrap_or(u32::MAX);
            let spots = (0_u32..)
                .zip(0..clauses)
                .map(|(at, variant)| Spot { variant, field: Field::Title, count: 1, positions: vec![at] })
                .collect();
            let evidence = Evidence { spots, lengths: [words, 0, 0, 0, 0] };
            let (rank, why) = scorer.score(&evidence, &self.candidate(place));
            self.take(place, rank, why);
        }
        Ok(())
    }

    /// Texts with all the words.
    fn texts(&mut self, plan: &Plan) -> Result<()> {
        let Some((expression, cost)) = plan.texts() else { return Ok(()) };
        // Titles come before texts, so there is nothing left for a text to win.
        let titles = self.found.values().filter(|(rank, _)| rank.tier >= Tier::Title).count();
        if titles >= self.request.limit {
            self.is_complete = false;
            self.total = self.total.max(cost.min(plan.documents));
            return Ok(());
        }
        self.walk_texts(plan, &expression, cost, RANKED)
    }

    /// Texts with some of the words.
    fn some_words(&mut self, plan: &Plan) -> Result<()> {
        let Some((expression, cost)) = plan.some_words(SEEN) else { return Ok(()) };
        let (is_complete, total) = (self.is_complete, self.total);
        self.walk_texts(plan, &expression, cost, RANKED_AT_LAST)?;
        // What is asked for are all the words; how many have some of them is nobody's question.
        (self.is_complete, self.total) = (is_complete, total);
        Ok(())
    }

    fn walk_texts(&mut self, plan: &Plan, expression: &Expression, cost: u64, most: usize) -> Result<()> {
        let most = if most == RANKED && cost <= ANSWERED_WHOLE { usize::MAX } else { most };
        let mut places = self.narrowed.places.clone();
        if cost > SEEN {
            // So many of the newest entries that about `SEEN` of them match the rarest clause.
            let newest = plan.documents.saturating_mul(SEEN) / cost;
            if let Some(place) = self.newest(newest)? {
                places = (*places.start()).max(place)..=*places.end();
                self.is_complete = false;
            }
        }
        let walk = Walk { table: "search_index", columns: 5, places, most };
        if self.walk(plan, expression, &walk)? {
            self.is_complete = false;
        }
        if !self.is_complete && self.narrowed.is_empty() {
            self.total = self.total.max(cost.min(plan.documents));
        }
        Ok(())
    }

    /// The place of the entry that has `count` newer ones.
    fn newest(&self, count: u64) -> Result<Option<i64>> {
        // FTS5's own list of rows is the narrowest there is.
        let mut query =
            self.connection.prepare_cached("SELECT id FROM search_index_docsize ORDER BY id DESC LIMIT 1 OFFSET ?1")?;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Ok(query.query_row([count], |row| row.get(0)).optional()?)
    }

    /// Ranks the rows that match, newest first. True when it stopped before the last.
    fn walk(&mut self, plan: &Plan, expression: &Expression, walk: &Walk) -> Result<bool> {
        let table = walk.table;
        let sql = if self.narrowed.is_empty() {
            format!(
                "SELECT rowid, satchel_evidence({table}) FROM {table}
                 WHERE {table} MATCH ?3 AND rowid BETWEEN ?1 AND ?2 ORDER BY rowid DESC"
            )
        } else {
            // The filters are looked at first, and the places of words are read only for rows that pass.
            format!(
                "SELECT i.rowid, satchel_evidence({table}) FROM {table} AS i CROSS JOIN search_entry AS e ON e.place = i.rowid
                 WHERE {table} MATCH ?3 AND i.rowid BETWEEN ?1 AND ?2{} ORDER BY i.rowid DESC",
                self.narrowed.conditions
            )
        };
        let mut scorer = Scorer::new(plan.collection, plan.clauses(), expression.variants.clone(), self.request.now);
        let values = self.narrowed.values(&walk.places, [Value::Text(expression.text.clone())]);
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut rows = query.query(params_from_iter(values))?;
        let mut evidence = Evidence::default();
        let mut ranked = 0;
        while let Some(row) = rows.next()? {
            if ranked == walk.most {
                return Ok(true);
            }
            ranked += 1;
            let place: i64 = row.get(0)?;
            let blob = row.get_ref(1)?.as_blob().unwrap_or_default();
            evidence::decode(blob, walk.columns, &expression.variant_of, &mut evidence);
            let (rank, why) = scorer.score(&evidence, &self.candidate(place));
            self.take(place, rank, why);
        }
        Ok(false)
    }

    /// Keeps the better of two ranks of the same place, with the reasons of both.
    fn take(&mut self, place: i64, rank: Rank, why: Why) {
        self.found
            .entry(place)
            .and_modify(|known| {
                let clauses = known.1.clauses | why.clauses;
                if rank > known.0 {
                    *known = (rank, why);
                }
                known.1.clauses = clauses;
            })
            .or_insert((rank, why));
    }
}
