//! Where a thing lives.

use crate::id::{BlockId, DataSourceId, DatabaseId, PageId};
use crate::json::{Extra, Field, object, tagged};

tagged! {
    /// What kind of thing the parent is.
    pub enum ParentKind {
        Page(PageId) = "page_id",
        Block(BlockId) = "block_id",
        DataSource(DataSourceId) = "data_source_id",
        Database(DatabaseId) = "database_id",
        /// The top of the workspace; always `true`.
        Workspace(bool) = "workspace",
        Agent(String) = "agent_id",
    }
}

object! {
    /// The parent of a page, block, database, data source, comment or view.
    pub struct Parent {
        ..
        /// Which thing it is.
        pub kind: ParentKind,
        /// The database around a data source, told beside it.
        pub database_id: Field<DatabaseId>,
    }
}

impl From<ParentKind> for Parent {
    fn from(kind: ParentKind) -> Self {
        Self { kind, database_id: Field::Absent, extra: Extra::new() }
    }
}

impl Parent {
    /// The top of the workspace: a private page of the token's owner.
    pub fn workspace() -> Self {
        ParentKind::Workspace(true).into()
    }
}

impl From<PageId> for Parent {
    fn from(id: PageId) -> Self {
        ParentKind::Page(id).into()
    }
}

impl From<BlockId> for Parent {
    fn from(id: BlockId) -> Self {
        ParentKind::Block(id).into()
    }
}

impl From<DataSourceId> for Parent {
    fn from(id: DataSourceId) -> Self {
        ParentKind::DataSource(id).into()
    }
}

impl From<DatabaseId> for Parent {
    fn from(id: DatabaseId) -> Self {
        ParentKind::Database(id).into()
    }
}
