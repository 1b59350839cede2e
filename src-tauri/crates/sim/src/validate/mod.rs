//! Bodies, queries and paths are checked against shapes before anything is looked up, and refused in the service's grammar.
//!
//! Shapes are data: `Shape` describes a JSON value, `Shape::check` compares and collects complaints. What the shapes of blocks, rich
//! text, properties and filters are is in the modules below. Not here: rules that need the state (unknown properties, parents).

pub(crate) mod block;
pub(crate) mod filter;
pub(crate) mod meeting_notes;
pub(crate) mod property;
pub(crate) mod request;
pub(crate) mod rich_text;
pub(crate) mod view;

use std::sync::Arc;

use serde_json::Value;

use crate::error::ApiError;
use crate::limits::units;
use crate::state::ids;

/// What a JSON value has to look like.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Anything,
    Text {
        max: Option<usize>,
        min: usize,
    },
    Number,
    Integer {
        min: i64,
        max: i64,
    },
    Boolean,
    Uuid,
    /// A date or a date with time, ISO 8601.
    Date,
    /// `09:30`, with seconds or without.
    TimeOfDay,
    /// The name of a time zone.
    TimeZone,
    OneOf(&'static [&'static str]),
    /// The one word of a field that may be left out.
    Literal(&'static str),
    /// Only `true`.
    True,
    Nullable(Arc<Shape>),
    List {
        item: Arc<Shape>,
        min: usize,
        max: usize,
    },
    Object(Vec<Field>),
    /// An object with arbitrary keys.
    Dictionary(Arc<Shape>),
    /// An object with exactly one of the variants' names as a key; `type`, if there, agrees with it.
    Tagged {
        common: Vec<Field>,
        variants: Vec<Field>,
    },
    /// An object whose `type` (or other key) chooses the remaining fields.
    Chosen {
        by: &'static str,
        variants: Vec<(&'static str, Vec<Field>)>,
    },
    /// A choice between values without a tag; the complaints of all branches are listed.
    Either(Vec<Shape>),
    /// An object told from the others by one key that only it has.
    Keyed(Vec<(&'static str, Arc<Shape>)>),
    /// A list, or else the shape: shorthands the service still takes.
    ListOr {
        list: Arc<Shape>,
        other: Arc<Shape>,
    },
    /// May not be there, but an empty list does no harm.
    EmptyList,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    name: &'static str,
    shape: Shape,
    is_required: bool,
}

pub(crate) fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_required: true }
}

pub(crate) fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_required: false }
}

pub(crate) fn text(max: usize) -> Shape {
    Shape::Text { max: Some(max), min: 0 }
}

pub(crate) fn any_text() -> Shape {
    Shape::Text { max: None, min: 0 }
}

pub(crate) fn nullable(shape: Shape) -> Shape {
    Shape::Nullable(Arc::new(shape))
}

pub(crate) fn list(item: Shape) -> Shape {
    Shape::List { item: Arc::new(item), min: 0, max: crate::limits::ARRAY }
}

pub(crate) fn empty() -> Shape {
    Shape::Object(Vec::new())
}

/// One sentence of a refusal: `body.x should be y, instead was …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint(String);

impl Complaint {
    fn new(path: &str, expectation: &str, value: Option<&Value>) -> Self {
        Self(format!("{path} should be {expectation}, instead was `{}`.", shown(value)))
    }
}

