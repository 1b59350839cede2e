//! Documents of any size on their way under a page or block.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::io;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Blocks;
use crate::error::{Commitment, Error, Receipt};
use crate::id::{BlockId, PageId};
use crate::split::{self, Addition, Under};
use crate::types::{Block, Identified, NewBlock, Resource};
use crate::write::Position;

/// How long an attempt whose answer was lost may still be under way.
const UNDER_WAY: Duration = Duration::from_secs(60);

/// How far the service's clock and this machine's may be apart beyond what its answers tell.
const MARGIN: SignedDuration = SignedDuration::from_mins(2);

/// A document that is to be appended, dealt out into requests. It does not change while it is: what does is [`AppendProgress`]. Both are kept as
/// JSON by who wants to go on after a crash.
///
/// ```no_run
/// use satchel_notion::api::{Appending, AppendProgress};
/// use satchel_notion::{Client, PageId, split, types::NewBlock};
///
/// # async fn run(client: Client, page: PageId) -> Result<(), Box<dyn std::error::Error>> {
/// let lines = (0..5_000).map(|n| NewBlock::paragraph(split::rich_text(&n.to_string()))).collect();
/// let appending = Appending::new(page, lines);
/// std::fs::write("document.json", serde_json::to_vec(&appending)?)?;
/// let mut progress = AppendProgress::default();
/// // Whenever it stops, it goes on where it was.
/// client
///     .blocks()
///     .append_all(&appending, &mut progress, |now| {
///         println!("{} of {} requests", now.done(), appending.requests());
///         std::fs::write("progress.new", serde_json::to_vec(now)?)?;
///         std::fs::rename("progress.new", "progress.json")
///     })
///     .await?;
/// println!("{} blocks on the page", appending.made(&progress).count());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appending {
    target: BlockId,
    /// What the target was made with.
    along: Vec<NewBlock>,
    position: Option<Position>,
    additions: Vec<Addition>,
}

/// How far a document has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AppendProgress {
    /// What each request that went through has made on its first level.
    made: Vec<Vec<BlockId>>,
    /// The next request, when it is under way or of unknown fate.
    doubt: Option<Doubt>,
}

/// A request nobody knows the fate of. Times are this machine's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Doubt {
    /// When it was made up: what it makes is not older.
    asked_at: Timestamp,
    /// When it was given up, unless nobody lived to see that.
    given_up_at: Option<Timestamp>,
    /// Whether the service has said that it did it.
    is_committed: bool,
}

impl AppendProgress {
    /// How many requests went through.
    pub fn done(&self) -> usize {
        self.made.len()
    }

    fn has_made(&mut self, made: Vec<BlockId>) {
        self.made.push(made);
        self.doubt = None;
    }
}

