// The one table of keys. Components ask `pressed(event, "search")` and show `<Keys of="search" />`; nobody else knows which keys those are.
//
// A chord is matched by the character it types, so that it stays under the labels of the person's own layout. Where the layout types no Latin letters
// the physical key decides. Keys pressed while an input method composes never match: its Enter confirms a word, nothing more.

import { SvelteMap } from "svelte/reactivity";

export type Platform = "mac" | "windows" | "linux";

/** `mod` is Command on macOS and Control elsewhere. The last part is the character, or a named key. */
export type Chord = string;

/** One chord for every platform, or one for macOS and one for the rest. */
type Binding = Chord | { mac: Chord; other: Chord };

export const shortcuts = {
  allToggles: "alt+enter",
  back: { mac: "mod+[", other: "alt+left" },
  capture: { mac: "ctrl+alt+space", other: "ctrl+shift+space" },
  captureBold: "mod+b",
  captureCode: "mod+e",
  captureDestination: "mod+p",
  captureItalic: "mod+i",
  // With Shift and U, GTK's input method asks for the number of a character.
  captureLink: { mac: "mod+shift+u", other: "ctrl+k" },
  captureList: "mod+shift+8",
  captureSave: "mod+enter",
  captureSaveAndStay: "mod+shift+enter",
  captureTodo: "mod+shift+9",
  clearFilters: { mac: "mod+backspace", other: "ctrl+backspace" },
  close: "escape",
  commentOnBlock: "c",
  commentOnPage: "mod+shift+m",
  comments: { mac: "mod+alt+m", other: "alt+shift+m" },
  copyLink: "mod+shift+c",
  discard: { mac: "backspace", other: "delete" },
  down: "down",
  dropFilter: "backspace",
  edit: "e",
  favourite: "mod+d",
  find: "mod+f",
  findBack: "shift+enter",
  firstRow: "home",
  forward: { mac: "mod+]", other: "alt+right" },
  keyboardMap: "mod+/",
  lastRow: "end",
  newCapture: "mod+n",
  nextBlock: "j",
  nextGroup: { mac: "alt+down", other: "ctrl+down" },
  nextMatch: "mod+g",
  nextMatchAlone: "f3",
  nextRegion: "f6",
  nextThread: "]",
  open: "enter",
  openInNotion: "mod+enter",
  outline: "mod+shift+o",
  pageDown: "pagedown",
  pageUp: "pageup",
  peek: "space",
  peekWhileTyping: "mod+y",
  preview: "mod+shift+\\",
  previousBlock: "k",
  previousGroup: { mac: "alt+up", other: "ctrl+up" },
  palette: "mod+k",
  previousMatch: "mod+shift+g",
  previousMatchAlone: "shift+f3",
  previousRegion: "shift+f6",
  previousThread: "[",
  search: "mod+f",
  searchSlash: "/",
  sectionDatabases: "mod+4",
  sectionFavourites: "mod+3",
  sectionOutbox: "mod+5",
  sectionRecent: "mod+2",
  sectionSearch: "mod+1",
  settings: "mod+,",
  sidebar: "mod+\\",
  submit: "enter",
  syncNow: "mod+r",
  tab: "tab",
  textLarger: "mod++",
  // Where plus needs Shift, people press its key without.
  textLargerUnshifted: "mod+=",
  textReset: "mod+0",
  textSmaller: "mod+-",
  tryAll: "mod+r",
  undo: "mod+z",
  up: "up",
  workspaceAll: { mac: "ctrl+0", other: "alt+0" },
} as const satisfies Record<string, Binding>;

export type ShortcutId = keyof typeof shortcuts;

export function platformOf(userAgent: string): Platform {
  if (/Mac OS X|Macintosh/u.test(userAgent)) return "mac";
  return /Windows/u.test(userAgent) ? "windows" : "linux";
}

export const platform: Platform = platformOf(typeof navigator === "undefined" ? "" : navigator.userAgent);

/** Chords that were recorded in place of those of the table. Whoever shows keys follows. */
const recorded = new SvelteMap<ShortcutId, Chord>();

/** Gives a shortcut another chord; null gives its own back. */
export function rebind(id: ShortcutId, chord: Chord | null): void {
  if (chord === null) recorded.delete(id);
  else recorded.set(id, chord);
}

/** The chord a shortcut has on a platform. */
export function chordOf(id: ShortcutId, on: Platform = platform): Chord {
  const own = on === platform ? recorded.get(id) : undefined;
  if (own !== undefined) return own;
  const binding: Binding = shortcuts[id];
  if (typeof binding === "string") return binding;
  return on === "mac" ? binding.mac : binding.other;
}

type Parsed = { ctrl: boolean; meta: boolean; alt: boolean; shift: boolean; key: string };

function parse(chord: Chord, on: Platform): Parsed {
  // “mod++” is Control and plus: the last plus is the key.
  const parts = chord.endsWith("++") ? [...chord.slice(0, -2).split("+"), "+"] : chord.split("+");
  const held = new Set(parts.slice(0, -1));
  const mod = held.has("mod");
  return {
    ctrl: held.has("ctrl") || (mod && on !== "mac"),
    meta: (mod && on === "mac") || held.has("super"),
    alt: held.has("alt"),
    shift: held.has("shift"),
    key: parts.at(-1) ?? "",
  };
}

