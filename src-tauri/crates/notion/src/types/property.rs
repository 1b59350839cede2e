//! Values of properties on a page. Every kind is read and written with the same type; computed kinds are read only.

use serde_json::Number;

use crate::id::{OptionId, PageId, PropertyId};
use crate::json::{Extra, Field, Tagged, object, open_enum, tagged};
use crate::time::{DateValue, Time};
use crate::types::{Color, Empty, NamedFile, Principal, RichText, User};

object! {
    /// An option of a select, multi-select or status property. On writing, a name or an id is enough.
    #[derive(Default)]
    pub struct SelectOption {
        /// The option. It survives renames.
        pub id: Field<OptionId>,
        /// Its name, without commas. Writing a new one creates the option, except for a status.
        pub name: Field<String>,
        /// Its colour.
        pub color: Field<Color>,
        /// What it is for.
        pub description: Field<String>,
    }
}

impl SelectOption {
    /// The option with this name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Field::Value(name.into()), ..Default::default() }
    }
}

object! {
    /// A page that a relation points to.
    pub struct RelatedPage {
        /// The page.
        pub id: PageId,
    }
}

tagged! {
    /// What a formula computed.
    pub enum FormulaKind {
        String(Option<String>) = "string",
        Number(Option<Number>) = "number",
        Boolean(Option<bool>) = "boolean",
        Date(Option<DateValue>) = "date",
        /// The service cannot tell it through the API.
        Unsupported(Empty) = "unsupported",
    }
}

/// A formula's result.
pub type Formula = Tagged<FormulaKind>;

tagged! {
    /// What a rollup computed.
    pub enum RollupKind {
        Number(Option<Number>) = "number",
        Date(Option<DateValue>) = "date",
        /// Values of the related pages' property.
        Array(Vec<PropertyValue>) = "array",
        /// The service cannot tell it through the API.
        Unsupported(Empty) = "unsupported",
        /// Not computed to the end: ask for the property's items.
        Incomplete(Empty) = "incomplete",
    }
}

open_enum! {
    /// How a rollup sums up.
    pub enum RollupFunction {
        Count = "count",
        CountValues = "count_values",
        Empty = "empty",
        NotEmpty = "not_empty",
        Unique = "unique",
        ShowUnique = "show_unique",
        PercentEmpty = "percent_empty",
        PercentNotEmpty = "percent_not_empty",
        Sum = "sum",
        Average = "average",
        Median = "median",
        Min = "min",
        Max = "max",
        Range = "range",
        EarliestDate = "earliest_date",
        LatestDate = "latest_date",
        DateRange = "date_range",
        Checked = "checked",
        Unchecked = "unchecked",
        PercentChecked = "percent_checked",
        PercentUnchecked = "percent_unchecked",
        CountPerGroup = "count_per_group",
        PercentPerGroup = "percent_per_group",
        ShowOriginal = "show_original",
    }
}

object! {
    /// A rollup's result.
    pub struct Rollup {
        ..
        /// What it computed.
        pub kind: RollupKind,
        /// How.
        pub function: Field<RollupFunction>,
    }
}

object! {
    /// A number the service counts up, maybe behind a prefix.
    pub struct UniqueId {
        /// The prefix, without the dash.
        pub prefix: Field<String>,
        /// The number.
        pub number: Field<Number>,
    }
}

open_enum! {
    /// Whether a page of a wiki is verified.
    pub enum VerificationState {
        Verified = "verified",
        Expired = "expired",
        Unverified = "unverified",
    }
}

object! {
    /// The verification of a page of a wiki.
    pub struct Verification {
        /// Whether it is verified.
        pub state: VerificationState,
        /// From when until when.
        pub date: Field<DateValue>,
        /// By whom. Read only.
        pub verified_by: Field<Box<User>>,
    }
}

object! {
    /// A place on the map.
    pub struct Place {
        /// Latitude, in degrees.
        pub lat: Number,
        /// Longitude, in degrees.
        pub lon: Number,
        /// Its name.
        pub name: Field<String>,
        /// Its address.
        pub address: Field<String>,
        /// Its id at one provider.
        pub aws_place_id: Field<String>,
        /// Its id at another provider.
        pub google_place_id: Field<String>,
    }
}

tagged! {
    /// A value, by the kind of its property.
    pub enum PropertyKind {
        Title(Vec<RichText>) = "title",
        RichText(Vec<RichText>) = "rich_text",
        Number(Option<Number>) = "number",
        Select(Option<SelectOption>) = "select",
        MultiSelect(Vec<SelectOption>) = "multi_select",
        Status(Option<SelectOption>) = "status",
        Date(Option<DateValue>) = "date",
        People(Vec<Principal>) = "people",
        Files(Vec<NamedFile>) = "files",
        Checkbox(bool) = "checkbox",
        /// Empty text is refused: write `None`.
        Url(Option<String>) = "url",
        /// Empty text is refused: write `None`.
        Email(Option<String>) = "email",
        /// Empty text is refused: write `None`.
        PhoneNumber(Option<String>) = "phone_number",
        /// Cut at 25 on reading: see [`PropertyValue::has_more`].
        Relation(Vec<RelatedPage>) = "relation",
        /// Read only.
        Formula(Formula) = "formula",
        /// Read only.
        Rollup(Rollup) = "rollup",
        /// Read only.
        CreatedTime(Time) = "created_time",
        /// Read only.
        LastEditedTime(Time) = "last_edited_time",
        /// Read only.
        CreatedBy(Box<User>) = "created_by",
        /// Read only.
        LastEditedBy(Box<User>) = "last_edited_by",
        /// Read only.
        UniqueId(UniqueId) = "unique_id",
        Verification(Option<Verification>) = "verification",
        Place(Option<Box<Place>>) = "place",
        /// Read only.
        Button(Empty) = "button",
    }
}

object! {
    /// The value of one property.
    pub struct PropertyValue {
        ..
        /// The value.
        pub kind: PropertyKind,
        /// The property. Left out on writing and inside rollups.
        pub id: Field<PropertyId>,
        /// Whether a relation has more pages than are shown here.
        pub has_more: Field<bool>,
    }
}

impl From<PropertyKind> for PropertyValue {
    fn from(kind: PropertyKind) -> Self {
        Self { kind, id: Field::Absent, has_more: Field::Absent, extra: Extra::new() }
    }
}

impl PropertyValue {
    /// A title from plain text of any length.
    pub fn title(text: &str) -> Self {
        PropertyKind::Title(crate::split::rich_text(text)).into()
    }

    /// A text from plain text of any length.
    pub fn text(text: &str) -> Self {
        PropertyKind::RichText(crate::split::rich_text(text)).into()
    }

    /// Whether the service may have left out some of it: relations say so, people and texts only by being 25 long.
    pub fn may_be_cut(&self) -> bool {
        const INLINE_REFERENCES: usize = 25;
        match &self.kind {
            PropertyKind::Relation(pages) => self.has_more.unwrap_or(pages.len() >= INLINE_REFERENCES),
            PropertyKind::People(people) => people.len() >= INLINE_REFERENCES,
            PropertyKind::Title(runs) | PropertyKind::RichText(runs) => runs.len() >= INLINE_REFERENCES,
            PropertyKind::Rollup(rollup) => matches!(rollup.kind, RollupKind::Incomplete(_)),
            _ => false,
        }
    }
}
