import { describe, expect, test } from "vitest";

import { bytes, capitalised, clockTime, dayAndMonth, percent, relativeTime, systemLocale } from "./format";

const now = new Date(2026, 10, 23, 14, 34);
const at = (...parts: [number, number, number, number, number]): Date => new Date(...parts);
const short = (time: Date, locale = "en-GB"): string => relativeTime(time, { now, locale });

describe("relative times", () => {
  test.each([
    [at(2026, 10, 23, 14, 34), "now"],
    [at(2026, 10, 23, 14, 22), "12 min"],
    [at(2026, 10, 23, 12, 31), "2 h"],
    [at(2026, 10, 22, 10, 0), "Yesterday"],
    [at(2026, 10, 19, 10, 0), "Thu"],
    [at(2026, 10, 3, 10, 0), "3 Nov"],
    [at(2025, 10, 3, 10, 0), "3 Nov 2025"],
  ])("%s is %s", (time, words) => {
    expect(short(time)).toBe(words);
  });

  test("spoken, they are whole words", () => {
    expect(relativeTime(at(2026, 10, 23, 14, 22), { now, locale: "en", style: "long" })).toBe("12 minutes ago");
    expect(relativeTime(at(2026, 10, 19, 10, 0), { now, locale: "en", style: "long" })).toBe("Thursday");
  });

  test("they follow the locale of the system, not the language of the words", () => {
    expect(short(at(2026, 10, 22, 10, 0), "de")).toBe("Gestern");
    expect(short(at(2026, 10, 3, 10, 0), "ja")).toBe("11月3日");
  });

  test("what is no time is nothing", () => {
    expect(relativeTime("soon")).toBe("");
    expect(dayAndMonth("")).toBe("");
  });
});

test("sizes have the unit a person would choose", () => {
  expect(bytes(812, { locale: "en" })).toBe("812 byte");
  expect(bytes(412_000, { locale: "en" })).toBe("412 kB");
  expect(bytes(2_140_000, { locale: "en" })).toBe("2.1 MB");
  expect(bytes(486_000_000, { locale: "en" })).toBe("486 MB");
});

test("parts are whole per cent", () => {
  expect(percent(0.6204, { locale: "en" })).toBe("62%");
});

test("a first letter may be no Latin one", () => {
  expect(capitalised("synced", "en")).toBe("Synced");
  expect(capitalised("ışık", "tr")).toBe("Işık");
  expect(capitalised("雲", "ja")).toBe("雲");
});

test("a system without a language has one all the same", () => {
  for (const none of ["C", "c", "POSIX", "en-US-POSIX", ""]) expect(systemLocale(none)).toBe("en-GB");
  expect(dayAndMonth(at(2026, 10, 18, 9, 0), { now, locale: systemLocale("C") })).toBe("18 Nov");
  expect(clockTime(at(2026, 10, 18, 19, 24), { locale: systemLocale("C") })).toBe("19:24");
  expect(systemLocale("pt-br")).toBe("pt-BR");
});
