//! Uploads: begin, send, complete, look at; and their way into what they are attached to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::form::Form;
use super::{Answer, Call, Reply, envelope, not_found};
use crate::error::ApiError;
use crate::limits;
use crate::state::ids::{self, Id, IdKind};
use crate::state::upload::{Mode, Part, Status, Upload};
use crate::validate::{self, complain};

/// Types by extension, for what is begun without one. Others are refused, as the service refuses extensions it does not know.
const TYPES: &[(&str, &str)] = &[
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("json", "application/json"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    ("heic", "image/heic"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("ogg", "audio/ogg"),
    ("m4a", "audio/mp4"),
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

pub(crate) fn type_of(filename: &str) -> Option<&'static str> {
    let extension = filename.rsplit_once('.')?.1.to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == extension).map(|(_, kind)| *kind)
}

impl Call<'_> {
    fn upload_value(&self, upload: &Upload) -> Value {
        let mut value = upload.shown(self.now, self.ws.is_person(upload.created.by));
        if let (crate::Version::V2025_09_03, Some(fields)) = (self.version, value.as_object_mut()) {
            fields.insert("archived".to_owned(), false.into());
        }
        value
    }

    fn own_upload(&self, id: Id) -> Result<&Upload, ApiError> {
        let found = self.ws.uploads.iter().find(|upload| upload.id == id && upload.connection == self.connection.id);
        found.ok_or_else(|| not_found("file upload", &id.to_string(), &self.connection))
    }

    pub(super) fn create_upload(&mut self) -> Answer {
        self.check_query(&[])?;
        self.check_body(|bodies| &bodies.create_upload)?;
        self.need(|can| can.insert_content)?;
        let text = |name: &str| self.field(name).and_then(Value::as_str).map(str::to_owned);
        let filename = text("filename");
        let parts = self.field("number_of_parts");
        let mode = match text("mode").as_deref() {
            Some("multi_part") => {
                let total =
                    parts.and_then(Value::as_u64).ok_or_else(|| complain("body.number_of_parts", "defined", None))?;
                if filename.is_none() {
                    return Err(complain("body.filename", "defined", None));
                }
                Mode::Parts { total }
            }
            Some("external_url") => {
                let url = text("external_url").ok_or_else(|| complain("body.external_url", "defined", None))?;
                let parsed = url::Url::parse(&url).ok().filter(|url| url.scheme() == "https" && url.has_host());
                let parsed = parsed
                    .ok_or_else(|| complain("body.external_url", "a valid HTTPS URL", self.field("external_url")))?;
                if filename.is_none() {
                    return Err(complain("body.filename", "defined", None));
                }
                // RFC 6761: nothing is ever found there.
                Mode::External { succeeds: !parsed.host_str().is_some_and(|host| host.ends_with(".invalid")) }
            }
            _ => Mode::Single,
        };
        if !matches!(mode, Mode::Parts { .. }) && parts.is_some() {
            return Err(complain("body.number_of_parts", "not present", parts));
        }
        let content_type = match (text("content_type"), &filename) {
            (Some(given), _) => Some(given),
            (None, Some(name)) => Some(
                type_of(name)
                    .ok_or_else(|| {
                        ApiError::validation(format!("File extension of `{name}` is not supported by the Notion API."))
                    })?
                    .to_owned(),
            ),
            (None, None) => None,
        };
        let stamp = self.stamp();
        let id = self.ws.mint(IdKind::FileUpload, stamp.at);
        let upload = Upload {
            id,
            connection: self.connection.id,
            created: stamp,
            edited: stamp.at,
            mode,
            filename,
            content_type,
            parts: BTreeMap::new(),
            is_complete: false,
            is_attached: false,
        };
        let reply = self.upload_value(&upload);
        self.ws.uploads.push(upload);
        Ok(Reply { committed: Some(id), ..reply.into() })
    }

    pub(super) fn retrieve_upload(&self, id: &str) -> Answer {
        let id = validate::path_id("file_upload_id", id)?;
        self.check_query(&[])?;
        Ok(self.upload_value(self.own_upload(id)?).into())
    }

    /// Newest first.
    pub(super) fn list_uploads(&self) -> Answer {
        self.check_query(&["status", "start_cursor", "page_size"])?;
        let status = self.param("status");
        if let Some(status) = status.filter(|status| !Status::NAMES.contains(status)) {
            let expectation = "`\"pending\"`, `\"uploaded\"`, `\"expired\"`, or `\"failed\"`";
            return Err(complain("query.status", expectation, Some(&status.into())));
        }
        let paging = self.query_paging()?;
        let mine = |upload: &&Upload| {
            upload.connection == self.connection.id
                && status.is_none_or(|status| upload.status(self.now).name() == status)
        };
        let found: Vec<&Upload> = self.ws.uploads.iter().rev().filter(mine).collect();
        let all: Vec<Id> = found.iter().map(|upload| upload.id).collect();
        let (ids, next) = paging.slice(&all)?;
        let shown = found.iter().filter(|upload| ids.contains(&upload.id)).map(|upload| self.upload_value(upload));
        Ok(envelope("file_upload", shown.collect(), next).into())
    }

    fn pending(&self, id: Id) -> Result<&Upload, ApiError> {
        let upload = self.own_upload(id)?;
        match upload.status(self.now) {
            Status::Pending => Ok(upload),
            Status::Uploaded => Err(ApiError::validation("This file upload has already been completed.")),
            Status::Expired => Err(ApiError::validation("This file upload has expired.")),
            Status::Failed => Err(ApiError::validation("This file upload has failed.")),
        }
    }

    pub(super) fn send_upload(&mut self, id: &str, form: Option<&Form>) -> Answer {
        let id = validate::path_id("file_upload_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.insert_content)?;
        let upload = self.pending(id)?;
        let form = form.ok_or_else(|| ApiError::validation("The request should be multipart/form-data."))?;
        let file = form.file.as_ref().ok_or_else(|| complain("body.file", "defined", None))?;
        if let Some(odd) = form.odd_field() {
            return Err(complain(&format!("body.{odd}"), "not present", Some(&odd.into())));
        }
        let number = form.part_number.as_deref();
        let part = match (upload.mode, number) {
            (Mode::External { .. }, _) => {
                return Err(ApiError::validation("A file upload with mode `external_url` takes no file contents."));
            }
            (Mode::Single, None) => 1,
            (Mode::Single, Some(number)) => {
                return Err(complain("body.part_number", "not present", Some(&number.into())));
            }
            (Mode::Parts { .. }, None) => return Err(complain("body.part_number", "defined", None)),
            (Mode::Parts { total }, Some(number)) => {
                let part = number.parse().ok().filter(|part| (1..=total).contains(part));
                part.ok_or_else(|| {
                    complain("body.part_number", &format!("a number between `1` and `{total}`"), Some(&number.into()))
                })?
            }
        };
        let length = file.content.len() as u64;
        let is_last = matches!(upload.mode, Mode::Parts { total } if part == total);
        if length == 0 {
            return Err(ApiError::validation("The file is empty."));
        }
        if length > limits::UPLOAD_PART {
            return Err(ApiError::validation("The file or part is larger than 20 MiB."));
        }
        if matches!(upload.mode, Mode::Parts { .. }) && !is_last && length < limits::SMALLEST_UPLOAD_PART {
            return Err(ApiError::validation("Every part but the last should be at least 5 MiB."));
        }
        let others: u64 = upload.parts.iter().filter(|(number, _)| **number != part).map(|(_, part)| part.length).sum();
        let most = self.ws.largest_upload();
        if others + length > most {
            return Err(ApiError::validation(format!("The file is larger than this workspace allows: {most} bytes.")));
        }
        if let (Some(declared), Some(sent)) = (&upload.content_type, &file.content_type)
            && declared.split(';').next() != sent.split(';').next()
        {
            return Err(ApiError::validation(format!(
                "The content type of the file ({sent}) does not match the one of the file upload ({declared})."
            )));
        }
        let (filename, content_type) = (file.filename.clone(), file.content_type.clone());
        let kept: u64 = self.ws.uploads.iter().map(Upload::kept).sum();
        let bytes = (kept + length <= limits::KEPT_UPLOADS).then(|| file.content.clone());
        let now = self.now;
        if let Some(upload) = self.ws.uploads.iter_mut().find(|upload| upload.id == id) {
            upload.parts.insert(part, Part { length, bytes });
            upload.edited = now;
            upload.filename = upload.filename.take().or(filename);
            upload.content_type = upload.content_type.take().or(content_type);
            upload.is_complete |= upload.mode == Mode::Single;
        }
        Ok(Reply { committed: Some(id), ..self.upload_value(self.own_upload(id)?).into() })
    }

    pub(super) fn complete_upload(&mut self, id: &str) -> Answer {
        let id = validate::path_id("file_upload_id", id)?;
        self.check_query(&[])?;
        self.need(|can| can.insert_content)?;
        let upload = self.pending(id)?;
        let Mode::Parts { total } = upload.mode else {
            return Err(ApiError::validation("Only a file upload with mode `multi_part` is completed."));
        };
        let sent = upload.parts.len() as u64;
        if sent < total {
            return Err(ApiError::validation(format!("{sent} of {total} parts have been sent.")));
        }
        let now = self.now;
        if let Some(upload) = self.ws.uploads.iter_mut().find(|upload| upload.id == id) {
            upload.is_complete = true;
            upload.edited = now;
        }
        Ok(Reply { committed: Some(id), ..self.upload_value(self.own_upload(id)?).into() })
    }

    /// Puts the files of uploads in place of the uploads' ids, wherever the body has some, and remembers which are attached by it.
    pub(super) fn take_uploads(&mut self) -> Result<(), ApiError> {
        let mut body = std::mem::take(&mut self.body);
        let result = self.take_uploads_of(&mut body);
        self.body = body;
        result
    }

    fn take_uploads_of(&mut self, value: &mut Value) -> Result<(), ApiError> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.take_uploads_of(item)),
            Value::Object(object) => {
                if let Some(id) = object.get("file_upload").and_then(|upload| upload.get("id")).and_then(Value::as_str)
                {
                    let id = ids::parse(id).unwrap_or_default();
                    self.attach(id, object)?;
                }
                object.values_mut().try_for_each(|value| self.take_uploads_of(value))
            }
            _ => Ok(()),
        }
    }

    fn attach(&mut self, id: Id, object: &mut Map<String, Value>) -> Result<(), ApiError> {
        let upload = self.usable_upload(id)?;
        let (address, filename) = (upload.address(self.ws.id), upload.filename.clone());
        object.remove("file_upload");
        object.insert("file".to_owned(), json!({ "url": address }));
        if object.contains_key("type") {
            object.insert("type".to_owned(), "file".into());
        }
        if let Some(filename) = filename {
            object.entry("name").or_insert_with(|| filename.into());
        }
        self.attached.push(id);
        Ok(())
    }

    /// An upload that may be attached.
    pub(super) fn usable_upload(&self, id: Id) -> Result<&Upload, ApiError> {
        let upload = self.own_upload(id)?;
        match upload.status(self.now) {
            Status::Uploaded => Ok(upload),
            other => Err(ApiError::validation(format!(
                "File upload {id} is not uploaded: its status is `{}`.",
                other.name()
            ))),
        }
    }

    /// What was attached stays for good.
    pub(super) fn keep_attached(&mut self) {
        for upload in self.ws.uploads.iter_mut().filter(|upload| self.attached.contains(&upload.id)) {
            upload.is_attached = true;
        }
    }
}
