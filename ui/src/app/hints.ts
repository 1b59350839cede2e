// The keys the footer names, by the list above it.

import { m } from "../i18n";
import type { ShortcutId } from "../keys/shortcuts";

export type Hint = { keys: readonly ShortcutId[]; label: string };

export function listHints(): Hint[] {
  return [
    { keys: ["up", "down"], label: m.search_hint_move() },
    { keys: ["open"], label: m.search_hint_open() },
    { keys: ["openInNotion"], label: m.search_hint_notion() },
    { keys: ["tab"], label: m.search_hint_filters() },
    { keys: ["palette"], label: m.search_hint_actions() },
  ];
}

export function outboxHints(): Hint[] {
  return [
    { keys: ["up", "down"], label: m.search_hint_move() },
    { keys: ["open"], label: m.outbox_hint_retry() },
    { keys: ["edit"], label: m.outbox_hint_edit() },
    { keys: ["captureDestination"], label: m.outbox_redirect() },
    { keys: ["discard"], label: m.outbox_hint_discard() },
  ];
}
