//! One line or one tag of the first dialect → one block, without what is inside it.

use satchel_model::{Attribute, Block, BlockKind, Color, MediaKind, MeetingSection, RichText, SyncedRole, plain_text};

use super::attributes::{image, split};
use crate::{
    Flavor, inline,
    tag::Tag,
    vocabulary::{color_from, file_name, icon_from, page_address, ratio_from},
};

/// Tags that begin a paragraph, not a block.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(name, "span" | "br" | "unknown_mention") || name.starts_with("mention-")
}

pub(crate) fn is_page(name: &str) -> bool {
    matches!(name, "page" | "database")
}

pub(crate) fn media(name: &str) -> Option<MediaKind> {
    Some(match name {
        "image" => MediaKind::Image,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        "file" => MediaKind::File,
        "pdf" => MediaKind::Pdf,
        _ => return None,
    })
}

/// A block that is one line of text.
pub(super) fn leaf(content: &str, is_deeper_next: bool) -> Block {
    if content == "<empty-block/>" {
        return Block::new(BlockKind::Paragraph { text: Vec::new(), color: Color::default(), icon: None });
    }
    if content == "---" {
        return Block::new(BlockKind::Divider);
    }
    if let Some((caption, url, color)) = image(content, Flavor::V1) {
        let kind = BlockKind::Media { media: MediaKind::Image, url, caption: inline::read(caption), name: None, color };
        return Block::new(kind);
    }
    let old_toggle = content.strip_prefix('▶').filter(|title| is_deeper_next && !title.contains("</summary>"));
    let hashes = |text: &str| text.bytes().take_while(|b| *b == b'#').count();
    let level = hashes(old_toggle.unwrap_or(content));
    let is_heading = (1..=6).contains(&level);
    let text_of = |marker: usize| after_marker(content, marker);
    let (kind, text): (fn(RichText, Color) -> BlockKind, &str) = if let Some(rest) = old_toggle
        && let Some(text) = after_marker(rest, level).filter(|_| level <= 6)
    {
        let (text, attributes) = split(text, is_heading);
        let (text, color) = (inline::read(text), attributes.color);
        return Block::new(if is_heading {
            BlockKind::Heading { level: level.min(4) as u8, text, color, is_toggleable: true }
        } else {
            BlockKind::Toggle { text, color }
        });
    } else if is_heading && let Some(text) = text_of(level) {
        let (text, attributes) = split(text, true);
        return Block::new(BlockKind::Heading {
            level: level.min(4) as u8,
            text: inline::read(text),
            color: attributes.color,
            is_toggleable: attributes.is_toggleable == Some(true),
        });
    } else if let Some(text) = content.starts_with("- [ ]").then(|| text_of(5)).flatten() {
        (|text, color| BlockKind::ToDo { text, color, is_checked: false }, text)
    } else if let Some(text) =
        (content.starts_with("- [x]") || content.starts_with("- [X]")).then(|| text_of(5)).flatten()
    {
        (|text, color| BlockKind::ToDo { text, color, is_checked: true }, text)
    } else if let Some(text) = content.starts_with('-').then(|| text_of(1)).flatten() {
        (|text, color| BlockKind::BulletedListItem { text, color }, text)
    } else if let Some(text) = content.starts_with('>').then(|| text_of(1)).flatten() {
        (|text, color| BlockKind::Quote { text, color }, text)
    } else if let Some(text) = numbered(content) {
        (|text, color| BlockKind::NumberedListItem { text, color, start: None, format: None }, text)
    } else {
        (|text, color| BlockKind::Paragraph { text, color, icon: None }, content)
    };
    let (text, attributes) = split(text, false);
    Block::new(kind(inline::read(text), attributes.color))
}

