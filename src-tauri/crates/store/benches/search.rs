//! How fast a cache answers, next to FTS5 as it is commonly used (`bm25`, `prefix`, `snippet`) over the same texts in a file encrypted
//! the same way.
//!
//! `cargo bench -p satchel-store --bench search -- --pages 20000`
//!
//! The texts are made up: words by Zipf's law, lengths log-normal, one page in eight in a script without spaces. Each class of
//! queries is asked once, warm, for the first twenty hits with their passages. Where a query was made from a page, s@1 and s@5 tell
//! how often that page came first or among the first five.
//!
//! `--cpu` (Linux) counts the processor's time instead of the clock's, for machines that are busy with something else.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a program for developers: it prints, and it may stop at the first surprise"
)]

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};
use satchel_model::{
    AccountId, ChangeSource, ItemId, Page, PageBody, PageId, Parent, Property, PropertyValue, Span, Timestamp,
};
use satchel_store::{
    BodyUpdate, Cache, CacheBatch, DatabaseKey, Executor, IndexText, Interrupt, Location,
    index::{Filters, SearchRequest},
};
use ulid::Ulid;
use uuid::Uuid;

const WORDS: usize = 60_000;
const IDEOGRAPHS: u32 = 2_500;

static COUNT_PROCESSOR: AtomicBool = AtomicBool::new(false);

/// Since when something takes time.
struct Watch {
    started: Instant,
    processor: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Self { processor: processor_time(), started: Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        match (self.processor, processor_time()) {
            (Some(started), Some(now)) => now - started,
            _ => self.started.elapsed(),
        }
    }
}

/// What the thread has had of a processor so far, when that is what counts.
fn processor_time() -> Option<Duration> {
    if !COUNT_PROCESSOR.load(Ordering::Relaxed) {
        return None;
    }
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// A sequence that looks random and is the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    /// A rank by Zipf's law.
    fn rank(&mut self, end: usize) -> usize {
        ((end as f64).powf(self.unit()) - 1.0) as usize
    }

    fn length(&mut self, median: f64, spread: f64) -> usize {
        let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        (median * (normal * spread).exp()) as usize + 1
    }
}

/// The word of a rank: frequent ones are short.
fn word(rank: usize) -> String {
    const ONSETS: [&str; 16] = ["b", "k", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "st", "pr", "tr"];
    const VOWELS: [&str; 6] = ["a", "e", "i", "o", "u", "ea"];
    const ENDS: [&str; 6] = ["", "n", "r", "s", "l", "t"];
    let mut mixed = (rank as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut take = |list: &[&'static str]| {
        mixed ^= mixed >> 29;
        mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        list[(mixed >> 40) as usize % list.len()]
    };
    let syllables = 1 + usize::from(rank > 30) + usize::from(rank > 3_000);
    (0..syllables).map(|_| format!("{}{}{}", take(&ONSETS), take(&VOWELS), take(&ENDS))).collect()
}

struct Text {
    title: String,
    body: String,
    is_ideographic: bool,
}

fn texts(pages: usize) -> Vec<Text> {
    let words: Vec<String> = (0..WORDS).map(word).collect();
    let mut dice = Dice(0x5EED_0001);
    (0..pages)
        .map(|_| {
            let is_ideographic = dice.below(8) == 0;
            let length = dice.length(180.0, 0.9);
            if is_ideographic {
                let mut run = |length: usize| -> String {
                    (0..length)
                        .map(|at| {
                            let rank = dice.rank(IDEOGRAPHS as usize) as u32;
                            let c = char::from_u32(0x4E00 + rank.wrapping_mul(7) % 20_000).unwrap();
                            if at % 17 == 16 { '。' } else { c }
                        })
                        .collect()
                };
                return Text { title: run(8), body: run(length * 2), is_ideographic };
            }
            let title =
                (0..2 + dice.below(4)).map(|_| words[dice.rank(WORDS).max(20)].as_str()).collect::<Vec<_>>().join(" ");
            let mut body = String::new();
            for at in 0..length {
                body.push_str(&words[dice.rank(WORDS)]);
                body.push_str(if at % 13 == 12 { ".\n" } else { " " });
            }
            Text { title, body, is_ideographic }
        })
        .collect()
}

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn edited(number: usize) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(number as i64 * 13)
}

fn id(number: usize) -> PageId {
    PageId::from_uuid(Uuid::from_u64_pair(1, number as u64))
}

/// A question, and the page it was made from.
struct Question {
    text: String,
    page: Option<usize>,
    is_recent: bool,
}

