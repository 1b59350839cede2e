//! Lists, and things that may be known by nothing but their id.

use std::fmt::Debug;
use std::hash::Hash;

use serde_json::Value;

use crate::json::{DecodeError, Extra, Field, Json, Reader, Survey, put, put_extra};
use crate::json::{object, open_enum};
use crate::types::Parent;

/// A thing with an id, by which a walk through a list tells repeats.
pub trait Identified {
    /// The type of the id.
    type Id: Clone + Debug + Eq + Hash + Send + Sync;

    /// The id; nothing for a thing of an unknown kind.
    fn id(&self) -> Option<Self::Id>;
}

/// A thing of which the service may show nothing but the id.
pub trait Full: Json + Identified<Id: Json> {
    /// A key that only the whole thing has.
    const MARK: &'static str;
}

/// A thing, or the little that may be seen of it: a connection that may locate but not read it gets its id and kind only.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource<T: Identified> {
    /// All of it.
    Full(T),
    /// Its id.
    Partial(Box<Stub<T::Id>>),
}

/// What is seen of a thing that may not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Stub<I> {
    /// The kind of thing: `page`, `block`, …
    pub object: Field<String>,
    /// Its id.
    pub id: I,
    /// Its kind among those things, of a view.
    pub kind: Field<String>,
    /// Where it lives, of a view.
    pub parent: Field<Parent>,
    /// Its columns, of a data source.
    pub properties: Field<Value>,
    /// The request this answers; only on the answer itself.
    pub request_id: Field<String>,
    /// Whatever else was sent.
    pub extra: Extra,
}

impl<T: Identified> Resource<T> {
    /// All of it, when it may be read.
    pub fn full(&self) -> Option<&T> {
        match self {
            Self::Full(full) => Some(full),
            Self::Partial(_) => None,
        }
    }

    /// All of it by value, when it may be read.
    pub fn into_full(self) -> Option<T> {
        match self {
            Self::Full(full) => Some(full),
            Self::Partial(_) => None,
        }
    }
}

impl<T: Identified> Identified for Resource<T> {
    type Id = T::Id;

    fn id(&self) -> Option<T::Id> {
        match self {
            Self::Full(full) => full.id(),
            Self::Partial(stub) => Some(stub.id.clone()),
        }
    }
}

impl<T: Full> Json for Resource<T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(value)?;
        if reader.peek(T::MARK).is_some() {
            return T::decode(value).map(Self::Full);
        }
        Ok(Self::Partial(Box::new(Stub {
            object: reader.field("object")?,
            id: reader.field("id")?,
            kind: reader.field("type")?,
            parent: reader.field("parent")?,
            properties: reader.field("properties")?,
            request_id: reader.field("request_id")?,
            extra: reader.rest(),
        })))
    }

    fn encode(&self) -> Value {
        match self {
            Self::Full(full) => full.encode(),
            Self::Partial(stub) => {
                let mut object = Extra::new();
                put(&mut object, "object", &stub.object);
                put(&mut object, "id", &stub.id);
                put(&mut object, "type", &stub.kind);
                put(&mut object, "parent", &stub.parent);
                put(&mut object, "properties", &stub.properties);
                put(&mut object, "request_id", &stub.request_id);
                put_extra(&mut object, &stub.extra);
                Value::Object(object)
            }
        }
    }

    fn survey(&self, survey: &mut Survey) {
        match self {
            Self::Full(full) => full.survey(survey),
            Self::Partial(stub) => survey.keys(&stub.extra),
        }
    }
}

impl<T: Full> serde::Serialize for Resource<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.encode().serialize(serializer)
    }
}

impl<'de, T: Full> serde::Deserialize<'de> for Resource<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::decode(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

open_enum! {
    /// Whether a result holds everything that matched.
    pub enum Completeness {
        Complete = "complete",
        /// The service stopped at a limit of its own, today 10,000 rows.
        Incomplete = "incomplete",
    }
}

object! {
    /// What the service says about a result as a whole. Absent from ordinary answers.
    pub struct RequestStatus {
        /// Whether it holds everything.
        pub completeness: Completeness as "type",
        /// Why not: `query_result_limit_reached`.
        pub incomplete_reason: Field<String>,
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct List<T> {
    /// Always `list`.
    pub object: Field<String>,
    /// The items. An empty page need not be the last.
    pub results: Vec<T>,
    /// Whether there are more.
    pub has_more: bool,
    /// Where the next page begins. Opaque, and it may stop working in the middle of a walk.
    pub next_cursor: Field<String>,
    /// What is listed: `block`, `page_or_data_source`, …
    pub kind: Field<String>,
    /// Set when the service stopped at a limit of its own.
    pub request_status: Field<RequestStatus>,
    /// The request this answers.
    pub request_id: Field<String>,
    /// What stands under the name of the kind: `{}`.
    pub marker: Field<Value>,
    /// Keys this crate does not know.
    pub extra: Extra,
}

impl<T> List<T> {
    /// Whether the service said that it left something out.
    pub fn is_incomplete(&self) -> bool {
        self.request_status.value().is_some_and(|status| status.completeness != Completeness::Complete)
    }
}

impl<T: Json> Json for List<T> {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(value)?;
        let kind: Field<String> = reader.field("type")?;
        let named = kind.as_deref().and_then(|kind| value.as_object()?.get_key_value(kind));
        let marker = named.map_or(Ok(Field::Absent), |(key, _)| reader.field(key))?;
        Ok(Self {
            object: reader.field("object")?,
            results: reader.field("results")?,
            has_more: reader.field("has_more")?,
            next_cursor: reader.field("next_cursor")?,
            kind,
            request_status: reader.field("request_status")?,
            request_id: reader.field("request_id")?,
            marker,
            extra: reader.rest(),
        })
    }

    fn encode(&self) -> Value {
        let mut object = Extra::new();
        put(&mut object, "object", &self.object);
        put(&mut object, "results", &self.results);
        put(&mut object, "has_more", &self.has_more);
        put(&mut object, "next_cursor", &self.next_cursor);
        put(&mut object, "type", &self.kind);
        put(&mut object, "request_status", &self.request_status);
        put(&mut object, "request_id", &self.request_id);
        if let Field::Value(kind) = &self.kind {
            put(&mut object, kind, &self.marker);
        }
        put_extra(&mut object, &self.extra);
        Value::Object(object)
    }

    fn survey(&self, survey: &mut Survey) {
        survey.key("results", &self.results);
        survey.key("request_status", &self.request_status);
        survey.keys(&self.extra);
    }
}

impl<T: Json> serde::Serialize for List<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.encode().serialize(serializer)
    }
}

impl<'de, T: Json> serde::Deserialize<'de> for List<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::decode(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
