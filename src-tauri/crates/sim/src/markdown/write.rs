//! Trees → text, exactly as the service writes it: one line a block, tabs for depth, code, equations and tables at column 0.

use serde_json::Value;

use super::address::{bare, colour_to_markdown, icon_to_markdown};
use super::payload::{Payload, kept, kept_text};
use super::rich::escaped;
use super::table::write_table;
use super::{Tree, WriteOptions, write_inline};

/// Levels after which a part is left out as unloadable, so that no tree can exhaust the stack.
const DEEPEST_WRITTEN: usize = 400;

/// Writes a page's blocks. Blocks are joined by one line break; no blocks are the empty text.
pub fn write(trees: &[Tree], options: &WriteOptions<'_>) -> String {
    let mut writer = Writer { options, lines: Vec::new() };
    writer.children(trees, 0);
    writer.lines.join("\n")
}

struct Writer<'a> {
    options: &'a WriteOptions<'a>,
    /// Finished lines; code and tables are several in one.
    lines: Vec<String>,
}

impl Writer<'_> {
    fn children(&mut self, trees: &[Tree], depth: usize) {
        let mut number = 0;
        for tree in trees {
            number = if tree.kind == "numbered_list_item" { number + 1 } else { 0 };
            self.block(tree, depth, number);
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let mut line = "\t".repeat(depth);
        line.push_str(text);
        self.lines.push(line);
    }

    /// A line of a marker and text, with the attribute list at its end.
    fn marked(&mut self, tree: &Tree, depth: usize, marker: &str) {
        let mut parts = Vec::new();
        if !marker.is_empty() {
            parts.push(marker.to_owned());
        }
        let text = self.rich(&tree.payload, "rich_text");
        if !text.is_empty() {
            parts.push(text);
        }
        parts.extend(attribute_list(&tree.payload));
        if parts.is_empty() {
            parts.push("<empty-block/>".to_owned());
        }
        self.line(depth, &parts.join(" "));
        self.children(&tree.children, depth + 1);
    }

    fn rich(&self, payload: &Payload, key: &str) -> String {
        let items = payload.get(key).and_then(Value::as_array);
        write_inline(items.map_or(&[], Vec::as_slice), self.options)
    }

    fn block(&mut self, tree: &Tree, depth: usize, number: usize) {
        if depth > DEEPEST_WRITTEN {
            let url = self.address(tree, None);
            self.line(depth, &format!("<unknown url=\"{url}\"/>"));
            return;
        }
        match tree.kind.as_str() {
            "paragraph" => self.marked(tree, depth, ""),
            "heading_1" => self.marked(tree, depth, "#"),
            "heading_2" => self.marked(tree, depth, "##"),
            "heading_3" => self.marked(tree, depth, "###"),
            "heading_4" => self.marked(tree, depth, "####"),
            "bulleted_list_item" => self.marked(tree, depth, "-"),
            "numbered_list_item" => self.marked(tree, depth, &format!("{number}.")),
            "quote" => self.marked(tree, depth, ">"),
            "to_do" => {
                let is_checked = tree.payload.get("checked") == Some(&Value::Bool(true));
                self.marked(tree, depth, if is_checked { "- [x]" } else { "- [ ]" });
            }
            "divider" => self.line(depth, "---"),
            "code" => self.code(tree, depth),
            "equation" => self.equation(tree, depth),
            "table" => {
                let table = write_table(tree, &"\t".repeat(depth), self.options);
                self.lines.push(table);
            }
            "table_of_contents" => {
                let tag = format!("<table_of_contents{}/>", colour_attribute(&tree.payload));
                self.line(depth, &tag);
            }
            "image" => self.image(tree, depth),
            kind @ ("video" | "audio" | "file" | "pdf") => self.media(tree, kind, depth),
            "child_page" => self.page(tree, depth),
            "child_database" => self.database(tree, depth),
            _ => self.container(tree, depth),
        }
    }

    fn code(&mut self, tree: &Tree, depth: usize) {
        let language = text(&tree.payload, "language").unwrap_or("plain text");
        self.line(depth, &format!("```{language}"));
        let items = tree.payload.get("rich_text").and_then(Value::as_array);
        let content: String = items
            .into_iter()
            .flatten()
            .filter_map(|item| {
                item.get("text")
                    .and_then(|text| text.get("content"))
                    .or_else(|| item.get("plain_text"))
                    .and_then(Value::as_str)
            })
            .collect();
        if !content.is_empty() {
            self.lines.push(content);
        }
        self.line(depth, "```");
    }

    fn equation(&mut self, tree: &Tree, depth: usize) {
        self.line(depth, "$$");
        self.line(depth, text(&tree.payload, "expression").unwrap_or_default());
        let colour = kept_text(&tree.payload, "color").and_then(colour_to_markdown);
        match colour {
            Some(colour) => self.line(depth, &format!("$$ {{color=\"{colour}\"}}")),
            None => self.line(depth, "$$"),
        }
    }

    fn file_url(&self, tree: &Tree) -> String {
        let source = |key: &str| tree.payload.get(key)?.get("url")?.as_str();
        if let Some(url) = source("file") {
            return self.options.lookup.file_url(&tree.kind, tree.id.as_deref(), url);
        }
        let upload = || tree.payload.get("file_upload")?.get("id")?.as_str();
        source("external")
            .map(str::to_owned)
            .or_else(|| upload().map(|id| format!("file-upload://{id}")))
            .unwrap_or_default()
    }

    fn image(&mut self, tree: &Tree, depth: usize) {
        let caption = self.rich(&tree.payload, "caption");
        let mut line = format!("![{caption}]({})", self.file_url(tree));
        if let Some(colour) = kept_text(&tree.payload, "color").and_then(colour_to_markdown) {
            line.push_str(&format!(" {{color=\"{colour}\"}}"));
        }
        self.line(depth, &line);
    }

    fn media(&mut self, tree: &Tree, kind: &str, depth: usize) {
        let caption = self.rich(&tree.payload, "caption");
        let url = self.file_url(tree);
        let colour = kept_colour(&tree.payload);
        self.line(depth, &format!("<{kind} src=\"{url}\"{colour}>{caption}</{kind}>"));
    }

    fn page(&mut self, tree: &Tree, depth: usize) {
        let url = self.page_url(tree.id.as_deref().unwrap_or_default());
        let deleted = deleted(&tree.payload);
        let colour = kept_colour(&tree.payload);
        let title = escaped(text(&tree.payload, "title").unwrap_or_default());
        self.line(depth, &format!("<page url=\"{url}\"{deleted}{colour}>{title}</page>"));
    }

    fn database(&mut self, tree: &Tree, depth: usize) {
        let id = tree.id.as_deref().unwrap_or_default();
        let facts = self.options.lookup.database(id).unwrap_or_else(|| super::DatabaseFacts {
            is_inline: kept(&tree.payload, "inline") == Some(&Value::Bool(true)),
            icon: kept_text(&tree.payload, "icon").map(str::to_owned),
            data_source_id: kept_text(&tree.payload, "data_source").map(str::to_owned),
        });
        let mut tag =
            format!("<database url=\"{}\" inline=\"{}\"{}", self.page_url(id), facts.is_inline, deleted(&tree.payload));
        if let Some(icon) = facts.icon {
            tag.push_str(&format!(" icon=\"{icon}\""));
        }
        if let Some(source) = facts.data_source_id {
            tag.push_str(&format!(" data-source-url=\"collection://{source}\""));
        }
        tag.push_str(&kept_colour(&tree.payload));
        let title = escaped(text(&tree.payload, "title").unwrap_or_default());
        self.line(depth, &format!("{tag}>{title}</database>"));
    }

    fn page_url(&self, id: &str) -> String {
        format!("{}{}", self.options.prefix, bare(id))
    }

    /// The address of a block: the page it is on, and itself.
    fn address(&self, tree: &Tree, page: Option<&str>) -> String {
        let page = page.or_else(|| kept_text(&tree.payload, "page")).unwrap_or(self.options.page_id);
        match &tree.id {
            Some(id) => format!("{}#{}", self.page_url(page), bare(id)),
            None => self.page_url(page),
        }
    }

    fn tagged(&mut self, depth: usize, name: &str, attributes: &str, children: &[Tree]) {
        self.line(depth, &format!("<{name}{attributes}>"));
        self.children(children, depth + 1);
        self.line(depth, &format!("</{name}>"));
    }

    fn container(&mut self, tree: &Tree, depth: usize) {
        let payload = &tree.payload;
        match tree.kind.as_str() {
            "toggle" => {
                self.line(depth, &format!("<details{}>", colour_attribute(payload)));
                let title = self.rich(payload, "rich_text");
                if !title.is_empty() {
                    self.line(depth, &format!("<summary>{title}</summary>"));
                }
                self.children(&tree.children, depth + 1);
                self.line(depth, "</details>");
            }
            "callout" => {
                let icon = self.icon_attribute(payload);
                self.line(depth, &format!("<callout{icon}{}>", colour_attribute(payload)));
                let first = self.rich(payload, "rich_text");
                if !first.is_empty() {
                    self.line(depth + 1, &first);
                }
                self.children(&tree.children, depth + 1);
                self.line(depth, "</callout>");
            }
            "column_list" => self.tagged(depth, "columns", "", &tree.children),
            "column" => {
                let ratio = payload.get("width_ratio").and_then(Value::as_f64);
                let ratio = ratio.filter(|_| self.options.column_ratios);
                let ratio = match kept_text(payload, "ratio") {
                    Some(ratio) if self.options.column_ratios => format!(" ratio=\"{ratio}\""),
                    _ => ratio.map(|ratio| format!(" ratio=\"{}\"", ratio * 100.0)).unwrap_or_default(),
                };
                self.tagged(depth, "column", &ratio, &tree.children);
            }
            "tab" => {
                self.line(depth, "<tabs>");
                for tab in &tree.children {
                    self.tab(tab, depth + 1);
                }
                self.line(depth, "</tabs>");
            }
            "synced_block" => self.synced(tree, depth),
            "meeting_notes" | "transcription" => self.meeting_notes(tree, depth),
            kind => {
                let alt = match kind {
                    "link_to_page" => Some("alias"),
                    "link_preview" => Some("external_object_instance"),
                    "template" => Some("factory"),
                    "unsupported" => text(payload, "block_type"),
                    kind => Some(kind),
                };
                let alt = alt.map(|alt| format!(" alt=\"{alt}\"")).unwrap_or_default();
                let url = self.address(tree, None);
                self.line(depth, &format!("<unknown url=\"{url}\"{alt}/>"));
            }
        }
    }

    fn icon_attribute(&self, payload: &Payload) -> String {
        payload
            .get("icon")
            .and_then(|icon| icon_to_markdown(icon, self.options.space_id))
            .map(|icon| format!(" icon=\"{icon}\""))
            .unwrap_or_default()
    }

    fn tab(&mut self, tab: &Tree, depth: usize) {
        self.line(depth, &format!("<tab{}>", self.icon_attribute(&tab.payload)));
        let label = self.rich(&tab.payload, "rich_text");
        let label = if label.is_empty() { "<empty-block/>" } else { &label };
        self.line(depth + 1, label);
        self.children(&tab.children, depth + 1);
        self.line(depth, "</tab>");
    }

    fn synced(&mut self, tree: &Tree, depth: usize) {
        let source = tree.payload.get("synced_from").and_then(|from| from.get("block_id"));
        let Some(source) = source.and_then(Value::as_str) else {
            let url = self.address(tree, None);
            self.tagged(depth, "synced_block", &format!(" url=\"{url}\""), &tree.children);
            return;
        };
        let lookup = self.options.lookup;
        let page = lookup
            .page_of(source)
            .or_else(|| kept_text(&tree.payload, "page").map(str::to_owned))
            .unwrap_or_else(|| self.options.page_id.to_owned());
        let mut attributes = format!(" url=\"{}#{}\"", self.page_url(&page), bare(source));
        if let Some(notice) = kept_text(&tree.payload, "notice") {
            attributes.push_str(&format!(" notice=\"{notice}\""));
        }
        let copied = if tree.children.is_empty() { lookup.original(source) } else { None };
        let children = copied.as_deref().unwrap_or(&tree.children);
        self.tagged(depth, "synced_block_reference", &attributes, children);
    }

    fn meeting_notes(&mut self, tree: &Tree, depth: usize) {
        let url = self.address(tree, None);
        if self.options.transcripts {
            self.line(depth, "<meeting-notes>");
        } else {
            self.line(depth, &format!("<meeting-notes readOnlyViewMeetingNoteUrl=\"{url}\">"));
        }
        let title = self.rich(&tree.payload, "title");
        if !title.is_empty() {
            self.line(depth + 1, &title);
        }
        for (position, section) in tree.children.iter().enumerate() {
            let name = kept_text(&section.payload, "section").unwrap_or(match position {
                0 => "summary",
                1 => "notes",
                _ => "transcript",
            });
            if name == "transcript" && !self.options.transcripts {
                self.line(depth + 1, "<transcript>");
                let said = format!(
                    "Transcript omitted. Use the view tool with the meeting note url ({url}) to view this transcript."
                );
                self.line(depth + 2, &said);
                self.line(depth + 1, "</transcript>");
            } else {
                self.tagged(depth + 1, name, "", &section.children);
            }
        }
        self.line(depth, "</meeting-notes>");
    }
}

fn text<'a>(payload: &'a Payload, key: &str) -> Option<&'a str> {
    payload.get(key).and_then(Value::as_str)
}

/// `{toggle="true" color="red"}`, if there is anything to say.
fn attribute_list(payload: &Payload) -> Option<String> {
    let mut pairs = Vec::new();
    if payload.get("is_toggleable") == Some(&Value::Bool(true)) {
        pairs.push("toggle=\"true\"".to_owned());
    }
    if let Some(colour) = text(payload, "color").and_then(colour_to_markdown) {
        pairs.push(format!("color=\"{colour}\""));
    }
    (!pairs.is_empty()).then(|| format!("{{{}}}", pairs.join(" ")))
}

fn colour_attribute(payload: &Payload) -> String {
    as_attribute(text(payload, "color"))
}

fn kept_colour(payload: &Payload) -> String {
    as_attribute(kept_text(payload, "color"))
}

fn as_attribute(colour: Option<&str>) -> String {
    colour.and_then(colour_to_markdown).map(|colour| format!(" color=\"{colour}\"")).unwrap_or_default()
}

fn deleted(payload: &Payload) -> &'static str {
    if kept(payload, "deleted") == Some(&Value::Bool(true)) { " deleted" } else { "" }
}
