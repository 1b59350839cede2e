import { expect, test } from "vitest";

import { pseudo } from "../scripts/pseudo.mjs";

test("the pseudo-locale keeps placeholders and markup as they are", () => {
  const text = pseudo("{count} pages in {#b}{name}{/b}");
  expect(text).toContain("{count} ");
  expect(text).toContain("{#b}{name}{/b}");
  expect(text).toContain("ƥåğéš");
});

test("the pseudo-locale is bracketed and at least 40 % longer", () => {
  const english = "Search all workspaces";
  const text = pseudo(english);
  expect(text.startsWith("⟦") && text.endsWith("⟧")).toBe(true);
  expect(text.length).toBeGreaterThanOrEqual(english.length * 1.4);
});
