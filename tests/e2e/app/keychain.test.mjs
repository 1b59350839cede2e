// The person's own profile: keys in the system's keychain, stores encrypted in the person's folder.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { eventually } from "../lib/eventually.mjs";
import { Notion } from "../lib/notion.mjs";
import { focused, isShown, pressed, typed, withApp } from "../lib/webdriver.mjs";
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
    const logs = join(homedir(), ".local/share/app.satchel.desktop/logs");
    assert.match(readFileSync(join(logs, "satchel.log"), "utf8"), /Satchel starts/u, "there is a log");
    assert.equal(statSync(logs).mode & 0o077, 0, "which others may not read");
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

const PASSWORD = "luggage";

/** A session bus and a keychain of their own, so that nobody else's is locked. */
async function ownKeychain(body) {
  const home = mkdtempSync(join(tmpdir(), "satchel-locked-"));
  const run = join(home, "run");
  mkdirSync(run, { mode: 0o700 });
  const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: run };
  const bus = spawn("dbus-daemon", ["--session", "--nofork", "--print-address=1"], { env, stdio: ["ignore", "pipe", "ignore"] });
  try {
    const address = await new Promise((resolve) => bus.stdout.once("data", (data) => resolve(String(data).trim())));
    Object.assign(env, { DBUS_SESSION_BUS_ADDRESS: address });
    execFileSync("gnome-keyring-daemon", ["--unlock", "--components=secrets"], { env, input: PASSWORD, stdio: ["pipe", "ignore", "ignore"] });
    const call = (method, ...args) => execFileSync("dbus-send", ["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", `org.freedesktop.Secret.Service.${method}`, ...args], { env, encoding: "utf8" });
    const lock = () => call("Lock", "array:objpath:/org/freedesktop/secrets/collection/login");
    await body({ env: { HOME: home, XDG_RUNTIME_DIR: run, DBUS_SESSION_BUS_ADDRESS: address }, home, lock });
  } finally {
    bus.kill("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  }
}

test("a locked keychain is asked for; refused, it is said with a way on, and unlocked, it goes on without a restart", { timeout: 180_000 }, () =>
  ownKeychain(async ({ env, home, lock }) => {
    lock();
    // The system asks before any window is there, and the driver waits for one: the answer is given from beside.
    const prompt = /^Unlock/u;
    let answer = () => pressed("Escape");
    const answering = eventually("the system's questions were answered", async () => {
      // A question is on the screen before it has the keyboard, and gone a moment after it was answered.
      if (answer !== null && prompt.test(focused())) {
        await answer();
        await eventually("the question is gone", () => !isShown(prompt.source), { within: 10_000 }).catch(() => undefined);
      }
      return answer === null;
    }, { within: 150_000, every: 250 });
    await withApp({ name: "locked-keychain", args: ["--new-instance"], env }, async (app) => {
      await app.window("main");
      await app.reads(words("error_keychain_locked_what"), { within: 60_000 });
      await app.reads(words("error_keychain_locked_todo"));
      assert.deepEqual(files(home).filter((path) => path.endsWith(".db")), [], "nothing was written");
      answer = async () => {
        await typed(PASSWORD);
        await pressed("Return");
      };
      await app.clickOn(words("app_failed_again"));
      await app.reads(words("welcome_title"), { within: 60_000 });
    }).finally(() => (answer = null));
    await answering;
  }));
