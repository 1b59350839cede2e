// The state of the search screen: what is typed and narrowed to, what was found, which row is selected. It asks with functions it is given, so that it
// can be tested with plain data; the newest question wins and at most one is on its way.

import type { AccountId, DatabaseSummary, ItemKind, ItemRef, ItemSummary, NarrowedBy, NarrowedView, SearchHit, SearchOrder, SearchRequest, SearchResults } from "../ipc";

export type SearchSource = {
  search(request: SearchRequest): Promise<SearchResults>;
  recents(accountId: AccountId | null, limit: number): Promise<ItemSummary[]>;
};

/** One row of the list, found or recent. */
export type Row = { key: string; reference: ItemRef; hit: SearchHit | null; item: ItemSummary | DatabaseSummary | SearchHit };

const LIMIT = 60;
const RECENT_LIMIT = 30;

export function keyOf(reference: ItemRef): string {
  return `${reference.account_id}/${reference.item.type}/${reference.item.id}`;
}

function refOf(item: ItemRef): ItemRef {
  return { account_id: item.account_id, item: item.item };
}

export class Search {
  query = $state("");
  kind = $state<ItemKind | null>(null);
  scope = $state<AccountId | null>(null);
  /** When it was edited, in the words of `edited:`. */
  edited = $state<string | null>(null);
  /** Who made it, by name, or `me`. */
  author = $state<string | null>(null);
  order = $state<SearchOrder>("relevance");
  results = $state.raw<SearchResults | null>(null);
  recent = $state.raw<readonly ItemSummary[]>([]);
  /** What an empty field shows instead of the recent items: the favourites, or the databases. */
  shelf = $state.raw<{ of: "favourites" | "databases"; items: readonly (ItemSummary | DatabaseSummary)[] } | null>(null);
  selectedKey = $state<string | null>(null);
  failure = $state.raw<unknown>(null);

  /** Queries that were left, newest first; ↑ in an empty field brings the last one back. */
  history: string[] = [];

  readonly rows: readonly Row[] = $derived.by(() => {
    const items: readonly (ItemSummary | DatabaseSummary | SearchHit)[] = this.isAsking ? (this.results?.hits ?? []) : (this.shelf?.items ?? this.recent).filter((item) => (this.kind === null || item.kind === this.kind) && (this.scope === null || item.account_id === this.scope));
    return items.map((item, index) => ({
      // The same page may be found by its title and again in its text.
      key: `${"group" in item ? item.group : "recent"}/${keyOf(item)}/${index}`,
      reference: refOf(item),
      hit: "group" in item ? item : null,
      item,
    }));
  });

  /** Whether the core is asked; without a word and these filters the list is what is kept at hand anyway. */
  readonly isAsking = $derived(this.query.trim() !== "" || this.edited !== null || this.author !== null);

  /** The query the results are of: by the time they are shown another may be typed. */
  answered = $state<string | null>(null);

  /** What the words of the query narrow to: the same filters as the chips', typed. Their places are those in the query as it is now. */
  readonly narrowed: readonly NarrowedView[] = $derived.by(() => {
    if (!this.isAsking) return [];
    const answered = this.answered ?? this.query;
    return (this.results?.narrowed ?? []).flatMap((view) => {
      const word = answered.slice(view.start, view.end);
      const start = this.query.startsWith(word, view.start) ? view.start : this.query.indexOf(word);
      return start === -1 ? [] : [{ ...view, start, end: start + word.length }];
    });
  });

  readonly selected = $derived(this.rows.find((row) => row.key === this.selectedKey) ?? this.rows[0] ?? null);

  readonly isNarrowed = $derived(this.kind !== null || this.scope !== null || this.edited !== null || this.author !== null);

  #source: SearchSource;
  #isBusy = false;
  #isStale = false;

  constructor(source: SearchSource) {
    this.#source = source;
  }

  /** Asks again with what is typed and narrowed to now. */
  async ask(): Promise<void> {
    if (this.#isBusy) {
      this.#isStale = true;
      return;
    }
    this.#isBusy = true;
    do {
      this.#isStale = false;
      try {
        await this.#askOnce();
        this.failure = null;
      } catch (failure) {
        this.failure = failure;
      }
    } while (this.#isStale);
    this.#isBusy = false;
  }

  async #askOnce(): Promise<void> {
    if (!this.isAsking) {
      const recent = await this.#source.recents(this.scope, RECENT_LIMIT);
      if (this.#isStale) return;
      this.recent = recent;
      this.results = null;
      return;
    }
    const query = this.query;
    const results = await this.#source.search({
      query,
      account_ids: this.scope === null ? [] : [this.scope],
      kinds: this.kind === null ? [] : [this.kind],
      edited: this.edited,
      author: this.author,
      order: this.order,
      limit: LIMIT,
    });
    // An answer to what was typed a moment ago is still shown unless a newer question waits: the list then changes once, not twice.
    if (this.#isStale) return;
    this.results = results;
    this.answered = query;
  }

