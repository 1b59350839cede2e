//! What a person's words name: an account, a page, a destination.
//!
//! Words that fit several things name none of them: the person is shown what fits and asked to say more. The one exception is a title
//! that is exactly those words while the others only contain them.

use satchel_core::{
    Core, ErrorCode,
    view::{AccountView, Crumb, Destination, DestinationTarget, ItemKind, ItemRef, SearchRequest},
};
use satchel_model::{AccountId, DataSourceId, ItemId, PageId};
use serde_json::json;

use crate::{
    Failure,
    console::{Line, clean},
    failure::Exit,
};

/// How many candidates are looked at and shown.
const MOST: u32 = 8;

/// The account that these words name.
pub(crate) fn account<'a>(accounts: &'a [AccountView], words: &str) -> Result<&'a AccountView, Failure> {
    if let Ok(id) = words.parse::<AccountId>()
        && let Some(account) = accounts.iter().find(|account| account.id == id)
    {
        return Ok(account);
    }
    let wanted = words.trim().to_lowercase();
    let exact = |account: &&AccountView| account.name.to_lowercase() == wanted;
    let loose = |account: &&AccountView| !wanted.is_empty() && account.name.to_lowercase().contains(&wanted);
    let mut found: Vec<&AccountView> = accounts.iter().filter(exact).collect();
    if found.is_empty() {
        found = accounts.iter().filter(loose).collect();
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(unknown_account(words, accounts)),
        several => Err(ambiguous(
            "account",
            words,
            several.iter().map(|account| account_candidate(account)).collect(),
            "Say more of its name, or its id.",
        )),
    }
}

fn unknown_account(words: &str, accounts: &[AccountView]) -> Failure {
    let code = ErrorCode::UnknownAccount.as_str();
    if accounts.is_empty() {
        return no_accounts();
    }
    Failure::new(
        Exit::Absent,
        code,
        format!("No connected workspace is called “{}”.", clean(words)),
        "Name one of these, or connect another with `satchel account add`.",
    )
    .candidates(accounts.iter().map(account_candidate).collect())
}

fn account_candidate(account: &AccountView) -> (Line, serde_json::Value) {
    let line = Line::new().plain(&account.name).plain("  ").dim(&account.id.to_string());
    (line, json!({ "account_id": account.id, "name": account.name }))
}

/// Nothing is connected: what to do first.
pub(crate) fn no_accounts() -> Failure {
    Failure::new(
        Exit::Absent,
        "no_account",
        "No workspace is connected yet.",
        "Connect one with `satchel account add`, or look around with `satchel demo`.",
    )
}

/// Something that can be read, with what a person needs to tell it from others.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) reference: ItemRef,
    pub(crate) title: String,
    pub(crate) path: String,
}

impl Named {
    fn candidate(&self) -> (Line, serde_json::Value) {
        let id = self.reference.item.as_uuid().simple().to_string();
        let line = Line::new().plain(&shown_title(&self.title)).plain("  ").dim(&self.path).plain("  ").dim(&id);
        let value =
            json!({ "account_id": self.reference.account_id, "id": id, "title": self.title, "path": self.path });
        (line, value)
    }
}

/// The workspace and the titles on the way to something.
pub(crate) fn path(accounts: &[AccountView], account_id: AccountId, crumbs: &[Crumb]) -> String {
    let workspace = accounts.iter().find(|account| account.id == account_id).map(|account| account.name.as_str());
    let titles = crumbs.iter().map(|crumb| crumb.title.as_str());
    workspace.into_iter().chain(titles.filter(|title| !title.is_empty())).collect::<Vec<_>>().join(" › ")
}

/// A title as shown.
pub(crate) fn shown_title(title: &str) -> String {
    if title.trim().is_empty() { "Untitled".into() } else { clean(title) }
}

/// Whether a text is an id or an address rather than words of a title. Words never are 32 hex digits.
fn id_in(text: &str) -> Option<PageId> {
    let is_address = text.starts_with("https://") || text.starts_with("http://") || text.starts_with("notion://");
    let is_id =
        text.chars().filter(|c| *c != '-').count() == 32 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if is_address || is_id { text.parse().ok() } else { None }
}

