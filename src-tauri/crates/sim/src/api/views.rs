//! Views: how the rows of a database are shown, and what they show.

use serde_json::{Map, Value, json};

use super::query::{Wanted, check_query, found};
use super::{Answer, Call, Reply, envelope};
use crate::clock::precise;
use crate::error::ApiError;
use crate::state::ids::{Id, IdKind};
use crate::state::render::Reader;
use crate::state::view::{View, ViewQuery};
use crate::state::{Database, Parent};
use crate::validate::{self, complain};

/// Results kept at a time; the oldest is forgotten first.
const KEPT: usize = 64;

impl Call<'_> {
    fn visible_view(&self, id: Id) -> Result<&View, ApiError> {
        let found = self.ws.views.iter().find(|view| view.id == id);
        let found = found.filter(|view| self.ws.sees(&self.connection, view.database));
        found.ok_or_else(|| self.not_found("view", id))
    }

    /// A view that the API shows.
    fn shown_view(&self, id: Id) -> Result<&View, ApiError> {
        let view = self.visible_view(id)?;
        match view.kind.as_str() {
            "feed" => Err(ApiError::validation("Unsupported view type: feed")),
            _ => Ok(view),
        }
    }

    pub(super) fn list_views(&mut self) -> Answer {
        self.check_query(&["database_id", "data_source_id", "start_cursor", "page_size"])?;
        let of = |name: &str| {
            let given = self.param(name).map(str::to_owned)?;
            let id = crate::state::ids::parse(&given);
            Some(id.ok_or_else(|| complain(&format!("query.{name}"), "a valid uuid", Some(&given.into()))))
        };
        let (database, source) = (of("database_id").transpose()?, of("data_source_id").transpose()?);
        let paging = self.query_paging()?;
        self.need(|can| can.read_content)?;
        let all: Vec<Id> = match (database, source) {
            (Some(database), None) => {
                self.visible_database(database)?;
                self.ws.views_of(database)
            }
            (None, Some(source)) => {
                let database = self.visible_source(source)?.database;
                self.ws.views_of(database);
                let views = self.ws.views.iter().filter(|view| view.data_source == source);
                views.filter(|view| self.ws.sees(&self.connection, view.database)).map(|view| view.id).collect()
            }
            _ => return Err(ApiError::validation("Exactly one of database_id and data_source_id should be defined.")),
        };
        let (ids, next) = paging.slice(&all)?;
        let stubs = ids.iter().map(|id| json!({ "object": "view", "id": id })).collect();
        Ok(envelope("view", stubs, next).into())
    }

    pub(super) fn retrieve_view(&self, id: &str) -> Answer {
        let id = validate::path_id("view_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.read_content)?;
        Ok(self.shown_view(id)?.shown().into())
    }

    pub(super) fn create_view(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_view)?;
        self.need(|can| can.insert_content)?;
        let source = self.id_at("/data_source_id").unwrap_or_default();
        let found = self.visible_source(source)?;
        let (filter, sorts) = (self.field("filter").cloned(), self.field("sorts").cloned());
        check_query(found, filter.as_ref(), sorts.as_ref(), &self.connection)?;
        let owner = found.database;
        let places = ["database_id", "view_id", "create_database"];
        if places.iter().filter(|name| self.field(name).is_some()).count() != 1 {
            return Err(ApiError::validation(
                "Exactly one of database_id, view_id, and create_database should be defined.",
            ));
        }
        let kind = self.field("type").and_then(Value::as_str).unwrap_or("table").to_owned();
        let mut configuration = self.object_field("configuration");
        check_configuration(&kind, &configuration)?;
        configuration.insert("type".to_owned(), kind.as_str().into());
        let stamp = self.stamp();
        let mut dashboard = None;
        let database = if let Some(id) = self.id_at("/database_id") {
            self.visible_database(id)?;
            id
        } else if let Some(id) = self.id_at("/view_id") {
            let on = self.visible_view(id)?;
            if on.kind != "dashboard" {
                return Err(ApiError::validation("view_id should be the id of a dashboard view."));
            }
            dashboard = Some(id);
            on.database
        } else {
            let page = self.id_at("/create_database/parent/page_id").unwrap_or_default();
            self.visible_page(page)?;
            self.living(page)?;
            let place = match self.body.pointer("/create_database/position") {
                Some(_) => self.after_child(page, "/create_database/position/after_block/id")?,
                None => crate::state::content::Place::End,
            };
            let id = self.ws.mint(IdKind::Random, stamp.at);
            let database = Database { is_linked: true, ..Database::default() };
            let body = crate::state::Body::Database(Box::new(database));
            self.ws.insert_node(Parent::Page(page), place, id, body, stamp);
            self.ws.touch(page, stamp);
            self.note_change(page);
            id
        };
        // The table a database comes with is there before any other.
        self.ws.views_of(owner);
        let id = self.ws.mint(IdKind::View, stamp.at);
        let view = View {
            id,
            database,
            data_source: source,
            name: self.field("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            kind,
            created: stamp,
            edited: stamp,
            filter: filter.unwrap_or_default(),
            sorts: sorts.unwrap_or_default(),
            quick_filters: self.field("quick_filters").cloned().unwrap_or_default(),
            configuration,
            dashboard,
        };
        let reply = if self.reads() { view.shown() } else { view.partial() };
        let at = self.view_place(database)?;
        self.ws.views.insert(at.unwrap_or(self.ws.views.len()), view);
        Ok(Reply { committed: Some(id), ..reply.into() })
    }

    /// Where among all views a new one stands.
    fn view_place(&self, database: Id) -> Result<Option<usize>, ApiError> {
        let first = || self.ws.views.iter().position(|view| view.database == database);
        match self.body.pointer("/position/type").and_then(Value::as_str) {
            Some("start") => Ok(first()),
            Some("after_view") => {
                let id = self.id_at("/position/view_id").unwrap_or_default();
                let at = self.ws.views.iter().position(|view| view.id == id && view.database == database);
                at.map(|at| Some(at + 1)).ok_or_else(|| self.not_found("view", id))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn update_view(&mut self, id: &str) -> Answer {
        let id = validate::path_id("view_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.update_view)?;
        self.need(|can| can.update_content)?;
        let view = self.shown_view(id)?;
        let (filter, sorts) = (self.field("filter").cloned(), self.field("sorts").cloned());
        if let Some(source) = self.ws.data_sources.get(&view.data_source) {
            check_query(source, filter.as_ref(), sorts.as_ref(), &self.connection)?;
        }
        let configuration = self.field("configuration").and_then(Value::as_object).cloned();
        if let Some(configuration) = &configuration {
            if let Some(given) = configuration.get("type").filter(|given| *given != view.kind.as_str()) {
                return Err(complain("body.configuration.type", &format!("`\"{}\"`", view.kind), Some(given)));
            }
            check_configuration(&view.kind, configuration)?;
        }
        let quick = self.field("quick_filters").cloned();
        let name = self.field("name").and_then(Value::as_str).map(str::to_owned);
        let stamp = self.stamp();
        if let Some(view) = self.ws.views.iter_mut().find(|view| view.id == id) {
            view.name = name.unwrap_or_else(|| view.name.clone());
            view.filter = filter.unwrap_or_else(|| view.filter.clone());
            view.sorts = sorts.unwrap_or_else(|| view.sorts.clone());
            if let Some(quick) = quick {
                view.quick_filters = merged(&view.quick_filters, &quick);
            }
            if let Some(configuration) = configuration {
                view.configuration.extend(configuration);
            }
            view.edited = stamp;
        }
        Ok(self.shown_view(id)?.shown().into())
    }

    pub(super) fn delete_view(&mut self, id: &str) -> Answer {
        let id = validate::path_id("view_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.update_content)?;
        let view = self.visible_view(id)?;
        let others = self.ws.views.iter().filter(|other| other.database == view.database && other.id != id).count();
        if others == 0 && view.dashboard.is_none() {
            return Err(ApiError::validation("The last view of a database cannot be deleted."));
        }
        let reply = view.partial();
        self.ws.views.retain(|view| view.id != id && view.dashboard != Some(id));
        self.ws.deleted_views.insert(id);
        Ok(reply.into())
    }

    pub(super) fn create_view_query(&mut self, id: &str) -> Answer {
        let id = validate::path_id("view_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_view_query)?;
        self.need(|can| can.read_content)?;
        let view = self.shown_view(id)?;
        let reader = Reader::new(self.ws, &self.connection, self.version, self.now, self.number);
        let filter = Some(&view.filter).filter(|filter| !filter.is_null());
        let sorts = view.sorts.as_array().cloned().unwrap_or_default();
        let source = self.ws.data_sources.get(&view.data_source);
        // Its results are pages, in a wiki too.
        let wanted = Wanted { filter, sorts: &sorts, is_trashed: false, kind: Some("page") };
        let mut rows = source.map(|source| found(&reader, source, &wanted)).unwrap_or_default();
        rows.retain(|row| self.ws.sees(&self.connection, *row));
        let most = self.options.query_rows;
        let is_capped = rows.len() > most;
        rows.truncate(most);
        let query = ViewQuery { id: self.ws.mint(IdKind::Random, self.now), view: id, made: self.now, rows, is_capped };
        let paging = self.body_paging();
        let (shown, next) = paging.slice(&query.rows)?;
        let mut body = json!({
            "object": "view_query",
            "id": query.id,
            "view_id": id,
            "expires_at": precise(query.expires()),
            "total_count": query.rows.len(),
            "results": stubs(&shown),
            "next_cursor": next,
            "has_more": next.is_some(),
        });
        cap(&mut body, query.is_capped);
        self.ws.view_queries.push_back(query);
        if self.ws.view_queries.len() > KEPT {
            self.ws.view_queries.pop_front();
        }
        Ok(body.into())
    }

    fn kept_query(&self, view: Id, query: &str) -> Result<&ViewQuery, ApiError> {
        let id = validate::path_id("query_id", query)?;
        let found = self.ws.view_queries.iter().find(|kept| kept.id == id && kept.view == view);
        found.filter(|kept| self.now < kept.expires()).ok_or_else(|| self.not_found("view query", id))
    }

    pub(super) fn view_query_results(&self, id: &str, query: &str) -> Answer {
        let id = validate::path_id("view_id", id)?;
        self.check_query(&["start_cursor", "page_size"])?;
        self.need(|can| can.read_content)?;
        let paging = self.query_paging()?;
        self.visible_view(id)?;
        let kept = self.kept_query(id, query)?;
        let (shown, next) = paging.slice(&kept.rows)?;
        let mut body = envelope("page", stubs(&shown), next);
        cap(&mut body, kept.is_capped);
        Ok(body.into())
    }

    pub(super) fn delete_view_query(&mut self, id: &str, query: &str) -> Answer {
        let id = validate::path_id("view_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.read_content)?;
        self.visible_view(id)?;
        let gone = self.kept_query(id, query)?.id;
        self.ws.view_queries.retain(|kept| kept.id != gone);
        Ok(json!({ "object": "view_query", "id": gone, "deleted": true }).into())
    }
}

fn stubs(rows: &[Id]) -> Vec<Value> {
    rows.iter().map(|id| json!({ "object": "page", "id": id })).collect()
}

fn cap(body: &mut Value, is_capped: bool) {
    if let (true, Some(body)) = (is_capped, body.as_object_mut()) {
        let status = json!({ "type": "incomplete", "incomplete_reason": "query_result_limit_reached" });
        body.insert("request_status".to_owned(), status);
    }
}

/// What a kind of view cannot be without.
fn check_configuration(kind: &str, configuration: &Map<String, Value>) -> Result<(), ApiError> {
    if let Some(given) = configuration.get("type").filter(|given| *given != kind) {
        return Err(complain("body.configuration.type", &format!("`\"{kind}\"`"), Some(given)));
    }
    let needed = match kind {
        "board" => "group_by",
        "calendar" | "timeline" => "date_property_id",
        _ => return Ok(()),
    };
    if configuration.is_empty() || configuration.contains_key(needed) {
        return Ok(());
    }
    Err(complain(&format!("body.configuration.{needed}"), "defined", None))
}

/// Filters of the bar after a change: null takes one away, null for all of them takes all away.
fn merged(stored: &Value, given: &Value) -> Value {
    let Some(given) = given.as_object() else { return Value::Null };
    let mut all = stored.as_object().cloned().unwrap_or_default();
    for (property, filter) in given {
        if filter.is_null() {
            all.remove(property);
        } else {
            all.insert(property.clone(), filter.clone());
        }
    }
    if all.is_empty() { Value::Null } else { all.into() }
}