/// The text behind a marker of this length: behind one space, or none when the line ends there.
fn after_marker(content: &str, marker: usize) -> Option<&str> {
    let rest = content.get(marker..)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

fn numbered(content: &str) -> Option<&str> {
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let is_marker = digits > 0 && content.as_bytes().get(digits) == Some(&b'.');
    is_marker.then(|| after_marker(content, digits + 1)).flatten()
}

pub(super) fn old_callout(content: &str) -> Option<Block> {
    let list = content.strip_prefix("::: callout")?.trim();
    let tag = if list.is_empty() {
        "<callout>".to_owned()
    } else {
        format!("<callout {}>", list.strip_prefix('{')?.strip_suffix('}')?.trim())
    };
    Tag::at(&tag).filter(|read| read.len == tag.len()).map(|tag| container_block(&tag))
}

/// A container that is a block of its own.
pub(super) fn container_block(tag: &Tag<'_>) -> Block {
    let color = color_from(tag.get("color"));
    let url = || tag.get("url").map(Into::into);
    let (kind, known): (BlockKind, &[&str]) = match tag.name {
        "callout" => {
            (BlockKind::Callout { text: Vec::new(), color, icon: icon_from(tag.get("icon")) }, &["icon", "color"])
        }
        "details" => (BlockKind::Toggle { text: Vec::new(), color }, &["color"]),
        "columns" => (BlockKind::ColumnList, &[]),
        "column" => {
            let percent = tag.get("ratio").and_then(|ratio| ratio.parse().ok()).filter(|ratio: &f64| ratio.is_finite());
            let known: &[&str] = if percent.is_some() { &["ratio"] } else { &[] };
            (BlockKind::Column { ratio: percent.map(ratio_from) }, known)
        }
        "tabs" => (BlockKind::TabList, &[]),
        "tab" => (BlockKind::Tab { label: Vec::new(), icon: icon_from(tag.get("icon")) }, &["icon"]),
        "synced_block" => (
            BlockKind::Synced { role: SyncedRole::Original, url: url(), is_unavailable: tag.get("notice").is_some() },
            &["url"],
        ),
        "synced_block_reference" => (
            BlockKind::Synced { role: SyncedRole::Reference, url: url(), is_unavailable: tag.get("notice").is_some() },
            &["url"],
        ),
        "summary" => (BlockKind::MeetingSection { section: MeetingSection::Summary }, &[]),
        "notes" => (BlockKind::MeetingSection { section: MeetingSection::Notes }, &[]),
        "transcript" => (BlockKind::MeetingSection { section: MeetingSection::Transcript }, &[]),
        _ => (BlockKind::MeetingNotes { title: Vec::new(), status: None }, &[]),
    };
    let mut block = Block::new(kind);
    block.attributes = tag.rest(known);
    block
}

/// A block that is one tag, without what stands between it and its closing tag.
pub(crate) fn leaf_block(tag: &Tag<'_>) -> Option<Block> {
    let color = color_from(tag.get("color"));
    let url = tag.get("url");
    let mut known: Vec<&str> = Vec::new();
    let mut id = None;
    let kind = match tag.name {
        "table_of_contents" => {
            known.push("color");
            BlockKind::TableOfContents { color }
        }
        "unknown" => {
            known.extend(["url", "alt"]);
            id = url.and_then(|url| url.split_once('#')).and_then(|(_, fragment)| fragment.parse().ok());
            id = id.or_else(|| tag.get("id").and_then(|id| id.parse().ok()));
            let kind = tag.get("alt").or_else(|| tag.get("type"));
            BlockKind::Unsupported { kind: kind.map(Into::into), url: url.map(Into::into) }
        }
        "page" => {
            let page_id = url.and_then(|url| url.parse().ok());
            known.extend(told(url, page_id.map(|id: satchel_model::PageId| id.simple())));
            BlockKind::ChildPage { page_id, title: String::new() }
        }
        "database" => {
            let database_id = url.and_then(|url| url.parse().ok());
            known.extend(told(url, database_id.map(|id: satchel_model::DatabaseId| id.simple())));
            let source = tag.get("data-source-url");
            let data_source_id = source.and_then(|source| source.parse().ok());
            let is_usual = data_source_id
                .is_some_and(|id: satchel_model::DataSourceId| Some(format!("collection://{id}").as_str()) == source);
            known.extend(is_usual.then_some("data-source-url"));
            known.extend(["inline", "icon"]);
            BlockKind::ChildDatabase {
                database_id,
                data_source_id,
                title: String::new(),
                icon: icon_from(tag.get("icon")),
                is_inline: tag.flag("inline"),
            }
        }
        "embed" => {
            known.extend(["src"]);
            BlockKind::Embed { url: Some(tag.get("src")?.into()), caption: Vec::new() }
        }
        name => {
            let media = media(name)?;
            let url = tag.get("src").or_else(|| tag.get("source"))?;
            known.extend(["src", "source", "color"]);
            let name = if media == MediaKind::Image { None } else { file_name(url) };
            BlockKind::Media { media, url: url.into(), caption: Vec::new(), name, color }
        }
    };
    let mut block = Block::new(kind);
    block.id = id;
    block.attributes = tag.rest(&known);
    Some(block)
}

/// The address need not be kept beside the id when it is the one that would be written.
fn told(url: Option<&str>, id: Option<String>) -> Option<&'static str> {
    id.is_some_and(|id| Some(page_address(&id).as_str()) == url).then_some("url")
}

pub(crate) fn set_label(block: &mut Block, label: RichText) {
    match &mut block.kind {
        BlockKind::ChildPage { title, .. } | BlockKind::ChildDatabase { title, .. } => *title = plain_text(&label),
        BlockKind::Media { caption, .. } | BlockKind::Embed { caption, .. } => *caption = label,
        BlockKind::Toggle { text, .. } => *text = label,
        _ => {}
    }
}

/// A callout, a tab and meeting notes say their text in their first line, which looks like a paragraph.
pub(super) fn take_first_line(block: &mut Block) {
    let is_line = |child: &Block| {
        let is_plain = child.children.is_empty() && child.attributes == Vec::<Attribute>::new();
        let says = matches!(&child.kind, BlockKind::Paragraph { text, color, icon: None } if !text.is_empty() && color.is_default());
        is_plain && says
    };
    let (BlockKind::Callout { text, .. }
    | BlockKind::Tab { label: text, .. }
    | BlockKind::MeetingNotes { title: text, .. }) = &mut block.kind
    else {
        return;
    };
    if text.is_empty() && block.children.first().is_some_and(is_line) {
        let first = block.children.remove(0);
        if let BlockKind::Paragraph { text: said, .. } = first.kind {
            *text = said;
        }
    }
}
