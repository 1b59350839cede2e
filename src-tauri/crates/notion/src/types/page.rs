//! Pages, and their content as Markdown.

use indexmap::IndexMap;

use crate::id::{BlockId, PageId};
use crate::json::{Field, object};
use crate::time::Time;
use crate::types::{Cover, Full, Icon, Identified, Parent, PropertyKind, PropertyValue, RichText, User};

object! {
    /// A page: of its own, or a row of a data source.
    pub struct Page {
        /// Always `page`.
        pub object: Field<String>,
        /// The page.
        pub id: PageId,
        /// When it was made, floored to the minute.
        pub created_time: Time,
        /// When it was last edited, floored to the minute. Edits of nested blocks need not move it.
        pub last_edited_time: Time,
        /// Who made it.
        pub created_by: Field<Box<User>>,
        /// Who edited it last.
        pub last_edited_by: Field<Box<User>>,
        /// The picture at the top.
        pub cover: Field<Cover>,
        /// The icon.
        pub icon: Field<Icon>,
        /// Where it lives.
        pub parent: Parent,
        /// Whether it is in the trash. See [`Page::is_in_trash`].
        pub in_trash: Field<bool>,
        /// Whether it is archived, which is neither live nor in the trash.
        pub is_archived: Field<bool>,
        /// Whether it is locked in the product; the API writes to it all the same.
        pub is_locked: Field<bool>,
        /// The trash, as versions before 2026-03-11 call it.
        pub archived: Field<bool>,
        /// Values by property name. A page that is no row has `title` alone.
        pub properties: IndexMap<String, PropertyValue>,
        /// Where a person opens it. It changes with the title: no identity.
        pub url: String,
        /// Where anybody opens it, when it is published.
        pub public_url: Field<String>,
        /// The request this answers; only on the answer itself.
        pub request_id: Field<String>,
    }
}

impl Page {
    /// Whether it is in the trash, whichever version of the API told it.
    pub fn is_in_trash(&self) -> bool {
        self.in_trash.unwrap_or(self.archived.unwrap_or(false))
    }

    /// The runs of the title. Empty for an untitled page.
    pub fn title(&self) -> &[RichText] {
        self.properties
            .values()
            .find_map(|property| match &property.kind {
                PropertyKind::Title(runs) => Some(runs.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

impl Identified for Page {
    type Id = PageId;

    fn id(&self) -> Option<PageId> {
        Some(self.id)
    }
}

impl Full for Page {
    const MARK: &'static str = "url";
}

object! {
    /// A page's content as the service's Markdown. It holds no title, no properties, no times and no ids of blocks.
    pub struct PageMarkdown {
        /// Always `page_markdown`.
        pub object: Field<String>,
        /// The page, or the block whose subtree was asked for.
        pub id: BlockId,
        /// The text.
        pub markdown: String,
        /// Whether the page was too large to be written out whole.
        pub truncated: bool,
        /// The subtrees that were left out; each can be asked for by its id.
        pub unknown_block_ids: Vec<BlockId>,
        /// The request this answers.
        pub request_id: Field<String>,
    }
}
