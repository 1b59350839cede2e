//! Bringing a workspace here: discover what there is, fetch what is missing or old, commit both with the place to go on from.
//!
//! A pull can be stopped anywhere, by a cancellation or by a kill: what was committed stays, and the next pull goes on. The first one costs
//! ⌈N/100⌉ requests for what there is and one for each text; an idle one costs a single request.

mod body;
mod comments;
mod discover;
mod page;
mod rows;
mod tree;
mod users;

use tokio_util::sync::CancellationToken;

pub use comments::{Places, comments};
pub use page::{Depth, page};

use crate::{Context, SyncError};

/// Where a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Looking for what there is.
    Discovering {
        /// Items found so far.
        found: u32,
    },
    /// Fetching texts.
    Fetching {
        /// Pages whose text is here.
        done: u32,
        /// Pages there are.
        total: u32,
    },
}

/// Brings the copy up to date. Pages in `opened` come before the others.
///
/// # Errors
/// The service refuses or cannot be reached, the copy cannot be written, or it was cancelled. What was committed before stays.
pub async fn pull(
    context: &Context,
    opened: &[satchel_model::PageId],
    cancel: &CancellationToken,
) -> Result<(), SyncError> {
    let work = async {
        users::pull(context).await?;
        discover::pull(context).await?;
        rows::pull(context).await?;
        body::pull(context, opened).await?;
        tree::pull(context).await
    };
    // Every await inside is between two transactions, or inside one that is done or not begun.
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(SyncError::Cancelled),
        result = work => result,
    }
}
