import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet, flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { m } from "../i18n";
import Button from "./Button.svelte";
import Crumbs from "./Crumbs.svelte";
import Dialog from "./Dialog.svelte";
import Field from "./Field.svelte";
import IconButton from "./IconButton.svelte";
import Menu from "./Menu.svelte";
import Meter from "./Meter.svelte";
import Rich from "./Rich.svelte";
import Segments from "./Segments.svelte";
import Switch from "./Switch.svelte";
import Toast from "./Toast.svelte";

const words = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));
const controls = createRawSnippet(() => ({ render: () => `<div><button data-first>Stay</button><button>Wipe</button></div>` }));

test("of a path only a database wears its icon", () => {
  const emoji = (glyph: string): { type: "emoji"; emoji: string } => ({ type: "emoji", emoji: glyph });
  const crumbs = [{ item: { type: "page" as const, id: "p" }, title: "Product", icon: emoji("🌊") }, { item: { type: "data_source" as const, id: "d" }, title: "Tidewater tasks", icon: emoji("🧭") }];
  const { container } = render(Crumbs, { workspace: "Northlight Studio", dye: "indigo", crumbs });
  expect(container.textContent?.replaceAll(/\s+/gu, " ").trim()).toMatch(/Product\/🧭 Tidewater tasks$/u);
});

describe("Button", () => {
  test("a busy one keeps its name, says so and takes no presses", async () => {
    const onclick = vi.fn();
    render(Button, { busy: true, onclick, children: words("Checking") });
    const button = screen.getByRole("button", { name: "Checking" });
    expect(button.getAttribute("aria-busy")).toBe("true");
    await userEvent.click(button);
    expect(onclick).not.toHaveBeenCalled();
  });

  test("its keys are told to assistive technology and are no part of its name", () => {
    render(Button, { shortcut: "openInNotion", children: words("Open in Notion") });
    expect(screen.getByRole("button", { name: "Open in Notion" }).getAttribute("aria-keyshortcuts")).toBe("Control+Enter");
  });
});

describe("IconButton", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("has a name, a state and, after a rest, a tooltip with its keys", () => {
    render(IconButton, { icon: "star", label: "Add to favourites", shortcut: "favourite", pressed: true });
    const button = screen.getByRole("button", { name: "Add to favourites", pressed: true });
    button.dispatchEvent(new Event("pointerenter"));
    expect(document.querySelector(".tooltip")).toBeNull();
    vi.advanceTimersByTime(500);
    expect(document.querySelector(".tooltip")?.textContent).toBe("Add to favouritesCtrlD");
    button.dispatchEvent(new Event("pointerleave"));
    expect(document.querySelector(".tooltip")).toBeNull();
  });
});

describe("Dialog", () => {
  test("a destructive one is an alert dialog that starts on the safe answer", () => {
    render(Dialog, { title: "Sign out?", destructive: true, children: words("Wipes the copy."), actions: controls, oncancel: vi.fn() });
    const dialog = screen.getByRole("alertdialog", { name: "Sign out?" });
    expect(document.getElementById(dialog.getAttribute("aria-describedby") ?? "")?.textContent).toContain("Wipes the copy.");
    expect(document.activeElement?.textContent).toBe("Stay");
  });

  test("Escape is the safe answer, and the window below does not hear the key", async () => {
    const oncancel = vi.fn();
    const below = vi.fn();
    window.addEventListener("keydown", below);
    render(Dialog, { title: "Sign out?", children: words("x"), actions: controls, oncancel });
    await userEvent.keyboard("{Escape}");
    expect(oncancel).toHaveBeenCalledTimes(1);
    expect(below).not.toHaveBeenCalled();
    window.removeEventListener("keydown", below);
  });

  test("an Escape of an input method closes nothing", () => {
    const oncancel = vi.fn();
    render(Dialog, { title: "Sign in", children: words("x"), actions: controls, oncancel });
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true, cancelable: true }));
    expect(oncancel).not.toHaveBeenCalled();
  });

  test("the focus goes back to where it was", () => {
    const opener = document.body.appendChild(document.createElement("button"));
    opener.focus();
    const { unmount } = render(Dialog, { title: "Sign out?", children: words("x"), actions: controls, oncancel: vi.fn() });
    expect(document.activeElement).not.toBe(opener);
    unmount();
    expect(document.activeElement).toBe(opener);
    opener.remove();
  });
});

