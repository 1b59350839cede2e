//! Pages as Markdown: the whole body as text, and edits of that text.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Answer, Call};
use crate::error::ApiError;
use crate::markdown::{Dialect, ReadOptions, Tree, read};
use crate::state::Body;
use crate::state::body::{Rendering, Text};
use crate::state::content::{NewBlock, Place};
use crate::state::ids::Id;
use crate::validate::{self, complain};

impl Call<'_> {
    fn text(&self, id: Id, rendering: Rendering) -> Text {
        let reader = self.reader();
        match self.ws.node(id) {
            Some(node) => reader.text(node, self.options.markdown_blocks, rendering),
            None => Text { markdown: String::new(), is_truncated: false, unknown: Vec::new() },
        }
    }

    fn markdown_reply(&self, id: Id, rendering: Rendering) -> Value {
        let text = self.text(id, rendering);
        json!({
            "object": "page_markdown", "id": id, "markdown": text.markdown, "truncated": text.is_truncated, "unknown_block_ids": text.unknown,
        })
    }

    /// The dialect a body asks for, in which its texts are and the answer will be.
    pub(super) fn dialect(&self) -> Dialect {
        self.field("markdown_version").and_then(Value::as_str).and_then(Dialect::named).unwrap_or_default()
    }

    /// Refuses a dialect where there is no text in it.
    pub(super) fn check_dialect(&self) -> Result<(), ApiError> {
        match self.field("markdown_version") {
            Some(version) if self.field("markdown").is_none() => {
                Err(complain("body.markdown_version", "not present without `markdown`", Some(version)))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn retrieve_markdown(&self, id: &str) -> Answer {
        let id = validate::path_id("page_id", id)?;
        self.check_query(&["include_transcript", "markdown_version"])?;
        let transcripts = match self.param("include_transcript") {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => return Err(complain("query.include_transcript", "a boolean", Some(&other.into()))),
        };
        let dialect = match self.param("markdown_version").map(Value::from) {
            None => Dialect::default(),
            Some(version) => {
                validate::request::markdown_version()
                    .check("query.markdown_version", Some(&version))
                    .map_err(|complaints| validate::refusal("query", &complaints))?;
                version.as_str().and_then(Dialect::named).unwrap_or_default()
            }
        };
        self.need(|can| can.read_content)?;
        // Blocks that a longer text left out are asked for by the same endpoint.
        match self.ws.visible(&self.connection, id).map(|node| &node.body) {
            Some(Body::Page(_) | Body::Block { .. }) => {
                Ok(self.markdown_reply(id, Rendering { dialect, transcripts }).into())
            }
            Some(Body::Database(_)) => {
                Err(ApiError::validation(format!("Provided ID {id} is a database, not a page.")))
            }
            None => Err(self.not_found("page", id)),
        }
    }

    pub(super) fn update_markdown(&mut self, id: &str) -> Answer {
        let id = validate::path_id("page_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.update_markdown)?;
        self.need(|can| can.update_content)?;
        match self.ws.visible(&self.connection, id).map(|node| &node.body) {
            Some(Body::Page(_)) => {}
            Some(_) => return Err(ApiError::validation(format!("Provided ID {id} is not a page."))),
            None => return Err(self.not_found("page", id)),
        }
        self.living(id)?;
        if let Some(position) = self.body.pointer("/insert_content/position")
            && self.body.pointer("/insert_content/after").is_some()
        {
            return Err(complain("body.insert_content.position", "not present when `after` is given", Some(position)));
        }
        if let Some(reply) = self.deferred() {
            return Ok(reply);
        }
        let edit = self.edit(id)?;
        let (blocks, place) = match &edit {
            Edit::Insert { content, place } => (self.blocks_of(id, content)?, Some(*place)),
            Edit::Whole { text, may_delete } => {
                let blocks = self.blocks_of(id, text)?;
                self.check_deletions(id, &blocks, *may_delete)?;
                (blocks, None)
            }
        };
        self.check_blocks(blocks.iter().map(NewBlock::count).sum())?;

        let stamp = self.stamp();
        match place {
            Some(place) => {
                self.ws.insert_blocks(id, place, blocks, stamp);
            }
            None => {
                // What the connection does not see was not in the text, and stays.
                let hidden = self.hidden_pages(id);
                self.ws.apply_body(id, blocks, stamp);
                hidden.into_iter().for_each(|page| self.ws.set_trash(page, false));
            }
        }
        self.ws.touch(id, stamp);
        self.note_change(id);
        if self.reads() {
            return Ok(self.markdown_reply(id, Rendering { dialect: self.dialect(), transcripts: false }).into());
        }
        Ok(json!({ "object": "page_markdown", "id": id }).into())
    }

    fn blocks_of(&self, page: Id, text: &str) -> Result<Vec<NewBlock>, ApiError> {
        let reader = self.reader();
        let lookup = reader.lookup();
        let trees: Vec<Tree> =
            read(text, &ReadOptions { dialect: self.dialect(), lookup: &lookup, ..ReadOptions::default() });
        // A page cannot be put into itself or into what is below it.
        let exists = |id: Id| self.ws.sees(&self.connection, id) && !self.ws.line(page).any(|node| node.id == id);
        let blocks = trees.iter().map(|tree| NewBlock::from_tree(tree, &exists)).collect::<Result<Vec<_>, _>>()?;
        let mut seen = BTreeSet::new();
        Ok(blocks.into_iter().filter_map(|block| block.settled(&mut seen)).collect())
    }

    fn hidden_pages(&self, holder: Id) -> Vec<Id> {
        self.ws.pages_in(holder).into_iter().filter(|page| !self.ws.sees(&self.connection, *page)).collect()
    }

    /// Child pages and databases are only deleted on purpose.
    fn check_deletions(&self, id: Id, blocks: &[NewBlock], may_delete: bool) -> Result<(), ApiError> {
        let mut brought = Vec::new();
        blocks.iter().for_each(|block| block.brought(&mut brought));
        let shown = self.ws.pages_in(id).into_iter().filter(|page| self.ws.sees(&self.connection, *page));
        let lost: Vec<Id> = shown.filter(|page| !brought.contains(page)).collect();
        if may_delete || lost.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = lost.iter().map(|id| format!("{} ({id})", self.reader().title_of(*id))).collect();
        Err(ApiError::validation(format!(
            "This operation would delete {} child page(s), database(s): {}. Set allow_deleting_content to true to proceed.",
            lost.len(),
            names.join(", ")
        )))
    }

    fn edit(&self, id: Id) -> Result<Edit, ApiError> {
        let kind = self.field("type").and_then(Value::as_str).unwrap_or_default();
        let inner = self.field(kind).cloned().unwrap_or_default();
        let text_of = |key: &str| inner.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let may_delete = inner.get("allow_deleting_content").and_then(Value::as_bool).unwrap_or(false);
        if kind == "insert_content" && inner.get("after").is_none() {
            let at_start = inner.pointer("/position/type").and_then(Value::as_str) == Some("start");
            return Ok(Edit::Insert {
                content: text_of("content"),
                place: if at_start { Place::Start } else { Place::End },
            });
        }
        let dialect = self.dialect();
        let current = self.text(id, Rendering { dialect, transcripts: false });
        if current.is_truncated {
            return Err(ApiError::validation("The page is too large to be edited as Markdown.")
                .with("limit_kind", "page_record_count"));
        }
        let mut text = current.markdown;
        match kind {
            "replace_content" => text = text_of("new_str"),
            "update_content" => {
                for update in inner.get("content_updates").and_then(Value::as_array).into_iter().flatten() {
                    text = replaced(&text, update)?;
                }
            }
            "insert_content" => {
                let end = selection(&text, &text_of("after"))?.1;
                text = inserted(&text, end, &text_of("content"), dialect);
            }
            _ => {
                let (start, end) = selection(&text, &text_of("content_range"))?;
                text.replace_range(start..end, &text_of("content"));
            }
        }
        Ok(Edit::Whole { text, may_delete })
    }
}

/// The text with new content behind the line that a selection ends on.
fn inserted(text: &str, end: usize, content: &str, dialect: Dialect) -> String {
    let line_end = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at);
    let (before, after) = text.split_at_checked(line_end).unwrap_or((text, ""));
    match dialect {
        Dialect::V1 => format!("{before}\n{content}{after}"),
        // A blank line on either side, but none next to a tag.
        Dialect::V2 => {
            let is_last = after.is_empty() || after.starts_with("\n\n") || after.starts_with("\n</");
            format!("{before}\n\n{content}{}{after}", if is_last { "" } else { "\n" })
        }
    }
}

/// What an update comes to.
enum Edit {
    Insert { content: String, place: Place },
    Whole { text: String, may_delete: bool },
}

/// One search-and-replace: the old text is there exactly once, unless all matches are meant.
fn replaced(text: &str, update: &Value) -> Result<String, ApiError> {
    let field = |key: &str| update.get(key).and_then(Value::as_str).unwrap_or_default();
    let (old, new) = (field("old_str"), field("new_str"));
    let all = update.get("replace_all_matches").and_then(Value::as_bool).unwrap_or(false);
    match text.matches(old).count() {
        0 => Err(ApiError::validation(format!("No match found for old_str in the page content: {old:?}"))),
        1 => Ok(text.replacen(old, new, 1)),
        _ if all => Ok(text.replace(old, new)),
        count => Err(ApiError::validation(format!(
            "Found {count} matches for old_str in the page content, but expected exactly one. Provide more context or set \
             replace_all_matches: {old:?}"
        ))),
    }
}

/// The bytes of a selection `start…end` (or `start...end`); without an ellipsis, of the text itself.
fn selection(text: &str, selection: &str) -> Result<(usize, usize), ApiError> {
    let refuse = || ApiError::validation(format!("Could not find the selection in the page content: {selection:?}"));
    let selection = selection.trim_end_matches('\n');
    let (first, last) = selection.split_once('…').or_else(|| selection.split_once("...")).unwrap_or((selection, ""));
    let start = text.find(first).filter(|_| !first.is_empty()).ok_or_else(refuse)?;
    let after_first = start + first.len();
    if text.get(after_first..).is_some_and(|rest| rest.contains(first)) && last.is_empty() {
        return Err(ApiError::validation(format!(
            "The selection is found more than once in the page content: {selection:?}"
        )));
    }
    let end = text.get(after_first..).and_then(|rest| rest.find(last)).ok_or_else(refuse)?;
    Ok((start, after_first + end + last.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_stands_apart_in_the_second_dialect() {
        for (text, selection, expected) in [
            ("a", "a", "a\n\nx"),
            ("a\n\nb", "a", "a\n\nx\n\nb"),
            ("- a\n- b", "a", "- a\n\nx\n\n- b"),
            ("<quote>\na\n</quote>", "a\n", "<quote>\na\n\nx\n</quote>"),
        ] {
            let end = super::selection(text, selection).unwrap().1;
            assert_eq!(inserted(text, end, "x", Dialect::V2), expected, "{text:?}");
        }
        assert_eq!(inserted("a\nb", 1, "x", Dialect::V1), "a\nx\nb");
    }

    #[test]
    fn a_selection_spans_from_its_start_to_the_next_end() {
        let text = "# One\nfirst\nlast\n# Two\nlast";
        assert_eq!(selection(text, "# One...last").unwrap(), (0, 16));
        assert_eq!(selection(text, "# Two…last").unwrap(), (17, 27));
        assert_eq!(selection(text, "first").unwrap(), (6, 11));
        assert!(selection(text, "last").is_err());
        assert!(selection(text, "# Three…last").is_err());
    }
}
