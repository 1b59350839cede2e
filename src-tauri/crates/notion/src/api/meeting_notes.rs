//! `blocks/meeting_notes`: a preview of the service, bound to its larger plans.

use serde_json::{Value, json};

use crate::client::{Call, Client, Draft, Repeat};
use crate::id::{BlockId, FileUploadId, PageId};
use crate::json::{Extra, object};
use crate::types::{Block, Resource};

/// Notes of meetings, which the service writes from recordings.
#[derive(Clone, Debug)]
pub struct MeetingNotes {
    pub(super) client: Client,
}

object! {
    /// The notes of some meetings. There is no cursor: a query that leaves some out is asked again with a narrower filter.
    pub struct MeetingNotesList {
        /// The blocks.
        pub results: Vec<Resource<Block>>,
        /// Whether there are more.
        pub has_more: bool,
    }
}

impl MeetingNotes {
    /// Writes notes from an uploaded recording into a page. Never repeated after an attempt that may have been carried out.
    pub fn create_from_upload(
        &self,
        page: PageId,
        recording: FileUploadId,
        title: Option<&str>,
    ) -> Call<Resource<Block>> {
        let mut body = Extra::new();
        body.insert("source".to_owned(), json!({ "type": "file_upload", "file_upload_id": recording.to_string() }));
        body.insert("parent".to_owned(), json!({ "type": "page_id", "page_id": page.to_string() }));
        if let Some(title) = title {
            body.insert("title".to_owned(), title.into());
        }
        Call::json(&self.client, Draft::post("blocks/meeting_notes", body.into()))
    }

    /// Writes notes from a block that holds a recording. Never repeated after an attempt that may have been carried out.
    pub fn create_from_block(&self, recording: BlockId) -> Call<Resource<Block>> {
        let body = json!({ "source": { "type": "block", "block_id": recording.to_string() } });
        Call::json(&self.client, Draft::post("blocks/meeting_notes", body))
    }

    /// The notes that pass a filter of the service's own form, the first `limit` of them.
    pub fn query(&self, filter: Option<Value>, limit: Option<usize>) -> Call<MeetingNotesList> {
        let mut body = Extra::new();
        if let Some(filter) = filter {
            body.insert("filter".to_owned(), filter);
        }
        if let Some(limit) = limit {
            body.insert("limit".to_owned(), limit.into());
        }
        Call::json(&self.client, Draft::post("blocks/meeting_notes/query", body.into()).repeating(Repeat::Read))
    }
}
