// The real app on the demo: it starts, finds, opens, and its page keeps to its policy.

import assert from "node:assert/strict";
import { test } from "node:test";

import { keys, withApp } from "../lib/webdriver.mjs";
import { words } from "../lib/words.mjs";

const FIELD = "[role=combobox]";

test("the demo starts, finds a page and opens it", { timeout: 180_000 }, () =>
  withApp({ name: "search", args: ["--demo", "--new-instance"] }, async (app) => {
    await app.window("main");
    await app.reads(words("app_banner_demo"), { within: 30_000 });
    await app.until("the cursor is in the field", () => app.run("return document.activeElement?.getAttribute('role') === 'combobox'"));
    await app.type(FIELD, "autumn launch plan");
    await app.until("it is found", () => app.run("return document.querySelector('[role=option][aria-selected=true]')?.innerText.includes('Autumn launch plan')"), { within: 60_000 });
    await app.press(keys.enter);
    await app.until("it is open", () => app.run("return document.querySelector('article h1, h1')?.innerText.includes('Autumn launch plan')"));
    await app.reads("What has to be true", { within: 60_000 });
    await app.press(keys.alt, "\uE012");
    await app.until("back at the search", () => app.run("return document.querySelector('[role=combobox]')?.value === 'autumn launch plan'"));
  }));

test("the page can load nothing from elsewhere and run nothing of its own making", { timeout: 120_000 }, () =>
  withApp({ name: "policy", args: ["--demo", "--new-instance"] }, async (app) => {
    await app.window("main");
    const blocked = await app.run(`
      const blocked = [];
      document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
      window.blocked = blocked;
      const image = new Image();
      image.src = "https://images.example/x.png";
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(image, script);
      return true`);
    assert.ok(blocked);
    await app.until("both were refused", () => app.run("return window.blocked.some((one) => one.startsWith('img')) && window.blocked.some((one) => one.startsWith('script'))"));
    assert.equal(await app.run("return window.ran ?? null"), null);
    assert.equal(await app.run("return typeof window.__TAURI__"), "undefined", "no global of Tauri");
  }));

test("a window may call only the commands that it needs", { timeout: 120_000 }, () =>
  withApp({ name: "rights", args: ["--demo", "--new-instance"] }, async (app) => {
    await app.window("main");
    await app.reads(words("app_banner_demo"), { within: 30_000 });
    await app.window("capture", { within: 20_000 });
    await assert.rejects(app.call("remove_account", { accountId: "x" }), /not allowed/u);
    await assert.rejects(app.call("quit"), /not allowed/u);
  }));
