//! What a simulated Notion starts with: plain data, read from files or written by a test.
//!
//! A seed names its things by *keys* of its own; the simulator gives them ids, the same ones every time. Text may refer to other
//! things by key: `{{page:KEY}}` becomes the id of a page, `{{database:KEY}}`, `{{data_source:KEY}}`, `{{user:KEY}}` and `{{group:KEY}}`
//! likewise, and `{{url:KEY}}` the address of a page or database. Not here: how a seed becomes state (`state`), and the demo's files
//! (`demo`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything a simulator starts with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The simulator's time at the start, RFC 3339. Ages in the seed count back from it.
    pub now: String,
    pub workspaces: Vec<WorkspaceSeed>,
    /// What people can sign in to with OAuth.
    #[serde(default)]
    pub public_connections: Vec<PublicConnectionSeed>,
}

impl Seed {
    /// One workspace with one person and one shared page, "Inbox"; its token is `ntn_empty`.
    pub fn with_inbox() -> Self {
        let person = PersonSeed {
            key: "owner".into(),
            name: "Owner".into(),
            email: Some("owner@example.com".into()),
            avatar_url: None,
        };
        let connection = ConnectionSeed {
            key: "satchel".into(),
            name: "Satchel".into(),
            token: "ntn_empty".into(),
            owner: Some("owner".into()),
            shared: vec!["inbox".into()],
            ..ConnectionSeed::default()
        };
        let inbox = PageSeed { key: "inbox".into(), title: "Inbox".into(), ..PageSeed::default() };
        let workspace = WorkspaceSeed {
            key: "empty".into(),
            name: "Empty".into(),
            people: vec![person],
            connections: vec![connection],
            pages: vec![inbox],
            ..WorkspaceSeed::default()
        };
        Self {
            now: "2026-11-23T09:00:00Z".into(),
            workspaces: vec![workspace],
            public_connections: vec![PublicConnectionSeed::satchel()],
        }
    }
}

/// A connection that any person may sign in to with OAuth, as a developer registers one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicConnectionSeed {
    /// The display name, which people see when they are asked to consent.
    pub name: String,
    pub client_id: String,
    pub client_secret: String,
    /// Where people may be sent back to, matched to the letter: `https://…` or `http://localhost:PORT/…`.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Stands for the registration of every `http://localhost:PORT/…`, since a test cannot visit the developer's portal.
    #[serde(default)]
    pub any_localhost: bool,
    #[serde(default)]
    pub capabilities: Capabilities,
}

impl PublicConnectionSeed {
    /// The one of the seeds that come with the simulator.
    pub fn satchel() -> Self {
        Self {
            name: "Satchel".into(),
            client_id: "5f2d872b-594c-4c7e-8a10-0b6f0d2c4e91".into(),
            client_secret: "secret_simulated_7Qm2nYw4RzK8".into(),
            redirect_uris: (43_110..43_113).map(|port| format!("http://localhost:{port}/callback")).collect(),
            any_localhost: true,
            capabilities: Capabilities::default(),
        }
    }
}

/// One workspace with its people, connections and content.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSeed {
    pub key: String,
    pub name: String,
    #[serde(default)]
    pub plan: Plan,
    #[serde(default)]
    pub people: Vec<PersonSeed>,
    #[serde(default)]
    pub groups: Vec<GroupSeed>,
    pub connections: Vec<ConnectionSeed>,
    #[serde(default)]
    pub databases: Vec<DatabaseSeed>,
    /// In document order: siblings appear in their parent in the order they stand here.
    #[serde(default)]
    pub pages: Vec<PageSeed>,
}

/// What the workspace pays for; it scales limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    Free,
    #[default]
    Plus,
    Business,
    Enterprise,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSeed {
    pub key: String,
    pub name: String,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub avatar_url: Option<String>,
}

/// A group of people, which a `people` property may name as it names a user. Who is in it, the API never says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSeed {
    pub key: String,
    pub name: String,
}

