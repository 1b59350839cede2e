// What the capture window knows and does. Nothing that was typed is ever lost: a note leaves the window only when the core has it, as a draft or in the outbox.

import { asRefusal, type AccountView, type AppState, type CaptureDraft, type CaptureSaved, type Destination, type DestinationTarget, type Refusal } from "../ipc";

/** The calls the window makes; the real ones are `core` of `../ipc`. */
export type CaptureSource = {
  appState(): Promise<AppState>;
  destinations(query: string, limit: number): Promise<Destination[]>;
  captureDraft(): Promise<CaptureDraft | null>;
  saveCaptureDraft(text: string, accountId: string | null, target: DestinationTarget | null): Promise<unknown>;
  capture(text: string, accountId: string, target: DestinationTarget): Promise<CaptureSaved>;
  hideCapture(): Promise<unknown>;
  confirmCapture(operationId: string): Promise<unknown>;
  takeBackOperation(operationId: string): Promise<CaptureDraft>;
};

export type Notice =
  /** Saved, and the window stayed. */
  | { type: "saved"; title: string; isOnline: boolean }
  /** There is nothing to save. */
  | { type: "empty" }
  /** The draft was put away; it can be brought back. */
  | { type: "cleared"; text: string }
  /** The note before this one can still be taken back. */
  | { type: "undoable"; title: string };

const DRAFT_AFTER_MS = 400;
/** How long after saving the window offers to take the note back. */
const UNDO_WITHIN_MS = 30_000;
/** Enough for every place somebody used lately; the picker asks for itself. */
const DESTINATIONS = 200;

export function targetId(target: DestinationTarget): string {
  return target.type === "page" ? target.page_id : target.data_source_id;
}

export function isSameDestination(a: { account_id: string | null; target: DestinationTarget | null } | null, b: { account_id: string | null; target: DestinationTarget | null } | null): boolean {
  if (!a?.target || !b?.target) return false;
  return a.account_id === b.account_id && a.target.type === b.target.type && targetId(a.target) === targetId(b.target);
}

export class Capture {
  text = $state("");
  destination = $state.raw<Destination | null>(null);
  accounts = $state.raw<readonly AccountView[]>([]);
  isOffline = $state(false);
  isSaving = $state(false);
  isPicking = $state(false);
  /** When the text was left, while it is still as it was left. */
  draftFrom = $state<string | null>(null);
  problem = $state.raw<Refusal | null>(null);
  notice = $state.raw<Notice | null>(null);

  readonly isBlank = $derived(this.text.trim() === "");

  #source: CaptureSource;
  /** The text the core has as the draft, as far as is known here. */
  #kept = "";
  #keptDestination: Destination | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: { operationId: string; title: string; at: number } | null = null;

  constructor(source: CaptureSource) {
    this.#source = source;
  }

  account(id: string): AccountView | null {
    return this.accounts.find((account) => account.id === id) ?? null;
  }

  /** The window is on the screen, maybe for the first time. What was typed before this is known stays. */
  async shown(): Promise<void> {
    this.notice = null;
    this.problem = null;
    this.isPicking = false;
    const [state, draft, destinations] = await Promise.allSettled([this.#source.appState(), this.#source.captureDraft(), this.#source.destinations("", DESTINATIONS)]);
    if (state.status === "fulfilled") {
      this.accounts = state.value.accounts;
      this.isOffline = state.value.connectivity.type === "offline";
    }
    if (draft.status === "fulfilled") this.#adopt(draft.value);
    if (destinations.status === "fulfilled") this.#settleDestination(destinations.value, draft.status === "fulfilled" ? draft.value : null);
    if (this.isBlank && this.#last !== null && Date.now() - this.#last.at < UNDO_WITHIN_MS) this.notice = { type: "undoable", title: this.#last.title };
    const failed = [draft, destinations].find((answer) => answer.status === "rejected");
    if (failed?.status === "rejected") this.problem = asRefusal(failed.reason);
  }

  /** Takes over a draft that is not the one in the window: the first, or a note taken back from the outbox. What was typed meanwhile follows it. */
  #adopt(draft: CaptureDraft | null): void {
    const theirs = draft?.text ?? "";
    if (theirs !== this.#kept) {
      const typed = this.#kept !== "" && this.text.startsWith(this.#kept) ? this.text.slice(this.#kept.length) : this.text === this.#kept ? "" : this.text;
      this.text = theirs === "" || typed.trim() === "" ? theirs + typed : `${theirs.replace(/\n*$/u, "\n")}${typed}`;
      this.#kept = theirs;
    }
    this.draftFrom = draft !== null && theirs.trim() !== "" && this.text === theirs ? draft.updated_at : null;
  }

  #settleDestination(all: readonly Destination[], draft: CaptureDraft | null): void {
    const ofDraft = draft?.target ? all.find((destination) => isSameDestination(destination, draft)) : undefined;
    const present = this.destination ? all.find((destination) => isSameDestination(destination, this.destination)) : undefined;
    this.destination = ofDraft ?? present ?? all.find((destination) => !destination.is_read_only) ?? null;
    this.#keptDestination = this.destination;
  }

  type(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.notice = null;
    this.problem = null;
    this.draftFrom = null;
    this.#scheduleDraft();
  }

  choose(destination: Destination): void {
    if (destination.is_read_only) return;
    this.destination = destination;
    this.isPicking = false;
    this.problem = null;
    if (!this.isBlank) this.#scheduleDraft();
  }

  #scheduleDraft(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keepDraft().catch(() => undefined), DRAFT_AFTER_MS);
  }

