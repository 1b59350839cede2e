// Photographs every screen on sample data, in both themes, so that a change of looks is seen: `npm run look`, then open `shots/`.
//
// The pages are the built ones, served as the browser bridge serves them; commands are answered from `../samples`. Nothing here decides anything, so it
// is no test of behaviour: those are beside the components. What axe finds in a picture fails it.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";

import * as samples from "../samples";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shots = join(root, "shots");
const only = process.env["LOOK"];

type Answers = Record<string, unknown>;

const answers: Answers = {
  app_state: samples.appState(),
  settings: samples.settings,
  favourites: samples.favourites,
  recents: samples.recent,
  databases: samples.databases,
  search_authors: ["Jonas Okafor", "Priya Raman", "田中 愛子"],
  outbox: { counts: { waiting: 4, needs_you: 1 }, items: samples.outbox },
  search: samples.results,
  peek_item: samples.itemView(),
  open_item: samples.itemView(),
  comments: { account_id: "01N", page_id: "p", threads: [], is_reading_refused: false, is_writing_refused: false, posts_as: null, fetched_at: null, pages: [] },
  refresh_comments: { account_id: "01N", page_id: "p", threads: [], is_reading_refused: false, is_writing_refused: false, posts_as: null, fetched_at: null, pages: [] },
  destinations: [{ account_id: "01M", target: { type: "page", page_id: "inbox" }, title: "Inbox", icon: { type: "emoji", emoji: "📥" }, crumbs: [], effect: "append", is_read_only: false, used_at: null }],
  shell_state: { has_tray: true, log_folder: "/home/mara/.local/share/app.satchel.desktop/logs" },
  capture_shortcut: { keys: "Ctrl+Shift+Space", standard: "Ctrl+Shift+Space", is_registered: true, command: "satchel-desktop --capture" },
};

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

let server: Server;
let browser: Browser;
let current: Answers = answers;
let address = "";

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path === "/favicon.ico") {
      response.writeHead(204).end();
    } else if (path === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": open\n\n");
    } else if (path.startsWith("/ipc/")) {
      const command = decodeURIComponent(path.slice(5));
      const answer = current[command] ?? null;
      const isRefusal = typeof answer === "object" && answer !== null && "report_id" in answer;
      response.writeHead(isRefusal ? 409 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } else {
      const folder = path.startsWith("/gallery") && existsSync(join(root, "dist-gallery")) ? "dist-gallery" : "dist";
      const file = [join(root, folder, path), join(root, "dist-gallery", path)].find((candidate) => existsSync(candidate) && extname(candidate) !== "");
      if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": "default-src 'self'" }).end(readFileSync(file));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`;
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

type Look = { name: string; path?: string; answers?: Answers; width?: number; height?: number; themes?: ("light" | "dark")[]; act?: (page: Page) => Promise<void> };

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** What axe finds against WCAG 2.2 AA on what is shown. Which levels of heading a page leaves out is its author's affair. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: { run(root: Document, options: object): Promise<{ violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }> } };
    const { violations } = await checker.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], rules: { "heading-order": { enabled: false } } });
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 4).map((node) => `${id}: ${node.html.slice(0, 160)} — ${node.failureSummary?.replaceAll(/\s+/gu, " ").slice(0, 260) ?? ""}`));
  });
}

async function photograph(look: Look): Promise<void> {
  for (const theme of look.themes ?? ["light", "dark"]) {
    current = { ...answers, settings: { ...samples.settings, theme }, ...look.answers };
    const context = await browser.newContext({ viewport: { width: look.width ?? 1180, height: look.height ?? 760 }, colorScheme: theme, locale: "en-GB", timezoneId: "Europe/Lisbon", reducedMotion: "reduce" });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.stack ?? error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("409")) problems.push(message.text());
    });
    await page.clock.setFixedTime(samples.NOW);
    const opened = new URL(look.path ?? "/index.html", address);
    opened.searchParams.set("secret", "s");
    opened.searchParams.set("theme", theme);
    await page.goto(opened.href);
    await page.locator("main").first().waitFor();
    await page.waitForTimeout(250);
    await look.act?.(page);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(shots, `${look.name}-${theme}.png`), animations: "disabled", caret: "initial", fullPage: look.path?.startsWith("/gallery") ?? false });
    problems.push(...(await barriers(page)));
    await context.close();
    if (problems.length > 0) throw new Error(`${look.name} ${theme}: ${problems.join("\n")}`);
  }
}

