// Checks the message catalogue, derives the pseudo-locale from it and compiles both into `src/paraglide`.
//
// The catalogue is one file an area (`messages/en/<area>.json`), so that two people can work on two screens without meeting in one file.
// `en-XA` is never written by hand: it is the English text with accents, brackets and 40 % more letters, and the windows lay it out from right
// to left. Text that is not in the catalogue, does not fit or ignores the direction is seen at a glance.

import { compile } from "@inlang/paraglide-js";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

import { pseudo } from "./pseudo.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "messages/en");
const target = join(root, "messages/en-XA");

function pseudoMessage(message) {
  if (typeof message === "string") return pseudo(message);
  return message.map((variants) => ({
    ...variants,
    match: Object.fromEntries(Object.entries(variants.match).map(([key, text]) => [key, pseudo(text)])),
  }));
}

/** Two runs at once (a check beside the dev server) must not see each other's half-written files. */
function replace(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

function catalogue() {
  const seen = new Map();
  const problems = [];
  const files = readdirSync(source).filter((name) => name.endsWith(".json"));
  const settings = JSON.parse(readFileSync(join(root, "project.inlang/settings.json"), "utf8"));
  const listed = settings["plugin.inlang.messageFormat"].pathPattern;
  mkdirSync(target, { recursive: true });
  for (const file of files) {
    const area = file.replace(/\.json$/u, "");
    if (!listed.includes(`./messages/{locale}/${file}`)) problems.push(`${file} is not listed in project.inlang/settings.json`);
    const messages = JSON.parse(readFileSync(join(source, file), "utf8"));
    const keys = Object.keys(messages);
    const sorted = [...keys].sort();
    const misplaced = keys.find((key, index) => key !== sorted[index]);
    if (misplaced) problems.push(`${file}: keys are sorted; “${misplaced}” is out of place`);
    for (const key of keys) {
      if (!key.startsWith(`${area}_`)) problems.push(`${file}: “${key}” starts with another area than “${area}_”`);
      if (seen.has(key)) problems.push(`${file}: “${key}” is in ${seen.get(key)} as well`);
      seen.set(key, file);
    }
    const derived = Object.fromEntries(keys.map((key) => [key, pseudoMessage(messages[key])]));
    replace(join(target, file), `${JSON.stringify(derived, null, 2)}\n`);
  }
  return problems;
}

const problems = catalogue();
if (problems.length > 0) {
  console.error(problems.map((problem) => `messages: ${problem}`).join("\n"));
  process.exit(1);
}

await compile({
  project: join(root, "project.inlang"),
  outdir: join(root, "src/paraglide"),
  strategy: ["globalVariable", "baseLocale"],
  // Two files instead of one a message: all messages are used anyway, and tests start in a fraction of the time.
  outputStructure: "locale-modules",
  emitReadme: false,
  emitPrettierIgnore: false,
});
// The project's file watcher would keep the process alive for half a minute.
process.exit(0);
