import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { DISCUSSION, sampleComments } from "../comments/samples";
import { sampleRows, sampleView } from "../document/samples";
import { Refusal } from "../ipc/errors";
import { PageMemories } from "./memory";
import { nested, PageOutline } from "./outline.svelte";
import Outline from "./Outline.svelte";
import Reader from "./Reader.svelte";
import type { ReaderState } from "./state";

const now = new Date("2026-11-22T14:40:00");
const ready = (changes: Parameters<typeof sampleView>[1] = {}): ReaderState => ({ type: "ready", view: sampleView(undefined, changes), isGone: false });

function open(state: ReaderState = ready(), options: { isOffline?: boolean; isCommentsOpen?: boolean; isChanged?: boolean; thread?: string } = {}) {
  const calls = {
    onback: vi.fn(), onforward: vi.fn(), onopen: vi.fn(), onlink: vi.fn(), onrefresh: vi.fn(), onshowchange: vi.fn(), onfavourite: vi.fn(), oncopylink: vi.fn(), onmorerows: vi.fn(), oncomments: vi.fn(), onsend: vi.fn(() => Promise.resolve()), ondiscard: vi.fn(),
  };
  const outline = new PageOutline();
  const memory = new PageMemories().of({ account_id: "a", item: { type: "page", id: "p" } });
  const result = render(Reader, { state, title: "Autumn launch plan", workspace: { name: "Northlight Studio", dye: "indigo" }, isOffline: false, now, memory, outline, comments: sampleComments(), isCommentsOpen: false, canGoBack: true, canGoForward: false, ...options, ...calls });
  return { ...calls, outline, memory, result, user: userEvent.setup() };
}

test("a page is an article with one title, its values and its text", () => {
  open();
  const article = screen.getAllByRole("article")[0] as HTMLElement;
  expect(within(article).getAllByRole("heading", { level: 1 }).map((heading) => heading.textContent)).toEqual(["Autumn launch plan"]);
  expect(within(article).getByText("In progress")).toBeTruthy();
  expect(within(article).getByRole("heading", { name: "What has to be true", level: 3 })).toBeTruthy();
});

