//! Reading: recents, favourites, pages with their text, data sources with their rows.

use std::{collections::BTreeSet, sync::Arc};

use satchel_markdown::DialectName;
use satchel_model::{
    AccountId, Block, BlockKind, DataSourceId, Document, ItemId, Mention, Page, PageId, PropertyValue, RichText,
    SpanKind, UserId,
};
use satchel_notion::Priority;
use satchel_store::{CacheReader, Favourite, Listed, ListedKind, StoreError};
use satchel_sync::pull::{self, Depth};
use uuid::Uuid;

use crate::{
    AppError, Core, ErrorCode,
    supervisor::look_at,
    view::{Crumb, ItemKind, ItemRef, ItemSummary, ItemView, NameView, OutlineEntry, PageName, RowView, RowsView},
    workspace::Workspace,
};

/// How many rows come with a data source.
const FIRST_ROWS: u32 = 100;

impl Core {
    /// What was opened here last, then what was edited last, over all accounts or in one.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn recents(&self, account_id: Option<AccountId>, limit: u32) -> Result<Vec<ItemSummary>, AppError> {
        let workspaces = self.chosen(account_id)?;
        let journal = self.inner.journal.reader.clone();
        self.read(move || {
            let mut recents = Vec::new();
            for opened in journal.recents(limit)? {
                let Some(workspace) = workspaces.iter().find(|workspace| workspace.id == opened.account_id) else {
                    continue;
                };
                if let Some(listed) = workspace.cache.reader.listed(opened.item)? {
                    recents.push(summary(workspace, listed, Some(opened.last_at.to_string()))?);
                }
            }
            let mut edited = Vec::new();
            for workspace in &workspaces {
                for listed in workspace.cache.reader.recently_edited(limit)? {
                    edited.push((workspace, listed));
                }
            }
            edited.sort_by_key(|(_, listed)| std::cmp::Reverse(listed.edited_at));
            let known: BTreeSet<(AccountId, ItemId)> =
                recents.iter().map(|recent| (recent.reference.account_id, recent.reference.item)).collect();
            let room = (limit as usize).saturating_sub(recents.len());
            for (workspace, listed) in edited
                .into_iter()
                .filter(|(workspace, listed)| !known.contains(&(workspace.id, listed.item)))
                .take(room)
            {
                recents.push(summary(workspace, listed, None)?);
            }
            Ok(recents)
        })
        .await
    }

    /// The favourites, in the order they were set.
    ///
    /// # Errors
    /// A store cannot be read.
    pub async fn favourites(&self) -> Result<Vec<ItemSummary>, AppError> {
        let workspaces = self.workspaces();
        let journal = self.inner.journal.reader.clone();
        self.read(move || {
            let mut favourites = Vec::new();
            for favourite in journal.favourites()? {
                let Some(workspace) = workspaces.iter().find(|workspace| workspace.id == favourite.account_id) else {
                    continue;
                };
                if let Some(listed) = workspace.cache.reader.listed(favourite.item)? {
                    favourites.push(summary(workspace, listed, None)?);
                }
            }
            Ok(favourites)
        })
        .await
    }

    /// Makes something a favourite, or no longer one.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn set_favourite(&self, reference: ItemRef, is_favourite: bool) -> Result<(), AppError> {
        let (account_id, item) = (reference.account_id, reference.item);
        self.workspace(account_id)?;
        let journal = &self.inner.journal.writer;
        if is_favourite {
            journal.add_favourite(Favourite { account_id, item, added_at: self.now() }).await?;
        } else {
            journal.remove_favourite(account_id, item).await?;
        }
        self.tell(crate::CoreEvent::ItemsChanged { items: vec![reference] });
        Ok(())
    }

    /// Reads something, and remembers that it was opened. What is not kept is fetched first; what is kept is looked at anew in the
    /// background, and an event says if it changed.
    ///
    /// # Errors
    /// It is not kept and cannot be fetched.
    pub async fn open_item(&self, reference: ItemRef) -> Result<ItemView, AppError> {
        let workspace = self.workspace(reference.account_id)?;
        let view = self.kept_or_fetched(&workspace, reference.item).await?;
        self.inner.journal.writer.opened(reference.account_id, reference.item, self.now()).await?;
        if let ItemId::Page(id) = reference.item {
            workspace.opened(id);
            self.look_anew(&workspace, id);
        }
        Ok(view)
    }

    /// Reads something for a preview: the same without counting as opened, and without looking at it anew.
    ///
    /// # Errors
    /// It is not kept and cannot be fetched.
    pub async fn peek_item(&self, reference: ItemRef) -> Result<ItemView, AppError> {
        let workspace = self.workspace(reference.account_id)?;
        self.kept_or_fetched(&workspace, reference.item).await
    }

    /// Fetches something anew.
    ///
    /// # Errors
    /// Notion refuses or cannot be reached; what is kept stays.
    pub async fn refresh_item(&self, reference: ItemRef) -> Result<ItemView, AppError> {
        let workspace = self.workspace(reference.account_id)?;
        if let ItemId::Page(id) = reference.item {
            pull::page(&workspace.context(), id, Depth::Text, Priority::Interactive).await?;
        }
        self.view_item(&workspace, reference.item).await
    }

    /// Some rows of a data source.
    ///
    /// # Errors
    /// It is not kept.
    pub async fn rows(
        &self,
        account_id: AccountId,
        data_source_id: DataSourceId,
        offset: u32,
        limit: u32,
    ) -> Result<RowsView, AppError> {
        let workspace = self.workspace(account_id)?;
        let found = self.read(move || rows(&workspace.cache.reader, data_source_id, offset, limit)).await?;
        found.ok_or_else(|| AppError::expected(ErrorCode::NotKept))
    }

    async fn kept_or_fetched(&self, workspace: &Arc<Workspace>, item: ItemId) -> Result<ItemView, AppError> {
        let is_missing = match item {
            ItemId::Page(id) => {
                let reader = workspace.cache.reader.clone();
                self.read(move || Ok(reader.page(id)?.is_none() || reader.body(id)?.is_none())).await?
            }
            ItemId::DataSource(_) => false,
        };
        if let (ItemId::Page(id), true) = (item, is_missing) {
            match pull::page(&workspace.context(), id, Depth::Text, Priority::Interactive).await {
                // Its title and values may be here although its text is not: they are shown, and the text said to be missing.
                Err(error) if error.is_offline() => {}
                result => result?,
            }
        }
        self.view_item(workspace, item).await
    }

    async fn view_item(&self, workspace: &Arc<Workspace>, item: ItemId) -> Result<ItemView, AppError> {
        let workspace = Arc::clone(workspace);
        let journal = self.inner.journal.reader.clone();
        let view = self
            .read(move || {
                let is_favourite = journal
                    .favourites()?
                    .iter()
                    .any(|favourite| favourite.account_id == workspace.id && favourite.item == item);
                match item {
                    ItemId::Page(id) => page(&workspace, id, is_favourite),
                    ItemId::DataSource(id) => data_source(&workspace, id, is_favourite),
                }
            })
            .await?;
        view.ok_or_else(|| AppError::expected(ErrorCode::NotKept))
    }

    /// Looks at an opened page in the background; the core owns the task, and closing ends it.
    pub(crate) fn look_anew(&self, workspace: &Arc<Workspace>, id: PageId) {
        if self.is_started() {
            let workspace = Arc::clone(workspace);
            self.inner.tasks.spawn(async move { look_at(&workspace, id, Priority::Interactive).await });
        }
    }

    pub(crate) fn chosen(&self, account_id: Option<AccountId>) -> Result<Vec<Arc<Workspace>>, AppError> {
        Ok(match account_id {
            Some(id) => vec![self.workspace(id)?],
            None => self.workspaces(),
        })
    }
}

