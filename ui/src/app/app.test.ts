import { describe, expect, test, vi } from "vitest";

import { accounts, appState, favourites, kumo, mara, northlight, NOW, outbox, settings, withSync } from "../../tests/samples";
import type { EventPayloads, Subscribe } from "../ipc";
import { bannerKey, worstBanner } from "./banners";
import { Router } from "./route.svelte";
import { Session, type SessionSource } from "./session.svelte";
import { statusLine, syncWords } from "./sync";

const online = { type: "online" } as const;

describe("the banner", () => {
  const paused = withSync(northlight, { type: "needs_sign_in" });

  test("the worst thing is shown, and the next one when it is put away", () => {
    const state = appState({ notices: ["cache_damaged"], accounts: [paused, mara], connectivity: { type: "offline", since: NOW.toISOString() } });
    const dismissed = new Set<string>();
    const seen: string[] = [];
    for (let banner = worstBanner(state, dismissed); banner !== null; banner = worstBanner(state, dismissed)) {
      seen.push(banner.type);
      dismissed.add(bannerKey(banner));
    }
    expect(seen).toEqual(["notice", "paused", "offline"]);
  });

  test("a quiet day has none", () => {
    expect(worstBanner(appState(), new Set())).toBeNull();
  });

  test("memory instead of a keychain is said, except in the demo, where it is meant", () => {
    expect(worstBanner(appState({ secrets: "memory" }), new Set())?.type).toBe("memory");
    expect(worstBanner(appState({ secrets: "memory", profile: "demo" }), new Set())?.type).toBe("demo");
  });

  test("two paused workspaces are put away one by one", () => {
    const state = appState({ accounts: [paused, withSync(kumo, { type: "needs_sign_in" })] });
    const first = worstBanner(state, new Set());
    expect(worstBanner(state, new Set(first ? [bannerKey(first)] : []))).toMatchObject({ type: "paused", account: { id: kumo.id } });
  });
});

describe("sync words", () => {
  test("every phase has a short and a spoken form", () => {
    expect(syncWords({ type: "idle", synced_at: "2026-11-23T14:32:00Z" }, NOW)).toMatchObject({ short: expect.stringMatching(/^2 min$/u), spoken: "synced 2 minutes ago" });
    expect(syncWords({ type: "fetching", done: 62, total: 100, is_first: false }, NOW)).toMatchObject({ short: "62%", part: 0.62 });
    expect(syncWords({ type: "waiting", until: "2026-11-23T14:34:24Z" }, NOW)).toMatchObject({ short: "24 s", spoken: "waiting for Notion, 24 seconds" });
    expect(syncWords({ type: "needs_sign_in" }, NOW)).toMatchObject({ short: "Sign in", tone: "warn" });
    expect(syncWords({ type: "idle", synced_at: null }, NOW).spoken).toBe("not synced yet");
  });

  test("nothing to fetch is no division by zero", () => {
    expect(syncWords({ type: "fetching", done: 0, total: 0, is_first: true }, NOW).part).toBe(0);
  });

  test("a wait that is over is one second, not less", () => {
    expect(syncWords({ type: "waiting", until: "2026-11-23T14:33:00Z" }, NOW).short).toBe("1 s");
  });

  test("the foot tells the worst of all workspaces", () => {
    expect(statusLine([northlight, kumo], online, NOW).label).toBe("Up to date");
    expect(statusLine(accounts, online, NOW)).toMatchObject({ label: "Syncing", detail: "62%" });
    expect(statusLine(accounts, { type: "offline", since: NOW.toISOString() }, NOW).label).toBe("Offline");
    expect(statusLine([withSync(northlight, { type: "needs_sign_in" }), mara], { type: "offline", since: NOW.toISOString() }, NOW).label).toBe("1 workspace paused");
  });
});

