// What the main window knows of the core: accounts, sync, outbox, favourites, settings. Read once at the start; every event names what to read again.

import type { AccountView, AppState, Connectivity, ErrorCode, ItemRef, ItemSummary, Navigate, OutboxCounts, OutboxItem, OutboxView, Settings, Subscribe } from "../ipc";

/** The calls the session makes; the real ones are `core` of `../ipc`. */
export type SessionSource = {
  appState(): Promise<AppState>;
  favourites(): Promise<ItemSummary[]>;
  outbox(): Promise<OutboxView>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<unknown>;
  setFavourite(reference: ItemRef, isFavourite: boolean): Promise<unknown>;
};

export const standardSettings = { theme: "system", motion: "system", text_size: 100, is_sidebar_open: true, is_preview_open: true, is_comments_open: true } as const satisfies Settings;

export class Session {
  state = $state.raw<AppState | null>(null);
  failure = $state.raw<unknown>(null);
  favourites = $state.raw<readonly ItemSummary[]>([]);
  outbox = $state.raw<readonly OutboxItem[]>([]);
  settings = $state.raw<Required<Settings>>(standardSettings);
  readonly accounts: readonly AccountView[] = $derived(this.state?.accounts ?? []);
  readonly connectivity: Connectivity = $derived(this.state?.connectivity ?? { type: "online" });
  readonly counts: OutboxCounts = $derived(this.state?.outbox ?? { waiting: 0, needs_you: 0 });
  readonly isOffline = $derived(this.connectivity.type === "offline");

  #source: SessionSource;

  constructor(source: SessionSource) {
    this.#source = source;
  }

  /** Reads everything. A window that cannot do this has nothing to show but the reason. */
  async start(): Promise<void> {
    try {
      const [state, settings] = await Promise.all([this.#source.appState(), this.#source.settings()]);
      this.state = state;
      this.settings = { ...standardSettings, ...settings };
      this.failure = null;
    } catch (failure) {
      this.failure = failure;
      return;
    }
    await Promise.all([this.readFavourites(), this.readOutbox()]);
  }

  /** Opens the stores in some way and reads everything; what stands in the way now is said in place of what did before. */
  async openBy(open: () => Promise<unknown>): Promise<void> {
    try {
      await open();
    } catch (failure) {
      this.failure = failure;
      return;
    }
    await this.start();
  }

  /** Follows the core's events until the returned function is called. `onItems` hears which items changed; none named means any may have. */
  follow(subscribe: Subscribe, onNavigate: (to: Navigate) => void, onItems: (items: readonly ItemRef[]) => void): () => void {
    const stops = [
      subscribe("accountsChanged", () => void this.readState()),
      subscribe("syncChanged", ({ account_id, phase }) => this.#change({ accounts: this.accounts.map((account) => (account.id === account_id ? { ...account, sync: phase } : account)) }, phase.type === "idle")),
      subscribe("itemsChanged", ({ items }) => {
        onItems(items);
        if (items.length === 0 || items.some((item) => this.isFavourite(item))) void this.readFavourites();
      }),
      subscribe("outboxChanged", ({ counts }) => {
        this.#change({ outbox: counts });
        void this.readOutbox();
      }),
      subscribe("connectivityChanged", ({ connectivity }) => {
        this.#change({ connectivity });
        // What things in the outbox wait for is another answer now.
        void this.readOutbox();
      }),
      subscribe("settingsChanged", () => void this.readSettings()),
      subscribe("navigate", onNavigate),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Puts a change on what is known; `thenRead` also asks for the numbers that came with it (coverage after a sync). */
  #change(change: Partial<AppState>, thenRead = false): void {
    if (this.state === null) return;
    this.state = { ...this.state, ...change };
    if (thenRead) void this.readState();
  }

  async readState(): Promise<void> {
    this.state = await this.#source.appState();
  }

  async readFavourites(): Promise<void> {
    this.favourites = await this.#source.favourites();
  }

  async readOutbox(): Promise<void> {
    this.outbox = (await this.#source.outbox()).items;
  }

  async readSettings(): Promise<void> {
    this.settings = { ...standardSettings, ...(await this.#source.settings()) };
  }

  account(id: string): AccountView | null {
    return this.accounts.find((account) => account.id === id) ?? null;
  }

  /** How many of an account's things are not in Notion yet. */
  unsent(accountId: string): number {
    return this.outbox.filter((item) => item.account_id === accountId && item.state.type !== "sent" && item.state.type !== "discarded").length;
  }

  async change(settings: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    await this.#source.saveSettings(this.settings);
  }

  async setFavourite(reference: ItemRef, isFavourite: boolean): Promise<void> {
    await this.#source.setFavourite(reference, isFavourite);
    await this.readFavourites();
  }

  isFavourite(reference: ItemRef): boolean {
    return this.favourites.some((item) => item.account_id === reference.account_id && item.item.id === reference.item.id);
  }

  /** Notices of the start that were not put away. */
  dropNotice(code: ErrorCode): void {
    if (this.state !== null) this.state = { ...this.state, notices: this.state.notices.filter((notice) => notice !== code) };
  }
}
