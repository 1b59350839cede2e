import { expect, test } from "vitest";

import { continuation } from "./continuation";
import { inlineRuns, styledLines, titleOf } from "./markdown";

const TEXTS = [
  "", "\n", "Title\nBuild **3.0** and `x` [a](https://b.example) ~~no~~ *yes* https://c.example/d?e=1.", "- [ ] one\n  - [x] two\n1. three\n> four\n# five\n---\n```js\n**not bold**\n```\nend", "**unclosed `code", "🚀 *日本語* __強調__", "a * b * c ** d", "\n\n[] box",
];

test.each(TEXTS)("every character is in exactly one run, in order: %j", (text) => {
  expect(styledLines(text).map((line) => line.runs.map((run) => run.text).join("")).join("\n")).toBe(text);
});

test("the first line that says something is the title, marks aside", () => {
  expect(styledLines("\nPlan\nmore").map((line) => line.kind)).toEqual(["text", "title", "text"]);
  expect(titleOf("\n# Retest **maps**\nmore")).toBe("Retest maps");
  expect(titleOf("  \n")).toBe("");
});

test("marks are told from what they mark, and code is left alone", () => {
  expect(inlineRuns("a **b** `**c**`")).toEqual([{ text: "a ", style: null }, { text: "**", style: "marker" }, { text: "b", style: "bold" }, { text: "**", style: "marker" }, { text: " ", style: null }, { text: "`", style: "marker" }, { text: "**c**", style: "code" }, { text: "`", style: "marker" }]);
  expect(inlineRuns("snake_case_name and 2 * 3 * 4").every((run) => run.style === null)).toBe(true);
  expect(styledLines("t\n```\n- x\n```\n- y").map((line) => line.kind)).toEqual(["title", "code", "code", "code", "item"]);
  expect(styledLines("t\n- [x] y")[1]?.kind).toBe("done");
});

function enter(text: string): string | null {
  const at = text.indexOf("|");
  const plain = text.replace("|", "");
  const edit = continuation(plain, at, at);
  return edit === null ? null : plain.slice(0, edit.from) + edit.insert + plain.slice(edit.to);
}

test("Enter goes on with the list, and ends it in an empty item", () => {
  expect(enter("t\n- a|")).toBe("t\n- a\n- ");
  expect(enter("t\n  * a|")).toBe("t\n  * a\n  * ");
  expect(enter("t\n- [x] a|")).toBe("t\n- [x] a\n- [ ] ");
  expect(enter("t\n[] a|")).toBe("t\n[] a\n[] ");
  expect(enter("t\n9. a|")).toBe("t\n9. a\n10. ");
  expect(enter("t\n> a|")).toBe("t\n> a\n> ");
  expect(enter("t\n- a\n- |")).toBe("t\n- a\n");
  expect(enter("t\n- |a")).toBe("t\n- \n- a");
  expect(enter("t\nplain|")).toBeNull();
  expect(enter("- the title|")).toBeNull();
});
