// What a reader can show, and where on it one can arrive.

import type { ItemView, Refusal } from "../ipc";

export type ReaderState =
  /** Nothing is known yet; the title may be, from where it was opened. */
  | { type: "fetching" }
  /** It could not be had, and there is no copy. */
  | { type: "failed"; refusal: Refusal }
  /** `isGone`: Notion says it is not there any more, or not for this token; what is shown is the last copy. */
  | { type: "ready"; view: ItemView; isGone: boolean };

/** Where on a page opening it leads: to a discussion, or to where a new comment is written. */
export type OpenAt = { thread: string } | "compose";
