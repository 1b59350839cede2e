//! What the index and the pickers know of things: their words.

use satchel_model::{
    Comment, DataSource, DateValue, FormulaResult, Page, Property, PropertyValue, RollupResult, SelectOption, User,
    plain_text,
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A title as pickers compare it: without accents, case, width and needless space.
pub(super) fn title_key(title: &str) -> String {
    let folded: String = title.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The values of a page other than its title, one a line.
pub(super) fn properties(page: &Page) -> String {
    let mut lines = Lines::default();
    for Property { value, .. } in &page.properties {
        if !matches!(value, PropertyValue::Title { .. }) {
            lines.value(value);
        }
    }
    lines.0
}

/// The columns of a data source and their choices, one a line.
pub(super) fn columns(data_source: &DataSource) -> String {
    let mut lines = Lines::default();
    for column in &data_source.properties {
        lines.push(&column.name);
        column.options.iter().for_each(|option| lines.push(&option.name));
    }
    lines.0
}

/// What comments say, one a line.
pub(super) fn comments(comments: &[Comment]) -> String {
    let mut lines = Lines::default();
    comments.iter().for_each(|comment| lines.push(&plain_text(&comment.text)));
    lines.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, line: &str) {
        let line = line.trim();
        if !line.is_empty() {
            if !self.0.is_empty() {
                self.0.push('\n');
            }
            self.0.push_str(line);
        }
    }

    fn maybe(&mut self, line: Option<&str>) {
        line.into_iter().for_each(|line| self.push(line));
    }

    fn option(&mut self, option: Option<&SelectOption>) {
        self.maybe(option.map(|option| option.name.as_str()));
    }

    fn user(&mut self, user: &User) {
        self.maybe(user.name.as_deref());
    }

    fn number(&mut self, number: Option<f64>) {
        // Whole numbers print without a fraction, as people type them.
        self.maybe(number.map(|number| number.to_string()).as_deref());
    }

    fn date(&mut self, date: Option<&DateValue>) {
        if let Some(date) = date {
            self.push(&date.start);
            self.maybe(date.end.as_deref());
        }
    }

    fn value(&mut self, value: &PropertyValue) {
        match value {
            PropertyValue::Title { text } | PropertyValue::RichText { text } => self.push(&plain_text(text)),
            PropertyValue::Number { number } => self.number(*number),
            PropertyValue::Select { option } | PropertyValue::Status { option } => self.option(option.as_ref()),
            PropertyValue::MultiSelect { options } => options.iter().for_each(|option| self.option(Some(option))),
            PropertyValue::Date { date } => self.date(date.as_ref()),
            PropertyValue::People { people, .. } => people.iter().for_each(|user| self.user(user)),
            PropertyValue::Files { files } => files.iter().for_each(|file| self.push(&file.name)),
            PropertyValue::Url { url } => self.maybe(url.as_deref()),
            PropertyValue::Email { email } => self.maybe(email.as_deref()),
            PropertyValue::PhoneNumber { phone_number } => self.maybe(phone_number.as_deref()),
            PropertyValue::Relation { pages, .. } => {
                pages.iter().for_each(|page| self.maybe(page.title.as_deref()));
            }
            PropertyValue::Formula { result } => match result {
                FormulaResult::String { string } => self.maybe(string.as_deref()),
                FormulaResult::Number { number } => self.number(*number),
                FormulaResult::Date { date } => self.date(date.as_ref()),
                FormulaResult::Boolean { .. } | FormulaResult::Unsupported => {}
            },
            PropertyValue::Rollup { result, .. } => match result {
                RollupResult::Number { number } => self.number(*number),
                RollupResult::Date { date } => self.date(date.as_ref()),
                // The service does not nest rollups, so this goes one level deep.
                RollupResult::Array { values } => values.iter().for_each(|value| {
                    if !matches!(value, PropertyValue::Rollup { .. }) {
                        self.value(value);
                    }
                }),
                RollupResult::Unsupported | RollupResult::Incomplete => {}
            },
            PropertyValue::CreatedBy { user } | PropertyValue::LastEditedBy { user } => self.user(user),
            PropertyValue::UniqueId { prefix, number } => {
                if let Some(number) = number {
                    let prefix = prefix.as_deref().map(|prefix| format!("{prefix}-")).unwrap_or_default();
                    self.push(&format!("{prefix}{number}"));
                }
            }
            PropertyValue::Verification { verified_by, .. } => {
                verified_by.iter().for_each(|user| self.user(user));
            }
            PropertyValue::Place { place } => {
                if let Some(place) = place {
                    self.maybe(place.name.as_deref());
                    self.maybe(place.address.as_deref());
                }
            }
            // Everything has these; as words they would find everything.
            PropertyValue::CreatedTime { .. }
            | PropertyValue::LastEditedTime { .. }
            | PropertyValue::Checkbox { .. }
            | PropertyValue::Button
            | PropertyValue::Unknown { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_without_accents_case_and_width() {
        assert_eq!(title_key("  Café  ÉTÉ\tＡＢＣ "), "cafe ete abc");
        assert_eq!(title_key("東京 が"), "東京 か");
    }
}
