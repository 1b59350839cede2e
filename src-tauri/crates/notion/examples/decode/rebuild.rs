//! A recorded request, made once more: read into typed parts, put together with the builders, and sent by the client to somebody who
//! only writes down what comes.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use satchel_notion::api::FileInfo;
use satchel_notion::types::{NewBlock, Parent, PropertyValue, RichText};
use satchel_notion::write::{
    CreateComment, CreateDataSource, CreateDatabase, CreateFileUpload, CreatePage, CreateView, Direction, Filter,
    MarkdownEdit, Moment, Position, Query, ResultType, Search, Sort, UpdateBlock, UpdateComment, UpdateDataSource,
    UpdateDatabase, UpdatePage, UpdateView,
};
use satchel_notion::{BlockId, Client, Field, Phase, RetryPolicy, Transport, TransportError, TransportFault};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::routes::segments;

/// What was sent: method, path with query, body.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: String,
    pub path: String,
    pub body: Value,
}

/// Somebody who writes down what comes and answers nothing.
#[derive(Clone, Default)]
pub struct Scribe(Arc<Mutex<Option<Sent>>>);

impl Transport for Scribe {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let is_json = request.headers().get("content-type").is_some_and(|kind| kind == "application/json");
        let body = if is_json {
            serde_json::from_slice(request.body()).unwrap_or_default()
        } else {
            Value::String(String::from_utf8_lossy(request.body()).into_owned())
        };
        let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let sent = Sent { method: request.method().to_string(), path, body };
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(sent);
        Box::pin(async { Err(TransportError::new(Phase::BeforeSend, TransportFault::Unsendable)) })
    }
}

/// Makes requests once more.
pub struct Rebuilder {
    scribe: Scribe,
    client: Client,
    runtime: tokio::runtime::Runtime,
}

type Failure = String;

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    serde_json::from_value(value.clone()).map_err(|error| error.to_string())
}

fn part<T: DeserializeOwned>(object: &Map<String, Value>, key: &str) -> Result<T, Failure> {
    typed(object.get(key).ok_or_else(|| format!("`{key}` is missing"))?)
}

/// A key that may be absent.
fn maybe<T: DeserializeOwned>(object: &Map<String, Value>, key: &str) -> Result<Option<T>, Failure> {
    object.get(key).map(typed).transpose()
}

/// What of a body no builder took.
fn all_of(object: &Map<String, Value>, known: &[&str]) -> Result<(), Failure> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("no builder takes `{key}`")),
        None => Ok(()),
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

impl Rebuilder {
    pub fn new() -> Result<Self, Failure> {
        let scribe = Scribe::default();
        let once = RetryPolicy { failures: 0, refusals: 0, ..RetryPolicy::default() };
        let client = Client::builder(scribe.clone())
            .token(SecretString::from("ntn_recorded"))
            .base_url("http://notion.test")
            .requests_per_minute(1_000_000)
            .retry(once)
            .build()
            .map_err(|error| error.to_string())?;
        // Whatever the client waits for has come at once: nobody is at the other end.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        Ok(Self { scribe, client, runtime })
    }

    fn sent<C: IntoFuture>(&self, call: C) -> Result<Sent, Failure>
    where
        C::Output: Failing,
    {
        let outcome = self.runtime.block_on(call.into_future());
        let sent = self.scribe.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        sent.ok_or_else(|| outcome.failure())
    }

