// Reading: opening, links that stay inside, back and forward, and the page with one block of every kind.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { eventually } from "../lib/eventually.mjs";
import { words } from "../lib/words.mjs";
import { openPage } from "./steps.mjs";

let bridge;
before(async () => {
  bridge = await Bridge.start();
  await bridge.synced();
}, { timeout: 300_000 });
after(() => bridge?.stop());

const check = (name, body, options = {}) => test(name, { timeout: 120_000 }, () => onPage(bridge, options, name, body));
const heading = (page, name) => page.getByRole("heading", { level: 1, name });

check("a page opens with its title, values and text", async (page) => {
  await openPage(page, "Autumn launch plan");
  const article = page.getByRole("article").first();
  await article.getByRole("heading", { name: "What has to be true" }).waitFor();
  await page.getByText("In progress", { exact: true }).first().waitFor();
  await page.getByText("Tide tables imported for 412 new harbours").waitFor();
  assert.ok((await page.getByRole("checkbox").count()) >= 4, "the to-dos are check boxes");
});

check("a link to a page stays inside; back and forward walk the path", async (page) => {
  await openPage(page, "Every block");
  const link = page.getByRole("article").getByRole("link", { name: /Autumn launch plan/u }).first();
  await link.click();
  await heading(page, "Autumn launch plan").waitFor();
  assert.deepEqual(bridge.opened(), [], "nothing went to the browser");
  await page.keyboard.press("Alt+ArrowLeft");
  await heading(page, "Every block").waitFor();
  await page.keyboard.press("Alt+ArrowRight");
  await heading(page, "Autumn launch plan").waitFor();
  await page.getByRole("button", { name: words("reader_back"), exact: true }).click();
  await heading(page, "Every block").waitFor();
});

check("a link to elsewhere goes to the browser and the window stays", async (page) => {
  await openPage(page, "Every block");
  const address = page.url();
  await page.getByRole("article").getByRole("link", { name: "a link", exact: true }).first().click();
  await eventually("the browser was asked", () => bridge.opened().includes("https://tides.example/chart-datum"));
  assert.equal(page.url(), address);
  await heading(page, "Every block").waitFor();
});

check("one block of every kind is drawn without a complaint from the console", async (page, errors) => {
  await openPage(page, "Every block");
  await page.getByText("A tide table is a promise").first().waitFor();
  const article = page.getByRole("article").first();
  // To the end, so that whatever is drawn late is drawn.
  await eventually("the end is reached", () =>
    article.evaluate((one) => {
      const scroller = one.closest(".scroll") ?? document.scrollingElement;
      scroller.scrollTop += 1200;
      return scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
    }),
  );
  for (const kind of ["table", "math", "pre, code", "blockquote, figure", "button[aria-expanded]"]) {
    assert.ok((await article.locator(kind).count()) > 0, `nothing of ${kind}`);
  }
  assert.deepEqual(errors, []);
});

check("a toggle opens and closes by keyboard", async (page) => {
  await openPage(page, "Every block");
  const toggle = page.getByRole("article").locator("button[aria-expanded=false]").first();
  await toggle.waitFor();
  const handle = await toggle.elementHandle();
  await handle.focus();
  await page.keyboard.press("Enter");
  await eventually("it is open", async () => (await handle.getAttribute("aria-expanded")) === "true");
});

check("a database opens as a table of its rows", async (page) => {
  await openPage(page, "Launches");
  await page.getByRole("table").or(page.getByRole("grid")).first().waitFor();
  await page.getByRole("row", { name: /Autumn launch plan/u }).first().waitFor();
});

check("find in page marks, counts, steps and gives the page back", async (page) => {
  await openPage(page, "Autumn launch plan");
  await page.getByText("Tide tables imported for 412 new harbours").waitFor();
  await page.keyboard.press("Control+f");
  const field = page.getByRole("textbox", { name: words("reader_find") });
  await field.fill("harbour");
  const article = page.getByRole("article").first();
  await eventually("it is marked", async () => (await article.locator("mark").count()) >= 2);
  await eventually("one is current", async () => (await article.locator("mark.on").count()) === 1);
  const where = () => article.locator("mark").evaluateAll((all) => all.findIndex((one) => one.classList.contains("on")));
  const before = await where();
  await page.keyboard.press("Enter");
  await eventually("the next one is", async () => (await where()) === before + 1);
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "hidden" });
  assert.equal(await article.locator("mark", { hasText: /harbour/iu }).count(), 0, "the words of the search that led here are marked again, these no more");
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute("data-block")), true, "the keys of the page work at once");
});

check("an edit in Notion reaches the open page", async (page) => {
  await openPage(page, "Release rituals");
  await bridge.change({ do: "append", workspace: "northlight", person: "mara", page: "release-rituals", markdown: "Sent from the harbour office" });
  // The service's search learns of an edit some seconds later, so one sync may come too early.
  await eventually("the new line is there", async () => {
    await bridge.call("sync_now", { accountId: null });
    const show = page.getByRole("button", { name: words("reader_show_change"), exact: true });
    if (await show.isVisible()) await show.click();
    return page.getByText("Sent from the harbour office").isVisible();
  }, { within: 60_000, every: 1000 });
});
