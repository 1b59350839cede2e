//! Who sees what: a connection sees what was shared with it and everything below.

use super::ids::Id;
use super::{Connection, Node, Sharing, Workspace};
use crate::seed::UserInformation;

impl Connection {
    /// Gives it something with what is below, or takes that away, even if something above it is shared.
    pub fn set_shared(&mut self, id: Id, is_shared: bool) {
        if is_shared {
            self.withheld.remove(&id);
        } else {
            self.withheld.insert(id);
        }
        if let Sharing::Only(shared) = &mut self.sharing {
            if is_shared {
                shared.insert(id)
            } else {
                shared.remove(&id)
            };
        }
    }
}

impl Workspace {
    pub fn sees(&self, connection: &Connection, id: Id) -> bool {
        if connection.sharing == Sharing::Everything && connection.withheld.is_empty() {
            return self.nodes.contains_key(&id);
        }
        // What was decided nearest counts.
        for node in self.line(id) {
            if connection.withheld.contains(&node.id) {
                return false;
            }
            if matches!(&connection.sharing, Sharing::Only(shared) if shared.contains(&node.id)) {
                return true;
            }
        }
        connection.sharing == Sharing::Everything && self.nodes.contains_key(&id)
    }

    /// Children of something the connection sees, in document order.
    pub fn visible_children<'a>(
        &'a self,
        connection: &'a Connection,
        node: &'a Node,
    ) -> impl Iterator<Item = &'a Node> {
        let is_simple = connection.withheld.is_empty();
        self.living_children(node).filter(move |child| is_simple || self.sees(connection, child.id))
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