const typed = (query: string) => async (page: Page): Promise<void> => {
  await page.getByRole("combobox").fill(query);
};
const refusal = { code: "token_refused", args: {}, retry_after_ms: null, report_id: "" };
const firstRun = { app_state: samples.appState({ accounts: [], outbox: { waiting: 0, needs_you: 0 } }) };
const filling = samples.account({ sync: { type: "fetching", done: 1284, total: 3912, is_first: true }, coverage: { pages: 3912, bodies: 1284, data_sources: 17, failed: 0, bytes: null } });

const kept = samples.outboxItem({ id: "0190d000", title: "Ask the Lisbon pilots", destination_title: "Tidewater tasks", destination_icon: { type: "emoji", emoji: "🧭" }, state: { type: "waiting", reason: "network" } });
const place = (account_id: string, id: string, emoji: string | null, title: string, crumb: string | null, effect: "append" | "new_row", is_read_only = false): object => ({ account_id, target: effect === "append" ? { type: "page", page_id: id } : { type: "data_source", data_source_id: id }, title, icon: emoji === null ? null : { type: "emoji", emoji }, crumbs: crumb === null ? [] : [{ item: null, title: crumb, icon: null }], effect, is_read_only, used_at: null });
const destinations = [
  place("01M", "inbox", "📥", "Inbox", null, "append"),
  place("01N", "tasks", "🧭", "Tidewater tasks", "Product", "new_row"),
  place("01N", "tables", "🌊", "Tide tables", "Data", "new_row"),
  place("01M", "talks", "🗓️", "Timetable and talks", null, "new_row"),
  place("01M", "titles", null, "Titles for the Lisbon talk", "Writing", "append"),
  place("01K", "tide", "🌙", "潮位データ置き場（Tide data）", null, "new_row"),
  place("01N", "taxes", null, "Team time off and taxes", null, "new_row", true),
];

