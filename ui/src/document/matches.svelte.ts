// The places in a drawn text where the words of a search stand, one after the other: how many there are, which is the current one, and going to the next.
// They are read from the marks the text was drawn with, so what is counted is what is seen.

import { untrack } from "svelte";

/** A place: words that stand next to each other are one, as they are for whoever reads them. */
type Place = { marks: HTMLElement[]; block: Element | null };

/** More than anybody steps through; a page with one letter of the query in every word is not worth counting. */
const MOST = 2000;
/** How far below the top of the text a place comes to stand. */
const ABOVE_PX = 72;
const CURRENT = "on";

function placesOf(root: HTMLElement): Place[] {
  const places: Place[] = [];
  for (const mark of [...root.querySelectorAll("mark")].slice(0, MOST)) {
    const block = mark.closest("[data-block]");
    const last = places.at(-1);
    const before = last?.marks.at(-1);
    if (last && before && last.block === block && isNext(before, mark)) last.marks.push(mark);
    else places.push({ marks: [mark], block });
  }
  return places;
}

/** Whether nothing but spaces and signs stands between two marks. */
function isNext(one: HTMLElement, other: HTMLElement): boolean {
  const between = document.createRange();
  between.setStartAfter(one);
  between.setEndBefore(other);
  const text = between.toString();
  return text.length < 4 && !/[\p{L}\p{N}.!?。！？]/u.test(text);
}

export class Matches {
  count = $state(0);
  /** The current one, counted from 1; 0 when there is none. */
  current = $state(0);

  #places: Place[] = [];
  #scroller: HTMLElement | null = null;

  /**
   * Reads the marks under an element, now and whenever what is drawn changes, until the returned function is called. The current one is at first the place with most
   * of the words, and is brought into view in `scroller`.
   */
  follow(root: HTMLElement, scroller: HTMLElement, options: { reveal?: boolean } = {}): () => void {
    this.#scroller = scroller;
    // What is read here is no reason for whoever follows to follow anew.
    const read = (): void => untrack(() => this.#read(root, options.reveal ?? true));
    const changes = new MutationObserver(read);
    changes.observe(root, { childList: true, subtree: true, characterData: true });
    read();
    return () => {
      changes.disconnect();
      untrack(() => this.#light(false));
      this.#places = [];
      this.count = 0;
      this.current = 0;
    };
  }

  #read(root: HTMLElement, reveals: boolean): void {
    const kept = this.#places[this.current - 1]?.marks[0];
    this.#places = placesOf(root);
    this.count = this.#places.length;
    const again = kept?.isConnected ? this.#places.findIndex((place) => place.marks.includes(kept)) : -1;
    if (again !== -1) this.#choose(again, false);
    else if (this.count > 0) this.#choose(this.#best(), reveals);
    else this.current = 0;
  }

  /** To the next or the previous one, round the ends. False when there is none. */
  step(by: 1 | -1): boolean {
    if (this.count === 0) return false;
    this.#choose((this.current - 1 + by + this.count) % this.count, true);
    return true;
  }

  #best(): number {
    const most = Math.max(...this.#places.map((place) => place.marks.length));
    return this.#places.findIndex((place) => place.marks.length === most);
  }

  #choose(index: number, reveal: boolean): void {
    this.#light(false);
    this.current = index + 1;
    this.#light(true);
    if (reveal) this.#reveal();
  }

  #light(isOn: boolean): void {
    for (const mark of this.#places[this.current - 1]?.marks ?? []) mark.classList.toggle(CURRENT, isOn);
  }

  #reveal(): void {
    const mark = this.#places[this.current - 1]?.marks[0];
    const scroller = this.#scroller;
    if (!mark || !scroller) return;
    const at = mark.getBoundingClientRect();
    const view = scroller.getBoundingClientRect();
    if (at.top >= view.top && at.bottom <= view.bottom - ABOVE_PX) return;
    scroller.scrollTop += at.top - view.top - ABOVE_PX;
  }
}