fn questions(texts: &[Text], each: usize) -> Vec<(&'static str, Vec<Question>)> {
    let mut dice = Dice(0x5EED_0002);
    let pick = |is_ideographic: bool, dice: &mut Dice| loop {
        let at = dice.below(texts.len());
        if texts[at].is_ideographic == is_ideographic {
            return at;
        }
    };
    let ask = |text: String, page: Option<usize>| Question { text, page, is_recent: false };
    let mut classes = Vec::new();
    let mut letters = Vec::new();
    while letters.len() < each {
        let at = pick(false, &mut dice);
        let title = &texts[at].title;
        letters.extend((1..=title.len()).step_by(1).map(|end| ask(title[..end].to_owned(), Some(at))));
    }
    classes.push(("titles, letter by letter", letters));
    let titles = (0..each).map(|_| pick(false, &mut dice)).map(|at| ask(texts[at].title.clone(), Some(at))).collect();
    classes.push(("whole titles", titles));
    for count in 1..=4 {
        let name = ["1 word of the body", "2 words", "3 words", "4 words"][count - 1];
        let words = (0..each / 2)
            .map(|_| {
                let at = pick(false, &mut dice);
                let words: Vec<&str> = texts[at].body.split_whitespace().collect();
                let some: Vec<&str> =
                    (0..count).map(|_| words[dice.below(words.len())].trim_end_matches('.')).collect();
                ask(some.join(" "), (count > 1).then_some(at))
            })
            .collect();
        classes.push((name, words));
    }
    let phrases = (0..each / 2)
        .map(|_| {
            let at = pick(false, &mut dice);
            let words: Vec<&str> = texts[at].body.split_whitespace().collect();
            let start = dice.below(words.len().saturating_sub(3).max(1));
            let phrase: Vec<&str> = words[start..].iter().take(3).map(|word| word.trim_end_matches('.')).collect();
            ask(format!("\"{}\"", phrase.join(" ")), Some(at))
        })
        .collect();
    classes.push(("phrases", phrases));
    let common =
        (0..each / 2).map(|_| ask(format!("{} {}", word(dice.below(12)), word(dice.below(12))), None)).collect();
    classes.push(("common words", common));
    let common =
        (0..each / 2).map(|_| ask(format!("\"{} {}\"", word(dice.below(12)), word(dice.below(12))), None)).collect();
    classes.push(("phrases of common words", common));
    let mistyped = (0..each / 2)
        .map(|_| {
            let at = pick(false, &mut dice);
            let mut letters: Vec<char> = texts[at].title.chars().collect();
            let places: Vec<usize> = (1..letters.len() - 1)
                .filter(|at| [at - 1, *at, at + 1].iter().all(|at| letters[*at] != ' '))
                .collect();
            if !places.is_empty() {
                let place = places[dice.below(places.len())];
                letters.swap(place, place + 1);
            }
            ask(letters.into_iter().collect(), Some(at))
        })
        .collect();
    classes.push(("mistyped titles", mistyped));
    let substrings = (0..each / 2)
        .map(|_| {
            let at = pick(true, &mut dice);
            let body: Vec<char> = texts[at].body.chars().collect();
            let length = 2 + dice.below(3);
            let start = dice.below(body.len().saturating_sub(length).max(1));
            let part: String = body[start..].iter().take(length).take_while(|c| **c != '。').collect();
            ask(part, Some(at))
        })
        .filter(|question| question.text.chars().count() > 1)
        .collect();
    classes.push(("ideographs", substrings));
    let none = (0..each / 2).map(|at| ask(format!("zzq{at}xw nothing"), None)).collect();
    classes.push(("no hit", none));
    let recent = (0..each / 2).map(|_| Question { is_recent: true, ..ask(word(dice.rank(WORDS)), None) }).collect();
    classes.push(("edited in the last month", recent));
    classes
}

#[derive(Default)]
struct Times {
    each: Vec<Duration>,
    known: usize,
    first: usize,
    among_five: usize,
}

impl Times {
    fn add(&mut self, took: Duration, place: Option<Option<usize>>) {
        self.each.push(took);
        if let Some(place) = place {
            self.known += 1;
            self.first += usize::from(place == Some(0));
            self.among_five += usize::from(place.is_some_and(|place| place < 5));
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.each.extend(&other.each);
        self.known += other.known;
        self.first += other.first;
        self.among_five += other.among_five;
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.each.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() - 1) as f64 * share).round() as usize;
        sorted[at].as_secs_f64() * 1_000.0
    }

    fn shown(&self) -> String {
        let relevance = if self.known == 0 {
            "    –     –".to_owned()
        } else {
            let share = |count: usize| count as f64 / self.known as f64;
            format!("{:5.2} {:5.2}", share(self.first), share(self.among_five))
        };
        format!("{:7.2} {:7.2} {:7.2} {:7.2} {relevance}", self.at(0.5), self.at(0.95), self.at(0.99), self.at(1.0))
    }
}

