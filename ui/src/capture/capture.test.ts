import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { CaptureDraft, Destination } from "../ipc";
import { Refusal } from "../ipc/errors";
import { Capture, type CaptureSource } from "./capture.svelte";
import CaptureWindow from "./CaptureWindow.svelte";
import { captureSource, MARA, sampleDestinations } from "./samples";

function named(title: string): Destination {
  const found = sampleDestinations.find((destination) => destination.title === title);
  if (!found) throw new Error(`no destination ${title}`);
  return found;
}

const inbox = named("Inbox").target;
const tasks = named("Tidewater tasks");

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

type Options = { isOffline?: boolean; draft?: CaptureDraft | null; source?: Partial<CaptureSource> };

async function open({ source: own = {}, ...options }: Options = {}) {
  const source = { ...captureSource(options), ...own };
  const calls = { send: vi.spyOn(source, "capture"), save: vi.spyOn(source, "saveCaptureDraft"), hide: vi.spyOn(source, "hideCapture"), find: vi.fn(source.destinations) };
  const capture = new Capture(source);
  const view = render(CaptureWindow, { capture, find: calls.find, onresize: vi.fn(), now: new Date("2026-11-22T15:00:00") });
  await capture.shown();
  view.component.focusText();
  await vi.advanceTimersByTimeAsync(50);
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  return { ...calls, source, capture, user, text: (): HTMLTextAreaElement => screen.getByRole("textbox", { name: "Capture text" }) };
}

const refusal = (code: "disk_full" | "internal"): Refusal => new Refusal({ code, args: {}, retry_after_ms: null, report_id: "" });

test("what is typed is saved to the destination, then the window is empty and goes", async () => {
  const { user, text, capture, hide, save } = await open();
  const calls: string[] = [];
  vi.mocked(hide).mockImplementation(() => Promise.resolve(calls.push("hide")));
  await user.type(text(), "Retest offline maps");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await vi.waitFor(() => expect(calls).toEqual(["hide"]));
  expect(capture.text).toBe("");
  expect(text().value).toBe("");
  // The draft of what was just saved is forgotten.
  expect(save.mock.lastCall?.[0] ?? "").toBe("");
});

test("the note goes to the chosen account and target without the space around it", async () => {
  const { user, text, send } = await open();
  await user.type(text(), "  Two  ");
  await user.click(screen.getByRole("button", { name: /Save/u }));
  expect(send).toHaveBeenCalledWith("Two", MARA, inbox);
});

test("save and stay keeps the window, empty and with the word that it was saved", async () => {
  const { user, text, hide } = await open();
  await user.type(text(), "One");
  await user.keyboard("{Control>}{Shift>}{Enter}{/Shift}{/Control}");
  await vi.waitFor(() => expect(screen.getAllByText("Saved to Inbox.").length).toBeGreaterThan(0));
  expect(text().value).toBe("");
  expect(hide).not.toHaveBeenCalled();
});

test("a note that is saved and gone is confirmed in a window of its own, one that stays is not", async () => {
  const order: string[] = [];
  const source = { hideCapture: () => Promise.resolve(order.push("hide")), confirmCapture: (id: string) => Promise.resolve(order.push(`confirm ${id.slice(-2)}`)) };
  const { user, text } = await open({ source });
  await user.type(text(), "One{Control>}{Shift>}{Enter}{/Shift}{/Control}");
  await vi.waitFor(() => expect(text().value).toBe(""));
  expect(order).toEqual([]);
  await user.type(text(), "Two{Control>}{Enter}{/Control}");
  await vi.waitFor(() => expect(order).toEqual(["hide", "confirm 99"]));
});

test("for half a minute an empty window takes the last note back", async () => {
  const { user, text, capture: state, source } = await open();
  const takeBack = vi.spyOn(source, "takeBackOperation");
  await user.type(text(), "One{Control>}{Enter}{/Control}");
  await vi.waitFor(() => expect(text().value).toBe(""));
  await state.shown();
  expect((await screen.findAllByText("Saved to Inbox a moment ago.")).length).toBeGreaterThan(0);
  await user.keyboard("{Control>}z{/Control}");
  await vi.waitFor(() => expect(text().value).toBe("Taken back"));
  expect(takeBack).toHaveBeenCalledTimes(1);

  await user.clear(text());
  await user.type(text(), "Two{Control>}{Enter}{/Control}");
  await vi.waitFor(() => expect(text().value).toBe(""));
  await vi.advanceTimersByTimeAsync(31_000);
  await state.shown();
  await user.keyboard("{Control>}z{/Control}");
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  expect(takeBack).toHaveBeenCalledTimes(1);
});