fn page(workspace: &Workspace, id: PageId, is_favourite: bool) -> Result<Option<ItemView>, StoreError> {
    let cache = &workspace.cache.reader;
    let Some(kept) = cache.page(id)? else { return Ok(None) };
    let page = kept.value;
    let body = cache.body(id)?;
    let document = match (&body, cache.tree(id)?) {
        // The tree tells more (addresses of bookmarks, ids), so it is shown unless the text is newer.
        (Some(body), Some(tree)) if tree.fetched_at >= body.fetched_at => Some(tree.document),
        (Some(body), _) => Some(read_body(body)),
        (None, Some(tree)) => Some(tree.document),
        (None, None) => None,
    };
    let comments = cache.comments(id)?;
    let named = Named::of(&page, document.as_ref());
    let item = ItemId::Page(id);
    Ok(Some(ItemView {
        reference: ItemRef { account_id: workspace.id, item },
        kind: kind_of(&page),
        title: page.title(),
        icon: page.icon.clone(),
        cover_url: page.cover_url.clone(),
        url: page.url.clone(),
        crumbs: crumbs(workspace, item)?,
        outline: document.as_ref().map(outline).unwrap_or_default(),
        people: named.people(workspace)?,
        pages: named.pages(cache)?,
        properties: with_titles(
            cache,
            page.properties.into_iter().filter(|property| property.as_title().is_none()).collect(),
        )?,
        document,
        rows: None,
        fetched_at: body.as_ref().map(|body| body.fetched_at.to_string()),
        last_edited_time: page.last_edited_time.to_string(),
        is_truncated: body.is_some_and(|body| body.body.is_truncated),
        in_trash: page.in_trash,
        is_favourite,
        comment_count: comments.map_or(0, |comments| u32::try_from(comments.comments.len()).unwrap_or(u32::MAX)),
    }))
}