const NAMED: Readonly<Record<string, string>> = {
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Enter: "enter", Escape: "escape", Tab: "tab", " ": "space",
  Backspace: "backspace", Delete: "delete", Home: "home", End: "end", PageUp: "pageup", PageDown: "pagedown", F3: "f3", F6: "f6",
};

/** Whether an input method is using this key. Safari and WebKitGTK send the confirming Enter after the composition has ended, with the code 229. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

const SYMBOL_KEYS: Readonly<Record<string, string>> = { Backslash: "\\", BracketLeft: "[", BracketRight: "]", Comma: ",", Minus: "-", Equal: "=", Slash: "/", Period: "." };

function typedKey(event: KeyboardEvent): string {
  return NAMED[event.key] ?? event.key.toLowerCase();
}

function physicalKey(event: KeyboardEvent): string {
  return /^Key([A-Z])$/u.exec(event.code)?.[1]?.toLowerCase() ?? /^Digit(\d)$/u.exec(event.code)?.[1] ?? "";
}

/** Whether the event presses the chord on this platform. */
export function matches(event: KeyboardEvent, chord: Chord, on: Platform = platform): boolean {
  if (isComposing(event)) return false;
  const wanted = parse(chord, on);
  if (event.ctrlKey !== wanted.ctrl || event.metaKey !== wanted.meta || event.altKey !== wanted.alt) return false;
  const typed = typedKey(event);
  const isSymbol = wanted.key.length === 1 && !/[a-z0-9]/u.test(wanted.key);
  const foreign = typed.length === 1 && !/^[\x20-\x7e]$/u.test(typed);
  // Digits of the top row need Shift on some layouts (French), letters may not be Latin ones (Greek, Russian, Arabic).
  const isDigit = /^\d$/u.test(wanted.key);
  const same = typed === wanted.key || ((foreign || isDigit) && wanted.key.length === 1 && physicalKey(event) === wanted.key);
  // “?” or “+” may need Shift to be typed at all, so only a symbol that is asked for with Shift looks at it.
  if (isSymbol && !wanted.shift) return same;
  // With Shift the key of a symbol types another one: then its place on the keyboard counts.
  if (isSymbol) return event.shiftKey && (same || SYMBOL_KEYS[event.code] === wanted.key);
  return same && (event.shiftKey === wanted.shift || (isDigit && typed !== wanted.key));
}

export function pressed(event: KeyboardEvent, id: ShortcutId, on: Platform = platform): boolean {
  return matches(event, chordOf(id, on), on);
}

/** The number of the workspace a press asks for: 0 for all of them, 1 to 9 for one. Null for any other key. */
export function workspaceNumber(event: KeyboardEvent, on: Platform = platform): number | null {
  const number = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((digit) => matches(event, `${on === "mac" ? "ctrl" : "alt"}+${digit}`, on));
  return number ?? null;
}

/** A single character that a list should hand to the search field: no modifier but Shift, not a space. */
export function isTyping(event: KeyboardEvent): boolean {
  return !isComposing(event) && !event.ctrlKey && !event.metaKey && !event.altKey && [...event.key].length === 1 && event.key !== " ";
}

const MAC_CAPS: Readonly<Record<string, string>> = {
  mod: "⌘", ctrl: "⌃", alt: "⌥", shift: "⇧", enter: "↵", escape: "esc", tab: "⇥", up: "↑", down: "↓", left: "←", right: "→", space: "space",
  backspace: "⌫", delete: "⌦", super: "⌘", insert: "Ins", home: "↖", end: "↘", pageup: "⇞", pagedown: "⇟",
};
const WORD_CAPS: Readonly<Record<string, string>> = {
  mod: "Ctrl", ctrl: "Ctrl", alt: "Alt", shift: "Shift", enter: "Enter", escape: "Esc", tab: "Tab", up: "↑", down: "↓", left: "←", right: "→", space: "Space",
  backspace: "Backspace", delete: "Del", super: "Super", insert: "Ins", home: "Home", end: "End", pageup: "PgUp", pagedown: "PgDn",
};

/** What is printed on the caps of a chord, in order. */
export function caps(chord: Chord, on: Platform = platform): string[] {
  const parts = chord.endsWith("++") ? [...chord.slice(0, -2).split("+"), "+"] : chord.split("+");
  const names = on === "mac" ? MAC_CAPS : WORD_CAPS;
  return parts.map((part) => names[part] ?? part.toUpperCase());
}

/** A chord as `aria-keyshortcuts` writes it. */
export function ariaKeys(chord: Chord, on: Platform = platform): string {
  const wanted = parse(chord, on);
  const held = [wanted.ctrl && "Control", wanted.meta && "Meta", wanted.alt && "Alt", wanted.shift && "Shift"].filter((part) => part !== false);
  const named: Record<string, string> = { up: "ArrowUp", down: "ArrowDown", left: "ArrowLeft", right: "ArrowRight", "+": "Plus", space: "Space" };
  const key = named[wanted.key] ?? wanted.key.charAt(0).toUpperCase() + wanted.key.slice(1);
  return [...held, key].join("+");
}
