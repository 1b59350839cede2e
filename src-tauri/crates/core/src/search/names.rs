//! Whom and what the names in a query mean: `in:work`, `database:Tasks`, `by:ada`. Only the accounts know; a name that none of them
//! has is a word like any other.

use std::{collections::BTreeMap, sync::Arc};

use satchel_model::{AccountId, DataSourceId, ItemId, UserId};
use satchel_search::{FilterWord, Query, token};
use satchel_store::{ListedKind, StoreError, index::Filters};

use crate::{
    view::{NarrowedBy, NarrowedView},
    workspace::Workspace,
};

/// More databases than this are not meant by one name.
const MOST_DATABASES: u32 = 100;

/// A query with its names understood.
#[derive(Debug, Default)]
pub(super) struct Understood {
    pub(super) query: Query,
    /// What of the query narrows, for the chips.
    pub(super) narrowed: Vec<NarrowedView>,
    meant: BTreeMap<AccountId, Filters>,
    workspaces: Option<Vec<AccountId>>,
}

impl Understood {
    /// Whether the query's `in:`, if it has any, means this workspace.
    pub(super) fn includes(&self, id: AccountId) -> bool {
        self.workspaces.as_ref().is_none_or(|meant| meant.contains(&id))
    }

    /// What the names mean in one account.
    pub(super) fn meant(&self, id: AccountId) -> Filters {
        self.meant.get(&id).cloned().unwrap_or_default()
    }
}

