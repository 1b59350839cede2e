// The main window without a mouse: regions, sections, the ladder of Escape.

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
const isFocused = (locator) => locator.evaluate((one) => one === document.activeElement);
const focusedName = (page) => page.evaluate(() => { const one = document.activeElement; return `${one.tagName} ${one.getAttribute("role") ?? ""} ${one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 30)}`; });

check("F6 visits every region and comes back; Shift+F6 goes the other way", async (page) => {
  await field(page).fill("launch");
  await page.getByRole("option").first().waitFor();
  await field(page).focus();
  const stops = [await focusedName(page)];
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press("F6");
    stops.push(await focusedName(page));
    if (stops.at(-1) === stops[0]) break;
  }
  assert.equal(stops.at(-1), stops[0], `it came round: ${stops.join(" | ")}`);
  const round = stops.slice(0, -1);
  assert.ok(round.length >= 4, `bar, filters, list, preview, sidebar: ${round.join(" | ")}`);
  assert.equal(new Set(round).size, round.length, `each once: ${round.join(" | ")}`);
  await page.keyboard.press("Shift+F6");
  assert.equal(await focusedName(page), round.at(-1));
});

check("whatever has the focus shows it", async (page) => {
  await field(page).waitFor();
  await field(page).focus();
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === document.body) return true;
      // The ring may be on the element, or on what stands around a field.
      for (let at = one; at !== null && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none") return true;
      }
      return one.matches("[role=listbox], [tabindex='0'].scroll");
    });
    assert.ok(shown, `no ring on ${await focusedName(page)}`);
  }
});

check("the sections have their numbers", async (page) => {
  await field(page).waitFor();
  await page.keyboard.press("Control+5");
  await page.getByRole("heading", { level: 1, name: words("app_outbox") }).waitFor();
  await page.keyboard.press("Control+2");
  await page.getByRole("listbox", { name: words("search_recent_pages") }).waitFor();
  await page.keyboard.press("Control+3");
  await page.getByRole("listbox", { name: words("app_favourites") }).or(page.getByText(words("search_no_favourites"))).first().waitFor();
  await page.keyboard.press("Control+4");
  const databases = page.getByRole("listbox", { name: words("app_databases") });
  await databases.getByRole("option", { name: /Tidewater tasks/u }).waitFor();
  assert.match(await databases.getByRole("option", { name: /Tidewater tasks/u }).textContent(), /Northlight Studio[\s\S]*Database, \d+ rows/u);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("grid").waitFor();
  await page.keyboard.press("Control+1");
  await eventually("the cursor is in the field", () => isFocused(field(page)));
});

check("Escape undoes one layer at a time and never closes the window", async (page) => {
  await field(page).fill("autumn launch plan");
  await page.getByRole("option", { name: /Autumn launch plan/u }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Autumn launch plan" }).waitFor();
  // From the page to the list, with the query still there: one press, however long the window takes …
  await page.keyboard.press("Escape");
  await field(page).waitFor();
  assert.equal(await field(page).inputValue(), "autumn launch plan");
  // … then the query, then nothing.
  await field(page).focus();
  await page.keyboard.press("Escape");
  assert.equal(await field(page).inputValue(), "");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.ok(await field(page).isVisible());
  // What was cleared is one key away.
  await page.keyboard.press("ArrowUp");
  await eventually("the query is back", async () => (await field(page).inputValue()) === "autumn launch plan");
});

check("a menu is opened, walked and left by keyboard, and the focus returns", async (page) => {
  await field(page).waitFor();
  const chip = page.getByRole("toolbar", { name: words("search_filters") }).getByRole("button").first();
  await chip.focus();
  await page.keyboard.press("Enter");
  await eventually("it is open", async () => (await chip.getAttribute("aria-expanded")) === "true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await eventually("it is closed", async () => (await chip.getAttribute("aria-expanded")) === "false");
  assert.ok(await isFocused(chip), `the focus is on ${await focusedName(page)}`);
});

check("typing in the list goes on in the field", async (page) => {
  await field(page).fill("laun");
  await page.getByRole("option").first().waitFor();
  await page.getByRole("listbox", { name: like("search_results_for") }).focus();
  await page.keyboard.press("c");
  await eventually("the letter arrived", async () => (await field(page).inputValue()) === "launc");
  assert.ok(await isFocused(field(page)));
});

check("a favourite is set and found by keyboard", async (page) => {
  await field(page).fill("Every block");
  await page.getByRole("option", { name: /Every block/u }).first().waitFor();
  await page.keyboard.press("Control+d");
  await eventually("it is kept", async () => (await bridge.call("favourites")).some(({ title }) => title === "Every block"));
  await page.keyboard.press("Control+3");
  await page.getByRole("option", { name: /Every block/u }).first().waitFor();
});

check("the palette runs a command, and Escape gives the focus back", async (page) => {
  await field(page).fill("autumn launch plan");
  await page.getByRole("option", { name: /Autumn launch plan/u }).first().waitFor();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: words("palette_title") });
  await palette.getByRole("option", { name: new RegExp(words("palette_comment"), "u") }).waitFor();
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "hidden" });
  await eventually("the field has the focus", () => isFocused(field(page)));
  await page.keyboard.press("Control+k");
  await page.keyboard.type("databases");
  await page.keyboard.press("Enter");
  await page.getByRole("listbox", { name: words("app_databases") }).waitFor();
});

check("the keyboard map opens and closes by its own key", async (page) => {
  await field(page).waitFor();
  await field(page).focus();
  await page.keyboard.press("Control+/");
  const map = page.getByRole("dialog", { name: words("keys_title") });
  await map.getByText(words("palette_find")).waitFor();
  await page.keyboard.press("Control+/");
  await map.waitFor({ state: "hidden" });
  await eventually("the field has the focus", () => isFocused(field(page)));
});

check("Alt and a number choose a workspace", async (page) => {
  await field(page).waitFor();
  await page.keyboard.press("Alt+2");
  const { accounts } = await bridge.call("app_state");
  await page.getByRole("combobox", { name: like("search_field_one", { name: accounts[1].name }) }).waitFor();
  await page.keyboard.press("Alt+0");
  await page.getByRole("combobox", { name: words("search_field"), exact: true }).waitFor();
});
