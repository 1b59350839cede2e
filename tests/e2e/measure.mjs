// Measures what a person waits for and what the program weighs, and prints a table in Markdown.
//
// `cargo xtask bench app` runs it on a desktop of its own, with a release build. Workspaces are those of the demo, connected like any other over
// a loopback address, with the stores encrypted on disk and the keys in the keychain; after that the simulator is off, so that no sync is measured.
// Times are from the outside: from the start of the process or from a key pressed by XTEST until the text's own pixels are on the screen.
// Memory is PSS, where a page shared by n processes counts an n-th for each, of the app and all of WebKit's processes, five seconds after the state was reached.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

import { eventually } from "./lib/eventually.mjs";
import { Notion } from "./lib/notion.mjs";
import { App, family, isRunning, program } from "./lib/webdriver.mjs";
import { agreement, ink, keysyms, Screen } from "./lib/x11.mjs";

const STARTS = Number(process.env.STARTS ?? 8);
const SHOWS = Number(process.env.SHOWS ?? 20);
const SETTLE = 5000;

const notion = await Notion.start();
const args = ["--base-url", notion.url];
await connect();
await notion.stop();

const screen = await Screen.open();
const rows = [];
try {
  await measureStarts();
  await measureCapture();
  await measureMemory();
} finally {
  screen.close();
}
report();

/** Fills a profile in this desktop's home. */
async function connect() {
  const app = await App.start(args, { name: "measure" });
  try {
    await app.window("main");
    for (const token of Object.values(notion.tokens)) await app.call("add_account", { token });
    await app.synced();
  } finally {
    await app.stop();
  }
}

function start(...more) {
  const begun = performance.now();
  const app = spawn(program(), [...args, ...more], { stdio: "ignore" });
  return { app, begun };
}

async function end(app) {
  const whole = family(app.pid);
  app.kill("SIGTERM");
  // WebKit's processes notice a little later; the next start must not share the processor with them.
  await eventually("all of it is gone", () => !whole.some(({ pid }) => isRunning(pid)));
  await pause(500);
}

function shown(name) {
  return eventually(`${name} is on the screen with the focus`, async () => {
    const active = await screen.active();
    return active.name === name && active;
  }, { within: 30_000, every: 1 });
}

/** Where a note goes, and the button that sends it. */
function footer({ x, y, width, height }) {
  return { x, y: y + height - 44, width, height: 44 };
}

/** The names of the sections in the sidebar: text that is the same at every start. */
function sections({ x, y }) {
  return { x: x + 8, y: y + 200, width: 190, height: 170 };
}

/** What is in a part of the window that has the focus. The window manager may still be moving it. */
async function look(part) {
  return screen.look(part(await screen.active()));
}

async function settledPicture(part) {
  let picture = await look(part);
  let since = performance.now();
  while (performance.now() - since < 1500) {
    await pause(50);
    const next = await look(part);
    if (!next.equals(picture)) since = performance.now();
    picture = next;
  }
  return picture;
}

/** Until the ink of a settled picture is on the screen; returns the time. */
async function untilInk(part, picture) {
  const places = ink(picture);
  if (places.length < 200) throw new Error("there is no text where it is looked for");
  await eventually("the text is there", async () => agreement(await look(part), picture, places) > 0.8, { within: 30_000, every: 1 });
  return performance.now();
}

async function measureStarts() {
  let picture;
  const times = [];
  for (let at = -1; at < STARTS; at += 1) {
    const { app, begun } = start();
    await shown("Satchel");
    // The first start fills the system's caches and says what the settled window looks like.
    if (picture === undefined) picture = await settledPicture(sections);
    else times.push((await untilInk(sections, picture)) - begun);
    await end(app);
  }
  rows.push(row("Start → first text", times));
}

async function measureCapture() {
  const { app } = start();
  try {
    await shown("Satchel");
    // The window is built after the main one's first paint.
    await pause(3000);
    const toggle = () => screen.press(keysyms.control, keysyms.shift, keysyms.space);
    let picture;
    const shows = [];
    const hides = [];
    for (let at = 0; at <= SHOWS; at += 1) {
      const begun = performance.now();
      toggle();
      await shown("Satchel capture");
      const focusedAt = performance.now();
      if (picture === undefined) picture = await settledPicture(footer);
      else shows.push(Math.max(await untilInk(footer, picture), focusedAt) - begun);
      await pause(250);
      const left = performance.now();
      screen.press(keysyms.escape);
      await eventually("it is gone", async () => (await screen.active()).name !== "Satchel capture", { every: 1 });
      if (at > 0) hides.push(performance.now() - left);
      await pause(400);
    }
    rows.push(row("Shortcut → capture visible with the focus", shows), row("Escape → capture gone", hides));
  } finally {
    await end(app);
  }
}

async function measureMemory() {
  const { app } = start();
  try {
    await shown("Satchel");
    await pause(SETTLE);
    rows.push(weight("Main window shown, capture warm", app.pid));
    screen.press(keysyms.alt, keysyms.f4);
    await eventually("the main window is closed", async () => (await screen.active()).name !== "Satchel");
    await pause(SETTLE);
    rows.push(weight("Closed to the tray, capture warm", app.pid));
  } finally {
    await end(app);
  }
  const hidden = start("--hidden").app;
  try {
    await pause(SETTLE);
    rows.push(weight("Started hidden, nothing shown yet", hidden.pid));
  } finally {
    await end(hidden);
  }
}

function row(what, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const part = (share) => `${Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)])} ms`;
  return { what, median: part(0.5), p90: part(0.9), max: part(1), n: sorted.length };
}

function weight(what, pid) {
  const parts = family(pid).map(({ pid: one, name }) => ({ name, pss: Number(/^Pss:\s+(\d+)/mu.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"))[1]) / 1024 }));
  const total = Math.round(parts.reduce((sum, { pss }) => sum + pss, 0));
  return { what, total: `${total} MiB`, parts: parts.map(({ name, pss }) => `${name} ${Math.round(pss)}`).join(", ") };
}

function report() {
  const times = rows.filter((one) => "median" in one);
  const weights = rows.filter((one) => "total" in one);
  console.log(`\n${cpus().length} × ${cpus()[0].model}, Linux ${release()}, Xvfb without a graphics card, load ${loadavg()[0].toFixed(1)}\n`);
  console.log("| Time | Median | p90 | Max | n |\n|---|---|---|---|---|");
  for (const { what, median, p90, max, n } of times) console.log(`| ${what} | ${median} | ${p90} | ${max} | ${n} |`);
  console.log("\n| Memory (PSS) | Total | Parts |\n|---|---|---|");
  for (const { what, total, parts } of weights) console.log(`| ${what} | ${total} | ${parts} |`);
}