    /// The request once more. Ids in the body are dashed, and every tagged thing has its `type`.
    pub fn rebuild(&self, method: &str, path: &str, body: &Value) -> Result<Sent, Failure> {
        let client = &self.client;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let shown: Vec<String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .filter(|(key, _)| key.starts_with("filter_properties"))
            .map(|(_, value)| percent_decoded(value))
            .collect();
        let segments = segments(path);
        if let (Value::String(form), ["file_uploads", id, "send"]) = (body, segments.as_slice()) {
            return self.form(id, form);
        }
        let Value::Object(object) = body else { return Err("no builder for a body that is no object".into()) };
        match (method, segments.as_slice()) {
            ("POST", ["search"]) => self.search(object),
            ("POST", ["data_sources", id, "query"]) => self.query(id, object, &shown),
            ("POST", ["pages"]) => self.sent(client.pages().create(&create_page(object)?)),
            ("PATCH", ["pages", id]) => self.sent(client.pages().update(parsed(id)?, &update_page(object)?)),
            ("POST", ["pages", id, "move"]) => {
                all_of(object, &["parent"])?;
                self.sent(client.pages().move_to(parsed(id)?, part::<Parent>(object, "parent")?))
            }
            ("PATCH", ["pages", id, "markdown"]) => self.markdown(id, object),
            ("PATCH", ["blocks", id, "children"]) => self.append(id, object),
            ("PATCH", ["blocks", id]) => {
                self.sent(client.blocks().update(parsed::<BlockId>(id)?, &typed::<UpdateBlock>(body)?))
            }
            ("POST", ["databases"]) => self.sent(client.databases().create(&typed::<CreateDatabase>(body)?)),
            ("PATCH", ["databases", id]) => {
                self.sent(client.databases().update(parsed(id)?, &typed::<UpdateDatabase>(body)?))
            }
            ("POST", ["data_sources"]) => self.sent(client.data_sources().create(&typed::<CreateDataSource>(body)?)),
            ("PATCH", ["data_sources", id]) => {
                self.sent(client.data_sources().update(parsed(id)?, &typed::<UpdateDataSource>(body)?))
            }
            ("POST", ["comments"]) => self.sent(client.comments().create(&create_comment(object)?)),
            ("PATCH", ["comments", id]) => {
                all_of(object, &["rich_text", "markdown"])?;
                let update = match maybe::<String>(object, "markdown")? {
                    Some(markdown) => UpdateComment::markdown(markdown),
                    None => UpdateComment::new(part::<Vec<RichText>>(object, "rich_text")?),
                };
                self.sent(client.comments().update(parsed(id)?, &update))
            }
            ("POST", ["file_uploads"]) => self.sent(client.file_uploads().create(&typed::<CreateFileUpload>(body)?)),
            ("POST", ["views"]) => self.sent(client.views().create(&typed::<CreateView>(body)?)),
            ("PATCH", ["views", id]) => self.sent(client.views().update(parsed(id)?, &typed::<UpdateView>(body)?)),
            ("POST", ["views", id, "queries"]) => {
                all_of(object, &["page_size"])?;
                let size = maybe::<u64>(object, "page_size")?.and_then(|size| usize::try_from(size).ok());
                self.sent(client.views().query(parsed(id)?, size))
            }
            _ => Err(format!("no builder for {method} {path}")),
        }
    }

    fn search(&self, object: &Map<String, Value>) -> Result<Sent, Failure> {
        all_of(object, &["query", "filter", "sort", "page_size", "start_cursor"])?;
        let mut search = match maybe::<String>(object, "query")? {
            Some(query) => Search::titles(query),
            None => Search::everything(),
        };
        if let Some(filter) = object.get("filter").and_then(Value::as_object) {
            search = match filter.get("value").and_then(Value::as_str) {
                Some("page") => search.pages(),
                Some("data_source") => search.data_sources(),
                Some(other) => return Err(format!("no builder searches for `{other}`")),
                None => search,
            };
            if let Some(in_trash) = maybe::<bool>(filter, "in_trash")? {
                search = search.in_trash(in_trash);
            }
        }
        if let Some(sort) = object.get("sort").and_then(Value::as_object) {
            search = match maybe::<String>(sort, "direction")?.as_deref().map(direction) {
                Some(direction) => search.by_last_edit(direction?),
                None => search.by_relevance(),
            };
        }
        let mut list = self.client.search(&search);
        if let Some(size) = size_of(object)? {
            list = list.page_size(size);
        }
        if let Some(cursor) = maybe::<String>(object, "start_cursor")? {
            list = list.start_cursor(cursor);
        }
        self.sent(list)
    }

