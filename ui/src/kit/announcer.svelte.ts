// The one polite live region. At most one sentence a second is handed to the screen reader; of several in that time the last one counts, because it
// describes what is on the screen now.

const PAUSE_MS = 1000;

export class Announcer {
  /** What the live region holds. */
  text = $state("");

  #waiting: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(sentence: string): void {
    if (this.#timer !== undefined) {
      this.#waiting = sentence;
      return;
    }
    this.#put(sentence);
  }

  #put(sentence: string): void {
    // The same sentence twice is not a change of the region; an invisible space makes it one.
    this.text = sentence === this.text ? `${sentence}\u00a0` : sentence;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const next = this.#waiting;
      this.#waiting = null;
      if (next !== null) this.#put(next);
    }, PAUSE_MS);
  }
}
