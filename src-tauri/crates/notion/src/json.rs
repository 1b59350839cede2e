//! How this crate reads and writes JSON: [`Field`] for keys that may be absent or null, [`Unknown`] for kinds that did not exist when
//! this was written, [`Extra`] for keys that did not, and errors that name the place.
//!
//! Everything the service sends survives a round trip. Serde's derived code cannot promise that (its catch-all variant carries no
//! data, and an optional field cannot tell absent from null), so objects and unions are declared with the three macros in
//! `json/macros.rs`, which implement one small trait, [`Json`], and serde's traits on top of it.

mod macros;
mod survey;

pub(crate) use macros::{object, open_enum, serde_through_json, tagged};
pub use survey::{Survey, Unfamiliar, unfamiliar};

use indexmap::IndexMap;
use std::fmt;

use serde_json::{Map, Number, Value};

/// The keys of an object that its type does not know, kept so that a later write loses nothing.
pub type Extra = Map<String, Value>;

/// A value that could not be understood, and where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    // Innermost first, because it grows on the way out.
    path: Vec<Segment>,
    message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
}

fn path_of<'a>(segments: impl Iterator<Item = &'a Segment>) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
            Segment::Key(key) if path.is_empty() => path.push_str(key),
            Segment::Key(key) => {
                path.push('.');
                path.push_str(key);
            }
            Segment::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

impl DecodeError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }

    pub(crate) fn expected(what: &str, found: &Value) -> Self {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        Self::new(format!("expected {what}, found {found}"))
    }

    pub(crate) fn at(mut self, key: &str) -> Self {
        self.path.push(Segment::Key(key.to_owned()));
        self
    }

    pub(crate) fn at_index(mut self, index: usize) -> Self {
        self.path.push(Segment::Index(index));
        self
    }

    /// The place in the document, such as `results[3].properties.Due.date`; empty for the document itself.
    pub fn path(&self) -> String {
        path_of(self.path.iter().rev())
    }

    /// What was wrong there. It never quotes a value, so that content does not reach a log.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path(), self.message) }
    }
}

impl std::error::Error for DecodeError {}

/// A type with one JSON form. Sealed in effect: the trait is not exported.
pub trait Json: Sized {
    /// Reads the value.
    fn decode(value: &Value) -> Result<Self, DecodeError>;

    /// Writes the value.
    fn encode(&self) -> Value;

    /// What a missing key means, for the types that allow it.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether the key is left out on writing.
    fn is_absent(&self) -> bool {
        false
    }

    /// Tells what in it was not understood.
    fn survey(&self, _survey: &mut Survey) {}
}

/// A part of an object that reads and writes several of its keys, such as `type` and the key named by it.
pub trait Part: Sized {
    /// Takes its keys from the object.
    fn take(reader: &mut Reader<'_>) -> Self;

    /// Adds its keys to the object.
    fn put(&self, object: &mut Extra);

    /// Tells what in it was not understood.
    fn survey(&self, survey: &mut Survey);
}

/// An object being read: remembers which keys were understood, so that the others can be kept.
pub struct Reader<'a> {
    object: &'a Extra,
    taken: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    /// Starts reading an object.
    pub fn new(value: &'a Value) -> Result<Self, DecodeError> {
        match value {
            Value::Object(object) => Ok(Self { object, taken: Vec::new() }),
            other => Err(DecodeError::expected("an object", other)),
        }
    }

    /// The value of a key nobody has taken.
    pub fn peek(&self, key: &str) -> Option<&'a Value> {
        if self.taken.contains(&key) { None } else { self.object.get(key) }
    }

    /// Marks a key as understood.
    pub fn mark(&mut self, key: &'a str) {
        self.taken.push(key);
    }

    /// Reads one key.
    pub fn field<T: Json>(&mut self, key: &'a str) -> Result<T, DecodeError> {
        match self.peek(key) {
            Some(value) => {
                self.mark(key);
                T::decode(value).map_err(|error| error.at(key))
            }
            None => T::absent().ok_or_else(|| DecodeError::new("missing").at(key)),
        }
    }

    /// The keys nobody took.
    pub fn rest(self) -> Extra {
        let mut rest = Extra::new();
        for (key, value) in self.object {
            if !self.taken.contains(&key.as_str()) {
                rest.insert(key.clone(), value.clone());
            }
        }
        rest
    }
}

