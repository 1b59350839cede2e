//! New views, and changes of them.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::id::{BlockId, DataSourceId, DatabaseId, PageId, ViewId};
use crate::json::{Extra, Field, object};
use crate::types::{Parent, ViewConfiguration, ViewType};
use crate::write::{Filter, Sort};

object! {
    /// A database to create for a view: a linked view on a page.
    pub struct CreateViewDatabase {
        /// The page.
        pub parent: Parent,
        /// Where on it, as the service writes it.
        pub position: Field<Value>,
    }
}

object! {
    /// A view to create, of one data source.
    pub struct CreateView {
        /// Whose rows it shows.
        pub data_source_id: DataSourceId,
        /// Its name.
        pub name: String,
        /// How it shows its rows.
        pub view_type: ViewType as "type",
        /// The database it goes to. Exactly one of this, `view_id` and `create_database` says where.
        pub database_id: Field<DatabaseId>,
        /// The dashboard it goes to.
        pub view_id: Field<ViewId>,
        /// A database of its own, on a page.
        pub create_database: Field<CreateViewDatabase>,
        /// Which rows it leaves out.
        pub filter: Field<Filter>,
        /// In which order.
        pub sorts: Field<Vec<Sort>>,
        /// The filters in its bar, by property.
        pub quick_filters: Field<IndexMap<String, Value>>,
        /// How it looks; of the same type.
        pub configuration: Field<ViewConfiguration>,
        /// Where among the views.
        pub position: Field<Value>,
        /// Where on a dashboard.
        pub placement: Field<Value>,
    }
}

impl CreateView {
    fn new(source: DataSourceId, name: impl Into<String>, view_type: ViewType) -> Self {
        Self {
            data_source_id: source,
            name: name.into(),
            view_type,
            database_id: Field::Absent,
            view_id: Field::Absent,
            create_database: Field::Absent,
            filter: Field::Absent,
            sorts: Field::Absent,
            quick_filters: Field::Absent,
            configuration: Field::Absent,
            position: Field::Absent,
            placement: Field::Absent,
            extra: Extra::new(),
        }
    }

    /// A tab of a database.
    pub fn in_database(
        database: DatabaseId,
        source: DataSourceId,
        name: impl Into<String>,
        view_type: ViewType,
    ) -> Self {
        Self { database_id: Field::Value(database), ..Self::new(source, name, view_type) }
    }

    /// A widget of a dashboard.
    pub fn in_dashboard(dashboard: ViewId, source: DataSourceId, name: impl Into<String>, view_type: ViewType) -> Self {
        Self { view_id: Field::Value(dashboard), ..Self::new(source, name, view_type) }
    }

    /// A linked view on a page, at its end or after this block.
    pub fn on_page(
        page: PageId,
        after: Option<BlockId>,
        source: DataSourceId,
        name: impl Into<String>,
        view_type: ViewType,
    ) -> Self {
        let position = match after {
            Some(block) => Field::Value(json!({ "type": "after_block", "after_block": { "id": block.to_string() } })),
            None => Field::Absent,
        };
        let database = CreateViewDatabase { parent: page.into(), position, extra: Extra::new() };
        Self { create_database: Field::Value(database), ..Self::new(source, name, view_type) }
    }

    /// Only rows that pass.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Field::Value(filter);
        self
    }

    /// Sorted by this, after the sorts given before.
    pub fn sort(mut self, sort: Sort) -> Self {
        let mut sorts = self.sorts.into_value().unwrap_or_default();
        sorts.push(sort);
        self.sorts = Field::Value(sorts);
        self
    }

    /// How it looks; of the same type as the view. What another view was read with may be given.
    pub fn configuration(mut self, configuration: ViewConfiguration) -> Self {
        self.configuration = Field::Value(configuration.writable());
        self
    }
}

object! {
    /// A change of a view; its type stays. What is absent stays; what is null is cleared.
    #[derive(Default)]
    pub struct UpdateView {
        /// Its name.
        pub name: Field<String>,
        /// Which rows it leaves out.
        pub filter: Field<Filter>,
        /// In which order.
        pub sorts: Field<Vec<Sort>>,
        /// The filters in its bar, by property; null takes one away.
        pub quick_filters: Field<IndexMap<String, Value>>,
        /// How it looks; of the view's type.
        pub configuration: Field<ViewConfiguration>,
    }
}

impl UpdateView {
    /// The name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Field::Value(name.into());
        self
    }

    /// Only rows that pass; `None` shows all.
    pub fn filter(mut self, filter: Option<Filter>) -> Self {
        self.filter = Field::nullable(filter);
        self
    }

    /// The order; none is the service's own.
    pub fn sorts(mut self, sorts: Vec<Sort>) -> Self {
        self.sorts = if sorts.is_empty() { Field::Null } else { Field::Value(sorts) };
        self
    }

    /// How it looks; of the view's type. What a view was read with may be given.
    pub fn configuration(mut self, configuration: ViewConfiguration) -> Self {
        self.configuration = Field::Value(configuration.writable());
        self
    }
}
