// What a sync is doing, in the few words the sidebar, the settings and the footer have room for. Pure.

import { clockTime, m, percent, relativeTime } from "../i18n";
import type { IconName } from "../kit/icons";
import type { AccountView, Connectivity, SyncPhase } from "../ipc";

/** How a phase looks and what it is called. */
export type SyncWords = {
  /** A few letters at the end of a row. */
  short: string;
  /** The same as a sentence part, for names that are read aloud. */
  spoken: string;
  glyph: IconName | null;
  /** Known progress between 0 and 1, drawn as a ring. */
  part: number | null;
  tone: "plain" | "warn";
};

const words = (short: string, spoken: string, rest: Partial<Omit<SyncWords, "short" | "spoken">> = {}): SyncWords => ({
  short,
  spoken,
  glyph: null,
  part: null,
  tone: "plain",
  ...rest,
});

export function secondsUntil(time: string, now: Date): number {
  return Math.max(1, Math.ceil((new Date(time).getTime() - now.getTime()) / 1000));
}

export function fetchedPart(phase: Extract<SyncPhase, { type: "fetching" }>): number {
  return phase.total === 0 ? 0 : phase.done / phase.total;
}

export function syncWords(phase: SyncPhase, now: Date): SyncWords {
  switch (phase.type) {
    case "idle":
      return phase.synced_at === null
        ? words("", m.app_sync_not_yet())
        : words(relativeTime(phase.synced_at, { now }), m.app_sync_done({ ago: relativeTime(phase.synced_at, { now, style: "long" }) }));
    case "discovering":
      return words(m.app_sync_found_short({ count: phase.found }), m.app_sync_found({ count: phase.found }), { glyph: "sync" });
    case "fetching": {
      const part = fetchedPart(phase);
      return words(percent(part), m.app_sync_fetching({ part: percent(part) }), { part });
    }
    case "waiting": {
      const seconds = secondsUntil(phase.until, now);
      return words(m.app_sync_seconds_short({ seconds }), m.app_sync_waiting({ count: seconds }), { glyph: "hourglass" });
    }
    case "offline":
      return phase.synced_at === null
        ? words("", m.app_sync_offline(), { glyph: "cloudoff" })
        : words(clockTime(phase.synced_at), m.app_sync_offline_since({ time: clockTime(phase.synced_at) }));
    case "needs_sign_in":
      return words(m.app_sync_sign_in(), m.app_sync_needs_sign_in(), { glyph: "warn", tone: "warn" });
    case "failed":
      return words(phase.synced_at === null ? "" : relativeTime(phase.synced_at, { now }), m.app_sync_failed(), { glyph: "warn", tone: "warn" });
  }
}

/** The one line at the foot of the sidebar. */
export type StatusLine = { label: string; detail: string | null; glyph: IconName | null; part: number | null; tone: "ok" | "warn" | "plain" };

/** The worst thing counts: a paused workspace, no network, a wait, a first sync, any sync; else everything is up to date. */
export function statusLine(accounts: readonly AccountView[], connectivity: Connectivity, now: Date): StatusLine {
  const phases = accounts.map((account) => account.sync);
  const paused = phases.filter((phase) => phase.type === "needs_sign_in").length;
  const lastSync = phases
    .map((phase) => ("synced_at" in phase ? phase.synced_at : null))
    .filter((time) => time !== null)
    .sort()
    .at(-1);
  if (paused > 0) return { label: m.app_status_paused({ count: paused }), detail: null, glyph: "warn", part: null, tone: "warn" };
  if (connectivity.type === "offline" || phases.some((phase) => phase.type === "offline")) {
    return { label: m.app_status_offline(), detail: lastSync === undefined ? null : m.app_status_synced({ time: clockTime(lastSync) }), glyph: "cloudoff", part: null, tone: "plain" };
  }
  const waiting = phases.find((phase) => phase.type === "waiting");
  if (waiting) return { label: m.app_status_waiting(), detail: m.app_sync_seconds_short({ seconds: secondsUntil(waiting.until, now) }), glyph: "hourglass", part: null, tone: "plain" };
  const discovering = phases.find((phase) => phase.type === "discovering");
  if (discovering) return { label: discovering.is_first ? m.app_status_first_sync() : m.app_status_syncing(), detail: m.app_sync_found_short({ count: discovering.found }), glyph: "sync", part: null, tone: "plain" };
  const fetching = phases.filter((phase) => phase.type === "fetching");
  if (fetching.length > 0) {
    const done = fetching.reduce((sum, phase) => sum + phase.done, 0);
    const total = fetching.reduce((sum, phase) => sum + phase.total, 0);
    const isFirst = fetching.some((phase) => phase.is_first);
    return {
      label: isFirst ? m.app_status_first_sync() : m.app_status_syncing(),
      detail: percent(total === 0 ? 0 : done / total),
      glyph: null,
      part: total === 0 ? 0 : done / total,
      tone: "plain",
    };
  }
  if (phases.some((phase) => phase.type === "failed")) return { label: m.app_status_trouble(), detail: null, glyph: "warn", part: null, tone: "warn" };
  return { label: m.app_status_up_to_date(), detail: lastSync === undefined ? null : relativeTime(lastSync, { now, style: "long" }), glyph: "okcircle", part: null, tone: "ok" };
}
