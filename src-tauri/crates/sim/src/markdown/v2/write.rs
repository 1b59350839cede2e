//! Trees → text of the second dialect: a blank line between blocks, Markdown where it can say everything, else tags.

use serde_json::Value;

use super::super::address::colour_to_markdown;
use super::super::facts::{code_text, colour_attribute, deleted, kept_colour, section_name, text, unknown_alt};
use super::super::payload::{Payload, kept, kept_text};
use super::super::write::DEEPEST_WRITTEN;
use super::super::{Tree, WriteOptions};
use super::spans::{escaped, is_plain_address, write_inline};
use super::table;

/// Writes a page's blocks; no blocks are the empty text.
pub(in super::super) fn write(trees: &[Tree], options: &WriteOptions<'_>) -> String {
    let mut writer = Writer { options, out: String::new() };
    writer.blocks(trees, 0);
    writer.out
}

struct Writer<'a> {
    options: &'a WriteOptions<'a>,
    out: String,
}

impl Writer<'_> {
    fn blocks(&mut self, trees: &[Tree], depth: usize) {
        let mut rest = trees;
        while let Some(first) = rest.first() {
            if rest.len() < trees.len() {
                self.out.push_str("\n\n");
            }
            let len = rest.iter().take_while(|tree| is_one_list(first, tree)).count().max(1);
            let (run, others) = rest.split_at(len);
            if is_item(first) {
                self.list(run, depth);
            } else {
                self.block(first, depth);
            }
            rest = others;
        }
    }

    fn rich(&self, payload: &Payload, key: &str) -> String {
        write_inline(payload.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice), self.options)
    }

    /// Items of one kind. Bullets and numbers are all with markers or all in tags, to-dos each for itself.
    fn list(&mut self, items: &[Tree], depth: usize) {
        let kind = items.first().map_or("", |item| item.kind.as_str());
        if kind == "to_do" {
            let mut was_plain = None;
            for item in items {
                let is_plain = self.is_plain_item(item, depth);
                match was_plain {
                    Some(true) if is_plain => self.out.push('\n'),
                    Some(_) => self.out.push_str("\n\n"),
                    None => {}
                }
                was_plain = Some(is_plain);
                if is_plain {
                    self.marked_items(std::slice::from_ref(item), 0);
                } else {
                    let is_checked = item.payload.get("checked") == Some(&Value::Bool(true));
                    let attributes = format!(" checked=\"{is_checked}\"{}", colour_attribute(&item.payload));
                    self.titled("todo", &attributes, item, depth);
                }
            }
            return;
        }
        if items.iter().all(|item| self.is_plain_item(item, depth)) {
            return self.marked_items(items, 0);
        }
        let format = items.first().and_then(|item| text(&item.payload, "list_format"));
        let (name, kind) = match (kind, format) {
            ("bulleted_list_item", _) => ("ul", ""),
            (_, Some("letters")) => ("ol", " type=\"a\""),
            (_, Some("roman")) => ("ol", " type=\"i\""),
            _ => ("ol", ""),
        };
        self.out.push_str(&format!("<{name}{kind}>\n"));
        for item in items {
            self.titled("li", &colour_attribute(&item.payload), item, depth);
            self.out.push('\n');
        }
        self.out.push_str(&format!("</{name}>"));
    }

    /// Whether an item, with everything below it, can be said with markers.
    fn is_plain_item(&self, item: &Tree, depth: usize) -> bool {
        is_item(item)
            && depth < DEEPEST_WRITTEN
            && is_uncoloured(item)
            && matches!(text(&item.payload, "list_format"), None | Some("numbers"))
            && is_tight(&self.rich(&item.payload, "rich_text"))
            && item.children.iter().all(|child| self.is_plain_item(child, depth + 1))
    }

    fn marked_items(&mut self, items: &[Tree], tabs: usize) {
        let mut number = 0;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            number = if item.kind == "numbered_list_item" { number + 1 } else { 0 };
            let marker = match item.kind.as_str() {
                "numbered_list_item" => format!("{number}."),
                "to_do" if item.payload.get("checked") == Some(&Value::Bool(true)) => "- [x]".to_owned(),
                "to_do" => "- [ ]".to_owned(),
                _ => "-".to_owned(),
            };
            let indent = "\t".repeat(tabs);
            let content = self.rich(&item.payload, "rich_text").replace('\n', &format!("\n{indent}\t"));
            let space = if content.is_empty() { "" } else { " " };
            self.out.push_str(&format!("{indent}{marker}{space}{content}"));
            if !item.children.is_empty() {
                self.out.push('\n');
                self.marked_items(&item.children, tabs + 1);
            }
        }
    }

    fn block(&mut self, tree: &Tree, depth: usize) {
        let payload = &tree.payload;
        if depth > DEEPEST_WRITTEN {
            let url = self.options.address(tree, None);
            self.out.push_str(&format!("<unknown url=\"{url}\" />"));
            return;
        }
        match tree.kind.as_str() {
            "paragraph" => self.paragraph(tree, depth),
            "heading_1" => self.heading(tree, 1, depth),
            "heading_2" => self.heading(tree, 2, depth),
            "heading_3" => self.heading(tree, 3, depth),
            "heading_4" => self.heading(tree, 4, depth),
            "quote" => self.quote(tree, depth),
            "toggle" => self.titled("toggle", &colour_attribute(payload), tree, depth),
            "callout" => {
                let attributes = format!("{}{}", self.options.icon_attribute(payload), colour_attribute(payload));
                self.titled("callout", &attributes, tree, depth);
            }
            "divider" => self.out.push_str("---"),
            "code" => self.code(payload),
            "equation" => self.equation(payload),
            "table" => {
                let table = table::write(tree, self.options);
                self.out.push_str(&table);
            }
            "table_of_contents" => {
                self.out.push_str(&format!("<table-of-contents{} />", colour_attribute(payload)));
            }
            "image" => self.image(tree),
            kind @ ("video" | "audio" | "file" | "pdf") => {
                let source = self.options.file_url(tree);
                self.media(kind, &source, payload);
            }
            kind @ ("bookmark" | "embed") => self.media(kind, text(payload, "url").unwrap_or_default(), payload),
            "child_page" => self.page(tree),
            "child_database" => self.database(tree),
            _ => self.container(tree, depth),
        }
    }

    fn paragraph(&mut self, tree: &Tree, depth: usize) {
        let content = self.rich(&tree.payload, "rich_text");
        let colour = colour_attribute(&tree.payload);
        if content.is_empty() && tree.children.is_empty() {
            self.out.push_str(&format!("<p{colour} />"));
        } else if colour.is_empty() && tree.children.is_empty() && is_tight(&content) {
            self.out.push_str(&content);
        } else {
            self.titled("p", &colour, tree, depth);
        }
    }

    fn heading(&mut self, tree: &Tree, level: usize, depth: usize) {
        let colour = colour_attribute(&tree.payload);
        if tree.payload.get("is_toggleable") == Some(&Value::Bool(true)) {
            return self.titled("toggle", &format!(" heading=\"h{level}\"{colour}"), tree, depth);
        }
        let content = self.rich(&tree.payload, "rich_text");
        if !colour.is_empty() || !tree.children.is_empty() || !is_tight(&content) || content.contains('\n') {
            return self.titled(&format!("h{level}"), &colour, tree, depth);
        }
        self.out.push_str(&"#".repeat(level));
        if !content.is_empty() {
            self.out.push(' ');
            // Signs at the end would close the heading.
            match content.strip_suffix('#').filter(|content| !content.ends_with('\\')) {
                Some(content) => self.out.push_str(&format!("{content}\\#")),
                None => self.out.push_str(&content),
            }
        }
    }

    fn quote(&mut self, tree: &Tree, depth: usize) {
        let content = self.rich(&tree.payload, "rich_text");
        let colour = colour_attribute(&tree.payload);
        if content.is_empty() || !colour.is_empty() || !tree.children.is_empty() || !is_tight(&content) {
            return self.titled("quote", &colour, tree, depth);
        }
        self.out.push_str("> ");
        self.out.push_str(&content.replace('\n', "\n> "));
    }

    fn code(&mut self, payload: &Payload) {
        let content = code_text(payload);
        let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.out.push_str(&format!("{fence}{}\n", text(payload, "language").unwrap_or("plain text")));
        if !content.is_empty() {
            self.out.push_str(&content);
            self.out.push('\n');
        }
        self.out.push_str(&fence);
    }

    fn equation(&mut self, payload: &Payload) {
        let expression = text(payload, "expression").unwrap_or_default();
        match kept_text(payload, "color").and_then(colour_to_markdown) {
            Some(colour) if expression.contains('\n') => {
                self.out.push_str(&format!("<equation color=\"{colour}\">\n{expression}\n</equation>"));
            }
            Some(colour) => self.out.push_str(&format!("<equation color=\"{colour}\">{expression}</equation>")),
            None if expression.is_empty() => self.out.push_str("$$\n$$"),
            None => self.out.push_str(&format!("$$\n{expression}\n$$")),
        }
    }

    fn image(&mut self, tree: &Tree) {
        let caption = self.rich(&tree.payload, "caption");
        let url = self.options.file_url(tree);
        if kept(&tree.payload, "color").is_some() || caption.contains('\n') || !is_plain_address(&url) {
            return self.media("image", &url, &tree.payload);
        }
        self.out.push_str(&format!("![{caption}]({url})"));
    }

    fn media(&mut self, name: &str, source: &str, payload: &Payload) {
        let source = source.replace('"', "%22");
        let caption = self.rich(payload, "caption");
        let colour = kept_colour(payload);
        self.out.push_str(&format!("<{name} source=\"{source}\"{colour}>{caption}</{name}>"));
    }

    fn page(&mut self, tree: &Tree) {
        let url = self.options.page_url(tree.id.as_deref().unwrap_or_default());
        let (deleted, colour) = (deleted(&tree.payload), kept_colour(&tree.payload));
        let title = escaped(text(&tree.payload, "title").unwrap_or_default());
        self.out.push_str(&format!("<page url=\"{url}\"{deleted}{colour}>{title}</page>"));
    }

    fn database(&mut self, tree: &Tree) {
        let facts = self.options.database_facts(tree);
        let mut tag = format!("<database url=\"{}\"", self.options.page_url(tree.id.as_deref().unwrap_or_default()));
        if let Some(source) = facts.data_source_id {
            tag.push_str(&format!(" data-source-url=\"collection://{source}\""));
        }
        tag.push_str(&format!(" inline=\"{}\"{}", facts.is_inline, deleted(&tree.payload)));
        if let Some(icon) = facts.icon {
            tag.push_str(&format!(" icon=\"{icon}\""));
        }
        tag.push_str(&kept_colour(&tree.payload));
        let title = escaped(text(&tree.payload, "title").unwrap_or_default());
        self.out.push_str(&format!("{tag}>{title}</database>"));
    }

    /// A tag with the block's text right after it, then a blank line and its children.
    fn titled(&mut self, name: &str, attributes: &str, tree: &Tree, depth: usize) {
        self.open(name, attributes, "rich_text", tree);
        self.blocks(&tree.children, depth + 1);
        self.close(name);
    }

    /// A tag and the text under `key`, ready for the children.
    fn open(&mut self, name: &str, attributes: &str, key: &str, tree: &Tree) {
        self.out.push_str(&format!("<{name}{attributes}>\n"));
        let title = self.rich(&tree.payload, key);
        let is_empty = title.is_empty();
        self.out.push_str(if is_empty && !tree.children.is_empty() { "<p />" } else { &title });
        if !tree.children.is_empty() {
            self.out.push_str("\n\n");
        }
    }

    /// A tag with nothing but blocks in it.
    fn tagged(&mut self, name: &str, attributes: &str, children: &[Tree], depth: usize) {
        self.out.push_str(&format!("<{name}{attributes}>\n"));
        self.blocks(children, depth + 1);
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(&format!("</{name}>"));
    }

    fn container(&mut self, tree: &Tree, depth: usize) {
        let payload = &tree.payload;
        match tree.kind.as_str() {
            "column_list" => {
                self.out.push_str("<columns>\n");
                for column in &tree.children {
                    let ratio = self.options.ratio_attribute(&column.payload);
                    self.tagged("column", &ratio, &column.children, depth + 1);
                    self.out.push('\n');
                }
                self.close("columns");
            }
            "column" => self.tagged("column", &self.options.ratio_attribute(payload), &tree.children, depth),
            "tab" => {
                self.out.push_str("<tabs>\n");
                for tab in &tree.children {
                    self.titled("tab", &self.options.icon_attribute(&tab.payload), tab, depth + 1);
                    self.out.push('\n');
                }
                self.close("tabs");
            }
            "synced_block" => match self.options.synced_copy(tree) {
                None => {
                    let url = self.options.address(tree, None);
                    self.tagged("synced-block", &format!(" url=\"{url}\""), &tree.children, depth);
                }
                Some((attributes, copied)) => {
                    let children = copied.as_deref().unwrap_or(&tree.children);
                    self.tagged("synced-block-reference", &attributes, children, depth);
                }
            },
            "meeting_notes" | "transcription" => self.meeting_notes(tree, depth),
            _ => {
                let alt = unknown_alt(tree).map(|alt| format!(" alt=\"{alt}\"")).unwrap_or_default();
                let url = self.options.address(tree, None);
                self.out.push_str(&format!("<unknown url=\"{url}\"{alt} />"));
            }
        }
    }

    fn meeting_notes(&mut self, tree: &Tree, depth: usize) {
        let url = self.options.address(tree, None);
        let view = if self.options.transcripts { String::new() } else { format!(" view-url=\"{url}\"") };
        self.open("meeting-notes", &view, "title", tree);
        for (position, section) in tree.children.iter().enumerate() {
            if position > 0 {
                self.out.push('\n');
            }
            let name = section_name(section, position);
            let tag = format!("meeting-notes-section-{name}");
            if name == "transcript" && !self.options.transcripts {
                let notice = self.options.transcript_notice(&url);
                self.out.push_str(&format!("<{tag}>\n{notice}\n</{tag}>"));
            } else {
                self.tagged(&tag, "", &section.children, depth + 1);
            }
        }
        self.close("meeting-notes");
    }
}

fn is_item(tree: &Tree) -> bool {
    matches!(tree.kind.as_str(), "bulleted_list_item" | "numbered_list_item" | "to_do")
}

/// Whether two siblings are in one list.
fn is_one_list(one: &Tree, other: &Tree) -> bool {
    is_item(one)
        && one.kind == other.kind
        && text(&one.payload, "list_format").unwrap_or("numbers")
            == text(&other.payload, "list_format").unwrap_or("numbers")
}

fn is_uncoloured(tree: &Tree) -> bool {
    colour_attribute(&tree.payload).is_empty()
}

/// Whether no line of a block's text has space at its edges, which Markdown would drop.
fn is_tight(content: &str) -> bool {
    if content.is_empty() {
        return true;
    }
    let lines: Vec<&str> = content.split('\n').collect();
    let last = lines.len() - 1;
    lines.iter().enumerate().all(|(index, line)| {
        let line = if index < last { line.strip_suffix('\\').unwrap_or(line) } else { line };
        line.trim_matches([' ', '\t']) == line && !(line.is_empty() && (index == 0 || index == last))
    })
}
