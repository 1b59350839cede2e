// What the palette offers. Commands are plain data; what they do is the window's.

import { m } from "../i18n";
import type { AccountView, Icon, ItemKind, Settings } from "../ipc";
import type { IconName } from "../kit/icons";
import type { ShortcutId } from "../keys/shortcuts";
import type { Actions } from "../app/actions";

export type Command = { id: string; icon: IconName; label: string; shortcut: ShortcutId | null; run: () => void };

/** The page the window shows or the list has selected: what the first commands are about. */
export type Context = {
  title: string;
  icon: Icon | null;
  kind: ItemKind;
  isFavourite: boolean;
  /** It is open, not only selected. */
  isOpen: boolean;
  open: () => void;
  comment: () => void;
  copyLink: () => void;
  openInNotion: () => void;
  favourite: () => void;
  /** Only of an open page. */
  toggleComments: () => void;
  refresh: () => void;
};

const command = (id: string, icon: IconName, label: string, run: () => void, shortcut: ShortcutId | null = null): Command => ({ id, icon, label, shortcut, run });

export function pageCommands(context: Context, act: Actions): Command[] {
  const isPage = context.kind !== "data_source";
  return [
    ...(context.isOpen ? [] : [command("open", "enter", m.palette_open(), context.open, "open")]),
    ...(isPage ? [command("comment", "comment", m.palette_comment(), context.comment, context.isOpen ? "commentOnPage" : null)] : []),
    command("copy-link", "link", m.palette_copy_link(), context.copyLink, context.isOpen ? "copyLink" : null),
    command("open-in-notion", "external", m.palette_open_in_notion(), context.openInNotion, "openInNotion"),
    command("favourite", "star", context.isFavourite ? m.palette_unfavourite() : m.palette_favourite(), context.favourite, "favourite"),
    ...(context.isOpen && isPage
      ? [
          command("find", "search", m.palette_find(), () => void act.find(), "find"),
          command("outline", "outline", m.palette_outline(), act.outline, "outline"),
          command("comments", "panel", m.palette_comments(), context.toggleComments, "comments"),
        ]
      : []),
    ...(context.isOpen ? [command("refresh", "sync", m.palette_refresh(), context.refresh)] : []),
  ];
}

type Around = { accounts: readonly AccountView[]; theme: Settings["theme"]; isSidebarOpen: boolean; isPreviewOpen: boolean; isList: boolean; setTheme: (theme: Settings["theme"]) => void };

export function appCommands({ accounts, theme, isSidebarOpen, isPreviewOpen, isList, setTheme }: Around, act: Actions): Command[] {
  const themes = { system: m.palette_theme_system, light: m.palette_theme_light, dark: m.palette_theme_dark } as const;
  const icons = { system: "monitor", light: "sun", dark: "moon" } as const;
  return [
    command("capture", "edit", m.palette_capture(), act.capture, "newCapture"),
    command("search", "search", m.palette_go_search(), () => act.section("search"), "sectionSearch"),
    command("recent", "clock", m.palette_go_recent(), () => act.section("recent"), "sectionRecent"),
    command("favourites", "star", m.palette_go_favourites(), () => act.section("favourites"), "sectionFavourites"),
    command("databases", "table", m.palette_go_databases(), () => act.section("databases"), "sectionDatabases"),
    command("outbox", "outbox", m.palette_go_outbox(), () => act.section("outbox"), "sectionOutbox"),
    ...(accounts.length > 1
      ? [command("all-workspaces", "gallery", m.palette_all_workspaces(), () => void act.workspace(0), "workspaceAll"), ...accounts.slice(0, 9).map((account, index) => command(`workspace-${account.id}`, "gallery", m.palette_workspace({ name: account.name }), () => void act.workspace(index + 1)))]
      : []),
    command("sync", "sync", m.palette_sync(), act.syncNow, "syncNow"),
    command("sidebar", "sidebar", isSidebarOpen ? m.app_hide_sidebar() : m.app_show_sidebar(), act.toggleSidebar, "sidebar"),
    ...(isList ? [command("preview", "panel", isPreviewOpen ? m.app_close_preview() : m.app_open_preview(), act.togglePreview, "preview")] : []),
    ...(["system", "light", "dark"] as const).filter((other) => other !== theme).map((other) => command(`theme-${other}`, icons[other], themes[other](), () => setTheme(other))),
    command("text-larger", "plus", m.palette_text_larger(), () => act.textSize("larger"), "textLarger"),
    command("text-smaller", "minus", m.palette_text_smaller(), () => act.textSize("smaller"), "textSmaller"),
    command("text-reset", "text", m.palette_text_reset(), () => act.textSize("reset"), "textReset"),
    command("connect", "plus", m.palette_connect(), act.connect),
    command("settings", "sliders", m.palette_settings(), () => act.settings("accounts"), "settings"),
    command("keyboard", "keyboard", m.palette_keyboard(), act.keyboardMap, "keyboardMap"),
  ];
}
