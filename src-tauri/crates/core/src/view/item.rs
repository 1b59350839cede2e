//! Pages and data sources as they are read.

use satchel_model::{AccountId, DataSourceId, Document, Icon, ItemId, PageId, Property, PropertySchema, UserId};
use serde::{Deserialize, Serialize};

/// Names one thing among all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemRef {
    /// Whose.
    pub account_id: AccountId,
    /// What.
    pub item: ItemId,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A page that is no row.
    Page,
    /// A row of a data source.
    Row,
    /// A data source: a table.
    DataSource,
}

/// One step of the way from the workspace to an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Crumb {
    /// What it is, when it can be opened.
    pub item: Option<ItemId>,
    /// Its title; empty for an untitled one.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
}

/// An item in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemSummary {
    /// Which.
    #[serde(flatten)]
    pub reference: ItemRef,
    /// What it is.
    pub kind: ItemKind,
    /// Its title; empty for an untitled one.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
    /// The way to it, from the top, without itself.
    pub crumbs: Vec<Crumb>,
    /// When it was last changed.
    pub last_edited_time: String,
    /// When it was last opened here.
    pub opened_at: Option<String>,
}

/// An item with everything a reader shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemView {
    /// Which.
    #[serde(flatten)]
    pub reference: ItemRef,
    /// What it is.
    pub kind: ItemKind,
    /// Its title; empty for an untitled one.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
    /// The address of its cover.
    pub cover_url: Option<String>,
    /// Its address in Notion.
    pub url: String,
    /// The way to it, from the top, without itself.
    pub crumbs: Vec<Crumb>,
    /// Its values, title aside.
    pub properties: Vec<Property>,
    /// Its text; `None` while it is not kept.
    pub document: Option<Document>,
    /// The headings of the text.
    pub outline: Vec<OutlineEntry>,
    /// For a data source, its rows.
    pub rows: Option<RowsView>,
    /// Users named in it.
    pub people: Vec<NameView>,
    /// Pages and databases named in it.
    pub pages: Vec<PageName>,
    /// When the text was fetched.
    pub fetched_at: Option<String>,
    /// When it was last changed.
    pub last_edited_time: String,
    /// The service cut the text off.
    pub is_truncated: bool,
    /// In the trash in Notion.
    pub in_trash: bool,
    /// One of the favourites.
    pub is_favourite: bool,
    /// How many page-level comments are kept.
    pub comment_count: u32,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OutlineEntry {
    /// The position among its siblings of every block on the way down to it.
    pub path: Vec<u32>,
    /// 1 to 4.
    pub level: u32,
    /// What it says.
    pub text: String,
}

/// Somebody's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NameView {
    /// Who.
    pub id: UserId,
    /// What they are called; `None` when the token may not know.
    pub name: Option<String>,
    /// The account's own user.
    pub is_you: bool,
}

/// The present title of a page, data source or database, whatever the id is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PageName {
    /// The UUID the text names, dashed.
    pub id: String,
    /// What to open; `None` when the token may not see it.
    pub item: Option<ItemId>,
    /// The title.
    pub title: Option<String>,
    /// The icon.
    pub icon: Option<Icon>,
}

/// Rows of a data source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RowsView {
    /// Which data source.
    pub data_source_id: DataSourceId,
    /// Its columns, the title first.
    pub columns: Vec<PropertySchema>,
    /// A page of its rows, last edited first.
    pub rows: Vec<RowView>,
    /// How many rows are kept in all.
    pub total: u32,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RowView {
    /// Which page.
    pub page_id: PageId,
    /// Its title.
    pub title: String,
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its values.
    pub properties: Vec<Property>,
    /// When it was last changed.
    pub last_edited_time: String,
}