const looks: Look[] = [
  { name: "search", act: typed("launch plan") },
  { name: "recent", act: (page) => page.keyboard.press("Control+2") },
  { name: "search-none", answers: { search: samples.nothing }, act: typed("retro tidewatr") },
  { name: "search-type-menu", act: async (page) => { await typed("launch")(page); await page.getByRole("button", { name: /Type/u }).click(); } },
  { name: "search-narrowed", answers: { search: samples.narrowedResults }, act: typed('launch edited:<30d database:"Launches"') },
  { name: "search-author-menu", themes: ["light"], act: async (page) => { await typed("launch")(page); await page.getByRole("button", { name: /Author/u }).click(); } },
  { name: "databases", act: (page) => page.keyboard.press("Control+4") },
  { name: "palette", act: async (page) => { await typed("launch plan")(page); await page.waitForTimeout(200); await page.keyboard.press("Control+k"); await page.keyboard.type("co"); } },
  { name: "palette-small", themes: ["light"], width: 590, height: 380, act: (page) => page.keyboard.press("Control+k") },
  { name: "keys", act: (page) => page.keyboard.press("Control+/") },
  { name: "search-list-only", width: 860, act: typed("launch plan") },
  { name: "search-zoom-200", width: 590, height: 380, themes: ["light"], act: typed("launch plan") },
  { name: "search-rtl", path: "/index.html?lang=en-XA", themes: ["light"], act: typed("launch plan") },
  { name: "reader", act: async (page) => { await typed("launch plan")(page); await page.waitForTimeout(200); await page.keyboard.press("Enter"); } },
  { name: "reader-find", answers: { open_item: samples.itemView({ cover_url: "https://images.example/covers/low-sun-over-the-swell.jpg" }) }, act: async (page) => { await typed("launch plan")(page); await page.waitForTimeout(200); await page.keyboard.press("Enter"); await page.waitForTimeout(300); await page.keyboard.press("Control+f"); await page.keyboard.type("aunch"); } },
  { name: "offline", answers: { app_state: samples.appState({ connectivity: { type: "offline", since: samples.NOW.toISOString() }, accounts: samples.accounts.map((account) => samples.withSync(account, { type: "offline", synced_at: "2026-11-23T14:02:00Z" })) }) } },
  { name: "paused", answers: { app_state: samples.appState({ accounts: [samples.withSync(samples.northlight, { type: "needs_sign_in" }), samples.mara, samples.kumo] }) }, act: async (page) => { await page.getByRole("button", { name: /Sign in again/u }).click(); } },
  { name: "first-sync", answers: { app_state: samples.appState({ accounts: [filling], outbox: { waiting: 0, needs_you: 0 } }), favourites: [] } },
  { name: "activity", act: async (page) => { await page.getByRole("button", { name: /Syncing/u }).click(); } },
  { name: "outbox", act: (page) => page.keyboard.press("Control+5") },
  { name: "outbox-waiting", act: async (page) => { await page.keyboard.press("Control+5"); await page.keyboard.press("Control+ArrowDown"); await page.keyboard.press("Control+ArrowDown"); } },
  { name: "outbox-redirect", answers: { destinations }, act: async (page) => { await page.keyboard.press("Control+5"); await page.keyboard.press("Control+p"); } },
  { name: "outbox-rtl", path: "/index.html?lang=en-XA", themes: ["light"], act: (page) => page.keyboard.press("Control+5") },
  { name: "capture-empty", path: "/capture.html", width: 640, height: 148 },
  { name: "capture-filled", path: "/capture.html", width: 640, height: 220, answers: { destinations: destinations.slice(1) }, act: (page) => page.getByRole("textbox").fill("Retest offline maps on the Pixel 4a\nBuild **3.0.113** should keep the tile index after a reboot.\n[] Save Cascais offline, reboot, open in flight mode\n[] Send the trace to 田中 愛子") },
  { name: "capture-offline", path: "/capture.html", width: 640, height: 148, answers: { app_state: samples.appState({ connectivity: { type: "offline", since: samples.NOW.toISOString() } }) }, act: (page) => page.getByRole("textbox").fill("Ask the Lisbon pilots about the new chart symbols\nRui at the guild answers on Mondays.") },
  { name: "capture-draft", path: "/capture.html", width: 640, height: 148, answers: { capture_draft: { text: "Half a thought", account_id: "01M", target: { type: "page", page_id: "inbox" }, updated_at: "2026-11-23T14:22:00Z" } } },
  { name: "capture-refused", path: "/capture.html", width: 640, height: 220, answers: { capture: { code: "disk_full", args: {}, retry_after_ms: null, report_id: "" } }, act: async (page) => { await page.getByRole("textbox").fill("Precious"); await page.keyboard.press("Control+Enter"); } },
  { name: "capture-picker", path: "/capture.html", width: 640, height: 420, answers: { destinations }, act: async (page) => { await page.getByRole("textbox").fill("Retest offline maps on the Pixel 4a\nBuild 3.0.113 should keep the tile index after a reboot."); await page.keyboard.press("Control+p"); await page.getByRole("combobox").fill("ti ta"); } },
  { name: "capture-rtl", path: "/capture.html?lang=en-XA", width: 640, height: 200, themes: ["light"], answers: { app_state: samples.appState({ connectivity: { type: "offline", since: samples.NOW.toISOString() } }) }, act: (page) => page.getByRole("textbox").fill("Ask the Lisbon pilots") },
  { name: "confirm-kept", path: `/confirmation.html#${kept.id}`, width: 640, height: 60, answers: { outbox: { counts: { waiting: 1, needs_you: 0 }, items: [kept] } } },
  { name: "confirm-sent", path: `/confirmation.html#${kept.id}`, width: 640, height: 60, answers: { outbox: { counts: { waiting: 0, needs_you: 0 }, items: [{ ...kept, state: { type: "sent", at: samples.NOW.toISOString(), url: "https://app.notion.com/p/x" } }] } } },
  { name: "confirm-needs-you", path: `/confirmation.html#${kept.id}`, width: 640, height: 60, themes: ["light"], answers: { outbox: { counts: { waiting: 0, needs_you: 1 }, items: [{ ...kept, state: { type: "needs_you", code: "restricted", detail: "" } }] } } },
  { name: "confirm-rtl", path: `/confirmation.html?lang=en-XA#${kept.id}`, width: 640, height: 60, themes: ["light"], answers: { outbox: { counts: { waiting: 1, needs_you: 0 }, items: [kept] } } },
  { name: "outbox-empty", themes: ["light"], answers: { outbox: { counts: { waiting: 0, needs_you: 0 }, items: [] }, app_state: samples.appState({ outbox: { waiting: 0, needs_you: 0 } }) }, act: (page) => page.keyboard.press("Control+5") },
  { name: "first-run", answers: firstRun },
  { name: "first-run-refused", answers: { ...firstRun, add_account: refusal }, act: async (page) => { await page.getByLabel("Token", { exact: true }).fill("ntn_42817"); await page.keyboard.press("Enter"); } },
  { name: "first-run-demo", themes: ["light"], answers: firstRun, act: async (page) => { await page.getByRole("radio", { name: /demo/u }).click(); } },
  { name: "first-run-small", themes: ["light"], width: 600, height: 480, answers: firstRun },
  { name: "first-run-sync", answers: { ...firstRun, add_account: filling }, act: async (page) => { current = { ...current, app_state: samples.appState({ accounts: [filling] }) }; await page.getByLabel("Token", { exact: true }).fill("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"); await page.keyboard.press("Enter"); } },
  { name: "settings-accounts", answers: { app_state: samples.appState({ accounts: [samples.northlight, samples.mara, samples.withSync(samples.kumo, { type: "needs_sign_in" })] }) }, act: (page) => page.keyboard.press("Control+,") },
  { name: "settings-sign-out", act: async (page) => { await page.keyboard.press("Control+,"); await page.getByRole("button", { name: /Sign out and wipe/u }).first().click(); } },
  { name: "settings-capture", answers: { capture_shortcut: { keys: "Ctrl+Shift+Space", standard: "Ctrl+Shift+Space", is_registered: false, command: "satchel-desktop --capture" } }, act: async (page) => { await page.keyboard.press("Control+,"); await page.getByRole("button", { name: "Capture", exact: true }).click(); } },
  { name: "settings-capture-taken", answers: { change_capture_shortcut: { code: "shortcut_taken", args: {}, retry_after_ms: null, report_id: "" } }, act: async (page) => { await page.keyboard.press("Control+,"); await page.getByRole("button", { name: "Capture", exact: true }).click(); await page.getByRole("button", { name: /Quick capture/u }).click(); await page.keyboard.press("Control+Shift+KeyK"); } },
  { name: "settings-appearance", act: async (page) => { await page.keyboard.press("Control+,"); await page.getByRole("button", { name: "Appearance" }).click(); } },
  { name: "settings-about", act: async (page) => { await page.keyboard.press("Control+,"); await page.getByRole("button", { name: "About" }).click(); } },
  { name: "unopened", themes: ["light"], answers: { app_state: { code: "keychain_locked", args: {}, retry_after_ms: null, report_id: "01R" } } },
  ...(existsSync(join(root, "dist-gallery/gallery.html")) ? [{ name: "gallery", path: "/gallery.html", width: 1280, height: 900 }] : []),
];

test.each(looks.filter((look) => only === undefined || look.name.startsWith(only)))("$name", photograph, 60_000);
