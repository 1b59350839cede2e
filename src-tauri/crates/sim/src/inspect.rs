//! What tests look at from behind: requests, pages and comments as they are, without any connection's limits.

use http::StatusCode;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::Value;

use crate::simulator::{Simulator, State};
use crate::state::body::Rendering;
use crate::state::ids::{self, Id};
use crate::state::render::Reader;
use crate::state::{Body, Connection, Parent, Sharing, Workspace};
use crate::{Version, seed};

/// A request that came in, answered or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    pub at: Timestamp,
    pub method: String,
    /// `/v1/…`, without the query.
    pub path: String,
    pub query: String,
    /// None if the connection broke instead.
    pub status: Option<StatusCode>,
    /// Whether it was carried out, whatever the client got to hear.
    pub is_committed: bool,
}

impl LoggedRequest {
    pub(crate) fn of(parts: &Parts, at: Timestamp, status: Option<StatusCode>, is_committed: bool) -> Self {
        Self {
            at,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            status,
            is_committed,
        }
    }
}

/// A page as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedPage {
    pub id: String,
    pub title: String,
    /// The id of the page, block or data source it hangs on; none at the top.
    pub parent: Option<String>,
    pub in_trash: bool,
    pub markdown: String,
    /// Values in the read shape; empty outside data sources.
    pub properties: Value,
    pub created: Timestamp,
    pub edited: Timestamp,
}

/// A comment as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedComment {
    pub id: String,
    /// The page or block it is on.
    pub on: String,
    pub discussion: String,
    pub text: String,
    pub created: Timestamp,
    pub is_resolved: bool,
}

impl Simulator {
    /// The requests so far, in order (of more than 200,000 the latest).
    pub fn request_log(&self) -> Vec<LoggedRequest> {
        self.state().log.clone()
    }

    pub fn clear_request_log(&self) {
        self.state().log.clear();
    }

    /// Names and tokens of the first connection of each workspace.
    pub fn workspaces(&self) -> Vec<(String, String)> {
        let state = self.state();
        let first =
            |ws: &Workspace| ws.connections.first().and_then(|first| Some((ws.name.clone(), first.token.clone()?)));
        state.workspaces.iter().filter_map(first).collect()
    }

    /// Ids and secrets of the connections people can sign in to with OAuth.
    pub fn oauth_clients(&self) -> Vec<(String, String)> {
        self.state().oauth.credentials()
    }

    /// The id of something the seed named: `page:KEY`, `database:KEY`, `data_source:KEY`, `user:KEY`, `group:KEY`.
    pub fn id_of(&self, workspace: &str, name: &str) -> Option<String> {
        let state = self.state();
        let ws = state.workspaces.iter().find(|ws| ws.key == workspace)?;
        ws.keys.get(name).map(Id::to_string)
    }

    /// All pages of a workspace, trashed ones included, by time of creation.
    pub fn pages(&self, workspace: &str) -> Vec<ObservedPage> {
        self.look(workspace, |reader| {
            let mut nodes: Vec<_> =
                reader.ws.nodes.values().filter(|node| matches!(node.body, Body::Page(_))).collect();
            nodes.sort_by_key(|node| (node.created.at, node.id));
            nodes.into_iter().filter_map(|node| observed(reader, node.id)).collect()
        })
        .unwrap_or_default()
    }

    /// One page, by id.
    pub fn page(&self, workspace: &str, id: &str) -> Option<ObservedPage> {
        self.look(workspace, |reader| observed(reader, ids::parse(id)?)).flatten()
    }

    /// All comments of a workspace in the order they were written, resolved ones included.
    pub fn comments(&self, workspace: &str) -> Vec<ObservedComment> {
        self.look(workspace, |reader| {
            let shown = |comment: &crate::state::Comment| ObservedComment {
                id: comment.id.to_string(),
                on: parent_id(comment.parent).map(|id| id.to_string()).unwrap_or_default(),
                discussion: comment.discussion.to_string(),
                text: reader.plain(&comment.rich_text),
                created: comment.created.at,
                is_resolved: reader.ws.resolved.contains(&comment.discussion),
            };
            reader.ws.comments.iter().map(shown).collect()
        })
        .unwrap_or_default()
    }

    /// Looks at a workspace with nothing hidden.
    fn look<T>(&self, workspace: &str, with: impl FnOnce(&Reader<'_>) -> T) -> Option<T> {
        let now = self.clock().now();
        let state = self.state();
        let ws = state.workspaces.iter().find(|ws| ws.key == workspace)?;
        let eye = ws.connections.first().map(|connection| all_seeing(connection.clone()))?;
        Some(with(&Reader::new(ws, &eye, Version::V2026_03_11, now, state.requests)))
    }

    /// Ends a token: it answers 401 from now on. Returns whether there was such a token.
    pub fn revoke(&self, token: &str) -> bool {
        self.change("revoke", serde_json::json!({ "token": token }).to_string().as_bytes()).is_ok()
    }

    /// Changes what a token may do. Returns whether there is such a token.
    pub fn set_capabilities(&self, token: &str, capabilities: seed::Capabilities) -> bool {
        let change = serde_json::json!({ "token": token, "capabilities": capabilities });
        self.change("capabilities", change.to_string().as_bytes()).is_ok()
    }
}

pub(crate) fn connection_mut<'a>(state: &'a mut State, token: &str) -> Option<&'a mut Connection> {
    let (workspace, id) = state.holder(token)?;
    state.workspaces.get_mut(workspace)?.connections.iter_mut().find(|connection| connection.id == id)
}

fn all_seeing(connection: Connection) -> Connection {
    Connection {
        sharing: Sharing::Everything,
        withheld: Default::default(),
        capabilities: seed::Capabilities::default(),
        ..connection
    }
}

fn parent_id(parent: Parent) -> Option<Id> {
    match parent {
        Parent::Workspace => None,
        Parent::Page(id) | Parent::Block(id) | Parent::Database(id) | Parent::DataSource(id) | Parent::Agent(id) => {
            Some(id)
        }
    }
}

fn observed(reader: &Reader<'_>, id: Id) -> Option<ObservedPage> {
    let (node, page) = reader.ws.page(id)?;
    let shown = reader.page(node, page, None);
    let is_row = matches!(node.parent, Parent::DataSource(_));
    Some(ObservedPage {
        id: id.to_string(),
        title: reader.plain(&page.title),
        parent: parent_id(node.parent).map(|id| id.to_string()),
        in_trash: reader.ws.is_trashed(id),
        markdown: reader.text(node, usize::MAX, Rendering::default()).markdown,
        properties: if is_row { shown.get("properties").cloned().unwrap_or_default() } else { serde_json::json!({}) },
        created: node.created.at,
        edited: node.edited.at,
    })
}
