//! `satchel show`: a page with its values and its text, or a database with its rows.

use jiff::{Timestamp, tz::TimeZone};
use satchel_core::{
    AppError, ErrorCode,
    view::{ItemView, RowsView},
};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::{
    Failure,
    console::{Console, Line, Tone, clean},
    moment::ago,
    naming::{self, shown_title},
    reading::{self, value},
    session::{Session, chosen},
    wrapping,
};

/// How many columns of a database are shown.
const MOST_COLUMNS: usize = 6;
/// The widest column.
const WIDEST_CELL: usize = 32;

/// How much of a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Whole,
    Markdown,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    view: &'a ItemView,
    /// The text as Markdown.
    markdown: Option<String>,
}

pub(super) async fn run(
    session: &mut Session,
    console: &mut Console,
    words: &str,
    account: Option<&str>,
    form: Form,
    is_refreshed: bool,
) -> Result<(), Failure> {
    let (core, state) = session.open_connected(console).await?;
    let chosen = chosen(&state, account)?;
    let named = naming::item(&core, &state.accounts, chosen, words).await?;
    if is_refreshed {
        core.refresh_item(named.reference).await?;
    }
    let view = core.open_item(named.reference).await?;
    if console.is_json {
        console.json(&Answer { markdown: reading::markdown(&view), view: &view });
        return Ok(());
    }
    let now = (session.world.now)();
    match form {
        Form::Markdown => {
            let text = reading::markdown(&view).ok_or_else(|| AppError::expected(ErrorCode::NotKept))?;
            // Blanks at the ends of lines mean something in Markdown, so the lines are not laid out.
            for line in text.lines() {
                console.raw(&clean(line));
                console.raw("\n");
            }
        }
        Form::Whole => show(console, &view, &named.path, now, &session.world.zone, usize::MAX),
    }
    Ok(())
}

/// Everything of a page, but at most so many lines of its text.
pub(super) fn show(
    console: &mut Console,
    view: &ItemView,
    path: &str,
    now: Timestamp,
    zone: &TimeZone,
    most_lines: usize,
) {
    console.say(Line::new().dim(path));
    console.say(Line::new().strong(&shown_title(&view.title)));
    console.say(Line::new().typed(&view.url));
    console.say(Line::new().dim(&facts(view, now, zone)));
    if view.in_trash {
        console.say(Line::new().tone(Tone::Bad, crate::catalogue::text("search_in_trash")));
    }
    let values: Vec<(String, String)> = view
        .properties
        .iter()
        .filter_map(|property| Some((clean(&property.name), value(&property.value, view, zone)?)))
        .collect();
    if !values.is_empty() {
        console.say(Line::new());
        let column = values.iter().map(|(name, _)| name.width()).max().unwrap_or(0).min(24) + 2;
        let width = console.width();
        for (name, value) in values {
            let line = Line::new().dim(&name).until_column(column).plain(&value);
            console.say(width.map_or(line.clone(), |width| line.cut(width)));
        }
    }
    if let Some(rows) = &view.rows {
        console.say(Line::new());
        table(console, rows, view, zone);
        return;
    }
    console.say(Line::new());
    match reading::markdown(view) {
        Some(text) if text.trim().is_empty() => console.say(Line::new().dim("This page has no text.")),
        Some(text) => {
            let lines = wrapping::lines(&text, console.width());
            let more = lines.len().saturating_sub(most_lines);
            lines.into_iter().take(most_lines).for_each(|line| console.say(line));
            if more > 0 {
                console.say(Line::new().dim(&format!("… and {more} more lines")));
            }
        }
        None => console.say(
            Line::new().dim("The text of this page is not in the copy yet; it is fetched when there is a network."),
        ),
    }
    if view.is_truncated {
        console.remark(Line::new().dim("Notion sent this page only up to here. The rest is in Notion."));
    }
}

/// The age of the copy and of the page.
fn facts(view: &ItemView, now: Timestamp, zone: &TimeZone) -> String {
    let mut facts = Vec::new();
    if let Some(time) = &view.fetched_at {
        facts.push(format!("copied {}", ago(time, now, zone)));
    }
    facts.push(format!("edited {}", ago(&view.last_edited_time, now, zone)));
    match view.comment_count {
        0 => {}
        1 => facts.push("1 comment".into()),
        count => facts.push(format!("{count} comments")),
    }
    facts.join(", ")
}

/// The first columns of the rows.
fn table(console: &mut Console, rows: &RowsView, view: &ItemView, zone: &TimeZone) {
    let columns: Vec<_> = rows.columns.iter().take(MOST_COLUMNS).collect();
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|column| clean(&column.name)).collect()];
    for row in &rows.rows {
        let cell = |column: &&satchel_model::PropertySchema| {
            if column.kind == "title" {
                return shown_title(&row.title);
            }
            let property = row.properties.iter().find(|property| property.id == column.id);
            clean(&property.and_then(|property| value(&property.value, view, zone)).unwrap_or_default())
        };
        lines.push(columns.iter().map(cell).collect());
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.width()).max().unwrap_or(0).min(WIDEST_CELL)
        })
        .collect();
    let screen = console.width();
    for (number, cells) in lines.iter().enumerate() {
        let mut line = Line::new();
        let mut column = 0;
        for (cell, width) in cells.iter().zip(&widths) {
            if column > 0 {
                line = line.until_column(column);
            }
            let tone = if number == 0 { Tone::Dim } else { Tone::Plain };
            line = line.then(Line::new().tone(tone, cell).cut(*width));
            column += width + 2;
        }
        console.say(screen.map_or(line.clone(), |screen| line.cut(screen)));
    }
    let more = usize::try_from(rows.total).unwrap_or(0).saturating_sub(rows.rows.len());
    if more > 0 {
        console.remark(Line::new().dim(&format!("and {more} more rows")));
    }
}
