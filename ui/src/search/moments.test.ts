import { expect, test } from "vitest";

import { editedShort } from "./moments";

test("what was typed and what was chosen are called the same, and the rest as it was typed", () => {
  for (const words of ["<7d", "7d", "<=7d", "<1w", "1w"]) expect(editedShort(words)).toBe("last 7 days");
  expect(editedShort("Today")).toBe("today");
  expect(editedShort("1m")).toBe("last 30 days");
  expect(editedShort(">2w")).toBe(">2w");
  expect(editedShort("2026-01")).toBe("2026-01");
});
