//! What a block says beside its text, the same in either dialect: addresses, icons, ratios, where a copy comes from.

use serde_json::Value;

use super::address::{bare, colour_to_markdown, icon_to_markdown};
use super::payload::{Payload, kept, kept_text};
use super::{DatabaseFacts, Tree, WriteOptions};

impl WriteOptions<'_> {
    pub(super) fn file_url(&self, tree: &Tree) -> String {
        let source = |key: &str| tree.payload.get(key)?.get("url")?.as_str();
        if let Some(url) = source("file") {
            return self.lookup.file_url(&tree.kind, tree.id.as_deref(), url);
        }
        let upload = || tree.payload.get("file_upload")?.get("id")?.as_str();
        source("external")
            .map(str::to_owned)
            .or_else(|| upload().map(|id| format!("file-upload://{id}")))
            .unwrap_or_default()
    }

    pub(super) fn page_url(&self, id: &str) -> String {
        format!("{}{}", self.prefix, bare(id))
    }

    /// The address of a block: the page it is on, and itself.
    pub(super) fn address(&self, tree: &Tree, page: Option<&str>) -> String {
        let page = page.or_else(|| kept_text(&tree.payload, "page")).unwrap_or(self.page_id);
        match &tree.id {
            Some(id) => format!("{}#{}", self.page_url(page), bare(id)),
            None => self.page_url(page),
        }
    }

    pub(super) fn icon_attribute(&self, payload: &Payload) -> String {
        payload
            .get("icon")
            .and_then(|icon| icon_to_markdown(icon, self.space_id))
            .map(|icon| format!(" icon=\"{icon}\""))
            .unwrap_or_default()
    }

    pub(super) fn database_facts(&self, tree: &Tree) -> DatabaseFacts {
        self.lookup.database(tree.id.as_deref().unwrap_or_default()).unwrap_or_else(|| DatabaseFacts {
            is_inline: kept(&tree.payload, "inline") == Some(&Value::Bool(true)),
            icon: kept_text(&tree.payload, "icon").map(str::to_owned),
            data_source_id: kept_text(&tree.payload, "data_source").map(str::to_owned),
        })
    }

    /// The attribute of a column's share of the width.
    pub(super) fn ratio_attribute(&self, payload: &Payload) -> String {
        let ratio = payload.get("width_ratio").and_then(Value::as_f64).filter(|_| self.column_ratios);
        match kept_text(payload, "ratio") {
            Some(ratio) if self.column_ratios => format!(" ratio=\"{ratio}\""),
            _ => ratio.map(|ratio| format!(" ratio=\"{}\"", ratio * 100.0)).unwrap_or_default(),
        }
    }

    /// The attributes of a synced copy and the children of its original; `None` for an original.
    pub(super) fn synced_copy(&self, tree: &Tree) -> Option<(String, Option<Vec<Tree>>)> {
        let source = tree.payload.get("synced_from")?.get("block_id")?.as_str()?;
        let page = self
            .lookup
            .page_of(source)
            .or_else(|| kept_text(&tree.payload, "page").map(str::to_owned))
            .unwrap_or_else(|| self.page_id.to_owned());
        let mut attributes = format!(" url=\"{}#{}\"", self.page_url(&page), bare(source));
        if let Some(notice) = kept_text(&tree.payload, "notice") {
            attributes.push_str(&format!(" notice=\"{notice}\""));
        }
        let copied = if tree.children.is_empty() { self.lookup.original(source) } else { None };
        Some((attributes, copied))
    }

    /// What stands for a transcript that is not asked for.
    pub(super) fn transcript_notice(&self, url: &str) -> String {
        format!("Transcript omitted. Use the view tool with the meeting note url ({url}) to view this transcript.")
    }
}

/// The name of a section of meeting notes, by what it was read from or where it stands.
pub(super) fn section_name(section: &Tree, position: usize) -> &str {
    kept_text(&section.payload, "section").unwrap_or(match position {
        0 => "summary",
        1 => "notes",
        _ => "transcript",
    })
}

/// What `<unknown>` calls a kind of block.
pub(super) fn unknown_alt(tree: &Tree) -> Option<&str> {
    match tree.kind.as_str() {
        "link_to_page" => Some("alias"),
        "link_preview" => Some("external_object_instance"),
        "template" => Some("factory"),
        "unsupported" => text(&tree.payload, "block_type"),
        kind => Some(kind),
    }
}

/// The text of a code block, which has no markup.
pub(super) fn code_text(payload: &Payload) -> String {
    let items = payload.get("rich_text").and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(|item| {
            item.get("text")
                .and_then(|text| text.get("content"))
                .or_else(|| item.get("plain_text"))
                .and_then(Value::as_str)
        })
        .collect()
}

pub(super) fn text<'a>(payload: &'a Payload, key: &str) -> Option<&'a str> {
    payload.get(key).and_then(Value::as_str)
}

/// A colour noted beside the JSON as an attribute.
pub(super) fn attribute(colour: Option<&Value>) -> String {
    as_attribute(colour.and_then(Value::as_str))
}

pub(super) fn colour_attribute(payload: &Payload) -> String {
    as_attribute(text(payload, "color"))
}

pub(super) fn kept_colour(payload: &Payload) -> String {
    as_attribute(kept_text(payload, "color"))
}

fn as_attribute(colour: Option<&str>) -> String {
    colour.and_then(colour_to_markdown).map(|colour| format!(" color=\"{colour}\"")).unwrap_or_default()
}

pub(super) fn deleted(payload: &Payload) -> &'static str {
    if kept(payload, "deleted") == Some(&Value::Bool(true)) { " deleted" } else { "" }
}