pub(crate) fn read_body(body: &satchel_store::Body) -> Document {
    let dialect = DialectName::from_name(&body.dialect).unwrap_or(DialectName::V1);
    satchel_markdown::dialect(dialect).read(&body.body.markdown)
}

fn data_source(workspace: &Workspace, id: DataSourceId, is_favourite: bool) -> Result<Option<ItemView>, StoreError> {
    let cache = &workspace.cache.reader;
    let Some(kept) = cache.data_source(id)? else { return Ok(None) };
    let source = kept.value;
    let item = ItemId::DataSource(id);
    let rows = rows(cache, id, 0, FIRST_ROWS)?;
    let mut named = Named::default();
    for property in rows.iter().flat_map(|rows| &rows.rows).flat_map(|row| &row.properties) {
        named.add_value(&property.value);
    }
    Ok(Some(ItemView {
        reference: ItemRef { account_id: workspace.id, item },
        kind: ItemKind::DataSource,
        title: satchel_model::plain_text(&source.title),
        icon: source.icon,
        cover_url: None,
        url: source.url,
        crumbs: crumbs(workspace, item)?,
        properties: Vec::new(),
        document: None,
        outline: Vec::new(),
        people: named.people(workspace)?,
        pages: named.pages(cache)?,
        rows,
        fetched_at: Some(kept.read_at.to_string()),
        last_edited_time: source.last_edited_time.to_string(),
        is_truncated: false,
        in_trash: source.in_trash,
        is_favourite,
        comment_count: 0,
    }))
}

fn rows(cache: &CacheReader, id: DataSourceId, offset: u32, limit: u32) -> Result<Option<RowsView>, StoreError> {
    let Some(source) = cache.data_source(id)? else { return Ok(None) };
    let found = cache.rows(id, offset, limit)?;
    let mut columns = source.value.properties;
    columns.sort_by_key(|column| column.kind != "title");
    let mut rows = Vec::with_capacity(found.rows.len());
    for page in found.rows {
        rows.push(RowView {
            page_id: page.id,
            title: page.title(),
            icon: page.icon.clone(),
            last_edited_time: page.last_edited_time.to_string(),
            properties: with_titles(cache, page.properties)?,
        });
    }
    Ok(Some(RowsView { data_source_id: id, columns, rows, total: found.total }))
}

/// Relations name pages by id only; their titles are filled in from what is kept.
fn with_titles(
    cache: &CacheReader,
    mut properties: Vec<satchel_model::Property>,
) -> Result<Vec<satchel_model::Property>, StoreError> {
    for property in &mut properties {
        if let PropertyValue::Relation { pages, .. } = &mut property.value {
            for page in pages.iter_mut() {
                page.title = cache.listed(ItemId::Page(page.id))?.map(|listed| listed.title);
            }
        }
    }
    Ok(properties)
}

fn outline(document: &Document) -> Vec<OutlineEntry> {
    satchel_markdown::outline(document)
        .into_iter()
        .map(|entry| OutlineEntry { path: entry.path.0, level: u32::from(entry.level), text: entry.text })
        .collect()
}

fn kind_of(page: &Page) -> ItemKind {
    match page.parent {
        satchel_model::Parent::DataSource { .. } => ItemKind::Row,
        _ => ItemKind::Page,
    }
}

pub(crate) fn summary(
    workspace: &Workspace,
    listed: Listed,
    opened_at: Option<String>,
) -> Result<ItemSummary, StoreError> {
    Ok(ItemSummary {
        reference: ItemRef { account_id: workspace.id, item: listed.item },
        kind: match listed.kind {
            ListedKind::Page => ItemKind::Page,
            ListedKind::Row => ItemKind::Row,
            ListedKind::DataSource => ItemKind::DataSource,
        },
        crumbs: crumbs(workspace, listed.item)?,
        title: listed.title,
        icon: listed.icon,
        last_edited_time: listed.edited_at.to_string(),
        opened_at,
    })
}

