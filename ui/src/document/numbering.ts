// Numbers, letters and Roman numerals of lists, and the bullets of the others. Notion numbers a run of neighbours; any other block between starts anew.

import type { Block } from "../ipc";

const BULLETS = ["•", "◦", "▪"] as const;

export function bullet(depth: number): string {
  return BULLETS[depth % BULLETS.length] ?? "•";
}

type Format = "numbers" | "letters" | "roman";

const FORMATS: readonly Format[] = ["numbers", "letters", "roman"];

function formatFor(named: string | null, depth: number): Format {
  return FORMATS.find((format) => format === named) ?? FORMATS[depth % FORMATS.length] ?? "numbers";
}

function letters(value: number): string {
  let text = "";
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
  return text;
}

const ROMAN = [[1000, "m"], [900, "cm"], [500, "d"], [400, "cd"], [100, "c"], [90, "xc"], [50, "l"], [40, "xl"], [10, "x"], [9, "ix"], [5, "v"], [4, "iv"], [1, "i"]] as const;

function roman(value: number): string {
  let text = "";
  let rest = value;
  for (const [worth, letter] of ROMAN) {
    while (rest >= worth) {
      text += letter;
      rest -= worth;
    }
  }
  return text;
}

/** What stands before an item. Letters and Roman numerals know no zero, and the latter nothing from four thousand on. */
export function ordinal(value: number, format: Format): string {
  if (format === "letters" && value > 0) return letters(value);
  if (format === "roman" && value > 0 && value < 4000) return roman(value);
  return String(value);
}

/** For each block of one level the marker of a numbered item; null for all other kinds. The first of a run says where it starts and how it counts. */
export function numbersOf(blocks: readonly Block[], depth: number): (string | null)[] {
  let next = 0;
  let format: Format | null = null;
  return blocks.map((block) => {
    if (block.type !== "numbered_list_item") {
      format = null;
      return null;
    }
    if (format === null) {
      next = block.start ?? 1;
      format = formatFor(block.format, depth);
    }
    const text = ordinal(next, format);
    next += 1;
    return text;
  });
}
