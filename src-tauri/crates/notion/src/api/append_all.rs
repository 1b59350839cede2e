//! Documents of any size on their way under a page or block.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Blocks;
use crate::error::{Commitment, Error, Receipt};
use crate::id::{BlockId, PageId};
use crate::split::{self, Addition, Under};
use crate::types::{Block, BlockKind, Identified, NewBlock, Resource, RichText, RichTextKind};
use crate::write::Position;

/// How long an attempt whose answer was lost may still be under way.
const UNDER_WAY: Duration = Duration::from_secs(60);

/// How far the service's clock and this machine's may be apart beyond what its answers tell.
const MARGIN: SignedDuration = SignedDuration::from_mins(2);

/// A document that is being appended: what goes out, and how far it has come. Kept as JSON it can be gone on with by another process.
///
/// ```no_run
/// use satchel_notion::api::Appending;
/// use satchel_notion::{Client, PageId, split, types::NewBlock};
///
/// # async fn run(client: Client, page: PageId) -> Result<(), Box<dyn std::error::Error>> {
/// let lines = (0..5_000).map(|n| NewBlock::paragraph(split::rich_text(&n.to_string()))).collect();
/// let mut appending = Appending::new(page, lines);
/// // Whenever it stops, it goes on where it was.
/// client
///     .blocks()
///     .append_all(&mut appending, |now| {
///         println!("{} of {} requests", now.done(), now.requests());
///         std::fs::write("appending.json", serde_json::to_vec(now).expect("it is JSON")).ok();
///     })
///     .await?;
/// println!("{} blocks on the page", appending.block_ids().count());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appending {
    target: BlockId,
    /// How many blocks the target was made with.
    along: usize,
    position: Option<Position>,
    additions: Vec<Addition>,
    /// What each request that went through has made on its first level.
    made: Vec<Vec<BlockId>>,
    /// Since when, by the service's clock, the next request is under way or of unknown fate.
    asked_at: Option<Timestamp>,
}

impl Appending {
    /// Blocks to append to the end of a page or block, in as few requests as it takes: see [`split::additions`].
    pub fn new(target: impl Into<BlockId>, blocks: Vec<NewBlock>) -> Self {
        Self::of(target.into(), split::additions(blocks))
    }

    /// What [`split::for_new_page`] left over, to append to the page that was made with `along` blocks in it.
    pub fn to_new_page(page: PageId, along: usize, rest: Vec<Addition>) -> Self {
        Self { along, ..Self::of(page.into(), rest) }
    }

    fn of(target: BlockId, additions: Vec<Addition>) -> Self {
        Self { target, along: 0, position: None, additions, made: Vec::new(), asked_at: None }
    }

    /// The same in another place than the end.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = (position != Position::End).then_some(position);
        self
    }

    /// How many requests it takes, reading not counted.
    pub fn requests(&self) -> usize {
        self.additions.len()
    }

    /// How many of them went through.
    pub fn done(&self) -> usize {
        self.made.len()
    }

    /// Whether all of it is there.
    pub fn is_complete(&self) -> bool {
        self.done() == self.requests()
    }

    /// The blocks that were made right under the target, in order.
    pub fn block_ids(&self) -> impl Iterator<Item = BlockId> {
        let under_target = |(_, addition): &(&Vec<BlockId>, &Addition)| addition.under == Under::Target;
        self.made.iter().zip(&self.additions).filter(under_target).flat_map(|(made, _)| made.iter().copied())
    }

    /// How many children the block was made with: they come first, and are not what a later request has made.
    fn along(&self, under: &Under) -> usize {
        let Under::Made { addition, index, path } = under else { return self.along };
        let top = self.additions.get(*addition).and_then(|addition| addition.blocks.get(*index));
        let block = path.iter().try_fold(top, |block, index| Some(block?.children().get(*index))).flatten();
        block.map_or(0, |block| block.children().len())
    }

    /// Where under the target the next blocks go.
    fn position(&self, under: &Under) -> Option<Position> {
        match (under, self.position) {
            (Under::Target, Some(position)) => Some(self.block_ids().last().map_or(position, Position::After)),
            _ => None,
        }
    }
}