/// The page, row or data source that these words name, in one account or in any.
pub(crate) async fn item(
    core: &Core,
    accounts: &[AccountView],
    chosen: Option<AccountId>,
    words: &str,
) -> Result<Named, Failure> {
    if let Some(id) = id_in(words) {
        return by_id(core, accounts, chosen, id).await;
    }
    let request = SearchRequest {
        // The words may be of any title, so none of them is an operator.
        query: words.replace(':', " "),
        account_ids: chosen.into_iter().collect(),
        limit: 50,
        ..SearchRequest::default()
    };
    let mut hits = core.search(request).await?.hits;
    // A page is named by its title, never by what is said about it.
    hits.retain(|hit| hit.comment.is_none());
    let (titled, others): (Vec<_>, Vec<_>) = hits.into_iter().partition(|hit| !hit.title_marks.is_empty());
    let named = |hit: &satchel_core::view::SearchHit| Named {
        reference: hit.reference,
        title: hit.title.clone(),
        path: path(accounts, hit.reference.account_id, &hit.crumbs),
    };
    let wanted: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let has_all = |title: &str| {
        let title = title.to_lowercase();
        wanted.iter().all(|word| title.contains(word.as_str()))
    };
    let mut found: Vec<Named> = titled.iter().map(named).collect();
    // A title that has all the words goes before one that has some, or has them misspelt.
    if found.iter().any(|item| has_all(&item.title)) {
        found.retain(|item| has_all(&item.title));
    }
    match pick(found, words) {
        Pick::One(item) => Ok(item),
        Pick::Several(items) => Err(several("page", words, &items)),
        Pick::None => {
            let mut failure = Failure::new(
                Exit::Absent,
                ErrorCode::NotFound.as_str(),
                format!("No page has “{}” in its title.", clean(words)),
                "Look for it with `satchel search`, or bring the copy up to date with `satchel sync`.",
            );
            if !others.is_empty() {
                let texts: Vec<_> = others.iter().take(MOST as usize).map(|hit| named(hit).candidate()).collect();
                failure = failure.detail(Line::new().plain("These have it in their text:")).candidates(texts);
            }
            Err(failure)
        }
    }
}

/// The one that is in an account's copy, or can be fetched into it.
async fn by_id(core: &Core, accounts: &[AccountView], chosen: Option<AccountId>, id: PageId) -> Result<Named, Failure> {
    let searched: Vec<AccountId> =
        chosen.map_or_else(|| accounts.iter().map(|account| account.id).collect(), |id| vec![id]);
    let source = DataSourceId::from_uuid(*id.as_uuid());
    // Data sources are looked up in the copies only, so they cost no request.
    for account_id in &searched {
        if core.rows(*account_id, source, 0, 0).await.is_ok() {
            return view(core, accounts, ItemRef { account_id: *account_id, item: ItemId::DataSource(source) }).await;
        }
    }
    let mut last = None;
    for account_id in searched {
        match view(core, accounts, ItemRef { account_id, item: ItemId::Page(id) }).await {
            Ok(named) => return Ok(named),
            Err(failure) => last = Some(failure),
        }
    }
    Err(last.unwrap_or_else(no_accounts))
}

async fn view(core: &Core, accounts: &[AccountView], reference: ItemRef) -> Result<Named, Failure> {
    let view = core.peek_item(reference).await?;
    let path = path(accounts, reference.account_id, &view.crumbs);
    Ok(Named { reference, title: view.title, path })
}

enum Pick {
    None,
    One(Named),
    Several(Vec<Named>),
}

/// The only one; or, of several, the only one whose title is exactly these words.
fn pick(mut found: Vec<Named>, words: &str) -> Pick {
    let wanted = words.trim().to_lowercase();
    let exact: Vec<&Named> = found.iter().filter(|item| item.title.trim().to_lowercase() == wanted).collect();
    match exact.as_slice() {
        [one] => return Pick::One((*one).clone()),
        [] => {}
        several => return Pick::Several(several.iter().map(|item| (*item).clone()).collect()),
    }
    match found.len() {
        0 => Pick::None,
        1 => found.pop().map_or(Pick::None, Pick::One),
        _ => Pick::Several(found),
    }
}

fn several(kind: &str, words: &str, items: &[Named]) -> Failure {
    let shown = items.iter().take(MOST as usize).map(Named::candidate).collect();
    let failure =
        ambiguous(kind, words, shown, "Say more of its title, name the workspace with `--account`, or give the id.");
    match items.len().saturating_sub(MOST as usize) {
        0 => failure,
        more => failure.detail(Line::new().dim(&format!("  and {more} more"))),
    }
}

fn ambiguous(kind: &str, words: &str, candidates: Vec<(Line, serde_json::Value)>, todo: &str) -> Failure {
    let things = match kind {
        "account" => "workspaces",
        "destination" => "destinations",
        _ => "pages",
    };
    let code = format!("ambiguous_{kind}");
    Failure::new(Exit::Absent, &code, format!("Several {things} fit “{}”:", clean(words)), todo).candidates(candidates)
}

