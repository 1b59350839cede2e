//! Tags without blocks in them: media, child pages, tables, and what is only referred to.

use serde_json::{Value, json};

use super::super::address::{block_in, colour_to_json, id_in};
use super::super::attributes::{Tag, tag};
use super::super::inline::rich;
use super::super::payload::{self, keep, object};
use super::super::table::TableText;
use super::read::{Reader, end_break, outdented};

impl<'a> Reader<'a> {
    /// Reads a tag that holds no blocks. `false` if this is none.
    pub(super) fn element(&mut self, column: usize, parsed: &Tag<'a>, rest: &'a str) -> bool {
        let colour = parsed.get("color").and_then(colour_to_json);
        let url = parsed.get("url");
        match parsed.name {
            "table" if !parsed.is_self_closed => {
                self.settle();
                self.tagged_table(column, parsed, rest);
                return true;
            }
            "table-of-contents" => {
                self.settle();
                let colour = colour.as_deref().unwrap_or("default");
                self.add(column, "table_of_contents", object(json!({"color": colour})), None);
                self.put_back(column, rest);
            }
            "unknown" if url.is_some() => self.kept(column, parsed, rest),
            // There are no such blocks here to make; those that exist stay.
            "folder" | "custom-block" if url.is_some() => self.kept(column, parsed, rest),
            "folder" | "custom-block" | "mail" | "external_object_instance" => {
                self.settle();
                self.content(column, parsed, rest);
            }
            "equation" => {
                self.settle();
                let expression = self.content(column, parsed, rest);
                let expression = expression.strip_prefix('\n').unwrap_or(&expression);
                let expression = expression.strip_suffix('\n').unwrap_or(expression);
                let mut payload = object(json!({"expression": expression}));
                keep(&mut payload, json!({"color": colour}));
                self.add(column, "equation", payload, None);
            }
            kind @ ("image" | "video" | "audio" | "file" | "pdf" | "bookmark" | "embed") => {
                let Some(source) = parsed.get("source") else { return false };
                self.settle();
                let caption = self.content(column, parsed, rest);
                let caption = self.text_in(&caption);
                let mut payload = if matches!(kind, "bookmark" | "embed") {
                    object(json!({"url": source, "caption": caption}))
                } else {
                    payload::media(kind, source, caption)
                };
                keep(&mut payload, json!({"color": colour}));
                self.add(column, kind, payload, None);
            }
            "page" | "database" => {
                let Some(id) = url.and_then(id_in) else { return false };
                self.settle();
                let title = self.content(column, parsed, rest);
                let (kind, payload) = payload::child(parsed, &self.text_in(&title));
                self.add(column, kind, payload, Some(id));
            }
            _ => return false,
        }
        true
    }

    /// A block that stays what it is: only its address counts.
    fn kept(&mut self, column: usize, parsed: &Tag<'a>, rest: &'a str) {
        self.settle();
        let url = parsed.get("url").unwrap_or_default();
        let payload = payload::unknown(url, parsed.get("alt"));
        let id = block_in(url).or_else(|| id_in(url).filter(|_| parsed.name != "unknown"));
        if parsed.is_self_closed {
            self.put_back(column, rest);
        } else {
            self.content(column, parsed, rest);
        }
        self.add(column, "unsupported", payload, id);
    }

    /// What stands between a tag and its end, on as many lines as it takes; a blank line ends it too.
    fn content(&mut self, column: usize, parsed: &Tag<'a>, rest: &'a str) -> String {
        if parsed.is_self_closed {
            self.put_back(column, rest);
            return String::new();
        }
        let closing = format!("</{}>", parsed.name);
        let mut content = String::new();
        let mut line = rest;
        loop {
            if let Some((before, after)) = line.split_once(closing.as_str()) {
                content.push_str(before);
                self.put_back(column, after);
                return content;
            }
            content.push_str(line);
            match self.peek() {
                Some(next) if !next.trim_matches([' ', '\t']).is_empty() => {
                    self.next();
                    content.push('\n');
                    line = outdented(next, column);
                }
                _ => return content,
            }
        }
    }

    fn text_in(&self, content: &str) -> Vec<Value> {
        let mut text = trimmed(content).to_owned();
        end_break(&mut text);
        rich(&text, self.options)
    }

    fn tagged_table(&mut self, column: usize, open: &Tag<'a>, rest: &'a str) {
        let mut text = rest.to_owned();
        let mut after = rest.split_once("</table>").map(|(_, after)| after);
        while after.is_none() {
            // A table that does not end, ends before the first line that cannot be its own.
            let Some(line) = self.peek() else { break };
            if tag(line.trim_start()).is_some_and(|tag| !tag.is_closing && !is_tables(tag.name)) {
                break;
            }
            self.next();
            text.push('\n');
            text.push_str(line);
            after = line.split_once("</table>").map(|(_, after)| after);
        }
        let mut table = TableText::new(open, self.options.dialect);
        table.line(&text);
        let strays = std::mem::take(&mut table.strays);
        let tree = table.into_tree(self.options);
        self.add_tree(column, tree);
        self.strays(column, &strays);
        if let Some(after) = after {
            self.put_back(column, after);
        }
    }
}

fn is_tables(name: &str) -> bool {
    matches!(name, "table" | "colgroup" | "col" | "thead" | "tbody" | "tr" | "td" | "th")
        || matches!(name, "b" | "i" | "s" | "u" | "span" | "br" | "mention" | "date" | "unknown_mention")
}

/// Text in a tag without the line ends next to the tags.
pub(in super::super) fn trimmed(text: &str) -> &str {
    let text = match text.split_once('\n') {
        Some((before, rest)) if before.trim_matches([' ', '\t']).is_empty() => rest,
        _ => text,
    };
    match text.rsplit_once('\n') {
        Some((rest, after)) if after.trim_matches([' ', '\t']).is_empty() => rest,
        _ => text,
    }
}