describe("Menu", () => {
  const items = [
    { id: "comment", label: "Comment" },
    { id: "edit", label: "Edit", disabled: "This token may not edit pages" },
    { id: "copy", label: "Copy link" },
  ] as const;

  function open() {
    const anchor = document.body.appendChild(document.createElement("button"));
    const calls = { onselect: vi.fn(), onclose: vi.fn() };
    const { unmount } = render(Menu, { props: { anchor, label: "Actions", items, ...calls } });
    return { anchor, ...calls, close: () => { unmount(); anchor.remove(); } };
  }

  test("starts on its first item, moves with the arrows, jumps with letters and wraps", async () => {
    const { close } = open();
    expect(document.activeElement?.textContent).toContain("Comment");
    await userEvent.keyboard("{ArrowUp}");
    expect(document.activeElement?.textContent).toContain("Copy link");
    await userEvent.keyboard("e");
    expect(document.activeElement?.textContent).toContain("Edit");
    close();
  });

  test("an item that cannot be taken says why, can be reached, and does nothing", async () => {
    const { onselect, onclose, close } = open();
    const item = screen.getByRole("menuitem", { name: /Edit/u });
    expect(item.textContent).toContain("This token may not edit pages");
    await userEvent.click(item);
    expect(onselect).not.toHaveBeenCalled();
    expect(onclose).not.toHaveBeenCalled();
    close();
  });

  test("taking an item closes the menu and gives the focus back first", async () => {
    const { anchor, onselect, onclose, close } = open();
    await userEvent.keyboard("{Enter}");
    expect(onclose).toHaveBeenCalledTimes(1);
    expect(onselect).toHaveBeenCalledWith("comment");
    expect(document.activeElement).toBe(anchor);
    close();
  });

  test("Escape closes it, a press elsewhere as well", async () => {
    const { onclose, close } = open();
    await userEvent.keyboard("{Escape}");
    expect(onclose).toHaveBeenCalledTimes(1);
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(onclose).toHaveBeenCalledTimes(2);
    close();
  });
});

test("a field names its problem and says it", () => {
  render(Field, { value: "ntn_x", label: "Token", problem: "Notion refused this token." });
  const field = screen.getByLabelText("Token");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Notion refused this token.");
  expect(screen.getByRole("alert")).toBeTruthy();
});

test("segments are one Tab stop and the arrows choose", async () => {
  const onchange = vi.fn();
  render(Segments, { label: "Images", value: "fit", options: [{ value: "original", label: "Original" }, { value: "fit", label: "Fit" }, { value: "none", label: "None" }], onchange });
  await userEvent.tab();
  expect(document.activeElement?.textContent).toBe("Fit");
  await userEvent.keyboard("{ArrowRight}");
  expect(onchange).toHaveBeenLastCalledWith("none");
});

test("a switch says whether it is on and asks for the other state", async () => {
  const onchange = vi.fn();
  render(Switch, { on: true, label: "Keep drafts", onchange });
  await userEvent.click(screen.getByRole("switch", { name: "Keep drafts", checked: true }));
  expect(onchange).toHaveBeenCalledWith(false);
});

test("progress has words, not only a number", () => {
  render(Meter, { value: 0.328, label: "First sync", text: "1,284 of 3,912 pages" });
  const bar = screen.getByRole("progressbar", { name: "First sync" });
  expect(bar.getAttribute("aria-valuenow")).toBe("33");
  expect(bar.getAttribute("aria-valuetext")).toBe("1,284 of 3,912 pages");
});

describe("Toast", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("goes by itself, but never while it is held", () => {
    const onclose = vi.fn();
    render(Toast, { text: "Saved", onclose });
    const toast = screen.getByRole("status");
    vi.advanceTimersByTime(3000);
    toast.dispatchEvent(new Event("pointerenter"));
    flushSync();
    vi.advanceTimersByTime(60_000);
    expect(onclose).not.toHaveBeenCalled();
    toast.dispatchEvent(new Event("pointerleave"));
    flushSync();
    vi.advanceTimersByTime(6000);
    expect(onclose).toHaveBeenCalledTimes(1);
  });
});

test("markup of a message is handed on by name and never becomes HTML", () => {
  const tag = createRawSnippet<[string, string]>((name, text) => ({ render: () => `<button>${name()}:${text()}</button>` }));
  const { container } = render(Rich, { parts: m.welcome_token_help.parts(), tag });
  expect(screen.getByRole("button", { name: "link:Make a personal access token in Notion" })).toBeTruthy();
  expect(container.textContent).toMatch(/^No token yet\? link:Make .* Notion and give it/u);
});
