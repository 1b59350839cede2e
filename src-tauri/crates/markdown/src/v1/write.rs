//! A document → text of the first dialect, exactly as the service lays it out.
//!
//! What the dialect cannot say is said in the nearest way that loses no text: a bookmark is a paragraph with a link, a link to a page a
//! mention. Where a list starts and how it counts, captions of code and names of files are not in this dialect.

use satchel_model::{
    Block, BlockKind, Document, Link, MediaKind, MeetingSection, Mention, Span, SpanKind, Style, SyncedRole,
};

use super::{attributes::join, blocks::is_inline};
use crate::{
    Flavor,
    inline::{self, NOTHING, escape_text, protect_line_start},
    table,
    tag::{Tag, TagWriter},
    vocabulary::{address_in_brackets, color_to, icon_to, page_address, percent_from},
    write_back::Reuse,
};

pub(super) fn write(document: &Document) -> String {
    Writer::default().write(document, &mut Reuse::nothing())
}

/// What is still to be written.
enum Step<'a> {
    /// These siblings, the first of which is the `n`th item in a row.
    Siblings { blocks: std::slice::Iter<'a, Block>, depth: usize, number: usize },
    /// A closing tag.
    Close { line: &'static str, depth: usize },
}

/// Writes line by line, with a stack of its own.
#[derive(Default)]
pub(crate) struct Writer {
    out: String,
}

impl Writer {
    /// The text of a document; blocks that `reuse` knows come out as they stood.
    pub(crate) fn write(mut self, document: &Document, reuse: &mut Reuse<'_>) -> String {
        let mut steps = vec![Step::Siblings { blocks: document.blocks.iter(), depth: 0, number: 1 }];
        while let Some(step) = steps.pop() {
            match step {
                Step::Close { line, depth } => self.line(depth, line),
                Step::Siblings { mut blocks, depth, number } => {
                    let Some(block) = blocks.next() else { continue };
                    let is_numbered = matches!(block.kind, BlockKind::NumberedListItem { .. });
                    let next = if is_numbered { number + 1 } else { 1 };
                    steps.push(Step::Siblings { blocks, depth, number: next });
                    if let Some(reused) = reuse.take(block, depth, number) {
                        match reused.separator {
                            Some(separator) => self.out.push_str(separator),
                            None => self.start_line(depth),
                        }
                        self.out.push_str(reused.text);
                        continue;
                    }
                    let close = self.block(block, depth, number);
                    if let Some(line) = close {
                        steps.push(Step::Close { line, depth });
                    }
                    steps.push(Step::Siblings { blocks: block.children.iter(), depth: depth + 1, number: 1 });
                }
            }
        }
        self.out
    }

    fn start_line(&mut self, depth: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n('\t', depth));
    }

    fn line(&mut self, depth: usize, content: &str) {
        self.start_line(depth);
        self.out.push_str(content);
    }

    fn text_line(&mut self, depth: usize, text: &[Span]) {
        if !text.is_empty() {
            self.line(depth, &paragraph(inline::write(text), false));
        }
    }

    /// Writes a block without its children; the closing tag it needs after them.
    fn block(&mut self, block: &Block, depth: usize, number: usize) -> Option<&'static str> {
        let kept = &block.attributes;
        let open = |tag: TagWriter<'_>| tag.open();
        match &block.kind {
            BlockKind::Paragraph { text, color, .. } => {
                let text = join(inline::write(text), color, false);
                self.line(depth, &paragraph(text, !block.children.is_empty()));
            }
            BlockKind::Heading { level, text, color, is_toggleable } => {
                let marker = "#".repeat(usize::from(*level).clamp(1, 4));
                self.line(depth, &marked(&marker, join(inline::write(text), color, *is_toggleable)));
            }
            BlockKind::BulletedListItem { text, color } => {
                self.line(depth, &marked("-", join(inline::write(text), color, false)));
            }
            BlockKind::NumberedListItem { text, color, .. } => {
                self.line(depth, &marked(&format!("{number}."), join(inline::write(text), color, false)));
            }
            BlockKind::ToDo { text, color, is_checked } => {
                let marker = if *is_checked { "- [x]" } else { "- [ ]" };
                self.line(depth, &marked(marker, join(inline::write(text), color, false)));
            }
            BlockKind::Quote { text, color } => self.line(depth, &marked(">", join(inline::write(text), color, false))),
            BlockKind::Toggle { text, color } => {
                self.line(depth, &open(TagWriter::new("details").with_some("color", color_to(color)).with_kept(kept)));
                if !text.is_empty() || begins_with_summary(block) {
                    self.line(depth, &format!("<summary>{}</summary>", inline::write(text)));
                }
                return Some("</details>");
            }
            BlockKind::Callout { text, color, icon } => {
                let tag = TagWriter::new("callout").with_some("icon", icon.as_ref().map(icon_to));
                self.line(depth, &open(tag.with_some("color", color_to(color)).with_kept(kept)));
                self.text_line(depth + 1, text);
                return Some("</callout>");
            }
            BlockKind::Code { text, language, .. } => {
                let language: String = language.chars().filter(|c| !matches!(c, '`' | '\n' | '\r')).collect();
                let language = if language.trim().is_empty() { "plain text" } else { language.trim() };
                self.line(depth, &format!("```{language}\n{}", satchel_model::plain_text(text)));
                self.line(depth, "```");
            }
            BlockKind::Equation { expression, color } => {
                self.line(depth, "$$");
                self.line(depth, expression);
                self.line(depth, &join("$$".into(), color, false));
            }
            BlockKind::Divider => self.line(depth, "---"),
            BlockKind::Breadcrumb => self.line(depth, &unshared("breadcrumb")),
            BlockKind::TableOfContents { color } => {
                let tag = TagWriter::new("table_of_contents").with_some("color", color_to(color)).with_kept(kept);
                self.line(depth, &tag.self_closed());
            }
            BlockKind::Table { table } => {
                self.start_line(0);
                self.out.push_str(&table::write_v1(table, kept, &"\t".repeat(depth)));
            }
            BlockKind::ColumnList => {
                self.line(depth, &open(TagWriter::new("columns").with_kept(kept)));
                return Some("</columns>");
            }
            BlockKind::Column { ratio } => {
                let tag = TagWriter::new("column").with_some("ratio", ratio.map(percent_from));
                self.line(depth, &open(tag.with_kept(kept)));
                return Some("</column>");
            }
            BlockKind::TabList => {
                self.line(depth, &open(TagWriter::new("tabs").with_kept(kept)));
                return Some("</tabs>");
            }
            BlockKind::Tab { label, icon } => {
                let tag = TagWriter::new("tab").with_some("icon", icon.as_ref().map(icon_to));
                self.line(depth, &open(tag.with_kept(kept)));
                self.text_line(depth + 1, label);
                return Some("</tab>");
            }
            BlockKind::Synced { role, url, is_unavailable } => {
                let (name, close) = match role {
                    SyncedRole::Original => ("synced_block", "</synced_block>"),
                    SyncedRole::Reference => ("synced_block_reference", "</synced_block_reference>"),
                };
                let tag = TagWriter::new(name).with_some("url", url.as_ref()).with_flag("notice", *is_unavailable);
                self.line(depth, &open(tag.with_kept(kept)));
                return Some(close);
            }
            BlockKind::MeetingNotes { title, .. } => {
                self.line(depth, &open(TagWriter::new("meeting-notes").with_kept(kept)));
                self.text_line(depth + 1, title);
                return Some("</meeting-notes>");
            }
            BlockKind::MeetingSection { section } => {
                let (name, close) = match section {
                    MeetingSection::Summary => ("summary", "</summary>"),
                    MeetingSection::Notes => ("notes", "</notes>"),
                    MeetingSection::Transcript => ("transcript", "</transcript>"),
                };
                self.line(depth, &open(TagWriter::new(name).with_kept(kept)));
                return Some(close);
            }
            _ => {
                let line = one_line(block);
                self.line(depth, &line);
            }
        }
        None
    }
}

