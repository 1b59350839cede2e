// Where the main window is, and the way back. Sections are places; pages are steps on a path that can be walked back and forward.

import type { ItemRef } from "../ipc";
import type { OpenAt } from "../reader/state";
import type { SettingsTab } from "../settings/tabs";
import type { Section } from "../shell/sections";

export type Route =
  | { name: "section"; section: Section }
  | { name: "item"; reference: ItemRef; /** Known from the list it was opened from. */ title: string; /** The words that led here, to be marked. */ terms: readonly string[]; /** Where on it. */ at: OpenAt | null }
  | { name: "settings"; tab: SettingsTab }
  | { name: "welcome" };

export class Router {
  #past = $state.raw<readonly Route[]>([]);
  #future = $state.raw<readonly Route[]>([]);
  current = $state.raw<Route>({ name: "section", section: "search" });

  readonly canGoBack = $derived(this.#past.length > 0);
  readonly canGoForward = $derived(this.#future.length > 0);

  go(to: Route): void {
    if (sameRoute(to, this.current)) {
      // The same page, at another place of it: no step on the path.
      if (to.name === "item" && to.at !== null) this.current = to;
      return;
    }
    this.#past = [...this.#past, this.current].slice(-100);
    this.#future = [];
    this.current = to;
  }

  back(): boolean {
    const to = this.#past.at(-1);
    if (to === undefined) return false;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.current, ...this.#future];
    this.current = to;
    return true;
  }

  forward(): boolean {
    const [to, ...rest] = this.#future;
    if (to === undefined) return false;
    this.#past = [...this.#past, this.current];
    this.#future = rest;
    this.current = to;
    return true;
  }

  /** To where the pages or the settings were opened from. */
  leave(): void {
    const to = this.#past.findLast((route) => route.name === "section") ?? { name: "section", section: "search" };
    this.go(to);
  }
}

export function sameRoute(a: Route, b: Route): boolean {
  if (a.name === "section" && b.name === "section") return a.section === b.section;
  if (a.name === "item" && b.name === "item") return a.reference.account_id === b.reference.account_id && a.reference.item.id === b.reference.item.id;
  if (a.name === "settings" && b.name === "settings") return a.tab === b.tab;
  return a.name === "welcome" && b.name === "welcome";
}
