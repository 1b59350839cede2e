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
//! # Endpoints
//!
//! | The service's | Here |
//! |---|---|
//! | `GET users/me`, `users/{id}`, `users` | [`Users::me`](api::Users::me), [`get`](api::Users::get), [`list`](api::Users::list) |
//! | `POST search` | [`Client::search`] |
//! | `GET`, `POST`, `PATCH pages` | [`Pages::get`](api::Pages::get), [`get_properties`](api::Pages::get_properties), [`create`](api::Pages::create), [`create_async`](api::Pages::create_async), [`update`](api::Pages::update) |
//! | `POST pages/{id}/move` | [`Pages::move_to`](api::Pages::move_to) |
//! | `GET pages/{id}/properties/{property}` | [`Pages::property`](api::Pages::property), [`property_items`](api::Pages::property_items) |
//! | `GET`, `PATCH pages/{id}/markdown` | [`Pages::markdown`](api::Pages::markdown), [`markdown_in`](api::Pages::markdown_in), [`markdown_with_transcripts`](api::Pages::markdown_with_transcripts), [`edit_markdown`](api::Pages::edit_markdown), [`edit_markdown_async`](api::Pages::edit_markdown_async) |
//! | `GET`, `PATCH`, `DELETE blocks/{id}` | [`Blocks::get`](api::Blocks::get), [`update`](api::Blocks::update), [`delete`](api::Blocks::delete) |
//! | `GET`, `PATCH blocks/{id}/children` | [`Blocks::children`](api::Blocks::children), [`append`](api::Blocks::append), [`append_after`](api::Blocks::append_after); documents of any size: [`append_all`](api::Blocks::append_all) |
//! | `POST blocks/meeting_notes`, `…/query` | [`MeetingNotes::create_from_upload`](api::MeetingNotes::create_from_upload), [`create_from_block`](api::MeetingNotes::create_from_block), [`query`](api::MeetingNotes::query) |
//! | `GET`, `POST`, `PATCH databases` | [`Databases::get`](api::Databases::get), [`create`](api::Databases::create), [`update`](api::Databases::update) |
//! | `GET`, `POST`, `PATCH data_sources` | [`DataSources::get`](api::DataSources::get), [`create`](api::DataSources::create), [`update`](api::DataSources::update) |
//! | `POST data_sources/{id}/query` | [`DataSources::query`](api::DataSources::query), beyond 10,000 rows [`all_rows`](api::DataSources::all_rows) |
//! | `GET data_sources/{id}/templates` | [`DataSources::templates`](api::DataSources::templates), [`templates_named`](api::DataSources::templates_named) |
//! | `GET`, `POST`, `PATCH`, `DELETE views` | [`Views::of_database`](api::Views::of_database), [`of_data_source`](api::Views::of_data_source), [`get`](api::Views::get), [`create`](api::Views::create), [`update`](api::Views::update), [`delete`](api::Views::delete) |
//! | `POST`, `GET`, `DELETE views/{id}/queries` | [`Views::query`](api::Views::query), [`query_results`](api::Views::query_results), [`delete_query`](api::Views::delete_query) |
//! | `GET`, `POST`, `PATCH`, `DELETE comments` | [`Comments::list`](api::Comments::list), [`get`](api::Comments::get), [`create`](api::Comments::create), [`update`](api::Comments::update), [`delete`](api::Comments::delete) |
//! | `POST`, `GET file_uploads`, `…/send`, `…/complete` | [`FileUploads::create`](api::FileUploads::create), [`get`](api::FileUploads::get), [`list`](api::FileUploads::list), [`send`](api::FileUploads::send), [`send_part`](api::FileUploads::send_part), [`complete`](api::FileUploads::complete); all in one: [`upload`](api::FileUploads::upload), [`resume`](api::FileUploads::resume) |
//! | addresses of files, which expire | [`Files::download`](api::Files::download), [`download_to`](api::Files::download_to) |
//! | `GET custom_emojis` | [`CustomEmojis::list`](api::CustomEmojis::list), [`named`](api::CustomEmojis::named) |
//! | `GET async_tasks/{id}` | [`Tasks::get`](api::Tasks::get) |
//! | `POST oauth/token`, `…/introspect`, `…/revoke` | [`OAuth::exchange`](api::OAuth::exchange), [`refresh`](api::OAuth::refresh), [`introspect`](api::OAuth::introspect), [`revoke`](api::OAuth::revoke) |
//!
//! Agents and their sessions are not here.
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
pub use json::{DecodeError, Extra, Field, Tagged, Unfamiliar, Unknown, unfamiliar};
pub use time::{DateText, DateValue, Time, When};
pub use transport::{Phase, Pieces, ReqwestTransport, Transport, TransportError, TransportFault};