/// Whether a tag that is kept as it stands would be taken for the title of the toggle it is in.
fn begins_with_summary(block: &Block) -> bool {
    let first = block.children.first().map(|child| &child.kind);
    matches!(first, Some(BlockKind::Unknown { source, .. }) if source.starts_with("<summary"))
}

/// A block that is a single tag or, for want of one, a paragraph.
fn one_line(block: &Block) -> String {
    let kept = &block.attributes;
    match &block.kind {
        BlockKind::Media { media: MediaKind::Image, url, caption, color, .. } => {
            join(format!("![{}]({})", inline::write(caption), address_in_brackets(url)), color, false)
        }
        BlockKind::Media { media, url, caption, color, .. } => {
            let name = match media {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Audio => "audio",
                MediaKind::File => "file",
                MediaKind::Pdf => "pdf",
            };
            let tag = TagWriter::new(name).with("src", url).with_some("color", color_to(color)).with_kept(kept);
            format!("{}{}</{name}>", tag.open(), inline::write(caption))
        }
        BlockKind::ChildPage { page_id, title } => {
            let url = page_id.map(|id| page_address(&id.simple()));
            let tag =
                TagWriter::new("page").with_some("url", url).with_kept(kept).ordered(&["url", "deleted", "color"]);
            format!("{}{}</page>", tag.open(), escape_text(title, Flavor::V1))
        }
        BlockKind::ChildDatabase { database_id, data_source_id, title, icon, is_inline } => {
            let tag = TagWriter::new("database")
                .with_some("url", database_id.map(|id| page_address(&id.simple())))
                .with("inline", is_inline.to_string())
                .with_some("icon", icon.as_ref().map(icon_to))
                .with_some("data-source-url", data_source_id.map(|id| format!("collection://{id}")))
                .with_kept(kept)
                .ordered(&["url", "inline", "deleted", "locked", "icon", "data-source-url", "color"]);
            format!("{}{}</database>", tag.open(), escape_text(title, Flavor::V1))
        }
        BlockKind::Unsupported { kind, url } => {
            let is_old = kept.iter().any(|kept| kept.name == "type");
            let alt = kind.as_ref().filter(|_| !is_old);
            let tag = TagWriter::new("unknown").with_some("url", url.as_ref()).with_some("alt", alt).with_kept(kept);
            tag.ordered(&["url", "id", "alt", "type"]).self_closed()
        }
        BlockKind::Embed { url: Some(url), caption } => {
            let tag = TagWriter::new("embed").with("src", url).with_kept(kept);
            format!("{}{}</embed>", tag.open(), inline::write(caption))
        }
        BlockKind::Unknown { source, .. } => source.clone(),
        _ => paragraph(inline::write(&instead(&block.kind)), !block.children.is_empty()),
    }
}

