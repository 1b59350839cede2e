// Where the words of a search stand in a text. Case, accents, width and the two kana are the same here as in the search itself.

import type { Range } from "../kit/ranges";

/** One folded character a position of the original, so that offsets can be carried back. */
function fold(text: string): { folded: string; at: number[] } {
  let folded = "";
  const at: number[] = [];
  let offset = 0;
  for (const letter of text) {
    const base = letter
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[ァ-ヶ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
    for (let unit = 0; unit < base.length; unit += 1) at.push(offset);
    folded += base;
    offset += letter.length;
  }
  at.push(offset);
  return { folded, at };
}

const startsWord = (text: string, index: number): boolean => index === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(index - 1));
const isSpaced = (term: string): boolean => /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u.test(term);

/** Ranges in UTF-16 units. Words of scripts with spaces are found where a word starts, all others (and all with `isAnywhere`) anywhere. */
export function markRanges(text: string, terms: readonly string[], isAnywhere = false): Range[] {
  if (terms.length === 0 || text === "") return [];
  const { folded, at } = fold(text);
  const ranges: Range[] = [];
  for (const term of terms) {
    const wanted = fold(term.trim()).folded;
    if (wanted === "") continue;
    for (let from = folded.indexOf(wanted); from !== -1; from = folded.indexOf(wanted, from + wanted.length)) {
      if (!isAnywhere && isSpaced(wanted) && !startsWord(folded, from)) continue;
      const start = at[from];
      const end = at[from + wanted.length];
      if (start !== undefined && end !== undefined) ranges.push([start, end]);
    }
  }
  return ranges;
}