  type(query: string): void {
    this.query = query;
    this.selectedKey = null;
    void this.ask();
  }

  /** Clears the query and remembers it. */
  clear(): void {
    const left = this.query.trim();
    if (left !== "") this.history = [left, ...this.history.filter((query) => query !== left)].slice(0, 20);
    this.type("");
  }

  recall(): boolean {
    const last = this.history[0];
    if (this.query !== "" || last === undefined) return false;
    this.type(last);
    return true;
  }

  narrowTo(kind: ItemKind | null): void {
    this.kind = kind;
    this.selectedKey = null;
    void this.ask();
  }

  editedWithin(within: string | null): void {
    this.edited = within;
    this.selectedKey = null;
    void this.ask();
  }

  writtenBy(author: string | null): void {
    this.author = author;
    this.selectedKey = null;
    void this.ask();
  }

  orderBy(order: SearchOrder): void {
    if (order === this.order) return;
    this.order = order;
    this.selectedKey = null;
    void this.ask();
  }

  /** The word of the query that narrows so, if one does. */
  word<T extends NarrowedBy["type"]>(type: T): (NarrowedView & { by: Extract<NarrowedBy, { type: T }> }) | null {
    return (this.narrowed.find((view) => view.by.type === type) as (NarrowedView & { by: Extract<NarrowedBy, { type: T }> }) | undefined) ?? null;
  }

  /** Takes a word that narrows out of the query, as its chip's cross does. */
  dropWord(view: NarrowedView): void {
    this.type(`${this.query.slice(0, view.start)}${this.query.slice(view.end)}`.replace(/\s{2,}/gu, " ").trimStart());
  }

  /** The words that are looked for, without those that narrow or exclude: what is marked in a page. */
  terms(): string[] {
    let text = this.query;
    for (const { start, end } of [...this.narrowed].sort((a, b) => b.start - a.start)) text = `${text.slice(0, start)} ${text.slice(end)}`;
    return termsOf(text);
  }

  scopeTo(scope: AccountId | null): void {
    if (scope === this.scope) return;
    this.scope = scope;
    this.selectedKey = null;
    void this.ask();
  }

  /** Backspace in an empty field takes the last filter away. */
  dropFilter(): boolean {
    if (this.author !== null) this.writtenBy(null);
    else if (this.edited !== null) this.editedWithin(null);
    else if (this.kind !== null) this.narrowTo(null);
    else if (this.scope !== null) this.scopeTo(null);
    else return false;
    return true;
  }

  dropFilters(): void {
    this.kind = null;
    this.scope = null;
    this.edited = null;
    this.author = null;
    this.selectedKey = null;
    void this.ask();
  }

  select(key: string): void {
    this.selectedKey = key;
  }

  /** Moves the selection by rows; stops at the ends. */
  move(by: number): void {
    const at = this.#selectedIndex();
    const to = Math.max(0, Math.min(this.rows.length - 1, at + by));
    this.selectedKey = this.rows[to]?.key ?? null;
  }

  moveToEnd(end: "first" | "last"): void {
    this.selectedKey = this.rows.at(end === "first" ? 0 : -1)?.key ?? null;
  }

  /** To the first row of the next group, or of this one and then the one before. */
  moveByGroup(direction: 1 | -1): void {
    const starts = this.rows.flatMap((row, index) => (index === 0 || groupOf(row) !== groupOf(this.rows[index - 1]) ? [index] : []));
    const at = this.#selectedIndex();
    const to = direction === 1 ? starts.find((start) => start > at) : starts.findLast((start) => start < at);
    if (to !== undefined) this.selectedKey = this.rows[to]?.key ?? null;
  }

  #selectedIndex(): number {
    return Math.max(0, this.rows.findIndex((row) => row.key === this.selected?.key));
  }
}

/** The words of a query as they stand in a text: phrases apart into words, nothing of what is excluded, no operators. */
export function termsOf(query: string): string[] {
  return [...query.matchAll(/(-)?(?:\p{L}+:)?(?:"([^"]*)"?|“([^”]*)”?|([^\s"“]+))/gu)]
    .filter(([, excluded, , , bare]) => excluded === undefined && !(bare !== undefined && /^or$/iu.test(bare)))
    .flatMap(([, , quoted, curly, bare]) => (quoted ?? curly ?? bare ?? "").split(/\s+/u))
    .filter((word) => word !== "");
}

function groupOf(row: Row | undefined): string {
  return row?.hit?.group ?? "recent";
}
