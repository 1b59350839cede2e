// Stands in for Tauri's own object when the page is served over loopback by the test-only browser bridge: the same commands, in a plain browser.
//
// Commands are `POST /ipc/<command>` with the arguments as JSON; a refusal is a non-2xx answer whose body is the error value. Events and channel
// messages come from `/events` as server-sent events, read with `fetch` because `EventSource` cannot send the secret header.
// This module is imported only when the address carries `?secret=`; the program itself never loads it.

type Callback = (value: unknown) => void;

/** What `/events` sends: an application event, or a message for a channel that was passed to a command. */
type Push = { event: string; payload: unknown } | { channel: number; index: number; message: unknown } | { channel: number; index: number; end: true };

type Internals = {
  invoke(command: string, args?: Record<string, unknown>): Promise<unknown>;
  transformCallback(callback?: Callback, once?: boolean): number;
  unregisterCallback(id: number): void;
  runCallback(id: number, value: unknown): void;
  convertFileSrc(path: string, protocol?: string): string;
  metadata: { currentWindow: { label: string }; currentWebview: { windowLabel: string; label: string } };
};

declare global {
  interface Window {
    // Its sibling for events is declared by the library itself.
    __TAURI_INTERNALS__?: Internals;
  }
}

const SECRET_HEADER = "x-satchel-secret";

function isPush(value: unknown): value is Push {
  return typeof value === "object" && value !== null && ("event" in value || "channel" in value);
}

export function installBridge(secret: string, target: Window = window): void {
  const callbacks = new Map<number, Callback>();
  const listeners = new Map<number, { event: string; handler: number }>();
  let nextId = 1;

  const runCallback = (id: number, value: unknown): void => callbacks.get(id)?.(value);
  const deliver = (event: string, payload: unknown): void => {
    for (const [id, listener] of listeners) if (listener.event === event) runCallback(listener.handler, { event, id, payload });
  };

  async function invoke(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (command === "plugin:event|listen") {
      const id = nextId++;
      listeners.set(id, { event: String(args["event"]), handler: Number(args["handler"]) });
      return id;
    }
    if (command === "plugin:event|unlisten") {
      listeners.delete(Number(args["eventId"]));
      return null;
    }
    if (command === "plugin:event|emit" || command === "plugin:event|emit_to") {
      deliver(String(args["event"]), args["payload"]);
      return null;
    }
    // A browser tab has no window of the program to move or hide.
    if (command.startsWith("plugin:window|") || command.startsWith("plugin:webview|")) return null;

    const answer = await fetch(`/ipc/${encodeURIComponent(command)}`, {
      method: "POST",
      headers: { "content-type": "application/json", [SECRET_HEADER]: secret },
      body: JSON.stringify(args),
    });
    const text = await answer.text();
    const value: unknown = text === "" ? null : JSON.parse(text);
    // A refused command rejects with its error value, not with an `Error`; that is how the real host behaves and what the bindings look for.
    if (!answer.ok) throw value;
    return value;
  }

  target.__TAURI_INTERNALS__ = {
    invoke,
    transformCallback(callback, once = false) {
      const id = nextId++;
      callbacks.set(id, (value) => {
        if (once) callbacks.delete(id);
        callback?.(value);
      });
      return id;
    },
    unregisterCallback: (id) => void callbacks.delete(id),
    runCallback,
    convertFileSrc: (path, protocol = "asset") => `/${protocol}/${encodeURIComponent(path)}?secret=${encodeURIComponent(secret)}`,
    metadata: (() => {
      const label = /\/(capture|confirmation)\.html$/u.exec(target.location.pathname)?.[1] ?? "main";
      return { currentWindow: { label }, currentWebview: { windowLabel: label, label } };
    })(),
  };
  target.__TAURI_EVENT_PLUGIN_INTERNALS__ = { unregisterListener: (_event: string, id: number) => void listeners.delete(id) };

  void followEvents(secret, (push) => {
    if ("event" in push) deliver(push.event, push.payload);
    else runCallback(push.channel, push);
  });
}

async function followEvents(secret: string, onPush: (push: Push) => void): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch("/events", { headers: { accept: "text/event-stream", [SECRET_HEADER]: secret } });
      if (!answer.ok || !answer.body) return;
      await readEvents(answer.body, onPush);
    } catch {
      // The bridge was restarted or the machine slept: connect again, after the pause below.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Reads `data:` lines of a server-sent event stream; comments and other fields are skipped. */
export async function readEvents(body: ReadableStream<Uint8Array>, onPush: (push: Push) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += decoder.decode(value, { stream: true }).replaceAll("\r\n", "\n");
    for (let end = buffer.indexOf("\n\n"); end !== -1; end = buffer.indexOf("\n\n")) {
      const data = buffer.slice(0, end).split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
      buffer = buffer.slice(end + 2);
      if (data === "") continue;
      const push: unknown = JSON.parse(data);
      if (isPush(push)) onPush(push);
    }
  }
}
