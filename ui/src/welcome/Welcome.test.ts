import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import { account, NOW, northlight } from "../../tests/samples";
import type { AccountView } from "../ipc";
import { asRefusal, Refusal } from "../ipc/errors";
import { looksOf } from "./token";
import Welcome from "./Welcome.svelte";

const TOKEN = "ntn_42817192837465192837465192837465192837465192";
const refused = (code: "token_refused" | "account_exists" | "offline"): Refusal => new Refusal({ code, args: {}, retry_after_ms: null, report_id: "" });

type Setup = { account?: AccountView | null; secrets?: "keychain" | "memory"; canLeave?: boolean; connect?: (token: string) => Promise<AccountView>; openDemo?: (() => Promise<void>) | null };

function open({ account: connected = null, secrets = "keychain", canLeave = false, connect = () => Promise.resolve(northlight), openDemo = () => Promise.resolve() }: Setup = {}) {
  const calls = { connect: vi.fn(connect), openDemo: openDemo === null ? null : vi.fn(openDemo), onopenlink: vi.fn(), onanother: vi.fn(), onfinish: vi.fn(), onleave: vi.fn() };
  const { container } = render(Welcome, { account: connected, platform: "linux", secrets, now: NOW, canLeave, asRefusal, ...calls });
  return { user: userEvent.setup(), container, ...calls };
}

const field = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>("Token");

test("the cursor starts in the token field and the token is not shown", () => {
  open();
  expect(document.activeElement).toBe(field());
  expect(field().type).toBe("password");
});

test("there is nothing to check before something is pasted", async () => {
  const { user, connect } = open();
  const check = screen.getByRole<HTMLButtonElement>("button", { name: "Check the token" });
  expect(check.disabled).toBe(true);
  await user.keyboard("{Enter}");
  expect(connect).not.toHaveBeenCalled();
});

test("Enter checks the token once, without the spaces around it", async () => {
  let finish: (view: AccountView) => void = () => undefined;
  const { user, connect } = open({ connect: () => new Promise((resolve) => (finish = resolve)) });
  await user.type(field(), `  ${TOKEN} `);
  await user.keyboard("{Enter}{Enter}");
  expect(connect).toHaveBeenCalledTimes(1);
  expect(connect).toHaveBeenCalledWith(TOKEN);
  expect(screen.getByRole("button", { name: "Checking the token" }).getAttribute("aria-busy")).toBe("true");
  finish(northlight);
  await vi.waitFor(() => expect(field().value).toBe(""));
});

test("a refused token is said beside the field, which keeps it and the cursor", async () => {
  const { user } = open({ connect: () => Promise.reject(refused("token_refused")) });
  await user.type(field(), TOKEN);
  await user.keyboard("{Enter}");
  expect(screen.getByRole("alert").textContent).toBe("Notion refused this token. Nothing was saved. Look whether it was cut off, or make a new one in Notion.");
  expect(field().getAttribute("aria-invalid")).toBe("true");
  expect(field().value).toBe(TOKEN);
  expect(document.activeElement).toBe(field());
  await user.type(field(), "x");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a refused token that is too short is said to look cut off", async () => {
  const { user } = open({ connect: () => Promise.reject(refused("token_refused")) });
  await user.type(field(), "ntn_42817");
  await user.keyboard("{Enter}");
  expect(screen.getByRole("alert").textContent).toContain("It looks cut off at the end.");
});

test.each([["account_exists", /already here/u], ["offline", /offline/u]] as const)("%s has its own words", async (code, words) => {
  const { user } = open({ connect: () => Promise.reject(refused(code)) });
  await user.type(field(), TOKEN);
  await user.keyboard("{Enter}");
  expect(screen.getByRole("alert").textContent).toMatch(words);
});

test("the demo is a choice of its own, reached by the arrows", async () => {
  const { user, openDemo } = open();
  screen.getByRole("radio", { name: "Paste a token" }).focus();
  await user.keyboard("{ArrowDown}");
  expect(screen.getByRole("radio", { name: "Try the demo workspace" }).getAttribute("aria-checked")).toBe("true");
  await user.click(screen.getByRole("button", { name: "Open the demo" }));
  expect(openDemo).toHaveBeenCalledTimes(1);
});

test("nothing is drawn that does not work: no sign-in by browser, no demo inside the demo", () => {
  const { container } = open({ openDemo: null });
  expect(screen.getAllByRole("radio")).toHaveLength(1);
  expect(container.textContent).not.toMatch(/public connection|client ID/u);
});

test("without a keychain the promises change", () => {
  const { container } = open({ secrets: "memory" });
  expect(container.textContent).not.toMatch(/stays in the keychain|goes into the keychain|encrypted files/u);
  expect(container.textContent).toMatch(/forgets everything when it quits/u);
});

describe("the first sync", () => {
  test("shows the numbers of the core and nothing else", () => {
    open({ account: account({ sync: { type: "fetching", done: 1284, total: 3912, is_first: true } }) });
    expect(screen.getByRole("progressbar").getAttribute("aria-valuetext")).toBe("1,284 of 3,912 pages");
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("33");
    expect(screen.getByText("1,284 of 3,912")).toBeTruthy();
  });

  test("can be left while it goes on", async () => {
    const { user, onfinish } = open({ account: account({ sync: { type: "discovering", found: 12, is_first: true } }) });
    await user.click(screen.getByRole("button", { name: "Start using Satchel" }));
    expect(onfinish).toHaveBeenCalledTimes(1);
  });

  test("a workspace that shows no pages says how to share some", () => {
    const { container } = open({ account: account({ sync: { type: "idle", synced_at: NOW.toISOString() }, coverage: { pages: 0, bodies: 0, data_sources: 0, failed: 0, bytes: 0 } }) });
    expect(container.textContent).toContain("Notion shows Satchel no pages yet.");
  });
});

test("what a token looks like before Notion is asked", () => {
  expect(looksOf(" ")).toBe("empty");
  expect(looksOf(TOKEN)).toBe("good");
  expect(looksOf("secret_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).toBe("good");
  expect(looksOf("ntn_42")).toBe("short");
  expect(looksOf("https://notion.so")).toBe("foreign");
});
