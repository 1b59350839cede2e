//! `satchel search`: hits in their groups, with what matched set apart.

use jiff::{Timestamp, tz::TimeZone};
use satchel_core::view::{
    AccountView, HitGroup, ItemKind, Mark, Profile, SearchHit, SearchRequest, SearchResults, Trailing,
};
use serde::Serialize;

use crate::{
    Failure,
    args::KindWord,
    catalogue::text,
    console::{Console, Line, Tone},
    failure::with_commands,
    moment::ago,
    naming::{self, kind_name, shown_title},
    session::{Session, chosen},
};

#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    #[serde(flatten)]
    results: &'a SearchResults,
}

pub(super) async fn run(
    session: &mut Session,
    console: &mut Console,
    query: &str,
    account: Option<&str>,
    kind: Option<KindWord>,
    limit: u32,
) -> Result<(), Failure> {
    let (core, state) = session.open(console, Profile::Personal).await?;
    if state.accounts.is_empty() {
        return Err(naming::no_accounts());
    }
    let kinds = kind.map(|kind| match kind {
        KindWord::Page => ItemKind::Page,
        KindWord::Row => ItemKind::Row,
        KindWord::Database => ItemKind::DataSource,
    });
    let request = SearchRequest {
        query: query.to_owned(),
        account_ids: chosen(&state, account)?.into_iter().collect(),
        kinds: kinds.into_iter().collect(),
        limit,
        ..SearchRequest::default()
    };
    let results = core.search(request).await?;
    if console.is_json {
        console.json(&Answer { query, results: &results });
        return Ok(());
    }
    let shown = Shown { accounts: &state.accounts, now: (session.world.now)(), zone: &session.world.zone };
    show(console, query, &results, &shown);
    if state.accounts.iter().all(|account| account.coverage.pages == 0) {
        console.remark(with_commands("The copy is empty so far: `satchel sync` fills it."));
    }
    Ok(())
}

/// What hits are shown with.
pub(super) struct Shown<'a> {
    pub(super) accounts: &'a [AccountView],
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
}

pub(super) fn show(console: &mut Console, query: &str, results: &SearchResults, shown: &Shown<'_>) {
    if results.hits.is_empty() {
        console.remark(Line::new().plain(&text("search_none_title").replace("{query}", query)));
        return;
    }
    let mut group = None;
    for hit in &results.hits {
        if group != Some(hit.group) {
            if group.is_some() {
                console.say(Line::new());
            }
            group = Some(hit.group);
            console.say(Line::new().dim(text(match hit.group {
                HitGroup::Best => "search_group_best",
                HitGroup::Title => "search_group_title",
                HitGroup::Text => "search_group_text",
            })));
        }
        show_hit(console, hit, shown);
    }
    let count = results.hits.len();
    let total = usize::try_from(results.total).unwrap_or(count).max(count);
    let about = if results.is_complete { "" } else { "about " };
    let of = if total > count { format!(" of {about}{total}") } else { String::new() };
    let took = f64::from(results.took_us) / 1000.0;
    console.remark(Line::new());
    let noun = if total == 1 { "result" } else { "results" };
    console.remark(Line::new().dim(&format!("{count}{of} {noun} in {took:.1} ms")));
}

fn show_hit(console: &mut Console, hit: &SearchHit, shown: &Shown<'_>) {
    let width = console.width();
    let fit = |line: Line| width.map_or_else(|| line.clone(), |width| line.clone().cut(width));
    let mut title = Line::new().plain("  ");
    title = if hit.title.trim().is_empty() {
        title.strong(&shown_title(&hit.title))
    } else {
        title.then(marked(&hit.title, &hit.title_marks, Tone::Strong))
    };
    let path = naming::path(shown.accounts, hit.reference.account_id, &hit.crumbs);
    console.say(fit(title.plain("  ").dim(&path)));
    let mut facts = vec![match &hit.trailing {
        Some(Trailing::File { format }) => format.clone(),
        Some(Trailing::Status { option }) => option.name.clone(),
        Some(Trailing::Rows { count }) => format!("{count} row{}", if *count == 1 { "" } else { "s" }),
        None => kind_name(hit.kind).into(),
    }];
    if let Some(comment) = &hit.comment {
        let who = comment.author.clone().unwrap_or_else(|| text("comments_someone").to_owned());
        facts = vec![format!("comment by {who}")];
    }
    facts.push(format!("edited {}", ago(&hit.last_edited_time, shown.now, shown.zone)));
    if !hit.is_kept {
        facts.push(text("search_title_only").to_lowercase());
    }
    console.say(fit(Line::new().plain("    ").dim(&facts.join(", "))));
    if let Some(snippet) = &hit.snippet {
        let text = snippet.text.replace('\n', " ");
        console.say(fit(Line::new().plain("    ").then(marked(&text, &snippet.marks, Tone::Plain))));
    }
}

/// A text with its marks, which count UTF-16 units.
fn marked(text: &str, marks: &[Mark], tone: Tone) -> Line {
    let mut line = Line::new();
    let mut piece = String::new();
    let mut is_inside = false;
    let mut unit = 0_u32;
    for character in text.chars() {
        let now = marks.iter().any(|mark| (mark.start..mark.end).contains(&unit));
        if now != is_inside {
            line = line.tone(if is_inside { Tone::Mark } else { tone }, &std::mem::take(&mut piece));
            is_inside = now;
        }
        piece.push(character);
        unit += if u32::from(character) > 0xffff { 2 } else { 1 };
    }
    line.tone(if is_inside { Tone::Mark } else { tone }, &piece)
}
