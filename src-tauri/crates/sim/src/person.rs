//! A person at work in the service's own app: edits that come from elsewhere, as sync sees them. They move the stamps of the page.

use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::markdown::{ReadOptions, read, read_inline};
use crate::simulator::Simulator;
use crate::state::content::{NewBlock, Place};
use crate::state::ids::{self, Id, IdKind};
use crate::state::render::Reader;
use crate::state::rich_text::{canonical, from_plain};
use crate::state::{Body, Comment, Connection, Page, Parent, Sharing, Stamp, Workspace};
use crate::{Version, seed};

/// Why a person could not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    #[error("there is no workspace {0:?}")]
    Workspace(String),
    #[error("there is no person {0:?}")]
    Person(String),
    #[error("there is nothing with the id {0:?}")]
    Unknown(String),
    #[error("{0}")]
    Refused(String),
    #[error("a simulator that is kept in a file changes by requests alone")]
    Kept,
}

impl From<ApiError> for PersonError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error.message)
    }
}

/// One person of one workspace. Every method is one edit, made now.
#[derive(Debug, Clone)]
pub struct AsPerson {
    simulator: Simulator,
    workspace: String,
    person: Id,
}

impl Simulator {
    /// Acts as a person, both named as in the seed.
    ///
    /// # Errors
    /// When there is no such workspace or person, and when the simulator is kept in a file, which could not tell what a person did.
    pub fn as_person(&self, workspace: &str, person: &str) -> Result<AsPerson, PersonError> {
        if self.is_kept() {
            return Err(PersonError::Kept);
        }
        let state = self.state();
        let found = state.workspaces.iter().find(|ws| ws.key == workspace);
        let ws = found.ok_or_else(|| PersonError::Workspace(workspace.to_owned()))?;
        let known =
            ws.people.iter().find(|other| other.key == person).ok_or_else(|| PersonError::Person(person.to_owned()))?;
        Ok(AsPerson { simulator: self.clone(), workspace: workspace.to_owned(), person: known.id })
    }
}

impl AsPerson {
    /// Gives a page or row another title.
    pub fn rename(&self, page: &str, title: &str) -> Result<(), PersonError> {
        self.edit(page, |ws, id, stamp| {
            let page = ws.page_mut(id).ok_or_else(|| PersonError::Unknown(id.to_string()))?;
            page.title = from_plain(title);
            ws.touch(id, stamp);
            Ok(())
        })
    }

    /// Writes Markdown at the end of a page.
    pub fn append(&self, page: &str, markdown: &str) -> Result<(), PersonError> {
        self.edit(page, |ws, id, stamp| {
            let blocks = self.blocks(ws, id, markdown, stamp)?;
            ws.insert_blocks(id, Place::End, blocks, stamp);
            ws.touch(id, stamp);
            Ok(())
        })
    }

    /// Makes a page's body this Markdown; equal blocks keep their ids, child pages not named go to the trash.
    pub fn rewrite(&self, page: &str, markdown: &str) -> Result<(), PersonError> {
        self.edit(page, |ws, id, stamp| {
            let blocks = self.blocks(ws, id, markdown, stamp)?;
            ws.apply_body(id, blocks, stamp);
            ws.touch(id, stamp);
            Ok(())
        })
    }

    /// Changes the text of one block, given as inline Markdown.
    pub fn retype(&self, block: &str, markdown: &str) -> Result<(), PersonError> {
        self.edit(block, |ws, id, stamp| {
            let text = canonical(&read_inline(markdown, &ReadOptions::default()).into())?;
            let Some(Body::Block { payload, .. }) = ws.nodes.get_mut(&id).map(|node| &mut node.body) else {
                return Err(PersonError::Unknown(id.to_string()));
            };
            payload.insert("rich_text".to_owned(), text.into());
            ws.touch(id, stamp);
            if let Some(page) = ws.page_of(id) {
                ws.touch(page, stamp);
            }
            Ok(())
        })
    }

