// Which closed toggles hide the words of a search. Pure.

import type { Block } from "../ipc";
import { markRanges } from "./marks";
import { plainText } from "./spans";

/** More than this are not opened: who looks for a letter does not want every toggle of the page. */
const MOST = 40;

type Found = { path: number[]; terms: number };

function textOf(block: Block): string {
  if (block.type === "table") return (block.table.rows ?? []).flatMap((row) => (row.cells ?? []).map((cell) => plainText(cell.text ?? []))).join(" ");
  const text = "text" in block ? block.text : "caption" in block ? block.caption : "label" in block ? block.label : [];
  return plainText(text ?? []);
}

function isToggle(block: Block): boolean {
  return block.type === "toggle" || (block.type === "heading" && block.is_toggleable);
}

/**
 * The blocks to be opened up to: those with most of the terms, when none that is in sight anyway has as many. A page is not turned inside out for a word that stands
 * in it many times.
 */
export function hiddenMarks(blocks: readonly Block[], terms: readonly string[], isAnywhere = false): number[][] {
  if (terms.length === 0) return [];
  const hidden: Found[] = [];
  let inSight = 0;
  const look = (list: readonly Block[], under: readonly number[], isHidden: boolean): void => {
    for (const [index, block] of list.entries()) {
      const path = [...under, index];
      const text = textOf(block);
      const count = terms.filter((term) => markRanges(text, [term], isAnywhere).length > 0).length;
      if (isHidden && count > 0) hidden.push({ path, terms: count });
      else inSight = Math.max(inSight, count);
      look(block.children ?? [], path, isHidden || isToggle(block));
    }
  };
  look(blocks, [], false);
  const most = Math.max(0, ...hidden.map((found) => found.terms));
  if (most === 0 || (most <= inSight && !isAnywhere)) return [];
  return hidden.filter((found) => found.terms === most).slice(0, MOST).map((found) => found.path);
}
