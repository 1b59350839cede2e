//! Items of a single property, which the service lists where a page shows only the first ones.

use serde_json::{Number, Value};

use crate::id::PropertyId;
use crate::json::{DecodeError, Field, Json, Reader, Survey, object, serde_through_json, tagged};
use crate::time::{DateValue, Time};
use crate::types::{
    Empty, Formula, Identified, NamedFile, Place, Principal, RelatedPage, RichText, Rollup, SelectOption, UniqueId,
    User, Verification,
};

tagged! {
    /// One item: a whole value, or one element of a title, text, relation, people or rollup.
    pub enum ItemKind {
        /// One run.
        Title(RichText) = "title",
        /// One run.
        RichText(RichText) = "rich_text",
        Number(Option<Number>) = "number",
        Select(Option<SelectOption>) = "select",
        MultiSelect(Vec<SelectOption>) = "multi_select",
        Status(Option<SelectOption>) = "status",
        Date(Option<DateValue>) = "date",
        /// One of them.
        People(Principal) = "people",
        Files(Vec<NamedFile>) = "files",
        Checkbox(bool) = "checkbox",
        Url(Option<String>) = "url",
        Email(Option<String>) = "email",
        PhoneNumber(Option<String>) = "phone_number",
        /// One page.
        Relation(RelatedPage) = "relation",
        Formula(Formula) = "formula",
        Rollup(Rollup) = "rollup",
        CreatedTime(Time) = "created_time",
        LastEditedTime(Time) = "last_edited_time",
        CreatedBy(Box<User>) = "created_by",
        LastEditedBy(Box<User>) = "last_edited_by",
        UniqueId(UniqueId) = "unique_id",
        Verification(Option<Verification>) = "verification",
        Place(Option<Box<Place>>) = "place",
        Button(Empty) = "button",
    }
}

object! {
    /// One item of a property.
    pub struct PropertyItem {
        ..
        /// The item.
        pub kind: ItemKind,
        /// Always `property_item`.
        pub object: Field<String>,
        /// The property; inside a rollup's list the related pages' one.
        pub id: Field<PropertyId>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Identified for PropertyItem {
    type Id = PropertyId;

    /// Nothing: items of one property share its id, and the same item may occur twice.
    fn id(&self) -> Option<PropertyId> {
        None
    }
}

tagged! {
    /// Which listed property a list belongs to.
    pub enum ItemsOfKind {
        Title(Empty) = "title",
        RichText(Empty) = "rich_text",
        People(Empty) = "people",
        Relation(Empty) = "relation",
        /// The sum so far; its array is always empty here.
        Rollup(Rollup) = "rollup",
    }
}

object! {
    /// What a list of items says of its property.
    pub struct ItemsOf {
        ..
        /// Its kind.
        pub kind: ItemsOfKind,
        /// The property.
        pub id: Field<PropertyId>,
        /// Where the next page is.
        pub next_url: Field<String>,
    }
}

/// What the service answers about a single property.
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyItems {
    /// A value that fits into one answer.
    One(Box<PropertyItem>),
    /// A page of a value that is listed, and what it belongs to.
    Listed(Box<ItemsPage>),
}

object! {
    /// A page of a property's items.
    pub struct ItemsPage {
        /// Always `list`.
        pub object: Field<String>,
        /// The items.
        pub results: Vec<PropertyItem>,
        /// Whether there are more.
        pub has_more: bool,
        /// Where the next page begins.
        pub next_cursor: Field<String>,
        /// What is listed: `property_item`.
        pub listed: Field<String> as "type",
        /// Which property they are of.
        pub property_item: ItemsOf,
        /// The request this answers.
        pub request_id: Field<String>,
    }
}

impl Json for PropertyItems {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        match Reader::new(value)?.peek("object").and_then(Value::as_str) {
            Some("list") => ItemsPage::decode(value).map(|page| Self::Listed(Box::new(page))),
            _ => PropertyItem::decode(value).map(|item| Self::One(Box::new(item))),
        }
    }

    fn encode(&self) -> Value {
        match self {
            Self::One(item) => item.encode(),
            Self::Listed(page) => page.encode(),
        }
    }

    fn survey(&self, survey: &mut Survey) {
        match self {
            Self::One(item) => item.survey(survey),
            Self::Listed(page) => page.survey(survey),
        }
    }
}

serde_through_json!(PropertyItems);
