//! Databases (containers) and data sources (tables).

use indexmap::IndexMap;

use crate::id::{DataSourceId, DatabaseId, PageId};
use crate::json::{Field, object};
use crate::time::Time;
use crate::types::{Cover, Full, Icon, Identified, Parent, PropertySchema, RichText, SchemaKind, User};

object! {
    /// A data source of a database, by id and name.
    pub struct DataSourceRef {
        /// The data source.
        pub id: DataSourceId,
        /// Its name.
        pub name: Field<String>,
    }
}

object! {
    /// A database: a container of data sources with a title, without rows or schema of its own.
    pub struct Database {
        /// Always `database`.
        pub object: Field<String>,
        /// The database.
        pub id: DatabaseId,
        /// Its title.
        pub title: Vec<RichText>,
        /// What it is for.
        pub description: Field<Vec<RichText>>,
        /// Where it lives.
        pub parent: Parent,
        /// Whether it is shown inside its page.
        pub is_inline: Field<bool>,
        /// Whether it is in the trash.
        pub in_trash: Field<bool>,
        /// Whether it is locked in the product.
        pub is_locked: Field<bool>,
        /// The trash, as versions before 2026-03-11 call it.
        pub archived: Field<bool>,
        /// When it was made, to the millisecond.
        pub created_time: Time,
        /// When it was last edited, to the millisecond.
        pub last_edited_time: Time,
        /// Its tables. Empty for a linked view, or when none may be read.
        pub data_sources: Field<Vec<DataSourceRef>>,
        /// Its columns by name, as versions before 2025-09-03 have them here.
        pub properties: Field<IndexMap<String, PropertySchema>>,
        /// Who made it, as versions before 2025-09-03 tell.
        pub created_by: Field<Box<User>>,
        /// Who edited it last, as versions before 2025-09-03 tell.
        pub last_edited_by: Field<Box<User>>,
        /// The icon.
        pub icon: Field<Icon>,
        /// The picture at the top.
        pub cover: Field<Cover>,
        /// Where a person opens it.
        pub url: Field<String>,
        /// Where anybody opens it, when it is published.
        pub public_url: Field<String>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Identified for Database {
    type Id = DatabaseId;

    fn id(&self) -> Option<DatabaseId> {
        Some(self.id)
    }
}

impl Full for Database {
    const MARK: &'static str = "title";
}

object! {
    /// A data source: a table with a schema, whose rows are pages.
    pub struct DataSource {
        /// Always `data_source`.
        pub object: Field<String>,
        /// The data source.
        pub id: DataSourceId,
        /// Its title.
        pub title: Vec<RichText>,
        /// What it is for.
        pub description: Field<Vec<RichText>>,
        /// The database it belongs to.
        pub parent: Parent,
        /// Where that database lives.
        pub database_parent: Field<Parent>,
        /// Whether it is shown inside its page.
        pub is_inline: Field<bool>,
        /// Whether it is in the trash.
        pub in_trash: Field<bool>,
        /// The trash, as versions before 2026-03-11 call it.
        pub archived: Field<bool>,
        /// When it was made, floored to the minute.
        pub created_time: Time,
        /// When its schema was last edited, floored to the minute. Edits of rows do not move it.
        pub last_edited_time: Time,
        /// Who made it.
        pub created_by: Field<Box<User>>,
        /// Who edited it last.
        pub last_edited_by: Field<Box<User>>,
        /// The columns by name.
        pub properties: IndexMap<String, PropertySchema>,
        /// The icon.
        pub icon: Field<Icon>,
        /// The picture at the top.
        pub cover: Field<Cover>,
        /// Where a person opens it.
        pub url: Field<String>,
        /// Where anybody opens it, when it is published.
        pub public_url: Field<String>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl DataSource {
    /// The name of the title column. Every data source has exactly one.
    pub fn title_property(&self) -> Option<&str> {
        self.properties
            .iter()
            .find(|(_, property)| matches!(property.kind, SchemaKind::Title(_)))
            .map(|(name, _)| name.as_str())
    }
}

impl Identified for DataSource {
    type Id = DataSourceId;

    fn id(&self) -> Option<DataSourceId> {
        Some(self.id)
    }
}

impl Full for DataSource {
    const MARK: &'static str = "title";
}

object! {
    /// A template for rows of a data source.
    pub struct PageTemplate {
        /// The page that is copied.
        pub id: PageId,
        /// Its name.
        pub name: String,
        /// Whether new rows use it unless told otherwise.
        pub is_default: bool,
    }
}

impl Identified for PageTemplate {
    type Id = PageId;

    fn id(&self) -> Option<PageId> {
        Some(self.id)
    }
}

object! {
    /// A page of a data source's templates.
    pub struct PageTemplates {
        /// The templates.
        pub templates: Vec<PageTemplate>,
        /// Whether there are more.
        pub has_more: bool,
        /// Where the next page begins.
        pub next_cursor: Field<String>,
    }
}
