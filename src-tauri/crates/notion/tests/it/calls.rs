//! What each endpoint sends, and what is not sent at all.

use std::error::Error as _;
use std::future::IntoFuture;

use satchel_notion::api::{FileInfo, UploadErrorKind};
use satchel_notion::types::{
    Accepted, Empty, Icon, NewBlock, PageOrDataSource, PropertyKind, PropertyValue, Resource, RichText, SchemaKind,
    SelectOption, TableView, UploadStatus, ViewConfiguration, ViewType,
};
use satchel_notion::write::{
    ContentUpdate, CreateComment, CreateDataSource, CreateDatabase, CreateFileUpload, CreatePage, CreateView,
    Direction, Filter, MarkdownEdit, PagePosition, Position, Query, Search, Sort, Template, UpdateBlock, UpdateComment,
    UpdateDataSource, UpdateDatabase, UpdatePage, UpdateView,
};
use satchel_notion::{
    BlockId, Client, CommentId, DataSourceId, DatabaseId, DiscussionId, Error, ErrorCode, FileUploadId, PageId, Phase,
    PropertyId, ReqwestTransport, TaskId, TransportError, TransportFault, UserId, ViewId, ViewQueryId, split,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::script::{ID, Service, TOKEN, answer, error, html, lost, me};

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>() -> T {
    ID.parse().unwrap()
}

/// What a call sends, whatever becomes of it.
macro_rules! sent {
    ($client:ident => $($name:literal: $call:expr,)*) => {{
        let service = Service::new(|_, _| answer(200, &json!({})));
        let $client = service.client();
        let mut sent = serde_json::Map::new();
        $(
            let _ = $call.into_future().await;
            let seen = service.seen().pop().unwrap();
            let mut shown = vec![json!(format!("{} {}", seen.method, seen.path))];
            if !seen.body.is_null() {
                shown.push(seen.body);
            }
            sent.insert($name.to_owned(), shown.into());
        )*
        Value::Object(sent)
    }};
}

#[tokio::test(start_paused = true)]
async fn every_endpoint_is_asked_as_it_wants_to_be() {
    let page: PageId = id();
    let block: BlockId = id();
    let row = CreatePage::new(id::<DataSourceId>())
        .property("Name", PropertyValue::title("Milk"))
        .property("Tags", PropertyKind::MultiSelect(vec![SelectOption::named("inbox")]))
        .property("Due", PropertyKind::Date(None))
        .icon(Icon::emoji("🥛"))
        .template(Template::none());
    let note = CreatePage::new(page).title("Note").markdown("- [ ] two litres").position(PagePosition::Start);
    let change = UpdatePage::default().icon(None).property("Num", PropertyKind::Number(None)).in_trash(true);
    let query = Query::all()
        .filter(Filter::property("Capture ID").rich_text().equals("01J"))
        .sort(Sort::created_time(Direction::Ascending))
        .property("title");
    let blocks = [
        NewBlock::paragraph(split::rich_text("Hello")),
        NewBlock::to_do(vec![RichText::mention_page(page)], false),
        NewBlock::heading(2, vec![]).with_children(vec![NewBlock::bookmark("https://e.org")]).unwrap(),
    ];
    let discussion: DiscussionId = id();
    let reply = CreateComment::markdown(discussion, "**ok**").attachment(id::<FileUploadId>()).as_user();
    let search = Search::titles("milk").pages().newest_first();
    let database =
        CreateDatabase::new(page).title("Tides").property("Name", SchemaKind::Title(Empty::default())).inline();
    let columns = UpdateDataSource::default()
        .property("Height", SchemaKind::Number(Default::default()))
        .rename("Old name", "New name")
        .delete("Unused");
    let view = CreateView::in_database(id::<DatabaseId>(), id::<DataSourceId>(), "Open", ViewType::Table)
        .filter(Filter::property("Done").checkbox().equals(false))
        .sort(Sort::created_time(Direction::Ascending))
        .configuration(ViewConfiguration::Table(Box::new(TableView {
            wrap_cells: true.into(),
            ..TableView::default()
        })));
    let sent = sent! { client =>
        "users.me": client.users().me(),
        "users.get": client.users().get(id::<UserId>()),
        "users.list": client.users().list().page_size(10),
        "search": client.search(&search).start_cursor("c"),
        "search everything": client.search(&Search::everything()),
        "pages.get": client.pages().get(page),
        "pages.create row": client.pages().create(&row),
        "pages.create note": client.pages().create(&note),
        "pages.create in the background": client.pages().create_async(&note),
        "pages.update": client.pages().update(page, &change),
        "pages.property": client.pages().property(page, &PropertyId::new("%3FB%3AW")),
        "pages.property_items": client.pages().property_items(page, &PropertyId::title()).start_cursor("x"),
        "pages.markdown": client.pages().markdown(page),
        "markdown update": client.pages().edit_markdown(page, &MarkdownEdit::update(vec![ContentUpdate::new("a", "b"), ContentUpdate::all("c", "d")])),
        "markdown replace": client.pages().edit_markdown(page, &MarkdownEdit::replace("x").allow_deleting_content()),
        "markdown append": client.pages().edit_markdown(page, &MarkdownEdit::append("x")),
        "markdown prepend": client.pages().edit_markdown_async(page, &MarkdownEdit::prepend("x")),
        "markdown insert after": client.pages().edit_markdown(page, &MarkdownEdit::insert_after("a…b", "x")),
        "markdown replace range": client.pages().edit_markdown(page, &MarkdownEdit::replace_range("a…b", "x")),
        "blocks.get": client.blocks().get(block),
        "blocks.children": client.blocks().children(page),
        "blocks.delete": client.blocks().delete(block),
        "blocks.append": client.blocks().append(page, &blocks, None),
        "blocks.append first": client.blocks().append(page, &blocks[..1], Position::Start),
        "blocks.append after": client.blocks().append(page, &blocks[..1], Position::After(block)),
        "blocks.append after, formerly": client.blocks().append_after(page, &blocks[..1], block).version("2025-09-03"),
        "databases.get": client.databases().get(id::<DatabaseId>()),
        "data_sources.get": client.data_sources().get(id::<DataSourceId>()),
        "data_sources.query": client.data_sources().query(id::<DataSourceId>(), &query),
        "tasks.get": client.tasks().get(&TaskId::new("task_1")),
        "comments.list": client.comments().list(page),
        "comments.create": client.comments().create(&CreateComment::new(page, split::rich_text("hm"))),
        "comments.reply": client.comments().create(&reply),
        "comments.get": client.comments().get(id::<CommentId>()),
        "comments.update": client.comments().update(id::<CommentId>(), &UpdateComment::markdown("*hm*")),
        "comments.delete": client.comments().delete(id::<CommentId>()),
        "pages.get some properties": client.pages().get_properties(page, ["title", "?B:W"]),
        "pages.move": client.pages().move_to(page, id::<DataSourceId>()),
        "pages.markdown with transcripts": client.pages().markdown_with_transcripts(page),
        "blocks.update": client.blocks().update(block, &UpdateBlock::to_do().checked(true)),
        "blocks.trash": client.blocks().update(block, &UpdateBlock::trash()),
        "databases.create": client.databases().create(&database),
        "databases.update": client.databases().update(id::<DatabaseId>(), &UpdateDatabase::default().parent(page).title("Tides")),
        "data_sources.create": client.data_sources().create(&CreateDataSource::new(id::<DatabaseId>(), "Name").title("Harbours")),
        "data_sources.update": client.data_sources().update(id::<DataSourceId>(), &columns),
        "data_sources.templates": client.data_sources().templates_named(id::<DataSourceId>(), "bug"),
        "views.of_database": client.views().of_database(id::<DatabaseId>()),
        "views.of_data_source": client.views().of_data_source(id::<DataSourceId>()),
        "views.get": client.views().get(id::<ViewId>()),
        "views.create": client.views().create(&view),
        "views.update": client.views().update(id::<ViewId>(), &UpdateView::default().name("Closed").filter(None).sorts(Vec::new())),
        "views.delete": client.views().delete(id::<ViewId>()),
        "views.query": client.views().query(id::<ViewId>(), Some(50)),
        "views.query_results": client.views().query_results(id::<ViewId>(), id::<ViewQueryId>()),
        "views.delete_query": client.views().delete_query(id::<ViewId>(), id::<ViewQueryId>()),
        "file_uploads.create": client.file_uploads().create(&CreateFileUpload::parts("film.mp4", 3).content_type("video/mp4")),
        "file_uploads.create external": client.file_uploads().create(&CreateFileUpload::external("a.pdf", "https://e.org/a.pdf")),
        "file_uploads.get": client.file_uploads().get(id::<FileUploadId>()),
        "file_uploads.list": client.file_uploads().list_in(&UploadStatus::Uploaded),
        "file_uploads.complete": client.file_uploads().complete(id::<FileUploadId>()),
        "custom_emojis.list": client.custom_emojis().named("bufo"),
        "meeting_notes.create": client.meeting_notes().create_from_upload(page, id::<FileUploadId>(), Some("Stand-up")),
        "meeting_notes.create from a block": client.meeting_notes().create_from_block(block),
        "meeting_notes.query": client.meeting_notes().query(None, Some(10)),
    };
    insta::assert_json_snapshot!(sent);
}

#[tokio::test(start_paused = true)]
async fn a_file_is_sent_as_a_form_between_boundaries_of_its_own() {
    let service = Service::new(|_, _| answer(200, &json!({})));
    let uploads = service.client().file_uploads();
    let info = FileInfo { filename: "a \"b\".txt".to_owned(), content_type: "text/plain".to_owned(), length: 5 };
    let _ = uploads.send_part(id::<FileUploadId>(), 2, &info, b"bytes").await;
    let seen = service.seen().pop().unwrap();
    let boundary = seen.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n2\r\n--{boundary}\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"a %22b%22.txt\"\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--{boundary}--\r\n"
    );
    assert_eq!((seen.path.as_str(), seen.raw), (format!("/v1/file_uploads/{ID}/send").as_str(), expected.into_bytes()));
    let _ = uploads.send(id::<FileUploadId>(), &info, b"bytes").await;
    assert!(!String::from_utf8(service.seen().pop().unwrap().raw).unwrap().contains("part_number"));
}