fn fill(cache: &Cache, runtime: &tokio::runtime::Runtime, texts: &[Text]) -> Times {
    let mut times = Times::default();
    for (chunk, part) in texts.chunks(100).enumerate() {
        let mut batch = CacheBatch::new(ChangeSource::Sync, now());
        for (at, text) in part.iter().enumerate() {
            let number = chunk * 100 + at;
            batch.pages.push(page(number, &text.title));
            batch.bodies.push(body(number, &text.body));
        }
        let started = Watch::start();
        runtime.block_on(cache.writer.apply(batch)).unwrap();
        times.add(started.elapsed(), None);
        while chunk % 20 == 19 && runtime.block_on(cache.writer.tidy_index()).unwrap() {}
    }
    times
}

fn page(number: usize, title: &str) -> Page {
    Page {
        id: id(number),
        parent: Parent::Workspace,
        icon: None,
        cover_url: None,
        url: String::new(),
        created_time: edited(number),
        last_edited_time: edited(number),
        created_by: None,
        last_edited_by: None,
        in_trash: false,
        is_archived: false,
        is_locked: false,
        properties: vec![Property {
            id: "title".to_owned(),
            name: "Name".to_owned(),
            value: PropertyValue::Title { text: vec![Span::text(title)] },
        }],
    }
}

fn body(number: usize, text: &str) -> BodyUpdate {
    BodyUpdate {
        page_id: id(number),
        body: PageBody { markdown: String::new(), is_truncated: false, unknown_blocks: Vec::new() },
        dialect: "v1".to_owned(),
        content_hash: text.len().to_string(),
        index: IndexText { headings: String::new(), body: text.to_owned(), block_map: Vec::new() },
        fetched_at: now(),
        source_last_edited: edited(number),
    }
}

/// FTS5 as everyone uses it.
fn plain(path: &std::path::Path, key: &DatabaseKey, texts: &[Text]) -> Connection {
    let mut connection = Connection::open(path).unwrap();
    let key = format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA journal_mode = WAL; PRAGMA cache_size = -16384;",
        key.to_hex().as_str()
    );
    connection.execute_batch(&key).unwrap();
    connection
        .execute_batch(
            "CREATE VIRTUAL TABLE page USING fts5(title, body, edited UNINDEXED, prefix = '2 3',
                tokenize = 'unicode61 remove_diacritics 2')",
        )
        .unwrap();
    for (chunk, part) in texts.chunks(100).enumerate() {
        let tx = connection.transaction().unwrap();
        for (at, text) in part.iter().enumerate() {
            let number = chunk * 100 + at;
            tx.execute(
                "INSERT INTO page (rowid, title, body, edited) VALUES (?1, ?2, ?3, ?4)",
                params![number as i64 + 1, text.title, text.body, edited(number).as_second()],
            )
            .unwrap();
        }
        tx.commit().unwrap();
    }
    connection
}

