// Photographs the real app in both themes into `docs/screenshots`, and beside the drawings it follows if TARGET_SHOTS names their folder.
//
// `cargo xtask screenshots` runs it on a desktop of its own. The workspaces are the demo's, connected over a loopback address as a person's
// own would be; some notes are sent and some wait, because the service is off by then.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { result, results, root } from "./lib/paths.mjs";
import { Notion } from "./lib/notion.mjs";
import { App, keys } from "./lib/webdriver.mjs";

const folder = join(root, "docs/screenshots");
mkdirSync(folder, { recursive: true });

const THEMES = ["light", "dark"];
const FIELD = "[role=combobox]";
const SETTLED = "return document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)";

const notion = await Notion.start();
const app = await App.start(["--base-url", notion.url, "--new-instance"], { name: "screenshots" });
try {
  await app.window("main");
  await inside(1180, 760);
  await app.until("the first run", () => app.run("return document.querySelector('input[placeholder^=ntn_]') !== null"), { within: 30_000 });
  await inBothThemes("first-run");
  for (const name of ["Northlight Studio", "Mara, personal", "雲研究室 Kumo Lab"]) await app.call("add_account", { token: notion.tokens[name] });
  await app.synced();
  await favour(["Autumn launch plan", "Tidewater tasks", "Every block", "Launch budget 2026–27", "Sourdough log"]);
  await reopen();

  await search("launch plan", "Autumn launch plan");
  await inBothThemes("search");

  await app.press(keys.enter);
  await app.reads("What has to be true", { within: 20_000 });
  // Comments on blocks cost a request a block and come last.
  await app.until("the comments are there", () => app.run("return document.querySelectorAll('aside article').length > 1"), { within: 60_000 });
  await inBothThemes("reader");

  await note("Price page: keep €29, explain the family plan in one sentence", "Inbox", "Northlight Studio");
  await note("Sourdough: 72 % water, 14 h in the cold, better crumb", "Sourdough log", "Mara, personal");
  await app.until("both are sent", async () => (await app.call("outbox")).items.every(({ state }) => state.type === "sent"), { within: 60_000, every: 200 });

  await app.window("capture", { within: 20_000 });
  await draft("Retest offline maps on the Pixel 4a\nBuild **3.0.113** should keep the tile index after a reboot.\n[] Save Cascais offline, reboot, open in flight mode\n[] Send the trace to Aiko", "Tidewater tasks", "Northlight Studio");
  await app.window("main");
  await app.call("show_capture");
  await app.window("capture");
  await app.until("the draft is in the window", () => app.run("return document.querySelector('textarea')?.value.startsWith('Retest')"));
  await inBothThemes("capture", "capture");
  await app.window("capture");
  await app.call("save_capture_draft", { text: "", accountId: null, target: null });
  await app.call("hide_capture");
  await app.window("main");

  await notion.stop();
  await note("Ask the Lisbon pilots about the new chart symbols", "Tidewater tasks", "Northlight Studio");
  await note("横浜港の追加データは来週までに届く予定、担当は岸田さん", "受信箱", "雲研究室 Kumo Lab");
  await app.until("it knows that it is offline", async () => (await app.call("app_state")).connectivity.type === "offline", { within: 60_000, every: 200 });
  await app.press(keys.control, "5");
  await app.until("the outbox is open", () => app.run("return document.querySelectorAll('.outbox-list [role=option]').length >= 4"));
  await inBothThemes("outbox");

  await app.press(keys.control, ",");
  await app.until("the settings are open", () => app.run("return document.querySelector('#settings-title') !== null"));
  await inBothThemes("settings-accounts");
} finally {
  await app.stop();
  await notion.stop();
}
compare();

/** Makes the page this large, whatever the window's frame takes. */
async function inside(width, height) {
  let [outerWidth, outerHeight] = [width, height];
  await app.until(`the page is ${width} by ${height}`, async () => {
    const [w, h] = await app.run("return [innerWidth, innerHeight]");
    if (w === width && h === height) return true;
    outerWidth += width - w;
    outerHeight += height - h;
    await app.resize(outerWidth, outerHeight);
    return false;
  }, { every: 250 });
}

async function reopen() {
  await app.run("window.isOld = true; location.reload()");
  await app.until("the search is there again", () => app.run("return !window.isOld && document.querySelector('[role=combobox]') !== null"), { within: 20_000 });
}

/** Until the best of the whole query is selected and previewed; what only its beginning found is passed by. */
async function search(query, best) {
  await app.run("document.querySelector('[role=combobox]').select()");
  await app.type(FIELD, query);
  const found = "return [...document.querySelectorAll('[role=option][aria-selected=true], aside h2')].filter((one) => one.textContent.includes(arguments[0])).length === 2";
  await app.until("it is found", () => app.run(found, best));
  await app.until("its first match is shown", () => app.run("return document.querySelector('aside footer, aside')?.textContent.includes(arguments[0])", "1 of"));
}

async function favour(titles) {
  for (const title of titles) {
    const { hits } = await app.call("search", { request: { query: title, account_ids: [], kinds: [], edited: null, author: null, order: "relevance", limit: 5 } });
    const hit = hits.find((one) => one.title === title);
    if (hit) await app.call("set_favourite", { reference: { account_id: hit.account_id, item: hit.item }, isFavourite: true });
  }
}

async function destination(title, workspace) {
  const { accounts } = await app.call("app_state");
  const account = accounts.find(({ name }) => name === workspace);
  const found = (await app.call("destinations", { query: title, limit: 20 })).find((one) => one.account_id === account.id && one.title === title);
  if (!found) throw new Error(`${workspace} has no destination ${title}`);
  return { accountId: found.account_id, target: found.target };
}

async function note(text, title, workspace) {
  await app.call("capture", { text, ...(await destination(title, workspace)) });
}

async function draft(text, title, workspace) {
  await app.call("save_capture_draft", { text, ...(await destination(title, workspace)) });
}

/** The settings are the main window's to change, whichever is photographed. */
async function inBothThemes(name, label = "main") {
  for (const theme of THEMES) {
    await app.window("main");
    await app.call("save_settings", { settings: { ...(await app.call("settings")), theme } });
    await app.window(label);
    await app.until(`the theme is ${theme}`, () => app.run("return document.documentElement.dataset.theme === arguments[0] || getComputedStyle(document.documentElement).colorScheme === arguments[0]", theme));
    // A ring of focus and a blinking caret are for whoever sits before it.
    await app.run("document.activeElement.matches('input, textarea') ? document.documentElement.style.setProperty('caret-color', 'transparent') : document.activeElement.blur()");
    await app.until("nothing moves", () => app.run(SETTLED));
    await app.photograph(join(folder, `${name}-${theme}.png`));
  }
  await app.window("main");
}

/** Ours on the left, the drawing on the right. */
function compare() {
  const targets = process.env.TARGET_SHOTS;
  console.log(`photographs: ${folder}`);
  if (!targets) return;
  const drawn = { "first-run": "first-run", search: "search", reader: "reader", capture: "capture-filled", outbox: "outbox", "settings-accounts": "settings-accounts" };
  for (const [name, drawing] of Object.entries(drawn)) {
    for (const theme of THEMES) {
      const pair = [join(folder, `${name}-${theme}.png`), join(targets, `20-linux-${drawing}-${theme}.png`)];
      if (pair.every((path) => existsSync(path))) execFileSync("montage", [...pair, "-tile", "2x1", "-geometry", "+8+8", "-background", "#808080", result("compare", `${name}-${theme}.png`)]);
    }
  }
  console.log(`beside the drawings: ${join(results, "compare")}`);
}
