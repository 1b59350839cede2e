// A simulator of its own for a test file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.NOTION_SIM ?? fileURLToPath(new URL("../../target/debug/notion-sim", import.meta.url));

export class Simulator {
  #process;
  #ready;

  /** Starts one with the demo; words go to the program. */
  static async start(...words) {
    const simulator = new Simulator();
    const rate = words.includes("--requests-per-minute") ? [] : ["--requests-per-minute", "100000"];
    simulator.#process = spawn(PROGRAM, ["--workspace", "demo", ...rate, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: simulator.#process.stdout });
    const failed = once(simulator.#process, "error").then(([error]) => Promise.reject(error));
    const [line] = await Promise.race([once(lines, "line"), failed]);
    simulator.#ready = JSON.parse(line);
    return simulator;
  }

  get url() {
    return this.#ready.base_url;
  }

  /** Of the first workspace. */
  get token() {
    return this.#ready.workspaces[0].token;
  }

  get oauth() {
    return this.#ready.oauth;
  }

  tokenOf(workspace) {
    return this.#ready.workspaces.find(({ name }) => name === workspace).token;
  }

  /** One of the simulator's own endpoints: with a body it is changed, without it is asked. */
  async control(name, body) {
    const answer = await fetch(`${this.url}/control/${name}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
    return answer.json();
  }

  async stop() {
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await gone;
  }
}