/// A document did not arrive whole. What is there is in the [`AppendProgress`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The service did not take a request, or its answer was lost.
    #[error(transparent)]
    Service(#[from] Error),
    /// How far it has come could not be written down, so it went no further.
    #[error("the progress cannot be kept: {0}")]
    Record(#[source] io::Error),
    /// The service said that it made blocks which are not there, so they are not sent a second time.
    #[error("blocks that the service says it has made are not found")]
    NotFound,
}

impl Appending {
    /// Blocks to append to the end of a page or block: see [`split::additions`].
    pub fn new(target: impl Into<BlockId>, blocks: Vec<NewBlock>) -> Self {
        Self { target: target.into(), along: Vec::new(), position: None, additions: split::additions(blocks) }
    }

    /// What [`split::for_new_page`] left over, to append to the page that was made with `along` in it.
    pub fn to_new_page(page: PageId, along: Vec<NewBlock>, rest: Vec<Addition>) -> Self {
        Self { target: page.into(), along, position: None, additions: rest }
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

    /// Whether all of it is there.
    pub fn is_complete(&self, progress: &AppendProgress) -> bool {
        progress.done() >= self.requests()
    }

    /// The blocks that were made right under the target, in order.
    pub fn made(&self, progress: &AppendProgress) -> impl Iterator<Item = BlockId> {
        let under_target = |(_, addition): &(&Vec<BlockId>, &Addition)| addition.under == Under::Target;
        progress.made.iter().zip(&self.additions).filter(under_target).flat_map(|(made, _)| made.iter().copied())
    }

    /// What a place was made with: it comes first, and is not what a later request has made.
    fn along(&self, under: &Under) -> &[NewBlock] {
        let Under::Made { addition, index, path } = under else { return &self.along };
        let top = self.additions.get(*addition).and_then(|addition| addition.blocks.get(*index));
        let block = path.iter().try_fold(top, |block, index| Some(block?.children().get(*index))).flatten();
        block.map_or(&[], NewBlock::children)
    }

    /// Where under the target the next blocks go.
    fn position(&self, under: &Under, progress: &AppendProgress) -> Option<Position> {
        match (under, self.position) {
            (Under::Target, Some(position)) => Some(self.made(progress).last().map_or(position, Position::After)),
            _ => None,
        }
    }
}

impl Blocks {
    /// Appends a document of any size, request by request and in order. `record` is told before each request goes out and after its fate is
    /// known: what it keeps is enough to go on with after a crash, and when it fails nothing more is sent.
    ///
    /// When it fails, call it again with the same progress: nothing is made twice. A request whose answer was lost is looked for in the page
    /// first, a minute after it was given up, because it may be under way as long. What is looked for are blocks of the same
    /// [likeness](crate::types::BlockKind::likeness) in the same order, made since; so let some minutes pass before blocks that look alike
    /// go to the same place by another call.
    pub async fn append_all(
        &self,
        appending: &Appending,
        progress: &mut AppendProgress,
        mut record: impl FnMut(&AppendProgress) -> io::Result<()> + Send,
    ) -> Result<(), AppendError> {
        let mut children = HashMap::new();
        while let Some(Addition { under, blocks }) = appending.additions.get(progress.done()) {
            let parent = self.place(appending, progress, under, &mut children).await?;
            if let Some(doubt) = progress.doubt {
                self.let_end(doubt).await;
                let found = self.find(appending, progress, parent, under, blocks, doubt).await?;
                if let Some(made) = found {
                    progress.has_made(made);
                    record(progress).map_err(AppendError::Record)?;
                    continue;
                }
                if doubt.is_committed {
                    return Err(AppendError::NotFound);
                }
            }
            progress.doubt = Some(Doubt { asked_at: self.client.now(), given_up_at: None, is_committed: false });
            record(progress).map_err(AppendError::Record)?;
            let answer = self.append(parent, blocks, appending.position(under, progress)).await;
            let error = match answer {
                Ok(made) => {
                    progress.has_made(made.iter().filter_map(Identified::id).collect());
                    record(progress).map_err(AppendError::Record)?;
                    continue;
                }
                Err(error) => error,
            };
            match error.commitment() {
                Commitment::Committed(receipt) if let Some(made) = named(&receipt, blocks.len()) => {
                    progress.has_made(made);
                    record(progress).map_err(AppendError::Record)?;
                    continue;
                }
                Commitment::NotCommitted => progress.doubt = None,
                commitment => {
                    if let Some(doubt) = &mut progress.doubt {
                        doubt.given_up_at = Some(self.client.now());
                        doubt.is_committed = commitment != Commitment::Unknown;
                    }
                }
            }
            // What made it stop is the better story to tell.
            let _ = record(progress);
            return Err(error.into());
        }
        Ok(())
    }

    /// Waits until a request in doubt has ended, one way or the other.
    async fn let_end(&self, doubt: Doubt) {
        let now = self.client.now();
        // Who did not live to see it given up knows nothing of when it went out.
        let passed = doubt.given_up_at.map(|given_up_at| now.duration_since(given_up_at));
        let passed = passed.and_then(|passed| Duration::try_from(passed).ok()).unwrap_or_default();
        sleep(UNDER_WAY.saturating_sub(passed)).await;
    }

    /// The block that an addition goes under. `children` remembers what was read on the way.
    async fn place(
        &self,
        appending: &Appending,
        progress: &AppendProgress,
        under: &Under,
        children: &mut HashMap<BlockId, Vec<BlockId>>,
    ) -> Result<BlockId, Error> {
        let Under::Made { addition, index, path } = under else { return Ok(appending.target) };
        let gone = || Error::InvalidRequest("the block that the rest belongs under is gone".to_owned());
        let mut place = *progress.made.get(*addition).and_then(|made| made.get(*index)).ok_or_else(gone)?;
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
        progress: &AppendProgress,
        parent: BlockId,
        under: &Under,
        blocks: &[NewBlock],
        doubt: Doubt,
    ) -> Result<Option<Vec<BlockId>>, Error> {
        let listed = self.children(parent).collect_all().await?;
        // Only now it is sure that the service has told its time.
        let asked_at = doubt.asked_at.checked_add(self.client.clock_offset()).unwrap_or(doubt.asked_at);
        let before: HashSet<BlockId> = progress.made.iter().flatten().copied().collect();
        let is_new = |block: &&Block| {
            // Stamps are floored to the minute.
            block.created_time.timestamp() + SignedDuration::from_mins(1) + MARGIN > asked_at
                && !before.contains(&block.id)
        };
        let there: Vec<(BlockId, String)> = listed
            .items
            .iter()
            .skip(split::mistakable(appending.along(under), blocks))
            .filter_map(Resource::full)
            .filter(is_new)
            .map(|block| (block.id, block.kind.likeness()))
            .collect();
        let wanted: Vec<String> = blocks.iter().map(|block| block.kind.likeness()).collect();
        let together = there.windows(wanted.len()).find(|run| run.iter().map(|(_, likeness)| likeness).eq(&wanted));
        if let Some(run) = together {
            return Ok(Some(run.iter().map(|(id, _)| *id).collect()));
        }
        let mut there = there.iter();
        Ok(wanted.iter().map(|wanted| there.find(|(_, likeness)| likeness == wanted).map(|(id, _)| *id)).collect())
    }
}

/// The blocks a receipt names, if it names all.
fn named(receipt: &Receipt, count: usize) -> Option<Vec<BlockId>> {
    let made: Vec<BlockId> = receipt.committed_child_ids.iter().filter_map(|id| id.parse().ok()).collect();
    (made.len() == count).then_some(made)
}
