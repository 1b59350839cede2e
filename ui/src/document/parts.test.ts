import { expect, test } from "vitest";

import type { Block } from "../ipc";
import { hostOf, openable, pageIdIn, shortAddress } from "./addresses";
import { languageName } from "./code";
import { tintClass } from "./colors";
import { dateText, isOver, nearness } from "./dates";
import { markRanges } from "./marks";
import { numbersOf, ordinal } from "./numbering";
import { numberText } from "./properties/numbers";
import { scriptOf } from "./scripts";

const now = new Date("2026-11-22T14:40:00");
const en = { now, locale: "en-GB" };

test("only addresses of browsers and mail programs are offered; relative ones are the service's", () => {
  expect(openable("javascript:alert(1)")).toBeNull();
  expect(openable("file:///etc/passwd")).toBeNull();
  expect(openable("attachment:1")).toBeNull();
  expect(openable("")).toBeNull();
  expect(openable("/abc")).toBe("https://www.notion.so/abc");
  expect(openable("mailto:a@b.example")).toBe("mailto:a@b.example");
  expect(hostOf("https://www.tides.example/x")).toBe("tides.example");
  expect(shortAddress("https://tides.example/海/?q=1")).toBe("tides.example/海/?q=1");
  expect(pageIdIn("https://www.notion.so/Plan-0190d000000070008000000000000a01?v=2")).toBe("0190d000-0000-7000-8000-000000000a01");
  expect(pageIdIn("https://tides.example/")).toBeNull();
});

test("numbers of a run count from its start in its own format and begin anew after anything else", () => {
  const item = (start: number | null = null, format: string | null = null): Block => ({ type: "numbered_list_item", text: [], color: "default", start, format });
  const divider: Block = { type: "divider" };
  expect(numbersOf([item(), item(), divider, item(3, "roman"), item(), item(null, "letters")], 0)).toEqual(["1", "2", null, "iii", "iv", "v"]);
  expect(numbersOf([item(), item()], 1)).toEqual(["a", "b"]);
  expect(numbersOf([item(4)], 2)).toEqual(["iv"]);
  expect([1, 26, 27, 703, 0].map((value) => ordinal(value, "letters"))).toEqual(["a", "z", "aa", "aaa", "0"]);
  expect([1994, 0, 4000].map((value) => ordinal(value, "roman"))).toEqual(["mcmxciv", "0", "4000"]);
});

test("dates follow the locale, leave out this year, and a day is the same day everywhere", () => {
  expect(dateText({ start: "2026-12-04" }, "long", en)).toBe("4 December 2026");
  expect(dateText({ start: "2026-12-04" }, "short", en)).toBe("4 Dec");
  expect(dateText({ start: "2027-01-04" }, "short", en)).toBe("4 Jan 2027");
  expect(dateText({ start: "2026-11-30", end: "2026-12-02" }, "short", en)).toBe("30 Nov → 2 Dec");
  expect(dateText({ start: "2026-11-23T17:00" }, "short", en)).toBe("23 Nov, 17:00");
  expect(dateText({ start: "2026-11-23T17:00", end: "2026-11-23T18:30" }, "short", en)).toBe("23 Nov, 17:00 → 18:30");
  expect(dateText({ start: "2026-11-23T17:00", time_zone: "Asia/Tokyo" }, "short", en)).toContain("GMT+9");
  expect(dateText({ start: "soon" }, "short", en)).toBe("soon");
  expect(nearness({ start: "2026-11-23" }, en)).toBe("tomorrow");
  expect(nearness({ start: "2026-12-04" }, en)).toBe("in 12 days");
  expect(nearness({ start: "2027-03-01" }, en)).toBe("");
  expect(nearness({ start: "2026-11-19" }, en)).toBe("");
});

test("a day is over when it has ended, a moment at once", () => {
  expect(isOver({ start: "2026-11-22" }, now)).toBe(false);
  expect(isOver({ start: "2026-11-21" }, now)).toBe(true);
  expect(isOver({ start: "2026-11-20", end: "2026-11-22" }, now)).toBe(false);
  expect(isOver({ start: "2026-11-22T14:00" }, now)).toBe(true);
});

test("numbers have the format of their column and a real minus", () => {
  expect(numberText(1284.5, "number", "en-GB")).toBe("1284.5");
  expect(numberText(1284.5, "number_with_commas", "en-GB")).toBe("1,284.5");
  expect(numberText(0.075, "percent", "en-GB")).toBe("7.5%");
  expect(numberText(-29, "euro", "en-GB")).toBe("−€29.00");
  expect(numberText(1000, "yen", "en-GB")).toBe("JP¥1,000");
  expect(numberText(-3, null, "en-GB")).toBe("−3");
  expect(numberText(5, "hologram", "en-GB")).toBe("5");
});

test("marks stand where the words begin, in UTF-16 units of the original", () => {
  expect(markRanges("Ｌｉｓｂｏｎ 🚀 Launch", ["lisbon", "launch"])).toEqual([[0, 6], [10, 16]]);
  expect(markRanges("横浜のカタカナ", ["かたかな"])).toEqual([[3, 7]]);
  expect(markRanges("relaunch", ["launch"])).toEqual([]);
  expect(markRanges("", ["x"])).toEqual([]);
});

test("scripts, colours and languages are told by what is there", () => {
  expect(scriptOf("横浜港の潮位データ（2026）")).toBe("ja");
  expect(scriptOf("北京")).toBe("zh");
  expect(scriptOf("서울 항구")).toBe("ko");
  expect(scriptOf("Support macros in Portuguese and 日本語")).toBeUndefined();
  expect(tintClass("blue_background")).toBe("wash-blue");
  expect(tintClass("blue_bg")).toBe("wash-blue");
  expect(tintClass("teal")).toBe("");
  expect(languageName("typescript")).toBe("TypeScript");
  expect(languageName("plain text")).toBe("Plain text");
  expect(languageName("c++")).toBe("C++");
});
