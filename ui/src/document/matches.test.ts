import { afterEach, beforeEach, expect, test } from "vitest";

import { Matches } from "./matches.svelte";

let root: HTMLElement;
let stop: () => void = () => undefined;

beforeEach(() => {
  root = document.createElement("div");
  document.body.append(root);
});
afterEach(() => {
  stop();
  root.remove();
});

/** Blocks of text; what stands in brackets is marked. */
function draw(...blocks: string[]): void {
  root.replaceChildren(
    ...blocks.map((text) => {
      const block = document.createElement("p");
      block.dataset["block"] = "";
      for (const part of text.split(/(\[[^\]]+\])/u)) {
        if (!part.startsWith("[")) block.append(part);
        else block.append(Object.assign(document.createElement("mark"), { textContent: part.slice(1, -1) }));
      }
      return block;
    }),
  );
}

const lit = (): string => [...root.querySelectorAll("mark.on")].map((mark) => mark.textContent).join(" ");

test("words next to each other are one place, and the place with most of them is the first to be current", () => {
  draw("A missing yes moves the [launch], it does not shrink the [plan].", "The [launch] [plan] freezes.", "[Launch].", "[Plan] B");
  const matches = new Matches();
  stop = matches.follow(root, root);
  expect(matches.count).toBe(5);
  expect(matches.current).toBe(3);
  expect(lit()).toBe("launch plan");
});

test("stepping goes round the ends and lights one place at a time", () => {
  draw("[one] and [two] and [three]");
  const matches = new Matches();
  stop = matches.follow(root, root);
  expect(lit()).toBe("one");
  matches.step(-1);
  expect([matches.current, lit()]).toEqual([3, "three"]);
  matches.step(1);
  expect([matches.current, lit()]).toEqual([1, "one"]);
});

test("what is drawn anew is counted anew, and a current place that is still there stays current", async () => {
  draw("[one] and [two]");
  const matches = new Matches();
  stop = matches.follow(root, root);
  matches.step(1);
  const more = document.createElement("p");
  more.append(Object.assign(document.createElement("mark"), { textContent: "zero" }));
  root.prepend(more);
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  expect([matches.count, matches.current, lit()]).toEqual([3, 3, "two"]);
});

test("without a mark there is nothing to step to", () => {
  draw("nothing here");
  const matches = new Matches();
  stop = matches.follow(root, root);
  expect(matches.step(1)).toBe(false);
  expect([matches.count, matches.current]).toEqual([0, 0]);
});
