//! A faithful simulator of Notion's public REST API.
//!
//! A [`Simulator`] is made from a [`seed::Seed`] and answers HTTP requests in process, with no socket, thread or clock of the machine:
//! [`Simulator::handle`] takes a request and gives the response the service would give. It is strict where the service is strict, slow
//! where the service is slow to know (search), and can be told to fail the way networks do ([`faults`]). [`server`] puts it behind a
//! loopback address for programs that need one, and [`Simulator::kept_in`] keeps what it holds in a file.
//!
//! Not here: anything of the programs that talk to it. Validators, Markdown and types are its own, so that a mistake on one side is
//! found by the other.

mod api;
mod clock;
mod control;
pub mod demo;
mod error;
pub mod faults;
mod files;
mod inspect;
mod journal;
mod large;
mod limits;
pub mod markdown;
mod oauth;
mod person;
pub mod replay;
pub mod seed;
pub mod server;
mod simulator;
mod state;
mod validate;

use std::time::Duration;

pub use clock::SimClock;
pub use faults::SlowBody;
pub use inspect::{LoggedRequest, ObservedComment, ObservedPage};
pub use journal::{Ground, StateFileError};
pub use oauth::Consent;
pub use person::{AsPerson, PersonError};
pub use simulator::{ConnectionLost, Simulator};
pub use state::seeding::SeedError;

/// The API versions that are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V2025_09_03,
    V2026_03_11,
}

/// How long search does not know of a change. Content of the seed is known from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchLag {
    /// Between 5 and 19 seconds, always the same for the same object.
    Typical,
    Fixed(Duration),
}

/// Which stamps an edit of blocks through the API moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStamps {
    /// Only the direct parent's, be it a block or the page: an edit further down is invisible in the page's stamp.
    DirectParent,
    /// The page's too.
    Page,
    /// The page's too, but only so much later.
    Later(Duration),
}

/// A limit on the requests of a whole workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceLimit {
    pub requests: u32,
    pub window: Duration,
}

/// In which form the OAuth endpoints refuse. Both have been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OauthErrors {
    /// `{"error":…,"error_description":…,"request_id":…}`, as OAuth has it.
    Oauth,
    /// `{"object":"error","status":…,"code":…,…}`, as the rest of the API has it.
    Api,
}

/// Who answers the page that asks for consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consenting {
    /// Whoever sees the page.
    Asked,
    /// Nobody: everything at the top of the workspace of this key or name is given at once, as by a person who just clicks on.
    Given(String),
    /// Nobody: it is cancelled at once.
    Refused,
}

/// The switches of a simulator. The defaults are the service as observed.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// The time everything lives in; without one, a clock that stands at the seed's `now` until it is advanced.
    pub clock: Option<SimClock>,
    /// Requests a connection may make in a minute; without it, what the workspace's plan gives (180 or 600).
    pub requests_per_minute: Option<u32>,
    /// What all connections of a workspace may make together. The service does not publish it, and its window can be long.
    pub workspace_limit: Option<WorkspaceLimit>,
    pub search_lag: SearchLag,
    pub page_stamps: PageStamps,
    /// Search takes titles that have any word of the query, rather than all.
    pub search_any_word: bool,
    /// Search takes other forms of a word for the word.
    pub search_stemming: bool,
    /// Within a minute search has an order of its own, so that nobody relies on one; without it, the latest edit comes first.
    pub search_shuffles_minutes: bool,
    /// Data sources stay in search when their database goes to the trash. Some do, for days.
    pub search_keeps_trashed_sources: bool,
    /// Rows that were not shared directly are missing from search, as can happen.
    pub search_omits_rows: bool,
    /// All comments on a page itself share one discussion.
    pub one_page_discussion: bool,
    /// Cursors of queries and searches die after this long.
    pub cursor_lifetime: Option<Duration>,
    /// Rows a query shows before it stops and says so.
    pub query_rows: usize,
    /// Blocks a page's Markdown shows before it is cut.
    pub markdown_blocks: usize,
    /// Blocks a shared workspace on the Free plan may ever make; personal tokens are exempt.
    pub free_plan_blocks: usize,
    pub oauth_errors: OauthErrors,
    pub consenting: Consenting,
    /// How long search does not know of what a person has just granted with OAuth.
    pub grant_lag: Duration,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self {
            clock: None,
            requests_per_minute: None,
            workspace_limit: None,
            search_lag: SearchLag::Typical,
            page_stamps: PageStamps::DirectParent,
            search_any_word: true,
            search_stemming: true,
            search_shuffles_minutes: true,
            search_keeps_trashed_sources: false,
            search_omits_rows: false,
            one_page_discussion: true,
            cursor_lifetime: None,
            query_rows: limits::QUERY_ROWS,
            markdown_blocks: limits::MARKDOWN_BLOCKS,
            free_plan_blocks: 1_000,
            oauth_errors: OauthErrors::Oauth,
            consenting: Consenting::Asked,
            grant_lag: Duration::ZERO,
        }
    }
}
