//! Values of properties.

use satchel_model::{
    FileRef, FormulaResult, PlaceValue, PropertyValue, RelationRef, RollupResult, SelectOption, StatusGroup, User,
    VerificationState,
};
use satchel_notion::types::{self as wire, FileKind, FormulaKind, PropertyKind, RollupKind};

use super::{FromWire, page::date, rich_text::rich_text, user};

/// The most references the service sends inside a page.
const INLINE_REFERENCES: usize = 25;

/// A value in the model's terms.
#[must_use]
pub fn property_value(value: &wire::PropertyValue) -> PropertyValue {
    match &value.kind {
        PropertyKind::Title(runs) => PropertyValue::Title { text: rich_text(runs) },
        PropertyKind::RichText(runs) => PropertyValue::RichText { text: rich_text(runs) },
        PropertyKind::Number(number) => {
            PropertyValue::Number { number: number.as_ref().and_then(serde_json::Number::as_f64) }
        }
        PropertyKind::Select(chosen) => PropertyValue::Select { option: chosen.as_ref().map(option) },
        PropertyKind::MultiSelect(options) => {
            PropertyValue::MultiSelect { options: options.iter().map(option).collect() }
        }
        PropertyKind::Status(chosen) => PropertyValue::Status { option: chosen.as_ref().map(option) },
        PropertyKind::Date(value) => PropertyValue::Date { date: value.as_ref().map(date) },
        PropertyKind::People(people) => PropertyValue::People {
            has_more: people.len() >= INLINE_REFERENCES,
            people: people.iter().filter_map(user::principal).collect(),
        },
        PropertyKind::Files(files) => PropertyValue::Files { files: files.iter().filter_map(file).collect() },
        PropertyKind::Checkbox(is_checked) => PropertyValue::Checkbox { is_checked: *is_checked },
        PropertyKind::Url(url) => PropertyValue::Url { url: url.clone() },
        PropertyKind::Email(email) => PropertyValue::Email { email: email.clone() },
        PropertyKind::PhoneNumber(phone_number) => PropertyValue::PhoneNumber { phone_number: phone_number.clone() },
        PropertyKind::Relation(pages) => PropertyValue::Relation {
            pages: pages.iter().map(|page| RelationRef { id: page.id.to_model(), title: None }).collect(),
            has_more: value.has_more.unwrap_or(false),
        },
        PropertyKind::Formula(formula) => PropertyValue::Formula { result: formula_result(&formula.kind) },
        PropertyKind::Rollup(rollup) => PropertyValue::Rollup {
            function: rollup.function.value().map(|function| function.as_str().to_owned()).unwrap_or_default(),
            result: rollup_result(&rollup.kind),
        },
        PropertyKind::CreatedTime(time) => PropertyValue::CreatedTime { time: time.timestamp() },
        PropertyKind::LastEditedTime(time) => PropertyValue::LastEditedTime { time: time.timestamp() },
        PropertyKind::CreatedBy(by) => PropertyValue::CreatedBy { user: user::user(by) },
        PropertyKind::LastEditedBy(by) => PropertyValue::LastEditedBy { user: user::user(by) },
        PropertyKind::UniqueId(id) => PropertyValue::UniqueId {
            prefix: id.prefix.value().cloned(),
            number: id.number.value().and_then(serde_json::Number::as_f64),
        },
        PropertyKind::Verification(verification) => verification_value(verification.as_ref()),
        PropertyKind::Place(place) => PropertyValue::Place { place: place.as_deref().and_then(place_value) },
        PropertyKind::Button(_) => PropertyValue::Button,
        other => PropertyValue::Unknown { kind: other.name().to_owned() },
    }
}

/// An option of a select, multi-select or status; to which group it belongs is in the schema.
pub(super) fn option(option: &wire::SelectOption) -> SelectOption {
    SelectOption {
        id: option.id.value().map(|id| id.as_str().to_owned()),
        name: option.name.value().cloned().unwrap_or_default(),
        color: option.color.value().map_or("default", |color| color.as_str()).to_owned(),
        group: None,
    }
}

/// Which of the three groups: they keep their order when they are renamed.
pub(super) fn status_group(index: usize, of: usize) -> StatusGroup {
    match index {
        0 => StatusGroup::ToDo,
        index if index + 1 == of => StatusGroup::Complete,
        _ => StatusGroup::InProgress,
    }
}

fn file(file: &wire::NamedFile) -> Option<FileRef> {
    let url = file.source.url()?.to_owned();
    let name = file.name.value().cloned().unwrap_or_default();
    Some(FileRef { name, url, is_hosted: matches!(file.source, FileKind::Hosted(_)) })
}

fn formula_result(kind: &FormulaKind) -> FormulaResult {
    match kind {
        FormulaKind::String(string) => FormulaResult::String { string: string.clone() },
        FormulaKind::Number(number) => {
            FormulaResult::Number { number: number.as_ref().and_then(serde_json::Number::as_f64) }
        }
        FormulaKind::Boolean(boolean) => FormulaResult::Boolean { boolean: *boolean },
        FormulaKind::Date(value) => FormulaResult::Date { date: value.as_ref().map(date) },
        _ => FormulaResult::Unsupported,
    }
}

fn rollup_result(kind: &RollupKind) -> RollupResult {
    match kind {
        RollupKind::Number(number) => {
            RollupResult::Number { number: number.as_ref().and_then(serde_json::Number::as_f64) }
        }
        RollupKind::Date(value) => RollupResult::Date { date: value.as_ref().map(date) },
        RollupKind::Array(values) => RollupResult::Array { values: values.iter().map(property_value).collect() },
        RollupKind::Incomplete(_) => RollupResult::Incomplete,
        _ => RollupResult::Unsupported,
    }
}

fn verification_value(verification: Option<&wire::Verification>) -> PropertyValue {
    let unverified =
        PropertyValue::Verification { state: VerificationState::Unverified, date: None, verified_by: None };
    let Some(verification) = verification else { return unverified };
    let state = match &verification.state {
        wire::VerificationState::Verified => VerificationState::Verified,
        wire::VerificationState::Expired => VerificationState::Expired,
        _ => return unverified,
    };
    let verified_by: Option<User> = verification.verified_by.value().map(|by| user::user(by));
    PropertyValue::Verification { state, date: verification.date.value().map(date), verified_by }
}

fn place_value(place: &wire::Place) -> Option<PlaceValue> {
    Some(PlaceValue {
        latitude: place.lat.as_f64()?,
        longitude: place.lon.as_f64()?,
        name: place.name.value().cloned(),
        address: place.address.value().cloned(),
    })
}
