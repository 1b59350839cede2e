import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import { accounts, appState, kumo, NOW, northlight, withSync } from "../../tests/samples";
import { asRefusal, Refusal } from "../ipc/errors";
import About from "./About.svelte";
import Accounts from "./Accounts.svelte";
import Appearance from "./Appearance.svelte";
import CaptureSettings from "./CaptureSettings.svelte";
import SignInDialog from "./SignInDialog.svelte";
import SignOutDialog from "./SignOutDialog.svelte";

const refusal = (code: "token_refused" | "disk_full"): Refusal => new Refusal({ code, args: {}, retry_after_ms: null, report_id: "" });

describe("accounts", () => {
  function open() {
    const calls = { onsync: vi.fn(), onreplace: vi.fn(), onsignout: vi.fn(), onadd: vi.fn(), ondemo: vi.fn() };
    render(Accounts, { accounts: [northlight, withSync(kumo, { type: "needs_sign_in" })], now: NOW, canTryDemo: true, ...calls });
    return calls;
  }

  test("each says what its token may do, in words and not by colour", () => {
    open();
    const box = within(screen.getByRole("article", { name: "Northlight Studio" }));
    const rights = within(box.getByRole("list", { name: "What the token may do" })).getAllByRole("listitem").map((item) => item.textContent?.trim().replace(/\s+/gu, " "));
    expect(rights).toEqual(["Read pages allowed", "Add pages allowed", "Edit pages not allowed", "Read comments allowed", "Add comments allowed", "Names of people not tried yet"]);
  });

  test("a paused one offers to sign in again and not to sync", async () => {
    const { onreplace } = open();
    const box = within(screen.getByRole("article", { name: "雲研究室 Kumo Lab" }));
    expect(box.queryByRole("button", { name: "Sync now" })).toBeNull();
    await userEvent.click(box.getByRole("button", { name: "Sign in again" }));
    expect(onreplace).toHaveBeenCalledWith(expect.objectContaining({ id: kumo.id }));
  });

  test("a sync is of one workspace", async () => {
    const { onsync } = open();
    await userEvent.click(screen.getByRole("button", { name: "Sync now" }));
    expect(onsync).toHaveBeenCalledWith(northlight.id);
  });
});

describe("signing out", () => {
  test("names the workspace and what is lost, and starts on the safe answer", () => {
    render(SignOutDialog, { account: northlight, waiting: 2, remove: vi.fn(), asRefusal, onclose: vi.fn() });
    const dialog = screen.getByRole("alertdialog", { name: "Sign out of Northlight Studio?" });
    expect(dialog.textContent).toContain("2 things aren’t in Notion yet.");
    expect(document.activeElement?.textContent).toContain("Stay signed in");
  });

  test("says nothing of unsent things when there are none", () => {
    render(SignOutDialog, { account: northlight, waiting: 0, remove: vi.fn(), asRefusal, onclose: vi.fn() });
    expect(screen.getByRole("alertdialog").textContent).not.toContain("Notion yet");
  });

  test("stays open with the reason when it is refused", async () => {
    const onclose = vi.fn();
    render(SignOutDialog, { account: northlight, waiting: 0, remove: () => Promise.reject(refusal("disk_full")), asRefusal, onclose });
    await userEvent.click(screen.getByRole("button", { name: "Sign out and wipe" }));
    expect(screen.getByRole("alert").textContent).toContain("This disk is full.");
    expect(onclose).not.toHaveBeenCalled();
  });
});

describe("signing in again", () => {
  const paused = withSync(northlight, { type: "needs_sign_in" });

  test("says why, what is safe and what to do, with the cursor in the field", () => {
    render(SignInDialog, { account: paused, waiting: 4, replace: vi.fn(), asRefusal, onopenlink: vi.fn(), onclose: vi.fn() });
    const dialog = screen.getByRole("dialog", { name: "Sign in to Northlight Studio again" });
    for (const part of ["Why.", "What is safe.", "What to do."]) expect(dialog.textContent).toContain(part);
    expect(dialog.textContent).toContain("4 things wait in the Outbox.");
    expect(document.activeElement).toBe(screen.getByLabelText("Token"));
  });

  test("closes when Notion takes the token and stays when not", async () => {
    const onclose = vi.fn();
    const replace = vi.fn<(token: string) => Promise<void>>().mockRejectedValueOnce(refusal("token_refused")).mockResolvedValueOnce();
    render(SignInDialog, { account: paused, waiting: 0, replace, asRefusal, onopenlink: vi.fn(), onclose });
    await userEvent.type(screen.getByLabelText("Token"), "ntn_42817192837465192837465192837465192837465192{Enter}");
    expect(screen.getByRole("alert").textContent).toContain("Notion doesn’t know this token.");
    expect(onclose).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(onclose).toHaveBeenCalledTimes(1);
  });
});

test("a theme is one of three, chosen by arrows", async () => {
  const ontheme = vi.fn();
  render(Appearance, { theme: "system", textScale: 1, ontheme, ontextscale: vi.fn() });
  expect(screen.getAllByRole("radio").map((radio) => radio.textContent?.trim())).toEqual(["System", "Paper", "Ink"]);
  await userEvent.click(screen.getByRole("radio", { name: "Ink" }));
  expect(ontheme).toHaveBeenCalledWith("dark");
});

test("the text size is told in per cent", () => {
  render(Appearance, { theme: "system", textScale: 1.2, ontheme: vi.fn(), ontextscale: vi.fn() });
  expect(screen.getByRole("slider", { name: "Text size" }).getAttribute("aria-valuetext")).toBe("120%");
});

test("a shortcut that is taken comes with the command to bind instead", async () => {
  const oncopy = vi.fn();
  render(CaptureSettings, { shortcut: { keys: "Ctrl+Shift+Space", is_registered: false, command: "satchel-desktop --capture" }, destination: null, accounts, oncapture: vi.fn(), oncopy });
  await userEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(oncopy).toHaveBeenCalledWith("satchel-desktop --capture");
});

test("about says where sign-ins are kept", () => {
  render(About, { state: appState({ secrets: "memory" }) });
  expect(screen.getByText("In memory, until Satchel quits")).toBeTruthy();
});
