// Waiting by asking again, never by sleeping a guessed time.

import { setTimeout as pause } from "node:timers/promises";

/** Asks until the answer is truthy and returns it. A question that throws counts as not yet; the last failure is told in the end. */
export async function eventually(what, question, { within = 20_000, every = 25 } = {}) {
  const end = performance.now() + within;
  let failure;
  for (;;) {
    try {
      const answer = await question();
      if (answer) return answer;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end) throw new Error(`not within ${within} ms: ${what}`, { cause: failure });
    await pause(every);
  }
}
