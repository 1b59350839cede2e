// A simulated Notion on a loopback address, for the app when it is not the demo.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { eventually } from "./eventually.mjs";
import { program } from "./webdriver.mjs";

/** The simulator is built beside the app; in a release build's folder it may be missing, and the debug one serves as well. */
function simulator() {
  const folder = join(program(), "..");
  const path = [process.env.NOTION_SIM, join(folder, "notion-sim"), join(folder, "../debug/notion-sim")].find((one) => one && existsSync(one));
  if (!path) throw new Error("there is no notion-sim beside the app: cargo build --package satchel-sim");
  return path;
}

export class Notion {
  #process;
  url;
  /** By the name of the workspace. */
  tokens;

  /** `port` takes the same address again after `stop`. */
  static async start({ port = 0 } = {}) {
    const notion = new Notion();
    notion.#process = spawn(simulator(), ["--workspace", "demo", "--listen", `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "inherit"] });
    const ready = await new Promise((resolve, reject) => {
      createInterface({ input: notion.#process.stdout }).once("line", (line) => resolve(JSON.parse(line)));
      notion.#process.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
      notion.#process.once("error", reject);
    });
    notion.url = ready.base_url;
    notion.tokens = Object.fromEntries(ready.workspaces.map(({ name, token }) => [name, token]));
    return notion;
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    this.#process.removeAllListeners("exit");
    this.#process.kill("SIGTERM");
    await eventually("the simulator is gone", () => this.#process.exitCode !== null || this.#process.signalCode !== null);
  }
}
