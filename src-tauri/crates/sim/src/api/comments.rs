//! Comments: on pages and blocks, in discussions that are no more than an id.

use serde_json::{Value, json};

use super::{Answer, Call, Reply, envelope};
use crate::error::ApiError;
use crate::markdown::{ReadOptions, read_inline};
use crate::state::ids::{Id, IdKind};
use crate::state::rich_text::canonical;
use crate::state::{Body, Comment, Parent};
use crate::validate::{self, complain};

impl Call<'_> {
    fn comment_reply(&self, comment: &Comment) -> Reply {
        if self.connection.capabilities.read_comments {
            return self.reader().comment(comment).into();
        }
        json!({ "object": "comment", "id": comment.id }).into()
    }

    /// The page or block a comment hangs on, if the connection sees it.
    fn comment_target(&self, id: Id, kind: &str) -> Result<Parent, ApiError> {
        match self.ws.visible(&self.connection, id).map(|node| &node.body) {
            Some(Body::Page(_)) => Ok(Parent::Page(id)),
            Some(Body::Block { .. }) if kind == "block" => Ok(Parent::Block(id)),
            _ => Err(self.not_found(kind, id)),
        }
    }

    pub(super) fn list_comments(&self) -> Answer {
        self.check_query(&["block_id", "start_cursor", "page_size"])?;
        let given = self.param("block_id").ok_or_else(|| complain("query.block_id", "defined", None))?;
        let id = crate::state::ids::parse(given)
            .ok_or_else(|| complain("query.block_id", "a valid uuid", Some(&given.into())))?;
        let paging = self.query_paging()?;
        self.need(|can| can.read_comments)?;
        let target = self.comment_target(id, "block")?;
        let open = |comment: &&Comment| comment.parent == target && !self.ws.resolved.contains(&comment.discussion);
        let mut found: Vec<&Comment> = self.ws.comments.iter().filter(open).collect();
        found.sort_by_key(|comment| comment.created.at);
        let all: Vec<Id> = found.iter().map(|comment| comment.id).collect();
        let (ids, next) = paging.slice(&all)?;
        let reader = self.reader();
        let results =
            found.iter().filter(|comment| ids.contains(&comment.id)).map(|comment| reader.comment(comment)).collect();
        Ok(envelope("comment", results, next).into())
    }

    pub(super) fn create_comment(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_comment)?;
        match (self.field("parent"), self.field("discussion_id")) {
            (None, None) => return Err(complain("body.parent", "defined", None)),
            (Some(_), Some(discussion)) => return Err(complain("body.discussion_id", "not present", Some(discussion))),
            _ => {}
        }
        let rich_text = self.comment_text()?;
        self.need(|can| can.insert_comments)?;
        let attachments = self.attachments()?;
        let (parent, discussion) = self.discussion()?;
        if let Parent::Page(id) | Parent::Block(id) = parent {
            self.living(id)?;
        }
        let stamp = self.stamp();
        let discussion = discussion.unwrap_or_else(|| self.ws.mint(IdKind::Discussion, stamp.at));
        let id = self.ws.mint(IdKind::Comment, stamp.at);
        let display_name = self.display_name();
        let comment =
            Comment { id, parent, discussion, created: stamp, edited: stamp.at, rich_text, display_name, attachments };
        self.ws.comments.push(comment.clone());
        Ok(Reply { committed: Some(id), ..self.comment_reply(&comment) })
    }

    /// The text out of `rich_text` or `markdown`, exactly one of which is there.
    fn comment_text(&self) -> Result<Vec<Value>, ApiError> {
        self.check_dialect()?;
        match (self.field("rich_text"), self.field("markdown").and_then(Value::as_str)) {
            (Some(_), Some(_)) => Err(complain("body.markdown", "not present", self.field("markdown"))),
            (Some(rich_text), None) => canonical(rich_text),
            (None, Some(markdown)) => {
                let reader = self.reader();
                let lookup = reader.lookup();
                let options = ReadOptions { dialect: self.dialect(), lookup: &lookup, ..ReadOptions::default() };
                canonical(&read_inline(markdown, &options).into())
            }
            (None, None) => Err(complain("body.rich_text", "defined", None)),
        }
    }

    /// The files beside a comment.
    fn attachments(&mut self) -> Result<Vec<Value>, ApiError> {
        let given = self.field("attachments").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut attachments = Vec::new();
        for attachment in given {
            let id = attachment.get("file_upload_id").and_then(Value::as_str).and_then(crate::state::ids::parse);
            let upload = self.usable_upload(id.unwrap_or_default())?;
            let category = match upload.content_type.as_deref().unwrap_or_default().split_once('/') {
                Some(("image", _)) => "image",
                Some(("audio", _)) => "audio",
                Some(("video", _)) => "video",
                Some((_, "pdf")) => "pdf",
                _ => "productivity",
            };
            let (id, address) = (upload.id, upload.address(self.ws.id));
            attachments.push(json!({ "category": category, "file": { "url": address } }));
            self.attached.push(id);
        }
        Ok(attachments)
    }

    /// Where the comment goes, and the discussion it joins.
    fn discussion(&self) -> Result<(Parent, Option<Id>), ApiError> {
        if let Some(id) = self.id_at("/discussion_id") {
            let known = self.ws.comments.iter().find(|comment| comment.discussion == id);
            let seen = known.filter(|comment| match comment.parent {
                Parent::Page(on) | Parent::Block(on) => self.ws.sees(&self.connection, on),
                _ => false,
            });
            return seen.map(|comment| (comment.parent, Some(id))).ok_or_else(|| self.not_found("discussion", id));
        }
        let parent = match self.id_at("/parent/page_id") {
            Some(id) => self.comment_target(id, "page")?,
            None => self.comment_target(self.id_at("/parent/block_id").unwrap_or_default(), "block")?,
        };
        // A page stays one by whichever name it is called.
        let is_shared = self.options.one_page_discussion && matches!(parent, Parent::Page(_));
        let is_open = |comment: &&Comment| comment.parent == parent && !self.ws.resolved.contains(&comment.discussion);
        let open = self.ws.comments.iter().find(is_open).map(|comment| comment.discussion);
        Ok((parent, open.filter(|_| is_shared)))
    }

    fn display_name(&self) -> Value {
        let kind = self.body.pointer("/display_name/type").and_then(Value::as_str).unwrap_or("integration");
        let owner = self.connection.owner.and_then(|owner| self.ws.people.iter().find(|person| person.id == owner));
        let name = match kind {
            "custom" => self.body.pointer("/display_name/custom/name").and_then(Value::as_str),
            "user" => owner.map(|person| person.name.as_str()),
            _ => Some(self.connection.name.as_str()),
        };
        json!({ "type": kind, "resolved_name": name })
    }

    fn visible_comment(&self, id: Id) -> Result<&Comment, ApiError> {
        let found = self.ws.comments.iter().find(|comment| comment.id == id).filter(|comment| match comment.parent {
            Parent::Page(on) | Parent::Block(on) => self.ws.sees(&self.connection, on),
            _ => false,
        });
        found.ok_or_else(|| self.not_found("comment", id))
    }

    pub(super) fn retrieve_comment(&self, id: &str) -> Answer {
        let id = validate::path_id("comment_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.read_comments)?;
        Ok(self.reader().comment(self.visible_comment(id)?).into())
    }

    /// A comment of the connection's own; those of others are not to be found.
    fn own_comment(&self, id: Id) -> Result<&Comment, ApiError> {
        let comment = self.visible_comment(id)?;
        if comment.created.by == self.connection.author() { Ok(comment) } else { Err(self.not_found("comment", id)) }
    }

    pub(super) fn update_comment(&mut self, id: &str) -> Answer {
        let id = validate::path_id("comment_id", id)?;
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.update_comment)?;
        let rich_text = self.comment_text()?;
        self.need(|can| can.insert_comments)?;
        self.own_comment(id)?;
        let now = self.now;
        if let Some(comment) = self.ws.comments.iter_mut().find(|comment| comment.id == id) {
            comment.rich_text = rich_text;
            comment.edited = now;
        }
        Ok(self.comment_reply(self.own_comment(id)?))
    }

    pub(super) fn delete_comment(&mut self, id: &str) -> Answer {
        let id = validate::path_id("comment_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.insert_comments)?;
        let reply = self.comment_reply(self.own_comment(id)?);
        self.ws.comments.retain(|comment| comment.id != id);
        Ok(reply)
    }
}
