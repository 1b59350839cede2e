//! The boundary as a window meets it: commands by name over Tauri's mock runtime, with a real core and the simulator behind them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use satchel_core::{Core, CoreConfig, view::Profile};
use satchel_shell::{Host, Options, bindings};
use serde_json::{Value, json};
use tauri::{
    App, Manager, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets},
    webview::InvokeRequest,
};

struct Desk {
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl Desk {
    /// The demo, connected and in memory.
    fn new() -> Self {
        let options = Options { is_demo: true, ..Options::default() };
        let core = tauri::async_runtime::block_on(async {
            let core = Core::open(CoreConfig::of_this_machine(Profile::Demo).unwrap()).await.unwrap();
            core.start();
            core
        });
        let bindings = bindings::<MockRuntime>();
        let app = mock_builder()
            .manage(Host::with(core, options))
            .invoke_handler(bindings.invoke_handler())
            .build(mock_context(noop_assets()))
            .unwrap();
        bindings.mount_events(&app);
        let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().unwrap();
        Self { app, window }
    }

    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: tauri::http::HeaderMap::new(),
            invoke_key: INVOKE_KEY.into(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().unwrap())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        tauri::async_runtime::block_on(self.app.state::<Host>().close());
    }
}

#[test]
fn a_window_learns_the_state_of_the_program_in_one_call() {
    let desk = Desk::new();
    let state = desk.call("app_state", json!({})).unwrap();
    assert_eq!(state["profile"], "demo");
    assert_eq!(state["secrets"], "memory");
    assert_eq!(state["accounts"].as_array().unwrap().len(), 3);
    assert!(!state.to_string().contains("ntn_demo_northlight"), "a token reached a window");
}

#[test]
fn a_refusal_crosses_as_a_code_with_its_arguments() {
    let desk = Desk::new();
    let refusal = desk.call("add_account", json!({ "token": "no token at all" })).unwrap_err();
    assert_eq!(refusal["code"], "token_malformed");
    assert!(refusal["args"].is_object() && refusal["report_id"].is_string());
    let refusal = desk.call("add_account", json!({ "token": "ntn_nobody_has_this_token" })).unwrap_err();
    assert_eq!(refusal["code"], "token_refused");
}

#[test]
fn arguments_of_the_wrong_kind_are_refused_without_a_panic() {
    let desk = Desk::new();
    for (command, arguments) in [
        ("search", json!({ "request": { "query": 7 } })),
        ("open_item", json!({})),
        ("outbox_that_is_not", json!({})),
        (
            "set_favourite",
            json!({ "reference": { "account_id": "x", "item": { "type": "page", "id": "y" } }, "isFavourite": true }),
        ),
    ] {
        assert!(desk.call(command, arguments).is_err(), "{command}");
    }
    assert!(desk.call("app_state", json!({})).is_ok());
}