  /** Hands the text to the core as it is now. Throws when it could not be kept. */
  async keepDraft(): Promise<void> {
    clearTimeout(this.#timer);
    const { text, destination } = this;
    if (text === this.#kept && destination === this.#keptDestination) return;
    await this.#source.saveCaptureDraft(text, destination?.account_id ?? null, destination?.target ?? null);
    this.#kept = text;
    this.#keptDestination = destination;
  }

  /** Escape: the text becomes a draft, then the window goes. It stays when the text could not be kept. */
  async leave(): Promise<void> {
    if (this.isSaving) return;
    try {
      await this.keepDraft();
    } catch (failure) {
      this.problem = asRefusal(failure);
      return;
    }
    await this.#source.hideCapture();
  }

  /** Puts the note into the outbox; it is durable when this returns true. */
  async save(thenStay = false): Promise<boolean> {
    if (this.isSaving) return false;
    if (this.isBlank) {
      this.notice = { type: "empty" };
      return false;
    }
    const destination = this.destination;
    if (destination === null) {
      this.isPicking = true;
      return false;
    }
    clearTimeout(this.#timer);
    this.isSaving = true;
    this.problem = null;
    this.notice = null;
    let saved: CaptureSaved;
    try {
      saved = await this.#source.capture(this.text.trim(), destination.account_id, destination.target);
      this.text = "";
      this.draftFrom = null;
      this.#last = { operationId: saved.operation_id, title: destination.title, at: Date.now() };
      if (thenStay) this.notice = { type: "saved", title: destination.title, isOnline: saved.is_online && !this.isOffline };
    } catch (failure) {
      this.problem = asRefusal(failure);
      return false;
    } finally {
      this.isSaving = false;
    }
    // The draft is the note that was just saved; that it is forgotten need not be waited for, and that it could not be must not look like a failed save.
    const forgetting = this.keepDraft().catch(() => undefined);
    if (!thenStay) {
      await this.#source.hideCapture();
      void this.#source.confirmCapture(saved.operation_id).catch(() => undefined);
    }
    await forgetting;
    return true;
  }

  /** Whether there is a note to take back: one that was saved a moment ago, and nothing typed since. */
  get isUndoable(): boolean {
    return this.isBlank && this.#last !== null && (this.notice?.type === "undoable" || this.notice?.type === "saved");
  }

  /** Takes the note that was saved last out of the outbox and back into the window. */
  async takeBack(): Promise<void> {
    const last = this.#last;
    if (last === null || !this.isUndoable) return;
    this.#last = null;
    this.notice = null;
    try {
      const draft = await this.#source.takeBackOperation(last.operationId);
      this.#adopt(draft);
      this.draftFrom = null;
    } catch (failure) {
      this.problem = asRefusal(failure);
    }
  }

  /** Puts the draft away, so that the window is empty. */
  startFresh(): void {
    const { text } = this;
    this.type("");
    this.notice = { type: "cleared", text };
  }

  bringBack(): void {
    if (this.notice?.type === "cleared") this.type(this.notice.text);
  }
}
