// What the main window can do, by name: its keys, the palette and the buttons all come here.

import { pressed, workspaceNumber } from "../keys/shortcuts";
import type { SettingsTab } from "../settings/tabs";
import type { Section } from "../shell/sections";

export type Actions = {
  search(): void;
  section(section: Section): void;
  settings(tab: SettingsTab): void;
  /** All workspaces for null; false when there is none of this number. */
  workspace(number: number): boolean;
  capture(): void;
  region(backwards: boolean): void;
  back(): boolean;
  forward(): boolean;
  toggleSidebar(): void;
  togglePreview(): void;
  toggleFavourite(): void;
  outline(): void;
  find(): boolean;
  syncNow(): void;
  tryAll(): void;
  textSize(change: "larger" | "smaller" | "reset"): void;
  palette(): void;
  keyboardMap(): void;
  connect(): void;
  /** The action of the message at the foot, if it has one. */
  undo(): boolean;
  /** Escape: takes one layer away. */
  leaveLayer(): boolean;
};

/** Where the window is, as far as keys differ by it. */
export type Place = { isList: boolean; isItem: boolean; isOutbox: boolean };

export function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** The keys of the whole window. Returns whether the press meant something. */
export function actedAnywhere(event: KeyboardEvent, at: Place, act: Actions): boolean {
  const workspace = workspaceNumber(event);
  if (pressed(event, "nextRegion")) act.region(false);
  else if (pressed(event, "previousRegion")) act.region(true);
  else if (at.isItem && pressed(event, "find") && act.find()) return true;
  else if (pressed(event, "search") || (pressed(event, "searchSlash") && !isEditable(event.target))) act.search();
  else if (pressed(event, "palette")) act.palette();
  else if (pressed(event, "keyboardMap")) act.keyboardMap();
  else if (pressed(event, "sectionSearch")) act.section("search");
  else if (pressed(event, "sectionRecent")) act.section("recent");
  else if (pressed(event, "sectionFavourites")) act.section("favourites");
  else if (pressed(event, "sectionDatabases")) act.section("databases");
  else if (pressed(event, "sectionOutbox")) act.section("outbox");
  else if (pressed(event, "settings")) act.settings("accounts");
  else if (pressed(event, "sidebar")) act.toggleSidebar();
  else if (pressed(event, "preview") && at.isList) act.togglePreview();
  else if (pressed(event, "newCapture")) act.capture();
  else if (pressed(event, "back")) return act.back();
  else if (pressed(event, "forward")) return act.forward();
  else if (pressed(event, "favourite") && at.isList) act.toggleFavourite();
  else if (pressed(event, "outline") && at.isItem) act.outline();
  else if (at.isOutbox && pressed(event, "tryAll")) act.tryAll();
  else if (pressed(event, "syncNow")) act.syncNow();
  else if (pressed(event, "textLarger") || pressed(event, "textLargerUnshifted")) act.textSize("larger");
  else if (pressed(event, "textSmaller")) act.textSize("smaller");
  else if (pressed(event, "textReset")) act.textSize("reset");
  else if (pressed(event, "undo") && !isEditable(event.target)) return act.undo();
  else if (workspace !== null) return act.workspace(workspace);
  else if (pressed(event, "close")) return act.leaveLayer();
  else return false;
  return true;
}
