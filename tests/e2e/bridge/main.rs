//! Serves the built UI to an ordinary browser, with the shell's real commands and a real core behind it. For tests only.
//!
//! The pages of `ui/dist` come over loopback with the app's content security policy. Commands are `POST /ipc/<command>` and run in a
//! Tauri app on the mock runtime; events leave as server-sent events on `/events`. Every request but those for pages must carry the
//! secret of this run. Behind the core is a simulator in this process, which tests change and look at through `/control`
//! (see [`control`]). Not here: windows. The commands that place, size and hide those of capture are answered by doing nothing.
//!
//! It prints one line of JSON once it serves, and ends when its standard input does.

#![allow(clippy::print_stdout, reason = "the one line of output is how the tests learn the address")]

mod control;

use std::{
    convert::Infallible,
    error::Error,
    io::Read as _,
    path::{Component, Path as FilePath, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use satchel_core::{Core, CoreConfig, view::Profile};
use satchel_shell::{EVENTS, Host, Options, bindings};
use serde_json::{Value, json};
use tauri::{
    App, Listener, Manager, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody, InvokeResponseBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets},
    utils::config::AppDirectoriesOverride,
    webview::InvokeRequest,
};
use tokio::sync::broadcast;

use crate::control::Notion;

const SECRET_HEADER: &str = "x-satchel-secret";

/// Where a core that leaves the demo would look for Notion: nowhere.
const NOWHERE: &str = "http://127.0.0.1:9";

struct Bridge {
    secret: String,
    window: WebviewWindow<MockRuntime>,
    events: broadcast::Sender<String>,
    dist: PathBuf,
    policy: HeaderValue,
    notion: Notion,
}

fn main() -> Result<(), Box<dyn Error>> {
    let is_empty = std::env::args().any(|word| word == "--empty");
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let configuration: Value = serde_json::from_str(&std::fs::read_to_string(root.join("tauri.conf.json"))?)?;
    let policy = configuration.pointer("/app/security/csp").and_then(Value::as_str).ok_or("the app has no policy")?;
    let folder = tempfile::tempdir()?;
    let notion = Notion::new()?;
    let host = tauri::async_runtime::block_on(host(is_empty, &notion))?;
    let app = app(host, folder.path())?;
    let bridge = Bridge {
        secret: secret()?,
        window: WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build()?,
        events: pushed_events(&app),
        dist: root.join("ui/dist"),
        policy: HeaderValue::from_str(policy)?,
        notion,
    };
    std::thread::spawn(|| {
        // The tests hold the other end: whatever becomes of them, nothing stays behind.
        std::io::stdin().read_to_end(&mut Vec::new()).ok();
        std::process::exit(0);
    });
    tauri::async_runtime::block_on(serve(bridge))
}

async fn host(is_empty: bool, notion: &Notion) -> Result<Host, Box<dyn Error>> {
    let options = Options {
        is_demo: !is_empty,
        keeps_secrets_in_memory: true,
        base_url: Some(NOWHERE.into()),
        ..Options::default()
    };
    let config = CoreConfig::of_this_machine(options.profile())?;
    let config = if options.profile() == Profile::Personal { config.in_memory() } else { config };
    let core = Core::open(config.with_transport(notion.transport())).await?;
    core.start();
    Ok(Host::with(core, options))
}

fn app(host: Host, folder: &FilePath) -> tauri::Result<App<MockRuntime>> {
    let bindings = bindings::<MockRuntime>();
    let mut context = mock_context(noop_assets());
    context.config_mut().identifier = "app.satchel.bridge".into();
    context.config_mut().app.app_directories_override = Some(AppDirectoriesOverride::Root(folder.to_path_buf()));
    let app = mock_builder()
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_opener::init())
        .manage(host)
        .invoke_handler(bindings.invoke_handler())
        .build(context)?;
    bindings.mount_events(&app);
    app.state::<Host>().forward_events(app.handle());
    Ok(app)
}

/// Every event the app emits, as the line the page reads.
fn pushed_events(app: &App<MockRuntime>) -> broadcast::Sender<String> {
    let sender = broadcast::Sender::new(1024);
    for name in EVENTS {
        let sender = sender.clone();
        app.listen_any(*name, move |event| {
            // Between a reload and the next there is nobody to hear it.
            sender.send(format!("data: {{\"event\":\"{name}\",\"payload\":{}}}\n\n", event.payload())).ok();
        });
    }
    sender
}

fn secret() -> Result<String, Box<dyn Error>> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn serve(bridge: Bridge) -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let secret = bridge.secret.clone();
    println!(
        "{}",
        json!({ "address": format!("http://{address}"), "secret": secret, "url": format!("http://{address}/index.html?secret={secret}") })
    );
    let bridge = Arc::new(bridge);
    let guarded = Router::new()
        .route("/ipc/{command}", post(command))
        .route("/events", get(events))
        .merge(control::routes())
        .layer(middleware::from_fn_with_state(Arc::clone(&bridge), only_with_the_secret));
    axum::serve(listener, Router::new().merge(guarded).fallback(get(page)).with_state(bridge)).await?;
    Ok(())
}

async fn only_with_the_secret(State(bridge): State<Arc<Bridge>>, request: Request, next: Next) -> Response {
    if request.headers().get(SECRET_HEADER).is_some_and(|given| given == bridge.secret.as_str()) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

async fn command(
    State(bridge): State<Arc<Bridge>>,
    Path(name): Path<String>,
    arguments: axum::Json<Value>,
) -> Response {
    const OF_WINDOWS: &[&str] = &[
        "show_capture",
        "hide_capture",
        "resize_capture",
        "confirm_capture",
        "close_confirmation",
        "show_outbox",
        "window_painted",
    ];
    if OF_WINDOWS.contains(&name.as_str()) {
        return axum::Json(Value::Null).into_response();
    }
    let request = InvokeRequest {
        cmd: name,
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: match "tauri://localhost".parse() {
            Ok(url) => url,
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        body: InvokeBody::Json(arguments.0),
        headers: axum::http::HeaderMap::new(),
        invoke_key: INVOKE_KEY.into(),
    };
    let window = bridge.window.clone();
    match tokio::task::spawn_blocking(move || get_ipc_response(&window, request)).await {
        Ok(Ok(InvokeResponseBody::Json(text))) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Ok(Ok(InvokeResponseBody::Raw(bytes))) => bytes.into_response(),
        Ok(Err(refusal)) => (StatusCode::CONFLICT, axum::Json(refusal)).into_response(),
        Err(panicked) => {
            (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(Value::String(panicked.to_string()))).into_response()
        }
    }
}

async fn events(State(bridge): State<Arc<Bridge>>) -> Response {
    let first = futures_util::stream::once(std::future::ready(": open\n\n".to_string()));
    let rest = futures_util::stream::unfold(bridge.events.subscribe(), async |mut received| {
        loop {
            match received.recv().await {
                Ok(line) => return Some((line, received)),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    });
    let lines = futures_util::StreamExt::map(futures_util::StreamExt::chain(first, rest), Ok::<_, Infallible>);
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(lines)).into_response()
}

/// A file of the built UI, under the app's policy.
async fn page(State(bridge): State<Arc<Bridge>>, uri: Uri) -> Response {
    let path = FilePath::new(uri.path().trim_start_matches('/'));
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let Ok(bytes) = std::fs::read(bridge.dist.join(path)) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, bridge.policy.clone());
    response
}
