//! The demo: three workspaces of people who do not exist, written as files under `demo/` and carried in the crate.
//!
//! A page is a Markdown file with a JSON head up to a line of three dashes; its key is the file's name. Its body is the service's
//! Markdown with `{{…}}` for addresses and ids (see [`crate::seed`]) and, between lines `:::blocks` and `:::`, JSON for blocks that
//! Markdown cannot say. Property values are short (`"Status": "Done"`) and get the API's shape from the schema of their data source.
//! Times are absolute and become ages before [`NOW`].
//!
//! Not here: how a seed becomes state, and any content.

mod files;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::seed::{
    BodySeed, CommentSeed, ConnectionSeed, DataSourceSeed, DatabaseSeed, GroupSeed, PageSeed, ParentSeed, PersonSeed,
    Plan, PublicConnectionSeed, Seed, Stamps, WorkspaceSeed,
};
use files::{Files, WORKSPACES};

/// The demo's present: a Sunday afternoon in Lisbon, twelve days before a launch.
pub const NOW: &str = "2026-11-22T14:31:00Z";

/// When a page was last edited that does not say.
const QUIET: &str = "2026-10-05T09:00:00Z";

/// How long before its last edit a page was made that does not say.
const MADE_BEFORE: u32 = 30 * 24 * 60;

/// Three workspaces, about seventy pages, the same every time.
#[expect(clippy::expect_used, reason = "the files are part of the crate, and a test reads them all")]
pub fn seed() -> Seed {
    read().expect("the demo's files are well-formed")
}

