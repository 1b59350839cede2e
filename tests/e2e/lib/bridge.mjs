// A bridge to the real core for one file of tests, and a browser whose pages use it.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { eventually } from "./eventually.mjs";
import { require, result, root } from "./paths.mjs";

const { chromium } = require("playwright-core");

/** Builds the bridge if it is not fresh, and says where it is. */
function program() {
  if (process.env.SATCHEL_BRIDGE) return process.env.SATCHEL_BRIDGE;
  const cargo = process.env.CARGO ?? "cargo";
  const built = execFileSync(cargo, ["build", "--quiet", "--example", "bridge", "--message-format=json-render-diagnostics"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for (const line of built.split("\n")) {
    const message = line.startsWith("{") ? JSON.parse(line) : {};
    if (message.reason === "compiler-artifact" && message.target.name === "bridge" && message.executable) return message.executable;
  }
  throw new Error("cargo built no bridge");
}

export class Bridge {
  #process;
  #folder;
  #browser;
  #ready;

  /** `isEmpty`: no workspace is connected. Otherwise the demo is. */
  static async start({ isEmpty = false } = {}) {
    if (!existsSync(join(root, "ui/dist/assets"))) throw new Error("ui/dist is not built: cargo xtask test builds it");
    const bridge = new Bridge();
    bridge.#folder = mkdtempSync(join(tmpdir(), "satchel-bridge-"));
    // Links that leave the program end in a file, so that a test can see that none did.
    const opener = join(bridge.#folder, "xdg-open");
    writeFileSync(opener, `#!/bin/sh\necho "$1" >> "${join(bridge.#folder, "opened")}"\n`);
    chmodSync(opener, 0o755);
    bridge.#process = spawn(program(), isEmpty ? ["--empty"] : [], {
      env: { ...process.env, PATH: `${bridge.#folder}:${process.env.PATH}`, HOME: bridge.#folder, XDG_DATA_HOME: join(bridge.#folder, "data") },
      stdio: ["pipe", "pipe", "inherit"],
    });
    bridge.#ready = await new Promise((resolve, reject) => {
      createInterface({ input: bridge.#process.stdout }).once("line", (line) => resolve(JSON.parse(line)));
      bridge.#process.once("exit", (code) => reject(new Error(`the bridge ended with ${code} before it served`)));
      bridge.#process.once("error", reject);
    });
    // In a container of CI there is no sandbox to be had; the pages are our own.
    bridge.#browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
    return bridge;
  }

  async stop() {
    await this.#browser?.close();
    if (this.#process && this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.stdin.end();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #fetch(path, options = {}) {
    const answer = await fetch(this.#ready.address + path, {
      ...options,
      headers: { "content-type": "application/json", "x-satchel-secret": this.#ready.secret },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** Calls a command of the program beside the page. */
  call(command, args = {}) {
    return this.#fetch(`/ipc/${command}`, { method: "POST", body: JSON.stringify(args) });
  }

  /** Changes Notion or the line to it; see `bridge/control.rs`. */
  change(change) {
    return this.#fetch("/control", { method: "POST", body: JSON.stringify(change) });
  }

  /** Pages and comments of a workspace as Notion has them. */
  notion(workspace) {
    return this.#fetch(`/control/${workspace}`);
  }

  /** Addresses that were handed to the system's browser. */
  opened() {
    const file = join(this.#folder, "opened");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  }

  /** Until everything Notion has is in the offline copy. */
  synced() {
    return eventually(
      "the first sync of every workspace has ended",
      async () => (await this.call("app_state")).accounts.every(({ sync }) => sync.type === "idle" && sync.synced_at !== null),
      { within: 180_000, every: 250 },
    );
  }

  /** A page of its own, in a context of its own. `errors` fills with what the console complains about. */
  async open({ path = "index.html", lang, zoom = 1, width = 1180, height = 760, ...context } = {}) {
    const view = await this.#browser.newContext({ viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) }, deviceScaleFactor: zoom, locale: "en-GB", timezoneId: "UTC", ...context });
    view.setDefaultTimeout(20_000);
    const page = await view.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !/favicon/u.test(message.location().url)) errors.push(message.text());
    });
    const address = new URL(path, `${this.#ready.address}/`);
    address.searchParams.set("secret", this.#ready.secret);
    if (lang) address.searchParams.set("lang", lang);
    await page.goto(String(address));
    return { page, errors };
  }
}

/** Runs a test's body on a page and keeps a photograph of it when the body fails. */
export async function onPage(bridge, options, name, body) {
  const { page, errors } = await bridge.open(options);
  try {
    await body(page, errors);
  } catch (error) {
    const photograph = result("browser", `${name.replace(/\W+/gu, "-")}.png`);
    await page.screenshot({ path: photograph, animations: "disabled" }).catch(() => undefined);
    error.message += `\n  the page: ${photograph}\n  the console: ${errors.join("\n    ") || "nothing"}`;
    throw error;
  } finally {
    await page.context().close();
  }
}
