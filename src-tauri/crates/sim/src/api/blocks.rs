//! Blocks: read, list, append, change, trash.

use serde_json::{Map, Value, json};

use super::pages::ARCHIVED;
use super::{Answer, Call, Reply, envelope};
use crate::error::ApiError;
use crate::state::content::{NewBlock, Place, table_width};
use crate::state::ids::Id;
use crate::state::payload::{takes_children, updated};
use crate::state::{Body, Node};
use crate::validate::request::trash;
use crate::validate::{self, block, complain};

/// Kinds the API does not even call unsupported: it refuses the whole list they are in.
fn refused_kind(node: &Node) -> Option<&str> {
    match &node.body {
        Body::Block { kind, .. } if matches!(kind.as_str(), "ai_block" | "copy_indicator") => Some(kind),
        _ => None,
    }
}

fn unsupported(kind: &str) -> ApiError {
    ApiError::validation(format!("Block type {kind} is not supported via the API."))
}

impl Call<'_> {
    pub(super) fn visible_block(&self, id: Id) -> Result<&Node, ApiError> {
        self.ws.visible(&self.connection, id).ok_or_else(|| self.not_found("block", id))
    }

    /// A block, or only its id for who may not read.
    fn block_value(&self, id: Id) -> Value {
        match self.ws.node(id).filter(|_| self.reads()) {
            Some(node) => self.reader().block(node),
            None => json!({ "object": "block", "id": id }),
        }
    }

    pub(super) fn retrieve_block(&self, id: &str) -> Answer {
        let id = validate::path_id("block_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.read_content)?;
        if let Some(kind) = refused_kind(self.visible_block(id)?) {
            return Err(unsupported(kind));
        }
        Ok(self.block_value(id).into())
    }

    pub(super) fn list_children(&self, id: &str) -> Answer {
        let id = validate::path_id("block_id", id)?;
        self.check_query(&["start_cursor", "page_size"])?;
        let paging = self.query_paging()?;
        self.need(|can| can.read_content)?;
        let node = self.visible_block(id)?;
        if let Body::Block { kind, payload } = &node.body {
            if kind == "unsupported" {
                let name = payload.get("block_type").and_then(Value::as_str).unwrap_or("unsupported");
                return Err(unsupported(name));
            }
            // A copy has no children of its own; the original's id is the one to ask for.
            if kind == "synced_block" && payload.get("synced_from").is_some_and(|from| !from.is_null()) {
                return Err(self.not_found("block", id));
            }
        }
        if let Some(kind) = self.ws.living_children(node).find_map(refused_kind) {
            return Err(unsupported(kind));
        }
        let children: Vec<Id> = self.ws.visible_children(&self.connection, node).map(|child| child.id).collect();
        let (ids, next) = paging.slice(&children)?;
        let reader = self.reader();
        let blocks = ids.iter().filter_map(|id| self.ws.node(*id)).map(|node| reader.block(node)).collect();
        Ok(envelope("block", blocks, next).into())
    }

    pub(super) fn append_children(&mut self, id: &str) -> Answer {
        let id = validate::path_id("block_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.append)?;
        if self.field("after").is_some() && self.field("position").is_some() {
            return Err(complain("body.after", "not present", self.field("after")));
        }
        self.need(|can| can.insert_content)?;
        self.take_uploads()?;
        let node = self.visible_block(id)?;
        self.living(id)?;
        let (kind, width) = match &node.body {
            Body::Page(_) => (None, None),
            Body::Block { kind, payload } if takes_children(kind, payload) => {
                (Some(kind.clone()), table_width(kind, payload))
            }
            Body::Block { kind, .. } => {
                return Err(ApiError::validation(format!("Block of type {kind} does not support children.")));
            }
            Body::Database(_) => {
                return Err(ApiError::validation("Block of type child_database does not support children."));
            }
        };
        let place = match self.body.pointer("/position/type").and_then(Value::as_str) {
            Some("start") => Place::Start,
            Some("after_block") => self.after_child(id, "/position/after_block/id")?,
            _ if self.field("after").is_some() => self.after_child(id, "/after")?,
            _ => Place::End,
        };
        let blocks = NewBlock::all_from_request(self.field("children"))?;
        blocks.iter().try_for_each(|block| block.check_under(kind.as_deref(), width))?;
        self.check_blocks(blocks.iter().map(NewBlock::count).sum())?;

        let stamp = self.stamp();
        let new = self.ws.insert_blocks(id, place, blocks, stamp);
        if !new.is_empty()
            && let Some(page) = self.ws.touch_around(id, stamp, self.options.page_stamps)
        {
            self.note_change(page);
        }
        // The answer shows the new blocks and, as the service does, everything that now follows them.
        let shown = match place {
            Place::End => new.clone(),
            _ => self.following(id, new.first().copied()),
        };
        let blocks = shown.into_iter().map(|id| self.block_value(id)).collect();
        Ok(Reply { committed: Some(id), committed_children: new, ..envelope("block", blocks, None).into() })
    }

    fn following(&self, holder: Id, first: Option<Id>) -> Vec<Id> {
        let Some(node) = self.ws.node(holder) else { return Vec::new() };
        self.ws
            .visible_children(&self.connection, node)
            .map(|child| child.id)
            .skip_while(|id| Some(*id) != first)
            .collect()
    }

    pub(super) fn update_block(&mut self, id: &str) -> Answer {
        let id = validate::path_id("block_id", id)?;
        self.check_query(&[])?;
        let found = self.ws.visible(&self.connection, id).map(|node| node.body.clone());
        let kind = match &found {
            Some(Body::Block { kind, .. }) => kind.clone(),
            Some(Body::Page(_)) => "child_page".to_owned(),
            Some(Body::Database(_)) => "child_database".to_owned(),
            None => String::new(),
        };
        if found.is_some() {
            if !self.body.is_object() {
                return Err(complain("body", "an object", Some(&self.body)));
            }
            if let Some(given) = self.field("type").filter(|given| *given != kind.as_str()) {
                return Err(complain("body.type", &format!("`\"{kind}\"`"), Some(given)));
            }
            validate::body(&block::update(&kind, &trash(self.version)), &self.body)?;
        }
        self.need(|can| can.update_content)?;
        self.take_uploads()?;
        let node = self.visible_block(id)?;
        let wants_trash = self.wants_trash();
        if wants_trash.is_none() && self.ws.is_trashed(id) {
            return Err(ApiError::validation(ARCHIVED));
        }
        let mut changed: Option<Map<String, Value>> = None;
        if let (Body::Block { kind, payload }, Some(given)) = (&node.body, self.field(&kind).and_then(Value::as_object))
        {
            if kind == "table_row" {
                self.check_row_width(node, given)?;
            }
            changed = Some(updated(kind, payload, given)?);
        }
        if changed.is_none() && wants_trash.is_none() {
            return Err(complain(&format!("body.{kind}"), "defined", None));
        }
        let holder = self.holder(id);
        let stamp = self.stamp();
        if let (Some(new), Some(node)) = (changed, self.ws.nodes.get_mut(&id)) {
            if let Body::Block { payload, .. } = &mut node.body {
                *payload = new;
            }
            node.edited = stamp;
            if let Some(page) = holder.and_then(|holder| self.ws.touch_around(holder, stamp, self.options.page_stamps))
            {
                self.note_change(page);
            }
        }
        if let Some(in_trash) = wants_trash {
            self.trash(id, in_trash);
        }
        Ok(self.block_value(id).into())
    }

    fn check_row_width(&self, row: &Node, given: &Map<String, Value>) -> Result<(), ApiError> {
        let width = match self.ws.above(row.parent).map(|table| &table.body) {
            Some(Body::Block { kind, payload }) => table_width(kind, payload),
            _ => None,
        };
        let cells = given.get("cells").and_then(Value::as_array).map(Vec::len);
        match (width, cells) {
            (Some(width), Some(cells)) if width != cells => {
                Err(ApiError::validation("Number of cells in table row must match the table width of the parent table"))
            }
            _ => Ok(()),
        }
    }

    fn holder(&self, id: Id) -> Option<Id> {
        self.ws.node(id).and_then(|node| self.ws.above(node.parent)).map(|above| above.id)
    }

    /// Trashes or restores. Only a block's direct parent block notices, a page does not.
    fn trash(&mut self, id: Id, in_trash: bool) {
        let stamp = self.stamp();
        self.ws.set_trash(id, in_trash);
        let holder = self.holder(id).and_then(|holder| self.ws.node(holder));
        if let Some(holder) = holder.filter(|holder| matches!(holder.body, Body::Block { .. })).map(|holder| holder.id)
        {
            self.ws.touch_around(holder, stamp, self.options.page_stamps);
        }
        let sources = match self.ws.node(id).map(|node| &node.body) {
            Some(Body::Database(database)) => database.data_sources.clone(),
            _ => vec![id],
        };
        for id in sources {
            self.note_change(id);
        }
    }

    pub(super) fn delete_block(&mut self, id: &str) -> Answer {
        let id = validate::path_id("block_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.update_content)?;
        self.visible_block(id)?;
        self.living(id)?;
        self.trash(id, true);
        Ok(self.block_value(id).into())
    }
}
