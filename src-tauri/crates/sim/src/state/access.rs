//! Who sees what: a connection sees what was shared with it and everything below.

use super::ids::Id;
use super::{Connection, Node, Sharing, Workspace};
use crate::seed::UserInformation;

impl Workspace {
    pub fn sees(&self, connection: &Connection, id: Id) -> bool {
        match &connection.sharing {
            Sharing::Everything => self.nodes.contains_key(&id),
            Sharing::Only(shared) => self.line(id).any(|node| shared.contains(&node.id)),
        }
    }

    /// Shared itself, not only through something above it.
    pub fn is_shared_directly(&self, connection: &Connection, id: Id) -> bool {
        match &connection.sharing {
            Sharing::Everything => true,
            Sharing::Only(shared) => shared.contains(&id),
        }
    }

    pub fn visible(&self, connection: &Connection, id: Id) -> Option<&Node> {
        self.nodes.get(&id).filter(|_| self.sees(connection, id))
    }

    pub fn sees_data_source(&self, connection: &Connection, id: Id) -> bool {
        self.data_sources.get(&id).is_some_and(|source| self.sees(connection, source.database))
    }
}

impl Connection {
    pub fn reads_users(&self) -> bool {
        self.capabilities.user_information != UserInformation::None
    }

    pub fn reads_emails(&self) -> bool {
        self.capabilities.user_information == UserInformation::WithEmail
    }
}
