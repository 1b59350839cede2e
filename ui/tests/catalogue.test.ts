// @vitest-environment node

// The catalogue as a whole: what the type system cannot see.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

import { expect, test } from "vitest";

import { wordsFor } from "../src/errors/words";

const root = fileURLToPath(new URL("..", import.meta.url));
const areas = readdirSync(join(root, "messages/en"));

function codes(): string[] {
  const bindings = readFileSync(join(root, "src/ipc/bindings.ts"), "utf8").replaceAll(/\/\*[\s\S]*?\*\//gu, "");
  const union = /export type ErrorCode =([\s\S]*?);/u.exec(bindings)?.[1] ?? "";
  return [...union.matchAll(/"([a-z_]+)"/gu)].map((match) => match[1] ?? "");
}

test("every error code of the core has three sentences of its own", () => {
  const all = codes();
  expect(all.length).toBeGreaterThan(20);
  const internal = wordsFor("internal");
  for (const code of all) {
    const words = wordsFor(code);
    for (const sentence of [words.what, words.safe, words.todo]) expect(sentence, code).toMatch(/[.!?]$/u);
    if (code !== "internal") expect(words.what, code).not.toBe(internal.what);
  }
});

test("a code this build does not know is told as a mistake of ours", () => {
  expect(wordsFor("invented_tomorrow")).toEqual(wordsFor("internal"));
});

test("no text scolds, begs or jokes", () => {
  for (const area of areas) {
    const text = readFileSync(join(root, "messages/en", area), "utf8");
    expect(text, area).not.toMatch(/\b(oops|please|sorry|invalid token|authenticate|payload|sync engine)\b/iu);
    expect(text.replaceAll('": "!', ""), area).not.toMatch(/[a-z]!/u);
  }
});
