// What is said once at the foot of the window: a confirmation, or a refusal of something the person just asked for. One at a time, the newest wins.

import { wordsFor } from "../errors/words";
import { asRefusal, type Refusal } from "../ipc";

export type Message = { id: number; tone: "ok" | "bad"; text: string; action: { label: string; run: () => void } | null };

export class Messages {
  current = $state.raw<Message | null>(null);

  #next = 1;

  say(text: string, action: Message["action"] = null): void {
    this.current = { id: this.#next++, tone: "ok", text, action };
  }

  refuse(failure: unknown): Refusal {
    const refusal = asRefusal(failure);
    // What was stopped on purpose is no news.
    if (refusal.code !== "cancelled") {
      const words = wordsFor(refusal.code);
      this.current = { id: this.#next++, tone: "bad", text: `${words.what} ${words.safe} ${words.todo}`, action: null };
    }
    return refusal;
  }

  close(): void {
    this.current = null;
  }

  /** Runs something the person asked for and says why it was refused, if it was. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (failure) {
      this.refuse(failure);
      return undefined;
    }
  }
}
