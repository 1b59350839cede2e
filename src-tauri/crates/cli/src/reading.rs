//! Pages as text: values in words, the text with the present names of what it mentions.

use jiff::tz::TimeZone;
use satchel_core::view::ItemView;
use satchel_model::{
    Block, BlockKind, DateValue, Document, FormulaResult, Mention, PropertyValue, RichText, RollupResult, SpanKind,
    User, VerificationState, plain_text,
};

use crate::{catalogue::text, moment::moment};

/// The text of a page as Markdown; none while it is not kept.
pub(crate) fn markdown(view: &ItemView) -> Option<String> {
    let mut document = view.document.clone()?;
    with_names(&mut document, view);
    Some(satchel_markdown::to_markdown_for_people(&document))
}

/// Puts the present names in place of the labels that the text was written with.
fn with_names(document: &mut Document, view: &ItemView) {
    let mut open: Vec<&mut Block> = document.blocks.iter_mut().collect();
    while let Some(block) = open.pop() {
        match &mut block.kind {
            BlockKind::ChildPage { page_id: Some(id), title } => {
                if let Some(name) = page_name(view, &id.to_string()) {
                    *title = name;
                }
            }
            BlockKind::Table { table } => {
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    name_spans(&mut cell.text, view);
                }
            }
            kind => {
                if let Some(text) = text_of(kind) {
                    name_spans(text, view);
                }
            }
        }
        open.extend(&mut block.children);
    }
}

fn text_of(kind: &mut BlockKind) -> Option<&mut RichText> {
    match kind {
        BlockKind::Paragraph { text, .. }
        | BlockKind::Heading { text, .. }
        | BlockKind::BulletedListItem { text, .. }
        | BlockKind::NumberedListItem { text, .. }
        | BlockKind::ToDo { text, .. }
        | BlockKind::Toggle { text, .. }
        | BlockKind::Quote { text, .. }
        | BlockKind::Callout { text, .. } => Some(text),
        _ => None,
    }
}

fn name_spans(spans: &mut RichText, view: &ItemView) {
    for span in spans {
        let SpanKind::Mention { mention } = &mut span.kind else { continue };
        match mention {
            Mention::User { id, label } => {
                let known = view.people.iter().find(|person| person.id == *id);
                let name = known.and_then(|person| person.name.clone()).or_else(|| label.take());
                *label = Some(name.unwrap_or_else(|| text("block_someone").into()));
            }
            Mention::Page { id, label } => rename(view, &id.to_string(), label),
            Mention::Database { id, label } => rename(view, &id.to_string(), label),
            Mention::DataSource { id, label } => rename(view, &id.to_string(), label),
            _ => {}
        }
    }
}

fn rename(view: &ItemView, id: &str, label: &mut Option<String>) {
    let name = page_name(view, id).or_else(|| label.take());
    *label = Some(name.unwrap_or_else(|| text("block_page_not_visible").into()));
}

fn page_name(view: &ItemView, id: &str) -> Option<String> {
    view.pages.iter().find(|page| page.id == id).and_then(|page| page.title.clone()).filter(|title| !title.is_empty())
}

