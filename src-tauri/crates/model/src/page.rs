//! Pages, databases and data sources, without their bodies.

use serde::{Deserialize, Serialize};

use crate::{BlockId, DataSourceId, DatabaseId, Icon, PageId, Property, RichText, Timestamp, UserId, plain_text};

/// A page or a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Its id.
    pub id: PageId,
    /// Where it hangs.
    pub parent: Parent,
    /// Its icon.
    pub icon: Option<Icon>,
    /// The address of its cover; signed addresses change at every read.
    pub cover_url: Option<String>,
    /// Its address in Notion.
    pub url: String,
    /// When it was made, to the minute.
    pub created_time: Timestamp,
    /// When it was last changed, to the minute; edits deep inside it may not move it.
    pub last_edited_time: Timestamp,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Who changed it last.
    pub last_edited_by: Option<UserId>,
    /// In the trash.
    pub in_trash: bool,
    /// Archived, which is not the trash.
    pub is_archived: bool,
    /// Locked in Notion's own window; writes through the API still work.
    pub is_locked: bool,
    /// Title and, for rows, the other values, in the order the service sent them.
    pub properties: Vec<Property>,
}

impl Page {
    /// The title as text; empty for an untitled page.
    #[must_use]
    pub fn title(&self) -> String {
        self.properties.iter().find_map(Property::as_title).map(plain_text).unwrap_or_default()
    }
}

/// Where a page, database or data source hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Parent {
    /// At the top of the workspace.
    Workspace,
    /// In a page.
    Page {
        /// Which.
        page_id: PageId,
    },
    /// In a block of a page; the page is found by walking up.
    Block {
        /// Which.
        block_id: BlockId,
    },
    /// A row of a data source.
    DataSource {
        /// Which.
        data_source_id: DataSourceId,
        /// The database that holds it.
        database_id: Option<DatabaseId>,
    },
    /// In a database.
    Database {
        /// Which.
        database_id: DatabaseId,
    },
    /// Somewhere this program does not know of.
    Unknown,
}

/// A page's text as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageBody {
    /// Enhanced Markdown.
    pub markdown: String,
    /// The service cut it off.
    pub is_truncated: bool,
    /// Blocks in it that the Markdown could not show.
    pub unknown_blocks: Vec<BlockId>,
}

/// The container of data sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Database {
    /// Its id.
    pub id: DatabaseId,
    /// Where it hangs.
    pub parent: Parent,
    /// Its title.
    pub title: RichText,
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its address in Notion.
    pub url: String,
    /// Shown inside its page.
    pub is_inline: bool,
    /// In the trash.
    pub in_trash: bool,
    /// The tables in it that the account may see.
    pub data_sources: Vec<DataSourceId>,
}

/// A table: a schema whose rows are pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSource {
    /// Its id.
    pub id: DataSourceId,
    /// The database that holds it.
    pub database_id: Option<DatabaseId>,
    /// Where that database hangs.
    pub database_parent: Parent,
    /// Its title.
    pub title: RichText,
    /// What it is for.
    pub description: RichText,
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its address in Notion.
    pub url: String,
    /// Shown inside its page.
    pub is_inline: bool,
    /// In the trash.
    pub in_trash: bool,
    /// When it was made, to the minute.
    pub created_time: Timestamp,
    /// When its schema was last changed, to the minute; edits of rows do not move it.
    pub last_edited_time: Timestamp,
    /// Its columns, in the order the service sent them.
    pub properties: Vec<PropertySchema>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PropertySchema {
    /// Its id: short, already percent-encoded, `title` for the title.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type by API name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The choices of a select, multi-select or status.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<SelectOption>,
    /// The format of a number by API name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_format: Option<String>,
    /// The data source a relation leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation_to: Option<DataSourceId>,
}

/// One choice of a select, multi-select or status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SelectOption {
    /// Its id, when told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its colour by API name.
    pub color: String,
    /// For a status, the group it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<StatusGroup>,
}

/// The three groups of a status. They can be renamed, so they are told by their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum StatusGroup {
    /// Not begun.
    ToDo,
    /// Begun.
    InProgress,
    /// Done.
    Complete,
}