/// Writes one key, unless it is absent.
pub(crate) fn put<T: Json>(object: &mut Extra, key: &str, value: &T) {
    if !value.is_absent() {
        object.insert(key.to_owned(), value.encode());
    }
}

/// Writes the keys that were kept. A key that is typed today wins over one kept from yesterday.
pub(crate) fn put_extra(object: &mut Extra, extra: &Extra) {
    for (key, value) in extra {
        if !object.contains_key(key) {
            object.insert(key.clone(), value.clone());
        }
    }
}

/// A key that may be absent, null, or hold a value. The service tells the three apart: absent leaves a thing as it is, null clears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// The key is there and is `null`.
    Null,
    /// The key holds this.
    Value(T),
}

impl<T> Field<T> {
    /// The value, when there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value by value, when there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// A key that is always there: `None` is written as `null`.
    pub fn nullable(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }

    /// A key that is left out for `None`.
    pub fn optional(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }

    /// Whether the key is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the key is there and is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T: Copy> Field<T> {
    /// The value, or what stands for an absent or null one.
    pub fn unwrap_or(self, default: T) -> T {
        match self {
            Self::Value(value) => value,
            Self::Absent | Self::Null => default,
        }
    }
}

impl<T: std::ops::Deref> Field<T> {
    /// The value as its borrowed form: `&str` for a `String`.
    pub fn as_deref(&self) -> Option<&T::Target> {
        self.value().map(|value| &**value)
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Json> Json for Field<T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        if value.is_null() { Ok(Self::Null) } else { T::decode(value).map(Self::Value) }
    }

    fn encode(&self) -> Value {
        self.value().map_or(Value::Null, Json::encode)
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    fn survey(&self, survey: &mut Survey) {
        if let Self::Value(value) = self {
            value.survey(survey);
        }
    }
}

/// `None` is `null`; a missing key is an error.
impl<T: Json> Json for Option<T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        if value.is_null() { Ok(None) } else { T::decode(value).map(Some) }
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::encode)
    }

    fn survey(&self, survey: &mut Survey) {
        if let Some(value) = self {
            value.survey(survey);
        }
    }
}

/// A kind this crate does not know, or knows in another shape. It is written back as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    name: Field<String>,
    payload: Field<Value>,
    fault: Option<DecodeError>,
}

impl Unknown {
    pub(crate) fn take(reader: &mut Reader<'_>, name: Option<&str>, fault: Option<DecodeError>) -> Self {
        let Some(name) = name else {
            return Self { name: Field::Absent, payload: Field::Absent, fault };
        };
        let object = reader.object;
        let payload = match object.get_key_value(name) {
            Some((key, value)) => {
                reader.mark(key);
                // A payload of `null` is as good as any other and must come back.
                if value.is_null() { Field::Null } else { Field::Value(value.clone()) }
            }
            None => Field::Absent,
        };
        Self { name: Field::Value(name.to_owned()), payload, fault }
    }

    /// No kind at all: it is written as nothing.
    pub(crate) fn nameless() -> Self {
        Self { name: Field::Absent, payload: Field::Absent, fault: None }
    }

    pub(crate) fn put(&self, object: &mut Extra) {
        put(object, "type", &self.name);
        if let Field::Value(name) = &self.name {
            put(object, name, &self.payload);
        }
    }

    /// The value of `type`; empty when there was none.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// What stood under the key named by `type`.
    pub fn payload(&self) -> Option<&Value> {
        self.payload.value()
    }

    /// Why a kind with a known name was not understood.
    pub fn fault(&self) -> Option<&DecodeError> {
        self.fault.as_ref()
    }
}

/// An object that is nothing but its kind: `{"type": "x", "x": …}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged<K> {
    /// Which kind it is, with its payload.
    pub kind: K,
    /// Keys beside it that this crate does not know.
    pub extra: Extra,
}

impl<K> From<K> for Tagged<K> {
    fn from(kind: K) -> Self {
        Self { kind, extra: Extra::new() }
    }
}

impl<K: Part> Json for Tagged<K> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(value)?;
        Ok(Self { kind: K::take(&mut reader), extra: reader.rest() })
    }

    fn encode(&self) -> Value {
        let mut object = Extra::new();
        self.kind.put(&mut object);
        put_extra(&mut object, &self.extra);
        Value::Object(object)
    }

    fn survey(&self, survey: &mut Survey) {
        self.kind.survey(survey);
        survey.keys(&self.extra);
    }
}

