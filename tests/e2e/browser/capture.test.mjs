// The capture page: typing, choosing where it goes, saving, drafts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { eventually } from "../lib/eventually.mjs";
import { like, words } from "../lib/words.mjs";
import { during } from "./steps.mjs";

let bridge;
before(async () => {
  bridge = await Bridge.start();
  await bridge.synced();
}, { timeout: 300_000 });
after(() => bridge?.stop());

const check = (name, body) => test(name, { timeout: 90_000 }, () => onPage(bridge, { path: "capture.html", width: 640, height: 320 }, name, body));
const text = (page) => page.getByRole("textbox", { name: words("capture_text") });

async function empty(page) {
  await bridge.call("save_capture_draft", { text: "", accountId: null, target: null });
  await page.reload();
  // The place it goes to is read last; until then the window is not ready.
  await page.getByRole("button", { name: like("capture_destination_named") }).waitFor();
}

/** Chooses where the note goes, by keyboard alone. */
async function goesTo(page, title, workspace) {
  await page.keyboard.press("Control+p");
  const find = page.getByRole("combobox", { name: words("capture_destinations") });
  await find.fill(title);
  const option = page.getByRole("option").filter({ hasText: title }).filter({ hasText: workspace });
  await option.first().waitFor();
  while ((await option.first().getAttribute("aria-selected")) !== "true") await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: like("capture_destination_named", { title, workspace }) }).waitFor();
  await eventually("the caret is in the text again", () => text(page).evaluate((one) => one === document.activeElement));
}

const rows = async (workspace, title) => (await bridge.notion(workspace)).pages.filter((page) => page.title === title);

check("the caret is in the text, and there is nothing to save yet", async (page) => {
  await empty(page);
  await eventually("it has the focus", () => text(page).evaluate((one) => one === document.activeElement));
  await page.keyboard.press("Control+Enter");
  await page.getByText(words("capture_empty")).first().waitFor();
});

check("a note to a page becomes blocks at its end", async (page) => {
  await empty(page);
  await goesTo(page, "Inbox", "Northlight Studio");
  await text(page).fill("Pier 4 closes on Friday\n[] Tell the crew\n- quietly");
  await during(page, "hide_capture", () => page.keyboard.press("Control+Enter"));
  assert.equal(await text(page).inputValue(), "", "the next note starts empty");
  await eventually("Notion has the blocks", async () => {
    const [inbox] = (await bridge.notion("northlight")).pages.filter(({ title }) => title === "Inbox");
    return /Pier 4 closes on Friday\n- \[ \] Tell the crew\n- quietly/u.test(inbox.markdown);
  }, { within: 45_000, every: 200 });
});

check("a note to a database becomes a row with its first line as the title", async (page) => {
  await empty(page);
  await goesTo(page, "Tidewater tasks", "Northlight Studio");
  await text(page).fill("Retest the widget after daylight saving\nTwo people in Porto saw it.");
  await page.getByText(words("capture_new_row"), { exact: true }).first().waitFor();
  await during(page, "hide_capture", () => page.keyboard.press("Control+Enter"));
  const [row] = await eventually("Notion has the row", async () => {
    const found = await rows("northlight", "Retest the widget after daylight saving");
    return found.length === 1 && found;
  }, { within: 45_000, every: 200 });
  assert.match(row.markdown, /Two people in Porto saw it\./u);
});

check("Escape hides it, and the draft is there the next time with its place", async (page) => {
  await empty(page);
  await goesTo(page, "Tidewater tasks", "Northlight Studio");
  await text(page).fill("Half a thought");
  await during(page, "hide_capture", () => page.keyboard.press("Escape"));
  await page.reload();
  await eventually("the draft is there", async () => (await text(page).inputValue()) === "Half a thought");
  await page.getByRole("button", { name: like("capture_destination_named", { title: "Tidewater tasks" }) }).waitFor();
  await page.getByRole("button", { name: words("capture_start_fresh") }).click();
  await eventually("it is empty", async () => (await text(page).inputValue()) === "");
});

check("Escape closes the picker first and keeps the text", async (page) => {
  await empty(page);
  await text(page).fill("Still here");
  await page.keyboard.press("Control+p");
  const find = page.getByRole("combobox", { name: words("capture_destinations") });
  await find.waitFor();
  await page.keyboard.press("Escape");
  await find.waitFor({ state: "detached" });
  assert.equal(await text(page).inputValue(), "Still here");
});

check("what is typed is a draft without being saved", async (page) => {
  await empty(page);
  await text(page).pressSequentially("and if the power goes");
  await eventually("the draft is kept", async () => (await bridge.call("capture_draft"))?.text === "and if the power goes");
});

check("offline the button says that the note waits, and it does", async (page) => {
  await bridge.change({ do: "network", is_up: false });
  try {
    await bridge.call("sync_now", { accountId: null }).catch(() => undefined);
    await eventually("it is known", async () => (await bridge.call("app_state")).connectivity.type === "offline", { within: 30_000, every: 100 });
    await empty(page);
    await page.getByRole("button", { name: new RegExp(`^${words("capture_keep")}`, "u") }).waitFor();
    await goesTo(page, "Inbox", "Northlight Studio");
    await text(page).fill("Kept on the ferry");
    await during(page, "hide_capture", () => page.keyboard.press("Control+Enter"));
    const { items } = await bridge.call("outbox");
    assert.equal(items.find(({ title }) => title === "Kept on the ferry").state.type, "waiting");
  } finally {
    await bridge.change({ do: "network", is_up: true });
  }
});

check("a window that grows with its text asks for no more than it may have", async (page) => {
  await empty(page);
  const asked = [];
  page.on("request", (request) => request.url().endsWith("/ipc/resize_capture") && asked.push(request.postDataJSON().height));
  await text(page).fill(Array.from({ length: 60 }, (_, at) => `line ${at}`).join("\n"));
  await eventually("it asked", () => asked.length > 0);
  await eventually("for the most there is", () => asked.at(-1) >= 400 && asked.at(-1) <= 560);
});