/// A file of the demo that cannot be understood.
#[derive(Debug, Error)]
enum DemoError {
    #[error("{path}: {source}")]
    Json { path: String, source: serde_json::Error },
    #[error("{path}: {problem}")]
    Form { path: String, problem: &'static str },
    #[error("{time} is no time")]
    Time { time: String, source: jiff::Error },
}

fn read() -> Result<Seed, DemoError> {
    let workspaces = WORKSPACES.iter().map(workspace).collect::<Result<_, _>>()?;
    Ok(Seed { now: NOW.to_owned(), workspaces, public_connections: vec![PublicConnectionSeed::satchel()] })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkspaceFile {
    key: String,
    name: String,
    plan: Plan,
    people: Vec<PersonSeed>,
    #[serde(default)]
    groups: Vec<GroupSeed>,
    connections: Vec<ConnectionSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseFile {
    key: String,
    parent: Option<String>,
    title: String,
    icon: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    inline: bool,
    edited: Option<String>,
    data_sources: Vec<DataSourceSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageHead {
    title: String,
    parent: Option<String>,
    icon: Option<String>,
    cover: Option<String>,
    #[serde(default)]
    is_locked: bool,
    created: Option<String>,
    edited: Option<String>,
    by: Option<String>,
    edited_by: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, Value>,
    #[serde(default)]
    comments: Vec<CommentHead>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentHead {
    by: String,
    at: String,
    text: String,
    /// How the block's text starts that the comment is on.
    on: Option<String>,
    #[serde(default)]
    resolved: bool,
}

fn workspace(files: &Files) -> Result<WorkspaceSeed, DemoError> {
    let file: WorkspaceFile = parsed("workspace.json", files.workspace)?;
    let databases: Vec<DatabaseSeed> =
        files.databases.iter().map(|(path, text)| database(path, text)).collect::<Result<_, _>>()?;
    let sources: BTreeMap<&str, &Map<String, Value>> = databases
        .iter()
        .flat_map(|database| &database.data_sources)
        .map(|source| (source.key.as_str(), &source.properties))
        .collect();
    let pages = files.pages.iter().map(|(path, text)| page(path, text, &sources)).collect::<Result<_, _>>()?;
    Ok(WorkspaceSeed {
        key: file.key,
        name: file.name,
        plan: file.plan,
        people: file.people,
        groups: file.groups,
        connections: file.connections,
        databases,
        pages,
    })
}

fn database(path: &str, text: &str) -> Result<DatabaseSeed, DemoError> {
    let file: DatabaseFile = parsed(path, text)?;
    Ok(DatabaseSeed {
        key: file.key,
        parent: parent(path, file.parent.as_deref())?,
        title: file.title,
        description: file.description,
        icon: file.icon.as_deref().map(emoji),
        cover: None,
        is_inline: file.inline,
        is_linked: false,
        is_wiki: false,
        stamps: stamps(None, file.edited.as_deref(), None, None)?,
        data_sources: file.data_sources,
    })
}

fn page(path: &str, text: &str, sources: &BTreeMap<&str, &Map<String, Value>>) -> Result<PageSeed, DemoError> {
    let form = |problem| DemoError::Form { path: path.to_owned(), problem };
    let (head, body) = text.split_once("\n---\n").ok_or_else(|| form("a page has a head and a line of dashes"))?;
    let head: PageHead = parsed(path, head)?;
    let parent = parent(path, head.parent.as_deref())?;
    let schema = match &parent {
        ParentSeed::DataSource(key) => Some(*sources.get(key.as_str()).ok_or_else(|| form("no such data source"))?),
        _ => None,
    };
    let properties = head
        .properties
        .into_iter()
        .map(|(name, value)| {
            let column = schema.and_then(|schema| schema.get(&name)).ok_or_else(|| form("a value has no column"))?;
            let shaped = shape::value(column, value).ok_or_else(|| form("a value does not fit its column"))?;
            Ok((name, shaped))
        })
        .collect::<Result<_, DemoError>>()?;
    let comments = head
        .comments
        .into_iter()
        .map(|comment| {
            Ok(CommentSeed {
                by: comment.by,
                minutes_ago: minutes_ago(&comment.at)?,
                markdown: comment.text,
                on_block: comment.on,
                is_resolved: comment.resolved,
            })
        })
        .collect::<Result<_, DemoError>>()?;
    Ok(PageSeed {
        key: key(path).to_owned(),
        parent,
        title: head.title,
        icon: head.icon.as_deref().map(emoji),
        cover: head.cover.map(|url| json!({ "type": "external", "external": { "url": url } })),
        is_locked: head.is_locked,
        stamps: stamps(head.created.as_deref(), head.edited.as_deref(), head.by, head.edited_by)?,
        properties,
        body: pieces(path, body)?,
        comments,
    })
}

/// Splits a body into Markdown and blocks.
fn pieces(path: &str, body: &str) -> Result<Vec<BodySeed>, DemoError> {
    let mut pieces = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in body.lines() {
        match line {
            ":::blocks" => pieces.extend(markdown(&mut lines)),
            ":::" => {
                pieces.push(BodySeed::Blocks(parsed(path, &lines.join("\n"))?));
                lines.clear();
            }
            line => lines.push(line),
        }
    }
    pieces.extend(markdown(&mut lines));
    Ok(pieces)
}

fn markdown(lines: &mut Vec<&str>) -> Option<BodySeed> {
    let text = lines.join("\n");
    lines.clear();
    (!text.is_empty()).then_some(BodySeed::Markdown(text))
}

/// The name of a file is its page's key.
fn key(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

fn parsed<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, DemoError> {
    serde_json::from_str(text).map_err(|source| DemoError::Json { path: path.to_owned(), source })
}

fn emoji(icon: &str) -> Value {
    json!({ "type": "emoji", "emoji": icon })
}

fn parent(path: &str, text: Option<&str>) -> Result<ParentSeed, DemoError> {
    Ok(match text.map(|text| text.split_once(':')) {
        None => ParentSeed::Workspace,
        Some(Some(("page", key))) => ParentSeed::Page(key.to_owned()),
        Some(Some(("data_source", key))) => ParentSeed::DataSource(key.to_owned()),
        Some(_) => {
            let problem = "a parent is `page:…` or `data_source:…`";
            return Err(DemoError::Form { path: path.to_owned(), problem });
        }
    })
}

fn minutes_ago(time: &str) -> Result<u32, DemoError> {
    let parse =
        |text: &str| text.parse::<Timestamp>().map_err(|source| DemoError::Time { time: text.to_owned(), source });
    let seconds = parse(NOW)?.as_second() - parse(time)?.as_second();
    Ok(u32::try_from(seconds / 60).unwrap_or(0))
}

fn stamps(
    created: Option<&str>,
    edited: Option<&str>,
    by: Option<String>,
    edited_by: Option<String>,
) -> Result<Stamps, DemoError> {
    let edited_minutes_ago = minutes_ago(edited.unwrap_or(QUIET))?;
    let created_minutes_ago = match created {
        Some(created) => minutes_ago(created)?,
        None => edited_minutes_ago.saturating_add(MADE_BEFORE),
    };
    Ok(Stamps { created_minutes_ago, edited_minutes_ago, edited_by: edited_by.or_else(|| by.clone()), created_by: by })
}
