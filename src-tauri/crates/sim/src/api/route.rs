//! Paths and methods. What is not here is no endpoint: 400 `invalid_request_url`.

use http::Method;
use percent_encoding::percent_decode_str;

use super::{Answer, Call};
use crate::error::ApiError;

/// An endpoint with the ids of its path, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Me,
    Users,
    User(String),
    Search,
    CreatePage,
    Page(String),
    UpdatePage(String),
    MovePage(String),
    PageProperty(String, String),
    Markdown(String),
    UpdateMarkdown(String),
    Block(String),
    UpdateBlock(String),
    DeleteBlock(String),
    Children(String),
    Append(String),
    CreateDatabase,
    Database(String),
    UpdateDatabase(String),
    CreateDataSource,
    DataSource(String),
    UpdateDataSource(String),
    Query(String),
    Templates(String),
    Comments,
    CreateComment,
    Comment(String),
    UpdateComment(String),
    DeleteComment(String),
    CustomEmojis,
    AsyncTask(String),
}

impl Route {
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let path = path.strip_prefix("/v1/")?;
        let segments: Vec<&str> = path.split('/').collect();
        let id = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Some(match (method.as_str(), segments.as_slice()) {
            ("GET", ["users", "me"]) => Self::Me,
            ("GET", ["users"]) => Self::Users,
            ("GET", ["users", user]) => Self::User(id(user)),
            ("POST", ["search"]) => Self::Search,
            ("POST", ["pages"]) => Self::CreatePage,
            ("GET", ["pages", page]) => Self::Page(id(page)),
            ("PATCH", ["pages", page]) => Self::UpdatePage(id(page)),
            ("POST", ["pages", page, "move"]) => Self::MovePage(id(page)),
            // A property's id is sent as it was read, so it stays encoded.
            ("GET", ["pages", page, "properties", property]) => Self::PageProperty(id(page), (*property).to_owned()),
            ("GET", ["pages", page, "markdown"]) => Self::Markdown(id(page)),
            ("PATCH", ["pages", page, "markdown"]) => Self::UpdateMarkdown(id(page)),
            ("GET", ["blocks", block]) => Self::Block(id(block)),
            ("PATCH", ["blocks", block]) => Self::UpdateBlock(id(block)),
            ("DELETE", ["blocks", block]) => Self::DeleteBlock(id(block)),
            ("GET", ["blocks", block, "children"]) => Self::Children(id(block)),
            ("PATCH", ["blocks", block, "children"]) => Self::Append(id(block)),
            ("POST", ["databases"]) => Self::CreateDatabase,
            ("GET", ["databases", database]) => Self::Database(id(database)),
            ("PATCH", ["databases", database]) => Self::UpdateDatabase(id(database)),
            ("POST", ["data_sources"]) => Self::CreateDataSource,
            ("GET", ["data_sources", source]) => Self::DataSource(id(source)),
            ("PATCH", ["data_sources", source]) => Self::UpdateDataSource(id(source)),
            ("POST", ["data_sources", source, "query"]) => Self::Query(id(source)),
            ("GET", ["data_sources", source, "templates"]) => Self::Templates(id(source)),
            ("GET", ["comments"]) => Self::Comments,
            ("POST", ["comments"]) => Self::CreateComment,
            ("GET", ["comments", comment]) => Self::Comment(id(comment)),
            ("PATCH", ["comments", comment]) => Self::UpdateComment(id(comment)),
            ("DELETE", ["comments", comment]) => Self::DeleteComment(id(comment)),
            ("GET", ["custom_emojis"]) => Self::CustomEmojis,
            ("GET", ["async_tasks", task]) => Self::AsyncTask(id(task)),
            _ => return None,
        })
    }

    pub fn run(&self, call: &mut Call<'_>) -> Answer {
        match self {
            Self::Me => call.me(),
            Self::Users => call.list_users(),
            Self::User(id) => call.retrieve_user(id),
            Self::CustomEmojis => call.list_custom_emojis(),
            // Answered before there is a call, since tasks belong to no workspace.
            Self::AsyncTask(_) => Err(ApiError::invalid_request_url()),
            Self::Search => call.search(),
            Self::CreatePage => call.create_page(),
            Self::Page(id) => call.retrieve_page(id),
            Self::UpdatePage(id) => call.update_page(id),
            Self::MovePage(id) => call.move_page(id),
            Self::PageProperty(id, property) => call.retrieve_property(id, property),
            Self::Markdown(id) => call.retrieve_markdown(id),
            Self::UpdateMarkdown(id) => call.update_markdown(id),
            Self::Block(id) => call.retrieve_block(id),
            Self::UpdateBlock(id) => call.update_block(id),
            Self::DeleteBlock(id) => call.delete_block(id),
            Self::Children(id) => call.list_children(id),
            Self::Append(id) => call.append_children(id),
            Self::CreateDatabase => call.create_database(),
            Self::Database(id) => call.retrieve_database(id),
            Self::UpdateDatabase(id) => call.update_database(id),
            Self::CreateDataSource => call.create_data_source(),
            Self::DataSource(id) => call.retrieve_data_source(id),
            Self::UpdateDataSource(id) => call.update_data_source(id),
            Self::Query(id) => call.query_data_source(id),
            Self::Templates(id) => call.list_templates(id),
            Self::Comments => call.list_comments(),
            Self::CreateComment => call.create_comment(),
            Self::Comment(id) => call.retrieve_comment(id),
            Self::UpdateComment(id) => call.update_comment(id),
            Self::DeleteComment(id) => call.delete_comment(id),
        }
    }
}
