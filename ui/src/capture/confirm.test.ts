import { fireEvent, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { NOW, outboxItem } from "../../tests/samples";
import type { OutboxItem } from "../ipc";
import ConfirmStrip from "./ConfirmStrip.svelte";

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

const note = (state: OutboxItem["state"]): OutboxItem => ({ ...outboxItem({ title: "Ask the pilots", state }), destination_title: "Tidewater tasks" });
const waiting = (reason: "turn" | "network" | "sign_in" | "notion" | "owner"): OutboxItem => note({ type: "waiting", reason });
const sent = note({ type: "sent", at: NOW.toISOString(), url: "https://app.notion.com/p/tasks" });

function open(item: OutboxItem, isTooLate = false) {
  const calls = { onundo: vi.fn(), onoutbox: vi.fn(), onopenlink: vi.fn(), onleave: vi.fn() };
  const view = render(ConfirmStrip, { item, isTooLate, ...calls });
  return { user: userEvent.setup({ advanceTimers: vi.advanceTimersByTime }), said: () => screen.getByRole("status").textContent?.replaceAll(/\s+/gu, " ").trim() ?? "", strip: () => screen.getByRole("main"), ...view, ...calls };
}

test("what waits is dashed, says what for, and can be taken back", async () => {
  const { user, said, strip, onundo, onoutbox } = open(waiting("network"));
  expect(said()).toMatch(/^Kept in your Outbox Goes to .*Tidewater tasks when you’re back online\.$/u);
  expect(strip().className).toContain("kept");
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await user.click(screen.getByRole("button", { name: "Outbox" }));
  expect(onundo).toHaveBeenCalledTimes(1);
  expect(onoutbox).toHaveBeenCalledTimes(1);
});

test("each reason to wait has its words", () => {
  const words = (["turn", "network", "sign_in", "notion", "owner"] as const).map((reason) => {
    const { said, unmount } = open(waiting(reason));
    const text = said();
    unmount();
    return text;
  });
  expect(new Set(words).size).toBe(5);
});

test("what Notion has is solid, opens there, and can no longer be taken back here", async () => {
  const { user, said, strip, onopenlink } = open(sent);
  expect(said()).toContain("Saved to Tidewater tasks");
  expect(strip().className).toContain("sent");
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Open in Notion" }));
  expect(onopenlink).toHaveBeenCalledWith("https://app.notion.com/p/tasks");
});

test("what is on its way is not offered to be taken back", () => {
  open(note({ type: "sending" }));
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
});

test("what Notion refused is not called saved", () => {
  const { said, strip } = open(note({ type: "needs_you", code: "restricted", detail: "" }));
  expect(said()).not.toMatch(/Saved|Kept in your Outbox/u);
  expect(strip().className).toContain("needs-you");
});

test("taking it back too late says where it is now", () => {
  const { said } = open(sent, true);
  expect(said()).toContain("Already in Notion. Open it there to remove it.");
});

test("it goes after three seconds, but not while the pointer is on it", async () => {
  const { strip, onleave } = open(waiting("network"));
  await vi.advanceTimersByTimeAsync(2900);
  await fireEvent.pointerEnter(strip());
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onleave).not.toHaveBeenCalled();
  await fireEvent.pointerLeave(strip());
  await vi.advanceTimersByTimeAsync(2900);
  expect(onleave).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(onleave).toHaveBeenCalledTimes(1);
});

test("news give it three seconds more", async () => {
  const { rerender, onleave } = open(waiting("turn"));
  await vi.advanceTimersByTimeAsync(2000);
  await rerender({ item: sent });
  await vi.advanceTimersByTimeAsync(2000);
  expect(onleave).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1100);
  expect(onleave).toHaveBeenCalledTimes(1);
});

test("the same news read again do not", async () => {
  const { rerender, onleave } = open(waiting("turn"));
  await vi.advanceTimersByTimeAsync(2000);
  await rerender({ item: waiting("turn") });
  await vi.advanceTimersByTimeAsync(1100);
  expect(onleave).toHaveBeenCalledTimes(1);
});
