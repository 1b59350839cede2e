//! Notes of meetings: made from a recording, listed without a cursor. A preview of the service, of which little is known.

mod query;

use std::cmp::Reverse;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::query::{Key, compare, descending};
use super::{Answer, Call, Reply};
use crate::error::ApiError;
use crate::limits;
use crate::seed::Plan;
use crate::state::content::{NewBlock, Place};
use crate::state::ids::Id;
use crate::state::{Body, Node};
use crate::validate::complain;
use query::Notes;

impl Call<'_> {
    pub(super) fn create_meeting_notes(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_meeting_notes)?;
        self.need(|can| can.insert_content)?;
        self.check_meeting_plan()?;
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
        self.check_meeting_plan()?;
        let filter = self.field("filter");
        let sorts = self.field("sort").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let (reader, descends) = (self.reader(), descending(sorts));
        let is_there = |id: Id| self.ws.sees(&self.connection, id) && !self.ws.is_trashed(id);
        let all = self.ws.nodes.values().filter_map(|node| Notes::of(&reader, node));
        let mut found: Vec<(Notes<'_>, Vec<Key>)> = all
            .filter(|notes| notes.concern(&self.connection) && is_there(notes.node.id))
            .filter(|notes| filter.is_none_or(|filter| notes.match_filter(filter, self.now)))
            .map(|notes| {
                let properties = sorts.iter().filter_map(|sort| sort.get("property")?.as_str());
                let keys = properties.map(|property| notes.key(&reader, property)).collect();
                (notes, keys)
            })
            .collect();
        let newest = |notes: &Notes<'_>| Reverse((notes.node.created.at, notes.node.id));
        found.sort_by(|(left, left_keys), (right, right_keys)| {
            compare(left_keys, right_keys, &descends).then_with(|| newest(left).cmp(&newest(right)))
        });
        let limit = self.field("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.unwrap_or(limits::MEETING_NOTES);
        let results: Vec<Value> = found.iter().take(limit).map(|(notes, _)| self.notes(notes.node)).collect();
        Ok(json!({ "results": results, "has_more": found.len() > limit }).into())
    }

    /// Refuses what is no part of a plan. Which plans have it is not said; the free one has not.
    fn check_meeting_plan(&self) -> Result<(), ApiError> {
        match self.ws.plan {
            Plan::Free => Err(ApiError::validation("This endpoint requires a plan with AI meeting notes enabled")),
            _ => Ok(()),
        }
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
