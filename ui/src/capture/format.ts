// What the keys for bold, lists and links do to a note: plain Markdown around or before what is selected, and away again with the same keys. Pure.

/** `from`, `to` and `insert` as in any edit; then the selection is from `start` to `end` of the new text. */
export type Format = { from: number; to: number; insert: string; start: number; end: number };

export type Mark = "**" | "*" | "`";
export type ListKind = "list" | "todo";

/** Where a line's own words begin: after the marks of a heading, a quote or a list. */
const PREFIX = /^\s*(?:#{1,4}\s+|>\s?|(?:[-*+]\s+)?\[[ xX]?\]\s+|[-*+]\s+|\d{1,9}[.)]\s+)?/u;
/** The mark of a list alone, whichever kind it is. */
const ITEM = /^(\s*)(?:(?:[-*+]\s+)?\[[ xX]?\]\s+|[-*+]\s+|\d{1,9}[.)]\s+)/u;
const TICK_BOX = /^\s*(?:[-*+]\s+)?\[[ xX]?\]\s+/u;
const BULLET = /^\s*[-*+]\s+(?!\[[ xX]?\]\s)/u;
const WORD = /[\p{L}\p{N}_]/u;

const edit = (text: string, from: number, to: number, insert: string, start: number, end: number): Format | null => (text.slice(from, to) === insert ? null : { from, to, insert, start, end });

function wordAt(text: string, at: number): [number, number] {
  const is = (index: number): boolean => WORD.test(text.charAt(index));
  let from = at;
  let to = at;
  while (from > 0 && is(from - 1)) from -= 1;
  while (to < text.length && is(to)) to += 1;
  // A caret at the end of a word is about to go on behind it.
  return to === at ? [at, at] : [from, to];
}

/** One star beside another belongs to two. */
function isMarked(text: string, from: number, to: number, mark: Mark): boolean {
  const size = mark.length;
  if (text.slice(from - size, from) !== mark || text.slice(to, to + size) !== mark || from < size) return false;
  return mark !== "*" || (text.charAt(from - 2) !== "*" && text.charAt(to + 1) !== "*") || (text.slice(from - 3, from) === "***" && text.slice(to, to + 3) === "***");
}

/** Puts marks around what is selected, line by line, or takes them away. With nothing selected, around the word; outside of one, with the caret between. */
export function marked(text: string, start: number, end: number, mark: Mark): Format | null {
  const size = mark.length;
  let [from, to] = start === end ? wordAt(text, start) : [start, end];
  if (from === to) {
    if (isMarked(text, from, to, mark)) return edit(text, from - size, to + size, "", from - size, from - size);
    return edit(text, from, to, mark + mark, from + size, from + size);
  }
  // Marks cling to words: spaces at the ends stay outside.
  while (from < to && /\s/u.test(text.charAt(from))) from += 1;
  while (to > from && /\s/u.test(text.charAt(to - 1))) to -= 1;
  if (from === to) return null;
  if (isMarked(text, from, to, mark)) {
    const inner = text.slice(from, to);
    return start === end ? edit(text, from - size, to + size, inner, start - size, start - size) : edit(text, from - size, to + size, inner, from - size, to - size);
  }
  if (to - from >= 2 * size && isMarked(text, from + size, to - size, mark)) return edit(text, from, to, text.slice(from + size, to - size), from, to - 2 * size);
  const lines = text.slice(from, to).split("\n");
  const insert = lines.map((line, index) => {
    const lead = index === 0 && from !== text.lastIndexOf("\n", from - 1) + 1 ? "" : (PREFIX.exec(line)?.[0] ?? "");
    const words = line.slice(lead.length).trimEnd();
    return words === "" ? line : lead + mark + words + mark + line.slice(lead.length + words.length);
  }).join("\n");
  if (start === end) return edit(text, from, to, insert, start + size, start + size);
  return lines.length === 1 && insert.startsWith(mark) ? edit(text, from, to, insert, from + size, from + insert.length - size) : edit(text, from, to, insert, from, from + insert.length);
}

/** Makes every selected line an item of a list, or a plain line again when all of them are one. */
export function listed(text: string, start: number, end: number, kind: ListKind): Format | null {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const stop = text.indexOf("\n", end > start && text.charAt(end - 1) === "\n" ? end - 1 : end);
  const to = stop === -1 ? text.length : stop;
  const is = kind === "todo" ? TICK_BOX : BULLET;
  const lines = text.slice(from, to).split("\n");
  const said = lines.length === 1 ? lines : lines.filter((line) => line.trim() !== "");
  const isAll = said.length > 0 && said.every((line) => is.test(line));
  const insert = lines.map((line) => {
    if (line.trim() === "" && lines.length > 1) return line;
    const indent = /^\s*/u.exec(line)?.[0] ?? "";
    const words = line.replace(ITEM, "$1").slice(indent.length);
    return isAll ? indent + words : `${indent}${kind === "todo" ? "[] " : "- "}${words}`;
  }).join("\n");
  if (start !== end) return edit(text, from, to, insert, from, from + insert.length);
  const caret = Math.max(from, start + insert.length - (to - from));
  return edit(text, from, to, insert, caret, caret);
}

/** Makes what is selected the words of a link, or its address when it is one; the caret goes where the other half belongs. */
export function linked(text: string, start: number, end: number): Format {
  const [from, to] = start === end ? wordAt(text, start) : [start, end];
  const inner = text.slice(from, to);
  if (/^https?:\/\/\S+$/u.test(inner)) return { from, to, insert: `[](${inner})`, start: from + 1, end: from + 1 };
  const insert = `[${inner}]()`;
  const caret = inner === "" ? from + 1 : from + insert.length - 1;
  return { from, to, insert, start: caret, end: caret };
}