/// Understands what was typed.
pub(super) fn understand(text: &str, workspaces: &[Arc<Workspace>]) -> Result<Understood, StoreError> {
    let mut failure = None;
    let mut found: Vec<(FilterWord, Meaning)> = Vec::new();
    let query = Query::parse_knowing(text, |word| match meaning(word, workspaces) {
        Ok(Some(meaning)) => {
            let is_known = meaning.is_known();
            if is_known {
                found.push((word.clone(), meaning));
            }
            is_known
        }
        Ok(None) => true,
        Err(error) => {
            failure = Some(error);
            false
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let mut understood = Understood::default();
    for (_, meaning) in &found {
        understood.add(meaning, workspaces);
    }
    understood.narrowed = query
        .filters
        .iter()
        .map(|filter| {
            let named = found.iter().find(|(word, _)| *word == filter.word).map(|(_, meaning)| meaning.name.clone());
            let units = |to: usize| {
                let before = text.get(..to).unwrap_or_default();
                u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
            };
            let typed = text.get(filter.range.clone()).unwrap_or_default();
            let value = typed.split_once([':', '：']).map_or(typed, |(_, value)| value).to_owned();
            NarrowedView {
                start: units(filter.range.start),
                end: units(filter.range.end),
                by: match filter.word {
                    FilterWord::Workspace(_) => NarrowedBy::Workspace { name: named.unwrap_or(value) },
                    FilterWord::Database(_) => NarrowedBy::Database { name: named.unwrap_or(value) },
                    FilterWord::Author(_) => NarrowedBy::Author { name: named.unwrap_or(value) },
                    FilterWord::Kind(kind) => NarrowedBy::Kind { kind: super::show::kind(kind) },
                    FilterWord::Edited(_) => NarrowedBy::Edited { within: value },
                    FilterWord::Created(_) => NarrowedBy::Created { within: value },
                    FilterWord::HasComment => NarrowedBy::HasComment,
                },
            }
        })
        .collect();
    understood.query = query;
    Ok(understood)
}

impl Understood {
    /// Several names of one kind are alternatives, as several types are.
    fn add(&mut self, meaning: &Meaning, workspaces: &[Arc<Workspace>]) {
        if let What::Workspaces(ids) = &meaning.what {
            self.workspaces.get_or_insert_default().extend(ids);
            return;
        }
        for id in workspaces.iter().map(|workspace| workspace.id) {
            let filters = self.meant.entry(id).or_default();
            match &meaning.what {
                What::Workspaces(_) => {}
                What::Databases(of) => {
                    filters.databases.get_or_insert_default().extend(of.get(&id).into_iter().flatten());
                }
                What::Authors(of) => filters.authors.get_or_insert_default().extend(of.get(&id).into_iter().flatten()),
            }
        }
    }
}

/// What a name means in every account, and how it is written there.
struct Meaning {
    name: String,
    what: What,
}

enum What {
    Workspaces(Vec<AccountId>),
    Databases(BTreeMap<AccountId, Vec<DataSourceId>>),
    Authors(BTreeMap<AccountId, Vec<UserId>>),
}

impl Meaning {
    fn is_known(&self) -> bool {
        match &self.what {
            What::Workspaces(ids) => !ids.is_empty(),
            What::Databases(of) => !of.is_empty(),
            What::Authors(of) => !of.is_empty(),
        }
    }
}

/// `None` for a filter that has no name in it.
fn meaning(word: &FilterWord, workspaces: &[Arc<Workspace>]) -> Result<Option<Meaning>, StoreError> {
    Ok(match word {
        FilterWord::Workspace(wanted) => {
            let meant: Vec<(AccountId, String)> = workspaces
                .iter()
                .map(|workspace| (workspace.id, workspace.account().workspace_name))
                .filter(|(_, name)| is_named(name, wanted))
                .collect();
            let name = meant.first().map(|(_, name)| name.clone()).unwrap_or_default();
            Some(Meaning { name, what: What::Workspaces(meant.into_iter().map(|(id, _)| id).collect()) })
        }
        FilterWord::Database(wanted) => {
            let mut name = None;
            let mut meant = BTreeMap::new();
            for workspace in workspaces {
                let kinds = [ListedKind::DataSource];
                let found = workspace.cache.reader.find_titles(wanted, &kinds, MOST_DATABASES)?;
                name = name.or_else(|| found.first().map(|listed| listed.title.clone()));
                let ids: Vec<DataSourceId> = found
                    .iter()
                    .filter_map(|listed| match listed.item {
                        ItemId::DataSource(id) => Some(id),
                        ItemId::Page(_) => None,
                    })
                    .collect();
                if !ids.is_empty() {
                    meant.insert(workspace.id, ids);
                }
            }
            Some(Meaning { name: name.unwrap_or_default(), what: What::Databases(meant) })
        }
        FilterWord::Author(wanted) => Some(authors(wanted, workspaces)?),
        FilterWord::Kind(_) | FilterWord::Edited(_) | FilterWord::Created(_) | FilterWord::HasComment => None,
    })
}

/// What the chip of the author narrows an account to: nobody there when the name is unknown.
pub(super) fn authors_of(
    name: &str,
    workspaces: &[Arc<Workspace>],
) -> Result<BTreeMap<AccountId, Vec<UserId>>, StoreError> {
    match authors(name, workspaces)?.what {
        What::Authors(of) => Ok(of),
        What::Workspaces(_) | What::Databases(_) => Ok(BTreeMap::new()),
    }
}

fn authors(wanted: &str, workspaces: &[Arc<Workspace>]) -> Result<Meaning, StoreError> {
    let is_me = wanted.eq_ignore_ascii_case("me");
    let mut name = None;
    let mut meant = BTreeMap::new();
    for workspace in workspaces {
        let account = workspace.account();
        let mut ids: Vec<UserId> = Vec::new();
        for user in workspace.cache.reader.users()? {
            let Some(called) = &user.name else { continue };
            let is_meant = if is_me { account.is_own(user.id) } else { is_named(called, wanted) };
            if is_meant {
                name.get_or_insert_with(|| called.clone());
                ids.push(user.id);
            }
        }
        if is_me {
            // Even when nothing is known of them but their ids.
            ids = account.acts_as.into_iter().chain([account.bot_id]).collect();
        }
        if !ids.is_empty() {
            meant.insert(workspace.id, ids);
        }
    }
    Ok(Meaning { name: name.unwrap_or_else(|| wanted.to_owned()), what: What::Authors(meant) })
}

/// Whether somebody or something may be called so: by a part of the name that begins a word, or anywhere in a script without spaces.
fn is_named(name: &str, wanted: &str) -> bool {
    let (name, wanted) = (token::key(name), token::key(wanted));
    let has_spaces = wanted.starts_with(|first: char| first.is_ascii() || !is_ideographic(first));
    !wanted.is_empty()
        && name.match_indices(&wanted).any(|(at, _)| {
            !has_spaces || name.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|last| last == ' ')
        })
}

const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_called_by_the_beginning_of_any_of_its_words() {
        for (name, wanted, is) in [
            ("Ada Lovelace", "ada", true),
            ("Ada Lovelace", "Love", true),
            ("Ada Lovelace", "ada love", true),
            ("Ada Lovelace", "lace", false),
            ("José Ribeiro", "jose", true),
            ("田中 愛子", "愛子", true),
            ("雲研究室 Kumo Lab", "研究", true),
            ("Ada", "", false),
        ] {
            assert_eq!(is_named(name, wanted), is, "{wanted} for {name}");
        }
    }
}
