//! `satchel demo`: the whole job on three sample workspaces, against a simulated Notion inside this process.
//!
//! Nothing is staged: these are the same calls as those of the other commands, and what is printed is what they answered.

use std::time::Duration;

use satchel_core::{
    AppError, Core, ErrorCode,
    view::{AccountView, CommentsView, ItemView, OutboxItem, OutboxState, Profile, SearchRequest, SearchResults},
};
use serde_json::{Value, json};

use super::{
    comment,
    search::{self, Shown},
    show, sync,
};
use crate::{
    Failure,
    console::{Console, Line, Tone},
    naming::{self, Named},
    reading,
    session::Session,
    settling::{self, Ended},
};

const QUERY: &str = "launch plan";
const NOTE: &str = "Ask the harbour office about **mooring fees**";
const COMMENT: &str = "The dates look right to me.";
/// How much of the page is shown: enough to see that it is all there.
const MOST_LINES: usize = 16;
/// Far more than a write to the simulator takes.
const SENDING: Duration = Duration::from_secs(30);

pub(super) async fn run(session: &mut Session, console: &mut Console) -> Result<(), Failure> {
    console.confirm(
        Line::new().strong("Satchel demo").dim(": three sample workspaces on a simulated Notion inside this process."),
    );
    console.confirm(Line::new().dim("No account, no network, nothing on disk; all of it is gone when this ends."));
    let (core, state) = session.open(console, Profile::Demo).await?;

    step(console, "Bring three workspaces here", "satchel sync");
    let column = state.accounts.iter().map(|account| Line::new().plain(&account.name).width()).max().unwrap_or(0) + 4;
    let told = |console: &mut Console, end: &Ended| console.say(sync::line(end, column));
    let synced = settling::sync(&core, &state.accounts, console, told).await?;
    if let Some(code) = synced.iter().find_map(|end| end.trouble) {
        return Err(AppError::expected(code).into());
    }
    let accounts = core.state().await?.accounts;

    step(console, "Search all of them at once", &format!("satchel search {QUERY}"));
    let request = SearchRequest { query: QUERY.into(), limit: 6, ..SearchRequest::default() };
    let results = core.search(request).await?;
    let shown = Shown { accounts: &accounts, now: (session.world.now)(), zone: &session.world.zone };
    search::show(console, QUERY, &results, &shown);
    let best = results.hits.first().ok_or_else(|| AppError::expected(ErrorCode::NotFound))?;

    step(console, "Read a page from the copy", &format!("satchel show \"{}\"", best.title));
    let page = core.open_item(best.reference).await?;
    let path = naming::path(&accounts, best.reference.account_id, &best.crumbs);
    show::show(console, &page, &path, (session.world.now)(), &session.world.zone, MOST_LINES);

    step(console, "Write something down", &format!("satchel capture \"{NOTE}\""));
    let captured = capture(&core, &accounts).await?;
    captured.tell(console);

    step(console, "Comment on the page", &format!("satchel comment \"{}\" \"{COMMENT}\"", best.title));
    let named = Named { reference: best.reference, title: best.title.clone(), path };
    let (commented, comments) = add_comment(&core, &named).await?;
    console.say(fate(&commented));
    comment::show(console, &comments, (session.world.now)(), &session.world.zone);

    next(console);
    if console.is_json {
        console.json(&facts(&synced, &results, &page, &captured, &commented, &comments));
    }
    Ok(())
}

fn step(console: &mut Console, title: &str, command: &str) {
    console.set_inset(0);
    console.confirm(Line::new());
    console.confirm(Line::new().tone(Tone::Mark, "● ").strong(title).plain("  ").typed(&format!("$ {command}")));
    console.set_inset(2);
}

/// A note, where it went, and the page as Notion has it afterwards.
struct Captured {
    place: Named,
    item: OutboxItem,
    last_line: String,
}

impl Captured {
    fn has_arrived(&self) -> bool {
        matches!(self.item.state, OutboxState::Sent { .. }) && self.last_line == NOTE
    }

    fn tell(&self, console: &mut Console) {
        let place = Line::new().strong(&self.place.title).plain("  ").dim(&self.place.path);
        console.say(fate(&self.item).plain(" to ").then(place));
        let line = Line::new().plain("The page, fetched anew, now ends with: ");
        let tone = if self.has_arrived() { Tone::Good } else { Tone::Bad };
        console.say(line.tone(tone, &self.last_line));
    }
}

async fn capture(core: &Core, accounts: &[AccountView]) -> Result<Captured, Failure> {
    let (place, _) = naming::destination(core, accounts, None, None).await?;
    let saved = core.capture(NOTE.into(), place.reference.account_id, naming::target_of(place.reference.item)).await?;
    let item = settling::operation(core, saved.operation_id, SENDING).await?;
    let page = core.refresh_item(place.reference).await?;
    let text = reading::markdown(&page).unwrap_or_default();
    let last_line = text.lines().last().unwrap_or_default().to_owned();
    Ok(Captured { place, item, last_line })
}

async fn add_comment(core: &Core, named: &Named) -> Result<(OutboxItem, CommentsView), Failure> {
    let page_id = comment::page_of(named)?;
    let account_id = named.reference.account_id;
    let (_, item) = comment::add(core, account_id, page_id, COMMENT.into(), SENDING).await?;
    Ok((item, core.refresh_comments(account_id, page_id).await?))
}

fn fate(item: &OutboxItem) -> Line {
    match &item.state {
        OutboxState::Sent { .. } => Line::new().tone(Tone::Good, "✓ ").plain("Sent"),
        _ => Line::new().tone(Tone::Bad, "✗ ").plain("Not sent yet"),
    }
}

fn next(console: &mut Console) {
    console.set_inset(0);
    console.confirm(Line::new());
    console.confirm(Line::new().strong("What to try next"));
    let rows = [
        ("satchel open --demo", "the same workspaces in windows"),
        ("satchel account add", "your own workspace, with a token from Notion"),
        ("satchel search --help", "what a search understands"),
    ];
    for (command, what) in rows {
        console.confirm(Line::new().plain("  ").typed(command).until_column(26).dim(what));
    }
}

fn facts(
    synced: &[Ended],
    results: &SearchResults,
    page: &ItemView,
    captured: &Captured,
    commented: &OutboxItem,
    comments: &CommentsView,
) -> Value {
    let workspaces: Vec<Value> =
        synced.iter().map(|end| json!({ "account": end.account, "took_ms": end.took.as_millis() })).collect();
    json!({
        "workspaces": workspaces,
        "search": { "query": QUERY, "results": results },
        "page": { "view": page, "markdown": reading::markdown(page) },
        "capture": {
            "text": NOTE,
            "destination": { "title": captured.place.title, "path": captured.place.path },
            "operation_id": captured.item.id,
            "state": captured.item.state,
            "last_line_of_page": captured.last_line,
            "has_arrived": captured.has_arrived(),
        },
        "comment": { "text": COMMENT, "state": commented.state, "comments": comments },
    })
}