    fn query(&self, id: &str, object: &Map<String, Value>, shown: &[String]) -> Result<Sent, Failure> {
        all_of(object, &["filter", "sorts", "result_type", "page_size", "start_cursor"])?;
        let mut query = shown.iter().fold(Query::all(), |query, property| query.property(property.as_str()));
        if let Some(filter) = object.get("filter") {
            query = query.filter(rebuilt_filter(filter)?);
        }
        for sort in object.get("sorts").and_then(Value::as_array).into_iter().flatten() {
            let direction = direction(sort.get("direction").and_then(Value::as_str).unwrap_or_default())?;
            let text = |key: &str| sort.get(key).and_then(Value::as_str);
            query = query.sort(match (text("property"), text("timestamp")) {
                (Some(property), _) => Sort::property(property, direction),
                (_, Some("created_time")) => Sort::created_time(direction),
                (_, Some("last_edited_time")) => Sort::last_edited_time(direction),
                _ => return Err(format!("no builder sorts by {sort}")),
            });
        }
        match maybe::<String>(object, "result_type")?.as_deref() {
            Some("page") => query = query.result_type(ResultType::Pages),
            Some("data_source") => query = query.result_type(ResultType::DataSources),
            _ => {}
        }
        let mut list = self.client.data_sources().query(parsed(id)?, &query);
        if let Some(size) = size_of(object)? {
            list = list.page_size(size);
        }
        if let Some(cursor) = maybe::<String>(object, "start_cursor")? {
            list = list.start_cursor(cursor);
        }
        self.sent(list)
    }

    fn markdown(&self, id: &str, object: &Map<String, Value>) -> Result<Sent, Failure> {
        let mut object = object.clone();
        let is_async = object.remove("allow_async").and_then(|flag| flag.as_bool());
        let edit: MarkdownEdit = typed(&Value::Object(object))?;
        match is_async {
            Some(true) => self.sent(self.client.pages().edit_markdown_async(parsed(id)?, &edit)),
            Some(false) => Err("no builder says that it may not be asynchronous".into()),
            None => self.sent(self.client.pages().edit_markdown(parsed(id)?, &edit)),
        }
    }

    fn append(&self, id: &str, object: &Map<String, Value>) -> Result<Sent, Failure> {
        all_of(object, &["children", "position", "after"])?;
        let children: Vec<NewBlock> = part(object, "children")?;
        if let Some(after) = maybe::<BlockId>(object, "after")? {
            return self.sent(self.client.blocks().append_after(parsed::<BlockId>(id)?, &children, after));
        }
        let position = maybe::<Position>(object, "position")?;
        self.sent(self.client.blocks().append(parsed::<BlockId>(id)?, &children, position))
    }

    /// A form's boundary is everybody's own, so what is compared is what stands between.
    fn form(&self, id: &str, form: &str) -> Result<Sent, Failure> {
        let boundary = form.lines().next().unwrap_or_default();
        let mut file = None;
        let mut number = None;
        for part in form.split(boundary) {
            let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
            let content = content.strip_suffix("\r\n").unwrap_or(content);
            let of = |key: &str| head.split(key).nth(1)?.split('"').next().map(str::to_owned);
            match of("; name=\"").as_deref() {
                Some("file") => {
                    let kind =
                        head.split("Content-Type: ").nth(1).unwrap_or_default().lines().next().unwrap_or_default();
                    let info = FileInfo {
                        filename: of("filename=\"").unwrap_or_default(),
                        content_type: kind.to_owned(),
                        length: content.len() as u64,
                    };
                    file = Some((info, content.to_owned()));
                }
                Some("part_number") => number = Some(parsed::<u64>(content)?),
                other => return Err(format!("no builder writes the field {other:?}")),
            }
        }
        let (info, content) = file.ok_or("a form without a file")?;
        let uploads = self.client.file_uploads();
        match number {
            Some(number) => self.sent(uploads.send_part(parsed(id)?, number, &info, content.as_bytes())),
            None => self.sent(uploads.send(parsed(id)?, &info, content.as_bytes())),
        }
    }
}

