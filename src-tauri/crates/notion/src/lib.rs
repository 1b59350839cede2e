//! A typed client of Notion's public REST API.
//!
//! ```no_run
//! use satchel_notion::write::{CreatePage, PagePosition};
//! use satchel_notion::{Client, Error, PageId, Priority, ReqwestTransport};
//! use secrecy::SecretString;
//!
//! # async fn run() -> Result<(), Error> {
//! let client = Client::builder(ReqwestTransport::new()?).token(SecretString::from("ntn_…")).build()?;
//! let me = client.users().me().await?;
//! println!("connected as {}", me.name.as_deref().unwrap_or("nobody"));
//!
//! let inbox: PageId = "https://app.notion.com/p/Inbox-0123abcd4567489abcdef0123456789a".parse()?;
//! let page = CreatePage::new(inbox).title("Milk").markdown("- [ ] two litres").position(PagePosition::Start);
//! client.pages().create(&page).await?;
//!
//! // Behind everything a person waits for.
//! let everything = client.with_priority(Priority::Sync).blocks().children(inbox).collect_all().await?;
//! println!("{} blocks", everything.items.len());
//! # Ok(())
//! # }
//! ```
//!
//! # What it promises
//!
//! * **Nothing is sent twice unless that is safe.** A call that failed says whether the service did it: [`Error::commitment`].
//! * **One connection, one line.** A [`Client`] paces its calls below the service's limit, which it learns, lets [`Priority`] decide
//!   who goes first, and waits when the service asks it to. Dropping a call's future leaves the line.
//! * **Nothing is lost.** Whatever the service sends survives decoding and encoding: kinds and keys newer than this crate, absent
//!   as opposed to null, the spelling of times.
//! * **The token is never printed**, neither by an error nor by `Debug`.
//! * **No clock of its own.** All waiting is tokio's, so tests run on paused time.
//!
//! # Layout
//!
//! [`Client`] and its groups ([`api`]) make calls; [`types`] are the things of a workspace; [`write`](mod@write) is what is sent;
//! [`split`] fits content into the service's limits; [`Transport`] is the seam for other ways to reach a service.

#![deny(missing_docs)]

pub mod api;
mod client;
mod error;
mod id;
mod json;
pub mod split;
mod time;
mod transport;
pub mod types;
pub mod write;

pub use client::{Call, Client, ClientBuilder, Collected, Paged, Pause, Priority, RetryPolicy, VERSION, Walk};
pub use error::{ApiError, Commitment, Error, ErrorBody, ErrorCode, RateLimitReason, Receipt};
pub use id::{
    BlockId, CommentId, CustomEmojiId, DataSourceId, DatabaseId, DiscussionId, FileUploadId, OptionId, PageId,
    ParseIdError, PropertyId, TaskId, UserId, ViewId, ViewQueryId, WorkspaceId,
};
pub use json::{DecodeError, Extra, Field, Tagged, Unknown};
pub use time::{DateText, DateValue, Time, When};
pub use transport::{Phase, ReqwestTransport, Transport, TransportError, TransportFault};
