import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { installBridge, readEvents } from "./bridge";

let calls: { url: string; init: RequestInit | undefined }[] = [];
let push: (data: unknown) => void = () => undefined;
let answer: (command: string, args: unknown) => { status: number; body: unknown };

beforeEach(() => {
  calls = [];
  answer = () => ({ status: 200, body: null });
  const encoder = new TextEncoder();
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    calls.push({ url, init });
    if (url === "/events") {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void (push = (data) => controller.enqueue(encoder.encode(`data: ${JSON.stringify(data)}\n\n`))) });
      return Promise.resolve(new Response(body));
    }
    const { status, body } = answer(decodeURIComponent(url.slice("/ipc/".length)), JSON.parse(String(init?.body)));
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  installBridge("s3cret");
});

afterEach(() => {
  vi.unstubAllGlobals();
  delete window.__TAURI_INTERNALS__;
});

test("a command is posted with its arguments and the secret", async () => {
  answer = (command, args) => ({ status: 200, body: { command, args } });
  await expect(invoke("search", { request: { query: "x" } })).resolves.toEqual({ command: "search", args: { request: { query: "x" } } });
  const call = calls.find(({ url }) => url === "/ipc/search");
  expect(new Headers(call?.init?.headers).get("x-satchel-secret")).toBe("s3cret");
});

test("a refused command rejects with the error itself, not with an Error", async () => {
  answer = () => ({ status: 409, body: { code: "offline" } });
  await expect(invoke("sync_now")).rejects.toEqual({ code: "offline" });
});

test("events reach their listeners until these stop listening", async () => {
  const heard: unknown[] = [];
  const stop = await listen<{ n: number }>("items-changed", ({ payload }) => heard.push(payload));
  push({ event: "items-changed", payload: { n: 1 } });
  push({ event: "other", payload: { n: 2 } });
  await vi.waitFor(() => expect(heard).toEqual([{ n: 1 }]));
  stop();
  await Promise.resolve();
  push({ event: "items-changed", payload: { n: 3 } });
  push({ event: "marker", payload: null });
  await new Promise((resolve) => setTimeout(resolve));
  expect(heard).toEqual([{ n: 1 }]);
});

test("messages of a channel arrive in their order", async () => {
  const heard: unknown[] = [];
  const channel = new Channel<string>((message) => heard.push(message));
  answer = (_command, args) => ({ status: 200, body: args });
  await expect(invoke("download", { channel })).resolves.toEqual({ channel: `__CHANNEL__:${channel.id}` });
  push({ channel: channel.id, index: 1, message: "b" });
  push({ channel: channel.id, index: 0, message: "a" });
  await vi.waitFor(() => expect(heard).toEqual(["a", "b"]));
});

test("an event that arrives in pieces is read whole", async () => {
  const encoder = new TextEncoder();
  const parts = [": hello\n\nda", 'ta: {"event":"a","pay', 'load":1}\r\n\r\ndata: {"event":"b","payload":2}\n\n'];
  const seen: unknown[] = [];
  await readEvents(new ReadableStream({ start: (controller) => { for (const part of parts) controller.enqueue(encoder.encode(part)); controller.close(); } }), (event) => seen.push(event));
  expect(seen).toEqual([{ event: "a", payload: 1 }, { event: "b", payload: 2 }]);
});
