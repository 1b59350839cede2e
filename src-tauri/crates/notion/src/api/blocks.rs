//! `blocks`.

use serde_json::Value;

use crate::client::{Call, Client, Draft, Paged, Repeat};
use crate::error::Error;
use crate::id::BlockId;
use crate::json::{DecodeError, Extra, Json, put};
use crate::split::{LONGEST_ARRAY, MOST_BLOCKS};
use crate::types::{Block, List, NewBlock, Resource};
use crate::write::{Position, UpdateBlock};

/// Blocks: the content of pages.
#[derive(Clone, Debug)]
pub struct Blocks {
    pub(super) client: Client,
}

impl Blocks {
    /// A block. A page's id gives its `child_page` block; a trashed block is given too.
    pub fn get(&self, id: impl Into<BlockId>) -> Call<Resource<Block>> {
        Call::json(&self.client, Draft::get(format!("blocks/{}", id.into())))
    }

    /// The blocks right under a page or block, in order. Of a synced copy ask for the original's: see [`Block::content_id`].
    pub fn children(&self, id: impl Into<BlockId>) -> Paged<Resource<Block>> {
        Paged::new(&self.client, Draft::get(format!("blocks/{}/children", id.into())))
    }

    /// Changes a block. Repeated after failures.
    pub fn update(&self, id: impl Into<BlockId>, update: &UpdateBlock) -> Call<Resource<Block>> {
        if let Some(reason) = update.refusal() {
            return Call::refused(&self.client, reason);
        }
        let draft = Draft::patch(format!("blocks/{}", id.into()), update.encode());
        Call::json(&self.client, draft.repeating(Repeat::Harmless))
    }

    /// Puts a block into the trash; of a page's or database's block, the page or database. Repeated after failures.
    pub fn delete(&self, id: impl Into<BlockId>) -> Call<Resource<Block>> {
        Call::json(&self.client, Draft::delete(format!("blocks/{}", id.into())))
    }

    /// Adds blocks under a page or block: 1 to 100, and 1,000 with their children, of which two levels may be given. They go to the end unless a place is given. Returns the new blocks of the
    /// first level, in order. Never repeated after an attempt that may have been carried out.
    pub fn append(
        &self,
        id: impl Into<BlockId>,
        children: &[NewBlock],
        position: impl Into<Option<Position>>,
    ) -> Call<Vec<Resource<Block>>> {
        let mut place = Extra::new();
        if let Some(position) = position.into() {
            put(&mut place, "position", &position);
        }
        self.append_at(id.into(), children, place)
    }

    /// The same behind this block, in the words of versions of the API before 2026-03-11. Newer ones refuse them.
    pub fn append_after(
        &self,
        id: impl Into<BlockId>,
        children: &[NewBlock],
        after: BlockId,
    ) -> Call<Vec<Resource<Block>>> {
        let mut place = Extra::new();
        put(&mut place, "after", &after);
        self.append_at(id.into(), children, place)
    }

    fn append_at(&self, id: BlockId, children: &[NewBlock], place: Extra) -> Call<Vec<Resource<Block>>> {
        if children.is_empty() || children.len() > LONGEST_ARRAY {
            return Call::refused(
                &self.client,
                format!("{} blocks to append, the service takes 1 to {LONGEST_ARRAY}", children.len()),
            );
        }
        let count: usize = children.iter().map(NewBlock::count).sum();
        if count > MOST_BLOCKS {
            return Call::refused(
                &self.client,
                format!("{count} blocks in one request, the service takes {MOST_BLOCKS}"),
            );
        }
        let mut body = Extra::new();
        body.insert("children".to_owned(), children.iter().map(Json::encode).collect());
        body.extend(place);
        let draft = Draft::patch(format!("blocks/{id}/children"), Value::Object(body));
        let new = children.len();
        Call::new(&self.client, draft, move |answer| {
            let (status, request_id) = (answer.status, answer.request_id.clone());
            let mut list: List<Resource<Block>> = crate::client::read_json(answer)?;
            if list.results.len() < new {
                let fault = DecodeError::new(format!("{} blocks, where {new} were sent", list.results.len()));
                return Err(Error::Decode { fault: Box::new(fault.at("results")), status, request_id });
            }
            // After an insertion the service lists every sibling behind the new blocks as well.
            list.results.truncate(new);
            Ok(list.results)
        })
    }
}