/// The way to an item, from the top, without itself.
pub(crate) fn crumbs(workspace: &Workspace, item: ItemId) -> Result<Vec<Crumb>, StoreError> {
    let crumbs = workspace.cache.reader.crumbs(item)?;
    Ok(crumbs.into_iter().map(|crumb| Crumb { item: Some(crumb.item), title: crumb.title, icon: crumb.icon }).collect())
}

/// Who and what a page names.
#[derive(Debug, Default)]
pub(crate) struct Named {
    users: BTreeSet<UserId>,
    pages: BTreeSet<Uuid>,
}

impl Named {
    fn of(page: &Page, document: Option<&Document>) -> Self {
        let mut named = Self::default();
        named.users.extend(page.created_by);
        named.users.extend(page.last_edited_by);
        for property in &page.properties {
            named.add_value(&property.value);
        }
        let mut open: Vec<&Block> = document.into_iter().flat_map(|document| &document.blocks).collect();
        while let Some(block) = open.pop() {
            named.add_block(block);
            open.extend(&block.children);
        }
        named
    }

    fn add_block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::ChildPage { page_id: Some(id), .. } => {
                self.pages.insert(*id.as_uuid());
            }
            BlockKind::ChildDatabase { database_id, data_source_id, .. } => {
                self.pages.extend(database_id.iter().map(|id| *id.as_uuid()));
                self.pages.extend(data_source_id.iter().map(|id| *id.as_uuid()));
            }
            BlockKind::LinkToPage { page_id, database_id } => {
                self.pages.extend(page_id.iter().map(|id| *id.as_uuid()));
                self.pages.extend(database_id.iter().map(|id| *id.as_uuid()));
            }
            BlockKind::Table { table } => {
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    self.add_text(&cell.text);
                }
            }
            _ => {}
        }
        if let Some(text) = block.text() {
            self.add_text(text);
        }
    }

    pub(crate) fn add_text(&mut self, text: &RichText) {
        for span in text {
            match &span.kind {
                SpanKind::Mention { mention } => match mention {
                    Mention::User { id, .. } => {
                        self.users.insert(*id);
                    }
                    Mention::Page { id, .. } => {
                        self.pages.insert(*id.as_uuid());
                    }
                    Mention::Database { id, .. } => {
                        self.pages.insert(*id.as_uuid());
                    }
                    Mention::DataSource { id, .. } => {
                        self.pages.insert(*id.as_uuid());
                    }
                    _ => {}
                },
                SpanKind::Text { link: Some(link), .. } => {
                    self.pages.extend(link.page_id.iter().map(|id| *id.as_uuid()));
                }
                _ => {}
            }
        }
    }

    fn add_value(&mut self, value: &PropertyValue) {
        match value {
            PropertyValue::Title { text } | PropertyValue::RichText { text } => self.add_text(text),
            PropertyValue::Relation { pages, .. } => self.pages.extend(pages.iter().map(|page| *page.id.as_uuid())),
            PropertyValue::People { people, .. } => self.users.extend(people.iter().map(|person| person.id)),
            PropertyValue::CreatedBy { user } | PropertyValue::LastEditedBy { user } => {
                self.users.insert(user.id);
            }
            _ => {}
        }
    }

    fn people(&self, workspace: &Workspace) -> Result<Vec<NameView>, StoreError> {
        let account = workspace.account();
        self.users
            .iter()
            .map(|id| {
                let name = workspace.cache.reader.user(*id)?.and_then(|user| user.name);
                Ok(NameView { id: *id, name, is_you: account.is_own(*id) })
            })
            .collect()
    }

    /// What each named UUID is: a page, a data source, or a database, which opens as its first data source.
    pub(crate) fn pages(&self, cache: &CacheReader) -> Result<Vec<PageName>, StoreError> {
        self.pages
            .iter()
            .map(|id| {
                let page = ItemId::Page(PageId::from_uuid(*id));
                let source = ItemId::DataSource(DataSourceId::from_uuid(*id));
                let mut listed = cache.listed(page)?;
                if listed.is_none() {
                    listed = cache.listed(source)?;
                }
                if listed.is_none() {
                    listed = cache.data_source_of(satchel_model::DatabaseId::from_uuid(*id))?;
                }
                Ok(PageName {
                    id: id.hyphenated().to_string(),
                    item: listed.as_ref().map(|listed| listed.item),
                    title: listed.as_ref().map(|listed| listed.title.clone()),
                    icon: listed.and_then(|listed| listed.icon),
                })
            })
            .collect()
    }
}
