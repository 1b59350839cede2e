import { expect, test } from "vitest";

import type { Range } from "../kit/ranges";
import { lineLength, shownPassage } from "./passage";

const found = (text: string, word: string): Range[] => [[text.indexOf(word), text.indexOf(word) + word.length]];

test("what is found in the first line is shown in one, up to the end of a sentence", () => {
  const text = "The launch plan freezes on Friday 27 November, 18:00. After that, fixes only. Anything that slips goes to the January release.";
  expect(shownPassage(text, found(text, "launch plan"), 80)).toMatchObject({ text: "The launch plan freezes on Friday 27 November, 18:00. After that, fixes only.", lines: 1 });
});

test("where no sentence ends in the line it is cut by the line itself", () => {
  const text = "ask Jonas whether the launch plan still assumes the old price, before the call of Tuesday and whatever comes of it";
  expect(shownPassage(text, found(text, "launch plan"), 80)).toMatchObject({ text, lines: 1 });
});

test("what is found behind the first line takes two", () => {
  const text = "Nobody in the harbour office had said a word about it before noon, and then the launch plan was on every desk.";
  expect(shownPassage(text, found(text, "launch plan"), 60).lines).toBe(2);
});

test("ideographs take twice the room", () => {
  const text = "製品発表までの全体スケジュールと担当者一覧、翻訳の締切について";
  expect(shownPassage(text, found(text, "締切"), 40).lines).toBe(2);
  expect(shownPassage(text, found(text, "締切"), 80).lines).toBe(1);
});

test("a list that was not measured yet has a line of ordinary length", () => {
  expect(lineLength(0)).toBe(80);
  expect(lineLength(544)).toBeGreaterThan(70);
});
