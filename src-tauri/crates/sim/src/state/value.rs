//! Property values of rows as stored, and how a request's values become them.
//!
//! Stored forms: `rich_text` canonical runs; `select`, `status` an option id; `multi_select`, `people`, `relation` lists of ids; `date` its
//! three fields; `files` as read without signatures; `formula` the read value a seed gave; the rest plain.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::column::{Column, kind_of};
use super::ids::{self, Id, IdKind};
use super::rich_text::{canonical, canonical_id};
use super::time::Moment;
use super::{Connection, DataSource, Parent, Stamp, Workspace};
use crate::clock::minute;
use crate::error::ApiError;

const OPTION_COLORS: [&str; 9] = ["gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];

/// A date as stored and read: all three fields, times with milliseconds and offset. The zone it was written in has gone into the offset.
pub(crate) fn date(given: &Value) -> Value {
    let zone = given.get("time_zone").and_then(Value::as_str);
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let written = |key: &str| {
        given
            .get(key)
            .and_then(Value::as_str)
            .map(|text| Moment::parse_in(text, &zone).map_or_else(|| text.to_owned(), |moment| moment.written()))
    };
    json!({ "start": written("start"), "end": written("end"), "time_zone": null })
}

/// The inner value and its kind; a bare list is a title.
fn inner(given: &Value) -> (&str, &Value) {
    if given.is_array() {
        return ("title", given);
    }
    let kind = kind_of(given).unwrap_or_default();
    (kind, given.get(kind).unwrap_or(&Value::Null))
}

impl Workspace {
    /// Refuses values the shapes cannot: unknown properties, wrong kinds, unknown status options, relations to nowhere.
    pub fn check_values(
        &self,
        source: &DataSource,
        connection: &Connection,
        given: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        for (key, value) in given {
            let Some(column) = source.column(key) else {
                return Err(ApiError::validation(format!("{key} is not a property that exists.")));
            };
            let (kind, inner) = inner(value);
            if kind != column.kind {
                return Err(ApiError::validation(format!("{} is expected to be {}.", column.name, column.kind)));
            }
            self.check_value(column, connection, inner)?;
        }
        Ok(())
    }

    fn check_value(&self, column: &Column, connection: &Connection, inner: &Value) -> Result<(), ApiError> {
        match column.kind.as_str() {
            "title" | "rich_text" => canonical(inner).map(drop),
            "select" if !inner.is_null() => check_option(column, inner),
            "multi_select" => {
                inner.as_array().into_iter().flatten().try_for_each(|option| check_option(column, option))
            }
            "status" if !inner.is_null() => match find_option(column, inner) {
                Some(_) => Ok(()),
                None => {
                    let name =
                        inner.get("name").or_else(|| inner.get("id")).and_then(Value::as_str).unwrap_or_default();
                    Err(ApiError::validation(format!(
                        "Invalid status option. Status option \"{name}\" does not exist\"."
                    )))
                }
            },
            "relation" => references(inner).try_for_each(|id| {
                let target = column.setting_id("data_source_id");
                let row = self.visible(connection, id).filter(|_| self.page(id).is_some());
                match (row, target) {
                    (None, _) => Err(crate::api::not_found("page", &id.to_string(), connection)),
                    (Some(row), Some(target)) if row.parent != Parent::DataSource(target) => Err(ApiError::validation(
                        format!("Page {id} is not in the data source related by {}.", column.name),
                    )),
                    _ => Ok(()),
                }
            }),
            "people" => inner.as_array().into_iter().flatten().try_for_each(|named| self.check_user_or_group(named)),
            "date" if !inner.is_null() => check_date(inner),
            "verification" => inner.get("date").map_or(Ok(()), check_date),
            _ => Ok(()),
        }
    }

    /// Refuses who is neither a user nor a group, and who is not the one of them that the request says.
    fn check_user_or_group(&self, named: &Value) -> Result<(), ApiError> {
        let Some(id) = named.get("id").and_then(Value::as_str).and_then(ids::parse) else { return Ok(()) };
        let (kind, exists) = match named.get("object").and_then(Value::as_str) {
            Some("group") => ("Group", self.group(id).is_some()),
            Some(_) => ("User", self.is_user(id)),
            None => ("User", self.is_user(id) || self.group(id).is_some()),
        };
        match exists {
            true => Ok(()),
            false => Err(ApiError::validation(format!("{kind} with ID {id} does not exist."))),
        }
    }

    /// Stores checked values; selects learn unknown options, two-way relations are mirrored.
    pub fn store_values(
        &mut self,
        source: Id,
        row: Id,
        given: &Map<String, Value>,
        stamp: Stamp,
    ) -> Result<(), ApiError> {
        for (key, value) in given {
            let Some(column) = self.data_sources.get(&source).and_then(|source| source.column(key)).cloned() else {
                continue;
            };
            let (_, inner) = inner(value);
            if column.kind == "title" {
                let title = canonical(inner)?;
                if let Some(page) = self.page_mut(row) {
                    page.title = title;
                }
                continue;
            }
            let stored = self.stored(source, &column, inner, stamp)?;
            let before = self.page(row).and_then(|(_, page)| page.values.get(&column.id).cloned());
            if let Some(page) = self.page_mut(row) {
                match &stored {
                    Some(value) => page.values.insert(column.id.clone(), value.clone()),
                    None => page.values.remove(&column.id),
                };
            }
            if column.kind == "relation" {
                self.mirror(&column, row, before.as_ref(), stored.as_ref());
            }
        }
        Ok(())
    }

    fn stored(&mut self, source: Id, column: &Column, inner: &Value, stamp: Stamp) -> Result<Option<Value>, ApiError> {
        if inner.is_null() {
            return Ok(match column.kind.as_str() {
                "status" => default_status(column),
                _ => None,
            });
        }
        Ok(Some(match column.kind.as_str() {
            "rich_text" => Value::Array(canonical(inner)?),
            "select" | "status" => self.option_id(source, column, inner, stamp.at),
            "multi_select" => {
                let mut ids: Vec<Value> = Vec::new();
                for option in inner.as_array().into_iter().flatten() {
                    let id = self.option_id(source, column, option, stamp.at);
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                ids.into()
            }
            "people" | "relation" => {
                let mut ids: Vec<Value> = Vec::new();
                for reference in inner.as_array().into_iter().flatten() {
                    let id = canonical_id(reference.get("id"));
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                ids.into()
            }
            "date" => date(inner),
            "files" => inner.as_array().into_iter().flatten().map(file).collect(),
            "verification" => verification(inner, stamp),
            "place" => place(inner),
            _ => inner.clone(),
        }))
    }

    /// The id of an option; an unknown name becomes a new option of the column.
    fn option_id(&mut self, source: Id, column: &Column, given: &Value, now: Timestamp) -> Value {
        let current = self.data_sources.get(&source).and_then(|source| source.column(&column.id)).unwrap_or(column);
        if let Some(found) = find_option(current, given) {
            return found.get("id").cloned().unwrap_or_default();
        }
        let id = self.mint(IdKind::Random, now).to_string();
        let color = OPTION_COLORS.get((ids::mix(ids::hash(id.as_bytes())) % 9) as usize).copied().unwrap_or("default");
        let option = json!({
            "id": id,
            "name": given.get("name").cloned().unwrap_or_default(),
            "color": given.get("color").cloned().unwrap_or_else(|| color.into()),
            "description": null,
        });
        if let Some(column) = self.data_sources.get_mut(&source).and_then(|source| source.column_mut(&column.id)) {
            match column.config.entry("options").or_insert_with(|| json!([])) {
                Value::Array(options) => options.push(option),
                other => *other = json!([option]),
            }
        }
        id.into()
    }

    /// Keeps the other side of a two-way relation in step.
    fn mirror(&mut self, column: &Column, row: Id, before: Option<&Value>, after: Option<&Value>) {
        let Some(synced) = column.synced_id() else { return };
        let ids = |value: Option<&Value>| -> Vec<Id> {
            value.and_then(Value::as_array).into_iter().flatten().filter_map(|id| ids::parse(id.as_str()?)).collect()
        };
        let (before, after) = (ids(before), ids(after));
        let me: Value = row.to_string().into();
        for gone in before.iter().filter(|id| !after.contains(id)) {
            if let Some(Value::Array(list)) = self.page_mut(*gone).and_then(|page| page.values.get_mut(synced)) {
                list.retain(|id| *id != me);
            }
        }
        for new in after.iter().filter(|id| !before.contains(id)) {
            if let Some(page) = self.page_mut(*new) {
                match page.values.entry(synced.to_owned()).or_insert_with(|| json!([])) {
                    Value::Array(list) if !list.contains(&me) => list.push(me.clone()),
                    _ => {}
                }
            }
        }
    }

    /// Lets numbers of new rows go on after the largest there is.
    pub fn number_rows_on(&mut self, source: Id) {
        let Some(found) = self.data_sources.get(&source) else { return };
        let Some(column) = found.columns.iter().find(|column| column.kind == "unique_id") else { return };
        let number = |row: &Id| self.page(*row)?.1.values.get(&column.id)?.as_u64();
        let largest = found.rows.iter().filter_map(number).max().unwrap_or(0);
        if let Some(found) = self.data_sources.get_mut(&source) {
            found.next_number = largest + 1;
        }
    }

    /// What a new row has before anything is written: a status and a number.
    pub fn start_row(&mut self, source: Id, row: Id) {
        let Some(found) = self.data_sources.get_mut(&source) else { return };
        let number = found.next_number;
        let mut values = Vec::new();
        for column in &found.columns {
            match column.kind.as_str() {
                "unique_id" => values.push((column.id.clone(), Some(number.into()))),
                "status" => values.push((column.id.clone(), default_status(column))),
                _ => {}
            }
        }
        found.next_number += 1;
        found.rows.push(row);
        if let Some(page) = self.page_mut(row) {
            page.values.extend(values.into_iter().filter_map(|(id, value)| Some((id, value?))));
        }
    }
}

fn references(inner: &Value) -> impl Iterator<Item = Id> {
    inner.as_array().into_iter().flatten().filter_map(|reference| ids::parse(reference.get("id")?.as_str()?))
}

fn find_option<'a>(column: &'a Column, given: &Value) -> Option<&'a Value> {
    let by = |key: &'static str| {
        let wanted = given.get(key)?;
        column.options().find(|option| option.get(key) == Some(wanted))
    };
    by("id").or_else(|| by("name"))
}

