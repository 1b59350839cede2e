// The keys of the main window by what they are for, for the map that Control and slash shows. What is here works; what does not work yet is not here.

import { m } from "../i18n";
import type { ShortcutId } from "../keys/shortcuts";

export type KeyRow = { keys: readonly ShortcutId[]; label: string };
export type KeyGroup = { id: string; label: string; rows: readonly KeyRow[] };

const row = (label: string, ...keys: ShortcutId[]): KeyRow => ({ keys, label });

export function keyMap(): KeyGroup[] {
  return [
    {
      id: "window",
      label: m.keys_window(),
      rows: [
        row(m.keys_capture_anywhere(), "capture"),
        row(m.palette_title(), "palette"),
        row(m.keys_search(), "search", "searchSlash"),
        row(m.palette_go_search(), "sectionSearch"),
        row(m.palette_go_recent(), "sectionRecent"),
        row(m.palette_go_favourites(), "sectionFavourites"),
        row(m.palette_go_databases(), "sectionDatabases"),
        row(m.palette_go_outbox(), "sectionOutbox"),
        row(m.palette_all_workspaces(), "workspaceAll"),
        row(m.keys_capture(), "newCapture"),
        row(m.keys_back_forward(), "back", "forward"),
        row(m.keys_sidebar(), "sidebar"),
        row(m.keys_preview(), "preview"),
        row(m.keys_regions(), "nextRegion", "previousRegion"),
        row(m.palette_sync(), "syncNow"),
        row(m.palette_settings(), "settings"),
        row(m.keys_map(), "keyboardMap"),
        row(m.keys_text(), "textLarger", "textSmaller", "textReset"),
      ],
    },
    {
      id: "lists",
      label: m.keys_lists(),
      rows: [
        row(m.search_hint_move(), "up", "down"),
        row(m.keys_ends(), "firstRow", "lastRow"),
        row(m.keys_pages(), "pageUp", "pageDown"),
        row(m.keys_groups(), "nextGroup", "previousGroup"),
        row(m.search_hint_open(), "open"),
        row(m.palette_open_in_notion(), "openInNotion"),
        row(m.keys_peek(), "peek", "peekWhileTyping"),
        row(m.keys_filters(), "tab"),
        row(m.keys_drop_filter(), "dropFilter"),
        row(m.keys_drop_filters(), "clearFilters"),
      ],
    },
    {
      id: "page",
      label: m.keys_page(),
      rows: [
        row(m.palette_find(), "find"),
        row(m.keys_matches(), "nextMatch", "previousMatch"),
        row(m.keys_headings(), "nextGroup", "previousGroup"),
        row(m.keys_blocks(), "nextBlock", "previousBlock"),
        row(m.keys_toggles(), "allToggles"),
        row(m.palette_outline(), "outline"),
        row(m.palette_comments(), "comments"),
        row(m.palette_comment(), "commentOnPage"),
        row(m.keys_comment_block(), "commentOnBlock"),
        row(m.keys_threads(), "nextThread", "previousThread"),
        row(m.palette_favourite(), "favourite"),
        row(m.palette_copy_link(), "copyLink"),
      ],
    },
    {
      id: "capture",
      label: m.app_capture(),
      rows: [row(m.keys_capture_save(), "captureSave"), row(m.keys_capture_stay(), "captureSaveAndStay"), row(m.keys_capture_destination(), "captureDestination")],
    },
    {
      id: "outbox",
      label: m.app_outbox(),
      rows: [row(m.outbox_hint_retry(), "open"), row(m.outbox_hint_edit(), "edit"), row(m.outbox_hint_discard(), "discard"), row(m.outbox_try_all(), "tryAll")],
    },
  ];
}