/// The outcome of a call to somebody who answers nothing.
pub trait Failing {
    fn failure(self) -> Failure;
}

impl<T> Failing for Result<T, satchel_notion::Error> {
    fn failure(self) -> Failure {
        self.err().map_or_else(|| "nothing was sent".to_owned(), |error| error.to_string())
    }
}

fn size_of(object: &Map<String, Value>) -> Result<Option<usize>, Failure> {
    Ok(maybe::<u64>(object, "page_size")?.and_then(|size| usize::try_from(size).ok()))
}

fn direction(text: &str) -> Result<Direction, Failure> {
    match text {
        "ascending" => Ok(Direction::Ascending),
        "descending" => Ok(Direction::Descending),
        other => Err(format!("no builder sorts `{other}`")),
    }
}

fn create_page(object: &Map<String, Value>) -> Result<CreatePage, Failure> {
    let known =
        ["parent", "properties", "icon", "cover", "children", "markdown", "template", "position", "allow_async"];
    all_of(object, &known)?;
    let mut page = match maybe::<Parent>(object, "parent")? {
        Some(parent) => CreatePage::new(parent),
        None => CreatePage::default(),
    };
    if let Some(properties) = object.get("properties") {
        let properties = properties.as_object().ok_or("`properties` is no object")?;
        page.properties = Field::Value(Default::default());
        for (name, value) in properties {
            page = page.property(name.as_str(), typed::<PropertyValue>(value)?);
        }
    }
    // What is null is said to be null.
    page.icon = field(object, "icon")?;
    page.cover = field(object, "cover")?;
    if let Some(children) = maybe::<Vec<NewBlock>>(object, "children")? {
        page = page.children(children);
    }
    if let Some(markdown) = maybe::<String>(object, "markdown")? {
        page = page.markdown(markdown);
    }
    page.template = field(object, "template")?;
    page.position = field(object, "position")?;
    page.allow_async = field(object, "allow_async")?;
    Ok(page)
}

fn field<T: DeserializeOwned>(object: &Map<String, Value>, key: &str) -> Result<Field<T>, Failure> {
    match object.get(key) {
        None => Ok(Field::Absent),
        Some(Value::Null) => Ok(Field::Null),
        Some(value) => typed(value).map(Field::Value),
    }
}

fn update_page(object: &Map<String, Value>) -> Result<UpdatePage, Failure> {
    let known = [
        "properties",
        "icon",
        "cover",
        "in_trash",
        "archived",
        "is_archived",
        "is_locked",
        "template",
        "erase_content",
    ];
    all_of(object, &known)?;
    let mut update = UpdatePage {
        icon: field(object, "icon")?,
        cover: field(object, "cover")?,
        archived: field(object, "archived")?,
        is_archived: field(object, "is_archived")?,
        is_locked: field(object, "is_locked")?,
        template: field(object, "template")?,
        erase_content: field(object, "erase_content")?,
        ..UpdatePage::default()
    };
    if let Some(properties) = object.get("properties") {
        let properties = properties.as_object().ok_or("`properties` is no object")?;
        update.properties = Field::Value(Default::default());
        for (name, value) in properties {
            update = update.property(name.as_str(), typed::<PropertyValue>(value)?);
        }
    }
    if let Some(in_trash) = maybe::<bool>(object, "in_trash")? {
        update = update.in_trash(in_trash);
    }
    Ok(update)
}

