//! Values of properties as they are read.

use serde_json::{Map, Value, json};

use super::{Extent, Reader};
use crate::clock::minute;
use crate::limits;
use crate::state::column::Column;
use crate::state::formula::{Computed, Formula, Surroundings};
use crate::state::time::Moment;
use crate::state::{Node, Page, ids};

impl Reader<'_> {
    /// A property as it stands in a page: `{id, type, <type>}`.
    pub(super) fn property(&self, node: &Node, page: &Page, column: &Column) -> Value {
        let mut property = Map::new();
        property.insert("id".to_owned(), column.public_id().into());
        property.insert("type".to_owned(), column.kind.clone().into());
        property.insert(column.kind.clone(), self.value(node, page, column, Extent::Inline));
        if column.kind == "relation" {
            let references = page.values.get(&column.id).and_then(Value::as_array).into_iter().flatten();
            let references = references.filter(|id| self.is_related_row_visible(id)).count();
            property.insert("has_more".to_owned(), (references > limits::REFERENCES).into());
        }
        Value::Object(property)
    }

    /// The inner value of a row's property.
    pub fn value(&self, node: &Node, page: &Page, column: &Column, extent: Extent) -> Value {
        let stored = page.values.get(&column.id);
        let list = || stored.and_then(Value::as_array).into_iter().flatten();
        let most = if extent == Extent::Inline { limits::REFERENCES } else { usize::MAX };
        let option = |id: &Value| {
            id.as_str().and_then(|id| column.option(id)).map(
                |option| json!({ "id": option.get("id"), "name": option.get("name"), "color": option.get("color") }),
            )
        };
        match column.kind.as_str() {
            "title" => page.title.iter().map(|item| self.rich_text_item(item)).collect(),
            "rich_text" => list().map(|item| self.rich_text_item(item)).collect(),
            "select" | "status" => stored.and_then(option).unwrap_or_default(),
            "multi_select" => list().filter_map(option).collect(),
            "people" => {
                list().take(most).filter_map(|id| Some(self.user_or_group(ids::parse(id.as_str()?)?))).collect()
            }
            "relation" => {
                list().filter(|id| self.is_related_row_visible(id)).take(most).map(|id| json!({ "id": id })).collect()
            }
            "files" => list().map(|file| self.file_or(file)).collect(),
            "checkbox" => stored.cloned().unwrap_or(Value::Bool(false)),
            "created_time" => minute(node.created.at).into(),
            "last_edited_time" => minute(node.edited.at).into(),
            "created_by" => self.user(node.created.by),
            "last_edited_by" => self.user(node.edited.by),
            "unique_id" => json!({ "prefix": column.config.get("prefix"), "number": stored }),
            "formula" => {
                let computed = self.computed(node, page, column.setting("expression"), 0).map(|value| value.shown());
                computed
                    .or_else(|| stored.cloned())
                    .unwrap_or_else(|| json!({ "type": "unsupported", "unsupported": {} }))
            }
            "rollup" => self.rollup(page, column),
            "verification" => self.verification(stored),
            "button" => json!({}),
            _ => stored.cloned().unwrap_or_default(),
        }
    }

    /// Whether somebody vouches for a row, which is over when its time is.
    fn verification(&self, stored: Option<&Value>) -> Value {
        let of = |key: &str| stored.and_then(|stored| stored.get(key)).cloned().unwrap_or_default();
        let date = of("date");
        let end = date.get("end").and_then(Value::as_str).and_then(Moment::parse);
        let is_over = end.is_some_and(|end| end.instant() <= self.now);
        let state = match of("state").as_str() {
            Some("verified") if is_over => "expired".into(),
            Some(_) => of("state"),
            None => "unverified".into(),
        };
        let by = of("verified_by").as_str().and_then(ids::parse).map(|id| self.user(id));
        json!({ "state": state, "date": date, "verified_by": by })
    }

    /// The value of a formula for a row. Formulas look at others, but not for ever.
    fn computed(&self, node: &Node, page: &Page, expression: &str, depth: usize) -> Option<Computed> {
        const DEPTH: usize = 15;
        let formula = Formula::read(expression).filter(|_| depth < DEPTH)?;
        let source = self.ws.data_source_of(node)?;
        let column = |id: &str| {
            let column = source.column(id)?;
            let value = || self.value(node, page, column, Extent::Full);
            let texts = |value: &Value| {
                let name = |item: &Value| item.get("name").and_then(Value::as_str).map(str::to_owned);
                value.as_array().into_iter().flatten().filter_map(name).collect()
            };
            Some(match column.kind.as_str() {
                "formula" => self.computed(node, page, column.setting("expression"), depth + 1)?,
                "title" => Computed::Text(self.plain(&page.title)),
                "rich_text" => Computed::Text(
                    page.values
                        .get(&column.id)
                        .and_then(Value::as_array)
                        .map(|items| self.plain(items))
                        .unwrap_or_default(),
                ),
                "number" => Computed::Number(value().as_f64()),
                "checkbox" => Computed::Bool(value() == true),
                "select" | "status" => {
                    Computed::Text(value().get("name").and_then(Value::as_str).unwrap_or_default().to_owned())
                }
                "multi_select" | "people" => Computed::List(texts(&value())),
                "url" | "email" | "phone_number" => Computed::Text(value().as_str().unwrap_or_default().to_owned()),
                "date" => Computed::Date(value()),
                "created_time" | "last_edited_time" => {
                    let time = value().as_str().unwrap_or_default().replace('Z', "+00:00");
                    Computed::Date(json!({ "start": time, "end": null, "time_zone": null }))
                }
                _ => return None,
            })
        };
        formula.compute(&Surroundings { column: &column, now: self.now })
    }

    fn is_related_row_visible(&self, id: &Value) -> bool {
        id.as_str().and_then(ids::parse).is_some_and(|id| self.ws.sees(self.connection, id) && !self.ws.is_trashed(id))
    }
}
