// Starting twice, closing, starting without a window or a screen.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";

import { activate, focused, isShown, pressed, program, withApp } from "../lib/webdriver.mjs";
import { eventually } from "../lib/eventually.mjs";

const again = (...args) => spawnSync(program(), args, { encoding: "utf8", timeout: 20_000 });

test("a second start hands over and ends", { timeout: 120_000 }, () =>
  withApp({ name: "second-start", args: ["--demo"] }, async (app) => {
    await app.window("main");
    await app.window("capture", { within: 30_000 });
    const second = again("--capture");
    assert.equal(second.status, 0, second.stderr);
    await app.until("the first one shows capture", () => app.isVisible());
    await app.until("with the focus", () => app.hasFocus());
    await pressed("Escape");
    await app.until("it is gone", async () => !(await app.isVisible()));
  }));

test("closing the window leaves the program, its shortcut and the way back", { timeout: 120_000 }, () =>
  withApp({ name: "closing", args: ["--demo"] }, async (app) => {
    await app.window("main");
    await app.window("capture", { within: 30_000 });
    await eventually("the main window has the focus", () => {
      activate("^Satchel$");
      return focused() === "Satchel";
    });
    await pressed("alt+F4");
    await app.until("only capture is left", async () => (await app.windows()) === 1);
    assert.ok(app.isRunning());
    await app.window("capture");
    await pressed("ctrl+shift+space");
    await app.until("capture still opens", () => app.isVisible());
    await pressed("Escape");
    await app.until("and closes", async () => !(await app.isVisible()));
    assert.equal(again().status, 0);
    await app.window("main", { within: 20_000 });
    await app.until("the main window is back with the search", () => app.run("return document.querySelector('[role=combobox]') !== null"));
  }));

test("hidden, it shows nothing until the shortcut", { timeout: 120_000 }, async () => {
  const hidden = spawn(program(), ["--demo", "--hidden"], { stdio: "ignore" });
  try {
    await eventually("the shortcut works", async () => {
      await pressed("ctrl+shift+space");
      return focused() === "Satchel capture";
    }, { within: 30_000, every: 500 });
    assert.ok(!isShown("^Satchel$"), "no main window");
    // The page is still loading the first time, so an early press may find nobody.
    await eventually("it is gone", async () => {
      await pressed("Escape");
      return !isShown("^Satchel capture$");
    }, { every: 250 });
  } finally {
    const ended = new Promise((resolve) => hidden.once("exit", resolve));
    hidden.kill("SIGTERM");
    await ended;
  }
});

test("without a screen it says so in one sentence", { timeout: 60_000 }, () => {
  const { DISPLAY, WAYLAND_DISPLAY, ...env } = process.env;
  const { status, stderr } = spawnSync(program(), ["--demo", "--new-instance"], { env, encoding: "utf8", timeout: 20_000 });
  assert.notEqual(status, 0);
  const lines = stderr.trim().split("\n").filter((line) => line.startsWith("satchel-desktop:"));
  assert.equal(lines.length, 1, `one sentence: ${stderr}`);
  assert.doesNotMatch(stderr, /panicked|backtrace/u);
});

test("with a screen that does not answer it says so in one sentence", { timeout: 60_000 }, () => {
  const { WAYLAND_DISPLAY, ...env } = process.env;
  const { status, stderr } = spawnSync(program(), ["--demo", "--new-instance"], { env: { ...env, DISPLAY: ":4242" }, encoding: "utf8", timeout: 20_000 });
  assert.notEqual(status, 0);
  assert.match(stderr, /^satchel-desktop: .*does not answer.*satchel demo/mu);
  assert.doesNotMatch(stderr, /panicked|backtrace/u);
});

test("a word it does not know is refused with those it knows", { timeout: 60_000 }, () => {
  const { status, stderr } = again("--tokn", "x");
  assert.equal(status, 2);
  assert.match(stderr, /`--tokn` is not known.*--demo/su);
});
