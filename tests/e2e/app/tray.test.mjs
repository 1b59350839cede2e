// The icon in the tray: on Linux its menu is the only way in, so the menu is what is tested.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Notion } from "../lib/notion.mjs";
import { Tray } from "../lib/tray.mjs";
import { activate, focused, pressed, withApp } from "../lib/webdriver.mjs";
import { eventually } from "../lib/eventually.mjs";
import { words } from "../lib/words.mjs";

test("its menu opens capture with the caret in it, leads to every place, and quits", { timeout: 180_000 }, async () => {
  const tray = await Tray.start();
  try {
    await withApp({ name: "tray", args: ["--demo", "--new-instance"] }, async (app) => {
      await app.window("main");
      await app.window("capture", { within: 30_000 });
      await eventually("the menu is there", () => tray.menu.length > 0, { within: 20_000 });
      assert.deepEqual(tray.menu.filter(Boolean), ["New capture", "Search…", "Outbox", "Sync now", "Open Satchel", "Settings…", "Quit Satchel"]);

      tray.click("New capture");
      await app.until("capture is on the screen", () => app.isVisible());
      await app.until("the caret is in the text", () => app.run("return document.hasFocus() && document.activeElement?.tagName === 'TEXTAREA'"), { within: 20_000 });
      assert.equal(focused(), "Satchel capture");
      await pressed("Escape");
      await app.until("and it goes", async () => !(await app.isVisible()));

      await app.window("main");
      tray.click("Settings…");
      await app.until("the settings are shown", () => app.run("return document.querySelector('#settings-title') !== null"));
      tray.click("Outbox");
      await app.reads(words("outbox_empty_title"));
      tray.click("Search…");
      await app.until("the cursor is in the search", () => app.run("return document.activeElement?.getAttribute('role') === 'combobox'"));

      tray.click("Quit Satchel");
      await eventually("it is gone", () => !app.isRunning(), { within: 20_000 });
    });
  } finally {
    await tray.stop();
  }
});

test("its menu says how much waits", { timeout: 180_000 }, async () => {
  const notion = await Notion.start();
  const tray = await Tray.start();
  try {
    await withApp({ name: "tray-waiting", args: ["--secrets", "memory", "--base-url", notion.url, "--new-instance"] }, async (app) => {
      await app.window("main");
      await app.call("add_account", { token: notion.tokens["Mara, personal"] });
      const inbox = await app.until("there is a place to write to", async () => (await app.call("destinations", { query: "Inbox", limit: 1 }))[0], { within: 60_000, every: 200 });
      await notion.stop();
      await app.call("capture", { text: "For later", accountId: inbox.account_id, target: inbox.target });
      await eventually("the menu says so", () => tray.menu.includes("Outbox: 1 waiting"), { within: 30_000 });
      const { items } = await app.call("outbox");
      await app.until("it can be taken back", () => app.call("discard_operation", { operationId: items[0].id }).then(() => true), { within: 30_000, every: 200 });
      await eventually("and no longer", () => tray.menu.includes("Outbox"), { within: 30_000 });
    });
  } finally {
    await tray.stop();
    await notion.stop();
  }
});

test("where there can be no tray, closing the window ends the program", { timeout: 120_000 }, async () => {
  // A file of this name that is no library is found first and cannot be loaded.
  const folder = mkdtempSync(join(tmpdir(), "satchel-no-tray-"));
  for (const name of ["libayatana-appindicator3.so.1", "libappindicator3.so.1"]) writeFileSync(join(folder, name), "no library");
  try {
    await withApp({ name: "no-tray", args: ["--demo", "--new-instance"], env: { LD_LIBRARY_PATH: folder } }, async (app) => {
      await app.window("main");
      await app.window("capture", { within: 30_000 });
      await app.window("main");
      assert.equal((await app.call("shell_state")).has_tray, false);
      await eventually("the main window has the focus", () => {
        activate("^Satchel$");
        return focused() === "Satchel";
      });
      await pressed("alt+F4");
      await eventually("nothing is left running that nobody could reach", () => !app.isRunning(), { within: 20_000 });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
