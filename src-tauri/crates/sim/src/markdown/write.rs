//! Trees → text, exactly as the service writes it: one line a block, tabs for depth, code, equations and tables at column 0.

use serde_json::Value;

use super::address::colour_to_markdown;
use super::facts::{code_text, colour_attribute, deleted, kept_colour, section_name, text, unknown_alt};
use super::payload::{Payload, kept_text};
use super::rich::{escaped, write_inline};
use super::table::write_table;
use super::{Tree, WriteOptions};

/// Levels after which a part is left out as unloadable, so that no tree can exhaust the stack.
pub(super) const DEEPEST_WRITTEN: usize = 400;

/// Writes a page's blocks. Blocks are joined by one line break; no blocks are the empty text.
pub(super) fn write(trees: &[Tree], options: &WriteOptions<'_>) -> String {
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
            let url = self.options.address(tree, None);
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
        let content = code_text(&tree.payload);
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

    fn image(&mut self, tree: &Tree, depth: usize) {
        let caption = self.rich(&tree.payload, "caption");
        let mut line = format!("![{caption}]({})", self.options.file_url(tree));
        if let Some(colour) = kept_text(&tree.payload, "color").and_then(colour_to_markdown) {
            line.push_str(&format!(" {{color=\"{colour}\"}}"));
        }
        self.line(depth, &line);
    }

    fn media(&mut self, tree: &Tree, kind: &str, depth: usize) {
        let caption = self.rich(&tree.payload, "caption");
        let url = self.options.file_url(tree);
        let colour = kept_colour(&tree.payload);
        self.line(depth, &format!("<{kind} src=\"{url}\"{colour}>{caption}</{kind}>"));
    }

    fn page(&mut self, tree: &Tree, depth: usize) {
        let url = self.options.page_url(tree.id.as_deref().unwrap_or_default());
        let deleted = deleted(&tree.payload);
        let colour = kept_colour(&tree.payload);
        let title = escaped(text(&tree.payload, "title").unwrap_or_default());
        self.line(depth, &format!("<page url=\"{url}\"{deleted}{colour}>{title}</page>"));
    }

    fn database(&mut self, tree: &Tree, depth: usize) {
        let id = tree.id.as_deref().unwrap_or_default();
        let facts = self.options.database_facts(tree);
        let mut tag = format!(
            "<database url=\"{}\" inline=\"{}\"{}",
            self.options.page_url(id),
            facts.is_inline,
            deleted(&tree.payload)
        );
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
                let icon = self.options.icon_attribute(payload);
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
                let ratio = self.options.ratio_attribute(payload);
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
            _ => {
                let alt = unknown_alt(tree);
                let alt = alt.map(|alt| format!(" alt=\"{alt}\"")).unwrap_or_default();
                let url = self.options.address(tree, None);
                self.line(depth, &format!("<unknown url=\"{url}\"{alt}/>"));
            }
        }
    }

    fn tab(&mut self, tab: &Tree, depth: usize) {
        self.line(depth, &format!("<tab{}>", self.options.icon_attribute(&tab.payload)));
        let label = self.rich(&tab.payload, "rich_text");
        let label = if label.is_empty() { "<empty-block/>" } else { &label };
        self.line(depth + 1, label);
        self.children(&tab.children, depth + 1);
        self.line(depth, "</tab>");
    }

    fn synced(&mut self, tree: &Tree, depth: usize) {
        match self.options.synced_copy(tree) {
            None => {
                let url = self.options.address(tree, None);
                self.tagged(depth, "synced_block", &format!(" url=\"{url}\""), &tree.children);
            }
            Some((attributes, copied)) => {
                let children = copied.as_deref().unwrap_or(&tree.children);
                self.tagged(depth, "synced_block_reference", &attributes, children);
            }
        }
    }

    fn meeting_notes(&mut self, tree: &Tree, depth: usize) {
        let url = self.options.address(tree, None);
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
            let name = section_name(section, position);
            if name == "transcript" && !self.options.transcripts {
                self.line(depth + 1, "<transcript>");
                let said = self.options.transcript_notice(&url);
                self.line(depth + 2, &said);
                self.line(depth + 1, "</transcript>");
            } else {
                self.tagged(depth + 1, name, "", &section.children);
            }
        }
        self.line(depth, "</meeting-notes>");
    }
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
