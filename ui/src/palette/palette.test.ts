import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { accounts, hit } from "../../tests/samples";
import type { SearchHit } from "../ipc";
import { shortcuts } from "../keys/shortcuts";
import type { Command, Context } from "./commands";
import KeyboardMap from "./KeyboardMap.svelte";
import { keyMap } from "./map";
import Palette from "./Palette.svelte";

const command = (label: string, run = vi.fn()): Command & { run: ReturnType<typeof vi.fn> } => ({ id: label, icon: "star", label, shortcut: null, run });
const nothing = (): void => undefined;
const context: Context = { title: "Autumn launch plan", icon: null, kind: "page", isFavourite: false, isOpen: true, open: nothing, comment: nothing, copyLink: nothing, openInNotion: nothing, favourite: nothing, toggleComments: nothing, refresh: nothing };

function open() {
  const page = [command("Comment on this page"), command("Copy link")];
  const app = [command("Connect another workspace…"), command("Sync now")];
  const calls = { onopen: vi.fn(), onsearch: vi.fn(), onclose: vi.fn() };
  const find = vi.fn((query: string) => Promise.resolve(query.startsWith("co") ? [hit({ title: "Contract template" })] : []));
  render(Palette, { props: { context, page, app, accounts, find, ...calls } });
  return { page, app, find, ...calls, user: userEvent.setup() };
}

const labels = (): string[] => screen.getAllByRole("option", { hidden: true }).map((option) => option.textContent?.trim() ?? "");

test("commands are found by the beginnings of their words, the page's first, and places beside them", async () => {
  const { user } = open();
  expect(document.activeElement).toBe(screen.getByRole("combobox", { hidden: true }));
  await user.keyboard("co");
  expect(await screen.findByText(/ntract template/u)).toBeTruthy();
  expect(screen.getAllByRole("group", { hidden: true }).map((group) => group.querySelector(".head")?.textContent)).toEqual(["This page", "Go to", "Satchel"]);
  expect(labels().some((label) => label.startsWith("Sync"))).toBe(false);
});

test("Enter runs the selected command once the palette is closed", async () => {
  const { user, page, onclose } = open();
  await user.keyboard("{ArrowDown}{Enter}");
  expect(onclose).toHaveBeenCalledTimes(1);
  expect(page[1]?.run).toHaveBeenCalledTimes(1);
  expect(page[0]?.run).not.toHaveBeenCalled();
  expect(onclose.mock.invocationCallOrder[0]).toBeLessThan(page[1]?.run.mock.invocationCallOrder[0] ?? 0);
});

test("Backspace in the empty field drops the page, and Escape closes", async () => {
  const { user, onclose } = open();
  await user.keyboard("{Backspace}");
  expect(labels()).toEqual(["Connect another workspace…", "Sync now"]);
  await user.keyboard("{Escape}");
  expect(onclose).toHaveBeenCalledTimes(1);
});

test("what is no command is searched for everywhere", async () => {
  const { user, onsearch } = open();
  await user.keyboard("zebra{Enter}");
  expect(onsearch).toHaveBeenCalledWith("zebra");
});

test("Enter takes nothing that only answered an older question", async () => {
  const { user, find, app, onopen } = open();
  find.mockImplementation((query) => (query === "syn" ? Promise.resolve([hit({ title: "Synopsis" })]) : new Promise<SearchHit[]>(nothing)));
  await user.keyboard("syn");
  expect(await screen.findByText(/opsis/u)).toBeTruthy();
  await user.keyboard("c");
  expect(labels()).toEqual(["Sync now"]);
  await user.keyboard("{Enter}");
  expect(app[1]?.run).toHaveBeenCalledTimes(1);
  expect(onopen).not.toHaveBeenCalled();
});

test("an answer that comes late moves nothing under the finger", async () => {
  const { user, find, app, onopen } = open();
  let answer: (hits: SearchHit[]) => void = nothing;
  find.mockImplementation(() => new Promise<SearchHit[]>((resolve) => (answer = resolve)));
  await user.keyboard("sync");
  expect(labels()).toEqual(["Sync now"]);
  answer([hit({ title: "Sync of tides" })]);
  expect(await screen.findByText(/of tides/u)).toBeTruthy();
  await user.keyboard("{Enter}");
  expect(app[1]?.run).toHaveBeenCalledTimes(1);
  expect(onopen).not.toHaveBeenCalled();
});

test("a place is opened", async () => {
  const { user, onopen } = open();
  await user.keyboard("contract");
  await user.click(await screen.findByText(/template/u));
  expect(onopen).toHaveBeenCalledWith({ account_id: "01N", item: { type: "page", id: "page-Contract template" } });
});

test("the map tells every key once a group, reads them aloud, and closes by its own key", async () => {
  const onclose = vi.fn();
  render(KeyboardMap, { onclose });
  const page = screen.getByRole("region", { name: "Page", hidden: true });
  expect(within(page).getByText("Find in this page")).toBeTruthy();
  expect(page.querySelector("dd .keys")?.getAttribute("aria-hidden")).toBeNull();
  for (const group of keyMap()) {
    const keys = group.rows.flatMap((row) => row.keys);
    expect(new Set(keys).size, group.id).toBe(keys.length);
    for (const key of keys) expect(key in shortcuts).toBe(true);
  }
  await userEvent.setup().keyboard("{Control>}/{/Control}");
  expect(onclose).toHaveBeenCalledTimes(1);
});
