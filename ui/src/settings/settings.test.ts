import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import { accounts, appState, kumo, NOW, northlight, withSync } from "../../tests/samples";
import type { ShortcutView } from "../ipc";
import { asRefusal, Refusal } from "../ipc/errors";
import About from "./About.svelte";
import Accounts from "./Accounts.svelte";
import Appearance from "./Appearance.svelte";
import CaptureSettings from "./CaptureSettings.svelte";
import { chordFrom, recorded } from "./chord";
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
    expect(screen.getByRole("alert").textContent).toContain("Notion refused this token.");
    expect(onclose).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(onclose).toHaveBeenCalledTimes(1);
  });
});

test("a theme is one of three, chosen by arrows", async () => {
  const ontheme = vi.fn();
  render(Appearance, { theme: "system", motion: "system", onmotion: vi.fn(), textScale: 1, ontheme, ontextscale: vi.fn() });
  expect(within(screen.getByRole("radiogroup", { name: "Theme" })).getAllByRole("radio").map((radio) => radio.textContent?.trim())).toEqual(["System", "Paper", "Ink"]);
  await userEvent.click(screen.getByRole("radio", { name: "Ink" }));
  expect(ontheme).toHaveBeenCalledWith("dark");
});

test("the text size is told in per cent", () => {
  render(Appearance, { theme: "system", motion: "system", onmotion: vi.fn(), textScale: 1.2, ontheme: vi.fn(), ontextscale: vi.fn() });
  expect(screen.getByRole("slider", { name: "Text size" }).getAttribute("aria-valuetext")).toBe("120%");
});

test("motion can be switched off", async () => {
  const onmotion = vi.fn();
  render(Appearance, { theme: "system", motion: "system", onmotion, textScale: 1, ontheme: vi.fn(), ontextscale: vi.fn() });
  await userEvent.click(within(screen.getByRole("radiogroup", { name: "Motion" })).getByRole("radio", { name: "Off" }));
  expect(onmotion).toHaveBeenCalledWith("off");
});

const standard: ShortcutView = { keys: "Ctrl+Shift+Space", standard: "Ctrl+Shift+Space", is_registered: true, command: "satchel-desktop --capture" };

function openCapture(shortcut: ShortcutView, { changeKeys = (keys: string | null) => Promise.resolve({ ...standard, keys: keys ?? standard.keys }), oncopy = vi.fn() } = {}) {
  const calls = { changeKeys: vi.fn(changeKeys), onshortcut: vi.fn(), oncapture: vi.fn(), oncopy };
  render(CaptureSettings, { shortcut, destination: null, accounts, asRefusal, ...calls });
  return { user: userEvent.setup(), recorder: () => screen.getByRole("button", { name: /^Quick capture from any app/u }), ...calls };
}

