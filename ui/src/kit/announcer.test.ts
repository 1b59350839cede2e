import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Announcer } from "./announcer.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("of several sentences within a second only the first and the last are said", () => {
  const announcer = new Announcer();
  announcer.say("1 result.");
  announcer.say("12 results.");
  announcer.say("20 results.");
  expect(announcer.text).toBe("1 result.");
  vi.advanceTimersByTime(1000);
  expect(announcer.text).toBe("20 results.");
});

test("the same sentence twice is said twice", () => {
  const announcer = new Announcer();
  announcer.say("Nothing matches x.");
  const first = announcer.text;
  vi.advanceTimersByTime(1000);
  announcer.say("Nothing matches x.");
  expect(announcer.text).not.toBe(first);
  expect(announcer.text.trim()).toBe(first);
});