    /// Writes properties of a row, in the shape the API takes.
    pub fn set_properties(&self, row: &str, properties: &Map<String, Value>) -> Result<(), PersonError> {
        self.edit(row, |ws, id, stamp| {
            let node = ws.node(id).ok_or_else(|| PersonError::Unknown(id.to_string()))?;
            let source =
                ws.data_source_of(node).ok_or_else(|| PersonError::Refused("The page is no row.".to_owned()))?;
            let source_id = source.id;
            ws.check_values(source, &self.eye(), properties)?;
            ws.store_values(source_id, id, properties, stamp)?;
            ws.touch(id, stamp);
            Ok(())
        })
    }

    /// Adds a page below a page, row or not, or a row to a data source; `parent` is either's id. Returns the new page's id.
    pub fn create_page(&self, parent: &str, title: &str, markdown: &str) -> Result<String, PersonError> {
        self.change(|ws, stamp| {
            let above = known(ws, parent)?;
            let place =
                if ws.data_sources.contains_key(&above) { Parent::DataSource(above) } else { Parent::Page(above) };
            let blocks = self.blocks(ws, above, markdown, stamp)?;
            let id = ws.mint(IdKind::Content { by_bot: false }, stamp.at);
            let page = Page { title: from_plain(title), ..Page::default() };
            ws.insert_node(place, Place::End, id, Body::Page(Box::new(page)), stamp);
            ws.insert_blocks(id, Place::End, blocks, stamp);
            ws.touch(above, stamp);
            Ok((id.to_string(), vec![id, above]))
        })
    }

    /// Puts a page, database or block in the trash.
    pub fn trash(&self, id: &str) -> Result<(), PersonError> {
        self.set_trash(id, true)
    }

    pub fn restore(&self, id: &str) -> Result<(), PersonError> {
        self.set_trash(id, false)
    }

    fn set_trash(&self, id: &str, in_trash: bool) -> Result<(), PersonError> {
        self.edit(id, |ws, id, stamp| {
            ws.set_trash(id, in_trash);
            let page = ws.node(id).and_then(|node| ws.above(node.parent)).and_then(|above| ws.page_of(above.id));
            if let Some(page) = page.filter(|_| matches!(ws.node(id).map(|node| &node.body), Some(Body::Block { .. })))
            {
                ws.touch(page, stamp);
            }
            Ok(())
        })
    }

    /// Removes something for good: it answers 404 from now on.
    pub fn delete_forever(&self, id: &str) -> Result<(), PersonError> {
        self.change(|ws, _| {
            let id = known(ws, id)?;
            ws.detach(id);
            for gone in ws.subtree(id) {
                ws.nodes.remove(&gone);
                ws.index.remove(&gone);
            }
            Ok(((), Vec::new()))
        })
    }

    /// Writes a comment on a page or block, as inline Markdown. Returns the comment's id.
    pub fn comment(&self, on: &str, markdown: &str) -> Result<String, PersonError> {
        self.change(|ws, stamp| {
            let on = known(ws, on)?;
            let parent = if ws.page(on).is_some() { Parent::Page(on) } else { Parent::Block(on) };
            let open = ws
                .comments
                .iter()
                .find(|comment| comment.parent == parent && !ws.resolved.contains(&comment.discussion));
            let discussion = open.map(|comment| comment.discussion);
            let discussion = discussion.unwrap_or_else(|| ws.mint(IdKind::Discussion, stamp.at));
            let id = ws.mint(IdKind::Comment, stamp.at);
            let name = ws.people.iter().find(|person| person.id == stamp.by).map(|person| person.name.clone());
            let rich_text = canonical(&read_inline(markdown, &ReadOptions::default()).into())?;
            let display_name = serde_json::json!({ "type": "user", "resolved_name": name });
            ws.comments.push(Comment {
                id,
                parent,
                discussion,
                created: stamp,
                edited: stamp.at,
                rich_text,
                display_name,
                attachments: Vec::new(),
            });
            Ok((id.to_string(), Vec::new()))
        })
    }

    /// Resolves the discussion a comment is in; the service no longer lists it.
    pub fn resolve(&self, comment: &str) -> Result<(), PersonError> {
        self.change(|ws, _| {
            let found = ws.comments.iter().find(|other| other.id.to_string() == comment).map(|other| other.discussion);
            let discussion = found.ok_or_else(|| PersonError::Unknown(comment.to_owned()))?;
            ws.resolved.insert(discussion);
            Ok(((), Vec::new()))
        })
    }

