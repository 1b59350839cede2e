// Which toggles of a page are open. One object a page, kept as long as the session.

import { SvelteSet } from "svelte/reactivity";

import type { Block } from "../ipc";

export class Toggles {
  #open = new SvelteSet<string>();

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  set(path: string, isOpen: boolean): void {
    if (isOpen) this.#open.add(path);
    else this.#open.delete(path);
  }

  /** Opens every toggle on the way down to a block, so that it can be seen. */
  reveal(path: readonly number[]): void {
    for (let depth = 1; depth < path.length; depth += 1) this.#open.add(path.slice(0, depth).join("."));
  }

  /** Opens all, or closes all when none is closed. */
  all(paths: readonly string[]): void {
    const isAnyClosed = paths.some((path) => !this.#open.has(path));
    for (const path of paths) this.set(path, isAnyClosed);
  }
}

/** The paths of all blocks that open and close. */
export function togglePaths(blocks: readonly Block[], under = ""): string[] {
  return blocks.flatMap((block, index) => {
    const path = under === "" ? String(index) : `${under}.${index}`;
    const own = block.type === "toggle" || (block.type === "heading" && block.is_toggleable) ? [path] : [];
    return [...own, ...togglePaths(block.children ?? [], path)];
  });
}