test("a failure keeps the text and the window, and says what is safe", async () => {
  const failing = vi.fn(() => Promise.reject(refusal("disk_full")));
  const { user, text, hide } = await open({ source: { capture: failing } });
  await user.type(text(), "Precious");
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(failing).toHaveBeenCalledWith("Precious", MARA, inbox);
  expect((await screen.findByRole("alert")).textContent).toContain("Your text is still here.");
  expect(text().value).toBe("Precious");
  expect(hide).not.toHaveBeenCalled();
});

test("an empty note is not saved, quietly", async () => {
  const { user, text, send, hide } = await open();
  await user.type(text(), "   ");
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(send).not.toHaveBeenCalled();
  expect(screen.getAllByText("Nothing to save yet.").length).toBeGreaterThan(0);
  expect(screen.queryByRole("alert")).toBeNull();
  expect(hide).not.toHaveBeenCalled();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: /Save/u }).disabled).toBe(true);
});

test("Escape keeps the draft before it hides, and stays when the draft could not be kept", async () => {
  const order: string[] = [];
  const { user, text } = await open({ source: { saveCaptureDraft: (written) => Promise.resolve(order.push(`draft ${written}`)), hideCapture: () => Promise.resolve(order.push("hide")) } });
  await user.type(text(), "Later");
  const event = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
  text().dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(order.at(-1)).toBe("hide"));
  expect(order.at(-2)).toBe("draft Later");

  document.body.replaceChildren();
  const failing = await open({ source: { saveCaptureDraft: () => Promise.reject(refusal("disk_full")) } });
  await failing.user.type(failing.text(), "Later");
  await failing.user.keyboard("{Escape}");
  expect(await screen.findByRole("alert")).toBeTruthy();
  expect(failing.hide).not.toHaveBeenCalled();
});

test("the keys of an input method save, hide and continue nothing", async () => {
  const { user, text, send, hide } = await open();
  await user.type(text(), "t\n- に");
  for (const init of [{ key: "Enter", isComposing: true }, { key: "Enter", keyCode: 229 }, { key: "Enter", ctrlKey: true, isComposing: true }, { key: "Escape", isComposing: true }]) {
    text().dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }));
  }
  expect(send).not.toHaveBeenCalled();
  expect(hide).not.toHaveBeenCalled();
  expect(text().value).toBe("t\n- に");
});

test("a list goes on with Enter", async () => {
  const { user, text } = await open();
  await user.type(text(), "Title{Enter}- one{Enter}two");
  expect(text().value).toBe("Title\n- one\n- two");
});

test("the keys for bold, a to-do and a link write Markdown, and take it away again", async () => {
  const { user, text } = await open();
  await user.type(text(), "Title{Enter}Build 3.0");
  text().setSelectionRange(12, 15);
  await user.keyboard("{Control>}b{/Control}");
  expect(text().value).toBe("Title\nBuild **3.0**");
  await user.keyboard("{Control>}b{/Control}");
  expect(text().value).toBe("Title\nBuild 3.0");
  await user.keyboard("{Control>}{Shift>}[Digit9]{/Shift}{/Control}");
  expect(text().value).toBe("Title\n[] Build 3.0");
  await user.keyboard("{Control>}{Shift>}[Digit8]{/Shift}{/Control}");
  expect(text().value).toBe("Title\n- Build 3.0");
  text().setSelectionRange(8, 13);
  await user.keyboard("{Control>}k{/Control}");
  expect(text().value).toBe("Title\n- [Build]() 3.0");
  expect(text().selectionStart).toBe(16);
});

