//! Values of properties.

use serde::{Deserialize, Serialize};

use crate::{PageId, RichText, SelectOption, Timestamp, User};

/// A named value of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Property {
    /// The column's id: short, already percent-encoded, `title` for the title.
    pub id: String,
    /// The column's name.
    pub name: String,
    /// The value.
    pub value: PropertyValue,
}

impl Property {
    /// The title, if this is it.
    #[must_use]
    pub fn as_title(&self) -> Option<&[crate::Span]> {
        match &self.value {
            PropertyValue::Title { text } => Some(text),
            _ => None,
        }
    }
}

/// A value by the type of its column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants and fields are the API's, named as there")]
pub enum PropertyValue {
    Title {
        text: RichText,
    },
    RichText {
        text: RichText,
    },
    Number {
        number: Option<f64>,
    },
    Select {
        option: Option<SelectOption>,
    },
    MultiSelect {
        options: Vec<SelectOption>,
    },
    Status {
        option: Option<SelectOption>,
    },
    Date {
        date: Option<DateValue>,
    },
    People {
        people: Vec<User>,
        has_more: bool,
    },
    Files {
        files: Vec<FileRef>,
    },
    Checkbox {
        is_checked: bool,
    },
    Url {
        url: Option<String>,
    },
    Email {
        email: Option<String>,
    },
    PhoneNumber {
        phone_number: Option<String>,
    },
    /// Cut at 25; `has_more` says so.
    Relation {
        pages: Vec<RelationRef>,
        has_more: bool,
    },
    Formula {
        result: FormulaResult,
    },
    Rollup {
        function: String,
        result: RollupResult,
    },
    CreatedTime {
        #[cfg_attr(feature = "specta", specta(type = String))]
        time: Timestamp,
    },
    LastEditedTime {
        #[cfg_attr(feature = "specta", specta(type = String))]
        time: Timestamp,
    },
    CreatedBy {
        user: User,
    },
    LastEditedBy {
        user: User,
    },
    UniqueId {
        prefix: Option<String>,
        number: Option<f64>,
    },
    Verification {
        state: VerificationState,
        date: Option<DateValue>,
        verified_by: Option<User>,
    },
    Place {
        place: Option<PlaceValue>,
    },
    Button,
    /// A type that is not known here, by API name.
    Unknown {
        kind: String,
    },
}

/// A day, a moment or a range, as the service writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DateValue {
    /// `YYYY-MM-DD`, or an RFC 3339 date-time; without an offset when there is a time zone.
    pub start: String,
    /// The same for the end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// A file in a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FileRef {
    /// Its name.
    pub name: String,
    /// Its address; when hosted by the service, signed and valid for an hour.
    pub url: String,
    /// Hosted by the service.
    pub is_hosted: bool,
}

/// A page that a relation names. The title is filled in from the offline copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RelationRef {
    /// Which page.
    pub id: PageId,
    /// Its title, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What a formula gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants and fields are the API's, named as there")]
pub enum FormulaResult {
    String {
        string: Option<String>,
    },
    Number {
        number: Option<f64>,
    },
    Boolean {
        boolean: Option<bool>,
    },
    Date {
        date: Option<DateValue>,
    },
    /// The service does not compute it for others.
    Unsupported,
}

/// What a rollup gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants and fields are the API's, named as there")]
pub enum RollupResult {
    Number {
        number: Option<f64>,
    },
    Date {
        date: Option<DateValue>,
    },
    /// Each of the related pages' values.
    Array {
        values: Vec<PropertyValue>,
    },
    Unsupported,
    Incomplete,
}

/// Whether somebody vouches for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the variants are the API's, named as there")]
pub enum VerificationState {
    Verified,
    Expired,
    Unverified,
}

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[allow(missing_docs, reason = "the fields are the API's, named as there")]
pub struct PlaceValue {
    pub latitude: f64,
    pub longitude: f64,
    pub name: Option<String>,
    pub address: Option<String>,
}
