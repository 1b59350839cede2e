// The strip after saving: a window of its own on a real desktop, which must never take the focus from whatever somebody went back to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually } from "../lib/eventually.mjs";
import { Notion } from "../lib/notion.mjs";
import { activate, focused, isShown, pressed, typed, withApp } from "../lib/webdriver.mjs";
import { words } from "../lib/words.mjs";

const STRIP = "^Satchel confirmation$";

async function save(app, text) {
  await app.window("capture", { within: 30_000 });
  await pressed("ctrl+shift+space");
  await app.until("the caret is in the text", () => app.run("return document.hasFocus() && document.activeElement?.tagName === 'TEXTAREA'"), { within: 20_000 });
  await typed(text);
  await eventually("it is typed", () => app.run("return document.querySelector('textarea').value === arguments[0]", text));
  await pressed("ctrl+Return");
  await app.until("capture is gone", async () => !(await app.isVisible()));
}

test("it says where a note is, keeps its hands off the focus, takes the note back, and goes by itself", { timeout: 240_000 }, async () => {
  const notion = await Notion.start();
  try {
    await withApp({ name: "confirmation", args: ["--secrets", "memory", "--base-url", notion.url, "--new-instance"] }, async (app) => {
      await app.window("main");
      await app.call("add_account", { token: notion.tokens["Mara, personal"] });
      await app.until("there is a place to write to", async () => (await app.call("destinations", { query: "Inbox", limit: 1 })).length > 0, { within: 60_000, every: 200 });
      await app.until("capture knows its account", async () => (await app.call("app_state")).accounts.length === 1);
      await notion.stop();
      await app.until("it knows that it is offline", async () => {
        await app.call("sync_now", { accountId: null }).catch(() => undefined);
        return (await app.call("app_state")).connectivity.type === "offline";
      }, { within: 60_000, every: 250 });
      await eventually("somebody is at work in another window", () => {
        activate("^Satchel$");
        return focused() === "Satchel";
      });

      await save(app, "Ask the pilots");
      await eventually("the strip is on the screen", () => isShown(STRIP), { within: 30_000 });
      assert.notEqual(focused(), "Satchel confirmation");
      await app.window("confirmation");
      // It leaves when nobody looks at it; a pointer on it is somebody who looks.
      await app.run("document.querySelector('main').dispatchEvent(new PointerEvent('pointerenter'))");
      await app.reads(words("capture_confirm_kept"));
      await app.clickOn(words("capture_undo"));

      await app.window("capture");
      await app.until("the text is in capture again", () => app.run("return document.hasFocus() && document.querySelector('textarea').value === 'Ask the pilots'"), { within: 20_000 });
      await app.window("main");
      const { items } = await app.call("outbox");
      assert.deepEqual(items.map(({ state }) => state.type), ["discarded"], "and no longer on its way");
      await eventually("the strip is gone", () => !isShown(STRIP));

      await app.window("capture");
      await pressed("ctrl+Return");
      await app.until("capture is gone", async () => !(await app.isVisible()));
      await eventually("the strip is back", () => isShown(STRIP), { within: 30_000 });
      assert.notEqual(focused(), "Satchel confirmation");
      await eventually("and goes by itself", () => !isShown(STRIP), { within: 20_000 });
      assert.ok(app.isRunning());
    });
  } finally {
    await notion.stop();
  }
});