/// The text that stands for a block which has no markup in this dialect.
pub(crate) fn instead(kind: &BlockKind) -> Vec<Span> {
    let plain = |kind| vec![Span { kind, style: Style::default() }];
    match kind {
        BlockKind::Bookmark { url: Some(url), caption } | BlockKind::Embed { url: Some(url), caption } => {
            let text = satchel_model::plain_text(caption);
            linked(url, if text.is_empty() { url } else { &text })
        }
        BlockKind::LinkPreview { url: Some(url) } => linked(url, url),
        BlockKind::Bookmark { url: None, caption } | BlockKind::Embed { url: None, caption } if !caption.is_empty() => {
            caption.clone()
        }
        BlockKind::Bookmark { .. } => plain(raw(unshared("bookmark"))),
        BlockKind::Embed { .. } => plain(raw(unshared("embed"))),
        BlockKind::LinkPreview { .. } => plain(raw(unshared("link_preview"))),
        BlockKind::LinkToPage { page_id: Some(id), .. } => {
            plain(SpanKind::Mention { mention: Mention::Page { id: *id, label: None } })
        }
        BlockKind::LinkToPage { database_id: Some(id), .. } => {
            plain(SpanKind::Mention { mention: Mention::Database { id: *id, label: None } })
        }
        BlockKind::LinkToPage { .. } => plain(raw(unshared("alias"))),
        BlockKind::Template { text } => text.clone(),
        _ => Vec::new(),
    }
}

fn linked(url: &str, text: &str) -> Vec<Span> {
    let link = Some(Link { url: url.into(), page_id: crate::vocabulary::page_of(url) });
    vec![Span { kind: SpanKind::Text { text: text.into(), link }, style: Style::default() }]
}

fn raw(source: String) -> SpanKind {
    SpanKind::Raw { source, text: String::new() }
}

fn unshared(kind: &str) -> String {
    TagWriter::new("unknown").with("alt", kind).self_closed()
}

fn paragraph(content: String, has_children: bool) -> String {
    if content.is_empty() {
        return "<empty-block/>".into();
    }
    // A tag of a block that stood in the middle of a line must not come to stand at its start, where it would be one.
    let is_block = content.starts_with('<') && Tag::at(&content).is_some_and(|tag| !is_inline(tag.name));
    // Above children, a triangle is how toggles once looked.
    let is_old_toggle = has_children && content.starts_with('▶');
    if is_block || is_old_toggle { format!("{NOTHING}{content}") } else { protect_line_start(&content) }
}

fn marked(marker: &str, content: String) -> String {
    if content.is_empty() { marker.to_owned() } else { format!("{marker} {content}") }
}
