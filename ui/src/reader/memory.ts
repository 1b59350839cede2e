// What is remembered of the pages opened while the program runs: how far they were scrolled and which toggles were open.

import { Toggles } from "../document/toggles.svelte";
import type { ItemRef } from "../ipc";

export type PageMemory = { scrollTop: number; readonly toggles: Toggles };

export class PageMemories {
  #pages = new Map<string, PageMemory>();

  of(reference: ItemRef): PageMemory {
    const key = `${reference.account_id}/${reference.item.id}`;
    const known = this.#pages.get(key);
    if (known) return known;
    const fresh: PageMemory = { scrollTop: 0, toggles: new Toggles() };
    this.#pages.set(key, fresh);
    return fresh;
  }
}
