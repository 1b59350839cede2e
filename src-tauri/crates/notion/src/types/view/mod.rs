//! Views of a database.

mod configuration;

pub use configuration::*;

use indexmap::IndexMap;
use serde_json::{Number, Value};

use crate::id::{DataSourceId, PageId, ViewId, ViewQueryId};
use crate::json::{Field, object, open_enum};
use crate::time::Time;
use crate::types::{Full, Identified, Parent, User};
use crate::write::{Filter, Sort};

open_enum! {
    /// How a view shows its rows.
    pub enum ViewType {
        Table = "table",
        Board = "board",
        List = "list",
        Calendar = "calendar",
        Timeline = "timeline",
        Gallery = "gallery",
        Form = "form",
        Chart = "chart",
        Map = "map",
        Dashboard = "dashboard",
    }
}

object! {
    /// A view of a database.
    pub struct View {
        /// Always `view`.
        pub object: Field<String>,
        /// The view.
        pub id: ViewId,
        /// The database it belongs to.
        pub parent: Field<Parent>,
        /// Its name.
        pub name: String,
        /// How it shows its rows.
        pub view_type: ViewType as "type",
        /// Which rows it shows.
        pub data_source_id: Field<DataSourceId>,
        /// When it was made, to the millisecond.
        pub created_time: Field<Time>,
        /// When it was last edited, to the millisecond.
        pub last_edited_time: Field<Time>,
        /// Who made it.
        pub created_by: Field<Box<User>>,
        /// Who edited it last.
        pub last_edited_by: Field<Box<User>>,
        /// Where a person opens it.
        pub url: Field<String>,
        /// Which rows it leaves out.
        pub filter: Field<Filter>,
        /// In which order.
        pub sorts: Field<Vec<Sort>>,
        /// The filters in its bar, by property.
        pub quick_filters: Field<IndexMap<String, Value>>,
        /// How it looks.
        pub configuration: Field<ViewConfiguration>,
        /// The dashboard it is part of.
        pub dashboard_view_id: Field<ViewId>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Identified for View {
    type Id = ViewId;

    fn id(&self) -> Option<ViewId> {
        Some(self.id)
    }
}

impl Full for View {
    const MARK: &'static str = "name";
}

object! {
    /// A row of a view's result: its id alone.
    pub struct PageRef {
        /// Always `page`.
        pub object: Field<String>,
        /// The page.
        pub id: PageId,
    }
}

impl Identified for PageRef {
    type Id = PageId;

    fn id(&self) -> Option<PageId> {
        Some(self.id)
    }
}

object! {
    /// The result of a view's query, kept by the service for some minutes.
    pub struct ViewQuery {
        /// Always `view_query`.
        pub object: Field<String>,
        /// The result.
        pub id: ViewQueryId,
        /// The view.
        pub view_id: Field<ViewId>,
        /// Until when it is kept.
        pub expires_at: Field<Time>,
        /// How many rows it has.
        pub total_count: Field<Number>,
        /// The first of them.
        pub results: Field<Vec<PageRef>>,
        /// Where the next page begins.
        pub next_cursor: Field<String>,
        /// Whether there are more.
        pub has_more: Field<bool>,
        /// Whether it was thrown away.
        pub deleted: Field<bool>,
        /// The request this answers.
        pub request_id: Field<String>,
    }
}
