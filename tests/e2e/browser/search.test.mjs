// Search as a person does it: typing, arrows, Enter, groups, marks, preview.

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

const check = (name, body, options = {}) => test(name, { timeout: 60_000 }, () => onPage(bridge, options, name, body));
const field = (page) => page.getByRole("combobox");
const selected = (page) => page.getByRole("listbox", { name: like("search_results_for") }).locator("[aria-selected=true]");

check("the cursor is in the field when the window opens", async (page) => {
  await field(page).waitFor();
  await eventually("the field has the focus", () => field(page).evaluate((one) => one === document.activeElement));
});

check("what is typed is found, under the heading that says where", async (page) => {
  await field(page).fill("launch plan");
  const best = page.getByRole("group", { name: words("search_group_best") });
  await best.getByRole("option", { name: /Autumn launch plan/u }).waitFor();
  await page.getByRole("group", { name: like("search_group_text") }).getByRole("option").first().waitFor();
  const summary = await page.getByText(like("search_summary")).textContent();
  const total = await page.getByRole("option").count();
  assert.match(summary, /^\d+ results?/u);
  assert.ok(total >= 3, `only ${total} rows`);
});

check("the words that were found are marked in title and text", async (page) => {
  await field(page).fill("launch plan");
  const first = page.getByRole("listbox", { name: like("search_results_for", { query: "launch plan" }) }).getByRole("option").first();
  await first.waitFor();
  const marked = (await first.locator("mark").allTextContents()).map((text) => text.toLowerCase());
  assert.ok(marked.some((text) => text.includes("launch")), `marked: ${marked}`);
  const snippets = page.getByRole("group", { name: like("search_group_text") }).locator("mark");
  assert.ok((await snippets.count()) > 0, "no mark in any passage");
});

check("the arrows move the selection while the cursor stays in the field, and Enter opens", async (page) => {
  await field(page).fill("launch");
  await selected(page).waitFor();
  const options = page.getByRole("option");
  assert.equal(await options.nth(0).getAttribute("aria-selected"), "true", "the first row is selected by itself");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  assert.equal(await options.nth(1).getAttribute("aria-selected"), "true");
  assert.equal(await field(page).getAttribute("aria-activedescendant"), await options.nth(1).getAttribute("id"), "a screen reader hears which");
  assert.ok(await field(page).evaluate((one) => one === document.activeElement), "the cursor stays in the field");
  const title = await options.nth(1).locator("[title]").first().getAttribute("title");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
});

check("the preview shows the selected row and follows it", async (page) => {
  await field(page).fill("launch plan");
  const options = page.getByRole("listbox", { name: like("search_results_for", { query: "launch plan" }) }).getByRole("option");
  await options.nth(1).waitFor();
  for (const at of [0, 1]) {
    const title = await options.nth(at).locator("[title]").first().getAttribute("title");
    await page.getByLabel(like("search_preview_of", { title })).waitFor();
    await page.keyboard.press("ArrowDown");
  }
}, { width: 1180 });

check("results follow the typing: the last word wins", async (page) => {
  await field(page).pressSequentially("tidal fish", { delay: 5 });
  await field(page).fill("");
  await field(page).pressSequentially("retro", { delay: 5 });
  await page.getByRole("listbox", { name: like("search_results_for", { query: "retro" }) }).waitFor();
  await page.getByRole("option", { name: /retro/iu }).first().waitFor();
});

check("nothing found says so and what to try next", async (page) => {
  await field(page).fill("zzyzxqq");
  await page.getByText(like("search_none_title", { query: "zzyzxqq" })).waitFor();
  await page.getByText(words("search_suggest_capture"), { exact: true }).waitFor();
});

check("Escape clears what was typed", async (page) => {
  await field(page).fill("launch");
  await selected(page).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await field(page).inputValue(), "");
});

check("other scripts are found", async (page) => {
  await field(page).fill("雲");
  await page.getByRole("option").first().waitFor();
  await field(page).fill("مواني");
  await page.getByRole("option").or(page.getByText(like("search_none_title"))).first().waitFor();
});

check("a filter narrows to databases and can be taken off", async (page) => {
  await field(page).fill("launch");
  await selected(page).waitFor();
  const before = await page.getByRole("option").count();
  await page.getByRole("toolbar", { name: words("search_filters") }).getByRole("button", { name: new RegExp(words("search_filter_type")) }).click();
  await page.getByRole("option", { name: words("search_type_database"), exact: true }).or(page.getByRole("menuitemradio", { name: words("search_type_database") })).first().click();
  const chip = page.getByRole("button", { name: like("search_filter_remove", { name: words("search_filter_type") }) });
  await chip.waitFor();
  await eventually("fewer rows", async () => (await page.getByRole("option").count()) < before);
  await chip.click();
  await eventually("all rows again", async () => (await page.getByRole("option").count()) === before);
});

