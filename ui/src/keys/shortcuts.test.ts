import { describe, expect, test } from "vitest";

import { ariaKeys, caps, chordOf, isTyping, matches, pressed, shortcuts, workspaceNumber, type ShortcutId } from "./shortcuts";

function key(key: string, held: Partial<KeyboardEventInit> = {}): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, ...held });
}

describe("matching", () => {
  test("the command key is Command on macOS and Control elsewhere", () => {
    expect(matches(key("f", { ctrlKey: true }), "mod+f", "linux")).toBe(true);
    expect(matches(key("f", { metaKey: true }), "mod+f", "mac")).toBe(true);
    expect(matches(key("f", { metaKey: true }), "mod+f", "linux")).toBe(false);
    expect(matches(key("f", { ctrlKey: true }), "mod+f", "mac")).toBe(false);
  });

  test("a chord is matched by the character typed, wherever its key lies", () => {
    // Dvorak: the key labelled F is where QWERTY has Y.
    expect(matches(key("f", { ctrlKey: true, code: "KeyY" }), "mod+f", "linux")).toBe(true);
    expect(matches(key("y", { ctrlKey: true, code: "KeyF" }), "mod+f", "linux")).toBe(false);
  });

  test("on a layout without Latin letters the physical key decides", () => {
    expect(matches(key("а", { ctrlKey: true, code: "KeyF" }), "mod+f", "linux")).toBe(true);
    expect(matches(key("а", { ctrlKey: true, code: "KeyD" }), "mod+f", "linux")).toBe(false);
  });

  test("a digit of the top row counts even where it is typed with Shift", () => {
    expect(matches(key("&", { ctrlKey: true, code: "Digit1" }), "mod+1", "linux")).toBe(true);
  });

  test("a symbol may need Shift, a letter may not", () => {
    expect(matches(key("/", { shiftKey: true }), "/", "linux")).toBe(true);
    expect(matches(key("+", { ctrlKey: true, shiftKey: true }), "mod++", "linux")).toBe(true);
    expect(matches(key("F", { ctrlKey: true, shiftKey: true }), "mod+f", "linux")).toBe(false);
  });

  test("a symbol asked for with Shift is known by its key, which types another one", () => {
    expect(matches(key("|", { ctrlKey: true, shiftKey: true, code: "Backslash" }), "mod+shift+\\", "linux")).toBe(true);
    expect(matches(key("\\", { ctrlKey: true, code: "Backslash" }), "mod+shift+\\", "linux")).toBe(false);
  });

  test("keys of an input method never match", () => {
    expect(pressed(key("Enter", { isComposing: true }), "open")).toBe(false);
    expect(pressed(key("Enter", { keyCode: 229 }), "open")).toBe(false);
    expect(pressed(key("Enter"), "open")).toBe(true);
    expect(isTyping(key("a", { isComposing: true }))).toBe(false);
  });

  test("typing is one character without a modifier, and no space", () => {
    expect(isTyping(key("a"))).toBe(true);
    expect(isTyping(key("雲"))).toBe(true);
    expect(isTyping(key(" "))).toBe(false);
    expect(isTyping(key("a", { ctrlKey: true }))).toBe(false);
    expect(isTyping(key("Enter"))).toBe(false);
  });

  test("workspaces are called by Alt and a digit, by Control on macOS", () => {
    expect(workspaceNumber(key("3", { altKey: true }), "linux")).toBe(3);
    expect(workspaceNumber(key("0", { ctrlKey: true }), "mac")).toBe(0);
    expect(workspaceNumber(key("3"), "linux")).toBeNull();
  });
});

describe("labels", () => {
  test("macOS shows glyphs, the others words", () => {
    expect(caps("mod+shift+m", "mac")).toEqual(["⌘", "⇧", "M"]);
    expect(caps("mod+shift+m", "windows")).toEqual(["Ctrl", "Shift", "M"]);
    expect(caps("mod++", "linux")).toEqual(["Ctrl", "+"]);
  });

  test("assistive technology hears the same chord", () => {
    expect(ariaKeys("mod+shift+\\", "linux")).toBe("Control+Shift+\\");
    expect(ariaKeys("alt+left", "linux")).toBe("Alt+ArrowLeft");
  });
});

test("no shortcut takes Control, Alt and a letter, which types characters on many layouts", () => {
  for (const id of Object.keys(shortcuts) as ShortcutId[]) {
    for (const platform of ["linux", "windows"] as const) {
      const chord = chordOf(id, platform);
      expect(/(mod|ctrl)\+alt\+[a-z0-9]$/u.test(chord), `${id} on ${platform} is ${chord}`).toBe(false);
      expect(chord, id).not.toBe("alt+space");
    }
  }
});
