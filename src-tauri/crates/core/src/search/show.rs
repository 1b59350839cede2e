//! From what the indexes found to what is shown: icons, paths, one more fact, and the comments that a page was found by.

use std::sync::Arc;

use satchel_model::{Comment, ItemId, Page, PageId, PropertyValue, plain_text};
use satchel_search::{Field, snippet};
use satchel_store::{
    StoreError,
    index::{Group, Hit, Kind, Needles, Passage},
};

use crate::{
    items,
    view::{CommentHit, HitGroup, ItemKind, ItemRef, Mark, SearchHit, SnippetView, Trailing},
    workspace::Workspace,
};

/// Of one page, more comments than this are read on the page.
const MOST_COMMENTS: usize = 3;

/// What a hit becomes: its row, or the comments it was found by, or both.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// In the place of the hit.
    pub(super) rows: Vec<SearchHit>,
    /// After everything else that was found in texts: comments on a page that was found by more than them.
    pub(super) asides: Vec<SearchHit>,
}

pub(super) fn show(
    workspace: &Arc<Workspace>,
    needles: &Needles,
    hit: Hit,
    is_first: bool,
) -> Result<Shown, StoreError> {
    let mut shown = Shown::default();
    let row = row(workspace, &hit, is_first)?;
    if hit.has_comment
        && let ItemId::Page(id) = hit.item
    {
        let passage =
            hit.snippet.as_ref().filter(|passage| passage.field == Field::Comments && hit.group == Group::Text);
        let clauses = passage.map_or(needles.clauses(), |passage| passage.clauses);
        let comments = comments(workspace, id, needles, clauses.max(1), &row)?;
        match (passage.is_some(), comments.is_empty()) {
            (true, false) => {
                shown.rows = comments;
                return Ok(shown);
            }
            // What stands only in two comments together is the page's.
            _ if row.group == HitGroup::Text => shown.rows.extend(comments),
            _ => shown.asides = comments,
        }
    }
    shown.rows.insert(0, row);
    Ok(shown)
}

/// The comments on a page that have at least so many of the words, the latest first.
fn comments(
    workspace: &Arc<Workspace>,
    id: PageId,
    needles: &Needles,
    clauses: usize,
    page: &SearchHit,
) -> Result<Vec<SearchHit>, StoreError> {
    let cache = &workspace.cache.reader;
    let Some(kept) = cache.comments(id)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for comment in kept.comments.iter().rev() {
        let said = plain_text(&comment.text);
        let Some(passage) = snippet::passage([(Field::Comments, said.as_str())], needles) else { continue };
        if passage.clauses < clauses {
            continue;
        }
        found.push(SearchHit {
            group: HitGroup::Text,
            title_marks: Vec::new(),
            snippet: Some(passage_view(passage)),
            last_edited_time: comment.created_time.to_string(),
            trailing: None,
            comment: Some(CommentHit { discussion_id: comment.discussion_id, author: author(workspace, comment)? }),
            ..page.clone()
        });
        if found.len() == MOST_COMMENTS {
            break;
        }
    }
    Ok(found)
}

fn author(workspace: &Workspace, comment: &Comment) -> Result<Option<String>, StoreError> {
    let author = &comment.created_by;
    Ok(match &author.display_name {
        Some(name) => Some(name.clone()),
        None => workspace.cache.reader.user(author.user_id)?.and_then(|user| user.name),
    })
}

fn row(workspace: &Arc<Workspace>, hit: &Hit, is_first: bool) -> Result<SearchHit, StoreError> {
    let cache = &workspace.cache.reader;
    let (icon, is_kept, trailing) = match hit.item {
        ItemId::Page(id) => {
            let page = cache.page(id)?.map(|page| page.value);
            let fact = page.as_ref().and_then(|page| fact(page, &hit.title));
            (page.and_then(|page| page.icon), cache.body(id)?.is_some(), fact)
        }
        ItemId::DataSource(id) => {
            let count = cache.rows(id, 0, 0)?.total;
            let icon = cache.listed(hit.item)?.and_then(|listed| listed.icon);
            (icon, true, Some(Trailing::Rows { count }))
        }
    };
    Ok(SearchHit {
        reference: ItemRef { account_id: workspace.id, item: hit.item },
        kind: kind(hit.kind),
        group: match hit.group {
            Group::Best if is_first => HitGroup::Best,
            Group::Best | Group::Title => HitGroup::Title,
            Group::Text => HitGroup::Text,
        },
        title: hit.title.clone(),
        title_marks: marks(&hit.title_marks),
        icon,
        crumbs: items::crumbs(workspace, hit.item)?,
        snippet: hit.snippet.clone().map(passage_view),
        last_edited_time: hit.edited_at.to_string(),
        trailing,
        comment: None,
        is_kept,
    })
}

/// The one fact there is room for: the status of a row, or what kind of file a page stands for. The service tells no size of a file.
fn fact(page: &Page, title: &str) -> Option<Trailing> {
    let status = page.properties.iter().find_map(|property| match &property.value {
        PropertyValue::Status { option: Some(option) } => Some(Trailing::Status { option: option.clone() }),
        _ => None,
    });
    status.or_else(|| {
        let attached = page.properties.iter().find_map(|property| match &property.value {
            PropertyValue::Files { files } => files.first().map(|file| file.name.as_str()),
            _ => None,
        });
        let format = file_format(title).or_else(|| attached.and_then(file_format))?;
        Some(Trailing::File { format })
    })
}

/// What the end of a name says of the file, `PDF`; `None` for names that only have a dot in them.
fn file_format(name: &str) -> Option<String> {
    const FORMATS: [&str; 24] = [
        "ai", "csv", "doc", "docx", "fig", "gif", "heic", "jpeg", "jpg", "key", "md", "mov", "mp3", "mp4", "pdf",
        "png", "ppt", "pptx", "psd", "svg", "txt", "xls", "xlsx", "zip",
    ];
    let (_, format) = name.trim().rsplit_once('.')?;
    let format = format.to_lowercase();
    FORMATS.contains(&format.as_str()).then(|| format.to_uppercase())
}

fn passage_view(passage: Passage) -> SnippetView {
    let (before, after) = (if passage.is_cut_before { "…" } else { "" }, if passage.is_cut_after { "…" } else { "" });
    let shift = u32::try_from(before.encode_utf16().count()).unwrap_or(0);
    let mut marks = marks(&passage.marks);
    for mark in &mut marks {
        mark.start += shift;
        mark.end += shift;
    }
    SnippetView { text: format!("{before}{}{after}", passage.text), marks }
}

fn marks(marks: &[satchel_search::Mark]) -> Vec<Mark> {
    let unit = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
    marks.iter().map(|mark| Mark { start: unit(mark.utf16.start), end: unit(mark.utf16.end) }).collect()
}

pub(super) const fn kind(kind: Kind) -> ItemKind {
    match kind {
        Kind::Page => ItemKind::Page,
        Kind::Row => ItemKind::Row,
        Kind::DataSource => ItemKind::DataSource,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_tells_the_kind_of_file() {
        assert_eq!(file_format("Launch-plan-v7-FINAL (2).pdf").as_deref(), Some("PDF"));
        assert_eq!(file_format("Shore.JPG").as_deref(), Some("JPG"));
        assert_eq!(file_format("Build 3.0.113"), None);
        assert_eq!(file_format("What is next."), None);
    }
}
