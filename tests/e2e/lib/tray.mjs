// The tray as a panel sees it: the menu of the icon over D-Bus, since there is no panel on the desktop of the tests.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { eventually } from "./eventually.mjs";
import { root } from "./paths.mjs";

export class Tray {
  #process;
  #menu = [];

  /** Stands where a panel would; the app must start after this. */
  static async start(env = {}) {
    const tray = new Tray();
    // The system's own Python has the bindings of D-Bus, whatever comes first on the path.
    tray.#process = spawn("/usr/bin/python3", [join(root, "tests/e2e/lib/tray_host.py")], { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
    let isReady = false;
    createInterface({ input: tray.#process.stdout }).on("line", (line) => {
      const told = JSON.parse(line);
      if (told.ready) isReady = true;
      if (told.menu) tray.#menu = told.menu;
    });
    await eventually("the tray is ready", () => isReady, { within: 20_000 });
    return tray;
  }

  /** The entries of the menu as they are now. */
  get menu() {
    return this.#menu;
  }

  click(label) {
    this.#process.stdin.write(`${label}\n`);
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.stdin.end();
    await ended;
  }
}
