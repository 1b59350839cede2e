import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import { accounts, NOW, outbox, outboxItem } from "../../tests/samples";
import { Regions } from "../kit/regions";
import type { Destination, OutboxItem } from "../ipc";
import { countWords, groupOf, outboxGroups, possible, stateWords } from "./outbox";
import OutboxScreen from "./OutboxScreen.svelte";

const place = (account_id: string, id: string, title: string, is_read_only = false): Destination => ({ account_id, target: { type: "page", page_id: id }, title, icon: null, crumbs: [], effect: "append", is_read_only, used_at: null });
const places = [place("01N", "inbox", "Inbox"), place("01M", "log", "Sourdough log"), place("01N", "retros", "Retros"), place("01N", "board", "Board papers", true)];

function open(items: readonly OutboxItem[] = outbox, twoPanes = true) {
  const calls = { onretry: vi.fn(), ondiscard: vi.fn(), onedit: vi.fn(), onredirect: vi.fn(), find: vi.fn(() => Promise.resolve(places)), onrestore: vi.fn(), onopenlink: vi.fn(), oncapture: vi.fn() };
  const { rerender, unmount } = render(OutboxScreen, { items, accounts, now: NOW, regions: new Regions(), twoPanes, ...calls });
  return { user: userEvent.setup(), rerender, unmount, ...calls };
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

  test("Control and P asks where else it should go, in its own workspace, and the arrows and Enter answer", async () => {
    const { user, onredirect } = open();
    list().focus();
    await user.keyboard("{Control>}p{/Control}");
    const dialog = screen.getByRole("dialog", { name: /Where should “Widget wrong/u });
    const field = within(dialog).getByRole("combobox");
    expect(document.activeElement).toBe(field);
    await vi.waitFor(() => expect(within(dialog).getAllByRole("option").map((option) => option.querySelector(".title")?.textContent)).toEqual(["Inbox", "Retros", "Board papers"]));
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(onredirect).not.toHaveBeenCalled();
    await user.keyboard("{ArrowUp}{Enter}");
    expect(onredirect).toHaveBeenCalledWith(outbox[0]?.id, { type: "page", page_id: "retros" });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("Escape leaves it where it was", async () => {
    const { user, onredirect } = open();
    list().focus();
    await user.keyboard("{Control>}p{/Control}{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(onredirect).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(document.activeElement).toBe(list()));
  });

  test("what is sent while one chooses is no longer redirected", async () => {
    const { user, rerender } = open();
    list().focus();
    await user.keyboard("{Control>}p{/Control}");
    await rerender({ items: outbox.map((item, index) => (index === 0 ? { ...item, state: { type: "sent" as const, at: NOW.toISOString(), url: null } } : item)) });
    expect(screen.queryByRole("dialog")).toBeNull();
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

  test("what waits says what for and who must do something", () => {
    for (const reason of ["turn", "network", "sign_in", "notion", "owner"] as const) {
      const { unmount } = open([outboxItem({ title: "x", state: { type: "waiting", reason } })]);
      expect(screen.getByRole("complementary").textContent, reason).toMatch(/Not in Notion yet\. [A-Z].*\./u);
      unmount();
    }
  });

  test("an empty outbox says what it is for", () => {
    open([]);
    expect(screen.getByRole("heading", { name: "The Outbox is empty" })).toBeTruthy();
    expect(screen.queryByRole("listbox")).toBeNull();
  });
});

describe("what may be done", () => {
  test("a comment is not edited in the capture window", () => {
    expect(possible(outboxItem({ title: "x", kind: "comment" }))).toMatchObject({ edit: false, redirect: false, discard: true, retry: true });
  });

  test("what was discarded can only be brought back", () => {
    expect(possible(outboxItem({ title: "x", state: { type: "discarded", at: NOW.toISOString() } }))).toEqual({ retry: false, discard: false, edit: false, redirect: false, restore: true, openInNotion: null });
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