fn check_option(column: &Column, given: &Value) -> Result<(), ApiError> {
    if find_option(column, given).is_some() {
        return Ok(());
    }
    match given.get("name").and_then(Value::as_str) {
        None => Err(ApiError::validation(format!(
            "Select option with ID \"{}\" does not exist.",
            given.get("id").and_then(Value::as_str).unwrap_or_default()
        ))),
        Some(name) if name.contains(',') => {
            Err(ApiError::validation(format!("Invalid select option, commas not allowed: {name}")))
        }
        Some(_) => Ok(()),
    }
}

fn check_date(inner: &Value) -> Result<(), ApiError> {
    let zone = inner.get("time_zone").and_then(Value::as_str);
    if let Some(zone) = zone {
        if TimeZone::get(zone).is_err() {
            return Err(ApiError::validation(format!("Invalid time zone: {zone}.")));
        }
        let has_offset = |key: &str| {
            let time =
                inner.get(key).and_then(Value::as_str).and_then(|text| text.split_once('T')).map(|(_, time)| time);
            time.is_some_and(|time| time.contains(['Z', '+', '-']))
        };
        if zone != "UTC" && (has_offset("start") || has_offset("end")) {
            return Err(ApiError::validation("Dates with a time_zone must not have a UTC offset."));
        }
    }
    let point = |key: &str| inner.get(key).and_then(Value::as_str).and_then(Moment::parse);
    match (point("start"), point("end")) {
        (Some(start), Some(end)) if end.instant() < start.instant() => {
            Err(ApiError::validation("The end date must not be before the start date."))
        }
        _ => Ok(()),
    }
}

