// How much of a passage a row shows: one line where one line holds what was found, so that more rows fit; two where it does not. Pure.

import type { Range } from "../kit/ranges";

/** About what a character takes at this size; ideographs take two. Only the number of lines hangs on it, so about is enough. */
const CHARACTER_PX = 6;
/** The paddings of the list and the row, and the icon's column. */
const AROUND_PX = 70;

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u;
const SENTENCE_END = /[.!?](?=["’”)]?\s)|[。！？]/gu;

/** How many characters a line of a list of this width holds. */
export function lineLength(listWidth: number): number {
  return listWidth <= 0 ? 80 : Math.floor((listWidth - AROUND_PX) / CHARACTER_PX);
}

/** Where in the text a line of so many characters ends. */
function endOfLine(text: string, line: number): number {
  let used = 0;
  let at = 0;
  for (const character of text) {
    used += WIDE.test(character) ? 2 : 1;
    if (used > line) return at;
    at += character.length;
  }
  return at;
}

/** The passage as it is shown: cut after a sentence where a line has room for what was found and that sentence. */
export function shownPassage(text: string, marks: readonly Range[], line: number): { text: string; marks: readonly Range[]; lines: 1 | 2 } {
  const end = endOfLine(text, line);
  const lastMark = Math.max(0, ...marks.map(([, markEnd]) => markEnd));
  if (lastMark > end) return { text, marks, lines: 2 };
  if (end >= text.length) return { text, marks, lines: 1 };
  const stops = [...text.slice(0, end + 1).matchAll(SENTENCE_END)].map((match) => match.index + 1);
  const stop = stops.findLast((at) => at >= lastMark && at >= end * 0.6 && at <= end);
  return stop === undefined ? { text, marks, lines: 1 } : { text: text.slice(0, stop), marks, lines: 1 };
}
