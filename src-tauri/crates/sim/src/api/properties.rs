//! Single properties of a page, with the references a page leaves out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Answer, Call, Paging, invalid_cursor};
use crate::error::ApiError;
use crate::state::column::Column;
use crate::state::ids::Id;
use crate::state::render::Extent;
use crate::validate;

impl Call<'_> {
    pub(super) fn retrieve_property(&self, page_id: &str, property: &str) -> Answer {
        let id = validate::path_id("page_id", page_id)?;
        self.check_query(&["start_cursor", "page_size"])?;
        let paging = self.query_paging()?;
        self.need(|can| can.read_content)?;
        let (node, page) = self.visible_page(id)?;
        let missing = || ApiError::validation(format!("Could not find property with name or id: {property}"));
        let title = Column {
            id: "title".into(),
            name: "title".into(),
            description: None,
            kind: "title".into(),
            config: Default::default(),
        };
        let column = match self.ws.data_source_of(node) {
            Some(source) => source.column(property).ok_or_else(missing)?,
            None if property == "title" => &title,
            None => return Err(missing()),
        };
        let reader = self.reader();
        let value = reader.value(node, page, column, Extent::Full);
        match (column.kind.as_str(), &value) {
            ("title" | "rich_text" | "people" | "relation", Value::Array(items)) => {
                let items = items.iter().map(|item| (column.kind.clone(), column.public_id(), item.clone())).collect();
                list(id, column, &paging, items, json!({}))
            }
            ("rollup", rollup) => {
                let shown = match rollup.get("type").and_then(Value::as_str) {
                    Some("array") => json!({ "type": "array", "array": [], "function": rollup.get("function") }),
                    _ => rollup.clone(),
                };
                let source = self.ws.data_source_of(node);
                let relation =
                    source.and_then(|s| s.columns.iter().find(|c| c.id == column.setting("relation_property_id")));
                let target =
                    relation.and_then(|c| c.setting_id("data_source_id")).and_then(|id| self.ws.data_sources.get(&id));
                let rolled =
                    target.and_then(|t| t.columns.iter().find(|c| c.id == column.setting("rollup_property_id")));
                let public_id = rolled.map(Column::public_id).unwrap_or_default();
                let values = reader.rolled_values(page, column, usize::MAX).unwrap_or_default();
                let items = values.into_iter().map(|value| {
                    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
                    let inner = value.get(&kind).cloned().unwrap_or_default();
                    (kind, public_id.clone(), inner)
                });
                list(id, column, &paging, items.collect(), shown)
            }
            // Who verified is told by id only here, and in full in the page.
            ("verification", value) => {
                let mut value = value.clone();
                if let Some(by) = value.get_mut("verified_by").filter(|by| by.is_object()) {
                    *by = json!({ "object": "user", "id": by.get("id") });
                }
                let item = json!({ "object": "property_item", "type": "verification", "id": column.public_id(), "verification": value });
                Ok(item.into())
            }
            (kind, value) => {
                Ok(json!({ "object": "property_item", "type": kind, "id": column.public_id(), kind: value }).into())
            }
        }
    }
}

/// A list of items of one property. Cursors count items.
fn list(page: Id, column: &Column, paging: &Paging, items: Vec<(String, String, Value)>, inner: Value) -> Answer {
    let start = match &paging.cursor {
        None => 0,
        Some(cursor) => position(cursor).filter(|at| *at < items.len()).ok_or_else(|| invalid_cursor(cursor))?,
    };
    let end = start + paging.size;
    let next = (end < items.len()).then(|| URL_SAFE_NO_PAD.encode(format!("item:{end}")));
    let results: Vec<Value> = items
        .into_iter()
        .skip(start)
        .take(paging.size)
        .map(|(kind, id, value)| json!({ "object": "property_item", "type": kind, "id": id, kind: value }))
        .collect();
    let public_id = column.public_id();
    let next_url = next.as_ref().map(|cursor| {
        format!(
            "https://api.notion.com/v1/pages/{page}/properties/{public_id}?page_size={}&start_cursor={cursor}",
            paging.size
        )
    });
    Ok(json!({
        "object": "list",
        "results": results,
        "next_cursor": next,
        "has_more": next.is_some(),
        "type": "property_item",
        "property_item": { "id": public_id, "next_url": next_url, "type": column.kind, column.kind.clone(): inner },
    })
    .into())
}

fn position(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("item:")?.parse().ok()
}
