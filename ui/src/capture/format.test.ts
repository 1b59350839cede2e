import { expect, test } from "vitest";

import { linked, listed, marked, type Format } from "./format";

/** `‹` and `›` are the ends of the selection, `|` the caret. */
function press(text: string, act: (plain: string, start: number, end: number) => Format | null): string | null {
  const start = text.search(/[‹|]/u);
  const end = text.includes("›") ? text.indexOf("›") - 1 : start;
  const plain = text.replaceAll(/[‹›|]/gu, "");
  const done = act(plain, start, end);
  if (done === null) return null;
  const next = plain.slice(0, done.from) + done.insert + plain.slice(done.to);
  return done.start === done.end ? `${next.slice(0, done.start)}|${next.slice(done.start)}` : `${next.slice(0, done.start)}‹${next.slice(done.start, done.end)}›${next.slice(done.end)}`;
}

const bold = (text: string): string | null => press(text, (plain, start, end) => marked(plain, start, end, "**"));
const italic = (text: string): string | null => press(text, (plain, start, end) => marked(plain, start, end, "*"));

test.each([
  ["Build ‹3.0›", "Build **‹3.0›**"],
  ["Build **‹3.0›**", "Build ‹3.0›"],
  ["Build ‹**3.0**›", "Build ‹3.0›"],
  ["say ‹this › now", "say **‹this›**  now"],
  ["|", "**|**"],
  ["**|**", "|"],
  ["wo|rd", "**wo|rd**"],
  ["**wo|rd**", "wo|rd"],
  ["word |", "word **|**"],
  ["t\n‹- one\n\n- two›", "t\n‹- **one**\n\n- **two**›"],
  ["日‹本›語", "日**‹本›**語"],
])("bold: %s → %s", (before, after) => expect(bold(before)).toBe(after));

test("italic is not taken for half of bold", () => {
  expect(italic("**‹a›**")).toBe("***‹a›***");
  expect(italic("***‹a›***")).toBe("**‹a›**");
  expect(italic("*‹a›*")).toBe("‹a›");
});

test("only spaces are marked by nothing", () => expect(bold("a‹  ›b")).toBeNull());

test.each([
  ["t\nmilk|", "t\n[] milk|"],
  ["t\n[] milk|", "t\nmilk|"],
  ["t\n- [x] milk|", "t\nmilk|"],
  ["t\n  - mi|lk", "t\n  [] mi|lk"],
  ["t\n|", "t\n[] |"],
  ["t\n‹a\n\nb›", "t\n‹[] a\n\n[] b›"],
  ["t\n‹[] a\nb›\nc", "t\n‹[] a\n[] b›\nc"],
])("to-do: %s → %s", (before, after) => expect(press(before, (plain, start, end) => listed(plain, start, end, "todo"))).toBe(after));

test.each([
  ["t\n[] milk|", "t\n- milk|"],
  ["t\n- milk|", "t\nmilk|"],
  ["t\n1. |milk", "t\n- |milk"],
])("list: %s → %s", (before, after) => expect(press(before, (plain, start, end) => listed(plain, start, end, "list"))).toBe(after));

test.each([
  ["see ‹the plan›", "see [the plan](|)"],
  ["see ‹https://a.example/b›", "see [|](https://a.example/b)"],
  ["see |", "see [|]()"],
])("link: %s → %s", (before, after) => expect(press(before, linked)).toBe(after));
