//! What recorded ids are called by the simulator: those it has made itself differ, those it was seeded with do not.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::state::ids;

#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

/// An id in the form that names are kept by.
fn key(text: &str) -> String {
    ids::parse(text).map_or_else(|| text.to_owned(), |id| id.to_string())
}

fn is_id(name: &str) -> bool {
    name == "id" || name.ends_with("_id") || name == "next_cursor"
}

/// All ids of an answer.
fn collect(value: &Value, ids: &mut HashSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                if let (true, Value::String(id)) = (is_id(name), value) {
                    ids.insert(key(id));
                }
                collect(value, ids);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        _ => {}
    }
}

impl Names {
    /// Pairs the ids of two answers to the same request. What the simulator calls by the recorded id keeps it: in lists without an order it may
    /// stand elsewhere.
    pub fn learn(&mut self, recorded: &Value, answered: &Value) {
        let mut known = HashSet::new();
        collect(answered, &mut known);
        self.pair(recorded, answered, &known);
    }

    fn pair(&mut self, recorded: &Value, answered: &Value, known: &HashSet<String>) {
        match (recorded, answered) {
            (Value::Object(left), Value::Object(right)) => {
                for (name, value) in left {
                    let Some(other) = right.get(name) else { continue };
                    if let (true, Value::String(from), Value::String(to)) = (is_id(name), value, other)
                        && !known.contains(&key(from))
                    {
                        self.0.entry(key(from)).or_insert_with(|| to.clone());
                    }
                    self.pair(value, other, known);
                }
            }
            (Value::Array(left), Value::Array(right)) => {
                left.iter().zip(right).for_each(|(left, right)| self.pair(left, right, known));
            }
            _ => {}
        }
    }

    pub fn text(&self, text: &str) -> String {
        self.0.get(&key(text)).cloned().unwrap_or_else(|| text.to_owned())
    }

    /// A body with the simulator's ids, also where ids are keys.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(object) => object.iter().map(|(key, value)| (self.text(key), self.value(value))).collect(),
            other => other.clone(),
        }
    }

    pub fn path(&self, path: &str) -> String {
        let parts: Vec<String> = path.split('/').map(|part| self.text(part)).collect();
        parts.join("/")
    }
}
