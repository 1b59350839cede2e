// The real app, driven through WebKit's own driver, and the keys and windows around it as a person has them.

import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { promisify } from "node:util";

import { eventually } from "./eventually.mjs";
import { result } from "./paths.mjs";

const run = promisify(execFile);
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export const keys = { enter: "\uE007", escape: "\uE00C", tab: "\uE004", up: "\uE013", down: "\uE015", control: "\uE009", alt: "\uE00A", shift: "\uE008" };

/** The binary under test. */
export function program() {
  const path = process.env.SATCHEL_APP;
  if (!path) throw new Error("SATCHEL_APP does not say where the app is");
  return path;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What a process, its children and theirs are: `{pid, name}`. */
export function family(pid) {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/u.test(name)).flatMap((name) => {
    try {
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/su.exec(readFileSync(`/proc/${name}/stat`, "utf8"));
      return [{ pid: Number(name), name: command, parent: Number(parent) }];
    } catch {
      return [];
    }
  });
  const found = processes.filter((one) => one.pid === pid);
  for (const one of found) found.push(...processes.filter((other) => other.parent === one.pid));
  return found.map(({ pid, name }) => ({ pid, name }));
}

/** Whether a process is there and not merely waiting to be buried. */
export function isRunning(pid) {
  try {
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

export class App {
  #driver;
  #base;
  #session;
  /** The process of the app itself. */
  pid;

  /** Starts the app under the driver and waits for its first window. */
  static async start(args = [], { env = {}, name = "app" } = {}) {
    const app = new App();
    const port = await freePort();
    app.#base = `http://127.0.0.1:${port}`;
    const log = openSync(result("app", `${name}.log`), "w");
    // Without this variable the app gives the driver no way in, and the driver waits for ever.
    app.#driver = spawn("WebKitWebDriver", [`--port=${port}`], { env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: "true", ...env }, stdio: ["ignore", log, log] });
    try {
      await eventually("the driver answers", async () => (await fetch(`${app.#base}/status`, { signal: AbortSignal.timeout(1000) })).ok);
      const capabilities = { "webkitgtk:browserOptions": { binary: program(), args }, timeouts: { script: 20_000 } };
      app.#session = (await app.#ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } }, 60_000)).sessionId;
      app.pid = family(app.#driver.pid).find(({ pid }) => executable(pid) === program())?.pid;
      return app;
    } catch (error) {
      app.#driver.kill("SIGKILL");
      error.message += `\n  its log: ${result("app", `${name}.log`)}`;
      throw error;
    }
  }

  async #ask(method, path, body, within = 30_000) {
    const answer = await fetch(this.#base + path, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(within),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  #go(method, path, body) {
    return this.#ask(method, `/session/${this.#session}${path}`, body);
  }

  /** Runs the body of a function in the page. */
  run(script, ...args) {
    return this.#go("POST", "/execute/sync", { script, args });
  }

  /** Calls a command of the program from the page and returns its data. */
  async call(command, args = {}) {
    const answer = await this.#go("POST", "/execute/async", {
      script: "const [name, args, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, args).then((data) => done({ data }), (error) => done({ error }));",
      args: [command, args],
    });
    if ("error" in answer) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
    return answer.data;
  }

  async element(css) {
    return (await this.#go("POST", "/element", { using: "css selector", value: css }))[ELEMENT];
  }

  async click(css) {
    return this.#go("POST", `/element/${await this.element(css)}/click`, {});
  }

  async type(css, text) {
    return this.#go("POST", `/element/${await this.element(css)}/value`, { text });
  }

  /** Presses keys together, the first held longest. */
  press(...together) {
    const down = together.map((value) => ({ type: "keyDown", value }));
    const up = together.toReversed().map((value) => ({ type: "keyUp", value }));
    return this.#go("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  /** The text of an element, or of the whole page. */
  text(css = "body") {
    return this.run("return document.querySelector(arguments[0])?.innerText ?? ''", css);
  }

  /** Presses the button or link that is called so. */
  async clickOn(name) {
    const found = await eventually(`there is something to press called ${name}`, () =>
      this.run(
        `const all = [...document.querySelectorAll("button, a, [role=button], [role=radio], [role=tab]")];
         const found = all.find((one) => (one.getAttribute("aria-label") ?? one.innerText).trim().startsWith(arguments[0]) && one.getClientRects().length > 0);
         found?.scrollIntoView({ block: "nearest" });
         return found ?? null`,
        name,
      ),
    );
    return this.#go("POST", `/element/${found[ELEMENT]}/click`, {});
  }

  until(what, question, options) {
    return eventually(what, question, options);
  }

  /** Until the page says so. */
  reads(expected, { css, ...options } = {}) {
    return eventually(`the page reads ${expected}`, async () => {
      const text = await this.text(css);
      return (typeof expected === "string" ? text.includes(expected) : expected.test(text)) && text;
    }, options);
  }

  /** Goes to a window by its label, when it is there. */
  window(label, options) {
    return eventually(`there is a window ${label}`, async () => {
      for (const handle of await this.#go("GET", "/window/handles")) {
        await this.#go("POST", "/window", { handle });
        if ((await this.run("return window.__TAURI_INTERNALS__?.metadata.currentWindow.label")) === label) return true;
      }
      return false;
    }, options);
  }

  /** How many windows there are, shown or not. */
  async windows() {
    return (await this.#go("GET", "/window/handles")).length;
  }

  isVisible() {
    return this.run("return document.visibilityState === 'visible'");
  }

  hasFocus() {
    return this.run("return document.hasFocus()");
  }

  /** A photograph of what is on the screen: the driver's own waits for ever when the page has nothing new to paint. */
  async photograph(path) {
    await eventually("the window is on the screen", () => this.isVisible());
    // Two frames: the first has the last change, the second follows it.
    await this.#go("POST", "/execute/async", { script: "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))", args: [] });
    const label = await this.run("return window.__TAURI_INTERNALS__.metadata.currentWindow.label");
    const { stdout } = await run("xdotool", ["search", "--onlyvisible", "--name", label === "main" ? "^Satchel$" : `^Satchel ${label}$`]);
    await run("import", ["-window", stdout.trim().split("\n").at(-1), path]);
  }

  resize(width, height) {
    return this.#go("POST", "/window/rect", { width, height });
  }

  /** Until everything Notion has is in the offline copy. */
  synced() {
    return eventually(
      "the first sync of every workspace has ended",
      async () => (await this.call("app_state")).accounts.every(({ sync }) => sync.type === "idle" && sync.synced_at !== null),
      { within: 180_000, every: 250 },
    );
  }

  isRunning() {
    return isRunning(this.pid);
  }

  /** Ends the app and waits until it is gone: another one must not find it on the bus. */
  async stop() {
    await this.#go("DELETE", "").catch(() => undefined);
    if (this.pid && this.isRunning()) {
      try {
        process.kill(this.pid, "SIGTERM");
      } catch {
        // It has just gone by itself.
      }
      await eventually("the app is gone", () => !this.isRunning(), { within: 8000 }).catch(() => process.kill(this.pid, "SIGKILL"));
    }
    this.#driver.kill("SIGTERM");
    await eventually("the driver is gone", () => !isRunning(this.#driver.pid)).catch(() => this.#driver.kill("SIGKILL"));
  }
}

function executable(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}

/** Starts the app, gives it to the body, and keeps a photograph of the screen when the body fails. */
export async function withApp(options, body) {
  const app = await App.start(options.args, options);
  try {
    await body(app);
  } catch (error) {
    const photograph = result("app", `${options.name}.png`);
    await run("import", ["-window", "root", photograph]).catch(() => undefined);
    error.message += `\n  the screen: ${photograph}\n  its log: ${result("app", `${options.name}.log`)}`;
    throw error;
  } finally {
    await app.stop();
  }
}

/** Presses keys as a person does, whatever has the focus: `ctrl+shift+space`. */
export const pressed = (chord) => run("xdotool", ["key", "--clearmodifiers", chord]);

/** Types text as a person does, whatever has the focus. */
export const typed = (text) => run("xdotool", ["type", "--delay", "20", text]);

/** The name of the window that has the focus. */
export function focused() {
  try {
    return execFileSync("xdotool", ["getactivewindow", "getwindowname"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

/** Whether a window of this name is on the screen. */
export function isShown(name) {
  return spawnSync("xdotool", ["search", "--onlyvisible", "--name", name], { stdio: "ignore" }).status === 0;
}

/** Gives the focus to the window of this name. */
export function activate(name) {
  execFileSync("xdotool", ["search", "--onlyvisible", "--name", name, "windowactivate", "--sync"], { stdio: "ignore" });
}