describe("recording keys for capture", () => {
  test("press it, then the keys", async () => {
    const { user, recorder, changeKeys, onshortcut } = openCapture(standard);
    expect(recorder().textContent).toContain("Ctrl Shift Space");
    await user.click(recorder());
    expect(recorder().textContent).toContain("Press keys…");
    await user.keyboard("{Control>}{Alt>}[F9]{/Alt}{/Control}");
    expect(changeKeys).toHaveBeenCalledWith("Ctrl+Alt+F9");
    await vi.waitFor(() => expect(onshortcut).toHaveBeenCalledWith({ ...standard, keys: "Ctrl+Alt+F9" }));
  });

  test("Escape and going elsewhere leave the old ones, and the keys reach nobody else", async () => {
    const heard = vi.fn();
    window.addEventListener("keydown", heard);
    const { user, recorder, changeKeys } = openCapture(standard);
    await user.click(recorder());
    await user.keyboard("{Escape}");
    expect(recorder().textContent).toContain("Ctrl Shift Space");
    expect(heard).not.toHaveBeenCalled();
    await user.click(recorder());
    await user.click(screen.getByRole("button", { name: "Try it" }));
    await user.keyboard("{Control>}k{/Control}");
    expect(changeKeys).not.toHaveBeenCalled();
    window.removeEventListener("keydown", heard);
  });

  test("keys that another program has are named, and the old ones still work", async () => {
    const taken = new Refusal({ code: "shortcut_taken", args: {}, retry_after_ms: null, report_id: "" });
    const { user, recorder, onshortcut } = openCapture(standard, { changeKeys: () => Promise.reject(taken) });
    await user.click(recorder());
    await user.keyboard("{Control>}{Shift>}k{/Shift}{/Control}");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Another app already uses this shortcut.");
    expect(alert.textContent).toContain("Your old shortcut Ctrl Shift Space still works.");
    expect(recorder().textContent).toContain("Ctrl Shift K");
    expect(onshortcut).not.toHaveBeenCalled();
    await user.click(screen.getByRole("button", { name: "Keep the old one" }));
    expect(screen.queryByRole("alert")).toBeNull();
    expect(recorder().textContent).toContain("Ctrl Shift Space");
  });

  test.each([["k", /You would type this/u], ["{Shift>}k{/Shift}", /You would type this/u], ["{Control>}{Alt>}k{/Alt}{/Control}", /Ctrl and Alt with a letter/u]])("%s is refused before the system is asked", async (keys, words) => {
    const { user, recorder, changeKeys } = openCapture(standard);
    await user.click(recorder());
    await user.keyboard(keys);
    expect(screen.getByRole("alert").textContent).toMatch(words);
    expect(changeKeys).not.toHaveBeenCalled();
  });

  test("recorded keys can be given back", async () => {
    const { user, changeKeys } = openCapture({ ...standard, keys: "Ctrl+K" });
    await user.click(screen.getByRole("button", { name: "Use the standard one" }));
    expect(changeKeys).toHaveBeenCalledWith(null);
  });

  test("letters are those on the keys, whatever the layout, and macOS has its own names", () => {
    const press = (init: KeyboardEventInit, on: "mac" | "linux") => recorded(new KeyboardEvent("keydown", init), on);
    expect(press({ key: "q", code: "KeyA", ctrlKey: true }, "linux")).toEqual({ type: "keys", keys: "Ctrl+Q" });
    expect(press({ key: "я", code: "KeyZ", ctrlKey: true }, "linux")).toEqual({ type: "keys", keys: "Ctrl+Z" });
    expect(press({ key: "¡", code: "Digit1", altKey: true, ctrlKey: true }, "mac")).toEqual({ type: "keys", keys: "Ctrl+Alt+1" });
    expect(press({ key: "k", code: "KeyK", metaKey: true }, "mac")).toEqual({ type: "keys", keys: "Cmd+K" });
    expect(press({ key: "Process", code: "KeyK", keyCode: 229, ctrlKey: true }, "linux")).toEqual({ type: "unknown" });
    expect(chordFrom("Ctrl+Shift+Comma")).toBe("ctrl+shift+,");
  });
});

test("a shortcut that is taken comes with the command to bind instead", async () => {
  const oncopy = vi.fn();
  openCapture({ ...standard, is_registered: false }, { oncopy });
  await userEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(oncopy).toHaveBeenCalledWith("satchel-desktop --capture");
});

test("about says where sign-ins are kept", () => {
  render(About, { state: appState({ secrets: "memory" }), shell: null, onlog: vi.fn(), oncopy: vi.fn() });
  expect(screen.getByText("In memory, until Satchel quits")).toBeTruthy();
});

test("without a tray about says what closing the window does; with a log it says where", async () => {
  const calls = { onlog: vi.fn(), oncopy: vi.fn() };
  render(About, { state: appState(), shell: { has_tray: false, log_folder: "/home/mara/logs" }, ...calls });
  expect(screen.getByText(/closing the window quits Satchel/u)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Copy the path" }));
  await userEvent.click(screen.getByRole("button", { name: "Show the folder" }));
  expect(calls.oncopy).toHaveBeenCalledWith("/home/mara/logs");
  expect(calls.onlog).toHaveBeenCalledTimes(1);
});