fn ask_plain(connection: &Connection, question: &Question) -> Vec<usize> {
    let quoted = question.text.starts_with('"');
    let expression = if quoted {
        question.text.clone()
    } else {
        let words: Vec<String> = question.text.split_whitespace().map(|word| format!("\"{word}\"")).collect();
        format!("{} *", words.join(" "))
    };
    let since = if question.is_recent { month_ago().as_second() } else { i64::MIN };
    let sql = "SELECT rowid, snippet(page, -1, '[', ']', '…', 24) FROM page WHERE page MATCH ?1 AND edited >= ?2 ORDER BY rank LIMIT 20";
    let mut query = connection.prepare_cached(sql).unwrap();
    let rows = query.query_map(params![expression, since], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
    rows.unwrap().map(|row| row.unwrap().0 as usize - 1).collect()
}

fn month_ago() -> Timestamp {
    now() - jiff::SignedDuration::from_hours(24 * 30)
}

fn ask(cache: &Cache, question: &Question) -> Vec<ItemId> {
    let mut request = SearchRequest::new(&question.text, now());
    if question.is_recent {
        request.filters = Filters { edited: Some(month_ago()..Timestamp::MAX), ..Filters::default() };
    }
    cache.reader.search(&request, &Interrupt::new()).unwrap().hits.into_iter().map(|hit| hit.item).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
    };
    COUNT_PROCESSOR.store(arguments.iter().any(|argument| argument == "--cpu"), Ordering::Relaxed);
    let (pages, each) = (number("--pages", 20_000), number("--queries", 200));
    let folder = tempfile::tempdir().unwrap();
    let key = DatabaseKey::from_bytes([7; 32]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let texts = texts(pages);
    let size: usize = texts.iter().map(|text| text.title.len() + text.body.len()).sum();
    println!("{pages} pages, {:.1} MB of text", size as f64 / 1e6);

    let path = folder.path().join("cache.db");
    let open = || {
        Cache::open(Location::File(path.clone()), &key, AccountId::from_ulid(Ulid::from(1_u128)), Executor::Inline)
            .unwrap()
    };
    let started = Watch::start();
    let cache = open();
    let batches = fill(&cache, &runtime, &texts);
    println!(
        "cache: filled in {:.1} s; batches of 100 pages p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms",
        started.elapsed().as_secs_f64(),
        batches.at(0.5),
        batches.at(0.99),
        batches.at(1.0)
    );
    while runtime.block_on(cache.writer.tidy_index()).unwrap() {}
    runtime.block_on(cache.writer.tidy()).unwrap();
    drop(cache);
    let cache = open();

    let classes = questions(&texts, each);
    let started = Watch::start();
    ask(&cache, &Question { text: "kernel".to_owned(), page: None, is_recent: false });
    println!("cold first query {:.1} ms", started.elapsed().as_secs_f64() * 1_000.0);

    let mut updates = Times::default();
    for at in 0..each {
        let number = at * pages / each;
        let mut batch = CacheBatch::new(ChangeSource::Sync, now());
        let text = format!("{} changed{at}", texts[number].body);
        let mut update = body(number, &text);
        update.content_hash = format!("changed {at}");
        batch.bodies.push(update);
        let started = Watch::start();
        runtime.block_on(cache.writer.apply(batch)).unwrap();
        updates.add(started.elapsed(), None);
    }
    println!(
        "update of one page: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
        updates.at(0.5),
        updates.at(0.95),
        updates.at(0.99),
        updates.at(1.0)
    );
    let mut steps = Times::default();
    loop {
        let started = Watch::start();
        let has_more = runtime.block_on(cache.writer.tidy_index()).unwrap();
        steps.add(started.elapsed(), None);
        if !has_more {
            break;
        }
    }
    println!("idle steps: {}, p50 {:.1} ms, max {:.1} ms", steps.each.len(), steps.at(0.5), steps.at(1.0));

    let started = Watch::start();
    let plain_path = folder.path().join("plain.db");
    let plain = plain(&plain_path, &key, &texts);
    println!("plain FTS5: filled in {:.1} s", started.elapsed().as_secs_f64());
    let megabytes = |path: &std::path::Path| std::fs::metadata(path).map_or(0.0, |data| data.len() as f64 / 1e6);
    println!("on disk: cache {:.1} MB, plain {:.1} MB", megabytes(&path), megabytes(&plain_path));

    // Once for the page cache.
    for (_, questions) in &classes {
        for question in questions.iter().step_by(10) {
            ask(&cache, question);
            ask_plain(&plain, question);
        }
    }
    println!("\n{:26} {:>7} {:>7} {:>7} {:>7} {:>5} {:>5}", "ms", "p50", "p95", "p99", "max", "s@1", "s@5");
    let (mut all, mut all_plain) = (Times::default(), Times::default());
    for (name, questions) in &classes {
        let (mut ours, mut theirs) = (Times::default(), Times::default());
        for question in questions {
            let started = Watch::start();
            let found = ask(&cache, question);
            let took = started.elapsed();
            ours.add(took, question.page.map(|page| found.iter().position(|item| *item == ItemId::Page(id(page)))));
            let started = Watch::start();
            let found = ask_plain(&plain, question);
            theirs.add(started.elapsed(), question.page.map(|page| found.iter().position(|number| *number == page)));
        }
        println!("{name:26} {}", ours.shown());
        println!("{:26} {}   p99 {:.1} times ours", "  plain FTS5", theirs.shown(), theirs.at(0.99) / ours.at(0.99));
        all.absorb(&ours);
        all_plain.absorb(&theirs);
    }
    println!("{:26} {}", "all", all.shown());
    println!("{:26} {}   p99 {:.1} times ours", "  plain FTS5", all_plain.shown(), all_plain.at(0.99) / all.at(0.99));
}
