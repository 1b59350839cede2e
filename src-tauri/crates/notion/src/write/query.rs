//! Searches, and queries of a data source.

use serde_json::{Value, json};

use crate::json::{Extra, Json};
use crate::time::Time;
use crate::write::{Direction, Filter, Sort};

/// What a search is restricted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchKind {
    /// Pages and rows.
    Pages,
    /// Data sources.
    DataSources,
}

/// A search. It matches titles only, misses things, and lags behind by seconds: absence proves nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    query: Option<String>,
    kind: Option<SearchKind>,
    in_trash: Option<bool>,
    sort: Option<Value>,
}

impl Search {
    /// Everything the connection was given.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Titles with any of these words.
    pub fn titles(query: impl Into<String>) -> Self {
        Self { query: Some(query.into()), ..Self::default() }
    }

    /// Only pages and rows.
    pub fn pages(mut self) -> Self {
        self.kind = Some(SearchKind::Pages);
        self
    }

    /// Only data sources.
    pub fn data_sources(mut self) -> Self {
        self.kind = Some(SearchKind::DataSources);
        self
    }

    /// What is in the trash, instead of what is not.
    pub fn in_trash(mut self, in_trash: bool) -> Self {
        self.in_trash = Some(in_trash);
        self
    }

    /// Newest edit first, which is also the service's habit.
    pub fn newest_first(self) -> Self {
        self.by_last_edit(Direction::Descending)
    }

    /// By the time of the last edit.
    pub fn by_last_edit(mut self, direction: Direction) -> Self {
        self.sort = Some(json!({ "timestamp": "last_edited_time", "direction": direction.as_str() }));
        self
    }

    /// What the service thinks fits best first.
    pub fn by_relevance(mut self) -> Self {
        self.sort = Some(json!({ "property": "relevance" }));
        self
    }

    pub(crate) fn encode(&self) -> Value {
        let mut body = Extra::new();
        if let Some(query) = &self.query {
            body.insert("query".to_owned(), query.as_str().into());
        }
        let mut filter = Extra::new();
        if let Some(kind) = self.kind {
            let value = match kind {
                SearchKind::Pages => "page",
                SearchKind::DataSources => "data_source",
            };
            filter.insert("property".to_owned(), "object".into());
            filter.insert("value".to_owned(), value.into());
        }
        if let Some(in_trash) = self.in_trash {
            filter.insert("in_trash".to_owned(), in_trash.into());
        }
        if !filter.is_empty() {
            body.insert("filter".to_owned(), filter.into());
        }
        if let Some(sort) = &self.sort {
            body.insert("sort".to_owned(), sort.clone());
        }
        Value::Object(body)
    }
}

/// Which rows of a wiki a query returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultType {
    /// Pages.
    Pages,
    /// Data sources.
    DataSources,
}

/// A query of a data source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    filter: Option<Filter>,
    sorts: Vec<Sort>,
    properties: Vec<String>,
    result_type: Option<ResultType>,
}

impl Query {
    /// All rows. Without a sort their order means nothing.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only rows that pass.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sorted by this, after the sorts given before.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sorts.push(sort);
        self
    }

    /// With this property's values only, by name or decoded id; may be given several times. Fewer are faster.
    pub fn property(mut self, name: impl Into<String>) -> Self {
        self.properties.push(name.into());
        self
    }

    /// Only rows of this type.
    pub fn result_type(mut self, result_type: ResultType) -> Self {
        self.result_type = Some(result_type);
        self
    }

    /// The same rows in the order of their creation, from a minute on or after it.
    pub(crate) fn created(&self, from: Option<(&str, &Time)>) -> Self {
        let mut query = self.clone();
        query.sorts = vec![Sort::created_time(Direction::Ascending)];
        if let Some((condition, time)) = from {
            let condition = json!({ condition: time.to_string() });
            let later = Filter::raw(json!({ "timestamp": "created_time", "created_time": condition }));
            query.filter = Some(match query.filter {
                Some(filter) => filter.also(later),
                None => later,
            });
        }
        query
    }

    pub(crate) fn depth(&self) -> usize {
        self.filter.as_ref().map_or(0, Filter::depth)
    }

    pub(crate) fn properties(&self) -> &[String] {
        &self.properties
    }

    pub(crate) fn encode(&self) -> Value {
        let mut body = Extra::new();
        if let Some(filter) = &self.filter {
            body.insert("filter".to_owned(), filter.encode());
        }
        if !self.sorts.is_empty() {
            body.insert("sorts".to_owned(), self.sorts.iter().map(Sort::encode).collect());
        }
        if let Some(result_type) = self.result_type {
            let value = match result_type {
                ResultType::Pages => "page",
                ResultType::DataSources => "data_source",
            };
            body.insert("result_type".to_owned(), value.into());
        }
        Value::Object(body)
    }
}