/// A token and what it may do.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSeed {
    pub key: String,
    /// The connection's display name, for example `Satchel (Mara)`.
    pub name: String,
    #[serde(default)]
    pub kind: ConnectionKind,
    pub token: String,
    /// A token that dies this long after the seed's `now`, as personal ones do.
    #[serde(default)]
    pub expires_in_minutes: Option<u32>,
    /// Key of the person who made it; a personal token acts as this person.
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub capabilities: Capabilities,
    /// Keys of the pages and databases shared with it, whose descendants it inherits. Empty: everything.
    #[serde(default)]
    pub shared: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    #[default]
    Internal,
    Personal,
    /// Made by signing in with OAuth; acts as a bot of its own on behalf of its owner.
    Public,
}

/// The rights of a connection; all on by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Capabilities {
    pub read_content: bool,
    pub update_content: bool,
    pub insert_content: bool,
    pub read_comments: bool,
    pub insert_comments: bool,
    pub user_information: UserInformation,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            read_content: true,
            update_content: true,
            insert_content: true,
            read_comments: true,
            insert_comments: true,
            user_information: UserInformation::WithEmail,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserInformation {
    None,
    WithoutEmail,
    #[default]
    WithEmail,
}

/// Where a page or database hangs: the workspace itself, a page or data source by key, or an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentSeed {
    #[default]
    Workspace,
    Page(String),
    DataSource(String),
    /// An agent of the service's own, by any name.
    Agent(String),
}

/// When something was made and last changed, and by whom.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamps {
    /// Minutes before the seed's `now`.
    #[serde(default)]
    pub created_minutes_ago: u32,
    #[serde(default)]
    pub edited_minutes_ago: u32,
    /// Keys of people; the first person of the workspace without them.
    #[serde(default)]
    pub created_by: Option<String>,
    #[serde(default)]
    pub edited_by: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSeed {
    pub key: String,
    #[serde(default)]
    pub parent: ParentSeed,
    pub title: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub icon: Option<Value>,
    #[serde(default)]
    pub cover: Option<Value>,
    #[serde(default)]
    pub is_inline: bool,
    /// A linked view: the API shows that it is there, and neither what it shows nor its name. It has no data sources.
    #[serde(default)]
    pub is_linked: bool,
    /// A wiki, which the API cannot make: databases may be rows of its data sources beside pages (by their parent), and its properties of
    /// verification and, the first of people, of owners have the ids the service gives them.
    #[serde(default)]
    pub is_wiki: bool,
    #[serde(default)]
    pub stamps: Stamps,
    #[serde(default)]
    pub data_sources: Vec<DataSourceSeed>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSourceSeed {
    pub key: String,
    pub name: String,
    /// Property name → schema in the shape the API takes (`{"select":{"options":[…]}}`), in column order.
    pub properties: serde_json::Map<String, Value>,
    /// Keys of rows that are templates for others, and no rows themselves.
    #[serde(default)]
    pub templates: Vec<String>,
    /// The template that is used unless another is asked for.
    #[serde(default)]
    pub default_template: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSeed {
    pub key: String,
    #[serde(default)]
    pub parent: ParentSeed,
    pub title: String,
    #[serde(default)]
    pub icon: Option<Value>,
    #[serde(default)]
    pub cover: Option<Value>,
    #[serde(default)]
    pub is_locked: bool,
    #[serde(default)]
    pub stamps: Stamps,
    /// Values in the shape the API takes, by property name, without the title.
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
    /// The body, piece after piece.
    #[serde(default)]
    pub body: Vec<BodySeed>,
    #[serde(default)]
    pub comments: Vec<CommentSeed>,
}

/// A piece of a page's body. A `<page url="{{url:KEY}}">` or `<database url="{{url:KEY}}">` line puts that child there; children not
/// named by any such line stand at the end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodySeed {
    /// Enhanced Markdown as the service writes it.
    Markdown(String),
    /// Blocks in the read shape, with `children` inside the payload; for what Markdown cannot say (bookmarks, link previews,
    /// unsupported blocks, notes of meetings with `calendar_event` and `recording`). Ids and common fields may be left out.
    Blocks(Vec<Value>),
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentSeed {
    /// Key of the person who wrote it.
    pub by: String,
    pub minutes_ago: u32,
    /// Inline enhanced Markdown.
    pub markdown: String,
    /// The start of the text of the block it is on; without it, it is on the page.
    #[serde(default)]
    pub on_block: Option<String>,
    /// Resolved threads are not listed by the service.
    #[serde(default)]
    pub is_resolved: bool,
}