/// The first option of the first group that has one.
fn default_status(column: &Column) -> Option<Value> {
    let groups = column.config.get("groups").and_then(Value::as_array);
    let first = groups.into_iter().flatten().find_map(|group| group.get("option_ids")?.as_array()?.first().cloned());
    first.or_else(|| column.options().next().and_then(|option| option.get("id").cloned()))
}

fn file(given: &Value) -> Value {
    let kind = if given.get("file").is_some() { "file" } else { "external" };
    json!({ "name": given.get("name").cloned().unwrap_or_default(), "type": kind, kind: given.get(kind).cloned().unwrap_or_default() })
}

/// A verification as stored. One without a date begins when it is written and never ends; its times are instants in UTC, as all that were
/// seen are.
pub(crate) fn verification(given: &Value, stamp: Stamp) -> Value {
    let state = given.get("state").and_then(Value::as_str).unwrap_or_default();
    if !matches!(state, "verified" | "expired") {
        return json!({ "state": "unverified", "date": null, "verified_by": null });
    }
    let date = given.get("date").filter(|date| !date.is_null());
    let zone = date.and_then(|date| date.get("time_zone")).and_then(Value::as_str);
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let instant = |key: &str| {
        let text = date?.get(key)?.as_str()?;
        Some(minute(Moment::parse_in(text, &zone)?.instant_in(&zone)))
    };
    let start = instant("start").unwrap_or_else(|| minute(stamp.at));
    let by = given.pointer("/verified_by/id").cloned().unwrap_or_else(|| stamp.by.to_string().into());
    json!({
        "state": state, "date": { "start": start, "end": instant("end"), "time_zone": null }, "verified_by": by,
    })
}

