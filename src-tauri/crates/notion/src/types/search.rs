//! What searches and queries return.

use serde_json::Value;
use uuid::Uuid;

use crate::json::{DecodeError, Json, Reader, Survey, serde_through_json};
use crate::time::Time;
use crate::types::{DataSource, Identified, Page, Resource};

/// A page or a data source, told apart by `object`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PageOrDataSource {
    /// A page or row.
    Page(Box<Resource<Page>>),
    /// A data source, with its whole schema.
    DataSource(Box<Resource<DataSource>>),
    /// Something newer, or one of the two in a shape this crate does not know: it must not hide all that is listed with it.
    Unknown(Value),
}

impl PageOrDataSource {
    /// The page, when it is one and may be read.
    pub fn as_page(&self) -> Option<&Page> {
        match self {
            Self::Page(page) => page.full(),
            _ => None,
        }
    }

    /// When it was made, if it may be read.
    pub fn created_time(&self) -> Option<&Time> {
        self.as_page()
            .map(|page| &page.created_time)
            .or_else(|| self.as_data_source().map(|source| &source.created_time))
    }

    /// The data source, when it is one and may be read.
    pub fn as_data_source(&self) -> Option<&DataSource> {
        match self {
            Self::DataSource(data_source) => data_source.full(),
            _ => None,
        }
    }
}

impl Identified for PageOrDataSource {
    type Id = Uuid;

    fn id(&self) -> Option<Uuid> {
        match self {
            Self::Page(page) => page.id().map(|id| id.uuid()),
            Self::DataSource(data_source) => data_source.id().map(|id| id.uuid()),
            Self::Unknown(value) => value.get("id")?.as_str()?.parse().ok(),
        }
    }
}

fn or_unknown<T: Json>(value: &Value, known: impl FnOnce(T) -> PageOrDataSource) -> PageOrDataSource {
    match T::decode(value) {
        Ok(item) => known(item),
        Err(fault) => {
            tracing::warn!(%fault, "an item of a list is not understood");
            PageOrDataSource::Unknown(value.clone())
        }
    }
}

impl Json for PageOrDataSource {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        match Reader::new(value)?.peek("object").and_then(Value::as_str) {
            Some("page") => Ok(or_unknown(value, |page| Self::Page(Box::new(page)))),
            Some("data_source") => Ok(or_unknown(value, |source| Self::DataSource(Box::new(source)))),
            _ => Ok(Self::Unknown(value.clone())),
        }
    }

    fn encode(&self) -> Value {
        match self {
            Self::Page(page) => page.encode(),
            Self::DataSource(data_source) => data_source.encode(),
            Self::Unknown(value) => value.clone(),
        }
    }

    fn survey(&self, survey: &mut Survey) {
        match self {
            Self::Page(page) => page.survey(survey),
            Self::DataSource(data_source) => data_source.survey(survey),
            Self::Unknown(value) => survey.object(value),
        }
    }
}

serde_through_json!(PageOrDataSource);
