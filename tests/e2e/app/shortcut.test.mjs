// The global shortcut when another program has it, and when the person wants another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pressed, withApp } from "../lib/webdriver.mjs";
import { words } from "../lib/words.mjs";
import { keysyms, modifiers, Screen } from "../lib/x11.mjs";

const change = (app, keys) => app.call("change_capture_shortcut", { keys });

async function opensCapture(app, keys) {
  await app.window("capture", { within: 30_000 });
  await pressed(keys);
  await app.until(`${keys} opens capture`, () => app.isVisible());
  await app.until("with the caret in it", () => app.run("return document.hasFocus() && document.activeElement?.tagName === 'TEXTAREA'"), { within: 20_000 });
  await pressed("Escape");
  await app.until("and it goes", async () => !(await app.isVisible()));
  await app.window("main");
}

test("taken by another program, settings say so with a way on; recorded keys work at once and are remembered", { timeout: 240_000 }, async () => {
  const other = await Screen.open();
  try {
    await other.grab(modifiers.control | modifiers.shift, keysyms.space);
    await withApp({ name: "shortcut-taken", args: ["--demo", "--new-instance"] }, async (app) => {
      await app.window("main");
      await app.until("it is open", () => app.run("return document.querySelector('[role=combobox]') !== null"), { within: 30_000 });
      assert.equal((await app.call("capture_shortcut")).is_registered, false);
      await app.press("\uE009", ",");
      await app.clickOn(words("settings_capture"));
      await app.reads(words("error_shortcut_taken_what"));
      await app.reads("satchel-desktop --capture");

      // What another has is refused; what nobody has is ours.
      await assert.rejects(change(app, "Ctrl+Shift+Space"), /shortcut_taken/u);
      await app.click(".rec");
      await app.reads(words("settings_keys_press"));
      await pressed("ctrl+shift+j");
      await app.until("the keys are changed", async () => (await app.call("capture_shortcut")).keys === "Ctrl+Shift+J");
      await app.until("nothing is said to be taken", async () => !(await app.text()).includes(words("error_shortcut_taken_what")));
      await opensCapture(app, "ctrl+shift+j");
      await assert.rejects(change(app, "Ctrl+Shift+Space"), /shortcut_taken/u);
      await opensCapture(app, "ctrl+shift+j");
    });
    await withApp({ name: "shortcut-kept", args: ["--demo", "--new-instance"] }, async (app) => {
      await app.window("main");
      assert.equal((await app.call("capture_shortcut")).keys, "Ctrl+Shift+J");
      await opensCapture(app, "ctrl+shift+j");
      other.close();
      await app.until("the standard keys are free again", () => change(app, null).then(() => true), { every: 100 });
      await opensCapture(app, "ctrl+shift+space");
    });
  } finally {
    other.close();
  }
});
