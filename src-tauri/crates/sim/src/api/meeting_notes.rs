//! Notes of meetings: made from a recording, listed without a cursor. A preview of the service, of which little is known.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::{Answer, Call, Reply};
use crate::error::ApiError;
use crate::state::content::{NewBlock, Place};
use crate::state::ids::Id;
use crate::state::{Body, Node};
use crate::validate::complain;

/// Notes in one answer.
const MOST: usize = 100;

impl Call<'_> {
    pub(super) fn create_meeting_notes(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_meeting_notes)?;
        self.need(|can| can.insert_content)?;
        let title = self.field("title").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (holder, place) = match self.body.pointer("/source/type").and_then(Value::as_str) {
            Some("file_upload") => {
                let page = self.id_at("/parent/page_id").ok_or_else(|| complain("body.parent", "defined", None))?;
                self.visible_page(page)?;
                self.living(page)?;
                let upload = self.id_at("/source/file_upload_id").unwrap_or_default();
                let kind = self.usable_upload(upload)?.content_type.clone().unwrap_or_default();
                if !kind.starts_with("audio/") && !kind.starts_with("video/") {
                    return Err(ApiError::validation("The file upload is not a recording."));
                }
                self.attached.push(upload);
                (page, Place::End)
            }
            _ => {
                if self.field("parent").is_some() {
                    return Err(complain("body.parent", "not present", self.field("parent")));
                }
                let block = self.id_at("/source/block_id").unwrap_or_default();
                let node = self.visible_block(block)?;
                if !matches!(&node.body, Body::Block { kind, .. } if kind == "audio" || kind == "video") {
                    return Err(ApiError::validation("The block is not a recording."));
                }
                let holder = self.ws.above(node.parent).map_or(block, |above| above.id);
                (holder, Place::After(block))
            }
        };
        self.check_blocks(4)?;
        let stamp = self.stamp();
        let part = || NewBlock {
            kind: "paragraph".to_owned(),
            payload: Map::from_iter([
                ("rich_text".to_owned(), json!([])),
                ("icon".to_owned(), Value::Null),
                ("color".to_owned(), "default".into()),
            ]),
            children: Vec::new(),
            existing: None,
            wanted: None,
        };
        let notes = NewBlock {
            kind: "meeting_notes".to_owned(),
            payload: Map::from_iter([
                ("title".to_owned(), Value::Array(crate::state::rich_text::from_plain(&title))),
                ("status".to_owned(), "transcription_in_progress".into()),
            ]),
            children: vec![part(), part(), part()],
            existing: None,
            wanted: None,
        };
        let id = self.ws.insert_blocks(holder, place, vec![notes], stamp).first().copied().unwrap_or_default();
        let parts = self.ws.node(id).map(|node| node.children.clone()).unwrap_or_default();
        let names = ["summary_block_id", "notes_block_id", "transcript_block_id"];
        let parts: Map<String, Value> =
            names.iter().zip(parts).map(|(name, id)| ((*name).to_owned(), id.to_string().into())).collect();
        if let Some(Body::Block { payload, .. }) = self.ws.nodes.get_mut(&id).map(|node| &mut node.body) {
            payload.insert("children".to_owned(), parts.into());
        }
        let ready = stamp.at.checked_add(SignedDuration::from_secs(10)).unwrap_or(stamp.at);
        self.ws.transcriptions.push((ready, id));
        if let Some(page) = self.ws.touch_around(holder, stamp, self.options.page_stamps) {
            self.note_change(page);
        }
        let block = self.ws.node(id).map(|node| self.notes(node)).unwrap_or_default();
        Ok(Reply { committed: Some(id), ..block.into() })
    }

    /// Notes as these endpoints show them: under their new name in every version, and without where they are.
    fn notes(&self, node: &Node) -> Value {
        let mut block = self.reader().block(node);
        if let Some(object) = block.as_object_mut() {
            object.remove("parent");
            if let Some(payload) = object.remove("transcription") {
                object.insert("type".to_owned(), "meeting_notes".into());
                object.insert("meeting_notes".to_owned(), payload);
            }
        }
        block
    }

    pub(super) fn query_meeting_notes(&self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.query_meeting_notes)?;
        self.need(|can| can.read_content)?;
        if self.field("filter").is_some() {
            return Err(ApiError::validation("Filters of meeting notes are not simulated."));
        }
        let is_notes = |node: &&Node| matches!(&node.body, Body::Block { kind, .. } if kind == "meeting_notes");
        let mut found: Vec<&Node> = self
            .ws
            .nodes
            .values()
            .filter(is_notes)
            .filter(|node| self.ws.sees(&self.connection, node.id) && !self.ws.is_trashed(node.id))
            .collect();
        let descends = self.body.pointer("/sort/0/direction").and_then(Value::as_str) != Some("ascending");
        let by_edit = self.body.pointer("/sort/0/property").and_then(Value::as_str) == Some("last_edited_time");
        let key = |node: &Node| (if by_edit { node.edited.at } else { node.created.at }, node.id);
        found.sort_by(|left, right| {
            let order = key(left).cmp(&key(right));
            if descends { order.reverse() } else { order }
        });
        let limit = self.field("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.unwrap_or(MOST).min(MOST);
        let results: Vec<Value> = found.iter().take(limit).map(|node| self.notes(node)).collect();
        Ok(json!({ "results": results, "has_more": found.len() > limit }).into())
    }
}

/// Notes that are ready by now.
pub(super) fn settle(ws: &mut crate::state::Workspace, now: jiff::Timestamp) {
    let (due, later): (Vec<_>, Vec<_>) =
        std::mem::take(&mut ws.transcriptions).into_iter().partition(|(at, _)| *at <= now);
    ws.transcriptions = later;
    let due: Vec<(jiff::Timestamp, Id)> = due;
    for (_, id) in due {
        if let Some(Body::Block { payload, .. }) = ws.nodes.get_mut(&id).map(|node| &mut node.body) {
            payload.insert("status".to_owned(), "notes_ready".into());
        }
    }
}