impl Blocks {
    /// Appends a document of any size, request by request and in order. `record` is told before each request goes out and after it went
    /// through: what it keeps is enough to go on with after a crash.
    ///
    /// When it fails, call it again with the same `appending`: nothing is made twice. A request whose answer was lost is looked for in
    /// the page first, a minute after it went out, because it may be under way as long. What is looked for is the same kinds and words
    /// in the same order, made since; so let some minutes pass before the same document goes to the same place a second time.
    pub async fn append_all(
        &self,
        appending: &mut Appending,
        mut record: impl FnMut(&Appending) + Send,
    ) -> Result<(), Error> {
        let mut children = HashMap::new();
        while let Some(Addition { under, blocks }) = appending.additions.get(appending.done()).cloned() {
            let parent = self.place(appending, &under, &mut children).await?;
            if let Some(asked_at) = appending.asked_at {
                let passed =
                    Duration::try_from(self.client.service_time().duration_since(asked_at)).unwrap_or_default();
                sleep(UNDER_WAY.saturating_sub(passed)).await;
                let found = self.find(appending, parent, &under, &blocks, asked_at).await?;
                if let Some(made) = found {
                    appending.has_made(made);
                    record(appending);
                    continue;
                }
            }
            appending.asked_at = Some(self.client.service_time());
            record(appending);
            let answer = self.append(parent, &blocks, appending.position(&under)).await;
            let made = match answer {
                Ok(made) => made.iter().filter_map(Identified::id).collect(),
                Err(error) => match error.commitment() {
                    Commitment::Committed(receipt) if let Some(made) = named(&receipt, blocks.len()) => made,
                    Commitment::Committed(_) | Commitment::Unknown => return Err(error),
                    Commitment::NotCommitted => {
                        appending.asked_at = None;
                        record(appending);
                        return Err(error);
                    }
                },
            };
            appending.has_made(made);
            record(appending);
        }
        Ok(())
    }

    /// The block that an addition goes under. `children` remembers what was read on the way.
    async fn place(
        &self,
        appending: &Appending,
        under: &Under,
        children: &mut HashMap<BlockId, Vec<BlockId>>,
    ) -> Result<BlockId, Error> {
        let Under::Made { addition, index, path } = under else { return Ok(appending.target) };
        let gone = || Error::InvalidRequest("the block that the rest belongs under is gone".to_owned());
        let mut place = *appending.made.get(*addition).and_then(|made| made.get(*index)).ok_or_else(gone)?;
        for index in path {
            let children = match children.entry(place) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let listed = self.children(place).collect_all().await?;
                    unknown.insert(listed.items.iter().filter_map(Identified::id).collect())
                }
            };
            place = *children.get(*index).ok_or_else(gone)?;
        }
        Ok(place)
    }

    /// What the request in doubt has made, if it was carried out: it is carried out whole or not at all. Others may have written in
    /// between.
    async fn find(
        &self,
        appending: &Appending,
        parent: BlockId,
        under: &Under,
        blocks: &[NewBlock],
        asked_at: Timestamp,
    ) -> Result<Option<Vec<BlockId>>, Error> {
        let listed = self.children(parent).collect_all().await?;
        let is_new = |block: &&Block| {
            let created = block.created_time.timestamp();
            // Stamps are floored to the minute.
            created + SignedDuration::from_mins(1) + MARGIN > asked_at
                && !appending.made.iter().any(|made| made.contains(&block.id))
        };
        let there: Vec<(BlockId, String)> = listed
            .items
            .iter()
            .skip(appending.along(under))
            .filter_map(Resource::full)
            .filter(is_new)
            .map(|block| (block.id, looks(&block.kind)))
            .collect();
        let wanted: Vec<String> = blocks.iter().map(|block| looks(&block.kind)).collect();
        let together = there.windows(wanted.len()).find(|run| run.iter().map(|(_, looks)| looks).eq(&wanted));
        if let Some(run) = together {
            return Ok(Some(run.iter().map(|(id, _)| *id).collect()));
        }
        let mut there = there.iter();
        Ok(wanted.iter().map(|wanted| there.find(|(_, looks)| looks == wanted).map(|(id, _)| *id)).collect())
    }
}

impl Appending {
    fn has_made(&mut self, made: Vec<BlockId>) {
        self.made.push(made);
        self.asked_at = None;
    }
}

/// The blocks a receipt names, if it names all.
fn named(receipt: &Receipt, count: usize) -> Option<Vec<BlockId>> {
    let made: Vec<BlockId> = receipt.committed_child_ids.iter().filter_map(|id| id.parse().ok()).collect();
    (made.len() == count).then_some(made)
}

/// What tells blocks apart after the service has had them: it merges runs and normalises addresses, but keeps kinds and words.
fn looks(kind: &BlockKind) -> String {
    let text = match kind {
        BlockKind::Equation(equation) => equation.expression.clone(),
        kind => kind.rich_text().iter().map(words).collect(),
    };
    format!("{}:{text}", kind.name())
}

fn words(run: &RichText) -> &str {
    match &run.kind {
        RichTextKind::Text(text) => &text.content,
        RichTextKind::Equation(equation) => &equation.expression,
        _ => "@",
    }
}