/// A service that keeps an upload in ten-mebibyte parts, and forgets to answer some of them.
fn keeper(total: u64, lost: impl Fn(usize) -> bool + Send + Sync + 'static) -> std::sync::Arc<Service> {
    let parts = std::sync::Mutex::new(std::collections::BTreeSet::new());
    Service::new(move |number, seen| {
        let mut parts = parts.lock().unwrap();
        if seen.path.ends_with("/send") {
            let text = String::from_utf8_lossy(&seen.raw[..200]).into_owned();
            let part = text.split("part_number\"\r\n\r\n").nth(1).map_or("1", |rest| rest.split('\r').next().unwrap());
            parts.insert(part.parse::<u64>().unwrap());
        }
        let is_done = seen.path.ends_with("/complete");
        let upload = json!({
            "object": "file_upload", "id": ID, "created_time": "2026-11-22T03:04:00.000Z", "status": if is_done { "uploaded" } else { "pending" },
            "number_of_parts": { "total": total, "sent": parts.len() },
        });
        if lost(number) { self::lost(Phase::AfterSend) } else { answer(200, &upload) }
    })
}

#[tokio::test(start_paused = true)]
async fn a_large_file_goes_part_by_part_and_tells_how_far_it_is() {
    const MIB: usize = 1_024 * 1_024;
    let service = keeper(3, |number| number == 2);
    let info =
        FileInfo { filename: "film.mp4".to_owned(), content_type: "video/mp4".to_owned(), length: (21 * MIB) as u64 };
    let mut file = std::io::Cursor::new(vec![7_u8; 21 * MIB]);
    let mut told = Vec::new();
    let uploads = service.client().file_uploads();
    let done = uploads.upload(&mut file, &info, |progress| told.push(progress.sent / MIB as u64)).await.unwrap();
    assert_eq!((done.status, told), (UploadStatus::Uploaded, vec![10, 20, 21]));
    let asked: Vec<String> =
        service.seen().iter().map(|seen| seen.path.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(asked, ["file_uploads", "send", "send", "send", "send", "complete"], "the lost part is sent again");
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_broke_off_goes_on_where_the_service_says() {
    const MIB: usize = 1_024 * 1_024;
    let broken = keeper(3, |number| number >= 2);
    let info = FileInfo { filename: "film.mp4".into(), content_type: "video/mp4".into(), length: (21 * MIB) as u64 };
    let mut file = std::io::Cursor::new(vec![7_u8; 21 * MIB]);
    let error = broken.client().file_uploads().upload(&mut file, &info, |_| ()).await.unwrap_err();
    assert_eq!(error.upload, Some(id::<FileUploadId>()));
    let service = keeper(3, |_| false);
    let uploads = service.client().file_uploads();
    let mut upload = uploads.get(error.upload.unwrap()).await.unwrap();
    upload.number_of_parts =
        satchel_notion::Field::Value(serde_json::from_value(json!({ "total": 3, "sent": 2 })).unwrap());
    uploads.resume(&upload, &mut file, &info, |_| ()).await.unwrap();
    let sent = service.seen().iter().filter(|seen| seen.path.ends_with("/send")).count();
    assert_eq!(sent, 1);
    let mut short = std::io::Cursor::new(vec![7_u8; MIB]);
    let error = uploads.upload(&mut short, &info, |_| ()).await.unwrap_err();
    assert!(matches!(error.kind, UploadErrorKind::File(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn signing_in_is_done_under_the_connections_own_name_and_prints_no_secret() {
    let service = Service::new(|number, _| match number {
        0 => answer(
            200,
            &json!({
                "access_token": "ntn_access", "token_type": "bearer", "refresh_token": "nrt_refresh", "bot_id": ID, "workspace_icon": null,
                "workspace_name": "Home", "workspace_id": ID, "owner": { "type": "workspace", "workspace": true }, "duplicated_template_id": null,
            }),
        ),
        1 => answer(200, &json!({ "active": true, "scope": "read", "iat": 1 })),
        2 => answer(200, &json!({ "request_id": ID })),
        _ => answer(400, &json!({ "error": "invalid_grant", "error_description": "gone" })),
    });
    let oauth = service.builder().oauth("client", &SecretString::from("s3cret")).unwrap();
    let address = oauth.authorize_url("http://localhost:17872/callback", "st").unwrap();
    assert_eq!(
        address.as_str(),
        "http://service.test/v1/oauth/authorize?client_id=client&response_type=code&owner=user\
         &redirect_uri=http%3A%2F%2Flocalhost%3A17872%2Fcallback&state=st"
    );
    let grant = oauth.exchange("code", Some("http://localhost:17872/callback")).await.unwrap();
    assert_eq!((grant.access_token.expose_secret(), grant.workspace_name.as_deref()), ("ntn_access", Some("Home")));
    assert!(oauth.introspect(&grant.access_token).await.unwrap().active);
    oauth.revoke(&grant.access_token).await.unwrap();
    let used = oauth.refresh(grant.refresh_token.as_ref().unwrap()).await.unwrap_err();
    assert_eq!(used.as_api().unwrap().code, ErrorCode::InvalidGrant);
    let seen = service.seen();
    assert!(seen.iter().all(|seen| seen.authorization == "Basic Y2xpZW50OnMzY3JldA=="));
    let bodies: Vec<&Value> = seen.iter().map(|seen| &seen.body).collect();
    assert_eq!(bodies[0]["grant_type"], "authorization_code");
    assert_eq!(bodies[3], &json!({ "grant_type": "refresh_token", "refresh_token": "nrt_refresh" }));
    assert!(!format!("{oauth:?} {grant:?} {used:?}").contains("s3cret"));
    assert!(!format!("{oauth:?} {grant:?}").contains("ntn_access"));
}

#[tokio::test(start_paused = true)]
async fn the_token_and_the_version_go_with_every_call() {
    let service = Service::new(|_, _| me());
    let client = service.client();
    client.users().me().await.unwrap();
    client.users().me().version("2025-09-03").await.unwrap();
    client.with_token(&SecretString::from("fresh")).unwrap().users().me().await.unwrap();
    let seen: Vec<_> = service.seen().into_iter().map(|seen| (seen.authorization, seen.version)).collect();
    let expected = [
        (format!("Bearer {TOKEN}"), "2026-03-11"),
        (format!("Bearer {TOKEN}"), "2025-09-03"),
        ("Bearer fresh".to_owned(), "2026-03-11"),
    ];
    assert_eq!(seen, expected.map(|(token, version)| (token, version.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn what_breaks_a_rule_is_not_sent() {
    let service = Service::new(|_, _| me());
    let client = service.client();
    let page: PageId = id();
    let many = vec![NewBlock::divider(); 101];
    let leaf = || Filter::property("Done").checkbox().equals(true);
    let deep = Query::all().filter(Filter::all([Filter::any([Filter::all([leaf()])])]));
    let both = CreatePage::new(page).markdown("x").children(vec![]);
    let long = CreatePage::new(page).children(many.clone());
    let comment = (0..4).fold(CreateComment::markdown(page, "x"), |comment, _| comment.attachment(id()));
    let huge = CreatePage::new(page).markdown("x".repeat(512_001));
    let errors = [
        client.blocks().append(page, &many, Position::End).await.unwrap_err(),
        client.blocks().append(page, &[], Position::End).await.unwrap_err(),
        client.data_sources().query(id(), &deep).await.unwrap_err(),
        client.pages().create(&both).await.unwrap_err(),
        client.pages().create(&long).await.unwrap_err(),
        client.pages().create(&huge).await.unwrap_err(),
        client.pages().create_async(&CreatePage::new(page)).await.unwrap_err(),
        client.pages().edit_markdown(page, &MarkdownEdit::update(vec![ContentUpdate::new("", "x")])).await.unwrap_err(),
        client.comments().create(&comment).await.unwrap_err(),
        client.users().me().version("2026\n").await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| matches!(error, Error::InvalidRequest(_))), "{errors:?}");
    assert!(service.seen().is_empty());
    assert!(Client::builder(ReqwestTransport::new().unwrap()).build().is_err(), "no token");
    let builder = || Client::builder(ReqwestTransport::new().unwrap()).token(SecretString::from("t"));
    assert!(builder().base_url("ftp://x").build().is_err());
    assert!(builder().base_url("nowhere").build().is_err());
}

fn block(number: u32) -> Value {
    json!({
        "object": "block", "id": format!("00000000-0000-4000-8000-{number:012}"), "type": "divider", "divider": {},
        "created_time": "2026-11-22T03:04:00.000Z", "last_edited_time": "2026-11-22T03:04:00.000Z", "has_children": false,
    })
}

#[tokio::test(start_paused = true)]
async fn an_insertion_returns_the_new_blocks_only() {
    let service = Service::new(|_, _| {
        let results: Vec<_> = (1..=5).map(block).collect();
        answer(200, &json!({ "object": "list", "results": results, "has_more": true, "next_cursor": "x" }))
    });
    let new = [NewBlock::divider(), NewBlock::divider()];
    let added = service.client().blocks().append(id::<PageId>(), &new, Position::Start).await.unwrap();
    assert_eq!(added.iter().map(|block| block.full().unwrap().id.uuid().as_u128() & 0xf).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_may_not_be_read_is_partial() {
    let service = Service::new(|_, _| answer(200, &json!({ "object": "page", "id": ID, "request_id": "r" })));
    let created = service.client().pages().create(&CreatePage::new(id::<PageId>())).await.unwrap();
    let Resource::Partial(stub) = created else { panic!("{created:?}") };
    assert_eq!(stub.id, id::<PageId>());
}

#[tokio::test(start_paused = true)]
async fn work_that_goes_on_is_a_task() {
    let service = Service::new(|_, _| {
        answer(202, &json!({ "object": "async_task", "id": "task_1", "status": "queued", "poll_after_seconds": 2 }))
    });
    let accepted = service.client().pages().edit_markdown_async(id(), &MarkdownEdit::append("x")).await.unwrap();
    let Accepted::Queued(task) = accepted else { panic!("{accepted:?}") };
    assert!(!task.has_ended());
    assert_eq!(task.id.as_str(), "task_1");
}

/// Everything an error says, to the last cause.
fn said(error: &Error) -> String {
    let mut said = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    said
}

#[tokio::test(start_paused = true)]
async fn nothing_prints_the_token() {
    let steps: [fn() -> crate::script::Step; 6] = [
        || error(401, "unauthorized"),
        || html(502),
        || lost(Phase::AfterSend),
        || answer(200, &json!([])),
        || answer(200, &json!({ "object": "user" })),
        || crate::script::Step {
            after: Default::default(),
            outcome: Err(TransportError::new(Phase::BeforeSend, TransportFault::Unsendable).with_source("cause")),
        },
    ];
    for step in steps {
        let service = Service::new(move |_, _| step());
        let client = service.client();
        let said = said(&client.users().me().await.unwrap_err());
        assert!(!said.contains(TOKEN), "{said}");
        assert!(!format!("{client:?} {:?}", client.pages()).contains(TOKEN));
    }
    let odd = Client::builder(Service::new(|_, _| me())).token(SecretString::from(format!("{TOKEN}\n{TOKEN}"))).build();
    assert!(!said(&odd.unwrap_err()).contains(TOKEN));
}

#[tokio::test(start_paused = true)]
async fn errors_tell_their_kind() {
    let service = Service::new(|number, _| match number {
        0 => error(401, "unauthorized"),
        1 => error(403, "restricted_resource"),
        2 => crate::script::error_with(403, "restricted_resource", json!({ "block_limit": "block_creation" })),
        3 => error(400, "brand_new_code"),
        _ => error(404, "object_not_found").header("x-notion-request-id", "r-1").header("cf-ray", "ray"),
    });
    let client = service.client();
    let next = || client.users().me().into_future();
    assert!(next().await.unwrap_err().is_unauthorized());
    assert!(next().await.unwrap_err().is_restricted());
    let limit = next().await.unwrap_err();
    assert!(limit.is_block_limit() && !limit.is_restricted());
    assert_eq!(next().await.unwrap_err().code().unwrap().as_str(), "brand_new_code");
    let missing = next().await.unwrap_err();
    assert!(missing.is_not_found());
    let api = missing.as_api().unwrap();
    assert_eq!((api.request_id.as_deref(), api.ray_id.as_deref()), (Some("r-1"), Some("ray")));
}

#[tokio::test(start_paused = true)]
async fn a_task_is_asked_for_as_often_as_it_proposes() {
    let service = Service::new(|number, _| {
        let status = if number < 2 { "running" } else { "succeeded" };
        answer(200, &json!({ "object": "async_task", "id": "task_1", "status": status, "poll_after_seconds": 5 }))
    });
    assert!(service.client().tasks().ended(&TaskId::new("task_1")).await.unwrap().has_ended());
    assert_eq!(service.seconds(), [0, 5, 10]);
}

#[tokio::test(start_paused = true)]
async fn items_of_a_property_are_not_taken_for_repeats() {
    let service = Service::new(|number, _| {
        let run = json!({ "object": "property_item", "id": "title", "type": "title", "title": { "type": "text", "text": { "content": "x", "link": null } } });
        let next = (number == 0).then_some("c");
        answer(
            200,
            &json!({ "object": "list", "type": "property_item", "property_item": {}, "results": [run, run], "has_more": next.is_some(), "next_cursor": next }),
        )
    });
    let all = service.client().pages().property_items(id(), &PropertyId::title()).collect_all().await.unwrap();
    assert_eq!(all.items.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_echoes_the_request_does_not_show_the_token() {
    let echo = |body: Vec<u8>, kind: &'static str| {
        let mut step = html(502);
        step.outcome =
            Ok(http::Response::builder().status(403).header("content-type", kind).body(body.into()).unwrap());
        step
    };
    let page = || format!("<pre>authorization: Bearer {TOKEN}</pre>").into_bytes();
    let message =
        || json!({ "code": "unauthorized", "message": format!("{TOKEN} is no token") }).to_string().into_bytes();
    let binary = || [b"\xff\xfe".as_slice(), TOKEN.as_bytes()].concat();
    for (body, kind) in [(page(), "text/html"), (message(), "application/json"), (binary(), "text/plain")] {
        let service = Service::new(move |_, _| echo(body.clone(), kind));
        let error = service.client().users().me().await.unwrap_err();
        assert!(!said(&error).contains(TOKEN), "{}", said(&error));
        assert_eq!(error.status().unwrap().as_u16(), 403);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_in_the_form_of_oauth_is_an_error_of_the_service() {
    let body = json!({ "error": "invalid_client", "error_description": "Who is that?", "request_id": ID });
    let service = Service::new(move |_, _| answer(401, &body));
    let error = service.client().users().me().await.unwrap_err();
    let error = error.as_api().unwrap();
    assert_eq!((&error.code, error.message.as_str()), (&ErrorCode::InvalidClient, "Who is that?"));
    assert_eq!(error.request_id.as_deref(), Some(ID));
}

fn listed(list: &Value, at: usize) -> Value {
    list["results"][at].clone()
}

#[tokio::test(start_paused = true)]
async fn one_odd_item_does_not_hide_the_others() {
    let odd = json!({ "object": "page", "id": ID, "url": "https://app.notion.com/p/x", "created_time": "yesterday" });
    let newer = json!({ "object": "folder", "id": ID, "name": "New" });
    let plain = json!({ "object": "page", "id": ID });
    let list = json!({ "object": "list", "results": [odd, newer, plain], "has_more": false, "next_cursor": null });
    let (first_sent, second_sent) = (listed(&list, 0), listed(&list, 1));
    let service = Service::new(move |_, _| answer(200, &list));
    let found = service.client().search(&Search::default()).await.unwrap().results;
    assert!(
        matches!(&found[..2], [PageOrDataSource::Unknown(first), PageOrDataSource::Unknown(second)] if *first == first_sent && *second == second_sent)
    );
    assert!(matches!(&found[2], PageOrDataSource::Page(_)));
}