describe("the way back", () => {
  const item = (id: string) => ({ name: "item" as const, reference: { account_id: "01N", item: { type: "page" as const, id } }, title: "", terms: [], at: null });

  test("pages are walked back and forward, and a new step forgets the old way forward", () => {
    const router = new Router();
    router.go(item("a"));
    router.go(item("b"));
    expect(router.back()).toBe(true);
    expect(router.current).toMatchObject({ reference: { item: { id: "a" } } });
    expect(router.forward()).toBe(true);
    router.back();
    router.go(item("c"));
    expect(router.canGoForward).toBe(false);
  });

  test("going where one is, is no step", () => {
    const router = new Router();
    router.go(item("a"));
    router.go(item("a"));
    router.back();
    expect(router.canGoBack).toBe(false);
  });

  test("leaving goes to the list one came from, through all pages", () => {
    const router = new Router();
    router.go({ name: "section", section: "favourites" });
    router.go(item("a"));
    router.go(item("b"));
    router.leave();
    expect(router.current).toEqual({ name: "section", section: "favourites" });
  });
});

describe("the session", () => {
  function open(change: Partial<SessionSource> = {}) {
    const source: SessionSource = {
      appState: vi.fn(() => Promise.resolve(appState())),
      favourites: vi.fn(() => Promise.resolve(favourites)),
      outbox: vi.fn(() => Promise.resolve({ counts: { waiting: 4, needs_you: 1 }, items: outbox })),
      settings: vi.fn(() => Promise.resolve(settings)),
      saveSettings: vi.fn(() => Promise.resolve()),
      setFavourite: vi.fn(() => Promise.resolve()),
      ...change,
    };
    const handlers = new Map<string, (payload: never) => void>();
    const subscribe: Subscribe = (name, onEvent) => {
      handlers.set(name, onEvent);
      return () => handlers.delete(name);
    };
    const emit = <Name extends keyof EventPayloads>(name: Name, payload: EventPayloads[Name]): void => handlers.get(name)?.(payload as never);
    const onItems = vi.fn();
    const session = new Session(source);
    const stop = session.follow(subscribe, vi.fn(), onItems);
    return { session, source, emit, onItems, stop, handlers };
  }

  test("a window that cannot read its state keeps the reason", async () => {
    const { session } = open({ appState: () => Promise.reject(new Error("locked")) });
    await session.start();
    expect(session.state).toBeNull();
    expect(session.failure).toBeInstanceOf(Error);
  });

  test("opening again says what stands in the way now, or reads everything", async () => {
    let isLocked = true;
    const { session, source } = open({ appState: vi.fn(() => (isLocked ? Promise.reject(new Error("locked")) : Promise.resolve(appState()))) });
    await session.start();
    await session.openBy(() => Promise.reject(new Error("refused")));
    expect(session.failure).toEqual(new Error("refused"));
    expect(source.appState).toHaveBeenCalledTimes(1);
    isLocked = false;
    await session.openBy(() => Promise.resolve());
    expect(session.failure).toBeNull();
    expect(session.state).not.toBeNull();
  });

  test("a sync event changes its account alone, and its end reads the numbers again", async () => {
    const { session, source, emit } = open();
    await session.start();
    emit("syncChanged", { account_id: kumo.id, phase: { type: "fetching", done: 1, total: 2, is_first: false } });
    expect(session.account(kumo.id)?.sync.type).toBe("fetching");
    expect(session.account(mara.id)?.sync).toEqual(mara.sync);
    expect(source.appState).toHaveBeenCalledTimes(1);
    emit("syncChanged", { account_id: kumo.id, phase: { type: "idle", synced_at: NOW.toISOString() } });
    expect(source.appState).toHaveBeenCalledTimes(2);
  });

  test("favourites are read again only when one of them changed, or anything may have", async () => {
    const { session, source, emit, onItems } = open();
    await session.start();
    emit("itemsChanged", { items: [{ account_id: "01N", item: { type: "page", id: "elsewhere" } }] });
    expect(source.favourites).toHaveBeenCalledTimes(1);
    emit("itemsChanged", { items: [] });
    expect(source.favourites).toHaveBeenCalledTimes(2);
    expect(onItems).toHaveBeenCalledTimes(2);
  });

  test("unsent things are counted without what is sent or thrown away", async () => {
    const { session } = open();
    await session.start();
    expect(session.unsent("01N")).toBe(4);
    expect(session.unsent("01M")).toBe(0);
  });

  test("a changed setting keeps the others", async () => {
    const { session, source } = open();
    await session.start();
    await session.change({ theme: "dark" });
    expect(source.saveSettings).toHaveBeenCalledWith({ ...settings, theme: "dark" });
  });

  test("a window that is gone hears nothing more", async () => {
    const { stop, handlers } = open();
    stop();
    expect(handlers.size).toBe(0);
  });
});