/// How a destination was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChosenBy {
    /// The person named it.
    You,
    /// The last note went there.
    LastUsed,
    /// It is called an inbox, and nothing was used yet.
    Inbox,
}

/// Where a note goes.
pub(crate) async fn destination(
    core: &Core,
    accounts: &[AccountView],
    chosen: Option<AccountId>,
    words: Option<&str>,
) -> Result<(Named, ChosenBy), Failure> {
    if let Some(id) = words.and_then(id_in) {
        return Ok((by_id(core, accounts, chosen, id).await?, ChosenBy::You));
    }
    let mut found = core.destinations(words.unwrap_or_default().to_owned(), 50).await?;
    found.retain(|destination| chosen.is_none_or(|id| destination.account_id == id));
    if accounts.is_empty() {
        return Err(no_accounts());
    }
    let named = |destination: &Destination| Named {
        reference: ItemRef { account_id: destination.account_id, item: item_of(destination.target) },
        title: destination.title.clone(),
        path: path(accounts, destination.account_id, &destination.crumbs),
    };
    let Some(words) = words else {
        return match found.first() {
            Some(last) if last.used_at.is_some() => Ok((named(last), ChosenBy::LastUsed)),
            Some(first) if is_inbox(&first.title) => Ok((named(first), ChosenBy::Inbox)),
            _ => Err(satchel_core::AppError::expected(ErrorCode::UnknownDestination).into()),
        };
    };
    match pick(found.iter().map(named).collect(), words) {
        Pick::One(item) => Ok((item, ChosenBy::You)),
        Pick::Several(items) => Err(several("destination", words, &items)),
        Pick::None => Err(Failure::new(
            Exit::Absent,
            ErrorCode::UnknownDestination.as_str(),
            format!("No page or database is called “{}”.", clean(words)),
            "Look for one with `satchel search`, or bring the copy up to date with `satchel sync`.",
        )
        .safe("Nothing was saved.")),
    }
}

/// The core offers an inbox first where there is one; only its title tells that the first is one.
fn is_inbox(title: &str) -> bool {
    let title = title.to_lowercase();
    ["inbox", "インボックス", "受信箱"].iter().any(|name| title.contains(name))
}

const fn item_of(target: DestinationTarget) -> ItemId {
    match target {
        DestinationTarget::Page { page_id } => ItemId::Page(page_id),
        DestinationTarget::DataSource { data_source_id } => ItemId::DataSource(data_source_id),
    }
}

/// The same as a place for a note.
pub(crate) const fn target_of(item: ItemId) -> DestinationTarget {
    match item {
        ItemId::Page(page_id) => DestinationTarget::Page { page_id },
        ItemId::DataSource(data_source_id) => DestinationTarget::DataSource { data_source_id },
    }
}

/// What a kind is called.
pub(crate) fn kind_name(kind: ItemKind) -> &'static str {
    crate::catalogue::text(match kind {
        ItemKind::Page => "search_kind_page",
        ItemKind::Row => "search_kind_row",
        ItemKind::DataSource => "search_kind_database",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(title: &str) -> Named {
        let account_id = "01J00000000000000000000000".parse().unwrap();
        let item = ItemId::Page("1a2b3c4d5e6f808192a3b4c5d6e7f809".parse().unwrap());
        Named { reference: ItemRef { account_id, item }, title: title.into(), path: String::new() }
    }

    #[test]
    fn an_exact_title_wins_over_titles_that_contain_it() {
        let Pick::One(item) = pick(vec![named("Inbox rules"), named("Inbox")], "inbox") else { panic!() };
        assert_eq!(item.title, "Inbox");
    }

    #[test]
    fn equal_titles_are_never_chosen_between() {
        assert!(
            matches!(pick(vec![named("Inbox"), named("inbox"), named("x")], "inbox"), Pick::Several(items) if items.len() == 2)
        );
    }

    #[test]
    fn words_that_end_like_an_id_are_words() {
        assert!(id_in("Minutes of 1a2b3c4d5e6f808192a3b4c5d6e7f809").is_none());
        assert!(id_in("1a2b3c4d-5e6f-8081-92a3-b4c5d6e7f809").is_some());
        assert!(id_in("https://app.notion.com/p/Plan-1a2b3c4d5e6f808192a3b4c5d6e7f809").is_some());
    }
}