    /// Gives a connection (by its key in the seed) a page or database and what is below.
    pub fn share(&self, connection: &str, id: &str) -> Result<(), PersonError> {
        self.change(|ws, _| {
            let id = known(ws, id)?;
            connection_of(ws, connection)?.set_shared(id, true);
            Ok(((), Vec::new()))
        })
    }

    /// Takes it away, and what is below it, even if something above it is shared.
    pub fn unshare(&self, connection: &str, id: &str) -> Result<(), PersonError> {
        self.change(|ws, _| {
            let id = known(ws, id)?;
            connection_of(ws, connection)?.set_shared(id, false);
            Ok(((), Vec::new()))
        })
    }

    // ---- behind it ----

    /// One edit of something that exists.
    fn edit(
        &self,
        id: &str,
        with: impl FnOnce(&mut Workspace, Id, Stamp) -> Result<(), PersonError>,
    ) -> Result<(), PersonError> {
        self.change(|ws, stamp| {
            let id = known(ws, id)?;
            with(ws, id, stamp)?;
            let page = ws.page_of(id);
            Ok(((), page.into_iter().chain([id]).collect()))
        })
    }

    /// Changes the workspace and tells search about it.
    fn change<T>(
        &self,
        with: impl FnOnce(&mut Workspace, Stamp) -> Result<(T, Vec<Id>), PersonError>,
    ) -> Result<T, PersonError> {
        let stamp = Stamp { at: self.simulator.clock().now(), by: self.person };
        let lag = self.simulator.options().search_lag;
        let mut state = self.simulator.state();
        let found = state.workspaces.iter_mut().find(|ws| ws.key == self.workspace);
        let ws = found.ok_or_else(|| PersonError::Workspace(self.workspace.clone()))?;
        let (result, changed) = with(ws, stamp)?;
        for id in changed {
            ws.note_change(id, stamp.at, lag);
        }
        Ok(result)
    }

    fn blocks(&self, ws: &Workspace, holder: Id, markdown: &str, stamp: Stamp) -> Result<Vec<NewBlock>, PersonError> {
        let eye = self.eye();
        let reader = Reader::new(ws, &eye, Version::V2026_03_11, stamp.at, 0);
        let lookup = reader.lookup();
        let trees = read(markdown, &ReadOptions { lookup: &lookup, auto_links: false, ..ReadOptions::default() });
        // Nothing can be put into itself or into what is below it.
        let exists = |id: Id| ws.nodes.contains_key(&id) && !ws.line(holder).any(|node| node.id == id);
        let blocks = trees.iter().map(|tree| NewBlock::from_tree(tree, &exists)).collect::<Result<Vec<_>, _>>()?;
        let mut seen = std::collections::BTreeSet::new();
        Ok(blocks.into_iter().filter_map(|block| block.settled(&mut seen)).collect())
    }

    /// A person sees the whole workspace.
    fn eye(&self) -> Connection {
        Connection {
            key: String::new(),
            id: self.person,
            name: String::new(),
            kind: seed::ConnectionKind::Personal,
            token: None,
            owner: Some(self.person),
            capabilities: seed::Capabilities::default(),
            sharing: Sharing::Everything,
            withheld: std::collections::BTreeSet::new(),
            granted: None,
            expires: None,
            is_revoked: true,
        }
    }
}

/// The id of a node or data source that exists.
fn known(ws: &Workspace, id: &str) -> Result<Id, PersonError> {
    let found = ids::parse(id).filter(|id| ws.nodes.contains_key(id) || ws.data_sources.contains_key(id));
    found.ok_or_else(|| PersonError::Unknown(id.to_owned()))
}

fn connection_of<'a>(ws: &'a mut Workspace, key: &str) -> Result<&'a mut Connection, PersonError> {
    let found = ws.connections.iter_mut().find(|connection| connection.key == key);
    found.ok_or_else(|| PersonError::Unknown(key.to_owned()))
}
