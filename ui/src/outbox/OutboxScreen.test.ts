import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import { accounts, NOW, outbox, outboxItem } from "../../tests/samples";
import { Regions } from "../kit/regions";
import type { OutboxItem } from "../ipc";
import { countWords, groupOf, outboxGroups, possible, stateWords } from "./outbox";
import OutboxScreen from "./OutboxScreen.svelte";

function open(items: readonly OutboxItem[] = outbox, twoPanes = true) {
  const calls = { onretry: vi.fn(), ondiscard: vi.fn(), onedit: vi.fn(), onrestore: vi.fn(), onopenlink: vi.fn(), oncapture: vi.fn() };
  const { rerender } = render(OutboxScreen, { items, accounts, now: NOW, regions: new Regions(), twoPanes, ...calls });
  return { user: userEvent.setup(), rerender, ...calls };
}

const list = (): HTMLElement => screen.getByRole("listbox", { name: "Outbox" });
const selected = (): HTMLElement => within(list()).getByRole("option", { selected: true });

describe("the screen", () => {
  test("items stand in groups, the urgent ones first", () => {
    open();
    const heads = within(list()).getAllByRole("group").map((group) => document.getElementById(group.getAttribute("aria-labelledby") ?? "")?.firstChild?.textContent);
    expect(heads).toEqual(["Needs you", "Sending", "Waiting", "Sent", "Discarded"]);
    expect(selected().textContent).toContain("Widget wrong");
  });

  test("an item that needs the person says what happened, what is safe and what to do", () => {
    open();
    const details = screen.getByRole("complementary", { name: "Details" });
    expect(within(details).getByRole("alert").textContent).toMatch(/Notion didn’t take this\. Your text is kept here\. Change it or where it goes/u);
    expect(details.textContent).toContain("“Severity” is no longer a property of this database.");
  });

  test("Enter retries, E edits, Delete discards what is selected", async () => {
    const { user, onretry, onedit, ondiscard } = open();
    list().focus();
    await user.keyboard("{Enter}e{Delete}");
    expect(onretry).toHaveBeenCalledWith(outbox[0]?.id);
    expect(onedit).toHaveBeenCalledWith(outbox[0]);
    expect(ondiscard).toHaveBeenCalledWith(outbox[0]);
  });

  test("what is on its way can be neither retried, edited nor discarded", async () => {
    const { user, onretry, onedit, ondiscard } = open();
    list().focus();
    await user.keyboard("{ArrowDown}{Enter}e{Delete}");
    expect(selected().textContent).toContain("Pixel 4a");
    for (const call of [onretry, onedit, ondiscard]) expect(call).not.toHaveBeenCalled();
    expect(screen.queryByRole("button", { name: "Discard" })).toBeNull();
  });

  test("a sent item opens in Notion by Enter and by its words", async () => {
    const { user, onopenlink } = open();
    list().focus();
    await user.keyboard("{Control>}{ArrowDown}{ArrowDown}{ArrowDown}{/Control}{Enter}");
    expect(onopenlink).toHaveBeenLastCalledWith("https://app.notion.com/p/price");
    await user.click(within(screen.getByRole("option", { name: /Sourdough/u })).getByText("Open in Notion"));
    expect(onopenlink).toHaveBeenLastCalledWith("https://app.notion.com/p/bread");
  });

  test("when the selected item is gone its neighbour is selected", async () => {
    const { user, rerender } = open();
    list().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(selected().textContent).toContain("Lisbon pilots");
    await rerender({ items: outbox.filter((item) => !item.title.includes("Lisbon")) });
    expect(selected().textContent).toContain("Moving it to Monday");
  });

  test("without room for two panes Space shows the details and Escape goes back to the list", async () => {
    const { user } = open(outbox, false);
    list().focus();
    expect(screen.queryByRole("complementary")).toBeNull();
    await user.keyboard(" ");
    within(screen.getByRole("complementary")).getByRole("button", { name: "Retry" }).focus();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("complementary")).toBeNull();
    expect(document.activeElement).toBe(list());
  });

  test("an empty outbox says what it is for", () => {
    open([]);
    expect(screen.getByRole("heading", { name: "The Outbox is empty" })).toBeTruthy();
    expect(screen.queryByRole("listbox")).toBeNull();
  });
});

describe("what may be done", () => {
  test("a comment is not edited in the capture window", () => {
    expect(possible(outboxItem({ title: "x", kind: "comment" }))).toMatchObject({ edit: false, discard: true, retry: true });
  });

  test("what was discarded can only be brought back", () => {
    expect(possible(outboxItem({ title: "x", state: { type: "discarded", at: NOW.toISOString() } }))).toEqual({ retry: false, discard: false, edit: false, restore: true, openInNotion: null });
  });

  test("an unclear answer counts as on its way: it must not be sent twice by hand", () => {
    const item = outboxItem({ title: "x", state: { type: "checking" } });
    expect(groupOf(item.state)).toBe("sending");
    expect(possible(item).retry).toBe(false);
  });

  test("groups without items are left out", () => {
    expect(outboxGroups([outboxItem({ title: "x" })]).map((group) => group.id)).toEqual(["waiting"]);
  });

  test("each reason to wait has its words", () => {
    const words = (["turn", "network", "sign_in", "notion", "owner"] as const).map((reason) => stateWords({ type: "waiting", reason }));
    expect(new Set(words).size).toBe(5);
  });

  test("two numbers are one sentence", () => {
    expect(countWords({ waiting: 5, needs_you: 1 })).toBe("5 waiting, 1 needs you");
    expect(countWords({ waiting: 5, needs_you: 0 })).toBe("5 waiting");
    expect(countWords({ waiting: 0, needs_you: 0 })).toBe("Nothing waits");
  });
});
