import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { CommentsView, CommentTarget } from "../ipc";
import { Refusal } from "../ipc/errors";
import CommentsPanel from "./CommentsPanel.svelte";
import { DISCUSSION, OPERATION, sampleComments } from "./samples";
import { writtenAt } from "./threads";

const now = new Date("2026-11-22T14:40:00");

function open(comments: CommentsView | null = sampleComments(), options: { selected?: string | null; isOffline?: boolean; onsend?: (target: CommentTarget, text: string) => Promise<void> } = {}) {
  const calls = { onselect: vi.fn(), onsend: vi.fn(options.onsend ?? (() => Promise.resolve())), ondiscard: vi.fn(), onclose: vi.fn(), onleave: vi.fn(), onopen: vi.fn(), onlink: vi.fn() };
  const result = render(CommentsPanel, { comments, pageId: "page", isOffline: options.isOffline ?? true, now, selected: options.selected ?? null, ...calls });
  return { ...calls, user: userEvent.setup(), panel: result.component };
}

test("each thread is an article named by what it is on, with its comments as a list", () => {
  open();
  const thread = screen.getByRole("article", { name: "Discussion on “Offline maps survive a cold start on Android 12”" });
  expect(within(thread).getAllByRole("listitem")).toHaveLength(2);
  expect(screen.getByRole("article", { name: "On this page" })).toBeTruthy();
  expect(screen.getByRole("complementary", { name: "Comments" }).textContent).toContain("2 open");
});

test("an own comment that waits says “You”, what it waits for, and can be discarded", async () => {
  const { user, ondiscard } = open();
  const waiting = screen.getByRole("group", { name: "Not in Notion yet" });
  expect(waiting.textContent).toContain("You");
  expect(waiting.textContent).toContain("Will be sent when you’re online");
  await user.click(within(waiting).getByRole("button", { name: "Discard this comment" }));
  expect(ondiscard).toHaveBeenCalledWith(OPERATION);
});

test("only the selected thread has a box; Enter sends the answer to it and empties the box", async () => {
  expect(open().panel && screen.queryByPlaceholderText("Reply…")).toBeNull();
  document.body.replaceChildren();
  const { user, onsend } = open(sampleComments(), { selected: DISCUSSION });
  const box = screen.getByPlaceholderText<HTMLTextAreaElement>("Reply…");
  await user.type(box, "On it{Shift>}{Enter}{/Shift}today{Enter}");
  expect(onsend).toHaveBeenCalledWith({ type: "discussion", discussion_id: DISCUSSION }, "On it\ntoday");
  expect(box.value).toBe("");
});

test("the box below comments on the page, and says under which name", async () => {
  const { user, onsend } = open();
  await user.type(screen.getByRole("textbox", { name: "Comment on this page…" }), "Hello{Control>}{Enter}{/Control}");
  expect(onsend).toHaveBeenCalledWith({ type: "page", page_id: "page" }, "Hello");
  expect(screen.getByText("Posts as “Satchel (Mara)”.")).toBeTruthy();
});

test("a comment on a block goes to the block, once", async () => {
  const { user, onsend, panel } = open();
  panel.composeOn("block-1", "Offline maps");
  const box = await screen.findByRole("textbox", { name: "Comment on this block…" });
  await user.type(box, "Really?{Enter}");
  expect(onsend).toHaveBeenCalledWith({ type: "block", block_id: "block-1" }, "Really?");
  expect(await screen.findByRole("textbox", { name: "Comment on this page…" })).toBeTruthy();
});

test("what could not be kept stays in the box, with the reason", async () => {
  const { user } = open(sampleComments(), { onsend: () => Promise.reject(new Refusal({ code: "disk_full", args: {}, retry_after_ms: null, report_id: "" })) });
  const box = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Comment on this page…" });
  await user.type(box, "Precious{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("Your text is still here.");
  expect(box.value).toBe("Precious");
});

test("the Enter of an input method sends nothing", async () => {
  const { user, onsend } = open();
  const box = screen.getByRole("textbox", { name: "Comment on this page…" });
  await user.type(box, "にほん");
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }));
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true }));
  expect(onsend).not.toHaveBeenCalled();
});

test("Escape leaves the box and keeps what is in it", async () => {
  const { user, onleave } = open();
  const box = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Comment on this page…" });
  await user.type(box, "half a thou{Escape}");
  expect(onleave).toHaveBeenCalledTimes(1);
  expect(box.value).toBe("half a thou");
});

test("rights that are missing are said, not hidden", () => {
  open(sampleComments({ threads: [], is_reading_refused: true, is_writing_refused: true }));
  expect(screen.getByText("Satchel may not read comments.")).toBeTruthy();
  expect(screen.getByText("Satchel may not write comments.")).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("times are as short as they can be", () => {
  expect(writtenAt("2026-11-22T11:20:00", now, "en-GB")).toBe("11:20");
  expect(writtenAt("2026-11-19T16:02:00", now, "en-GB")).toBe("Thu 16:02");
  expect(writtenAt("2026-11-10T16:02:00", now, "en-GB")).toBe("10 Nov");
});