fn create_comment(object: &Map<String, Value>) -> Result<CreateComment, Failure> {
    all_of(object, &["parent", "discussion_id", "rich_text", "markdown", "attachments", "display_name"])?;
    use satchel_notion::types::ParentKind;
    use satchel_notion::write::CommentTarget;
    let target = match maybe::<Parent>(object, "parent")?.map(|parent| parent.kind) {
        Some(ParentKind::Page(id)) => CommentTarget::Page(id),
        Some(ParentKind::Block(id)) => CommentTarget::Block(id),
        Some(other) => return Err(format!("no comment goes to {}", other.name())),
        None => CommentTarget::Discussion(part(object, "discussion_id")?),
    };
    let mut comment = match maybe::<String>(object, "markdown")? {
        Some(markdown) => CreateComment::markdown(target, markdown),
        None => CreateComment::new(target, part(object, "rich_text")?),
    };
    for attachment in object.get("attachments").and_then(Value::as_array).into_iter().flatten() {
        let id = attachment.get("file_upload_id").and_then(Value::as_str).unwrap_or_default();
        comment = comment.attachment(parsed(id)?);
    }
    if let Some(name) = object.get("display_name") {
        comment = match name.get("type").and_then(Value::as_str) {
            Some("integration") => comment.as_integration(),
            Some("user") => comment.as_user(),
            _ => comment.named_as(name.pointer("/custom/name").and_then(Value::as_str).unwrap_or_default()),
        };
    }
    Ok(comment)
}

/// A filter, condition by condition.
fn rebuilt_filter(filter: &Value) -> Result<Filter, Failure> {
    let object = filter.as_object().ok_or("a filter is an object")?;
    for (key, all) in [("and", true), ("or", false)] {
        if let Some(filters) = object.get(key).and_then(Value::as_array) {
            let filters = filters.iter().map(rebuilt_filter).collect::<Result<Vec<_>, _>>()?;
            return Ok(if all { Filter::all(filters) } else { Filter::any(filters) });
        }
    }
    let condition = |kind: &str| {
        let (operator, operand) = object.get(kind)?.as_object()?.iter().next()?;
        Some((operator.as_str(), operand))
    };
    match object.get("timestamp").and_then(Value::as_str) {
        Some("created_time") => return dated(Filter::created_time(), condition("created_time")),
        Some("last_edited_time") => return dated(Filter::last_edited_time(), condition("last_edited_time")),
        _ => {}
    }
    let name =
        object.get("property").and_then(Value::as_str).ok_or_else(|| format!("no builder filters by {filter}"))?;
    let kind =
        object.keys().find(|key| !matches!(key.as_str(), "property" | "type")).ok_or("a filter without a condition")?;
    let property = Filter::property(name);
    let (operator, operand) = condition(kind).ok_or("a filter without an operator")?;
    let text = || operand.as_str().map(str::to_owned).ok_or_else(|| format!("{operand} is no text"));
    let unknown = || Err(format!("no builder filters {kind} by {operator}"));
    macro_rules! presence {
        ($filter:expr) => {
            match operator {
                "is_empty" => Ok($filter.is_empty()),
                "is_not_empty" => Ok($filter.is_not_empty()),
                _ => unknown(),
            }
        };
    }
    macro_rules! textual {
        ($filter:expr) => {
            match operator {
                "equals" => Ok($filter.equals(text()?)),
                "does_not_equal" => Ok($filter.does_not_equal(text()?)),
                "contains" => Ok($filter.contains(text()?)),
                "does_not_contain" => Ok($filter.does_not_contain(text()?)),
                "starts_with" => Ok($filter.starts_with(text()?)),
                "ends_with" => Ok($filter.ends_with(text()?)),
                _ => presence!($filter),
            }
        };
    }
    macro_rules! numeric {
        ($filter:expr) => {{
            let number = || match operand {
                Value::Number(number) => Ok(number.clone()),
                other => Err(format!("{other} is no number")),
            };
            match operator {
                "equals" => Ok($filter.equals(number()?)),
                "does_not_equal" => Ok($filter.does_not_equal(number()?)),
                "greater_than" => Ok($filter.greater_than(number()?)),
                "less_than" => Ok($filter.less_than(number()?)),
                "greater_than_or_equal_to" => Ok($filter.greater_than_or_equal_to(number()?)),
                "less_than_or_equal_to" => Ok($filter.less_than_or_equal_to(number()?)),
                _ => presence!($filter),
            }
        }};
    }
    let names = || -> Result<satchel_notion::write::Names, Failure> {
        match operand {
            Value::Array(_) => Ok(typed::<Vec<String>>(operand)?.into()),
            _ => Ok(text()?.into()),
        }
    };
    let who = || -> Result<satchel_notion::write::Who, Failure> {
        match text()?.as_str() {
            "me" => Ok(satchel_notion::write::Who::Me),
            id => Ok(parsed::<satchel_notion::UserId>(id)?.into()),
        }
    };
    match kind.as_str() {
        "title" => textual!(property.title()),
        "rich_text" => textual!(property.rich_text()),
        "url" => textual!(property.url()),
        "email" => textual!(property.email()),
        "phone_number" => textual!(property.phone_number()),
        "number" => numeric!(property.number()),
        "unique_id" => numeric!(property.unique_id()),
        "checkbox" => match operator {
            "equals" => Ok(property.checkbox().equals(typed::<bool>(operand)?)),
            "does_not_equal" => Ok(property.checkbox().does_not_equal(typed::<bool>(operand)?)),
            _ => unknown(),
        },
        "select" | "status" => {
            let filter = if kind == "select" { property.select() } else { property.status() };
            match operator {
                "equals" => Ok(filter.equals(names()?)),
                "does_not_equal" => Ok(filter.does_not_equal(names()?)),
                _ => presence!(filter),
            }
        }
        "multi_select" => match operator {
            "contains" => Ok(property.multi_select().contains(names()?)),
            "does_not_contain" => Ok(property.multi_select().does_not_contain(names()?)),
            _ => presence!(property.multi_select()),
        },
        "people" | "created_by" | "last_edited_by" => {
            let filter = match kind.as_str() {
                "people" => property.people(),
                "created_by" => property.created_by(),
                _ => property.last_edited_by(),
            };
            match operator {
                "contains" => Ok(filter.contains(who()?)),
                "does_not_contain" => Ok(filter.does_not_contain(who()?)),
                _ => presence!(filter),
            }
        }
        "relation" => {
            let page = || parsed::<satchel_notion::PageId>(&text()?);
            match operator {
                "contains" => Ok(property.relation().contains(page()?)),
                "does_not_contain" => Ok(property.relation().does_not_contain(page()?)),
                _ => presence!(property.relation()),
            }
        }
        "files" => presence!(property.files()),
        "date" => dated(property.date(), Some((operator, operand))),
        "created_time" => dated(property.created_time(), Some((operator, operand))),
        "last_edited_time" => dated(property.last_edited_time(), Some((operator, operand))),
        // What is nested deeper is the same once more.
        _ => Ok(Filter::raw(json!(filter))),
    }
}