test("a draft is there again with its time; starting fresh can be undone", async () => {
  const draft: CaptureDraft = { text: "Half a thought", account_id: tasks.account_id, target: tasks.target, updated_at: "2026-11-22T14:22:00" };
  const { user, text, capture: state } = await open({ draft });
  expect(text().value).toBe("Half a thought");
  expect(state.destination?.title).toBe("Tidewater tasks");
  expect(screen.getByText(/^Draft from .*2:22/u)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Start fresh" }));
  expect(text().value).toBe("");
  await user.click(screen.getByRole("button", { name: "Bring it back" }));
  expect(text().value).toBe("Half a thought");
});

test("what was typed before the draft was known follows it", async () => {
  let answer: (draft: CaptureDraft) => void = () => undefined;
  const source = { ...captureSource(), captureDraft: () => new Promise<CaptureDraft>((resolve) => (answer = resolve)) };
  const capture = new Capture(source);
  const shown = capture.shown();
  capture.type("fast");
  answer({ text: "before", account_id: null, target: null, updated_at: "2026-11-22T14:22:00" });
  await shown;
  expect(capture.text).toBe("before\nfast");
});

test("typing keeps a draft by itself, once it pauses", async () => {
  const { user, text, save } = await open();
  await user.type(text(), "abc");
  expect(save).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(500);
  expect(save).toHaveBeenCalledTimes(1);
  expect(save).toHaveBeenCalledWith("abc", MARA, inbox);
});

test("offline the button says that the note is kept", async () => {
  const { user, text } = await open({ isOffline: true });
  await user.type(text(), "Ask the pilots");
  expect(screen.getByRole("button", { name: /Keep in Outbox/u })).toBeTruthy();
  await user.keyboard("{Control>}{Shift>}{Enter}{/Shift}{/Control}");
  expect((await screen.findAllByText(/Kept in your Outbox\. It goes to Inbox/u)).length).toBeGreaterThan(0);
});

test("the picker is a combobox: the field keeps the cursor, the arrows move, Enter chooses", async () => {
  const { user, text, capture: state } = await open();
  await user.type(text(), "Note");
  await user.keyboard("{Control>}p{/Control}");
  const field = screen.getByRole("combobox", { name: "Destinations" });
  expect(document.activeElement).toBe(field);
  const list = screen.getByRole("listbox", { name: "Destinations" });
  expect(field.getAttribute("aria-controls")).toBe(list.id);
  await user.type(field, "ti ta");
  await vi.waitFor(() => expect(within(list).getAllByRole("option")).toHaveLength(6));
  const first = within(list).getAllByRole("option")[0];
  expect(field.getAttribute("aria-activedescendant")).toBe(first?.id);
  expect([...(first?.querySelectorAll("mark") ?? [])].map((mark) => mark.textContent)).toEqual(["Ti", "ta"]);
  expect(first?.textContent).toContain("New row");
  await user.keyboard("{ArrowDown}");
  expect(within(list).getByRole("option", { selected: true }).textContent).toContain("Tide tables");
  await user.keyboard("{Enter}");
  expect(state.destination?.title).toBe("Tide tables");
  expect(screen.queryByRole("combobox")).toBeNull();
  await vi.waitFor(() => expect(document.activeElement).toBe(text()));
});

test("a read-only destination says why and cannot be chosen", async () => {
  const { user, text, capture: state } = await open();
  await user.type(text(), "Note");
  await user.keyboard("{Control>}p{/Control}");
  const field = screen.getByRole("combobox");
  await user.type(field, "taxes");
  await vi.waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
  const only = screen.getByRole("option");
  expect(only.getAttribute("aria-disabled")).toBe("true");
  expect(only.textContent).toContain("Read only for Satchel");
  await user.keyboard("{Enter}");
  expect(state.destination?.title).toBe("Inbox");
  expect(screen.getByRole("combobox")).toBeTruthy();
});

test("Escape in the picker goes back to the text, not out of the window", async () => {
  const { user, text, hide } = await open();
  await user.type(text(), "Note");
  await user.keyboard("{Control>}p{/Control}{Escape}");
  expect(screen.queryByRole("combobox")).toBeNull();
  expect(hide).not.toHaveBeenCalled();
});

test("Control and Enter in the picker chooses and saves", async () => {
  const { user, text, send } = await open();
  await user.type(text(), "Note");
  await user.keyboard("{Control>}p{/Control}");
  await user.type(screen.getByRole("combobox"), "tidewater");
  await vi.waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(send).toHaveBeenCalledWith("Note", tasks.account_id, tasks.target);
});
