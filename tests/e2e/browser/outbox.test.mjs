// The outbox: what waits without a network, what is sent with one, what needs the person.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { eventually } from "../lib/eventually.mjs";
import { like, words } from "../lib/words.mjs";

let bridge;
before(async () => {
  bridge = await Bridge.start();
  await bridge.synced();
}, { timeout: 300_000 });
after(() => bridge?.stop());

const check = (name, body) => test(name, { timeout: 90_000 }, () => onPage(bridge, {}, name, body));

/** Saves a note into the inbox of Northlight, as the capture window does. */
async function capture(text) {
  const found = await bridge.call("destinations", { query: "Inbox", limit: 10 });
  const { accounts } = await bridge.call("app_state");
  const account = accounts.find(({ name }) => name === "Northlight Studio");
  const inbox = found.find((one) => one.account_id === account.id && one.title === "Inbox");
  assert.ok(inbox, "there is an inbox to write to");
  await bridge.call("capture", { text, accountId: inbox.account_id, target: inbox.target });
}

const row = (page, title) => page.getByRole("listbox", { name: words("app_outbox"), exact: true }).getByRole("option").filter({ hasText: title });

async function openOutbox(page) {
  await page.getByRole("combobox").waitFor();
  await page.keyboard.press("Control+5");
  await page.getByRole("heading", { level: 1, name: words("app_outbox") }).waitFor();
}

check("an empty outbox says what comes here", async (page) => {
  await openOutbox(page);
  await page.getByText(words("outbox_empty_title")).waitFor();
});

check("offline a note waits, in words; online it is sent and says when", async (page) => {
  await openOutbox(page);
  await bridge.change({ do: "network", is_up: false });
  try {
    await capture("Ask the ferry about piers");
    await row(page, "Ask the ferry about piers").getByText(words("outbox_waiting_network")).first().waitFor({ timeout: 30_000 });
    await page.getByRole("status").or(page.getByRole("alert")).getByText(like("app_banner_offline")).or(page.getByText(like("app_banner_offline_since"))).first().waitFor();
    assert.ok(!(await bridge.notion("northlight")).pages.some(({ markdown }) => markdown.includes("Ask the ferry about piers")));
  } finally {
    await bridge.change({ do: "network", is_up: true });
  }
  await page.getByRole("button", { name: words("outbox_try_all") }).click();
  await page.getByRole("group", { name: words("outbox_group_sent") }).getByText("Ask the ferry about piers").waitFor({ timeout: 60_000 });
  await eventually("Notion has it once", async () => {
    const { pages } = await bridge.notion("northlight");
    return pages.filter(({ markdown, title }) => (markdown + title).includes("Ask the ferry about piers")).length === 1;
  });
});

check("the order of notes for one page is kept through an outage", async () => {
  await bridge.change({ do: "network", is_up: false });
  for (const text of ["First of three", "Second of three", "Third of three"]) await capture(text);
  await bridge.change({ do: "network", is_up: true });
  await bridge.call("retry_operation", { operationId: null });
  await eventually("Notion has all three", async () => {
    const inbox = (await bridge.notion("northlight")).pages.find(({ title }) => title === "Inbox");
    const at = ["First of three", "Second of three", "Third of three"].map((text) => inbox.markdown.indexOf(text));
    if (at.includes(-1)) return false;
    assert.deepEqual(at.toSorted((a, b) => a - b), at, "in the order they were written");
    return true;
  }, { within: 60_000, every: 200 });
});

check("a note that waits can be discarded and brought back", async (page) => {
  await bridge.change({ do: "network", is_up: false });
  try {
    await capture("Only a thought");
    await openOutbox(page);
    const item = row(page, "Only a thought");
    await item.click();
    await page.keyboard.press("Delete");
    await page.getByText(like("app_discarded", { title: "Only a thought" })).waitFor();
    await page.getByRole("button", { name: words("app_undo") }).first().click();
    // It may be tried at once, so it waits or is on its way.
    await eventually("it is back", async () => {
      const { items } = await bridge.call("outbox");
      return ["waiting", "sending"].includes(items.find(({ title }) => title === "Only a thought").state.type);
    });
    await item.waitFor();
  } finally {
    await bridge.change({ do: "network", is_up: true });
  }
});
