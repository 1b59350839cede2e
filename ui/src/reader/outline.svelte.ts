// The outline of the open page, shared between the page (which knows where it is scrolled) and the sidebar (which shows it).

import type { OutlineEntry } from "../ipc";

export type OutlineNode = OutlineEntry & { key: string; under: OutlineNode[] };

export class PageOutline {
  entries = $state.raw<readonly OutlineEntry[]>([]);
  /** The path of the heading that is being read; null above the first one. */
  current = $state<string | null>(null);
  /** Set by the page while it is open. */
  goTo = $state.raw<(path: readonly number[]) => void>(() => undefined);

  readonly tree: readonly OutlineNode[] = $derived(nested(this.entries));

  clear(): void {
    this.entries = [];
    this.current = null;
    this.goTo = () => undefined;
  }
}

/** Headings under the headings above them; a page may begin with a deep one or leave levels out. */
export function nested(entries: readonly OutlineEntry[]): OutlineNode[] {
  const top: OutlineNode[] = [];
  const open: OutlineNode[] = [];
  for (const entry of entries) {
    const node: OutlineNode = { ...entry, key: entry.path.join("."), under: [] };
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= entry.level) open.pop();
    (open.at(-1)?.under ?? top).push(node);
    open.push(node);
  }
  return top;
}
