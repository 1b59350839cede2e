// Enter inside a list: the next item begins like the one above it; Enter in an empty item ends the list.

export type Edit = { from: number; to: number; insert: string };

const ITEM = /^(\s*)(?:([-*+])(\s+)(\[[ xX]\]\s+)?|(\[[ xX]?\])(\s+)|(\d{1,9})([.)])(\s+)|(>)(\s?))(.*)$/u;

/** What Enter does at this place instead of a plain line break; null when nothing else. */
export function continuation(text: string, start: number, end: number): Edit | null {
  if (start !== end) return null;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  const item = ITEM.exec(before);
  // The first line is the title; a list begins below it.
  if (!item || lineStart === 0) return null;
  const [, indent = "", bullet, gap = " ", box, bareBox, boxGap = " ", number, dot = ".", numberGap = " ", quote, quoteGap = " ", said = ""] = item;
  const lineEnd = text.indexOf("\n", start);
  const after = text.slice(start, lineEnd === -1 ? text.length : lineEnd);
  if (said.trim() === "" && after.trim() === "") return { from: lineStart, to: start, insert: "" };
  if (bullet) return { from: start, to: start, insert: `\n${indent}${bullet}${gap}${box ? "[ ] " : ""}` };
  if (bareBox) return { from: start, to: start, insert: `\n${indent}${bareBox.length === 2 ? "[]" : "[ ]"}${boxGap}` };
  if (number) return { from: start, to: start, insert: `\n${indent}${Number(number) + 1}${dot}${numberGap}` };
  return quote ? { from: start, to: start, insert: `\n${indent}>${quoteGap}` } : null;
}
