// Comments: what is there, one that is written, one that waits for the network.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { eventually } from "../lib/eventually.mjs";
import { like, words } from "../lib/words.mjs";
import { openPage } from "./steps.mjs";

let bridge;
before(async () => {
  bridge = await Bridge.start();
  await bridge.synced();
}, { timeout: 300_000 });
after(() => bridge?.stop());

const check = (name, body) => test(name, { timeout: 150_000 }, () => onPage(bridge, {}, name, body));

async function panel(page) {
  await openPage(page, "Autumn launch plan");
  const aside = page.getByRole("complementary", { name: words("comments_title"), exact: true });
  await aside.waitFor();
  return aside;
}

const inNotion = async (text) => (await bridge.notion("northlight")).comments.filter((comment) => comment.text === text).length;

check("open discussions are shown with what they are on; resolved ones are not", async (page) => {
  const aside = await panel(page);
  await aside.getByText("Should the plan mention the waitlist?").waitFor();
  // Those on blocks cost a request a block and come last.
  await aside.getByRole("article", { name: like("comments_on_text", { text: "Offline maps survive a cold start on Android 12" }) }).waitFor({ timeout: 60_000 });
  assert.equal(await aside.getByText("Closed on the 9th").count(), 0);
  // The block is marked in the text, and its count leads to the thread and back.
  const block = page.locator("[data-block].commented").filter({ hasText: "Offline maps survive" }).first();
  await block.getByRole("button", { name: like("block_comments") }).click();
  await eventually("it is lit", () => block.evaluate((one) => one.classList.contains("lit")));
  await aside.getByRole("article", { name: like("comments_on_text", { text: "Offline maps survive a cold start on Android 12" }) }).getByRole("textbox").waitFor();
});

check("a comment appears at once, stitched, and solid when Notion has it", async (page) => {
  const aside = await panel(page);
  // Offline while it is written, so that the stitched state lasts long enough to be seen.
  await bridge.change({ do: "network", is_up: false });
  const box = aside.getByRole("textbox", { name: words("comments_compose") });
  await box.fill("Waitlist line is in. Please look.");
  await box.press("Enter");
  const stitched = aside.getByRole("group", { name: words("comments_not_in_notion") });
  await stitched.getByText("Waitlist line is in. Please look.").waitFor();
  assert.equal(await box.inputValue(), "", "the box is empty again");
  await bridge.change({ do: "network", is_up: true });
  await bridge.call("retry_operation", { operationId: null });
  await eventually("Notion has it", async () => (await inNotion("Waitlist line is in. Please look.")) === 1, { within: 30_000 });
  await stitched.waitFor({ state: "detached", timeout: 30_000 });
  await aside.getByText("Waitlist line is in. Please look.").waitFor();
});

check("a lost answer does not make two comments", async (page) => {
  const aside = await panel(page);
  await bridge.change({ do: "fail", method: "POST", suffix: "/comments", fault: "commit_then_drop", times: 1 });
  const box = aside.getByRole("textbox", { name: words("comments_compose") });
  await box.fill("Said once");
  await box.press("Enter");
  await aside.getByRole("group", { name: words("comments_not_in_notion") }).first().waitFor();
  await eventually("nothing waits any more", async () => (await bridge.call("outbox")).items.every((item) => item.state.type === "sent"), { within: 45_000, every: 200 });
  assert.equal(await inNotion("Said once"), 1);
});

check("a reply goes to its discussion", async (page) => {
  const aside = await panel(page);
  const thread = aside.getByRole("article").filter({ hasText: "Should the plan mention the waitlist?" });
  await thread.click();
  const box = thread.getByRole("textbox");
  await box.fill("Done this morning.");
  await box.press("Enter");
  await eventually("Notion has it in the same discussion", async () => {
    const { comments } = await bridge.notion("northlight");
    const first = comments.find((comment) => comment.text.startsWith("Should the plan mention the waitlist?"));
    return comments.some((comment) => comment.text === "Done this morning." && comment.discussion === first.discussion);
  }, { within: 30_000 });
});

check("offline it says when it will be sent, and is sent then", async (page) => {
  const aside = await panel(page);
  await bridge.change({ do: "network", is_up: false });
  try {
    const box = aside.getByRole("textbox", { name: words("comments_compose") });
    await box.fill("Written on the ferry");
    await box.press("Enter");
    const stitched = aside.getByRole("group", { name: words("comments_not_in_notion") }).filter({ hasText: "Written on the ferry" });
    await stitched.getByText(words("comments_when_online")).waitFor({ timeout: 30_000 });
    assert.equal(await inNotion("Written on the ferry"), 0);
  } finally {
    await bridge.change({ do: "network", is_up: true });
  }
  await bridge.call("retry_operation", { operationId: null });
  await eventually("Notion has it", async () => (await inNotion("Written on the ferry")) === 1, { within: 60_000 });
});
