// Settings: theme and size of text at once and for good, and what they say about accounts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { eventually } from "../lib/eventually.mjs";
import { words } from "../lib/words.mjs";

let bridge;
before(async () => {
  bridge = await Bridge.start();
}, { timeout: 120_000 });
after(() => bridge?.stop());

const check = (name, body, options = {}) => test(name, { timeout: 60_000 }, () => onPage(bridge, options, name, body));

async function open(page, tab) {
  await page.getByRole("combobox").waitFor();
  await page.keyboard.press("Control+,");
  await page.getByRole("navigation", { name: words("app_settings") }).getByText(words(tab), { exact: true }).click();
  await page.getByRole("heading", { name: words(tab) }).waitFor();
}

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

check("the theme changes at once and is still chosen after a reload", async (page) => {
  await open(page, "settings_appearance");
  const light = await background(page);
  await page.getByRole("radio", { name: words("settings_theme_dark"), exact: true }).click();
  await eventually("the background is dark", async () => (await background(page)) !== light);
  await eventually("it is kept", async () => (await bridge.call("settings")).theme === "dark");
  await page.reload();
  await page.getByRole("combobox").waitFor();
  await eventually("it is dark again", async () => (await background(page)) !== light);
  await open(page, "settings_appearance");
  assert.equal(await page.getByRole("radio", { name: words("settings_theme_dark"), exact: true }).getAttribute("aria-checked"), "true");
  await page.getByRole("radio", { name: words("settings_theme_system"), exact: true }).click();
  await eventually("it is light, as the system", async () => (await background(page)) === light);
}, { colorScheme: "light" });

check("the theme follows the system while nothing else is chosen", async (page) => {
  await page.getByRole("combobox").waitFor();
  const light = await background(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually("it followed", async () => (await background(page)) !== light);
}, { colorScheme: "light" });

check("another window hears of a change", async (page) => {
  await page.getByRole("combobox").waitFor();
  const light = await background(page);
  await bridge.call("save_settings", { settings: { ...(await bridge.call("settings")), theme: "dark" } });
  await eventually("it is dark", async () => (await background(page)) !== light);
  await bridge.call("save_settings", { settings: { ...(await bridge.call("settings")), theme: "system" } });
}, { colorScheme: "light" });

check("the size of text is changed by keyboard and kept", async (page) => {
  await page.getByRole("combobox").waitFor();
  await page.keyboard.press("Control++");
  await eventually("110 %", async () => (await bridge.call("settings")).text_size === 110);
  await page.keyboard.press("Control+0");
  await eventually("100 %", async () => (await bridge.call("settings")).text_size === 100);
});

check("every account shows its name and its rights, and no token", async (page) => {
  await open(page, "settings_accounts");
  const main = page.locator("[aria-labelledby=settings-title]");
  for (const name of ["Northlight Studio", "雲研究室 Kumo Lab", "Mara, personal"]) await main.getByText(name).first().waitFor();
  await main.getByText(words("settings_right_read")).first().waitFor();
  assert.doesNotMatch(await page.content(), /ntn_demo_/u);
});

check("the outbox is not lost by signing out without being told", async (page) => {
  await bridge.synced();
  await bridge.change({ do: "network", is_up: false });
  try {
    const [inbox] = await bridge.call("destinations", { query: "Inbox", limit: 1 });
    await bridge.call("capture", { text: "Not in Notion yet", accountId: inbox.account_id, target: inbox.target });
    const { accounts } = await bridge.call("app_state");
    await open(page, "settings_accounts");
    const at = accounts.findIndex(({ id }) => id === inbox.account_id);
    await page.getByRole("button", { name: words("settings_sign_out") }).nth(at).click();
    await page.getByRole("alertdialog").getByText(words("settings_sign_out_unsent_detail")).waitFor();
    await page.keyboard.press("Escape");
  } finally {
    await bridge.change({ do: "network", is_up: true });
  }
});
