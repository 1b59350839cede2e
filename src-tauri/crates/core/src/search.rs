//! One search over all accounts.

use std::{collections::BTreeMap, sync::Arc};

use satchel_model::{AccountId, ItemId, PropertyValue};
use satchel_store::{
    Interrupt, StoreError,
    index::{self, Filters, Group, Hit, Kind, Query},
};

use crate::{
    AppError, Core, items,
    view::{HitGroup, ItemKind, ItemRef, Mark, SearchHit, SearchRequest, SearchResults, SnippetView, Trailing},
    workspace::Workspace,
};

/// More hits than anybody looks through.
const MOST_HITS: u32 = 200;

impl Core {
    /// Searches all accounts, or those that are asked for. A newer call stops an older one, which then answers with `cancelled`.
    ///
    /// # Errors
    /// A copy cannot be read, or a newer search came.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchResults, AppError> {
        let started = tokio::time::Instant::now();
        let interrupt = Interrupt::new();
        let previous = {
            let mut searching = self.inner.searching.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::replace(&mut *searching, interrupt.clone())
        };
        previous.raise();
        let workspaces = self.workspaces();
        let now = self.now();
        let mut results = self.read(move || run(&workspaces, &request, now, &interrupt)).await?;
        results.took_us = u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX);
        Ok(results)
    }
}

fn run(
    workspaces: &[Arc<Workspace>],
    request: &SearchRequest,
    now: satchel_model::Timestamp,
    interrupt: &Interrupt,
) -> Result<SearchResults, StoreError> {
    let query = Query::parse(&request.query);
    let typed = Filters::of(&query, now, &jiff::tz::TimeZone::system());
    let limit = request.limit.min(MOST_HITS) as usize;
    let chips = Filters { kinds: request.kinds.iter().copied().map(kind).collect(), ..Filters::default() };
    let searched: Vec<&Arc<Workspace>> = workspaces
        .iter()
        .filter(|workspace| request.account_ids.is_empty() || request.account_ids.contains(&workspace.id))
        .filter(|workspace| names_workspace(&query, &workspace.account().workspace_name))
        .collect();

    // Ranks of several accounts can be compared only when rare words are equally rare in all of them.
    let mut frequencies = None;
    if searched.len() > 1 {
        for workspace in &searched {
            let own = workspace.cache.reader.frequencies(&query)?;
            frequencies = Some(match frequencies {
                None => own,
                Some(sum) => own.with(&sum),
            });
        }
    }
    let mut pages: Vec<(AccountId, index::SearchPage)> = Vec::new();
    for workspace in &searched {
        let request = index::SearchRequest {
            query: query.clone(),
            filters: typed.clone().and(chips.clone()),
            limit,
            now,
            frequencies: frequencies.clone(),
        };
        pages.push((workspace.id, workspace.cache.reader.search(&request, interrupt)?));
    }

    let total = pages.iter().map(|(_, page)| page.total_estimate).sum();
    let is_complete = pages.iter().all(|(_, page)| page.is_complete);
    let mut corrections: Vec<String> = pages
        .iter()
        .flat_map(|(_, page)| &page.corrections)
        .filter_map(|correction| correction.words.first().cloned())
        .collect();
    corrections.sort();
    corrections.dedup();
    let lists = pages.into_iter().map(|(id, page)| page.hits.into_iter().map(|hit| (id, hit)).collect()).collect();
    let merged: Vec<(AccountId, Hit)> = satchel_search::merge(lists, |(_, hit)| hit.rank, limit);

    let by_id: BTreeMap<AccountId, &Arc<Workspace>> =
        searched.iter().map(|workspace| (workspace.id, *workspace)).collect();
    let mut hits = Vec::with_capacity(merged.len());
    for (position, (account_id, hit)) in merged.into_iter().enumerate() {
        let Some(workspace) = by_id.get(&account_id) else { continue };
        hits.push(show(workspace, position, hit)?);
    }
    // Each account has a best of its own; of all together only the first may be it.
    hits.sort_by_key(|hit| match hit.group {
        HitGroup::Best => 0,
        HitGroup::Title => 1,
        HitGroup::Text => 2,
    });
    Ok(SearchResults { hits, total, is_complete, corrections, took_us: 0 })
}

/// Whether the query's `in:`, if it has any, means this workspace.
fn names_workspace(query: &Query, name: &str) -> bool {
    let wanted: Vec<String> = query
        .filters
        .iter()
        .filter_map(|filter| match &filter.word {
            satchel_search::FilterWord::Workspace(name) => Some(name.to_lowercase()),
            _ => None,
        })
        .collect();
    let name = name.to_lowercase();
    wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted))
}

fn show(workspace: &Arc<Workspace>, position: usize, hit: Hit) -> Result<SearchHit, StoreError> {
    let cache = &workspace.cache.reader;
    let (icon, is_kept, trailing) = match hit.item {
        ItemId::Page(id) => {
            let page = cache.page(id)?.map(|page| page.value);
            let status = page.as_ref().and_then(|page| {
                page.properties.iter().find_map(|property| match &property.value {
                    PropertyValue::Status { option: Some(option) } => Some(Trailing::Status { option: option.clone() }),
                    _ => None,
                })
            });
            (page.and_then(|page| page.icon), cache.body(id)?.is_some(), status)
        }
        ItemId::DataSource(id) => {
            let count = cache.rows(id, 0, 0)?.total;
            let icon = cache.listed(hit.item)?.and_then(|listed| listed.icon);
            (icon, true, Some(Trailing::Rows { count }))
        }
    };
    Ok(SearchHit {
        reference: ItemRef { account_id: workspace.id, item: hit.item },
        kind: match hit.kind {
            Kind::Page => ItemKind::Page,
            Kind::Row => ItemKind::Row,
            Kind::DataSource => ItemKind::DataSource,
        },
        group: match hit.group {
            Group::Best if position == 0 => HitGroup::Best,
            Group::Best | Group::Title => HitGroup::Title,
            Group::Text => HitGroup::Text,
        },
        title: hit.title,
        title_marks: marks(&hit.title_marks),
        icon,
        crumbs: items::crumbs(workspace, hit.item)?,
        snippet: hit.snippet.map(|passage| {
            let (before, after) =
                (if passage.is_cut_before { "…" } else { "" }, if passage.is_cut_after { "…" } else { "" });
            let shift = u32::try_from(before.encode_utf16().count()).unwrap_or(0);
            let mut marks = marks(&passage.marks);
            for mark in &mut marks {
                mark.start += shift;
                mark.end += shift;
            }
            SnippetView { text: format!("{before}{}{after}", passage.text), marks }
        }),
        last_edited_time: hit.edited_at.to_string(),
        trailing,
        is_kept,
    })
}

fn marks(marks: &[index::Mark]) -> Vec<Mark> {
    let unit = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
    marks.iter().map(|mark| Mark { start: unit(mark.utf16.start), end: unit(mark.utf16.end) }).collect()
}

const fn kind(kind: ItemKind) -> Kind {
    match kind {
        ItemKind::Page => Kind::Page,
        ItemKind::Row => Kind::Row,
        ItemKind::DataSource => Kind::DataSource,
    }
}