check("words narrow as chips do, and the chip of a word takes it away", async (page) => {
  await field(page).fill('launch database:"Tidewater tasks" edited:<1y');
  const chip = (name, value) => page.getByRole("button", { name: like("search_filter_remove", { name: words(name), value }) });
  await chip("search_filter_database", "Tidewater tasks").waitFor();
  await chip("search_filter_edited", words("search_edited_year_short")).waitFor();
  const found = page.getByRole("listbox", { name: like("search_results_for") }).getByRole("option");
  await eventually("only rows of it are left", async () => {
    const rows = await found.allTextContents();
    return rows.length > 0 && rows.every((text) => text.includes("Tidewater tasks"));
  });
  await chip("search_filter_database", "Tidewater tasks").click();
  await eventually("the word is gone", async () => (await field(page).inputValue()) === "launch edited:<1y");
  await page.getByRole("option", { name: /Autumn launch plan/u }).first().waitFor();
});

check("an author is chosen from those who wrote something", async (page) => {
  await field(page).fill("launch");
  await selected(page).waitFor();
  await page.getByRole("button", { name: new RegExp(`^${words("search_filter_author")} `, "u") }).click();
  await page.getByRole("listbox", { name: words("search_filter_author") }).getByRole("option", { name: "Priya Raman" }).click();
  await page.getByRole("button", { name: like("search_filter_remove", { name: words("search_filter_author"), value: "Priya Raman" }) }).waitFor();
  const list = page.getByRole("listbox", { name: like("search_results_for") });
  await list.locator('[title^="Post-mortem"]').waitFor();
  assert.equal(await list.locator('[title="Autumn launch plan"]').count(), 0, "the plan is somebody else’s");
});

check("in the order of the last edit there is one list, the latest first", async (page) => {
  await field(page).fill("launch");
  await selected(page).waitFor();
  await page.getByRole("button", { name: like("search_order", { order: words("search_order_relevance") }) }).click();
  await page.getByRole("option", { name: words("search_order_edited"), exact: true }).click();
  const list = page.getByRole("group", { name: new RegExp(words("search_group_edited"), "u") });
  await list.waitFor();
  const times = await list.locator("time").evaluateAll((all) => all.map((one) => one.dateTime));
  assert.ok(times.length > 3);
  assert.deepEqual(times, [...times].sort().reverse());
});

check("the preview stands at the words, and steps through them", async (page) => {
  await field(page).fill("launch plan");
  const preview = page.getByLabel(like("search_preview_of", { title: "Autumn launch plan" }));
  const counter = preview.getByText(like("search_match"));
  await counter.waitFor();
  const [, first, count] = /(\d+)\D+(\d+)/u.exec(await counter.textContent());
  assert.ok(Number(count) >= 2, `${first} of ${count}`);
  const lit = preview.locator("mark.on").first();
  const view = await preview.locator(".scroll").last().boundingBox();
  const at = await lit.boundingBox();
  assert.ok(at.y >= view.y && at.y + at.height <= view.y + view.height, "the current one is in sight");
  await page.keyboard.press("Control+g");
  const next = (Number(first) % Number(count)) + 1;
  await eventually("the next one is current", async () => (await counter.textContent()).includes(`${next} `));
  await page.keyboard.press("Shift+F3");
  await eventually("and back", async () => (await counter.textContent()).includes(`${first} `));
  assert.ok(await field(page).evaluate((one) => one === document.activeElement), "the cursor stayed in the field");
});

check("a comment is found, and opening it leads to its thread", async (page) => {
  const { hits } = await bridge.call("search", { request: { query: "Autumn launch plan", account_ids: [], kinds: [], edited: null, author: null, order: "relevance", limit: 1 } });
  await bridge.call("refresh_comments", { accountId: hits[0].account_id, pageId: hits[0].item.id });
  await field(page).fill("mention the waitlist");
  const option = page.getByRole("option", { name: like("search_comment_on", { who: "Priya Raman", title: "Autumn launch plan" }) });
  await option.waitFor();
  await option.dblclick();
  await page.getByRole("heading", { level: 1, name: "Autumn launch plan" }).waitFor();
  const thread = page.getByRole("article", { name: words("comments_on_page") });
  await thread.getByText("Should the plan mention the waitlist?").waitFor();
  await thread.getByRole("textbox").waitFor();
});