/// A value in words; none when there is nothing to say.
pub(crate) fn value(value: &PropertyValue, view: &ItemView, zone: &TimeZone) -> Option<String> {
    let said = match value {
        PropertyValue::Title { text } | PropertyValue::RichText { text } => plain_text(text),
        PropertyValue::Number { number } => number.map(number_text)?,
        PropertyValue::Select { option } | PropertyValue::Status { option } => option.as_ref()?.name.clone(),
        PropertyValue::MultiSelect { options } => joined(options.iter().map(|option| option.name.clone())),
        PropertyValue::Date { date } => date.as_ref().map(|date| date_text(date, zone))?,
        PropertyValue::People { people, has_more } => {
            with_more(joined(people.iter().map(|person| person_name(person, view))), *has_more)
        }
        PropertyValue::Files { files } => joined(files.iter().map(|file| file.name.clone())),
        PropertyValue::Checkbox { is_checked } => checked(*is_checked),
        PropertyValue::Url { url } => url.clone()?,
        PropertyValue::Email { email } => email.clone()?,
        PropertyValue::PhoneNumber { phone_number } => phone_number.clone()?,
        PropertyValue::Relation { pages, has_more } => {
            let titles = pages.iter().map(|page| {
                let title = page.title.clone().filter(|title| !title.is_empty());
                title.unwrap_or_else(|| text("block_page_not_visible").into())
            });
            with_more(joined(titles), *has_more)
        }
        PropertyValue::Formula { result } => formula(result, zone)?,
        PropertyValue::Rollup { result, .. } => rollup(result, view, zone)?,
        PropertyValue::CreatedTime { time } | PropertyValue::LastEditedTime { time } => moment(&time.to_string(), zone),
        PropertyValue::CreatedBy { user } | PropertyValue::LastEditedBy { user } => person_name(user, view),
        PropertyValue::UniqueId { prefix, number } => {
            let number = number_text((*number)?);
            prefix.as_ref().map_or_else(|| number.clone(), |prefix| format!("{prefix}-{number}"))
        }
        PropertyValue::Verification { state, .. } => match state {
            VerificationState::Verified => text("property_verified").into(),
            VerificationState::Expired => text("property_verification_expired").into(),
            VerificationState::Unverified => return None,
        },
        PropertyValue::Place { place } => {
            let place = place.as_ref()?;
            place
                .name
                .clone()
                .or_else(|| place.address.clone())
                .unwrap_or_else(|| format!("{}, {}", number_text(place.latitude), number_text(place.longitude)))
        }
        PropertyValue::Button => return None,
        PropertyValue::Unknown { .. } => text("property_shown_in_notion").into(),
    };
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    (!said.is_empty()).then_some(said)
}

fn formula(result: &FormulaResult, zone: &TimeZone) -> Option<String> {
    Some(match result {
        FormulaResult::String { string } => string.clone()?,
        FormulaResult::Number { number } => number_text((*number)?),
        FormulaResult::Boolean { boolean } => checked((*boolean)?),
        FormulaResult::Date { date } => date_text(date.as_ref()?, zone),
        FormulaResult::Unsupported => text("property_shown_in_notion").into(),
    })
}

fn rollup(result: &RollupResult, view: &ItemView, zone: &TimeZone) -> Option<String> {
    Some(match result {
        RollupResult::Number { number } => number_text((*number)?),
        RollupResult::Date { date } => date_text(date.as_ref()?, zone),
        RollupResult::Array { values } => joined(values.iter().filter_map(|inner| value(inner, view, zone))),
        RollupResult::Unsupported => text("property_shown_in_notion").into(),
        RollupResult::Incomplete => text("property_incomplete").into(),
    })
}

fn joined(names: impl Iterator<Item = String>) -> String {
    names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
}

fn with_more(names: String, has_more: bool) -> String {
    if has_more { format!("{names}, …") } else { names }
}

fn checked(is_checked: bool) -> String {
    text(if is_checked { "property_checked" } else { "property_not_checked" }).into()
}

fn person_name(person: &User, view: &ItemView) -> String {
    let known = view.people.iter().find(|known| known.id == person.id).and_then(|known| known.name.clone());
    known.or_else(|| person.name.clone()).unwrap_or_else(|| text("property_someone").into())
}

fn date_text(date: &DateValue, zone: &TimeZone) -> String {
    let start = moment(&date.start, zone);
    match &date.end {
        Some(end) => format!("{start} → {}", moment(end, zone)),
        None => start,
    }
}

/// A number with at most four decimals; JSON has all of them.
fn number_text(number: f64) -> String {
    let rounded = (number * 1e4).round() / 1e4;
    // `Display` of floats is the shortest text that reads back as the same number, without an exponent.
    if rounded.is_finite() { format!("{rounded}") } else { format!("{number}") }
}
