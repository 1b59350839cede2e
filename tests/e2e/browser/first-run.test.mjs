// The first run: a token that is wrong, one that is right, and the demo.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Bridge, onPage } from "../lib/bridge.mjs";
import { like, words } from "../lib/words.mjs";

let bridge;
before(async () => {
  bridge = await Bridge.start({ isEmpty: true });
}, { timeout: 120_000 });
after(() => bridge?.stop());

const check = (name, body) => test(name, { timeout: 90_000 }, () => onPage(bridge, {}, name, body));
const token = (page) => page.getByLabel(words("welcome_token"), { exact: true });
const button = (page) => page.getByRole("button", { name: new RegExp(`^${words("welcome_check")}`, "u") });

check("it begins with the token, with the cursor in the field", async (page) => {
  await page.getByRole("heading", { level: 1, name: words("welcome_title") }).waitFor();
  await token(page).waitFor();
  assert.ok(await token(page).evaluate((one) => one === document.activeElement));
  assert.equal(await token(page).getAttribute("type"), "password");
  assert.ok(await button(page).isDisabled(), "there is nothing to check yet");
});

check("what is no token is refused in words that say what to do", async (page) => {
  await token(page).fill("my password");
  await button(page).click();
  await page.getByText(words("error_token_malformed_what")).waitFor();
  await page.getByText(words("error_token_malformed_todo")).waitFor();
  assert.equal(await token(page).inputValue(), "my password", "what was typed is still there");
});

check("a token Notion does not know is refused, and nothing is kept", async (page) => {
  await token(page).fill(`ntn_${"0".repeat(46)}`);
  await page.keyboard.press("Enter");
  await page.getByText(words("error_token_refused_what")).waitFor();
  assert.equal((await bridge.call("app_state")).accounts.length, 0);
});

check("without a network it says so", async (page) => {
  await bridge.change({ do: "network", is_up: false });
  try {
    await token(page).fill(`ntn_${"1".repeat(46)}`);
    await button(page).click();
    await page.getByText(words("error_offline_what")).first().waitFor({ timeout: 30_000 });
  } finally {
    await bridge.change({ do: "network", is_up: true });
  }
});

check("a good token fills the bag and leads to the search", async (page) => {
  const { token: good } = await bridge.notion("mara-personal");
  await token(page).fill(` ${good}\n`);
  await button(page).click();
  await page.getByRole("heading", { level: 1, name: new RegExp(`${words("welcome_sync_title")}|${words("welcome_sync_title_done")}`, "u") }).waitFor();
  await page.getByText("Mara, personal").first().waitFor();
  await page.getByRole("button", { name: words("welcome_start") }).click();
  await page.getByRole("combobox").fill("weekly");
  await page.getByRole("option").first().waitFor({ timeout: 60_000 });
});

check("signing out asks with the safe answer first, and wipes", async (page) => {
  await page.getByRole("combobox").waitFor();
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: words("settings_sign_out") }).first().click();
  const dialog = page.getByRole("alertdialog", { name: like("settings_sign_out_title", { name: "Mara, personal" }) });
  await dialog.waitFor();
  const stay = dialog.getByRole("button", { name: words("settings_stay") });
  assert.ok(await stay.evaluate((one) => one === document.activeElement), "the safe answer has the focus");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal((await bridge.call("app_state")).accounts.length, 1, "Escape changed nothing");
  await page.getByRole("button", { name: words("settings_sign_out") }).first().click();
  await dialog.getByRole("button", { name: words("settings_sign_out_now"), exact: true }).click();
  await page.getByRole("heading", { level: 1, name: words("welcome_title") }).waitFor({ timeout: 30_000 });
  assert.equal((await bridge.call("app_state")).accounts.length, 0);
});

// The last: it is another program afterwards.
check("the demo opens from the first run and says what it is", async (page) => {
  await page.getByRole("radio", { name: new RegExp(words("welcome_demo_title"), "u") }).click();
  await page.getByRole("button", { name: words("welcome_open_demo") }).click();
  await page.getByText(words("app_banner_demo"), { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole("combobox").fill("launch plan");
  await page.getByRole("option", { name: /launch plan/iu }).first().waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: words("app_banner_leave_demo") }).click();
  await page.getByRole("heading", { level: 1, name: words("welcome_title") }).waitFor({ timeout: 30_000 });
});
