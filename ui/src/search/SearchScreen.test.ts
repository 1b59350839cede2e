import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { itemView, results } from "../../tests/samples";
import type { ItemRef, SearchResults } from "../ipc";
import SearchHarness from "../../tests/SearchHarness.svelte";

type Setup = { query?: string; answer?: SearchResults; twoPanes?: boolean; previewOpen?: boolean };

async function open({ query = "launch plan", answer = results, twoPanes = true, previewOpen = true }: Setup = {}) {
  const user = userEvent.setup();
  const calls = { onopen: vi.fn<(reference: ItemRef) => void>(), onopeninnotion: vi.fn<(reference: ItemRef) => void>(), oncapture: vi.fn(), peek: vi.fn(() => Promise.resolve(itemView())) };
  render(SearchHarness, { answer, twoPanes, previewOpen, ...calls });
  const field = screen.getByRole("combobox");
  await user.click(field);
  if (query) await user.type(field, query);
  return { user, field, ...calls };
}

const selected = (): HTMLElement => screen.getByRole("option", { selected: true });

test("results are options under named groups of a list the field controls", async () => {
  const { field } = await open();
  const list = screen.getByRole("listbox", { name: "Results for launch plan" });
  expect(field.getAttribute("aria-controls")).toBe(list.id);
  expect(field.getAttribute("aria-expanded")).toBe("true");
  expect(within(list).getAllByRole("group").map((group) => document.getElementById(group.getAttribute("aria-labelledby") ?? "")?.firstChild?.textContent?.trim())).toEqual(["Best match", "Pages and databases", "In the text"]);
  expect(within(list).getAllByRole("option")).toHaveLength(8);
});

test("the arrows move the active descendant and leave the cursor in the field", async () => {
  const { user, field } = await open();
  expect(field.getAttribute("aria-activedescendant")).toBe(selected().id);
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(selected().textContent).toContain("春のローンチ計画");
  expect(field.getAttribute("aria-activedescendant")).toBe(selected().id);
  expect(document.activeElement).toBe(field);
});

test("Enter opens the selected row, Control+Enter opens it in Notion", async () => {
  const { user, onopen, onopeninnotion } = await open();
  await user.keyboard("{ArrowDown}{Enter}");
  expect(onopen).toHaveBeenCalledWith({ account_id: "01N", item: { type: "data_source", id: "budget" } });
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(onopeninnotion).toHaveBeenCalledTimes(1);
});

test("Enter that confirms a word of an input method opens nothing", async () => {
  const { field, onopen } = await open();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true }));
  expect(onopen).not.toHaveBeenCalled();
});

test("what matched is marked and nothing is parsed as markup", async () => {
  await open({ answer: { ...results, hits: results.hits.map((hit, index) => (index === 0 ? { ...hit, title: "<b>launch</b>", title_marks: [{ start: 3, end: 9 }] } : hit)) } });
  const first = screen.getAllByRole("option")[0];
  expect(first?.querySelector(".ti")?.textContent).toBe("<b>launch</b>");
  expect(first?.querySelector(".ti mark")?.textContent).toBe("launch");
  expect(first?.querySelector(".ti b")).toBeNull();
});

test("a click selects, a double click opens, hovering does nothing", async () => {
  const { user, onopen } = await open();
  const row = screen.getByRole("option", { name: /Launch budget/u });
  await user.hover(row);
  expect(selected()).not.toBe(row);
  await user.click(row);
  expect(selected()).toBe(row);
  expect(onopen).not.toHaveBeenCalled();
  await user.dblClick(row);
  expect(onopen).toHaveBeenCalledTimes(1);
});

test("Escape clears what was typed and the arrow up brings it back", async () => {
  const { user, field } = await open();
  await user.keyboard("{Escape}");
  expect((field as HTMLInputElement).value).toBe("");
  await user.keyboard("{ArrowUp}");
  expect((field as HTMLInputElement).value).toBe("launch plan");
});

test("letters typed on the list go to the field", async () => {
  const { user, field } = await open({ query: "" });
  screen.getByRole("listbox").focus();
  await user.keyboard("x");
  expect(document.activeElement).toBe(field);
  expect((field as HTMLInputElement).value).toBe("x");
});

