// Where things are.

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What the tests leave for a person to look at. */
export const results = join(root, "target/e2e");

/** A place for a file among the results. */
export function result(...parts) {
  const path = join(results, ...parts);
  mkdirSync(join(path, ".."), { recursive: true });
  return path;
}

/** Packages of the UI's development dependencies. */
export const require = createRequire(join(root, "ui/package.json"));
