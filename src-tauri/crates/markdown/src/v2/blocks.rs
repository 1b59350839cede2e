//! One line or one tag of the second dialect → one block, without what is inside it.

use satchel_model::{Block, BlockKind, Color, MeetingSection, RichText, SyncedRole};

use crate::{
    tag::Tag,
    vocabulary::{color_from, icon_from, ratio_from},
};

/// Makes the block of a line from the line's text.
pub(super) type MakeKind = fn(RichText) -> BlockKind;

pub(super) fn container_block(name: &str, tag: &Tag<'_>, list: Option<&str>, format: Option<String>) -> Block {
    let color = color_from(tag.get("color"));
    let text = RichText::new;
    let synced = |role| BlockKind::Synced {
        role,
        url: tag.get("url").map(Into::into),
        is_unavailable: tag.get("notice").is_some(),
    };
    let level = |name: &str| {
        name.strip_prefix('h').and_then(|level| level.parse().ok()).filter(|level| (1..=4).contains(level))
    };
    let (kind, known): (BlockKind, &[&str]) = match name {
        "h1" | "h2" | "h3" | "h4" => {
            let level = level(name).unwrap_or(1);
            (BlockKind::Heading { level, text: text(), color, is_toggleable: false }, &["color"])
        }
        "quote" => (BlockKind::Quote { text: text(), color }, &["color"]),
        "toggle" => match tag.get("heading").and_then(level) {
            Some(level) => {
                (BlockKind::Heading { level, text: text(), color, is_toggleable: true }, &["color", "heading"])
            }
            None => (BlockKind::Toggle { text: text(), color }, &["color"]),
        },
        // Where a list is read, its items are told how they count by a block that is dropped in the end.
        "ol" => {
            let format = tag.get("type").and_then(|kind| match kind {
                "a" => Some("letters".to_owned()),
                "i" => Some("roman".to_owned()),
                _ => None,
            });
            let start = tag.get("start").and_then(|start| start.parse().ok());
            (BlockKind::NumberedListItem { text: text(), color, start, format }, &["color", "type", "start"])
        }
        "li" if list == Some("ol") => {
            (BlockKind::NumberedListItem { text: text(), color, start: None, format }, &["color"])
        }
        "li" | "ul" => (BlockKind::BulletedListItem { text: text(), color }, &["color"]),
        "todo" => (BlockKind::ToDo { text: text(), color, is_checked: tag.flag("checked") }, &["color", "checked"]),
        "callout" => (BlockKind::Callout { text: text(), color, icon: icon_from(tag.get("icon")) }, &["icon", "color"]),
        "columns" => (BlockKind::ColumnList, &[]),
        "column" => {
            let percent = tag.get("ratio").and_then(|ratio| ratio.parse().ok()).filter(|ratio: &f64| ratio.is_finite());
            (BlockKind::Column { ratio: percent.map(ratio_from) }, if percent.is_some() { &["ratio"] } else { &[] })
        }
        "tabs" => (BlockKind::TabList, &[]),
        "tab" => (BlockKind::Tab { label: text(), icon: icon_from(tag.get("icon")) }, &["icon"]),
        "synced-block" => (synced(SyncedRole::Original), &["url"]),
        "synced-block-reference" => (synced(SyncedRole::Reference), &["url"]),
        "meeting-notes" => (BlockKind::MeetingNotes { title: text(), status: None }, &[]),
        "meeting-notes-section-summary" => (BlockKind::MeetingSection { section: MeetingSection::Summary }, &[]),
        "meeting-notes-section-notes" => (BlockKind::MeetingSection { section: MeetingSection::Notes }, &[]),
        "meeting-notes-section-transcript" => (BlockKind::MeetingSection { section: MeetingSection::Transcript }, &[]),
        _ => (BlockKind::Paragraph { text: text(), color, icon: None }, &["color"]),
    };
    let mut block = Block::new(kind);
    block.attributes = tag.rest(known);
    block
}

/// Gives a block its own text; one that has none gets a paragraph.
pub(super) fn set_text(block: &mut Block, said: RichText) {
    match &mut block.kind {
        BlockKind::Paragraph { text, .. }
        | BlockKind::Heading { text, .. }
        | BlockKind::Quote { text, .. }
        | BlockKind::Toggle { text, .. }
        | BlockKind::BulletedListItem { text, .. }
        | BlockKind::NumberedListItem { text, .. }
        | BlockKind::ToDo { text, .. }
        | BlockKind::Callout { text, .. }
        | BlockKind::Tab { label: text, .. }
        | BlockKind::MeetingNotes { title: text, .. } => *text = said,
        _ => {
            let kind = BlockKind::Paragraph { text: said, color: Color::default(), icon: None };
            block.children.push(Block::new(kind));
        }
    }
}

/// The kind of a line with a marker, and the marker's length.
pub(super) fn marked(content: &str) -> Option<(MakeKind, usize)> {
    let ends_at = |len: usize| match content.as_bytes().get(len) {
        None => Some(len),
        Some(b' ') => Some(len + 1),
        _ => None,
    };
    let bytes = content.as_bytes();
    let hashes = bytes.iter().take_while(|b| **b == b'#').count();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let heading: Option<MakeKind> = match hashes {
        0 | 7.. => None,
        1 => Some(|text| BlockKind::Heading { level: 1, text, color: Color::default(), is_toggleable: false }),
        2 => Some(|text| BlockKind::Heading { level: 2, text, color: Color::default(), is_toggleable: false }),
        3 => Some(|text| BlockKind::Heading { level: 3, text, color: Color::default(), is_toggleable: false }),
        _ => Some(|text| BlockKind::Heading { level: 4, text, color: Color::default(), is_toggleable: false }),
    };
    if let Some(heading) = heading {
        return ends_at(hashes).map(|len| (heading, len));
    }
    if let Some(len) = content.starts_with("- [ ]").then(|| ends_at(5)).flatten() {
        return Some((|text| BlockKind::ToDo { text, color: Color::default(), is_checked: false }, len));
    }
    if let Some(len) = (content.starts_with("- [x]") || content.starts_with("- [X]")).then(|| ends_at(5)).flatten() {
        return Some((|text| BlockKind::ToDo { text, color: Color::default(), is_checked: true }, len));
    }
    if let Some(len) = content.starts_with(['-', '+', '*']).then(|| ends_at(1)).flatten() {
        return Some((|text| BlockKind::BulletedListItem { text, color: Color::default() }, len));
    }
    if let Some(len) = content.starts_with('>').then(|| ends_at(1)).flatten() {
        return Some((|text| BlockKind::Quote { text, color: Color::default() }, len));
    }
    if digits > 0 && bytes.get(digits) == Some(&b'.') {
        let kind = |text| BlockKind::NumberedListItem { text, color: Color::default(), start: None, format: None };
        return ends_at(digits + 1).map(|len| (kind as MakeKind, len));
    }
    None
}

/// The cells of a row between bars; `\|` is a bar in a cell.
pub(super) fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'|') => {
                chars.next();
                cell.push('|');
            }
            '\\' => {
                cell.push(c);
                cell.extend(chars.next());
            }
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            c => cell.push(c),
        }
    }
    if !cell.trim().is_empty() {
        cells.push(cell.trim().to_owned());
    }
    cells
}