fn dated(filter: satchel_notion::write::DateFilter, condition: Option<(&str, &Value)>) -> Result<Filter, Failure> {
    let (operator, operand) = condition.ok_or("a filter without an operator")?;
    let moment = || -> Result<Moment, Failure> {
        Ok(match operand.as_str().ok_or_else(|| format!("{operand} is no time"))? {
            "today" => Moment::Today,
            "tomorrow" => Moment::Tomorrow,
            "yesterday" => Moment::Yesterday,
            "one_week_ago" => Moment::OneWeekAgo,
            "one_week_from_now" => Moment::OneWeekFromNow,
            "one_month_ago" => Moment::OneMonthAgo,
            "one_month_from_now" => Moment::OneMonthFromNow,
            at => Moment::from(at),
        })
    };
    Ok(match operator {
        "equals" => filter.equals(moment()?),
        "before" => filter.before(moment()?),
        "after" => filter.after(moment()?),
        "on_or_before" => filter.on_or_before(moment()?),
        "on_or_after" => filter.on_or_after(moment()?),
        "is_empty" => filter.is_empty(),
        "is_not_empty" => filter.is_not_empty(),
        "this_week" => filter.this_week(),
        "past_week" => filter.past_week(),
        "past_month" => filter.past_month(),
        "past_year" => filter.past_year(),
        "next_week" => filter.next_week(),
        "next_month" => filter.next_month(),
        "next_year" => filter.next_year(),
        other => return Err(format!("no builder filters a time by {other}")),
    })
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
