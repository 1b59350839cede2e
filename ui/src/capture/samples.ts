// Workspaces and destinations for the gallery and the tests, and a core that answers with them.

import type { AccountView, AppState, CaptureDraft, Destination } from "../ipc";
import type { Dye } from "../kit/dyes";
import type { CaptureSource } from "./capture.svelte";

const id = (tail: string): string => `0190d000-0000-7000-8000-0000000000${tail}`;
export const NORTHLIGHT = id("01");
export const MARA = id("02");
export const KUMO = id("03");

function account(accountId: string, name: string, dye: Dye): AccountView {
  return {
    id: accountId, name, dye, token_kind: "internal", token_hint: "ntn_4…9f", posts_as: "Satchel", capabilities: {}, sync: { type: "idle", synced_at: "2026-11-22T14:02:00Z" },
    coverage: { pages: 1, bodies: 1, data_sources: 1, failed: 0, bytes: null },
  };
}

export const sampleAccounts: AccountView[] = [account(NORTHLIGHT, "Northlight Studio", "indigo"), account(MARA, "Mara, personal", "moss"), account(KUMO, "雲研究室", "plum")];

function row(accountId: string, tail: string, emoji: string | null, title: string, crumbs: string[], kind: "page" | "data_source", isReadOnly = false): Destination {
  return {
    account_id: accountId,
    target: kind === "page" ? { type: "page", page_id: id(tail) } : { type: "data_source", data_source_id: id(tail) },
    title,
    icon: emoji === null ? null : { type: "emoji", emoji },
    crumbs: crumbs.map((crumb) => ({ item: null, title: crumb, icon: null })),
    effect: kind === "page" ? "append" : "new_row",
    is_read_only: isReadOnly,
    used_at: null,
  };
}

export const sampleDestinations: Destination[] = [
  row(MARA, "11", "📥", "Inbox", [], "page"),
  row(NORTHLIGHT, "12", "🧭", "Tidewater tasks", ["Product"], "data_source"),
  row(NORTHLIGHT, "13", "🌊", "Tide tables", ["Data"], "data_source"),
  row(MARA, "14", "🗓️", "Timetable and talks", [], "data_source"),
  row(MARA, "15", null, "Titles for the Lisbon talk", ["Writing"], "page"),
  row(KUMO, "16", "🌙", "潮位データ置き場（Tide data）", [], "data_source"),
  row(NORTHLIGHT, "17", null, "Team time off and taxes", [], "data_source", true),
];

/** A core that has these destinations, and finds those with a word that begins with each word of the query. */
export function captureSource(options: { isOffline?: boolean; draft?: CaptureDraft | null } = {}): CaptureSource {
  const state: AppState = {
    version: "0.1.0", profile: "personal", secrets: "keychain", role: "owner", platform: "linux", accounts: sampleAccounts, outbox: { waiting: 0, needs_you: 0 },
    connectivity: options.isOffline ? { type: "offline", since: "2026-11-22T14:02:00Z" } : { type: "online" }, notices: [],
  };
  return {
    appState: () => Promise.resolve(state),
    destinations: (query) => {
      const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
      return Promise.resolve(sampleDestinations.filter((entry) => words.every((word) => entry.title.toLowerCase().includes(word))));
    },
    captureDraft: () => Promise.resolve(options.draft ?? null),
    saveCaptureDraft: () => Promise.resolve(null),
    capture: () => Promise.resolve({ operation_id: id("99"), is_online: !options.isOffline }),
    hideCapture: () => Promise.resolve(null),
    confirmCapture: () => Promise.resolve(null),
    takeBackOperation: () => Promise.resolve({ text: "Taken back", account_id: MARA, target: null, updated_at: "2026-11-22T14:02:00Z" }),
  };
}
