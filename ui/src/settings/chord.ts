// Keys a person presses to record a global shortcut: which they are, and why some will not do. Pure.

import { isComposing, type Chord, type Platform } from "../keys/shortcuts";

export type Recorded =
  /** `Ctrl+Shift+K`, as the shell reads it. */
  | { type: "keys"; keys: string }
  /** Only Control, Shift and the like so far. */
  | { type: "held"; keys: string }
  /** People type this. */
  | { type: "typed" }
  /** Control and Alt together are AltGr, with which many layouts type. */
  | { type: "alt_gr" }
  /** The system has no name for it. */
  | { type: "unknown" };

const HELD: ReadonlySet<string> = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "OS", "Super", "Hyper", "CapsLock", "Fn", "NumLock"]);

/** The key by its place, as the shell knows it; a letter or digit by what it types, since that is what is printed on it. */
function keyOf(event: KeyboardEvent): string | null {
  if (/^[a-z]$/iu.test(event.key)) return event.key.toUpperCase();
  const letter = /^Key([A-Z])$/u.exec(event.code)?.[1] ?? /^Digit(\d)$/u.exec(event.code)?.[1];
  if (letter) return letter;
  if (/^F([1-9]|1[0-2])$/u.test(event.code)) return event.code;
  const named = ["Space", "Comma", "Period", "Slash", "Semicolon", "Quote", "Backquote", "Backslash", "BracketLeft", "BracketRight", "Minus", "Equal", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", "Insert", "Delete", "Enter", "Tab", "Backspace"];
  return named.includes(event.code) ? event.code : null;
}

export function recorded(event: KeyboardEvent, on: Platform): Recorded {
  const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", event.metaKey && (on === "mac" ? "Cmd" : "Super")].filter((part) => part !== false);
  if (HELD.has(event.key)) return { type: "held", keys: held.join("+") };
  const key = isComposing(event) ? null : keyOf(event);
  if (key === null) return { type: "unknown" };
  const isFunctionKey = /^F\d+$/u.test(key);
  if (!isFunctionKey && !event.ctrlKey && !event.altKey && !event.metaKey) return { type: "typed" };
  if (on !== "mac" && event.ctrlKey && event.altKey && key.length === 1) return { type: "alt_gr" };
  return { type: "keys", keys: [...held, key].join("+") };
}

/** Keys of the shell in the form of the table of shortcuts, so that they are shown with the same caps. */
export function chordFrom(keys: string): Chord {
  const names: Readonly<Record<string, string>> = {
    Cmd: "mod", Comma: ",", Period: ".", Slash: "/", Semicolon: ";", Quote: "'", Backquote: "`", Backslash: "\\", BracketLeft: "[", BracketRight: "]", Minus: "-", Equal: "=",
    ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right",
  };
  return keys.split("+").map((part) => names[part] ?? part.toLowerCase()).join("+");
}