test("the bar says how old the copy is and does what its buttons say", async () => {
  const { user, onfavourite, oncopylink, onlink, onback, onopen } = open(ready(), { isOffline: true });
  expect(screen.getByText(/^Copy from .*2:02/u)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Remove from favourites" }));
  await user.click(screen.getByRole("button", { name: "Copy link" }));
  await user.click(screen.getByRole("button", { name: "Open in Notion" }));
  await user.click(screen.getByRole("button", { name: "Back" }));
  expect([onfavourite, oncopylink, onback].map((call) => call.mock.calls.length)).toEqual([1, 1, 1]);
  expect(onlink).toHaveBeenCalledWith(sampleView().url);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Forward" }).disabled).toBe(true);
  await user.click(within(screen.getByRole("navigation", { name: "Path" })).getByRole("button", { name: "Launches" }));
  expect(onopen).toHaveBeenCalledTimes(1);
});

test("keys of the page work from the page, not from a field", async () => {
  const { user, onfavourite, onlink, oncomments } = open(ready(), { isCommentsOpen: true });
  screen.getByRole("group", { name: "Text of the page" }).focus();
  await user.keyboard("{Control>}d{/Control}{Alt>}{Shift>}m{/Shift}{/Alt}");
  expect(onfavourite).toHaveBeenCalledTimes(1);
  expect(oncomments).toHaveBeenCalledWith(false);
  await user.click(screen.getByRole("textbox", { name: "Comment on this page…" }));
  await user.keyboard("{Control>}{Enter}{/Control}jk");
  expect(onlink).not.toHaveBeenCalled();
});

test("a selected thread lights up its block, and the count in the margin selects it", async () => {
  const { user } = open(ready(), { isCommentsOpen: true });
  await user.click(screen.getByRole("button", { name: "2 comments" }));
  const block = document.querySelector<HTMLElement>("[data-block].lit");
  expect(block?.textContent).toContain("Offline maps survive a cold start");
  expect(block?.getAttribute("aria-details")).toBe(`thread-${DISCUSSION}`);
  expect(document.getElementById(`thread-${DISCUSSION}`)?.getAttribute("aria-label")).toContain("Offline maps");
});

test("] and [ go from discussion to discussion", async () => {
  const { user } = open(ready(), { isCommentsOpen: true });
  screen.getByRole("group", { name: "Text of the page" }).focus();
  await user.keyboard("]".replace("]", "{]}"));
  expect((document.activeElement as HTMLElement).dataset["thread"]).toBe(DISCUSSION);
});

test("a text that is not kept says so and can be fetched; offline it says when", async () => {
  const { user, onrefresh } = open(ready({ document: null }));
  await user.click(screen.getByRole("button", { name: "Fetch it now" }));
  expect(onrefresh).toHaveBeenCalledTimes(1);
  document.body.replaceChildren();
  open(ready({ document: null }), { isOffline: true });
  expect(screen.getByText(/when you’re back online/u)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Fetch it now" })).toBeNull();
});

test("a page that is gone still shows its copy, under a warning", () => {
  open({ type: "ready", view: sampleView(), isGone: true });
  expect(screen.getByText("This page is gone, or no longer shared with Satchel.")).toBeTruthy();
  expect(screen.getByText(/The last copy is from/u)).toBeTruthy();
  expect(screen.getByRole("heading", { level: 1 })).toBeTruthy();
});

test("trash and cut-off texts are said", () => {
  open(ready({ in_trash: true, is_truncated: true }));
  expect(screen.getByText("This page is in Notion’s trash.")).toBeTruthy();
  expect(screen.getByText("Notion sent this page only up to here.")).toBeTruthy();
});

test("what cannot be had says what happened, what is safe and what to do", async () => {
  const { user, onrefresh } = open({ type: "failed", refusal: new Refusal({ code: "not_found", args: {}, retry_after_ms: null, report_id: "" }) });
  expect(screen.getByRole("alert").textContent?.length).toBeGreaterThan(40);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(onrefresh).toHaveBeenCalledTimes(1);
});

test("while a page is fetched its title is there and nothing flickers", () => {
  open({ type: "fetching" });
  expect(screen.getByRole("heading", { level: 1, name: "Autumn launch plan" })).toBeTruthy();
  expect(screen.getByRole("status", { name: "Loading" }).childElementCount).toBe(0);
});

test("a newer text waits for a press", async () => {
  const { user, onshowchange } = open(ready(), { isChanged: true });
  await user.click(screen.getByRole("button", { name: "Show" }));
  expect(onshowchange).toHaveBeenCalledTimes(1);
});

test("a data source is a grid whose rows the arrows walk and Enter opens", async () => {
  const { user, onopen, onmorerows } = open(ready({ rows: sampleRows, document: null, item: { type: "data_source", id: "x" }, kind: "data_source", title: "Tidewater tasks" }));
  const grid = screen.getByRole("grid");
  expect(grid.getAttribute("aria-rowcount")).toBe("149");
  expect(within(grid).getAllByRole("columnheader").map((head) => head.textContent?.trim())).toEqual(["Task", "Status", "Priority", "Owner", "Due", "Points"]);
  const rows = within(grid).getAllByRole("row").slice(1);
  expect(rows.map((row) => row.tabIndex)).toEqual([0, -1, -1, -1, -1]);
  rows[0]?.focus();
  await user.keyboard("{ArrowUp}{ArrowDown}{ArrowDown}{Enter}");
  expect(onopen).toHaveBeenCalledWith({ type: "page", id: sampleRows.rows[2]?.page_id });
  // Undone and past: said in words.
  expect(rows[2]?.textContent).toContain(", late");
  expect(rows[4]?.textContent).not.toContain(", late");
  await user.click(screen.getByRole("button", { name: "Show more rows" }));
  expect(onmorerows).toHaveBeenCalled();
  expect(screen.getByText(/5 of 148 rows/u)).toBeTruthy();
});

test("the outline nests headings under those above them and marks the one being read", async () => {
  const entries = [{ path: [0], level: 2, text: "A" }, { path: [1], level: 3, text: "A1" }, { path: [2], level: 2, text: "B" }, { path: [3], level: 4, text: "B deep" }];
  expect(nested(entries).map((node) => [node.text, node.under.map((under) => under.text)])).toEqual([["A", ["A1"]], ["B", ["B deep"]]]);
  const outline = new PageOutline();
  outline.entries = entries;
  outline.current = "1";
  outline.goTo = vi.fn();
  render(Outline, { outline });
  const nav = screen.getByRole("navigation", { name: /On this page/u });
  expect(within(nav).getByRole("link", { current: "location" }).textContent).toBe("A1");
  await userEvent.setup().click(within(nav).getByRole("link", { name: "B" }));
  expect(outline.goTo).toHaveBeenCalledWith([2]);
});

test("a page remembers where it was scrolled and what was open", () => {
  const memories = new PageMemories();
  const reference = { account_id: "a", item: { type: "page", id: "p" } } as const;
  memories.of(reference).scrollTop = 240;
  memories.of(reference).toggles.set("3", true);
  expect(memories.of({ ...reference }).scrollTop).toBe(240);
  expect(memories.of({ ...reference }).toggles.isOpen("3")).toBe(true);
  expect(memories.of({ ...reference, account_id: "b" }).scrollTop).toBe(0);
});

test("a cover that is not kept is said to be so, the demo’s own is drawn", () => {
  open(ready({ cover_url: "https://images.example/covers/stacked-stones.jpg" }));
  expect(screen.getByRole("img", { name: "Cover, not kept offline" })).toBeTruthy();
  open(ready({ cover_url: "https://images.example/covers/low-sun-over-the-swell.jpg" }));
  expect(screen.getByRole("img", { name: /low sun/u }).querySelector("svg")).toBeTruthy();
});

test("find in page marks as it is typed, steps, and gives the page back", async () => {
  const { user } = open();
  const text = screen.getByRole("group", { name: "Text of the page" });
  text.focus();
  await user.keyboard("{Control>}f{/Control}");
  const field = screen.getByRole("textbox", { name: "Find in this page" });
  expect(document.activeElement).toBe(field);
  await user.keyboard("reeze");
  const marks = [...text.querySelectorAll("mark")];
  expect(marks.length).toBeGreaterThan(0);
  expect(marks.every((mark) => /reeze/iu.test(mark.textContent ?? "")), "also inside of words").toBe(true);
  expect(await screen.findByText(new RegExp(`^1 of ${marks.length}$`, "u"))).toBeTruthy();
  await user.keyboard("{Enter}");
  expect(text.querySelectorAll("mark.on")).toHaveLength(1);
  await user.clear(field);
  await user.keyboard("zzz");
  expect(await screen.findByText("Not found")).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("textbox", { name: "Find in this page" })).toBeNull();
  expect(document.activeElement).toBe(text);
});

test("a page opened at a discussion shows it selected", async () => {
  const { oncomments } = open(ready(), { isCommentsOpen: true, thread: DISCUSSION });
  expect(await screen.findByRole("textbox", { name: /^Reply, / })).toBeTruthy();
  expect(oncomments).not.toHaveBeenCalled();
});
