// Quick capture by the keys of the whole desktop: what nothing but a real window with a real focus can show.

import assert from "node:assert/strict";
import { test } from "node:test";

import { activate, focused, pressed, typed, withApp } from "../lib/webdriver.mjs";
import { eventually } from "../lib/eventually.mjs";
import { words } from "../lib/words.mjs";

const SHORTCUT = "ctrl+shift+space";

/** Starts the demo and waits until the capture window is warm and there is somewhere to write to. */
function onDemo(name, body) {
  return test(name, { timeout: 180_000 }, () =>
    withApp({ name: name.replaceAll(/\W+/gu, "-"), args: ["--demo", "--new-instance"] }, async (app) => {
      await app.window("main");
      await app.until("there is a place to write to", async () => (await app.call("destinations", { query: "Inbox", limit: 1 })).length > 0, { within: 60_000, every: 200 });
      await app.window("capture", { within: 20_000 });
      await body(app);
    }));
}

async function show(app) {
  await pressed(SHORTCUT);
  await app.until("the capture window is on the screen", () => app.isVisible());
  await app.until("the caret is in the text", () => app.run("return document.hasFocus() && document.activeElement?.tagName === 'TEXTAREA'"));
}

const text = (app) => app.run("return document.querySelector('textarea').value");
const gone = (app) => app.until("the capture window is gone", async () => !(await app.isVisible()));

onDemo("the shortcut opens it with the caret in it, and every key arrives", async (app) => {
  await show(app);
  assert.equal(focused(), "Satchel capture");
  await typed("bücher für Zoë, ok #tag");
  await eventually("all of it arrived", async () => (await text(app)) === "bücher für Zoë, ok #tag");
});

onDemo("Ctrl+Enter saves and closes; the note is in the outbox and then in Notion", async (app) => {
  const [inbox] = await app.call("destinations", { query: "Inbox", limit: 1 });
  await app.call("save_capture_draft", { text: "", accountId: inbox.account_id, target: inbox.target });
  await show(app);
  await typed("Ask the Lisbon pilots about the chart symbols");
  await eventually("it is typed", async () => (await text(app)).endsWith("symbols"));
  await pressed("ctrl+Return");
  await gone(app);
  assert.equal(await text(app), "", "the next note starts empty");
  await app.window("main");
  const sent = await app.until("it is sent", async () => {
    const { items } = await app.call("outbox");
    return items.find((item) => item.title.startsWith("Ask the Lisbon pilots") && item.state.type === "sent");
  }, { within: 60_000, every: 200 });
  await app.press("\uE009", "5");
  await app.reads("Ask the Lisbon pilots about the chart symbols");
  await app.reads(words("outbox_group_sent"));
  const reference = { account_id: sent.account_id, item: sent.destination };
  const kept = JSON.stringify(await app.call("refresh_item", { reference }));
  assert.ok(kept.includes("Ask the Lisbon pilots about the chart symbols") || sent.kind !== "append", "Notion gives it back");
});

onDemo("Escape keeps what was typed, and the first key of the next time is not lost", async (app) => {
  for (const [sofar, letter] of [["", "a"], ["a", "b"], ["ab", "c"]]) {
    await show(app);
    assert.equal(await text(app), sofar, "the draft is there");
    await typed(letter);
    await eventually("the letter arrived", async () => (await text(app)) === sofar + letter);
    await pressed("Escape");
    await gone(app);
  }
});

onDemo("it goes when another window is used, and the text stays", async (app) => {
  await show(app);
  await typed("half a thought");
  await eventually("it is typed", async () => (await text(app)) === "half a thought");
  activate("^Satchel$");
  await gone(app);
  await app.until("it is a draft", async () => (await app.call("capture_draft"))?.text === "half a thought");
  await show(app);
  assert.equal(await text(app), "half a thought");
});

onDemo("a button in the main window opens it with the focus too", async (app) => {
  await app.window("main");
  await app.clickOn(words("app_capture"));
  await app.window("capture");
  await app.until("it is on the screen", () => app.isVisible());
  await app.until("it has the focus", () => app.hasFocus());
  await typed("by mouse");
  await eventually("the keys arrive", async () => (await text(app)) === "by mouse");
});