fn place(given: &Value) -> Value {
    let field = |key: &str| given.get(key).cloned().unwrap_or_default();
    json!({
        "lat": field("lat"), "lon": field("lon"), "name": field("name"), "address": field("address"),
        "aws_place_id": field("aws_place_id"), "google_place_id": field("google_place_id"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(given: Value) -> Value {
        let at = "2026-11-23T10:00:30Z".parse().unwrap();
        verification(&given, Stamp { at, by: Id::nil() })
    }

    #[test]
    fn a_verification_without_a_date_begins_now_and_days_begin_in_their_zone() {
        let date = |given: Value| stored(json!({ "state": "verified", "date": given }))["date"].clone();
        assert_eq!(date(Value::Null), json!({ "start": "2026-11-23T10:00:00.000Z", "end": null, "time_zone": null }));
        let tokyo = json!({ "start": "2026-11-23", "end": "2026-11-24T09:00:00", "time_zone": "Asia/Tokyo" });
        let instants =
            json!({ "start": "2026-11-22T15:00:00.000Z", "end": "2026-11-24T00:00:00.000Z", "time_zone": null });
        assert_eq!(date(tokyo), instants);
    }

    #[test]
    fn nobody_stands_behind_what_is_not_verified() {
        let given = json!({ "state": "unverified", "date": { "start": "2026-11-23" } });
        assert_eq!(stored(given), json!({ "state": "unverified", "date": null, "verified_by": null }));
        assert_eq!(stored(json!({ "state": "verified" }))["verified_by"], Id::nil().to_string());
    }
}
