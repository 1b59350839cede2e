//! One search over all accounts.

mod names;
mod show;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use satchel_model::{AccountId, Timestamp};
use satchel_search::{Moments, token};
use satchel_store::{
    Interrupt, ListedKind, StoreError,
    index::{self, Filters, Hit, Kind, Order},
};

use crate::{
    AppError, Core, items,
    view::{DatabaseSummary, HitGroup, ItemKind, SearchOrder, SearchRequest, SearchResults},
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

    /// The names of those who made what is kept, in one account or all, whoever made most first: whom a search can be narrowed to.
    ///
    /// # Errors
    /// A copy cannot be read.
    pub async fn search_authors(&self, account_id: Option<AccountId>) -> Result<Vec<String>, AppError> {
        let workspaces = self.chosen(account_id)?;
        self.read(move || {
            let mut known = BTreeSet::new();
            let mut names = Vec::new();
            for workspace in &workspaces {
                let cache = &workspace.cache.reader;
                for id in cache.authors()? {
                    // Somebody of two workspaces has a name, not two.
                    if let Some(name) = cache.user(id)?.and_then(|user| user.name)
                        && known.insert(token::key(&name))
                    {
                        names.push(name);
                    }
                }
            }
            Ok(names)
        })
        .await
    }

    /// All databases, by title, with the number of rows that are kept.
    ///
    /// # Errors
    /// A copy cannot be read.
    pub async fn databases(&self, account_id: Option<AccountId>) -> Result<Vec<DatabaseSummary>, AppError> {
        let workspaces = self.chosen(account_id)?;
        self.read(move || {
            let mut databases = Vec::new();
            for workspace in &workspaces {
                let cache = &workspace.cache.reader;
                for listed in cache.find_titles("", &[ListedKind::DataSource], u32::MAX)? {
                    let satchel_model::ItemId::DataSource(id) = listed.item else { continue };
                    let rows = cache.rows(id, 0, 0)?.total;
                    databases.push(DatabaseSummary { summary: items::summary(workspace, listed, None)?, rows });
                }
            }
            databases.sort_by_cached_key(|database| token::key(&database.summary.title));
            Ok(databases)
        })
        .await
    }
}

fn run(
    workspaces: &[Arc<Workspace>],
    request: &SearchRequest,
    now: Timestamp,
    interrupt: &Interrupt,
) -> Result<SearchResults, StoreError> {
    let zone = jiff::tz::TimeZone::system();
    let understood = names::understand(&request.query, workspaces)?;
    let query = &understood.query;
    let typed = Filters::of(query, now, &zone);
    let limit = request.limit.min(MOST_HITS) as usize;
    let chips = Filters {
        kinds: request.kinds.iter().copied().map(kind).collect(),
        edited: request.edited.as_deref().and_then(Moments::parse).map(|moments| moments.resolve(now, &zone)),
        ..Filters::default()
    };
    let authors = request.author.as_deref().map(|name| names::authors_of(name, workspaces)).transpose()?;
    let searched: Vec<&Arc<Workspace>> = workspaces
        .iter()
        .filter(|workspace| request.account_ids.is_empty() || request.account_ids.contains(&workspace.id))
        .filter(|workspace| understood.includes(workspace.id))
        .collect();

    // Ranks of several accounts can be compared only when rare words are equally rare in all of them.
    let mut frequencies = None;
    if searched.len() > 1 {
        for workspace in &searched {
            let own = workspace.cache.reader.frequencies(query)?;
            frequencies = Some(match frequencies {
                None => own,
                Some(sum) => own.with(&sum),
            });
        }
    }
    let order = order(request.order);
    let mut pages: Vec<(AccountId, index::SearchPage)> = Vec::new();
    for workspace in &searched {
        let authors = authors.as_ref().map(|of| of.get(&workspace.id).cloned().unwrap_or_default());
        let request = index::SearchRequest {
            query: query.clone(),
            filters: typed.clone().and(understood.meant(workspace.id)).and(Filters { authors, ..chips.clone() }),
            order,
            limit,
            now,
            frequencies: frequencies.clone(),
        };
        pages.push((workspace.id, workspace.cache.reader.search(&request, interrupt)?));
    }

    let mut total: u32 = pages.iter().map(|(_, page)| page.total_estimate).sum();
    let is_complete = pages.iter().all(|(_, page)| page.is_complete);
    let mut corrections: Vec<String> = pages
        .iter()
        .flat_map(|(_, page)| &page.corrections)
        .filter_map(|correction| correction.words.first().cloned())
        .collect();
    corrections.sort();
    corrections.dedup();
    let needles: BTreeMap<AccountId, index::Needles> =
        pages.iter().map(|(id, page)| (*id, page.needles.clone())).collect();
    let lists: Vec<Vec<(AccountId, Hit)>> =
        pages.into_iter().map(|(id, page)| page.hits.into_iter().map(|hit| (id, hit)).collect()).collect();
    let merged = merge(lists, order, limit);

    let by_id: BTreeMap<AccountId, &Arc<Workspace>> =
        searched.iter().map(|workspace| (workspace.id, *workspace)).collect();
    let mut hits = Vec::with_capacity(merged.len());
    let mut asides = Vec::new();
    for (position, (account_id, hit)) in merged.into_iter().enumerate() {
        let (Some(workspace), Some(needles)) = (by_id.get(&account_id), needles.get(&account_id)) else { continue };
        let shown = show::show(workspace, needles, hit, position == 0)?;
        total += u32::try_from((shown.rows.len() + shown.asides.len()).saturating_sub(1)).unwrap_or(0);
        hits.extend(shown.rows);
        asides.extend(shown.asides);
    }
    hits.extend(asides);
    if order == Order::Relevance {
        // Each account has a best of its own; of all together only the first may be it.
        hits.sort_by_key(|hit| match hit.group {
            HitGroup::Best => 0,
            HitGroup::Title => 1,
            HitGroup::Text => 2,
        });
    }
    Ok(SearchResults { hits, total, is_complete, corrections, narrowed: understood.narrowed, took_us: 0 })
}

/// One list from those of several accounts, in the order that was asked for.
fn merge(lists: Vec<Vec<(AccountId, Hit)>>, order: Order, limit: usize) -> Vec<(AccountId, Hit)> {
    let mut all: Vec<(AccountId, Hit)> = match order {
        Order::Relevance => return satchel_search::merge(lists, |(_, hit)| hit.rank, limit),
        Order::Edited | Order::Title => lists.into_iter().flatten().collect(),
    };
    match order {
        Order::Title => all.sort_by_cached_key(|(_, hit)| (token::key(&hit.title), Reverse(hit.edited_at))),
        Order::Edited | Order::Relevance => all.sort_by_key(|(_, hit)| Reverse(hit.edited_at)),
    }
    all.truncate(limit);
    all
}

const fn order(order: SearchOrder) -> Order {
    match order {
        SearchOrder::Relevance => Order::Relevance,
        SearchOrder::Edited => Order::Edited,
        SearchOrder::Title => Order::Title,
    }
}

const fn kind(kind: ItemKind) -> Kind {
    match kind {
        ItemKind::Page => Kind::Page,
        ItemKind::Row => Kind::Row,
        ItemKind::DataSource => Kind::DataSource,
    }
}