/// The value as it stands in a message, cut where it would flood it.
fn shown(value: Option<&Value>) -> String {
    const LONGEST: usize = 400;
    let Some(value) = value else { return "undefined".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A refusal out of complaints about one part of the request (`body`, `query`, `path`).
pub(crate) fn refusal(part: &str, complaints: &[Complaint]) -> ApiError {
    match complaints {
        [only] => ApiError::validation(format!("{part} failed validation: {}", only.0)),
        several => {
            let lines: Vec<&str> = several.iter().map(|complaint| complaint.0.as_str()).collect();
            ApiError::validation(format!("{part} failed validation. Fix one:\n{}", lines.join("\n")))
        }
    }
}

/// Checks a whole body.
pub(crate) fn body(shape: &Shape, body: &Value) -> Result<(), ApiError> {
    shape.check("body", Some(body)).map_err(|complaints| refusal("body", &complaints))
}

/// The refusal of a body for a reason that is not in a shape.
pub(crate) fn complain(path: &str, expectation: &str, value: Option<&Value>) -> ApiError {
    let part = path.split(['.', '[']).next().unwrap_or("body");
    refusal(part, &[Complaint::new(path, expectation, value)])
}

/// An id in the path; its syntax comes before its existence.
pub(crate) fn path_id(name: &str, value: &str) -> Result<ids::Id, ApiError> {
    ids::parse(value).ok_or_else(|| complain(&format!("path.{name}"), "a valid uuid", Some(&value.into())))
}

type Verdict = Result<(), Vec<Complaint>>;

impl Shape {
    /// The same list with at least one item.
    pub fn not_empty(self) -> Self {
        match self {
            Self::List { item, max, .. } => Self::List { item, min: 1, max },
            other => other,
        }
    }

    /// The first thing wrong with `value`, or everything a union would have taken instead.
    pub fn check(&self, path: &str, value: Option<&Value>) -> Verdict {
        let refuse = |expectation: &str| Err(vec![Complaint::new(path, expectation, value)]);
        let Some(found) = value else {
            return match self {
                Self::EmptyList => Ok(()),
                _ => refuse("defined"),
            };
        };
        match self {
            Self::Anything => Ok(()),
            Self::Text { max, min } => match found.as_str() {
                None => refuse("a string"),
                Some(text) => length(path, units(text), *min, max.unwrap_or(usize::MAX)),
            },
            Self::Number => if_else(found.is_number(), || refuse("a number")),
            Self::Integer { min, max } => match found.as_i64() {
                None => refuse("a number"),
                Some(number) if number < *min => refuse(&format!("≥ `{min}`")),
                Some(number) if number > *max => refuse(&format!("≤ `{max}`")),
                Some(_) => Ok(()),
            },
            Self::Boolean => if_else(found.is_boolean(), || refuse("a boolean")),
            Self::True => if_else(found == &Value::Bool(true), || refuse("`true`")),
            Self::Uuid => if_else(found.as_str().and_then(ids::parse).is_some(), || refuse("a valid uuid")),
            Self::Date => if_else(found.as_str().is_some_and(is_iso_8601), || refuse("a valid ISO 8601 date string")),
            Self::TimeOfDay => {
                let is_time = found.as_str().is_some_and(|text| text.parse::<jiff::civil::Time>().is_ok());
                if_else(is_time, || refuse("a valid ISO 8601 time string"))
            }
            Self::TimeZone => {
                let is_zone = found.as_str().is_some_and(|name| jiff::tz::TimeZone::get(name).is_ok());
                if_else(is_zone, || refuse("a valid IANA time zone"))
            }
            Self::OneOf(choices) => {
                if_else(found.as_str().is_some_and(|text| choices.contains(&text)), || refuse(&alternatives(choices)))
            }
            Self::Literal(word) => {
                if_else(found.as_str() == Some(*word), || refuse(&format!("`\"{word}\"` or `undefined`")))
            }
            Self::Nullable(inner) => {
                if found.is_null() {
                    Ok(())
                } else {
                    inner.check_nullable(path, found)
                }
            }
            Self::List { item, min, max } => match found.as_array() {
                None => refuse("an array"),
                Some(items) => {
                    length(path, items.len(), *min, *max)?;
                    items
                        .iter()
                        .enumerate()
                        .try_for_each(|(at, value)| item.check(&format!("{path}[{at}]"), Some(value)))
                }
            },
            Self::Object(fields) => match found.as_object() {
                None => refuse("an object"),
                Some(object) => {
                    check_fields(path, object, fields)?;
                    no_others(path, object, |key| fields.iter().any(|field| field.name == key))
                }
            },
            Self::Dictionary(inner) => match found.as_object() {
                None => refuse("an object"),
                Some(object) => {
                    object.iter().try_for_each(|(key, value)| inner.check(&format!("{path}.{key}"), Some(value)))
                }
            },
            Self::Tagged { common, variants } => check_tagged(path, found, common, variants),
            Self::Chosen { by, variants } => check_chosen(path, found, by, variants),
            Self::Either(branches) => {
                let mut complaints = Vec::new();
                for branch in branches {
                    match branch.check(path, value) {
                        Ok(()) => return Ok(()),
                        Err(more) => complaints.extend(more),
                    }
                }
                complaints.dedup();
                Err(complaints)
            }
            Self::Keyed(kinds) => match found.as_object() {
                None => refuse("an object"),
                Some(object) => match kinds.iter().find(|(key, _)| object.contains_key(*key)) {
                    Some((_, shape)) => shape.check(path, value),
                    None => Err(kinds
                        .iter()
                        .map(|(key, _)| Complaint::new(&format!("{path}.{key}"), "defined", None))
                        .collect()),
                },
            },
            Self::ListOr { list, other } => {
                if found.is_array() {
                    list.check(path, value)
                } else {
                    other.check(path, value)
                }
            }
            Self::EmptyList => if_else(found.as_array().is_some_and(Vec::is_empty), || refuse("not present")),
        }
    }

    /// The expectation of a nullable value names both things it may be.
    fn check_nullable(&self, path: &str, found: &Value) -> Verdict {
        let kind = match self {
            Self::Text { .. } if !found.is_string() => "a string or `null`",
            Self::Number if !found.is_number() => "a number or `null`",
            Self::Object(_) | Self::Tagged { .. } | Self::Chosen { .. } if !found.is_object() => "an object or `null`",
            _ => return self.check(path, Some(found)),
        };
        Err(vec![Complaint::new(path, kind, Some(found))])
    }
}

fn if_else(holds: bool, otherwise: impl FnOnce() -> Verdict) -> Verdict {
    if holds { Ok(()) } else { otherwise() }
}

fn length(path: &str, length: usize, min: usize, max: usize) -> Verdict {
    let expectation = if length > max {
        format!("≤ `{max}`")
    } else if length < min {
        format!("≥ `{min}`")
    } else {
        return Ok(());
    };
    Err(vec![Complaint::new(&format!("{path}.length"), &expectation, Some(&Value::from(length)))])
}

fn check_fields(path: &str, object: &serde_json::Map<String, Value>, fields: &[Field]) -> Verdict {
    fields.iter().try_for_each(|field| {
        let value = object.get(field.name);
        if value.is_none() && !field.is_required {
            return Ok(());
        }
        field.shape.check(&format!("{path}.{}", field.name), value)
    })
}

fn no_others(path: &str, object: &serde_json::Map<String, Value>, known: impl Fn(&str) -> bool) -> Verdict {
    match object.iter().find(|(key, _)| !known(key)) {
        Some((key, value)) => Err(vec![Complaint::new(&format!("{path}.{key}"), "not present", Some(value))]),
        None => Ok(()),
    }
}

fn check_tagged(path: &str, found: &Value, common: &[Field], variants: &[Field]) -> Verdict {
    let Some(object) = found.as_object() else {
        return Err(vec![Complaint::new(path, "an object", Some(found))]);
    };
    let named = object.get("type").and_then(Value::as_str);
    let chosen = match named {
        Some(name) => variants.iter().find(|variant| variant.name == name),
        None => variants.iter().find(|variant| object.contains_key(variant.name)),
    };
    let Some(chosen) = chosen else {
        if let Some(kind) = object.get("type") {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
            return Err(vec![Complaint::new(&format!("{path}.type"), &alternatives(&names), Some(kind))]);
        }
        return Err(variants
            .iter()
            .map(|variant| Complaint::new(&format!("{path}.{}", variant.name), "defined", None))
            .collect());
    };
    check_fields(path, object, std::slice::from_ref(chosen))?;
    check_fields(path, object, common)?;
    no_others(path, object, |key| key == "type" || key == chosen.name || common.iter().any(|field| field.name == key))
}

fn check_chosen(path: &str, found: &Value, by: &str, variants: &[(&'static str, Vec<Field>)]) -> Verdict {
    let Some(object) = found.as_object() else {
        return Err(vec![Complaint::new(path, "an object", Some(found))]);
    };
    let tag = object.get(by);
    let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
    let chosen = tag.and_then(Value::as_str).and_then(|tag| variants.iter().find(|(name, _)| *name == tag));
    let Some((_, fields)) = chosen else {
        let expectation = if tag.is_none() { "defined".to_owned() } else { alternatives(&names) };
        return Err(vec![Complaint::new(&format!("{path}.{by}"), &expectation, tag)]);
    };
    check_fields(path, object, fields)?;
    no_others(path, object, |key| key == by || fields.iter().any(|field| field.name == key))
}

/// `"a"`, `"b"`, or `"c"`, each in backticks.
fn alternatives(choices: &[&str]) -> String {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("`\"{choice}\"`")).collect();
    match quoted.as_slice() {
        [only] => only.clone(),
        [first, second] => format!("{first} or {second}"),
        [init @ .., last] => format!("{}, or {last}", init.join(", ")),
        [] => "not present".to_owned(),
    }
}

fn is_iso_8601(text: &str) -> bool {
    crate::state::time::Moment::parse(text).is_some()
}
