// The person's own profile: keys in the system's keychain, stores encrypted in the person's folder.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Notion } from "../lib/notion.mjs";
import { withApp } from "../lib/webdriver.mjs";
import { words } from "../lib/words.mjs";

/** Every file below a folder. */
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));

test("an empty home begins with the first run; what is connected is there the next time, unreadable to others", { timeout: 240_000 }, async () => {
  const notion = await Notion.start();
  const args = ["--base-url", notion.url, "--new-instance"];
  const token = notion.tokens["Mara, personal"];
  try {
    await withApp({ name: "first-start", args }, async (app) => {
      await app.window("main");
      await app.reads(words("welcome_title"), { within: 30_000 });
      await app.reads(words("welcome_keychain_title"));
      await app.type("input[placeholder^=ntn_]", token);
      await app.clickOn(words("welcome_check"));
      await app.reads(words("welcome_start"), { within: 30_000 });
      await app.synced();
    });
    await withApp({ name: "second-start-of-a-profile", args }, async (app) => {
      await app.window("main");
      await app.reads("Mara, personal", { within: 30_000 });
      assert.equal((await app.call("app_state")).accounts.length, 1);
    });
    const kept = files(join(homedir(), ".local/share/app.satchel.desktop"));
    const stores = kept.filter((path) => path.endsWith(".db"));
    assert.ok(stores.length >= 2, `journal and copy: ${kept}`);
    for (const path of stores) assert.notEqual(readFileSync(path).subarray(0, 15).toString("latin1"), "SQLite format 3", `${path} is not encrypted`);
    for (const path of kept) {
      const bytes = readFileSync(path).toString("latin1");
      assert.ok(!bytes.includes(token), `${path} has the token`);
      assert.ok(!bytes.includes("Sourdough"), `${path} has a title`);
    }
  } finally {
    await notion.stop();
  }
});

test("without a keychain it says so and leaves a choice", { timeout: 120_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), "satchel-home-"));
  try {
    await withApp({ name: "no-keychain", args: ["--new-instance"], env: { HOME: home, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" } }, async (app) => {
      await app.window("main");
      await app.reads(words("error_keychain_missing_what"), { within: 30_000 });
      await app.reads(words("error_keychain_missing_todo"));
      assert.ok(await app.run("return document.querySelectorAll('button').length > 0"), "there is something to choose");
    });
    assert.deepEqual(files(home).filter((path) => path.endsWith(".db")), [], "nothing was written");
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