impl<K: Part> serde::Serialize for Tagged<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.encode().serialize(serializer)
    }
}

impl<'de, K: Part> serde::Deserialize<'de> for Tagged<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::decode(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Json for Value {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(value.clone())
    }

    fn encode(&self) -> Value {
        self.clone()
    }
}

impl Json for String {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_str().map(str::to_owned).ok_or_else(|| DecodeError::expected("a string", value))
    }

    fn encode(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Json for bool {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_bool().ok_or_else(|| DecodeError::expected("a boolean", value))
    }

    fn encode(&self) -> Value {
        Value::Bool(*self)
    }
}

/// Numbers stay what they were: `1` does not become `1.0`.
impl Json for Number {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Number(number) => Ok(number.clone()),
            other => Err(DecodeError::expected("a number", other)),
        }
    }

    fn encode(&self) -> Value {
        Value::Number(self.clone())
    }
}

impl Json for u64 {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_u64().ok_or_else(|| DecodeError::expected("a whole number", value))
    }

    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

impl<T: Json> Json for Box<T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        T::decode(value).map(Box::new)
    }

    fn encode(&self) -> Value {
        T::encode(self)
    }

    fn survey(&self, survey: &mut Survey) {
        T::survey(self, survey);
    }
}

impl<T: Json> Json for Vec<T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let Value::Array(items) = value else {
            return Err(DecodeError::expected("an array", value));
        };
        items.iter().enumerate().map(|(index, item)| T::decode(item).map_err(|error| error.at_index(index))).collect()
    }

    fn encode(&self) -> Value {
        self.iter().map(Json::encode).collect()
    }

    fn survey(&self, survey: &mut Survey) {
        for (index, item) in self.iter().enumerate() {
            survey.index(index, item);
        }
    }
}

impl<T: Json> Json for IndexMap<String, T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let Value::Object(object) = value else {
            return Err(DecodeError::expected("an object", value));
        };
        object.iter().map(|(key, item)| Ok((key.clone(), T::decode(item).map_err(|error| error.at(key))?))).collect()
    }

    fn encode(&self) -> Value {
        self.iter().map(|(key, item)| (key.clone(), item.encode())).collect()
    }

    fn survey(&self, survey: &mut Survey) {
        for (key, item) in self {
            survey.key(key, item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    tagged! {
        /// Shapes.
        pub enum Shape {
            Circle(Number) = "circle",
            Line(Vec<String>) = "line",
        }
    }

    object! {
        /// A drawing.
        pub struct Drawing {
            ..
            /// Its shape.
            pub shape: Shape,
            /// Its name.
            pub name: Field<String>,
        }
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        for value in [json!({}), json!({ "name": null }), json!({ "name": "x" })] {
            assert_eq!(Drawing::decode(&value).unwrap().encode(), value);
        }
    }

    #[test]
    fn unknown_kinds_and_keys_come_back_as_they_were() {
        for value in [
            json!({ "type": "blob", "blob": { "a": [1, 2.5] }, "new": true }),
            json!({ "type": "blob", "blob": null }),
            json!({ "type": "blob" }),
            json!({ "type": 5, "x": 1 }),
            json!({ "type": "name", "name": "both a payload and a field" }),
            json!({ "type": "circle", "circle": 1, "extra": { "type": "circle" } }),
        ] {
            assert_eq!(Drawing::decode(&value).unwrap().encode(), value);
        }
    }

    #[test]
    fn a_known_kind_in_a_new_shape_is_kept_with_the_reason() {
        let value = json!({ "type": "line", "line": ["a", 7] });
        let drawing = Drawing::decode(&value).unwrap();
        assert_eq!(drawing.shape.name(), "line");
        let Shape::Unknown(unknown) = &drawing.shape else { panic!("{drawing:?}") };
        assert_eq!(unknown.fault().unwrap().to_string(), "line[1]: expected a string, found a number");
        assert_eq!(drawing.encode(), value);
    }

    #[test]
    fn an_error_names_the_place_and_quotes_no_content() {
        let error = Vec::<Drawing>::decode(&json!([{}, { "name": ["secret"] }])).unwrap_err();
        assert_eq!(error.to_string(), "[1].name: expected a string, found an array");
    }
}
