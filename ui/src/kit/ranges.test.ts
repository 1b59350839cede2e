import { expect, test } from "vitest";

import { initials, firstGrapheme } from "./graphemes";
import { pieces } from "./ranges";

const shown = (text: string, ranges: [number, number][]): string => pieces(text, ranges).map((piece) => (piece.match ? `[${piece.text}]` : piece.text)).join("");

test("matches are cut out of the text", () => {
  expect(shown("Autumn launch plan", [[7, 13], [14, 18]])).toBe("Autumn [launch] [plan]");
  expect(shown("plain", [])).toBe("plain");
});

test("ranges count UTF-16 units, so an emoji before a match shifts it by two", () => {
  expect(shown("🚀 launch", [[3, 9]])).toBe("🚀 [launch]");
});

test("ranges that overlap, run backwards or leave the text lose nothing and repeat nothing", () => {
  for (const ranges of [[[0, 4], [2, 6]], [[5, 2]], [[8, 99]], [[-3, 2]], [[3, 3]]] as [number, number][][]) {
    expect(pieces("Tidewater", ranges).map((piece) => piece.text).join("")).toBe("Tidewater");
  }
});

test("initials are two letters, or one where names have no spaces", () => {
  expect(initials("Jonas Okafor")).toBe("JO");
  expect(initials("mara")).toBe("M");
  expect(initials("田中 愛子")).toBe("田");
  expect(initials("Ada B. Lovelace")).toBe("AL");
});

test("an emoji of several code points stays whole", () => {
  expect(firstGrapheme("👩🏽‍🔬 Lab")).toBe("👩🏽‍🔬");
  expect(firstGrapheme("  ")).toBe("");
});