test("the preview follows the selection", async () => {
  const { user, peek } = await open();
  const before = peek.mock.calls.length;
  await user.keyboard("{ArrowDown}");
  expect(peek.mock.calls.length).toBe(before + 1);
  expect(peek).toHaveBeenLastCalledWith({ account_id: "01N", item: { type: "data_source", id: "budget" } });
  expect(screen.getByRole("complementary", { name: /Preview of Launch budget/u })).toBeTruthy();
});

test("without room for two panes the preview covers the list and Escape uncovers it first", async () => {
  const { user, field } = await open({ twoPanes: false, previewOpen: false });
  expect(screen.queryByRole("complementary")).toBeNull();
  await user.keyboard("{Control>}y{/Control}");
  expect(screen.getByRole("complementary")).toBeTruthy();
  field.focus();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("complementary")).toBeNull();
  expect((field as HTMLInputElement).value).toBe("launch plan");
});

test("when nothing is found the next steps are options and Enter takes the first", async () => {
  const { user, field } = await open({ query: "retro", answer: { ...results, hits: [], total: 0, corrections: ["tidewater retro"] } });
  const list = screen.getByRole("listbox", { name: "What to try next" });
  expect(within(list).getAllByRole("option")).toHaveLength(3);
  expect(field.getAttribute("aria-activedescendant")).toBe(selected().id);
  await user.keyboard("{Enter}");
  expect((field as HTMLInputElement).value).toBe("tidewater retro");
});

test("the type filter is chosen from a list, shown as on, and taken away by its chip", async () => {
  const { user } = await open();
  await user.click(screen.getByRole("button", { name: /Type Any/u }));
  const choices = screen.getByRole("listbox", { name: "Type" });
  expect(within(choices).getByRole("option", { name: "Any" }).getAttribute("aria-selected")).toBe("true");
  await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  const chip = screen.getByRole("button", { name: "Type: Databases, remove" });
  await user.click(chip);
  expect(screen.getByRole("button", { name: /Type Any/u })).toBeTruthy();
});

test("the number of results and the first of them are announced", async () => {
  await open();
  await vi.waitFor(() => expect(screen.getByTestId("said").textContent).toMatch(/20 results\. Autumn launch plan, page, Northlight Studio, Product, Launches, edited/u));
});

test("a filter that was typed shows on its chip and goes with the chip's cross", async () => {
  const narrowed: SearchResults["narrowed"] = [{ start: 7, end: 17, by: { type: "edited", within: "<7d" } }, { start: 18, end: 32, by: { type: "database", name: "Tidewater tasks" } }];
  const { user, field } = await open({ query: "launch edited:<7d database:tasks", answer: { ...results, narrowed } });
  expect(screen.getByRole("button", { name: "Database: Tidewater tasks, remove" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Edited: last 7 days, remove" }));
  expect((field as HTMLInputElement).value).toBe("launch database:tasks");
});

test("time and author are chosen from their chips, and the order at the end", async () => {
  const { user } = await open();
  await user.click(screen.getByRole("button", { name: /^Edited any time/u }));
  await user.click(screen.getByRole("option", { name: "Last 30 days" }));
  expect(screen.getByRole("button", { name: "Edited: last 30 days, remove" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /^Author Anyone/u }));
  await user.click(await screen.findByRole("option", { name: "Priya Raman" }));
  expect(screen.getByRole("button", { name: "Author: Priya Raman, remove" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Sort: Best match" }));
  await user.click(screen.getByRole("option", { name: "Last edited" }));
  expect(screen.getByRole("group", { name: /^Last edited first/u })).toBeTruthy();
});

test("a comment is called after who wrote it, and opening leads to its thread", async () => {
  const { user, onopen } = await open();
  const comment = screen.getByRole("option", { name: /Priya Raman on “Onboarding e-mails”/u });
  await user.dblClick(comment);
  expect(onopen).toHaveBeenLastCalledWith({ account_id: "01N", item: { type: "page", id: "page-Onboarding e-mails" } }, { thread: "d-waitlist" });
});

test("what was found by its title shows no passage, what was found in the text does", async () => {
  await open({ answer: { ...results, hits: results.hits.map((hit) => ({ ...hit, snippet: { text: "launch plan of the passage", marks: [] } })) } });
  const passages = (name: RegExp): number => within(screen.getByRole("group", { name })).queryAllByText("launch plan of the passage").length;
  expect([passages(/^Best match/u), passages(/^Pages and databases/u), passages(/^In the text/u)]).toEqual([1, 0, 2]);
});
